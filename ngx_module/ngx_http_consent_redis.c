/*
 * One Redis target: at rest, dialling, greeting, ready, or paused.  Replies
 * come in the order of the commands; so a command that timed out makes the
 * connection useless ("poisoned"): it is closed, and no late reply can be taken
 * for somebody else's.
 *
 * Paused: the connection is sound and Redis answers, but with nothing of use
 * (loading, busy, ...); nothing is sent then but a PING now and again.
 *
 * The connection is never c->idle: a worker that shuts down keeps it, for
 * requests still being read, or whose evidence is being written.  It keeps no
 * worker alive: only commands have timers that are not cancelable.  A worker
 * that shuts down does not connect again.
 *
 * The target is taken to be up until it is seen to be down: the first success
 * of a worker is no change.  close() calls no handler: no loop runs after it.
 */

#include "ngx_http_consent_count.h"
#include "ngx_http_consent_redis_target.h"

#define CONSENT_REDIS_IN_FLIGHT   1024
#define CONSENT_REDIS_IDLE        10000         /* ms between PINGs */

/* The wait before the next attempt, in ms.  A stopped Redis still connects, so
 * a timeout says nothing about load: what counts there is how soon its return
 * is noticed. */

#define CONSENT_REDIS_REST        100           /* doubled each time, up to */
#define CONSENT_REDIS_REST_MOST   10000
#define CONSENT_REDIS_REST_MUTE   2000          /* it is there, of no use */

#define CONSENT_REDIS_REST_MASTER 1000         /* another may be it soon */

/* And before the next PING of one that is paused. */

#define CONSENT_REDIS_PAUSE       250
#define CONSENT_REDIS_PAUSE_MOST  2000


static ngx_uint_t
consent_redis_leaving(void)
{
    return ngx_exiting || ngx_terminate || ngx_quit;
}


static void
consent_redis_stop(ngx_event_t *ev)
{
    if (ev->timer_set) {
        ngx_del_timer(ev);
    }
}


/* The log hears of each fault once, until the target is up again: "closed" may
 * be followed by the "auth" that keeps it down. */

static void
consent_redis_down(ngx_http_consent_redis_t *redis,
    ngx_http_consent_fault_e fault)
{
    ngx_uint_t   was_up = redis->up;
    const char  *cause = ngx_http_consent_fault_cause(fault);

    ngx_http_consent_count(NGX_HTTP_CONSENT_COUNT_FAULTS + fault);

    if (!(redis->told & (1u << fault))) {
        redis->told |= 1u << fault;

        ngx_log_error(NGX_LOG_ERR, redis->log, 0,
                      "consent redis \"%V\" is %sdown: %s%s%V",
                      &redis->conf->name, was_up ? "" : "still ", cause,
                      redis->said.len ? ", " : "", &redis->said);
    }

    redis->up = 0;
    redis->said.len = 0;

    if (was_up && redis->change) {
        redis->change(redis->data, 0, cause);
    }
}


static void
consent_redis_up(ngx_http_consent_redis_t *redis)
{
    if (redis->up) {
        return;
    }

    redis->up = 1;
    redis->told = 0;

    ngx_log_error(NGX_LOG_NOTICE, redis->log, 0,
                  "consent redis \"%V\" is up", &redis->conf->name);

    if (redis->change) {
        redis->change(redis->data, 1, "up");
    }
}


/* Waits before the next attempt: the limit doubles, the wait is a random part
 * of it ("full jitter"), so that workers and machines do not come at once.
 * Where only a person can help, it is the whole. */

