/*
 * One Redis target: down, dialling, greeting (AUTH, SELECT, PING), ready.
 * Replies come in the order of the commands; so a command that timed out
 * makes the connection useless ("poisoned"): it is closed, and no late reply
 * can be taken for somebody else's.
 *
 * The connection is never c->idle: a worker that shuts down keeps it, for
 * requests still being read, or whose evidence is being written.  It keeps no
 * worker alive: only commands have timers that are not cancelable.  A worker
 * that shuts down does not connect again.
 *
 * The target is taken to be up until it is seen to be down: the first success
 * of a worker is no change.  close() calls no handler: no loop runs after it.
 */

#include "ngx_http_consent_redis.h"
#include "ngx_http_consent_redis_link.h"

#define CONSENT_REDIS_IN_FLIGHT  1024
#define CONSENT_REDIS_IDLE       10000          /* ms between PINGs */

/* The wait before the next attempt, in ms.  A stopped Redis still connects, so
 * a timeout says nothing about load: what counts there is how soon its return
 * is noticed. */

#define CONSENT_REDIS_REST       100            /* doubled each time, up to */
#define CONSENT_REDIS_REST_MOST  10000
#define CONSENT_REDIS_REST_MUTE  2000           /* no answer, or loading */


typedef enum {
    CONSENT_REDIS_DOWN = 0,
    CONSENT_REDIS_DIALLING,
    CONSENT_REDIS_GREETING,
    CONSENT_REDIS_READY
} consent_redis_state_e;

typedef enum {
    CONSENT_REDIS_COMMAND = 0,
    CONSENT_REDIS_AUTH,
    CONSENT_REDIS_SELECT,
    CONSENT_REDIS_PING
} consent_redis_kind_e;


struct ngx_http_consent_ticket_s {
    ngx_queue_t                         queue;
    ngx_http_consent_redis_t           *redis;
    consent_redis_kind_e                kind;
    ngx_http_consent_redis_e            status;    /* if the line drops now */
    ngx_http_consent_redis_handler_pt   handler;   /* NULL: nobody waits */
    void                               *data;
    ngx_event_t                         timer;
};


struct ngx_http_consent_redis_s {
    ngx_http_consent_redis_conf_t      *conf;
    ngx_http_consent_redis_change_pt    change;
    void                               *data;
    ngx_log_t                          *log;

    consent_redis_state_e               state;
    ngx_uint_t                          up;        /* as last announced */
    ngx_uint_t                          addr;
    ngx_msec_t                          backoff;
    ngx_http_consent_link_t             link;

    ngx_queue_t                         tickets;   /* oldest first */
    ngx_uint_t                          in_flight;

    ngx_event_t                         reconnect;
    ngx_event_t                         deadline;  /* of dial and greeting */
    ngx_event_t                         ping;
};


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


static void
consent_redis_announce(ngx_http_consent_redis_t *redis, ngx_uint_t up,
    const char *cause)
{
    ngx_uint_t  level = up ? NGX_LOG_NOTICE : NGX_LOG_ERR;

    if (redis->up == up) {
        return;
    }

    redis->up = up;

    ngx_log_error(level, redis->log, 0,
                  "consent redis \"%V\" is %s%s", &redis->conf->name,
                  up ? "" : "down: ", cause);

    if (redis->change) {
        redis->change(redis->data, up, cause);
    }
}


/* Waits before the next attempt: the limit doubles, the wait is a random part
 * of it ("full jitter"), so that workers and machines do not come at once.
 * Where only a person can help, it is the whole. */

static void
consent_redis_rest(ngx_http_consent_redis_t *redis,
    ngx_http_consent_fault_e fault)
{
    ngx_msec_t  delay;
    ngx_msec_t  cap = fault == NGX_HTTP_CONSENT_FAULT_TIMEOUT
                      || fault == NGX_HTTP_CONSENT_FAULT_LOADING
                      ? CONSENT_REDIS_REST_MUTE : CONSENT_REDIS_REST_MOST;

    redis->addr = 0;
    redis->backoff = ngx_max(redis->backoff * 2, CONSENT_REDIS_REST);
    redis->backoff = ngx_min(redis->backoff, cap);
    delay = (ngx_msec_t) ngx_random() % redis->backoff + 1;

    if (fault == NGX_HTTP_CONSENT_FAULT_AUTH) {
        delay = cap + delay % 1000;
    }

    if (!consent_redis_leaving()) {
        ngx_add_timer(&redis->reconnect, delay);
    }

    consent_redis_announce(redis, 0, ngx_http_consent_link_cause(fault));
}


