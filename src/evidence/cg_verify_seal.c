/* What the seals of a lane say, and whether they fit. */

#include "cg_verify_state.h"

#include <stdio.h>

#define SEAL_SLACK  16           /* lines that a late seal may let pass */
#define SEAL_STEPS  4000000      /* of keys: seconds, not hours, whatever a log
                                    asks for */


cg_status_t
cg_verify_key(cg_verify_t *v, const cg_seal_root_t *root)
{
    if (v->n_keys == CG_VERIFY_ROOTS) {
        return CG_ELIMIT;
    }

    v->keys[v->n_keys].first = *root;
    v->keys[v->n_keys++].last = *root;

    return CG_OK;
}


void
cg_verify_keys_end(cg_verify_t *v)
{
    if (v->n_keys == 0 || v->sum.proven) {
        return;
    }

    cg_verify_report(v, v->sum.seals ? CG_FINDING_FAULT : CG_FINDING_UNSURE,
                     "key", NULL, v->line, 0, v->sum.seals
                     ? "no seal fits the key: it is another log's, or all of"
                       " this was written anew"
                     : "no seal at all: the key proves nothing here");
}


/* Keys */


/* 1: one more may be taken. */

static int
seal_may_step(cg_verify_t *v, uint64_t n)
{
    if (n > SEAL_STEPS - v->steps) {
        return 0;
    }

    v->steps += n;

    return 1;
}


/* The root of `epoch`; from where the last one stood, as epochs go up. */

static cg_status_t
seal_root(cg_verify_t *v, verify_key_t *key, uint64_t epoch)
{
    cg_status_t  rc = CG_OK;

    if (key->last.epoch > epoch) {
        key->last = key->first;
    }

    if (!seal_may_step(v, epoch - key->last.epoch)) {
        return CG_ELIMIT;
    }

    while (rc == CG_OK && key->last.epoch < epoch) {
        rc = cg_seal_root_evolve(&key->last);
    }

    return rc;
}


static cg_status_t
seal_advance(cg_verify_t *v, cg_seal_t *seal, uint64_t index)
{
    cg_status_t  rc = CG_OK;

    if (!seal_may_step(v, index - seal->index)) {
        return CG_ELIMIT;
    }

    while (rc == CG_OK && seal->index < index) {
        rc = cg_seal_evolve(seal);
    }

    return rc;
}


static verify_key_t *
seal_key_of(cg_verify_t *v, const unsigned char id[CG_SEAL_ID])
{
    size_t  i;

    for (i = 0; i < v->n_keys; i++) {
        if (memcmp(v->keys[i].first.id, id, CG_SEAL_ID) == 0) {
            return &v->keys[i];
        }
    }

    return NULL;
}


static void
seal_unsure(cg_verify_t *v, const cg_line_t *line, const char *text)
{
    cg_verify_report(v, CG_FINDING_UNSURE, "seal", line->ch, v->line,
                     line->seq, text);
}


/* The key of seal `index` of a lane that shows up. */

static void
seal_derive(cg_verify_t *v, cg_sealed_t *sealed, const cg_line_t *line,
    uint64_t index)
{
    cg_status_t    rc;
    verify_key_t  *key = seal_key_of(v, sealed->seal.id);

    if (v->n_keys == 0) {
        return;
    }

    if (key == NULL) {
        cg_verify_fault(v, "foreign", line, "sealed under a root whose key is"
                        " not given: another log's lane, or the state directory"
                        " was made anew");
        return;
    }

    if (key->first.epoch > sealed->seal.root) {
        seal_unsure(v, line, "sealed before the key that is given: an earlier"
                    " one is needed");
        return;
    }

    rc = seal_may_step(v, sealed->seal.n)
         ? seal_root(v, key, sealed->seal.root) : CG_ELIMIT;

    if (rc == CG_OK) {
        rc = cg_seal_derive(&sealed->seal, &key->last, line->ch);
    }

    if (rc == CG_OK) {
        rc = seal_advance(v, &sealed->seal, index);
    }

    if (rc == CG_ELIMIT) {
        seal_unsure(v, line, "too many steps of the key to be taken");

    } else if (rc != CG_OK) {
        v->status = rc;
    }

    sealed->keyed = rc == CG_OK;
}


/* What a line says */


static int
seal_number(const json_t *json, const char *name, uint64_t *number)
{
    json_t  *value = json_object_get(json, name);

    if (!json_is_integer(value) || json_integer_value(value) < 0) {
        return 0;
    }

    *number = (uint64_t) json_integer_value(value);

    return 1;
}


static int
seal_name(const json_t *json, const char *name, unsigned char digits[16])
{
    json_t  *value = json_object_get(json, name);

    if (json_string_length(value) != 16) {
        return 0;
    }

    memcpy(digits, json_string_value(value), 16);

    return 1;
}


