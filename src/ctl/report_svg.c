/*
 * Charts.  The marks are SVG that is stretched to the room it has; words stand
 * beside it as HTML, so that they keep their size on a phone.  Each chart says
 * in words what it shows, and a table has its numbers.
 */

#include "report.h"

#include <stdlib.h>

#define SVG_WIDTH   1000
#define SVG_HEIGHT  300


static unsigned
svg_begin(report_t *report, const char *class, int height, const char *title)
{
    unsigned  id = ++report->charts;

    fprintf(report->out, "<svg class=\"%s\" viewBox=\"0 0 %d %d\""
            " preserveAspectRatio=\"none\" role=\"img\" aria-labelledby=\"c%u"
            " d%u\"><title id=\"c%u\">", class, SVG_WIDTH, height, id, id, id);
    report_text(report, title);
    report_html(report, "</title>");

    return id;
}


static void
svg_rect(report_t *report, const char *class, double x, double y,
    double width, double height)
{
    if (width > 0 && height > 0) {
        fprintf(report->out, "<rect class=\"%s\" x=\"%.2f\" y=\"%.2f\""
                " width=\"%.2f\" height=\"%.2f\"/>", class, x, y, width,
                height);
    }
}


/* Columns over time */


static int64_t
svg_bucket_sum(const report_bucket_t *bucket)
{
    return bucket->grants + bucket->changes + bucket->refusals
           + bucket->withdrawals;
}


/* The next number that an axis may end at: even, with one digit and zeros. */

static int64_t
svg_top(int64_t most)
{
    int64_t  unit = 1, top;

    while (unit * 10 < most) {
        unit *= 10;
    }

    top = (most + unit - 1) / unit * unit;
    top += (top / unit) % 2 && top != unit * 5 ? unit : 0;

    return top < 4 ? 4 : top;
}


static void
svg_column(report_t *report, size_t i, int64_t top)
{
    size_t                  k;
    double                  slot = (double) SVG_WIDTH
                                   / (double) report->n_buckets;
    double                  y = SVG_HEIGHT, height;
    const report_bucket_t  *b = &report->buckets[i];
    const int64_t           parts[] = { b->grants, b->changes, b->refusals,
                                        b->withdrawals };

    static const char *const  classes[] = {
        "grant", "change", "refuse", "withdraw"
    };

    for (k = 0; k < sizeof(parts) / sizeof(parts[0]); k++) {
        height = (double) parts[k] / (double) top * SVG_HEIGHT;
        y -= height;
        svg_rect(report, classes[k], slot * ((double) i + .2), y, slot * .6,
                 height);
    }
}


static void
svg_axis(report_t *report, int64_t top)
{
    int  i;

    report_html(report, "<div class=\"y\" aria-hidden=\"true\">");

    for (i = 4; i >= 0; i--) {
        report_html(report, "<span>");

        if (i % 2 == 0) {
            report_number(report, top * i / 4);
        }

        report_html(report, "</span>");
    }

    report_html(report, "</div>\n");
}


/* At most seven labels; each stands where its column begins. */

static void
svg_times(report_t *report)
{
    char    text[CTL_WHEN_LEN];
    size_t  i, step = (report->n_buckets + 6) / 7;

    report_html(report, "<div class=\"x\" aria-hidden=\"true\">");

    for (i = 0; i < report->n_buckets; i += step) {
        fprintf(report->out, "<span style=\"left:%.2f%%\">",
                100.0 * ((double) i + .5) / (double) report->n_buckets);
        ctl_when_write(report->from + (int64_t) i * report->width, text);

        if (report->width < CTL_DAY_MS) {
            fprintf(report->out, "%.5s", text + 11);

        } else {
            fprintf(report->out, "%d&#8202;/&#8202;%d", atoi(text + 8),
                    atoi(text + 5));
        }

        report_html(report, "</span>");
    }

    report_html(report, "</div>\n");
}


static void
svg_decisions_says(report_t *report, unsigned id, int64_t most)
{
    size_t   i;
    int64_t  all = 0;

    for (i = 0; i < report->n_buckets; i++) {
        all += svg_bucket_sum(&report->buckets[i]);
    }

    fprintf(report->out, "<desc id=\"d%u\">%zu columns, %lld decisions in all,"
            " at most %lld in one; the table has the numbers.</desc>", id,
            report->n_buckets, (long long) all, (long long) most);
}


