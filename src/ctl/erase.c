/*
 * consentctl erase: what an operator erases for somebody who is not at a
 * browser (--receipt, --record), and what makes erasures final (--final): until
 * Redis has written its files anew, they may hold what was erased.
 */

#include "append.h"
#include "plain.h"
#include "redis.h"
#include "sought.h"

#include "base/cg_ascii.h"
#include "consent/cg_right.h"
#include "evidence/cg_event_rights.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#define ERASE_WAIT     3600            /* seconds for Redis to write a file */
#define ERASE_SETTLED  10              /* seconds that other hosts may take to
                                          read of an erasure */

typedef struct {
    ctl_t               *ctl;
    ctl_redis_conf_t     redis;
    ctl_append_where_t   where;
    const char          *backups;      /* date; NULL: not said */
    int                  rewrite;
    int                  aof;          /* any of them has one */
    uint64_t             until;        /* erasures before it are final */
    uint64_t             rewritten;    /* milliseconds since 1970 */
    uint64_t             saved;
} erase_final_t;


/* A number of INFO persistence; -1 after a complaint. */

static int64_t
erase_info(ctl_redis_t *redis, const char *name)
{
    int64_t      n;
    redisReply  *info = ctl_redis_say(redis, "INFO persistence", cg_str_null);

    if (info == NULL) {
        return -1;
    }

    n = ctl_redis_info(info, name);
    freeReplyObject(info);

    return n;
}


/* Waits until what is named `busy` is 0 there. */

static int
erase_wait(const erase_final_t *final, ctl_redis_t *redis, const char *busy)
{
    int              i;
    int64_t          n = -1;
    struct timespec  nap = { 0, 100000000 };

    for (i = 0; i < ERASE_WAIT * 10; i++) {
        n = erase_info(redis, busy);

        if (n <= 0) {
            break;
        }

        (void) nanosleep(&nap, NULL);
    }

    return n == 0 ? CTL_PASS
           : n > 0 ? ctl_complain(final->ctl, "redis does not get done")
                   : CTL_CANNOT_TELL;
}


/* Begins it; a save that is under way began too early to count. */

static int
erase_begin(const erase_final_t *final, ctl_redis_t *redis,
    const char *command)
{
    redisReply  *reply;

    if (erase_wait(final, redis, "aof_rewrite_in_progress") != CTL_PASS
        || erase_wait(final, redis, "rdb_bgsave_in_progress") != CTL_PASS)
    {
        return CTL_CANNOT_TELL;
    }

    reply = ctl_redis_say(redis, command, cg_str_null);
    freeReplyObject(reply);

    return reply ? CTL_PASS : CTL_CANNOT_TELL;
}


static int
erase_went_well(const erase_final_t *final, ctl_redis_t *redis,
    const char *status)
{
    int          well;
    redisReply  *info = ctl_redis_say(redis, "INFO persistence", cg_str_null);

    if (info == NULL) {
        return CTL_CANNOT_TELL;
    }

    well = info->str && strstr(info->str, status) != NULL;
    freeReplyObject(info);

    return well ? CTL_PASS
           : ctl_complain(final->ctl, "redis could not write its file");
}


static int
erase_rewrite_aof(erase_final_t *final, ctl_redis_t *redis)
{
    if (erase_begin(final, redis, "BGREWRITEAOF") != CTL_PASS
        || erase_wait(final, redis, "aof_rewrite_scheduled") != CTL_PASS
        || erase_wait(final, redis, "aof_rewrite_in_progress") != CTL_PASS
        || erase_went_well(final, redis, "aof_last_bgrewrite_status:ok")
           != CTL_PASS)
    {
        return CTL_CANNOT_TELL;
    }

    return CTL_PASS;
}


static int
erase_rewrite(erase_final_t *final, ctl_redis_t *redis)
{
    int64_t  aof = erase_info(redis, "aof_enabled");

    if (aof < 0 || (aof && erase_rewrite_aof(final, redis) != CTL_PASS)
        || erase_begin(final, redis, "BGSAVE") != CTL_PASS
        || erase_wait(final, redis, "rdb_bgsave_in_progress") != CTL_PASS
        || erase_went_well(final, redis, "rdb_last_bgsave_status:ok")
           != CTL_PASS)
    {
        return CTL_CANNOT_TELL;
    }

    final->aof |= aof != 0;

    return CTL_PASS;
}


