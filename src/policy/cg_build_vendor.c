/*
 * The directives of consent_vendor.
 */

#include "cg_build.h"
#include "cg_words.h"

#include "base/cg_ascii.h"
#include "url/cg_host.h"

#define VENDOR_LITERAL  4          /* bytes; less would mark every script */
#define VENDOR_KEY      2          /* bytes; less would be anybody's key */


static cg_status_t
vendor_read_name(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    (void) diag;
    set->vendor->vendor.name = line->args[0];

    return CG_OK;
}


static cg_status_t
vendor_read_provider(cg_policies_t *set, const cg_line_t *line,
    cg_diag_t *diag)
{
    cg_vendor_t  *vendor = &set->vendor->vendor;

    vendor->provider = line->args[0];
    vendor->country = line->args[1];

    if (!cg_word_is_country(vendor->country)) {
        return cg_build_say(diag, "\"%\" is no country code of ISO 3166-1, "
                            "write one such as JP, US, DE", vendor->country);
    }

    if (line->n == 3) {
        vendor->privacy = line->args[2];

        if (!cg_word_is_url(vendor->privacy)) {
            return cg_build_say(diag, "\"%\" is no http or https URL, write "
                                "https://host/path", vendor->privacy);
        }
    }

    return CG_OK;
}


static cg_status_t
vendor_read_receives(cg_policies_t *set, const cg_line_t *line,
    cg_diag_t *diag)
{
    size_t  i;

    for (i = 0; i < line->n; i++) {
        if (!cg_word_is_item(line->args[i])) {
            return cg_build_say(diag, "unknown item \"%\" in \"receives\", "
                                "known are ip cookie_id url referrer ua form",
                                line->args[i]);
        }
    }

    return cg_build_list(set, line, &set->vendor->receives, diag);
}


static cg_status_t
vendor_check_length(const cg_mark_t *mark, const cg_line_t *line,
    cg_diag_t *diag)
{
    return mark->weight <= CG_BUILD_PATH ? CG_OK
           : cg_build_say(diag, "the path of % \"%\" is longer than 256 "
                          "bytes, end it earlier", line->name, mark->text);
}


/* Two vendors behind one address could not be told apart. */

static cg_status_t
vendor_add_mark(cg_policies_t *set, cg_vec_t *marks, const cg_mark_t *mark,
    const cg_line_t *line, cg_diag_t *diag)
{
    size_t            i;
    cg_mark_t        *slot;
    cg_vendor_def_t  *owner;

    for (i = 0; i < marks->n; i++) {
        slot = cg_vec_at(marks, cg_mark_t, i);

        if (!cg_str_eq(slot->host, mark->host)
            || !cg_str_eq(slot->text, mark->text))
        {
            continue;
        }

        owner = *cg_vec_at(&set->vendors, cg_vendor_def_t *, slot->vendor);

        return cg_build_say(diag, "% \"%%\" stands in consent_vendor \"%\" "
                            "already, keep one", line->name, mark->host,
                            mark->text, owner->vendor.id);
    }

    slot = cg_vec_push(set->arena, marks, sizeof(*slot));
    if (slot == NULL) {
        return CG_ENOMEM;
    }

    *slot = *mark;
    slot->vendor = set->vendors.n - 1;
    set->vendor->marks++;

    return CG_OK;
}


static int
vendor_is_address(cg_str_t host)
{
    unsigned char  last = host.data[host.len - 1];

    return last == ']' || cg_ascii_is_digit(last);
}


/* "host/path" cut at the slash; a lone slash says nothing more than none. */

static cg_str_t
vendor_path(cg_str_t text)
{
    size_t  at = 0;

    while (at < text.len && text.data[at] != '/') {
        at++;
    }

    return cg_str_sub(text, at + 1 == text.len ? at + 1 : at, text.len);
}


static cg_status_t
vendor_read_url(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    size_t       i;
    cg_mark_t    mark;
    cg_status_t  status = CG_OK;
    const char  *error;

    for (i = 0; status == CG_OK && i < line->n; i++) {
        memset(&mark, 0, sizeof(mark));

        status = cg_pattern_url(set->arena, line->args[i], &mark.pattern,
                                &error);
        if (status == CG_EINVAL) {
            return cg_build_say(diag, "% \"%\": %", line->name, line->args[i],
                                cg_str_from(error));
        }

        if (status != CG_OK) {
            return status;
        }

        if (cg_host_registrable(mark.pattern.host).data == NULL
            && !vendor_is_address(mark.pattern.host))
        {
            return cg_build_say(diag, "% \"%\": a public suffix or a single "
                                "label belongs to no vendor, write a host "
                                "below it", line->name, line->args[i]);
        }

        mark.host = mark.pattern.host;
        mark.text = vendor_path(line->args[i]);
        mark.weight = mark.text.len;
        status = vendor_check_length(&mark, line, diag);

        if (status == CG_OK) {
            status = vendor_add_mark(set, &set->urls, &mark, line, diag);
        }
    }

    return status;
}


