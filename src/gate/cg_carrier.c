#include "cg_carrier.h"
#include "cg_gate.h"
#include "base/cg_ascii.h"
#include "charset/cg_charset.h"

#define CARRIER_ESC  0x1B              /* begins another charset in
                                          ISO-2022-JP, which a meta may name */


static const cg_str_t  carrier_limit = {
    12, (const unsigned char *) "inline-limit"
};


cg_verdict_t
cg_carrier_unread(void)
{
    cg_verdict_t  verdict;

    memset(&verdict, 0, sizeof(verdict));
    verdict.vendor = carrier_limit;
    verdict.stays = 1;

    return verdict;
}


/* Style. */

cg_verdict_t
cg_carrier_css_url(const cg_reader_t *reader, const cg_css_url_t *url,
    cg_status_t rc)
{
    if (rc != CG_OK || url->unknown) {
        return cg_judge_unlisted(reader->judge);
    }

    return url->sheet ? cg_carrier_url(reader, url->url)
                      : cg_judge_url(reader->judge, reader->arena, url->url);
}


cg_verdict_t
cg_carrier_css(const cg_reader_t *reader, cg_str_t text)
{
    cg_css_t      css;
    cg_out_t      scratch;
    cg_status_t   rc;
    cg_css_url_t  url;
    cg_verdict_t  sum = cg_judge_free();

    cg_css_start(&css, text);
    cg_out_init(&scratch, reader->arena, 2 * CG_MAX_TAG);

    while (!sum.stays && (rc = cg_css_next(&css, &scratch, &url)) != CG_NONE) {
        cg_verdict_add(&sum, cg_carrier_css_url(reader, &url, rc));
    }

    cg_arena_outgrown(reader->arena, scratch.data);

    return sum;
}


/* Documents. */

static cg_status_t
carrier_ignore(void *ctx, cg_str_t bytes)
{
    (void) ctx;
    (void) bytes;

    return CG_OK;
}


/* What its gate would withhold can't be withheld here. */

static cg_verdict_t
carrier_read(const cg_reader_t *reader, cg_str_t html, int xml)
{
    cg_gate_t       *gate;
    cg_verdict_t     verdict;
    cg_gate_conf_t   conf;
    const cg_sink_t  sink = { carrier_ignore, carrier_ignore, carrier_ignore,
                              NULL, NULL, NULL };

    if (html.len == 0) {
        return cg_judge_free();
    }

    if (reader->depth >= CG_CARRIER_DEPTH) {
        return cg_carrier_unread();
    }

    memset(&conf, 0, sizeof(conf));
    conf.judge = *reader->judge;
    conf.inline_limit = reader->inline_limit;
    conf.depth = reader->depth + 1;
    conf.xml = xml ? 1 : 0;

    gate = cg_gate_create(reader->arena, &conf, &sink);

    if (gate == NULL || cg_gate_feed(gate, html) != CG_OK
        || cg_gate_end(gate) != CG_OK)
    {
        return cg_carrier_unread();
    }

    verdict = *cg_gate_verdict(gate);

    if (cg_gate_tally(gate)->withheld) {
        cg_verdict_add(&verdict, cg_carrier_unread());
    }

    return verdict;
}


cg_verdict_t
cg_carrier_document(const cg_reader_t *reader, cg_str_t html)
{
    return carrier_read(reader, html, 0);
}


/* URLs that are documents themselves. */

/* The URL Standard's "percent-decode"; `code` behind the comma. */

static void
carrier_unpercent(cg_out_t *out, cg_str_t code)
{
    int     high, low;
    size_t  i;

    for (i = 0; i < code.len; i++) {
        if (code.data[i] == '%' && code.len - i > 2) {
            high = cg_ascii_hex(code.data[i + 1]);
            low = cg_ascii_hex(code.data[i + 2]);

            if (high >= 0 && low >= 0) {
                cg_out_byte(out, (unsigned char) (high * 16 + low));
                i += 2;
                continue;
            }
        }

        cg_out_byte(out, code.data[i]);
    }
}


static int
carrier_base64_digit(unsigned char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }

    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }

    if (cg_ascii_is_digit(c)) {
        return c - '0' + 52;
    }

    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}


/* The Infra Standard's "forgiving-base64 decode" and laxer: what is no digit
 * is passed over. */

