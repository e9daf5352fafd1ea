/* How the master fills the archive.  Nothing in it is ever overwritten but
 * ID.last. */

#include "ngx_http_consent_archive.h"
#include "ngx_http_consent_texts.h"

#define CONSENT_ARCHIVE_MAX   (64 * 1024 * 1024)    /* bytes of a policy */
#define CONSENT_ARCHIVE_NAME  160                  /* of a file */
#define CONSENT_ARCHIVE_LAST  (NGX_INT64_LEN + 2 * (2 * CG_SHA256_LEN + 1))


typedef struct {
    ngx_fd_t                 fd;
    const char              *name;
    ngx_http_consent_log_t  *log;
    ngx_log_t               *to;           /* errors */
} consent_archive_t;


static void
consent_archive_failed(consent_archive_t *folder, const char *file,
    const char *what)
{
    ngx_log_error(NGX_LOG_ERR, folder->to, ngx_errno, "consent: \"%V/%s/%s\" "
                  "%s", &folder->log->state, folder->name, file, what);
}


/* The workers' user may own what it stands in: nothing leads out of it. */

static ngx_int_t
consent_archive_open(consent_archive_t *folder, ngx_http_consent_publish_t *pub,
    const char *name)
{
    u_char  path[NGX_MAX_PATH];

    folder->name = name;
    folder->log = pub->log;
    folder->to = pub->cycle->log;

    (void) ngx_snprintf(path, NGX_MAX_PATH, "%V/%s%Z", &pub->log->state, name);
    path[NGX_MAX_PATH - 1] = '\0';

    (void) mkdir((char *) path, 0755);
    folder->fd = open((char *) path,
                      O_RDONLY|O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC);

    if (folder->fd == NGX_INVALID_FILE) {
        consent_archive_failed(folder, "", "cannot be used");
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
consent_archive_fill(ngx_fd_t fd, cg_str_t bytes)
{
    ssize_t  n;

    while (bytes.len) {
        n = write(fd, bytes.data, bytes.len);

        if (n <= 0) {
            return NGX_ERROR;
        }

        bytes = cg_str_sub(bytes, (size_t) n, bytes.len);
    }

    return fchmod(fd, 0644) == 0 && fsync(fd) == 0 ? NGX_OK : NGX_ERROR;
}


/* Whole or not at all. */

static ngx_int_t
consent_archive_put(consent_archive_t *folder, const char *name,
    cg_str_t bytes)
{
    char       temp[CONSENT_ARCHIVE_NAME + 8];
    ngx_fd_t   fd;
    ngx_int_t  rc;

    (void) ngx_sprintf((u_char *) temp, "%s.new%Z", name);
    (void) unlinkat(folder->fd, temp, 0);

    fd = openat(folder->fd, temp, O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0600);

    if (fd == NGX_INVALID_FILE) {
        consent_archive_failed(folder, name, "cannot be written");
        return NGX_ERROR;
    }

    rc = consent_archive_fill(fd, bytes);

    if (close(fd) == -1 || rc != NGX_OK
        || renameat(folder->fd, temp, folder->fd, name) == -1
        || fsync(folder->fd) == -1)
    {
        consent_archive_failed(folder, name, "cannot be written");
        (void) unlinkat(folder->fd, temp, 0);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
consent_archive_has(consent_archive_t *folder, const char *name)
{
    struct stat  info;

    return fstatat(folder->fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0;
}


static void
consent_archive_text(consent_archive_t *folder, cg_str_t html,
    const unsigned char hash[CG_SHA256_LEN])
{
    u_char  *p;
    char     name[CONSENT_ARCHIVE_NAME];

    p = ngx_hex_dump((u_char *) name, (u_char *) hash, CG_EVENT_TEXT_HASH);
    (void) ngx_sprintf(p, ".html%Z");

    if (!consent_archive_has(folder, name)) {
        (void) consent_archive_put(folder, name, html);
    }
}


static void
consent_archive_texts(ngx_http_consent_publish_t *pub,
    ngx_http_consent_main_conf_t *mcf)
{
    size_t                           i, k;
    consent_archive_t                folder;
    const cg_notice_text_t          *text;
    ngx_http_consent_transmission_t *sent;
    const ngx_http_consent_texts_t  *texts;

    if (consent_archive_open(&folder, pub, "texts") != NGX_OK) {
        return;
    }

    for (i = 0; i < pub->npolicies; i++) {
        texts = ngx_http_consent_texts_of(mcf, pub->policies[i]);

        for (k = 0; k < texts->notices->n; k++) {
            text = &texts->notices->texts[k];
            consent_archive_text(&folder, text->html, text->hash);
        }

        for (k = 0; k < pub->policies[i]->nlanguages; k++) {
            sent = &texts->transmissions[k];
            consent_archive_text(&folder, sent->page, sent->hash);
        }
    }

    (void) close(folder.fd);
}


static void
consent_archive_policy(consent_archive_t *folder,
    ngx_http_consent_publish_t *pub, size_t i)
{
    char                name[CONSENT_ARCHIVE_NAME];
    u_char             *p;
    size_t              k;
    cg_out_t            out;
    const cg_policy_t  *policy = pub->policies[i];
    cg_event_clause_t  *clauses;

    p = ngx_hex_dump((u_char *) name, (u_char *) policy->terms_hash,
                     CG_SHA256_LEN);
    (void) ngx_sprintf(p, ".json%Z");

    if (consent_archive_has(folder, name)) {
        return;
    }

    clauses = cg_arena_zero(&pub->arena,
                            (policy->nclauses + 1) * sizeof(*clauses));
    if (clauses == NULL) {
        return;
    }

    for (k = 0; k < policy->nclauses; k++) {
        clauses[k].id = policy->clauses[k].id;
        clauses[k].text = policy->clauses[k].text;
        clauses[k].organisational = policy->clauses[k].organisational;
    }

    cg_out_init(&out, &pub->arena, CONSENT_ARCHIVE_MAX);
    cg_event_policy(&out, &pub->config, i, clauses, policy->nclauses);

    if (out.status == CG_OK) {
        (void) consent_archive_put(folder, name, cg_out_slice(&out));
    }
}


/* ID.last: version, terms and text with blanks between. */


static void
consent_archive_last_name(char *name, const cg_policy_t *policy)
{
    ngx_str_t  id = ngx_http_consent_ngx(policy->id);

    id.len = ngx_min(id.len, CONSENT_ARCHIVE_NAME - sizeof(".last"));
    (void) ngx_sprintf((u_char *) name, "%V.last%Z", &id);
}


static size_t
consent_archive_last_text(u_char *text, uint64_t version,
    const unsigned char *terms, const unsigned char *hash)
{
    u_char  *p = ngx_sprintf(text, "%uL ", version);

    p = ngx_hex_dump(p, (u_char *) terms, CG_SHA256_LEN);
    *p++ = ' ';
    p = ngx_hex_dump(p, (u_char *) hash, CG_SHA256_LEN);
    *p++ = '\n';

    return (size_t) (p - text);
}


/* A number, a blank, two digests and a blank between them. */

static ngx_int_t
consent_archive_last_parse(u_char *text, size_t len, cg_event_before_t *before)
{
    u_char    *blank = ngx_strlchr(text, text + len, ' ');
    ngx_int_t  version;
    cg_str_t   terms, hash;

    if (blank == NULL
        || (size_t) (text + len - blank) != 2 + 4 * CG_SHA256_LEN + 1)
    {
        return NGX_ERROR;
    }

    version = ngx_atoi(text, (size_t) (blank - text));
    terms = (cg_str_t) { 2 * CG_SHA256_LEN, blank + 1 };
    hash = (cg_str_t) { 2 * CG_SHA256_LEN, blank + 2 + terms.len };

    if (version < 1
        || cg_hex_read(terms, before->terms, CG_SHA256_LEN) != CG_OK
        || cg_hex_read(hash, before->text, CG_SHA256_LEN) != CG_OK)
    {
        return NGX_ERROR;
    }

    before->version = (uint64_t) version;

    return NGX_OK;
}


/* 0 bytes: there is none that could be read. */

static size_t
consent_archive_last_read(consent_archive_t *folder, const char *name,
    u_char text[CONSENT_ARCHIVE_LAST])
{
    ssize_t   n;
    ngx_fd_t  fd;

    fd = openat(folder->fd, name, O_RDONLY|O_NONBLOCK|O_NOFOLLOW|O_CLOEXEC);

    if (fd == NGX_INVALID_FILE) {
        return 0;
    }

    n = read(fd, text, CONSENT_ARCHIVE_LAST);
    (void) close(fd);

    return n > 0 ? (size_t) n : 0;
}


static void
consent_archive_before(consent_archive_t *folder, const cg_policy_t *policy,
    cg_event_before_t *before)
{
    char    name[CONSENT_ARCHIVE_NAME];
    size_t  n;
    u_char  text[CONSENT_ARCHIVE_LAST];

    ngx_memzero(before, sizeof(cg_event_before_t));
    consent_archive_last_name(name, policy);
    n = consent_archive_last_read(folder, name, text);

    if (n == 0
        || consent_archive_last_parse(text, n, before) != NGX_OK
        || (before->version == policy->version
            && ngx_memcmp(before->terms, policy->terms_hash, CG_SHA256_LEN)
               == 0
            && ngx_memcmp(before->text, policy->text_hash, CG_SHA256_LEN)
               == 0))
    {
        ngx_memzero(before, sizeof(cg_event_before_t));
    }
}


void
ngx_http_consent_archive(ngx_http_consent_publish_t *pub,
    ngx_http_consent_main_conf_t *mcf)
{
    size_t             i;
    consent_archive_t  folder;

    pub->before = cg_arena_zero(&pub->arena,
                                pub->npolicies * sizeof(cg_event_before_t));
    consent_archive_texts(pub, mcf);

    if (consent_archive_open(&folder, pub, "policies") != NGX_OK) {
        return;
    }

    for (i = 0; i < pub->npolicies; i++) {
        consent_archive_policy(&folder, pub, i);

        if (pub->before) {
            consent_archive_before(&folder, pub->policies[i], &pub->before[i]);
        }
    }

    (void) close(folder.fd);
}


static void
consent_archive_last_put(consent_archive_t *folder, const cg_policy_t *policy)
{
    char      name[CONSENT_ARCHIVE_NAME];
    size_t    n;
    u_char    text[CONSENT_ARCHIVE_LAST], stands[CONSENT_ARCHIVE_LAST];
    cg_str_t  bytes;

    consent_archive_last_name(name, policy);
    bytes.data = text;
    bytes.len = consent_archive_last_text(text, policy->version,
                                          policy->terms_hash,
                                          policy->text_hash);
    n = consent_archive_last_read(folder, name, stands);

    if (!cg_str_eq(bytes, (cg_str_t) { n, stands })) {
        (void) consent_archive_put(folder, name, bytes);
    }
}


void
ngx_http_consent_archive_last(ngx_http_consent_publish_t *pub)
{
    size_t             i;
    consent_archive_t  folder;

    if (consent_archive_open(&folder, pub, "policies") != NGX_OK) {
        return;
    }

    for (i = 0; i < pub->npolicies; i++) {
        consent_archive_last_put(&folder, pub->policies[i]);
    }

    (void) close(folder.fd);
}
