#include "cg_address.h"
#include "base/cg_ascii.h"

#include <arpa/inet.h>

#define ADDRESS_V4  4                  /* bytes */
#define ADDRESS_V6  16


const char *
cg_address_form_name(cg_address_form_t form)
{
    static const char *const  names[] = { "drop", "t16", "t24", "full" };

    return names[form];
}


/* Bits that stay, of an IPv4 address and of an IPv6 prefix. */

static size_t
address_bits_v4(cg_address_form_t form)
{
    static const unsigned char  bits[] = { 0, 16, 24, 32 };

    return bits[form];
}


static size_t
address_bits_v6(cg_address_form_t form)
{
    static const unsigned char  bits[] = { 0, 32, 48, 128 };

    return bits[form];
}


/* All forms end at the border of a byte. */

static void
address_cut(unsigned char *address, size_t len, size_t bits)
{
    memset(address + bits / 8, 0, len - bits / 8);
}


void
cg_address_reduce(unsigned char *address, size_t len, cg_address_form_t form)
{
    size_t  bits = address_bits_v6(form);

    static const unsigned char  mapped[12] = { [10] = 0xFF, [11] = 0xFF };
    static const unsigned char  nat64[12] = { 0x00, 0x64, 0xFF, 0x9B };

    if (form == CG_ADDRESS_FULL) {
        return;
    }

    if (len == ADDRESS_V4) {
        bits = address_bits_v4(form);

    } else if (form == CG_ADDRESS_DROP) {
        bits = 0;

    } else if (memcmp(address, mapped, sizeof(mapped)) == 0
               || memcmp(address, nat64, sizeof(nat64)) == 0)
    {
        bits = 96 + address_bits_v4(form);

    } else if (address[0] == 0x20 && address[1] == 0x02) {
        bits = 16 + address_bits_v4(form);
    }

    address_cut(address, len, bits);
}


/* Without brackets, port and zone: the host, or absent where what stands around
 * it is no address's. */

static cg_str_t
address_bare(cg_str_t text)
{
    size_t                n;
    const unsigned char  *p;

    if (text.len && text.data[0] == '[') {
        p = memchr(text.data, ']', text.len);

        if (p == NULL || (p + 1 != text.data + text.len && p[1] != ':')) {
            return cg_str_null;
        }

        text = (cg_str_t) { (size_t) (p - text.data) - 1, text.data + 1 };

    } else {
        p = text.len ? memchr(text.data, ':', text.len) : NULL;
        n = p ? (size_t) (p - text.data) : 0;

        if (p && memchr(p + 1, ':', text.len - n - 1) == NULL) {
            text.len = n;              /* one colon: IPv4 and a port */
        }
    }

    p = text.len ? memchr(text.data, '%', text.len) : NULL;

    if (p) {
        text.len = (size_t) (p - text.data);
    }

    return text;
}


/* Its bytes; 0: none. */

static size_t
address_read(cg_str_t text, unsigned char address[ADDRESS_V6])
{
    char      copy[CG_ADDRESS_TEXT];
    cg_str_t  bare = address_bare(text);

    if (bare.len == 0 || bare.len >= sizeof(copy)
        || memchr(bare.data, '\0', bare.len))
    {
        return 0;
    }

    memcpy(copy, bare.data, bare.len);
    copy[bare.len] = '\0';

    if (inet_pton(AF_INET, copy, address) == 1) {
        return ADDRESS_V4;
    }

    return inet_pton(AF_INET6, copy, address) == 1 ? ADDRESS_V6 : 0;
}


/* Its reduced text, with NUL; 0: none, else the number of its bytes. */

static size_t
address_reduced(cg_str_t text, cg_address_form_t form,
    char reduced[CG_ADDRESS_TEXT])
{
    size_t         len;
    unsigned char  address[ADDRESS_V6];

    len = address_read(text, address);

    if (len == 0) {
        return 0;
    }

    cg_address_reduce(address, len, form);
    (void) inet_ntop(len == ADDRESS_V4 ? AF_INET : AF_INET6, address, reduced,
                     CG_ADDRESS_TEXT);

    return len;
}


cg_status_t
cg_address_text(cg_out_t *out, cg_str_t text, cg_address_form_t form)
{
    char  reduced[CG_ADDRESS_TEXT];

    if (address_reduced(text, form, reduced) == 0) {
        return CG_NONE;
    }

    cg_out_text(out, reduced);

    return out->status;
}


cg_address_header_t
cg_address_header(cg_str_t name)
{
    size_t  i;

    static const char *const  names[] = {
        "x-forwarded-for", "x-real-ip", "true-client-ip", "cf-connecting-ip",
        "cf-connecting-ipv6", "cf-pseudo-ipv4", "x-client-ip", "client-ip",
        "x-cluster-client-ip", "fastly-client-ip", "fly-client-ip",
        "x-original-forwarded-for", "forwarded-for", "x-forwarded",
        "x-envoy-external-address", "x-azure-clientip", "x-azure-socketip",
        "x-appengine-user-ip", "x-appengine-remote-addr", "x-remote-ip",
        "x-remote-addr", "x-originating-ip", "x-proxyuser-ip",
        "proxy-client-ip", "wl-proxy-client-ip", "ali-cdn-real-ip",
        "cdn-src-ip", "x-nf-client-connection-ip", "x-sucuri-clientip",
        "incap-client-ip"
    };

    if (cg_ascii_eq_nocase(name, cg_str("forwarded"))) {
        return CG_ADDRESS_HEADER_FORWARDED;
    }

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (cg_ascii_eq_nocase(name, cg_str_from(names[i]))) {
            return CG_ADDRESS_HEADER_LIST;
        }
    }

    return CG_ADDRESS_HEADER_NONE;
}


