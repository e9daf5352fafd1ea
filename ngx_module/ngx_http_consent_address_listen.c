#include "ngx_http_consent_address.h"


/* What a listener's address asks for. */

typedef struct {
    struct sockaddr           *sockaddr;
    socklen_t                  socklen;
    cg_address_form_t          form;
} consent_address_bind_t;

/* One whose connections are reduced. */

typedef struct {
    ngx_listening_t           *ls;
    cg_address_form_t          form;
} consent_address_known_t;


static cg_address_form_t
consent_address_listener(ngx_listening_t *ls)
{
    ngx_uint_t                      i;
    ngx_http_consent_main_conf_t   *mcf;
    consent_address_known_t   *known;

    mcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                              ngx_http_consent_module);
    known = mcf->listening.elts;

    for (i = 0; i < mcf->listening.nelts; i++) {
        if (known[i].ls == ls) {
            return known[i].form;
        }
    }

    return CG_ADDRESS_DROP;            /* nobody's: cannot be */
}


static void
consent_address_connection(ngx_connection_t *c)
{
    cg_address_form_t  form = consent_address_listener(c->listening);

    if (c->addr_text.data) {
        c->addr_text = ngx_http_consent_address_print(c, form, c->pool);
    }

    ngx_http_init_connection(c);
}


ngx_int_t
ngx_http_consent_address_reduces(ngx_listening_t *ls)
{
    return ls->handler == consent_address_connection;
}


/* The strictest form that a server of the address prints into its logs. */

static cg_address_form_t
consent_address_of_servers(ngx_http_conf_addr_t *addr)
{
    ngx_uint_t                     i;
    cg_address_form_t              form = CG_ADDRESS_FULL;
    ngx_http_core_srv_conf_t     **servers = addr->servers.elts;
    ngx_http_consent_srv_conf_t   *conf;

    for (i = 0; i < addr->servers.nelts; i++) {
        conf = servers[i]->ctx->srv_conf[ngx_http_consent_module.ctx_index];

        if (conf->policy) {
            form = ngx_min(form, conf->policy->address.form);
        }
    }

    return form;
}


static ngx_int_t
consent_address_bind(ngx_conf_t *cf, ngx_array_t *binds,
    ngx_http_conf_addr_t *addr)
{
    cg_address_form_t        form = consent_address_of_servers(addr);
    consent_address_bind_t  *bind;

    if (form == CG_ADDRESS_FULL) {
        return NGX_OK;
    }

    bind = ngx_array_push(binds);
    if (bind == NULL) {
        return NGX_ERROR;
    }

    bind->form = form;
    bind->socklen = addr->opt.socklen;
    bind->sockaddr = ngx_pnalloc(cf->pool, bind->socklen);

    if (bind->sockaddr == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(bind->sockaddr, addr->opt.sockaddr, bind->socklen);

    return NGX_OK;
}


/* nginx forgets them when it has read the configuration. */

ngx_int_t
ngx_http_consent_address_binds(ngx_conf_t *cf,
    ngx_http_consent_main_conf_t *mcf)
{
    ngx_uint_t                  i, k;
    ngx_http_conf_addr_t       *addrs;
    ngx_http_conf_port_t       *ports;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    ports = cmcf->ports ? cmcf->ports->elts : NULL;

    if (ngx_array_init(&mcf->binds, cf->pool, 2,
                       sizeof(consent_address_bind_t)) != NGX_OK
        || ngx_array_init(&mcf->listening, cf->pool, 2,
                          sizeof(consent_address_known_t)) != NGX_OK
        || ngx_array_init(&mcf->address_vars, cf->pool, 4,
                          sizeof(ngx_uint_t)) != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; ports && i < cmcf->ports->nelts; i++) {
        addrs = ports[i].addrs.elts;

        for (k = 0; k < ports[i].addrs.nelts; k++) {
            if (consent_address_bind(cf, &mcf->binds, &addrs[k]) != NGX_OK) {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


/* Whether connections to the address may be accepted by the listener. */

static ngx_int_t
consent_address_covers(ngx_listening_t *ls, consent_address_bind_t *bind)
{
    if (ngx_cmp_sockaddr(ls->sockaddr, ls->socklen, bind->sockaddr,
                         bind->socklen, 1) == NGX_OK)
    {
        return 1;
    }

    return ls->sockaddr->sa_family == bind->sockaddr->sa_family
           && ls->sockaddr->sa_family != AF_UNIX
           && ngx_inet_get_port(ls->sockaddr)
              == ngx_inet_get_port(bind->sockaddr)
           && ngx_inet_wildcard(ls->sockaddr);
}


ngx_int_t
ngx_http_consent_address_listen(ngx_cycle_t *cycle,
    ngx_http_consent_main_conf_t *mcf)
{
    ngx_uint_t                     i, k;
    ngx_listening_t               *ls = cycle->listening.elts;
    cg_address_form_t              form;
    consent_address_bind_t        *binds = mcf->binds.elts;
    consent_address_known_t  *known;

    for (i = 0; i < cycle->listening.nelts; i++) {
        form = CG_ADDRESS_FULL;

        for (k = 0; k < mcf->binds.nelts; k++) {
            if (consent_address_covers(&ls[i], &binds[k])) {
                form = ngx_min(form, binds[k].form);
            }
        }

        if (form == CG_ADDRESS_FULL
            || ls[i].handler != ngx_http_init_connection)
        {
            continue;
        }

        known = ngx_array_push(&mcf->listening);
        if (known == NULL) {
            return NGX_ERROR;
        }

        known->ls = &ls[i];
        known->form = form;
        ls[i].handler = consent_address_connection;
    }

    return NGX_OK;
}
