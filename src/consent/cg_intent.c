#include "cg_intent.h"

#define INTENT_SUM     8               /* bytes, at the end of a place */
#define INTENT_SUMMED  (CG_INTENT_PLACE - INTENT_SUM)


static unsigned char *
intent_put(unsigned char *p, uint64_t n, size_t bytes)
{
    while (bytes--) {
        *p++ = (unsigned char) n;
        n >>= 8;
    }

    return p;
}


static uint64_t
intent_take(const unsigned char **p, size_t bytes)
{
    size_t    i;
    uint64_t  n = 0;

    for (i = 0; i < bytes; i++) {
        n |= (uint64_t) *(*p)++ << 8 * i;
    }

    return n;
}


static cg_status_t
intent_sum(const unsigned char *place, unsigned char sum[CG_SHA256_LEN])
{
    cg_str_t  parts[2];

    parts[0] = cg_str("intent");
    parts[1] = (cg_str_t) { INTENT_SUMMED, place };

    return cg_sha256(parts, 2, sum);
}


cg_status_t
cg_intent_write(const cg_intent_t *intent, unsigned char place[CG_INTENT_PLACE])
{
    cg_status_t          rc;
    unsigned char       *p = place, sum[CG_SHA256_LEN];
    const cg_pending_t  *d = &intent->decision;

    memset(place, 0, CG_INTENT_PLACE);

    memcpy(p, d->name.text, CG_RECORD_NAME);
    p += CG_RECORD_NAME;
    memcpy(p, d->where, CG_PENDING_WHERE);
    p += CG_PENDING_WHERE;
    memcpy(p, d->rid, sizeof(d->rid));
    p += sizeof(d->rid);
    memcpy(p, d->lane, CG_PENDING_LANE);
    p = intent_put(p + CG_PENDING_LANE, d->seq, 8);
    p = intent_put(p, (uint64_t) d->at, 8);
    p = intent_put(p, (uint64_t) d->expires, 8);
    p = intent_put(p, (uint64_t) d->how, 1);
    p = intent_put(p, intent->rev, 4);
    p = intent_put(p, intent->file, 8);
    (void) intent_put(p, intent->size, 8);

    rc = intent_sum(place, sum);

    if (rc == CG_OK) {
        memcpy(place + INTENT_SUMMED, sum, INTENT_SUM);
    }

    return rc;
}


cg_status_t
cg_intent_read(const unsigned char place[CG_INTENT_PLACE], cg_intent_t *intent)
{
    cg_pending_t         *d = &intent->decision;
    unsigned char         sum[CG_SHA256_LEN];
    const unsigned char  *p = place;

    memset(intent, 0, sizeof(*intent));

    if (intent_sum(place, sum) != CG_OK
        || memcmp(place + INTENT_SUMMED, sum, INTENT_SUM) != 0
        || cg_record_name_read((cg_str_t) { CG_RECORD_NAME, p }, &d->name)
           != CG_OK)
    {
        return CG_NONE;
    }

    p += CG_RECORD_NAME;
    memcpy(d->where, p, CG_PENDING_WHERE);
    p += CG_PENDING_WHERE;
    memcpy(d->rid, p, sizeof(d->rid));
    p += sizeof(d->rid);
    memcpy(d->lane, p, CG_PENDING_LANE);
    p += CG_PENDING_LANE;
    d->seq = intent_take(&p, 8);
    d->at = (int64_t) intent_take(&p, 8);
    d->expires = (int64_t) intent_take(&p, 8);
    d->how = (cg_how_t) intent_take(&p, 1);
    intent->rev = (uint32_t) intent_take(&p, 4);
    intent->file = intent_take(&p, 8);
    intent->size = intent_take(&p, 8);

    return CG_OK;
}


int
cg_intent_opens(const cg_intent_t *intent)
{
    return intent->decision.how == CG_HOW_ACCEPT_ALL
           || intent->decision.how == CG_HOW_CUSTOM;
}