static cg_str_t
address_trim(cg_str_t text)
{
    while (text.len && cg_ascii_is_space(text.data[0])) {
        text.data++;
        text.len--;
    }

    while (text.len && cg_ascii_is_space(text.data[text.len - 1])) {
        text.len--;
    }

    return text;
}


/* What RFC 7239, 6.2 and 6.3 give proxies to say without an address. */

static int
address_is_hidden(cg_str_t node)
{
    size_t  i;

    if (cg_ascii_eq_nocase(node, cg_str("unknown"))) {
        return 1;
    }

    if (node.len < 2 || node.data[0] != '_') {
        return 0;
    }

    for (i = 1; i < node.len; i++) {
        if (!cg_ascii_is_alpha(node.data[i])
            && !cg_ascii_is_digit(node.data[i])
            && memchr("._-", node.data[i], 3) == NULL)
        {
            return 0;
        }
    }

    return 1;
}


/* One element of a list. */

static void
address_hop(cg_out_t *out, cg_str_t hop, cg_address_form_t form)
{
    if (address_is_hidden(hop)) {
        cg_out_str(out, hop);

    } else if (hop.len && cg_address_text(out, hop, form) == CG_NONE) {
        cg_out_text(out, "unknown");
    }
}


/* Cuts `list` behind its first element; a separator in a quoted string is none.
 * 0: that was the last one. */

static int
address_next(cg_str_t *list, unsigned char separator, cg_str_t *element)
{
    int     quoted = 0;
    size_t  i;

    for (i = 0; i < list->len; i++) {
        if (quoted && list->data[i] == '\\') {
            i += i + 1 < list->len;

        } else if (list->data[i] == '"') {
            quoted = !quoted;

        } else if (!quoted && list->data[i] == separator) {
            *element = (cg_str_t) { i, list->data };
            list->data += i + 1;
            list->len -= i + 1;
            return 1;
        }
    }

    *element = *list;

    return 0;
}


/* A node (RFC 7239, 6): a token or a quoted string, whose escapes are taken
 * away.  Too long for an address: empty. */

static cg_str_t
address_unquote(cg_str_t value, unsigned char *room, size_t size)
{
    size_t  i, n = 0;

    if (value.len < 2 || value.data[0] != '"'
        || value.data[value.len - 1] != '"')
    {
        return value;
    }

    for (i = 1; i + 1 < value.len && n < size; i++) {
        if (value.data[i] == '\\' && i + 2 < value.len) {
            i++;
        }

        room[n++] = value.data[i];
    }

    return i + 1 < value.len ? cg_str("") : (cg_str_t) { n, room };
}


static void
address_node(cg_out_t *out, cg_str_t value, cg_address_form_t form)
{
    char           reduced[CG_ADDRESS_TEXT];
    size_t         len;
    cg_str_t       node;
    unsigned char  room[2 * CG_ADDRESS_TEXT];

    node = address_unquote(value, room, sizeof(room));

    if (address_is_hidden(node)) {
        cg_out_str(out, node);
        return;
    }

    len = address_reduced(node, form, reduced);

    if (len == ADDRESS_V6) {
        cg_out_text(out, "\"[");
        cg_out_text(out, reduced);
        cg_out_text(out, "]\"");

    } else {
        cg_out_text(out, len ? reduced : "unknown");
    }
}


/* NAME=VALUE: `for` says who asked; `by`, `host` and `proto` say nothing of
 * the visitor.  What else there may be is left out: an element may have empty
 * pairs. */

static void
address_pair(cg_out_t *out, cg_str_t pair, cg_address_form_t form)
{
    cg_str_t              name = cg_str("");
    cg_str_t              value = cg_str("");
    const unsigned char  *p;

    p = pair.len ? memchr(pair.data, '=', pair.len) : NULL;

    if (p) {
        name = (cg_str_t) { (size_t) (p - pair.data), pair.data };
        value = (cg_str_t) { pair.len - name.len - 1, p + 1 };
    }

    if (cg_ascii_eq_nocase(name, cg_str("for"))) {
        cg_out_text(out, "for=");
        address_node(out, value, form);

    } else if (cg_ascii_eq_nocase(name, cg_str("by"))
               || cg_ascii_eq_nocase(name, cg_str("host"))
               || cg_ascii_eq_nocase(name, cg_str("proto")))
    {
        cg_out_str(out, pair);
    }
}


static void
address_element(cg_out_t *out, cg_str_t element, cg_address_form_t form)
{
    int       more;
    cg_str_t  pair;

    do {
        more = address_next(&element, ';', &pair);
        address_pair(out, address_trim(pair), form);

        if (more) {
            cg_out_byte(out, ';');
        }
    } while (more);
}


void
cg_address_value(cg_out_t *out, cg_str_t value, cg_address_header_t header,
    cg_address_form_t form)
{
    int       more;
    cg_str_t  element;

    do {
        more = address_next(&value, ',', &element);
        element = address_trim(element);

        if (header == CG_ADDRESS_HEADER_FORWARDED) {
            address_element(out, element, form);

        } else {
            address_hop(out, element, form);
        }

        if (more) {
            cg_out_text(out, ", ");
        }
    } while (more);
}
