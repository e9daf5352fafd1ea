/*
 * A map from a text to a block of memory of one size: what is known of each
 * visitor, decision or lane in a log of any length.  A key costs its length, 16
 * bytes and its block.
 *
 * Blocks are zeroed when they are new, and stay where they are until they are
 * dropped.
 */

#ifndef CTL_TABLE_H
#define CTL_TABLE_H

#include <stddef.h>
#include <stdint.h>


typedef struct {
    void    **slots;                         /* private */
    size_t    cap;
    size_t    n;                             /* keys in it */
    size_t    size;                          /* of a block */
} ctl_table_t;


void ctl_table_init(ctl_table_t *table, size_t size);

/* NULL: not there. */
void *ctl_table_find(const ctl_table_t *table, const char *key);

/* The block of `key`, a new one if there is none.  NULL: no memory. */
void *ctl_table_take(ctl_table_t *table, const char *key);

/* Nothing happens if it is not there. */
void ctl_table_drop(ctl_table_t *table, const char *key);

/* A key of the table that stays where it is, taken in if it is new: one copy of
 * a name that stands in many places.  NULL: no memory. */
const char *ctl_table_name(ctl_table_t *table, const char *key);

/* In no order; *at is 0 at first.  NULL: that was all.  `key` may be NULL. */
void *ctl_table_next(const ctl_table_t *table, size_t *at, const char **key);

void ctl_table_free(ctl_table_t *table);

#endif /* CTL_TABLE_H */
