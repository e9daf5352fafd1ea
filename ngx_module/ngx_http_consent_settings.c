/*
 * The directives that take a word or two and open nothing: each is checked
 * whole when it is read.
 */

#include "ngx_http_consent_module.h"
#include "ngx_http_consent_texts.h"

#define CONSENT_INLINE_MIN  (16 * 1024)
#define CONSENT_INLINE_MAX  (16 * 1024 * 1024)


char *
ngx_http_consent_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                    *value = cf->args->elts;
    ngx_http_consent_srv_conf_t  *scf = conf;
    ngx_http_consent_loc_conf_t  *lcf;

    lcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_consent_module);

    if (cf->cmd_type & NGX_HTTP_LOC_CONF) {
        if (lcf->policy_id.data) {
            return "is duplicate";
        }

        lcf->policy_id = value[1];
        ngx_http_consent_here(cf, &lcf->place);

        return NGX_CONF_OK;
    }

    if (scf->policy_id.data) {
        return "is duplicate";
    }

    scf->policy_id = value[1];
    ngx_http_consent_here(cf, &scf->place);

    return NGX_CONF_OK;
}


char *
ngx_http_consent_uri(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                    *word, *value = cf->args->elts;
    ngx_http_consent_srv_conf_t  *scf = conf;

    if (scf->uri.data) {
        return "is duplicate";
    }

    word = &value[1];

    if (!ngx_http_consent_word_holds(word, "-_./") || word->len < 3
        || word->data[0] != '/' || word->data[word->len - 1] != '/'
        || ngx_strstr(word->data, "//") || ngx_strstr(word->data, "/./")
        || ngx_strstr(word->data, "/../"))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid prefix \"%V\", it "
                           "must be a path like /.consent/ that begins and "
                           "ends with \"/\"", word);
        return NGX_CONF_ERROR;
    }

    scf->uri = *word;

    return NGX_CONF_OK;
}


/* "$name" or "${name}"; of words around it no value would ever be true. */

static ngx_int_t
consent_settings_is_variable(ngx_str_t word)
{
    if (word.len < 2 || word.data[0] != '$') {
        return 0;
    }

    word.data++;
    word.len--;

    if (word.len > 2 && word.data[0] == '{' && word.data[word.len - 1] == '}')
    {
        word.data++;
        word.len -= 2;
    }

    return ngx_http_consent_word_holds(&word, "_");
}


char *
ngx_http_consent_tls(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                         *value = cf->args->elts;
    ngx_http_consent_srv_conf_t       *scf = conf;
    ngx_http_compile_complex_value_t   ccv;

    if (scf->tls != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    if (ngx_strcmp(value[1].data, "auto") == 0) {
        scf->tls = NGX_HTTP_CONSENT_TLS_AUTO;
        return NGX_CONF_OK;
    }

    if (ngx_strcmp(value[1].data, "on") == 0) {
        scf->tls = NGX_HTTP_CONSENT_TLS_ON;
        return NGX_CONF_OK;
    }

    if (!consent_settings_is_variable(value[1])) {
        return "must be auto, on or a variable like $https";
    }

    scf->tls = NGX_HTTP_CONSENT_TLS_VARIABLE;
    scf->tls_value = ngx_palloc(cf->pool, sizeof(ngx_http_complex_value_t));

    if (scf->tls_value == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = &value[1];
    ccv.complex_value = scf->tls_value;

    return ngx_http_compile_complex_value(&ccv) == NGX_OK ? NGX_CONF_OK
                                                          : NGX_CONF_ERROR;
}


static char *
consent_settings_require_status(ngx_http_consent_loc_conf_t *lcf,
    ngx_str_t *word)
{
    ngx_int_t  status = ngx_atoi(word->data + 1, word->len - 1);

    if (lcf->require_status) {
        return "has two statuses, keep one";
    }

    if (status != NGX_HTTP_NO_CONTENT && (status < 400 || status > 499)) {
        return "needs a status of 204 or 400 to 499, as in \"=204\"";
    }

    lcf->require_status = (ngx_uint_t) status;

    return NGX_CONF_OK;
}


static char *
consent_settings_require_purpose(ngx_conf_t *cf,
    ngx_http_consent_loc_conf_t *lcf, ngx_str_t *word)
{
    ngx_str_t   *slot, *known = lcf->require->elts;
    ngx_uint_t   i;

    for (i = 0; i < lcf->require->nelts; i++) {
        if (known[i].len == word->len
            && ngx_strncmp(known[i].data, word->data, word->len) == 0)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" stands twice in "
                               "\"consent_require\", keep one", word);
            return NGX_CONF_ERROR;
        }
    }

    slot = ngx_array_push(lcf->require);
    if (slot == NULL) {
        return NGX_CONF_ERROR;
    }

    *slot = *word;

    return NGX_CONF_OK;
}


char *
ngx_http_consent_require(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                         *rv = NGX_CONF_OK;
    ngx_uint_t                    i;
    ngx_str_t                    *value = cf->args->elts;
    ngx_http_consent_loc_conf_t  *lcf = conf;

    if (lcf->require != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    lcf->require = ngx_array_create(cf->pool, 2, sizeof(ngx_str_t));
    if (lcf->require == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_http_consent_here(cf, &lcf->require_place);

    for (i = 1; rv == NGX_CONF_OK && i < cf->args->nelts; i++) {
        rv = value[i].data[0] == '='
             ? consent_settings_require_status(lcf, &value[i])
             : consent_settings_require_purpose(cf, lcf, &value[i]);
    }

    if (rv == NGX_CONF_OK && lcf->require->nelts == 0) {
        return "names no purpose, write one before the status";
    }

    if (lcf->require_status == 0) {
        lcf->require_status = NGX_HTTP_NO_CONTENT;
    }

    return rv;
}


char *
ngx_http_consent_csp(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_uint_t                    i;
    ngx_str_t                    *value = cf->args->elts;
    ngx_http_consent_loc_conf_t  *lcf = conf;

    static const char *const  modes[] = { "off", "report", "enforce" };

    if (lcf->csp != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    for (i = 0; i <= NGX_HTTP_CONSENT_CSP_ENFORCE; i++) {
        if (ngx_strcmp(value[1].data, modes[i]) == 0) {
            lcf->csp = i;
            return NGX_CONF_OK;
        }
    }

    return "must be off, report or enforce";
}


char *
ngx_http_consent_release(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                    *value = cf->args->elts;
    ngx_http_consent_loc_conf_t  *lcf = conf;

    if (lcf->release != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    if (ngx_strcmp(value[1].data, "live") == 0) {
        lcf->release = NGX_HTTP_CONSENT_RELEASE_LIVE;
        return NGX_CONF_OK;
    }

    if (ngx_strcmp(value[1].data, "reload") == 0) {
        lcf->release = NGX_HTTP_CONSENT_RELEASE_RELOAD;
        return NGX_CONF_OK;
    }

    return "must be live or reload";
}


char *
ngx_http_consent_inline_limit(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ssize_t                       size;
    ngx_str_t                    *value = cf->args->elts;
    ngx_http_consent_loc_conf_t  *lcf = conf;

    if (lcf->inline_limit != NGX_CONF_UNSET_SIZE) {
        return "is duplicate";
    }

    size = ngx_parse_size(&value[1]);

    if (size < CONSENT_INLINE_MIN || size > CONSENT_INLINE_MAX) {
        return "must be a size from 16k to 16m";
    }

    lcf->inline_limit = (size_t) size;

    return NGX_CONF_OK;
}
