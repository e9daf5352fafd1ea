/*
 * The directives of consent_policy.  What other blocks or later lines decide
 * is checked by the freeze.
 */

#include "cg_build.h"
#include "cg_words.h"

#include "url/cg_host.h"

#define POLICY_LIFETIME_MIN  86400
#define POLICY_LIFETIME_MAX  (395 * 86400)     /* 13 months */


static cg_status_t
policy_read_controller(cg_policies_t *set, const cg_line_t *line,
    cg_diag_t *diag)
{
    (void) diag;
    set->policy->policy.controller = line->args[0];

    return CG_OK;
}


static cg_status_t
policy_read_notice(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    set->policy->policy.notice = line->args[0];

    if (!cg_word_is_url(line->args[0]) && !cg_word_is_path(line->args[0])) {
        return cg_build_say(diag, "notice \"%\" is neither an http or https "
                            "URL nor a path, write https://host/path or /path",
                            line->args[0]);
    }

    return CG_OK;
}


static cg_status_t
policy_read_languages(cg_policies_t *set, const cg_line_t *line,
    cg_diag_t *diag)
{
    size_t  i;

    for (i = 0; i < line->n; i++) {
        if (!cg_word_is_language(line->args[i])) {
            return cg_build_say(diag, "\"%\" is no language, write en, zh-TW "
                                "or zh-Hant", line->args[i]);
        }
    }

    return cg_build_list(set, line, &set->policy->languages, diag);
}


static cg_status_t
policy_read_clause(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    size_t        i;
    cg_vec_t     *list = &set->policy->clauses;
    cg_clause_t  *clause;

    if (!cg_word_is_clause(line->args[0])) {
        return cg_build_say(diag, "bad clause ID \"%\": write letters, digits, "
                            "\".\", \"_\" and \"-\", at most 64",
                            line->args[0]);
    }

    for (i = 0; i < list->n; i++) {
        if (cg_str_eq(cg_vec_at(list, cg_clause_t, i)->id, line->args[0])) {
            return cg_build_say(diag, "clause \"%\" stands twice, keep one",
                                line->args[0]);
        }
    }

    clause = cg_vec_push(set->arena, list, sizeof(*clause));
    if (clause == NULL) {
        return CG_ENOMEM;
    }

    clause->id = line->args[0];
    clause->text = line->args[1];
    clause->organisational = line->options[0].data != NULL;

    return CG_OK;
}


/* A vendor or a cookie. */

static cg_status_t
policy_add_tie(cg_policies_t *set, cg_vec_t *ties, const cg_tie_t *tie,
    const cg_line_t *line, cg_diag_t *diag)
{
    size_t     i;
    cg_tie_t  *other;

    if (tie->purpose.data == NULL) {
        return cg_build_say(diag, "% \"%\" has no purpose, add purpose=ID",
                            line->name, tie->name);
    }

    for (i = 0; i < ties->n; i++) {
        other = cg_vec_at(ties, cg_tie_t, i);

        if (cg_str_eq(other->name, tie->name)
            && (other->re != NULL) == (tie->re != NULL))
        {
            return cg_build_say(diag, "% \"%\" stands twice in consent_policy "
                                "\"%\", keep one", line->name, tie->name,
                                set->policy->policy.id);
        }
    }

    other = cg_vec_push(set->arena, ties, sizeof(*other));
    if (other == NULL) {
        return CG_ENOMEM;
    }

    *other = *tie;
    other->place = line->place;

    return CG_OK;
}


/* How a vendor is reached, and who stands for it. */

static cg_status_t
policy_vendor_details(const cg_line_t *line, cg_tie_t *tie, cg_diag_t *diag)
{
    static const char *const  paths[] = { "direct", "relayed", NULL };
    static const char *const  modes[] = { "basic", "advanced", NULL };

    int  path = 0;

    tie->contract = line->options[2];
    tie->approval = line->options[3];
    tie->info = line->options[4];

    if (line->options[5].data) {
        path = cg_word_index(line->options[5], paths);
    }

    if (path < 0) {
        return cg_build_say(diag, "unknown path=%, known are direct relayed",
                            line->options[5]);
    }

    tie->path = (cg_path_t) path;

    if (line->options[6].data) {
        tie->advanced = cg_word_index(line->options[6], modes);
    }

    if (tie->advanced < 0) {
        return cg_build_say(diag, "unknown mode=%, known are basic advanced",
                            line->options[6]);
    }

    if (tie->info.data && !cg_word_is_url(tie->info)) {
        return cg_build_say(diag, "info=% is no http or https URL, write "
                            "https://host/path", tie->info);
    }

    if ((tie->contract.data && tie->contract.len == 0)
        || (tie->approval.data && tie->approval.len == 0))
    {
        return cg_build_say(diag, "an empty contract= or approval= of vendor "
                            "\"%\" refers to nothing, write a reference or "
                            "remove it", tie->name);
    }

    return CG_OK;
}


