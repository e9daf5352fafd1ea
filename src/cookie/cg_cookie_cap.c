#include "cg_cookie_cap.h"

#define CAP_DAY   86400


typedef struct {
    unsigned  year;
    unsigned  month;               /* 0 .. 11 */
    unsigned  day;                 /* 1 .. 31 */
} cap_day_t;


static unsigned
cap_month_days(const cap_day_t *day)
{
    static const unsigned char  days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30,
                                           31, 30, 31 };

    int  leap = (day->year % 4 == 0 && day->year % 100 != 0)
                || day->year % 400 == 0;

    return days[day->month] + (unsigned) (day->month == 1 && leap);
}


/* Day `n` since 1970-01-01, month by month: it is a few hundred steps, once a
 * line that is capped. */

static cap_day_t
cap_day(int64_t n)
{
    cap_day_t  day = { 1970, 0, 1 };

    while (n >= cap_month_days(&day)) {
        n -= cap_month_days(&day);

        if (++day.month == 12) {
            day.month = 0;
            day.year++;
        }
    }

    day.day += (unsigned) n;

    return day;
}


static void
cap_digits(cg_out_t *out, uint64_t n, unsigned digits)
{
    unsigned char  text[4];
    unsigned       i;

    for (i = digits; i > 0; i--) {
        text[i - 1] = (unsigned char) ('0' + n % 10);
        n /= 10;
    }

    cg_out_bytes(out, text, digits);
}


/* "Thu, 01 Jan 1970 00:00:00 GMT" (RFC 9110, 5.6.7) */

static void
cap_date(cg_out_t *out, int64_t time)
{
    static const char  days[] = "ThuFriSatSunMonTueWed";
    static const char  months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

    int64_t    count = time / CAP_DAY, left = time % CAP_DAY;
    cap_day_t  day = cap_day(count);

    cg_out_bytes(out, days + count % 7 * 3, 3);
    cg_out_text(out, ", ");
    cap_digits(out, day.day, 2);
    cg_out_byte(out, ' ');
    cg_out_bytes(out, months + day.month * 3, 3);
    cg_out_byte(out, ' ');
    cap_digits(out, day.year, 4);
    cg_out_byte(out, ' ');
    cap_digits(out, (uint64_t) left / 3600, 2);
    cg_out_byte(out, ':');
    cap_digits(out, (uint64_t) left / 60 % 60, 2);
    cg_out_byte(out, ':');
    cap_digits(out, (uint64_t) left % 60, 2);
    cg_out_text(out, " GMT");
}


cg_status_t
cg_set_cookie_cap(cg_str_t line, int64_t now, int64_t longest, cg_out_t *out)
{
    size_t           from, to;
    int64_t          seconds;
    cg_str_t         value;
    cg_set_cookie_t  set;

    if (cg_set_cookie_read(line, &set) != CG_OK
        || cg_set_cookie_lifetime(&set, now, &seconds) != CG_OK
        || seconds <= longest)
    {
        return CG_NONE;
    }

    value = set.has_max_age ? set.max_age_text : set.expires_text;
    from = (size_t) (value.data - line.data);
    to = from + value.len;

    cg_out_str(out, cg_str_sub(line, 0, from));

    if (set.has_max_age) {
        cg_out_uint(out, (uint64_t) longest);

    } else {
        cap_date(out, now + longest);
    }

    cg_out_str(out, cg_str_sub(line, to, line.len));

    return out->status;
}
