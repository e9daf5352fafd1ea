/*
 * consent_redis: where Redis is and how it is spoken to.  Checked whole when it
 * is read; a name is resolved then, nothing is connected.
 */

#include "ngx_http_consent_module.h"
#include "consent/cg_record.h"

#define CONSENT_TIMEOUT_MAX  10000             /* ms */
#define CONSENT_PREFIX_MAX   32                /* bytes */
#define CONSENT_REPLICAS_MAX 64

#if (NGX_HTTP_CONSENT_REDIS_SCRIPTS != CG_RECORD_SCRIPTS)
#error "the transport has room for another number of scripts"
#endif


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
    size_t  i;

    if (ngx_http_consent_secret(cf, path, password) != NGX_OK) {
        return NGX_ERROR;
    }

    while (password->len && password->data[password->len - 1] <= ' ') {
        password->len--;
    }

    if (password->len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" holds no password, "
                           "write one line into it", path);
        return NGX_ERROR;
    }

    for (i = 0; i < password->len; i++) {
        if (password->data[i] == '\n' || password->data[i] == '\0') {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" holds more than "
                               "a password, keep one line of text in it",
                               path);
            return NGX_ERROR;
        }
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
consent_redis_conf_replicas(ngx_conf_t *cf, ngx_str_t *value,
    ngx_int_t *replicas)
{
    *replicas = ngx_atoi(value->data, value->len);

    if (*replicas < 1 || *replicas > CONSENT_REPLICAS_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid replicas \"%V\", "
                           "it must be a number of 1 to %d", value,
                           CONSENT_REPLICAS_MAX);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
consent_redis_conf_prefix(ngx_conf_t *cf, ngx_str_t *value, ngx_str_t *prefix)
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

    if (i < value->len || value->len > CONSENT_PREFIX_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid prefix \"%V\", it "
                           "may hold %d letters, digits and -_.:, write it so",
                           value,
                           CONSENT_PREFIX_MAX);
        return NGX_ERROR;
    }

    *prefix = *value;

    return NGX_OK;
}


static ngx_int_t
consent_redis_conf_feed(ngx_conf_t *cf, ngx_str_t *value, ngx_uint_t *feed)
{
    *feed = value->len == 2 && ngx_strncmp(value->data, "on", 2) == 0;

    if (!*feed
        && (value->len != 3 || ngx_strncmp(value->data, "off", 3) != 0))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid feed \"%V\", it "
                           "must be \"on\" or \"off\"", value);
        return NGX_ERROR;
    }

    return NGX_OK;
}


typedef enum {
    CONSENT_REDIS_DB = 0,
    CONSENT_REDIS_USER,
    CONSENT_REDIS_PASSWORD,
    CONSENT_REDIS_TIMEOUT,
    CONSENT_REDIS_CONNECT,
    CONSENT_REDIS_PREFIX,
    CONSENT_REDIS_FEED,
    CONSENT_REDIS_REPLICAS,
    CONSENT_REDIS_SENTINEL,
    CONSENT_REDIS_CA,
    CONSENT_REDIS_VERIFY,
    CONSENT_REDIS_SERVER_NAME,
    CONSENT_REDIS_CERTIFICATE,
    CONSENT_REDIS_CERTIFICATE_KEY,
    CONSENT_REDIS_TLS,
    CONSENT_REDIS_CLUSTER,
    CONSENT_REDIS_ADDRESS
} consent_redis_conf_e;

static const char *const  consent_redis_conf_names[] = {
    "db=", "user=", "password_file=", "timeout=", "connect_timeout=",
    "prefix=", "feed=", "replicas=", "sentinel=", "ca=", "verify=",
    "server_name=", "certificate=", "certificate_key=", "tls", "cluster"
};

#define CONSENT_REDIS_OF_TLS  (1 << CONSENT_REDIS_CA                          \
                               |1 << CONSENT_REDIS_VERIFY                     \
                               |1 << CONSENT_REDIS_SERVER_NAME                \
                               |1 << CONSENT_REDIS_CERTIFICATE                \
                               |1 << CONSENT_REDIS_CERTIFICATE_KEY)


/* Which parameter `word` is; `value` is what stands behind its "=", or the word
 * itself where there is none. */

