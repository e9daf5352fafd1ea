/*
 * A Redis Cluster: its masters, each a target with a connection of its own, and
 * which of them has which shard.
 *
 *   redis_cluster.c   nodes, who has what, where a command goes instead
 *   redis_slots.c     asks for the map, in the background
 *
 * Whom a reply names is dialled only if the map names it, too: one that lies
 * leads nowhere but within the cluster.
 */

#ifndef NGX_HTTP_CONSENT_REDIS_CLUSTER_H
#define NGX_HTTP_CONSENT_REDIS_CLUSTER_H

#include "ngx_http_consent_redis_target.h"

#include "consent/cg_slots.h"

/* The name of a node in messages: host, port, and the cluster's own. */
#define NGX_HTTP_CONSENT_NODE_NAME  (2 * NGX_HTTP_CONSENT_REDIS_HOST + 32)


typedef struct ngx_http_consent_node_s {
    ngx_queue_t                         queue;
    ngx_http_consent_cluster_t         *cluster;
    ngx_http_consent_redis_conf_t       conf;      /* the cluster's, for it */
    ngx_http_consent_redis_t           *target;
    unsigned                            named:1;   /* by the latest map */
    in_port_t                           port;
    ngx_str_t                           host;      /* as the cluster says it */
    ngx_addr_t                          addr;
    ngx_sockaddr_t                      room;
    ngx_http_consent_redis_places_t     places;    /* that one */
    ngx_http_consent_redis_place_t      place;
    u_char                              hosttext[NGX_HTTP_CONSENT_REDIS_HOST];
    u_char                              name[NGX_HTTP_CONSENT_NODE_NAME];
} ngx_http_consent_node_t;


struct ngx_http_consent_cluster_s {
    ngx_http_consent_redis_conf_t      *conf;
    ngx_http_consent_redis_change_pt    change;
    void                               *data;
    ngx_log_t                          *log;

    ngx_uint_t                          up;        /* as last announced */
    ngx_queue_t                         nodes;
    ngx_http_consent_node_t            *of[CG_SHARDS];     /* NULL: nobody */

    /* the question for the map; who is asked, and what was answered */

    ngx_http_consent_link_t             link;
    ngx_event_t                         refresh;
    ngx_event_t                         deadline;
    ngx_msec_t                          backoff;
    ngx_msec_t                          asked_at;
    ngx_uint_t                          tried;
    ngx_uint_t                          first;     /* of the seeds */
    ngx_sockaddr_t                      asked;
    socklen_t                           asked_len;
    ngx_str_t                           host;
    u_char                              hosttext[NGX_HTTP_CONSENT_REDIS_HOST];
    ngx_http_consent_fault_e            fault;     /* of the last one */
    ngx_str_t                           said;      /* by it; may be empty */
    u_char                              text[NGX_HTTP_CONSENT_REDIS_SAID];
    unsigned                            known:1;   /* there is a map */
    unsigned                            asking:1;
    unsigned                            greeting:1;    /* AUTH is owed */
    unsigned                            answered:1;
    unsigned                            again:1;   /* it is old already */
    unsigned                            told:1;    /* of a redirection */
};


/* Asks for the map at once, in the background; `conf` is kept.  `change` is
 * called when a shard is nobody's or its node down, and when none is any more.
 * NULL: no memory. */
ngx_http_consent_cluster_t *ngx_http_consent_cluster_open(ngx_log_t *log,
    ngx_http_consent_redis_conf_t *conf,
    ngx_http_consent_redis_change_pt change, void *data);

/* No handler is called any more. */
void ngx_http_consent_cluster_close(ngx_http_consent_cluster_t *cluster);

/* The node that has the shard, ready or not, or NULL; of CG_SHARD_NONE one that
 * is ready. */
ngx_http_consent_redis_t *ngx_http_consent_cluster_target(
    ngx_http_consent_cluster_t *cluster, size_t shard);

/* Commands under way, at all of them. */
ngx_uint_t ngx_http_consent_cluster_in_flight(
    ngx_http_consent_cluster_t *cluster);

/* The node that answered a command with an error: NGX_OK if that was MOVED or
 * ASK, and the command is under way to another.  NGX_DECLINED: the error is for
 * whoever waits. */
ngx_int_t ngx_http_consent_cluster_redirect(ngx_http_consent_ticket_t *ticket,
    const ngx_str_t *error);

/* For redis_slots.c: a node told the map, or none did, for that fault. */
ngx_http_consent_fault_e ngx_http_consent_cluster_learn(
    ngx_http_consent_cluster_t *cluster, const cg_reply_t *reply);
void ngx_http_consent_cluster_failed(ngx_http_consent_cluster_t *cluster,
    ngx_http_consent_fault_e fault);

/* redis_slots.c.  Asks soon, if it is not asking. */
void ngx_http_consent_slots_init(ngx_http_consent_cluster_t *cluster);
void ngx_http_consent_slots_soon(ngx_http_consent_cluster_t *cluster);
void ngx_http_consent_slots_stop(ngx_http_consent_cluster_t *cluster);

#endif /* NGX_HTTP_CONSENT_REDIS_CLUSTER_H */
