#include "cg_words.h"

#include "base/cg_ascii.h"
#include "base/cg_utf8.h"

#define WORDS_DAY  86400


typedef int (*words_class_t)(unsigned char c);


static int
words_is_low(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || cg_ascii_is_digit(c);
}


static int
words_in_name(unsigned char c)
{
    return words_is_low(c) || c == '-';
}


static int
words_in_purpose(unsigned char c)
{
    return words_is_low(c) || c == '_';
}


static int
words_is_alnum(unsigned char c)
{
    return cg_ascii_is_alpha(c) || cg_ascii_is_digit(c);
}


static int
words_in_clause(unsigned char c)
{
    return words_is_alnum(c) || c == '.' || c == '_' || c == '-';
}


static int
words_in_token(unsigned char c)
{
    return words_is_alnum(c) || (c && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}


static int
words_in_global(unsigned char c)
{
    return words_is_alnum(c) || c == '_' || c == '$';
}


static int
words_in_url(unsigned char c)
{
    return c > ' ' && c != 0x7F && strchr("\"'<>\\^`{|}", c) == NULL;
}


static int
words_all(cg_str_t word, words_class_t in, size_t max)
{
    size_t  i;

    for (i = 0; i < word.len; i++) {
        if (!in(word.data[i])) {
            return 0;
        }
    }

    return word.len > 0 && word.len <= max;
}


int
cg_word_is_name(cg_str_t word)
{
    return words_all(word, words_in_name, 64) && word.data[0] != '-';
}


int
cg_word_is_purpose(cg_str_t word)
{
    return words_all(word, words_in_purpose, 32)
           && cg_ascii_is_alpha(word.data[0]);
}


int
cg_word_is_clause(cg_str_t word)
{
    return words_all(word, words_in_clause, 64)
           && words_is_alnum(word.data[0]);
}


int
cg_word_is_token(cg_str_t word)
{
    return words_all(word, words_in_token, 256);
}


int
cg_word_is_stub(cg_str_t word)
{
    size_t    i, from = 0;
    cg_str_t  name;

    if (word.len > 2 && memcmp(word.data + word.len - 2, "[]", 2) == 0) {
        word.len -= 2;
    }

    for (i = 0; i <= word.len; i++) {
        if (i < word.len && word.data[i] != '.') {
            continue;
        }

        name = cg_str_sub(word, from, i);
        from = i + 1;

        if (!words_all(name, words_in_global, 64)
            || cg_ascii_is_digit(name.data[0]))
        {
            return 0;
        }
    }

    return 1;
}


/* A subtag behind its "-": capitals where `upper` has one, small letters
 * elsewhere. */

static int
words_is_subtag(cg_str_t word, size_t upper)
{
    size_t         i;
    unsigned char  c;

    for (i = 1; i < word.len; i++) {
        c = word.data[i];

        if (i <= upper ? c < 'A' || c > 'Z' : c < 'a' || c > 'z') {
            return 0;
        }
    }

    return word.data[0] == '-';
}


int
cg_word_is_language(cg_str_t word)
{
    if (word.len < 2 || word.data[0] < 'a' || word.data[0] > 'z'
        || word.data[1] < 'a' || word.data[1] > 'z')
    {
        return 0;
    }

    word = cg_str_sub(word, 2, word.len);

    if (word.len >= 5 && words_is_subtag(cg_str_sub(word, 0, 5), 1)) {
        word = cg_str_sub(word, 5, word.len);
    }

    return word.len == 0 || (word.len == 3 && words_is_subtag(word, 2));
}


int
cg_word_is_key(cg_str_t word)
{
    size_t  i, part = 0;

    for (i = 0; i < word.len; i++) {
        if (word.data[i] == '.') {
            if (part == 0) {
                return 0;
            }

            part = 0;

        } else if (words_is_alnum(word.data[i]) || word.data[i] == '_') {
            part++;

        } else {
            return 0;
        }
    }

    return part > 0 && word.len <= 96;
}


int
cg_word_is_country(cg_str_t word)
{
    static const char  codes[] =
        "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH "
        "BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL "
        "CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET "
        "FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU "
        "GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE "
        "KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC "
        "MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC "
        "NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT "
        "PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR "
        "SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA "
        "UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

    size_t  i;

    if (word.len != 2) {
        return 0;
    }

    for (i = 0; i < sizeof(codes); i += 3) {
        if (memcmp(word.data, codes + i, 2) == 0) {
            return 1;
        }
    }

    return 0;
}


static int
words_days(uint32_t year, uint32_t month)
{
    static const unsigned char  days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30,
                                           31, 30, 31 };

    int  leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}


