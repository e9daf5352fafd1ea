/* GET notice/HASH: a text that visitors are or were shown, by the hash that a
 * receipt has of it.  What is shown now is in memory; older ones are in the
 * archive, and are believed only if they are what they are named for. */

#include "ngx_http_consent_archive.h"
#include "ngx_http_consent_texts.h"

/* Read and hashed between two events: what is longer is for auditors, who have
 * the file. */
#define CONSENT_ARCHIVE_SERVED  (1024 * 1024)


/* Sixteen lower-case hexadecimal digits, nothing else. */

static ngx_uint_t
consent_archive_is_hash(cg_str_t hash)
{
    size_t  i;

    for (i = 0; i < hash.len; i++) {
        if (cg_ascii_hex(hash.data[i]) < 0
            || (hash.data[i] >= 'A' && hash.data[i] <= 'F'))
        {
            return 0;
        }
    }

    return hash.len == NGX_HTTP_CONSENT_HASH;
}


static ngx_uint_t
consent_archive_matches(cg_str_t hash, const unsigned char *digest)
{
    u_char  hex[NGX_HTTP_CONSENT_HASH];

    (void) ngx_hex_dump(hex, (u_char *) digest, CG_EVENT_TEXT_HASH);

    return ngx_memcmp(hex, hash.data, NGX_HTTP_CONSENT_HASH) == 0;
}


/* Absent: it is not shown now. */

static cg_str_t
consent_archive_current(ngx_http_consent_ctx_t *ctx, cg_str_t hash)
{
    size_t                           i;
    const cg_notice_text_t          *text;
    ngx_http_consent_transmission_t *sent;
    const ngx_http_consent_texts_t  *texts = ctx->conf->texts;

    for (i = 0; i < texts->notices->n; i++) {
        text = &texts->notices->texts[i];

        if (consent_archive_matches(hash, text->hash)) {
            return text->html;
        }
    }

    for (i = 0; i < texts->policy->nlanguages; i++) {
        sent = &texts->transmissions[i];

        if (consent_archive_matches(hash, sent->hash)) {
            return sent->page;
        }
    }

    return cg_str_null;
}


static cg_str_t
consent_archive_read(ngx_http_consent_ctx_t *ctx, ngx_fd_t fd)
{
    u_char       *data;
    struct stat   info;

    if (fstat(fd, &info) == -1 || !S_ISREG(info.st_mode)
        || info.st_size > CONSENT_ARCHIVE_SERVED)
    {
        return cg_str_null;
    }

    data = ngx_pnalloc(ctx->request->pool, (size_t) info.st_size + 1);

    if (data == NULL
        || pread(fd, data, (size_t) info.st_size, 0) != info.st_size)
    {
        return cg_str_null;
    }

    return (cg_str_t) { (size_t) info.st_size, data };
}


/* A small file of ours, read like one of the static module's. */

static cg_str_t
consent_archive_former(ngx_http_consent_ctx_t *ctx, cg_str_t hash)
{
    u_char         path[NGX_MAX_PATH];
    ngx_fd_t       fd;
    cg_str_t       text;
    ngx_str_t      name = ngx_http_consent_ngx(hash);
    unsigned char  digest[CG_SHA256_LEN];

    (void) ngx_snprintf(path, NGX_MAX_PATH, "%V/texts/%V.html%Z",
                        &ctx->conf->log->state, &name);
    path[NGX_MAX_PATH - 1] = '\0';

    fd = open((char *) path, O_RDONLY|O_NONBLOCK|O_NOFOLLOW|O_CLOEXEC);

    if (fd == NGX_INVALID_FILE) {
        return cg_str_null;
    }

    text = consent_archive_read(ctx, fd);
    (void) close(fd);

    if (text.data == NULL || cg_sha256(&text, 1, digest) != CG_OK) {
        return cg_str_null;
    }

    if (!consent_archive_matches(hash, digest)) {
        ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                      "consent: \"%s\" is not what its name says", path);
        return cg_str_null;
    }

    return text;
}


ngx_int_t
ngx_http_consent_send_notice(ngx_http_consent_ctx_t *ctx, cg_str_t hash)
{
    cg_str_t  text = cg_str_null;

    if (consent_archive_is_hash(hash)) {
        text = consent_archive_current(ctx, hash);

        if (text.data == NULL) {
            text = consent_archive_former(ctx, hash);
        }
    }

    if (text.data == NULL) {
        return ngx_http_consent_send_error(ctx, NGX_HTTP_NOT_FOUND,
                                           "error.not_found", 0);
    }

    return ngx_http_consent_send_immutable(ctx, "text/html; charset=utf-8",
                                           text);
}
