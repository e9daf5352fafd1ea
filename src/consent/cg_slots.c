#include "cg_slots.h"
#include "cg_frame.h"
#include "base/cg_ascii.h"

#define SLOTS_MOST  16383
#define SLOTS_PORT  65535
#define SLOTS_APART ((SLOTS_MOST + 1) / CG_SHARDS)


void
cg_slots_command(cg_command_t *command)
{
    cg_command_start(command, CG_REPLY_NESTED);
    cg_command_word(command, cg_str("CLUSTER"));
    cg_command_word(command, cg_str("SLOTS"));
}


/* CRC16/XMODEM of what stands between the braces of a key. */

unsigned
cg_slots_of(size_t shard)
{
    int          bit;
    unsigned     crc = 0;
    const char  *label;

    for (label = cg_record_shard(shard); *label; label++) {
        crc ^= (unsigned) (unsigned char) *label << 8;

        for (bit = 0; bit < 8; bit++) {
            crc = crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1;
        }

        crc &= 0xFFFF;
    }

    return crc & SLOTS_MOST;
}


/* A name or an address: what may stand in a log, and in a certificate. */

static int
slots_is_host(cg_str_t host)
{
    size_t  i;

    for (i = 0; i < host.len; i++) {
        if (!cg_ascii_is_alpha(host.data[i]) && !cg_ascii_is_digit(host.data[i])
            && host.data[i] != '.' && host.data[i] != '-'
            && host.data[i] != '_' && host.data[i] != ':')
        {
            return 0;
        }
    }

    return host.len > 0 && host.len <= CG_MAX_HOST;
}


static cg_status_t
slots_number(cg_str_t text, unsigned most, unsigned *n)
{
    uint64_t     value;
    cg_status_t  rc = cg_frame_uint(text, most, &value);

    if (rc == CG_OK) {
        *n = (unsigned) value;
    }

    return rc;
}


/* Of a node's further facts, in pairs; absent if there is none. */

static cg_str_t
slots_fact(const cg_reply_t *reply, size_t at, cg_str_t name)
{
    size_t  i;

    for (i = at + 1; i + 1 <= at + reply->inside[at]; i += 2) {
        if (cg_str_eq(reply->items[i], name)) {
            return reply->items[i + 1];
        }
    }

    return cg_str_null;
}


/* A node: endpoint, port, id, and since 7.0 an array of facts.  "?": a host
 * without the name that it should be called by. */

static cg_status_t
slots_node(const cg_reply_t *reply, size_t at, cg_slots_node_t *node)
{
    size_t    n = reply->inside[at];
    cg_str_t  host;

    if (n < 3 || slots_number(reply->items[at + 2], SLOTS_PORT, &node->port)
                 != CG_OK
        || node->port == 0)
    {
        return CG_EINVAL;
    }

    host = reply->items[at + 1];
    node->ip = n > 3 ? slots_fact(reply, at + 4, cg_str("ip")) : cg_str_null;

    if (cg_str_eq(host, cg_str("?"))) {
        host = node->ip;
    }

    node->host = host.len ? host : cg_str_null;

    return (node->host.data == NULL || slots_is_host(node->host))
           && (node->ip.data == NULL || slots_is_host(node->ip))
           ? CG_OK : CG_EINVAL;
}


/* Its place in the map; CG_SLOTS_NOBODY: there is no room. */

static unsigned char
slots_place(cg_slots_t *slots, const cg_slots_node_t *node)
{
    size_t  i;

    for (i = 0; i < slots->n; i++) {
        if (slots->nodes[i].port == node->port
            && cg_str_eq(slots->nodes[i].host, node->host)
            && cg_str_eq(slots->nodes[i].ip, node->ip))
        {
            return (unsigned char) i;
        }
    }

    if (slots->n == CG_SLOTS_NODES) {
        return CG_SLOTS_NOBODY;
    }

    slots->nodes[slots->n++] = *node;

    return (unsigned char) i;
}


/* One range: first and last slot, its master, replicas.  The i-th shard's slot
 * is one of the i-th 256. */

static cg_status_t
slots_range(const cg_reply_t *reply, size_t at, int serving,
    cg_slots_t *slots)
{
    size_t           i;
    unsigned         first, last, slot;
    unsigned char    place = CG_SLOTS_NOBODY;
    cg_slots_node_t  node;

    if (reply->inside[at] < 3
        || slots_number(reply->items[at + 1], SLOTS_MOST, &first) != CG_OK
        || slots_number(reply->items[at + 2], SLOTS_MOST, &last) != CG_OK
        || slots_node(reply, at + 3, &node) != CG_OK)
    {
        return CG_EINVAL;
    }

    if (!serving) {
        (void) slots_place(slots, &node);
        return CG_OK;
    }

    for (i = first / SLOTS_APART; i <= last / SLOTS_APART; i++) {
        slot = cg_slots_of(i);

        if (slot >= first && slot <= last) {
            place = place == CG_SLOTS_NOBODY ? slots_place(slots, &node)
                                             : place;
            slots->of[i] = place;
        }
    }

    return CG_OK;
}


cg_status_t
cg_slots_read(const cg_reply_t *reply, cg_slots_t *slots)
{
    int          serving;
    size_t       i;
    cg_status_t  rc;

    memset(slots, 0, sizeof(*slots));
    memset(slots->of, CG_SLOTS_NOBODY, sizeof(slots->of));

    if (reply->inside == NULL) {
        return CG_EINVAL;
    }

    for (serving = 1; serving >= 0; serving--) {
        for (i = 0; i < reply->n; i += 1 + reply->inside[i]) {
            rc = slots_range(reply, i, serving, slots);

            if (rc != CG_OK) {
                return rc;
            }
        }
    }

    return CG_OK;
}


/* Up to the next blank, which is dropped, or the end. */

static cg_str_t
slots_word(cg_str_t *rest)
{
    size_t    end;
    cg_str_t  word;

    for (end = 0; end < rest->len && rest->data[end] != ' '; end++) {
        /* void */
    }

    word = cg_str_sub(*rest, 0, end);
    *rest = cg_str_sub(*rest, end < rest->len ? end + 1 : end, rest->len);

    return word;
}


/* "MOVED 3999 127.0.0.1:6381"; the host may be an IPv6 address without its
 * brackets, or nothing. */

cg_status_t
cg_redirect_read(cg_str_t error, cg_redirect_t *redirect)
{
    size_t    end;
    cg_str_t  word = slots_word(&error);

    memset(redirect, 0, sizeof(*redirect));
    redirect->ask = cg_str_eq(word, cg_str("ASK"));

    if (!redirect->ask && !cg_str_eq(word, cg_str("MOVED"))) {
        return CG_NONE;
    }

    if (slots_number(slots_word(&error), SLOTS_MOST, &redirect->slot)
        != CG_OK)
    {
        return CG_EINVAL;
    }

    for (end = error.len; end > 0 && error.data[end - 1] != ':'; end--) {
        /* void */
    }

    if (end == 0
        || slots_number(cg_str_sub(error, end, error.len), SLOTS_PORT,
                        &redirect->port) != CG_OK
        || redirect->port == 0)
    {
        return CG_EINVAL;
    }

    if (end > 1) {
        redirect->host = cg_str_sub(error, 0, end - 1);
    }

    return end == 1 || slots_is_host(redirect->host) ? CG_OK : CG_EINVAL;
}
