/* The draft of consent_vendor blocks for what an inventory holds. */

#include "inventory.h"

#include "base/cg_ascii.h"
#include "url/cg_host.h"

#include <stdlib.h>

#define DRAFT_ID    48                 /* bytes of a vendor's id */
#define DRAFT_OPEN  "TO" "DO"          /* nothing here is unfinished: it is for
                                          whoever completes the draft */

typedef struct {
    char    *text;
    size_t   len;
    FILE    *out;
} draft_t;


/* Whose a host is: its company where it is known, else its domain. */

static cg_str_t
draft_owner(const inventory_row_t *row)
{
    cg_str_t  host = cg_str_from(row->name), domain;

    if (row->owner[0]) {
        return cg_str_from(row->owner);
    }

    domain = cg_host_registrable(host);

    return domain.data ? domain : host;
}


/* [a-z0-9-]: what an id may hold. */

static void
draft_id(cg_str_t owner, char id[DRAFT_ID + 1])
{
    size_t         i, n = 0;
    unsigned char  c;

    for (i = 0; i < owner.len && n < DRAFT_ID; i++) {
        c = cg_ascii_lower(owner.data[i]);

        if ((c >= 'a' && c <= 'z') || cg_ascii_is_digit(c)) {
            id[n++] = (char) c;

        } else if (n && id[n - 1] != '-') {
            id[n++] = '-';
        }
    }

    while (n && id[n - 1] == '-') {
        n--;
    }

    id[n] = '\0';
}


/* A word in quotes, as nginx reads them; what is no text of one line is left
 * out. */

static void
draft_word(FILE *out, cg_str_t word)
{
    size_t  i;

    fputc('"', out);

    for (i = 0; i < word.len; i++) {
        if (word.data[i] == '"' || word.data[i] == '\\') {
            fputc('\\', out);
        }

        if (word.data[i] >= ' ' && word.data[i] != '$') {
            fputc(word.data[i], out);
        }
    }

    fputc('"', out);
}


static void
draft_seen(FILE *out, const inventory_row_t *row)
{
    char  first[CTL_WHEN_LEN], last[CTL_WHEN_LEN];

    ctl_when_write(row->first, first);
    ctl_when_write(row->last, last);

    fprintf(out, "# %s, %.10s to %.10s, %lld times, %s, on %s\n", row->where,
            first, last, (long long) row->n, row->action,
            row->site);
}


static int
draft_is_host(const inventory_row_t *row)
{
    return strcmp(row->kind, "host") == 0 && row->vendor[0] == '\0'
           && strcmp(row->name, "address") != 0;
}


/* The same host may be seen on several sites. */

static int
draft_is_first(const inventory_row_t *const *rows, size_t at)
{
    size_t  i;

    for (i = 0; i < at; i++) {
        if (strcmp(rows[i]->kind, rows[at]->kind) == 0
            && strcmp(rows[i]->name, rows[at]->name) == 0)
        {
            return 0;
        }
    }

    return 1;
}


static void
draft_hosts(FILE *out, const inventory_row_t *const *rows, size_t n,
    cg_str_t owner)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (!draft_is_host(rows[i]) || !cg_str_eq(draft_owner(rows[i]), owner))
        {
            continue;
        }

        if (draft_is_first(rows, i)) {
            fprintf(out, "    host      %s;", rows[i]->name);
            fputs("  ", out);

        } else {
            fputs("              ", out);
        }

        draft_seen(out, rows[i]);
    }
}


static void
draft_vendor(FILE *out, const inventory_row_t *const *rows, size_t n,
    size_t at)
{
    char      id[DRAFT_ID + 1];
    cg_str_t  owner = draft_owner(rows[at]);

    draft_id(owner, id);

    fprintf(out, "\n# %s\nconsent_vendor %s {\n    name      ",
            rows[at]->category[0] ? rows[at]->category
                                  : DRAFT_OPEN ": what is it for?", id);
    draft_word(out, owner);
    fputs(";\n    provider  ", out);
    draft_word(out, owner);
    fputs(" " DRAFT_OPEN ";  # company, country (two letters), its privacy"
          " page\n    receives  " DRAFT_OPEN ";  # ip cookie_id url referrer"
          " ua form\n", out);
    draft_hosts(out, rows, n, owner);
    fputs("    # cookie NAME LIFETIME \"PURPOSE\";  " DRAFT_OPEN ": see its"
          " documentation\n}\n", out);
}