static consent_redis_conf_e
consent_redis_conf_which(ngx_str_t *word, ngx_str_t *value)
{
    size_t      len;
    ngx_uint_t  i;

    *value = *word;

    for (i = CONSENT_REDIS_TLS; i <= CONSENT_REDIS_CLUSTER; i++) {
        if (ngx_strcmp(word->data, consent_redis_conf_names[i]) == 0) {
            return (consent_redis_conf_e) i;
        }
    }

    for (i = 0; i < CONSENT_REDIS_TLS; i++) {
        len = ngx_strlen(consent_redis_conf_names[i]);

        if (ngx_strncmp(word->data, consent_redis_conf_names[i], len) == 0) {
            value->data = word->data + len;
            value->len = word->len - len;
            return (consent_redis_conf_e) i;
        }
    }

    return CONSENT_REDIS_ADDRESS;
}


static ngx_int_t
consent_redis_conf_verify(ngx_conf_t *cf, ngx_str_t *value, ngx_uint_t *blind)
{
    *blind = ngx_strcmp(value->data, "off") == 0;

    if (!*blind && ngx_strcmp(value->data, "on") != 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid verify \"%V\", "
                           "write on or off", value);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
consent_redis_conf_value(ngx_conf_t *cf, consent_redis_conf_e which,
    ngx_str_t *value, ngx_http_consent_redis_conf_t *redis)
{
    switch (which) {

    case CONSENT_REDIS_DB:
        return consent_redis_conf_db(cf, value, &redis->db);

    case CONSENT_REDIS_USER:
        redis->user = *value;
        return NGX_OK;

    case CONSENT_REDIS_PASSWORD:
        return consent_redis_conf_password(cf, value, &redis->password);

    case CONSENT_REDIS_TIMEOUT:
        return consent_redis_conf_msec(cf, value, &redis->timeout);

    case CONSENT_REDIS_CONNECT:
        return consent_redis_conf_msec(cf, value, &redis->connect_timeout);

    case CONSENT_REDIS_PREFIX:
        return consent_redis_conf_prefix(cf, value, &redis->prefix);

    case CONSENT_REDIS_FEED:
        return consent_redis_conf_feed(cf, value, &redis->feed);

    case CONSENT_REDIS_REPLICAS:
        return consent_redis_conf_replicas(cf, value, &redis->replicas);

    case CONSENT_REDIS_CA:
        redis->tls.ca = *value;
        return NGX_OK;

    case CONSENT_REDIS_VERIFY:
        return consent_redis_conf_verify(cf, value, &redis->tls.blind);

    case CONSENT_REDIS_SERVER_NAME:
        redis->tls.name = *value;
        return NGX_OK;

    case CONSENT_REDIS_CERTIFICATE:
        redis->tls.certificate = *value;
        return NGX_OK;

    case CONSENT_REDIS_CERTIFICATE_KEY:
        redis->tls.key = *value;
        return NGX_OK;

    default:
        return NGX_OK;
    }
}


static ngx_int_t
consent_redis_conf_word(ngx_conf_t *cf, ngx_str_t *word, ngx_uint_t *seen,
    ngx_http_consent_redis_conf_t *redis)
{
    ngx_str_t             value;
    consent_redis_conf_e  which = consent_redis_conf_which(word, &value);

    if (which == CONSENT_REDIS_ADDRESS) {
        return ngx_http_consent_redis_address(cf, word, redis);
    }

    if (*seen & 1 << which) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%s\" stands twice in "
                           "\"consent_redis\", keep one",
                           consent_redis_conf_names[which]);
        return NGX_ERROR;
    }

    if (value.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" has no value, write "
                           "one behind \"=\" or remove it", word);
        return NGX_ERROR;
    }

    *seen |= 1 << which;

    return consent_redis_conf_value(cf, which, &value, redis);
}


static ngx_http_consent_redis_conf_t *
consent_redis_conf_create(ngx_conf_t *cf)
{
    cg_arena_t                      arena;
    ngx_http_consent_redis_conf_t  *redis, **slot;
    ngx_http_consent_main_conf_t   *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_consent_module);
    redis = ngx_pcalloc(cf->pool, sizeof(ngx_http_consent_redis_conf_t));
    slot = ngx_array_push(&mcf->targets);

    ngx_http_consent_arena(&arena, cf->pool);

    if (redis == NULL || slot == NULL
        || cg_record_scripts(&arena, redis->scripts) != CG_OK)
    {
        return NULL;
    }

    redis->places = ngx_pcalloc(cf->pool,
                                sizeof(ngx_http_consent_redis_places_t));
    if (redis->places == NULL) {
        return NULL;
    }

    redis->places->clcf = ngx_http_conf_get_module_loc_conf(cf,
                                                     ngx_http_core_module);
    redis->timeout = 250;
    redis->connect_timeout = 1000;
    redis->feed = 1;
    ngx_str_set(&redis->client, "ngx-consent");
    ngx_str_set(&redis->prefix, "cg");
    *slot = redis;

    return redis;
}


