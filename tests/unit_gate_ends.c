/* Documents that end in the middle of something, as those do that the origin
 * cuts: a banner stands at the end where everybody reads it as markup, whether
 * scripts run or not, or nowhere. */

#include "gate_run.h"

/* How documents end; '@': the banner stands there, without it nowhere. */

static const char *const  ends[] = {
    "@", " @", "\r@", "@<", "@</", "<!-->@", "</>@", "<!DOCTYPE html>@",
    "<!--x-->@", "<?x>@", "</ x>@", "<![CDATA[x]]>@",

    "@<i", "@<img ", "@<img s", "@<img src", "@<img src ", "@<img src=",
    "@<img src= ", "@<img src=\"", "@<img src='//x.example/",
    "@<img src=//x.example/", "@<img src=\"//x.example/\"", "@<img /",
    "@<img src='\\' /", "@</i", "@</i ",
    "@</i a", "@</i a=", "@</i a=\"x", "@</i /", "@</title", "@</script ",

    "<!", "<!-", "<!--", "<!---", "<!--x", "<!--x-", "<!--x--", "<!--x--!",
    "<!--x->", "<!--<", "<!--<!", "<!--<!--", "<!x", "<?", "<?x", "</ ",
    "</ x", "</\t", "<![", "<![CDATA[", "<![CDATA[x]]",

    "<!d", "<!doctyp", "<!DOCTYPE", "<!DOCTYPE ", "<!DOCTYPE h",
    "<!DOCTYPE html ", "<!DOCTYPE html P", "<!DOCTYPE html PUBLIC",
    "<!DOCTYPE html PUBLIC ", "<!DOCTYPE html PUBLIC \"",
    "<!DOCTYPE html PUBLIC 'x", "<!DOCTYPE html PUBLIC \"x\"",
    "<!DOCTYPE html PUBLIC \"x\" ", "<!DOCTYPE html PUBLIC \"x\" '",
    "<!DOCTYPE html PUBLIC 'x''x'", "<!DOCTYPE html SYSTEM",
    "<!DOCTYPE html SYSTEM ", "<!DOCTYPE html SYSTEM 'x",
    "<!DOCTYPE html SYSTEM 'x'", "<!DOCTYPE html SYSTEM 'x' x"
};


/* Behind these a banner is markup, if the end lets it be. */

static const char *const  open_starts[] = {
    "<html>", "<head><title>x</title>", "<head><meta charset=x>",
    "<head><noscript></noscript>", "<head><template></template>",
    "<!DOCTYPE html>", "<html><style></style>",
    "<body><a href=#m>", "<body><div><a href=#m>x</a>",
    "<body><a href=#m><svg><title>x</title></svg>",
    "<body><a href=#m><select></select>", "<body><a href=#m><form></form>",
    "<body><a href=#m><svg><p>", "<body><a href=#m><table><td>",
    "<html><template><col></template>",
    "<html><template><select></template>",
    "<body><a href=#m><canvas><b></canvas>"
};


/* Behind these it is not, to some or to anybody, however the document ends. */

static const char *const  shut_starts[] = {
    "<head><noscript>", "<head><noscript><link rel=x>",
    "<head><template>", "<head><template><template></template>",
    "<head><template><noscript></template>",
    "<body><a href=#m><noscript>", "<body><a href=#m><noscript><div>",
    "<body><a href=#m><noscript></a>", "<body><a href=#m><template>",
    "<body><a href=#m><template></a>", "<body><a href=#m><select>",
    "<body><a href=#m><select><option>",
    "<body><a href=#m><select><template></template>",
    "<body><a href=#m><select><template></select></template>",
    "<body><a href=#m><select></a>",
    "<body><a href=#m><form>", "<body><a href=#m><form></a>",
    "<body><a href=#m><svg>", "<body><a href=#m><svg><g>",
    "<body><a href=#m><svg></div>", "<body><a href=#m><svg></p>",
    "<body><a href=#m><svg><a></a>",
    "<body><a href=#m><math><mi>", "<body><a href=#m><svg><desc></div>",
    "<body><a href=#m><svg><math></e>", "<body><a href=#m><math></e><svg>",
    "<html><template><col></template><a href=#m><svg>",
    "<body><a href=#m><video>", "<body><a href=#m><object></a>",
    "<html><frameset>", "<html><a href=#m><frameset>",
    "<html><title>", "<html><style>", "<html><script>",
    "<html><script><!--", "<html><script><!--<script>", "<html><noframes>",
    "<body><a href=#m><textarea>", "<body><a href=#m><xmp>",
    "<body><a href=#m><plaintext>", "<body><a href=#m><svg><![CDATA["
};


/* The page and what becomes of it: without the '@', and with a banner there
 * if it may `stand`. */

static int
is_ended(const cg_gate_conf_t *conf, const char *start, const char *end,
    int stand)
{
    char         in[256], want[256];
    const char  *at = strchr(end, '@');
    int          before = at ? (int) (at - end) : (int) strlen(end);

    at = at ? at + 1 : "";
    snprintf(in, sizeof(in), "%s%.*s%s", start, before, end, at);
    snprintf(want, sizeof(want), "%s%.*s%s%s", start, before, end,
             stand && strchr(end, '@') ? "[B]" : "", at);

    return is_gated(conf, cg_str_from(in), cg_str_from(want));
}


static void
banner_is_markup_or_nowhere(const cg_gate_conf_t *conf, const char *who)
{
    int     good;
    size_t  i, k;

    for (i = 0; i < sizeof(open_starts) / sizeof(open_starts[0]); i++) {
        good = 1;

        for (k = 0; k < sizeof(ends) / sizeof(ends[0]); k++) {
            good &= is_ended(conf, open_starts[i], ends[k], 1);
        }

        ok(good, "%s: %s: a banner stands before a tag that the end cuts, and "
           "nowhere where it cuts a comment or a doctype", who,
           open_starts[i]);
    }

    for (i = 0; i < sizeof(shut_starts) / sizeof(shut_starts[0]); i++) {
        good = 1;

        for (k = 0; k < sizeof(ends) / sizeof(ends[0]); k++) {
            good &= is_ended(conf, shut_starts[i], ends[k], 0);
        }

        ok(good, "%s: %s: no banner, however the document ends", who,
           shut_starts[i]);
    }
}


int
main(void)
{
    site_t          hold, allow;
    cg_gate_conf_t  conf;

    site_init(&hold, "hold");
    site_init(&allow, "allow");
    memset(&conf, 0, sizeof(conf));
    conf.inline_limit = 4096;
    conf.banner = say_b;

    conf.judge = site_judge(&hold, 0);
    banner_is_markup_or_nowhere(&conf, "undecided");
    conf.judge = site_judge(&allow, SITE_ANALYTICS | SITE_MARKETING);
    banner_is_markup_or_nowhere(&conf, "all granted");

    site_drop(&hold);
    site_drop(&allow);

    return tap_done();
}
