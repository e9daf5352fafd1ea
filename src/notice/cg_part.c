#include "cg_part.h"

#include "base/cg_ascii.h"


/* The value itself is left out: it may be a link. */

void
cg_part_colon(cg_out_t *out, const cg_view_t *view)
{
    cg_word_t  value;

    memset(&value, 0, sizeof(value));
    value.name = "value";
    value.text = cg_str("");

    cg_part_say_with(out, view, "list.value", &value, 1);
}


void
cg_part_tag(cg_out_t *out, const cg_view_t *view, const char *tag,
    const char *key)
{
    cg_out_byte(out, '<');
    cg_out_text(out, tag);
    cg_out_byte(out, '>');
    cg_part_say(out, view, key);
    cg_out_text(out, "</");
    cg_out_text(out, tag);
    cg_out_byte(out, '>');
}


/* "group.word.rest" as a key; absent if it would be too long to be one. */

static cg_str_t
part_key(char key[CG_MESSAGE_KEY], const char *group, cg_str_t word,
    const char *rest)
{
    size_t  head = strlen(group), tail = strlen(rest);

    if (head + word.len + tail > CG_MESSAGE_KEY) {
        return cg_str_null;
    }

    memcpy(key, group, head);

    if (word.len) {
        memcpy(key + head, word.data, word.len);
    }

    memcpy(key + head + word.len, rest, tail);

    return (cg_str_t) { head + word.len + tail, (unsigned char *) key };
}


static cg_str_t
part_message(const cg_view_t *view, const char *group, cg_str_t word,
    const char *rest)
{
    char      key[CG_MESSAGE_KEY];
    cg_str_t  name = part_key(key, group, word, rest);

    return name.data ? cg_message(view->policy, view->lang, name)
                     : cg_str_null;
}


void
cg_part_term(cg_out_t *out, const cg_view_t *view, const char *group,
    cg_str_t word)
{
    cg_str_t  text = part_message(view, group, word, "");

    cg_out_html(out, text.data ? text : word);
}


static int
part_is_one_of(cg_str_t word, const char *const *list)
{
    size_t  i;

    for (i = 0; list[i]; i++) {
        if (cg_ascii_eq_nocase(word, cg_str_from(list[i]))) {
            return 1;
        }
    }

    return 0;
}


/* Whether lines of this language begin at the right: by its script, where the
 * tag names one ("ku-Arab", "az-Latn"), else by what it is usually written in.
 * Unicode CLDR, characterOrder. */

static int
part_is_rtl(cg_str_t lang)
{
    static const char *const  languages[] = {
        "ar", "arc", "ckb", "dv", "fa", "he", "iw", "ji", "ks", "ps", "sd",
        "syr", "ug", "ur", "yi", NULL
    };
    static const char *const  scripts[] = {
        "Adlm", "Arab", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa", NULL
    };

    size_t    i, from = 0;
    int       rtl = 0;
    cg_str_t  word;

    for (i = 0; i <= lang.len; i++) {
        if (i < lang.len && lang.data[i] != '-') {
            continue;
        }

        word = cg_str_sub(lang, from, i);

        if (from == 0) {
            rtl = part_is_one_of(word, languages);

        } else if (word.len == 4) {
            return part_is_one_of(word, scripts);
        }

        from = i + 1;
    }

    return rtl;
}


void
cg_part_lang(cg_out_t *out, cg_str_t lang)
{
    cg_out_text(out, " lang=\"");
    cg_out_html(out, lang);
    cg_out_text(out, part_is_rtl(lang) ? "\" dir=\"rtl\""
                                       : "\" dir=\"ltr\"");
}


static int
part_url_is_plain(cg_str_t url)
{
    static const char *const  starts[] = {
        "https://", "http://", "mailto:", "tel:", "/"
    };

    size_t    i;
    cg_str_t  start;

    for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        start = cg_str_from(starts[i]);

        if (url.len >= start.len
            && cg_ascii_eq_nocase(cg_str_sub(url, 0, start.len), start))
        {
            return 1;
        }
    }

    return 0;
}


void
cg_part_url(cg_out_t *out, const cg_view_t *view, cg_str_t url)
{
    if (url.len && url.data[0] == '/' && !(url.len > 1 && url.data[1] == '/')) {
        cg_out_html(out, view->origin);
    }

    cg_out_html(out, url);
}


void
cg_part_link(cg_out_t *out, cg_str_t url, cg_str_t text)
{
    if (part_url_is_plain(url)) {
        cg_out_text(out, "<a href=\"");
        cg_out_html(out, url);
        cg_out_text(out, "\">");
    }

    cg_out_html(out, text);
    cg_out_text(out, part_url_is_plain(url) ? "</a>" : "");
}


void
cg_part_link_say(cg_out_t *out, const cg_view_t *view, cg_str_t url,
    const char *key)
{
    if (part_url_is_plain(url)) {
        cg_out_text(out, "<a href=\"");
        cg_part_url(out, view, url);
        cg_out_text(out, "\">");
    }

    cg_part_say(out, view, key);
    cg_out_text(out, part_url_is_plain(url) ? "</a>" : "");
}


