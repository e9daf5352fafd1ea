/*
 * Single flight: the requests of one worker that want to know the same record
 * at the same time ask Redis once.  The question belongs to none of them: any
 * may leave, the others still get the answer.
 */

#include "ngx_http_consent_module.h"
#include "consent/cg_record.h"


typedef struct {
    ngx_queue_t                     queue;     /* of its bucket */
    ngx_queue_t                     waiting;   /* of ngx_http_consent_ctx_t */
    ngx_http_consent_redis_conf_t  *redis;
    cg_cache_name_t                 name;
    uint32_t                        epoch;     /* both when it was sent */
    int64_t                         asked_ms;
} ngx_http_consent_flight_t;


static ngx_queue_t *
consent_flight_bucket(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_consent_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_consent_module);

    return &mcf->flights[ctx->cached.name[0] % NGX_HTTP_CONSENT_FLIGHTS];
}


/* Under way, for the same record in the same Redis.  One that was sent before
 * the cache was shut knows nothing of what shut it. */

static ngx_http_consent_flight_t *
consent_flight_find(ngx_http_consent_ctx_t *ctx, ngx_queue_t *bucket,
    uint32_t epoch)
{
    ngx_queue_t                *q;
    ngx_http_consent_flight_t  *flight;

    for (q = ngx_queue_head(bucket); q != ngx_queue_sentinel(bucket);
         q = ngx_queue_next(q))
    {
        flight = ngx_queue_data(q, ngx_http_consent_flight_t, queue);

        if (flight->epoch == epoch && flight->redis == ctx->conf->redis
            && ngx_memcmp(&flight->name, &ctx->cached, sizeof(ctx->cached))
               == 0)
        {
            return flight;
        }
    }

    return NULL;
}


/* Whoever asks from now on asks anew.  No request code runs in here, so the
 * waiters do not change under the loop. */

static void
consent_flight_landed(void *data, ngx_http_consent_redis_e status,
    const cg_reply_t *reply, const ngx_str_t *error)
{
    ngx_http_consent_ctx_t     *ctx;
    ngx_http_consent_flight_t  *flight = data;

    while (!ngx_queue_empty(&flight->waiting)) {
        ctx = ngx_queue_data(ngx_queue_head(&flight->waiting),
                             ngx_http_consent_ctx_t, flight);

        ngx_http_consent_flight_leave(ctx);
        ngx_http_consent_lookup_answer(ctx, status, reply);
    }

    ngx_queue_remove(&flight->queue);
    ngx_free(flight);
}


static ngx_http_consent_flight_t *
consent_flight_start(ngx_http_consent_ctx_t *ctx, ngx_queue_t *bucket,
    uint32_t epoch)
{
    cg_command_t                    command;
    ngx_http_consent_flight_t      *flight;
    ngx_http_consent_redis_conf_t  *redis = ctx->conf->redis;

    if (cg_record_lookup(&ctx->arena, ngx_http_consent_str(redis->prefix),
                         &ctx->name, &command) != CG_OK)
    {
        return NULL;
    }

    flight = ngx_alloc(sizeof(ngx_http_consent_flight_t), ngx_cycle->log);
    if (flight == NULL) {
        return NULL;
    }

    if (ngx_http_consent_redis_send(redis, &command, consent_flight_landed,
                                    flight) == NULL)
    {
        ngx_free(flight);
        return NULL;
    }

    flight->redis = redis;
    flight->name = ctx->cached;
    flight->epoch = epoch;
    flight->asked_ms = ngx_http_consent_now_ms();

    ngx_queue_init(&flight->waiting);
    ngx_queue_insert_head(bucket, &flight->queue);

    return flight;
}


ngx_int_t
ngx_http_consent_flight_join(ngx_http_consent_ctx_t *ctx)
{
    uint32_t                    epoch;
    ngx_queue_t                *bucket = consent_flight_bucket(ctx);
    ngx_http_consent_flight_t  *flight;

    epoch = cg_cache_epoch(ngx_http_consent_shared(ctx)->cache, &ctx->cached);
    flight = consent_flight_find(ctx, bucket, epoch);

    if (flight == NULL) {
        flight = consent_flight_start(ctx, bucket, epoch);
    }

    if (flight == NULL) {
        return NGX_ERROR;
    }

    /* the answer is as old as the question, whoever asked it */

    ctx->epoch = flight->epoch;
    ctx->asked_ms = flight->asked_ms;
    ctx->asking = 1;

    ngx_queue_insert_tail(&flight->waiting, &ctx->flight);

    return NGX_OK;
}


CG_HOT void
ngx_http_consent_flight_leave(ngx_http_consent_ctx_t *ctx)
{
    if (ctx->asking) {
        ctx->asking = 0;
        ngx_queue_remove(&ctx->flight);
    }
}


/* Their handlers are not called any more. */

void
ngx_http_consent_flights_close(ngx_http_consent_main_conf_t *mcf)
{
    ngx_uint_t                  i;
    ngx_http_consent_flight_t  *flight;

    for (i = 0; i < NGX_HTTP_CONSENT_FLIGHTS; i++) {
        while (!ngx_queue_empty(&mcf->flights[i])) {
            flight = ngx_queue_data(ngx_queue_head(&mcf->flights[i]),
                                    ngx_http_consent_flight_t, queue);

            ngx_queue_remove(&flight->queue);
            ngx_free(flight);
        }
    }
}
