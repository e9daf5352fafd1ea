/* What a visitor chose before, out of the record: the last eight choices, as
 * commit.lua keeps them. */

#include "cg_rights.h"
#include "cg_part.h"

#include "base/cg_ascii.h"

#define HISTORY_TIME  20           /* bytes of 2026-01-31T23:59:59Z */


typedef struct {
    cg_day_t  day;                 /* no date: as `decided` says */
    cg_str_t  decided;
    char      clock[6];            /* "23:59" */
    cg_str_t  how;                 /* "accept_all" */
    cg_str_t  purposes;            /* "analytics=1,media=0" */
    cg_str_t  evidence;
    uint32_t  granted;             /* instead of purposes, */
    int       current;             /*   of the current one */
} history_entry_t;


/* How a record says it (cg_record.h). */

static cg_str_t
history_how(cg_how_t how)
{
    static const char *const  words[] = {
        "", "accept_all", "reject_all", "custom", "withdraw", "erase"
    };

    return cg_str_from(words[how]);
}


static void
history_clock(history_entry_t *entry, int64_t time)
{
    int64_t  minutes = time / 60 % (24 * 60);

    entry->clock[0] = (char) ('0' + minutes / 600);
    entry->clock[1] = (char) ('0' + minutes / 60 % 10);
    entry->clock[2] = ':';
    entry->clock[3] = (char) ('0' + minutes % 60 / 10);
    entry->clock[4] = (char) ('0' + minutes % 10);
    entry->clock[5] = '\0';
}


/* As somebody wrote it into Redis: what is no time is shown as it is. */

static void
history_read(history_entry_t *entry, const cg_record_past_t *past)
{
    cg_str_t  time = past->decided;

    memset(entry, 0, sizeof(*entry));
    entry->decided = time;
    entry->how = past->how;
    entry->purposes = past->purposes;
    entry->evidence = past->evidence;

    if (time.len == HISTORY_TIME && time.data[10] == 'T') {
        entry->day = cg_part_day_read(cg_str_sub(time, 0, 10));
        memcpy(entry->clock, time.data + 11, 5);
    }
}


static void
history_current(history_entry_t *entry, const cg_record_t *record)
{
    memset(entry, 0, sizeof(*entry));
    entry->day = cg_part_day(record->decided);
    entry->how = history_how(record->how);
    entry->granted = record->granted;
    entry->evidence = record->evidence;
    entry->current = 1;
    history_clock(entry, record->decided);
}


/* The latest CG_HISTORY_PAST of them and the current one, the oldest first. */

static size_t
history_entries(const struct cg_history_s *history,
    history_entry_t entries[CG_HISTORY_PAST + 1])
{
    size_t            n = 0;
    cg_str_t          rest = history->past;
    cg_record_past_t  past;

    while (cg_record_past_next(&rest, &past) == CG_OK) {
        if (n == CG_HISTORY_PAST) {
            memmove(entries, entries + 1, --n * sizeof(history_entry_t));
        }

        history_read(&entries[n++], &past);
    }

    history_current(&entries[n], history->record);

    return n + 1;
}


/* 1, 0; -1: nothing is said of it. */

static int
history_says(cg_str_t purposes, const cg_purpose_t *purpose)
{
    size_t    at, end;
    cg_str_t  pair;

    for (at = 0; at < purposes.len; at = end + 1) {
        for (end = at; end < purposes.len && purposes.data[end] != ','; end++) {
            /* void */
        }

        pair = cg_str_sub(purposes, at, end);

        if (pair.len == purpose->id.len + 2 && cg_str_starts(pair, purpose->id)
            && pair.data[pair.len - 2] == '=')
        {
            return pair.data[pair.len - 1] == '1';
        }
    }

    return -1;
}


static int
history_state(const history_entry_t *entry, const cg_purpose_t *purpose)
{
    return entry->current ? (entry->granted & purpose->bit) != 0
                          : history_says(entry->purposes, purpose);
}


