/*
 * consent_log: the file of the evidence, and what goes with it.  Checked whole
 * when it is read.
 */

#include "ngx_http_consent_evidence.h"
#include "ngx_http_consent_sum.h"

#define CONSENT_LOG_LINES    1000000       /* between seals, at most */
#define CONSENT_LOG_SECONDS  86400


static ngx_uint_t
consent_log_same(ngx_str_t *a, ngx_str_t *b)
{
    return a->len == b->len && ngx_strncmp(a->data, b->data, a->len) == 0;
}


/* What a path stands in. */

static ngx_int_t
consent_log_folder(ngx_conf_t *cf, ngx_str_t *path, ngx_str_t *folder)
{
    u_char  *slash = path->data + path->len;

    while (slash > path->data && *--slash != '/') { /* void */ }

    folder->len = slash > path->data ? (size_t) (slash - path->data) : 1;
    folder->data = ngx_pnalloc(cf->pool, folder->len + 1);

    if (folder->data == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_cpystrn(folder->data, path->data, folder->len + 1);

    return NGX_OK;
}


static ngx_http_consent_log_t *
consent_log_find(ngx_http_consent_main_conf_t *mcf,
    ngx_str_t *path)
{
    ngx_uint_t                i;
    ngx_http_consent_log_t  **logs = mcf->logs.elts;

    for (i = 0; i < mcf->logs.nelts; i++) {
        if (consent_log_same(&logs[i]->path, path)) {
            return logs[i];
        }
    }

    return NULL;
}


/* What the words behind the path say. */

typedef struct {
    ngx_http_consent_sync_e   sync;
    ngx_uint_t                lines;       /* of seal= */
    ngx_uint_t                seconds;
    ngx_uint_t                handling;    /* as in ngx_http_consent_log_t */
    ngx_str_t                 state;       /* without a slash at its end */
} consent_log_terms_t;


static ngx_int_t
consent_log_sync(ngx_conf_t *cf, ngx_str_t *word, consent_log_terms_t *terms)
{
    ngx_uint_t  i;

    static const struct {
        const char               *word;
        ngx_http_consent_sync_e   sync;
    } syncs[] = {
        { "sync=always", NGX_HTTP_CONSENT_SYNC_ALWAYS },
        { "sync=everysec", NGX_HTTP_CONSENT_SYNC_EVERYSEC },
        { "sync=off", NGX_HTTP_CONSENT_SYNC_OFF },
    };

    for (i = 0; i < sizeof(syncs) / sizeof(syncs[0]); i++) {
        if (ngx_strcmp(word->data, syncs[i].word) == 0) {
            terms->sync = syncs[i].sync;
            return NGX_OK;
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid parameter \"%V\", "
                       "known are sync=always, sync=everysec and sync=off",
                       word);
    return NGX_ERROR;
}


static ngx_int_t
consent_log_seal(ngx_conf_t *cf, ngx_str_t *word, consent_log_terms_t *terms)
{
    u_char     *comma;
    ngx_int_t   lines = NGX_ERROR, seconds = NGX_ERROR;
    ngx_str_t   time, value;

    value.data = word->data + sizeof("seal=") - 1;
    value.len = word->len - (sizeof("seal=") - 1);
    comma = ngx_strlchr(value.data, value.data + value.len, ',');

    if (comma) {
        time.data = comma + 1;
        time.len = (size_t) (value.data + value.len - time.data);
        lines = ngx_atoi(value.data, (size_t) (comma - value.data));
        seconds = ngx_parse_time(&time, 1);
    }

    if (lines < 1 || lines > CONSENT_LOG_LINES
        || seconds < 1 || seconds > CONSENT_LOG_SECONDS)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid parameter \"%V\", "
                           "write after how many lines (1 to %d) and after "
                           "what time (1s to 1d) a seal is due, as in "
                           "seal=1000,60s", word, CONSENT_LOG_LINES);
        return NGX_ERROR;
    }

    terms->lines = (ngx_uint_t) lines;
    terms->seconds = (ngx_uint_t) seconds;

    return NGX_OK;
}


