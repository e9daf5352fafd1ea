/*
 * The directives that name what a gated server stands on: the shared zone, the
 * keys, the log (and redis_conf.c: Redis).  Each is checked whole when it is
 * read.
 */

#include "ngx_http_consent_module.h"

#include <openssl/rand.h>

#define CONSENT_ZONE_MIN     (1024 * 1024)
#define CONSENT_KEY_FILE     (16 * 1024)       /* bytes, far more than needed */


static ngx_int_t consent_resources_zone_init(ngx_shm_zone_t *zone, void *old);


char *
ngx_http_consent_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ssize_t                        size;
    ngx_str_t                     *value = cf->args->elts;
    ngx_http_consent_main_conf_t  *mcf = conf;

    if (mcf->zone) {
        return "is duplicate";
    }

    size = ngx_parse_size(&value[2]);

    if (size == NGX_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid zone size \"%V\", "
                           "write it as in \"consent_zone consent 32m\"",
                           &value[2]);
        return NGX_CONF_ERROR;
    }

    if (size < CONSENT_ZONE_MIN) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "zone \"%V\" is too small, it needs 1m at least",
                           &value[1]);
        return NGX_CONF_ERROR;
    }

    mcf->zone = ngx_shared_memory_add(cf, &value[1], size,
                                      &ngx_http_consent_module);
    if (mcf->zone == NULL) {
        return NGX_CONF_ERROR;
    }

    mcf->zone->init = consent_resources_zone_init;

    return NGX_CONF_OK;
}


/* The rounds that cookies are expired in, under a seed of this zone's own. */

static ngx_int_t
consent_resources_rounds(ngx_slab_pool_t *pool,
    ngx_http_consent_shared_t *shared, ngx_log_t *log)
{
    u_char   seed[CG_ROUNDS_SEED];
    u_char  *block = ngx_slab_alloc(pool, CG_ROUNDS_SIZE);

    if (block == NULL) {
        return NGX_ERROR;
    }

    if (RAND_bytes(seed, sizeof(seed)) != 1) {
        ngx_log_error(NGX_LOG_EMERG, log, 0,
                      "consent_zone: no randomness for its seed");
        return NGX_ERROR;
    }

    shared->rounds = cg_rounds_init(block, seed);

    return NGX_OK;
}


/* One block for all time: the slab allocator is asked once for as many of its
 * pages as it can give in one piece. */

static ngx_int_t
consent_resources_zone_init(ngx_shm_zone_t *zone, void *old)
{
    size_t                      size;
    u_char                     *block;
    ngx_slab_pool_t            *pool = (ngx_slab_pool_t *) zone->shm.addr;
    ngx_http_consent_shared_t  *shared;

    if (old || zone->shm.exists) {
        zone->data = pool->data;
        return NGX_OK;
    }

    pool->log_nomem = 0;
    shared = ngx_slab_calloc(pool, sizeof(ngx_http_consent_shared_t));

    if (shared == NULL
        || consent_resources_rounds(pool, shared, zone->shm.log) != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (size = zone->shm.size; size >= CG_CACHE_MIN; size -= ngx_pagesize) {
        block = ngx_slab_alloc(pool, size);

        if (block) {
            shared->cache = cg_cache_init(block, size, 1);
            pool->data = shared;
            zone->data = shared;
            return shared->cache ? NGX_OK : NGX_ERROR;
        }
    }

    ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0,
                  "consent_zone \"%V\" has no room", &zone->shm.name);

    return NGX_ERROR;
}


ngx_int_t
ngx_http_consent_option(ngx_str_t *word, const char *name, ngx_str_t *value)
{
    size_t  len = ngx_strlen(name);

    if (word->len <= len || ngx_strncmp(word->data, name, len) != 0) {
        return 0;
    }

    value->data = word->data + len;
    value->len = word->len - len;

    return 1;
}


ngx_int_t
ngx_http_consent_secret(ngx_conf_t *cf, ngx_str_t *path, ngx_str_t *content)
{
    ssize_t    n;
    ngx_fd_t   fd;
    ngx_int_t  rc = NGX_ERROR;
    struct stat  info;

    fd = ngx_open_file(path->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           "could not open \"%V\"", path);
        return NGX_ERROR;
    }

    content->data = ngx_pnalloc(cf->pool, CONSENT_KEY_FILE);

    if (content->data == NULL || fstat(fd, &info) == -1) {
        goto done;
    }

    if (info.st_mode & (S_IROTH|S_IWOTH)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" holds a secret and "
                           "is open to everybody, chmod it to 600", path);
        goto done;
    }

    n = read(fd, content->data, CONSENT_KEY_FILE);

    if (n < 0 || n == CONSENT_KEY_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, n < 0 ? ngx_errno : 0,
                           "\"%V\" could not be read whole", path);
        goto done;
    }

    content->len = (size_t) n;
    rc = NGX_OK;

