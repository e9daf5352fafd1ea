/*
 * A question of an auditor: what it takes from the log, event by event, and
 * its answer.  Each stands in a file ask_*.c as a row of this kind.
 *
 * The answer is a verdict (0 pass, 1 finding, 2 cannot tell), findings with the
 * place of their evidence, what is missing for an answer, and data.  A log
 * that does not verify answers nothing, and lack of data is never a pass.
 */

#ifndef CTL_ASK_H
#define CTL_ASK_H

#include "order.h"
#include "people.h"
#include "sums.h"


typedef struct ctl_ask_s  ctl_ask_t;

typedef struct {
    const char  *name;                       /* of the command */
    const char  *asks;                       /* the auditor's question */

    /* An event comes to `event` before the people change with it, a decision
     * to `settled` behind that.
     *
     * `options` takes its own; an exit code other than 0: it has complained.
     * Each may be NULL. */
    int         (*options)(ctl_ask_t *ask);
    void        (*event)(ctl_ask_t *ask, const ctl_event_t *event);
    void        (*settled)(ctl_ask_t *ask, const ctl_event_t *event,
                           const ctl_decision_t *decision);
    void        (*end)(ctl_ask_t *ask);
    void        (*print)(const ctl_ask_t *ask);      /* `data`, for people */
} ctl_question_t;

/* A command that asks one. */

typedef struct {
    const char            *usage;            /* arguments */
    const char            *does;             /* a sentence */
    const ctl_question_t  *question;
} ctl_question_row_t;

const ctl_question_row_t *ctl_question_rows(size_t *n);


/* What a run over a log shares among its questions. */

typedef struct {
    ctl_t         *ctl;
    ctl_events_t   events;
    ctl_world_t    world;
    ctl_people_t   people;
    ctl_sums_t     sums;
    ctl_order_t    order;
    const char    *rid;                      /* --receipt; NULL: everybody */
    const char    *texts;                    /* --texts; NULL: path + .d */
    int64_t        now;                      /* --now, else the clock */
    ctl_ask_t     *asks;
    size_t         n;
} ctl_run_t;

struct ctl_ask_s {
    const ctl_question_t  *question;
    ctl_run_t             *run;
    json_t                *findings;
    json_t                *missing;
    json_t                *data;
    uint64_t               unlisted;         /* findings */
    void                  *state;            /* the question's own, zeroed;
                                                from ctl_ask_state() */
    int                    verdict;          /* CTL_PASS ... */
};


/* The whole of a command with one question. */
int ctl_ask(ctl_t *ctl, const ctl_question_t *question);

/* Several questions over one log; their options are not read.  `run->ctl` holds
 * the files.  An exit code other than 0: it has complained. */
int ctl_run_begin(ctl_run_t *run, ctl_t *ctl,
    const ctl_question_t *const *questions, size_t n);
int ctl_run_read(ctl_run_t *run);
void ctl_run_end(ctl_run_t *run);

/* Zeroed memory of `size` on the first call, the same ever after.  It ends the
 * program if there is none. */
void *ctl_ask_state(ctl_ask_t *ask, size_t size);

/* What is wrong, and where it stands. */
__attribute__((format(printf, 3, 4)))
void ctl_ask_finding(ctl_ask_t *ask, ctl_place_t place, const char *format,
    ...);

/* What is not there that an answer needs; the same sentence counts once. */
__attribute__((format(printf, 2, 3)))
void ctl_ask_missing(ctl_ask_t *ask, const char *format, ...);

/* `ask->data`; takes `value`. */
void ctl_ask_set(ctl_ask_t *ask, const char *key, json_t *value);

/* The array ask->data[key], made if it is not there. */
json_t *ctl_ask_list(ctl_ask_t *ask, const char *key);

/* Adds to ask->data[key], a number. */
void ctl_ask_count(ctl_ask_t *ask, const char *key, int64_t n);

/* Puts the rows of ask->data[key] in the order of a text in them. */
void ctl_ask_sort(ctl_ask_t *ask, const char *key, const char *by);

/* Findings in the order of the log. */
void ctl_ask_sort_findings(ctl_ask_t *ask);

/* An object with what every row of evidence begins with: file, line. */
json_t *ctl_ask_row(ctl_place_t place);

/* A time as text, for a JSON member; 0 is null. */
json_t *ctl_ask_when(int64_t ms);

/* Purposes of a set of bits, as an array. */
json_t *ctl_ask_purposes(const ctl_ask_t *ask, uint64_t bits);


/* A table for people: rows of objects, columns {title, key}; the last title is
 * NULL.  Numbers stand to the right; "file" with "line" is one column, key
 * "file". */

typedef struct {
    const char  *title;
    const char  *key;
} ctl_column_t;

void ctl_print_table(const json_t *rows, const ctl_column_t *columns);

/* A text of the archive, DIR/HASH.html or DIR/NAME: 1 it is there and its
 * SHA-256 begins with the hash, 0 it is another text, -1 it is not there. */
int ctl_archive_check(const ctl_run_t *run, const char *hash);

/* DIR/policies/TERMS.json: a new reference; NULL: it is not there (*found 0),
 * or no JSON (*found 1). */
json_t *ctl_archive_policy(const ctl_run_t *run, const char *terms,
    int *found);


extern const ctl_question_t  ctl_question_show;
extern const ctl_question_t  ctl_question_leaks;
extern const ctl_question_t  ctl_question_recipients;
extern const ctl_question_t  ctl_question_policy;
extern const ctl_question_t  ctl_question_stale;
extern const ctl_question_t  ctl_question_withdrawals;
extern const ctl_question_t  ctl_question_dsr;
extern const ctl_question_t  ctl_question_erasure;
extern const ctl_question_t  ctl_question_ip;
extern const ctl_question_t  ctl_question_outages;
extern const ctl_question_t  ctl_question_stats;
extern const ctl_question_t  ctl_question_isolation;
extern const ctl_question_t  ctl_question_inventory;

#endif /* CTL_ASK_H */