static ngx_int_t
consent_log_handling(ngx_conf_t *cf, ngx_str_t *word,
    consent_log_terms_t *terms)
{
    ngx_int_t  seconds;
    ngx_str_t  value;

    value.data = word->data + sizeof("handling=") - 1;
    value.len = word->len - (sizeof("handling=") - 1);

    if (ngx_strcmp(value.data, "each") == 0) {
        terms->handling = 0;
        return NGX_OK;
    }

    seconds = ngx_parse_time(&value, 1);

    if (seconds < 1 || seconds > NGX_HTTP_CONSENT_SUM_LONGEST) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid parameter \"%V\", "
                           "write each, or of what time (1s to 1h) what was "
                           "handled is summed up, as in handling=60s", word);
        return NGX_ERROR;
    }

    terms->handling = (ngx_uint_t) seconds;

    return NGX_OK;
}


/* The directory is made when it is needed; what it stands in must be there. */

static ngx_int_t
consent_log_state(ngx_conf_t *cf, ngx_str_t *word, consent_log_terms_t *terms)
{
    ngx_str_t    folder, *state = &terms->state;
    struct stat  info;

    state->data = word->data + sizeof("state=") - 1;
    state->len = word->len - (sizeof("state=") - 1);

    while (state->len > 1 && state->data[state->len - 1] == '/') {
        state->data[--state->len] = '\0';
    }

    if (state->len == 0 || ngx_strchr(state->data, '$')) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid parameter \"%V\", "
                           "write the path of a directory without variables",
                           word);
        return NGX_ERROR;
    }

    if (ngx_conf_full_name(cf->cycle, state, 0) != NGX_OK
        || consent_log_folder(cf, state, &folder) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (stat((char *) state->data, &info) == 0 && !S_ISDIR(info.st_mode)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" is no directory, "
                           "the state of the consent log needs one", state);
        return NGX_ERROR;
    }

    if (stat((char *) folder.data, &info) == -1 || !S_ISDIR(info.st_mode)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "there is no directory "
                           "\"%V\" for the state of the consent log, create "
                           "it", &folder);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* Each once, in any order. */

static ngx_int_t
consent_log_word(ngx_conf_t *cf, ngx_str_t *word, consent_log_terms_t *terms,
    ngx_uint_t *seen)
{
    ngx_uint_t  i;

    static const struct {
        const char  *name;
        ngx_int_t  (*read)(ngx_conf_t *cf, ngx_str_t *word,
                           consent_log_terms_t *terms);
    } words[] = {
        { "sync=", consent_log_sync },
        { "seal=", consent_log_seal },
        { "state=", consent_log_state },
        { "handling=", consent_log_handling },
    };

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (ngx_strncmp(word->data, words[i].name, ngx_strlen(words[i].name)))
        {
            continue;
        }

        if (*seen & (1u << i)) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%s\" stands twice, "
                               "keep one", words[i].name);
            return NGX_ERROR;
        }

        *seen |= 1u << i;

        return words[i].read(cf, word, terms);
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "unknown parameter \"%V\", known "
                       "are sync=, seal=, state= and handling=", word);
    return NGX_ERROR;
}


