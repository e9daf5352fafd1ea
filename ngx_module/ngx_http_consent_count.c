/* The row of this process, and what it says of itself. */

#include "ngx_http_consent_module.h"
#include "ngx_http_consent_redis_target.h"

#define CONSENT_COUNT_TURN   1000      /* ms */
#define CONSENT_COUNT_FIRST  100


static uint64_t  consent_count_nowhere[NGX_HTTP_CONSENT_COUNTS];

uint64_t        *ngx_http_consent_counts = consent_count_nowhere;

static ngx_http_consent_main_conf_t  *consent_count_conf;
static ngx_event_t                    consent_count_turn;


static ngx_http_consent_counts_t *
consent_count_zone(void)
{
    ngx_http_consent_shared_t  *shared = consent_count_conf->zone->data;

    return shared->counts;
}


static ngx_http_consent_gauge_t *
consent_count_gauge(void)
{
    return &consent_count_zone()->gauges[ngx_worker % NGX_HTTP_CONSENT_ROWS];
}


static uint64_t
consent_count_owner(void)
{
    return consent_count_conf->generation << 32 | (uint32_t) ngx_pid;
}


/* Of a cluster there is no one connection whose state could be told. */

static ngx_http_consent_redis_state_e
consent_count_state(ngx_http_consent_redis_conf_t *conf)
{
    size_t  i;

    if (conf->runtime) {
        return conf->runtime->state;
    }

    for (i = 0; i < CG_SHARDS; i++) {
        if (!ngx_http_consent_redis_ready(conf, i)) {
            return NGX_HTTP_CONSENT_REDIS_REST;
        }
    }

    return NGX_HTTP_CONSENT_REDIS_READY;
}


void
ngx_http_consent_count_generation(ngx_http_consent_main_conf_t *mcf)
{
    ngx_http_consent_shared_t  *shared = mcf->zone->data;

    mcf->generation = ++shared->counts->generation;
}


void
ngx_http_consent_count_say(void)
{
    uint64_t                         in_flight;
    ngx_uint_t                       i;
    ngx_http_consent_log_t         **logs = consent_count_conf->logs.elts;
    ngx_http_consent_gauge_t        *gauge = consent_count_gauge();
    ngx_http_consent_redis_conf_t  **targets
                                         = consent_count_conf->targets.elts;

    if (gauge->owner != consent_count_owner()) {
        return;                        /* somebody came for this one */
    }

    for (i = 0; i < ngx_min(consent_count_conf->targets.nelts,
                            NGX_HTTP_CONSENT_TARGETS); i++)
    {
        in_flight = ngx_http_consent_redis_in_flight(targets[i]);
        gauge->redis[i] = in_flight << 8
                          | (uint64_t) consent_count_state(targets[i]);
    }

    for (i = 0; i < ngx_min(consent_count_conf->logs.nelts,
                            NGX_HTTP_CONSENT_TARGETS); i++)
    {
        gauge->log[i] = ngx_http_consent_journal_ok(logs[i]->journal);
    }
}


static void
consent_count_again(ngx_event_t *ev)
{
    ngx_http_consent_count_say();
    ngx_add_timer(ev, CONSENT_COUNT_TURN);
}


void
ngx_http_consent_count_open(ngx_cycle_t *cycle,
    ngx_http_consent_main_conf_t *mcf)
{
    ngx_http_consent_gauge_t  *gauge;

    consent_count_conf = mcf;
    ngx_http_consent_counts = consent_count_zone()
                                  ->rows[ngx_worker % NGX_HTTP_CONSENT_ROWS];

    gauge = consent_count_gauge();
    ngx_memzero(gauge, sizeof(ngx_http_consent_gauge_t));
    gauge->owner = consent_count_owner();

    if (!mcf->status.line) {
        return;                        /* nobody would ask */
    }

    consent_count_turn.handler = consent_count_again;
    consent_count_turn.data = mcf;
    consent_count_turn.log = cycle->log;
    consent_count_turn.cancelable = 1;

    ngx_add_timer(&consent_count_turn, CONSENT_COUNT_FIRST);
}


void
ngx_http_consent_count_close(void)
{
    if (consent_count_conf
        && consent_count_gauge()->owner == consent_count_owner())
    {
        consent_count_gauge()->owner = 0;
    }
}
