#include "cg_cookie.h"

#include "base/cg_ascii.h"

#define COOKIE_MAX_PAIR   4096   /* bytes of name and value (bis, 5.7) */
#define COOKIE_MAX_VALUE  1024   /* bytes of an attribute's value (bis, 5.6) */


static int
cookie_is_blank(unsigned char c)
{
    return c == ' ' || c == '\t';
}


/* Narrows [*from, *to) of line to what stands between blanks. */

static inline void
cookie_trim(cg_str_t line, size_t *from, size_t *to)
{
    while (*from < *to && cookie_is_blank(line.data[*from])) {
        (*from)++;
    }

    while (*to > *from && cookie_is_blank(line.data[*to - 1])) {
        (*to)--;
    }
}


static cg_str_t
cookie_slice(cg_str_t line, size_t from, size_t to)
{
    cookie_trim(line, &from, &to);

    return cg_str_sub(line, from, to);
}


static size_t
cookie_find(cg_str_t line, size_t from, size_t to, unsigned char c)
{
    const unsigned char  *at = NULL;

    if (from < to) {
        at = memchr(line.data + from, c, to - from);
    }

    return at ? (size_t) (at - line.data) : to;
}


/* The piece of line between two semicolons, split at its first "=". */

static void
cookie_split(cg_str_t line, size_t at, size_t end, cg_cookie_t *pair)
{
    size_t  equal;

    pair->start = at;
    pair->end = end;
    cookie_trim(line, &pair->start, &pair->end);

    equal = cookie_find(line, pair->start, pair->end, '=');

    if (equal == pair->end) {
        pair->name = cg_str("");
        pair->value = cg_str_sub(line, pair->start, pair->end);
        return;
    }

    pair->name = cookie_slice(line, pair->start, equal);
    pair->value = cookie_slice(line, equal + 1, pair->end);
}


cg_status_t
cg_cookie_next(cg_str_t line, size_t *at, cg_cookie_t *pair)
{
    size_t  end;

    while (*at < line.len) {
        end = cookie_find(line, *at, line.len, ';');
        cookie_split(line, *at, end, pair);
        *at = end + 1;

        if (pair->start != pair->end) {
            return CG_OK;
        }
    }

    return CG_NONE;
}


/* The name by which a server knows what a browser sends for a cookie. */

static cg_str_t
cookie_sent_name(cg_str_t name, cg_str_t value)
{
    if (name.len) {
        return name;
    }

    return cookie_slice(value, 0, cookie_find(value, 0, value.len, '='));
}


/* Appends a kept pair: the bytes from the semicolon before it, or the pair
 * alone where it is the first that stays. */

static void
cookie_keep(cg_out_t *out, size_t from, cg_str_t line, const cg_cookie_t *pair)
{
    size_t  start = pair->start;

    if (out->len != from) {
        while (start && cookie_is_blank(line.data[start - 1])) {
            start--;
        }

        cg_out_byte(out, ';');
    }

    cg_out_str(out, cg_str_sub(line, start, pair->end));
}


/* Appends the pairs before line[end], all of which stay. */

static void
cookie_keep_before(cg_out_t *out, size_t from, cg_str_t line, size_t end)
{
    size_t       at = 0;
    cg_cookie_t  pair;

    line.len = end;

    while (cg_cookie_next(line, &at, &pair) == CG_OK) {
        cookie_keep(out, from, line, &pair);
    }
}


cg_status_t
cg_cookie_filter(cg_str_t line, cg_cookie_keep_pt keep, void *ctx,
    cg_out_t *out, cg_str_t *kept)
{
    int          dropped = 0;
    size_t       at = 0, from = out->len;
    cg_str_t     all;
    cg_cookie_t  pair;

    *kept = cg_str_null;

    while (cg_cookie_next(line, &at, &pair) == CG_OK) {
        if (!keep(ctx, cookie_sent_name(pair.name, pair.value))) {
            if (!dropped) {
                cookie_keep_before(out, from, line, pair.start);
            }

            dropped = 1;

        } else if (dropped) {
            cookie_keep(out, from, line, &pair);
        }
    }

    if (!dropped) {
        *kept = line;
        return CG_OK;
    }

    if (out->status != CG_OK) {
        return out->status;
    }

    if (out->len == from) {
        return CG_NONE;
    }

    all = cg_out_slice(out);
    *kept = cg_str_sub(all, from, all.len);

    return CG_OK;
}


/* Max-Age: an optional minus and digits, clamped; else not a number. */

