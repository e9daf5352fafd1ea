/*
 * Names in consent_redis.  Each is resolved once when the configuration is
 * read; in a worker, if there is a `resolver`, again and again in the
 * background, as often as its time to live asks for.  Whoever dials takes the
 * address that was learned last, and never waits for a name.
 */

#include "ngx_http_consent_redis.h"
#include "ngx_http_consent_redis_link.h"

#define CONSENT_NAMES_TIMEOUT  5000        /* ms of one answer */
#define CONSENT_NAMES_AGAIN    5000        /* ms behind one that did not come */
#define CONSENT_NAMES_LEAST    1           /* seconds to live, at least */
#define CONSENT_NAMES_MOST     60
#define CONSENT_NAMES_ADDRS    16          /* of one name */


typedef struct {
    ngx_str_t                       host;      /* with NUL */
    in_port_t                       port;
    ngx_http_consent_redis_conf_t  *conf;
    ngx_event_t                     turn;
    ngx_resolver_ctx_t             *asked;     /* NULL: not now */
    unsigned                        named:1;
    unsigned                        told:1;    /* of a failure */
} ngx_http_consent_name_t;


/* when the configuration is read */


static ngx_http_consent_name_t *
consent_names_new(ngx_conf_t *cf, ngx_http_consent_redis_places_t *places,
    const ngx_str_t *host, in_port_t port)
{
    ngx_http_consent_name_t  *name, **slot;

    if (places->names.elts == NULL
        && ngx_array_init(&places->names, cf->pool, 1,
                          sizeof(ngx_http_consent_name_t *)) != NGX_OK)
    {
        return NULL;
    }

    name = ngx_pcalloc(cf->pool, sizeof(ngx_http_consent_name_t));
    slot = ngx_array_push(&places->names);

    if (name == NULL || slot == NULL) {
        return NULL;
    }

    name->host = *host;
    name->port = port;
    *slot = name;

    return name;
}


ngx_int_t
ngx_http_consent_names_add(ngx_conf_t *cf,
    ngx_http_consent_redis_places_t *places, const ngx_str_t *host,
    in_port_t port, const ngx_addr_t *addrs, ngx_uint_t n)
{
    ngx_uint_t                       i;
    ngx_sockaddr_t                   room;
    ngx_http_consent_name_t         *name;
    ngx_http_consent_redis_place_t  *list;

    name = consent_names_new(cf, places, host, port);
    list = ngx_palloc(cf->pool, (places->n + n) * sizeof(*list));

    if (name == NULL || list == NULL) {
        return NGX_ERROR;
    }

    name->named = host->len
                  && ngx_http_consent_link_address(&room, host, port) == 0;

    if (places->n) {
        ngx_memcpy(list, places->list, places->n * sizeof(*list));
    }

    for (i = 0; i < n; i++) {
        list[places->n].addr = addrs[i];
        list[places->n++].host = &name->host;
    }

    places->list = list;

    return NGX_OK;
}


/* in a worker */


