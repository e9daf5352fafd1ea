/*
 * For redis.c and what it is made of: one Redis target of one worker
 * process, and its commands in flight.
 *
 *   redis_route.c   which target
 *   redis.c         when to connect, to wait, to pause, to give up
 *   redis_reply.c   what replies mean
 *   redis_ticket.c  commands in the order of their replies, their deadlines
 *   redis_greet.c   what is said first on a connection, and what is answered
 *   redis_sentinel.c   where the master is
 *   redis_cluster.c    which node, in a cluster, has a shard
 *   redis_check.c   whether Redis is set up to keep what it is given
 */

#ifndef NGX_HTTP_CONSENT_REDIS_TARGET_H
#define NGX_HTTP_CONSENT_REDIS_TARGET_H

#include "ngx_http_consent_redis.h"
#include "ngx_http_consent_redis_link.h"

#define NGX_HTTP_CONSENT_REDIS_SHA   40        /* hex digits of a script */
#define NGX_HTTP_CONSENT_REDIS_HOST  256       /* bytes, with NUL */
#define NGX_HTTP_CONSENT_REDIS_SAID  160       /* bytes of an error, to tell */


typedef enum {
    NGX_HTTP_CONSENT_REDIS_REST = 0,
    NGX_HTTP_CONSENT_REDIS_ASKING,         /* a sentinel, for the master */
    NGX_HTTP_CONSENT_REDIS_GREETING,       /* dialled, too */
    NGX_HTTP_CONSENT_REDIS_PAUSED,         /* up, but of no use now */
    NGX_HTTP_CONSENT_REDIS_READY
} ngx_http_consent_redis_state_e;

typedef enum {
    NGX_HTTP_CONSENT_TICKET_COMMAND = 0,
    NGX_HTTP_CONSENT_TICKET_AUTH,
    NGX_HTTP_CONSENT_TICKET_NAME,
    NGX_HTTP_CONSENT_TICKET_SELECT,
    NGX_HTTP_CONSENT_TICKET_ROLE,
    NGX_HTTP_CONSENT_TICKET_SCRIPT,
    NGX_HTTP_CONSENT_TICKET_PING,
    NGX_HTTP_CONSENT_TICKET_ASKING,
    NGX_HTTP_CONSENT_TICKET_CHECK
} ngx_http_consent_ticket_e;


struct ngx_http_consent_ticket_s {
    ngx_queue_t                         queue;
    ngx_http_consent_redis_t           *redis;
    ngx_http_consent_ticket_e           kind;
    size_t                              answers;   /* as in cg_command_t */
    size_t                              shard;
    unsigned                            script:1;  /* it runs one */
    unsigned                            hashed:1;  /* by its hash */
    unsigned                            behind:1;  /* as in cg_command_t */
    unsigned                            astray:1;  /* what it stands behind was
                                                      sent again */
    unsigned                            hops:4;    /* from node to node */
    ngx_str_t                           whole;     /* to be sent again; may be
                                                      empty */
    ngx_http_consent_redis_e            status;    /* if the line drops now */
    ngx_http_consent_redis_handler_pt   handler;   /* NULL: nobody waits */
    void                               *data;
    ngx_event_t                         timer;
};


/* A question to one of the sentinels, and its answer. */

typedef struct {
    ngx_http_consent_link_t             link;
    unsigned                            asking:1;
    unsigned                            answered:1;    /* the last one */
    ngx_http_consent_fault_e            fault;     /* of the last one */
    ngx_uint_t                          at;        /* of the places */
    ngx_uint_t                          tried;
    ngx_event_t                         deadline;
    ngx_event_t                         watch;
    ngx_addr_t                          found;
    ngx_sockaddr_t                      room;
    ngx_str_t                           host;      /* as it was said */
    u_char                              text[NGX_HTTP_CONSENT_REDIS_HOST];
} ngx_http_consent_sentinel_t;


struct ngx_http_consent_redis_s {
    ngx_http_consent_redis_conf_t      *conf;
    ngx_http_consent_redis_change_pt    change;
    void                               *data;
    ngx_log_t                          *log;
    struct ngx_http_consent_node_s     *node;      /* of a cluster, or NULL */

    ngx_http_consent_redis_state_e      state;
    ngx_uint_t                          up;        /* as last announced */
    ngx_uint_t                          told;      /* faults, since then */
    ngx_uint_t                          doubt;     /* PING would not show what
                                                      a command did: the next
                                                      one has to */
    ngx_uint_t                          checked;
    ngx_uint_t                          addr;
    ngx_msec_t                          backoff;
    ngx_http_consent_link_t             link;

    /* with sentinels: the master that is dialled */
    ngx_http_consent_sentinel_t         sentinel;
    ngx_addr_t                          master;
    ngx_sockaddr_t                      room;
    ngx_str_t                           host;
    u_char                              hosttext[NGX_HTTP_CONSENT_REDIS_HOST];

    ngx_queue_t                         tickets;   /* oldest first */
    ngx_uint_t                          in_flight;

    ngx_event_t                         reconnect;
    ngx_event_t                         deadline;  /* of dial and greeting */
    ngx_event_t                         ping;

    /* of the connection */
    ngx_uint_t                          nscripts;  /* loaded so far */
    u_char                              sha[NGX_HTTP_CONSENT_REDIS_SCRIPTS]
                                           [NGX_HTTP_CONSENT_REDIS_SHA];
    ngx_str_t                           said;      /* by Redis, to be told */
    u_char                              text[NGX_HTTP_CONSENT_REDIS_SAID];
};


