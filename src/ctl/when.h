/* Times as the evidence writes them: RFC 3339 in, milliseconds since 1970. */

#ifndef CTL_WHEN_H
#define CTL_WHEN_H

#include <stdint.h>

#define CTL_DAY_MS    86400000
#define CTL_WHEN_LEN  25               /* "2026-11-22T04:20:01.532Z" and NUL */


/* "2026-11-22T04:20:01.532Z", with less than milliseconds, with an offset, or
 * a date alone: its first millisecond.  0: it is none of these; *ms is then
 * left as it was. */
int ctl_when_read(const char *text, int64_t *ms);

/* 1: `text` is a date alone. */
int ctl_when_is_day(const char *text);

/* In UTC; what lies outside of the years 0 to 9999 is written as their end. */
void ctl_when_write(int64_t ms, char text[CTL_WHEN_LEN]);

/* The clock. */
int64_t ctl_when_now(void);

#endif /* CTL_WHEN_H */
