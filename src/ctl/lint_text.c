#include "lint.h"

#include "base/cg_ascii.h"

/* Words of other languages are in UTF-8. */


int
lint_text_holds(cg_str_t text, cg_str_t part)
{
    size_t  i;

    for (i = 0; part.len && i + part.len <= text.len; i++) {
        if (cg_ascii_eq_nocase(cg_str_sub(text, i, i + part.len), part)) {
            return 1;
        }
    }

    return 0;
}


/* The same, not within a longer word: "law" is not in "lawful". */

static int
text_word(cg_str_t text, const char *word)
{
    size_t    i;
    cg_str_t  part = cg_str_from(word);

    for (i = 0; i + part.len <= text.len; i++) {
        if (cg_ascii_eq_nocase(cg_str_sub(text, i, i + part.len), part)
            && (i == 0 || !cg_ascii_is_alpha(text.data[i - 1]))
            && (i + part.len == text.len
                || !cg_ascii_is_alpha(text.data[i + part.len])))
        {
            return 1;
        }
    }

    return 0;
}


static int
text_any(cg_str_t text, const char *const *words)
{
    size_t  i;

    for (i = 0; words[i]; i++) {
        if (lint_text_holds(text, cg_str_from(words[i]))) {
            return 1;
        }
    }

    return 0;
}


int
lint_text_law(cg_str_t text)
{
    static const char *const  words[] = {
        "required by statute", "legal obligation", "authorities",
        "\xe6\xb3\x95\xe4\xbb\xa4",            /* ja: laws and orders */
        "\xe6\xb3\x95\xe5\xbe\x8b",            /* ja, zh: law */
        "\xe6\xb3\x95\xe8\xa6\x8f", "\xe6\xb3\x95\xe8\xa7\x84",
        "gesetz", "beh\xc3\xb6rd", "l\xc3\xa9gal", NULL
    };

    return text_any(text, words) || text_word(text, "law")
           || text_word(text, "laws") || text_word(text, "loi");
}


int
lint_text_browser(cg_str_t text)
{
    static const char *const  browsers[] = {
        "browser", "\xe3\x83\x96\xe3\x83\xa9\xe3\x82\xa6\xe3\x82\xb6",
        "\xe6\xb5\x8f\xe8\xa7\x88\xe5\x99\xa8",
        "\xe7\x80\x8f\xe8\xa6\xbd\xe5\x99\xa8", "navigateur", NULL
    };
    static const char *const  refusals[] = {
        "refus", "reject", "disab", "stop", "block", "turn",
        "\xe6\x8b\x92\xe5\x90\xa6",            /* ja: refuse */
        "\xe7\x84\xa1\xe5\x8a\xb9",            /* ja: disable */
        "\xe6\x8b\x92\xe7\xbb\x9d", "\xe6\x8b\x92\xe7\xb5\x95",
        "\xe5\x81\x9c\xe7\x94\xa8", "ablehn", "deaktiv", "d\xc3\xa9sactiv",
        NULL
    };

    return text_any(text, browsers) && text_any(text, refusals);
}


int
lint_text_choice(cg_str_t text)
{
    static const char *const  words[] = {
        "consent", "withdraw", "banner", "opt-in", "preferences",
        "\xe5\x90\x8c\xe6\x84\x8f",            /* ja, zh: consent */
        "\xe6\x92\xa4\xe5\x9b\x9e",            /* ja, zh: withdraw */
        "einwillig", "widerruf", "consentement", NULL
    };

    return text_any(text, words);
}


/* The host of a URL, or what stands behind the @ of an address. */

static cg_str_t
text_host(cg_str_t url)
{
    size_t  i, from = 0;

    for (i = 0; i < url.len; i++) {
        if (url.data[i] == '@'
            || (url.data[i] == '/' && i && url.data[i - 1] == '/'))
        {
            from = i + 1;
            break;
        }
    }

    for (i = from; i < url.len; i++) {
        if (url.data[i] == '/' || url.data[i] == ':' || url.data[i] == '?') {
            break;
        }
    }

    return from ? cg_str_sub(url, from, i) : cg_str("");
}


int
lint_text_example(cg_str_t url)
{
    static const char *const  names[] = {
        "example.com", "example.net", "example.org", ".example", ".invalid",
        ".test", NULL
    };

    size_t    i;
    cg_str_t  name, host = text_host(url);

    for (i = 0; names[i]; i++) {
        name = cg_str_from(names[i]);

        if (host.len < name.len
            || !cg_ascii_eq_nocase(cg_str_sub(host, host.len - name.len,
                                              host.len), name))
        {
            continue;
        }

        if (host.len == name.len || name.data[0] == '.'
            || host.data[host.len - name.len - 1] == '.')
        {
            return 1;
        }
    }

    return 0;
}


int
lint_text_eea(cg_str_t code)
{
    static const char  codes[] =
        "EU AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT "
        "NL NO PL PT RO SE SI SK";

    size_t  i;

    for (i = 0; code.len == 2 && i < sizeof(codes); i += 3) {
        if (cg_ascii_eq_nocase(code, cg_str_sub(cg_str(codes), i, i + 2))) {
            return 1;
        }
    }

    return 0;
}
