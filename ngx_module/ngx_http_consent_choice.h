/*
 * A choice under way.  choice.c takes it in: who may choose what; commit.c
 * carries it out up to the record, commit_replicas.c waits for its replicas,
 * commit_resolve.c is for what remained without answer, commit_done.c ends it,
 * in this order (DESIGN.md 7, reliability.md 10):
 *
 *   claim    a form that is sent twice is one choice (once.c)
 *   read     what Redis holds of this visitor, if there is anything
 *   intent   the decision into the log, synced
 *   commit   the record into Redis, by one script, and onto replicas
 *   resolve  the same again, if it was sent and no answer came
 *   pend     what closes and was not recorded is kept (commit_pend.c)
 *   done     outcome, shared cache, token, answer
 *
 * Opening: every step must succeed, or nothing is granted and the answer says
 * so.  Closing: the cache is shut first, the visitor's token is replaced
 * whatever happens, and the steps do what they can.
 *
 * A visitor who leaves in the middle does not stop it: the request lives on
 * until the last step, so that record and log agree.
 */

#ifndef NGX_HTTP_CONSENT_CHOICE_H
#define NGX_HTTP_CONSENT_CHOICE_H

#include "ngx_http_consent_intents.h"


#define NGX_HTTP_CONSENT_TRIES  3      /* when another write was faster */

typedef enum {
    NGX_HTTP_CONSENT_STEP_CLAIM = 0,
    NGX_HTTP_CONSENT_STEP_READ,
    NGX_HTTP_CONSENT_STEP_INTENT,
    NGX_HTTP_CONSENT_STEP_COMMIT,
    NGX_HTTP_CONSENT_STEP_RESOLVE,
    NGX_HTTP_CONSENT_STEP_PEND,
    NGX_HTTP_CONSENT_STEP_DONE
} ngx_http_consent_step_e;


struct ngx_http_consent_choice_s {
    ngx_http_consent_ctx_t      *ctx;
    struct ngx_http_consent_right_s  *right;   /* rights.h; NULL: none */
    cg_choice_t                  choice;
    cg_notice_t                  notice;

    ngx_http_consent_step_e               step;
    ngx_uint_t                   waiting;      /* answers to come */
    ngx_uint_t                   tries;

    unsigned                     erase:1;
    unsigned                     ask:1;        /* nothing is decided */
    unsigned                     held:1;       /* a legal hold keeps it */
    unsigned                     opening:1;
    unsigned                     known:1;      /* by an id of the visitor's */
    unsigned                     has_notice:1;
    unsigned                     has_salt:1;
    unsigned                     salt_failed:1;    /* there may be one */
    unsigned                     reading_failed:1;
    unsigned                     unusable:1;   /* a record that is not ours */
    unsigned                     logged:1;     /* the intent is on disk */
    unsigned                     committed:1;
    unsigned                     stale:1;
    unsigned                     lost:1;       /* sent, and no answer came */
    unsigned                     unsure:1;     /* that happened before */
    unsigned                     moving:1;     /* sent, and refused for now */
    unsigned                     sending:1;    /* again, since lost_at */
    unsigned                     pending:1;    /* it will be recorded */
    unsigned                     kept:1;       /* by as many as replicas= */
    unsigned                     done:1;
    unsigned                     unlogged:1;   /* one of too many refusals, or
                                                  the same again */
    unsigned                     has_once:1;
    unsigned                     derived:1;    /* the identity, from `once` */
    unsigned                     claimed:1;
    unsigned                     again:1;      /* it was made before */

    cg_token_t                   token;        /* whose record it is */
    cg_record_name_t             name;
    cg_cache_name_t              cached;
    uint32_t                     epoch;        /* when the record was sent */
    int64_t                      sent_ms;
    cg_record_t                  old;          /* rev 0: there is none */
    cg_record_t                  record;       /* to be written */
    unsigned char                salt[CG_SALT_LEN];
    uint64_t                     seq;          /* of the intent */
    ngx_uint_t                   intent;       /* as intents.c has it; 0: not */
    cg_command_t                 command;      /* that writes the record */
    cg_once_t                    once;
    cg_once_names_t              claim;
    ngx_uint_t                   looks;        /* at the one before */
    ngx_msec_t                   lost_at;
    ngx_event_t                  look;         /* whether Redis is back */

    ngx_http_consent_ticket_t   *ticket[3];
    ngx_http_consent_waiter_t   *waiter;
    struct ngx_http_consent_keep_s  *keep;
    struct ngx_http_consent_show_s  *show;     /* show.c */
};


/* choice.c: zeroed, in the request's pool; NULL: no memory.  Its origin, and a
 * header as sent. */
ngx_http_consent_choice_t *ngx_http_consent_choice_create(
    ngx_http_consent_ctx_t *ctx);
cg_origin_t ngx_http_consent_choice_origin(ngx_http_consent_ctx_t *ctx);
cg_str_t ngx_http_consent_choice_header(ngx_http_request_t *r,
    const char *name);

