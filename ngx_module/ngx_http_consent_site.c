/*
 * consent_site: which servers believe each other's tokens, and on which hosts a
 * browser sends them the cookie that carries one.
 */

#include "ngx_http_consent_module.h"
#include "cookie/cg_cookie.h"


static char *
consent_site_domain(ngx_conf_t *cf, ngx_http_consent_srv_conf_t *scf,
    ngx_str_t *word)
{
    cg_out_t                       out;
    cg_str_t                       text, domain;
    ngx_http_consent_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_consent_module);
    text = ngx_http_consent_str(*word);

    if (!cg_str_starts(text, cg_str("domain="))) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid parameter \"%V\", "
                           "write domain=DOMAIN, as in domain=example.org",
                           word);
        return NGX_CONF_ERROR;
    }

    text = cg_str_sub(text, sizeof("domain=") - 1, text.len);
    cg_out_init(&out, &mcf->arena, CG_MAX_HOST);

    if (text.len == 0 || cg_host_normalise(text, &out, &domain) != CG_OK
        || cg_host_registrable(domain).data == NULL)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" is no domain that "
                           "browsers share cookies in, write one below a "
                           "public suffix, as in domain=example.org", word);
        return NGX_CONF_ERROR;
    }

    scf->domain = ngx_http_consent_ngx(domain);

    return NGX_CONF_OK;
}


char *
ngx_http_consent_site(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                    *value = cf->args->elts;
    ngx_http_consent_srv_conf_t  *scf = conf;

    if (scf->site.data) {
        return "is duplicate";
    }

    if (!ngx_http_consent_word_holds(&value[1], "-_.:")) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "bad site \"%V\", write it "
                           "with letters, digits, \"-\", \"_\", \".\" and "
                           "\":\", as in www.example.org", &value[1]);
        return NGX_CONF_ERROR;
    }

    scf->site = value[1];

    return cf->args->nelts == 3 ? consent_site_domain(cf, scf, &value[2])
                                : NGX_CONF_OK;
}


/* A site and its domain are inherited as one. */

void
ngx_http_consent_site_merge(ngx_http_consent_srv_conf_t *prev,
    ngx_http_consent_srv_conf_t *conf)
{
    if (conf->site.data == NULL) {
        conf->site = prev->site;
        conf->domain = prev->domain;
    }
}


/* nginx keeps a pattern without its "~": what is left may look like a host. */

cg_str_t
ngx_http_consent_server_name(ngx_http_server_name_t *name)
{
#if (NGX_PCRE)
    if (name->regex) {
        return cg_str("~");
    }
#endif

    return ngx_http_consent_str(name->name);
}


/* Every name of the server must be one that the cookie is sent to: whoever came
 * by another one would not stay known. */

static ngx_int_t
consent_site_covers(ngx_conf_t *cf, ngx_http_consent_srv_conf_t *scf)
{
    cg_str_t                       host;
    ngx_uint_t                     i;
    ngx_http_server_name_t        *name;
    ngx_http_core_srv_conf_t      *cscf;
    ngx_http_consent_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_consent_module);
    cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);
    name = cscf->server_names.elts;

    for (i = 0; i < cscf->server_names.nelts; i++) {
        host = ngx_http_consent_server_name(&name[i]);

        if (cg_site_name_within(&mcf->arena, host,
                                ngx_http_consent_str(scf->domain)))
        {
            continue;
        }

        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "server_name \"%s%V\" is not "
                      "within domain=%V, write names below it, or give that "
                      "server another consent_site in %s:%ui",
                      cg_str_eq(host, cg_str("~")) ? "~" : "", &name[i].name,
                      &scf->domain, scf->place.file, scf->place.line);
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_consent_site_check(ngx_conf_t *cf, ngx_http_consent_srv_conf_t *scf)
{
    ngx_http_core_srv_conf_t  *cscf;

    if (scf->domain.len && consent_site_covers(cf, scf) != NGX_OK) {
        return NGX_ERROR;
    }

    cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);

    if (scf->site.len == 0) {
        scf->site = cscf->server_name;
    }

    if (scf->site.len == 0) {
        ngx_str_set(&scf->site, "default");
    }

    return NGX_OK;
}


static ngx_int_t
consent_site_same(ngx_str_t *a, ngx_str_t *b)
{
    return a->len == b->len
           && (a->len == 0 || ngx_strncmp(a->data, b->data, a->len) == 0);
}


/* What two servers of one site lack to believe each other's tokens. */

