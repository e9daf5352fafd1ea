#include "ngx_http_consent_class.h"
#include "ngx_http_consent_gpc.h"
#include "ngx_http_consent_texts.h"


static void
consent_conf_cleanup(void *data)
{
    cg_policies_free(data);
}


void *
ngx_http_consent_create_main_conf(ngx_conf_t *cf)
{
    ngx_uint_t                     i;
    ngx_pool_cleanup_t            *cln;
    ngx_http_consent_main_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_http_consent_main_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    conf->page_memory = NGX_CONF_UNSET_SIZE;

    ngx_http_consent_arena(&conf->arena, cf->pool);

    conf->policies = cg_policies_create(&conf->arena);
    conf->tokens = cg_known_create(&conf->arena, NGX_HTTP_CONSENT_KNOWN);
    cln = ngx_pool_cleanup_add(cf->pool, 0);

    if (conf->policies == NULL || conf->tokens == NULL || cln == NULL) {
        return NULL;
    }

    for (i = 0; i < NGX_HTTP_CONSENT_FLIGHTS; i++) {
        ngx_queue_init(&conf->flights[i]);
    }

    cln->handler = consent_conf_cleanup;
    cln->data = conf->policies;

    if (ngx_array_init(&conf->servers, cf->pool, 4, sizeof(void *))
           != NGX_OK
        || ngx_array_init(&conf->targets, cf->pool, 1, sizeof(void *))
           != NGX_OK
        || ngx_array_init(&conf->logs, cf->pool, 1, sizeof(void *)) != NGX_OK
        || ngx_array_init(&conf->texts, cf->pool, 1, sizeof(void *))
           != NGX_OK)
    {
        return NULL;
    }

    return conf;
}


void *
ngx_http_consent_create_srv_conf(ngx_conf_t *cf)
{
    ngx_http_consent_srv_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_http_consent_srv_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     conf->policy_id, conf->site, conf->domain, conf->uri = { 0, NULL };
     *     conf->gpc = { 0, NULL };
     *     conf->policy, conf->redis, conf->log, conf->keys = NULL;
     *     conf->tls_value, conf->csp = NULL;
     *     conf->ncsp = 0;
     *     conf->limit_visitor, conf->limit_network = { 0, 0 };
     *     conf->own_location = 0;
     */

    conf->tls = NGX_CONF_UNSET_UINT;
    conf->clear = NGX_CONF_UNSET_UINT;
    conf->limit = NGX_CONF_UNSET;

    return conf;
}


void *
ngx_http_consent_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_consent_loc_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_http_consent_loc_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    conf->enable = NGX_CONF_UNSET;
    conf->banner = NGX_CONF_UNSET;
    conf->settings = NGX_CONF_UNSET;
    conf->csp = NGX_CONF_UNSET_UINT;
    conf->release = NGX_CONF_UNSET_UINT;
    conf->class = NGX_CONF_UNSET_UINT;
    conf->inline_limit = NGX_CONF_UNSET_SIZE;
    conf->require = NGX_CONF_UNSET_PTR;
    conf->purposes = NGX_CONF_UNSET_PTR;

    return conf;
}


static char *
consent_conf_bad_text(ngx_conf_t *cf, const cg_text_t *text, cg_str_t word)
{
    ngx_str_t  gap, key = ngx_http_consent_ngx(text->key);

    if (word.data == NULL && cg_str_starts(text->key, cg_str("clause."))) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "no clause belongs to text "
                      "\"%V\", write the ID of a clause line behind "
                      "\"clause.\" in %s:%ui", &key, text->file,
                      (ngx_uint_t) text->line);

    } else if (word.data) {
        gap = ngx_http_consent_ngx(word);
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "nothing fills {%V} in text "
                      "\"%V\", write a word that conf/messages/en.msg has "
                      "there in %s:%ui", &gap, &key, text->file,
                      (ngx_uint_t) text->line);

    } else {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "no message is called \"%V\", "
                      "write a key of conf/messages/en.msg in %s:%ui", &key,
                      text->file, (ngx_uint_t) text->line);
    }

    return NGX_CONF_ERROR;
}


/* Texts that no visitor would ever see are mistakes. */

