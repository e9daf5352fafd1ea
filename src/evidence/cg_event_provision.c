#include "cg_event_provision.h"
#include "cg_field.h"

#define PROVISION_BYTES  (CG_MAX_LINE / 4 * 3)     /* then another line */


static void
provision_to(cg_out_t *out, const cg_event_vendor_t *vendor)
{
    cg_field_object_begin(out, NULL);
    cg_field_str(out, "vendor", vendor->id);
    cg_field_str(out, "role", vendor->role);
    cg_field_str(out, "country", vendor->country);
    cg_field_list(out, "items", vendor->items, vendor->n_items);
    cg_field_str(out, "path", vendor->path);
    cg_field_str(out, "purpose", vendor->purpose);
    cg_field_str(out, "cl", vendor->clause);
    cg_field_object_end(out);
}


cg_status_t
cg_event_provision(cg_out_t *out, const cg_event_provision_t *provision,
    size_t *at)
{
    cg_field_str(out, "sub", provision->sub);
    cg_field_str(out, "rid", provision->rid);
    cg_field_str(out, "was", provision->was);
    cg_field_ref(out, provision->ch, provision->seq);
    cg_field_day(out, "day", provision->at_ms);

    if (provision->expires_ms) {
        cg_field_day(out, "exp", provision->expires_ms);
    }

    cg_field_str(out, "basis", cg_str("consent"));
    cg_field_array_begin(out, "to");

    while (*at < provision->n_to && out->len < PROVISION_BYTES) {
        provision_to(out, &provision->to[(*at)++]);
    }

    cg_field_array_end(out);

    return *at < provision->n_to ? CG_MORE : CG_OK;
}
