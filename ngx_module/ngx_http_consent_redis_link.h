/*
 * A socket to Redis with a reader behind it and a buffer in front of it: it
 * connects, sends what is queued when the event loop comes round, and hands
 * over each reply.  What a reply answers, when to connect again and whom to
 * tell is ngx_http_consent_redis.c's.
 */

#ifndef NGX_HTTP_CONSENT_REDIS_LINK_H
#define NGX_HTTP_CONSENT_REDIS_LINK_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_http_consent_redis_fault.h"
#include "ngx_http_consent_redis_tls.h"
#include "ngx_http_consent_redis_wire.h"

#define NGX_HTTP_CONSENT_LINK_OUT  (256 * 1024)    /* bytes not yet sent */


/* `owed`: the elements of the reply that comes next (cg_command_t), NGX_ERROR
 * if none does.  `answer` returns the fault for which the connection has to go,
 * and must not hang up itself; `lost` is called afterwards, as the last thing,
 * and has to hang up. */

typedef struct {
    ngx_int_t                 (*owed)(void *data);
    ngx_http_consent_fault_e  (*answer)(void *data,
                                   const ngx_http_consent_answer_t *answer);
    void                      (*lost)(void *data,
                                   ngx_http_consent_fault_e fault);
    void                       *data;
    ngx_log_t                  *log;
    const ngx_http_consent_tls_t  *tls;    /* `ssl` in it NULL: plain */
    size_t                      items;     /* of a nested reply, at most;
                                              0: as usual */

    /* of the last fault that came of TLS; its text may be empty */
    ngx_http_consent_tls_said_t  said;

    /* private; zeroed */
    ngx_connection_t           *connection;
    const ngx_str_t            *host;
    ngx_http_consent_wire_t    *wire;
    unsigned                    open:1;    /* connected, and secured */
    u_char                     *out;
    size_t                      size;
    size_t                      used;
} ngx_http_consent_link_t;


/* Starts to connect; on a fault nothing is left open.  `host`, ending in NUL
 * and kept, is whom TLS verifies. */
ngx_http_consent_fault_e ngx_http_consent_link_dial(
    ngx_http_consent_link_t *link, const ngx_addr_t *addr,
    const ngx_str_t *host);

/* Closes, and wipes what was not sent.  Fine if nothing is open. */
void ngx_http_consent_link_hang_up(ngx_http_consent_link_t *link);

/* Once it was dialled; what is queued leaves when the line is open.  NGX_ERROR:
 * no memory, or too much waits. */
ngx_int_t ngx_http_consent_link_queue(ngx_http_consent_link_t *link,
    const cg_command_t *command);

/* The same for a command's bytes, which are copied. */
ngx_int_t ngx_http_consent_link_bytes(ngx_http_consent_link_t *link,
    const ngx_str_t *bytes);

/* An address in words and a port; nothing is resolved.  Its length; 0: it is
 * none. */
socklen_t ngx_http_consent_link_address(ngx_sockaddr_t *address,
    const ngx_str_t *host, ngx_int_t port);

#endif /* NGX_HTTP_CONSENT_REDIS_LINK_H */
