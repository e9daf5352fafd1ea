/*
 * A subscription to what the scripts publish with each decision: it tells the
 * feed that there is something to read, a moment after it was written.  Nothing
 * hangs on it: whatever it misses is read by the next round.
 */

#ifndef NGX_HTTP_CONSENT_FEED_HINT_H
#define NGX_HTTP_CONSENT_FEED_HINT_H

#include "ngx_http_consent_redis.h"

typedef struct ngx_http_consent_hint_s  ngx_http_consent_hint_t;


/* Connects in the background, and again whenever that is lost.  `conf` is kept.
 * `heard` is called for each message; it must not close the hint.  NULL: no
 * memory. */
ngx_http_consent_hint_t *ngx_http_consent_hint_open(
    ngx_http_consent_redis_conf_t *conf, ngx_log_t *log,
    void (*heard)(void *data), void *data);

/* NULL is fine. */
void ngx_http_consent_hint_close(ngx_http_consent_hint_t *hint);

#endif /* NGX_HTTP_CONSENT_FEED_HINT_H */
