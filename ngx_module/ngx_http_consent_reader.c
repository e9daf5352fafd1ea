/*
 * Who reads a body: the gate, or the one of its encoding.  That is decided by
 * the first bytes: a mark is stronger than the header, and where the header
 * names nothing, so does what the page says of itself (HTML 13.2.3.2).  Until
 * then the bytes are kept, and the header waits, so that it can name what was
 * found.
 */

#include "ngx_http_consent_body.h"
#include "gate/cg_wide.h"

#define CONSENT_ESC        0x1B
#define CONSENT_XML_MARK   6               /* bytes of "<?x" in UTF-16 */


struct ngx_http_consent_reader_s {
    ngx_http_consent_ctx_t  *ctx;
    cg_gate_conf_t           conf;
    cg_sink_t                sink;
    cg_recall_t             *gate;         /* ASCII by the byte */
    cg_wide_t               *wide;         /* neither: not decided yet */

    cg_out_t                 begin;        /* kept until then */
    size_t                   seen;         /* bytes, while they are few */
    unsigned                 open:1;       /* nothing is shut */
    unsigned                 loose:1;      /* nobody names the encoding */
    unsigned                 ended:1;
};


CG_HOT ngx_http_consent_reader_t *
ngx_http_consent_reader_create(ngx_http_consent_ctx_t *ctx,
    const cg_gate_conf_t *conf, const cg_sink_t *sink)
{
    ngx_http_consent_reader_t  *reader;

    reader = cg_arena_zero(&ctx->arena, sizeof(ngx_http_consent_reader_t));
    if (reader == NULL) {
        return NULL;
    }

    reader->ctx = ctx;
    reader->conf = *conf;
    reader->sink = *sink;
    reader->open = cg_judge_all_open(&conf->judge) ? 1 : 0;
    cg_out_init(&reader->begin, &ctx->arena, CG_CHARSET_PRESCAN);

    return reader;
}


/* Whether these bytes may yet grow to a mark. */

static ngx_int_t
consent_reader_may_mark(cg_str_t begin)
{
    return cg_charset_bom(begin) == NULL
           && ((begin.len == 1 && begin.data[0] >= 0xEF)
               || (begin.len == 2 && begin.data[0] == 0xEF
                   && begin.data[1] == 0xBB));
}


/* What the page says, where its header does not. */

static const cg_charset_t *
consent_reader_prescan(ngx_http_consent_reader_t *reader, cg_str_t begin)
{
    return ngx_http_consent_type_is(
               ngx_http_consent_essence(reader->ctx->request),
               "application/xhtml+xml")
           ? cg_charset_xml(begin) : cg_charset_prescan(begin);
}


/* `now`: no more bytes will come, or they would come late. */

CG_HOT static ngx_int_t
consent_reader_decides(ngx_http_consent_reader_t *reader, cg_str_t begin,
    ngx_uint_t now)
{
    if (begin.len == 0 || consent_reader_may_mark(begin)) {
        return 0;
    }

    if (now || begin.len >= CG_CHARSET_PRESCAN || !reader->ctx->waits
        || cg_charset_bom(begin))
    {
        return 1;
    }

    return begin.data[0] != 0 && !cg_str_starts(begin, cg_str("<?"))
           && cg_charset_prescan(begin) != NULL;
}


/* Names what was found; nothing found: the page looks as it would without us,
 * whatever a browser makes of it. */

static ngx_int_t
consent_reader_name(ngx_http_consent_ctx_t *ctx)
{
    if (!ctx->waits) {
        return NGX_OK;
    }

    ctx->waits = 0;

    return ctx->charset ? ngx_http_consent_charset_name(ctx) : NGX_OK;
}


static ngx_int_t
consent_reader_began(const ngx_http_consent_reader_t *reader)
{
    return reader->gate || reader->wide;
}


CG_HOT static cg_status_t
consent_reader_begin(ngx_http_consent_reader_t *reader, cg_str_t begin)
{
    const cg_charset_t      *mark = cg_charset_bom(begin);
    ngx_http_consent_ctx_t  *ctx = reader->ctx;

    if (mark) {
        ctx->charset = mark;

    } else if (ctx->charset == NULL && (ctx->waits || reader->open)) {
        ctx->charset = consent_reader_prescan(reader, begin);
    }

    if (consent_reader_name(ctx) != NGX_OK) {
        return CG_ENOMEM;
    }

    reader->loose = ctx->charset == NULL && !reader->open;
    reader->conf.judge.legacy = ctx->charset == NULL
                                || ctx->charset->form == CG_CHARSET_BYTES;

    if (cg_charset_is_wide(ctx->charset)) {
        reader->wide = cg_wide_create(&ctx->arena, &reader->conf,
                                      &reader->sink, ctx->charset);

    } else {
        reader->gate = ngx_http_consent_pages_gate(ctx, &reader->conf,
                                                   &reader->sink);
    }

    return consent_reader_began(reader) ? CG_OK : CG_ENOMEM;
}


/* Up to a byte by which a page may lead out of ASCII: an escape of ISO-2022-JP,
 * or a zero in "<?x" of UTF-16, which a browser looks for at the begin. */

static size_t
consent_reader_upto(ngx_http_consent_reader_t *reader, cg_str_t bytes)
{
    size_t                i;
    const unsigned char  *p;

    for (i = 0; i < bytes.len && reader->seen < CONSENT_XML_MARK; i++) {
        if (bytes.data[i] == 0 || bytes.data[i] == CONSENT_ESC) {
            return i;
        }

        reader->seen++;
    }

    p = memchr(bytes.data + i, CONSENT_ESC, bytes.len - i);

    return p ? (size_t) (p - bytes.data) : bytes.len;
}


