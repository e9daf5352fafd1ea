/*
 * Import maps (HTML 8.1.5.3) and speculation rules: JSON that makes a browser
 * fetch.  Which strings are URLs is not asked; others are relative ones.
 *
 * Rules on the links of a document may fetch any link, on its own accord: one
 * pattern with an own path for each of them is asked for.
 */

#include "cg_carrier.h"
#include "base/cg_ascii.h"
#include "base/cg_utf8.h"


int
cg_carrier_is_rules(cg_str_t type)
{
    type = cg_ascii_trim(type);

    return cg_ascii_eq_nocase(type, cg_str("importmap"))
           || cg_ascii_eq_nocase(type, cg_str("speculationrules"));
}


/* The code unit of "\uXXXX" at `i`; not hexadecimal: U+FFFD. */

static uint32_t
rules_unit(cg_str_t text, size_t i)
{
    int       digit;
    size_t    n;
    uint32_t  unit = 0;

    for (n = 0; n < 4; n++) {
        digit = i + n < text.len ? cg_ascii_hex(text.data[i + n]) : -1;

        if (digit < 0) {
            return 0xFFFD;
        }

        unit = unit << 4 | (uint32_t) digit;
    }

    return unit >= 0xD800 && unit <= 0xDFFF ? 0xFFFD : unit;
}


/* RFC 8259, 7: what stands behind a backslash at `i`; returns its length. */

static size_t
rules_escape(cg_out_t *out, cg_str_t text, size_t i)
{
    unsigned char  c = text.data[i], utf8[4];

    switch (c) {

    case 'u':
        cg_out_str(out, (cg_str_t) {
            cg_utf8_put(rules_unit(text, i + 1), utf8), utf8 });
        return 5;

    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        cg_out_byte(out, c == 'n' ? '\n' : c == 't' ? '\t'
                         : c == 'r' ? '\r' : c == 'b' ? '\b' : '\f');
        return 1;

    default:
        cg_out_byte(out, c);
        return 1;
    }
}


/* The string whose quote stands before `i`; returns where its own ends. */

static size_t
rules_string(cg_out_t *out, cg_str_t text, size_t i)
{
    while (i < text.len && text.data[i] != '"') {
        if (text.data[i] == '\\' && i + 1 < text.len) {
            i += 1 + rules_escape(out, text, i + 1);

        } else {
            cg_out_byte(out, text.data[i++]);
        }
    }

    return i;
}


typedef struct {
    size_t  where;                     /* rules on links: by their condition */
    size_t  document;                  /* ... or their source */
    size_t  paths;
} rules_t;


static void
rules_count(rules_t *rules, cg_str_t string)
{
    rules->where += cg_str_eq(string, cg_str("where")) ? 1 : 0;
    rules->document += cg_str_eq(string, cg_str("document")) ? 1 : 0;
    rules->paths += cg_str_starts(string, cg_str("/")) ? 1 : 0;
}


cg_verdict_t
cg_carrier_rules(const cg_reader_t *reader, cg_str_t json)
{
    size_t        i;
    rules_t       rules = { 0, 0, 0 };
    cg_out_t      string;
    cg_verdict_t  sum = cg_judge_free();

    cg_out_init(&string, reader->arena, 2 * CG_MAX_TAG);

    for (i = 0; i < json.len && !sum.stays; i++) {
        if (json.data[i] != '"') {
            continue;
        }

        cg_out_reset(&string);
        i = rules_string(&string, json, i + 1);

        if (string.status != CG_OK) {
            return cg_carrier_unread();
        }

        rules_count(&rules, cg_out_slice(&string));
        cg_verdict_add(&sum, cg_judge_url(reader->judge, reader->arena,
                                          cg_out_slice(&string)));
    }

    if (rules.where > rules.paths || rules.document > rules.paths) {
        cg_verdict_add(&sum, cg_judge_unlisted(reader->judge));
    }

    cg_arena_outgrown(reader->arena, string.data);

    return sum;
}
