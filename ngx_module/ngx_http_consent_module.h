/*
 * The glue between nginx and the core: what its files share.
 *
 *   module.c     tables: directives, phases, filters, process hooks
 *   directive.c  what all directives have in common: place, number of words
 *   conf.c       configuration: create, merge, validate
 *   settings.c   directives of one word or two; site.c: consent_site
 *   resources.c  zone and keys as directives name them; log_conf.c: the log,
 *                redis_conf.c: Redis
 *   blocks.c     consent_vendor and consent_policy
 *   texts.c      what is put into pages, made when they are read;
 *                transmission.c: the notice of what goes to vendors
 *   ctx.c        what is known of one request, found again after redirects
 *   cookies.c    the Cookie lines of a request: kept aside, put back
 *   lookup.c     token -> cache -> Redis -> consent
 *   flight.c     one question to Redis for all who wait for its answer
 *   request.c    the phases: close first, settle
 *   headers.c    header filter
 *   gated.c      response headers that store, fetch or connect
 *   expire.c     cookies that a browser has and must lose
 *   document.c   what a response is to a browser; charset.c: how its header
 *                names the encoding
 *   address.c    addresses in less detail; address_listen.c, address_vars.c
 *   class.c      what a page is to its visitors; purposes.c: which purposes
 *                apply to it; referrer.c: what it tells other sites
 *   csp.c        the second wall; reports.c: what browsers say of it
 *   csp_admit.c  what the site's own policies let in of ours
 *   unknown.c    what is seen and the policy does not promise
 *   body.c       body filter; out.c: the gate's sink; decode.c: coded bodies;
 *                reader.c: the gate of the page's encoding
 *   endpoint.c   own pages: which; answer.c, home.c: what they say; gpc.c
 *   rights.c     what a person asks for: rights_log.c, rights_done.c, record.c
 *   choice.c     a POSTed choice: may it?  once.c: the same again?
 *                commit.c, commit_resolve.c, commit_pend.c, commit_done.c: its
 *                steps
 *   feed.c       what Redis' log says of cached decisions; feed_hint.c: that
 *                it says something
 *   pending.c    what closes while Redis is away; pending_file.c: its file,
 *                replay.c: how Redis gets it
 *   intents.c    decisions under way, beside the log; recover.c,
 *                recover_file.c: those of workers that were killed
 *   redis.c      hiredis codec on nginx's sockets and timers
 *   journal.c    the consent log's writer; journal_group.c: its thread,
 *                journal_fate.c: what becomes of lines
 *   lane.c       the lane of a process in it; seal.c: its seals, seal_root.c:
 *                their root key
 *   evidence.c   what a worker writes there; provision.c: whom choices open;
 *                sum.c: what is only counted
 *   publish.c, publish_config.c: what the master writes there; archive.c,
 *                archive_send.c: texts and policies by their hashes
 *   vars.c       variables
 *   count.c      what happened, counted; status.c: for whoever watches
 */

#ifndef NGX_HTTP_CONSENT_MODULE_H
#define NGX_HTTP_CONSENT_MODULE_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "base/cg_ascii.h"
#include "charset/cg_charset.h"
#include "consent/cg_cache.h"
#include "consent/cg_choice.h"
#include "consent/cg_consent.h"
#include "consent/cg_lease.h"
#include "consent/cg_limit.h"
#include "consent/cg_rounds.h"
#include "consent/cg_shut.h"
#include "consent/cg_known.h"
#include "consent/cg_once.h"
#include "evidence/cg_event.h"
#include "evidence/cg_event_config.h"
#include "evidence/cg_event_handling.h"
#include "evidence/cg_event_seen.h"
#include "gate/cg_csp.h"
#include "gate/cg_head.h"
#include "gate/cg_headers.h"
#include "gate/cg_recall.h"
#include "notice/cg_notice.h"
#include "notice/cg_stencil.h"
#include "policy/cg_policy_build.h"

#include "ngx_http_consent_count.h"
#include "ngx_http_consent_journal.h"
#include "ngx_http_consent_names.h"
#include "ngx_http_consent_redis.h"
#include "ngx_http_consent_seal.h"

