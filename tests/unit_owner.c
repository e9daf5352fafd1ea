#include "tap.h"
#include "heap.h"

#include "policy/cg_owner.h"

#define LIST      "conf/entities.tsv"
#define N(table)  (sizeof(table) / sizeof((table)[0]))


/* The owner of a host in a block of exactly its size. */

static cg_status_t
owner_of(cg_str_t host, cg_owner_t *owner)
{
    cg_str_t     copy = heap_exact(host);
    cg_status_t  status = cg_owner_of(copy, owner);

    free((void *) copy.data);

    return status;
}


static cg_status_t
owner_of_sub(const char *sub, cg_str_t host, cg_owner_t *owner)
{
    char  text[512];

    snprintf(text, sizeof(text), "%s%.*s", sub, (int) host.len, host.data);

    return owner_of(cg_str_from(text), owner);
}


typedef struct {
    unsigned  rows;
    unsigned  found;               /* with the owner and category of the row */
    unsigned  subs;                /* and so are their sub-domains */
} tally_t;


static int
owner_is(cg_status_t status, const cg_owner_t *owner, cg_str_t name,
    cg_str_t category)
{
    return status == CG_OK && cg_str_eq(owner->name, name)
           && cg_str_eq(owner->category, category);
}


static void
row_count(char *line, tally_t *tally)
{
    char        *name = strchr(line, '\t') + 1, *category = strchr(name, '\t');
    cg_str_t     host, whose, what;
    cg_owner_t   owner;
    cg_status_t  status;

    name[-1] = *category++ = '\0';
    category[strcspn(category, "\n")] = '\0';
    host = cg_str_from(line);
    whose = cg_str_from(name);
    what = cg_str_from(category);

    tally->rows++;
    status = owner_of(host, &owner);
    tally->found += (unsigned) owner_is(status, &owner, whose, what);

    status = owner_of_sub("xq-none.", host, &owner);
    tally->subs += (unsigned) owner_is(status, &owner, whose, what);
}


static void
every_row_is_found_with_its_sub_domains(void)
{
    char     line[1024];
    FILE    *file = fopen(LIST, "r");
    tally_t  tally = { 0, 0, 0 };

    if (!ok(file != NULL, "the list of entities is there")) {
        return;
    }

    while (fgets(line, sizeof(line), file)) {
        if (line[0] != '#') {
            row_count(line, &tally);
        }
    }

    fclose(file);

    ok(tally.rows > 3000, "the list has %u rows", tally.rows);
    is_int(tally.found, tally.rows, "every row is found by its host");
    is_int(tally.subs, tally.rows, "every row stands for its sub-domains");
}


static void
the_longest_domain_names_the_owner(void)
{
    static const struct {
        const char  *host, *name, *category;
    } cases[] = {
        { "google-analytics.com", "Google", "analytics" },
        { "www.google-analytics.com", "Google", "analytics" },
        { "a.b.c.google-analytics.com", "Google", "analytics" },
        { "stats.g.doubleclick.net", "Google", "ad" },
        { "adroll.mgr.consensu.org", "AdRoll CMP", "consent-provider" },
        { "x.mgr.consensu.org", NULL, NULL },
        { "notgoogle-analytics.com", NULL, NULL },
        { "google-analytics.com.example", NULL, NULL },
        { "google-analytics.co", NULL, NULL },
        { "oogle-analytics.com", NULL, NULL },
        { "109.109.138.174", NULL, NULL },
        { "com", NULL, NULL },
        { ".com", NULL, NULL },
        { ".", NULL, NULL },
        { "..", NULL, NULL },
        { "", NULL, NULL },
        { ".google-analytics.com", "Google", "analytics" },
        { "google-analytics.com.", NULL, NULL },
        { "0", NULL, NULL },
        { "\xff\xff", NULL, NULL },
    };

    size_t       i;
    cg_owner_t   owner;
    cg_status_t  status;

    for (i = 0; i < N(cases); i++) {
        status = owner_of(cg_str_from(cases[i].host), &owner);
        is_int(status, cases[i].name ? CG_OK : CG_NONE, "\"%s\" is %s",
               cases[i].host, cases[i].name ? "known" : "nobody's");
        is_str(owner.name, cases[i].name ? cg_str_from(cases[i].name)
                                         : cg_str_null, "its owner");
        is_str(owner.category, cases[i].category
                               ? cg_str_from(cases[i].category) : cg_str_null,
               "its category");
    }
}


static void
no_host_is_too_long_to_be_asked(void)
{
    size_t          len;
    cg_str_t        host;
    cg_owner_t      owner;
    unsigned char  *data;

    for (len = CG_MAX_HOST; len < 4096; len += 1000) {
        data = malloc(len);
        memset(data, '.', len);
        memcpy(data + len - 20, "google-analytics.com", 20);
        host = (cg_str_t) { len, data };

        is_int(cg_owner_of(host, &owner), len > CG_MAX_HOST ? CG_NONE : CG_OK,
               "a name of %zu bytes", len);
        free(data);
    }

    is_int(cg_owner_of(cg_str_null, &owner), CG_NONE, "no host at all");
    ok(owner.name.data == NULL, "names nobody");
}


int
main(void)
{
    every_row_is_found_with_its_sub_domains();
    the_longest_domain_names_the_owner();
    no_host_is_too_long_to_be_asked();

    return tap_done();
}
