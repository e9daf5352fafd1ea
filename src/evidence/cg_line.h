/*
 * The frame that every evidence line has: what writer, heads and verifier
 * agree on.  Its places are fixed, so it is read without a JSON reader:
 *
 *   {"v":1,"ch":"16 hex","seq":N, ... ,"prev":"64 hex","h":"64 hex"}
 *
 * No string holds a bare quote, so CG_LINE_START stands nowhere but at the
 * beginning of a line; that is how a torn piece is told from what follows.
 */

#ifndef CG_LINE_H
#define CG_LINE_H

#include "cg_chain.h"

#define CG_LINE_START      "{\"v\":1,\"ch\":\""
#define CG_LINE_START_LEN  13
#define CG_LINE_PREV_LEN   74      /* ,"prev":"64 hex" */
#define CG_LINE_H_LEN      72      /* ,"h":"64 hex"} */


typedef struct {
    unsigned char  ch[CG_LANE_LEN];
    uint64_t       seq;
    unsigned char  prev[CG_SHA256_LEN];
    unsigned char  h[CG_SHA256_LEN];
} cg_line_t;


/* h over `body`, the bytes of the line before its last CG_LINE_H_LEN. */
CG_MUST_CHECK cg_status_t cg_line_hash(const unsigned char ch[CG_LANE_LEN],
    const unsigned char prev[CG_SHA256_LEN], cg_str_t body,
    unsigned char h[CG_SHA256_LEN]);

/* Reads lane and seq off the beginning of a line or of a piece of one.
 * CG_EINVAL: not one, or cut before the end of seq; `line` is then zeroed. */
CG_MUST_CHECK cg_status_t cg_line_head(cg_str_t text, cg_line_t *line);

/* Reads the whole frame; `text` is without its line feed.  CG_EINVAL: not the
 * frame of a line. */
CG_MUST_CHECK cg_status_t cg_line_read(cg_str_t text, cg_line_t *line);

/* Whether h fits the bytes.  CG_EINVAL: it does not; CG_ENOMEM. */
CG_MUST_CHECK cg_status_t cg_line_check(cg_str_t text, const cg_line_t *line);

/* 1: `text` may be the end of a line's prev and h, cut before its last byte.
 * `text` begins behind `,"prev":"`. */
int cg_line_is_cut_tail(cg_str_t text);

#endif /* CG_LINE_H */
