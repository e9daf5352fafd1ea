/*
 * Segments that were removed by rule: a later line, segment.purge, has the last
 * line of each of their lanes.  What is missing at the beginning of a log is
 * kept until that line was read, or the log has ended.
 */

#include "cg_verify_state.h"

#define PURGE_WAITING  65536     /* of what is missing; what is beyond that is
                                    told at once */


/* Room for one more element. */

static cg_status_t
purge_reserve(cg_verify_t *v, void **block, size_t n, size_t *cap, size_t size)
{
    void    *data;
    size_t   grown = *cap ? *cap * 2 : 64;

    if (n < *cap) {
        return CG_OK;
    }

    data = cg_arena_raw(v->lanes.arena, grown * size);
    if (data == NULL) {
        return CG_ENOMEM;
    }

    if (n) {
        memcpy(data, *block, n * size);
    }

    cg_arena_outgrown(v->lanes.arena, *block);
    *block = data;
    *cap = grown;

    return CG_OK;
}


static void
purge_add(cg_verify_t *v, const cg_line_t *head)
{
    void  *block = v->purged;

    v->status = purge_reserve(v, &block, v->n_purged, &v->cap_purged,
                              sizeof(*v->purged));
    if (v->status == CG_OK) {
        v->purged = block;
        v->purged[v->n_purged++] = *head;
    }
}


void
cg_verify_purged(cg_verify_t *v, const cg_line_t *line, const json_t *json)
{
    size_t      i;
    json_t     *heads = json_object_get(json, "heads");
    cg_line_t   head;

    if (!json_is_array(heads) || !json_is_string(json_object_get(json, "rule")))
    {
        cg_verify_fault(v, "body", line, "a segment.purge that does not say by"
                        " which rule, and what is gone");
        return;
    }

    for (i = 0; i < json_array_size(heads) && v->status == CG_OK; i++) {
        if (cg_verify_head(json_array_get(heads, i), &head)) {
            purge_add(v, &head);

        } else {
            cg_verify_fault(v, "body", line,
                            "a head that it names is malformed");
        }
    }
}


int
cg_verify_await(cg_verify_t *v, const verify_missing_t *missing)
{
    void  *block = v->missing;

    if (v->n_missing == PURGE_WAITING) {
        return 0;
    }

    v->status = purge_reserve(v, &block, v->n_missing, &v->cap_missing,
                              sizeof(*v->missing));
    if (v->status == CG_OK) {
        v->missing = block;
        v->missing[v->n_missing++] = *missing;
    }

    return 1;
}


static const cg_line_t *
purge_of(const cg_verify_t *v, const unsigned char ch[CG_LANE_LEN])
{
    size_t  i;

    for (i = v->n_purged; i; i--) {
        if (memcmp(v->purged[i - 1].ch, ch, CG_LANE_LEN) == 0) {
            return &v->purged[i - 1];
        }
    }

    return NULL;
}


/* The lane goes on right behind what was removed; a line that is named stood
 * there. */

static cg_status_t
purge_covers(const cg_verify_t *v, const verify_missing_t *missing)
{
    const cg_line_t  *head = purge_of(v, missing->head.ch);

    if (head == NULL || head->seq < missing->head.seq) {
        return CG_NONE;
    }

    if (head->seq > missing->head.seq) {
        return missing->begins ? CG_EINVAL : CG_OK;
    }

    return memcmp(head->h, missing->head.h, CG_SHA256_LEN) == 0 ? CG_OK
                                                                : CG_EINVAL;
}


static void
purge_tell(cg_verify_t *v, const verify_missing_t *missing)
{
    switch (purge_covers(v, missing)) {

    case CG_OK:
        if (missing->begins) {
            cg_verify_report(v, CG_FINDING_NOTE, "purged", missing->head.ch,
                             missing->line, missing->seq, "the lane's first"
                             " lines were removed by rule, as a segment.purge"
                             " says");
        }

        break;

    case CG_EINVAL:
        cg_verify_report(v, CG_FINDING_FAULT, "purge", missing->head.ch,
                         missing->line, missing->seq, "this is not what a"
                         " segment.purge says was removed before it");
        break;

    default:
        cg_verify_report(v, CG_FINDING_UNSURE, missing->kind, missing->head.ch,
                         missing->line, missing->seq, missing->text);
    }
}


void
cg_verify_purge_end(cg_verify_t *v)
{
    size_t  i;

    for (i = 0; i < v->n_missing; i++) {
        purge_tell(v, &v->missing[i]);
    }
}
