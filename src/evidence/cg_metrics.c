#include "cg_metrics.h"
#include "cg_field.h"


void
cg_metrics_begin(cg_metrics_t *metrics, cg_out_t *out, const char *prefix)
{
    memset(metrics, 0, sizeof(*metrics));

    metrics->out = out;
    metrics->prefix = prefix;

    if (prefix == NULL) {
        cg_field_object_begin(out, NULL);
    }
}


static void
metrics_close(cg_metrics_t *metrics)
{
    if (metrics->metric == NULL || metrics->prefix) {
        return;
    }

    if (metrics->first.data) {
        cg_field_object_end(metrics->out);
        metrics->first = cg_str_null;
    }

    if (metrics->metric->labels[0]) {
        cg_field_object_end(metrics->out);
    }
}


static void
metrics_name(cg_metrics_t *metrics)
{
    cg_out_text(metrics->out, metrics->prefix);
    cg_out_text(metrics->out, metrics->metric->name);

    if (metrics->metric->counter) {
        cg_out_text(metrics->out, "_total");
    }
}


void
cg_metrics_open(cg_metrics_t *metrics, const cg_metric_t *metric)
{
    metrics_close(metrics);
    metrics->metric = metric;

    if (metrics->prefix == NULL) {
        if (metric->labels[0]) {
            cg_field_object_begin(metrics->out, metric->name);
        }

        return;
    }

    cg_out_text(metrics->out, "# HELP ");
    metrics_name(metrics);
    cg_out_byte(metrics->out, ' ');
    cg_out_text(metrics->out, metric->help);
    cg_out_text(metrics->out, "\n# TYPE ");
    metrics_name(metrics);
    cg_out_text(metrics->out, metric->counter ? " counter\n" : " gauge\n");
}


/* A label may hold anything but ends with its quote. */

static void
metrics_label(cg_metrics_t *metrics, const char *name, cg_str_t value)
{
    size_t     i;
    cg_out_t  *out = metrics->out;

    cg_out_text(out, name);
    cg_out_text(out, "=\"");

    for (i = 0; i < value.len; i++) {
        if (value.data[i] == '\n') {
            cg_out_text(out, "\\n");
            continue;
        }

        if (value.data[i] == '"' || value.data[i] == '\\') {
            cg_out_byte(out, '\\');
        }

        cg_out_byte(out, value.data[i]);
    }

    cg_out_byte(out, '"');
}


static void
metrics_text(cg_metrics_t *metrics, cg_str_t first, cg_str_t second)
{
    const char *const  *labels = metrics->metric->labels;

    metrics_name(metrics);

    if (labels[0]) {
        cg_out_byte(metrics->out, '{');
        metrics_label(metrics, labels[0], first);

        if (labels[1]) {
            cg_out_byte(metrics->out, ',');
            metrics_label(metrics, labels[1], second);
        }

        cg_out_byte(metrics->out, '}');
    }

    cg_out_byte(metrics->out, ' ');
}


/* Up to the colon behind the innermost key. */

static void
metrics_json(cg_metrics_t *metrics, cg_str_t first, cg_str_t second)
{
    const cg_metric_t  *metric = metrics->metric;

    if (metric->labels[0] == NULL) {
        cg_field_key(metrics->out, cg_str_from(metric->name));
        return;
    }

    if (metric->labels[1] == NULL) {
        cg_field_key(metrics->out, first);
        return;
    }

    if (!cg_str_eq(metrics->first, first)) {
        if (metrics->first.data) {
            cg_field_object_end(metrics->out);
        }

        cg_field_key(metrics->out, first);
        cg_field_object_begin(metrics->out, NULL);
        metrics->first = first;
    }

    cg_field_key(metrics->out, second);
}


static void
metrics_labels(cg_metrics_t *metrics, cg_str_t first, cg_str_t second)
{
    if (metrics->prefix == NULL) {
        metrics_json(metrics, first, second);
    } else {
        metrics_text(metrics, first, second);
    }
}


static void
metrics_done(cg_metrics_t *metrics)
{
    if (metrics->prefix) {
        cg_out_byte(metrics->out, '\n');
    }
}


void
cg_metrics_put(cg_metrics_t *metrics, cg_str_t first, cg_str_t second,
    uint64_t value)
{
    metrics_labels(metrics, first, second);
    cg_out_uint(metrics->out, value);
    metrics_done(metrics);
}


void
cg_metrics_put_ms(cg_metrics_t *metrics, cg_str_t first, cg_str_t second,
    uint64_t ms)
{
    metrics_labels(metrics, first, second);

    cg_out_uint(metrics->out, ms / 1000);
    cg_out_byte(metrics->out, '.');
    cg_out_byte(metrics->out, (unsigned char) ('0' + ms / 100 % 10));
    cg_out_byte(metrics->out, (unsigned char) ('0' + ms / 10 % 10));
    cg_out_byte(metrics->out, (unsigned char) ('0' + ms % 10));

    metrics_done(metrics);
}


void
cg_metrics_end(cg_metrics_t *metrics)
{
    metrics_close(metrics);
    metrics->metric = NULL;

    if (metrics->prefix == NULL) {
        cg_field_object_end(metrics->out);
        cg_out_byte(metrics->out, '\n');
    }
}
