/*
 * Decisions under way, as a worker writes them down beside the log, so that its
 * successor can ask Redis what became of them: places of one length, each under
 * a checksum.  Like a pending line, an intent has the record's name and nothing
 * that leads to the visitor.
 *
 * The bytes are for this host, this version, and as long as the worker lives: a
 * place that does not read is a free one.
 */

#ifndef CG_INTENT_H
#define CG_INTENT_H

#include "cg_pending.h"

#define CG_INTENT_PLACE  128           /* bytes; no page is crossed */

typedef struct {
    cg_pending_t  decision;        /* `how` may open, too */
    uint32_t      rev;             /* of the record that it writes */
    uint64_t      file;            /* the log's inode; 0: not known */
    uint64_t      size;            /* bytes of it before this decision */
} cg_intent_t;


/* CG_ENOMEM: libcrypto failed; the place is then a free one. */
CG_MUST_CHECK cg_status_t cg_intent_write(const cg_intent_t *intent,
    unsigned char place[CG_INTENT_PLACE]);

/* CG_NONE: a free place. */
CG_MUST_CHECK cg_status_t cg_intent_read(
    const unsigned char place[CG_INTENT_PLACE], cg_intent_t *intent);

/* 1: it opens, so that nothing is to be brought to Redis. */
int cg_intent_opens(const cg_intent_t *intent);

#endif /* CG_INTENT_H */
