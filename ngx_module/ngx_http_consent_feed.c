/*
 * The feed: one worker of this host reads what Redis' log says, so that a
 * cached grant ends on every host as soon as it is withdrawn on one, and lives
 * longer than its own five seconds as long as nothing is said of it.  What an
 * entry and a lease mean is cg_lease.h's.
 *
 * It has a connection of its own: what keeps the feed down, a right that is
 * missing for one, keeps no look-up waiting.
 */

#include "ngx_http_consent_feed_hint.h"
#include "ngx_http_consent_module.h"

#define CONSENT_FEED_TURN     500      /* ms between rounds */
#define CONSENT_FEED_SOON     30       /* ms from a hint to the next round */
#define CONSENT_FEED_TIMEOUT  2000     /* ms of one answer, at least */
#define CONSENT_FEED_VAIN     4        /* turns without a round: let another */


typedef struct {
    ngx_http_consent_feed_t        *feed;
    size_t                          shard;
} ngx_http_consent_feed_shard_t;


struct ngx_http_consent_feed_s {
    ngx_http_consent_redis_conf_t  *target;
    ngx_http_consent_redis_conf_t   line;      /* to the same place */
    ngx_cycle_t                    *cycle;
    cg_lease_t                     *lease;     /* NULL: there is no feed */
    cg_cache_t                     *cache;
    ngx_http_consent_hint_t        *hint;      /* NULL: none now */
    ngx_event_t                     turn;
    unsigned                        soon:1;    /* the next turn is by a hint */
    ngx_uint_t                      vain;      /* turns, see above */

    cg_feeding_t                    round;
    ngx_uint_t                      waiting;   /* answers to come */
    unsigned                        failed:1;  /* one of them did */
    unsigned                        fresh:1;   /* connection: no round yet */
    ngx_http_consent_feed_shard_t   shards[CG_SHARDS];
};


/* Where records are, as a number that is the same in every worker and after a
 * reload. */

static ngx_int_t
consent_feed_target(ngx_http_consent_redis_conf_t *redis, uint64_t *target)
{
    u_char         text[NGX_INT_T_LEN + 2];
    cg_str_t       parts[3];
    unsigned char  digest[CG_SHA256_LEN];

    parts[0] = ngx_http_consent_str(redis->name);
    parts[1].data = text;
    parts[1].len = (size_t) (ngx_sprintf(text, "\n%i\n", redis->db) - text);
    parts[2] = ngx_http_consent_str(redis->prefix);

    if (cg_sha256(parts, 3, digest) != CG_OK) {
        return NGX_ERROR;
    }

    ngx_memcpy(target, digest, sizeof(uint64_t));
    *target |= 1;

    return NGX_OK;
}


/* All that a cached decision hangs on beside its name. */

ngx_int_t
ngx_http_consent_feed_terms(ngx_http_consent_srv_conf_t *scf)
{
    cg_str_t       parts[3];
    uint64_t       target;
    unsigned char  digest[CG_SHA256_LEN];

    if (consent_feed_target(scf->redis, &target) != NGX_OK) {
        return NGX_ERROR;
    }

    parts[0].data = (unsigned char *) &target;
    parts[0].len = sizeof(target);
    parts[1].data = scf->policy->terms_hash;
    parts[1].len = CG_SHA256_LEN;
    parts[2] = scf->policy->id;

    if (cg_sha256(parts, 3, digest) != CG_OK) {
        return NGX_ERROR;
    }

    scf->terms = (uint32_t) digest[0] << 16 | (uint32_t) digest[1] << 8
                 | digest[2];

    return NGX_OK;
}


/* The loop's own time may be from before an answer was written. */

static int64_t
consent_feed_now_ms(void)
{
    ngx_time_update();

    return ngx_http_consent_now_ms();
}


static void
consent_feed_answered(ngx_http_consent_feed_t *feed)
{
    if (--feed->waiting || feed->failed) {
        return;
    }

    cg_lease_renew(&feed->round, consent_feed_now_ms());

    feed->fresh = 0;
    feed->vain = 0;
}


static void consent_feed_on_log(void *data, ngx_http_consent_redis_e status,
    const cg_reply_t *reply, const ngx_str_t *error);

static ngx_int_t
consent_feed_ask(ngx_http_consent_feed_shard_t *s, ngx_pool_t *pool)
{
    cg_arena_t                arena;
    cg_command_t              command;
    ngx_http_consent_feed_t  *feed = s->feed;

    ngx_http_consent_arena(&arena, pool);

    if (cg_record_feed(&arena, ngx_http_consent_str(feed->line.prefix),
                       s->shard, cg_lease_from(&feed->round, s->shard),
                       &command) != CG_OK
        || ngx_http_consent_redis_send(&feed->line, &command,
                                       consent_feed_on_log, s) == NULL)
    {
        return NGX_ERROR;
    }

    feed->waiting++;

    return NGX_OK;
}