static int
draft_is_new_owner(const inventory_row_t *const *rows, size_t at)
{
    size_t  i;

    for (i = 0; i < at; i++) {
        if (draft_is_host(rows[i])
            && cg_str_eq(draft_owner(rows[i]), draft_owner(rows[at])))
        {
            return 0;
        }
    }

    return 1;
}


/* The line that ties a row to a purpose; the same line stands once. */

static void
draft_line(const inventory_row_t *row, char line[256])
{
    char      id[DRAFT_ID + 1];
    FILE     *out = fmemopen(line, 256, "w");
    cg_str_t  name = cg_str_from(row->name);

    if (out == NULL) {
        line[0] = '\0';
        return;
    }

    if (strcmp(row->kind, "cookie") == 0 && row->vendor[0] == '\0') {
        fputs("    cookie ", out);
        draft_word(out, name);
        fputs(" purpose=" DRAFT_OPEN ";", out);

    } else if (row->vendor[0]) {
        fprintf(out, "    vendor %s purpose=" DRAFT_OPEN ";", row->vendor);

    } else if (draft_is_host(row)) {
        draft_id(draft_owner(row), id);
        fprintf(out, "    vendor %s purpose=" DRAFT_OPEN ";", id);
    }

    fclose(out);
}


static int
draft_line_is_new(const inventory_row_t *const *rows, size_t at,
    const char *line)
{
    char    other[256];
    size_t  i;

    for (i = 0; i < at; i++) {
        draft_line(rows[i], other);

        if (strcmp(rows[i]->policy, rows[at]->policy) == 0
            && strcmp(other, line) == 0)
        {
            return 0;
        }
    }

    return line[0] != '\0';
}


static void
draft_policy(FILE *out, const inventory_row_t *const *rows, size_t n,
    const char *policy)
{
    char    line[256];
    size_t  i;

    fprintf(out, "\n# Into consent_policy %s, each with one of its"
            " purposes:\n", policy);

    for (i = 0; i < n; i++) {
        draft_line(rows[i], line);

        if (strcmp(rows[i]->policy, policy) == 0
            && draft_line_is_new(rows, i, line))
        {
            fprintf(out, "# %s\n", line);
        }
    }
}


static int
draft_is_new_policy(const inventory_row_t *const *rows, size_t at)
{
    size_t  i;

    for (i = 0; i < at; i++) {
        if (strcmp(rows[i]->policy, rows[at]->policy) == 0) {
            return 0;
        }
    }

    return rows[at]->policy[0] != '\0';
}


static void
draft_write(FILE *out, const inventory_row_t *const *rows, size_t n)
{
    size_t  i;

    fputs("# A draft by consentctl inventory. Whatever says " DRAFT_OPEN
          " has to be looked up, in\n# the vendor's documentation and with"
          " whoever put it into the pages; until then\n# nginx -t refuses it."
          " What is your own goes to own_host instead.\n", out);

    for (i = 0; i < n; i++) {
        if (draft_is_host(rows[i]) && draft_is_new_owner(rows, i)) {
            draft_vendor(out, rows, n, i);
        }
    }

    for (i = 0; i < n; i++) {
        if (draft_is_new_policy(rows, i)) {
            draft_policy(out, rows, n, rows[i]->policy);
        }
    }
}


json_t *
ctl_inventory_draft(const inventory_row_t *const *rows, size_t n)
{
    json_t   *json;
    draft_t   draft;

    memset(&draft, 0, sizeof(draft));
    draft.out = open_memstream(&draft.text, &draft.len);

    if (draft.out == NULL) {
        return json_null();
    }

    draft_write(draft.out, rows, n);
    fclose(draft.out);

    json = json_stringn(draft.text, draft.len);
    free(draft.text);

    return json ? json : json_null();
}
