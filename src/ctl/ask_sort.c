/* Rows in an order that is the same on every run. */

#include "ask.h"

#include <stdlib.h>


typedef struct {
    json_t      *row;
    const char  *text;
    int64_t      n;
    size_t       at;                         /* where it stood: ties keep it */
} sort_row_t;


static int
sort_order(const void *a, const void *b)
{
    const sort_row_t  *x = a, *y = b;
    int                order = strcmp(x->text, y->text);

    if (order == 0) {
        order = (x->n > y->n) - (x->n < y->n);
    }

    return order ? order : (x->at > y->at) - (x->at < y->at);
}


/* The list's rows again, sorted; 0: no memory. */

static int
sort_list(json_t *list, sort_row_t *rows, size_t n)
{
    size_t  i;
    int     ok = 1;

    qsort(rows, n, sizeof(*rows), sort_order);

    for (i = 0; i < n; i++) {
        json_incref(rows[i].row);
    }

    (void) json_array_clear(list);

    for (i = 0; i < n; i++) {
        ok &= json_array_append_new(list, rows[i].row) == 0;
    }

    return ok;
}


void
ctl_ask_sort(ctl_ask_t *ask, const char *key, const char *by)
{
    size_t       i, n;
    json_t      *row, *list = json_object_get(ask->data, key);
    sort_row_t  *rows;

    n = json_array_size(list);
    rows = calloc(n + 1, sizeof(*rows));

    json_array_foreach(rows ? list : NULL, i, row) {
        rows[i] = (sort_row_t) { row, ctl_text(row, by), 0, i };
    }

    if (rows == NULL || !sort_list(list, rows, n)) {
        ask->run->people.failed = 1;
    }

    free(rows);
}


/* By the files as they were named, then by their lines. */

static int64_t
sort_place(const ctl_run_t *run, const json_t *finding)
{
    int          i;
    const char  *file = ctl_text(finding, "file");

    for (i = 0; i < run->ctl->argc && strcmp(run->ctl->argv[i], file) != 0;
         i++) { /* void */ }

    return ((int64_t) i << 40) + ctl_number(finding, "line");
}


void
ctl_ask_sort_findings(ctl_ask_t *ask)
{
    size_t       i, n = json_array_size(ask->findings);
    json_t      *row;
    sort_row_t  *rows = calloc(n + 1, sizeof(*rows));

    json_array_foreach(rows ? ask->findings : NULL, i, row) {
        rows[i] = (sort_row_t) { row, "", sort_place(ask->run, row), i };
    }

    if (rows == NULL || !sort_list(ask->findings, rows, n)) {
        ask->run->people.failed = 1;
    }

    free(rows);
}
