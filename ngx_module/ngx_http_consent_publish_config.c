/*
 * A configuration as its config.load says it: which policy stands where, and
 * what it promises.
 */

#include "ngx_http_consent_publish.h"
#include "ngx_http_consent_texts.h"


static const char *
consent_publish_role(cg_role_t role)
{
    switch (role) {
    case CG_ROLE_SELF:
        return "self";
    case CG_ROLE_PROCESSOR:
        return "processor";
    case CG_ROLE_JOINT:
        return "joint";
    default:
        return "third";
    }
}


static ngx_int_t
consent_publish_servers(ngx_http_consent_publish_t *pub,
    ngx_http_consent_main_conf_t *mcf)
{
    size_t                        n = 0;
    ngx_uint_t                    i;
    cg_event_server_t            *rows;
    ngx_http_consent_srv_conf_t **servers = mcf->servers.elts;

    rows = cg_arena_zero(&pub->arena, mcf->servers.nelts * sizeof(*rows));
    if (rows == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < mcf->servers.nelts; i++) {
        if (servers[i]->log == pub->log) {
            rows[n].host = ngx_http_consent_str(servers[i]->site);
            rows[n++].policy = servers[i]->policy->id;
        }
    }

    pub->config.servers = rows;
    pub->config.n_servers = n;

    return NGX_OK;
}


/* As it stands behind server_name; a server without one answers for whatever
 * nobody else does. */

static cg_str_t
consent_publish_name(ngx_http_consent_publish_t *pub,
    ngx_http_server_name_t *name)
{
    cg_out_t  out;

    if (name->name.len == 0) {
        return cg_str("default");
    }

    cg_out_init(&out, &pub->arena, 2 + name->name.len);

#if (NGX_PCRE)
    if (name->regex) {
        cg_out_byte(&out, '~');
    }
#endif

    cg_out_str(&out, ngx_http_consent_str(name->name));

    return cg_out_slice(&out);
}


static size_t
consent_publish_names(ngx_http_consent_publish_t *pub,
    ngx_http_core_srv_conf_t *cscf, cg_str_t *rows)
{
    size_t                        i;
    ngx_http_consent_srv_conf_t  *scf;
    ngx_http_server_name_t       *name = cscf->server_names.elts;

    scf = cscf->ctx->srv_conf[ngx_http_consent_module.ctx_index];

    if (scf->policy) {
        return 0;
    }

    for (i = 0; rows && i < cscf->server_names.nelts; i++) {
        rows[i] = consent_publish_name(pub, &name[i]);
    }

    return cscf->server_names.nelts;
}


static ngx_int_t
consent_publish_ungated(ngx_http_consent_publish_t *pub)
{
    size_t                       n = 0;
    cg_str_t                    *rows;
    ngx_uint_t                   i;
    ngx_http_core_srv_conf_t   **servers;
    ngx_http_core_main_conf_t   *cmcf;

    cmcf = ngx_http_cycle_get_module_main_conf(pub->cycle,
                                               ngx_http_core_module);
    servers = cmcf->servers.elts;

    for (i = 0; i < cmcf->servers.nelts; i++) {
        n += consent_publish_names(pub, servers[i], NULL);
    }

    rows = cg_arena_zero(&pub->arena, (n + 1) * sizeof(*rows));
    if (rows == NULL) {
        return NGX_ERROR;
    }

    pub->config.ungated = rows;
    pub->config.n_ungated = n;

    for (i = 0; i < cmcf->servers.nelts; i++) {
        rows += consent_publish_names(pub, servers[i], rows);
    }

    return NGX_OK;
}


static ngx_int_t
consent_publish_purposes(ngx_http_consent_publish_t *pub)
{
    size_t               i, k, n = 0;
    cg_event_aim_t      *rows;
    const cg_policy_t   *policy;
    const cg_purpose_t  *purpose;

    for (i = 0; i < pub->npolicies; i++) {
        n += pub->policies[i]->npurposes;
    }

    rows = cg_arena_zero(&pub->arena, (n + 1) * sizeof(*rows));
    if (rows == NULL) {
        return NGX_ERROR;
    }

    pub->config.purposes = rows;
    pub->config.n_purposes = n;

    for (i = 0; i < pub->npolicies; i++) {
        policy = pub->policies[i];

        for (k = 0; k < policy->npurposes; k++, rows++) {
            purpose = &policy->purposes[k];
            rows->policy = policy->id;
            rows->id = purpose->id;
            rows->slot = purpose->slot;
            rows->required = purpose->required;
            rows->clause = purpose->clause;
        }
    }

    return NGX_OK;
}


