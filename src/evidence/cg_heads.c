#include "cg_heads.h"
#include "cg_line.h"


/* Takes the next stretch off `rest`: up to a line feed, or to where a line
 * starts behind a torn piece. */

static cg_str_t
heads_next(cg_str_t *rest)
{
    size_t    i;
    cg_str_t  piece, start = cg_str(CG_LINE_START);

    for (i = 0; i < rest->len && rest->data[i] != '\n'; i++) {
        if (i && rest->data[i] == '{'
            && cg_str_starts(cg_str_sub(*rest, i, rest->len), start))
        {
            piece = cg_str_sub(*rest, 0, i);
            *rest = cg_str_sub(*rest, i, rest->len);
            return piece;
        }
    }

    piece = cg_str_sub(*rest, 0, i);
    *rest = cg_str_sub(*rest, i < rest->len ? i + 1 : i, rest->len);

    return piece;
}


/* Puts a lane behind all others; drops the first if there are too many. */

static void
heads_move_up(cg_head_t *heads, size_t *n, const cg_line_t *line)
{
    size_t  i;

    for (i = 0; i < *n; i++) {
        if (memcmp(heads[i].ch, line->ch, CG_LANE_LEN) == 0) {
            break;
        }
    }

    if (i == *n && *n < CG_MAX_HEADS) {
        (*n)++;

    } else {
        i = i == *n ? 0 : i;
        memmove(heads + i, heads + i + 1, (*n - i - 1) * sizeof(*heads));
    }

    heads += *n - 1;
    memcpy(heads->ch, line->ch, CG_LANE_LEN);
    memcpy(heads->h, line->h, CG_SHA256_LEN);
    heads->seq = line->seq;
}


cg_status_t
cg_heads_read(cg_str_t tail, cg_head_t heads[CG_MAX_HEADS], size_t *n)
{
    cg_str_t     piece;
    cg_line_t    line;
    cg_status_t  rc;

    *n = 0;

    while (tail.len) {
        piece = heads_next(&tail);

        if (cg_line_read(piece, &line) != CG_OK) {
            continue;
        }

        rc = cg_line_check(piece, &line);

        if (rc == CG_OK) {
            heads_move_up(heads, n, &line);

        } else if (rc != CG_EINVAL) {
            *n = 0;
            return rc;
        }
    }

    return CG_OK;
}


cg_status_t
cg_heads_of(const cg_chain_t *chain, cg_head_t *head)
{
    memset(head, 0, sizeof(*head));

    if (chain->seq == 0) {
        return CG_NONE;
    }

    memcpy(head->ch, chain->ch, CG_LANE_LEN);
    memcpy(head->h, chain->prev, CG_SHA256_LEN);
    head->seq = chain->seq - 1;

    return CG_OK;
}
