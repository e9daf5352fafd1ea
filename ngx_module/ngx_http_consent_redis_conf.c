/*
 * consent_redis: where Redis is and how it is spoken to.
 */

#include "ngx_http_consent_module.h"
#include "consent/cg_record.h"

#define CONSENT_TIMEOUT_MAX  10000             /* ms */

#if (NGX_HTTP_CONSENT_REDIS_SCRIPTS != CG_RECORD_SCRIPTS)
#error "the transport has room for another number of scripts"
#endif


static ngx_int_t
consent_redis_conf_address(ngx_conf_t *cf, ngx_str_t *word,
    ngx_http_consent_redis_conf_t *redis)
{
    ngx_url_t  url;

    if (redis->addrs) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" is a second address "
                           "or an unknown parameter, one address and db= "
                           "user= password_file= timeout= connect_timeout= "
                           "prefix= are known", word);
        return NGX_ERROR;
    }

    ngx_memzero(&url, sizeof(ngx_url_t));

    url.url = *word;
    url.default_port = 6379;

    if (ngx_parse_url(cf->pool, &url) != NGX_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s in \"%V\", write "
                           "host:port or unix:/path",
                           url.err ? url.err : "no address", word);
        return NGX_ERROR;
    }

    redis->addrs = url.addrs;
    redis->naddrs = url.naddrs;
    redis->name = *word;

    return NGX_OK;
}


static ngx_int_t
consent_redis_conf_msec(ngx_conf_t *cf, ngx_str_t *value, ngx_msec_t *msec)
{
    ngx_int_t  n = ngx_parse_time(value, 0);

    if (n == NGX_ERROR || n == 0 || n > CONSENT_TIMEOUT_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid time \"%V\", it "
                           "must be 1ms to 10s", value);
        return NGX_ERROR;
    }

    *msec = (ngx_msec_t) n;

    return NGX_OK;
}


static ngx_int_t
consent_redis_conf_password(ngx_conf_t *cf, ngx_str_t *path,
    ngx_str_t *password)
{
    if (ngx_conf_full_name(cf->cycle, path, 1) != NGX_OK
        || ngx_http_consent_secret(cf, path, password) != NGX_OK)
    {
        return NGX_ERROR;
    }

    while (password->len && password->data[password->len - 1] <= ' ') {
        password->len--;
    }

    if (password->len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" holds no password",
                           path);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
consent_redis_conf_db(ngx_conf_t *cf, ngx_str_t *value, ngx_int_t *db)
{
    *db = ngx_atoi(value->data, value->len);

    if (*db == NGX_ERROR || *db > 65535) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid database \"%V\", "
                           "it must be a number of 0 to 65535", value);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
consent_redis_conf_prefix(ngx_conf_t *cf, ngx_str_t *value,
    ngx_str_t *prefix)
{
    size_t  i;

    for (i = 0; i < value->len; i++) {
        if (!cg_ascii_is_alpha(value->data[i])
            && !cg_ascii_is_digit(value->data[i])
            && ngx_strchr("-_.:", value->data[i]) == NULL)
        {
            break;
        }
    }

    if (i < value->len || value->len > 32) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid prefix \"%V\", it "
                           "may hold 32 letters, digits and -_.:", value);
        return NGX_ERROR;
    }

    *prefix = *value;

    return NGX_OK;
}


static ngx_int_t
consent_redis_conf_word(ngx_conf_t *cf, ngx_str_t *word,
    ngx_http_consent_redis_conf_t *redis)
{
    ngx_str_t  value;

    if (ngx_http_consent_option(word, "db=", &value)) {
        return consent_redis_conf_db(cf, &value, &redis->db);
    }

    if (ngx_http_consent_option(word, "user=", &value)) {
        redis->user = value;
        return NGX_OK;
    }

    if (ngx_http_consent_option(word, "password_file=", &value)) {
        return consent_redis_conf_password(cf, &value, &redis->password);
    }

    if (ngx_http_consent_option(word, "timeout=", &value)) {
        return consent_redis_conf_msec(cf, &value, &redis->timeout);
    }

    if (ngx_http_consent_option(word, "connect_timeout=", &value)) {
        return consent_redis_conf_msec(cf, &value, &redis->connect_timeout);
    }

    if (ngx_http_consent_option(word, "prefix=", &value)) {
        return consent_redis_conf_prefix(cf, &value, &redis->prefix);
    }

    return consent_redis_conf_address(cf, word, redis);
}


char *
ngx_http_consent_redis(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    cg_arena_t                      arena;
    ngx_uint_t                      i;
    ngx_str_t                      *value = cf->args->elts;
    ngx_http_consent_srv_conf_t    *scf = conf;
    ngx_http_consent_redis_conf_t  *redis, **target;
    ngx_http_consent_main_conf_t   *mcf;

    if (scf->redis) {
        return "is duplicate";
    }

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_consent_module);
    redis = ngx_pcalloc(cf->pool, sizeof(ngx_http_consent_redis_conf_t));
    target = ngx_array_push(&mcf->targets);

    if (redis == NULL || target == NULL) {
        return NGX_CONF_ERROR;
    }

    redis->timeout = 250;
    redis->connect_timeout = 1000;
    ngx_str_set(&redis->prefix, "cg");

    for (i = 1; i < cf->args->nelts; i++) {
        if (consent_redis_conf_word(cf, &value[i], redis) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    if (redis->addrs == NULL) {
        return "needs an address, host:port or unix:/path";
    }

    if (redis->user.len && redis->password.len == 0) {
        return "has user= but no password_file=";
    }

    ngx_http_consent_arena(&arena, cf->pool);

    if (cg_record_scripts(&arena, redis->scripts) != CG_OK) {
        return NGX_CONF_ERROR;
    }

    *target = redis;
    scf->redis = redis;

    return NGX_CONF_OK;
}
