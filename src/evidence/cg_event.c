#include "cg_event.h"
#include "cg_field.h"


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
    cg_field_str(out, "control", decision->control);
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


void
cg_event_outcome(cg_out_t *out, const cg_event_outcome_t *outcome)
{
    static const char *const  results[] = {
        "unknown", "recorded", "failed", "pending"
    };

    cg_field_ref(out, outcome->ch, outcome->seq);
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

    cg_field_ref(out, replay->ch, replay->seq);
    cg_field_str(out, "rid", replay->rid);
    cg_field_str(out, "result", cg_str_from(results[replay->result]));

    if (replay->rev) {
        cg_field_uint(out, "rev", replay->rev);
    }
}


void
cg_event_degraded(cg_out_t *out, const cg_event_degraded_t *degraded)
{
    cg_field_str(out, "cause", degraded->cause);
    cg_field_uint(out, "n", degraded->requests);
    cg_field_uint(out, "unsaved", degraded->unsaved);
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
