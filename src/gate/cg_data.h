/*
 * Inline scripts that are data: what a page's own code starts from, written as
 * assignments. They name many hosts and ask none. Private to the room.
 *
 *   window.STATE = {...};   var a = [...], only one each;   self["x"] = {...}
 *
 * Objects and arrays of literals, assigned to globals: no call, no name and
 * no template in them, so that nothing runs. Not to `location`, which would
 * navigate, and not to a property of anything else, whose setter could fetch.
 */

#ifndef CG_DATA_H
#define CG_DATA_H

#include "base/cg_base.h"

#define CG_DATA_DEPTH  256             /* objects and arrays within others */


/* 1 if the whole script is read as data (ECMA-262, 13.2 and 14.3.2); 0 if it is
 * anything else, or not to be told. The bytes may be in any charset that
 * leaves ASCII alone. */
int cg_data_is_all(cg_str_t script);

#endif /* CG_DATA_H */