done:

    ngx_close_file(fd);

    return rc;
}


char *
ngx_http_consent_key_file(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    unsigned                      line;
    ngx_str_t                     content;
    ngx_str_t                    *value = cf->args->elts;
    ngx_http_consent_srv_conf_t  *scf = conf;

    if (scf->keys) {
        return "is duplicate";
    }

    if (ngx_conf_full_name(cf->cycle, &value[1], 1) != NGX_OK
        || ngx_http_consent_secret(cf, &value[1], &content) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    scf->keys = ngx_pcalloc(cf->pool, sizeof(cg_keys_t));
    if (scf->keys == NULL) {
        return NGX_CONF_ERROR;
    }

    if (cg_keys_read(scf->keys, ngx_http_consent_str(content), &line)
        != CG_OK)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" line %ui is no key: "
                           "\"consentctl key FILE\" writes a good file",
                           &value[1], (ngx_uint_t) line);
        return NGX_CONF_ERROR;
    }

    cg_crypto_wipe(content.data, content.len);

    return NGX_CONF_OK;
}


static ngx_http_consent_log_t *
consent_resources_log_find(ngx_http_consent_main_conf_t *mcf,
    ngx_open_file_t *file)
{
    ngx_uint_t                i;
    ngx_http_consent_log_t  **logs = mcf->logs.elts;

    for (i = 0; i < mcf->logs.nelts; i++) {
        if (logs[i]->file == file) {
            return logs[i];
        }
    }

    return NULL;
}


static ngx_conf_enum_t  consent_resources_syncs[] = {
    { ngx_string("always"), NGX_HTTP_CONSENT_SYNC_ALWAYS },
    { ngx_string("everysec"), NGX_HTTP_CONSENT_SYNC_EVERYSEC },
    { ngx_string("off"), NGX_HTTP_CONSENT_SYNC_OFF },
    { ngx_null_string, 0 }
};


static ngx_int_t
consent_resources_log_sync(ngx_conf_t *cf, ngx_str_t *word,
    ngx_http_consent_sync_e *sync)
{
    ngx_str_t         value;
    ngx_conf_enum_t  *e;

    if (ngx_http_consent_option(word, "sync=", &value)) {
        for (e = consent_resources_syncs; e->name.len; e++) {
            if (e->name.len == value.len
                && ngx_strncmp(e->name.data, value.data, value.len) == 0)
            {
                *sync = (ngx_http_consent_sync_e) e->value;
                return NGX_OK;
            }
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid parameter \"%V\", "
                       "known are sync=always, sync=everysec and sync=off",
                       word);
    return NGX_ERROR;
}


/* Two lanes in one process and file would be one too many: a path is a log,
 * however often it is named. */

static ngx_http_consent_log_t *
consent_resources_log_get(ngx_conf_t *cf, ngx_str_t *path,
    ngx_http_consent_sync_e sync)
{
    ngx_open_file_t               *file;
    ngx_http_consent_log_t        *log, **slot;
    ngx_http_consent_main_conf_t  *mcf;

    file = ngx_conf_open_file(cf->cycle, path);
    if (file == NULL) {
        return NULL;
    }

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_consent_module);
    log = consent_resources_log_find(mcf, file);

    if (log) {
        if (log->sync != sync) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" has another "
                               "sync= elsewhere, one file has one", path);
            return NULL;
        }

        return log;
    }

    log = ngx_pcalloc(cf->pool, sizeof(ngx_http_consent_log_t));
    slot = ngx_array_push(&mcf->logs);

    if (log == NULL || slot == NULL) {
        return NULL;
    }

    log->path = file->name;
    log->file = file;
    log->sync = sync;
    *slot = log;

    return log;
}


char *
ngx_http_consent_log(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                    *value = cf->args->elts;
    ngx_http_consent_sync_e       sync = NGX_HTTP_CONSENT_SYNC_ALWAYS;
    ngx_http_consent_srv_conf_t  *scf = conf;

    if (scf->log) {
        return "is duplicate";
    }

    if (cf->args->nelts == 3
        && consent_resources_log_sync(cf, &value[2], &sync) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (ngx_thread_pool_add(cf, NULL) == NULL) {
        return NGX_CONF_ERROR;
    }

    scf->log = consent_resources_log_get(cf, &value[1], sync);

    return scf->log ? NGX_CONF_OK : NGX_CONF_ERROR;
}
