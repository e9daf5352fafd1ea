#include "cg_pending.h"
#include "cg_frame.h"

#define PENDING_MARK    "P1 "
#define PENDING_TIME    12             /* digits */
#define PENDING_SEQ     20
#define PENDING_SUM     8              /* bytes */
#define PENDING_SUMMED  (CG_PENDING_LINE - 2 * PENDING_SUM - 1)
#define PENDING_PARTS   16


static const char      pending_hows[] = "wre";
static const cg_how_t  pending_kinds[] = {
    CG_HOW_WITHDRAW, CG_HOW_REJECT_ALL, CG_HOW_ERASE
};


cg_status_t
cg_pending_where(const cg_str_t *parts, size_t n,
    unsigned char where[CG_PENDING_WHERE])
{
    cg_status_t    rc;
    unsigned char  mac[CG_SHA256_LEN];

    rc = cg_frame_mac(cg_str("pending"), parts, n, mac);
    memcpy(where, mac, CG_PENDING_WHERE);

    return rc;
}


cg_status_t
cg_pending_line_of(cg_str_t evidence, cg_pending_t *pending)
{
    size_t         end;
    unsigned char  bytes[CG_PENDING_LANE / 2];

    if (evidence.len < CG_PENDING_LANE + 2
        || evidence.data[CG_PENDING_LANE] != ':'
        || cg_hex_read(cg_str_sub(evidence, 0, CG_PENDING_LANE), bytes,
                       sizeof(bytes)) != CG_OK)
    {
        return CG_EINVAL;
    }

    memcpy(pending->lane, evidence.data, CG_PENDING_LANE);

    for (end = CG_PENDING_LANE + 1;
         end < evidence.len && evidence.data[end] != ':';
         end++) { /* void */ }

    return cg_frame_uint(cg_str_sub(evidence, CG_PENDING_LANE + 1, end),
                         UINT64_MAX, &pending->seq);
}


/* Writing: each puts its field and the byte behind it. */


static unsigned char *
pending_put(unsigned char *p, const void *bytes, size_t len, int behind)
{
    memcpy(p, bytes, len);
    p[len] = (unsigned char) behind;

    return p + len + 1;
}


static unsigned char *
pending_put_hex(unsigned char *p, const unsigned char *bytes, size_t len,
    int behind)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        *p++ = (unsigned char) "0123456789abcdef"[bytes[i] >> 4];
        *p++ = (unsigned char) "0123456789abcdef"[bytes[i] & 15];
    }

    *p++ = (unsigned char) behind;

    return p;
}


static unsigned char *
pending_put_number(unsigned char *p, uint64_t n, size_t digits, int behind)
{
    size_t  i;

    for (i = digits; i-- > 0; n /= 10) {
        p[i] = (unsigned char) ('0' + n % 10);
    }

    p[digits] = (unsigned char) behind;

    return p + digits + 1;
}


static cg_status_t
pending_sum(const unsigned char *line, unsigned char sum[CG_SHA256_LEN])
{
    cg_str_t  part = { PENDING_SUMMED, line };

    return cg_sha256(&part, 1, sum);
}


static int
pending_how_index(cg_how_t how)
{
    int  i;

    for (i = 0; pending_hows[i]; i++) {
        if (pending_kinds[i] == how) {
            return i;
        }
    }

    return -1;
}


cg_status_t
cg_pending_write(const cg_pending_t *pending,
    unsigned char line[CG_PENDING_LINE])
{
    int             how = pending_how_index(pending->how);
    cg_status_t     rc;
    unsigned char  *p = line, sum[CG_SHA256_LEN];

    if (how < 0 || pending->at < 0 || pending->at > CG_TIME_MAX
        || pending->expires < 0 || pending->expires > CG_TIME_MAX)
    {
        return CG_EINVAL;
    }

    p = pending_put(p, PENDING_MARK, sizeof(PENDING_MARK) - 2, ' ');
    p = pending_put(p, pending->name.text, CG_RECORD_NAME, ' ');
    p = pending_put_hex(p, pending->where, CG_PENDING_WHERE, ' ');
    p = pending_put_number(p, (uint64_t) pending->at, PENDING_TIME, ' ');
    p = pending_put_number(p, (uint64_t) pending->expires, PENDING_TIME, ' ');
    p = pending_put(p, &pending_hows[how], 1, ' ');
    p = pending_put_hex(p, pending->rid, sizeof(pending->rid), ' ');
    p = pending_put(p, pending->lane, CG_PENDING_LANE, ':');
    p = pending_put_number(p, pending->seq, PENDING_SEQ, ' ');

    rc = pending_sum(line, sum);
    (void) pending_put_hex(p, sum, PENDING_SUM, '\n');

    return rc;
}


