/*
 * What a person may ask for (clauses.md, HI-7): the names of it, and the answer
 * to a page that explained what will follow.
 */

#ifndef CG_RIGHT_H
#define CG_RIGHT_H

#include "cg_token.h"

#define CG_RIGHT_ID     8          /* random bytes of a request's number */
#define CG_RIGHT_HASH   32         /* of the text that explained it */
#define CG_RIGHT_ACK    192        /* characters of an acknowledgement */
#define CG_RIGHT_VALID  86400      /* seconds that it may take */
#define CG_RIGHT_DUE    (30 * 86400)   /* seconds until a request is overdue */

typedef enum {
    CG_RIGHT_NONE = 0,
    CG_RIGHT_DISCLOSE,
    CG_RIGHT_PURPOSE,              /* what the data are used for */
    CG_RIGHT_CORRECT,
    CG_RIGHT_ADD,
    CG_RIGHT_DELETE,
    CG_RIGHT_STOP_USE,
    CG_RIGHT_STOP_PROVISION,
    CG_RIGHT_COMPLAINT
} cg_right_kind_t;

/* "stop_use"; of CG_RIGHT_NONE "none". */
const char *cg_right_name(cg_right_kind_t kind);

/* CG_RIGHT_NONE: it is the name of none. */
cg_right_kind_t cg_right_kind(cg_str_t name);

/* 1: it is carried out only after what will follow was explained, and
 * acknowledged. */
int cg_right_is_explained(cg_right_kind_t kind);


/* Says that a page explained a request: a stateless MAC, for this visitor and
 * this right.
 *
 *   <id, 16 hex>.<shown>.<hash, 64 hex>.<MAC, 22 base64url> */

typedef struct {
    cg_right_kind_t  kind;
    unsigned char    id[CG_RIGHT_ID];
    unsigned char    hash[CG_RIGHT_HASH];
    int64_t          shown;        /* seconds since the epoch */
} cg_right_ack_t;

/* Errors stick to the out. */
void cg_right_ack_write(cg_out_t *out, const cg_keys_t *keys,
    const cg_binding_t *binding, const cg_token_t *token,
    const cg_right_ack_t *ack);

/* `ack->kind` is what is asked for now.  CG_EINVAL: malformed, forged, for
 * another right or visitor, from the future or too old. */
CG_MUST_CHECK cg_status_t cg_right_ack_read(cg_str_t text,
    const cg_keys_t *keys, const cg_binding_t *binding,
    const cg_token_t *token, int64_t now, cg_right_ack_t *ack);

#endif /* CG_RIGHT_H */
