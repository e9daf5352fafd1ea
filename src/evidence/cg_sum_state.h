/* The tables of a sum: cg_sum.c counts, cg_sum_write.c tells.  Private. */

#ifndef CG_SUM_STATE_H
#define CG_SUM_STATE_H

#include "cg_sum.h"

#define CG_SUM_BUCKETS   128       /* of cookie names */
#define CG_SUM_NAME_MAX  (CG_SUM_NAME_LEN + 3)

/* What cg_sum_write() goes through. */

#define SUM_AT_TOTALS  0
#define SUM_AT_OVER    1
#define SUM_AT_ROWS    2

typedef struct {
    uint64_t        held;
    uint64_t        passed;
} cg_sum_tags_t;

typedef struct {
    size_t          len;
    unsigned char   text[CG_SUM_NAME_MAX];
} cg_sum_name_t;

typedef struct {
    cg_str_t        word;
    uint64_t        n;
} cg_sum_reason_t;

typedef struct {
    unsigned        state;
    uint32_t        granted;
    uint64_t        n;             /* exchanges; 0: nothing else either */
    cg_sum_tags_t  *tags;          /* vendors, strangers, those without room */
    uint64_t        cookies[CG_SUM_KINDS][CG_SUM_NAMES + 1];   /* the last one:
                                      those without room */
} cg_sum_row_t;

struct cg_sum_s {
    const cg_sum_conf_t  *conf;

    uint64_t              n;
    uint64_t              without_basis;
    uint64_t              lookups[CG_SUM_WORDS];
    uint64_t              walls[CG_SUM_WORDS];
    uint64_t              classes[CG_SUM_WORDS];
    uint64_t              ips[CG_SUM_WORDS][CG_SUM_FORMS][CG_SUM_FORMS][2];
    cg_sum_reason_t       reasons[CG_SUM_REASONS];
    size_t                n_reasons;
    uint64_t              reasons_more;
    cg_str_t              clauses[CG_SUM_CLAUSES];
    size_t                n_clauses;

    cg_sum_row_t          rows[CG_SUM_ROWS + 1];   /* the last one: of all that
                                                      have no room */
    size_t                n_rows;
    cg_sum_row_t         *row;     /* of the exchange that was begun last */
    uint32_t              granted;             /* in it */

    cg_str_t              strangers[CG_SUM_STRANGERS];
    size_t                n_strangers;
    cg_sum_name_t         names[CG_SUM_NAMES];
    size_t                n_names;
    unsigned char         buckets[CG_SUM_BUCKETS];     /* 1 + index of a name */
};

#endif /* CG_SUM_STATE_H */