/* 1 if it has a notice of ours, which c->notice is then. */
ngx_uint_t ngx_http_consent_choice_promised(ngx_http_consent_choice_t *c);

/* The TLS of its request, as the log says it; absent: none. */
cg_str_t ngx_http_consent_choice_tls(ngx_http_consent_choice_t *c);

/* The answer to a body that could not be read. */
ngx_int_t ngx_http_consent_choice_refused(ngx_http_consent_choice_t *c,
    cg_status_t status);

/* It is allowed: carries it out. */
void ngx_http_consent_choice_start(ngx_http_consent_choice_t *c);

/* Goes on from c->step until something has to be waited for; finalizes the
 * request after the last step. */
void ngx_http_consent_choice_run(ngx_http_consent_choice_t *c);

/* The write event handler while steps are under way. */
void ngx_http_consent_choice_resume(ngx_http_request_t *r);

void ngx_http_consent_choice_finish(ngx_http_consent_choice_t *c,
    ngx_int_t rc);

/* One of the answers is here: goes on when it was the last, from a posted
 * event. */
void ngx_http_consent_choice_answered(ngx_http_consent_choice_t *c);

/* Sends c->command; NGX_ERROR: Redis cannot be asked now. */
ngx_int_t ngx_http_consent_choice_send(ngx_http_consent_choice_t *c);

/* The connection for c->command. */
ngx_http_consent_redis_conf_t *ngx_http_consent_choice_line(
    ngx_http_consent_choice_t *c);

/* Asks how many replicas have what was sent on that connection; c->kept. */
void ngx_http_consent_choice_wait(ngx_http_consent_choice_t *c,
    ngx_http_consent_redis_conf_t *line);

/* The answer to c->command is lost; what becomes of it then. */
void ngx_http_consent_choice_lost(ngx_http_consent_choice_t *c);

/* 1 if this error says that a cluster moves the keys: sent again later. */
ngx_uint_t ngx_http_consent_choice_moving(ngx_http_consent_choice_t *c,
    const ngx_str_t *error);
ngx_int_t ngx_http_consent_choice_resolve(ngx_http_consent_choice_t *c);

/* What c is, for a file beside the log; NGX_ERROR: it cannot be said. */
ngx_int_t ngx_http_consent_choice_line_of(ngx_http_consent_choice_t *c,
    cg_pending_t *line);

/* Keeps what closes, if it was not recorded and may have to be. */
ngx_int_t ngx_http_consent_choice_pend(ngx_http_consent_choice_t *c);

/* What it is called in the log. */
cg_act_t ngx_http_consent_choice_act(ngx_http_consent_choice_t *c);

/* Whether the choice is written into Redis: a closing one is where there is a
 * record. */
ngx_uint_t ngx_http_consent_choice_records(ngx_http_consent_choice_t *c);

/* The last step.  NGX_AGAIN with another c->step: read again; else what the
 * request is to be finalized with. */
ngx_int_t ngx_http_consent_choice_done(ngx_http_consent_choice_t *c);

/* A fresh identity for whoever opens, whatever form that came from; CG_ENOMEM
 * and the like: NGX_ERROR. */
ngx_int_t ngx_http_consent_choice_identity(ngx_http_consent_choice_t *c);

/* once.c.  All: NGX_ERROR: no memory.
 *
 * Before the first step: reads what the form said of itself. */
ngx_int_t ngx_http_consent_once_init(ngx_http_consent_choice_t *c);

/* The first step.  NGX_AGAIN: the same form is under way. */
ngx_int_t ngx_http_consent_once_claim(ngx_http_consent_choice_t *c);
void ngx_http_consent_once_drop(ngx_http_consent_choice_t *c);

/* With c->old read: c->again if this very choice made it. */
ngx_int_t ngx_http_consent_once_found(ngx_http_consent_choice_t *c);

/* What c->record is called. */
ngx_int_t ngx_http_consent_once_record(ngx_http_consent_choice_t *c);

/* The choice becomes this request's consent. */
void ngx_http_consent_choice_believe(ngx_http_consent_choice_t *c);

/* A closing one takes effect on this host; NGX_MAX_UINT32_VALUE as long as
 * nobody knows which revision it will be. */
void ngx_http_consent_choice_shut(ngx_http_consent_choice_t *c, uint32_t rev);

/* NGX_OK: the choice goes on, an unlogged one with its last step.  NGX_DONE:
 * *rc is the answer, since there were too many. */
ngx_int_t ngx_http_consent_limited(ngx_http_consent_choice_t *c,
    ngx_int_t *rc);

/* clear.c: the directive; and what a browser is asked to forget when something
 * that was granted is not any more.  NGX_ERROR: no memory. */
char *ngx_http_consent_clear(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
ngx_int_t ngx_http_consent_clear_site(ngx_http_consent_ctx_t *ctx);

#endif /* NGX_HTTP_CONSENT_CHOICE_H */