#define NGX_HTTP_CONSENT_VERSION   "0.1.0"
#define NGX_HTTP_CONSENT_BUILD                                               \
    "ngx-consent/" NGX_HTTP_CONSENT_VERSION " " NGINX_VER

#define NGX_HTTP_CONSENT_SHUT      30000   /* ms: a cached "nothing granted" */
#define NGX_HTTP_CONSENT_KNOWN     1024    /* tokens that a worker remembers */
#define NGX_HTTP_CONSENT_FLIGHTS   64      /* buckets of questions under way */


typedef struct ngx_http_consent_pending_s  ngx_http_consent_pending_t;
typedef struct ngx_http_consent_intents_s  ngx_http_consent_intents_t;
typedef struct ngx_http_consent_seen_s  ngx_http_consent_seen_t;
typedef struct ngx_http_consent_sum_s  ngx_http_consent_sum_t;
typedef struct ngx_http_consent_sums_s  ngx_http_consent_sums_t;
typedef struct ngx_http_consent_feed_s  ngx_http_consent_feed_t;
typedef struct ngx_http_consent_address_s  ngx_http_consent_address_t;
typedef struct ngx_http_consent_texts_s  ngx_http_consent_texts_t;
typedef struct ngx_http_consent_promise_s  ngx_http_consent_promise_t;


/* Where a directive stands, for what shows only after the last one. */

typedef struct {
    u_char                     *file;
    ngx_uint_t                  line;
} ngx_http_consent_place_t;


struct ngx_http_consent_log_s {
    ngx_str_t                   path;
    ngx_http_consent_place_t    place;     /* of the first consent_log */
    ngx_open_file_t            *file;
    ngx_str_t                   state;     /* directory */
    ngx_http_consent_sync_e     sync;
    ngx_uint_t                  handling;  /* seconds of sums; 0: each */
    cg_head_t                   heads[CG_MAX_HEADS];   /* of lanes before */
    size_t                      nheads;
    ngx_http_consent_seals_t    seals;

    /* of one worker process */
    ngx_http_consent_journal_t *journal;
    cg_chain_t                  chain;
    ngx_msec_t                  opened;
    uint64_t                    unknown;   /* requests since Redis went */
    uint64_t                    unsaved;   /* decisions since then that Redis
                                              did not take, and never will */
    uint64_t                    lost;      /* events that found no room */
    uint64_t                    turned_down;   /* who opened, since the log
                                                  can't be written */
    ngx_http_consent_seen_t    *seen;      /* NULL: nothing so far */
    ngx_http_consent_sums_t    *sums;      /* NULL: nothing handled so far */
    ngx_http_consent_pending_t *pending;
    ngx_http_consent_intents_t *intents;   /* NULL: none can be kept */
    struct ngx_http_consent_recover_s  *recover;
};


/* What the Content-Type of a page said of its encoding. */

typedef struct {
    size_t                      len;           /* 0: none yet */
    u_char                      text[64];
    cg_charset_type_t           read;
} ngx_http_consent_type_t;


/* What lies in consent_zone. */

typedef struct {
    uint64_t                    layout;    /* of all of it */
    cg_cache_t                 *cache;
    cg_lease_t                 *leases;    /* CG_LEASES of them */
    cg_rounds_t                *rounds;    /* of expired cookies */
    cg_shut_t                  *shut;      /* closed, and waiting for Redis */
    cg_limit_t                 *limit;     /* of choices */
    cg_claims_t                *claims;    /* likewise */
    ngx_http_consent_counts_t  *counts;
    struct cg_inventory_s      *inventory; /* what nobody promised */
} ngx_http_consent_shared_t;


