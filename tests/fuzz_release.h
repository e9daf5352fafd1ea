/*
 * What the client (src/web/release.js) would make of a tag that left the gate,
 * once every purpose is granted: nothing that stays shut all the same.
 */

#ifndef FUZZ_RELEASE_H
#define FUZZ_RELEASE_H

#include "fuzz.h"

#include "base/cg_ascii.h"
#include "gate/cg_element.h"
#include "gate/cg_gate.h"

#define RELEASE_MARK  cg_str("data-ngxc-")


typedef struct {
    heap_t                 *heap;
    cg_judge_t              judge;     /* all of it granted */
    const cg_html_token_t  *token;
    cg_str_t                bytes;
} release_t;


/* The attribute that a document would have of that name, + 1; 0: none. */

static size_t
release_attr(const release_t *release, cg_str_t name)
{
    size_t  i;

    for (i = 0; i < release->token->nattrs; i++) {
        if (cg_ascii_eq_nocase(cg_element_name(release->token, release->bytes,
                                               i), name))
        {
            return i + 1;
        }
    }

    return 0;
}


static int
release_is(const release_t *release, const char *name)
{
    return cg_ascii_eq_nocase((cg_str_t) { release->token->name_len,
                                           release->token->name },
                              cg_str_from(name));
}


static int
release_takes(const release_t *release)
{
    return release->token->name_len <= CG_HTML_NAME
           && release_attr(release, cg_str("data-ngxc-hold"))
           && release_attr(release, cg_str("data-ngxc-purpose"))
           && !release_attr(release, cg_str("data-ngxc-stays"));
}


static int
release_drops(const release_t *release, cg_str_t name)
{
    static const char *const  marks[] = { "hold", "purpose", "ui", "added" };

    size_t    i;
    cg_str_t  rest = cg_str_sub(name, RELEASE_MARK.len < name.len
                                      ? RELEASE_MARK.len : name.len, name.len);

    for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (name.len - rest.len == RELEASE_MARK.len
            && cg_ascii_eq_nocase(cg_str_sub(name, 0, RELEASE_MARK.len),
                                  RELEASE_MARK)
            && cg_ascii_eq_nocase(rest, cg_str_from(marks[i])))
        {
            return 1;
        }
    }

    return (cg_ascii_eq_nocase(name, cg_str("type"))
            && (release_is(release, "script") || release_is(release, "style")))
           || (cg_ascii_eq_nocase(name, cg_str("srcdoc"))
               && release_attr(release, cg_str("data-ngxc-added")));
}


/* Without the words that the gate has put in. */

static cg_str_t
release_plain(const release_t *release, cg_str_t text)
{
    size_t    i;
    cg_out_t  out;
    cg_str_t  rest, word = cg_str("x-ngxc-");

    cg_out_init(&out, &release->heap->arena, 1 << 26);
    cg_out_str(&out, cg_str(""));

    for (i = 0; i < text.len; i++) {
        rest = cg_str_sub(text, i, text.len);

        if (cg_str_starts(rest, cg_str("x-ngxc-{}"))) {
            i += word.len + 1;

        } else if (cg_str_starts(rest, word)) {
            i += word.len - 1;

        } else {
            cg_out_byte(&out, text.data[i]);
        }
    }

    return cg_out_slice(&out);
}


static int
release_css_passes(const release_t *release, cg_str_t text)
{
    cg_reader_t  reader;

    memset(&reader, 0, sizeof(reader));
    reader.judge = &release->judge;
    reader.arena = &release->heap->arena;

    return cg_carrier_css(&reader, release_plain(release, text)).pass;
}


static void
release_value(cg_out_t *out, cg_str_t value)
{
    size_t  i;

    cg_out_text(out, "=\"");

    for (i = 0; i < value.len; i++) {
        if (value.data[i] == '"') {
            cg_out_text(out, "&quot;");

        } else if (value.data[i] == '&') {
            cg_out_text(out, "&amp;");

        } else {
            cg_out_byte(out, value.data[i]);
        }
    }

    cg_out_byte(out, '"');
}


static void
release_write(const release_t *release, size_t i, cg_out_t *out)
{
    cg_str_t  name = cg_element_name(release->token, release->bytes, i);
    cg_str_t  value = cg_element_value(release->token, release->bytes, i);

    if (release_attr(release, name) != i + 1 || release_drops(release, name)) {
        return;
    }

    if (name.len > RELEASE_MARK.len
        && cg_ascii_eq_nocase(cg_str_sub(name, 0, RELEASE_MARK.len),
                              RELEASE_MARK))
    {
        name = cg_str_sub(name, RELEASE_MARK.len, name.len);
    }

    cg_out_byte(out, ' ');
    cg_out_str(out, name);

    release_value(out, release_plain(release,
        cg_element_decode(&release->heap->arena, value)));
}


static cg_status_t
release_ignore(void *ctx, cg_str_t bytes)
{
    (void) ctx;
    (void) bytes;

    return CG_OK;
}


/* 1: it would be released, and as a tag it may be. */

static int
release_tag(const release_t *release)
{
    size_t           i;
    cg_out_t         out;
    cg_gate_t       *gate;
    cg_gate_conf_t   conf;
    const cg_sink_t  sink = { release_ignore, release_ignore, release_ignore,
                              NULL, NULL, NULL };

    if (!release_takes(release)) {
        return 0;
    }

    cg_out_init(&out, &release->heap->arena, 1 << 26);
    cg_out_byte(&out, '<');
    cg_out_bytes(&out, release->token->name, release->token->name_len);

    for (i = 0; i < release->token->nattrs; i++) {
        release_write(release, i, &out);
    }

    cg_out_text(&out, " >");

    memset(&conf, 0, sizeof(conf));
    conf.judge = release->judge;
    conf.inline_limit = out.len;
    gate = cg_gate_create(&release->heap->arena, &conf, &sink);
    must(cg_gate_feed(gate, cg_out_slice(&out)) == CG_OK
         && cg_gate_end(gate) == CG_OK && cg_gate_verdict(gate)->pass,
         "no element that is released fetches what stays shut");

    return 1;
}

#endif
