#include "tap.h"
#include "heap.h"

#include "consent/cg_rounds.h"
#include "cookie/cg_expiry.h"


#define GONE  "; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0"
#define TEXT  16384


typedef struct {
    char      text[TEXT];          /* lines, "Expires" left out, '\n' between */
    size_t    len;
    unsigned  lines;
    size_t    bytes;
    int       odd;                 /* a line without the dates */
} got_t;


static cg_status_t
take(void *ctx, cg_str_t line)
{
    char    copy[2048], *gone;
    got_t  *got = ctx;

    memcpy(copy, line.data, line.len);
    copy[line.len] = '\0';
    gone = strstr(copy, GONE);
    got->odd |= gone == NULL;

    got->lines++;
    got->bytes += line.len + strlen("Set-Cookie: \r\n");

    if (gone) {
        memmove(gone, gone + strlen(GONE), strlen(gone + strlen(GONE)) + 1);
        got->len += (size_t) snprintf(got->text + got->len, TEXT - got->len,
                                      "%s\n", copy);
    }

    return CG_OK;
}


static void
run(const cg_expiry_t *expiry, unsigned round, got_t *got)
{
    heap_t  heap;

    heap_init(&heap);
    memset(got, 0, sizeof(*got));
    ok(cg_expiry_emit(expiry, round, &heap.arena, take, got) == CG_OK
       && !got->odd, "round %u is written, every line with both dates",
       round);
    heap_drop(&heap);
}


static unsigned
rounds(const cg_expiry_t *expiry)
{
    heap_t    heap;
    unsigned  n;

    heap_init(&heap);
    n = cg_expiry_rounds(expiry, &heap.arena);
    heap_drop(&heap);

    return n;
}


static cg_expiry_t
expiry_of(const cg_str_t *names, size_t n, const char *host,
    const char *domain, const char *path)
{
    cg_expiry_t  expiry;

    expiry.names = names;
    expiry.nnames = n;
    expiry.host = host ? cg_str_from(host) : cg_str_null;
    expiry.domain = domain ? cg_str_from(domain) : cg_str_null;
    expiry.path = cg_str_from(path);

    return expiry;
}


static void
places(void)
{
    size_t    i;
    got_t     got;

    static const struct {
        const char  *name;
        const char  *host;
        const char  *domain;
        const char  *path;
        const char  *want;
        const char  *title;
    } cases[] = {
        { "_ga", "www.example.org", "example.org", "/",
          "_ga=; Path=/\n"
          "_ga=; Path=/; Domain=example.org\n"
          "_ga=; Path=/; Domain=www.example.org\n",
          "host-only, registrable domain, host" },
        { "_ga", "example.org", "example.org", "/x?y=/z/",
          "_ga=; Path=/\n"
          "_ga=; Path=/; Domain=example.org\n",
          "a host that is the registrable domain is tried once" },
        { "_ga", "a.b.example.co.jp", "example.co.jp", "/",
          "_ga=; Path=/\n"
          "_ga=; Path=/; Domain=example.co.jp\n"
          "_ga=; Path=/; Domain=a.b.example.co.jp\n"
          "_ga=; Path=/; Domain=b.example.co.jp\n",
          "then the domains between" },
        { "_ga", "example.org", "example.org", "/shop/item/7?x=/y/",
          "_ga=; Path=/\n"
          "_ga=; Path=/; Domain=example.org\n"
          "_ga=; Path=/shop/item\n"
          "_ga=; Path=/shop/item; Domain=example.org\n"
          "_ga=; Path=/shop/item/\n"
          "_ga=; Path=/shop/item/; Domain=example.org\n"
          "_ga=; Path=/shop\n"
          "_ga=; Path=/shop; Domain=example.org\n"
          "_ga=; Path=/shop/\n"
          "_ga=; Path=/shop/; Domain=example.org\n",
          "then the directories, deepest first" },
        { "_ga", NULL, NULL, "/a/",
          "_ga=; Path=/\n_ga=; Path=/a\n_ga=; Path=/a/\n",
          "without a domain: host-only" },
        { "_ga", NULL, NULL, "/a;b/", "_ga=; Path=/\n",
          "a path that cannot be an attribute is none" },
        { "_ga", NULL, NULL, "*", "_ga=; Path=/\n", "nor one without a slash" },
        { "__Host-x", "www.example.org", "example.org", "/a/",
          "__Host-x=; Path=/; Secure\n",
          "__Host- is host-only and Secure" },
        { "__secure-x", "example.org", "example.org", "/",
          "__secure-x=; Path=/; Secure\n"
          "__secure-x=; Path=/; Domain=example.org; Secure\n",
          "__Secure- in any case is Secure" },
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        cg_str_t     name = cg_str_from(cases[i].name);
        cg_expiry_t  expiry = expiry_of(&name, 1, cases[i].host,
                                        cases[i].domain, cases[i].path);

        run(&expiry, 0, &got);
        if (!ok(strcmp(got.text, cases[i].want) == 0, "%s", cases[i].title)) {
            printf("# got:\n%s", got.text);
        }
        is_int(rounds(&expiry), 1, "... in one response");
    }
}