/* redis.c.  Connects at once, in the background; `conf` is kept.  NULL: no
 * memory. */
ngx_http_consent_redis_t *ngx_http_consent_target_open(ngx_log_t *log,
    ngx_http_consent_redis_conf_t *conf,
    ngx_http_consent_redis_change_pt change, void *data);

/* No handler is called any more. */
void ngx_http_consent_target_close(ngx_http_consent_redis_t *redis);

/* 1 if a command would be sent now. */
ngx_uint_t ngx_http_consent_target_ready(const ngx_http_consent_redis_t *redis);

/* The connection is closed, all tickets fail, another attempt
 * follows. */
void ngx_http_consent_redis_lost(ngx_http_consent_redis_t *redis,
    ngx_http_consent_fault_e fault);

/* The greeting is over, or the pause.  A fault: it is not, after all. */
ngx_http_consent_fault_e ngx_http_consent_redis_begin(
    ngx_http_consent_redis_t *redis);

/* A command was answered. */
void ngx_http_consent_redis_useful(ngx_http_consent_redis_t *redis);

/* Nothing is sent until a PING is answered; `again`: by the answer to one. */
void ngx_http_consent_redis_pause(ngx_http_consent_redis_t *redis,
    ngx_http_consent_fault_e fault, const ngx_str_t *error, ngx_uint_t again);

/* Words of Redis for the next line in the log. */
void ngx_http_consent_redis_quote(ngx_http_consent_redis_t *redis,
    const ngx_str_t *error);

/* Where a sentinel says the master is; NULL: none says so, for that fault. */
void ngx_http_consent_redis_found(ngx_http_consent_redis_t *redis,
    const ngx_addr_t *master, ngx_http_consent_fault_e fault);

/* redis_sentinel.c.  Ends in redis_found(), if not stopped; one question at a
 * time. */
void ngx_http_consent_sentinel_init(ngx_http_consent_redis_t *redis);
void ngx_http_consent_sentinel_ask(ngx_http_consent_redis_t *redis);

/* Asks now and again. */
void ngx_http_consent_sentinel_watch(ngx_http_consent_redis_t *redis);
void ngx_http_consent_sentinel_stop(ngx_http_consent_redis_t *redis);

/* redis_reply.c: for ngx_http_consent_link_t. */
ngx_int_t ngx_http_consent_redis_owed(void *data);
ngx_http_consent_fault_e ngx_http_consent_redis_answer(void *data,
    const ngx_http_consent_answer_t *answer);

/* redis_ticket.c.  Queues a command that is copied.  NULL: no memory, or too
 * much waits to be sent. */
ngx_http_consent_ticket_t *ngx_http_consent_ticket_queue(
    ngx_http_consent_redis_t *redis, const cg_command_t *command,
    ngx_http_consent_ticket_e kind);

/* The one whose reply comes next, or NULL. */
ngx_http_consent_ticket_t *ngx_http_consent_ticket_next(
    ngx_http_consent_redis_t *redis);

/* Whether its time is over, be its timer handled or not. */
ngx_uint_t ngx_http_consent_ticket_late(
    const ngx_http_consent_ticket_t *ticket);

/* Sends the script whole, behind all others; its deadline stays.  NGX_DECLINED:
 * it was whole.  NGX_ERROR: as above. */
ngx_int_t ngx_http_consent_ticket_retry(ngx_http_consent_ticket_t *ticket);

/* Sends it to another node of the cluster instead, `asking`: for this once.
 * Its deadline stays.  NGX_ERROR: as above, and nothing has changed. */
ngx_int_t ngx_http_consent_ticket_move(ngx_http_consent_ticket_t *ticket,
    ngx_http_consent_redis_t *to, ngx_uint_t asking);

/* Frees the ticket, and calls its handler. */
void ngx_http_consent_ticket_finish(ngx_http_consent_ticket_t *ticket,
    ngx_http_consent_redis_e status, const cg_reply_t *reply,
    const ngx_str_t *error);

/* Finishes all in `tickets`, each with its status; `quiet`: without their
 * handlers. */
void ngx_http_consent_ticket_fail(ngx_queue_t *tickets, ngx_uint_t quiet);

/* redis_greet.c.  Queues the greeting.  NGX_ERROR: as above. */
ngx_int_t ngx_http_consent_redis_greet(ngx_http_consent_redis_t *redis);

/* The commands by which any connection begins.  NGX_DECLINED: there is no
 * password to be said. */
ngx_int_t ngx_http_consent_redis_auth(ngx_http_consent_redis_conf_t *conf,
    cg_command_t *command);
void ngx_http_consent_redis_name(cg_str_t name, cg_command_t *command);

ngx_int_t ngx_http_consent_redis_ping(ngx_http_consent_redis_t *redis);

/* Judges a reply that was no error.  PROTOCOL, REPLICA: not what it should
 * be. */
ngx_http_consent_fault_e ngx_http_consent_redis_greeted(
    ngx_http_consent_redis_t *redis, ngx_http_consent_ticket_e kind,
    const cg_reply_t *reply);

/* redis_check.c.  Asks, once and in one worker.  NGX_ERROR: as above. */
ngx_int_t ngx_http_consent_redis_check(ngx_http_consent_redis_t *redis);

/* Warns of what was answered. */
void ngx_http_consent_redis_checked(ngx_http_consent_redis_t *redis,
    const cg_reply_t *reply);

#endif /* NGX_HTTP_CONSENT_REDIS_TARGET_H */
