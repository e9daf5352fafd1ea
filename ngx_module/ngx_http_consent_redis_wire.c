/*
 * hiredis as a codec: a reader whose arrays are capped before they are
 * allocated, and the formatter.
 */

#include "ngx_http_consent_redis_wire.h"

#include <hiredis/hiredis.h>


/* hiredis 1.0 made it a size_t */

#if (HIREDIS_MAJOR >= 1)
typedef size_t  consent_redis_elements_t;
#else
typedef int     consent_redis_elements_t;
#endif


struct ngx_http_consent_wire_s {
    redisReader                *reader;
    redisReplyObjectFunctions   functions;
    void                     *(*create_array)(const redisReadTask *task,
                                    consent_redis_elements_t n);
    redisReply                 *last;      /* what `items` look into */
    size_t                      pending;   /* bytes of an unfinished reply */
    cg_str_t                    items[NGX_HTTP_CONSENT_WIRE_ITEMS];
    u_char                      numbers[NGX_HTTP_CONSENT_WIRE_ITEMS]
                                       [NGX_INT64_LEN];
};


/*
 * hiredis allocates what the array's header promises: thirteen bytes may ask
 * for gigabytes.  RESP3's push, map and set types are refused as well.
 */

static void *
consent_redis_create_array(const redisReadTask *task,
    consent_redis_elements_t n)
{
    ngx_http_consent_wire_t  *wire = task->privdata;

    if (task->type != REDIS_REPLY_ARRAY
        || (size_t) n > NGX_HTTP_CONSENT_WIRE_ITEMS
        || (task->parent && task->parent->parent))
    {
        return NULL;
    }

    return wire->create_array(task, n);
}


ngx_http_consent_wire_t *
ngx_http_consent_wire_open(ngx_log_t *log)
{
    ngx_http_consent_wire_t  *wire;

    wire = ngx_calloc(sizeof(ngx_http_consent_wire_t), log);
    if (wire == NULL) {
        return NULL;
    }

    wire->reader = redisReaderCreate();
    if (wire->reader == NULL) {
        ngx_free(wire);
        return NULL;
    }

    wire->functions = *wire->reader->fn;
    wire->create_array = wire->functions.createArray;
    wire->functions.createArray = consent_redis_create_array;

    wire->reader->fn = &wire->functions;
    wire->reader->privdata = wire;

    return wire;
}


static void
consent_redis_forget(ngx_http_consent_wire_t *wire)
{
    if (wire->last) {
        freeReplyObject(wire->last);
        wire->last = NULL;
    }
}


void
ngx_http_consent_wire_close(ngx_http_consent_wire_t *wire)
{
    if (wire == NULL) {
        return;
    }

    consent_redis_forget(wire);
    redisReaderFree(wire->reader);
    ngx_free(wire);
}


ngx_int_t
ngx_http_consent_wire_feed(ngx_http_consent_wire_t *wire, const u_char *data,
    size_t len)
{
    if (wire->pending > NGX_HTTP_CONSENT_WIRE_BYTES) {
        return NGX_ERROR;
    }

    wire->pending += len;

    return redisReaderFeed(wire->reader, (const char *) data, len) == REDIS_OK
           ? NGX_OK : NGX_ERROR;
}


/* NGX_DECLINED: an element that a flat list cannot hold. */

static ngx_int_t
consent_redis_item(ngx_http_consent_wire_t *wire, const redisReply *r,
    size_t i)
{
    cg_str_t  *item = &wire->items[i];

    switch (r->type) {

    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
        item->data = (const unsigned char *) r->str;
        item->len = r->len;
        return NGX_OK;

    case REDIS_REPLY_INTEGER:
        item->data = wire->numbers[i];
        item->len = (size_t) (ngx_sprintf(wire->numbers[i], "%L",
                                          (int64_t) r->integer)
                              - wire->numbers[i]);
        return NGX_OK;

    case REDIS_REPLY_NIL:
        *item = cg_str_null;
        return NGX_OK;

    case REDIS_REPLY_ERROR:
    case REDIS_REPLY_ARRAY:
        return NGX_DECLINED;

    default:
        return NGX_ERROR;
    }
}


static void
consent_redis_fail(const redisReply *r, ngx_http_consent_answer_t *answer)
{
    answer->failed = 1;

    if (r->type == REDIS_REPLY_ERROR) {
        answer->error.data = (u_char *) r->str;
        answer->error.len = r->len;

    } else {
        ngx_str_set(&answer->error, "array inside an array");
    }
}


static ngx_int_t
consent_redis_read_reply(ngx_http_consent_wire_t *wire,
    ngx_http_consent_answer_t *answer)
{
    size_t             i;
    ngx_int_t          rc;
    const redisReply  *element;
    const redisReply  *r = wire->last;

    ngx_memzero(answer, sizeof(ngx_http_consent_answer_t));

    if (r->type == REDIS_REPLY_ERROR) {
        consent_redis_fail(r, answer);
        return NGX_OK;
    }

    answer->reply.items = wire->items;
    answer->reply.n = r->type == REDIS_REPLY_ARRAY ? r->elements : 1;

    for (i = 0; i < answer->reply.n; i++) {
        element = r->type == REDIS_REPLY_ARRAY ? r->element[i] : r;

        rc = consent_redis_item(wire, element, i);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_DECLINED) {
            consent_redis_fail(element, answer);
            return NGX_OK;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_consent_wire_next(ngx_http_consent_wire_t *wire,
    ngx_http_consent_answer_t *answer)
{
    void  *reply = NULL;

    consent_redis_forget(wire);

    if (redisReaderGetReply(wire->reader, &reply) != REDIS_OK) {
        return NGX_ERROR;
    }

    if (reply == NULL) {
        return wire->pending > NGX_HTTP_CONSENT_WIRE_BYTES ? NGX_ERROR
                                                           : NGX_AGAIN;
    }

    wire->last = reply;
    wire->pending = wire->reader->len - wire->reader->pos;

    return consent_redis_read_reply(wire, answer);
}


ngx_int_t
ngx_http_consent_wire_format(const cg_command_t *command, ngx_str_t *bytes)
{
    int          len;
    char        *target = NULL;
    size_t       i;
    size_t       lens[CG_COMMAND_WORDS];
    const char  *words[CG_COMMAND_WORDS];

    if (command->n == 0 || command->n > CG_COMMAND_WORDS) {
        return NGX_ERROR;
    }

    for (i = 0; i < command->n; i++) {
        lens[i] = command->words[i].len;
        words[i] = lens[i] ? (const char *) command->words[i].data : "";
    }

    len = redisFormatCommandArgv(&target, (int) command->n, words, lens);
    if (len <= 0) {
        return NGX_ERROR;
    }

    bytes->data = (u_char *) target;
    bytes->len = (size_t) len;

    return NGX_OK;
}


void
ngx_http_consent_wire_free(ngx_str_t *bytes)
{
    ngx_explicit_memzero(bytes->data, bytes->len);
    redisFreeCommand((char *) bytes->data);
    ngx_str_null(bytes);
}
