/*
 * What every directive of ours has in common: where it may stand, how many
 * words it takes, what a word is.  nginx would say "is not allowed here" or
 * "invalid number of arguments"; these sentences name the mend.
 */

#include "ngx_http_consent_module.h"

#define CONSENT_WORD  512                  /* bytes; a path, at most */


static const struct {
    ngx_uint_t   where;
    const char  *name;
} consent_directive_blocks[] = {
    { NGX_HTTP_MAIN_CONF, "http" },
    { NGX_HTTP_SRV_CONF, "server" },
    { NGX_HTTP_LOC_CONF, "location" },
    { NGX_HTTP_SIF_CONF|NGX_HTTP_LIF_CONF, "if" },
    { NGX_HTTP_LMT_CONF, "limit_except" },
    { NGX_HTTP_UPS_CONF, "upstream" },
};

#define CONSENT_BLOCKS  (sizeof(consent_directive_blocks)                    \
                         / sizeof(consent_directive_blocks[0]))


/* The blocks of `where` as in "http, server or location". */

static void
consent_directive_list(ngx_uint_t where, u_char text[64])
{
    u_char      *p = text;
    ngx_uint_t   i;

    for (i = 0; i < CONSENT_BLOCKS; i++) {
        if (!(where & consent_directive_blocks[i].where)) {
            continue;
        }

        where &= ~consent_directive_blocks[i].where;

        p = ngx_sprintf(p, "%s%s", p == text ? "" : where ? ", " : " or ",
                        consent_directive_blocks[i].name);
    }

    *p = '\0';
}


static ngx_int_t
consent_directive_place(ngx_conf_t *cf, ngx_http_consent_directive_t *row)
{
    u_char      here[64], there[64];
    ngx_str_t  *value = cf->args->elts;

    if (cf->cmd_type & row->where) {
        return NGX_OK;
    }

    consent_directive_list(cf->cmd_type, here);
    consent_directive_list(row->where, there);

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" cannot stand in %s, "
                       "write it in %s", &value[0], here, there);

    return NGX_ERROR;
}


static ngx_int_t
consent_directive_has_controls(ngx_str_t *word)
{
    size_t  i;

    for (i = 0; i < word->len; i++) {
        if (word->data[i] < ' ' || word->data[i] == 0x7F) {
            return 1;
        }
    }

    return 0;
}


/* nginx compares words as C strings: behind a NUL anything could stand. */

static ngx_int_t
consent_directive_words(ngx_conf_t *cf, ngx_http_consent_directive_t *row)
{
    ngx_uint_t  i, n = cf->args->nelts;
    ngx_str_t  *value = cf->args->elts;

    for (i = 1; i < n; i++) {
        if (consent_directive_has_controls(&value[i])) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "a word of \"%V\" holds "
                               "a control character, remove it", &value[0]);
            return NGX_ERROR;
        }

        if (value[i].len > CONSENT_WORD) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "a word of \"%V\" has "
                               "%uz bytes, shorten it to %d at most",
                               &value[0], value[i].len, CONSENT_WORD);
            return NGX_ERROR;
        }
    }

    for (i = 1; i < n && value[i].len; i++) { /* void */ }

    if (i == n && n > row->min && n - 1 <= row->max) {
        return NGX_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s \"%V\", it is written: %V%s%s",
                       i < n ? "empty word in" : n <= row->min
                       ? "too few words in" : "too many words in",
                       &value[0], &value[0], row->form[0] ? " " : "",
                       row->form);

    return NGX_ERROR;
}


/* A setter's own word for what is wrong, made a sentence with the name. */

static char *
consent_directive_refuse(ngx_conf_t *cf, const char *what)
{
    ngx_str_t  *value = cf->args->elts;

    if (ngx_strcmp(what, "is duplicate") == 0) {
        what = "stands twice here, keep one";
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" %s", &value[0], what);

    return NGX_CONF_ERROR;
}


char *
ngx_http_consent_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                          *rv;
    ngx_command_t                  own = *cmd;
    ngx_http_consent_directive_t  *row = cmd->post;

    if (consent_directive_place(cf, row) != NGX_OK
        || consent_directive_words(cf, row) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    /* nginx's slot functions would take the row for theirs */

    own.post = NULL;
    rv = row->set(cf, &own, conf);

    return rv == NGX_CONF_OK || rv == NGX_CONF_ERROR
           ? rv : consent_directive_refuse(cf, rv);
}


void
ngx_http_consent_here(ngx_conf_t *cf, ngx_http_consent_place_t *place)
{
    place->file = cf->conf_file->file.name.data;
    place->line = cf->conf_file->line;
}


ngx_int_t
ngx_http_consent_word_holds(ngx_str_t *word, const char *others)
{
    size_t  i;

    for (i = 0; i < word->len; i++) {
        if (!cg_ascii_is_alpha(word->data[i])
            && !cg_ascii_is_digit(word->data[i])
            && ngx_strchr(others, word->data[i]) == NULL)
        {
            return 0;
        }
    }

    return 1;
}
