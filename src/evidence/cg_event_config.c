#include "cg_event_config.h"
#include "cg_field.h"

#define EVENT_PART_BYTES  (CG_MAX_LINE / 4 * 3)   /* then a new config.load */


static void
event_digest(cg_out_t *out, const char *key,
    const unsigned char digest[CG_SHA256_LEN])
{
    cg_field_hex(out, key, (cg_str_t) { CG_SHA256_LEN, digest });
}


/* {"en":"5d7761c1...","ja":...}, short as in receipts and in addresses. */

static void
event_texts(cg_out_t *out, const char *key, const cg_event_text_t *texts,
    size_t n)
{
    cg_field_object_begin(out, key);

    for ( /* void */ ; n; n--, texts++) {
        cg_field_key(out, texts->lang);
        cg_field_hex(out, NULL, (cg_str_t) { CG_EVENT_TEXT_HASH,
                                             texts->hash });
    }

    cg_field_object_end(out);
}


static void
event_server(cg_out_t *out, const cg_event_server_t *server)
{
    cg_field_object_begin(out, NULL);
    cg_field_str(out, "host", server->host);
    cg_field_str(out, "policy", server->policy);
    cg_field_object_end(out);
}


static void
event_promise(cg_out_t *out, const cg_event_policy_t *policy)
{
    cg_field_str(out, "id", policy->id);
    cg_field_uint(out, "ver", policy->version);
    event_digest(out, "terms", policy->terms);
    event_digest(out, "text", policy->text);
    cg_field_str(out, "controller", policy->controller);
    cg_field_str(out, "operator", policy->operator_name);
    cg_field_str(out, "contract", policy->contract);
    cg_field_str(out, "jur", policy->jurisdiction);

    if (policy->n_personal) {
        cg_field_list(out, "personal", policy->personal, policy->n_personal);
    }

    cg_field_object_begin(out, "address");
    cg_field_str(out, "form", policy->address.form);
    cg_field_str(out, "purpose", policy->address.purpose);
    cg_field_str(out, "clause", policy->address.clause);
    cg_field_object_end(out);

    cg_field_object_begin(out, "unlisted");
    cg_field_str(out, "third_party", policy->unlisted_host);
    cg_field_str(out, "cookie", policy->unlisted_cookie);
    cg_field_object_end(out);

    event_texts(out, "notice", policy->notices, policy->n_notices);
    event_texts(out, "transmission", policy->transmissions,
                policy->n_transmissions);
}


static void
event_policy(cg_out_t *out, const cg_event_policy_t *policy)
{
    cg_field_object_begin(out, NULL);
    event_promise(out, policy);
    cg_field_object_end(out);
}


static void
event_purpose(cg_out_t *out, const cg_event_aim_t *purpose)
{
    cg_field_object_begin(out, NULL);
    cg_field_str(out, "policy", purpose->policy);
    cg_field_str(out, "id", purpose->id);

    if (purpose->slot) {
        cg_field_uint(out, "slot", purpose->slot);
    }

    cg_field_bool(out, "required", purpose->required);
    cg_field_str(out, "clause", purpose->clause);
    cg_field_object_end(out);
}


static void
event_vendor(cg_out_t *out, const cg_event_vendor_t *vendor)
{
    cg_field_object_begin(out, NULL);
    cg_field_str(out, "policy", vendor->policy);
    cg_field_str(out, "id", vendor->id);
    cg_field_str(out, "role", vendor->role);
    cg_field_str(out, "country", vendor->country);
    cg_field_str(out, "purpose", vendor->purpose);
    cg_field_list(out, "items", vendor->items, vendor->n_items);
    cg_field_str(out, "path", vendor->path);
    cg_field_str(out, "mode", vendor->mode);
    cg_field_str(out, "contract", vendor->contract);
    cg_field_str(out, "approval", vendor->approval);
    cg_field_str(out, "clause", vendor->clause);
    cg_field_object_end(out);
}


static int
event_has_room(const cg_out_t *out)
{
    return out->len < EVENT_PART_BYTES;
}


/* Who answers under what: every host that the configuration names. */