/* Tries the addresses in their order, from redis->addr on. */

static void
consent_redis_connect(ngx_http_consent_redis_t *redis)
{
    ngx_http_consent_fault_e        fault;
    ngx_http_consent_redis_conf_t  *conf = redis->conf;

    for ( ;; ) {
        fault = ngx_http_consent_link_dial(&redis->link,
                                           &conf->addrs[redis->addr]);

        if (fault == NGX_HTTP_CONSENT_FAULT_NONE) {
            redis->state = CONSENT_REDIS_DIALLING;
            ngx_add_timer(&redis->deadline, conf->connect_timeout);
            return;
        }

        if (redis->addr + 1 >= conf->naddrs) {
            consent_redis_rest(redis, fault);
            return;
        }

        redis->addr++;
    }
}


static void
consent_redis_again(ngx_event_t *ev)
{
    if (!consent_redis_leaving()) {
        consent_redis_connect(ev->data);
    }
}


static void
consent_redis_finish(ngx_http_consent_ticket_t *ticket,
    ngx_http_consent_redis_e status, const cg_reply_t *reply,
    const ngx_str_t *error)
{
    void                               *data = ticket->data;
    ngx_http_consent_redis_handler_pt   handler = ticket->handler;

    consent_redis_stop(&ticket->timer);
    ngx_queue_remove(&ticket->queue);
    ngx_free(ticket);

    if (handler) {
        handler(data, status, reply, error);
    }
}


static void
consent_redis_fail_all(ngx_queue_t *tickets, ngx_uint_t quiet)
{
    ngx_http_consent_ticket_t  *ticket;

    while (!ngx_queue_empty(tickets)) {
        ticket = ngx_queue_data(ngx_queue_head(tickets),
                                ngx_http_consent_ticket_t, queue);

        if (quiet) {
            ticket->handler = NULL;
        }

        consent_redis_finish(ticket, ticket->status, NULL, NULL);
    }
}


static void
consent_redis_hang_up(ngx_http_consent_redis_t *redis)
{
    consent_redis_stop(&redis->deadline);
    consent_redis_stop(&redis->ping);

    ngx_http_consent_link_hang_up(&redis->link);
    redis->state = CONSENT_REDIS_DOWN;
}


/* Everything is settled before the first handler runs: it may send (and is
 * refused), and it may abandon other tickets. */

static void
consent_redis_lost(void *data, ngx_http_consent_fault_e fault)
{
    ngx_queue_t                tickets;
    ngx_http_consent_redis_t  *redis = data;
    ngx_uint_t                 was_ready = redis->state == CONSENT_REDIS_READY;

    consent_redis_hang_up(redis);

    ngx_queue_init(&tickets);

    if (!ngx_queue_empty(&redis->tickets)) {
        ngx_queue_add(&tickets, &redis->tickets);
        ngx_queue_init(&redis->tickets);
        redis->in_flight = 0;
    }

    if (!was_ready && redis->addr + 1 < redis->conf->naddrs
        && !consent_redis_leaving())
    {
        redis->addr++;
        consent_redis_connect(redis);

    } else {
        consent_redis_rest(redis, fault);
    }

    consent_redis_fail_all(&tickets, 0);
}


static void
consent_redis_expired(ngx_event_t *ev)
{
    ngx_http_consent_ticket_t  *ticket = ev->data;

    ticket->status = NGX_HTTP_CONSENT_REDIS_TIMEOUT;
    consent_redis_lost(ticket->redis, NGX_HTTP_CONSENT_FAULT_TIMEOUT);
}


static void
consent_redis_late(ngx_event_t *ev)
{
    consent_redis_lost(ev->data, NGX_HTTP_CONSENT_FAULT_TIMEOUT);
}


static ngx_http_consent_ticket_t *
consent_redis_submit(ngx_http_consent_redis_t *redis,
    const cg_command_t *command, consent_redis_kind_e kind)
{
    ngx_http_consent_ticket_t  *ticket;

    ticket = ngx_calloc(sizeof(ngx_http_consent_ticket_t), redis->log);
    if (ticket == NULL) {
        return NULL;
    }

    if (ngx_http_consent_link_queue(&redis->link, command) != NGX_OK) {
        ngx_free(ticket);
        return NULL;
    }

    ticket->redis = redis;
    ticket->kind = kind;
    ticket->timer.handler = consent_redis_expired;
    ticket->timer.data = ticket;
    ticket->timer.log = redis->log;
    ticket->timer.cancelable = kind != CONSENT_REDIS_COMMAND;

    ngx_queue_insert_tail(&redis->tickets, &ticket->queue);
    redis->in_flight++;

    if (redis->state == CONSENT_REDIS_READY) {
        ngx_add_timer(&ticket->timer, redis->conf->timeout);
    }

    return ticket;
}


