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


/* Of the shards that are behind one connection. */

typedef struct {
    ngx_http_consent_feed_t        *feed;
    cg_feeding_t                    feeding;
    uint64_t                        shards;    /* a bit each */
    ngx_atomic_uint_t               line;      /* the connection's number */
    ngx_uint_t                      waiting;   /* answers to come */
    unsigned                        failed:1;  /* one of them did */
} ngx_http_consent_feed_round_t;

typedef struct {
    ngx_http_consent_feed_round_t  *round;     /* it is in; NULL: none now */
    size_t                          shard;
    ngx_atomic_uint_t               line;      /* of its last whole round */
} ngx_http_consent_feed_shard_t;


struct ngx_http_consent_feed_s {
    ngx_http_consent_redis_conf_t  *target;
    ngx_http_consent_redis_conf_t   line;      /* to the same place */
    ngx_cycle_t                    *cycle;
    cg_lease_t                     *lease;     /* NULL: there is no feed */
    cg_cache_t                     *cache;
    ngx_http_consent_hint_t        *hint;      /* NULL: none now */
    ngx_event_t                     turn;
    unsigned                        open:1;    /* the line is */
    unsigned                        soon:1;    /* the next turn is by a hint */
    ngx_uint_t                      vain;      /* turns, see above */

    ngx_http_consent_feed_shard_t   shards[CG_SHARDS];
    ngx_http_consent_feed_round_t   rounds[CG_SHARDS];     /* by their first */
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
consent_feed_answered(ngx_http_consent_feed_round_t *round)
{
    size_t                          i;
    ngx_http_consent_feed_shard_t  *shards = round->feed->shards;

    if (--round->waiting) {
        return;
    }

    for (i = 0; i < CG_SHARDS; i++) {
        if (shards[i].round == round) {
            shards[i].round = NULL;
            shards[i].line = round->failed ? shards[i].line : round->line;
        }
    }

    if (!round->failed) {
        cg_lease_renew(&round->feeding, consent_feed_now_ms());
        round->feed->vain = 0;
    }
}


static void consent_feed_on_log(void *data, ngx_http_consent_redis_e status,
    const cg_reply_t *reply, const ngx_str_t *error);

static ngx_int_t
consent_feed_ask(ngx_http_consent_feed_shard_t *s, ngx_pool_t *pool)
{
    cg_arena_t                      arena;
    cg_command_t                    command;
    ngx_http_consent_feed_t        *feed = s->round->feed;
    ngx_http_consent_feed_round_t  *round = s->round;

    ngx_http_consent_arena(&arena, pool);

    if (cg_record_feed(&arena, ngx_http_consent_str(feed->line.prefix),
                       s->shard, cg_lease_from(&round->feeding, s->shard),
                       &command) != CG_OK
        || ngx_http_consent_redis_send(&feed->line, &command,
                                       consent_feed_on_log, s) == NULL)
    {
        return NGX_ERROR;
    }

    round->waiting++;

    return NGX_OK;
}


/* What is sent is copied. */

static void
consent_feed_ask_all(ngx_http_consent_feed_round_t *round, uint64_t shards)
{
    size_t                    i;
    ngx_pool_t               *pool;
    ngx_http_consent_feed_t  *feed = round->feed;

    pool = ngx_create_pool(4096, feed->cycle->log);

    if (pool == NULL) {
        round->failed = 1;
        return;
    }

    for (i = 0; i < CG_SHARDS && !round->failed; i++) {
        if (shards & CG_LEASE_BIT(i)) {
            round->failed = consent_feed_ask(&feed->shards[i], pool) != NGX_OK;
        }
    }

    ngx_destroy_pool(pool);
}


static void
consent_feed_on_log(void *data, ngx_http_consent_redis_e status,
    const cg_reply_t *reply, const ngx_str_t *error)
{
    cg_status_t                     rc = CG_EINVAL;
    ngx_http_consent_feed_shard_t  *s = data;
    ngx_http_consent_feed_round_t  *round = s->round;

    if (status == NGX_HTTP_CONSENT_REDIS_OK) {
        rc = cg_lease_read(&round->feeding, s->shard, reply,
                           round->feed->cache, consent_feed_now_ms());
    }

    if (rc == CG_MORE) {
        consent_feed_ask_all(round, CG_LEASE_BIT(s->shard));

    } else if (rc != CG_OK) {
        round->failed = 1;
    }

    consent_feed_answered(round);
}


static void
consent_feed_on_time(void *data, ngx_http_consent_redis_e status,
    const cg_reply_t *reply, const ngx_str_t *error)
{
    int64_t                         time_ms = 0;
    ngx_http_consent_feed_round_t  *round = data;

    round->failed = status != NGX_HTTP_CONSENT_REDIS_OK
                    || cg_record_time_read(reply, &time_ms) != CG_OK;

    if (!round->failed) {
        cg_lease_time(&round->feeding, time_ms, consent_feed_now_ms());
        consent_feed_ask_all(round, round->shards);
    }

    consent_feed_answered(round);
}


/* Of these shards, those behind that connection; *known: which of them were
 * read to their end over it before. */

static uint64_t
consent_feed_beside(ngx_http_consent_feed_t *feed, ngx_atomic_uint_t line,
    uint64_t shards, uint64_t *known)
{
    size_t    i;
    uint64_t  beside = 0;

    for (i = 0, *known = 0; i < CG_SHARDS; i++) {
        if (!(shards & CG_LEASE_BIT(i))
            || ngx_http_consent_redis_where(&feed->line, i) != line)
        {
            continue;
        }

        beside |= CG_LEASE_BIT(i);
        *known |= feed->shards[i].line == line ? CG_LEASE_BIT(i) : 0;
    }

    return beside;
}


/* Behind a new connection Redis may be another, and so it is for a shard that
 * comes to a connection which was there before. */

static void
consent_feed_begin(ngx_http_consent_feed_round_t *round, size_t first,
    uint64_t known)
{
    size_t                    i;
    cg_command_t              command;
    ngx_http_consent_feed_t  *feed = round->feed;

    cg_lease_round(&round->feeding, feed->lease, round->shards, known == 0,
                   ngx_http_consent_now_ms());

    if (known) {
        cg_lease_void(&round->feeding, round->shards & ~known,
                      ngx_http_consent_now_ms());
    }

    cg_record_time(first, &command);

    if (ngx_http_consent_redis_send(&feed->line, &command,
                                    consent_feed_on_time, round) == NULL)
    {
        return;
    }

    round->waiting = 1;

    for (i = first; i < CG_SHARDS; i++) {
        if (round->shards & CG_LEASE_BIT(i)) {
            feed->shards[i].round = round;
        }
    }
}


/* One for each connection.  A Redis that is late holds up its own shards. */

static void
consent_feed_rounds(ngx_http_consent_feed_t *feed)
{
    size_t                          i;
    uint64_t                        left = 0, known;
    ngx_http_consent_feed_round_t  *round;

    for (i = 0; i < CG_SHARDS; i++) {
        left |= feed->shards[i].round ? 0 : CG_LEASE_BIT(i);
    }

    for (i = 0; i < CG_SHARDS; i++) {
        if (!(left & CG_LEASE_BIT(i))) {
            continue;
        }

        round = &feed->rounds[i];
        round->line = ngx_http_consent_redis_where(&feed->line, i);

        if (round->line) {
            round->shards = consent_feed_beside(feed, round->line, left,
                                                &known);
            left &= ~round->shards;
            consent_feed_begin(round, i, known);
        }
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
    if (!ngx_http_consent_redis_ready(feed->target, CG_SHARD_NONE)) {
        return;                        /* who is down need not be told twice */
    }

    feed->open = ngx_http_consent_redis_open(feed->cycle, &feed->line, NULL,
                                             NULL) == NGX_OK;

    /* with sentinels the addresses are theirs, and the feed alone tells */

    if (feed->hint == NULL && feed->line.sentinel.len == 0) {
        feed->hint = ngx_http_consent_hint_open(&feed->line, feed->cycle->log,
                                                consent_feed_heard, feed);
    }
}


static void
consent_feed_stop(ngx_http_consent_feed_t *feed)
{
    size_t  i;

    cg_lease_leave(feed->lease, (uint32_t) ngx_pid);

    ngx_http_consent_hint_close(feed->hint);
    feed->hint = NULL;
    ngx_http_consent_redis_close(&feed->line);
    feed->open = 0;

    for (i = 0; i < CG_SHARDS; i++) {
        feed->shards[i].round = NULL;          /* close() calls no handler */
    }
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

    if (feed->open) {
        consent_feed_rounds(feed);

    } else {
        consent_feed_dial(feed);
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
    feed->line.nodes = NULL;
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
        feed->rounds[i].feed = feed;
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