static char *
consent_conf_texts(ngx_conf_t *cf, ngx_http_consent_main_conf_t *mcf)
{
    size_t              i, k;
    cg_str_t            word;
    const cg_policy_t  *policy;

    for (i = 0; (policy = cg_policies_at(mcf->policies, i)) != NULL; i++) {
        for (k = 0; k < policy->ntexts; k++) {
            if (cg_notice_check(policy, &policy->texts[k], &word) != CG_OK) {
                return consent_conf_bad_text(cf, &policy->texts[k], word);
            }
        }
    }

    return NGX_CONF_OK;
}


/* What is used jointly though the policy's closed list does not have it. */

static void
consent_conf_joint(ngx_conf_t *cf, const cg_policy_t *policy)
{
    size_t                 i;
    cg_str_t               item;
    ngx_str_t              name, vendor;
    const cg_recipient_t  *recipient;

    for (i = 0; cg_policy_unshared(policy, i, &recipient, &item) == CG_OK; i++)
    {
        name = ngx_http_consent_ngx(item);
        vendor = ngx_http_consent_ngx(recipient->vendor->id);

        ngx_log_error(NGX_LOG_WARN, cf->log, 0, "vendor \"%V\" of role=joint "
                      "receives \"%V\", which no \"joint_use\" names: add it "
                      "to items=, or give the vendor role=third in %s:%ui",
                      &vendor, &name, recipient->file,
                      (ngx_uint_t) recipient->line);
    }
}


/* Whom nothing holds until the visitor has decided. */

static void
consent_conf_advanced(ngx_conf_t *cf, const cg_policy_t *policy)
{
    size_t                 i;
    ngx_str_t              vendor;
    const cg_recipient_t  *recipient = policy->recipients;

    for (i = 0; i < policy->nrecipients; i++, recipient++) {
        if (recipient->advanced) {
            vendor = ngx_http_consent_ngx(recipient->vendor->id);

            ngx_log_error(NGX_LOG_WARN, cf->log, 0, "vendor \"%V\" has "
                          "mode=advanced: visitors' browsers send requests to "
                          "it before they consent, and nothing of what is "
                          "promised about that holds for this vendor, in "
                          "%s:%ui", &vendor, recipient->file,
                          (ngx_uint_t) recipient->line);
        }
    }
}


/* What may stand, but hardly as it was meant. */

static void
consent_conf_warn(ngx_conf_t *cf, ngx_http_consent_main_conf_t *mcf)
{
    size_t              i;
    const cg_policy_t  *policy;

    for (i = 0; (policy = cg_policies_at(mcf->policies, i)) != NULL; i++) {
        consent_conf_joint(cf, policy);
        consent_conf_advanced(cf, policy);
    }
}


char *
ngx_http_consent_init_main_conf(ngx_conf_t *cf, void *conf)
{
    cg_diag_t                      diag;
    ngx_http_consent_main_conf_t  *mcf = conf;

    ngx_memzero(&diag, sizeof(cg_diag_t));

    if (cg_policies_freeze(mcf->policies, &diag) == CG_OK) {
        consent_conf_warn(cf, mcf);

        return ngx_http_consent_pages_init(cf, mcf) == NGX_OK
               ? consent_conf_texts(cf, mcf) : NGX_CONF_ERROR;
    }

    if (diag.file) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "%s in %s:%ui",
                      diag.text, diag.file, (ngx_uint_t) diag.line);
    } else {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "%s", diag.text);
    }

    return NGX_CONF_ERROR;
}


/* What a gated server cannot do without, and how it is mended. */

static const char *
consent_conf_missing(ngx_http_consent_srv_conf_t *scf,
    ngx_http_consent_main_conf_t *mcf)
{
    if (mcf->zone == NULL) {
        return "\"consent_zone consent 32m;\" in http";
    }

    if (scf->redis == NULL) {
        return "\"consent_redis 127.0.0.1:6379;\" in http or server";
    }

    if (scf->keys == NULL) {
        return "\"consent_key_file FILE;\" in http or server "
               "(\"consentctl key FILE\" writes one)";
    }

    if (scf->log == NULL) {
        return "\"consent_log FILE;\" in http or server";
    }

    return NULL;
}


