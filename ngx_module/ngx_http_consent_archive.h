/*
 * The archive beside a consent log: every text that visitors were shown, by the
 * hash that receipts and log have of it, and every policy by its terms.
 *
 *   texts/HASH.html      16 digits of the SHA-256 of its bytes
 *   policies/TERMS.json  the 64 digits of `terms`
 *   policies/ID.last     what policy ID was when nginx started last
 */

#ifndef NGX_HTTP_CONSENT_ARCHIVE_H
#define NGX_HTTP_CONSENT_ARCHIVE_H

#include "ngx_http_consent_publish.h"

#define NGX_HTTP_CONSENT_HASH  16      /* digits of a text's name */


/* The master, behind ngx_http_consent_publish_config() and before that is told:
 * puts into the archive what is not there, and reads pub->before.  What cannot
 * be written is told in the error log and stops nothing. */
void ngx_http_consent_archive(ngx_http_consent_publish_t *pub,
    ngx_http_consent_main_conf_t *mcf);

/* It is told: what the policies are now. */
void ngx_http_consent_archive_last(ngx_http_consent_publish_t *pub);

/* GET notice/HASH; `hash` is what follows "notice/". */
ngx_int_t ngx_http_consent_send_notice(ngx_http_consent_ctx_t *ctx,
    cg_str_t hash);

#endif /* NGX_HTTP_CONSENT_ARCHIVE_H */
