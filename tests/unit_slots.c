#include "tap.h"
#include "slots_reply.h"

#define LEN(a)  (sizeof(a) / sizeof((a)[0]))


static cg_status_t
map_of(const char *text, cg_slots_t *slots)
{
    cg_status_t    rc;
    slots_reply_t  r;

    slots_reply_parse(&r, cg_str_from(text));
    rc = cg_slots_read(&r.reply, slots);
    slots_reply_drop(&r);

    return rc;
}


static void
shards_have_slots(void)
{
    size_t  i, wrong = 0;

    is_int(cg_slots_of(0), 129, "the first label's slot");

    for (i = 0; i < CG_SHARDS; i++) {
        wrong += cg_slots_of(i) / 256 != i;
    }

    is_int(wrong, 0, "each 256 slots have one label");
}


/* A reply of three masters with a replica each, as Redis 7 writes it. */

#define THREE                                                                \
    "[[0 5460 [10.0.0.1 7000 aa []] [10.0.0.4 7003 dd []]]"                  \
    " [5461 10922 [10.0.0.2 7001 bb []] [10.0.0.5 7004 ee []]]"              \
    " [10923 16383 [10.0.0.3 7002 cc []] [10.0.0.6 7005 ff []]]]"

static void
maps_are_read(void)
{
    size_t         i, wrong = 0;
    cg_slots_t     slots;
    slots_reply_t  r;

    slots_reply_parse(&r, cg_str(THREE));
    ok(cg_slots_read(&r.reply, &slots) == CG_OK && slots.n == 3,
       "three masters; replicas are none");
    ok(cg_str_eq(slots.nodes[1].host, cg_str("10.0.0.2"))
       && slots.nodes[1].port == 7001 && slots.nodes[1].ip.data == NULL,
       "with host and port");

    for (i = 0; i < CG_SHARDS; i++) {
        wrong += slots.of[i] != (cg_slots_of(i) <= 5460 ? 0
                                 : cg_slots_of(i) <= 10922 ? 1 : 2);
    }

    is_int(wrong, 0, "each shard is where its slot is");
    slots_reply_drop(&r);
}


static void
fragments_are_put_together(void)
{
    cg_slots_t  slots;

    ok(map_of("[[0 128 [a 1 x]] [129 129 [b 2 y]] [130 8191 [a 1 x]]"
              " [8193 8199 [c 3 z]]]", &slots) == CG_OK,
       "ranges of one slot, and holes");
    ok(slots.n == 3 && slots.of[0] == 0 && slots.of[1] == 1
       && slots.of[31] == 1, "one master, however many ranges");
    ok(slots.of[32] == CG_SLOTS_NOBODY && slots.of[63] == CG_SLOTS_NOBODY,
       "what is in a hole is nobody's");
    ok(slots.nodes[2].port == 3 && slots.of[32] != 2,
       "who has no shard is known all the same");
    ok(map_of("[]", &slots) == CG_OK && slots.n == 0
       && slots.of[0] == CG_SLOTS_NOBODY, "a cluster without slots");
}


static void
hosts_are_what_the_cluster_calls_them(void)
{
    cg_slots_t     slots;
    slots_reply_t  r;

    slots_reply_parse(&r, cg_str(
        "[[0 1000 [- 1 a [ip 10.0.0.1]]] [1001 2000 [. 2 b]]"
        " [2001 3000 [redis-3.example 3 c [ip 10.0.0.3]]]"
        " [3001 4000 [? 4 d [ip 10.0.0.4]]] [4001 5000 [? 5 e]]"
        " [5001 6000 [fe80::1 6 f [hostname x.example]]]]"));
    ok(cg_slots_read(&r.reply, &slots) == CG_OK && slots.n == 6,
       "hosts of all kinds");
    ok(slots.nodes[0].host.data == NULL && slots.nodes[1].host.data == NULL,
       "no host, or an empty one: that of whoever was asked");
    ok(cg_str_eq(slots.nodes[2].host, cg_str("redis-3.example"))
       && cg_str_eq(slots.nodes[2].ip, cg_str("10.0.0.3")),
       "a name, and its address beside it");
    ok(cg_str_eq(slots.nodes[3].host, cg_str("10.0.0.4")),
       "one whose name is not known is called by its address");
    ok(slots.nodes[4].host.data == NULL, "or as if it had none");
    ok(cg_str_eq(slots.nodes[5].host, cg_str("fe80::1"))
       && slots.nodes[5].ip.data == NULL, "an IPv6 address");
    slots_reply_drop(&r);
}