static ngx_uint_t
consent_redis_conf_local(ngx_http_consent_redis_conf_t *redis)
{
    ngx_uint_t  i;

    for (i = 0; i < redis->places->n; i++) {
        if (redis->places->list[i].host->len == 0) {
            return 1;
        }
    }

    return 0;
}


static char *
consent_redis_conf_tls(ngx_conf_t *cf, ngx_uint_t seen,
    ngx_http_consent_redis_conf_t *redis)
{
    if (!(seen & 1 << CONSENT_REDIS_TLS)) {
        return seen & CONSENT_REDIS_OF_TLS
               ? "has ca=, verify=, server_name= or certificate= but no tls, "
                 "add it" : NGX_CONF_OK;
    }

    if (consent_redis_conf_local(redis)) {
        return "cannot have tls on a unix socket, write host:port";
    }

    if ((redis->tls.certificate.len == 0) != (redis->tls.key.len == 0)) {
        return "needs certificate= and certificate_key= together, add the "
               "other";
    }

    return ngx_http_consent_tls_create(cf, &redis->tls) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static char *
consent_redis_conf_writer(ngx_conf_t *cf, ngx_http_consent_redis_conf_t *redis)
{
    u_char                         *name;
    ngx_http_consent_redis_conf_t  *writer;

    if (redis->replicas == 0) {
        return NGX_CONF_OK;
    }

    writer = ngx_palloc(cf->pool, sizeof(ngx_http_consent_redis_conf_t));
    name = ngx_pnalloc(cf->pool, redis->name.len + sizeof(", replicas"));

    if (writer == NULL || name == NULL) {
        return NGX_CONF_ERROR;
    }

    *writer = *redis;
    writer->unasked = 1;
    writer->name.data = name;
    writer->name.len = (size_t) (ngx_sprintf(name, "%V, replicas",
                                             &redis->name) - name);
    redis->writer = writer;

    return NGX_CONF_OK;
}


/* Before the addresses: they say whose these are. */

static void
consent_redis_conf_whose(const ngx_array_t *args,
    ngx_http_consent_redis_conf_t *redis)
{
    ngx_str_t   value;
    ngx_uint_t  i;

    for (i = 1; i < args->nelts; i++) {
        switch (consent_redis_conf_which((ngx_str_t *) args->elts + i, &value))
        {
        case CONSENT_REDIS_SENTINEL:
            redis->sentinel = value;
            break;

        case CONSENT_REDIS_CLUSTER:
            redis->cluster = 1;
            break;

        default:
            break;
        }
    }
}


static char *
consent_redis_conf_cluster(ngx_http_consent_redis_conf_t *redis)
{
    if (!redis->cluster) {
        return NGX_CONF_OK;
    }

    if (redis->sentinel.len) {
        return "cannot have sentinel= and cluster, remove one of them";
    }

    if (redis->db) {
        return "cannot have db= with cluster, which has database 0 only, "
               "remove it";
    }

    return consent_redis_conf_local(redis)
           ? "cannot have cluster on a unix socket, write host:port"
           : NGX_CONF_OK;
}


char *
ngx_http_consent_redis(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                           *rc;
    ngx_uint_t                      i, seen = 0;
    ngx_str_t                      *value = cf->args->elts;
    ngx_http_consent_srv_conf_t    *scf = conf;
    ngx_http_consent_redis_conf_t  *redis;

    if (scf->redis) {
        return "is duplicate";
    }

    redis = consent_redis_conf_create(cf);
    if (redis == NULL) {
        return NGX_CONF_ERROR;
    }

    consent_redis_conf_whose(cf->args, redis);

    for (i = 1; i < cf->args->nelts; i++) {
        if (consent_redis_conf_word(cf, &value[i], &seen, redis) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    if (redis->places->n == 0) {
        return "needs an address, write host:port, [IPv6]:port or unix:/path";
    }

    if (redis->user.len && redis->password.len == 0) {
        return "has user= but no password_file=, add it";
    }

    scf->redis = redis;

    rc = consent_redis_conf_cluster(redis);

    if (rc == NGX_CONF_OK) {
        rc = consent_redis_conf_tls(cf, seen, redis);
    }

    return rc == NGX_CONF_OK ? consent_redis_conf_writer(cf, redis) : rc;
}