static cg_status_t
policy_read_vendor(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    int       role = CG_ROLE_THIRD;
    cg_tie_t  tie;

    memset(&tie, 0, sizeof(tie));
    tie.name = line->args[0];
    tie.purpose = line->options[0];
    tie.clause = line->options[7];

    if (line->options[1].data) {
        role = cg_word_role(line->options[1]);
    }

    if (role < 0) {
        return cg_build_say(diag, "unknown role=%, known are self processor "
                            "joint third", line->options[1]);
    }

    tie.role = (cg_role_t) role;

    return policy_vendor_details(line, &tie, diag) == CG_OK
           ? policy_add_tie(set, &set->policy->vendors, &tie, line, diag)
           : CG_EINVAL;
}


static cg_status_t
policy_read_cookie(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    cg_tie_t     tie;
    cg_status_t  status;

    memset(&tie, 0, sizeof(tie));
    tie.name = line->args[0];
    tie.purpose = line->options[0];
    tie.clause = line->options[1];

    status = cg_build_cookie(set, line, &tie.re, diag);

    return status == CG_OK
           ? policy_add_tie(set, &set->policy->cookies, &tie, line, diag)
           : status;
}


static cg_status_t
policy_read_own_host(cg_policies_t *set, const cg_line_t *line,
    cg_diag_t *diag)
{
    size_t       i;
    cg_vec_t    *list = &set->policy->own_hosts;
    cg_site_t    site;
    cg_status_t  status;
    const char  *error;

    cg_site_init(&site, set->arena);

    for (i = 0; i < line->n; i++) {
        status = cg_site_add_own(&site, line->args[i], &error);

        if (status == CG_EINVAL) {
            return cg_build_say(diag, "own_host \"%\": %", line->args[i],
                                cg_str_from(error));
        }

        if (cg_vec_has_str(list, line->args[i])) {
            return cg_build_say(diag, "own_host \"%\" stands twice, keep one",
                                line->args[i]);
        }

        if (status != CG_OK
            || cg_vec_push_str(set->arena, list, line->args[i]) != CG_OK)
        {
            return CG_ENOMEM;
        }
    }

    return CG_OK;
}


static void
policy_unlisted(cg_str_t word, cg_unlisted_t *what, cg_str_t *purpose)
{
    if (cg_str_eq(word, cg_str("hold"))) {
        *what = CG_UNLISTED_HOLD;

    } else if (cg_str_eq(word, cg_str("allow"))) {
        *what = CG_UNLISTED_ALLOW;

    } else if (word.data) {
        *what = CG_UNLISTED_PURPOSE;
        *purpose = word;
    }
}


static cg_status_t
policy_read_unlisted(cg_policies_t *set, const cg_line_t *line,
    cg_diag_t *diag)
{
    cg_policy_def_t  *def = set->policy;

    if (line->options[0].data == NULL && line->options[1].data == NULL) {
        return cg_build_say(diag, "\"unlisted\" is written: unlisted "
                            "[third_party=hold|allow|PURPOSE] "
                            "[cookie=hold|allow|PURPOSE] [clause=ID]");
    }

    def->unlisted_place = line->place;
    policy_unlisted(line->options[0], &def->policy.unlisted_host,
                    &def->unlisted_host);
    policy_unlisted(line->options[1], &def->policy.unlisted_cookie,
                    &def->unlisted_cookie);

    return CG_OK;
}


static cg_status_t
policy_lifetime(const char *name, cg_str_t word, int64_t *seconds,
    cg_diag_t *diag)
{
    if (word.data == NULL) {
        return CG_OK;
    }

    if (!cg_word_duration(word, seconds) || *seconds < POLICY_LIFETIME_MIN
        || *seconds > POLICY_LIFETIME_MAX)
    {
        return cg_build_say(diag, "%=% must be a time from 1d to 395d",
                            cg_str_from(name), word);
    }

    return CG_OK;
}


/* Of any cookie that passes; browsers keep none for longer than 400 days. */

static cg_status_t
policy_cookie_lifetime(cg_str_t word, int64_t *seconds, cg_diag_t *diag)
{
    if (word.data && !cg_word_duration(word, seconds)) {
        return cg_build_say(diag, "cookie=% must be a time from 1s to 100y, "
                            "such as 395d", word);
    }

    return CG_OK;
}