static void
what_is_no_map_is_refused(void)
{
    static const char *const  cases[] = {
        "[x]", "[[0]]", "[[0 1]]", "[[0 1 x]]", "[[0 1 []]]", "[[0 1 [a]]]",
        "[[0 1 [a 1]]]", "[[x 1 [a 1 x]]]", "[[0 -1 [a 1 x]]]",
        "[[0 16384 [a 1 x]]]", "[[00 1 [a 1 x]]]", "[[0 1 [a 0 x]]]",
        "[[0 1 [a 65536 x]]]", "[[0 1 [a - x]]]", "[[- 1 [a 1 x]]]",
        "[[0 1 [a\"b 1 x]]]", "[[0 1 [a/b 1 x]]]", "[[0 1 [a 1 x [ip /]]]]",
        "[[0 1 [[a b] 1]]]"
    };

    size_t      i, wrong = 0;
    cg_slots_t  slots;

    for (i = 0; i < LEN(cases); i++) {
        if (map_of(cases[i], &slots) != CG_EINVAL) {
            printf("# %s\n", cases[i]);
            wrong++;
        }
    }

    is_int(wrong, 0, "what is no map of a cluster is refused");
    ok(cg_slots_read(&(cg_reply_t) { NULL, 0, NULL }, &slots) == CG_EINVAL,
       "a flat reply, too");
}


static void
large_clusters_have_an_end(void)
{
    char        text[8192];
    size_t      i, n = 0;
    cg_slots_t  slots;

    n += (size_t) snprintf(text, sizeof(text), "[");

    for (i = 0; i < 140; i++) {
        n += (size_t) snprintf(text + n, sizeof(text) - n,
                               "[%zu %zu [h%zu 1 x]]", i * 10, i * 10 + 9, i);
    }

    snprintf(text + n, sizeof(text) - n, "[16000 16383 [last 1 x]]]");

    ok(map_of(text, &slots) == CG_OK && slots.n == CG_SLOTS_NODES,
       "so many masters are known");
    ok(slots.of[63] == 5, "and first of all those with a shard");
}


static void
redirects_are_read(void)
{
    static const struct {
        const char   *text;
        cg_status_t   want;
        int           ask;
        unsigned      slot, port;
        const char   *host;
    } cases[] = {
        { "MOVED 3999 127.0.0.1:6381", CG_OK, 0, 3999, 6381, "127.0.0.1" },
        { "ASK 16383 a.example:65535", CG_OK, 1, 16383, 65535, "a.example" },
        { "MOVED 0 ::1:7000", CG_OK, 0, 0, 7000, "::1" },
        { "MOVED 1 :7000", CG_OK, 0, 1, 7000, NULL },
        { "ERR unknown command", CG_NONE, 0, 0, 0, NULL },
        { "MOVEDX 1 a:1", CG_NONE, 0, 0, 0, NULL },
        { "", CG_NONE, 0, 0, 0, NULL },
        { "MOVED", CG_EINVAL, 0, 0, 0, NULL },
        { "MOVED 1", CG_EINVAL, 0, 0, 0, NULL },
        { "MOVED 1 a", CG_EINVAL, 0, 0, 0, NULL },
        { "MOVED 1 a:", CG_EINVAL, 0, 0, 0, NULL },
        { "MOVED 1 a:0", CG_EINVAL, 0, 0, 0, NULL },
        { "MOVED 1 a:65536", CG_EINVAL, 0, 0, 0, NULL },
        { "MOVED 16384 a:1", CG_EINVAL, 0, 0, 0, NULL },
        { "MOVED -1 a:1", CG_EINVAL, 0, 0, 0, NULL },
        { "MOVED 1 a b:1", CG_EINVAL, 0, 0, 0, NULL },
        { "MOVED 1 ?:1", CG_EINVAL, 0, 0, 0, NULL },
        { "ASK 1 a:1 ", CG_EINVAL, 1, 0, 0, NULL },
    };

    size_t         i, wrong = 0;
    cg_status_t    rc;
    cg_redirect_t  got;

    for (i = 0; i < LEN(cases); i++) {
        rc = cg_redirect_read(cg_str_from(cases[i].text), &got);

        if (rc != cases[i].want
            || (rc == CG_OK
                && (got.ask != cases[i].ask || got.slot != cases[i].slot
                    || got.port != cases[i].port
                    || (got.host.data != NULL) != (cases[i].host != NULL)
                    || (cases[i].host
                        && !cg_str_eq(got.host,
                                      cg_str_from(cases[i].host))))))
        {
            printf("# \"%s\"\n", cases[i].text);
            wrong++;
        }
    }

    is_int(wrong, 0, "MOVED and ASK are read, anything else is not");
}


int
main(void)
{
    shards_have_slots();
    maps_are_read();
    fragments_are_put_together();
    hosts_are_what_the_cluster_calls_them();
    what_is_no_map_is_refused();
    large_clusters_have_an_end();
    redirects_are_read();

    return tap_done();
}
