#include "cg_url.h"
#include "cg_host.h"
#include "cg_url_path.h"

#include "base/cg_ascii.h"
#include "base/cg_find.h"
#include "base/cg_utf8.h"


/* Bytes that the parser removes wherever they stand: tab, LF, CR. */

static const cg_set_t  url_removed = {
    .low = { [9] = 0x01, [10] = 0x01, [13] = 0x01 }, .high = { [0] = 0x01 }
};


static int
url_is_removed(unsigned char c)
{
    return c == '\t' || c == '\n' || c == '\r';
}


/* C0 controls and spaces are stripped at both ends. */

static cg_str_t
url_trim(cg_str_t s)
{
    while (s.len && s.data[0] <= ' ') {
        s.data++;
        s.len--;
    }

    while (s.len && s.data[s.len - 1] <= ' ') {
        s.len--;
    }

    return s;
}


/* The place of the colon that ends a scheme, or 0: there is none. */

static size_t
url_colon(cg_str_t text)
{
    int            seen = 0;
    size_t         i;
    unsigned char  c;

    for (i = 0; i < text.len; i++) {
        c = text.data[i];

        if (url_is_removed(c)) {
            continue;
        }

        if (c == ':') {
            return seen ? i : 0;
        }

        if (!cg_ascii_is_alpha(c)
            && (!seen || (!cg_ascii_is_digit(c) && c != '+' && c != '-'
                          && c != '.')))
        {
            return 0;
        }

        seen = 1;
    }

    return 0;
}


/* Compares a scheme as written with a name in lower case. */

static int
url_scheme_is(cg_str_t written, cg_str_t name)
{
    size_t  i, at = 0;

    for (i = 0; i < written.len; i++) {
        if (url_is_removed(written.data[i])) {
            continue;
        }

        if (at == name.len
            || cg_ascii_lower(written.data[i]) != name.data[at])
        {
            return 0;
        }

        at++;
    }

    return at == name.len;
}


/* The special schemes with a network host, or absent.  "file" is special too,
 * but no page that came over the network may load it. */

static cg_str_t
url_special(cg_str_t written)
{
    static const char  names[][6] = { "https", "http", "wss", "ws", "ftp" };

    size_t    i;
    cg_str_t  name;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        name = cg_str_from(names[i]);

        if (url_scheme_is(written, name)) {
            return name;
        }
    }

    return cg_str_null;
}


/* The special scheme or absent; *colon is the place of the colon behind any
 * scheme, or 0.  Most values need no search. */

static cg_str_t
url_scheme(cg_str_t text, size_t *colon)
{
    if (cg_str_starts(text, cg_str("https:"))) {
        *colon = 5;
        return cg_str("https");
    }

    if (cg_str_starts(text, cg_str("http:"))) {
        *colon = 4;
        return cg_str("http");
    }

    *colon = text.len && text.data[0] == '/' ? 0 : url_colon(text);

    return *colon ? url_special(cg_str_sub(text, 0, *colon)) : cg_str_null;
}


static cg_status_t
url_fail(cg_url_t *url, cg_status_t status)
{
    memset(url, 0, sizeof(*url));
    url->kind = CG_URL_HOST;
    url->bad_host = 1;

    return status;
}


static cg_status_t
url_read_opaque(cg_str_t written, cg_out_t *scratch, cg_url_t *url)
{
    int            plain = 1;
    size_t         i;
    unsigned char  c;

    url->kind = CG_URL_OPAQUE;
    url->scheme = written;

    for (i = 0; i < written.len; i++) {
        c = written.data[i];
        plain &= c == cg_ascii_lower(c) && !url_is_removed(c);
    }

    if (plain) {
        return CG_OK;
    }

    for (i = 0; i < written.len; i++) {
        if (!url_is_removed(written.data[i])) {
            cg_out_byte(scratch, cg_ascii_lower(written.data[i]));
        }
    }

    url->scheme = cg_out_slice(scratch);

    return scratch->status == CG_OK ? CG_OK : url_fail(url, scratch->status);
}


