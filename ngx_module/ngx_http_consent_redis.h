/*
 * One Redis target of one worker process: a pipelined connection on nginx's
 * sockets and timers, hiredis as the codec; of a Redis Cluster one to each of
 * its masters.  It carries commands and replies and knows not one word about
 * consent.
 *
 * A command in flight is a ticket, which outlives the request that asked:
 * either side may vanish.  The handler is called once, never from inside
 * ngx_http_consent_redis_send(); it copies what it needs and posts an event,
 * it does not run request code.
 *
 * A script is loaded when the connection begins, and run by its hash; what
 * Redis has forgotten is sent whole, once, within the same time.
 */

#ifndef NGX_HTTP_CONSENT_REDIS_H
#define NGX_HTTP_CONSENT_REDIS_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_http.h>

#include "consent/cg_command.h"
#include "ngx_http_consent_redis_tls.h"

#define NGX_HTTP_CONSENT_REDIS_SCRIPTS  3


/* An address, and whose it is: in the directive's words, with NUL, for TLS;
 * empty: a socket of this host. */

typedef struct {
    ngx_addr_t                 addr;
    const ngx_str_t           *host;
} ngx_http_consent_redis_place_t;

/* All of a directive.  The list is another one as soon as a name leads
 * elsewhere (redis_names.c): nobody may keep more than an index. */

typedef struct ngx_http_consent_redis_places_s {
    ngx_http_consent_redis_place_t  *list;
    ngx_uint_t                       n;        /* at least one */
    ngx_array_t                      names;    /* private to redis_names.c */
    ngx_http_core_loc_conf_t        *clcf;     /* has the resolver */
    void                            *block;    /* the list, if it is not of
                                                  the configuration's pool */
} ngx_http_consent_redis_places_t;


/* Filled when the configuration is read. */

typedef struct ngx_http_consent_redis_s  ngx_http_consent_redis_t;
typedef struct ngx_http_consent_cluster_s  ngx_http_consent_cluster_t;

typedef struct ngx_http_consent_redis_conf_s {
    ngx_str_t                  name;       /* as configured, for messages */
    ngx_str_t                  client;     /* for CLIENT LIST */
    struct ngx_http_consent_redis_places_s
                              *places;
    ngx_str_t                  sentinel;   /* the master's name: places are of
                                              sentinels; empty: of Redis */
    ngx_uint_t                 cluster;    /* 1: places are of some of its
                                              nodes */
    ngx_http_consent_tls_t     tls;
    ngx_int_t                  db;         /* 0: none to select */
    ngx_str_t                  user;       /* empty: none */
    ngx_str_t                  password;   /* empty: none; never logged */
    ngx_msec_t                 timeout;    /* of one command */
    ngx_msec_t                 connect_timeout;    /* handshake included */
    ngx_str_t                  prefix;     /* of every key, "cg" */
    ngx_uint_t                 feed;       /* 1: see feed.c */
    ngx_int_t                  replicas;   /* to wait for; 0: none */
    ngx_uint_t                 unasked;    /* how it is set up: another asks */
    struct ngx_http_consent_redis_conf_s
                              *writer;     /* the same, on a connection of
                                              its own, for what waits for
                                              replicas; or NULL */
    cg_str_t                   scripts[NGX_HTTP_CONSENT_REDIS_SCRIPTS];
                                           /* absent: it runs none */
    ngx_http_consent_redis_t  *runtime;    /* of the worker, while open; */
    ngx_http_consent_cluster_t  *nodes;    /* of a cluster: this instead */
} ngx_http_consent_redis_conf_t;


typedef enum {
    NGX_HTTP_CONSENT_REDIS_DOWN = 0,       /* connection lost or garbled */
    NGX_HTTP_CONSENT_REDIS_OK,
    NGX_HTTP_CONSENT_REDIS_TIMEOUT,
    NGX_HTTP_CONSENT_REDIS_ERROR           /* Redis answered with an error */
} ngx_http_consent_redis_e;

/* `reply` and `error` are borrowed for the call; each is set for its status
 * only.  A reply that is no array is an array of one; integers and status
 * replies are their text. */
typedef void (*ngx_http_consent_redis_handler_pt)(void *data,
    ngx_http_consent_redis_e status, const cg_reply_t *reply,
    const ngx_str_t *error);

/* The connection came up, or went down (`cause` says why). */
typedef void (*ngx_http_consent_redis_change_pt)(void *data, ngx_uint_t up,
    const char *cause);

typedef struct ngx_http_consent_ticket_s  ngx_http_consent_ticket_t;


/* In init_process; connects at once in the background.  `conf` is kept. */
ngx_int_t ngx_http_consent_redis_open(ngx_cycle_t *cycle,
    ngx_http_consent_redis_conf_t *conf,
    ngx_http_consent_redis_change_pt change, void *data);

/* In exit_process. */
void ngx_http_consent_redis_close(ngx_http_consent_redis_conf_t *conf);

/* 1 if a command of that shard would be sent now. */
ngx_uint_t ngx_http_consent_redis_ready(ngx_http_consent_redis_conf_t *conf,
    size_t shard);

/* Commands that were sent and are not answered yet. */
ngx_uint_t ngx_http_consent_redis_in_flight(
    ngx_http_consent_redis_conf_t *conf);

/* The number of the connection that it would be sent on, which no other one has
 * or had; 0: none. */
ngx_atomic_uint_t ngx_http_consent_redis_where(
    ngx_http_consent_redis_conf_t *conf, size_t shard);

/* The command is copied.  NULL: not sent (down, too much in flight, no
 * memory); the handler is not called then. */
ngx_http_consent_ticket_t *ngx_http_consent_redis_send(
    ngx_http_consent_redis_conf_t *conf, const cg_command_t *command,
    ngx_http_consent_redis_handler_pt handler, void *data);

/* WAIT: how many replicas have what was sent on this connection of `conf`, for
 * conf->replicas and a part of its timeout.  It holds up what comes behind. */
ngx_http_consent_ticket_t *ngx_http_consent_redis_wait(
    ngx_http_consent_redis_conf_t *conf, size_t shard,
    ngx_http_consent_redis_handler_pt handler, void *data);

/* The waiter goes away; its handler is not called any more.  NULL is fine. */
void ngx_http_consent_redis_abandon(ngx_http_consent_ticket_t *ticket);

/* 1 if an error says that a cluster does not answer for these keys now: it may
 * soon. */
ngx_uint_t ngx_http_consent_redis_moving(const ngx_str_t *error);

/* redis_names.c: in a worker, names of `conf` are resolved anew as their times
 * to live are over, if the configuration has a resolver. */
ngx_int_t ngx_http_consent_names_open(ngx_cycle_t *cycle,
    ngx_http_consent_redis_conf_t *conf);

/* Nobody may dial any more. */
void ngx_http_consent_names_close(ngx_http_consent_redis_conf_t *conf);

/* When the configuration is read: one more word, and where it leads now.
 * `host` with NUL, empty: a socket of this host.  NGX_ERROR: no memory. */
ngx_int_t ngx_http_consent_names_add(ngx_conf_t *cf,
    ngx_http_consent_redis_places_t *places, const ngx_str_t *host,
    in_port_t port, const ngx_addr_t *addrs, ngx_uint_t n);

#endif /* NGX_HTTP_CONSENT_REDIS_H */