static ngx_int_t
consent_log_words(ngx_conf_t *cf, consent_log_terms_t *terms)
{
    ngx_str_t   *value = cf->args->elts;
    ngx_uint_t   i, seen = 0;

    terms->sync = NGX_HTTP_CONSENT_SYNC_ALWAYS;
    terms->lines = 1000;
    terms->seconds = 60;
    terms->handling = NGX_HTTP_CONSENT_SUM_PERIOD;

    for (i = 2; i < cf->args->nelts; i++) {
        if (consent_log_word(cf, &value[i], terms, &seen) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (terms->state.len) {
        return NGX_OK;
    }

    terms->state.len = value[1].len + 2;
    terms->state.data = ngx_pnalloc(cf->pool, terms->state.len + 1);

    if (terms->state.data == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_sprintf(terms->state.data, "%V.d%Z", &value[1]);

    return NGX_OK;
}


/* What other logs of nginx understand would be a file of that name here. */

static ngx_int_t
consent_log_is_file(ngx_conf_t *cf, ngx_str_t *word)
{
    if (ngx_strcmp(word->data, "off") != 0
        && ngx_strcmp(word->data, "stderr") != 0
        && ngx_strncmp(word->data, "syslog:", 7) != 0
        && ngx_strncmp(word->data, "memory:", 7) != 0
        && ngx_strchr(word->data, '$') == NULL)
    {
        return NGX_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" is no file for the "
                       "evidence, write a path without variables, as in "
                       "/var/log/nginx/consent.log", word);

    return NGX_ERROR;
}


/* nginx opens logs when all is read and then names no line. */

static ngx_int_t
consent_log_may_be(ngx_conf_t *cf, ngx_str_t *path)
{
    ngx_str_t    folder;
    struct stat  info;

    if (stat((char *) path->data, &info) == 0) {
        if (S_ISREG(info.st_mode)) {
            return NGX_OK;
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" is no regular file, "
                           "evidence must be kept in one", path);
        return NGX_ERROR;
    }

    if (consent_log_folder(cf, path, &folder) != NGX_OK) {
        return NGX_ERROR;
    }

    if (stat((char *) folder.data, &info) == 0 && S_ISDIR(info.st_mode)) {
        return NGX_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "there is no directory \"%V\" "
                       "for the consent log, create it", &folder);

    return NGX_ERROR;
}


static ngx_http_consent_log_t *
consent_log_new(ngx_conf_t *cf, ngx_http_consent_main_conf_t *mcf,
    ngx_str_t *path, consent_log_terms_t *terms)
{
    ngx_http_consent_log_t  *log, **slot;

    log = ngx_pcalloc(cf->pool, sizeof(ngx_http_consent_log_t));
    slot = ngx_array_push(&mcf->logs);

    if (log == NULL || slot == NULL) {
        return NULL;
    }

    log->path = *path;
    log->state = terms->state;
    log->place.file = cf->conf_file->file.name.data;
    log->place.line = cf->conf_file->line;
    log->sync = terms->sync;
    log->handling = terms->handling;
    log->seals.lines = terms->lines;
    log->seals.seconds = terms->seconds;
    *slot = log;

    return log;
}


/* The word that a second consent_log of the same file has otherwise. */

static const char *
consent_log_differs(ngx_http_consent_log_t *log, consent_log_terms_t *terms)
{
    if (log->sync != terms->sync) {
        return "sync=";
    }

    if (log->seals.lines != terms->lines
        || log->seals.seconds != terms->seconds)
    {
        return "seal=";
    }

    if (log->handling != terms->handling) {
        return "handling=";
    }

    return consent_log_same(&log->state, &terms->state) ? NULL : "state=";
}


static ngx_int_t
consent_log_state_taken(ngx_conf_t *cf, ngx_http_consent_main_conf_t *mcf,
    ngx_str_t *state)
{
    ngx_uint_t                i;
    ngx_http_consent_log_t  **logs = mcf->logs.elts;

    for (i = 0; i < mcf->logs.nelts; i++) {
        if (consent_log_same(&logs[i]->state, state)) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" is the state "
                               "directory of the log in %s:%ui, too, give "
                               "each one of its own", state,
                               logs[i]->place.file, logs[i]->place.line);
            return 1;
        }
    }

    return 0;
}


/* Two lanes in one process and file would be one too many: a path is a log,
 * however often it is named. */

static ngx_http_consent_log_t *
consent_log_get(ngx_conf_t *cf, ngx_str_t *path, consent_log_terms_t *terms)
{
    const char                    *word;
    ngx_http_consent_log_t        *log;
    ngx_http_consent_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_consent_module);
    log = consent_log_find(mcf, path);

    if (log == NULL) {
        return consent_log_state_taken(cf, mcf, &terms->state)
               ? NULL : consent_log_new(cf, mcf, path, terms);
    }

    word = consent_log_differs(log, terms);

    if (word) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" has another %s in "
                           "%s:%ui, write the same one in both", path, word,
                           log->place.file, log->place.line);
        return NULL;
    }

    return log;
}