static void
history_purpose(cg_out_t *out, const cg_view_t *view,
    const cg_purpose_t *purpose, int granted)
{
    cg_out_text(out, "<li>");
    cg_part_purpose_name(out, view, purpose);
    cg_part_colon(out, view);
    cg_part_say(out, view, granted ? "receipt.yes" : "receipt.no");
    cg_out_text(out, "</li>");
}


/* Against the one before; NULL: it is the first that is known. */

static void
history_changes(cg_out_t *out, const cg_view_t *view,
    const history_entry_t *entry, const history_entry_t *before)
{
    int                  state;
    size_t               i, n = 0;
    const cg_purpose_t  *purpose;

    for (i = 0; i < view->policy->npurposes; i++) {
        purpose = &view->policy->purposes[i];
        state = purpose->bit ? history_state(entry, purpose) : -1;

        if (state < 0 || (before && history_state(before, purpose) == state)) {
            continue;
        }

        cg_out_text(out, n++ ? "" : "<ul>");
        history_purpose(out, view, purpose, state);
    }

    if (n) {
        cg_out_text(out, "</ul>");

    } else {
        cg_part_say(out, view, "history.same");
    }
}


static void
history_when(cg_out_t *out, const cg_view_t *view,
    const history_entry_t *entry)
{
    cg_word_t  words[2];

    if (entry->day.month == 0) {
        cg_out_html(out, entry->decided);
        return;
    }

    memset(words, 0, sizeof(words));
    words[0].name = "date";
    words[0].day = entry->day;
    words[1].name = "time";
    words[1].text = (cg_str_t) { 5, (const unsigned char *) entry->clock };

    cg_part_say_with(out, view, "history.time", words, 2);
}


static void
history_row(cg_out_t *out, const cg_view_t *view,
    const history_entry_t *entry, const history_entry_t *before, int evidence)
{
    cg_out_text(out, "<tr><th scope=\"row\">");
    history_when(out, view, entry);
    cg_out_text(out, "</th><td>");
    history_changes(out, view, entry, before);
    cg_out_text(out, "</td><td>");
    cg_part_term(out, view, "history.", entry->how);

    if (evidence && entry->evidence.len) {
        cg_out_text(out, "<br><small>");
        cg_out_html(out, entry->evidence);
        cg_out_text(out, "</small>");
    }

    cg_out_text(out, "</td></tr>");
}


void
cg_history_table(cg_out_t *out, const cg_view_t *view,
    const struct cg_history_s *history, int evidence)
{
    size_t           n;
    history_entry_t  entries[CG_HISTORY_PAST + 1];

    n = history_entries(history, entries);

    cg_out_text(out, "<table class=\"history\"><thead><tr>");
    cg_part_tag(out, view, "th", "history.when");
    cg_part_tag(out, view, "th", "history.what");
    cg_part_tag(out, view, "th", "history.how");
    cg_out_text(out, "</tr></thead><tbody>");

    while (n--) {
        history_row(out, view, &entries[n], n ? &entries[n - 1] : NULL,
                    evidence);
    }

    cg_out_text(out, "</tbody></table>");
}


static void
history_end(cg_out_t *out, const cg_view_t *view, int64_t expires)
{
    cg_word_t  words[2];

    memset(words, 0, sizeof(words));
    words[0].name = "until";
    words[0].day = cg_part_day(expires);
    words[1].name = "n";
    words[1].number = CG_HISTORY_PAST;

    cg_out_text(out, "<p>");
    cg_part_say_with(out, view, "history.end", words, 2);
    cg_out_text(out, "</p>");
}


void
cg_history_section(cg_out_t *out, const cg_view_t *view,
    const cg_page_t *page)
{
    const struct cg_history_s  *history = page->history;

    cg_out_text(out, "<section id=\"history\">");
    cg_part_tag(out, view, "h2", "history.title");

    if (page->past == CG_PAST_FAILED) {
        cg_part_tag(out, view, "p", "history.unread");

    } else if (history == NULL) {
        cg_part_tag(out, view, "p", "receipt.token_only");

    } else if (history->record->rev == 0) {
        cg_part_tag(out, view, "p", "history.none");

    } else {
        cg_history_table(out, view, history, 0);
        history_end(out, view, history->record->expires);
    }

    cg_out_text(out, "</section>");
}
