/*
 * Whose a third party's host is, for naming those that no vendor block names:
 * the list of conf/entities.tsv.  It opens and holds nothing: what is gated is
 * cg_policy_match_url()'s business alone.
 */

#ifndef CG_OWNER_H
#define CG_OWNER_H

#include "base/cg_base.h"


typedef struct {
    cg_str_t  name;                /* of the company, UTF-8 */
    cg_str_t  category;            /* "ad", "analytics", "cdn" ...: what the
                                      host is for, as the list says */
} cg_owner_t;

/* The owner of a normalised host: that of the longest row which is the host or
 * a domain above it.  Allocates nothing; what is found lives for ever.
 *   host   borrowed, any byte
 *   owner  out, cleared unless CG_OK
 * CG_NONE: nobody known. */
cg_status_t cg_owner_of(cg_str_t host, cg_owner_t *owner);

#endif /* CG_OWNER_H */