static cg_status_t
vendor_read_host(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    size_t  i;

    for (i = 0; i < line->n; i++) {
        if (memchr(line->args[i].data, '/', line->args[i].len)
            && !cg_word_is_url(line->args[i]))
        {
            return cg_build_say(diag, "host \"%\": a host has no path, write: "
                                "url %", line->args[i], line->args[i]);
        }
    }

    return vendor_read_url(set, line, diag);
}


static cg_status_t
vendor_read_path(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    size_t       i;
    cg_mark_t    mark;
    cg_status_t  status = CG_OK;
    const char  *error;

    for (i = 0; status == CG_OK && i < line->n; i++) {
        memset(&mark, 0, sizeof(mark));

        status = cg_pattern_path(set->arena, line->args[i], &mark.pattern,
                                 &error);
        if (status == CG_EINVAL) {
            return cg_build_say(diag, "path \"%\": %", line->args[i],
                                cg_str_from(error));
        }

        mark.text = line->args[i];
        mark.weight = mark.text.len;

        if (status == CG_OK) {
            status = vendor_check_length(&mark, line, diag);
        }

        if (status == CG_OK) {
            status = vendor_add_mark(set, &set->paths, &mark, line, diag);
        }
    }

    return status;
}


static cg_status_t
vendor_push(cg_policies_t *set, cg_vec_t *marks, cg_str_t text, cg_re_t *re)
{
    cg_mark_t  *mark = cg_vec_push(set->arena, marks, sizeof(*mark));

    if (mark == NULL) {
        return CG_ENOMEM;
    }

    mark->vendor = set->vendors.n - 1;
    mark->text = text;
    mark->re = re;
    set->vendor->marks++;

    return CG_OK;
}


static cg_status_t
vendor_read_inline(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    cg_re_t      *re = NULL;
    cg_status_t   status;

    if (line->is_re) {
        status = cg_build_re(set, line->args[0], &re, diag);

        if (status == CG_OK && cg_re_search(re, cg_str("")) != CG_NONE) {
            return cg_build_say(diag, "inline ~ \"%\" matches every script, "
                                "name what only the vendor's hold",
                                line->args[0]);
        }

        return status == CG_OK
               ? vendor_push(set, &set->regexes, line->args[0], re) : status;
    }

    if (line->args[0].len < VENDOR_LITERAL) {
        return cg_build_say(diag, "inline \"%\" is too short, write 4 bytes "
                            "at least", line->args[0]);
    }

    return vendor_push(set, &set->literals, line->args[0], NULL);
}


static cg_status_t
vendor_check_cookie(cg_policies_t *set, const cg_line_t *line,
    cg_vendor_cookie_t *cookie, cg_diag_t *diag)
{
    size_t                     i;
    const cg_vendor_cookie_t  *other;

    for (i = 0; i < set->vendor->cookies.n; i++) {
        other = cg_vec_at(&set->vendor->cookies, cg_vendor_cookie_t, i);

        if (cg_str_eq(other->pattern, line->args[0])
            && (other->re != NULL) == line->is_re)
        {
            return cg_build_say(diag, "cookie \"%\" stands twice in "
                                "consent_vendor \"%\", keep one",
                                line->args[0], set->vendor->vendor.id);
        }
    }

    if (!cg_str_eq(line->args[1], cg_str("session"))
        && !cg_word_duration(line->args[1], &cookie->lifetime))
    {
        return cg_build_say(diag, "bad lifetime \"%\" of cookie \"%\": "
                            "write \"session\" or a time from 1s to 100y, "
                            "such as 90d", line->args[1], line->args[0]);
    }

    return CG_OK;
}


