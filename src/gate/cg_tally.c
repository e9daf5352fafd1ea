#include "cg_tally.h"


/* A note of an element: its row, and whether it passed. */

#define TALLY_PASSED  0x01


static void
tally_row(cg_tally_t *tally, size_t i, const cg_verdict_t *verdict)
{
    cg_tally_row_t  *row = &tally->rows[i];

    if (i == tally->n) {
        tally->n++;
        row->vendor = verdict->vendor;
        row->clause = verdict->clause;
    }

    if (verdict->pass) {
        row->passed++;

    } else {
        row->held++;
    }
}


void
cg_tally_count(cg_tally_t *tally, const cg_verdict_t *verdict)
{
    size_t           i;
    cg_tally_row_t  *row;

    for (i = 0; i < tally->n; i++) {
        row = &tally->rows[i];

        if (cg_str_eq(row->vendor, verdict->vendor)
            && cg_str_eq(row->clause, verdict->clause))
        {
            break;
        }
    }

    if (i == CG_TALLY_ROWS) {
        tally->more_passed += verdict->pass;
        tally->more_held += !verdict->pass;
        cg_unknown_lose(&tally->unknown);
        return;
    }

    tally_row(tally, i, verdict);
    cg_unknown_write(&tally->unknown,
                     (unsigned) (i << 1) | (verdict->pass ? TALLY_PASSED : 0));
}


void
cg_tally_again(cg_tally_t *tally, const cg_tally_t *of, cg_str_t notes)
{
    size_t                 i;
    unsigned               note;
    cg_verdict_t           verdict;
    const cg_tally_row_t  *row;

    memset(&verdict, 0, sizeof(verdict));

    for (i = 0; i < notes.len; i++) {
        note = notes.data[i];

        if (note >= CG_UNKNOWN_NOTES) {
            cg_unknown_again(&tally->unknown, &of->unknown, note);
            continue;
        }

        row = &of->rows[note >> 1];
        verdict.vendor = row->vendor;
        verdict.clause = row->clause;
        verdict.pass = note & TALLY_PASSED;
        cg_tally_count(tally, &verdict);
    }
}
