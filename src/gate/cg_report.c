#include "cg_report.h"
#include "base/cg_ascii.h"

#include <jansson.h>


typedef struct {
    cg_arena_t         *arena;
    const cg_policy_t  *policy;
    int                 enforced;
    cg_report_t        *reports;
    size_t              n;
    const char         *error;
} report_reader_t;

/* The same fields under the names of the two formats. */

typedef struct {
    const char  *blocked;
    const char  *effective;
    const char  *violated;         /* where `effective` is missing */
} report_names_t;

static const report_names_t  report_csp = {
    "blocked-uri", "effective-directive", "violated-directive"
};

static const report_names_t  report_api = {
    "blockedURL", "effectiveDirective", "effectiveDirective"
};


static cg_str_t
report_string(const json_t *object, const char *key)
{
    cg_str_t       s = cg_str_null;
    const json_t  *value = json_object_get(object, key);

    if (json_is_string(value)) {
        s.data = (const unsigned char *) json_string_value(value);
        s.len = json_string_length(value);
    }

    return s;
}


/* A constant: what was sent does not go on. */

static const char *
report_directive(cg_str_t words)
{
    static const char *const  names[] = {
        "default-src", "script-src", "script-src-elem", "script-src-attr",
        "style-src", "style-src-elem", "style-src-attr", "img-src",
        "font-src", "connect-src", "media-src", "object-src", "frame-src",
        "child-src", "worker-src", "manifest-src", "prefetch-src",
        "base-uri", "form-action", "frame-ancestors"
    };

    size_t  i, n = 0;

    while (n < words.len && !cg_ascii_is_space(words.data[n])) {
        n++;
    }

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (cg_str_eq(cg_str_sub(words, 0, n), cg_str_from(names[i]))) {
            return names[i];
        }
    }

    return "other";
}


static cg_status_t
report_host(report_reader_t *reader, cg_str_t value, cg_report_t *report)
{
    cg_out_t     scratch;
    cg_url_t     url;
    cg_match_t   match;
    cg_status_t  rc = CG_NONE;

    cg_out_init(&scratch, reader->arena, 2 * CG_MAX_URL);

    if (cg_url_read(value, &scratch, &url) == CG_OK
        && url.kind == CG_URL_HOST && !url.bad_host)
    {
        report->host = cg_arena_copy(reader->arena, url.host);
        rc = report->host.data ? CG_OK : CG_ENOMEM;

        if (cg_policy_match_url(reader->policy, url.host, url.path, &match)
            == CG_OK)
        {
            report->vendor = match.vendor;
        }
    }

    cg_arena_outgrown(reader->arena, scratch.data);

    return rc;
}


static cg_status_t
report_add(report_reader_t *reader, const json_t *body,
    const report_names_t *names)
{
    cg_str_t      blocked, directive, disposition;
    cg_status_t   rc;
    cg_report_t  *report = &reader->reports[reader->n];

    blocked = report_string(body, names->blocked);
    directive = report_string(body, names->effective);
    disposition = report_string(body, "disposition");

    if (directive.data == NULL) {
        directive = report_string(body, names->violated);
    }

    if (directive.data == NULL) {
        reader->error = "a report that names no directive";
        return CG_EINVAL;
    }

    if (blocked.data == NULL || reader->n == CG_REPORTS) {
        return CG_OK;
    }

    memset(report, 0, sizeof(*report));
    report->directive = report_directive(directive);
    report->blocked = cg_str_eq(disposition, cg_str("enforce"))
                      || (!cg_str_eq(disposition, cg_str("report"))
                          && reader->enforced);

    rc = report_host(reader, blocked, report);
    reader->n += rc == CG_OK;

    return rc == CG_ENOMEM ? rc : CG_OK;
}


static cg_status_t
report_list(report_reader_t *reader, const json_t *list)
{
    size_t         i;
    cg_status_t    rc = CG_OK;
    const json_t  *report;

    for (i = 0; rc == CG_OK && i < json_array_size(list); i++) {
        report = json_array_get(list, i);

        if (!json_is_object(report)
            || report_string(report, "type").data == NULL)
        {
            reader->error = "a report without a type";
            return CG_EINVAL;
        }

        if (cg_str_eq(report_string(report, "type"), cg_str("csp-violation")))
        {
            rc = report_add(reader, json_object_get(report, "body"),
                            &report_api);
        }
    }

    return rc;
}


static cg_status_t
report_root(report_reader_t *reader, const json_t *root, int one, int many)
{
    if (many && json_is_array(root)) {
        return report_list(reader, root);
    }

    if (one && json_is_object(json_object_get(root, "csp-report"))) {
        return report_add(reader, json_object_get(root, "csp-report"),
                          &report_csp);
    }

    reader->error = one ? "no JSON object with a \"csp-report\""
                        : "no JSON array of reports";

    return CG_EINVAL;
}


static cg_str_t
report_type(cg_str_t content_type)
{
    size_t  n = 0;

    while (n < content_type.len && content_type.data[n] != ';') {
        n++;
    }

    return cg_ascii_trim(cg_str_sub(content_type, 0, n));
}


cg_status_t
cg_report_read(cg_arena_t *arena, const cg_policy_t *policy,
    cg_str_t content_type, cg_str_t body, int enforced, cg_report_t *reports,
    size_t *n, const char **error)
{
    int              one, many;
    json_t          *root;
    cg_str_t         type = report_type(content_type);
    cg_status_t      rc;
    json_error_t     ignored;
    report_reader_t  reader = { arena, policy, enforced, reports, 0, NULL };

    *n = 0;
    *error = NULL;

    one = many = cg_ascii_eq_nocase(type, cg_str("application/json"));
    one |= cg_ascii_eq_nocase(type, cg_str("application/csp-report"));
    many |= cg_ascii_eq_nocase(type, cg_str("application/reports+json"));

    if (!one && !many) {
        return CG_NONE;
    }

    root = json_loadb((const char *) body.data, body.len,
                      JSON_REJECT_DUPLICATES, &ignored);
    if (root == NULL) {
        *error = "the report is no JSON";
        return CG_EINVAL;
    }

    rc = report_root(&reader, root, one, many);
    json_decref(root);

    *error = reader.error;
    *n = rc == CG_OK ? reader.n : 0;

    return rc;
}
