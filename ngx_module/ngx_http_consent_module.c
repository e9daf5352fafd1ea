#include "ngx_http_consent_address.h"
#include "ngx_http_consent_choice.h"
#include "ngx_http_consent_class.h"
#include "ngx_http_consent_evidence.h"
#include "ngx_http_consent_intents.h"
#include "ngx_http_consent_pending.h"
#include "ngx_http_consent_texts.h"


static ngx_int_t consent_init(ngx_conf_t *cf);
static ngx_int_t consent_init_module(ngx_cycle_t *cycle);
static ngx_int_t consent_init_process(ngx_cycle_t *cycle);
static void consent_exit_process(ngx_cycle_t *cycle);


/* A directive of ours is let in everywhere within http {}, with any words:
 * ngx_http_consent_directive() says better than nginx what is wrong. */

#define CONSENT_ANY                                                          \
    (NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF                  \
     |NGX_HTTP_SIF_CONF|NGX_HTTP_LIF_CONF|NGX_HTTP_LMT_CONF                  \
     |NGX_HTTP_UPS_CONF|NGX_CONF_ANY)

#define CONSENT_MANY  64               /* words */

#define consent_row(where, min, max, form, set)                              \
    &(ngx_http_consent_directive_t) { where, min, max, form, set }


static ngx_command_t  consent_commands[] = {

    { ngx_string("consent_vendor"),
      CONSENT_ANY|NGX_CONF_BLOCK,
      ngx_http_consent_directive,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      consent_row(NGX_HTTP_MAIN_CONF, 1, 1,
                  "id { ... }", ngx_http_consent_vendor) },

    { ngx_string("consent_policy"),
      CONSENT_ANY|NGX_CONF_BLOCK,
      ngx_http_consent_directive,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      consent_row(NGX_HTTP_MAIN_CONF, 1, 1,
                  "id { ... }", ngx_http_consent_policy) },

    { ngx_string("consent_zone"),
      CONSENT_ANY,
      ngx_http_consent_directive,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      consent_row(NGX_HTTP_MAIN_CONF, 2, 2,
                  "name size", ngx_http_consent_zone) },

    { ngx_string("consent_redis"),
      CONSENT_ANY,
      ngx_http_consent_directive,
      NGX_HTTP_SRV_CONF_OFFSET,
      0,
      consent_row(NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF, 1, CONSENT_MANY,
                  "address ... [db=number] [user=name] [password_file=file] "
                  "[timeout=time] [connect_timeout=time] [prefix=word] "
                  "[replicas=number] [sentinel=name] [cluster] "
                  "[feed=on | off] [tls] [ca=file] [verify=on | off] "
                  "[server_name=name] [certificate=file] "
                  "[certificate_key=file]",
                  ngx_http_consent_redis) },

    { ngx_string("consent_key_file"),
      CONSENT_ANY,
      ngx_http_consent_directive,
      NGX_HTTP_SRV_CONF_OFFSET,
      0,
      consent_row(NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF, 1, 1,
                  "file", ngx_http_consent_key_file) },

    { ngx_string("consent_log"),
      CONSENT_ANY,
      ngx_http_consent_directive,
      NGX_HTTP_SRV_CONF_OFFSET,
      0,
      consent_row(NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF, 1, CONSENT_MANY,
                  "file [sync=always | everysec | off] [seal=lines,time] "
                  "[state=directory] [handling=each | time]",
                  ngx_http_consent_log) },

    { ngx_string("consent_site"),
      CONSENT_ANY,
      ngx_http_consent_directive,
      NGX_HTTP_SRV_CONF_OFFSET,
      0,
      consent_row(NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF, 1, 2,
                  "name [domain=domain]", ngx_http_consent_site) },

    { ngx_string("consent"),
      CONSENT_ANY,
      ngx_http_consent_directive,
      NGX_HTTP_SRV_CONF_OFFSET,
      0,
      consent_row(NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF, 1, 1,
                  "policy | off", ngx_http_consent_set) },

    { ngx_string("consent_uri"),
      CONSENT_ANY,
      ngx_http_consent_directive,
      NGX_HTTP_SRV_CONF_OFFSET,
      0,
      consent_row(NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF, 1, 1,
                  "prefix", ngx_http_consent_uri) },

    { ngx_string("consent_tls"),
      CONSENT_ANY,
      ngx_http_consent_directive,
      NGX_HTTP_SRV_CONF_OFFSET,
      0,
      consent_row(NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF, 1, 1,
                  "auto | on | $variable", ngx_http_consent_tls) },

    { ngx_string("consent_clear"),
      CONSENT_ANY,
      ngx_http_consent_directive,
      NGX_HTTP_SRV_CONF_OFFSET,
      0,
      consent_row(NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF, 1, 2,
                  "[storage] [cache] | off", ngx_http_consent_clear) },

    { ngx_string("consent_limit"),
      CONSENT_ANY,
      ngx_http_consent_directive,
      NGX_HTTP_SRV_CONF_OFFSET,
      0,
      consent_row(NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF, 1, 2,
                  "[visitor=rate] [network=rate] | off",
                  ngx_http_consent_limit) },

    { ngx_string("consent_purposes"),
      CONSENT_ANY,
      ngx_http_consent_directive,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      consent_row(NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF, 1, CONSENT_MANY,
                  "purpose ...", ngx_http_consent_purposes) },

    { ngx_string("consent_require"),
      CONSENT_ANY,
      ngx_http_consent_directive,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      consent_row(NGX_HTTP_LOC_CONF, 1, CONSENT_MANY,
                  "purpose ... [=status]", ngx_http_consent_require) },

    { ngx_string("consent_banner"),
      CONSENT_ANY,
      ngx_http_consent_directive,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_consent_loc_conf_t, banner),
      consent_row(NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF, 1, 1,
                  "on | off", ngx_conf_set_flag_slot) },

    { ngx_string("consent_settings"),
      CONSENT_ANY,
      ngx_http_consent_directive,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_consent_loc_conf_t, settings),
      consent_row(NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF, 1, 1,
                  "on | off", ngx_conf_set_flag_slot) },

    { ngx_string("consent_language"),
      CONSENT_ANY,
      ngx_http_consent_directive,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      consent_row(NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF, 1, 1,
                  "language | $variable", ngx_http_consent_language) },

    { ngx_string("consent_csp"),
      CONSENT_ANY,
      ngx_http_consent_directive,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      consent_row(NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF, 1, 1,
                  "off | report | enforce", ngx_http_consent_csp) },

    { ngx_string("consent_release"),
      CONSENT_ANY,
      ngx_http_consent_directive,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      consent_row(NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF, 1, 1,
                  "live | reload", ngx_http_consent_release) },

    { ngx_string("consent_class"),
      CONSENT_ANY,
      ngx_http_consent_directive,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      consent_row(NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF, 1, 1,
                  "form | sensitive | identified | security | none",
                  ngx_http_consent_class) },

    { ngx_string("consent_page_memory"),
      CONSENT_ANY,
      ngx_http_consent_directive,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      consent_row(NGX_HTTP_MAIN_CONF, 1, 1,
                  "size | off", ngx_http_consent_page_memory) },

    { ngx_string("consent_status"),
      CONSENT_ANY,
      ngx_http_consent_directive,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      consent_row(NGX_HTTP_LOC_CONF, 0, 0, "", ngx_http_consent_status) },

    { ngx_string("consent_inline_limit"),
      CONSENT_ANY,
      ngx_http_consent_directive,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      consent_row(NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF, 1, 1,
                  "size", ngx_http_consent_inline_limit) },

      ngx_null_command
};


