/*
 * Numbers for whoever watches: one list of them, written as Prometheus text
 * (exposition format 0.0.4) or as one JSON object.
 *
 *   # HELP gate_lookups_total How a state was learned
 *   # TYPE gate_lookups_total counter
 *   gate_lookups_total{outcome="cache"} 7
 *
 *   {"lookups":{"cache":7}, ...}
 *
 * A number has no label, one or two; in JSON they are the keys of objects
 * within objects.
 */

#ifndef CG_METRICS_H
#define CG_METRICS_H

#include "base/cg_out.h"

#define CG_METRICS_LABELS  2

typedef struct {
    const char  *name;             /* without prefix and "_total" */
    const char  *help;             /* a sentence, without its full stop */
    unsigned     counter:1;        /* else a gauge */
    const char  *labels[CG_METRICS_LABELS];    /* their names; NULL: no more */
} cg_metric_t;

/* All fields are private. */

typedef struct {
    cg_out_t           *out;
    const char         *prefix;    /* NULL: it is JSON */
    const cg_metric_t  *metric;    /* that is open; NULL: none */
    cg_str_t            first;     /* label that is open in JSON, or absent */
} cg_metrics_t;


/* `out` is kept, and keeps the errors.  `prefix`: of all names in text, kept;
 * NULL: JSON, where there is none. */
void cg_metrics_begin(cg_metrics_t *metrics, cg_out_t *out,
    const char *prefix);

/* What follows belongs to `metric`, which is kept until the next. */
void cg_metrics_open(cg_metrics_t *metrics, const cg_metric_t *metric);

/* One number.  Labels that the metric has not are ignored; of two, those with
 * the same first one follow each other, and it lives as long. */
void cg_metrics_put(cg_metrics_t *metrics, cg_str_t first, cg_str_t second,
    uint64_t value);

/* The same of milliseconds, written as seconds. */
void cg_metrics_put_ms(cg_metrics_t *metrics, cg_str_t first, cg_str_t second,
    uint64_t ms);

void cg_metrics_end(cg_metrics_t *metrics);

#endif /* CG_METRICS_H */
