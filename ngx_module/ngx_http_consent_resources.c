/*
 * The directives that name what a gated server stands on: the shared zone and
 * the keys.  Each is checked whole when it is read.
 */

#include "ngx_http_consent_unknown.h"

#include <openssl/rand.h>

#define CONSENT_ZONE_MIN     (1024 * 1024)
#define CONSENT_ZONE_LAYOUT  UINT64_C(3)       /* one more with each change */
#define CONSENT_SECRET_FILE  (16 * 1024)       /* bytes, far more than needed */


static ngx_int_t consent_resources_zone_init(ngx_shm_zone_t *zone, void *old);


static ngx_int_t
consent_resources_zone_taken(ngx_conf_t *cf, ngx_str_t *name)
{
    ngx_uint_t        i;
    ngx_shm_zone_t   *zone;
    ngx_list_part_t  *part;

    for (part = &cf->cycle->shared_memory.part; part; part = part->next) {
        zone = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (zone[i].shm.name.len == name->len
                && ngx_strncmp(zone[i].shm.name.data, name->data, name->len)
                   == 0)
            {
                return 1;
            }
        }
    }

    return 0;
}


char *
ngx_http_consent_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ssize_t                        size;
    ngx_str_t                     *value = cf->args->elts;
    ngx_http_consent_main_conf_t  *mcf = conf;

    if (mcf->zone) {
        return "is duplicate";
    }

    if (consent_resources_zone_taken(cf, &value[1])) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "zone \"%V\" belongs to "
                           "another directive, take another name", &value[1]);
        return NGX_CONF_ERROR;
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


/* The rounds that cookies are expired in, and how often who may choose, each
 * under a seed of this zone's own; the names that wait for Redis; what nobody
 * promised. */

static ngx_int_t
consent_resources_tables(ngx_slab_pool_t *pool,
    ngx_http_consent_shared_t *shared, ngx_log_t *log)
{
    u_char   seed[CG_ROUNDS_SEED + CG_LIMIT_SEED];
    u_char  *rounds = ngx_slab_alloc(pool, CG_ROUNDS_SIZE);
    u_char  *limit = ngx_slab_alloc(pool, CG_LIMIT_SIZE);
    u_char  *shut = ngx_slab_alloc(pool, CG_SHUT_SIZE);
    u_char  *claims = ngx_slab_alloc(pool, CG_CLAIMS_SIZE);
    u_char  *inventory = ngx_slab_alloc(pool, CG_INVENTORY_SIZE);

    if (rounds == NULL || limit == NULL || shut == NULL || claims == NULL
        || inventory == NULL)
    {
        return NGX_ERROR;
    }

    if (RAND_bytes(seed, sizeof(seed)) != 1) {
        ngx_log_error(NGX_LOG_EMERG, log, 0,
                      "consent_zone: no randomness for its seeds");
        return NGX_ERROR;
    }

    shared->rounds = cg_rounds_init(rounds, seed);
    shared->limit = cg_limit_init(limit, seed + CG_ROUNDS_SEED);
    shared->shut = cg_shut_init(shut);
    shared->claims = cg_claims_init(claims);
    shared->inventory = cg_inventory_init(inventory);

    return NGX_OK;
}


/* What this code takes the zone's bytes for. */

static uint64_t
consent_resources_layout(void)
{
    size_t    i;
    uint64_t  layout = CONSENT_ZONE_LAYOUT;

    static const uint64_t  sizes[] = {
        sizeof(ngx_http_consent_shared_t), sizeof(cg_lease_t), CG_LEASES,
        CG_ROUNDS_SIZE, CG_LIMIT_SIZE, CG_SHUT_SIZE, CG_CLAIMS_SIZE,
        CG_INVENTORY_SIZE,
        sizeof(ngx_http_consent_counts_t)
    };

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        layout = layout * 1000003 + sizes[i];
    }

    return layout;
}


/* Of a reload.  nginx hands over a zone only within one copy of the module's
 * code; should it ever do otherwise, nothing in it is read. */

static ngx_int_t
consent_resources_zone_keep(ngx_shm_zone_t *zone)
{
    ngx_slab_pool_t            *pool = (ngx_slab_pool_t *) zone->shm.addr;
    ngx_http_consent_shared_t  *shared = pool->data;

    if (shared == NULL || shared->layout != consent_resources_layout()) {
        ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0, "consent_zone \"%V\" "
                      "was laid out by another version, give it another name",
                      &zone->shm.name);
        return NGX_ERROR;
    }

    zone->data = shared;

    return NGX_OK;
}


/* One block for all time: the slab allocator is asked once for as many of its
 * pages as it can give in one piece. */

static cg_cache_t *
consent_resources_cache(ngx_shm_zone_t *zone)
{
    size_t            size;
    u_char           *block;
    ngx_slab_pool_t  *pool = (ngx_slab_pool_t *) zone->shm.addr;

    for (size = zone->shm.size; size >= CG_CACHE_MIN; size -= ngx_pagesize) {
        block = ngx_slab_alloc(pool, size);

        if (block) {
            return cg_cache_init(block, size, consent_resources_layout());
        }
    }

    return NULL;
}


