/*
 * The root key in the state directory.  Only the master comes here (or the one
 * process there is): at each configuration that takes effect, and at USR1.  The
 * epoch that ends says so in the log, under its own key, before that is
 * forgotten; what could not be said does not happen.
 */

#include "ngx_http_consent_module.h"

#include <sys/file.h>
#include <openssl/rand.h>

#define CONSENT_ROOT_FILE   "/seal"
#define CONSENT_ROOT_FIRST  "/seal.first"
#define CONSENT_ROOT_NEW    "/seal.new"
#define CONSENT_ROOT_LOCK   "/seal.lock"
#define CONSENT_ROOT_TRIES  100            /* 10 ms each */


/* A file of the state directory; `path` has NGX_MAX_PATH bytes. */

static u_char *
consent_root_path(ngx_http_consent_log_t *log, const char *name, u_char *path)
{
    (void) ngx_snprintf(path, NGX_MAX_PATH, "%V%s%Z", &log->state, name);

    path[NGX_MAX_PATH - 1] = '\0';

    return path;
}


static ngx_int_t
consent_root_failed(ngx_http_consent_log_t *log, ngx_log_t *to,
    const char *what)
{
    ngx_log_error(NGX_LOG_ERR, to, ngx_errno, "consent: the key "
                  "of the seals in \"%V\" cannot be %s", &log->state, what);

    return NGX_ERROR;
}


/* Another master has it for a moment. */

ngx_fd_t
ngx_http_consent_root_lock(ngx_http_consent_log_t *log, ngx_log_t *to)
{
    u_char      path[NGX_MAX_PATH];
    ngx_fd_t    fd;
    ngx_uint_t  tries;

    fd = open((char *) consent_root_path(log, CONSENT_ROOT_LOCK, path),
              O_RDWR|O_CREAT|O_CLOEXEC|O_NOFOLLOW, 0600);

    for (tries = 0; fd != NGX_INVALID_FILE; tries++) {
        if (flock(fd, LOCK_EX|LOCK_NB) == 0) {
            return fd;
        }

        if (tries == CONSENT_ROOT_TRIES) {
            (void) ngx_close_file(fd);
            break;
        }

        ngx_msleep(10);
    }

    (void) consent_root_failed(log, to, "locked");

    return NGX_INVALID_FILE;
}


void
ngx_http_consent_root_unlock(ngx_fd_t fd)
{
    if (fd != NGX_INVALID_FILE) {
        (void) ngx_close_file(fd);
    }
}


/* The file */


