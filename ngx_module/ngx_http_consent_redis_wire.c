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
    void                     *(*create_string)(const redisReadTask *task,
                                    char *str, size_t len);
    void                     *(*create_array)(const redisReadTask *task,
                                    consent_redis_elements_t n);
    ngx_log_t                  *log;
    redisReply                 *last;      /* what `items` look into */
    size_t                      pending;   /* bytes of an unfinished reply */
    ngx_int_t                   answers;   /* of the reply being read */
    size_t                      elements;  /* of its arrays so far */
    size_t                      most;      /* of them, in a nested one */

    /* for `room` items each, in one block */
    size_t                      room;
    cg_str_t                   *items;
    size_t                     *inside;
    u_char                     *numbers;
};


/* Refused when it is read: the reader stops with an error. */

static void *
consent_redis_create_string(const redisReadTask *task, char *str, size_t len)
{
    ngx_http_consent_wire_t  *wire = task->privdata;

    if (len > (task->type == REDIS_REPLY_STRING ? NGX_HTTP_CONSENT_WIRE_BULK
                                                : NGX_HTTP_CONSENT_WIRE_LINE))
    {
        return NULL;
    }

    return wire->create_string(task, str, len);
}


static ngx_uint_t
consent_redis_fits(const ngx_http_consent_wire_t *wire, size_t levels,
    size_t n)
{
    if (wire->answers == CG_REPLY_NESTED) {
        return levels <= NGX_HTTP_CONSENT_WIRE_LEVELS
               && n <= wire->most - wire->elements;
    }

    return levels == 1 && wire->answers > 1 && n == (size_t) wire->answers;
}


/*
 * hiredis allocates what the array's header promises: thirteen bytes may ask
 * for gigabytes.  RESP3's push, map and set types are refused as well.
 */

static void *
consent_redis_create_array(const redisReadTask *task,
    consent_redis_elements_t n)
{
    size_t                    levels = 1;
    const redisReadTask      *parent;
    ngx_http_consent_wire_t  *wire = task->privdata;

    for (parent = task->parent; parent; parent = parent->parent) {
        levels++;
    }

    if (levels == 1) {
        wire->elements = 0;
    }

    if (task->type != REDIS_REPLY_ARRAY
        || !consent_redis_fits(wire, levels, (size_t) n))
    {
        return NULL;
    }

    wire->elements += (size_t) n;

    return wire->create_array(task, n);
}


ngx_http_consent_wire_t *
ngx_http_consent_wire_open(ngx_log_t *log, size_t items)
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
    wire->create_string = wire->functions.createString;
    wire->create_array = wire->functions.createArray;
    wire->functions.createString = consent_redis_create_string;
    wire->functions.createArray = consent_redis_create_array;

    wire->reader->fn = &wire->functions;
    wire->reader->privdata = wire;
    wire->log = log;
    wire->most = items ? items : NGX_HTTP_CONSENT_WIRE_ITEMS;

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

    if (wire->items) {
        ngx_free(wire->items);
    }

    ngx_free(wire);
}


ngx_int_t
ngx_http_consent_wire_feed(ngx_http_consent_wire_t *wire, const u_char *data,
    size_t len)
{
    wire->pending += len;

    return redisReaderFeed(wire->reader, (const char *) data, len) == REDIS_OK
           ? NGX_OK : NGX_ERROR;
}


/* Room for all items of the reply, kept for the next ones. */

static ngx_int_t
consent_redis_make_room(ngx_http_consent_wire_t *wire, size_t n)
{
    u_char  *block;

    if (n <= wire->room) {
        return NGX_OK;
    }

    block = ngx_alloc(n * (sizeof(cg_str_t) + sizeof(size_t) + NGX_INT64_LEN),
                      wire->log);
    if (block == NULL) {
        return NGX_ERROR;
    }

    if (wire->items) {
        ngx_free(wire->items);
    }

    wire->room = n;
    wire->items = (cg_str_t *) block;
    wire->inside = (size_t *) (wire->items + n);
    wire->numbers = (u_char *) (wire->inside + n);

    return NGX_OK;
}