static int
cookie_seconds(cg_str_t text, int64_t *seconds)
{
    int       minus = text.len && text.data[0] == '-';
    size_t    i;
    uint64_t  n = 0;

    if (text.len == (size_t) minus) {
        return 0;
    }

    for (i = (size_t) minus; i < text.len; i++) {
        if (!cg_ascii_is_digit(text.data[i])) {
            return 0;
        }

        if (n <= INT64_MAX) {
            n = n > INT64_MAX / 10 ? (uint64_t) INT64_MAX + 1
                                   : n * 10 + (uint64_t) (text.data[i] - '0');
        }
    }

    if (n > INT64_MAX) {
        n = INT64_MAX;
    }

    *seconds = minus ? -(int64_t) n : (int64_t) n;

    return 1;
}


static cg_samesite_t
cookie_samesite(cg_str_t word)
{
    if (cg_ascii_eq_nocase(word, cg_str("none"))) {
        return CG_SAMESITE_NONE;
    }

    if (cg_ascii_eq_nocase(word, cg_str("lax"))) {
        return CG_SAMESITE_LAX;
    }

    return cg_ascii_eq_nocase(word, cg_str("strict")) ? CG_SAMESITE_STRICT
                                                      : CG_SAMESITE_UNSET;
}


static cg_str_t
cookie_domain(cg_str_t text)
{
    if (text.len && text.data[0] == '.') {
        text = cg_str_sub(text, 1, text.len);
    }

    return text.len ? text : cg_str_null;
}


/* One attribute; of several with one name the last counts (bis, 5.7). */

static void
cookie_take(cg_set_cookie_t *set, cg_str_t name, cg_str_t value)
{
    int64_t  n;

    if (cg_ascii_eq_nocase(name, cg_str("expires"))) {
        if (cg_cookie_date(value, &n) == CG_OK) {
            set->expires = n;
            set->expires_text = value;
            set->has_expires = 1;
        }

    } else if (cg_ascii_eq_nocase(name, cg_str("max-age"))) {
        if (cookie_seconds(value, &n)) {
            set->max_age = n;
            set->max_age_text = value;
            set->has_max_age = 1;
        }

    } else if (cg_ascii_eq_nocase(name, cg_str("domain"))) {
        set->domain = cookie_domain(value);

    } else if (cg_ascii_eq_nocase(name, cg_str("path"))) {
        set->path = value.len && value.data[0] == '/' ? value : cg_str_null;

    } else if (cg_ascii_eq_nocase(name, cg_str("samesite"))) {
        set->samesite = cookie_samesite(value);

    } else if (cg_ascii_eq_nocase(name, cg_str("secure"))) {
        set->secure = 1;

    } else if (cg_ascii_eq_nocase(name, cg_str("httponly"))) {
        set->http_only = 1;

    } else if (cg_ascii_eq_nocase(name, cg_str("partitioned"))) {
        set->partitioned = 1;
    }
}


static int
cookie_has_controls(cg_str_t line)
{
    size_t  i;

    for (i = 0; i < line.len; i++) {
        if ((line.data[i] < ' ' && line.data[i] != '\t')
            || line.data[i] == 0x7F)
        {
            return 1;
        }
    }

    return 0;
}


cg_status_t
cg_set_cookie_read(cg_str_t line, cg_set_cookie_t *set)
{
    size_t       at;
    cg_cookie_t  pair;

    memset(set, 0, sizeof(*set));

    if (line.len == 0 || cookie_has_controls(line)) {
        return CG_EINVAL;
    }

    at = cookie_find(line, 0, line.len, ';');
    cookie_split(line, 0, at, &pair);

    if (pair.name.len + pair.value.len == 0
        || pair.name.len + pair.value.len > COOKIE_MAX_PAIR)
    {
        return CG_EINVAL;
    }

    set->name = pair.name;
    set->value = pair.value;
    set->sent = cookie_sent_name(pair.name, pair.value);

    at++;

    while (cg_cookie_next(line, &at, &pair) == CG_OK) {
        if (cookie_find(line, pair.start, pair.end, '=') == pair.end) {
            cookie_take(set, pair.value, cg_str(""));

        } else if (pair.value.len <= COOKIE_MAX_VALUE) {
            cookie_take(set, pair.name, pair.value);
        }
    }

    return CG_OK;
}


cg_status_t
cg_set_cookie_lifetime(const cg_set_cookie_t *set, int64_t now,
    int64_t *seconds)
{
    if (set->has_max_age) {
        *seconds = set->max_age;
        return CG_OK;
    }

    if (set->has_expires) {
        *seconds = set->expires - now;
        return CG_OK;
    }

    return CG_NONE;
}
