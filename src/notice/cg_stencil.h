/*
 * Banner and settings link as stencils: put together once for a policy and a
 * consent_uri, in each of its languages, with gaps for what differs from
 * visitor to visitor.  What is filled in is byte for byte what
 * cg_notice_banner() and cg_notice_settings() write.
 */

#ifndef CG_STENCIL_H
#define CG_STENCIL_H

#include "cg_notice.h"


typedef struct cg_stencils_s  cg_stencils_t;


/* `policy` and `uri` are kept.  NULL: no memory. */
cg_stencils_t *cg_stencils_create(cg_arena_t *arena,
    const cg_policy_t *policy, cg_str_t uri);

/* The view's policy and uri must be those of the stencils; it has no
 * origin. */
void cg_stencils_banner(cg_out_t *out, const cg_stencils_t *stencils,
    const cg_view_t *view);
void cg_stencils_settings(cg_out_t *out, const cg_stencils_t *stencils,
    const cg_view_t *view);

#endif /* CG_STENCIL_H */
