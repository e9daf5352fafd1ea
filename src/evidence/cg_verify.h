/*
 * Reads a log in pieces of any size and says what is wrong with it.  The
 * result does not depend on where the pieces are cut.
 *
 * Checked: every line is a JSON object with a whole envelope; `h` fits the
 * raw bytes; each lane starts with a chain.open of seq 0, counts without a
 * gap, links every `prev` and ends with its chain.close, if it has one; heads
 * that a line names ("follows", "heads") stand before it in the log.  Where
 * there are seals (cg_seal.h): each lane has them without a gap and as often as
 * it says, its root was announced before; with the first root key, each fits.
 *
 * What the chain alone cannot show (docs/log.md says what of it seals do):
 *   - the end of the log cut off, or of a lane that no later line names;
 *   - a whole log, or whole lanes that nothing names, written anew by
 *     somebody who can write the file: the hash needs no secret;
 *   - a whole lane of another log put in;
 *   - lines of different lanes changing places: only a lane has an order.
 *
 * What a crash leaves is no finding: a piece of a line that ends the log or
 * stands in front of the next line is reported as torn, unless its lane goes
 * on as if that line had been written.
 *
 * A rotated log continues: hand its files in as one, the oldest first.  If
 * the first is missing, lanes begin in the middle and named heads are not
 * there: "cannot tell".  A lane whose first lines were cut off or which was
 * taken out as a whole looks the same; it is named with its line.
 *
 * A head that a line names is compared if it is among the last 65,536 lines
 * (cg_recent.h); an older one: "cannot tell".
 *
 * Memory: from the arena, 4 MB at most for the last lines, about 170 bytes for
 * each lane and 16 bytes for each open decision; at most CG_VERIFY_LANES and
 * CG_VERIFY_OPEN of them.
 */

#ifndef CG_VERIFY_H
#define CG_VERIFY_H

#include "cg_heads.h"
#include "cg_seal.h"

#define CG_VERIFY_LANES   65536      /* lanes of one log */
#define CG_VERIFY_ROOTS   16         /* root keys, in all epochs */
#define CG_VERIFY_OPEN    4096       /* decisions of a lane waiting at once */


typedef struct cg_verify_s  cg_verify_t;

typedef enum {
    CG_FINDING_NOTE = 0,           /* explained: torn, open intent */
    CG_FINDING_UNSURE,             /* cannot tell with what is here */
    CG_FINDING_FAULT               /* altered, missing, repeated, foreign */
} cg_finding_level_t;

typedef struct {
    cg_finding_level_t  level;
    const char         *kind;      /* one word for programs: "hash" ... */
    uint64_t            line;      /* from 1 */
    cg_str_t            lane;      /* absent if it could not be read */
    uint64_t            seq;       /* of the decision, for "intent" */
    const char         *text;      /* "hash does not match: the line was
                                      altered"; printable ASCII */
} cg_finding_t;

/* Called as findings come; open intents at the end.  `finding` is borrowed. */
typedef void (*cg_finding_fn)(void *ctx, const cg_finding_t *finding);

/* A line in its place, whole, with a whole envelope. */

struct json_t;

typedef struct {
    const struct json_t  *json;    /* jansson's; borrowed for the call */
    uint64_t              line;    /* from 1 */
    cg_str_t              lane;    /* CG_LANE_LEN bytes */
    uint64_t              seq;
} cg_verify_event_t;

/* Called for each, in the order of the log, behind the findings of its line.
 * Lines that turn out to be void later (docs/log.md) are among them. */
typedef void (*cg_verify_event_fn)(void *ctx, const cg_verify_event_t *event);

typedef struct {
    uint64_t  lines;               /* whole ones */
    uint64_t  lanes;
    uint64_t  closed;              /* lanes with a clean end */
    uint64_t  decisions;
    uint64_t  open;                /* with a subject and without outcome */
    uint64_t  torn;
    uint64_t  pending;             /* waited for Redis at the end */
    uint64_t  seals;
    uint64_t  proven;              /* of them, by a key that was given */
    uint64_t  faults;
    uint64_t  unsure;
} cg_verify_sum_t;


/* NULL: no memory.  `arena` and `report` are kept. */
cg_verify_t *cg_verify_new(cg_arena_t *arena, cg_finding_fn report, void *ctx);

/* A root key of the log's, copied, before the first piece; the earlier its
 * epoch, the more it shows.  CG_ELIMIT: more than CG_VERIFY_ROOTS. */
CG_MUST_CHECK cg_status_t cg_verify_key(cg_verify_t *v,
    const cg_seal_root_t *root);

/* Whoever reads what the log says, while it is checked; before the first
 * piece.  `ctx` is kept. */
void cg_verify_events(cg_verify_t *v, cg_verify_event_fn fn, void *ctx);

/* CG_ENOMEM, or CG_ELIMIT: more lanes than CG_VERIFY_LANES; both stick. */
CG_MUST_CHECK cg_status_t cg_verify_feed(cg_verify_t *v, cg_str_t piece);

/* The end of the log: judges what is left, lists open intents, fills `sum`.
 * CG_OK: read to the end; then faults and unsure are the verdict.  A log
 * without any line is `unsure`. */
CG_MUST_CHECK cg_status_t cg_verify_end(cg_verify_t *v, cg_verify_sum_t *sum);

#endif /* CG_VERIFY_H */
