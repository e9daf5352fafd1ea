/* The services behind a purpose, in full: for pages, not for the banner. */

#ifndef CG_VENDORS_H
#define CG_VENDORS_H

#include "cg_notice.h"


/* A <details> with one <article> per vendor; a sentence if there is none. */
void cg_vendors_of(cg_out_t *out, const cg_view_t *view,
    const cg_purpose_t *purpose);

/* The site's own cookies for that purpose; nothing if there is none. */
void cg_vendors_own(cg_out_t *out, const cg_view_t *view,
    const cg_purpose_t *purpose);

/* What is told of one, as the rows of a <dl>: provider, role, route, what
 * it receives, cookies. */
void cg_vendors_rows(cg_out_t *out, const cg_view_t *view,
    const cg_recipient_t *who);

#endif /* CG_VENDORS_H */
