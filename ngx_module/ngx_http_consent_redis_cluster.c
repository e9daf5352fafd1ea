#include "ngx_http_consent_redis_cluster.h"

#define CONSENT_CLUSTER_HOPS  3        /* from node to node, of one command */


/* Shards that nobody answers for; `surely`: or has not shown that it does. */

static ngx_uint_t
consent_cluster_shut(ngx_http_consent_cluster_t *cluster, ngx_uint_t surely)
{
    size_t                     i;
    ngx_uint_t                 n = 0;
    ngx_http_consent_redis_t  *target;

    for (i = 0; i < CG_SHARDS; i++) {
        target = cluster->of[i] ? cluster->of[i]->target : NULL;

        n += target == NULL || !target->up
             || (surely && target->state != NGX_HTTP_CONSENT_REDIS_READY);
    }

    return n;
}


/* Whether the whole is up: taken to be until it is seen not to be, and then
 * until it is seen to be. */

static void
consent_cluster_judge(ngx_http_consent_cluster_t *cluster, const char *cause)
{
    ngx_uint_t  shut = consent_cluster_shut(cluster, !cluster->up);
    ngx_uint_t  up = shut == 0;

    if (up == cluster->up) {
        return;
    }

    cluster->up = up;

    if (up) {
        ngx_log_error(NGX_LOG_NOTICE, cluster->log, 0,
                      "consent redis \"%V\" is up, all of its cluster",
                      &cluster->conf->name);
    } else {
        ngx_log_error(NGX_LOG_ERR, cluster->log, 0,
                      "consent redis \"%V\" is down in %ui of %d shards: "
                      "%s%s%V", &cluster->conf->name, shut, CG_SHARDS, cause,
                      cluster->said.len ? ", " : "", &cluster->said);
    }

    if (cluster->change) {
        cluster->change(cluster->data, up, up ? "up" : cause);
    }
}


/* A node came up or went down; another may have its shards by now. */

static void
consent_cluster_changed(void *data, ngx_uint_t up, const char *cause)
{
    ngx_http_consent_node_t     *node = data;
    ngx_http_consent_cluster_t  *cluster = node->cluster;

    if (!up) {
        ngx_http_consent_slots_soon(cluster);
    }

    cluster->said.len = 0;
    consent_cluster_judge(cluster, cause);
}


/* nodes */


static void
consent_node_close(ngx_http_consent_node_t *node)
{
    ngx_queue_remove(&node->queue);
    ngx_http_consent_target_close(node->target);
    ngx_free(node);
}


/* What it has of the cluster's configuration, and what is its own. */

static void
consent_node_conf(ngx_http_consent_node_t *node)
{
    ngx_http_consent_redis_conf_t  *conf = &node->conf;

    *conf = *node->cluster->conf;
    conf->cluster = 0;
    conf->nodes = NULL;
    conf->writer = NULL;
    conf->places = &node->places;
    node->places.list = &node->place;
    node->places.n = 1;
    node->place.addr = node->addr;
    node->place.host = &node->host;
    conf->name.data = node->name;
    conf->name.len = (size_t) (ngx_snprintf(node->name, sizeof(node->name),
                                            "%V, node %V:%d",
                                            &node->cluster->conf->name,
                                            &node->host, (int) node->port)
                               - node->name);
}


static ngx_http_consent_node_t *
consent_node_open(ngx_http_consent_cluster_t *cluster,
    const ngx_sockaddr_t *room, socklen_t len, const ngx_str_t *host,
    in_port_t port)
{
    ngx_http_consent_node_t  *node;

    node = ngx_calloc(sizeof(ngx_http_consent_node_t), cluster->log);
    if (node == NULL) {
        return NULL;
    }

    node->cluster = cluster;
    node->port = port;
    node->room = *room;
    node->addr.sockaddr = &node->room.sockaddr;
    node->addr.socklen = len;
    node->host.data = node->hosttext;
    node->host.len = ngx_min(host->len, sizeof(node->hosttext) - 1);
    ngx_memcpy(node->hosttext, host->data, node->host.len);

    consent_node_conf(node);

    node->target = ngx_http_consent_target_open(cluster->log, &node->conf,
                                                consent_cluster_changed, node);
    if (node->target == NULL) {
        ngx_free(node);
        return NULL;
    }

    node->target->node = node;
    ngx_queue_insert_tail(&cluster->nodes, &node->queue);

    return node;
}


static ngx_http_consent_node_t *
consent_node_at(ngx_http_consent_cluster_t *cluster,
    const ngx_sockaddr_t *room, socklen_t len)
{
    ngx_queue_t              *q;
    ngx_http_consent_node_t  *node;

    for (q = ngx_queue_head(&cluster->nodes);
         q != ngx_queue_sentinel(&cluster->nodes); q = ngx_queue_next(q))
    {
        node = ngx_queue_data(q, ngx_http_consent_node_t, queue);

        if (ngx_cmp_sockaddr((struct sockaddr *) &room->sockaddr, len,
                             node->addr.sockaddr, node->addr.socklen, 1)
            == NGX_OK)
        {
            return node;
        }
    }

    return NULL;
}


