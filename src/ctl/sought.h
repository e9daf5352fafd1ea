/*
 * A visitor's record in Redis, looked for by an operator: by its name, or by
 * the receipt that the person holds, of whatever was decided last.
 */

#ifndef CTL_SOUGHT_H
#define CTL_SOUGHT_H

#include "append.h"
#include "redis.h"
#include "consent/cg_record.h"

typedef struct {
    ctl_t               *ctl;
    ctl_redis_conf_t     conf;
    ctl_append_where_t   where;
    ctl_redis_t         *redis;        /* where it is */
    cg_record_name_t     name;
    const char          *receipt;      /* as given; NULL: by its name */
    char                 rid[33];      /* its receipt, hex */
} ctl_sought_t;


/* Takes --receipt RID or --record NAME and the options of redis.h and append.h
 * out of the arguments, and finds it.  CTL_PASS; CTL_FINDING: there is none;
 * CTL_CANNOT_TELL after a complaint. */
int ctl_sought_find(ctl_t *ctl, ctl_sought_t *sought);
void ctl_sought_end(ctl_sought_t *sought);

/* Its fields: names and values in turn; NULL after a complaint. */
redisReply *ctl_sought_fields(const ctl_sought_t *sought);

/* By nginx's own script. */
cg_commit_t ctl_sought_erase(const ctl_sought_t *sought);

/* Drops what names records that were erased at least `seconds` ago: logs of
 * decisions, which other hosts read anew.  *young: there are younger ones. */
int ctl_sought_forget(ctl_redis_t *redis, const char *prefix, int64_t seconds,
    int *young);

/* `text` has 2 * len + 1 bytes. */
void ctl_sought_hex(const unsigned char *bytes, size_t len, char *text);

#endif /* CTL_SOUGHT_H */