/* The text without the bytes that are removed: itself, or a copy in `buf`. */

static cg_str_t
url_clean(cg_str_t text, unsigned char *buf)
{
    size_t  i, n;

    i = (size_t) (cg_find_any(&url_removed, text.data, text.data + text.len)
                  - text.data);

    if (i == text.len) {
        return text;
    }

    memcpy(buf, text.data, i);

    for (n = i; i < text.len; i++) {
        if (!url_is_removed(text.data[i])) {
            buf[n++] = text.data[i];
        }
    }

    return (cg_str_t) { n, buf };
}


/* Digits up to 65535; none at all is the default port. */

static int
url_port_is_good(cg_str_t port)
{
    size_t    i;
    unsigned  n = 0;

    for (i = 0; i < port.len; i++) {
        if (!cg_ascii_is_digit(port.data[i])) {
            return 0;
        }

        n = n * 10 + (unsigned) (port.data[i] - '0');

        if (n > 65535) {
            return 0;
        }
    }

    return 1;
}


/* In a charset other than UTF-8 an ASCII byte may be the second half of a
 * character: with such bytes around, delimiters cannot be trusted. */

static int
url_is_utf8(cg_str_t s)
{
    const unsigned char  *p = s.data, *end = s.data + s.len;

    while (p != end) {
        if (*p < 0x80) {
            p++;

        } else if (cg_utf8_next(&p, end) == CG_UTF8_BAD) {
            return 0;
        }
    }

    return 1;
}


/* Nothing but a host, of bytes that need no second look. */

static int
url_is_host(cg_str_t authority)
{
    size_t         i;
    unsigned char  c;

    for (i = 0; i < authority.len; i++) {
        c = authority.data[i];

        if (!cg_ascii_is_alpha(c) && c != '.' && c != '-'
            && !cg_ascii_is_digit(c))
        {
            return 0;
        }
    }

    return i != 0;
}


/* "\" is "/", unless it is half of a character; that matters where a segment
 * takes back the one before. */

static int
url_is_unsure(cg_str_t path)
{
    int     half = 0, dots = 0;
    size_t  i;

    if (path.len == 0 || memchr(path.data, '\\', path.len) == NULL) {
        return 0;
    }

    for (i = 1; i < path.len && path.data[i] != '?'; i++) {
        half |= path.data[i] == '\\' && path.data[i - 1] >= 0x80;
        dots |= (path.data[i] == '.' && path.data[i - 1] == '.')
                || (path.data[i] == '2' && path.data[i - 1] == '%');
    }

    return half && dots;
}


/* Userinfo ends at the last "@", the port starts at a colon outside of
 * brackets (authority state, host state, port state). */

static void
url_read_authority(cg_str_t authority, cg_url_t *url)
{
    int       bracket = 0;
    size_t    i, from = 0, to = authority.len;
    cg_str_t  port = cg_str("");

    if (url_is_host(authority)) {
        url->host = authority;
        return;
    }

    for (i = 0; i < authority.len; i++) {
        if (authority.data[i] == '@') {
            from = i + 1;

        } else if (authority.data[i] >= 0x80) {
            url->unsure = 1;
        }
    }

    for (i = from; i < authority.len; i++) {
        if (authority.data[i] == '[') {
            bracket = 1;

        } else if (authority.data[i] == ']') {
            bracket = 0;

        } else if (authority.data[i] == ':' && !bracket) {
            to = i;
            port = cg_str_sub(authority, i + 1, authority.len);
            break;
        }
    }

    url->host = cg_str_sub(authority, from, to);
    url->bad_host = to == from || !url_port_is_good(port);

    if (!url_is_utf8(authority)) {
        url->host = cg_str_null;
        url->bad_host = 1;
    }
}


/* / ? \ */

static const cg_set_t  url_behind_host = {
    .low = { [12] = 0x20, [15] = 0x0C }, .high = { [2] = 0x04, [3] = 0x08,
                                                   [5] = 0x20 }
};


/* Splits a text without removed bytes; host and path are still as written. */

