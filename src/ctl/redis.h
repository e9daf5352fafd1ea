/*
 * Redis for a command that may wait: one connection, one question at a time.
 * hiredis is the codec, as in the module; the socket, its time-outs and TLS are
 * here, so that every version of hiredis will do.
 *
 *   --redis HOST:PORT | unix:PATH | [IPV6]:PORT   may stand several times
 *   --user NAME  --password-file FILE  --db N
 *   --tls  --ca FILE
 */

#ifndef CTL_REDIS_H
#define CTL_REDIS_H

#include "ctl.h"

#include <hiredis/hiredis.h>

#define CTL_REDIS_MAX  16          /* servers of one run */

typedef struct {
    const char  *servers[CTL_REDIS_MAX];
    size_t       n;
    const char  *prefix;           /* of its keys; "cg" */
    const char  *user;             /* NULL: none */
    const char  *password_file;    /* likewise */
    const char  *db;
    const char  *ca;
    int          tls;
} ctl_redis_conf_t;

typedef struct ctl_redis_s  ctl_redis_t;


/* Takes the options out of the arguments.  CTL_PASS, or CTL_CANNOT_TELL after a
 * complaint, as where no server is named. */
int ctl_redis_options(ctl_t *ctl, ctl_redis_conf_t *conf);

/* NULL: it has complained.  `server` is kept for complaints. */
ctl_redis_t *ctl_redis_open(const ctl_t *ctl, const ctl_redis_conf_t *conf,
    const char *server);
void ctl_redis_close(ctl_redis_t *redis);

/* Asks, and waits for the answer, ten seconds at most.  The caller frees it
 * with freeReplyObject().  NULL: it has complained, and nothing can be asked
 * any more.  An error reply is a reply. */
redisReply *ctl_redis_ask(ctl_redis_t *redis, size_t n, const cg_str_t *words);

/* The same for words that are literals, without blanks, up to 12, with up to
 * one `last` word, which may be absent.  Complains about an error reply, too,
 * and returns NULL. */
redisReply *ctl_redis_say(ctl_redis_t *redis, const char *words,
    cg_str_t last);

/* A number of INFO, of any section; -1: it is not there. */
int64_t ctl_redis_info(const redisReply *info, const char *name);

#endif /* CTL_REDIS_H */