static const char *
consent_site_apart(ngx_http_consent_srv_conf_t *a,
    ngx_http_consent_srv_conf_t *b)
{
    if (!consent_site_same(&a->site, &b->site)) {
        return NULL;
    }

    if (!consent_site_same(&a->domain, &b->domain)) {
        return "domain=";
    }

    if (!consent_site_same(&a->redis->name, &b->redis->name)
        || !consent_site_same(&a->redis->prefix, &b->redis->prefix)
        || a->redis->db != b->redis->db)
    {
        return "consent_redis";
    }

    return ngx_memcmp(a->keys, b->keys, sizeof(cg_keys_t)) == 0
           ? NULL : "consent_key_file";
}


ngx_int_t
ngx_http_consent_sites(ngx_conf_t *cf)
{
    const char                     *what;
    ngx_uint_t                      i, k;
    ngx_http_consent_srv_conf_t   **scf;
    ngx_http_consent_main_conf_t   *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_consent_module);
    scf = mcf->servers.elts;

    for (i = 0; i < mcf->servers.nelts; i++) {
        for (k = 0; k < i; k++) {
            what = consent_site_apart(scf[k], scf[i]);

            if (what) {
                ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "site \"%V\" has "
                              "another %s in the server of %s:%ui, write the "
                              "same one or give one of them another "
                              "consent_site in %s:%ui", &scf[i]->site, what,
                              scf[k]->place.file, scf[k]->place.line,
                              scf[i]->place.file, scf[i]->place.line);
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


/* __Host- binds a cookie to this very host, __Secure- to TLS alone: both are
 * refused by browsers where they do not hold. */

CG_HOT cg_str_t
ngx_http_consent_token_name(ngx_http_consent_ctx_t *ctx)
{
    if (!ngx_http_consent_is_tls(ctx)) {
        return cg_str("ngxc");
    }

    return ctx->conf->domain.len ? cg_str("__Secure-ngxc")
                                 : cg_str("__Host-ngxc");
}


/* The cookie's Domain, absent for one of this host alone: so is that of a host
 * by which nobody should come here, since a browser would refuse it. */

cg_str_t
ngx_http_consent_token_domain(ngx_http_consent_ctx_t *ctx)
{
    cg_str_t  domain = ngx_http_consent_str(ctx->conf->domain);

    return domain.len && ctx->judge.request_host.data
           && cg_host_under(ctx->judge.request_host, domain)
           ? domain : cg_str_null;
}


int
ngx_http_consent_token_is_name(cg_str_t name)
{
    return cg_str_eq(name, cg_str("__Host-ngxc"))
           || cg_str_eq(name, cg_str("__Secure-ngxc"))
           || cg_str_eq(name, cg_str("ngxc"));
}


static ngx_int_t
consent_site_sent(ngx_http_consent_ctx_t *ctx, cg_str_t name)
{
    size_t                      at;
    cg_str_t                    line;
    ngx_uint_t                  i;
    cg_cookie_t                 pair;
    ngx_http_consent_cookie_t  *cookie = ctx->cookies.elts;

    for (i = 0; i < ctx->cookies.nelts; i++) {
        line = ngx_http_consent_str(cookie[i].full);

        for (at = 0; cg_cookie_next(line, &at, &pair) == CG_OK; ) {
            if (cg_str_eq(pair.name, name)) {
                return 1;
            }
        }
    }

    return 0;
}


/*
 * What this host alone was sent before its site had a domain.  On TLS it has a
 * name that nobody reads any more; without TLS the same one, and would be taken
 * for a second decision of the visitor's.  The other way round, nothing of a
 * domain is expired by a host that has left it: it is the others' token.
 */

ngx_int_t
ngx_http_consent_token_forget(ngx_http_consent_ctx_t *ctx)
{
    ngx_str_t  value;

    static ngx_str_t  tls = ngx_string("__Host-ngxc=; Path=/; Max-Age=0; "
                                       "Secure; HttpOnly; SameSite=Lax");
    static ngx_str_t  plain = ngx_string("ngxc=; Path=/; Max-Age=0; "
                                         "HttpOnly; SameSite=Lax");

    if (ngx_http_consent_token_domain(ctx).data == NULL) {
        return NGX_OK;
    }

    if (ngx_http_consent_is_tls(ctx)) {
        value = tls;

        if (!consent_site_sent(ctx, cg_str("__Host-ngxc"))) {
            return NGX_OK;
        }

    } else {
        value = plain;

        if (!consent_site_sent(ctx, cg_str("ngxc"))) {
            return NGX_OK;
        }
    }

    return ngx_http_consent_add_header(ctx->request, "Set-Cookie", value);
}
