/*
 * What is put into the pages of a policy under one consent_uri.
 */

#ifndef NGX_HTTP_CONSENT_TEXTS_H
#define NGX_HTTP_CONSENT_TEXTS_H

#include "ngx_http_consent_module.h"
#include "notice/cg_placeholder.h"
#include "notice/cg_transmission.h"

#define NGX_HTTP_CONSENT_KEPT  32      /* texts that a policy keeps */


/* consent_release */

typedef enum {
    NGX_HTTP_CONSENT_RELEASE_RELOAD = 0,
    NGX_HTTP_CONSENT_RELEASE_LIVE
} ngx_http_consent_release_e;

char *ngx_http_consent_release(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* language.c: consent_language, and what a location has of it; a constant that
 * is none of the policy's languages is an error. */
char *ngx_http_consent_language(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_consent_language_merge(ngx_conf_t *cf,
    ngx_http_consent_loc_conf_t *prev, ngx_http_consent_loc_conf_t *conf,
    ngx_http_consent_srv_conf_t *scf);

/* The language of what is shown: the one asked for by ?lang=; that of the form
 * which is answered; the site's; the page's; the browser's; the policy's first.
 * `page` may be absent. */
cg_str_t ngx_http_consent_lang(ngx_http_consent_ctx_t *ctx, cg_str_t page);

/* By ?lang= to a page of ours; absent: not, or the policy has no such one. */
cg_str_t ngx_http_consent_lang_asked(ngx_http_consent_ctx_t *ctx);


/* A text for all who granted the same; the settings link's, of one state. */

typedef struct {
    uint32_t                    granted;
    uint32_t                    ahead;         /* as in cg_judge_t */
    cg_state_t                  state;         /* of the settings link */
    cg_str_t                    lang;          /* absent: the head script */
    cg_str_t                    text;
} ngx_http_consent_kept_t;

/* The notice of external transmission in one language. */

typedef struct {
    cg_str_t                    lang;
    cg_str_t                    page;
    cg_str_t                    json;
    unsigned char               hash[CG_SHA256_LEN];   /* of the page */
} ngx_http_consent_transmission_t;

/* What was made of the last words about a language. */

typedef cg_str_t (*ngx_http_consent_lang_pt)(const cg_policy_t *policy,
    cg_str_t words);

typedef struct {
    size_t                      len;           /* 0: none yet */
    u_char                      text[64];
    cg_str_t                    lang;
} ngx_http_consent_last_lang_t;

struct ngx_http_consent_texts_s {
    const cg_policy_t          *policy;
    ngx_str_t                   uri;
    cg_head_text_t             *head;
    cg_stencils_t              *stencils;
    cg_placeholders_t          *placeholders;
    cg_str_t                    assets[CG_ASSET_FRAME + 1];   /* names */
    const cg_notice_texts_t    *notices;
    ngx_http_consent_transmission_t  *transmissions;   /* one a language */

    /* of one worker process */
    ngx_http_consent_kept_t     kept[NGX_HTTP_CONSENT_KEPT];
    ngx_uint_t                  nkept;
    ngx_http_consent_last_lang_t  page_lang;   /* absent: not the policy's */
    ngx_http_consent_last_lang_t  accept_lang;
};


/* The notice of a banner in one language, good for every visitor of the second
 * that it was made in. */

struct ngx_http_consent_promise_s {
    time_t                      shown;         /* 0: none yet */
    cg_str_t                    lang;
    size_t                      len;
    u_char                      text[CG_NOTICE_TEXT];
};


/* The head script for this visitor; absent: none, or no memory. */
cg_str_t ngx_http_consent_texts_head(ngx_http_consent_ctx_t *ctx);

/* Banner or settings link, in a page of that language; `based`: with its own
 * origin in what is a path else (cg_gate.h). */
cg_str_t ngx_http_consent_texts_banner(ngx_http_consent_ctx_t *ctx,
    cg_str_t page_lang, unsigned based);

/* As cg_edition_t: of head and settings link. */
uint64_t ngx_http_consent_texts_edition(ngx_http_consent_ctx_t *ctx,
    cg_str_t page_lang, unsigned based);

/* "https://host" of the request; absent: it names none. */
cg_str_t ngx_http_consent_texts_origin(ngx_http_consent_ctx_t *ctx);

/* Whether the page can go on with what is opened, as it was sent. */
unsigned ngx_http_consent_texts_live(ngx_http_consent_ctx_t *ctx);

ngx_int_t ngx_http_consent_texts(ngx_conf_t *cf,
    ngx_http_consent_srv_conf_t *scf);

/* Those of a policy; NULL: no server is under it. */
const ngx_http_consent_texts_t *ngx_http_consent_texts_of(
    ngx_http_consent_main_conf_t *mcf, const cg_policy_t *policy);

/* transmission.c: fills in texts->transmissions.  NGX_ERROR: it is told. */
ngx_int_t ngx_http_consent_transmissions(ngx_conf_t *cf,
    ngx_http_consent_texts_t *texts);

#endif /* NGX_HTTP_CONSENT_TEXTS_H */