/* Reading: each takes its field and the byte behind it; 0: that is not it. */


typedef struct {
    const unsigned char  *p;
    int                   ok;
} pending_cursor_t;


static cg_str_t
pending_take(pending_cursor_t *in, size_t len, int behind)
{
    cg_str_t  field = { len, in->p };

    in->ok &= in->p[len] == behind;
    in->p += len + 1;

    return field;
}


static void
pending_take_hex(pending_cursor_t *in, unsigned char *bytes, size_t len,
    int behind)
{
    in->ok &= cg_hex_read(pending_take(in, 2 * len, behind), bytes, len)
              == CG_OK;
}


static uint64_t
pending_take_number(pending_cursor_t *in, size_t digits, int behind)
{
    size_t    i;
    uint64_t  n = 0;
    cg_str_t  field = pending_take(in, digits, behind);

    for (i = 0; i < field.len; i++) {
        in->ok &= field.data[i] >= '0' && field.data[i] <= '9';
        n = n * 10 + (uint64_t) (field.data[i] - '0');
    }

    return n;
}


static void
pending_take_how(pending_cursor_t *in, cg_how_t *how)
{
    const char  *at;
    cg_str_t     field = pending_take(in, 1, ' ');

    at = memchr(pending_hows, field.data[0], sizeof(pending_hows) - 1);

    if (at == NULL) {
        in->ok = 0;
        return;
    }

    *how = pending_kinds[at - pending_hows];
}


/* One spelling each, the checksum among them: a line is what would be written
 * for what it says. */

static int
pending_read(const unsigned char *line, cg_pending_t *pending)
{
    unsigned char     want[CG_PENDING_LINE];
    pending_cursor_t  in = { line, 1 };

    memset(pending, 0, sizeof(*pending));

    (void) pending_take(&in, sizeof(PENDING_MARK) - 2, ' ');
    in.ok &= cg_record_name_read(pending_take(&in, CG_RECORD_NAME, ' '),
                                 &pending->name) == CG_OK;
    pending_take_hex(&in, pending->where, CG_PENDING_WHERE, ' ');
    pending->at = (int64_t) pending_take_number(&in, PENDING_TIME, ' ');
    pending->expires = (int64_t) pending_take_number(&in, PENDING_TIME, ' ');
    pending_take_how(&in, &pending->how);
    pending_take_hex(&in, pending->rid, sizeof(pending->rid), ' ');
    memcpy(pending->lane, pending_take(&in, CG_PENDING_LANE, ':').data,
           CG_PENDING_LANE);
    pending->seq = pending_take_number(&in, PENDING_SEQ, ' ');

    return in.ok && cg_pending_write(pending, want) == CG_OK
           && memcmp(line, want, sizeof(want)) == 0;
}


cg_status_t
cg_pending_next(cg_str_t bytes, size_t *at, cg_pending_t *pending,
    size_t *place)
{
    const unsigned char  *p;

    while (*at <= bytes.len && bytes.len - *at >= CG_PENDING_LINE) {
        p = memchr(bytes.data + *at, PENDING_MARK[0], bytes.len - *at);

        if (p == NULL) {
            break;
        }

        *at = (size_t) (p - bytes.data);

        if (bytes.len - *at >= CG_PENDING_LINE && pending_read(p, pending)) {
            *place = *at;
            *at += CG_PENDING_LINE;
            return CG_OK;
        }

        ++*at;
    }

    memset(pending, 0, sizeof(*pending));
    *at = bytes.len;

    return CG_NONE;
}
