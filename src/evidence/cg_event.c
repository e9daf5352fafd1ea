#include "cg_event.h"
#include "cg_field.h"

#define EVENT_PART_BYTES  (CG_MAX_LINE / 4 * 3)   /* then a new config.load */


static void
event_heads(cg_out_t *out, const char *key, const cg_head_t *heads, size_t n)
{
    if (n > CG_MAX_HEADS) {
        heads += n - CG_MAX_HEADS;
        n = CG_MAX_HEADS;
    }

    cg_field_array_begin(out, key);

    for ( /* void */ ; n; n--, heads++) {
        cg_field_object_begin(out, NULL);
        cg_field_str(out, "ch", (cg_str_t) { CG_LANE_LEN, heads->ch });
        cg_field_uint(out, "seq", heads->seq);
        cg_field_hex(out, "h", (cg_str_t) { CG_SHA256_LEN, heads->h });
        cg_field_object_end(out);
    }

    cg_field_array_end(out);
}


static void
event_digest(cg_out_t *out, const char *key,
    const unsigned char digest[CG_SHA256_LEN])
{
    cg_field_hex(out, key, (cg_str_t) { CG_SHA256_LEN, digest });
}


void
cg_event_open(cg_out_t *out, const cg_event_open_t *open)
{
    static const char *const  reasons[] = { "start", "reload", "fault",
                                            "consentctl" };

    cg_field_str(out, "reason", cg_str_from(reasons[open->reason]));
    cg_field_str(out, "build", open->build);
    cg_field_uint(out, "pid", open->pid);
    event_heads(out, "follows", open->follows, open->n_follows);

    if (open->reason == CG_OPEN_FAULT) {
        cg_field_object_begin(out, "instead");
        cg_field_str(out, "ch", (cg_str_t) { CG_LANE_LEN, open->instead.ch });
        cg_field_uint(out, "seq", open->instead.seq);
        cg_field_object_end(out);
    }

    if (open->seal) {
        cg_seal_field(open->seal, out);
    }
}


void
cg_event_close(cg_out_t *out, const cg_event_close_t *close)
{
    cg_field_str(out, "reason", close->reason);
    event_heads(out, "heads", close->heads, close->n_heads);

    if (close->next) {
        cg_field_uint(out, "next", close->next);
    }

    if (close->seal) {
        cg_seal_field(close->seal, out);
    }
}