static ngx_http_consent_node_t *
consent_node_called(ngx_http_consent_cluster_t *cluster,
    const ngx_str_t *host, in_port_t port)
{
    ngx_queue_t              *q;
    ngx_http_consent_node_t  *node;

    for (q = ngx_queue_head(&cluster->nodes);
         q != ngx_queue_sentinel(&cluster->nodes); q = ngx_queue_next(q))
    {
        node = ngx_queue_data(q, ngx_http_consent_node_t, queue);

        if (node->port == port && node->host.len == host->len
            && ngx_strncasecmp(node->host.data, host->data, host->len) == 0)
        {
            return node;
        }
    }

    return NULL;
}


/* Another port of a host whose address is known; its length. */

static socklen_t
consent_node_beside(ngx_sockaddr_t *room, const ngx_sockaddr_t *known,
    socklen_t len, in_port_t port)
{
    *room = *known;
    ngx_inet_set_port(&room->sockaddr, port);

    return len;
}


/* the map */


/* One of its masters, old or new; NULL: it has no address, or no memory is
 * left. */

static ngx_http_consent_node_t *
consent_cluster_node(ngx_http_consent_cluster_t *cluster,
    const cg_slots_node_t *named)
{
    in_port_t                 port = (in_port_t) named->port;
    socklen_t                 len;
    ngx_str_t                 host, ip;
    ngx_sockaddr_t            room;
    ngx_http_consent_node_t  *node;

    host.data = (u_char *) named->host.data;
    host.len = named->host.len;
    ip.data = (u_char *) (named->ip.data ? named->ip.data : named->host.data);
    ip.len = named->ip.data ? named->ip.len : named->host.len;

    if (named->host.data) {
        len = ngx_http_consent_link_address(&room, &ip, port);

    } else {
        host = cluster->host;
        len = consent_node_beside(&room, &cluster->asked, cluster->asked_len,
                                  port);
    }

    if (len == 0) {
        return NULL;
    }

    node = consent_node_at(cluster, &room, len);

    return node ? node : consent_node_open(cluster, &room, len, &host, port);
}


/* Those that are not named any more; one that still has to answer stays until
 * the next map. */

static void
consent_cluster_sweep(ngx_http_consent_cluster_t *cluster)
{
    ngx_queue_t              *q, *next;
    ngx_http_consent_node_t  *node;

    for (q = ngx_queue_head(&cluster->nodes);
         q != ngx_queue_sentinel(&cluster->nodes); q = next)
    {
        next = ngx_queue_next(q);
        node = ngx_queue_data(q, ngx_http_consent_node_t, queue);

        if (!node->named && node->target->in_flight == 0) {
            consent_node_close(node);
        }
    }
}


static void
consent_cluster_name(ngx_http_consent_cluster_t *cluster,
    const cg_slots_t *slots, ngx_http_consent_node_t **named)
{
    size_t                    i;
    ngx_queue_t              *q;
    ngx_http_consent_node_t  *node;

    for (q = ngx_queue_head(&cluster->nodes);
         q != ngx_queue_sentinel(&cluster->nodes); q = ngx_queue_next(q))
    {
        node = ngx_queue_data(q, ngx_http_consent_node_t, queue);
        node->named = 0;
    }

    for (i = 0; i < slots->n; i++) {
        named[i] = consent_cluster_node(cluster, &slots->nodes[i]);

        if (named[i]) {
            named[i]->named = 1;
        }
    }
}


ngx_http_consent_fault_e
ngx_http_consent_cluster_learn(ngx_http_consent_cluster_t *cluster,
    const cg_reply_t *reply)
{
    size_t                    i;
    cg_slots_t                slots;
    ngx_http_consent_node_t  *named[CG_SLOTS_NODES];

    if (cg_slots_read(reply, &slots) != CG_OK) {
        return NGX_HTTP_CONSENT_FAULT_PROTOCOL;
    }

    consent_cluster_name(cluster, &slots, named);

    for (i = 0; i < CG_SHARDS; i++) {
        cluster->of[i] = slots.of[i] == CG_SLOTS_NOBODY ? NULL
                                                        : named[slots.of[i]];
    }

    cluster->known = 1;

    consent_cluster_sweep(cluster);
    consent_cluster_judge(cluster, "cluster");

    return NGX_HTTP_CONSENT_FAULT_NONE;
}


/* A map that is there stays good for as long as it leads somewhere. */

void
ngx_http_consent_cluster_failed(ngx_http_consent_cluster_t *cluster,
    ngx_http_consent_fault_e fault)
{
    if (!cluster->known) {
        consent_cluster_judge(cluster, ngx_http_consent_fault_cause(fault));
    }
}


/* where a command goes */