static void
consent_redis_rest(ngx_http_consent_redis_t *redis,
    ngx_http_consent_fault_e fault)
{
    ngx_msec_t  delay, cap;

    switch (fault) {
    case NGX_HTTP_CONSENT_FAULT_TIMEOUT:
    case NGX_HTTP_CONSENT_FAULT_LOADING:
    case NGX_HTTP_CONSENT_FAULT_BUSY:
    case NGX_HTTP_CONSENT_FAULT_CLUSTER:
    case NGX_HTTP_CONSENT_FAULT_REPLICA:
        cap = CONSENT_REDIS_REST_MUTE;
        break;
    default:
        cap = CONSENT_REDIS_REST_MOST;
    }

    if (redis->conf->sentinel.len || redis->node) {
        cap = CONSENT_REDIS_REST_MASTER;
    }

    redis->addr = 0;
    redis->backoff = ngx_max(redis->backoff * 2, CONSENT_REDIS_REST);
    redis->backoff = ngx_min(redis->backoff, cap);
    delay = (ngx_msec_t) ngx_random() % redis->backoff + 1;

    if (fault == NGX_HTTP_CONSENT_FAULT_AUTH) {
        delay = CONSENT_REDIS_REST_MOST + delay % 1000;
    }

    if (!consent_redis_leaving()) {
        ngx_add_timer(&redis->reconnect, delay);
    }

    consent_redis_down(redis, fault);
}


/* The greeting waits in the line until that is open, and what is sent meanwhile
 * stands behind it: a new worker's first visitors need not come later. */

static void
consent_redis_dialled(ngx_http_consent_redis_t *redis)
{
    redis->state = NGX_HTTP_CONSENT_REDIS_GREETING;
    ngx_add_timer(&redis->deadline, redis->conf->connect_timeout);

    if (ngx_http_consent_redis_greet(redis) != NGX_OK) {
        ngx_http_consent_redis_lost(redis, NGX_HTTP_CONSENT_FAULT_RESOURCES);
    }
}


/* The master that was found, or the next address, from redis->addr on. */

static ngx_http_consent_fault_e
consent_redis_dial(ngx_http_consent_redis_t *redis)
{
    ngx_http_consent_redis_place_t   *place;
    ngx_http_consent_redis_places_t  *places = redis->conf->places;

    if (redis->conf->sentinel.len) {
        return ngx_http_consent_link_dial(&redis->link, &redis->master,
                                          &redis->host);
    }

    place = &places->list[redis->addr % places->n];

    return ngx_http_consent_link_dial(&redis->link, &place->addr, place->host);
}


/* Whether there is another address to be tried before a rest. */

static ngx_uint_t
consent_redis_more(ngx_http_consent_redis_t *redis)
{
    ngx_http_consent_redis_conf_t  *conf = redis->conf;

    if (conf->sentinel.len || redis->addr + 1 >= conf->places->n) {
        return 0;
    }

    redis->addr++;

    return 1;
}

static void
consent_redis_connect(ngx_http_consent_redis_t *redis)
{
    ngx_http_consent_fault_e  fault;

    for ( ;; ) {
        fault = consent_redis_dial(redis);

        if (fault == NGX_HTTP_CONSENT_FAULT_NONE) {
            consent_redis_dialled(redis);
            return;
        }

        if (!consent_redis_more(redis)) {
            consent_redis_rest(redis, fault);
            return;
        }
    }
}


static void
consent_redis_again(ngx_event_t *ev)
{
    ngx_http_consent_redis_t  *redis = ev->data;

    if (consent_redis_leaving()) {
        return;
    }

    if (redis->conf->sentinel.len) {
        redis->state = NGX_HTTP_CONSENT_REDIS_ASKING;
        ngx_http_consent_sentinel_ask(redis);
        return;
    }

    consent_redis_connect(redis);
}


static void
consent_redis_hang_up(ngx_http_consent_redis_t *redis)
{
    consent_redis_stop(&redis->deadline);
    consent_redis_stop(&redis->ping);

    ngx_http_consent_sentinel_stop(redis);
    ngx_http_consent_link_hang_up(&redis->link);
    redis->state = NGX_HTTP_CONSENT_REDIS_REST;
}


/* Everything is settled before the first handler runs: it may send (and is
 * refused), and it may abandon other tickets. */

