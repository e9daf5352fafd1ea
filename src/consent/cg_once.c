#include "cg_once.h"
#include "cg_frame.h"

#define CLAIMS_ROWS   (CG_CLAIMS_SIZE / 8)
#define CLAIMS_UNTIL  38               /* bits of milliseconds */

/* A row: 26 bits of the nonce, the others choose the row; until when. */

struct cg_claims_s {
    uint64_t  rows[CLAIMS_ROWS];
};


cg_status_t
cg_once_make(const cg_keys_t *keys, const cg_once_from_t *from,
    cg_once_t *once)
{
    cg_str_t  parts[5];

    parts[0] = from->site;
    parts[1] = from->policy;
    parts[2] = from->form;
    parts[3] = from->address;
    parts[4] = from->agent;

    return cg_frame_mac(cg_keys_get(keys, 0, CG_KEY_ONCE), parts, 5,
                        once->seed);
}


cg_status_t
cg_once_cid(const cg_once_t *once, unsigned char cid[CG_CID_LEN])
{
    cg_str_t       seed = { CG_SHA256_LEN, once->seed };
    cg_str_t       use = cg_str("visitor");
    cg_status_t    rc;
    unsigned char  mac[CG_SHA256_LEN];

    rc = cg_frame_mac(seed, &use, 1, mac);
    memcpy(cid, mac, CG_CID_LEN);

    return rc;
}


cg_status_t
cg_once_names(const cg_once_t *once, cg_str_t what, uint32_t rev,
    cg_once_names_t *names)
{
    cg_str_t       seed = { CG_SHA256_LEN, once->seed };
    cg_str_t       parts[3];
    cg_status_t    rc;
    unsigned char  mac[CG_SHA256_LEN], bytes[4];

    bytes[0] = (unsigned char) (rev >> 24);
    bytes[1] = (unsigned char) (rev >> 16);
    bytes[2] = (unsigned char) (rev >> 8);
    bytes[3] = (unsigned char) rev;

    parts[0] = cg_str("decision");
    parts[1] = what;
    parts[2] = (cg_str_t) { sizeof(bytes), bytes };

    rc = cg_frame_mac(seed, parts, 3, mac);
    memcpy(names->rid, mac, sizeof(names->rid));
    memcpy(names->nonce, mac + sizeof(names->rid), sizeof(names->nonce));

    return rc;
}


cg_claims_t *
cg_claims_init(void *block)
{
    memset(block, 0, CG_CLAIMS_SIZE);

    return block;
}


static uint64_t *
claims_row(cg_claims_t *claims, const cg_once_names_t *names, uint64_t *tag)
{
    uint64_t  bits;

    memcpy(&bits, names->nonce, sizeof(bits));
    *tag = bits >> CLAIMS_UNTIL;

    return &claims->rows[bits % CLAIMS_ROWS];
}


int
cg_claims_take(cg_claims_t *claims, const cg_once_names_t *names,
    uint64_t now_ms, uint64_t hold_ms)
{
    uint64_t  tag, was, until, *row = claims_row(claims, names, &tag);

    was = __atomic_load_n(row, __ATOMIC_RELAXED);

    do {
        until = was & ((UINT64_C(1) << CLAIMS_UNTIL) - 1);

        if (was >> CLAIMS_UNTIL == tag && until > now_ms) {
            return 0;
        }

    } while (!__atomic_compare_exchange_n(row, &was, tag << CLAIMS_UNTIL
                                                     | (now_ms + hold_ms),
                                          0, __ATOMIC_RELAXED,
                                          __ATOMIC_RELAXED));

    return 1;
}


void
cg_claims_drop(cg_claims_t *claims, const cg_once_names_t *names)
{
    uint64_t  tag, was, *row = claims_row(claims, names, &tag);

    was = __atomic_load_n(row, __ATOMIC_RELAXED);

    if (was >> CLAIMS_UNTIL == tag) {
        (void) __atomic_compare_exchange_n(row, &was, 0, 0, __ATOMIC_RELAXED,
                                           __ATOMIC_RELAXED);
    }
}
