/*
 * Which node of a Redis Cluster holds which shard.  A cluster has 16384 hash
 * slots; a shard's keys lie all in one of them (cg_record.h), so a map of
 * CG_SHARDS entries is exact, however the slots are dealt.
 *
 *   CLUSTER SLOTS   the map as a node knows it
 *   MOVED, ASK      the errors of a node that does not hold a slot, or not any
 *                   more all of it
 *
 * Nothing is resolved or dialled here; who may be dialled is for the caller to
 * say, since what a reply names may be anything.
 */

#ifndef CG_SLOTS_H
#define CG_SLOTS_H

#include "cg_command.h"
#include "cg_record.h"

#define CG_SLOTS_NODES   128       /* of one map */
#define CG_SLOTS_NOBODY  255

/* A master. */

typedef struct {
    cg_str_t  host;                /* as the cluster calls it; absent: it is on
                                      the host that was asked */
    cg_str_t  ip;                  /* of a host that is a name; may be absent */
    unsigned  port;                /* 1 .. 65535 */
} cg_slots_node_t;

typedef struct {
    cg_slots_node_t  nodes[CG_SLOTS_NODES];
    size_t           n;
    unsigned char    of[CG_SHARDS];        /* which of them, CG_SLOTS_NOBODY */
} cg_slots_t;

typedef struct {
    int       ask;                 /* this once; else it moved for good */
    unsigned  slot;
    cg_str_t  host;                /* absent: of the node that answered */
    unsigned  port;
} cg_redirect_t;


/* CLUSTER SLOTS, whose reply is nested. */
void cg_slots_command(cg_command_t *command);

/* Reads that reply; slices are views into it.  Masters without a shard stand
 * behind those that have one, as far as there is room.  CG_EINVAL: no such
 * reply, or a host that is none. */
CG_MUST_CHECK cg_status_t cg_slots_read(const cg_reply_t *reply,
    cg_slots_t *slots);

/* The hash slot of the i-th shard. */
unsigned cg_slots_of(size_t shard);

/* Reads the text of an error.  CG_NONE: it is neither MOVED nor ASK.
 * CG_EINVAL: it is one, malformed. */
CG_MUST_CHECK cg_status_t cg_redirect_read(cg_str_t error,
    cg_redirect_t *redirect);

#endif /* CG_SLOTS_H */
