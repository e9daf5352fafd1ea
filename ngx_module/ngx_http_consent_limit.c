/*
 * How often one visitor, and one network, may choose.  What opens beyond that
 * is answered 429 before it costs a line of the log or a command of Redis.
 * What closes always takes effect: of a visitor with a record as ever; a
 * refusal of somebody of whom nothing is kept is then not logged.
 */

#include "ngx_http_consent_choice.h"

#define CONSENT_LIMIT_SECONDS  10      /* of a rate, at one time */
#define CONSENT_LIMIT_MAX      1000000 /* a second or a minute */
#define CONSENT_LIMIT_NAME     18      /* bytes: what it is, and its address */


/* "20r/s", "30r/m". */

static ngx_int_t
consent_limit_rate(ngx_str_t text, cg_rate_t *rate)
{
    ngx_int_t  n;
    uint64_t   unit;

    if (text.len < 4 || ngx_strncmp(text.data + text.len - 3, "r/", 2) != 0) {
        return NGX_ERROR;
    }

    switch (text.data[text.len - 1]) {
    case 's':
        unit = 1000000;
        break;
    case 'm':
        unit = 60 * 1000000;
        break;
    default:
        return NGX_ERROR;
    }

    n = ngx_atoi(text.data, text.len - 3);

    if (n < 1 || n > CONSENT_LIMIT_MAX) {
        return NGX_ERROR;
    }

    rate->interval_us = unit / (uint64_t) n;
    rate->burst = CONSENT_LIMIT_SECONDS * 1000000 / rate->interval_us;
    rate->burst = ngx_max(rate->burst, CONSENT_LIMIT_SECONDS);

    return NGX_OK;
}


static char *
consent_limit_word(ngx_conf_t *cf, ngx_http_consent_srv_conf_t *scf,
    ngx_str_t *word)
{
    size_t      i;
    ngx_str_t   text;
    cg_rate_t  *rate;

    struct {
        ngx_str_t   key;
        cg_rate_t  *rate;
    } keys[] = {
        { ngx_string("visitor="), &scf->limit_visitor },
        { ngx_string("network="), &scf->limit_network }
    };

    for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (word->len > keys[i].key.len
            && ngx_strncmp(word->data, keys[i].key.data, keys[i].key.len) == 0)
        {
            break;
        }
    }

    if (i == sizeof(keys) / sizeof(keys[0])) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"consent_limit\" does not "
                           "know \"%V\", write visitor=rate, network=rate or "
                           "off", word);
        return NGX_CONF_ERROR;
    }

    rate = keys[i].rate;

    if (rate->interval_us) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" stands twice in "
                           "\"consent_limit\", keep one", &keys[i].key);
        return NGX_CONF_ERROR;
    }

    text.data = word->data + keys[i].key.len;
    text.len = word->len - keys[i].key.len;

    if (consent_limit_rate(text, rate) != NGX_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" is no rate, write it "
                           "as in \"20r/s\" or \"30r/m\"", &text);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* consent_limit [visitor=rate] [network=rate] | off; */