static int
seal_read(const json_t *json, const cg_line_t *line, cg_seal_t *seal)
{
    memset(seal, 0, sizeof(*seal));

    if (!seal_name(json, "id", seal->id)
        || !seal_number(json, "root", &seal->root)
        || !seal_number(json, "i", &seal->index)
        || !seal_number(json, "lines", &seal->lines)
        || !seal_number(json, "seconds", &seal->seconds))
    {
        return 0;
    }

    if (json_object_get(json, "of") == NULL) {
        memcpy(seal->of, line->ch, CG_LANE_LEN);
        return json_object_get(json, "n") == NULL;
    }

    return seal_name(json, "of", seal->of)
           && seal_number(json, "n", &seal->n) && seal->n > 0;
}


static int
seal_same(const cg_seal_t *a, const cg_seal_t *b)
{
    return memcmp(a->id, b->id, CG_SEAL_ID) == 0 && a->root == b->root
           && memcmp(a->of, b->of, CG_LANE_LEN) == 0 && a->n == b->n
           && a->lines == b->lines && a->seconds == b->seconds;
}


/* Roots */


/* NULL: there are too many. */

static verify_root_t *
seal_root_of(cg_verify_t *v, const cg_seal_t *seal)
{
    size_t          i;
    verify_root_t  *root;

    for (i = 0; i < v->n_roots; i++) {
        if (memcmp(v->roots[i].id, seal->id, CG_SEAL_ID) == 0) {
            return &v->roots[i];
        }
    }

    if (v->n_roots == CG_VERIFY_ROOTS) {
        return NULL;
    }

    root = &v->roots[v->n_roots++];
    memcpy(root->id, seal->id, CG_SEAL_ID);

    return root;
}


/* Whether an epoch may open lanes here.  Who has a newer key only cannot say
 * that an older lane was opened with it: each epoch is announced by a line that
 * was sealed in the one before.  In a log that begins in the middle the first
 * announcements are not there. */

static int
seal_is_announced(const cg_verify_t *v, verify_root_t *root, uint64_t epoch)
{
    if (!v->complete && !root->seen && epoch > root->announced) {
        root->announced = epoch;
    }

    return epoch <= root->announced;
}


static void
seal_opens(cg_verify_t *v, const cg_line_t *line, const cg_seal_t *seal,
    const json_t *json)
{
    size_t          before = v->n_roots;
    verify_root_t  *root = seal_root_of(v, seal);

    if (v->sum.lines == 1 && seal->root == 0
        && json_array_size(json_object_get(json, "follows")) == 0)
    {
        v->complete = 1;
    }

    if (root == NULL) {
        cg_verify_fault(v, "root", line, "more roots than a log can have");
        return;
    }

    if (before && v->n_roots > before && v->n_keys == 0) {
        seal_unsure(v, line, "sealed under another root than lanes before:"
                    " another log's lane, or the state directory was made"
                    " anew; keys tell");
    }

    if (!seal_is_announced(v, root, seal->root)) {
        cg_verify_fault(v, "root", line, "sealed under a root that no line"
                        " before it announces: written anew with a newer key,"
                        " or that line was taken out");
    }
}


static void
seal_announces(cg_verify_t *v, const cg_seal_t *seal, const json_t *json)
{
    uint64_t        next;
    verify_root_t  *root = seal_root_of(v, seal);

    if (root == NULL || !seal_number(json, "next", &next)
        || next != seal->root + 1)
    {
        return;
    }

    root->seen = 1;

    if (next > root->announced) {
        root->announced = next;
    }
}


/* One seal */


static void
seal_check(cg_verify_t *v, cg_sealed_t *sealed, const cg_line_t *line,
    cg_str_t text)
{
    size_t         at;
    cg_str_t       mac;
    unsigned char  due[CG_SHA256_LEN], said[CG_SHA256_LEN];

    at = text.len - CG_LINE_H_LEN - CG_LINE_PREV_LEN;
    at = at > CG_SEAL_MAC_LEN ? at - CG_SEAL_MAC_LEN : 0;
    mac = cg_str_sub(text, at, at + CG_SEAL_MAC_LEN);

    if (!cg_str_starts(mac, cg_str(",\"mac\":\""))
        || cg_hex_read(cg_str_sub(mac, 8, 72), said, sizeof(said)) != CG_OK)
    {
        cg_verify_fault(v, "seal", line, "a seal without its mac");
        return;
    }

    if (!sealed->keyed) {
        return;
    }

    v->status = cg_seal_mac(sealed->seal.key, line->ch, line->prev,
                            cg_str_sub(text, 0, at), due);

    if (v->status == CG_OK && memcmp(due, said, sizeof(due)) == 0) {
        v->sum.proven++;

    } else if (v->status == CG_OK && !sealed->wrong) {
        sealed->wrong = 1;
        cg_verify_fault(v, "seal", line, "the seal does not fit its key: the"
                        " lane was written anew, or sealed with another key");
    }
}


