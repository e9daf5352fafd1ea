#include "cg_part.h"

#include "base/cg_ascii.h"

#define SAY_DAY   86400
#define SAY_LAST  253402300799    /* 9999-12-31T23:59:59Z */


static const unsigned  say_month_days[12] = {
    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
};


static unsigned
say_days_in(unsigned year, unsigned month)
{
    int  leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return say_month_days[month - 1] + (month == 2 && leap);
}


cg_day_t
cg_part_day(int64_t time)
{
    int64_t   days = time / SAY_DAY;
    cg_day_t  day = { 1970, 1, 1 };

    if (time < 0 || time > SAY_LAST) {
        return (cg_day_t) { 0, 0, 0 };
    }

    while (days >= say_days_in(day.year, day.month)) {
        days -= say_days_in(day.year, day.month);

        if (++day.month > 12) {
            day.month = 1;
            day.year++;
        }
    }

    day.day = (unsigned) days + 1;

    return day;
}


static unsigned
say_digits(cg_str_t text)
{
    size_t    i;
    unsigned  n = 0;

    for (i = 0; i < text.len; i++) {
        if (!cg_ascii_is_digit(text.data[i])) {
            return 0;
        }

        n = n * 10 + (unsigned) (text.data[i] - '0');
    }

    return n;
}


cg_day_t
cg_part_day_read(cg_str_t text)
{
    cg_day_t  day = { 0, 0, 0 };

    if (text.len != 10 || text.data[4] != '-' || text.data[7] != '-') {
        return day;
    }

    day.year = say_digits(cg_str_sub(text, 0, 4));
    day.month = say_digits(cg_str_sub(text, 5, 7));
    day.day = say_digits(cg_str_sub(text, 8, 10));

    if (day.year == 0 || day.month == 0 || day.month > 12 || day.day == 0
        || day.day > say_days_in(day.year, day.month))
    {
        return (cg_day_t) { 0, 0, 0 };
    }

    return day;
}


/* "date" in the view's language.  Its words have no date among them, so this
 * goes one level deep, whatever the message says; so does say_vendor(). */

static void
say_day(cg_out_t *out, const cg_view_t *view, cg_day_t day)
{
    char       key[] = "month.xx";
    cg_word_t  words[3];

    memset(words, 0, sizeof(words));

    key[6] = (char) ('0' + (day.month < 10 ? day.month : day.month / 10));
    key[7] = (char) (day.month < 10 ? '\0' : '0' + day.month % 10);

    words[0].name = "year";
    words[0].number = day.year;
    words[1].name = "month";
    words[1].text = cg_message(view->policy, view->lang, cg_str_from(key));
    words[1].number = day.month;
    words[2].name = "day";
    words[2].number = day.day;

    cg_part_say_with(out, view, "date", words, 3);
}


/* "A", then "list.next" for each further one. */

static void
say_vendor(cg_out_t *out, const cg_view_t *view, cg_str_t name,
    size_t i)
{
    cg_word_t  word;

    memset(&word, 0, sizeof(word));

    word.name = "name";
    word.text = name;

    if (i) {
        cg_part_say_with(out, view, "list.next", &word, 1);

    } else {
        cg_out_html(out, name);
    }
}


static void
say_vendors(cg_out_t *out, const cg_view_t *view,
    const cg_purpose_t *purpose)
{
    size_t                 i, n = 0;
    const cg_recipient_t  *who;

    for (i = 0; i < view->policy->nrecipients; i++) {
        who = &view->policy->recipients[i];

        if (who->purpose == purpose) {
            say_vendor(out, view, who->vendor->name, n++);
        }
    }
}


static int
say_word(cg_out_t *out, const cg_view_t *view, cg_str_t name,
    const cg_word_t *words, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (!cg_str_eq(name, cg_str_from(words[i].name))) {
            continue;
        }

        if (words[i].day.month) {
            say_day(out, view, words[i].day);

        } else if (words[i].vendors_of) {
            say_vendors(out, view, words[i].vendors_of);

        } else if (words[i].html.data) {
            cg_out_str(out, words[i].html);

        } else if (words[i].text.data) {
            cg_out_html(out, words[i].text);

        } else {
            cg_out_uint(out, words[i].number);
        }

        return 1;
    }

    if (cg_str_eq(name, cg_str("controller"))) {
        cg_out_html(out, view->policy->controller);
        return 1;
    }

    if (cg_str_eq(name, cg_str("version"))) {
        cg_out_uint(out, view->policy->version);
        return 1;
    }

    return 0;
}


cg_str_t
cg_part_message(const cg_view_t *view, const char *key)
{
    cg_str_t  text = cg_message(view->policy, view->lang, cg_str_from(key));

    return text.data ? text : cg_message(view->policy, cg_str("en"),
                                         cg_str_from(key));
}


void
cg_part_say_with(cg_out_t *out, const cg_view_t *view, const char *key,
    const cg_word_t *words, size_t n)
{
    cg_part_fill(out, view, cg_part_message(view, key), words, n);
}


/* Braces around a word that is not known stay as they are. */

void
cg_part_fill(cg_out_t *out, const cg_view_t *view, cg_str_t text,
    const cg_word_t *words, size_t n)
{
    size_t  from = 0, open = 0, i;

    for (i = 0; i < text.len; i++) {
        if (text.data[i] == '{') {
            cg_out_html(out, cg_str_sub(text, from, i));
            from = i;
            open = i + 1;

        } else if (text.data[i] == '}' && open) {
            if (say_word(out, view, cg_str_sub(text, open, i), words, n)) {
                from = i + 1;
            }

            open = 0;
        }
    }

    if (text.len > from) {
        cg_out_html(out, cg_str_sub(text, from, text.len));
    }
}


void
cg_part_say(cg_out_t *out, const cg_view_t *view, const char *key)
{
    cg_part_say_with(out, view, key, NULL, 0);
}