typedef struct {
    ngx_shm_zone_t             *zone;
    cg_arena_t                  arena;     /* the configuration's pool */
    cg_policies_t              *policies;
    ngx_array_t                 servers;   /* ngx_http_consent_srv_conf_t * */
    ngx_array_t                 targets;   /* ngx_http_consent_redis_conf_t * */
    ngx_array_t                 logs;      /* ngx_http_consent_log_t * */
    ngx_array_t                 texts;     /* ngx_http_consent_texts_t * */
    size_t                      page_memory;
    ngx_http_consent_place_t    status;    /* of the first; line 0: none */
    uint64_t                    generation;    /* of configurations that the
                                                  zone has seen */

    /* address.c: nobody asks for less where `binds` is empty */
    ngx_array_t                 binds;
    ngx_array_t                 listening;
    ngx_array_t                 address_vars;  /* ngx_uint_t: indices */

    /* of one worker process */
    cg_known_t                 *tokens;
    ngx_http_consent_feed_t    *feeds;     /* one a target */
    cg_memos_t                 *pages;     /* NULL: off */
    ngx_http_consent_type_t     type;      /* the last one */
    ngx_queue_t                 flights[NGX_HTTP_CONSENT_FLIGHTS];
} ngx_http_consent_main_conf_t;


typedef enum {
    NGX_HTTP_CONSENT_TLS_AUTO = 0,
    NGX_HTTP_CONSENT_TLS_ON,
    NGX_HTTP_CONSENT_TLS_VARIABLE
} ngx_http_consent_tls_e;


/* consent_csp */

typedef enum {
    NGX_HTTP_CONSENT_CSP_OFF = 0,
    NGX_HTTP_CONSENT_CSP_REPORT,
    NGX_HTTP_CONSENT_CSP_ENFORCE
} ngx_http_consent_csp_e;


/* Our Content-Security-Policy for one set of grants, made when it is first
 * needed. */

#define NGX_HTTP_CONSENT_CSP_STATES  16    /* kept of a server */

typedef struct {
    uint32_t    granted, ahead;        /* as in cg_judge_t */
    unsigned    closed:2;
    cg_str_t    vendors;               /* absent: no wall in this state */
    ngx_str_t   value;                 /* for the server's own names */
} ngx_http_consent_csp_t;


typedef struct {
    ngx_str_t                       policy_id;     /* "off": none */
    const cg_policy_t              *policy;        /* NULL: off */
    ngx_http_consent_redis_conf_t  *redis;
    ngx_http_consent_log_t         *log;
    cg_keys_t                      *keys;
    ngx_str_t                       site;
    ngx_str_t                       domain;        /* of cookies, or none */
    ngx_str_t                       uri;           /* ends in '/' */
    ngx_str_t                       gpc;           /* empty: the site's */
    cg_site_t                       hosts;
    uint32_t                        terms;     /* of cached decisions */
    cg_lease_t                     *lease;     /* of one worker */
    ngx_http_consent_sum_t         *sum;       /* of one worker */
    ngx_http_consent_texts_t       *texts;
    ngx_http_consent_promise_t     *promises;      /* one a language */
    ngx_uint_t                      npromises;
    ngx_uint_t                      tls;
    ngx_http_complex_value_t       *tls_value;
    ngx_http_consent_csp_t         *csp;           /* of one worker */
    ngx_uint_t                      ncsp;
    uint32_t                        narrowed;      /* unknown in some place */
    ngx_uint_t                      clear;         /* clear.c */
    ngx_flag_t                      limit;         /* of choices */
    cg_rate_t                       limit_visitor;
    cg_rate_t                       limit_network;
    unsigned                        own_location:1;  /* a location = uri */
    ngx_http_consent_place_t        place;         /* of `consent` */
} ngx_http_consent_srv_conf_t;