static ngx_int_t
consent_root_sync_folder(ngx_http_consent_log_t *log)
{
    int        rc;
    u_char     path[NGX_MAX_PATH];
    ngx_fd_t   fd;

    fd = open((char *) consent_root_path(log, "", path),
              O_RDONLY|O_DIRECTORY|O_CLOEXEC);

    if (fd == NGX_INVALID_FILE) {
        return NGX_ERROR;
    }

    rc = fsync(fd);
    (void) ngx_close_file(fd);

    return rc == -1 ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
consent_root_put(u_char *path, cg_str_t text)
{
    ngx_int_t  rc;
    ngx_fd_t   fd;

    (void) ngx_delete_file(path);

    fd = open((char *) path, O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0600);

    if (fd == NGX_INVALID_FILE) {
        return NGX_ERROR;
    }

    rc = write(fd, text.data, text.len) == (ssize_t) text.len
         && fsync(fd) == 0 ? NGX_OK : NGX_ERROR;

    if (ngx_close_file(fd) == NGX_FILE_ERROR || rc != NGX_OK) {
        (void) ngx_delete_file(path);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* A key that was replaced: its bytes, as far as a file system lets them be
 * reached. */

static void
consent_root_erase(ngx_fd_t fd)
{
    u_char       blank[CG_SEAL_ROOT_TEXT];
    struct stat  info;

    if (fd == NGX_INVALID_FILE) {
        return;
    }

    ngx_memzero(blank, sizeof(blank));

    /* the directory is the workers': what has another name may be anybody's */

    if (fstat(fd, &info) == 0 && info.st_nlink == 0
        && pwrite(fd, blank, sizeof(blank), 0) == (ssize_t) sizeof(blank))
    {
        (void) fdatasync(fd);
    }

    (void) ngx_close_file(fd);
}


/* All or nothing: whatever ends us in between leaves the old one or this. */

static ngx_int_t
consent_root_store(ngx_http_consent_log_t *log, const cg_seal_root_t *root,
    const char *name)
{
    u_char       path[NGX_MAX_PATH], fresh[NGX_MAX_PATH];
    ngx_fd_t     old;
    cg_out_t     out;
    ngx_int_t    rc;
    ngx_pool_t  *pool = ngx_create_pool(1024, ngx_cycle->log);
    cg_arena_t   arena;

    if (pool == NULL) {
        return NGX_ERROR;
    }

    ngx_http_consent_arena(&arena, pool);
    cg_out_init(&out, &arena, CG_SEAL_ROOT_TEXT);
    cg_out_reserve(&out, CG_SEAL_ROOT_TEXT);
    cg_seal_root_write(root, &out);

    (void) consent_root_path(log, name, path);
    (void) consent_root_path(log, CONSENT_ROOT_NEW, fresh);
    old = open((char *) path, O_WRONLY|O_CLOEXEC|O_NOFOLLOW);

    rc = out.status == CG_OK
         && consent_root_put(fresh, cg_out_slice(&out)) == NGX_OK
         && ngx_rename_file(fresh, path) != NGX_FILE_ERROR
         ? consent_root_sync_folder(log) : NGX_ERROR;

    if (rc == NGX_OK) {
        consent_root_erase(old);

    } else if (old != NGX_INVALID_FILE) {
        (void) ngx_close_file(old);
    }

    if (out.data) {
        cg_crypto_wipe(out.data, out.len);
    }

    ngx_destroy_pool(pool);

    return rc;
}


static ngx_int_t
consent_root_make(ngx_http_consent_log_t *log, cg_seal_root_t *root)
{
    u_char  seed[CG_SEAL_SEED];

    if (RAND_bytes(seed, sizeof(seed)) != 1) {
        return NGX_ERROR;
    }

    cg_seal_root_make(root, seed);
    cg_crypto_wipe(seed, sizeof(seed));

    return consent_root_store(log, root, CONSENT_ROOT_FIRST) == NGX_OK
           ? consent_root_store(log, root, CONSENT_ROOT_FILE) : NGX_ERROR;
}


static void
consent_root_remind(ngx_http_consent_log_t *log, ngx_log_t *to)
{
    u_char  path[NGX_MAX_PATH];

    if (access((char *) consent_root_path(log, CONSENT_ROOT_FIRST, path), F_OK)
        == 0)
    {
        ngx_log_error(NGX_LOG_WARN, to, 0, "consent: the first key "
                      "of the seals waits for its auditor, and proves nothing "
                      "as long as it is on this host: "
                      "\"consentctl key --seal %V\"", &log->state);
    }
}


/* What stands there and is no root is never replaced: an auditor would take
 * all that follows for another log's. */

ngx_int_t
ngx_http_consent_root_read(ngx_http_consent_log_t *log, ngx_log_t *to)
{
    u_char           path[NGX_MAX_PATH], text[CG_SEAL_ROOT_TEXT];
    ssize_t          n;
    ngx_fd_t         fd;
    ngx_int_t        rc;
    cg_str_t         line = { 0, text };
    cg_seal_root_t  *root = &log->seals.root;

    log->seals.has_root = 0;

    fd = open((char *) consent_root_path(log, CONSENT_ROOT_FILE, path),
              O_RDONLY|O_CLOEXEC|O_NOFOLLOW);

    if (fd == NGX_INVALID_FILE) {
        rc = ngx_errno == NGX_ENOENT ? consent_root_make(log, root)
                                     : NGX_ERROR;
    } else {
        n = read(fd, text, sizeof(text));
        line.len = n > 0 ? (size_t) n : 0;
        ngx_set_errno(0);
        rc = ngx_http_consent_rc(cg_seal_root_read(line, root));
        cg_crypto_wipe(text, sizeof(text));
        (void) ngx_close_file(fd);
    }

    if (rc != NGX_OK) {
        return consent_root_failed(log, to, "read or made, what follows has no "
                                   "seals");
    }

    log->seals.has_root = 1;
    consent_root_remind(log, to);

    return NGX_OK;
}


/* On errors the epoch goes on. */

ngx_int_t
ngx_http_consent_root_evolve(ngx_http_consent_log_t *log, ngx_log_t *to)
{
    ngx_int_t       rc = NGX_ERROR;
    cg_seal_root_t  next = log->seals.root;

    if (cg_seal_root_evolve(&next) == CG_OK) {
        rc = consent_root_store(log, &next, CONSENT_ROOT_FILE);
    }

    if (rc == NGX_OK) {
        log->seals.root = next;

    } else {
        (void) consent_root_failed(log, to, "evolved");
    }

    cg_crypto_wipe(&next, sizeof(next));

    return rc;
}


void
ngx_http_consent_root_wipe(void *data)
{
    ngx_http_consent_log_t  *log = data;

    cg_crypto_wipe(&log->seals.root, sizeof(cg_seal_root_t));
    log->seals.has_root = 0;
}