static ngx_http_module_t  consent_module_ctx = {
    NULL,                                  /* preconfiguration */
    consent_init,                          /* postconfiguration */

    ngx_http_consent_create_main_conf,     /* create main configuration */
    ngx_http_consent_init_main_conf,       /* init main configuration */

    ngx_http_consent_create_srv_conf,      /* create server configuration */
    ngx_http_consent_merge_srv_conf,       /* merge server configuration */

    ngx_http_consent_create_loc_conf,      /* create location configuration */
    ngx_http_consent_merge_loc_conf        /* merge location configuration */
};


ngx_module_t  ngx_http_consent_module = {
    NGX_MODULE_V1,
    &consent_module_ctx,                   /* module context */
    consent_commands,                      /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    consent_init_module,                   /* init module */
    consent_init_process,                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    consent_exit_process,                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


ngx_http_output_header_filter_pt  ngx_http_consent_next_header_filter;
ngx_http_output_body_filter_pt    ngx_http_consent_next_body_filter;
#if (nginx_version >= 1029000)
ngx_http_output_header_filter_pt  ngx_http_consent_next_early_hints_filter;
#endif


static ngx_int_t
consent_init_phase(ngx_conf_t *cf, ngx_uint_t phase, ngx_http_handler_pt pt)
{
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[phase].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = pt;

    return NGX_OK;
}


/* Where a module stands among the loaded ones; a greater place filters
 * earlier.  0: it is not there. */

static ngx_uint_t
consent_init_place(ngx_conf_t *cf, const char *name)
{
    ngx_uint_t  i;

    for (i = 0; cf->cycle->modules[i]; i++) {
        if (ngx_strcmp(cf->cycle->modules[i]->name, name) == 0) {
            return i;
        }
    }

    return 0;
}


/* A filter in the wrong place would judge half a document or coded bytes.
 * `names`: modules of which none may filter before us, or, with `editors`,
 * none behind us.  The one that does, or NULL. */

static const char *
consent_init_misplaced(ngx_conf_t *cf, const char *const *names,
    ngx_uint_t editors)
{
    ngx_uint_t  place, own;

    own = consent_init_place(cf, "ngx_http_consent_module");

    for ( /* void */ ; *names; names++) {
        place = consent_init_place(cf, *names);

        if (place && (editors ? place < own : place > own)) {
            return *names;
        }
    }

    return NULL;
}


static ngx_int_t
consent_init_order(ngx_conf_t *cf)
{
    const char  *other;

    static const char  *coders[] = {
        "ngx_http_gzip_filter_module", "ngx_http_brotli_filter_module",
        "ngx_http_zstd_filter_module", NULL
    };

    static const char  *editors[] = {
        "ngx_http_postpone_filter_module", "ngx_http_ssi_filter_module",
        "ngx_http_charset_filter_module", "ngx_http_sub_filter_module",
        "ngx_http_addition_filter_module", "ngx_http_gunzip_filter_module",
        "ngx_http_userid_filter_module", "ngx_http_headers_filter_module",
        "ngx_http_xslt_filter_module", "ngx_http_image_filter_module",
        "ngx_http_subs_filter_module", "ngx_http_headers_more_filter_module",
        "ngx_http_lua_module", "ngx_pagespeed", NULL
    };

    other = consent_init_misplaced(cf, coders, 0);

    if (other) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "\"%s\" would code a "
                      "page before ngx-consent reads it, load "
                      "ngx_http_consent_module.so after it", other);
        return NGX_ERROR;
    }

    other = consent_init_misplaced(cf, editors, 1);

    if (other) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "\"%s\" would edit a "
                      "page behind ngx-consent, which was built for another "
                      "order of filters, build it anew by its script config",
                      other);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