void
ngx_http_consent_publish_vendor(cg_event_vendor_t *row,
    const cg_policy_t *policy, const cg_recipient_t *recipient)
{
    row->policy = policy->id;
    row->id = recipient->vendor->id;
    row->role = cg_str_from(consent_publish_role(recipient->role));
    row->country = recipient->vendor->country;
    row->purpose = recipient->purpose->id;
    row->items = recipient->vendor->receives;
    row->n_items = recipient->vendor->nreceives;
    row->path = recipient->path == CG_PATH_RELAYED ? cg_str("relayed")
                                                   : cg_str("direct");
    row->mode = recipient->advanced ? cg_str("advanced") : cg_str_null;
    row->contract = recipient->contract;
    row->approval = recipient->approval;
    row->clause = recipient->clause;
}


static ngx_int_t
consent_publish_vendors(ngx_http_consent_publish_t *pub)
{
    size_t              i, k, n = 0;
    cg_event_vendor_t  *rows;
    const cg_policy_t  *policy;

    for (i = 0; i < pub->npolicies; i++) {
        n += pub->policies[i]->nrecipients;
    }

    rows = cg_arena_zero(&pub->arena, (n + 1) * sizeof(*rows));
    if (rows == NULL) {
        return NGX_ERROR;
    }

    pub->config.vendors = rows;
    pub->config.n_vendors = n;

    for (i = 0; i < pub->npolicies; i++) {
        policy = pub->policies[i];

        for (k = 0; k < policy->nrecipients; k++) {
            ngx_http_consent_publish_vendor(rows++, policy,
                                            &policy->recipients[k]);
        }
    }

    return NGX_OK;
}


/* What becomes of those that nobody declared. */

static cg_str_t
consent_publish_unlisted(cg_unlisted_t unlisted, const cg_purpose_t *purpose)
{
    switch (unlisted) {
    case CG_UNLISTED_ALLOW:
        return cg_str("allow");
    case CG_UNLISTED_PURPOSE:
        return purpose->id;
    default:
        return cg_str("hold");
    }
}


static void
consent_publish_address(cg_event_address_t *row,
    const cg_policy_address_t *address)
{
    row->form = cg_str_from(address->combine
                            ? "combine"
                            : cg_address_form_name(address->form));
    row->purpose = address->purpose ? address->purpose->id : cg_str_null;
    row->clause = address->clause;
}


/* What visitors are shown, in each language. */

static ngx_int_t
consent_publish_notices(ngx_http_consent_publish_t *pub,
    ngx_http_consent_main_conf_t *mcf, cg_event_policy_t *row,
    const cg_policy_t *policy)
{
    size_t                    i;
    cg_event_text_t          *rows;
    const cg_notice_texts_t  *notices;

    notices = ngx_http_consent_texts_of(mcf, policy)->notices;

    rows = cg_arena_zero(&pub->arena, notices->n * sizeof(*rows));
    if (rows == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < notices->n; i++) {
        rows[i].lang = notices->texts[i].lang;
        ngx_memcpy(rows[i].hash, notices->texts[i].hash, CG_SHA256_LEN);
    }

    row->notices = rows;
    row->n_notices = notices->n;

    return NGX_OK;
}


/* The notice of what is sent to vendors, which was made with the other texts of
 * the policy. */

static ngx_int_t
consent_publish_transmissions(ngx_http_consent_publish_t *pub,
    ngx_http_consent_main_conf_t *mcf, cg_event_policy_t *row,
    const cg_policy_t *policy)
{
    size_t                           i;
    cg_event_text_t                 *rows;
    const ngx_http_consent_texts_t  *texts;

    texts = ngx_http_consent_texts_of(mcf, policy);
    rows = cg_arena_zero(&pub->arena,
                         (policy->nlanguages + 1) * sizeof(*rows));

    if (texts == NULL || rows == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < policy->nlanguages; i++) {
        rows[i].lang = texts->transmissions[i].lang;
        ngx_memcpy(rows[i].hash, texts->transmissions[i].hash, CG_SHA256_LEN);
    }

    row->transmissions = rows;
    row->n_transmissions = policy->nlanguages;

    return NGX_OK;
}


