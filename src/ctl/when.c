#include "when.h"

#include <stdio.h>
#include <string.h>
#include <time.h>


/* Days since 1970 of a date in the Gregorian calendar, counted from the first
 * of March, so that a leap day ends the year. */

static int64_t
when_days(int year, int month, int day)
{
    int64_t  y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400;
    int64_t  of_era = y - era * 400;
    int64_t  of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year
           - 719468;
}


int
ctl_when_is_day(const char *text)
{
    int  year, month, day, end = 0;

    return sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &end) == 3
           && end == 10 && text[10] == '\0';
}


/* What stands behind the seconds: a fraction, then Z or an offset. */

static int
when_tail(const char *text, int64_t *ms)
{
    int      hour, minute, end = 0, unit = 100;
    int64_t  fraction = 0;

    if (*text == '.') {
        for (text++; *text >= '0' && *text <= '9'; text++, unit /= 10) {
            fraction += (*text - '0') * unit;
        }
    }

    *ms += fraction;

    if ((*text == 'Z' || *text == 'z') && text[1] == '\0') {
        return 1;
    }

    if ((*text != '+' && *text != '-')
        || sscanf(text + 1, "%2d:%2d%n", &hour, &minute, &end) != 2
        || end != 5 || text[6] != '\0')
    {
        return 0;
    }

    *ms -= (int64_t) (*text == '-' ? -1 : 1) * (hour * 60 + minute) * 60000;

    return 1;
}


static int
when_fits(int month, int day, int hour, int minute, int second)
{
    return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour >= 0
           && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0
           && second <= 60;
}


int
ctl_when_read(const char *text, int64_t *ms)
{
    int      year, month, day, hour = 0, minute = 0, second = 0, end = 0;
    int64_t  value;

    if (!ctl_when_is_day(text)
        && (sscanf(text, "%4d-%2d-%2d%*1[Tt ]%2d:%2d:%2d%n", &year, &month,
                   &day, &hour, &minute, &second, &end) != 6 || end != 19))
    {
        return 0;
    }

    if (end == 0) {
        (void) sscanf(text, "%4d-%2d-%2d", &year, &month, &day);
    }

    if (!when_fits(month, day, hour, minute, second)) {
        return 0;
    }

    value = when_days(year, month, day) * CTL_DAY_MS
            + ((hour * 60 + minute) * 60 + second) * (int64_t) 1000;

    if (end && !when_tail(text + end, &value)) {
        return 0;
    }

    *ms = value;

    return 1;
}


void
ctl_when_write(int64_t ms, char text[CTL_WHEN_LEN])
{
    time_t     seconds;
    struct tm  tm;

    ms = ms < 0 ? 0 : ms > INT64_C(253402300799999)
                      ? INT64_C(253402300799999) : ms;
    seconds = (time_t) (ms / 1000);
    (void) gmtime_r(&seconds, &tm);

    (void) strftime(text, CTL_WHEN_LEN, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(text + 19, CTL_WHEN_LEN - 19, ".%03uZ",
             (unsigned) (ms % 1000) % 1000);
}


int64_t
ctl_when_now(void)
{
    struct timespec  now = { 0, 0 };

    (void) clock_gettime(CLOCK_REALTIME, &now);

    return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