void
cg_part_version(cg_out_t *out, const cg_view_t *view)
{
    cg_word_t  word;

    memset(&word, 0, sizeof(word));

    word.name = "date";
    word.day = cg_part_day_read(view->policy->revised);

    if (word.day.month == 0) {
        word.day = cg_part_day_read(view->policy->enacted);
    }

    if (word.day.month) {
        cg_part_say_with(out, view, "banner.version", &word, 1);

    } else {
        cg_part_say(out, view, "banner.version_undated");
    }
}


static const cg_clause_t *
part_clause(const cg_policy_t *policy, cg_str_t id)
{
    size_t  i;

    for (i = 0; id.len && i < policy->nclauses; i++) {
        if (cg_str_eq(policy->clauses[i].id, id)) {
            return &policy->clauses[i];
        }
    }

    return NULL;
}


/* In the view's language (text LANG clause.ID), else as its line has it; absent
 * if it has none. */

static cg_str_t
part_clause_text(const cg_view_t *view, cg_str_t id)
{
    cg_str_t            text = cg_str_null;
    const cg_clause_t  *clause = part_clause(view->policy, id);

    if (clause) {
        text = part_message(view, "clause.", id, "");
    }

    return text.data || clause == NULL ? text : clause->text;
}


void
cg_part_clause_say(cg_out_t *out, const cg_view_t *view, cg_str_t id)
{
    cg_word_t  words[2];

    memset(words, 0, sizeof(words));

    words[0].name = "id";
    words[0].text = id;
    words[1].name = "text";
    words[1].text = part_clause_text(view, id);

    cg_part_say_with(out, view, words[1].text.len ? "page.clause_text"
                                                  : "page.clause", words, 2);
}


void
cg_part_purpose_name(cg_out_t *out, const cg_view_t *view,
    const cg_purpose_t *purpose)
{
    cg_str_t  text = part_message(view, "purpose.", purpose->id, ".name");

    cg_out_html(out, text.data ? text : purpose->id);
}


void
cg_part_purpose_text(cg_out_t *out, const cg_view_t *view,
    const cg_purpose_t *purpose)
{
    cg_str_t  text = part_message(view, "purpose.", purpose->id, ".text");

    cg_out_html(out, text.data ? text
                               : part_clause_text(view, purpose->clause));
}


void
cg_part_purpose_more(cg_out_t *out, const cg_view_t *view,
    const cg_purpose_t *purpose, const char *before)
{
    const cg_policy_t  *policy = view->policy;

    if (policy->unlisted_host == CG_UNLISTED_PURPOSE
        && policy->unlisted_host_purpose == purpose)
    {
        cg_out_text(out, before);
        cg_part_say(out, view, "purpose.unlisted_hosts");
    }

    if (policy->unlisted_cookie == CG_UNLISTED_PURPOSE
        && policy->unlisted_cookie_purpose == purpose)
    {
        cg_out_text(out, before);
        cg_part_say(out, view, "purpose.unlisted_cookies");
    }

    if (policy->advanced & purpose->bit) {
        cg_out_text(out, before);
        cg_part_say(out, view, "purpose.ahead");
    }
}


size_t
cg_part_purpose_vendors(const cg_policy_t *policy, const cg_purpose_t *purpose)
{
    size_t  i, n = 0;

    for (i = 0; i < policy->nrecipients; i++) {
        n += policy->recipients[i].purpose == purpose;
    }

    return n;
}


void
cg_part_purpose_box(cg_out_t *out, const cg_purpose_t *purpose, int ticked)
{
    cg_out_text(out, "<input type=\"checkbox\" name=\"p\" value=\"");
    cg_out_html(out, purpose->id);
    cg_out_text(out, "\" id=\"ngxc-p-");
    cg_out_html(out, purpose->id);
    cg_out_text(out, "\" aria-describedby=\"ngxc-d-");
    cg_out_html(out, purpose->id);
    cg_out_text(out, ticked ? "\" checked>" : "\">");
}


static void
part_hidden(cg_out_t *out, const cg_view_t *view, const char *name,
    cg_gap_t gap)
{
    cg_out_text(out, "<input type=\"hidden\" name=\"");
    cg_out_text(out, name);
    cg_out_text(out, "\" value=\"");
    cg_part_gap(out, view, gap);
    cg_out_text(out, "\">");
}


void
cg_part_choice_open(cg_out_t *out, const cg_view_t *view)
{
    cg_out_text(out, "<form method=\"post\" action=\"");
    cg_part_url(out, view, view->uri);
    cg_out_text(out, "choice\">");
    part_hidden(out, view, "notice", CG_GAP_NOTICE);
    part_hidden(out, view, "once", CG_GAP_ONCE);
    part_hidden(out, view, "return", CG_GAP_BACK);

    /* the address of a page that scripts read is left as it is */

    cg_out_text(out, "<noscript><input type=\"hidden\" name=\"mark\">"
                     "</noscript>");
}


void
cg_part_button(cg_out_t *out, const cg_view_t *view, const char *choice,
    const char *key)
{
    cg_out_text(out, "<button type=\"submit\" class=\"ngxc-k\" "
                     "name=\"choice\" value=\"");
    cg_out_text(out, choice);
    cg_out_text(out, "\" data-ngxc=\"");
    cg_out_text(out, choice);
    cg_out_text(out, "\">");
    cg_part_say(out, view, key);
    cg_out_text(out, "</button>");
}