typedef struct {
    ngx_str_t    policy_id;        /* "off", or the server's; unset: on */
    ngx_flag_t   enable;
    ngx_flag_t   banner;
    ngx_flag_t   settings;
    ngx_uint_t   csp;              /* ngx_http_consent_csp_e */
    ngx_uint_t   release;          /* ngx_http_consent_release_e */
    ngx_uint_t   class;            /* ngx_http_consent_class_e */
    size_t       inline_limit;
    struct ngx_http_consent_language_s  *language;     /* NULL: no map */
    ngx_array_t *require;          /* of ngx_str_t: purposes */
    uint32_t     require_bits;
    ngx_array_t *purposes;         /* of ngx_str_t: those that apply; NULL:
                                      all */
    uint32_t     narrowed;         /* bits of those that don't */
    ngx_uint_t   require_status;       /* 0: not set */
    ngx_http_consent_place_t  place;   /* of `consent` */
    ngx_http_consent_place_t  require_place;
    ngx_http_consent_place_t  purposes_place;
} ngx_http_consent_loc_conf_t;


/* $consent_lookup */

typedef enum {
    NGX_HTTP_CONSENT_LOOKUP_NONE = 0,
    NGX_HTTP_CONSENT_LOOKUP_CACHE,
    NGX_HTTP_CONSENT_LOOKUP_REDIS,
    NGX_HTTP_CONSENT_LOOKUP_TIMEOUT,
    NGX_HTTP_CONSENT_LOOKUP_ERROR
} ngx_http_consent_lookup_e;


/* One Cookie line as it came, kept aside. */

typedef struct {
    ngx_table_elt_t  *elt;         /* what $http_cookie and $cookie_x read */
    ngx_table_elt_t  *line;        /* what is forwarded; NULL: nothing */
    ngx_str_t         full;
    unsigned          ours:1;      /* it holds our token and nothing else */
} ngx_http_consent_cookie_t;


/* A response as a browser takes it. */

typedef enum {
    NGX_HTTP_CONSENT_DOCUMENT_NONE = 0,
    NGX_HTTP_CONSENT_DOCUMENT_HTML,
    NGX_HTTP_CONSENT_DOCUMENT_XHTML,
    NGX_HTTP_CONSENT_DOCUMENT_OPAQUE       /* rendered, but no HTML for sure */
} ngx_http_consent_document_e;


typedef struct ngx_http_consent_body_s    ngx_http_consent_body_t;
typedef struct ngx_http_consent_choice_s  ngx_http_consent_choice_t;
typedef struct ngx_http_consent_scratch_s  ngx_http_consent_scratch_t;

/* What is known of one main request; zeroed, it gates everything. */

typedef struct {
    ngx_http_request_t           *request;
    ngx_http_consent_srv_conf_t  *conf;
    ngx_http_consent_scratch_t   *scratch;     /* where all this is */
    cg_arena_t                    arena;       /* that, and the pool */

    cg_token_t                    token;
    unsigned                      has_token:1;
    unsigned                      signal:1;    /* GPC or DNT, as honoured */
    unsigned                      begun:1;     /* close first is done */
    unsigned                      asking:1;    /* a look-up is under way */
    unsigned                      decided:1;   /* the phases settled it */
    unsigned                      off:1;       /* consent off applies */
    unsigned                      own:1;       /* our own page is asked for */
    unsigned                      answered:1;  /* and it is the response */
    unsigned                      document:1;  /* may be rendered by itself */
    unsigned                      navigation:1;    /* says Sec-Fetch-Dest */
    unsigned                      conditional:1;   /* the browser has a copy */
    unsigned                      applied:1;   /* cookies have their form */
    unsigned                      withheld:1;  /* and some are gone */
    unsigned                      counted:1;   /* of them those that nobody
                                                  promised */
    unsigned                      memory:1;    /* others read the body, too */
    unsigned                      personal:1;  /* the response is somebody's */
    ngx_uint_t                    classes;     /* bits, by
                                                  ngx_http_consent_class_e */
    ngx_uint_t                    lines;       /* of the response, by groups
                                                  (names.h) */
    uint32_t                      narrowed;    /* bits that don't count here */
    uint32_t                      given;       /* bits when cookies got their
                                                  form */

    cg_consent_t                  consent;
    ngx_http_consent_lookup_e     lookup;
    cg_record_name_t              name;
    cg_cache_name_t               cached;
    uint32_t                      epoch;       /* both when Redis was asked */
    int64_t                       asked_ms;
    ngx_queue_t                   flight;      /* while `asking` */

    ngx_str_t                    *dest;        /* Sec-Fetch-Dest of who is
                                                  decided, or NULL */
    ngx_table_elt_t              *accept_encoding;     /* for gzip below us */
    ngx_array_t                   cookies;     /* ngx_http_consent_cookie_t */
    cg_judge_t                    judge;

    /* for the evidence: names of cookies, clauses, vendors in headers */
    ngx_array_t                   dropped;     /* cg_str_t: from the request */
    ngx_array_t                   refused;     /* cg_str_t: Set-Cookie */
    ngx_array_t                   expired;     /* cg_str_t */
    ngx_array_t                   capped;      /* cg_str_t: lives shortened */
    ngx_array_t                   clauses;     /* cg_str_t */
    cg_str_t                      bypass;      /* why no body was edited */
    cg_str_t                      coding;      /* of the body; empty: none */
    const cg_charset_t           *charset;     /* of the body; NULL: unknown */
    unsigned                      charset_clear:1; /* all browsers read it so in
                                                      the header, or none */
    unsigned                      waits:1;     /* the header, for the body */

    cg_csp_nonces_t               nonces;      /* of the site's policies */
    ngx_uint_t                    csp;         /* what was sent */
    unsigned                      typed:1;     /* ... want trusted types */
    unsigned                      ruled:1;     /* ... there are any */

    ngx_http_consent_address_t   *address;     /* NULL: all of it */
    ngx_http_consent_body_t      *body;        /* NULL: not edited */
    ngx_http_consent_body_t      *bodies;      /* that one, and those before */
    cg_view_t                    *embed;       /* of placeholders; NULL: none
                                                  was asked for */
    ngx_http_consent_choice_t    *choice;
} ngx_http_consent_ctx_t;


