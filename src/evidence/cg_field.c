#include "cg_field.h"

#define FIELD_DAY_MS    86400000u
#define FIELD_LAST_MS   253402300799999u     /* 9999-12-31T23:59:59.999Z */


/* A comma, unless this is the first thing in an object or an array or the
 * value behind a key.  Strings end in a quote, so the last byte tells. */

static void
field_next(cg_out_t *out)
{
    unsigned char  last;

    if (out->status != CG_OK || out->len == 0) {
        return;
    }

    last = out->data[out->len - 1];

    if (last != '{' && last != '[' && last != ':') {
        cg_out_byte(out, ',');
    }
}


static void
field_key(cg_out_t *out, const char *key)
{
    field_next(out);

    if (key) {
        cg_out_byte(out, '"');
        cg_out_text(out, key);
        cg_out_text(out, "\":");
    }
}


void
cg_field_str(cg_out_t *out, const char *key, cg_str_t value)
{
    if (value.data) {
        field_key(out, key);
        cg_out_json(out, value);
    }
}


void
cg_field_uint(cg_out_t *out, const char *key, uint64_t value)
{
    field_key(out, key);
    cg_out_uint(out, value);
}


void
cg_field_bool(cg_out_t *out, const char *key, int value)
{
    field_key(out, key);
    cg_out_text(out, value ? "true" : "false");
}


void
cg_field_hex(cg_out_t *out, const char *key, cg_str_t bytes)
{
    field_key(out, key);
    cg_out_byte(out, '"');
    cg_out_hex(out, bytes);
    cg_out_byte(out, '"');
}


static void
field_digits(cg_out_t *out, uint64_t n, unsigned width, char end)
{
    uint64_t  unit = 1;

    while (--width) {
        unit *= 10;
    }

    for ( /* void */ ; unit; unit /= 10) {
        cg_out_byte(out, (unsigned char) ('0' + n / unit % 10));
    }

    cg_out_byte(out, (unsigned char) end);
}


/* The Gregorian calendar by cycles of 400 years that begin on a 1 March: the
 * leap day is then the last of its year. */

static void
field_date(cg_out_t *out, uint64_t days, char end)
{
    uint64_t  day, year, month, cycle;

    days += 719468;                               /* since 0000-03-01 */
    cycle = days / 146097;
    day = days % 146097;
    year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= 365 * year + year / 4 - year / 100;
    month = (5 * day + 2) / 153;                  /* 0: March */
    day -= (153 * month + 2) / 5;
    year += 400 * cycle + (month >= 10);

    field_digits(out, year, 4, '-');
    field_digits(out, month < 10 ? month + 3 : month - 9, 2, '-');
    field_digits(out, day + 1, 2, end);
}


void
cg_field_time(cg_out_t *out, const char *key, uint64_t ms)
{
    if (ms > FIELD_LAST_MS) {
        ms = FIELD_LAST_MS;
    }

    field_key(out, key);
    cg_out_byte(out, '"');
    field_date(out, ms / FIELD_DAY_MS, 'T');

    ms %= FIELD_DAY_MS;
    field_digits(out, ms / 3600000, 2, ':');
    field_digits(out, ms / 60000 % 60, 2, ':');
    field_digits(out, ms / 1000 % 60, 2, '.');
    field_digits(out, ms % 1000, 3, 'Z');
    cg_out_byte(out, '"');
}


void
cg_field_day(cg_out_t *out, const char *key, uint64_t ms)
{
    if (ms > FIELD_LAST_MS) {
        ms = FIELD_LAST_MS;
    }

    field_key(out, key);
    cg_out_byte(out, '"');
    field_date(out, ms / FIELD_DAY_MS, '"');
}


void
cg_field_list(cg_out_t *out, const char *key, const cg_str_t *list, size_t n)
{
    cg_field_array_begin(out, key);

    for ( /* void */ ; n; n--, list++) {
        cg_field_item_str(out, *list);
    }

    cg_field_array_end(out);
}


void
cg_field_ref(cg_out_t *out, cg_str_t ch, uint64_t seq)
{
    cg_field_object_begin(out, "ref");
    cg_field_str(out, "ch", ch);
    cg_field_uint(out, "seq", seq);
    cg_field_object_end(out);
}


void
cg_field_object_begin(cg_out_t *out, const char *key)
{
    field_key(out, key);
    cg_out_byte(out, '{');
}


void
cg_field_object_end(cg_out_t *out)
{
    cg_out_byte(out, '}');
}


void
cg_field_array_begin(cg_out_t *out, const char *key)
{
    field_key(out, key);
    cg_out_byte(out, '[');
}


void
cg_field_array_end(cg_out_t *out)
{
    cg_out_byte(out, ']');
}


void
cg_field_key(cg_out_t *out, cg_str_t key)
{
    field_next(out);
    cg_out_json(out, key);
    cg_out_byte(out, ':');
}


void
cg_field_item_str(cg_out_t *out, cg_str_t value)
{
    cg_field_str(out, NULL, value);
}


void
cg_field_item_uint(cg_out_t *out, uint64_t value)
{
    cg_field_uint(out, NULL, value);
}
