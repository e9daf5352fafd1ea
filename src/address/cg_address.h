/*
 * Client addresses in less detail: in binary, as text, and in the request
 * headers that proxies carry them in.
 *
 * A reduced address is still personal data: it is called reduced, never
 * anonymous.
 */

#ifndef CG_ADDRESS_H
#define CG_ADDRESS_H

#include "base/cg_out.h"

#define CG_ADDRESS_TEXT  46            /* bytes of the longest one, with NUL */


/* Zeroed memory tells nothing. */

typedef enum {
    CG_ADDRESS_DROP = 0,               /* 0.0.0.0, :: */
    CG_ADDRESS_T16,                    /* IPv4 /16, IPv6 /32 */
    CG_ADDRESS_T24,                    /* IPv4 /24, IPv6 /48 */
    CG_ADDRESS_FULL
} cg_address_form_t;

/* How a request header carries addresses. */

typedef enum {
    CG_ADDRESS_HEADER_NONE = 0,
    CG_ADDRESS_HEADER_LIST,            /* one, or some with commas between */
    CG_ADDRESS_HEADER_FORWARDED        /* RFC 7239 */
} cg_address_header_t;


/* "t24"; for evidence and messages. */
const char *cg_address_form_name(cg_address_form_t form);

/* In place; `address` of 4 or 16 bytes, in network order.  An IPv6 address that
 * holds an IPv4 one is cut as deep as that: mapped (RFC 4291, 2.5.5.2), NAT64
 * (RFC 6052, 64:ff9b::/96), 6to4 (RFC 3056, whose /48 is the whole of it). */
void cg_address_reduce(unsigned char *address, size_t len,
    cg_address_form_t form);

/* One address, in brackets or not, with a port or a zone or not, which the
 * reduced text does not have.  Appends its reduced text to `out` (RFC 5952).
 * CG_NONE: it is no address; nothing was appended. */
CG_MUST_CHECK cg_status_t cg_address_text(cg_out_t *out, cg_str_t text,
    cg_address_form_t form);

/* By its name, in any case. */
cg_address_header_t cg_address_header(cg_str_t name);

/* The value of such a header with every address in it reduced; what cannot be
 * read as one is "unknown" in there, since it may be one all the same.  The
 * status is that of `out`. */
void cg_address_value(cg_out_t *out, cg_str_t value,
    cg_address_header_t header, cg_address_form_t form);

#endif /* CG_ADDRESS_H */
