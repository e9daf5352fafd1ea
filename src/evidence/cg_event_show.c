#include "cg_event_show.h"
#include "cg_field.h"


static void
show_to(cg_out_t *out, const cg_event_vendor_t *vendor)
{
    cg_field_str(out, "vendor", vendor->id);
    cg_field_str(out, "role", vendor->role);
    cg_field_str(out, "country", vendor->country);
    cg_field_list(out, "items", vendor->items, vendor->n_items);
    cg_field_str(out, "path", vendor->path);
    cg_field_str(out, "purpose", vendor->purpose);
}


void
cg_event_show(cg_out_t *out, const cg_event_show_t *show)
{
    cg_field_str(out, "rid", show->rid);

    if (show->to) {
        show_to(out, show->to);

    } else {
        cg_field_str(out, "vendor", cg_str("unlisted"));
        cg_field_str(out, "name", show->name);
    }

    cg_field_object_begin(out, "notice");
    cg_field_str(out, "hash", show->notice);
    cg_field_str(out, "lang", show->lang);
    cg_field_time(out, "shown_at", show->shown_ms);
    cg_field_object_end(out);

    cg_field_str(out, "tls", show->tls);
    cg_field_bool(out, "gpc", show->gpc);
}
