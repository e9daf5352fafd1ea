#include "cg_frame.h"
#include "base/cg_ascii.h"

#define FRAME_DAY   86400
#define FRAME_TIME  20           /* bytes of YYYY-MM-DDTHH:MM:SSZ */


cg_status_t
cg_frame_mac(cg_str_t key, const cg_str_t *parts, size_t n,
    unsigned char mac[CG_SHA256_LEN])
{
    size_t         i, k;
    uint64_t       len;
    cg_str_t       framed[2 * CG_FRAME_PARTS];
    unsigned char  lengths[CG_FRAME_PARTS][8];

    memset(mac, 0, CG_SHA256_LEN);

    if (key.data == NULL || key.len == 0) {
        return CG_EINVAL;
    }

    if (n > CG_FRAME_PARTS) {
        return CG_ELIMIT;
    }

    for (i = 0; i < n; i++) {
        len = parts[i].len;

        for (k = 8; k-- > 0; len >>= 8) {
            lengths[i][k] = (unsigned char) len;
        }

        framed[2 * i].len = sizeof(lengths[i]);
        framed[2 * i].data = lengths[i];
        framed[2 * i + 1] = parts[i].data ? parts[i] : cg_str("");
    }

    return cg_hmac(key, framed, 2 * n, mac);
}


/* A buffer on the stack that takes a cg_out_t of at most its size. */

static void *
frame_fixed(void *ctx, size_t size)
{
    (void) size;

    return ctx;
}


void
cg_frame_text(const unsigned char mac[CG_SHA256_LEN],
    unsigned char text[CG_FRAME_TEXT])
{
    cg_out_t    out;
    cg_arena_t  fixed = { frame_fixed, NULL, NULL };

    fixed.ctx = text;
    cg_out_init(&out, &fixed, CG_FRAME_TEXT);
    cg_out_base64url(&out, (cg_str_t) { 16, mac });
}


cg_status_t
cg_frame_uint(cg_str_t text, uint64_t max, uint64_t *n)
{
    size_t    i;
    uint64_t  value = 0, digit;

    if (text.len == 0 || (text.len > 1 && text.data[0] == '0')) {
        return CG_EINVAL;
    }

    for (i = 0; i < text.len; i++) {
        if (!cg_ascii_is_digit(text.data[i])) {
            return CG_EINVAL;
        }

        digit = (uint64_t) (text.data[i] - '0');

        if (digit > max || value > (max - digit) / 10) {
            return CG_EINVAL;
        }

        value = value * 10 + digit;
    }

    *n = value;

    return CG_OK;
}


cg_status_t
cg_frame_hex32(cg_str_t text, uint32_t *n)
{
    size_t    i;
    uint32_t  value = 0;

    if (text.len == 0 || text.len > 8
        || (text.len > 1 && text.data[0] == '0'))
    {
        return CG_EINVAL;
    }

    for (i = 0; i < text.len; i++) {
        if (cg_ascii_hex(text.data[i]) < 0
            || (text.data[i] >= 'A' && text.data[i] <= 'F'))
        {
            return CG_EINVAL;
        }

        value = value << 4 | (uint32_t) cg_ascii_hex(text.data[i]);
    }

    *n = value;

    return CG_OK;
}


void
cg_frame_put_hex32(cg_out_t *out, uint32_t n)
{
    static const char  digits[] = "0123456789abcdef";

    unsigned  shift = 28;

    while (shift && n >> shift == 0) {
        shift -= 4;
    }

    for ( ;; ) {
        cg_out_byte(out, (unsigned char) digits[n >> shift & 15]);

        if (shift == 0) {
            return;
        }

        shift -= 4;
    }
}


/* The proleptic Gregorian calendar, counted in years that begin in March:
 * then the leap day is the last one, and month lengths follow (153m + 2) / 5.
 * Days since 0000-03-01; 1970-01-01 is day 719468. */

static int64_t
frame_year(int64_t year)
{
    return year * 365 + year / 4 - year / 100 + year / 400 - 719468;
}


static int64_t
frame_days(int64_t year, int64_t month, int64_t day)
{
    int64_t  y = month > 2 ? year : year - 1;
    int64_t  m = month > 2 ? month - 3 : month + 9;

    return frame_year(y) + (153 * m + 2) / 5 + day - 1;
}


static void
frame_date(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
    int64_t  y, m, left;

    y = (days + 719468) * 400 / 146097 + 1;    /* a little too late */

    while (frame_year(y) > days) {
        y--;
    }

    left = days - frame_year(y);
    m = (5 * left + 2) / 153;

    *day = left - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = m < 10 ? y : y + 1;
}


static void
frame_put_digits(cg_out_t *out, int64_t n, int64_t unit, unsigned char end)
{
    for ( ; unit; unit /= 10) {
        cg_out_byte(out, (unsigned char) ('0' + n / unit % 10));
    }

    cg_out_byte(out, end);
}


void
cg_frame_put_time(cg_out_t *out, int64_t t)
{
    int64_t  year, month, day;

    t = t < 0 ? 0 : t > CG_TIME_MAX ? CG_TIME_MAX : t;
    frame_date(t / FRAME_DAY, &year, &month, &day);

    frame_put_digits(out, year, 1000, '-');
    frame_put_digits(out, month, 10, '-');
    frame_put_digits(out, day, 10, 'T');
    frame_put_digits(out, t / 3600 % 24, 10, ':');
    frame_put_digits(out, t / 60 % 60, 10, ':');
    frame_put_digits(out, t % 60, 10, 'Z');
}


/* Reads `n` digits and the byte behind them. */

static int
frame_digits(const unsigned char **p, size_t n, unsigned char end,
    int64_t *value)
{
    *value = 0;

    while (n--) {
        if (!cg_ascii_is_digit(**p)) {
            return 0;
        }

        *value = *value * 10 + *(*p)++ - '0';
    }

    return *(*p)++ == end;
}


cg_status_t
cg_frame_time(cg_str_t text, int64_t *t)
{
    int64_t               year, month, day, hour, minute, second;
    int64_t               y, m, d;
    const unsigned char  *p = text.data;

    if (text.len != FRAME_TIME
        || !frame_digits(&p, 4, '-', &year)
        || !frame_digits(&p, 2, '-', &month)
        || !frame_digits(&p, 2, 'T', &day)
        || !frame_digits(&p, 2, ':', &hour)
        || !frame_digits(&p, 2, ':', &minute)
        || !frame_digits(&p, 2, 'Z', &second)
        || year < 1970 || month < 1 || month > 12 || day < 1 || day > 31
        || hour > 23 || minute > 59 || second > 59)
    {
        return CG_EINVAL;
    }

    /* the 31st of a shorter month comes back as another date */

    frame_date(frame_days(year, month, day), &y, &m, &d);

    if (y != year || m != month || d != day) {
        return CG_EINVAL;
    }

    *t = frame_days(year, month, day) * FRAME_DAY + hour * 3600 + minute * 60
         + second;

    return CG_OK;
}