static cg_status_t
policy_read_lifetime(cg_policies_t *set, const cg_line_t *line,
    cg_diag_t *diag)
{
    cg_policy_t  *policy = &set->policy->policy;

    if (line->options[0].data == NULL && line->options[1].data == NULL
        && line->options[2].data == NULL)
    {
        return cg_build_say(diag, "\"lifetime\" is written: lifetime "
                            "[grant=TIME] [refusal=TIME] [cookie=TIME] "
                            "[clause=ID]");
    }

    if (policy_lifetime("grant", line->options[0], &policy->grant_lifetime,
                        diag) != CG_OK
        || policy_lifetime("refusal", line->options[1],
                           &policy->refusal_lifetime, diag) != CG_OK
        || policy_cookie_lifetime(line->options[2], &policy->cookie_lifetime,
                                  diag) != CG_OK)
    {
        return CG_EINVAL;
    }

    if (policy->refusal_lifetime < policy->grant_lifetime) {
        return cg_build_say(diag, "a refusal must last as long as a grant at "
                            "least, raise refusal= or lower grant= (both are "
                            "180d where not set)");
    }

    return CG_OK;
}


static cg_status_t
policy_read_signals(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    static const char *const  words[] = { "gpc", "dnt", "off", NULL };

    int       which;
    size_t    i;
    unsigned  seen = 0;

    for (i = 0; i < line->n; i++) {
        which = cg_word_index(line->args[i], words);

        if (which < 0) {
            return cg_build_say(diag, "unknown signal \"%\", known are gpc dnt "
                                "off", line->args[i]);
        }

        if (seen & 1u << which || (which == 2 && line->n > 1)) {
            return cg_build_say(diag, "\"signals\" is written: gpc, dnt, gpc "
                                "dnt, or off alone");
        }

        seen |= 1u << which;
    }

    set->policy->policy.signal_gpc = seen & 1;
    set->policy->policy.signal_dnt = seen >> 1 & 1;

    return CG_OK;
}


/* "combine" is t24 where it reduces. */

static cg_status_t
policy_read_address(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    static const char *const  words[] = { "drop", "t16", "t24", "full",
                                          "combine", NULL };

    int                   which = cg_word_index(line->args[0], words);
    cg_policy_address_t  *address = &set->policy->policy.address;

    if (which < 0) {
        return cg_build_say(diag, "unknown form \"%\" of addresses, known are "
                            "full t24 t16 drop combine", line->args[0]);
    }

    if (which == CG_ADDRESS_FULL && line->options[0].data) {
        return cg_build_say(diag, "\"address full\" with purpose=%: there is "
                            "nothing left that it could open, take purpose= "
                            "away or write t24", line->options[0]);
    }

    address->combine = which > CG_ADDRESS_FULL;
    address->form = address->combine ? CG_ADDRESS_T24
                                     : (cg_address_form_t) which;
    address->clause = line->options[1];
    set->policy->address = line->options[0];
    set->policy->address_place = line->place;

    return CG_OK;
}


/* Of a message, or clause.ID. */

static int
policy_is_text_key(cg_str_t word)
{
    cg_str_t  group = cg_str("clause.");

    return cg_word_is_key(word)
           || (cg_str_starts(word, group)
               && cg_word_is_clause(cg_str_sub(word, group.len, word.len)));
}


static cg_status_t
policy_read_text(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    size_t      i;
    cg_text_t  *text;
    cg_vec_t   *list = &set->policy->texts;

    if (!cg_word_is_language(line->args[0])
        || !policy_is_text_key(line->args[1]))
    {
        return cg_build_say(diag, "text \"% %\" must begin with a language "
                            "and a key, as in: text en banner.title \"TEXT\"",
                            line->args[0], line->args[1]);
    }

    for (i = 0; i < list->n; i++) {
        text = cg_vec_at(list, cg_text_t, i);

        if (cg_str_eq(text->lang, line->args[0])
            && cg_str_eq(text->key, line->args[1]))
        {
            return cg_build_say(diag, "text \"% %\" stands twice, keep one",
                                line->args[0], line->args[1]);
        }
    }

    text = cg_vec_push(set->arena, list, sizeof(*text));
    if (text == NULL) {
        return CG_ENOMEM;
    }

    text->lang = line->args[0];
    text->key = line->args[1];
    text->text = line->args[2];
    text->file = line->place.file;
    text->line = line->place.line;

    return CG_OK;
}