static void
consent_publish_promise(cg_event_policy_t *row, const cg_policy_t *policy)
{
    row->id = policy->id;
    row->version = policy->version;
    ngx_memcpy(row->terms, policy->terms_hash, CG_SHA256_LEN);
    ngx_memcpy(row->text, policy->text_hash, CG_SHA256_LEN);
    row->controller = policy->controller;
    row->operator_name = policy->operator_name;
    row->contract = policy->operator_contract;
    row->jurisdiction = policy->jurisdiction;
    row->personal = policy->personal;
    row->n_personal = policy->npersonal;
    consent_publish_address(&row->address, &policy->address);
    row->unlisted_host = consent_publish_unlisted(policy->unlisted_host,
                                              policy->unlisted_host_purpose);
    row->unlisted_cookie = consent_publish_unlisted(policy->unlisted_cookie,
                                            policy->unlisted_cookie_purpose);
}


static ngx_int_t
consent_publish_policies(ngx_http_consent_publish_t *pub,
    ngx_http_consent_main_conf_t *mcf)
{
    size_t              i;
    cg_event_policy_t  *rows;

    rows = cg_arena_zero(&pub->arena, pub->npolicies * sizeof(*rows));
    if (rows == NULL) {
        return NGX_ERROR;
    }

    pub->config.policies = rows;
    pub->config.n_policies = pub->npolicies;

    for (i = 0; i < pub->npolicies; i++) {
        consent_publish_promise(&rows[i], pub->policies[i]);

        if (consent_publish_notices(pub, mcf, &rows[i], pub->policies[i])
            != NGX_OK
            || consent_publish_transmissions(pub, mcf, &rows[i],
                                             pub->policies[i]) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* Binds which policies, to the letter, stood where. */

static ngx_int_t
consent_publish_hash(ngx_http_consent_publish_t *pub)
{
    size_t                    i, n = 0;
    cg_str_t                 *parts;
    cg_event_config_t        *config = &pub->config;
    const cg_event_policy_t  *policy = config->policies;

    parts = cg_arena_zero(&pub->arena,
                          (2 * config->n_policies + 4 * config->n_servers)
                          * sizeof(*parts));
    if (parts == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < config->n_policies; i++, policy++) {
        parts[n].data = policy->terms;
        parts[n++].len = CG_SHA256_LEN;
        parts[n].data = policy->text;
        parts[n++].len = CG_SHA256_LEN;
    }

    for (i = 0; i < config->n_servers; i++) {
        parts[n++] = config->servers[i].host;
        parts[n++] = cg_str("\n");
        parts[n++] = config->servers[i].policy;
        parts[n++] = cg_str("\n");
    }

    return ngx_http_consent_rc(cg_sha256(parts, n, config->hash));
}


ngx_int_t
ngx_http_consent_publish_config(ngx_http_consent_publish_t *pub,
    ngx_http_consent_main_conf_t *mcf)
{
    pub->config.lease_ms = CG_LEASE_MS;
    pub->config.handling = pub->log->handling;

    if (consent_publish_servers(pub, mcf) != NGX_OK
        || consent_publish_ungated(pub) != NGX_OK
        || consent_publish_policies(pub, mcf) != NGX_OK
        || consent_publish_purposes(pub) != NGX_OK
        || consent_publish_vendors(pub) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return consent_publish_hash(pub);
}


void
ngx_http_consent_publish_policy(ngx_http_consent_publish_t *pub, size_t i,
    cg_event_publish_t *publish)
{
    const cg_policy_t        *policy = pub->policies[i];
    const cg_event_policy_t  *row = &pub->config.policies[i];

    ngx_memzero(publish, sizeof(cg_event_publish_t));

    publish->id = policy->id;
    publish->version = policy->version;
    publish->material_since = policy->material_since;
    publish->enacted = policy->enacted;
    publish->revised = policy->revised;
    publish->effective = policy->effective;
    publish->approver = policy->approver;
    ngx_memcpy(publish->terms, policy->terms_hash, CG_SHA256_LEN);
    ngx_memcpy(publish->text, policy->text_hash, CG_SHA256_LEN);
    publish->controller = policy->controller;
    publish->notices = row->notices;
    publish->n_notices = row->n_notices;

    if (pub->before) {
        publish->before = pub->before[i];
    }
}
