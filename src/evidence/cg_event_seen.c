#include "cg_event_seen.h"
#include "cg_field.h"


void
cg_event_seen(cg_out_t *out, const cg_event_seen_t *seen)
{
    cg_field_str(out, "kind", seen->host.data ? cg_str("host")
                                              : cg_str("more"));
    cg_field_uint(out, "n", seen->count);

    if (seen->host.data) {
        cg_field_str(out, "name", seen->host);
        cg_field_str(out, "vendor", seen->vendor);
        cg_field_str(out, "owner", seen->owner);
        cg_field_str(out, "category", seen->category);
        cg_field_str(out, "dir", seen->directive);
        cg_field_str(out, "action", seen->blocked ? cg_str("blocked")
                                                  : cg_str("passed"));
    }
}