static void
carrier_unbase64(cg_out_t *out, cg_str_t code)
{
    int       digit, bits = 0;
    size_t    i;
    uint32_t  word = 0;

    for (i = 0; i < code.len; i++) {
        digit = carrier_base64_digit(code.data[i]);

        if (digit < 0) {
            continue;
        }

        word = (word << 6 | (uint32_t) digit) & 0xFFFFFF;
        bits += 6;

        if (bits >= 8) {
            bits -= 8;
            cg_out_byte(out, (unsigned char) (word >> bits));
        }
    }
}


/* The value as the URL parser takes it: trimmed, without tabs and newlines. */

static cg_str_t
carrier_strip(const cg_reader_t *reader, cg_str_t value)
{
    size_t    i;
    cg_out_t  out;

    while (value.len && value.data[0] <= ' ') {
        value = cg_str_sub(value, 1, value.len);
    }

    cg_out_init(&out, reader->arena, 2 * CG_MAX_TAG);

    for (i = 0; i < value.len; i++) {
        if (value.data[i] != '\t' && value.data[i] != '\n'
            && value.data[i] != '\r')
        {
            cg_out_byte(&out, value.data[i]);
        }
    }

    return cg_out_slice(&out);
}


/* Whether `word` stands in the media type, in any case. */

static int
carrier_says(cg_str_t type, cg_str_t word)
{
    size_t  i;

    for (i = 0; i + word.len <= type.len; i++) {
        if (cg_ascii_eq_nocase(cg_str_sub(type, i, i + word.len), word)) {
            return 1;
        }
    }

    return 0;
}


/* Types that fetch nothing. */

static int
carrier_is_dead(cg_str_t type)
{
    static const char *const  dead[] = {
        "image/", "audio/", "video/", "font/", "application/font",
        "application/x-font", "application/pdf", "application/json"
    };

    size_t    i;
    cg_str_t  start;

    if (carrier_says(type, cg_str("xml"))) {
        return 0;
    }

    for (i = 0; i < sizeof(dead) / sizeof(dead[0]); i++) {
        start = cg_str_from(dead[i]);

        if (type.len >= start.len
            && cg_ascii_eq_nocase(cg_str_sub(type, 0, start.len), start))
        {
            return 1;
        }
    }

    return 0;
}


/* Whether its bytes may be other markup than they look like: in a charset of
 * its own or, where it names none, in that of a <meta> or of the page. */

static int
carrier_is_odd(cg_charset_type_t type, cg_str_t text)
{
    if (!type.clear || cg_charset_is_wide(type.charset)
        || cg_charset_is_wide(cg_charset_bom(text)))
    {
        return 1;
    }

    return type.charset == NULL && text.len
           && (memchr(text.data, CARRIER_ESC, text.len) != NULL
               || memchr(text.data, '\0', text.len) != NULL);
}


/* A namespace may have any prefix, and elements then any name. */

static int
carrier_has_prefix(cg_str_t text)
{
    size_t    i;
    cg_str_t  mark = cg_str("xmlns:"), known = cg_str("xmlns:xlink"), rest;

    for (i = 0; i < text.len; i++) {
        rest = cg_str_sub(text, i, text.len);

        if (cg_str_starts(rest, cg_str("<xlink:"))
            || (cg_str_starts(rest, mark) && !cg_str_starts(rest, known)))
        {
            return 1;
        }
    }

    return 0;
}


/* XML 1.0, 4.3.3: an encoding other than UTF-8 is declared. */

static int
carrier_declares(cg_str_t text)
{
    size_t    i;
    cg_str_t  start = cg_str("<?xml ");

    for (i = 0; i < text.len && text.data[i] != '>'; i++) {
        /* void */
    }

    text.len = i;

    return cg_str_starts(text, start)
           && carrier_says(text, cg_str("encoding"))
           && !carrier_says(text, cg_str("utf-8"));
}


/* XML, which is told by its type. */

static cg_verdict_t
carrier_xml(const cg_reader_t *reader, cg_str_t text)
{
    if (carrier_declares(text) || carrier_has_prefix(text)
        || carrier_says(text, cg_str("<!ENTITY"))
        || carrier_says(text, cg_str("<?xml-stylesheet")))
    {
        return cg_carrier_unread();
    }

    return carrier_read(reader, text, 1);
}