void
ngx_http_consent_redis_lost(ngx_http_consent_redis_t *redis,
    ngx_http_consent_fault_e fault)
{
    ngx_queue_t  tickets;
    ngx_uint_t   greeted = redis->state >= NGX_HTTP_CONSENT_REDIS_PAUSED;

    consent_redis_hang_up(redis);

    ngx_queue_init(&tickets);

    if (!ngx_queue_empty(&redis->tickets)) {
        ngx_queue_add(&tickets, &redis->tickets);
        ngx_queue_init(&redis->tickets);
    }

    if (!greeted && !consent_redis_leaving() && consent_redis_more(redis)) {
        consent_redis_connect(redis);

    } else {
        consent_redis_rest(redis, fault);
    }

    ngx_http_consent_ticket_fail(&tickets, 0);
}


static void
consent_redis_moved(ngx_http_consent_redis_t *redis, const ngx_addr_t *master)
{
    ngx_http_consent_sentinel_t  *s = &redis->sentinel;

    redis->room = *(ngx_sockaddr_t *) master->sockaddr;
    redis->master.sockaddr = &redis->room.sockaddr;
    redis->master.socklen = master->socklen;

    redis->host.data = redis->hosttext;
    redis->host.len = s->host.len;
    ngx_memcpy(redis->hosttext, s->text, s->host.len + 1);
}


/* While there is a connection, only news count. */

void
ngx_http_consent_redis_found(ngx_http_consent_redis_t *redis,
    const ngx_addr_t *master, ngx_http_consent_fault_e fault)
{
    ngx_str_t  moved = ngx_string("sentinel names another master");

    if (redis->state == NGX_HTTP_CONSENT_REDIS_ASKING) {
        redis->state = NGX_HTTP_CONSENT_REDIS_REST;

        if (master == NULL) {
            consent_redis_rest(redis, fault);
            return;
        }

        consent_redis_moved(redis, master);
        consent_redis_connect(redis);
        return;
    }

    redis->said.len = 0;

    if (master
        && ngx_cmp_sockaddr(master->sockaddr, master->socklen,
                            redis->master.sockaddr, redis->master.socklen, 1)
           != NGX_OK)
    {
        ngx_http_consent_redis_quote(redis, &moved);
        ngx_http_consent_redis_lost(redis, NGX_HTTP_CONSENT_FAULT_REPLICA);
    }
}


static void
consent_redis_dropped(void *data, ngx_http_consent_fault_e fault)
{
    ngx_http_consent_redis_t  *redis = data;

    if (redis->link.said.text.len && redis->said.len == 0) {
        ngx_http_consent_redis_quote(redis, &redis->link.said.text);
    }

    ngx_http_consent_redis_lost(redis, fault);
}


static void
consent_redis_late(ngx_event_t *ev)
{
    ngx_http_consent_redis_lost(ev->data, NGX_HTTP_CONSENT_FAULT_TIMEOUT);
}


static void
consent_redis_idle(ngx_event_t *ev)
{
    ngx_http_consent_redis_t  *redis = ev->data;

    ngx_add_timer(&redis->ping, CONSENT_REDIS_IDLE);

    if ((redis->in_flight == 0
         || redis->state == NGX_HTTP_CONSENT_REDIS_PAUSED)
        && ngx_http_consent_redis_ping(redis) != NGX_OK)
    {
        ngx_http_consent_redis_lost(redis, NGX_HTTP_CONSENT_FAULT_RESOURCES);
    }
}


ngx_http_consent_fault_e
ngx_http_consent_redis_begin(ngx_http_consent_redis_t *redis)
{
    if (redis->state == NGX_HTTP_CONSENT_REDIS_READY) {
        redis->backoff = 0;
        return NGX_HTTP_CONSENT_FAULT_NONE;
    }

    if (redis->state == NGX_HTTP_CONSENT_REDIS_GREETING) {
        ngx_http_consent_count(NGX_HTTP_CONSENT_COUNT_CONNECTS);
    }

    consent_redis_stop(&redis->deadline);
    ngx_add_timer(&redis->ping, CONSENT_REDIS_IDLE);
    ngx_http_consent_sentinel_watch(redis);

    redis->state = NGX_HTTP_CONSENT_REDIS_READY;

    if (!redis->doubt) {
        consent_redis_up(redis);
    }

    return ngx_http_consent_redis_check(redis) == NGX_OK
           ? NGX_HTTP_CONSENT_FAULT_NONE : NGX_HTTP_CONSENT_FAULT_RESOURCES;
}