/* The lane's first seal here.  NULL: an error, or told. */

static cg_sealed_t *
seal_begin(cg_verify_t *v, cg_lane_t *lane, const cg_line_t *line,
    const cg_seal_t *seal)
{
    cg_sealed_t  *sealed;

    if (lane->opened && line->seq != 0) {
        cg_verify_fault(v, "seal", line, "a seal in a lane that was opened"
                        " without one");
        return NULL;
    }

    sealed = cg_arena_zero(v->lanes.arena, sizeof(*sealed));

    if (sealed == NULL) {
        v->status = CG_ENOMEM;
        return NULL;
    }

    sealed->seal = *seal;
    sealed->seal.index = 0;
    sealed->unread = line->seq != 0;
    lane->sealed = sealed;
    seal_derive(v, sealed, line, line->seq ? seal->index : 0);
    sealed->seal.index = line->seq ? seal->index : 0;

    return sealed;
}


/* The seal that is due, or a later one where some could not be read. */

static void
seal_place(cg_verify_t *v, cg_sealed_t *sealed, const cg_line_t *line,
    uint64_t index)
{
    char         text[160];
    cg_status_t  rc;
    cg_seal_t   *seal = &sealed->seal;

    if (index != seal->index && !(sealed->unread && index > seal->index)) {
        snprintf(text, sizeof(text), "seal %llu is due, %llu found: what was"
                 " sealed between was taken out, and the lane went on",
                 (unsigned long long) seal->index,
                 (unsigned long long) index);
        cg_verify_fault(v, "seal", line, text);
    }

    rc = index < seal->index ? CG_ELIMIT
         : sealed->keyed ? seal_advance(v, seal, index) : CG_OK;

    if (rc == CG_ELIMIT) {
        sealed->keyed = 0;

    } else if (rc != CG_OK) {
        v->status = rc;
    }

    seal->index = index;
}


static void
seal_take(cg_verify_t *v, cg_lane_t *lane, const cg_line_t *line,
    const json_t *json, cg_str_t text)
{
    cg_seal_t     seal;
    cg_sealed_t  *sealed = lane->sealed;

    if (!seal_read(json_object_get(json, "seal"), line, &seal)) {
        cg_verify_fault(v, "seal", line, "a seal that does not say which");
        return;
    }

    v->sum.seals++;

    if (sealed == NULL) {
        sealed = seal_begin(v, lane, line, &seal);

        if (sealed == NULL) {
            return;
        }
    }

    if (!seal_same(&sealed->seal, &seal)) {
        cg_verify_fault(v, "seal", line, "a seal of another root, or of other"
                        " terms than the lane's");
        sealed->keyed = 0;
    }

    if (line->seq == 0) {
        seal_opens(v, line, &seal, json);
    }

    seal_place(v, sealed, line, seal.index);
    seal_check(v, sealed, line, text);
    seal_announces(v, &seal, json);

    if (v->status == CG_OK && sealed->keyed) {
        v->status = cg_seal_evolve(&sealed->seal);

    } else {
        sealed->seal.index++;
    }

    sealed->unread = 0;
    sealed->lines = 0;
    sealed->overdue = 0;
    (void) seal_number(json, "mono", &sealed->mono);
}


/* A line between seals.  One that stood elsewhere first is not counted: it was
 * written again all at once. */

static void
seal_count(cg_verify_t *v, cg_sealed_t *sealed, const cg_line_t *line,
    const json_t *json)
{
    uint64_t          mono = 0;
    const cg_seal_t  *seal = &sealed->seal;

    if (json_object_get(json, "first_at") || sealed->late) {
        return;
    }

    (void) seal_number(json, "mono", &mono);
    sealed->lines++;
    sealed->overdue += mono > sealed->mono
                       && (mono - sealed->mono) / 1000 > seal->seconds;

    if (sealed->overdue > SEAL_SLACK
        || (sealed->lines > SEAL_SLACK
            && sealed->lines - SEAL_SLACK > seal->lines))
    {
        sealed->late = 1;
        cg_verify_fault(v, "seal", line, "a seal was due before this line, and"
                        " is not there: the lane was written anew");
    }
}


void
cg_verify_sealing(cg_verify_t *v, cg_lane_t *lane, const cg_line_t *line,
    const json_t *json, cg_str_t text)
{
    const char  *type = json_string_value(json_object_get(json, "ty"));

    if (json_object_get(json, "seal")) {
        seal_take(v, lane, line, json, text);

    } else if (strcmp(type, "seal") == 0
               || (lane->sealed && strcmp(type, "chain.close") == 0))
    {
        cg_verify_fault(v, "seal", line, "its seal is missing");

    } else if (line->seq == 0) {
        if (v->n_keys) {
            seal_unsure(v, line, "a lane without seals");
        }

    } else if (lane->sealed) {
        seal_count(v, lane->sealed, line, json);
    }

    lane->opened |= line->seq == 0;
}
