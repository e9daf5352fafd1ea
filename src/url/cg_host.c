#include "cg_host.h"

#include "base/cg_ascii.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <libpsl.h>

#define HOST_RAW   4096         /* bytes of a host before it is mapped */
#define HOST_IPV4  16           /* bytes of dotted decimals, NUL included */


static cg_str_t
host_last_label(cg_str_t host)
{
    size_t  i = host.len;

    while (i && host.data[i - 1] != '.') {
        i--;
    }

    return cg_str_sub(host, i, host.len);
}


int
cg_host_is_word(cg_str_t host)
{
    size_t         i;
    unsigned char  c;

    for (i = 0; i < host.len; i++) {
        c = host.data[i];

        if (!(c >= 'a' && c <= 'z') && !cg_ascii_is_digit(c) && c != '-'
            && c != '_' && c != '.')
        {
            return 0;
        }
    }

    return host.len != 0;
}


/* 1 if the host has its final form: nearly every host that we see. */

static int
host_is_plain(cg_str_t host)
{
    cg_str_t  last = host_last_label(host);

    return cg_host_is_word(host) && last.len && !cg_ascii_is_digit(last.data[0])
           && host.len <= CG_MAX_HOST;
}


void
cg_host_origin(cg_out_t *out, int tls, cg_str_t field)
{
    size_t         i;
    unsigned char  c;

    for (i = 0; i < field.len; i++) {
        c = field.data[i];

        if (!cg_ascii_is_alpha(c) && !cg_ascii_is_digit(c)
            && (c == 0 || strchr("-._:[]", c) == NULL))
        {
            return;
        }
    }

    if (field.len) {
        cg_out_text(out, tls ? "https://" : "http://");
        cg_out_str(out, field);
    }
}


/* Percent-decodes into `raw` with a NUL behind; the length, or 0: too long. */

static size_t
host_decode(cg_str_t host, unsigned char raw[HOST_RAW + 1])
{
    int     high, low;
    size_t  i, n = 0;

    for (i = 0; i < host.len && n < HOST_RAW; i++, n++) {
        raw[n] = host.data[i];

        if (raw[n] != '%' || host.len - i < 3) {
            continue;
        }

        high = cg_ascii_hex(host.data[i + 1]);
        low = cg_ascii_hex(host.data[i + 2]);

        if (high >= 0 && low >= 0) {
            raw[n] = (unsigned char) (high << 4 | low);
            i += 2;
        }
    }

    raw[n] = '\0';

    return i == host.len ? n : 0;
}


/* Forbidden domain code points. */

static int
host_is_forbidden(unsigned char c)
{
    return c <= ' ' || c >= 0x7F || strchr("#/:<>?@[\\]^|%", c) != NULL;
}


/* One number of an IPv4 address: decimal, 0octal, 0xhexadecimal, "0x" is 0.
 * 0: not a number, or beyond 32 bits. */

static int
host_number(cg_str_t part, uint64_t *n)
{
    int       digit;
    size_t    i = 0;
    unsigned  base = 10;

    *n = 0;

    if (part.len >= 2 && part.data[0] == '0') {
        base = cg_ascii_lower(part.data[1]) == 'x' ? 16 : 8;
        i = base == 16 ? 2 : 1;
    }

    for ( /* void */ ; i < part.len; i++) {
        digit = cg_ascii_hex(part.data[i]);

        if (digit < 0 || (unsigned) digit >= base) {
            return 0;
        }

        *n = *n * base + (unsigned) digit;

        if (*n > UINT32_MAX) {
            return 0;
        }
    }

    return part.len != 0;
}


/* The "ends in a number" checker: then it is an IPv4 address or no host. */

static int
host_ends_in_number(cg_str_t host)
{
    size_t    i;
    uint64_t  n;
    cg_str_t  last = host_last_label(host);

    for (i = 0; i < last.len && cg_ascii_is_digit(last.data[i]); i++) {
        /* void */
    }

    if (i == last.len) {
        return last.len != 0;
    }

    if (last.len > 2 && last.data[0] == '0'
        && cg_ascii_lower(last.data[1]) == 'x')
    {
        for (i = 2; i < last.len && cg_ascii_hex(last.data[i]) >= 0; i++) {
            /* void */
        }

        return i == last.len;
    }

    return host_number(last, &n);
}


/* The IPv4 parser: up to four numbers, the last fills what is left. */

