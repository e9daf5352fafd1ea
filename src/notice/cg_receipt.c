/* The file of what is recorded, as a page: labels and values, style inside,
 * nothing to be fetched. */

#include "cg_rights.h"
#include "cg_part.h"

#define RECEIPT_STYLE                                                         \
    "body{font:1rem/1.6 system-ui,sans-serif;max-width:46rem;margin:0 auto;"  \
    "padding:1.5rem 1rem;color:#1b1f24;background:#fff}"                      \
    "table{border-collapse:collapse;width:100%;margin:0 0 1rem}"              \
    "th,td{text-align:start;vertical-align:top;padding:.35rem .5rem;"         \
    "border-bottom:1px solid #cdd3da;overflow-wrap:anywhere}"                 \
    "th{width:38%;font-weight:600}a{padding-block:.25rem}"                    \
    "@media(prefers-color-scheme:dark){body{color:#e8ebef;"                   \
    "background:#15181c}th,td{border-color:#3a424c}a{color:#8fc0ff}}"


/* Up to `end`, which is passed over. */

static cg_str_t
receipt_piece(cg_str_t *rest, unsigned char end)
{
    size_t    n;
    cg_str_t  piece;

    for (n = 0; n < rest->len && rest->data[n] != end; n++) { /* void */ }

    piece = cg_str_sub(*rest, 0, n);
    *rest = cg_str_sub(*rest, n < rest->len ? n + 1 : n, rest->len);

    return piece.len ? piece : cg_str_null;
}


void
cg_receipt_place(cg_str_t evidence, cg_str_t *lane, cg_str_t *seq, cg_str_t *h)
{
    *lane = *seq = *h = cg_str_null;

    if (evidence.len) {
        *lane = receipt_piece(&evidence, ':');
        *seq = receipt_piece(&evidence, ':');
        *h = evidence.len ? evidence : cg_str_null;
    }
}


static void
receipt_row_open(cg_out_t *out, const cg_view_t *view, const char *label)
{
    cg_out_text(out, "<tr><th scope=\"row\">");
    cg_part_say(out, view, label);
    cg_out_text(out, "</th><td>");
}


static void
receipt_row(cg_out_t *out, const cg_view_t *view, const char *label,
    cg_str_t value)
{
    if (value.len) {
        receipt_row_open(out, view, label);
        cg_out_html(out, value);
        cg_out_text(out, "</td></tr>");
    }
}


static void
receipt_row_link(cg_out_t *out, const cg_view_t *view, const char *label,
    cg_str_t origin, const char *path, cg_str_t rest)
{
    receipt_row_open(out, view, label);
    cg_out_text(out, "<a href=\"");
    cg_out_html(out, origin);
    cg_out_html(out, view->uri);
    cg_out_text(out, path);
    cg_out_html(out, rest);
    cg_out_text(out, "\">");
    cg_out_html(out, origin);
    cg_out_html(out, view->uri);
    cg_out_text(out, path);
    cg_out_html(out, rest);
    cg_out_text(out, "</a></td></tr>");
}


static void
receipt_controller(cg_out_t *out, const cg_view_t *view,
    const cg_receipt_t *receipt)
{
    cg_word_t           word;
    const cg_policy_t  *policy = view->policy;

    memset(&word, 0, sizeof(word));
    word.name = "name";
    word.text = policy->contact_name;

    cg_part_tag(out, view, "h2", "page.contact_title");
    cg_out_text(out, "<p>");
    cg_out_html(out, policy->controller);
    cg_out_text(out, "<br>");
    cg_out_html(out, receipt->site);

    if (policy->contact_name.len) {
        cg_out_text(out, "<br>");
        cg_part_say_with(out, view, "page.contact", &word, 1);
    }

    if (policy->contact_url.len) {
        cg_out_text(out, "<br>");
        cg_part_link(out, policy->contact_url, policy->contact_url);
    }

    cg_out_text(out, "</p>");
}


static void
receipt_decided(cg_out_t *out, const cg_view_t *view, int64_t decided,
    int64_t expires, uint32_t version)
{
    cg_word_t  words[3];

    memset(words, 0, sizeof(words));

    words[0].name = "date";
    words[0].day = cg_part_day(decided);
    words[1].name = "until";
    words[1].day = cg_part_day(expires);
    words[2].name = "version";
    words[2].number = version;

    cg_out_text(out, "<p>");
    cg_part_say_with(out, view, "page.decided", words, 3);
    cg_out_text(out, "</p>");
}


