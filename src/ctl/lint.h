/*
 * consentctl lint: what a configuration promises and does not keep, keeps and
 * does not promise, or leaves open.  docs/lint.md has a section for each
 * finding.  What `nginx -t` refuses is none: then nothing can be told.
 */

#ifndef CTL_LINT_H
#define CTL_LINT_H

#include "conf.h"
#include "ctl.h"

#define LINT_TEXT  512             /* bytes of a sentence */

/* For "%.*s" */
#define LINT_STR(s)  (int) (s).len, (const char *) (s).data


typedef enum {
    LINT_ERROR = 0,                /* a promise is broken */
    LINT_WARNING,                  /* one may be, or cannot be shown to be
                                      kept */
    LINT_NOTE                      /* the policy's text leaves it open */
} lint_severity_t;

typedef struct lint_finding_s  lint_finding_t;

struct lint_finding_s {
    const char       *id;          /* "L7" */
    lint_severity_t   severity;
    const char       *file;
    unsigned          line;
    cg_str_t          clause;      /* may be absent */
    char              says[LINT_TEXT];
    const char       *mend;
    lint_finding_t   *next;
};

/* A server {} and what holds there. */

typedef struct {
    const ctl_node_t   *http;
    const ctl_node_t   *server;
    const ctl_node_t   *consent;   /* the directive; NULL: none */
    const cg_policy_t  *policy;    /* NULL: none, or off */
} lint_server_t;

typedef struct {
    const ctl_t        *ctl;
    cg_arena_t         *arena;
    cg_policies_t      *set;
    const ctl_node_t   *root;
    lint_server_t      *servers;
    size_t              nservers;
    lint_finding_t     *first;     /* in the order of the checks */
    lint_finding_t     *last;
    size_t              n;
    int                 failed;    /* no memory: nothing can be told */
} lint_t;


/* Where a finding is, which clause it is about, and how it is mended. */

typedef struct {
    const char       *id;
    lint_severity_t   severity;
    const char       *mend;
} lint_rule_t;

/* `format` as in printf: what is wrong, and why. */
__attribute__((format(printf, 6, 7))) void lint_find(lint_t *lint,
    const lint_rule_t *rule, const char *file, unsigned line,
    cg_str_t clause, const char *format, ...);


/* The tree.  Names are of directives. */

int lint_is(const ctl_node_t *node, const char *name);

/* The first child of that name, NULL: none. */
const ctl_node_t *lint_child(const ctl_node_t *node, const char *name);

/* The next one of all that is in `top`, in source order; NULL at first and at
 * last. */
const ctl_node_t *lint_next(const ctl_node_t *top, const ctl_node_t *at);

/* What holds in a block: its own directive, or the one of the block around. */
const ctl_node_t *lint_effective(const ctl_node_t *block, const char *name);

/* The i-th word, or empty. */
cg_str_t lint_word(const ctl_node_t *node, size_t i);

/* 1 if a word from the second on begins with `start`; the first such one is put
 * into *word, which may be NULL. */
int lint_has(const ctl_node_t *node, const char *start, cg_str_t *word);

/* The line of a policy's block with that name and first argument (absent: any),
 * the block if there is none; NULL: no such policy. */
const ctl_node_t *lint_policy_line(const lint_t *lint,
    const cg_policy_t *policy, const char *name, cg_str_t argument);

/* Whether an earlier server has the same policy. */
int lint_policy_seen(const lint_t *lint, size_t server);


/* text.c: 1 if `part` stands in `text`, ASCII letters in any case. */
int lint_text_holds(cg_str_t text, cg_str_t part);

/* Whether a clause is about law that obliges to disclose; about refusing by
 * the browser's own means; about a choice that the site offers.  In the
 * languages of conf/messages. */
int lint_text_law(cg_str_t text);
int lint_text_browser(cg_str_t text);
int lint_text_choice(cg_str_t text);

/* 1: `url` or `address` lies under a name that nobody has (RFC 2606). */
int lint_text_example(cg_str_t url);

/* 1: a member of the EEA by its ISO 3166-1 code, or EU. */
int lint_text_eea(cg_str_t code);


/* The checks. */

void lint_policy(lint_t *lint, const lint_server_t *server);
void lint_vendors(lint_t *lint, const lint_server_t *server);
void lint_server(lint_t *lint, const lint_server_t *server);
void lint_logs(lint_t *lint, const lint_server_t *server);
void lint_sites(lint_t *lint);

#endif /* CTL_LINT_H */