static int
host_ipv4(cg_str_t host, uint32_t *address)
{
    size_t    i, from = 0;
    unsigned  parts = 0;
    uint64_t  n = 0, sum = 0;

    for (i = 0; i <= host.len; i++) {
        if (i < host.len && host.data[i] != '.') {
            continue;
        }

        if (parts && (n > 255 || parts == 4)) {
            return 0;
        }

        sum = sum << 8 | n;
        parts++;

        if (!host_number(cg_str_sub(host, from, i), &n)) {
            return 0;
        }

        from = i + 1;
    }

    if (n >> 8 * (5 - parts)) {
        return 0;
    }

    *address = (uint32_t) (sum << 8 * (5 - parts) | n);

    return 1;
}


static void
host_put_ipv4(cg_out_t *out, uint32_t address)
{
    unsigned  shift;

    for (shift = 32; shift; shift -= 8) {
        cg_out_uint(out, address >> (shift - 8) & 255);

        if (shift != 8) {
            cg_out_byte(out, '.');
        }
    }
}


/* Where the longest run of zero pieces starts (at least two), and its end. */

static unsigned
host_zeros(const unsigned piece[8], unsigned *end)
{
    unsigned  i, run = 0, best = 1, from = 8;

    *end = 8;

    for (i = 0; i < 8; i++) {
        run = piece[i] == 0 ? run + 1 : 0;

        if (run > best) {
            best = run;
            *end = i + 1;
            from = i + 1 - run;
        }
    }

    return from;
}


/* The IPv6 serializer. */

static void
host_put_ipv6(cg_out_t *out, const unsigned char bytes[16])
{
    static const char  digits[] = "0123456789abcdef";

    int       shift;
    unsigned  i, from, end, piece[8];

    for (i = 0; i < 8; i++) {
        piece[i] = (unsigned) bytes[2 * i] << 8 | bytes[2 * i + 1];
    }

    from = host_zeros(piece, &end);
    cg_out_byte(out, '[');

    for (i = 0; i < 8; i++) {
        if (i == from) {
            cg_out_text(out, i == 0 ? "::" : ":");
            i = end - 1;
            continue;
        }

        for (shift = 12; shift > 0 && piece[i] >> shift == 0; shift -= 4) {
            /* void */
        }

        for ( /* void */ ; shift >= 0; shift -= 4) {
            cg_out_byte(out, (unsigned char) digits[piece[i] >> shift & 15]);
        }

        if (i != 7) {
            cg_out_byte(out, ':');
        }
    }

    cg_out_byte(out, ']');
}


static cg_status_t
host_ipv6(cg_str_t host, cg_out_t *out)
{
    char           text[INET6_ADDRSTRLEN];
    unsigned char  bytes[16];

    if (host.len < 4 || host.data[host.len - 1] != ']'
        || host.len - 2 >= sizeof(text)
        || memchr(host.data, '\0', host.len) != NULL)
    {
        return CG_EINVAL;
    }

    memcpy(text, host.data + 1, host.len - 2);
    text[host.len - 2] = '\0';

    if (inet_pton(AF_INET6, text, bytes) != 1) {
        return CG_EINVAL;
    }

    host_put_ipv6(out, bytes);

    return CG_OK;
}


/* A domain in ASCII, any case: the last checks. */

static cg_status_t
host_put_domain(cg_str_t name, cg_out_t *out)
{
    size_t    i;
    uint32_t  address;

    for (i = 0; i < name.len; i++) {
        if (host_is_forbidden(name.data[i])) {
            return CG_EINVAL;
        }
    }

    if (name.len && name.data[name.len - 1] == '.') {
        name.len--;
    }

    if (host_ends_in_number(name)) {
        if (!host_ipv4(name, &address)) {
            return CG_EINVAL;
        }

        host_put_ipv4(out, address);
        return CG_OK;
    }

    while (name.len && name.data[name.len - 1] == '.') {
        name.len--;
    }

    if (name.len == 0 || host_ends_in_number(name)) {
        return CG_EINVAL;
    }

    if (name.len > CG_MAX_HOST) {
        return CG_ELIMIT;
    }

    for (i = 0; i < name.len; i++) {
        cg_out_byte(out, cg_ascii_lower(name.data[i]));
    }

    return CG_OK;
}


/* UTS 46.  Browsers map with CheckHyphens, UseSTD3ASCIIRules and
 * VerifyDnsLength off; where libidn2 is stricter the host is refused, which is
 * the safe side. */

static cg_status_t
host_put_unicode(const unsigned char *raw, cg_out_t *out)
{
    int          rc;
    char        *ascii = NULL;
    cg_status_t  status;

    rc = idn2_to_ascii_8z((const char *) raw, &ascii, IDN2_NONTRANSITIONAL);

    if (rc != IDN2_OK) {
        return rc == IDN2_MALLOC ? CG_ENOMEM : CG_EINVAL;
    }

    status = host_put_domain(cg_str_from(ascii), out);
    idn2_free(ascii);

    return status;
}