/* Shards `from` to `to`; what is sent is copied. */

static void
consent_feed_ask_all(ngx_http_consent_feed_t *feed, size_t from, size_t to)
{
    size_t       i;
    ngx_pool_t  *pool = ngx_create_pool(4096, feed->cycle->log);

    if (pool == NULL) {
        feed->failed = 1;
        return;
    }

    for (i = from; i <= to && !feed->failed; i++) {
        feed->failed = consent_feed_ask(&feed->shards[i], pool) != NGX_OK;
    }

    ngx_destroy_pool(pool);
}


static void
consent_feed_on_log(void *data, ngx_http_consent_redis_e status,
    const cg_reply_t *reply, const ngx_str_t *error)
{
    cg_status_t                     rc = CG_EINVAL;
    ngx_http_consent_feed_shard_t  *s = data;
    ngx_http_consent_feed_t        *feed = s->feed;

    if (status == NGX_HTTP_CONSENT_REDIS_OK) {
        rc = cg_lease_read(&feed->round, s->shard, reply, feed->cache,
                           consent_feed_now_ms());
    }

    if (rc == CG_MORE) {
        consent_feed_ask_all(feed, s->shard, s->shard);

    } else if (rc != CG_OK) {
        feed->failed = 1;
    }

    consent_feed_answered(feed);
}


static void
consent_feed_on_time(void *data, ngx_http_consent_redis_e status,
    const cg_reply_t *reply, const ngx_str_t *error)
{
    int64_t                   time_ms;
    ngx_http_consent_feed_t  *feed = data;

    feed->failed = status != NGX_HTTP_CONSENT_REDIS_OK
                   || cg_record_time_read(reply, &time_ms) != CG_OK;

    if (!feed->failed) {
        cg_lease_time(&feed->round, time_ms, consent_feed_now_ms());
        consent_feed_ask_all(feed, 0, CG_SHARDS - 1);
    }

    consent_feed_answered(feed);
}


static void
consent_feed_round(ngx_http_consent_feed_t *feed)
{
    cg_command_t  command;

    if (feed->waiting) {
        return;
    }

    cg_lease_round(&feed->round, feed->lease, feed->fresh,
                   ngx_http_consent_now_ms());
    cg_record_time(&command);

    if (ngx_http_consent_redis_send(&feed->line, &command,
                                    consent_feed_on_time, feed))
    {
        feed->waiting = 1;
    }
}


/* Behind a connection that was lost Redis may be another. */

static void
consent_feed_changed(void *data, ngx_uint_t up, const char *cause)
{
    ngx_http_consent_feed_t  *feed = data;

    if (!up) {
        feed->fresh = 1;
    }
}


/* Something was written.  Many hints are one round. */

static void
consent_feed_heard(void *data)
{
    ngx_http_consent_feed_t  *feed = data;

    if (!feed->soon) {
        feed->soon = 1;
        ngx_add_timer(&feed->turn, CONSENT_FEED_SOON);
    }
}


static void
consent_feed_dial(ngx_http_consent_feed_t *feed)
{
    if (!ngx_http_consent_redis_ready(feed->target)) {
        return;                        /* who is down need not be told twice */
    }

    feed->fresh = 1;
    (void) ngx_http_consent_redis_open(feed->cycle, &feed->line,
                                       consent_feed_changed, feed);

    /* with sentinels the addresses are theirs, and the feed alone tells */

    if (feed->hint == NULL && feed->line.sentinel.len == 0) {
        feed->hint = ngx_http_consent_hint_open(&feed->line, feed->cycle->log,
                                                consent_feed_heard, feed);
    }
}


static void
consent_feed_stop(ngx_http_consent_feed_t *feed)
{
    cg_lease_leave(feed->lease, (uint32_t) ngx_pid);

    ngx_http_consent_hint_close(feed->hint);
    feed->hint = NULL;
    ngx_http_consent_redis_close(&feed->line);
    feed->waiting = 0;                 /* close() calls no handler */
}


