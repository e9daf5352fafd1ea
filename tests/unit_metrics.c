/* Numbers as Prometheus text and as JSON. */

#include "tap.h"
#include "heap.h"
#include "evidence/cg_metrics.h"

#include <jansson.h>

#define BIG  ((uint64_t) INT64_MAX)


static const cg_metric_t  plain = {
    "pending", "What waits", 0, { NULL }
};

static const cg_metric_t  listed = {
    "lookups", "How a state was learned", 1, { "outcome" }
};

static const cg_metric_t  crossed = {
    "decisions", "What was decided", 1, { "act", "result" }
};

static const cg_metric_t  empty = {
    "feeds", "Of nothing", 0, { "target" }
};

static const cg_metric_t  aged = {
    "age_seconds", "Since it was read", 0, { "target" }
};


static const char *
written(heap_t *heap, const char *prefix)
{
    cg_out_t      out;
    cg_metrics_t  m;

    cg_out_init(&out, &heap->arena, 4096);
    cg_metrics_begin(&m, &out, prefix);

    cg_metrics_open(&m, &plain);
    cg_metrics_put(&m, cg_str_null, cg_str_null, 0);

    cg_metrics_open(&m, &listed);
    cg_metrics_put(&m, cg_str("cache"), cg_str_null, 7);
    cg_metrics_put(&m, cg_str("redis"), cg_str_null, BIG);

    cg_metrics_open(&m, &crossed);
    cg_metrics_put(&m, cg_str("grant"), cg_str("recorded"), 1);
    cg_metrics_put(&m, cg_str("grant"), cg_str("failed"), 2);
    cg_metrics_put(&m, cg_str("erase"), cg_str("recorded"), 3);

    cg_metrics_open(&m, &empty);
    cg_metrics_open(&m, &aged);
    cg_metrics_put_ms(&m, cg_str("a\"b\\c\nd"), cg_str_null, 12045);
    cg_metrics_put_ms(&m, cg_str("e"), cg_str_null, 0);

    cg_metrics_end(&m);
    cg_out_byte(&out, '\0');

    return (const char *) cg_out_slice(&out).data;
}


static void
as_text(heap_t *heap)
{
    static const char  want[] =
        "# HELP gate_pending What waits\n"
        "# TYPE gate_pending gauge\n"
        "gate_pending 0\n"
        "# HELP gate_lookups_total How a state was learned\n"
        "# TYPE gate_lookups_total counter\n"
        "gate_lookups_total{outcome=\"cache\"} 7\n"
        "gate_lookups_total{outcome=\"redis\"} 9223372036854775807\n"
        "# HELP gate_decisions_total What was decided\n"
        "# TYPE gate_decisions_total counter\n"
        "gate_decisions_total{act=\"grant\",result=\"recorded\"} 1\n"
        "gate_decisions_total{act=\"grant\",result=\"failed\"} 2\n"
        "gate_decisions_total{act=\"erase\",result=\"recorded\"} 3\n"
        "# HELP gate_feeds Of nothing\n"
        "# TYPE gate_feeds gauge\n"
        "# HELP gate_age_seconds Since it was read\n"
        "# TYPE gate_age_seconds gauge\n"
        "gate_age_seconds{target=\"a\\\"b\\\\c\\nd\"} 12.045\n"
        "gate_age_seconds{target=\"e\"} 0.000\n";

    is_str(cg_str_from(written(heap, "gate_")), cg_str_from(want),
           "Prometheus text");
}


static void
as_json(heap_t *heap)
{
    json_t      *root, *wanted;
    const char  *text = written(heap, NULL);

    root = json_loads(text, 0, NULL);
    wanted = json_loads("{\"pending\":0,"
        "\"decisions\":{\"grant\":{\"recorded\":1,\"failed\":2},"
        "\"erase\":{\"recorded\":3}},"
        "\"age_seconds\":{\"a\\\"b\\\\c\\nd\":12.045,\"e\":0.0},"
        "\"feeds\":{},"
        "\"lookups\":{\"cache\":7,\"redis\":9223372036854775807}}", 0, NULL);

    if (!ok(root && wanted && json_equal(root, wanted),
            "JSON has the same numbers"))
    {
        printf("# %s\n", text);
    }

    json_decref(root);
    json_decref(wanted);
}


int
main(void)
{
    heap_t  heap;

    heap_init(&heap);
    as_text(&heap);
    as_json(&heap);
    heap_drop(&heap);

    return tap_done();
}