const cg_row_t  cg_build_policy_rows[] = {

    /* name, form, min, max, once, need, re, options, read */

    { "controller", "NAME [clause=ID]", 1, 1, 1, 1, 0, { "clause=", NULL },
      policy_read_controller },
    { "operator", "NAME [contract=REF] [clause=ID]", 1, 1, 1, 0, 0,
      { "contract=", "clause=", NULL }, cg_build_operator },
    { "contact", "NAME [URL] [postal=TEXT] [tel=NUMBER] [fax=NUMBER] "
      "[email=ADDRESS] [clause=ID]", 1, 2, 0, 0, 0,
      { "postal=", "tel=", "fax=", "email=", "clause=", NULL },
      cg_build_contact },
    { "notice", "URL|PATH [clause=ID]", 1, 1, 1, 1, 0, { "clause=", NULL },
      policy_read_notice },
    { "version", "NUMBER [enacted=DATE] [revised=DATE] [effective=DATE] "
      "[approver=NAME] [material_since=NUMBER] [clause=ID]", 1, 1, 1, 1, 0,
      { "enacted=", "revised=", "effective=", "approver=", "material_since=",
        "clause=", NULL }, cg_build_version },
    { "jurisdiction", "COUNTRY|EU [clause=ID]", 1, 1, 1, 0, 0,
      { "clause=", NULL }, cg_build_jurisdiction },
    { "region", "CODE NAME URL|PATH [clause=ID]", 3, 3, 0, 0, 0,
      { "clause=", NULL }, cg_build_region },
    { "languages", "LANG... [clause=ID]", 1, CG_MAX_WORDS, 1, 1, 0,
      { "clause=", NULL }, policy_read_languages },
    { "clause", "ID TEXT [organisational]", 2, 2, 0, 0, 0,
      { "organisational", NULL }, policy_read_clause },
    { "personal", "ITEM... [clause=ID]", 1, CG_MAX_WORDS, 0, 0, 0,
      { "clause=", NULL }, cg_build_personal },
    { "purpose", "ID required|slot=NUMBER [clause=ID] [signal=NAME,...] "
      "[sensitive]", 1, 1, 0, 1, 0,
      { "required", "slot=", "clause=", "signal=", "sensitive", NULL },
      cg_build_purpose },
    { "roles", "ROLE... [clause=ID]", 1, CG_ROLES, 1, 0, 0,
      { "clause=", NULL }, cg_build_roles },
    { "vendor", "ID purpose=ID [role=self|processor|joint|third] "
      "[contract=REF] [approval=REF] [info=URL] [path=direct|relayed] "
      "[mode=basic|advanced] [clause=ID]", 1, 1, 0, 0, 0,
      { "purpose=", "role=", "contract=", "approval=", "info=", "path=",
        "mode=", "clause=", NULL }, policy_read_vendor },
    { "joint_use", "PARTY COUNTRY items=ITEM,... responsible=NAME "
      "[clause=ID]", 2, 2, 0, 0, 0,
      { "items=", "responsible=", "clause=", NULL }, cg_build_joint_use },
    { "cookie", "NAME|~ REGEX purpose=ID [clause=ID]", 1, 1, 0, 0, 1,
      { "purpose=", "clause=", NULL }, policy_read_cookie },
    { "own_host", "HOST... [clause=ID]", 1, CG_MAX_WORDS, 0, 0, 0,
      { "clause=", NULL }, policy_read_own_host },
    { "unlisted", "[third_party=hold|allow|PURPOSE] "
      "[cookie=hold|allow|PURPOSE] [clause=ID]", 0, 0, 1, 0, 0,
      { "third_party=", "cookie=", "clause=", NULL }, policy_read_unlisted },
    { "lifetime", "[grant=TIME] [refusal=TIME] [cookie=TIME] [clause=ID]",
      0, 0, 1, 0, 0, { "grant=", "refusal=", "cookie=", "clause=", NULL },
      policy_read_lifetime },
    { "signals", "gpc|dnt|off... [clause=ID]", 1, 2, 1, 0, 0,
      { "clause=", NULL }, policy_read_signals },
    { "address", "full|t24|t16|drop|combine [purpose=ID] [clause=ID]",
      1, 1, 1, 0, 0, { "purpose=", "clause=", NULL }, policy_read_address },
    { "referrer", "POLICY [clause=ID]", 1, 1, 1, 0, 0, { "clause=", NULL },
      cg_build_referrer },
    { "scrub", "KEY... [clause=ID]", 1, CG_MAX_WORDS, 0, 0, 0,
      { "clause=", NULL }, cg_build_scrub },
    { "banner", "bar|box|center [position=top|bottom] [style=PATH] "
      "[clause=ID]", 1, 1, 1, 0, 0,
      { "position=", "style=", "clause=", NULL }, cg_build_banner },
    { "text", "LANG KEY TEXT", 3, 3, 0, 0, 0, { NULL }, policy_read_text },
    { NULL, NULL, 0, 0, 0, 0, 0, { NULL }, NULL }
};
