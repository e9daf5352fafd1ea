/*
 * Referrer-Policy of a document.  Where the site says nothing, the policy's
 * `referrer` is said.  A sensitive page tells other sites nothing; one of the
 * site's own that says no more than that stays.  Under a policy with `scrub` no
 * page tells them its whole address: browsers fetch before a script runs.
 */

#include "ngx_http_consent_class.h"


/* What the site says, or NULL. */

static ngx_table_elt_t *
consent_referrer_sent(ngx_http_request_t *r)
{
    return ngx_http_consent_header_out(r, "Referrer-Policy");
}


static ngx_int_t
consent_referrer_sensitive(ngx_http_request_t *r)
{
    ngx_str_t         value = ngx_string("same-origin");
    ngx_table_elt_t  *h;

    while ((h = consent_referrer_sent(r)) != NULL) {
        if (h->value.len == sizeof("no-referrer") - 1
            && ngx_strncasecmp(h->value.data, (u_char *) "no-referrer",
                               h->value.len) == 0)
        {
            value = h->value;
        }

        h->hash = 0;
    }

    return ngx_http_consent_add_header(r, "Referrer-Policy", value);
}


/* Whether a value, or one of a list, lets the whole address through. */

static ngx_int_t
consent_referrer_tells(ngx_str_t *value)
{
    ngx_uint_t  i;

    static const char  *const words[] = {
        "unsafe-url", "no-referrer-when-downgrade"
    };

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (ngx_strlcasestrn(value->data, value->data + value->len,
                             (u_char *) words[i], ngx_strlen(words[i]) - 1))
        {
            return 1;
        }
    }

    return 0;
}


/* How many there were. */

static ngx_uint_t
consent_referrer_quieten(ngx_http_request_t *r)
{
    ngx_uint_t        i, n = 0;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_out.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (ngx_http_consent_header_is(&h[i], "Referrer-Policy")
                && consent_referrer_tells(&h[i].value))
            {
                h[i].hash = 0;
                n++;
            }
        }
    }

    return n;
}


ngx_int_t
ngx_http_consent_referrer_send(ngx_http_consent_ctx_t *ctx)
{
    ngx_str_t            less = ngx_string("strict-origin-when-cross-origin");
    ngx_str_t            value;
    ngx_uint_t           quiet;
    ngx_http_request_t  *r = ctx->request;
    const cg_policy_t   *policy = ctx->conf->policy;

    if (ngx_http_consent_class_is(ctx, NGX_HTTP_CONSENT_CLASS_SENSITIVE)) {
        return consent_referrer_sensitive(r);
    }

    value = ngx_http_consent_ngx(policy->referrer);

    if (policy->nscrub) {
        quiet = consent_referrer_quieten(r);

        if (value.len ? consent_referrer_tells(&value) : quiet != 0) {
            value = less;
        }
    }

    return value.len && consent_referrer_sent(r) == NULL
           ? ngx_http_consent_add_header(r, "Referrer-Policy", value)
           : NGX_OK;
}
