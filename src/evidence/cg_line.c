#include "cg_line.h"
#include "base/cg_ascii.h"

#define LINE_HEX  (2 * CG_SHA256_LEN)


cg_status_t
cg_line_hash(const unsigned char ch[CG_LANE_LEN],
    const unsigned char prev[CG_SHA256_LEN], cg_str_t body,
    unsigned char h[CG_SHA256_LEN])
{
    cg_str_t  parts[4];

    parts[0] = cg_str("\x01");
    parts[1] = (cg_str_t) { CG_LANE_LEN, ch };
    parts[2] = (cg_str_t) { CG_SHA256_LEN, prev };
    parts[3] = body;

    return cg_sha256(parts, 4, h);
}


/* Lower case only: a hash has one spelling. */

static int
line_is_hex(cg_str_t s)
{
    size_t  i;

    for (i = 0; i < s.len; i++) {
        if (cg_ascii_hex(s.data[i]) < 0
            || (s.data[i] >= 'A' && s.data[i] <= 'F'))
        {
            return 0;
        }
    }

    return 1;
}


/* Decimal without leading zero, as far as JSON readers agree (63 bits);
 * returns the number of digits, 0 for none. */

static size_t
line_read_seq(cg_str_t s, uint64_t *seq)
{
    size_t    i;
    uint64_t  n = 0;

    for (i = 0; i < s.len && cg_ascii_is_digit(s.data[i]); i++) {
        if (i == 18 || (i == 1 && n == 0)) {
            return 0;
        }

        n = n * 10 + (uint64_t) (s.data[i] - '0');
    }

    *seq = n;

    return i;
}


cg_status_t
cg_line_head(cg_str_t text, cg_line_t *line)
{
    size_t    n, at = CG_LINE_START_LEN + CG_LANE_LEN;
    cg_str_t  key = cg_str("\",\"seq\":");

    memset(line, 0, sizeof(*line));

    if (!cg_str_starts(text, cg_str(CG_LINE_START))
        || text.len < at + key.len
        || !line_is_hex(cg_str_sub(text, CG_LINE_START_LEN, at))
        || !cg_str_starts(cg_str_sub(text, at, text.len), key))
    {
        return CG_EINVAL;
    }

    n = line_read_seq(cg_str_sub(text, at + key.len, text.len), &line->seq);

    if (n == 0 || at + key.len + n == text.len
        || text.data[at + key.len + n] != ',')
    {
        line->seq = 0;
        return CG_EINVAL;
    }

    memcpy(line->ch, text.data + CG_LINE_START_LEN, CG_LANE_LEN);

    return CG_OK;
}


static cg_status_t
line_read_hash(cg_str_t text, cg_str_t key, cg_str_t end,
    unsigned char hash[CG_SHA256_LEN])
{
    cg_str_t  hex = cg_str_sub(text, key.len, key.len + LINE_HEX);

    if (!cg_str_starts(text, key) || !line_is_hex(hex)
        || !cg_str_eq(cg_str_sub(text, key.len + LINE_HEX, text.len), end))
    {
        return CG_EINVAL;
    }

    return cg_hex_read(hex, hash, CG_SHA256_LEN);
}


cg_status_t
cg_line_read(cg_str_t text, cg_line_t *line)
{
    size_t       body;
    cg_status_t  rc = cg_line_head(text, line);

    if (rc != CG_OK || text.len < CG_LINE_START_LEN + CG_LANE_LEN
                                  + CG_LINE_PREV_LEN + CG_LINE_H_LEN)
    {
        return CG_EINVAL;
    }

    body = text.len - CG_LINE_H_LEN;

    rc = line_read_hash(cg_str_sub(text, body - CG_LINE_PREV_LEN, body),
                        cg_str(",\"prev\":\""), cg_str("\""), line->prev);
    if (rc != CG_OK) {
        return rc;
    }

    return line_read_hash(cg_str_sub(text, body, text.len),
                          cg_str(",\"h\":\""), cg_str("\"}"), line->h);
}


cg_status_t
cg_line_check(cg_str_t text, const cg_line_t *line)
{
    cg_status_t    rc;
    unsigned char  h[CG_SHA256_LEN];

    rc = cg_line_hash(line->ch, line->prev,
                      cg_str_sub(text, 0, text.len - CG_LINE_H_LEN), h);
    if (rc != CG_OK) {
        return rc;
    }

    return memcmp(h, line->h, sizeof(h)) == 0 ? CG_OK : CG_EINVAL;
}


int
cg_line_is_cut_tail(cg_str_t text)
{
    size_t    n, fixed;
    cg_str_t  key = cg_str("\",\"h\":\"");

    if (text.len <= LINE_HEX) {
        return line_is_hex(text);
    }

    fixed = LINE_HEX + key.len;
    n = text.len < fixed ? text.len : fixed;

    if (!line_is_hex(cg_str_sub(text, 0, LINE_HEX))
        || memcmp(text.data + LINE_HEX, key.data, n - LINE_HEX) != 0)
    {
        return 0;
    }

    text = cg_str_sub(text, n, text.len);

    if (text.len <= LINE_HEX) {
        return line_is_hex(text);
    }

    return text.len == LINE_HEX + 1 && text.data[LINE_HEX] == '"'
           && line_is_hex(cg_str_sub(text, 0, LINE_HEX));
}
