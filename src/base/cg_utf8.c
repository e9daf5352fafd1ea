#include "cg_utf8.h"


/* The range of the second byte that keeps the sequence shortest, below the
 * surrogates' gap and within Unicode; a first byte that starts nothing has
 * length 0. */

typedef struct {
    unsigned char  length;
    unsigned char  low;
    unsigned char  high;
    unsigned char  bits;
} cg_utf8_lead_t;


static cg_utf8_lead_t
utf8_lead(unsigned char c)
{
    cg_utf8_lead_t  lead = { 0, 0x80, 0xBF, 0 };

    if (c >= 0xC2 && c <= 0xDF) {
        lead.length = 2;
        lead.bits = c & 0x1F;

    } else if (c >= 0xE0 && c <= 0xEF) {
        lead.length = 3;
        lead.bits = c & 0x0F;
        lead.low = c == 0xE0 ? 0xA0 : 0x80;
        lead.high = c == 0xED ? 0x9F : 0xBF;

    } else if (c >= 0xF0 && c <= 0xF4) {
        lead.length = 4;
        lead.bits = c & 0x07;
        lead.low = c == 0xF0 ? 0x90 : 0x80;
        lead.high = c == 0xF4 ? 0x8F : 0xBF;
    }

    return lead;
}


uint32_t
cg_utf8_next(const unsigned char **p, const unsigned char *end)
{
    uint32_t        code;
    unsigned        i;
    unsigned char   c = *(*p)++;
    cg_utf8_lead_t  lead;

    if (c < 0x80) {
        return c;
    }

    lead = utf8_lead(c);
    code = lead.bits;

    if (lead.length == 0) {
        return CG_UTF8_BAD;
    }

    for (i = 1; i < lead.length; i++) {
        if (*p == end || **p < lead.low || **p > lead.high) {
            return CG_UTF8_BAD;
        }

        code = code << 6 | (*(*p)++ & 0x3F);
        lead.low = 0x80;
        lead.high = 0xBF;
    }

    return code;
}


size_t
cg_utf8_put(uint32_t code, unsigned char *dst)
{
    if (code < 0x80) {
        dst[0] = (unsigned char) code;
        return 1;
    }

    if (code < 0x800) {
        dst[0] = (unsigned char) (0xC0 | code >> 6);
        dst[1] = (unsigned char) (0x80 | (code & 0x3F));
        return 2;
    }

    if (code < 0x10000) {
        dst[0] = (unsigned char) (0xE0 | code >> 12);
        dst[1] = (unsigned char) (0x80 | (code >> 6 & 0x3F));
        dst[2] = (unsigned char) (0x80 | (code & 0x3F));
        return 3;
    }

    dst[0] = (unsigned char) (0xF0 | code >> 18);
    dst[1] = (unsigned char) (0x80 | (code >> 12 & 0x3F));
    dst[2] = (unsigned char) (0x80 | (code >> 6 & 0x3F));
    dst[3] = (unsigned char) (0x80 | (code & 0x3F));
    return 4;
}