char *
ngx_http_consent_limit(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_uint_t                    i;
    ngx_str_t                    *value = cf->args->elts;
    ngx_http_consent_srv_conf_t  *scf = conf;

    if (scf->limit != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    scf->limit = 0;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        return NGX_CONF_OK;
    }

    scf->limit = 1;

    for (i = 1; i < cf->args->nelts; i++) {
        if (consent_limit_word(cf, scf, &value[i]) != NGX_CONF_OK) {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


void
ngx_http_consent_limit_merge(ngx_http_consent_srv_conf_t *prev,
    ngx_http_consent_srv_conf_t *conf)
{
    ngx_str_t  visitor = ngx_string("1r/s"), network = ngx_string("20r/s");

    if (conf->limit == NGX_CONF_UNSET) {
        conf->limit = prev->limit;
        conf->limit_visitor = prev->limit_visitor;
        conf->limit_network = prev->limit_network;
    }

    if (conf->limit == 0) {
        return;
    }

    conf->limit = 1;

    if (conf->limit_visitor.interval_us == 0) {
        (void) consent_limit_rate(visitor, &conf->limit_visitor);
    }

    if (conf->limit_network.interval_us == 0) {
        (void) consent_limit_rate(network, &conf->limit_network);
    }
}


/* The network of an address: /24 of IPv4, however it is written, /48 of
 * IPv6; what comes through a unix socket is one. */

static cg_str_t
consent_limit_network(struct sockaddr *sa, u_char name[CONSENT_LIMIT_NAME])
{
    cg_str_t              sender = { 4, name };
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    ngx_memzero(name, CONSENT_LIMIT_NAME);

    switch (sa->sa_family) {

    case AF_INET:
        sin = (struct sockaddr_in *) sa;
        name[0] = '4';
        ngx_memcpy(name + 1, &sin->sin_addr, 3);
        break;

#if (NGX_HAVE_INET6)
    case AF_INET6:
        sin6 = (struct sockaddr_in6 *) sa;

        if (IN6_IS_ADDR_V4MAPPED(&sin6->sin6_addr)) {
            name[0] = '4';
            ngx_memcpy(name + 1, sin6->sin6_addr.s6_addr + 12, 3);
            break;
        }

        name[0] = '6';
        ngx_memcpy(name + 1, sin6->sin6_addr.s6_addr, 6);
        sender.len = 7;
        break;
#endif

    default:
        name[0] = 'u';
    }

    return sender;
}


static cg_str_t
consent_limit_visitor(const cg_token_t *token, u_char name[CONSENT_LIMIT_NAME])
{
    cg_str_t  sender = { 1 + CG_CID_LEN, name };

    name[0] = 'v';
    ngx_memcpy(name + 1, token->cid, CG_CID_LEN);

    return sender;
}


/* 0: within both rates.  Else milliseconds to wait. */

static uint64_t
consent_limit_take(ngx_http_consent_ctx_t *ctx)
{
    u_char                        name[CONSENT_LIMIT_NAME];
    uint64_t                      wait = 0;
    cg_limit_t                   *table;
    ngx_http_consent_srv_conf_t  *conf = ctx->conf;

    table = ngx_http_consent_shared(ctx)->limit;

    if (ctx->has_token && ctx->token.has_cid) {
        wait = cg_limit_take(table, &conf->limit_visitor,
                             consent_limit_visitor(&ctx->token, name),
                             (uint64_t) ngx_current_msec);
    }

    if (wait == 0) {
        wait = cg_limit_take(table, &conf->limit_network,
                             consent_limit_network(
                                     ctx->request->connection->sockaddr, name),
                             (uint64_t) ngx_current_msec);
    }

    return wait;
}


/* A flood must not fill the error log: once a second. */

static void
consent_limit_complain(ngx_http_consent_ctx_t *ctx)
{
    static time_t      said;
    static ngx_uint_t  n;

    n++;

    if (said == ngx_time()) {
        return;
    }

    ngx_log_error(NGX_LOG_WARN, ctx->request->connection->log, 0,
                  "consent: %ui choices since the last such line came faster "
                  "than consent_limit allows", n);
    said = ngx_time();
    n = 0;
}


static ngx_int_t
consent_limit_refuse(ngx_http_consent_choice_t *c, uint64_t wait)
{
    ngx_str_t                seconds;
    u_char                   text[NGX_INT64_LEN];
    ngx_http_consent_ctx_t  *ctx = c->ctx;

    seconds.data = text;
    seconds.len = (size_t) (ngx_sprintf(text, "%uL", (wait + 999) / 1000)
                            - text);
    seconds.data = ngx_pstrdup(ctx->request->pool, &seconds);

    if (seconds.data == NULL
        || ngx_http_consent_add_header(ctx->request, "Retry-After", seconds)
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_consent_send_error(ctx, NGX_HTTP_TOO_MANY_REQUESTS,
                                       "error.too_many", c->choice.json);
}


ngx_int_t
ngx_http_consent_limited(ngx_http_consent_choice_t *c, ngx_int_t *rc)
{
    uint64_t                 wait;
    ngx_http_consent_ctx_t  *ctx = c->ctx;

    if (!ctx->conf->limit
        || (!c->opening && ctx->has_token && ctx->token.has_cid))
    {
        return NGX_OK;
    }

    wait = consent_limit_take(ctx);
    if (wait == 0) {
        return NGX_OK;
    }

    consent_limit_complain(ctx);

    if (c->opening) {
        ngx_http_consent_count(NGX_HTTP_CONSENT_COUNT_LIMITED);
        *rc = consent_limit_refuse(c, wait);
        return NGX_DONE;
    }

    c->unlogged = 1;
    c->step = NGX_HTTP_CONSENT_STEP_DONE;

    return NGX_OK;
}