/* A greeting alone proves little: the line may be lost again at once. */

void
ngx_http_consent_redis_useful(ngx_http_consent_redis_t *redis)
{
    if (redis->state == NGX_HTTP_CONSENT_REDIS_READY) {
        redis->backoff = 0;
        redis->doubt = 0;

        consent_redis_up(redis);
    }
}


void
ngx_http_consent_redis_quote(ngx_http_consent_redis_t *redis,
    const ngx_str_t *error)
{
    redis->said.data = redis->text;
    redis->said.len = ngx_min(error->len, sizeof(redis->text));
    ngx_memcpy(redis->text, error->data, redis->said.len);
}


/* Half of the wait is random, as at rest; of several refusals in one pause the
 * first counts. */

void
ngx_http_consent_redis_pause(ngx_http_consent_redis_t *redis,
    ngx_http_consent_fault_e fault, const ngx_str_t *error, ngx_uint_t again)
{
    if (redis->state == NGX_HTTP_CONSENT_REDIS_PAUSED && !again) {
        return;
    }

    ngx_http_consent_redis_quote(redis, error);

    redis->state = NGX_HTTP_CONSENT_REDIS_PAUSED;
    redis->backoff = ngx_max(redis->backoff * 2, CONSENT_REDIS_PAUSE);
    redis->backoff = ngx_min(redis->backoff, CONSENT_REDIS_PAUSE_MOST);

    ngx_add_timer(&redis->ping, redis->backoff / 2 + (ngx_msec_t) ngx_random()
                                % (redis->backoff / 2) + 1);

    consent_redis_down(redis, fault);
}


static void
consent_redis_timer(ngx_http_consent_redis_t *redis, ngx_event_t *ev,
    ngx_event_handler_pt handler)
{
    ev->handler = handler;
    ev->data = redis;
    ev->log = redis->log;
    ev->cancelable = 1;
}


static void
consent_redis_init(ngx_http_consent_redis_t *redis)
{
    ngx_http_consent_link_t  *link = &redis->link;

    link->owed = ngx_http_consent_redis_owed;
    link->answer = ngx_http_consent_redis_answer;
    link->lost = consent_redis_dropped;
    link->data = redis;
    link->log = redis->log;
    link->tls = &redis->conf->tls;

    consent_redis_timer(redis, &redis->reconnect, consent_redis_again);
    consent_redis_timer(redis, &redis->deadline, consent_redis_late);
    consent_redis_timer(redis, &redis->ping, consent_redis_idle);

    ngx_http_consent_sentinel_init(redis);

    ngx_queue_init(&redis->tickets);
    redis->up = 1;
}


ngx_http_consent_redis_t *
ngx_http_consent_target_open(ngx_log_t *log,
    ngx_http_consent_redis_conf_t *conf,
    ngx_http_consent_redis_change_pt change, void *data)
{
    ngx_http_consent_redis_t  *redis;

    redis = ngx_calloc(sizeof(ngx_http_consent_redis_t), log);
    if (redis == NULL) {
        return NULL;
    }

    redis->conf = conf;
    redis->change = change;
    redis->data = data;
    redis->log = log;

    consent_redis_init(redis);

    /* from the loop: `change` shall not be called before open() is done */

    ngx_add_timer(&redis->reconnect, 0);

    return redis;
}


void
ngx_http_consent_target_close(ngx_http_consent_redis_t *redis)
{
    consent_redis_stop(&redis->reconnect);
    consent_redis_hang_up(redis);
    ngx_http_consent_ticket_fail(&redis->tickets, 1);

    ngx_free(redis);
}


/* Behind its greeting a connection takes commands as well, unless its target
 * is known to be down: a new worker's first visitors are not shut out. */

ngx_uint_t
ngx_http_consent_target_ready(const ngx_http_consent_redis_t *redis)
{
    if (redis->in_flight >= CONSENT_REDIS_IN_FLIGHT) {
        return 0;
    }

    return redis->state == NGX_HTTP_CONSENT_REDIS_READY
           || (redis->state == NGX_HTTP_CONSENT_REDIS_GREETING && redis->up);
}
