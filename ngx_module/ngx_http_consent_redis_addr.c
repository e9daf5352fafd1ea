/*
 * Where Redis is, as written in consent_redis: an address or a name, which is
 * resolved when the configuration is read.
 */

#include "ngx_http_consent_module.h"


static ngx_int_t
consent_redis_conf_address_refuse(ngx_conf_t *cf, ngx_str_t *word,
    const char *why)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s in \"%V\", write host:port, "
                       "[IPv6]:port or unix:/path", why, word);

    return NGX_ERROR;
}


/* What resolvers take for an address although nobody means one. */

static const char *
consent_redis_conf_address_odd(ngx_str_t *word)
{
    size_t  i;

    if (ngx_strncmp(word->data, "unix:", 5) == 0) {
        return word->data[5] == '/' ? NULL : "no absolute path";
    }

    if (word->data[0] == '*') {
        return "no host";
    }

    for (i = 0; i < word->len && cg_ascii_is_digit(word->data[i]); i++) {
        /* void */
    }

    if (i < word->len && word->data[i] != ':') {
        return NULL;
    }

    return i ? "a number for a host" : "no host";
}


/* As a certificate has it: without the brackets of an IPv6 address. */

static ngx_int_t
consent_redis_conf_host(ngx_conf_t *cf, ngx_str_t *word, ngx_str_t *host)
{
    u_char  *from = word->data;
    size_t   len = word->len;

    if (len > 1 && from[0] == '[' && from[len - 1] == ']') {
        from++;
        len -= 2;
    }

    host->data = ngx_pnalloc(cf->pool, len + 1);
    if (host->data == NULL) {
        return NGX_ERROR;
    }

    *ngx_cpymem(host->data, from, len) = '\0';
    host->len = len;

    return NGX_OK;
}


/* A name may have several addresses. */

static ngx_int_t
consent_redis_conf_add(ngx_conf_t *cf, ngx_url_t *url,
    ngx_http_consent_redis_conf_t *redis)
{
    ngx_str_t  host = ngx_null_string;

    if (url->family != AF_UNIX
        && consent_redis_conf_host(cf, &url->host, &host) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_consent_names_add(cf, redis->places, &host, url->port,
                                      url->addrs, url->naddrs);
}


ngx_int_t
ngx_http_consent_redis_address(ngx_conf_t *cf, ngx_str_t *word,
    ngx_http_consent_redis_conf_t *redis)
{
    ngx_url_t    url;
    const char  *odd;

    if ((redis->places->n && redis->sentinel.len == 0 && !redis->cluster)
        || ngx_strchr(word->data, '='))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" is a second address "
                           "or an unknown parameter, known are one address "
                           "(several with sentinel= and cluster), db= user= "
                           "password_file= timeout= connect_timeout= prefix= "
                           "replicas= sentinel= cluster feed= tls ca= verify= "
                           "server_name= certificate= certificate_key=", word);
        return NGX_ERROR;
    }

    odd = consent_redis_conf_address_odd(word);

    if (odd) {
        return consent_redis_conf_address_refuse(cf, word, odd);
    }

    ngx_memzero(&url, sizeof(ngx_url_t));

    url.url = *word;
    url.default_port = redis->sentinel.len ? 26379 : 6379;

    if (ngx_parse_url(cf->pool, &url) != NGX_OK) {
        return consent_redis_conf_address_refuse(cf, word,
                                             url.err ? url.err : "no address");
    }

    if (redis->name.len == 0) {
        redis->name = redis->sentinel.len ? redis->sentinel : *word;
    }

    return consent_redis_conf_add(cf, &url, redis);
}
