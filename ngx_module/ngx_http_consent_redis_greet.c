/*
 * What is said first on a connection, in one write: who we are, which database,
 * whether a master listens, our scripts; then PING, whose answer ends it.
 */

#include "ngx_http_consent_redis_target.h"


static ngx_int_t
consent_greet_say(ngx_http_consent_redis_t *redis,
    ngx_http_consent_ticket_e kind, const cg_command_t *command)
{
    return ngx_http_consent_ticket_queue(redis, command, kind) ? NGX_OK
                                                               : NGX_ERROR;
}


ngx_int_t
ngx_http_consent_redis_auth(ngx_http_consent_redis_conf_t *conf,
    cg_command_t *command)
{
    if (conf->password.len == 0) {
        return NGX_DECLINED;
    }

    cg_command_start(command, 1);
    cg_command_word(command, cg_str("AUTH"));

    if (conf->user.len) {
        cg_command_word(command, (cg_str_t) { conf->user.len,
                                              conf->user.data });
    }

    cg_command_word(command, (cg_str_t) { conf->password.len,
                                          conf->password.data });
    return NGX_OK;
}


void
ngx_http_consent_redis_name(cg_str_t name, cg_command_t *command)
{
    cg_command_start(command, 1);
    cg_command_word(command, cg_str("CLIENT"));
    cg_command_word(command, cg_str("SETNAME"));
    cg_command_word(command, name);
}


static ngx_int_t
consent_greet_auth(ngx_http_consent_redis_t *redis)
{
    cg_command_t  command;

    return ngx_http_consent_redis_auth(redis->conf, &command) == NGX_OK
           ? consent_greet_say(redis, NGX_HTTP_CONSENT_TICKET_AUTH, &command)
           : NGX_OK;
}


static ngx_int_t
consent_greet_name(ngx_http_consent_redis_t *redis)
{
    cg_command_t  command;

    ngx_http_consent_redis_name((cg_str_t) { redis->conf->client.len,
                                             redis->conf->client.data },
                                &command);

    return consent_greet_say(redis, NGX_HTTP_CONSENT_TICKET_NAME, &command);
}


static ngx_int_t
consent_greet_select(ngx_http_consent_redis_t *redis)
{
    u_char        db[NGX_INT_T_LEN];
    size_t        len;
    cg_command_t  command;

    if (redis->conf->db == 0) {
        return NGX_OK;
    }

    len = (size_t) (ngx_sprintf(db, "%i", redis->conf->db) - db);

    cg_command_start(&command, 1);
    cg_command_word(&command, cg_str("SELECT"));
    cg_command_word(&command, (cg_str_t) { len, db });

    return consent_greet_say(redis, NGX_HTTP_CONSENT_TICKET_SELECT, &command);
}


static ngx_int_t
consent_greet_role(ngx_http_consent_redis_t *redis)
{
    cg_command_t  command;

    cg_command_start(&command, CG_REPLY_NESTED);
    cg_command_word(&command, cg_str("ROLE"));

    return consent_greet_say(redis, NGX_HTTP_CONSENT_TICKET_ROLE, &command);
}


static ngx_int_t
consent_greet_scripts(ngx_http_consent_redis_t *redis)
{
    ngx_uint_t    i;
    cg_command_t  command;

    for (i = 0; i < NGX_HTTP_CONSENT_REDIS_SCRIPTS; i++) {
        if (redis->conf->scripts[i].len == 0) {
            continue;
        }

        cg_command_start(&command, 1);
        cg_command_word(&command, cg_str("SCRIPT"));
        cg_command_word(&command, cg_str("LOAD"));
        cg_command_word(&command, redis->conf->scripts[i]);

        if (consent_greet_say(redis, NGX_HTTP_CONSENT_TICKET_SCRIPT, &command)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_consent_redis_ping(ngx_http_consent_redis_t *redis)
{
    cg_command_t  command;

    cg_command_start(&command, 1);
    cg_command_word(&command, cg_str("PING"));

    return consent_greet_say(redis, NGX_HTTP_CONSENT_TICKET_PING, &command);
}


ngx_int_t
ngx_http_consent_redis_greet(ngx_http_consent_redis_t *redis)
{
    redis->nscripts = 0;
    redis->said.len = 0;

    if (consent_greet_auth(redis) != NGX_OK
        || consent_greet_name(redis) != NGX_OK
        || consent_greet_select(redis) != NGX_OK
        || consent_greet_role(redis) != NGX_OK
        || consent_greet_scripts(redis) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_consent_redis_ping(redis);
}


static ngx_http_consent_fault_e
consent_greet_loaded(ngx_http_consent_redis_t *redis, const cg_str_t *sha)
{
    if (sha->len != NGX_HTTP_CONSENT_REDIS_SHA
        || redis->nscripts == NGX_HTTP_CONSENT_REDIS_SCRIPTS)
    {
        return NGX_HTTP_CONSENT_FAULT_PROTOCOL;
    }

    ngx_memcpy(redis->sha[redis->nscripts++], sha->data, sha->len);

    return NGX_HTTP_CONSENT_FAULT_NONE;
}


ngx_http_consent_fault_e
ngx_http_consent_redis_greeted(ngx_http_consent_redis_t *redis,
    ngx_http_consent_ticket_e kind, const cg_reply_t *reply)
{
    cg_str_t  want = cg_str("OK");
    cg_str_t  said = reply->n ? reply->items[0] : cg_str_null;

    switch (kind) {

    case NGX_HTTP_CONSENT_TICKET_SCRIPT:
        return consent_greet_loaded(redis, &said);

    case NGX_HTTP_CONSENT_TICKET_ROLE:
        return cg_str_eq(said, cg_str("master"))
               ? NGX_HTTP_CONSENT_FAULT_NONE
               : NGX_HTTP_CONSENT_FAULT_REPLICA;

    case NGX_HTTP_CONSENT_TICKET_PING:
        want = cg_str("PONG");
        break;

    default:
        break;
    }

    return cg_str_eq(said, want) ? NGX_HTTP_CONSENT_FAULT_NONE
                                 : NGX_HTTP_CONSENT_FAULT_PROTOCOL;
}
