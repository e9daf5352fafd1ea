#include "cg_field.h"
#include "cg_line.h"
#include "base/cg_ascii.h"

#define CHAIN_CLAUSE_BYTES  2048     /* of the line, for the list of clauses */


void
cg_chain_open(cg_chain_t *chain, const unsigned char seed[CG_LANE_SEED])
{
    static const char  digits[] = "0123456789abcdef";

    size_t  i;

    memset(chain, 0, sizeof(*chain));

    for (i = 0; i < CG_LANE_SEED; i++) {
        chain->ch[2 * i] = (unsigned char) digits[seed[i] >> 4];
        chain->ch[2 * i + 1] = (unsigned char) digits[seed[i] & 15];
    }
}


static void
chain_clauses(cg_out_t *out, const cg_event_t *event)
{
    size_t  i, start = out->len;

    if (event->n_clauses == 0) {
        return;
    }

    cg_field_array_begin(out, "cl");

    for (i = 0; i < event->n_clauses; i++) {
        if (out->len - start > CHAIN_CLAUSE_BYTES) {
            break;
        }

        cg_field_item_str(out, event->clauses[i]);
    }

    cg_field_array_end(out);

    if (i < event->n_clauses) {
        cg_field_uint(out, "cl_more", event->n_clauses - i);
    }
}


static void
chain_head(const cg_chain_t *chain, cg_out_t *out)
{
    cg_out_reset(out);
    cg_out_text(out, CG_LINE_START);
    cg_out_bytes(out, chain->ch, CG_LANE_LEN);
    cg_out_byte(out, '"');
    cg_field_uint(out, "seq", chain->seq);
}


void
cg_chain_begin(const cg_chain_t *chain, cg_out_t *out,
    const cg_event_t *event)
{
    cg_str_t  host = event->host;

    if (host.len > CG_MAX_HOST) {
        host.len = CG_MAX_HOST;
    }

    chain_head(chain, out);
    cg_field_time(out, "t", event->time_ms);
    cg_field_uint(out, "mono", event->mono_ms);
    cg_field_str(out, "ty", cg_str_from(event->type));
    cg_field_str(out, "host", host);

    if (event->policy.data) {
        cg_field_str(out, "pol", event->policy);
        cg_field_uint(out, "pv", event->version);
    }

    chain_clauses(out, event);
}


cg_status_t
cg_chain_finish(cg_chain_t *chain, cg_out_t *out)
{
    cg_status_t    rc;
    unsigned char  h[CG_SHA256_LEN];

    cg_field_hex(out, "prev", (cg_str_t) { sizeof(chain->prev), chain->prev });

    if (out->status != CG_OK) {
        return out->status;
    }

    rc = cg_line_hash(chain->ch, chain->prev, cg_out_slice(out), h);
    if (rc != CG_OK) {
        return rc;
    }

    cg_field_hex(out, "h", (cg_str_t) { sizeof(h), h });
    cg_out_text(out, "}\n");

    if (out->status != CG_OK) {
        return out->status;
    }

    if (out->len > CG_MAX_LINE) {
        return CG_ELIMIT;
    }

    memcpy(chain->prev, h, sizeof(h));
    chain->seq++;

    return CG_OK;
}


void
cg_chain_place(const cg_chain_t *chain, cg_place_t *place)
{
    memcpy(place->ch, chain->ch, CG_LANE_LEN);
    place->seq = chain->seq;
}


/* Names of the site's may be keys in a line, but hold no underscore. */

static int
chain_is_again(cg_str_t text)
{
    size_t    i;
    cg_str_t  key = cg_str(",\"first_at\":{");

    for (i = 0; i < text.len; i++) {
        if (cg_str_starts(cg_str_sub(text, i, text.len), key)) {
            return 1;
        }
    }

    return 0;
}


cg_status_t
cg_chain_again(cg_chain_t *chain, cg_str_t line, cg_out_t *out)
{
    size_t     from, to;
    cg_line_t  read;
    cg_str_t   text = cg_str_sub(line, 0, line.len ? line.len - 1 : 0);

    if (cg_line_read(text, &read) != CG_OK) {
        return CG_EINVAL;
    }

    /* what stands between seq and prev */

    from = CG_LINE_START_LEN + CG_LANE_LEN + sizeof("\",\"seq\":") - 1;
    to = text.len - CG_LINE_H_LEN - CG_LINE_PREV_LEN;

    while (cg_ascii_is_digit(text.data[from])) {
        from++;
    }

    chain_head(chain, out);
    cg_out_str(out, cg_str_sub(text, from, to));

    if (!chain_is_again(text)) {
        cg_field_object_begin(out, "first_at");
        cg_field_str(out, "ch", (cg_str_t) { CG_LANE_LEN, read.ch });
        cg_field_uint(out, "seq", read.seq);
        cg_field_object_end(out);
    }

    return cg_chain_finish(chain, out);
}
