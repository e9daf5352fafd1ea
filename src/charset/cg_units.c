#include "cg_units.h"
#include "cg_jis0208.h"

#define UNITS_ESC  0x1B


void
cg_units_init(cg_units_t *units, const cg_charset_t *charset)
{
    memset(units, 0, sizeof(*units));
    units->form = charset->form;
}


cg_str_t
cg_units_escape(cg_units_state_t state)
{
    static const char  *const  escapes[] = {
        "\x1B(B", "\x1B(J", "\x1B(I", "\x1B$B"
    };

    return cg_str_from(escapes[state]);
}


/* UTF-16. */

static uint32_t
units_utf16(const cg_units_t *units, const unsigned char *p)
{
    return units->form == CG_CHARSET_UTF16BE ? (uint32_t) p[0] << 8 | p[1]
                                             : (uint32_t) p[1] << 8 | p[0];
}


static cg_status_t
units_next_utf16(const cg_units_t *units, const unsigned char *p, size_t n,
    int end, cg_unit_t *unit)
{
    uint32_t  first, second;

    unit->code = CG_UNITS_BAD;
    unit->len = n;

    if (n < 2) {
        return !end ? CG_MORE : n ? CG_OK : CG_NONE;
    }

    first = units_utf16(units, p);

    if (first >= 0xD800 && first <= 0xDBFF) {
        if (n < 4) {
            return end ? CG_OK : CG_MORE;
        }

        second = units_utf16(units, p + 2);

        if (second >= 0xDC00 && second <= 0xDFFF) {
            unit->code = 0x10000 + ((first - 0xD800) << 10)
                         + (second - 0xDC00);
            unit->len = 4;
            return CG_OK;
        }
    }

    unit->len = 2;

    if (first < 0xD800 || first > 0xDFFF) {
        unit->code = first;
    }

    return CG_OK;
}


/* ISO-2022-JP. */

/* The escape sequence at `p`.  CG_NONE: it is none, a malformed byte. */

static cg_status_t
units_escape(const unsigned char *p, size_t n, int end,
    cg_units_state_t *state)
{
    if (n < 2 || (n < 3 && (p[1] == '$' || p[1] == '('))) {
        return end ? CG_NONE : CG_MORE;
    }

    if (p[1] == '$' && (p[2] == '@' || p[2] == 'B')) {
        *state = CG_UNITS_KANJI;
        return CG_OK;
    }

    if (p[1] != '(') {
        return CG_NONE;
    }

    switch (p[2]) {

    case 'B':
        *state = CG_UNITS_ASCII;
        return CG_OK;

    case 'J':
        *state = CG_UNITS_ROMAN;
        return CG_OK;

    case 'I':
        *state = CG_UNITS_KATAKANA;
        return CG_OK;

    default:
        return CG_NONE;
    }
}


/* A byte that is a character by itself. */

static uint32_t
units_single(cg_units_state_t state, unsigned char c)
{
    if (state == CG_UNITS_KATAKANA) {
        return c >= 0x21 && c <= 0x5F ? 0xFF61u - 0x21u + c : CG_UNITS_BAD;
    }

    if (c >= 0x80 || c == 0x0E || c == 0x0F) {
        return CG_UNITS_BAD;
    }

    if (state == CG_UNITS_ROMAN) {
        return c == 0x5C ? 0xA5 : c == 0x7E ? 0x203E : c;
    }

    return c;
}


static int
units_is_kanji(unsigned char c)
{
    return c >= 0x21 && c <= 0x7E;
}


/* Two bytes; unit->len is moved behind them.  An escape in the place of the
 * second one is read again. */

static cg_status_t
units_kanji(const unsigned char *p, size_t n, int end, cg_unit_t *unit)
{
    uint16_t  code;

    unit->code = CG_UNITS_BAD;

    if (n < 2 && !end && units_is_kanji(p[0])) {
        return CG_MORE;
    }

    if (n < 2 || !units_is_kanji(p[0]) || p[1] == UNITS_ESC) {
        unit->len++;
        return CG_OK;
    }

    unit->len += 2;

    if (units_is_kanji(p[1])) {
        code = units_jis0208[(p[0] - 0x21) * 94 + p[1] - 0x21];
        unit->code = code ? code : CG_UNITS_BAD;
    }

    return CG_OK;
}


/* Escapes without a character between them: the second one is malformed,
 * though it switches. */

static cg_status_t
units_next_jis(cg_units_t *units, const unsigned char *p, size_t n, int end,
    cg_unit_t *unit)
{
    cg_status_t  rc;

    while (unit->len < n && p[unit->len] == UNITS_ESC) {
        rc = units_escape(p + unit->len, n - unit->len, end, &units->state);

        if (rc == CG_MORE) {
            return rc;
        }

        unit->escape |= rc == CG_OK && unit->len == 0;
        unit->len += rc == CG_OK ? 3 : 1;

        if (rc != CG_OK || units->escaped) {
            units->escaped = rc == CG_OK;
            unit->code = CG_UNITS_BAD;
            return CG_OK;
        }

        units->escaped = 1;
    }

    if (unit->len == n) {
        return end ? CG_NONE : CG_MORE;
    }

    units->escaped = 0;

    if (units->state == CG_UNITS_KANJI) {
        return units_kanji(p + unit->len, n - unit->len, end, unit);
    }

    unit->code = units_single(units->state, p[unit->len]);
    unit->len++;

    return CG_OK;
}


cg_status_t
cg_units_next(cg_units_t *units, const unsigned char *p, size_t n, int end,
    cg_unit_t *unit)
{
    cg_units_t   next = *units;
    cg_status_t  rc;

    memset(unit, 0, sizeof(*unit));

    rc = units->form == CG_CHARSET_ISO2022JP
         ? units_next_jis(&next, p, n, end, unit)
         : units_next_utf16(&next, p, n, end, unit);

    if (rc == CG_OK) {
        *units = next;
    }

    return rc;
}
