/*
 * The bodies of the events: a struct in, fields out (docs/log.md lists them).
 * Names of cookies, never values; no address, no URL: there is no field for
 * them.  Here: lanes, decisions, outages; other families have headers of their
 * own, cg_event_config.h, cg_event_handling.h, cg_event_seen.h.
 *
 *     cg_chain_begin(&chain, &out, &event);       event.type = CG_EVENT_...
 *     cg_event_decision(&out, &decision);
 *     rc = cg_chain_finish(&chain, &out);
 *
 * Slices are borrowed for the call; an absent one writes no field unless it
 * says otherwise.  Errors stick to the out and show in cg_chain_finish().
 */

#ifndef CG_EVENT_H
#define CG_EVENT_H

#include "cg_heads.h"
#include "cg_seal.h"

#define CG_EVENT_CHAIN_OPEN      "chain.open"
#define CG_EVENT_CHAIN_CLOSE     "chain.close"
#define CG_EVENT_SEAL            "seal"
#define CG_EVENT_CONFIG_LOAD     "config.load"
#define CG_EVENT_POLICY_PUBLISH  "policy.publish"
#define CG_EVENT_DECISION        "decision"
#define CG_EVENT_OUTCOME         "outcome"
#define CG_EVENT_REPLAY          "replay"
#define CG_EVENT_HANDLING        "handling"
#define CG_EVENT_HANDLING_SUM    "handling.sum"
#define CG_EVENT_PROVISION_START "provision.start"
#define CG_EVENT_PROVISION_STOP  "provision.stop"
#define CG_EVENT_DEGRADED_START  "degraded.start"
#define CG_EVENT_DEGRADED_STOP   "degraded.stop"
#define CG_EVENT_UNKNOWN_SEEN    "unknown.seen"
#define CG_EVENT_LOG_FAILED      "log.failed"
#define CG_EVENT_LOG_RESUMED     "log.resumed"

/* chain.open, the first line of a lane. */

typedef enum {
    CG_OPEN_START = 0,
    CG_OPEN_RELOAD,
    CG_OPEN_FAULT,                 /* the lane before could not go on */
    CG_OPEN_CONSENTCTL             /* an operator's command, beside nginx */
} cg_open_reason_t;

typedef struct {
    cg_open_reason_t  reason;
    cg_str_t          build;       /* our version and nginx's */
    uint64_t          pid;
    const cg_head_t  *follows;     /* from cg_heads_read() */
    size_t            n_follows;   /* more than CG_MAX_HEADS: the last ones */
    cg_place_t        instead;     /* CG_OPEN_FAULT only: that line and all
                                      behind it in its lane are void; what
                                      counts of them stands here again */
    const cg_seal_t  *seal;        /* the lane's seal 0; NULL: it has none */
} cg_event_open_t;

/* With a seal cg_seal_sign() has to follow, here and below. */

void cg_event_open(cg_out_t *out, const cg_event_open_t *open);


/* chain.close, the clean end of a lane. */

typedef struct {
    cg_str_t          reason;      /* "exit", "reload", "sync failed" ... */
    const cg_head_t  *heads;       /* of lanes seen; may be none */
    size_t            n_heads;
    const cg_seal_t  *seal;        /* the last of a lane that has seals */
    uint64_t          next;        /* epoch of the root that begins behind this
                                      line; 0: none */
} cg_event_close_t;

void cg_event_close(cg_out_t *out, const cg_event_close_t *close);


/* seal: of all that stands before it in its lane. */

typedef struct {
    const cg_seal_t  *seal;
    const cg_head_t  *heads;       /* of lanes in the file; may be none */
    size_t            n_heads;
} cg_event_seal_t;

void cg_event_seal(cg_out_t *out, const cg_event_seal_t *seal);


/* decision: the intent, written and synced before Redis is asked. */

typedef enum {
    CG_ACT_REFUSE = 0,
    CG_ACT_GRANT,
    CG_ACT_CHANGE,
    CG_ACT_WITHDRAW,
    CG_ACT_ERASE
} cg_act_t;

typedef enum {
    CG_MEANS_REJECT_ALL = 0,
    CG_MEANS_ACCEPT_ALL,
    CG_MEANS_CUSTOM,
    CG_MEANS_WITHDRAW
} cg_means_t;

typedef struct {
    cg_str_t  id;
    int       granted;
} cg_event_purpose_t;

typedef struct {
    cg_str_t                   sub;          /* pseudonym; absent: no record
                                                is kept, so no outcome either */
    cg_str_t                   rid;          /* receipt id */
    cg_act_t                   act;
    cg_means_t                 means;
    const cg_event_purpose_t  *purposes;     /* every optional one, once */
    size_t                     n_purposes;
    cg_str_t                   notice;       /* hash of the text shown, as it
                                                stands in the URL; absent: no
                                                notice object */
    cg_str_t                   lang;
    cg_str_t                   control;      /* where it was shown: "banner";
                                                may be absent */
    uint64_t                   shown_ms;     /* since 1970 */
    uint64_t                   rev;          /* of the record */
    uint64_t                   expires_ms;   /* since 1970 */
    cg_str_t                   tls;          /* "TLSv1.3"; absent: plain */
    int                        gpc;          /* the signal was sent */
} cg_event_decision_t;

void cg_event_decision(cg_out_t *out, const cg_event_decision_t *decision);


/* outcome: what became of a decision. */

typedef enum {
    CG_RESULT_UNKNOWN = 0,
    CG_RESULT_RECORDED,
    CG_RESULT_FAILED,
    CG_RESULT_PENDING              /* it closes, and waits for Redis here */
} cg_result_t;

typedef struct {
    cg_str_t     ch;               /* lane of the decision; absent: this one */
    uint64_t     seq;              /* of the decision: chain.seq before its
                                      cg_chain_finish() */
    cg_result_t  result;
    uint64_t     rev;              /* that Redis holds now; written only if
                                      recorded */
} cg_event_outcome_t;

void cg_event_outcome(cg_out_t *out, const cg_event_outcome_t *outcome);


/* replay: what became of one that was pending. */

typedef enum {
    CG_REPLAY_RECORDED = 0,
    CG_REPLAY_ABSENT,              /* no record was there to be closed */
    CG_REPLAY_SUPERSEDED           /* the person decided anew meanwhile */
} cg_replay_result_t;

typedef struct {
    cg_str_t            ch;        /* lane of the decision */
    uint64_t            seq;       /* and its place there */
    cg_str_t            rid;       /* receipt id */
    cg_replay_result_t  result;
    uint64_t            rev;       /* of a record that was closed; else 0 */
} cg_event_replay_t;

void cg_event_replay(cg_out_t *out, const cg_event_replay_t *replay);


/* degraded.start, degraded.stop. */

typedef struct {
    cg_str_t  cause;
    uint64_t  requests;            /* served as unknown so far */
    uint64_t  unsaved;             /* decisions that could not be recorded */
} cg_event_degraded_t;

void cg_event_degraded(cg_out_t *out, const cg_event_degraded_t *degraded);


/* log.failed, log.resumed: the log could not be written in between. */

typedef struct {
    uint64_t  lost;                /* events for which there was no room */
    uint64_t  refused;             /* opening decisions that were turned down */
} cg_event_resumed_t;

/* `cause`: write, sync, place (deleted or moved away), slow. */
void cg_event_failed(cg_out_t *out, cg_str_t cause);
void cg_event_resumed(cg_out_t *out, const cg_event_resumed_t *resumed);

#endif /* CG_EVENT_H */