extern ngx_module_t  ngx_http_consent_module;


/* Slices cross the border unchanged: the two structs name the same bytes. */

static ngx_inline cg_str_t
ngx_http_consent_str(ngx_str_t s)
{
    cg_str_t  slice = { s.len, s.data };

    if (slice.data == NULL) {
        slice.data = (const unsigned char *) "";
    }

    return slice;
}


static ngx_inline ngx_str_t
ngx_http_consent_ngx(cg_str_t s)
{
    ngx_str_t  str;

    str.len = s.len;
    str.data = (u_char *) s.data;

    return str;
}


static ngx_inline ngx_int_t
ngx_http_consent_rc(cg_status_t rc)
{
    return rc >= CG_OK ? NGX_OK : NGX_ERROR;
}


/* directive.c: a row of the table of directives, in cmd->post. */

typedef struct {
    ngx_uint_t    where;           /* NGX_HTTP_MAIN_CONF, _SRV_, _LOC_ */
    ngx_uint_t    min;             /* words behind the name */
    ngx_uint_t    max;
    const char   *form;            /* what follows the name, for messages */
    char       *(*set)(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
} ngx_http_consent_directive_t;

char *ngx_http_consent_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* Where cf stands now. */
void ngx_http_consent_here(ngx_conf_t *cf, ngx_http_consent_place_t *place);

/* 1 if `word` holds letters, digits and `others` only. */
ngx_int_t ngx_http_consent_word_holds(ngx_str_t *word, const char *others);

/* conf.c, settings.c, resources.c, log_conf.c, redis_conf.c */
void *ngx_http_consent_create_main_conf(ngx_conf_t *cf);
void *ngx_http_consent_create_srv_conf(ngx_conf_t *cf);
char *ngx_http_consent_merge_srv_conf(ngx_conf_t *cf, void *parent,
    void *child);
void *ngx_http_consent_create_loc_conf(ngx_conf_t *cf);
char *ngx_http_consent_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);
char *ngx_http_consent_init_main_conf(ngx_conf_t *cf, void *conf);
char *ngx_http_consent_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_consent_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_consent_redis(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_consent_key_file(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_consent_log(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_consent_uri(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_consent_tls(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_consent_require(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_consent_csp(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_consent_inline_limit(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* Adds one address of consent_redis, whose sentinel is known.  NGX_ERROR: it is
 * told. */
ngx_int_t ngx_http_consent_redis_address(ngx_conf_t *cf, ngx_str_t *word,
    ngx_http_consent_redis_conf_t *redis);

/* The bytes of a file that holds a secret, in cf->pool; an error is told.
 * `path` becomes the full one. */
ngx_int_t ngx_http_consent_secret(ngx_conf_t *cf, ngx_str_t *path,
    ngx_str_t *content);

/* Names the consent logs to nginx, which opens them; no other directive's. */
ngx_int_t ngx_http_consent_logs(ngx_conf_t *cf);
ngx_int_t ngx_http_consent_logs_alone(ngx_cycle_t *cycle,
    ngx_http_consent_main_conf_t *mcf);

/* site.c */
char *ngx_http_consent_site(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
void ngx_http_consent_site_merge(ngx_http_consent_srv_conf_t *prev,
    ngx_http_consent_srv_conf_t *conf);

/* Of a server that is gated: its site gets a name, its names are within the
 * site's domain.  NGX_ERROR: it is told. */
ngx_int_t ngx_http_consent_site_check(ngx_conf_t *cf,
    ngx_http_consent_srv_conf_t *scf);

/* After all servers are merged: those of one site share keys and records. */
ngx_int_t ngx_http_consent_sites(ngx_conf_t *cf);

/* A name of a server as cg_site_add_name() takes it: "~" for a pattern. */
cg_str_t ngx_http_consent_server_name(ngx_http_server_name_t *name);

/* The token's cookie: its name, the only one that is read; its Domain, absent
 * if it has none. */
cg_str_t ngx_http_consent_token_name(ngx_http_consent_ctx_t *ctx);
cg_str_t ngx_http_consent_token_domain(ngx_http_consent_ctx_t *ctx);

/* 1 if a cookie of this name may be a token of ours, read or not. */
int ngx_http_consent_token_is_name(cg_str_t name);

/* Expires the token that the host had before its site had a domain, if the
 * browser sent it. */
ngx_int_t ngx_http_consent_token_forget(ngx_http_consent_ctx_t *ctx);

/* blocks.c */
char *ngx_http_consent_vendor(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_consent_policy(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
void ngx_http_consent_arena(cg_arena_t *arena, ngx_pool_t *pool);

/* scratch.c */

/* An arena that lives until `pool` does at the longest, and until it is closed.
 * NULL: no memory. */
ngx_http_consent_scratch_t *ngx_http_consent_scratch_open(ngx_pool_t *pool,
    cg_arena_t *arena);
void ngx_http_consent_scratch_close(ngx_http_consent_scratch_t *scratch);

/* ctx.c */
ngx_http_consent_ctx_t *ngx_http_consent_get_ctx(ngx_http_request_t *r);
ngx_http_consent_ctx_t *ngx_http_consent_need_ctx(ngx_http_request_t *r);
void ngx_http_consent_note(ngx_http_consent_ctx_t *ctx, ngx_array_t *list,
    cg_str_t word);
ngx_int_t ngx_http_consent_is_tls(ngx_http_consent_ctx_t *ctx);
ngx_table_elt_t *ngx_http_consent_header_out(ngx_http_request_t *r,
    const char *name);
ngx_int_t ngx_http_consent_headers_drop(ngx_http_request_t *r,
    const ngx_str_t *names);
ngx_int_t ngx_http_consent_header_drop(ngx_http_request_t *r,
    const ngx_table_elt_t *one);

/* cookies.c */
ngx_int_t ngx_http_consent_cookies_aside(ngx_http_consent_ctx_t *ctx);
ngx_int_t ngx_http_consent_cookies_apply(ngx_http_consent_ctx_t *ctx);

/* lookup.c */
ngx_int_t ngx_http_consent_begin(ngx_http_consent_ctx_t *ctx);
ngx_int_t ngx_http_consent_settle(ngx_http_consent_ctx_t *ctx);
ngx_int_t ngx_http_consent_naming(ngx_http_consent_ctx_t *ctx,
    const cg_token_t *token, cg_record_name_t *name, cg_cache_name_t *cached);
ngx_http_consent_shared_t *ngx_http_consent_shared(
    ngx_http_consent_ctx_t *ctx);
int64_t ngx_http_consent_now_ms(void);

/* A request that asked, and did not leave, is answered: called once, no request
 * code runs in it. */
void ngx_http_consent_lookup_answer(ngx_http_consent_ctx_t *ctx,
    ngx_http_consent_redis_e status, const cg_reply_t *reply);

/* flight.c */

/* Asks for the record ctx->name, or waits with whoever does.  NGX_ERROR: Redis
 * cannot be asked now. */
ngx_int_t ngx_http_consent_flight_join(ngx_http_consent_ctx_t *ctx);

/* The request goes away.  Fine if it waits for nothing. */
void ngx_http_consent_flight_leave(ngx_http_consent_ctx_t *ctx);

/* In exit_process, behind ngx_http_consent_redis_close(). */
void ngx_http_consent_flights_close(ngx_http_consent_main_conf_t *mcf);

/* feed.c */
ngx_int_t ngx_http_consent_feed_terms(ngx_http_consent_srv_conf_t *scf);
ngx_int_t ngx_http_consent_feeds_open(ngx_cycle_t *cycle,
    ngx_http_consent_main_conf_t *mcf);
void ngx_http_consent_feeds_close(ngx_http_consent_main_conf_t *mcf);

/* request.c */
ngx_int_t ngx_http_consent_close_first(ngx_http_request_t *r);
ngx_int_t ngx_http_consent_precontent(ngx_http_request_t *r);

/* headers.c, body.c */
extern ngx_http_output_header_filter_pt  ngx_http_consent_next_header_filter;
extern ngx_http_output_body_filter_pt    ngx_http_consent_next_body_filter;
#if (nginx_version >= 1029000)
extern ngx_http_output_header_filter_pt
    ngx_http_consent_next_early_hints_filter;
ngx_int_t ngx_http_consent_early_hints_filter(ngx_http_request_t *r);
#endif
ngx_int_t ngx_http_consent_header_filter(ngx_http_request_t *r);
ngx_int_t ngx_http_consent_body_filter(ngx_http_request_t *r,
    ngx_chain_t *in);
ngx_int_t ngx_http_consent_add_header(ngx_http_request_t *r, const char *name,
    ngx_str_t value);

/* gated.c: of the response whose header is filtered */
void ngx_http_consent_gate_headers(ngx_http_consent_ctx_t *ctx);
void ngx_http_consent_gate_redirect(ngx_http_consent_ctx_t *ctx);

/* document.c: of the response whose header is filtered */
cg_str_t ngx_http_consent_essence(ngx_http_request_t *r);
ngx_http_consent_document_e ngx_http_consent_document(
    ngx_http_consent_ctx_t *ctx);
ngx_int_t ngx_http_consent_readable(ngx_http_consent_ctx_t *ctx,
    ngx_http_consent_document_e document);

/* csp.c */
ngx_int_t ngx_http_consent_csp_check(ngx_conf_t *cf);
ngx_int_t ngx_http_consent_csp_is(ngx_table_elt_t *h);
void ngx_http_consent_csp_line(ngx_http_consent_ctx_t *ctx,
    ngx_table_elt_t *h);
ngx_int_t ngx_http_consent_csp_script(ngx_http_consent_ctx_t *ctx);
ngx_int_t ngx_http_consent_csp_send(ngx_http_consent_ctx_t *ctx);

/* csp_admit.c: what this response holds of ours passes the site's policies,
   of which there are some; `banner`: with what stands at the banner's place */
void ngx_http_consent_csp_admit(ngx_http_consent_ctx_t *ctx, cg_str_t head,
    unsigned banner);

/* reports.c */
void ngx_http_consent_reports(ngx_http_request_t *r);

/* count.c: in init_module, init_process and exit_process; the last one says
 * what this worker is now. */
void ngx_http_consent_count_generation(ngx_http_consent_main_conf_t *mcf);
void ngx_http_consent_count_open(ngx_cycle_t *cycle,
    ngx_http_consent_main_conf_t *mcf);
void ngx_http_consent_count_close(void);
void ngx_http_consent_count_say(void);

/* status.c */
char *ngx_http_consent_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
ngx_uint_t ngx_http_consent_wants_json(ngx_http_request_t *r);
ngx_int_t ngx_http_consent_status_check(ngx_conf_t *cf,
    ngx_http_consent_main_conf_t *mcf);

/* limit.c */
char *ngx_http_consent_limit(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
void ngx_http_consent_limit_merge(ngx_http_consent_srv_conf_t *prev,
    ngx_http_consent_srv_conf_t *conf);

/* pages.c */
char *ngx_http_consent_page_memory(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_consent_pages_init(ngx_conf_t *cf,
    ngx_http_consent_main_conf_t *mcf);

/* endpoint.c, answer.c, choice.c */
ngx_int_t ngx_http_consent_is_own(ngx_http_consent_ctx_t *ctx);
ngx_int_t ngx_http_consent_endpoint(ngx_http_consent_ctx_t *ctx);
void ngx_http_consent_choose(ngx_http_request_t *r);
void ngx_http_consent_erase(ngx_http_request_t *r);
void ngx_http_consent_rights(ngx_http_request_t *r);
ngx_int_t ngx_http_consent_record(ngx_http_consent_ctx_t *ctx);
ngx_int_t ngx_http_consent_body(ngx_http_consent_ctx_t *ctx, cg_str_t *body);

/* "purposes":{...}: what is open. */
void ngx_http_consent_answer_purposes(ngx_http_consent_ctx_t *ctx,
    cg_out_t *out);

/* Each sends a whole response; the caller finalizes with what it returns. */
ngx_int_t ngx_http_consent_send(ngx_http_consent_ctx_t *ctx,
    ngx_uint_t status, const char *type, cg_str_t body);
ngx_int_t ngx_http_consent_send_page(ngx_http_consent_ctx_t *ctx,
    ngx_uint_t status, cg_page_t *page);
ngx_int_t ngx_http_consent_send_error(ngx_http_consent_ctx_t *ctx,
    ngx_uint_t status, const char *message, ngx_uint_t json);
ngx_int_t ngx_http_consent_send_state(ngx_http_consent_ctx_t *ctx,
    cg_str_t receipt);
ngx_int_t ngx_http_consent_send_immutable(ngx_http_consent_ctx_t *ctx,
    const char *type, cg_str_t body);
/* A page with a style of its own and nothing else. */
ngx_int_t ngx_http_consent_send_alone(ngx_http_consent_ctx_t *ctx,
    cg_str_t body);
ngx_int_t ngx_http_consent_send_asset(ngx_http_consent_ctx_t *ctx,
    cg_str_t name);
ngx_int_t ngx_http_consent_send_transmission(ngx_http_consent_ctx_t *ctx);
ngx_int_t ngx_http_consent_send_seen(ngx_http_consent_ctx_t *ctx);
ngx_int_t ngx_http_consent_send_redirect(ngx_http_consent_ctx_t *ctx,
    ngx_uint_t status, cg_str_t path);
ngx_int_t ngx_http_consent_set_token(ngx_http_consent_ctx_t *ctx,
    const cg_token_t *token);
void ngx_http_consent_view(ngx_http_consent_ctx_t *ctx, cg_view_t *view,
    cg_str_t page_lang);
cg_str_t ngx_http_consent_notice(ngx_http_consent_ctx_t *ctx, cg_str_t lang,
    const char *control);

/* once.c: what tells one form from another; absent: no memory. */
cg_str_t ngx_http_consent_once_form(cg_arena_t *arena);

/* vars.c */
ngx_int_t ngx_http_consent_add_variables(ngx_conf_t *cf);

#endif /* NGX_HTTP_CONSENT_MODULE_H */