static void
consent_feed_turn(ngx_event_t *ev)
{
    ngx_uint_t                hinted;
    ngx_http_consent_feed_t  *feed = ev->data;

    if (ngx_exiting || ngx_quit || ngx_terminate) {
        consent_feed_stop(feed);
        return;
    }

    hinted = feed->soon;
    feed->soon = 0;
    ngx_add_timer(ev, CONSENT_FEED_TURN);

    if (!cg_lease_hold(feed->lease, (uint32_t) ngx_pid,
                       ngx_http_consent_now_ms()))
    {
        consent_feed_stop(feed);
        feed->vain = 0;
        return;
    }

    /* what keeps this worker from it need not keep the others */

    if (!hinted && feed->vain++ == CONSENT_FEED_VAIN) {
        consent_feed_stop(feed);
        feed->vain = 0;
        ngx_add_timer(ev, CONSENT_FEED_TURN * CONSENT_FEED_VAIN);
        return;
    }

    if (feed->line.runtime == NULL) {
        consent_feed_dial(feed);

    } else {
        consent_feed_round(feed);
    }
}


static ngx_int_t
consent_feed_init(ngx_http_consent_feed_t *feed, ngx_cycle_t *cycle,
    ngx_http_consent_redis_conf_t *redis)
{
    size_t   i;
    u_char  *name;

    feed->cycle = cycle;
    feed->target = redis;
    feed->line = *redis;
    feed->line.runtime = NULL;
    feed->line.writer = NULL;
    ngx_str_set(&feed->line.client, "ngx-consent-feed");
    ngx_memzero(feed->line.scripts, sizeof(feed->line.scripts));
    feed->line.timeout = ngx_max(redis->timeout, CONSENT_FEED_TIMEOUT);

    name = ngx_pnalloc(cycle->pool, redis->name.len + sizeof(" (feed)"));
    if (name == NULL) {
        return NGX_ERROR;
    }

    feed->line.name.data = name;
    feed->line.name.len = (size_t) (ngx_sprintf(name, "%V (feed)",
                                                &redis->name) - name);

    for (i = 0; i < CG_SHARDS; i++) {
        feed->shards[i].feed = feed;
        feed->shards[i].shard = i;
    }

    feed->turn.handler = consent_feed_turn;
    feed->turn.data = feed;
    feed->turn.log = cycle->log;
    feed->turn.cancelable = 1;

    return NGX_OK;
}


static void
consent_feed_lend(ngx_http_consent_main_conf_t *mcf,
    ngx_http_consent_feed_t *feed)
{
    ngx_uint_t                     i;
    ngx_http_consent_srv_conf_t  **servers = mcf->servers.elts;

    for (i = 0; i < mcf->servers.nelts; i++) {
        if (servers[i]->redis == feed->target) {
            servers[i]->lease = feed->lease;
        }
    }
}


/* One of several directives that name the same place is enough to feed it. */

static ngx_int_t
consent_feed_open(ngx_http_consent_main_conf_t *mcf,
    ngx_http_consent_feed_t *feed)
{
    uint64_t                    target;
    ngx_http_consent_feed_t    *other;
    ngx_http_consent_shared_t  *shared = mcf->zone->data;

    if (consent_feed_target(feed->target, &target) != NGX_OK) {
        return NGX_ERROR;
    }

    feed->cache = shared->cache;
    feed->lease = cg_lease_find(shared->leases, target);

    if (feed->lease == NULL) {
        ngx_log_error(NGX_LOG_WARN, feed->cycle->log, 0,
                      "consent redis \"%V\" has no feed: the zone has known "
                      "%d others, restart nginx to forget them",
                      &feed->target->name, CG_LEASES);
        return NGX_OK;
    }

    consent_feed_lend(mcf, feed);

    for (other = mcf->feeds; other < feed; other++) {
        if (other->lease == feed->lease) {
            return NGX_OK;
        }
    }

    ngx_add_timer(&feed->turn, ngx_random() % CONSENT_FEED_TURN + 1);

    return NGX_OK;
}


ngx_int_t
ngx_http_consent_feeds_open(ngx_cycle_t *cycle,
    ngx_http_consent_main_conf_t *mcf)
{
    ngx_uint_t                       i, n = mcf->targets.nelts;
    ngx_http_consent_redis_conf_t  **targets = mcf->targets.elts;

    mcf->feeds = ngx_pcalloc(cycle->pool, n * sizeof(ngx_http_consent_feed_t));
    if (mcf->feeds == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        if (!targets[i]->feed) {
            continue;                  /* grants live by their own */
        }

        if (consent_feed_init(&mcf->feeds[i], cycle, targets[i]) != NGX_OK
            || consent_feed_open(mcf, &mcf->feeds[i]) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


void
ngx_http_consent_feeds_close(ngx_http_consent_main_conf_t *mcf)
{
    ngx_uint_t  i;

    for (i = 0; mcf->feeds && i < mcf->targets.nelts; i++) {
        if (mcf->feeds[i].lease) {
            consent_feed_stop(&mcf->feeds[i]);
        }
    }
}