static int
event_hosts(cg_out_t *out, const cg_event_config_t *config,
    cg_event_cursor_t *cursor)
{
    cg_field_array_begin(out, "servers");
    while (cursor->server < config->n_servers && event_has_room(out)) {
        event_server(out, &config->servers[cursor->server++]);
    }
    cg_field_array_end(out);

    cg_field_array_begin(out, "ungated");
    while (cursor->ungated < config->n_ungated && event_has_room(out)) {
        cg_field_item_str(out, config->ungated[cursor->ungated++]);
    }
    cg_field_array_end(out);

    return cursor->server == config->n_servers
           && cursor->ungated == config->n_ungated;
}


static int
event_promises(cg_out_t *out, const cg_event_config_t *config,
    cg_event_cursor_t *cursor)
{
    cg_field_array_begin(out, "policies");
    while (cursor->policy < config->n_policies && event_has_room(out)) {
        event_policy(out, &config->policies[cursor->policy++]);
    }
    cg_field_array_end(out);

    cg_field_array_begin(out, "purposes");
    while (cursor->purpose < config->n_purposes && event_has_room(out)) {
        event_purpose(out, &config->purposes[cursor->purpose++]);
    }
    cg_field_array_end(out);

    cg_field_array_begin(out, "vendors");
    while (cursor->vendor < config->n_vendors && event_has_room(out)) {
        event_vendor(out, &config->vendors[cursor->vendor++]);
    }
    cg_field_array_end(out);

    return cursor->policy == config->n_policies
           && cursor->purpose == config->n_purposes
           && cursor->vendor == config->n_vendors;
}


cg_status_t
cg_event_config(cg_out_t *out, const cg_event_config_t *config,
    cg_event_cursor_t *cursor)
{
    int  last;

    event_digest(out, "hash", config->hash);
    cg_field_uint(out, "part", cursor->part++);
    cg_field_uint(out, "lease", config->lease_ms);

    if (config->handling) {
        cg_field_uint(out, "handling", config->handling);

    } else {
        cg_field_str(out, "handling", cg_str("each"));
    }

    last = event_hosts(out, config, cursor);
    last &= event_promises(out, config, cursor);

    cg_field_bool(out, "last", last);

    return last ? CG_OK : CG_MORE;
}


void
cg_event_publish(cg_out_t *out, const cg_event_publish_t *publish)
{
    cg_field_str(out, "id", publish->id);
    cg_field_uint(out, "ver", publish->version);
    cg_field_uint(out, "material_since", publish->material_since);
    cg_field_str(out, "enacted", publish->enacted);
    cg_field_str(out, "revised", publish->revised);
    cg_field_str(out, "effective", publish->effective);
    cg_field_str(out, "approver", publish->approver);
    event_digest(out, "terms", publish->terms);
    event_digest(out, "text", publish->text);
    cg_field_str(out, "controller", publish->controller);
    event_texts(out, "notice", publish->notices, publish->n_notices);

    if (publish->before.version) {
        cg_field_object_begin(out, "before");
        cg_field_uint(out, "ver", publish->before.version);
        event_digest(out, "terms", publish->before.terms);
        event_digest(out, "text", publish->before.text);
        cg_field_object_end(out);
    }
}


static void
event_clauses(cg_out_t *out, const cg_event_clause_t *clauses, size_t n)
{
    cg_field_array_begin(out, "clauses");

    for ( /* void */ ; n; n--, clauses++) {
        cg_field_object_begin(out, NULL);
        cg_field_str(out, "id", clauses->id);
        cg_field_str(out, "text", clauses->text);

        if (clauses->organisational) {
            cg_field_bool(out, "organisational", 1);
        }

        cg_field_object_end(out);
    }

    cg_field_array_end(out);
}


void
cg_event_policy(cg_out_t *out, const cg_event_config_t *config, size_t i,
    const cg_event_clause_t *clauses, size_t n_clauses)
{
    size_t    k;
    cg_str_t  id = config->policies[i].id;

    cg_field_object_begin(out, NULL);
    event_promise(out, &config->policies[i]);

    cg_field_array_begin(out, "purposes");
    for (k = 0; k < config->n_purposes; k++) {
        if (cg_str_eq(config->purposes[k].policy, id)) {
            event_purpose(out, &config->purposes[k]);
        }
    }
    cg_field_array_end(out);

    cg_field_array_begin(out, "vendors");
    for (k = 0; k < config->n_vendors; k++) {
        if (cg_str_eq(config->vendors[k].policy, id)) {
            event_vendor(out, &config->vendors[k]);
        }
    }
    cg_field_array_end(out);

    event_clauses(out, clauses, n_clauses);
    cg_field_object_end(out);
    cg_out_byte(out, '\n');
}
