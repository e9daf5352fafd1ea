/*
 * Decisions that close while Redis is away, as they wait in a file: lines of
 * one length, each under a checksum, so that what a crash tore is nobody's and
 * does not hide its neighbours.  No identifier of a visitor, no evidence: the
 * record's name and what is needed to close it.
 *
 *   P1 NAME WHERE AT EXPIRES HOW RID LANE:SEQ SUM LF
 *
 * NAME 22 characters; WHERE 32 hex digits, see cg_pending_where(); AT, EXPIRES
 * 12 digits, seconds since the epoch; HOW one letter; RID 32 hex digits; LANE
 * 16, SEQ 20 digits; SUM 16 hex digits of SHA-256 over what stands before it.
 *
 * A line is put in at the file's end and blanked where it stands.
 */

#ifndef CG_PENDING_H
#define CG_PENDING_H

#include "cg_record.h"

#define CG_PENDING_LINE   175          /* bytes */
#define CG_PENDING_WHERE  16
#define CG_PENDING_LANE   16

typedef struct {
    cg_record_name_t  name;
    unsigned char     where[CG_PENDING_WHERE];
    int64_t           at;          /* when it was decided */
    int64_t           expires;     /* of what it closes, at the latest */
    cg_how_t          how;         /* CG_HOW_WITHDRAW, _REJECT_ALL, _ERASE */
    unsigned char     rid[16];     /* its receipt */
    unsigned char     lane[CG_PENDING_LANE];   /* of its line in the log */
    uint64_t          seq;
} cg_pending_t;


/* Names where a record belongs: a hash of the slices, each behind its length.
 * On errors it is zeroed. */
CG_MUST_CHECK cg_status_t cg_pending_where(const cg_str_t *parts, size_t n,
    unsigned char where[CG_PENDING_WHERE]);

/* `evidence` is "lane:seq" or "lane:seq:h", as in a record.  CG_EINVAL: it is
 * not. */
CG_MUST_CHECK cg_status_t cg_pending_line_of(cg_str_t evidence,
    cg_pending_t *pending);

/* The line, whole.  CG_EINVAL: what no line can say; CG_ENOMEM. */
CG_MUST_CHECK cg_status_t cg_pending_write(const cg_pending_t *pending,
    unsigned char line[CG_PENDING_LINE]);

/* The next whole line at or behind *at, which moves behind it; `place` is where
 * it begins.  CG_NONE: no more.  What is between lines is passed over. */
CG_MUST_CHECK cg_status_t cg_pending_next(cg_str_t bytes, size_t *at,
    cg_pending_t *pending, size_t *place);

#endif /* CG_PENDING_H */