/* As whatever a browser may take it for. */

static cg_verdict_t
carrier_content(const cg_reader_t *reader, cg_str_t type, cg_str_t text)
{
    cg_reader_t   sheet = *reader;
    cg_verdict_t  sum = cg_judge_inline(reader->judge, text);

    if (!sum.stays) {
        cg_verdict_add(&sum, cg_carrier_document(reader, text));
    }

    if (!sum.stays && carrier_says(type, cg_str("xml"))) {
        cg_verdict_add(&sum, carrier_xml(reader, text));
    }

    if (!sum.stays) {
        sheet.depth++;
        cg_verdict_add(&sum, cg_carrier_css(&sheet, text));
    }

    return sum;
}


/* `rest` stands behind "data:". */

static cg_verdict_t
carrier_data(const cg_reader_t *reader, cg_str_t rest)
{
    cg_out_t              out, plain;
    cg_str_t              type, text;
    cg_judge_t            judge = *reader->judge;
    cg_reader_t           own = *reader;
    cg_charset_type_t     charset;
    const unsigned char  *comma, *hash;

    comma = memchr(rest.data, ',', rest.len);

    if (comma == NULL) {
        return cg_judge_free();            /* no data: URL then */
    }

    type = cg_str_sub(rest, 0, (size_t) (comma - rest.data));
    text = cg_str_sub(rest, type.len + 1, rest.len);
    hash = text.len ? memchr(text.data, '#', text.len) : NULL;

    if (hash != NULL) {
        text.len = (size_t) (hash - text.data);
    }

    if (carrier_is_dead(type)) {
        return cg_judge_free();
    }

    if (reader->depth >= CG_CARRIER_DEPTH) {
        return cg_carrier_unread();
    }

    cg_out_init(&plain, reader->arena, 2 * CG_MAX_TAG);
    cg_out_init(&out, reader->arena, 2 * CG_MAX_TAG);
    carrier_unpercent(&plain, text);
    text = cg_out_slice(&plain);

    if (text.data != NULL && carrier_says(type, cg_str("base64"))) {
        carrier_unbase64(&out, text);
        text = cg_out_slice(&out);
    }

    charset = cg_charset_type(type);

    if (plain.status != CG_OK || out.status != CG_OK
        || carrier_is_odd(charset, text))
    {
        return cg_carrier_unread();
    }

    own.judge = &judge;
    judge.legacy = charset.charset == NULL
                   || charset.charset->form == CG_CHARSET_BYTES;

    return text.len ? carrier_content(&own, type, text) : cg_judge_free();
}


static cg_verdict_t
carrier_javascript(const cg_reader_t *reader, cg_str_t rest)
{
    cg_out_t  out;
    cg_str_t  text;

    cg_out_init(&out, reader->arena, 2 * CG_MAX_TAG);
    carrier_unpercent(&out, rest);
    text = cg_out_slice(&out);

    if (out.status != CG_OK) {
        return cg_carrier_unread();
    }

    return text.len ? cg_judge_inline(reader->judge, text) : cg_judge_free();
}


static int
carrier_begins(cg_str_t value, cg_str_t scheme)
{
    return value.len > scheme.len
           && cg_ascii_eq_nocase(cg_str_sub(value, 0, scheme.len), scheme);
}


cg_verdict_t
cg_carrier_url(const cg_reader_t *reader, cg_str_t value)
{
    size_t    i = 0;
    cg_str_t  data = cg_str("data:"), script = cg_str("javascript:");

    while (i < value.len && value.data[i] <= ' ') {
        i++;
    }

    if (i == value.len
        || (cg_ascii_lower(value.data[i]) != 'd'
            && cg_ascii_lower(value.data[i]) != 'j'))
    {
        return cg_judge_url(reader->judge, reader->arena, value);
    }

    value = carrier_strip(reader, value);

    if (value.data == NULL) {
        return cg_carrier_unread();
    }

    if (carrier_begins(value, data)) {
        return carrier_data(reader, cg_str_sub(value, data.len, value.len));
    }

    if (carrier_begins(value, script)) {
        return carrier_javascript(reader, cg_str_sub(value, script.len,
                                                     value.len));
    }

    return cg_judge_url(reader->judge, reader->arena, value);
}