ngx_http_consent_redis_t *
ngx_http_consent_cluster_target(ngx_http_consent_cluster_t *cluster,
    size_t shard)
{
    size_t  i;

    if (shard < CG_SHARDS) {
        return cluster->of[shard] ? cluster->of[shard]->target : NULL;
    }

    for (i = 0; i < CG_SHARDS; i++) {
        if (cluster->of[i]
            && ngx_http_consent_target_ready(cluster->of[i]->target))
        {
            return cluster->of[i]->target;
        }
    }

    return NULL;
}


ngx_uint_t
ngx_http_consent_cluster_in_flight(ngx_http_consent_cluster_t *cluster)
{
    ngx_uint_t                n = 0;
    ngx_queue_t              *q;
    ngx_http_consent_node_t  *node;

    for (q = ngx_queue_head(&cluster->nodes);
         q != ngx_queue_sentinel(&cluster->nodes);
         q = ngx_queue_next(q))
    {
        node = ngx_queue_data(q, ngx_http_consent_node_t, queue);
        n += node->target ? node->target->in_flight : 0;
    }

    return n;
}


/* The node that an answer points to, if the map names it. */

static ngx_http_consent_node_t *
consent_cluster_pointed(ngx_http_consent_node_t *from,
    const cg_redirect_t *redirect)
{
    in_port_t                 port = (in_port_t) redirect->port;
    socklen_t                 len;
    ngx_str_t                 host;
    ngx_sockaddr_t            room;
    ngx_http_consent_node_t  *node;

    host.data = (u_char *) redirect->host.data;
    host.len = redirect->host.len;

    if (host.data == NULL) {
        len = consent_node_beside(&room, &from->room, from->addr.socklen,
                                  port);
        node = consent_node_at(from->cluster, &room, len);

    } else {
        len = ngx_http_consent_link_address(&room, &host, port);
        node = len ? consent_node_at(from->cluster, &room, len)
                   : consent_node_called(from->cluster, &host, port);
    }

    return node && node->named ? node : NULL;
}


/* NULL: nowhere that is known. */

static ngx_http_consent_node_t *
consent_cluster_whither(const ngx_http_consent_ticket_t *ticket,
    const ngx_str_t *error, cg_redirect_t *redirect)
{
    cg_str_t  text = { error->len, error->data };

    if (ticket->shard >= CG_SHARDS
        || cg_redirect_read(text, redirect) != CG_OK
        || redirect->slot != cg_slots_of(ticket->shard))
    {
        return NULL;
    }

    return consent_cluster_pointed(ticket->redis->node, redirect);
}


/* One line for many, until the next map. */

static void
consent_cluster_tell(ngx_http_consent_node_t *from, const ngx_str_t *error)
{
    if (!from->cluster->told) {
        from->cluster->told = 1;
        ngx_log_error(NGX_LOG_INFO, from->cluster->log, 0,
                      "consent redis \"%V\" says \"%V\"",
                      &from->conf.name, error);
    }
}


ngx_int_t
ngx_http_consent_cluster_redirect(ngx_http_consent_ticket_t *ticket,
    const ngx_str_t *error)
{
    cg_redirect_t                redirect;
    ngx_http_consent_node_t     *to, *from = ticket->redis->node;
    ngx_http_consent_cluster_t  *cluster = from->cluster;

    if (!ngx_http_consent_redis_moving(error)) {
        return NGX_DECLINED;
    }

    to = consent_cluster_whither(ticket, error, &redirect);

    if (to == NULL || !redirect.ask) {
        ngx_http_consent_slots_soon(cluster);
    }

    if (to == NULL) {
        return NGX_DECLINED;
    }

    consent_cluster_tell(from, error);

    if (!redirect.ask) {
        cluster->of[ticket->shard] = to;
    }

    if (ticket->hops == CONSENT_CLUSTER_HOPS
        || !ngx_http_consent_target_ready(to->target))
    {
        return NGX_DECLINED;
    }

    ticket->hops++;

    return ngx_http_consent_ticket_move(ticket, to->target, redirect.ask)
           == NGX_OK ? NGX_OK : NGX_DECLINED;
}


ngx_http_consent_cluster_t *
ngx_http_consent_cluster_open(ngx_log_t *log,
    ngx_http_consent_redis_conf_t *conf,
    ngx_http_consent_redis_change_pt change, void *data)
{
    ngx_http_consent_cluster_t  *cluster;

    cluster = ngx_calloc(sizeof(ngx_http_consent_cluster_t), log);
    if (cluster == NULL) {
        return NULL;
    }

    cluster->conf = conf;
    cluster->change = change;
    cluster->data = data;
    cluster->log = log;
    cluster->up = 1;
    ngx_queue_init(&cluster->nodes);

    ngx_http_consent_slots_init(cluster);

    return cluster;
}


void
ngx_http_consent_cluster_close(ngx_http_consent_cluster_t *cluster)
{
    ngx_queue_t  *q;

    ngx_http_consent_slots_stop(cluster);

    while (!ngx_queue_empty(&cluster->nodes)) {
        q = ngx_queue_head(&cluster->nodes);
        consent_node_close(ngx_queue_data(q, ngx_http_consent_node_t, queue));
    }

    ngx_free(cluster);
}