/* Without being asked to write anything: what has been written since. */

static int
erase_look(erase_final_t *final, ctl_redis_t *redis)
{
    int64_t  aof = erase_info(redis, "aof_enabled");
    int64_t  saved = erase_info(redis, "rdb_last_save_time");

    if (aof < 0 || saved < 0) {
        return CTL_CANNOT_TELL;
    }

    if (aof) {
        fprintf(stderr, "consentctl erase: redis keeps an append-only file: "
                        "nobody can tell when it was written anew; "
                        "--rewrite does it\n");
        return CTL_FINDING;
    }

    if (final->until > (uint64_t) saved * 1000) {
        final->until = (uint64_t) saved * 1000;
    }

    return CTL_PASS;
}


/* Records that were erased have their names in the log of decisions for ten
 * minutes: out, as soon as nobody needs to read of it. */

static int
erase_names(erase_final_t *final, ctl_redis_t *redis)
{
    int  young = 1, i, code = CTL_PASS;

    for (i = 0; i <= ERASE_SETTLED && young && code == CTL_PASS; i++) {
        code = ctl_sought_forget(redis, final->redis.prefix, ERASE_SETTLED,
                                 &young);

        if (young && code == CTL_PASS) {
            (void) sleep(1);
        }
    }

    return code;
}


static int
erase_server(erase_final_t *final, const char *server)
{
    int           code;
    ctl_redis_t  *redis = ctl_redis_open(final->ctl, &final->redis, server);

    if (redis == NULL) {
        return CTL_CANNOT_TELL;
    }

    if (final->rewrite) {
        code = erase_names(final, redis);
        code = code == CTL_PASS ? erase_rewrite(final, redis) : code;

    } else {
        code = erase_look(final, redis);
    }

    ctl_redis_close(redis);

    return code;
}


static int
erase_write_final(erase_final_t *final)
{
    int            code;
    cg_out_t      *out;
    ctl_append_t   append;

    code = ctl_append_open(&append, final->ctl, final->where.log,
                           final->where.state);
    if (code != CTL_PASS) {
        return code;
    }

    out = ctl_append_begin(&append, CG_EVENT_ERASE_FINAL, final->where.site);
    cg_field_time(out, "until", final->until);
    cg_field_time(out, "aof_rewritten_at", final->rewritten);
    cg_field_bool(out, "aof", final->aof);
    cg_field_time(out, "rdb_saved_at", final->saved);

    if (final->backups) {
        cg_field_str(out, "backups_expire_at", cg_str_from(final->backups));
    }

    code = ctl_append_end(&append);

    return ctl_append_tell(&append, ctl_append_close(&append, code));
}


/* What was erased before we began is in none of the files that were written
 * since. */

static int
erase_final(erase_final_t *final)
{
    int     code = CTL_PASS;
    size_t  i;

    final->until = ctl_append_now();

    for (i = 0; i < final->redis.n && code == CTL_PASS; i++) {
        code = erase_server(final, final->redis.servers[i]);
    }

    final->rewritten = final->saved = final->rewrite ? ctl_append_now()
                                                     : final->until;

    return code == CTL_PASS ? erase_write_final(final) : code;
}


static int
erase_final_options(ctl_t *ctl)
{
    const char     *fault;
    erase_final_t   final;

    memset(&final, 0, sizeof(final));
    final.ctl = ctl;
    final.rewrite = ctl_take_option(ctl, "--rewrite");

    if (ctl_take_value(ctl, "--backups-expire", &final.backups)) {
        fault = final.backups ? ctl_plain_date(cg_str_from(final.backups))
                              : "needs a date";

        if (fault) {
            return ctl_complain(ctl, "--backups-expire %s", fault);
        }
    }

    if (ctl_redis_options(ctl, &final.redis) != CTL_PASS
        || ctl_append_where(ctl, &final.where) != CTL_PASS
        || ctl_has_unknown_option(ctl))
    {
        return CTL_CANNOT_TELL;
    }

    return erase_final(&final);
}


/* One record */


typedef struct {
    ctl_sought_t   sought;
    const char    *who;
    char           id[2 * CG_RIGHT_ID + 1];
} erase_one_t;


