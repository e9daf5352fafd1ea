#include "cg_wide.h"
#include "cg_flow.h"
#include "cg_place.h"

#include "base/cg_utf8.h"
#include "charset/cg_units.h"

#define WIDE_TEXT   4096           /* bytes of UTF-8 that are fed at once */
#define WIDE_ADD    1024           /* bytes of an addition that are widened at
                                      once */


struct cg_wide_s {
    cg_gate_t         *gate;
    cg_flow_t          flow;       /* of the document's own bytes */
    cg_units_t         ahead;      /* reads for the gate ... */
    uint64_t           read;       /* ... and stands here */
    cg_units_t         behind;     /* follows what leaves ... */
    uint64_t           left;       /* ... and stands here */
    cg_units_state_t   state;      /* that a browser is in, behind all that has
                                      left */
    size_t             owed;       /* bytes of UTF-8 of the last character that
                                      left, which the gate has yet to give */
    unsigned           ending:1;
};


/* The bytes at `at`, CG_UNITS_SHOWN of them or all: in place, or, where they
 * lie apart, in `shown`. */

static cg_str_t
wide_show(const cg_wide_t *wide, uint64_t at,
    unsigned char shown[CG_UNITS_SHOWN])
{
    size_t            i, n;
    uint64_t          rest = cg_flow_end(&wide->flow) - at;
    const cg_flow_t  *flow = &wide->flow;

    if (rest == 0) {
        return cg_str("");
    }

    if (at >= flow->input_at) {
        return (cg_str_t) { (size_t) rest,
                            flow->input.data + (at - flow->input_at) };
    }

    n = rest < CG_UNITS_SHOWN ? (size_t) rest : CG_UNITS_SHOWN;

    for (i = 0; i < n; i++) {
        shown[i] = cg_flow_byte(flow, at + i);
    }

    return (cg_str_t) { n, shown };
}


/* The next character of one of the readers. */

static cg_status_t
wide_next(const cg_wide_t *wide, cg_units_t *units, uint64_t at,
    cg_unit_t *unit)
{
    int            end;
    cg_str_t       bytes;
    unsigned char  shown[CG_UNITS_SHOWN];

    bytes = wide_show(wide, at, shown);
    end = wide->ending && at + bytes.len == cg_flow_end(&wide->flow);

    return cg_units_next(units, bytes.data, bytes.len, end, unit);
}


/* Decodes what there is, as far as `text` has room. */

static cg_str_t
wide_read(cg_wide_t *wide, unsigned char text[WIDE_TEXT])
{
    size_t     n = 0;
    cg_unit_t  unit;

    while (n <= WIDE_TEXT - 4
           && wide_next(wide, &wide->ahead, wide->read, &unit) == CG_OK)
    {
        n += cg_utf8_put(unit.code, text + n);
        wide->read += unit.len;
    }

    return (cg_str_t) { n, text };
}


/* What a browser sees no character of. */

static void
wide_escape(cg_wide_t *wide, cg_units_state_t state)
{
    cg_flow_text(&wide->flow, cg_units_escape(state));
    wide->state = state;
}


/* Half a character of UTF-16 at the end.  It leaves behind all additions, which
 * would be read as its other half. */

static int
wide_is_cut(const cg_wide_t *wide, const cg_unit_t *unit)
{
    return wide->behind.form != CG_CHARSET_ISO2022JP && unit->len % 2;
}


/* Moves over characters of `n` bytes of UTF-8.  They leave later, all at once,
 * but that those in another state than the browser's have it restored. */

static cg_status_t
wide_follow(cg_wide_t *wide, uint64_t n, int leaves)
{
    uint64_t          width;
    cg_unit_t         unit;
    unsigned char     utf8[4];
    cg_units_state_t  state;

    width = n < wide->owed ? n : wide->owed;
    wide->owed -= (size_t) width;

    for (n -= width; n; n -= width) {
        state = wide->behind.state;

        if (wide_next(wide, &wide->behind, wide->left, &unit) != CG_OK) {
            return CG_EINVAL;          /* the gate gives what it never got */
        }

        if (leaves && state != wide->state && !unit.escape) {
            cg_flow_emit(&wide->flow, wide->left);
            wide_escape(wide, state);
        }

        if (leaves) {
            wide->state = wide->behind.state;
        }

        width = cg_utf8_put(unit.code, utf8);

        if (!wide_is_cut(wide, &unit)) {
            wide->left += unit.len;
        }

        if (width > n) {
            wide->owed = (size_t) (width - n);
            width = n;
        }
    }

    return CG_OK;
}


static cg_status_t
wide_pass(void *ctx, cg_str_t utf8)
{
    cg_wide_t    *wide = ctx;
    cg_status_t   rc = wide_follow(wide, utf8.len, 1);

    cg_flow_emit(&wide->flow, wide->left);

    return rc == CG_OK ? wide->flow.status : rc;
}


static cg_status_t
wide_drop(void *ctx, uint64_t n)
{
    uint64_t      from;
    cg_wide_t    *wide = ctx;
    cg_status_t   rc;

    from = wide->left;
    rc = wide_follow(wide, n, 0);
    (void) cg_flow_drop(&wide->flow, from, wide->left);

    return rc == CG_OK ? wide->flow.status : rc;
}


/* In UTF-16. */