static void
consent_redis_word(cg_command_t *command, const u_char *data, size_t len)
{
    cg_str_t  *word = &command->words[command->n++];

    word->data = data;
    word->len = len;
}


static ngx_int_t
consent_redis_say(ngx_http_consent_redis_t *redis, consent_redis_kind_e kind)
{
    u_char                          db[NGX_INT_T_LEN];
    cg_command_t                    command;
    ngx_http_consent_redis_conf_t  *conf = redis->conf;

    command.n = 0;

    switch (kind) {

    case CONSENT_REDIS_AUTH:
        consent_redis_word(&command, (u_char *) "AUTH", 4);

        if (conf->user.len) {
            consent_redis_word(&command, conf->user.data, conf->user.len);
        }

        consent_redis_word(&command, conf->password.data, conf->password.len);
        break;

    case CONSENT_REDIS_SELECT:
        consent_redis_word(&command, (u_char *) "SELECT", 6);
        consent_redis_word(&command, db,
                           (size_t) (ngx_sprintf(db, "%i", conf->db) - db));
        break;

    default:
        consent_redis_word(&command, (u_char *) "PING", 4);
    }

    return consent_redis_submit(redis, &command, kind) ? NGX_OK : NGX_ERROR;
}


static ngx_http_consent_fault_e
consent_redis_greet(void *data)
{
    ngx_http_consent_redis_t       *redis = data;
    ngx_http_consent_redis_conf_t  *conf = redis->conf;

    redis->state = CONSENT_REDIS_GREETING;

    if ((conf->password.len
         && consent_redis_say(redis, CONSENT_REDIS_AUTH) != NGX_OK)
        || (conf->db > 0
            && consent_redis_say(redis, CONSENT_REDIS_SELECT) != NGX_OK)
        || consent_redis_say(redis, CONSENT_REDIS_PING) != NGX_OK)
    {
        return NGX_HTTP_CONSENT_FAULT_RESOURCES;
    }

    return NGX_HTTP_CONSENT_FAULT_NONE;
}


static void
consent_redis_idle(ngx_event_t *ev)
{
    ngx_http_consent_redis_t  *redis = ev->data;

    ngx_add_timer(&redis->ping, CONSENT_REDIS_IDLE);

    if (redis->in_flight == 0
        && consent_redis_say(redis, CONSENT_REDIS_PING) != NGX_OK)
    {
        consent_redis_lost(redis, NGX_HTTP_CONSENT_FAULT_RESOURCES);
    }
}


static ngx_http_consent_fault_e
consent_redis_ponged(ngx_http_consent_redis_t *redis, ngx_uint_t pong)
{
    if (!pong) {
        return NGX_HTTP_CONSENT_FAULT_PROTOCOL;
    }

    if (redis->state == CONSENT_REDIS_GREETING) {
        consent_redis_stop(&redis->deadline);
        ngx_add_timer(&redis->ping, CONSENT_REDIS_IDLE);

        redis->state = CONSENT_REDIS_READY;

        consent_redis_announce(redis, 1, "up");
    }

    return NGX_HTTP_CONSENT_FAULT_NONE;
}


/* NONE: the error concerns the command only. */

static ngx_http_consent_fault_e
consent_redis_judge(consent_redis_kind_e kind, const ngx_str_t *error)
{
    ngx_http_consent_fault_e  fault = ngx_http_consent_link_fault(error);

    if (kind == CONSENT_REDIS_COMMAND
        && fault != NGX_HTTP_CONSENT_FAULT_AUTH)
    {
        return NGX_HTTP_CONSENT_FAULT_NONE;
    }

    if (kind == CONSENT_REDIS_AUTH && fault == NGX_HTTP_CONSENT_FAULT_ERROR) {
        return NGX_HTTP_CONSENT_FAULT_AUTH;
    }

    return fault;
}