static cg_out_t *
erase_event(ctl_append_t *append, const char *type, const erase_one_t *one)
{
    cg_out_t        *out;
    cg_event_dsr_t   dsr;

    memset(&dsr, 0, sizeof(dsr));
    dsr.id = cg_str_from(one->id);
    dsr.rid = one->sought.rid[0] ? cg_str_from(one->sought.rid) : cg_str_null;
    dsr.right = cg_str("delete");
    dsr.by = cg_str("operator");

    out = ctl_append_begin(append, type, one->sought.where.site);
    cg_event_dsr(out, &dsr);

    return out;
}


static int
erase_asked(ctl_append_t *append, const erase_one_t *one)
{
    int        code;
    char       due[16];
    cg_out_t  *out = erase_event(append, CG_EVENT_DSR_RECEIVED, one);

    ctl_append_day(ctl_append_now() + (uint64_t) CG_RIGHT_DUE * 1000, due);
    cg_field_str(out, "due", cg_str_from(due));
    code = ctl_append_end(append);

    if (code == CTL_PASS) {
        out = erase_event(append, CG_EVENT_DSR_VERIFIED, one);
        cg_field_str(out, "method", one->sought.receipt ? cg_str("receipt")
                                                       : cg_str("operator"));
        cg_field_str(out, "who", cg_str_from(one->who));
        code = ctl_append_end(append);
    }

    return code;
}


static int
erase_gone(ctl_append_t *append, const erase_one_t *one)
{
    int                code;
    cg_event_erase_t   erase;

    erase.sub = cg_str_null;
    erase.rid = cg_str_from(one->sought.rid);
    erase.scope = cg_str("all");
    erase.means = cg_str("delete");

    cg_event_erase(ctl_append_begin(append, CG_EVENT_ERASE,
                                    one->sought.where.site), &erase);
    code = ctl_append_end(append);

    if (code == CTL_PASS) {
        (void) erase_event(append, CG_EVENT_DSR_FULFILLED, one);
        code = ctl_append_end(append);
    }

    return code;
}


/* The person is yet to be told. */

static int
erase_held(ctl_append_t *append, const erase_one_t *one)
{
    int        code;
    cg_out_t  *out = erase_event(append, CG_EVENT_DSR_REFUSED, one);

    cg_field_str(out, "reason", cg_str("illegal"));
    cg_field_bool(out, "notified", 0);
    code = ctl_append_end(append);

    if (code == CTL_PASS) {
        fprintf(stderr, "consentctl erase: a legal hold keeps the record;"
                        " tell the person, and say so: consentctl dsr notify"
                        " id=%s\n", one->id);
        code = CTL_FINDING;
    }

    return code;
}


/* By the very script that nginx runs, so that every host hears of it. */

static int
erase_run(erase_one_t *one)
{
    int            code;
    ctl_append_t   append;

    code = ctl_append_open(&append, one->sought.ctl, one->sought.where.log,
                           one->sought.where.state);
    code = code == CTL_PASS ? erase_asked(&append, one) : code;

    if (code == CTL_PASS) {
        switch (ctl_sought_erase(&one->sought)) {

        case CG_COMMIT_DONE:
            code = erase_gone(&append, one);
            break;

        case CG_COMMIT_HELD:
            code = erase_held(&append, one);
            break;

        default:
            code = ctl_complain(one->sought.ctl, "redis did not erase it");
        }
    }

    return ctl_append_tell(&append, ctl_append_close(&append, code));
}


static int
erase_one(ctl_t *ctl)
{
    int            code;
    const char    *fault;
    erase_one_t    one;
    unsigned char  id[CG_RIGHT_ID];

    memset(&one, 0, sizeof(one));

    if (!ctl_take_value(ctl, "--verified-by", &one.who) || one.who == NULL) {
        return ctl_complain(ctl, "who made sure that it is the person?"
                            " --verified-by NAME");
    }

    fault = ctl_plain_text(cg_str_from(one.who));

    if (fault) {
        return ctl_complain(ctl, "--verified-by %s", fault);
    }

    if (getrandom(id, sizeof(id), 0) != (ssize_t) sizeof(id)) {
        return ctl_complain(ctl, "no randomness");
    }

    ctl_sought_hex(id, sizeof(id), one.id);

    code = ctl_sought_find(ctl, &one.sought);

    if (code == CTL_PASS) {
        code = erase_run(&one);
    }

    ctl_sought_end(&one.sought);

    return code;
}


int
ctl_erase(ctl_t *ctl)
{
    return ctl_take_option(ctl, "--final") ? erase_final_options(ctl)
                                           : erase_one(ctl);
}
