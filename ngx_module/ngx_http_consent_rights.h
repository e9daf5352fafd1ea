/*
 * What a person asks for.  A request goes the way of a choice (choice.h): one
 * that changes something is a decision with a request around it, the others end
 * when the record was read.
 *
 *   rights.c      POST /rights and POST /erase: who may ask, for what
 *   rights_log.c  its events
 *   rights_done.c its answers
 *   record.c      the file of what is recorded
 *   home.c        GET /: the preferences page with what was chosen before, and
 *                 what follows a form
 */

#ifndef NGX_HTTP_CONSENT_RIGHTS_H
#define NGX_HTTP_CONSENT_RIGHTS_H

#include "ngx_http_consent_choice.h"

#include "evidence/cg_event_rights.h"
#include "notice/cg_rights.h"


struct ngx_http_consent_right_s {
    cg_right_kind_t   kind;        /* CG_RIGHT_NONE: a plain GET /record */
    cg_right_ack_t    ack;
    u_char            id[2 * CG_RIGHT_ID];

    unsigned          acked:1;     /* `ack` came back */
    unsigned          begun:1;     /* its first events are written */
    unsigned          narrows:1;   /* the decision opens nothing */
    unsigned          suspends:1;
    unsigned          held:1;      /* the erasure met a legal hold */
    unsigned          read:1;      /* what stands beside the record, too */
    unsigned          home:1;      /* the preferences page asks, not a person */
    unsigned          as_json:1;   /* the file */
    cg_hold_t         hold;
    cg_str_t          history;     /* in the request's pool */
};


/* A choice with a request around it; NULL: no memory, no randomness. */
ngx_http_consent_choice_t *ngx_http_consent_right_create(
    ngx_http_consent_ctx_t *ctx, cg_right_kind_t kind);

/* With the record read: the request is in the log. */
void ngx_http_consent_right_begin(ngx_http_consent_choice_t *c);

/* The answer; the caller finalizes with what it returns. */
ngx_int_t ngx_http_consent_right_done(ngx_http_consent_choice_t *c);

/* rights_log.c; `more` writes the event's own fields, may be NULL. */
typedef void (*ngx_http_consent_right_pt)(cg_out_t *out, const void *data);

void ngx_http_consent_right_log(ngx_http_consent_choice_t *c,
    const char *type, ngx_http_consent_right_pt more, const void *data);
void ngx_http_consent_right_refused(ngx_http_consent_choice_t *c,
    const char *reason);
void ngx_http_consent_right_fulfilled(ngx_http_consent_choice_t *c,
    const char *format, const unsigned char *sha256);
void ngx_http_consent_right_explained(ngx_http_consent_choice_t *c);
void ngx_http_consent_right_received(ngx_http_consent_choice_t *c);

/* What waited for Redis was erased at last: the same for a request that nobody
 * waits for any more. */
void ngx_http_consent_log_erased(ngx_http_consent_log_t *log,
    ngx_http_consent_srv_conf_t *conf, const unsigned char rid[16]);

/* `rid`: 16 bytes, of the decision; `sub` absent: not known. */
void ngx_http_consent_log_erase(ngx_http_consent_log_t *log, cg_str_t site,
    cg_str_t sub, const unsigned char rid[16]);

/* The visitor's pseudonym, 22 characters in the request's pool; absent if it
 * cannot be told. */
cg_str_t ngx_http_consent_right_sub(ngx_http_consent_choice_t *c);

/* home.c: GET / as soon as the token is known.  NGX_DECLINED: the page is asked
 * for; else it led on.  Then the page; NGX_DONE: when Redis has answered. */
ngx_int_t ngx_http_consent_home_onward(ngx_http_consent_ctx_t *ctx);
ngx_int_t ngx_http_consent_home(ngx_http_consent_ctx_t *ctx);

/* Sends the page, `c` with the record read, or NULL: nobody asked. */
ngx_int_t ngx_http_consent_send_home(ngx_http_consent_ctx_t *ctx,
    ngx_http_consent_choice_t *c);

/* The answer to a form that was carried out: back to where it came from, by way
 * of a page that sees whether the browser kept the cookie. */
ngx_int_t ngx_http_consent_send_back(ngx_http_consent_choice_t *c);

/* record.c: sends the file. */
ngx_int_t ngx_http_consent_send_file(ngx_http_consent_choice_t *c);

#endif /* NGX_HTTP_CONSENT_RIGHTS_H */
