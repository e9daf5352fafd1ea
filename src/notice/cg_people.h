/* Who stands behind a policy: the controller and whoever runs the site for it,
 * how to reach them, whom data is used jointly with, sites for other regions,
 * and the law.  Private to this room. */

#ifndef CG_PEOPLE_H
#define CG_PEOPLE_H

#include "cg_notice.h"


/* For the foot of a page: who is responsible, every contact, the policy, the
 * law, the regions. */
void cg_people_contact(cg_out_t *out, const cg_view_t *view);

/* A <section> with one <article> per party of joint use; nothing if there is
 * none. */
void cg_people_joint(cg_out_t *out, const cg_view_t *view);

/* What the policy calls personal information, as a sentence with a list;
 * nothing if it does not say. */
void cg_people_personal(cg_out_t *out, const cg_view_t *view);

#endif /* CG_PEOPLE_H */