void
report_chart_decisions(report_t *report)
{
    size_t    i;
    int64_t   most = 0, top;
    unsigned  id;

    for (i = 0; i < report->n_buckets; i++) {
        if (svg_bucket_sum(&report->buckets[i]) > most) {
            most = svg_bucket_sum(&report->buckets[i]);
        }
    }

    top = svg_top(most);

    report_html(report, "<div class=\"plot\">\n");
    svg_axis(report, top);
    id = svg_begin(report, "columns", SVG_HEIGHT, "Decisions over time");
    svg_decisions_says(report, id, most);

    for (i = 0; i <= 4; i++) {
        fprintf(report->out, "<path class=\"%s\" d=\"M0 %zu H%d\"/>",
                i == 4 ? "base" : "grid", i * SVG_HEIGHT / 4, SVG_WIDTH);
    }

    for (i = 0; i < report->n_buckets; i++) {
        svg_column(report, i, top);
    }

    report_html(report, "</svg>\n");
    svg_times(report);
    report_html(report, "</div>\n");
}


/* One bar */


void
report_bar(report_t *report, const char *title, const int64_t *parts,
    const char *const *classes, size_t n, int64_t whole)
{
    size_t    i;
    double    x = 0, width;
    unsigned  id = svg_begin(report, "bar", 10, title);

    fprintf(report->out, "<desc id=\"d%u\">", id);

    for (i = 0; i < n; i++) {
        fprintf(report->out, "%s%s %lld of %lld", i ? ", " : "", classes[i],
                (long long) parts[i], (long long) whole);
    }

    report_html(report, "</desc>");
    svg_rect(report, "track", 0, 0, SVG_WIDTH, 10);

    for (i = 0; whole > 0 && i < n; i++) {
        width = (double) parts[i] / (double) whole * SVG_WIDTH;
        svg_rect(report, classes[i], x, 0, width, 10);
        x += width;
    }

    report_html(report, "</svg>");
}


/* When it was */


static double
svg_place(const report_t *report, int64_t t)
{
    double  at = (double) (t - report->from)
                 / (double) (report->to - report->from) * SVG_WIDTH;

    return at < 0 ? 0 : at > SVG_WIDTH ? SVG_WIDTH : at;
}


void
report_strip(report_t *report, const char *title, const json_t *spans)
{
    size_t    i;
    double    x, width;
    json_t   *span;
    int64_t   from, to;
    unsigned  id;

    report_html(report, "<div class=\"plot strip\">\n");
    id = svg_begin(report, "bar", 10, title);
    fprintf(report->out, "<desc id=\"d%u\">%zu spans over the period; the table"
            " has their times.</desc>", id, json_array_size(spans));
    svg_rect(report, "calm", 0, 0, SVG_WIDTH, 10);

    json_array_foreach(spans, i, span) {
        from = report->from;
        to = report->to;
        (void) ctl_time(span, "from", &from);
        (void) ctl_time(span, "to", &to);
        x = svg_place(report, from);
        width = svg_place(report, to) - x;
        svg_rect(report, "outage", x, 0, width < 3 ? 3 : width, 10);
    }

    report_html(report, "</svg>\n");
    svg_times(report);
    report_html(report, "</div>\n");
}


/* How long it took */


static void
svg_delay_row(report_t *report, const json_t *row, int64_t before,
    int64_t most, int64_t bound)
{
    const json_t  *ms = json_object_get(row, "ms");
    int64_t        n = ctl_number(row, "n");
    const char    *class = json_is_integer(ms)
                           && json_integer_value(ms) <= bound
                           ? "stop" : "late";

    report_html(report, "<tr><th scope=\"row\">");
    report_html(report, json_is_integer(ms) ? "up to " : "longer than ");
    report_duration(report, json_is_integer(ms) ? json_integer_value(ms)
                                                : before);
    report_html(report, "</th><td class=\"wide\">");
    report_bar(report, "How many", &n, &class, 1, most);
    report_html(report, "</td>");
    report_cell_number(report, n);
    report_html(report, "</tr>\n");
}


void
report_chart_delays(report_t *report, const json_t *delays, int64_t bound)
{
    size_t   i;
    json_t  *row;
    int      begun = 0;
    int64_t  before = 0, most = 1, left = ctl_number(delays, "n");

    static const report_column_t  columns[] = {
        { "Took", "" }, { "", "wide" }, { "Provisions", "n" }, { NULL, NULL }
    };

    json_array_foreach(json_object_get(delays, "histogram"), i, row) {
        most = ctl_number(row, "n") > most ? ctl_number(row, "n") : most;
    }

    report_table(report, "From a withdrawal to the end of what it closes",
                 columns);

    json_array_foreach(json_object_get(delays, "histogram"), i, row) {
        left -= ctl_number(row, "n");
        begun |= ctl_number(row, "n") != 0;

        if (begun) {
            svg_delay_row(report, row, before, most, bound);
        }

        before = ctl_number(row, "ms");

        if (left == 0) {
            break;
        }
    }

    report_table_end(report);
}
