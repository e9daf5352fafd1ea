/*
 * What stands where a frame is held (cmp.md, R15): a small document of its own,
 * in the `srcdoc` of the frame itself or of one that is put in for an embed or
 * an object.  It names the service and says why it is not there; one form shows
 * it once, another allows its purpose, a link leads to the original.  All of
 * it works without a script; nothing of it comes from the service.
 *
 * And the page on which one frame is shown once.
 */

#ifndef CG_PLACEHOLDER_H
#define CG_PLACEHOLDER_H

#include "cg_notice.h"


typedef struct cg_placeholders_s  cg_placeholders_t;

typedef struct {
    cg_str_t      vendor;      /* id under the policy, or anything else */
    cg_str_t      purpose;     /* id; absent: none opens it */
    cg_str_t      url;         /* http, https or "//"; absent: it cannot be
                                  shown by itself */
    cg_str_t      host;        /* of it */
    cg_str_t      sandbox;     /* absent: the frame has none */
    cg_str_t      width;       /* of an element of its own; may be absent */
    cg_str_t      height;
    unsigned      titled:1;    /* the frame says itself what it is */
    unsigned      own:1;       /* an element of its own is wanted: before what
                                  is held, or */
    unsigned      inside:1;    /* within it */
    unsigned      shut:1;      /* on this page nothing opens it: a link is all
                                  that is offered */
} cg_placeholder_t;


/* What all of them have, in each language.  `policy` and `uri` are kept.  NULL:
 * no memory, or a message too long. */
cg_placeholders_t *cg_placeholders_create(cg_arena_t *arena,
    const cg_policy_t *policy, cg_str_t uri);

/* Appends attributes of a frame, a blank before the first, or an element; ASCII
 * without "<" and ">" in values.  Nothing: there is no name for it.  The view's
 * policy and uri must be those of `all`; `arena` is for work memory. */
void cg_placeholder_write(cg_out_t *out, cg_arena_t *arena,
    const cg_placeholders_t *all, const cg_view_t *view,
    const cg_placeholder_t *placeholder);

/* The page that shows it; `confirm`: that asks again before.  `view->notice`
 * is of the page. */
void cg_placeholder_page(cg_out_t *out, cg_arena_t *arena,
    const cg_view_t *view, const cg_placeholder_t *placeholder, int confirm);

/* The name of the service for people; absent: there is none. */
cg_str_t cg_placeholder_service(const cg_policy_t *policy,
    const cg_placeholder_t *placeholder);

#endif /* CG_PLACEHOLDER_H */