static ngx_int_t
consent_conf_messages(ngx_conf_t *cf, ngx_http_consent_srv_conf_t *scf)
{
    size_t       i;
    ngx_str_t    lang;
    const char  *key;

    for (i = 0; i < scf->policy->nlanguages; i++) {
        if (cg_notice_complete(scf->policy, scf->policy->languages[i], &key)) {
            continue;
        }

        lang = ngx_http_consent_ngx(scf->policy->languages[i]);

        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "policy \"%V\" has no text "
                      "\"%s\" in language \"%V\", add 'text %V %s \"...\";' "
                      "to it or drop the language in %s:%ui",
                      &scf->policy_id, key, &lang, &lang, key,
                      scf->place.file, scf->place.line);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
consent_conf_hosts(ngx_conf_t *cf, ngx_http_consent_srv_conf_t *scf,
    ngx_http_consent_main_conf_t *mcf)
{
    size_t                      i;
    const char                 *error;
    ngx_uint_t                  n;
    ngx_http_server_name_t     *name;
    ngx_http_core_srv_conf_t   *cscf;

    cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);
    name = cscf->server_names.elts;

    cg_site_init(&scf->hosts, &mcf->arena);

    for (n = 0; n < cscf->server_names.nelts; n++) {
        if (cg_site_add_name(&scf->hosts,
                             ngx_http_consent_server_name(&name[n])) != CG_OK)
        {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < scf->policy->nown_hosts; i++) {
        /* the builder let in none that this refuses */

        if (cg_site_add_own(&scf->hosts, scf->policy->own_hosts[i], &error)
            != CG_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static char *
consent_conf_enable(ngx_conf_t *cf, ngx_http_consent_srv_conf_t *scf)
{
    const char                     *missing;
    ngx_http_consent_main_conf_t   *mcf;
    ngx_http_consent_srv_conf_t   **slot;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_consent_module);

    scf->policy = cg_policies_find(mcf->policies,
                                   ngx_http_consent_str(scf->policy_id));
    if (scf->policy == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "unknown policy \"%V\", "
                      "include conf/policies/%V.conf or write a "
                      "consent_policy block in %s:%ui", &scf->policy_id,
                      &scf->policy_id, scf->place.file, scf->place.line);
        return NGX_CONF_ERROR;
    }

    missing = consent_conf_missing(scf, mcf);

    if (missing) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "\"consent %V\" needs %s "
                      "in %s:%ui", &scf->policy_id, missing, scf->place.file,
                      scf->place.line);
        return NGX_CONF_ERROR;
    }

    slot = ngx_array_push(&mcf->servers);

    if (slot == NULL || ngx_http_consent_site_check(cf, scf) != NGX_OK
        || ngx_http_consent_feed_terms(scf) != NGX_OK
        || consent_conf_messages(cf, scf) != NGX_OK
        || consent_conf_hosts(cf, scf, mcf) != NGX_OK
        || ngx_http_consent_texts(cf, scf) != NGX_OK
        || ngx_http_consent_gpc_make(cf, scf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    *slot = scf;

    return NGX_CONF_OK;
}


char *
ngx_http_consent_merge_srv_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_consent_srv_conf_t  *prev = parent;
    ngx_http_consent_srv_conf_t  *conf = child;

    if (conf->policy_id.data == NULL) {
        conf->policy_id = prev->policy_id;
        conf->place = prev->place;
    }

    ngx_http_consent_site_merge(prev, conf);
    ngx_conf_merge_str_value(conf->uri, prev->uri, "/.consent/");

    if (conf->tls == NGX_CONF_UNSET_UINT) {
        conf->tls_value = prev->tls_value;
    }

    ngx_conf_merge_uint_value(conf->tls, prev->tls, NGX_HTTP_CONSENT_TLS_AUTO);
    ngx_conf_merge_uint_value(conf->clear, prev->clear, 0);

    ngx_http_consent_limit_merge(prev, conf);

    if (conf->redis == NULL) {
        conf->redis = prev->redis;
    }

    if (conf->keys == NULL) {
        conf->keys = prev->keys;
    }

    if (conf->log == NULL) {
        conf->log = prev->log;
    }

    if (conf->policy_id.len == 0
        || ngx_strcmp(conf->policy_id.data, "off") == 0)
    {
        return NGX_CONF_OK;
    }

    return consent_conf_enable(cf, conf);
}


static ngx_int_t
consent_conf_is(ngx_str_t *a, ngx_str_t *b)
{
    return a->len == b->len && ngx_strncmp(a->data, b->data, a->len) == 0;
}


/* A location is under its server's policy or under none. */

static char *
consent_conf_location(ngx_conf_t *cf, ngx_http_consent_loc_conf_t *lcf,
    ngx_http_consent_srv_conf_t *scf)
{
    if (lcf->policy_id.data == NULL) {
        return NGX_CONF_OK;
    }

    if (ngx_strcmp(lcf->policy_id.data, "off") == 0) {
        lcf->enable = 0;
        return NGX_CONF_OK;
    }

    if (scf->policy && consent_conf_is(&lcf->policy_id, &scf->policy_id)) {
        lcf->enable = 1;
        return NGX_CONF_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "\"consent %V\" in a location: "
                  "only \"off\" or the server's own policy can stand there, "
                  "write the policy in server in %s:%ui", &lcf->policy_id,
                  lcf->place.file, lcf->place.line);

    return NGX_CONF_ERROR;
}


static void
consent_conf_require_unknown(ngx_conf_t *cf, ngx_http_consent_loc_conf_t *lcf,
    ngx_http_consent_srv_conf_t *scf, ngx_str_t *word)
{
    if (scf->policy == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "consent_require in a server "
                      "without a policy, add \"consent POLICY;\" to the "
                      "server in %s:%ui", lcf->require_place.file,
                      lcf->require_place.line);
        return;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "consent_require names \"%V\", "
                  "which is no purpose of policy \"%V\", write one of its "
                  "purposes in %s:%ui", word, &scf->policy_id,
                  lcf->require_place.file, lcf->require_place.line);
}


