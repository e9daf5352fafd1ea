/*
 * Names as words: the first eight bytes of a name, the first one lowest, so
 * that a name is compared, and looked up, in a step.
 */

#ifndef CG_HTML_NAME_H
#define CG_HTML_NAME_H

#include "base/cg_base.h"

#define CG_NAME_WORD  8            /* bytes of a word */


/* What tables are written in. */

#define CG_N1(a)                    ((uint64_t) (a))
#define CG_N2(a, b)                 (CG_N1(a) | CG_N1(b) << 8)
#define CG_N3(a, b, c)              (CG_N2(a, b) | CG_N1(c) << 16)
#define CG_N4(a, b, c, d)           (CG_N3(a, b, c) | CG_N1(d) << 24)
#define CG_N5(a, b, c, d, e)        (CG_N4(a, b, c, d) | CG_N1(e) << 32)
#define CG_N6(a, b, c, d, e, f)     (CG_N5(a, b, c, d, e) | CG_N1(f) << 40)
#define CG_N7(a, b, c, d, e, f, g)                                           \
    (CG_N6(a, b, c, d, e, f) | CG_N1(g) << 48)
#define CG_N8(a, b, c, d, e, f, g, h)                                        \
    (CG_N7(a, b, c, d, e, f, g) | CG_N1(h) << 56)


/* The word of a name of `len` bytes (at least 1); 8 bytes at `p` are there to
 * be read, whatever they are. */

static inline uint64_t
cg_html_word(const unsigned char *p, size_t len)
{
    static const uint64_t  masks[CG_NAME_WORD + 1] = {
        0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF,
        0xFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF
    };

    uint64_t  word;

    memcpy(&word, p, CG_NAME_WORD);

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif

    return word & masks[len < CG_NAME_WORD ? len : CG_NAME_WORD];
}


/* The same in lower case: exact for letters, and nothing else becomes one. */

static inline uint64_t
cg_html_word_lower(const unsigned char *p, size_t len)
{
    uint64_t  ones = ~UINT64_C(0) / 255;
    uint64_t  word = cg_html_word(p, len);

    return word | (word & ones * 0x40) >> 1;
}

#endif /* CG_HTML_NAME_H */
