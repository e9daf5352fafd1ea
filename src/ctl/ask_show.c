/* consentctl show: the consent behind a receipt, and what was shown for it.
 * Without a receipt: of every decision. */

#include "ask.h"

#include <stdlib.h>

#define SHOW_VALID_MS  CTL_DAY_MS            /* a notice may be so old */


typedef struct {
    int64_t  n;                              /* decisions looked at */
} show_t;


/* What the archive has under a hash, looked for once. */

static json_int_t
show_archived(ctl_ask_t *ask, const char *hash)
{
    json_t  *texts = json_object_get(ask->data, "texts");

    if (texts == NULL) {
        texts = json_object();
        ctl_ask_set(ask, "texts", texts);
    }

    if (json_object_get(texts, hash) == NULL) {
        json_object_set_new(texts, hash,
                            json_integer(ctl_archive_check(ask->run, hash)));
    }

    return ctl_number(texts, hash);
}


/* 1: the policy was published with this text; -1: the log does not say. */

static int
show_published(const ctl_ask_t *ask, const ctl_decision_t *decision)
{
    int            said = 0;
    size_t         i;
    json_t        *config;
    const json_t  *notice;

    json_array_foreach(ask->run->world.configs, i, config) {
        notice = json_object_get(ctl_config_policy(config, decision->policy),
                                 "notice");
        said |= notice != NULL;

        if (strcmp(ctl_text(notice, decision->lang), decision->notice) == 0) {
            return 1;
        }
    }

    return said ? 0 : -1;
}


static void
show_notice(ctl_ask_t *ask, const ctl_decision_t *decision)
{
    int         published = show_published(ask, decision);
    json_int_t  archived = show_archived(ask, decision->notice);

    /* the second in which it was shown, against a millisecond */

    if (decision->shown == 0 || decision->shown > decision->t) {
        ctl_ask_finding(ask, decision->place, "the notice was not shown before"
                        " the decision");

    } else if (decision->t - decision->shown > SHOW_VALID_MS) {
        ctl_ask_finding(ask, decision->place, "the notice was shown more than"
                        " a day before");
    }

    if (published == 0) {
        ctl_ask_finding(ask, decision->place, "no policy was published with"
                        " text %s in language %s", decision->notice,
                        decision->lang);

    } else if (published < 0) {
        ctl_ask_missing(ask, "the configuration does not name its texts");
    }

    if (archived == 0) {
        ctl_ask_finding(ask, decision->place, "the archived text %s is another"
                        " one: its hash does not fit", decision->notice);

    } else if (archived < 0) {
        ctl_ask_missing(ask, "the archive does not have text %s (--texts"
                        " DIR)", decision->notice);
    }
}


/* Only what opens something needs to have been shown. */

static void
show_check(ctl_ask_t *ask, const ctl_decision_t *decision)
{
    show_t  *show = ctl_ask_state(ask, sizeof(*show));

    show->n++;

    if (decision->notice[0]) {
        show_notice(ask, decision);

    } else if (decision->granted & ~decision->before) {
        ctl_ask_finding(ask, decision->place, "a grant that names no notice");
    }

    if (decision->result == CTL_RESULT_UNKNOWN && ask->run->rid) {
        ctl_ask_missing(ask, "nobody knows what became of the decision");
    }
}


static void
show_list(ctl_ask_t *ask, const ctl_decision_t *decision, const char *as)
{
    static const char *const  results[] = {
        "no outcome", "nothing is kept", "recorded", "pending", "failed",
        "unknown"
    };

    json_t  *row = ctl_ask_row(decision->place);

    json_object_set_new(row, "as", json_string(as));
    json_object_set_new(row, "rid", json_string(decision->rid));
    json_object_set_new(row, "t", ctl_ask_when(decision->t));
    json_object_set_new(row, "site", json_string(decision->host));
    json_object_set_new(row, "policy", json_string(decision->policy));
    json_object_set_new(row, "version", json_integer(decision->version));
    json_object_set_new(row, "act", json_string(decision->act));
    json_object_set_new(row, "means", json_string(decision->means));
    json_object_set_new(row, "granted",
                        ctl_ask_purposes(ask, decision->granted));
    json_object_set_new(row, "refused", ctl_ask_purposes(
                        ask, decision->named & ~decision->granted));
    json_object_set_new(row, "notice", json_string(decision->notice));
    json_object_set_new(row, "lang", json_string(decision->lang));
    json_object_set_new(row, "control", json_string(decision->control));
    json_object_set_new(row, "shown_at", ctl_ask_when(decision->shown));
    json_object_set_new(row, "expires", ctl_ask_when(decision->expires));
    json_object_set_new(row, "gpc", json_boolean(decision->gpc));
    json_object_set_new(row, "result",
                        json_string(results[decision->result]));

    json_array_append_new(ctl_ask_list(ask, "decisions"), row);
}