static ngx_http_consent_fault_e
consent_redis_answer(void *data, const ngx_http_consent_answer_t *answer)
{
    ngx_uint_t                  pong;
    consent_redis_kind_e        kind;
    ngx_http_consent_redis_t   *redis = data;
    ngx_http_consent_ticket_t  *ticket;

    if (ngx_queue_empty(&redis->tickets)) {
        return NGX_HTTP_CONSENT_FAULT_PROTOCOL;
    }

    ticket = ngx_queue_data(ngx_queue_head(&redis->tickets),
                            ngx_http_consent_ticket_t, queue);
    kind = ticket->kind;
    redis->in_flight--;

    if (answer->failed) {
        consent_redis_finish(ticket, NGX_HTTP_CONSENT_REDIS_ERROR, NULL,
                             &answer->error);
        return consent_redis_judge(kind, &answer->error);
    }

    consent_redis_finish(ticket, NGX_HTTP_CONSENT_REDIS_OK, &answer->reply,
                         NULL);

    /* a greeting alone proves little: it may be lost again at once */

    if (redis->state == CONSENT_REDIS_READY) {
        redis->backoff = 0;
    }

    if (kind != CONSENT_REDIS_PING) {
        return NGX_HTTP_CONSENT_FAULT_NONE;
    }

    pong = answer->reply.n == 1
           && cg_str_eq(answer->reply.items[0], cg_str("PONG"));

    return consent_redis_ponged(redis, pong);
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

    link->connected = consent_redis_greet;
    link->answer = consent_redis_answer;
    link->lost = consent_redis_lost;
    link->data = redis;
    link->log = redis->log;

    consent_redis_timer(redis, &redis->reconnect, consent_redis_again);
    consent_redis_timer(redis, &redis->deadline, consent_redis_late);
    consent_redis_timer(redis, &redis->ping, consent_redis_idle);

    ngx_queue_init(&redis->tickets);
    redis->up = 1;
}


ngx_int_t
ngx_http_consent_redis_open(ngx_cycle_t *cycle,
    ngx_http_consent_redis_conf_t *conf,
    ngx_http_consent_redis_change_pt change, void *data)
{
    ngx_http_consent_redis_t  *redis;

    redis = ngx_calloc(sizeof(ngx_http_consent_redis_t), cycle->log);
    if (redis == NULL) {
        return NGX_ERROR;
    }

    redis->conf = conf;
    redis->change = change;
    redis->data = data;
    redis->log = cycle->log;

    consent_redis_init(redis);

    conf->runtime = redis;

    /* from the loop: `change` shall not be called before open() is done */

    ngx_add_timer(&redis->reconnect, 0);

    return NGX_OK;
}


void
ngx_http_consent_redis_close(ngx_http_consent_redis_conf_t *conf)
{
    ngx_http_consent_redis_t  *redis = conf->runtime;

    if (redis == NULL) {
        return;
    }

    conf->runtime = NULL;

    consent_redis_stop(&redis->reconnect);
    consent_redis_hang_up(redis);
    consent_redis_fail_all(&redis->tickets, 1);

    ngx_free(redis);
}


/* Behind its greeting a connection takes commands as well, unless its target
 * is known to be down: a new worker's first visitors are not shut out. */

ngx_uint_t
ngx_http_consent_redis_ready(ngx_http_consent_redis_conf_t *conf)
{
    ngx_http_consent_redis_t  *redis = conf->runtime;

    if (redis == NULL || redis->in_flight >= CONSENT_REDIS_IN_FLIGHT) {
        return 0;
    }

    return redis->state == CONSENT_REDIS_READY
           || (redis->state == CONSENT_REDIS_GREETING && redis->up);
}


ngx_http_consent_ticket_t *
ngx_http_consent_redis_send(ngx_http_consent_redis_conf_t *conf,
    const cg_command_t *command, ngx_http_consent_redis_handler_pt handler,
    void *data)
{
    ngx_http_consent_ticket_t  *ticket;

    if (!ngx_http_consent_redis_ready(conf)) {
        return NULL;
    }

    ticket = consent_redis_submit(conf->runtime, command,
                                  CONSENT_REDIS_COMMAND);
    if (ticket) {
        ticket->handler = handler;
        ticket->data = data;
    }

    return ticket;
}


/* Its reply is still owed and keeps its place in the order. */

void
ngx_http_consent_redis_abandon(ngx_http_consent_ticket_t *ticket)
{
    if (ticket) {
        ticket->handler = NULL;
    }
}