static void
receipt_purposes(cg_out_t *out, const cg_view_t *view)
{
    int                  yes;
    size_t               i;
    const cg_purpose_t  *purpose;

    cg_part_tag(out, view, "h2", "page.purposes");
    cg_out_text(out, "<table>");

    for (i = 0; i < view->policy->npurposes; i++) {
        purpose = &view->policy->purposes[i];
        yes = purpose->bit == 0 || (purpose->bit & view->consent->granted);

        cg_out_text(out, "<tr><th scope=\"row\">");
        cg_part_purpose_name(out, view, purpose);
        cg_out_text(out, "</th><td>");
        cg_part_say(out, view, yes ? "receipt.yes" : "receipt.no");
        cg_out_text(out, "</td></tr>");
    }

    cg_out_text(out, "</table>");
}


static void
receipt_time(cg_out_t *out, const cg_view_t *view, const char *label,
    int64_t time)
{
    cg_word_t  word;
    cg_day_t   day = cg_part_day(time);

    if (day.month == 0) {
        return;
    }

    memset(&word, 0, sizeof(word));
    word.name = "date";
    word.day = day;

    receipt_row_open(out, view, label);
    cg_part_say_with(out, view, "receipt.day", &word, 1);
    cg_out_text(out, "</td></tr>");
}


/* What proves it, whoever keeps the log. */

static void
receipt_evidence(cg_out_t *out, const cg_view_t *view,
    const cg_receipt_t *receipt)
{
    cg_str_t            lane, seq, h;
    const cg_record_t  *record = receipt->record;

    cg_receipt_place(record->evidence, &lane, &seq, &h);

    cg_part_tag(out, view, "h2", "receipt.title");
    cg_part_tag(out, view, "p", "receipt.text");
    cg_out_text(out, "<table>");
    receipt_row(out, view, "receipt.number", receipt->receipt);
    receipt_row(out, view, "receipt.sub", receipt->sub);
    receipt_row(out, view, "receipt.lane", lane);
    receipt_row(out, view, "receipt.seq", seq);
    receipt_row(out, view, "receipt.hash", h);
    receipt_time(out, view, "receipt.shown", record->shown);

    if (record->notice.len) {
        receipt_row_link(out, view, "receipt.notice", receipt->origin,
                         "notice/", record->notice);
    }

    receipt_row_link(out, view, "receipt.withdraw", receipt->origin, "",
                     cg_str(""));
    cg_out_text(out, "</table>");
}


static void
receipt_history(cg_out_t *out, const cg_view_t *view,
    const cg_receipt_t *receipt)
{
    struct cg_history_s  history = { receipt->record, receipt->history };

    cg_part_tag(out, view, "h2", "history.title");
    cg_history_table(out, view, &history, 1);
}


void
cg_receipt_page(cg_out_t *out, const cg_view_t *view,
    const cg_receipt_t *receipt)
{
    const cg_record_t  *record = receipt->record;

    cg_out_text(out, "<!DOCTYPE html><html");
    cg_part_lang(out, view->lang);
    cg_out_text(out, "><head><meta charset=\"utf-8\"><meta name=\"viewport\""
                     " content=\"width=device-width, initial-scale=1\">");
    cg_part_tag(out, view, "title", "page.record_title");
    cg_out_text(out, "<style>" RECEIPT_STYLE "</style></head><body>");
    cg_part_tag(out, view, "h1", "page.record_title");
    receipt_controller(out, view, receipt);
    receipt_purposes(out, view);

    if (record->rev) {
        receipt_decided(out, view, record->decided, record->expires,
                        record->version);
    } else {
        receipt_decided(out, view, receipt->token->issued,
                        receipt->token->expires, receipt->token->version);
        cg_part_tag(out, view, "p", "receipt.token_only");
    }

    if (receipt->hold == CG_HOLD_LEGAL) {
        cg_part_tag(out, view, "p", "rights.held");

    } else if (receipt->hold == CG_HOLD_SUSPEND) {
        cg_part_tag(out, view, "p", "rights.stopped_use");
    }

    if (record->rev) {
        receipt_evidence(out, view, receipt);
        receipt_history(out, view, receipt);
    }

    cg_out_text(out, "</body></html>");
}