/*
 * Where nobody says in which encoding a page is, it may do so late, or a
 * browser guesses; text of ISO-2022-JP then hides what is markup here, and the
 * other way round.  Without its escapes it is ASCII to everybody.
 */

static cg_status_t
consent_reader_loose(ngx_http_consent_reader_t *reader, cg_str_t bytes,
    ngx_uint_t now)
{
    size_t       n;
    cg_str_t     part;
    cg_status_t  rc = CG_OK;

    while (rc == CG_OK && bytes.len) {
        n = consent_reader_upto(reader, bytes);

        part.data = bytes.data;
        part.len = n;

        if (n == 0) {
            part = cg_str(" ");
            n = 1;
            reader->seen++;
            reader->ctx->bypass = cg_str("escapes of a charset");
        }

        bytes.data += n;
        bytes.len -= n;

        rc = cg_recall_feed(reader->gate, part, now && bytes.len == 0);
    }

    return rc;
}


/* Whether nothing is left to do: what follows may go around the reader. */

CG_HOT ngx_int_t
ngx_http_consent_reader_done(const ngx_http_consent_reader_t *reader)
{
    if (reader->wide) {
        return cg_wide_done(reader->wide);
    }

    return reader->gate && !reader->loose && cg_recall_done(reader->gate);
}


off_t
ngx_http_consent_reader_promise(ngx_http_consent_reader_t *reader,
    off_t length)
{
    return reader->gate && !reader->loose
           ? (off_t) cg_recall_promise(reader->gate, (uint64_t) length) : 0;
}


cg_str_t
ngx_http_consent_reader_expected(const ngx_http_consent_reader_t *reader)
{
    return cg_recall_expected(reader->gate);
}


void
ngx_http_consent_reader_passed(ngx_http_consent_reader_t *reader, off_t len)
{
    cg_recall_passed(reader->gate, (uint64_t) len);
}


CG_HOT static cg_status_t
consent_reader_read(ngx_http_consent_reader_t *reader, cg_str_t bytes,
    ngx_uint_t now)
{
    if (reader->loose) {
        return consent_reader_loose(reader, bytes, now);
    }

    if (ngx_http_consent_reader_done(reader)) {
        return bytes.len ? reader->sink.span(reader->sink.ctx, bytes) : CG_OK;
    }

    return reader->wide ? cg_wide_feed(reader->wide, bytes)
                        : cg_recall_feed(reader->gate, bytes, (int) now);
}


/* Keeps what is needed to decide of `bytes`, which become what is left. */

static cg_status_t
consent_reader_keep(ngx_http_consent_reader_t *reader, cg_str_t *bytes)
{
    size_t  n = CG_CHARSET_PRESCAN - reader->begin.len;

    n = ngx_min(n, bytes->len);
    cg_out_str(&reader->begin, cg_str_sub(*bytes, 0, n));
    *bytes = cg_str_sub(*bytes, n, bytes->len);

    return reader->begin.status;
}


/* What was kept lives as long as the request: parts of it leave as they are. */

static cg_status_t
consent_reader_kept(ngx_http_consent_reader_t *reader, ngx_uint_t now)
{
    cg_str_t     begin = cg_out_slice(&reader->begin);
    cg_status_t  rc;

    if (begin.data == NULL) {
        begin = cg_str("");
    }

    rc = consent_reader_begin(reader, begin);

    return rc == CG_OK ? consent_reader_read(reader, begin, now) : rc;
}


CG_HOT cg_status_t
ngx_http_consent_reader_feed(ngx_http_consent_reader_t *reader,
    cg_str_t bytes, ngx_uint_t now)
{
    cg_status_t  rc = CG_OK;

    if (!consent_reader_began(reader) && reader->begin.len == 0
        && consent_reader_decides(reader, bytes, now))
    {
        rc = consent_reader_begin(reader, bytes);

    } else if (!consent_reader_began(reader)) {
        rc = consent_reader_keep(reader, &bytes);

        if (rc == CG_OK
            && consent_reader_decides(reader, cg_out_slice(&reader->begin),
                                      now))
        {
            rc = consent_reader_kept(reader, now && bytes.len == 0);
        }
    }

    return rc == CG_OK && consent_reader_began(reader) && bytes.len
           ? consent_reader_read(reader, bytes, now) : rc;
}


cg_status_t
ngx_http_consent_reader_end(ngx_http_consent_reader_t *reader)
{
    cg_status_t  rc = CG_OK;

    if (reader->ended) {
        return CG_OK;
    }

    reader->ended = 1;

    if (!consent_reader_began(reader)) {
        rc = consent_reader_kept(reader, 1);
    }

    if (rc != CG_OK) {
        return rc;
    }

    return reader->wide ? cg_wide_end(reader->wide)
                        : cg_recall_end(reader->gate);
}


CG_HOT void
ngx_http_consent_reader_close(ngx_http_consent_reader_t *reader)
{
    if (reader->gate) {
        cg_recall_close(reader->gate);
    }
}


/* NULL: nothing was read yet. */

CG_HOT const cg_tally_t *
ngx_http_consent_reader_tally(const ngx_http_consent_reader_t *reader)
{
    if (reader->wide) {
        return cg_gate_tally(cg_wide_gate(reader->wide));
    }

    return reader->gate ? cg_recall_tally(reader->gate) : NULL;
}


CG_HOT const char *
ngx_http_consent_reader_known(const ngx_http_consent_reader_t *reader)
{
    static const char  *words[] = { "bypass", "miss", "part", "hit" };

    return words[reader->gate ? cg_recall_memory(reader->gate)
                              : CG_RECALL_NONE];
}
