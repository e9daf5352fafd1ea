/* Sets of bytes: the fast look-up against the plain one and against the set
 * itself, at every length and alignment, in blocks of exactly that size. */

#include "tap.h"
#include "heap.h"

#include "base/cg_find.h"
#include "base/cg_near.h"


static unsigned
pick(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;

    return *seed >> 8;
}


static int
masks_agree(const cg_set_t *set, cg_str_t bytes)
{
    size_t    i;
    uint64_t  want = 0;

    for (i = 0; i < bytes.len; i++) {
        want |= (uint64_t) cg_set_has(set, bytes.data[i]) << i;
    }

    return cg_find_mask(set, bytes.data, bytes.len) == want
           && cg_find_mask_plain(set, bytes.data, bytes.len) == want;
}


static int
finds_agree(const cg_set_t *set, cg_str_t bytes)
{
    size_t                at = 0;
    const unsigned char  *end = bytes.data + bytes.len;

    while (at < bytes.len && !cg_set_has(set, bytes.data[at])) {
        at++;
    }

    return cg_find_any(set, bytes.data, end) == bytes.data + at;
}


static void
every_byte_is_known(void)
{
    int            good = 1;
    unsigned       c, one;
    cg_set_t       set;
    unsigned char  byte;

    for (one = 0; one < 0x80; one++) {
        memset(&set, 0, sizeof(set));
        cg_set_add(&set, (unsigned char) one);
        cg_set_add(&set, '<');

        for (c = 0; c < 256; c++) {
            byte = (unsigned char) c;
            good &= cg_set_has(&set, byte) == (c == one || c == '<')
                    && masks_agree(&set, (cg_str_t) { 1, &byte });
        }
    }

    ok(good, "a set holds what was added to it, and nothing else");
}


static void
both_ways_agree(void)
{
    int            masks = 1, finds = 1;
    size_t         len, i;
    uint32_t       seed = 7;
    unsigned       round, rare;
    cg_set_t       set;
    cg_str_t       bytes;
    unsigned char  data[200];

    for (round = 0; round < 40; round++) {
        memset(&set, 0, sizeof(set));
        rare = round % 4;

        for (i = pick(&seed) % 9; i > 0; i--) {
            cg_set_add(&set, pick(&seed) & 0x7F);
        }

        for (len = 0; len < sizeof(data); len++) {
            for (i = 0; i < len; i++) {
                data[i] = (unsigned char) (rare ? 0x80 | pick(&seed)
                                                : pick(&seed));
            }

            if (len && rare == 2) {
                data[pick(&seed) % len] = pick(&seed) & 0x7F;
            }

            bytes = heap_exact((cg_str_t) { len, data });
            finds &= finds_agree(&set, bytes);
            masks &= len > CG_FIND_BLOCK || masks_agree(&set, bytes);
            free((void *) bytes.data);
        }
    }

    ok(masks, "the mask of a block is the set's, at every length");
    ok(finds, "the first one is found, at every length");
}


static int
near_agree(cg_str_t bytes)
{
    int                   good;
    const unsigned char  *p = bytes.data, *end = p + bytes.len;

    good = cg_near_name_end(p, end) == cg_near_name_end_plain(p, end)
           && cg_near_byte(p, end, '>') == cg_near_byte_plain(p, end, '>');

    if (bytes.len >= CG_NEAR_STEP) {
        good &= cg_near_step(p, '>') == cg_near_step_plain(p, '>')
                && cg_near_name_step(p) == cg_near_name_step_plain(p)
                && cg_near_blank_step(p) == cg_near_blank_step_plain(p);
    }

    return good;
}


static void
near_is_near(void)
{
    int            good = 1;
    size_t         len, i;
    unsigned       c;
    cg_str_t       bytes;
    unsigned char  data[120];

    for (len = 0; len < sizeof(data); len++) {
        for (i = 0; i <= len; i++) {
            memset(data, len & 1 ? 'x' : 0xFF, sizeof(data));
            data[i] = '>';
            bytes = heap_exact((cg_str_t) { len, data });
            good &= near_agree(bytes);
            free((void *) bytes.data);
        }
    }

    for (c = 0; c < 256; c++) {
        memset(data, 'x', sizeof(data));
        data[3] = (unsigned char) c;
        good &= near_agree((cg_str_t) { 40, data });
    }

    ok(good, "what is near is found where it stands, at every length");
}


int
main(void)
{
    every_byte_is_known();
    both_ways_agree();
    near_is_near();

    return tap_done();
}
