#include "cg_event_seen.h"
#include "cg_field.h"


void
cg_event_seen(cg_out_t *out, const cg_event_seen_t *seen)
{
    if (seen->name.data == NULL) {
        cg_field_str(out, "kind", cg_str("more"));
        cg_field_uint(out, "n", seen->count);
        return;
    }

    cg_field_str(out, "kind", cg_str_from(cg_seen_kind_name(seen->kind)));
    cg_field_uint(out, "n", seen->count);
    cg_field_str(out, "name", seen->name);
    cg_field_str(out, "vendor", seen->vendor);
    cg_field_str(out, "owner", seen->owner);
    cg_field_str(out, "category", seen->category);
    cg_field_str(out, "where", seen->where);
    cg_field_str(out, "dir", seen->directive);
    cg_field_str(out, "action",
                 cg_str_from(cg_seen_action_name(seen->action)));
}