int
cg_word_is_date(cg_str_t word)
{
    uint32_t  year, month, day;

    return word.len == 10 && word.data[4] == '-' && word.data[7] == '-'
           && cg_word_number(cg_str_sub(word, 0, 4), 1, 9999, &year)
           && cg_word_number(cg_str_sub(word, 5, 7), 1, 12, &month)
           && cg_word_number(cg_str_sub(word, 8, 10), 1,
                             (uint32_t) words_days(year, month), &day);
}


int
cg_word_is_url(cg_str_t word)
{
    size_t  scheme = cg_str_starts(word, cg_str("https://")) ? 8
                     : cg_str_starts(word, cg_str("http://")) ? 7 : 0;

    return scheme && word.len > scheme && word.data[scheme] != '/'
           && words_all(word, words_in_url, 2048);
}


int
cg_word_is_path(cg_str_t word)
{
    return words_all(word, words_in_url, 2048) && word.data[0] == '/'
           && !cg_str_starts(word, cg_str("//"));
}


int
cg_word_number(cg_str_t word, uint32_t low, uint32_t high, uint32_t *number)
{
    size_t    i;
    uint64_t  n = 0;

    if (word.len == 0 || word.len > 10) {
        return 0;
    }

    for (i = 0; i < word.len; i++) {
        if (!cg_ascii_is_digit(word.data[i])) {
            return 0;
        }

        n = n * 10 + (uint64_t) (word.data[i] - '0');
    }

    if (n < low || n > high) {
        return 0;
    }

    *number = (uint32_t) n;

    return 1;
}


int
cg_word_duration(cg_str_t word, int64_t *seconds)
{
    static const char     units[] = "yMwdhms";
    static const int64_t  worth[] = { 365 * WORDS_DAY, 30 * WORDS_DAY,
                                      7 * WORDS_DAY, WORDS_DAY, 3600, 60, 1 };

    size_t       i, from = 0, unit, next = 0;
    int64_t      sum = 0;
    uint32_t     n;
    const char  *at;

    for (i = 0; i < word.len; i++) {
        if (cg_ascii_is_digit(word.data[i])) {
            continue;
        }

        at = word.data[i] ? strchr(units + next, word.data[i]) : NULL;

        if (at == NULL
            || !cg_word_number(cg_str_sub(word, from, i), 0, 1000000000, &n))
        {
            return 0;
        }

        unit = (size_t) (at - units);
        sum += (int64_t) n * worth[unit];
        next = unit + 1;
        from = i + 1;
    }

    if (from < word.len) {
        if (next >= sizeof(worth) / sizeof(worth[0])
            || !cg_word_number(cg_str_sub(word, from, word.len), 0, 1000000000,
                               &n))
        {
            return 0;
        }

        sum += n;
    }

    if (sum < 1 || sum > 100 * worth[0]) {
        return 0;
    }

    *seconds = sum;

    return 1;
}


int
cg_word_index(cg_str_t word, const char *const *list)
{
    int  i;

    for (i = 0; list[i]; i++) {
        if (cg_str_eq(word, cg_str_from(list[i]))) {
            return i;
        }
    }

    return -1;
}


int
cg_word_is_text(cg_str_t word)
{
    uint32_t              code;
    const unsigned char  *p = word.data;

    while (p != word.data + word.len) {
        code = cg_utf8_next(&p, word.data + word.len);

        if (code == CG_UTF8_BAD || code == 0x7F
            || (code < 0x20 && code != '\t' && code != '\n'))
        {
            return 0;
        }
    }

    return word.len > 0;
}


int
cg_word_is_item(cg_str_t word)
{
    static const char *const  items[] = { "ip", "cookie_id", "url", "referrer",
                                          "ua", "form", NULL };

    return cg_word_index(word, items) >= 0;
}


int
cg_word_role(cg_str_t word)
{
    /* in the order of cg_role_t */

    static const char *const  roles[] = { "third", "self", "processor",
                                          "joint", NULL };

    return cg_word_index(word, roles);
}
