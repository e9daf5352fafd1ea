/* What a node of a cluster says of the others: the map, and the errors that
 * point elsewhere.  Nobody is named who could not be dialled or logged. */

#include "fuzz.h"
#include "slots_reply.h"


static void
must_be_host(cg_str_t host)
{
    size_t  i;

    must(host.len <= CG_MAX_HOST && (host.data == NULL || host.len),
         "a host has a length");

    for (i = 0; i < host.len; i++) {
        must(host.data[i] > ' ' && host.data[i] < 0x7F
             && host.data[i] != '"' && host.data[i] != '%',
             "a host has letters");
    }
}


static void
read_map(cg_str_t text)
{
    size_t         i;
    cg_slots_t     slots;
    slots_reply_t  r;

    slots_reply_parse(&r, text);

    if (cg_slots_read(&r.reply, &slots) == CG_OK) {
        must(slots.n <= CG_SLOTS_NODES, "so many nodes");

        for (i = 0; i < slots.n; i++) {
            must(slots.nodes[i].port >= 1 && slots.nodes[i].port <= 65535,
                 "a port");
            must_be_host(slots.nodes[i].host);
            must_be_host(slots.nodes[i].ip);
        }

        for (i = 0; i < CG_SHARDS; i++) {
            must(slots.of[i] < slots.n || slots.of[i] == CG_SLOTS_NOBODY,
                 "a shard is at one of them");
        }
    }

    slots_reply_drop(&r);
}


static void
read_redirect(cg_str_t text)
{
    cg_redirect_t  to;

    if (cg_redirect_read(text, &to) == CG_OK) {
        must(to.slot < 16384 && to.port >= 1 && to.port <= 65535,
             "a slot and a port");
        must_be_host(to.host);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cg_str_t  text = { size, data };

    read_map(text);
    read_redirect(text);

    return 0;
}