/* U+1E9E, capital sharp s, is "ss" up to Unicode 15.0 and a letter of its own
 * since: two browsers would go to two hosts. */

static int
host_is_ambiguous(const unsigned char *raw)
{
    return strstr((const char *) raw, "\xe1\xba\x9e") != NULL;
}


static cg_status_t
host_put(cg_str_t host, cg_out_t *out)
{
    size_t         i, n;
    unsigned char  raw[HOST_RAW + 1];

    if (host.len && host.data[0] == '[') {
        return host_ipv6(host, out);
    }

    n = host_decode(host, raw);
    if (n == 0) {
        return host.len ? CG_ELIMIT : CG_EINVAL;
    }

    for (i = 0; i < n && raw[i] < 0x80; i++) {
        /* void */
    }

    if (i == n) {
        return host_put_domain((cg_str_t) { n, raw }, out);
    }

    if (memchr(raw, '\0', n) != NULL || host_is_ambiguous(raw)) {
        return CG_EINVAL;
    }

    return host_put_unicode(raw, out);
}


cg_status_t
cg_host_normalise(cg_str_t host, cg_out_t *out, cg_str_t *name)
{
    size_t       from = out->len;
    cg_str_t     all;
    cg_status_t  status;

    if (host_is_plain(host)) {
        *name = host;
        return CG_OK;
    }

    status = host_put(host, out);

    if (status == CG_OK) {
        status = out->status;
    }

    if (status == CG_OK) {
        all = cg_out_slice(out);
        *name = cg_str_sub(all, from, all.len);
    }

    return status;
}


int
cg_host_under(cg_str_t host, cg_str_t domain)
{
    size_t  at;

    if (domain.len == 0 || host.len < domain.len) {
        return 0;
    }

    at = host.len - domain.len;

    return host.data[at] == domain.data[0]
           && memcmp(host.data + at, domain.data, domain.len) == 0
           && (at == 0 || host.data[at - 1] == '.');
}


static int
host_is_literal(cg_str_t host)
{
    return host.len && (host.data[0] == '[' || host_ends_in_number(host));
}


/* A NUL-terminated copy for libpsl; 0: it would not read it rightly. */

static int
host_for_psl(cg_str_t host, char text[CG_MAX_HOST + 1])
{
    if (host.len == 0 || host.len > CG_MAX_HOST || host.data[0] == '.'
        || memchr(host.data, '\0', host.len) != NULL || host_is_literal(host))
    {
        return 0;
    }

    memcpy(text, host.data, host.len);
    text[host.len] = '\0';

    return 1;
}


cg_str_t
cg_host_registrable(cg_str_t host)
{
    char             text[CG_MAX_HOST + 1];
    const char      *domain;
    const psl_ctx_t  *psl = psl_builtin();

    if (psl == NULL || !host_for_psl(host, text)) {
        return cg_str_null;
    }

    domain = psl_registrable_domain(psl, text);

    return domain ? cg_str_sub(host, (size_t) (domain - text), host.len)
                  : cg_str_null;
}


/* The place of a host, or CG_DOMAINS. */

static size_t
domains_find(const cg_domains_t *domains, cg_str_t host)
{
    size_t  i;

    for (i = 0; i < CG_DOMAINS; i++) {
        if (domains->hosts[i].len == host.len
            && memcmp(domains->hosts[i].host, host.data, host.len) == 0)
        {
            return i;
        }
    }

    return CG_DOMAINS;
}


static size_t
domains_add(cg_domains_t *domains, cg_str_t host)
{
    size_t    i = domains->next++ % CG_DOMAINS;
    cg_str_t  domain = cg_host_registrable(host);

    memcpy(domains->hosts[i].host, host.data, host.len);
    domains->hosts[i].len = (unsigned char) host.len;
    domains->hosts[i].at = (unsigned char) (host.len - domain.len);

    return i;
}


cg_str_t
cg_domains_registrable(cg_domains_t *domains, cg_str_t host)
{
    size_t  i;

    if (domains == NULL || host.len == 0 || host.len > CG_DOMAINS_HOST) {
        return cg_host_registrable(host);
    }

    i = domains_find(domains, host);

    if (i == CG_DOMAINS) {
        i = domains_add(domains, host);
    }

    return domains->hosts[i].at == host.len
           ? cg_str_null
           : cg_str_sub(host, domains->hosts[i].at, host.len);
}


int
cg_host_same_site(cg_str_t a, cg_str_t b)
{
    cg_str_t  domain;

    if (cg_str_eq(a, b)) {
        return a.len != 0;
    }

    domain = cg_host_registrable(a);

    return domain.data && cg_str_eq(domain, cg_host_registrable(b));
}
