#include "report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>


void
report_html(report_t *report, const char *html)
{
    fputs(html, report->out);
}


void
report_text(report_t *report, const char *text)
{
    for ( /* void */ ; *text; text++) {
        switch (*text) {
        case '<':
            fputs("&lt;", report->out);
            break;

        case '>':
            fputs("&gt;", report->out);
            break;

        case '&':
            fputs("&amp;", report->out);
            break;

        case '"':
            fputs("&quot;", report->out);
            break;

        default:
            fputc(*text, report->out);
        }
    }
}


void
report_format(report_t *report, const char *format, ...)
{
    char     text[1024];
    va_list  args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);

    report_text(report, text);
}


void
report_number(report_t *report, int64_t n)
{
    char    digits[32];
    size_t  i, len;

    len = (size_t) snprintf(digits, sizeof(digits), "%" PRId64, n);

    for (i = 0; i < len; i++) {
        if (i && digits[i - 1] != '-' && (len - i) % 3 == 0) {
            fputc(',', report->out);
        }

        fputc(digits[i], report->out);
    }
}


void
report_duration(report_t *report, int64_t ms)
{
    if (ms < 1000) {
        fprintf(report->out, "%" PRId64 "&nbsp;ms", ms);

    } else if (ms < 60000 && ms % 1000 == 0) {
        fprintf(report->out, "%" PRId64 "&nbsp;s", ms / 1000);

    } else if (ms < 60000) {
        fprintf(report->out, "%.1f&nbsp;s", (double) ms / 1000);

    } else if (ms < 2 * 3600000) {
        fprintf(report->out, "%" PRId64 "&nbsp;min", (ms + 30000) / 60000);

    } else if (ms < 2 * (int64_t) CTL_DAY_MS) {
        fprintf(report->out, "%.1f&nbsp;h", (double) ms / 3600000);

    } else {
        fprintf(report->out, "%.1f&nbsp;days", (double) ms / CTL_DAY_MS);
    }
}


void
report_day(report_t *report, int64_t ms, int year)
{
    char  text[CTL_WHEN_LEN];
    int   month;

    static const char *const  months[] = {
        "January", "February", "March", "April", "May", "June", "July",
        "August", "September", "October", "November", "December"
    };

    ctl_when_write(ms, text);
    month = atoi(text + 5);
    fprintf(report->out, "%d&nbsp;%s", atoi(text + 8),
            month >= 1 && month <= 12 ? months[month - 1] : "?");

    if (year) {
        fprintf(report->out, "&nbsp;%.4s", text);
    }
}


void
report_day_short(report_t *report, int64_t ms)
{
    char  text[CTL_WHEN_LEN];
    int   month;

    static const char *const  months[] = {
        "Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept",
        "Oct", "Nov", "Dec"
    };

    ctl_when_write(ms, text);
    month = atoi(text + 5);
    fprintf(report->out, "<time datetime=\"%.10s\">%d %s</time>", text,
            atoi(text + 8), month >= 1 && month <= 12 ? months[month - 1]
                                                      : "?");
}


void
report_time(report_t *report, int64_t ms)
{
    char  text[CTL_WHEN_LEN];

    ctl_when_write(ms, text);
    fprintf(report->out, "<time datetime=\"%s\">%.10s %.5s</time>", text, text,
            text + 11);
}


void
report_open(report_t *report, const char *id, const char *title,
    const char *says)
{
    fprintf(report->out, "<section id=\"%s\" aria-labelledby=\"%s-title\">\n"
            "<div class=\"lead\"><h2 id=\"%s-title\">%s</h2>\n<p>%s</p></div>\n"
            "<div class=\"body\">\n", id, id, id, title, says);
}


void
report_close(report_t *report)
{
    report_html(report, "</div>\n</section>\n\n");
}


void
report_table(report_t *report, const char *caption,
    const report_column_t *columns)
{
    report_html(report, "<div class=\"scroll\" role=\"region\" tabindex=\"0\""
                " aria-label=\"");
    report_text(report, caption);
    report_html(report, "\"><table>\n<caption>");
    report_text(report, caption);
    report_html(report, "</caption>\n<thead><tr>");

    for ( /* void */ ; columns->title; columns++) {
        fprintf(report->out, columns->kind[0] ? "<th scope=\"col\" class=\"%s"
                "\">" : "<th scope=\"col\"%s>", columns->kind);
        report_text(report, columns->title);
        report_html(report, "</th>");
    }

    report_html(report, "</tr></thead>\n<tbody>\n");
}


void
report_table_end(report_t *report)
{
    report_html(report, "</tbody></table></div>\n");
}


void
report_cell(report_t *report, const char *text)
{
    report_html(report, "<td>");
    report_text(report, text);
    report_html(report, "</td>");
}


void
report_cell_number(report_t *report, int64_t n)
{
    report_html(report, "<td class=\"n\">");
    report_number(report, n);
    report_html(report, "</td>");
}


void
report_cell_few(report_t *report, int64_t n)
{
    if (n) {
        report_cell_number(report, n);

    } else {
        report_html(report, "<td class=\"n nil\">0</td>");
    }
}


void
report_cell_json(report_t *report, const json_t *value)
{
    if (json_is_integer(value)) {
        report_cell_number(report, json_integer_value(value));

    } else if (json_is_string(value)) {
        report_cell(report, json_string_value(value));

    } else {
        report_html(report, "<td class=\"n few\"><span title=\"too few to be"
                    " told\">&lt;&#8239;k</span></td>");
    }
}