static void
wide_add_widened(cg_wide_t *wide, cg_str_t text)
{
    int            big = wide->behind.form == CG_CHARSET_UTF16BE;
    size_t         i, n;
    unsigned char  c, widened[2 * WIDE_ADD];

    while (text.len) {
        n = text.len < WIDE_ADD ? text.len : WIDE_ADD;

        for (i = 0; i < n; i++) {
            c = text.data[i] < 0x80 ? text.data[i] : '?';
            widened[2 * i] = big ? 0 : c;
            widened[2 * i + 1] = big ? c : 0;
        }

        cg_flow_held(&wide->flow, (cg_str_t) { 2 * n, widened });
        text = cg_str_sub(text, n, text.len);
    }
}


/* In ISO-2022-JP; what follows leads back to its own state. */

static void
wide_add_ascii(cg_wide_t *wide, cg_str_t text, int lasting)
{
    size_t  i;

    if (wide->state != CG_UNITS_ASCII) {
        wide_escape(wide, CG_UNITS_ASCII);
    }

    for (i = 0; i < text.len && text.data[i] < 0x80
                && text.data[i] != 0x1B; i++)
    {
        /* void */
    }

    if (lasting) {
        cg_flow_text(&wide->flow, cg_str_sub(text, 0, i));

    } else {
        cg_flow_held(&wide->flow, cg_str_sub(text, 0, i));
    }

    for ( /* void */ ; i < text.len; i++) {
        cg_flow_held(&wide->flow,
                     text.data[i] < 0x80 && text.data[i] != 0x1B
                     ? cg_str_sub(text, i, i + 1) : cg_str("?"));
    }
}


static cg_status_t
wide_add(cg_wide_t *wide, cg_str_t text, int lasting)
{
    if (wide->behind.form == CG_CHARSET_ISO2022JP) {
        wide_add_ascii(wide, text, lasting);

    } else {
        wide_add_widened(wide, text);
    }

    return wide->flow.status;
}


static cg_status_t
wide_text(void *ctx, cg_str_t text)
{
    return wide_add(ctx, text, 1);
}


static cg_status_t
wide_note(void *ctx, cg_str_t text)
{
    return wide_add(ctx, text, 0);
}


cg_wide_t *
cg_wide_create(cg_arena_t *arena, const cg_gate_conf_t *conf,
    const cg_sink_t *sink, const cg_charset_t *charset)
{
    cg_wide_t  *wide = cg_arena_zero(arena, sizeof(*wide));
    cg_sink_t   own = { wide_pass, wide_pass, wide_text, wide, wide_note,
                        wide_drop };

    if (wide == NULL) {
        return NULL;
    }

    cg_units_init(&wide->ahead, charset);
    cg_units_init(&wide->behind, charset);
    cg_flow_init(&wide->flow, arena, sink,
                 4 * (2 * CG_MAX_TAG + CG_PLACE_LOOK + conf->inline_limit
                      + WIDE_TEXT));
    wide->gate = cg_gate_create(arena, conf, &own);

    return wide->gate ? wide : NULL;
}


/* The rest leaves unread: the gate is done, and a browser is in the state that
 * the rest was written in. */

static int
wide_is_through(const cg_wide_t *wide)
{
    return cg_gate_done(wide->gate) && wide->left == wide->read
           && wide->owed == 0 && wide->state == wide->behind.state;
}


static void
wide_feed_gate(cg_wide_t *wide)
{
    cg_str_t       text;
    cg_status_t    rc;
    unsigned char  utf8[WIDE_TEXT];

    while (wide->flow.status == CG_OK) {
        text = wide_read(wide, utf8);

        if (text.len == 0) {
            return;
        }

        rc = cg_gate_feed(wide->gate, text);

        if (wide->flow.status == CG_OK) {
            wide->flow.status = rc;
        }
    }
}


cg_status_t
cg_wide_feed(cg_wide_t *wide, cg_str_t bytes)
{
    if (wide->flow.status != CG_OK || bytes.len == 0) {
        return wide->flow.status;
    }

    cg_flow_open(&wide->flow, bytes);

    if (wide_is_through(wide)) {
        cg_flow_emit(&wide->flow, cg_flow_end(&wide->flow));
        cg_flow_keep(&wide->flow, cg_flow_end(&wide->flow));
        wide->left = wide->read = cg_flow_end(&wide->flow);

    } else {
        wide_feed_gate(wide);
        cg_flow_keep(&wide->flow, cg_gate_is_cut(wide->gate) ? wide->read
                                                             : wide->left);
    }

    cg_flow_close(&wide->flow);

    return wide->flow.status;
}


cg_status_t
cg_wide_end(cg_wide_t *wide)
{
    cg_status_t  rc;

    if (wide->flow.status != CG_OK || wide->ending) {
        return wide->flow.status;
    }

    wide->ending = 1;
    wide_feed_gate(wide);

    if (wide->flow.status == CG_OK) {
        rc = cg_gate_end(wide->gate);

        if (wide->flow.status == CG_OK) {
            wide->flow.status = rc;
        }
    }

    /* escape sequences that nothing follows, half a character */

    if (cg_gate_done(wide->gate)) {
        cg_flow_emit(&wide->flow, cg_flow_end(&wide->flow));
    }

    return wide->flow.status;
}


int
cg_wide_done(const cg_wide_t *wide)
{
    return wide->flow.status == CG_OK && wide_is_through(wide)
           && wide->left == cg_flow_end(&wide->flow);
}


cg_gate_t *
cg_wide_gate(const cg_wide_t *wide)
{
    return wide->gate;
}
