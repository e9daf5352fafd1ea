#include "cg_cookie.h"

#include "base/cg_ascii.h"


typedef struct {
    unsigned  year, month, day;            /* month from 1 */
    unsigned  hour, minute, second;
    unsigned  has_time:1, has_day:1, has_month:1, has_year:1;
} cookie_date_t;


/* delimiter (RFC 6265, 5.1.1). */

static int
cookie_is_delimiter(unsigned char c)
{
    return c == '\t' || (c >= 0x20 && c <= 0x2F) || (c >= 0x3B && c <= 0x40)
           || (c >= 0x5B && c <= 0x60) || (c >= 0x7B && c <= 0x7E);
}


/* Takes min to max digits off the front; 0: fewer, or more. */

static int
cookie_digits(cg_str_t *s, size_t min, size_t max, unsigned *n)
{
    size_t    i;
    unsigned  sum = 0;

    for (i = 0; i < s->len && cg_ascii_is_digit(s->data[i]); i++) {
        if (i == max) {
            return 0;
        }

        sum = sum * 10 + (unsigned) (s->data[i] - '0');
    }

    if (i < min) {
        return 0;
    }

    *n = sum;
    *s = cg_str_sub(*s, i, s->len);

    return 1;
}


static int
cookie_colon(cg_str_t *s)
{
    if (s->len == 0 || s->data[0] != ':') {
        return 0;
    }

    *s = cg_str_sub(*s, 1, s->len);

    return 1;
}


static int
cookie_read_time(cg_str_t s, cookie_date_t *date)
{
    return cookie_digits(&s, 1, 2, &date->hour) && cookie_colon(&s)
           && cookie_digits(&s, 1, 2, &date->minute) && cookie_colon(&s)
           && cookie_digits(&s, 1, 2, &date->second);
}


/* Only the first three letters count. */

static unsigned
cookie_read_month(cg_str_t s)
{
    static const char  names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

    unsigned  i;

    if (s.len < 3) {
        return 0;
    }

    s.len = 3;

    for (i = 0; i < 12; i++) {
        if (cg_ascii_eq_nocase(s, (cg_str_t) { 3,
                               (const unsigned char *) names + 3 * i }))
        {
            return i + 1;
        }
    }

    return 0;
}


/* A token is the first of these that it can be and that is still missing. */

static void
cookie_read_token(cg_str_t s, cookie_date_t *date)
{
    cg_str_t  rest = s;

    if (!date->has_time && cookie_read_time(s, date)) {
        date->has_time = 1;
        return;
    }

    if (!date->has_day && cookie_digits(&rest, 1, 2, &date->day)) {
        date->has_day = 1;
        return;
    }

    if (!date->has_month && cookie_read_month(s)) {
        date->month = cookie_read_month(s);
        date->has_month = 1;
        return;
    }

    if (!date->has_year && cookie_digits(&rest, 2, 4, &date->year)) {
        date->has_year = 1;
    }
}


static int
cookie_date_exists(const cookie_date_t *date)
{
    static const unsigned char  days[] = { 31, 29, 31, 30, 31, 30,
                                           31, 31, 30, 31, 30, 31 };

    unsigned  y = date->year;

    if (!date->has_time || !date->has_day || !date->has_month
        || !date->has_year || y < 1601 || date->hour > 23
        || date->minute > 59 || date->second > 59)
    {
        return 0;
    }

    if (date->day < 1 || date->day > days[date->month - 1]) {
        return 0;
    }

    return date->month != 2 || date->day != 29
           || (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
}


/* Days since 1970-01-01 in the Gregorian calendar; years begin in March, so
 * that the leap day is the last. */

static int64_t
cookie_days(const cookie_date_t *date)
{
    unsigned  year = date->year - (date->month < 3);
    unsigned  month = (date->month + 9) % 12;
    unsigned  days = 365 * year + year / 4 - year / 100 + year / 400;

    return (int64_t) days + (153 * month + 2) / 5 + date->day - 1 - 719468;
}


cg_status_t
cg_cookie_date(cg_str_t text, int64_t *when)
{
    size_t         i, from = 0;
    cookie_date_t  date;

    memset(&date, 0, sizeof(date));

    for (i = 0; i <= text.len; i++) {
        if (i < text.len && !cookie_is_delimiter(text.data[i])) {
            continue;
        }

        if (i > from) {
            cookie_read_token(cg_str_sub(text, from, i), &date);
        }

        from = i + 1;
    }

    if (date.year < 100) {
        date.year += date.year < 70 ? 2000 : 1900;
    }

    if (!cookie_date_exists(&date)) {
        return CG_EINVAL;
    }

    *when = cookie_days(&date) * 86400 + date.hour * 3600 + date.minute * 60
            + date.second;

    return CG_OK;
}