/* Many names on a deep path: each round within the limits, no line twice, in
 * order, and no sixth. */

static void
staged(void)
{
    char         text[40][8], all[5 * TEXT] = "", *line, *next;
    size_t       i;
    got_t        got;
    unsigned     round;
    cg_str_t     names[40];
    cg_expiry_t  expiry;

    for (i = 0; i < 40; i++) {
        snprintf(text[i], sizeof(text[i]), "_ga%02u", (unsigned) i);
        names[i] = cg_str_from(text[i]);
    }

    expiry = expiry_of(names, 5, "a.b.example.org", "example.org", "/x/y/z");
    is_int(rounds(&expiry), 5, "five names on a deep path: five rounds");

    run(&expiry, 0, &got);
    is_int(got.lines, 12, "twelve lines in the first");
    ok(strncmp(got.text, "_ga00=; Path=/\n_ga00=; Path=/; Domain=example.org\n"
               "_ga00=; Path=/; Domain=a.b.example.org\n_ga01=; Path=/\n", 60)
       == 0, "the likeliest");

    for (round = 0; round < 6; round++) {
        run(&expiry, round, &got);
        strcat(all, got.text);
        ok(got.lines <= CG_EXPIRY_LINES && got.bytes <= CG_EXPIRY_BYTES
           && (got.lines > 0) == (round < 5),
           "round %u keeps the limits: %u lines, %zu bytes", round,
           got.lines, got.bytes);
    }

    for (line = all; *line; line = next) {
        next = strchr(line, '\n') + 1;
        i = (size_t) (next - line);

        if (strstr(next, line) != NULL
            && strncmp(strstr(next, line), line, i) == 0)
        {
            break;
        }
    }

    is_int(*line, 0, "no line stands in two rounds");
    ok(strstr(all, "_ga00=; Path=/x/y; Domain=example.org\n") != NULL,
       "the third tier was reached");

    expiry.nnames = 40;
    is_int(rounds(&expiry), 5, "forty names: five rounds as well");

    expiry.nnames = 0;
    is_int(rounds(&expiry), 0, "no name, no round");
}


static void
long_names(void)
{
    got_t        got;
    char        *name = malloc(2000);
    cg_str_t     names[3];
    cg_expiry_t  expiry;

    memset(name, 'n', 2000);
    names[0] = (cg_str_t) { 2000, (unsigned char *) name };
    names[1] = (cg_str_t) { 1300, (unsigned char *) name };
    names[2] = cg_str("_ga");
    expiry = expiry_of(names, 3, NULL, NULL, "/");

    run(&expiry, 0, &got);
    is_int(got.lines, 2, "a name that no response has room for is left out");
    ok(got.bytes <= CG_EXPIRY_BYTES, "the others keep the limit");

    free(name);
}


static void
no_memory(void)
{
    got_t        got = { "", 0, 0, 0, 0 };
    heap_t       heap;
    cg_str_t     name = cg_str("_ga");
    cg_expiry_t  expiry = expiry_of(&name, 1, NULL, NULL, "/");

    heap_init(&heap);
    heap.fail_at = 1;
    is_int(cg_expiry_emit(&expiry, 0, &heap.arena, take, &got), CG_ENOMEM,
           "without memory nothing is written");
    is_int(got.lines, 0, "not a part of a line either");
    heap_drop(&heap);
}


static void
remembered(void)
{
    void          *block = malloc(CG_ROUNDS_SIZE);
    size_t         i, again = 0;
    int64_t        now = 1700000000;
    unsigned       round;
    cg_str_t       one[2] = { cg_str("host"), cg_str("_ga=1") };
    cg_str_t       two[2] = { cg_str("host"), cg_str("_ga=2") };
    cg_rounds_t   *table;
    char           name[16];

    static const unsigned char  seed[CG_ROUNDS_SEED] = "seed of a table";

    table = cg_rounds_init(block, seed);

    for (round = 0; round < 4; round++) {
        is_int(cg_rounds_next(table, one, 2, 3, now + round),
               round < 3 ? round : 3, "visit %u", round);
    }

    is_int(cg_rounds_next(table, two, 2, 3, now), 0,
           "another visitor begins at the first");
    is_int(cg_rounds_next(table, one, 2, 3, now + 2 + CG_ROUNDS_FORGET - 1),
           3, "what was given stays given for ten minutes");
    is_int(cg_rounds_next(table, one, 2, 3, now + 2 + CG_ROUNDS_FORGET), 0,
           "then it begins anew");
    is_int(cg_rounds_next(table, one, 2, 3, now - 9999), 0,
           "a clock that went back begins anew");

    for (i = 0; i < 1000; i++) {
        snprintf(name, sizeof(name), "_gid=%zu", i);
        two[1] = cg_str_from(name);
        again += cg_rounds_next(table, two, 2, 3, now) != 0;
    }

    is_int(again, 0, "a thousand visitors: each begins at the first");

    free(block);
}


int
main(void)
{
    places();
    staged();
    long_names();
    no_memory();
    remembered();

    return tap_done();
}
