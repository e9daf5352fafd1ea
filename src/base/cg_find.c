#include "cg_find.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define FIND_AVX2  1
#define FIND_STEP  32
#define FIND_FEW   8               /* bytes that are not worth a step */
#include <immintrin.h>
#endif


void
cg_set_add(cg_set_t *set, unsigned char c)
{
    unsigned char  bit = (unsigned char) (1 << (c >> 4 & 7));

    set->low[c & 15] |= bit;
    set->high[c >> 4 & 7] = bit;
}


uint64_t
cg_find_mask_plain(const cg_set_t *set, const unsigned char *p, size_t n)
{
    size_t    i;
    uint64_t  mask = 0;

    for (i = 0; i < n; i++) {
        mask |= (uint64_t) cg_set_has(set, p[i]) << i;
    }

    return mask;
}


#ifdef FIND_AVX2

/* The look-up takes no index of 0x80 and above: such bytes give 0. */

__attribute__((target("avx2"))) static inline uint32_t
find_half(__m256i low, __m256i high, const unsigned char *p)
{
    __m256i  bytes = _mm256_loadu_si256((const __m256i *) (const void *) p);
    __m256i  upper, found;

    upper = _mm256_and_si256(_mm256_srli_epi16(bytes, 4),
                             _mm256_set1_epi8(15));
    found = _mm256_and_si256(_mm256_shuffle_epi8(low, bytes),
                             _mm256_shuffle_epi8(high, upper));

    return ~(uint32_t) _mm256_movemask_epi8(
               _mm256_cmpeq_epi8(found, _mm256_setzero_si256()));
}


__attribute__((target("avx2"))) static inline __m256i
find_table(const unsigned char *table)
{
    return _mm256_broadcastsi128_si256(
               _mm_loadu_si128((const __m128i *) (const void *) table));
}


__attribute__((target("avx2"))) static uint64_t
find_block(const cg_set_t *set, const unsigned char *p)
{
    __m256i  low = find_table(set->low);
    __m256i  high = find_table(set->high);

    return find_half(low, high, p)
           | (uint64_t) find_half(low, high, p + 32) << 32;
}


/* At least FIND_STEP bytes.  The last step looks at some again, of which none
 * is in the set. */

__attribute__((target("avx2"))) static const unsigned char *
find_far(const cg_set_t *set, const unsigned char *p,
    const unsigned char *end)
{
    uint32_t  mask;
    __m256i   low = find_table(set->low);
    __m256i   high = find_table(set->high);

    for ( ; end - p >= FIND_STEP; p += FIND_STEP) {
        mask = find_half(low, high, p);

        if (mask) {
            return p + __builtin_ctz(mask);
        }
    }

    if (p == end) {
        return end;
    }

    p = end - FIND_STEP;
    mask = find_half(low, high, p);

    return mask ? p + __builtin_ctz(mask) : end;
}


/* Less than that, in a block of its own; what fills it up is in no set. */

__attribute__((target("avx2"))) static const unsigned char *
find_few(const cg_set_t *set, const unsigned char *p,
    const unsigned char *end)
{
    size_t         n = (size_t) (end - p);
    uint32_t       mask;
    unsigned char  block[FIND_STEP];

    memset(block, 0xFF, FIND_STEP);
    memcpy(block, p, n);
    mask = find_half(find_table(set->low), find_table(set->high), block);

    return mask ? p + __builtin_ctz(mask) : end;
}

#endif /* FIND_AVX2 */


uint64_t
cg_find_mask(const cg_set_t *set, const unsigned char *p, size_t n)
{
#ifdef FIND_AVX2
    unsigned char  block[CG_FIND_BLOCK];

    if (__builtin_cpu_supports("avx2")) {
        if (n == CG_FIND_BLOCK) {
            return find_block(set, p);
        }

        memcpy(block, p, n);
        memset(block + n, 0xFF, CG_FIND_BLOCK - n);

        return find_block(set, block);
    }
#endif

    return cg_find_mask_plain(set, p, n);
}


const unsigned char *
cg_find_any(const cg_set_t *set, const unsigned char *p,
    const unsigned char *end)
{
#ifdef FIND_AVX2
    if (end - p > FIND_FEW && __builtin_cpu_supports("avx2")) {
        return end - p >= FIND_STEP ? find_far(set, p, end)
                                    : find_few(set, p, end);
    }
#endif

    while (p != end && !cg_set_has(set, *p)) {
        p++;
    }

    return p;
}