static char *
consent_conf_require_bits(ngx_conf_t *cf, ngx_http_consent_loc_conf_t *lcf,
    ngx_http_consent_srv_conf_t *scf)
{
    ngx_uint_t           i;
    ngx_str_t           *word = lcf->require->elts;
    const cg_purpose_t  *purpose;

    for (i = 0; i < lcf->require->nelts; i++) {
        purpose = scf->policy
                  ? cg_policy_purpose(scf->policy,
                                      ngx_http_consent_str(word[i]))
                  : NULL;

        if (purpose == NULL) {
            consent_conf_require_unknown(cf, lcf, scf, &word[i]);
            return NGX_CONF_ERROR;
        }

        lcf->require_bits |= purpose->bit;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_consent_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_core_loc_conf_t     *clcf;
    ngx_http_consent_loc_conf_t  *prev = parent;
    ngx_http_consent_loc_conf_t  *conf = child;
    ngx_http_consent_srv_conf_t  *scf;

    scf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_consent_module);
    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (consent_conf_location(cf, conf, scf) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    ngx_conf_merge_value(conf->enable, prev->enable, 1);
    ngx_conf_merge_value(conf->banner, prev->banner, 1);
    ngx_conf_merge_value(conf->settings, prev->settings, 1);
    ngx_conf_merge_uint_value(conf->csp, prev->csp, NGX_HTTP_CONSENT_CSP_OFF);
    ngx_conf_merge_uint_value(conf->release, prev->release,
                              NGX_HTTP_CONSENT_RELEASE_LIVE);
    ngx_conf_merge_uint_value(conf->class, prev->class,
                              NGX_HTTP_CONSENT_CLASS_NONE);
    ngx_conf_merge_size_value(conf->inline_limit, prev->inline_limit,
                              1024 * 1024);

    if (clcf->name.len == scf->uri.len && !clcf->named && !clcf->noname
        && clcf->name.data
        && ngx_strncmp(clcf->name.data, scf->uri.data, scf->uri.len) == 0)
    {
        scf->own_location = 1;
    }

    ngx_http_consent_gpc_location(clcf, scf);

    if (ngx_http_consent_purposes_merge(cf, prev, conf, scf) != NGX_CONF_OK
        || ngx_http_consent_language_merge(cf, prev, conf, scf)
           != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (conf->require == NGX_CONF_UNSET_PTR) {
        conf->require = prev->require;
        conf->require_bits = prev->require_bits;
        conf->require_status = prev->require_status;
        return NGX_CONF_OK;
    }

    return consent_conf_require_bits(cf, conf, scf);
}