/* Of one receipt, what the same person decided before and after stands with
 * it. */

static void
show_settled(ctl_ask_t *ask, const ctl_event_t *event,
    const ctl_decision_t *decision)
{
    const char  *rid = ask->run->rid;

    (void) event;

    if (decision->replayed) {
        return;
    }

    if (rid == NULL) {
        if (decision->within) {
            show_check(ask, decision);
        }

        return;
    }

    if (strcmp(decision->rid, rid) == 0) {
        show_list(ask, decision, "receipt");
        show_check(ask, decision);

    } else if (decision->person) {
        show_list(ask, decision, "same person");
    }
}


/* A frame that was shown once: there is no person and no record behind it. */

static void
show_once(ctl_ask_t *ask, const ctl_event_t *event)
{
    json_t        *row;
    show_t        *show = ctl_ask_state(ask, sizeof(*show));
    const json_t  *notice = json_object_get(event->body, "notice");

    if (ask->run->rid == NULL
        || strcmp(event->type, "show_once") != 0
        || strcmp(ask->run->rid, ctl_text(event->body, "rid")) != 0)
    {
        return;
    }

    show->n++;
    row = ctl_ask_row(event->place);
    json_object_set_new(row, "as", json_string("receipt"));
    json_object_set_new(row, "rid", json_string(ask->run->rid));
    json_object_set_new(row, "t", ctl_ask_when(event->t));
    json_object_set_new(row, "site", json_string(event->host));
    json_object_set_new(row, "policy", json_string(event->policy));
    json_object_set_new(row, "version", json_integer(event->version));
    json_object_set_new(row, "act", json_string("show once"));
    json_object_set_new(row, "vendor",
                        json_string(ctl_text(event->body, "vendor")));
    json_object_set_new(row, "notice", json_string(ctl_text(notice, "hash")));
    json_object_set_new(row, "lang", json_string(ctl_text(notice, "lang")));
    json_object_set_new(row, "shown_at",
                        json_string(ctl_text(notice, "shown_at")));
    json_object_set_new(row, "result", json_string("recorded"));
    json_array_append_new(ctl_ask_list(ask, "decisions"), row);
}


static void
show_end(ctl_ask_t *ask)
{
    size_t                 at = 0;
    show_t                *show = ctl_ask_state(ask, sizeof(*show));
    const char            *rid = ask->run->rid;
    const ctl_decision_t  *open;

    while ((open = ctl_table_next(&ask->run->people.waiting, &at, NULL))) {
        if (rid && open->result == CTL_RESULT_NONE
            && strcmp(open->rid, rid) == 0)
        {
            show_list(ask, open, "receipt");
            show_check(ask, open);
            ctl_ask_missing(ask, "the decision has no outcome in these"
                            " files");
        }
    }

    ctl_ask_set(ask, "checked", json_integer(show->n));

    if (show->n == 0) {
        ctl_ask_missing(ask, rid ? "no decision with this receipt stands in"
                                   " these files"
                                 : "no decision in this period");
    }
}


static void
show_print(const ctl_ask_t *ask)
{
    static const ctl_column_t  columns[] = {
        { "at", "t" }, { "what", "as" }, { "act", "act" }, { "by", "means" },
        { "policy", "policy" }, { "ver", "version" },
        { "granted", "granted" }, { "text", "notice" }, { "lang", "lang" },
        { "on", "control" }, { "shown at", "shown_at" }, { "result", "result" },
        { "evidence", "file" }, { NULL, NULL }
    };

    ctl_print_table(json_object_get(ask->data, "decisions"), columns);
}


const ctl_question_t  ctl_question_show = {
    "show", "What is the consent behind the receipt, and what was shown?",
    NULL, show_once, show_settled, show_end, show_print
};
