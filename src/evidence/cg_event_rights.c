#include "cg_event_rights.h"
#include "cg_field.h"


void
cg_event_dsr(cg_out_t *out, const cg_event_dsr_t *dsr)
{
    cg_field_str(out, "id", dsr->id);
    cg_field_str(out, "sub", dsr->sub);
    cg_field_str(out, "rid", dsr->rid);
    cg_field_str(out, "type", dsr->right);
    cg_field_str(out, "by", dsr->by);
}


void
cg_event_erase(cg_out_t *out, const cg_event_erase_t *erase)
{
    cg_field_str(out, "sub", erase->sub);
    cg_field_str(out, "rid", erase->rid);
    cg_field_str(out, "scope", erase->scope);
    cg_field_str(out, "means", erase->means);
    cg_field_bool(out, "aof_pending", 1);
}
