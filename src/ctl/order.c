#include "order.h"

#include <stdlib.h>


struct ctl_held_s {
    int64_t      key;                  /* its time, or that of its lane if the
                                          clock went back */
    uint64_t     arrived;
    ctl_event_t  event;
};


int
ctl_order_begin(ctl_order_t *order, ctl_event_fn fn, void *ctx)
{
    memset(order, 0, sizeof(*order));
    order->newest = INT64_MIN;
    order->fn = fn;
    order->ctx = ctx;
    order->heap = calloc(CTL_ORDER_HELD, sizeof(*order->heap));
    ctl_table_init(&order->lanes, sizeof(int64_t));

    return order->heap != NULL;
}


/* The heap */


static int
order_before(const ctl_held_t *a, const ctl_held_t *b)
{
    return a->key != b->key ? a->key < b->key : a->arrived < b->arrived;
}


static void
order_up(ctl_order_t *order, size_t i)
{
    ctl_held_t  *held = order->heap[i];

    while (i && order_before(held, order->heap[(i - 1) / 2])) {
        order->heap[i] = order->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }

    order->heap[i] = held;
}


static void
order_down(ctl_order_t *order)
{
    size_t       i = 0, child;
    ctl_held_t  *held = order->heap[order->n];

    for (child = 1; child < order->n; child = 2 * i + 1) {
        if (child + 1 < order->n
            && order_before(order->heap[child + 1], order->heap[child]))
        {
            child++;
        }

        if (order_before(held, order->heap[child])) {
            break;
        }

        order->heap[i] = order->heap[child];
        i = child;
    }

    order->heap[i] = held;
}


static void
order_tell(ctl_order_t *order)
{
    ctl_held_t  *held = order->heap[0];

    order->n--;
    order_down(order);

    order->fn(order->ctx, &held->event);
    json_decref((json_t *) (uintptr_t) held->event.body);
    free(held);
}


/* Events */


/* A lane keeps its order, whatever the clock did. */

static int64_t
order_key(ctl_order_t *order, const ctl_event_t *event)
{
    int64_t  *last = ctl_table_take(&order->lanes, event->lane);

    if (last == NULL) {
        order->failed = 1;
        return event->t;
    }

    *last = event->t > *last ? event->t : *last;

    return *last;
}


void
ctl_order_event(ctl_order_t *order, const ctl_event_t *event)
{
    ctl_held_t  *held = calloc(1, sizeof(*held));

    if (held == NULL) {
        order->failed = 1;
        return;
    }

    held->event = *event;
    held->arrived = order->arrived++;
    held->key = order_key(order, event);
    json_incref((json_t *) (uintptr_t) event->body);

    order->newest = held->key > order->newest ? held->key : order->newest;
    order->heap[order->n] = held;
    order_up(order, order->n++);

    while (order->n && (order->n == CTL_ORDER_HELD
                        || order->newest - order->heap[0]->key
                           > CTL_ORDER_MS))
    {
        order_tell(order);
    }
}


void
ctl_order_end(ctl_order_t *order)
{
    while (order->n) {
        order_tell(order);
    }

    free(order->heap);
    ctl_table_free(&order->lanes);
}