static cg_status_t
vendor_read_cookie(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    cg_status_t          status;
    cg_vendor_cookie_t   cookie, *slot;

    memset(&cookie, 0, sizeof(cookie));
    cookie.pattern = line->args[0];

    status = cg_build_cookie(set, line, &cookie.re, diag);

    if (status == CG_OK) {
        status = vendor_check_cookie(set, line, &cookie, diag);
    }

    if (status != CG_OK) {
        return status;
    }

    if (!line->is_re) {
        cookie.name = line->args[0];
    }

    if (line->n == 3) {
        cookie.description = line->args[2];
    }

    slot = cg_vec_push(set->arena, &set->vendor->cookies, sizeof(*slot));
    if (slot == NULL) {
        return CG_ENOMEM;
    }

    *slot = cookie;

    return vendor_push(set, &set->cookies, cookie.pattern, cookie.re);
}


/* A key is what a script writes: any text.  "*" alone would be the site's keys,
 * too. */

static cg_status_t
vendor_check_storage(cg_policies_t *set, cg_str_t key, cg_diag_t *diag)
{
    size_t                      i, stars = 0;
    const cg_vendor_storage_t  *other;

    for (i = 0; i < key.len; i++) {
        stars += key.data[i] == '*';
    }

    if (key.len - stars < VENDOR_KEY) {
        return cg_build_say(diag, "storage \"%\" is too short, write 2 bytes "
                            "at least besides \"*\"", key);
    }

    for (i = 0; i < set->vendor->storages.n; i++) {
        other = cg_vec_at(&set->vendor->storages, cg_vendor_storage_t, i);

        if (cg_str_eq(other->key, key)) {
            return cg_build_say(diag, "storage \"%\" stands twice in "
                                "consent_vendor \"%\", keep one", key,
                                set->vendor->vendor.id);
        }
    }

    return CG_OK;
}


static cg_status_t
vendor_read_storage(cg_policies_t *set, const cg_line_t *line,
    cg_diag_t *diag)
{
    cg_status_t           status;
    cg_vendor_storage_t  *slot;

    status = vendor_check_storage(set, line->args[0], diag);
    if (status != CG_OK) {
        return status;
    }

    slot = cg_vec_push(set->arena, &set->vendor->storages, sizeof(*slot));
    if (slot == NULL) {
        return CG_ENOMEM;
    }

    slot->key = line->args[0];

    if (line->n == 2) {
        slot->description = line->args[1];
    }

    return CG_OK;
}


static cg_status_t
vendor_read_stub(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    size_t     i;
    cg_vec_t  *list = &set->vendor->stubs;

    for (i = 0; i < line->n; i++) {
        if (!cg_word_is_stub(line->args[i])) {
            return cg_build_say(diag, "stub \"%\" is no name of a global, "
                                "write it as gtag, or dataLayer[] for an array",
                                line->args[i]);
        }

        if (cg_vec_has_str(list, line->args[i])) {
            return cg_build_say(diag, "\"%\" stands twice in \"stub\", keep "
                                "one", line->args[i]);
        }

        if (cg_vec_push_str(set->arena, list, line->args[i]) != CG_OK) {
            return CG_ENOMEM;
        }
    }

    return CG_OK;
}


const cg_row_t  cg_build_vendor_rows[] = {

    /* name, form, min, max, once, need, re, options, read */

    { "name", "TEXT", 1, 1, 1, 1, 0, { NULL }, vendor_read_name },
    { "provider", "NAME COUNTRY [URL]", 2, 3, 1, 1, 0, { NULL },
      vendor_read_provider },
    { "receives", "ITEM...", 1, CG_MAX_WORDS, 0, 1, 0, { NULL },
      vendor_read_receives },
    { "host", "HOST...", 1, CG_MAX_WORDS, 0, 0, 0, { NULL },
      vendor_read_host },
    { "url", "HOST/PATH...", 1, CG_MAX_WORDS, 0, 0, 0, { NULL },
      vendor_read_url },
    { "path", "/PATH...", 1, CG_MAX_WORDS, 0, 0, 0, { NULL },
      vendor_read_path },
    { "inline", "[~] TEXT", 1, 1, 0, 0, 1, { NULL }, vendor_read_inline },
    { "cookie", "NAME|~ REGEX LIFETIME|session [DESCRIPTION]", 2, 3, 0, 0, 1,
      { NULL }, vendor_read_cookie },
    { "storage", "KEY [DESCRIPTION]", 1, 2, 0, 0, 0, { NULL },
      vendor_read_storage },
    { "stub", "GLOBAL...", 1, CG_MAX_WORDS, 0, 0, 0, { NULL },
      vendor_read_stub },
    { NULL, NULL, 0, 0, 0, 0, 0, { NULL }, NULL }
};