static ngx_uint_t
consent_names_has(const ngx_http_consent_redis_places_t *places,
    const ngx_http_consent_name_t *name, const ngx_resolver_addr_t *addr)
{
    ngx_uint_t                       i;
    ngx_http_consent_redis_place_t  *place = places->list;

    for (i = 0; i < places->n; i++) {
        if (place[i].host == &name->host
            && ngx_cmp_sockaddr(place[i].addr.sockaddr, place[i].addr.socklen,
                                addr->sockaddr, addr->socklen, 0) == NGX_OK)
        {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
consent_names_of(const ngx_http_consent_redis_places_t *places,
    const ngx_http_consent_name_t *name)
{
    ngx_uint_t  i, n = 0;

    for (i = 0; i < places->n; i++) {
        n += places->list[i].host == &name->host;
    }

    return n;
}


/* Their order says nothing: resolvers turn it. */

static ngx_uint_t
consent_names_same(const ngx_http_consent_redis_places_t *places,
    const ngx_http_consent_name_t *name, const ngx_resolver_addr_t *addrs,
    ngx_uint_t n)
{
    ngx_uint_t  i;

    for (i = 0; i < n; i++) {
        if (!consent_names_has(places, name, &addrs[i])) {
            return 0;
        }
    }

    return n == consent_names_of(places, name);
}


static void
consent_names_put(ngx_http_consent_redis_place_t *place, ngx_sockaddr_t *room,
    const struct sockaddr *sockaddr, socklen_t socklen, const ngx_str_t *host)
{
    ngx_memcpy(room, sockaddr, socklen);

    ngx_memzero(place, sizeof(ngx_http_consent_redis_place_t));
    place->addr.sockaddr = &room->sockaddr;
    place->addr.socklen = socklen;
    place->host = host;
}


/* Other names keep theirs; this one's come where they were first. */

static void
consent_names_take(ngx_http_consent_redis_places_t *places,
    ngx_http_consent_name_t *name, const ngx_resolver_addr_t *addrs,
    ngx_uint_t n)
{
    ngx_uint_t                       i, k = 0, total;
    ngx_sockaddr_t                  *room;
    ngx_http_consent_redis_place_t  *list, *old = places->list;

    total = n + places->n - consent_names_of(places, name);
    list = ngx_alloc(total * (sizeof(*list) + sizeof(*room)), ngx_cycle->log);

    if (list == NULL) {
        return;
    }

    room = (ngx_sockaddr_t *) (list + total);

    for (i = 0; i < n; i++, k++) {
        consent_names_put(&list[k], &room[k], addrs[i].sockaddr,
                          addrs[i].socklen, &name->host);
        ngx_inet_set_port(&room[k].sockaddr, name->port);
    }

    for (i = 0; i < places->n; i++) {
        if (old[i].host != &name->host) {
            consent_names_put(&list[k], &room[k], old[i].addr.sockaddr,
                              old[i].addr.socklen, old[i].host);
            k++;
        }
    }

    places->list = list;
    places->n = total;

    if (places->block) {
        ngx_free(places->block);
    }

    places->block = list;

    ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                  "consent redis \"%V\": %V has %ui other address%s",
                  &name->conf->name, &name->host, n, n == 1 ? "" : "es");
}


static void
consent_names_failed(ngx_http_consent_name_t *name, ngx_int_t state)
{
    if (!name->told) {
        name->told = 1;
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "consent redis \"%V\": %V could not be resolved (%i: "
                      "%s), what it was counts", &name->conf->name,
                      &name->host, state, ngx_resolver_strerror(state));
    }
}


static void
consent_names_later(ngx_http_consent_name_t *name, ngx_msec_t ms)
{
    if (!(ngx_exiting || ngx_terminate || ngx_quit)) {
        ngx_add_timer(&name->turn, ms + (ngx_msec_t) ngx_random() % 100);
    }
}


static void
consent_names_answered(ngx_resolver_ctx_t *ctx)
{
    time_t                            live;
    ngx_uint_t                        n;
    ngx_http_consent_name_t          *name = ctx->data;
    ngx_http_consent_redis_places_t  *places = name->conf->places;

    n = ngx_min(ctx->naddrs, CONSENT_NAMES_ADDRS);

    if (ctx->state != NGX_OK || n == 0) {
        consent_names_failed(name, ctx->state);
        consent_names_later(name, CONSENT_NAMES_AGAIN);

    } else {
        name->told = 0;

        if (!consent_names_same(places, name, ctx->addrs, n)) {
            consent_names_take(places, name, ctx->addrs, n);
        }

        live = ngx_max(ctx->valid - ngx_time(), CONSENT_NAMES_LEAST);
        live = ngx_min(live, CONSENT_NAMES_MOST);
        consent_names_later(name, (ngx_msec_t) live * 1000);
    }

    name->asked = NULL;
    ngx_resolve_name_done(ctx);
}


static void
consent_names_turn(ngx_event_t *ev)
{
    ngx_resolver_ctx_t       *ctx, temp;
    ngx_http_consent_name_t  *name = ev->data;

    temp.name = name->host;

    ctx = ngx_resolve_start(name->conf->places->clcf->resolver, &temp);

    if (ctx == NULL || ctx == NGX_NO_RESOLVER) {
        consent_names_later(name, CONSENT_NAMES_AGAIN);
        return;
    }

    ctx->name = name->host;
    ctx->handler = consent_names_answered;
    ctx->data = name;
    ctx->timeout = CONSENT_NAMES_TIMEOUT;
    ctx->cancelable = 1;

    /* the handler may run before it returns; without memory it does not */

    name->asked = ctx;

    if (ngx_resolve_name(ctx) != NGX_OK) {
        name->asked = NULL;
        consent_names_later(name, CONSENT_NAMES_AGAIN);
    }
}


ngx_int_t
ngx_http_consent_names_open(ngx_cycle_t *cycle,
    ngx_http_consent_redis_conf_t *conf)
{
    ngx_uint_t                  i;
    ngx_resolver_t             *resolver = conf->places->clcf->resolver;
    ngx_http_consent_name_t   **names = conf->places->names.elts;

    if (resolver == NULL || resolver->connections.nelts == 0) {
        return NGX_OK;                 /* what was read at first stays */
    }

    for (i = 0; i < conf->places->names.nelts; i++) {
        if (!names[i]->named) {
            continue;
        }

        names[i]->conf = conf;
        names[i]->turn.handler = consent_names_turn;
        names[i]->turn.data = names[i];
        names[i]->turn.log = cycle->log;
        names[i]->turn.cancelable = 1;

        ngx_add_timer(&names[i]->turn, ngx_random() % 100 + 1);
    }

    return NGX_OK;
}


void
ngx_http_consent_names_close(ngx_http_consent_redis_conf_t *conf)
{
    ngx_uint_t                 i;
    ngx_http_consent_name_t  **names = conf->places->names.elts;

    for (i = 0; i < conf->places->names.nelts; i++) {
        if (names[i]->turn.timer_set) {
            ngx_del_timer(&names[i]->turn);
        }

        if (names[i]->asked) {
            ngx_resolve_name_done(names[i]->asked);
            names[i]->asked = NULL;
        }
    }

    if (conf->places->block) {
        ngx_free(conf->places->block);
        conf->places->block = NULL;
        conf->places->n = 0;
    }
}