static void
consent_redis_number(ngx_http_consent_wire_t *wire, size_t i, int64_t value)
{
    u_char  *text = wire->numbers + i * NGX_INT64_LEN;

    wire->items[i].data = text;
    wire->items[i].len = (size_t) (ngx_sprintf(text, "%L", value) - text);
}


/* Puts `r` behind the items so far.  NGX_DECLINED: an error is inside, `error`
 * is its text. */

static ngx_int_t
consent_redis_append(ngx_http_consent_wire_t *wire, const redisReply *r,
    ngx_http_consent_answer_t *answer)
{
    size_t     i, at = answer->reply.n++;
    ngx_int_t  rc = NGX_OK;

    wire->items[at] = cg_str_null;
    wire->inside[at] = 0;

    switch (r->type) {

    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
        wire->items[at].data = (const unsigned char *) r->str;
        wire->items[at].len = r->len;
        return NGX_OK;

    case REDIS_REPLY_INTEGER:
        consent_redis_number(wire, at, (int64_t) r->integer);
        return NGX_OK;

    case REDIS_REPLY_NIL:
        return NGX_OK;

    case REDIS_REPLY_ERROR:
        answer->error.data = (u_char *) r->str;
        answer->error.len = r->len;
        return NGX_DECLINED;

    case REDIS_REPLY_ARRAY:
        for (i = 0; i < r->elements && rc == NGX_OK; i++) {
            rc = consent_redis_append(wire, r->element[i], answer);
        }

        wire->inside[at] = answer->reply.n - at - 1;
        return rc;

    default:
        return NGX_ERROR;
    }
}


static ngx_int_t
consent_redis_read_reply(ngx_http_consent_wire_t *wire,
    ngx_http_consent_answer_t *answer)
{
    ngx_int_t          rc;
    const redisReply  *r = wire->last;

    ngx_memzero(answer, sizeof(ngx_http_consent_answer_t));

    if (consent_redis_make_room(wire, wire->elements + 1) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = consent_redis_append(wire, r, answer);

    if (rc == NGX_DECLINED) {
        answer->failed = 1;
        ngx_memzero(&answer->reply, sizeof(cg_reply_t));
        return NGX_OK;
    }

    answer->reply.items = wire->items;
    answer->reply.inside = wire->inside;

    if (r->type == REDIS_REPLY_ARRAY) {
        answer->reply.items++;
        answer->reply.inside++;
        answer->reply.n--;

    } else if (wire->answers > 1) {
        return NGX_ERROR;              /* something else was asked for */
    }

    return rc;
}


/* Of a reply that is not whole yet: its strings and what frames them. */

static size_t
consent_redis_most(const ngx_http_consent_wire_t *wire)
{
    return wire->answers == CG_REPLY_NESTED
           ? NGX_HTTP_CONSENT_WIRE_BYTES / NGX_HTTP_CONSENT_WIRE_ITEMS
             * wire->most
           : ((size_t) wire->answers + 1) * (NGX_HTTP_CONSENT_WIRE_BULK + 16);
}


ngx_int_t
ngx_http_consent_wire_next(ngx_http_consent_wire_t *wire, ngx_int_t answers,
    ngx_http_consent_answer_t *answer)
{
    void  *reply = NULL;

    consent_redis_forget(wire);

    if (answers == NGX_ERROR) {
        return wire->pending ? NGX_ERROR : NGX_AGAIN;
    }

    wire->answers = answers;

    if (redisReaderGetReply(wire->reader, &reply) != REDIS_OK) {
        return NGX_ERROR;
    }

    if (reply == NULL) {
        return wire->pending > consent_redis_most(wire) ? NGX_ERROR
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
