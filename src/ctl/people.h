/*
 * What visitors decided, and what became of it: one entry for each pseudonym.
 * Purposes and vendors are numbered in the order in which the log names them.
 */

#ifndef CTL_PEOPLE_H
#define CTL_PEOPLE_H

#include "world.h"

#define CTL_LEASE_MS  5000             /* where the log does not say */
#define CTL_PURPOSES  64               /* different names in one log */
#define CTL_SUB       47               /* characters of a pseudonym */
#define CTL_RID       39               /* of a receipt */


typedef enum {
    CTL_RESULT_NONE = 0,               /* no outcome stands in the log */
    CTL_RESULT_KEPT,                   /* a refusal, of which nothing is kept */
    CTL_RESULT_RECORDED,
    CTL_RESULT_PENDING,                /* it closes, and Redis was away */
    CTL_RESULT_FAILED,
    CTL_RESULT_UNKNOWN
} ctl_result_t;

typedef struct ctl_person_s  ctl_person_t;
typedef struct ctl_flow_s  ctl_flow_t;

typedef struct {
    ctl_place_t    place;
    char           lane[CG_LANE_LEN + 1];    /* where it stood first */
    int64_t        seq;
    int64_t        t;
    char           rid[CTL_RID + 1];
    ctl_person_t  *person;                   /* NULL: it has no pseudonym */
    const json_t  *config;                   /* under which it was made */
    const char    *host;
    const char    *policy;
    int64_t        version;
    const char    *act;                      /* grant refuse change ... */
    const char    *means;
    uint64_t       granted;                  /* purposes */
    uint64_t       named;
    uint64_t       before;                   /* that were granted so far */
    int64_t        shown;                    /* 0: no notice is named */
    const char    *notice;                   /* hash of its text, or "" */
    const char    *lang;
    const char    *control;
    int64_t        expires;
    int            gpc;
    int            within;
    ctl_result_t   result;
    int64_t        settled;                  /* when its outcome stands */
    int64_t        rev;                      /* of the record since then */
    int64_t        replayed;                 /* 0: not, or not needed */
    int            recovered;                /* another process told of it: what
                                                opens has opened nothing */
} ctl_decision_t;

/* What a vendor was given, from a provision.start to its stop. */

struct ctl_flow_s {
    ctl_flow_t     *next;
    ctl_place_t     place;                   /* of the start */
    ctl_place_t     ended;                   /* of the stop */
    const char     *vendor;
    const char     *role;
    const char     *country;
    const char     *path;
    const char     *purpose;
    const char     *policy;
    json_t         *items;
    int64_t         start;
    int64_t         stop;                    /* 0: open */
    int64_t         exp;                     /* ends by itself; 0: not said */
    int64_t         closing;                 /* a decision closed it then; 0 */
    int64_t         bound;                   /* and until when it has to stop */
    int             waited;                  /* for Redis, to close */
};

struct ctl_person_s {
    const char     *host;
    ctl_decision_t  last[2];                 /* that counted; the newest
                                                first */
    ctl_place_t     awaits;                  /* a grant without a start */
    int64_t         awaits_t;
    char            grant[CTL_RID + 1];      /* receipt of the last grant */
    ctl_place_t     failed;                  /* a withdrawal, behind which none
                                                was recorded; line 0: none */
    int64_t         erased;                  /* when; 0: not */
    ctl_flow_t     *flows;                   /* those that stopped only if one
                                                person was asked for */
};

typedef struct {
    ctl_world_t  *world;
    const char   *only;                      /* a pseudonym, or NULL: all */
    ctl_table_t   persons;                   /* by pseudonym */
    ctl_table_t   waiting;                   /* decisions, by "LANE SEQ" */
    ctl_table_t   grants;                    /* receipt: ctl_person_t * */
    json_t       *purposes;                  /* names */
    int           failed;                    /* no memory */
    int           crowded;                   /* more than CTL_PURPOSES */
    int           provides;                  /* the log has provision.* */
} ctl_people_t;

/* A decision whose outcome came, or whose replay did. */
typedef void (*ctl_settled_fn)(void *ctx, const ctl_event_t *event,
    const ctl_decision_t *decision);


int ctl_people_begin(ctl_people_t *people, ctl_world_t *world);
void ctl_people_end(ctl_people_t *people);

/* Every event; calls `fn` for the decision that it settles, if it does. */
void ctl_people_event(ctl_people_t *people, const ctl_event_t *event,
    ctl_settled_fn fn, void *ctx);

/* The open flow of a person to a vendor, or NULL. */
ctl_flow_t *ctl_person_flow(const ctl_person_t *person, const char *vendor);

/* Whether the policy has the vendor still, where the log ends; what has left it
 * has ended without a line. */
int ctl_flow_stands(const ctl_people_t *people, const ctl_flow_t *flow);

/* The person of an event with a "sub", or of the receipt that "was".  NULL: it
 * has none, or nobody asked. */
ctl_person_t *ctl_people_of(const ctl_people_t *people,
    const ctl_event_t *event);

/* 1: a decision of the person that grants this has no outcome so far: a worker
 * may be late to say so. */
int ctl_people_waits(const ctl_people_t *people, const ctl_person_t *person,
    uint64_t bit);

/* Its number as a bit; 0: nobody has named it, or there are too many. */
uint64_t ctl_people_bit(const ctl_people_t *people, const char *purpose);

/* A bit's name. */
const char *ctl_people_purpose(const ctl_people_t *people, unsigned bit);

/* 1: the decision opens what it grants. */
int ctl_decision_counts(const ctl_decision_t *decision);

#endif /* CTL_PEOPLE_H */