void
cg_event_seal(cg_out_t *out, const cg_event_seal_t *seal)
{
    event_heads(out, "heads", seal->heads, seal->n_heads);
    cg_seal_field(seal->seal, out);
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
event_policy(cg_out_t *out, const cg_event_policy_t *policy)
{
    cg_field_object_begin(out, NULL);
    cg_field_str(out, "id", policy->id);
    cg_field_uint(out, "ver", policy->version);
    event_digest(out, "terms", policy->terms);
    event_digest(out, "text", policy->text);
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
    cg_field_object_end(out);
}


static int
event_has_room(const cg_out_t *out)
{
    return out->len < EVENT_PART_BYTES;
}


cg_status_t
cg_event_config(cg_out_t *out, const cg_event_config_t *config,
    cg_event_cursor_t *cursor)
{
    int  last;

    event_digest(out, "hash", config->hash);
    cg_field_uint(out, "part", cursor->part++);

    cg_field_array_begin(out, "servers");
    while (cursor->server < config->n_servers && event_has_room(out)) {
        event_server(out, &config->servers[cursor->server++]);
    }
    cg_field_array_end(out);

    cg_field_array_begin(out, "policies");
    while (cursor->policy < config->n_policies && event_has_room(out)) {
        event_policy(out, &config->policies[cursor->policy++]);
    }
    cg_field_array_end(out);

    cg_field_array_begin(out, "vendors");
    while (cursor->vendor < config->n_vendors && event_has_room(out)) {
        event_vendor(out, &config->vendors[cursor->vendor++]);
    }
    cg_field_array_end(out);

    last = cursor->server == config->n_servers
           && cursor->policy == config->n_policies
           && cursor->vendor == config->n_vendors;

    cg_field_bool(out, "last", last);

    return last ? CG_OK : CG_MORE;
}


void
cg_event_publish(cg_out_t *out, const cg_event_publish_t *publish)
{
    cg_field_str(out, "id", publish->id);
    cg_field_uint(out, "ver", publish->version);
    cg_field_str(out, "enacted", publish->enacted);
    cg_field_str(out, "revised", publish->revised);
    event_digest(out, "terms", publish->terms);
    event_digest(out, "text", publish->text);
}


static const char *
event_act(cg_act_t act)
{
    switch (act) {
    case CG_ACT_GRANT:
        return "grant";
    case CG_ACT_CHANGE:
        return "change";
    case CG_ACT_WITHDRAW:
        return "withdraw";
    case CG_ACT_ERASE:
        return "erase";
    case CG_ACT_REFUSE:
        break;
    }

    return "refuse";
}


static const char *
event_means(cg_means_t means)
{
    switch (means) {
    case CG_MEANS_ACCEPT_ALL:
        return "accept_all";
    case CG_MEANS_CUSTOM:
        return "custom";
    case CG_MEANS_WITHDRAW:
        return "withdraw";
    case CG_MEANS_REJECT_ALL:
        break;
    }

    return "reject_all";
}


static void
event_notice(cg_out_t *out, const cg_event_decision_t *decision)
{
    if (decision->notice.data == NULL) {
        return;
    }

    cg_field_object_begin(out, "notice");
    cg_field_str(out, "hash", decision->notice);
    cg_field_str(out, "lang", decision->lang);
    cg_field_time(out, "shown_at", decision->shown_ms);
    cg_field_object_end(out);
}


void
cg_event_decision(cg_out_t *out, const cg_event_decision_t *decision)
{
    size_t  i;

    cg_field_str(out, "sub", decision->sub);
    cg_field_str(out, "rid", decision->rid);
    cg_field_str(out, "act", cg_str_from(event_act(decision->act)));

    cg_field_object_begin(out, "p");

    for (i = 0; i < decision->n_purposes; i++) {
        cg_field_key(out, decision->purposes[i].id);
        cg_field_item_uint(out, decision->purposes[i].granted ? 1 : 0);
    }

    cg_field_object_end(out);

    cg_field_str(out, "m", cg_str_from(event_means(decision->means)));
    event_notice(out, decision);
    cg_field_uint(out, "rev", decision->rev);
    cg_field_time(out, "exp", decision->expires_ms);
    cg_field_str(out, "tls", decision->tls);
    cg_field_bool(out, "gpc", decision->gpc);
}


static void
event_ref(cg_out_t *out, cg_str_t ch, uint64_t seq)
{
    cg_field_object_begin(out, "ref");
    cg_field_str(out, "ch", ch);
    cg_field_uint(out, "seq", seq);
    cg_field_object_end(out);
}


void
cg_event_outcome(cg_out_t *out, const cg_event_outcome_t *outcome)
{
    static const char *const  results[] = {
        "unknown", "recorded", "failed", "pending"
    };

    event_ref(out, outcome->ch, outcome->seq);
    cg_field_str(out, "result", cg_str_from(results[outcome->result]));

    if (outcome->result == CG_RESULT_RECORDED) {
        cg_field_uint(out, "rev", outcome->rev);
    }
}


void
cg_event_replay(cg_out_t *out, const cg_event_replay_t *replay)
{
    static const char *const  results[] = {
        "recorded", "absent", "superseded"
    };

    event_ref(out, replay->ch, replay->seq);
    cg_field_str(out, "rid", replay->rid);
    cg_field_str(out, "result", cg_str_from(results[replay->result]));

    if (replay->rev) {
        cg_field_uint(out, "rev", replay->rev);
    }
}


static void
event_name(cg_out_t *out, cg_str_t name)
{
    unsigned char  cut[CG_EVENT_NAME_LEN + 3];

    if (name.len > CG_EVENT_NAME_LEN) {
        memcpy(cut, name.data, CG_EVENT_NAME_LEN);
        memcpy(cut + CG_EVENT_NAME_LEN, "...", 3);
        name = (cg_str_t) { sizeof(cut), cut };
    }

    cg_field_item_str(out, name);
}


/* Names come from visitors: a flood of them must not make the line too long
 * and so get rid of the event. */

static void
event_names(cg_out_t *out, const char *key, const char *more,
    const cg_event_names_t *names)
{
    size_t  i, start = out->len;

    if (names->n == 0) {
        return;
    }

    cg_field_array_begin(out, key);

    for (i = 0; i < names->n && i < CG_EVENT_NAMES; i++) {
        if (out->len - start > CG_EVENT_LIST_BYTES) {
            break;
        }

        event_name(out, names->names[i]);
    }

    cg_field_array_end(out);

    if (i < names->n) {
        cg_field_uint(out, more, names->n - i);
    }
}


static void
event_counts(cg_out_t *out, uint64_t held, uint64_t passed)
{
    cg_field_uint(out, "held", held);
    cg_field_uint(out, "passed", passed);
    cg_field_object_end(out);
}


static void
event_tags(cg_out_t *out, const cg_event_tag_t *tags, size_t n)
{
    size_t    i, start = out->len;
    uint64_t  held = 0, passed = 0, vendors;

    cg_field_object_begin(out, "tags");

    for (i = 0; i < n && out->len - start <= CG_EVENT_LIST_BYTES; i++) {
        cg_field_key(out, tags[i].vendor);
        cg_field_object_begin(out, NULL);
        event_counts(out, tags[i].held, tags[i].passed);
    }

    cg_field_object_end(out);

    vendors = n - i;

    for ( /* void */ ; i < n; i++) {
        held += tags[i].held;
        passed += tags[i].passed;
    }

    if (vendors) {
        cg_field_object_begin(out, "tags_more");
        cg_field_uint(out, "vendors", vendors);
        event_counts(out, held, passed);
    }
}


void
cg_event_handling(cg_out_t *out, const cg_event_handling_t *handling)
{
    size_t  i;

    cg_field_str(out, "state", handling->state);
    cg_field_uint(out, "status", handling->status);
    event_tags(out, handling->tags, handling->n_tags);
    event_names(out, "ck_req", "ck_req_more", &handling->request);
    event_names(out, "ck_set", "ck_set_more", &handling->set);
    event_names(out, "ck_expired", "ck_expired_more", &handling->expired);
    cg_field_str(out, "rewrite", handling->bypass.data ? handling->bypass
                                                       : cg_str("ok"));
    cg_field_str(out, "lookup", handling->lookup);

    cg_field_array_begin(out, "walls");

    for (i = 0; i < handling->n_walls; i++) {
        cg_field_item_str(out, handling->walls[i]);
    }

    cg_field_array_end(out);

    if (handling->n_classes) {
        cg_field_array_begin(out, "class");

        for (i = 0; i < handling->n_classes; i++) {
            cg_field_item_str(out, handling->classes[i]);
        }

        cg_field_array_end(out);
    }

    if (handling->ip_up.data) {
        cg_field_object_begin(out, "ip");
        cg_field_str(out, "up", handling->ip_up);
        cg_field_str(out, "log", handling->ip_log);
        cg_field_object_end(out);
    }
}


void
cg_event_degraded(cg_out_t *out, const cg_event_degraded_t *degraded)
{
    cg_field_str(out, "cause", degraded->cause);
    cg_field_uint(out, "n", degraded->requests);
}


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


void
cg_event_failed(cg_out_t *out, cg_str_t cause)
{
    cg_field_str(out, "cause", cause);
}


void
cg_event_resumed(cg_out_t *out, const cg_event_resumed_t *resumed)
{
    cg_field_uint(out, "lost", resumed->lost);
    cg_field_uint(out, "refused", resumed->refused);
}
