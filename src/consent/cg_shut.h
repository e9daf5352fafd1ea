/*
 * Names of records that are closed whatever Redis says: a table in memory that
 * the worker processes share, exact, without eviction.  Readers do not wait; a
 * writer that dies in the middle costs a row at most.
 *
 * Only C11-style atomics on the caller's memory.
 */

#ifndef CG_SHUT_H
#define CG_SHUT_H

#include "cg_record.h"

#define CG_SHUT_ROWS   16384
#define CG_SHUT_SIZE   (CG_SHUT_ROWS * 24 + 64)    /* bytes of the table */
#define CG_SHUT_MOST   (CG_SHUT_ROWS / 2)          /* names */

typedef struct cg_shut_s  cg_shut_t;       /* lies at the block's start */


/* Lays an empty table into CG_SHUT_SIZE bytes at `block`, aligned to 8. */
cg_shut_t *cg_shut_init(void *block);

/* CG_OK: shut from now on, or was.  CG_ELIMIT: there is no room. */
CG_MUST_CHECK cg_status_t cg_shut_add(cg_shut_t *table,
    const cg_record_name_t *name);

void cg_shut_remove(cg_shut_t *table, const cg_record_name_t *name);

int cg_shut_has(const cg_shut_t *table, const cg_record_name_t *name);

/* How many names there are; never less, a little more after a crash. */
uint32_t cg_shut_count(const cg_shut_t *table);

#endif /* CG_SHUT_H */