consent_init(ngx_conf_t *cf)
{
    ngx_http_consent_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_consent_module);

    if (ngx_http_consent_add_variables(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_http_consent_logs(cf) != NGX_OK
        || ngx_http_consent_status_check(cf, mcf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (mcf->servers.nelts == 0) {
        return NGX_OK;
    }

    if (consent_init_order(cf) != NGX_OK
        || ngx_http_consent_sites(cf) != NGX_OK
        || ngx_http_consent_csp_check(cf) != NGX_OK
        || consent_init_phase(cf, NGX_HTTP_SERVER_REWRITE_PHASE,
                              ngx_http_consent_close_first) != NGX_OK
        || consent_init_phase(cf, NGX_HTTP_PRECONTENT_PHASE,
                              ngx_http_consent_precontent) != NGX_OK
        || consent_init_phase(cf, NGX_HTTP_LOG_PHASE,
                              ngx_http_consent_log_phase) != NGX_OK
        || ngx_http_consent_address_init(cf, mcf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_consent_lines_init();

    ngx_http_consent_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_consent_header_filter;

    ngx_http_consent_next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_http_consent_body_filter;

#if (nginx_version >= 1029000)
    ngx_http_consent_next_early_hints_filter = ngx_http_top_early_hints_filter;
    ngx_http_top_early_hints_filter = ngx_http_consent_early_hints_filter;
#endif

    return NGX_OK;
}


static ngx_http_consent_main_conf_t *
consent_main_conf(ngx_cycle_t *cycle)
{
    if (cycle->conf_ctx[ngx_http_module.index] == NULL) {
        return NULL;
    }

    return ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_consent_module);
}


static ngx_int_t
consent_init_module(ngx_cycle_t *cycle)
{
    ngx_http_consent_main_conf_t  *mcf = consent_main_conf(cycle);

    if (mcf == NULL || mcf->servers.nelts == 0) {
        return NGX_OK;
    }

    if (ngx_http_consent_logs_alone(cycle, mcf) != NGX_OK
        || ngx_http_consent_address_listen(cycle, mcf) != NGX_OK
        || ngx_http_consent_address_vars(cycle, mcf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_test_config) {
        return NGX_OK;
    }

    /* a log that reached RLIMIT_FSIZE is an error of write(), no death */

    (void) signal(SIGXFSZ, SIG_IGN);

    ngx_http_consent_count_generation(mcf);
    ngx_http_consent_pending_prepare(cycle, mcf);

    return ngx_http_consent_publish(cycle, mcf);
}


/* A process of nginx's cache has no use for them. */

static void
consent_forget_roots(ngx_http_consent_main_conf_t *mcf)
{
    ngx_uint_t                i;
    ngx_http_consent_log_t  **logs = mcf->logs.elts;

    for (i = 0; i < mcf->logs.nelts; i++) {
        ngx_http_consent_root_wipe(logs[i]);
    }
}


static ngx_int_t
consent_init_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                       i;
    ngx_http_consent_log_t         **logs;
    ngx_http_consent_main_conf_t    *mcf = consent_main_conf(cycle);
    ngx_http_consent_redis_conf_t  **targets;

    if (mcf == NULL || mcf->servers.nelts == 0) {
        return NGX_OK;
    }

    if (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE)
    {
        consent_forget_roots(mcf);
        return NGX_OK;
    }

    logs = mcf->logs.elts;
    targets = mcf->targets.elts;

    ngx_http_consent_count_open(cycle, mcf);

    for (i = 0; i < mcf->logs.nelts; i++) {
        if (ngx_http_consent_log_open(cycle, logs[i]) != NGX_OK
            || ngx_http_consent_pending_open(cycle, mcf, logs[i]) != NGX_OK
            || ngx_http_consent_recover_open(cycle, mcf, logs[i]) != NGX_OK)
        {
            return NGX_ERROR;
        }

        ngx_http_consent_intents_open(cycle, logs[i]);
    }

    for (i = 0; i < mcf->targets.nelts; i++) {
        if (ngx_http_consent_redis_open(cycle, targets[i],
                                        ngx_http_consent_degraded, targets[i])
            != NGX_OK
            || ngx_http_consent_names_open(cycle, targets[i]) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return ngx_http_consent_feeds_open(cycle, mcf);
}


static void
consent_exit_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                       i;
    ngx_http_consent_log_t         **logs;
    ngx_http_consent_main_conf_t    *mcf = consent_main_conf(cycle);
    ngx_http_consent_redis_conf_t  **targets;

    if (mcf == NULL) {
        return;
    }

    logs = mcf->logs.elts;
    targets = mcf->targets.elts;

    ngx_http_consent_count_close();
    ngx_http_consent_feeds_close(mcf);

    for (i = 0; i < mcf->logs.nelts; i++) {
        ngx_http_consent_recover_close(logs[i]);
        ngx_http_consent_pending_close(logs[i]);
    }

    for (i = 0; i < mcf->targets.nelts; i++) {
        ngx_http_consent_redis_close(targets[i]);
        ngx_http_consent_names_close(targets[i]);
    }

    ngx_http_consent_flights_close(mcf);

    for (i = 0; i < mcf->logs.nelts; i++) {
        ngx_http_consent_log_close(logs[i]);
    }
}