static void
url_split(cg_str_t text, cg_url_t *url)
{
    size_t    i = 0, end;

    text = cg_url_cut(text, '#');

    if (url->scheme.data) {
        i = url->scheme.len + 1;
    }

    for (end = i; end < text.len && cg_url_is_slash(text.data[end]); end++) {
        /* void */
    }

    if (url->scheme.data == NULL && end < 2) {
        url->kind = CG_URL_RELATIVE;
        url->path = text;
        url->unsure = url_is_unsure(text) ? 1 : 0;
        return;
    }

    url->kind = CG_URL_HOST;
    url->lax = end - i < 2;

    i = end;
    end = (size_t) (cg_find_any(&url_behind_host, text.data + end,
                                text.data + text.len) - text.data);

    url->path = cg_str_sub(text, end, text.len);
    url->unsure = url_is_unsure(url->path) ? 1 : 0;
    url_read_authority(cg_str_sub(text, i, end), url);
}


/* Path as promised: a view of the text, of `buf` or of a constant. */

static void
url_settle_path(cg_url_t *url, unsigned char *buf)
{
    if (url->path.len == 0) {
        url->path = url->kind == CG_URL_HOST ? cg_str("/") : cg_str("");
        return;
    }

    if (cg_url_is_slash(url->path.data[0]) && cg_url_path_is_rough(url->path)) {
        memmove(buf, url->path.data, url->path.len);
        url->path = cg_url_path_resolve(buf, url->path.len);
    }
}


/* Host as promised.  What is copied stands first in `scratch`, as it was reset;
 * a host that is no host is not an error, it is a bad_host. */

static cg_status_t
url_settle_host(cg_url_t *url, int copied, cg_out_t *scratch)
{
    cg_str_t     name = cg_str_null;
    cg_status_t  status = CG_EINVAL;

    if (url->host.len) {
        status = cg_host_normalise(url->host, scratch, &name);
    }

    if (status == CG_ENOMEM || scratch->status != CG_OK) {
        return status;
    }

    if (status != CG_OK) {
        url->host = cg_str_null;
        url->bad_host = 1;
        return CG_OK;
    }

    if (copied && scratch->len == 0) {
        cg_out_str(scratch, name);
    }

    url->host = name;

    return scratch->status;
}


/* Host and path leave `buf`: they lie one after the other in `scratch`, whose
 * bytes may have moved meanwhile. */

static cg_status_t
url_settle(cg_url_t *url, int copied, unsigned char *buf, cg_out_t *scratch)
{
    size_t       from;
    cg_str_t     all;
    cg_status_t  status = CG_OK;

    if (url->kind == CG_URL_HOST) {
        status = url_settle_host(url, copied, scratch);
        if (status != CG_OK) {
            return status;
        }
    }

    from = scratch->len;
    url_settle_path(url, buf);

    if (copied || url->path.data == buf) {
        cg_out_str(scratch, url->path);
    }

    if (scratch->status != CG_OK) {
        return scratch->status;
    }

    all = cg_out_slice(scratch);

    if (from) {
        url->host = cg_str_sub(all, 0, from);
    }

    if (copied || url->path.data == buf) {
        url->path = cg_str_sub(all, from, all.len);
    }

    return CG_OK;
}


cg_status_t
cg_url_read(cg_str_t value, cg_out_t *scratch, cg_url_t *url)
{
    size_t         colon;
    cg_str_t       text = url_trim(value);
    cg_status_t    status;
    unsigned char  buf[CG_MAX_URL];

    memset(url, 0, sizeof(*url));
    cg_out_reset(scratch);

    if (text.data == NULL) {
        text = cg_str("");
    }

    url->scheme = url_scheme(text, &colon);

    if (colon && url->scheme.data == NULL) {
        return url_read_opaque(cg_str_sub(text, 0, colon), scratch, url);
    }

    if (text.len > CG_MAX_URL) {
        return url_fail(url, CG_ELIMIT);
    }

    text = url_clean(text, buf);
    url_split(text, url);
    status = url_settle(url, text.data == buf, buf, scratch);

    return status == CG_OK ? CG_OK : url_fail(url, status);
}