static ngx_int_t
consent_resources_zone_init(ngx_shm_zone_t *zone, void *old)
{
    ngx_slab_pool_t            *pool = (ngx_slab_pool_t *) zone->shm.addr;
    ngx_http_consent_shared_t  *shared;

    if (old || zone->shm.exists) {
        return consent_resources_zone_keep(zone);
    }

    pool->log_nomem = 0;
    shared = ngx_slab_calloc(pool, sizeof(ngx_http_consent_shared_t));

    if (shared == NULL
        || consent_resources_tables(pool, shared, zone->shm.log) != NGX_OK)
    {
        return NGX_ERROR;
    }

    shared->leases = ngx_slab_calloc(pool, CG_LEASES * sizeof(cg_lease_t));
    shared->counts = ngx_slab_calloc(pool, sizeof(ngx_http_consent_counts_t));
    shared->cache = consent_resources_cache(zone);

    if (shared->leases == NULL || shared->counts == NULL
        || shared->cache == NULL)
    {
        ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0,
                      "consent_zone \"%V\" has no room", &zone->shm.name);
        return NGX_ERROR;
    }

    shared->layout = consent_resources_layout();
    pool->data = shared;
    zone->data = shared;

    return NGX_OK;
}


/* A file that is open, and fit to hold a secret. */

static ngx_int_t
consent_resources_is_secret(ngx_conf_t *cf, ngx_str_t *path, ngx_fd_t fd)
{
    struct stat  info;

    if (fstat(fd, &info) == -1 || !S_ISREG(info.st_mode)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" is no regular file, "
                           "name one that holds the secret", path);
        return NGX_ERROR;
    }

    if (info.st_mode & (S_IROTH|S_IWOTH)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" holds a secret and "
                           "is open to everybody, chmod it to 600", path);
        return NGX_ERROR;
    }

    if (info.st_size >= CONSENT_SECRET_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" has %O bytes, a "
                           "secret has %d at most, name another file", path,
                           info.st_size, CONSENT_SECRET_FILE - 1);
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_consent_secret(ngx_conf_t *cf, ngx_str_t *path, ngx_str_t *content)
{
    ssize_t    n;
    ngx_fd_t   fd;
    ngx_int_t  rc = NGX_ERROR;

    if (ngx_conf_full_name(cf->cycle, path, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    /* a pipe that nobody writes to would hold `nginx -t` for ever */

    fd = ngx_open_file(path->data, NGX_FILE_RDONLY|NGX_FILE_NONBLOCK,
                       NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno, "cannot open "
                           "\"%V\", mend the path or let nginx read the file",
                           path);
        return NGX_ERROR;
    }

    content->data = ngx_pnalloc(cf->pool, CONSENT_SECRET_FILE);

    if (content->data && consent_resources_is_secret(cf, path, fd) == NGX_OK) {
        n = read(fd, content->data, CONSENT_SECRET_FILE);

        if (n >= 0) {
            content->len = (size_t) n;
            rc = NGX_OK;

        } else {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno, "cannot read "
                               "\"%V\", name a file on a sound disk", path);
        }
    }

    ngx_close_file(fd);

    return rc;
}


static void
consent_resources_bad_key(ngx_conf_t *cf, ngx_str_t *path, cg_status_t rc,
    unsigned line)
{
    if (rc == CG_ENOMEM) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "no memory for keys");

    } else if (rc == CG_ELIMIT) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" line %ui: more than "
                           "%d keys, remove the oldest ones", path,
                           (ngx_uint_t) line, CG_KEYS_MAX);

    } else if (line == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" holds no key: "
                           "\"consentctl key FILE\" writes a good file", path);

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" line %ui is no key "
                           "of 32 random bytes: \"consentctl key FILE\" "
                           "writes a good file", path, (ngx_uint_t) line);
    }
}


char *
ngx_http_consent_key_file(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    unsigned                      line;
    ngx_str_t                     content;
    ngx_str_t                    *value = cf->args->elts;
    cg_status_t                   rc;
    ngx_http_consent_srv_conf_t  *scf = conf;

    if (scf->keys) {
        return "is duplicate";
    }

    if (ngx_http_consent_secret(cf, &value[1], &content) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    scf->keys = ngx_pcalloc(cf->pool, sizeof(cg_keys_t));
    if (scf->keys == NULL) {
        return NGX_CONF_ERROR;
    }

    rc = cg_keys_read(scf->keys, ngx_http_consent_str(content), &line);

    if (rc == CG_OK
        && cg_keys_guessable(ngx_http_consent_str(content), &line))
    {
        rc = CG_EINVAL;
    }

    cg_crypto_wipe(content.data, content.len);

    if (rc != CG_OK) {
        consent_resources_bad_key(cf, &value[1], rc, line);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