char *
ngx_http_consent_log(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                    *value = cf->args->elts;
    consent_log_terms_t           terms;
    ngx_http_consent_srv_conf_t  *scf = conf;

    if (scf->log) {
        return "is duplicate";
    }

    ngx_memzero(&terms, sizeof(consent_log_terms_t));

    if (consent_log_is_file(cf, &value[1]) != NGX_OK
        || ngx_conf_full_name(cf->cycle, &value[1], 0) != NGX_OK
        || consent_log_words(cf, &terms) != NGX_OK
        || consent_log_may_be(cf, &value[1]) != NGX_OK
        || ngx_thread_pool_add(cf, NULL) == NULL)
    {
        return NGX_CONF_ERROR;
    }

    scf->log = consent_log_get(cf, &value[1], &terms);

    return scf->log ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static ngx_int_t
consent_log_shared(ngx_log_t *to, ngx_http_consent_log_t *log)
{
    ngx_log_error(NGX_LOG_EMERG, to, 0, "\"%V\" is the file of another log, "
                  "too, give the evidence a file of its own in %s:%ui",
                  &log->path, log->place.file, log->place.line);

    return NGX_ERROR;
}


static ngx_int_t
consent_log_is_open(ngx_cycle_t *cycle, ngx_str_t *path)
{
    ngx_uint_t        i;
    ngx_open_file_t  *file;
    ngx_list_part_t  *part;

    for (part = &cycle->open_files.part; part; part = part->next) {
        file = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (file[i].name.len == path->len
                && ngx_strncmp(file[i].name.data, path->data, path->len) == 0)
            {
                return 1;
            }
        }
    }

    return 0;
}


/* The files are named to nginx last, so that one which is there already is
 * seen to be another directive's: a line of its would break the chain. */

ngx_int_t
ngx_http_consent_logs(ngx_conf_t *cf)
{
    ngx_uint_t                      i;
    ngx_http_consent_log_t        **logs;
    ngx_http_consent_main_conf_t   *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_consent_module);
    logs = mcf->logs.elts;

    for (i = 0; i < mcf->logs.nelts; i++) {
        if (consent_log_is_open(cf->cycle, &logs[i]->path)) {
            return consent_log_shared(cf->log, logs[i]);
        }

        logs[i]->file = ngx_conf_open_file(cf->cycle, &logs[i]->path);

        if (logs[i]->file == NULL) {
            return NGX_ERROR;
        }

        logs[i]->file->flush = ngx_http_consent_rotate;
        logs[i]->file->data = logs[i];
    }

    return NGX_OK;
}


/* An error_log behind http {} may have joined one since; to say so there would
 * do the damage. */

ngx_int_t
ngx_http_consent_logs_alone(ngx_cycle_t *cycle,
    ngx_http_consent_main_conf_t *mcf)
{
    ngx_log_t                *error_log;
    ngx_uint_t                i;
    ngx_http_consent_log_t  **logs = mcf->logs.elts;

    for (i = 0; i < mcf->logs.nelts; i++) {
        for (error_log = &cycle->new_log; error_log;
             error_log = error_log->next)
        {
            if (error_log->file == logs[i]->file) {
                return consent_log_shared(cycle->old_cycle->log,
                                                    logs[i]);
            }
        }
    }

    return NGX_OK;
}
