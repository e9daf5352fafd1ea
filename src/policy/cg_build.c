/*
 * The builder's frame: blocks, rows, words.  What the words mean stands in
 * cg_build_vendor.c, cg_build_policy.c and cg_build_promise.c.
 */

#include "cg_build.h"
#include "cg_matcher.h"
#include "cg_words.h"


static void
build_clear(cg_diag_t *diag)
{
    diag->text[0] = '\0';
    diag->file = NULL;
    diag->line = 0;
}


/* Every error has its sentence. */

static cg_status_t
build_done(cg_status_t status, cg_diag_t *diag)
{
    if (status == CG_ENOMEM) {
        (void) cg_build_say(diag, "no memory");

    } else if (status == CG_ELIMIT) {
        (void) cg_build_say(diag, "a consent_policy is longer than 16 MB");
    }

    return status;
}


cg_policies_t *
cg_policies_create(cg_arena_t *arena)
{
    cg_policies_t  *set = cg_arena_zero(arena, sizeof(*set));

    if (set) {
        set->arena = arena;
    }

    return set;
}


void
cg_policies_free(cg_policies_t *set)
{
    size_t  i;

    if (set == NULL) {
        return;
    }

    for (i = 0; i < set->codes.n; i++) {
        cg_re_free(*cg_vec_at(&set->codes, cg_re_t *, i));
    }

    set->codes.n = 0;
}


cg_arena_t *
cg_policies_arena(const cg_policies_t *set)
{
    return set->arena;
}


static const cg_place_t *
build_find(const cg_policies_t *set, cg_block_t block, cg_str_t id)
{
    size_t            i;
    cg_vendor_def_t  *vendor;
    cg_policy_def_t  *policy;

    for (i = 0; block == CG_BLOCK_VENDOR && i < set->vendors.n; i++) {
        vendor = *cg_vec_at(&set->vendors, cg_vendor_def_t *, i);

        if (cg_str_eq(vendor->vendor.id, id)) {
            return &vendor->place;
        }
    }

    for (i = 0; block == CG_BLOCK_POLICY && i < set->policies.n; i++) {
        policy = *cg_vec_at(&set->policies, cg_policy_def_t *, i);

        if (cg_str_eq(policy->policy.id, id)) {
            return &policy->place;
        }
    }

    return NULL;
}


static cg_str_t
build_decimal(unsigned n, unsigned char digits[16])
{
    size_t  at = 16;

    do {
        digits[--at] = (unsigned char) ('0' + n % 10);
        n /= 10;
    } while (n);

    return (cg_str_t) { 16 - at, digits + at };
}


static cg_status_t
build_check_id(const cg_policies_t *set, cg_block_t block, cg_str_t id,
    cg_diag_t *diag)
{
    int                reserved;
    cg_str_t           what;
    unsigned char      digits[16];
    const cg_place_t  *first;

    what = block == CG_BLOCK_VENDOR ? cg_str("consent_vendor")
                                    : cg_str("consent_policy");
    reserved = block == CG_BLOCK_VENDOR ? cg_str_eq(id, cg_str("unlisted"))
                                          || cg_str_eq(id, cg_str("marked"))
                                        : cg_str_eq(id, cg_str("off"));

    if (!cg_word_is_name(id)) {
        return cg_build_say(diag, "bad name \"%\" of %: write lower-case "
                            "letters, digits and \"-\", at most 64", id,
                            what);
    }

    if (reserved) {
        return cg_build_say(diag, "% \"%\": the name is reserved, take another",
                            what, id);
    }

    first = build_find(set, block, id);

    if (first) {
        return cg_build_say(diag, "% \"%\" is defined twice, first in %:%, "
                            "rename or remove one", what, id,
                            cg_str_from(first->file ? first->file : "?"),
                            build_decimal(first->line, digits));
    }

    return CG_OK;
}


static cg_status_t
build_open(cg_policies_t *set, cg_block_t block, cg_str_t id,
    const cg_place_t *place)
{
    void             **slot;
    cg_vendor_def_t   *vendor;
    cg_policy_def_t   *policy;

    if (block == CG_BLOCK_VENDOR) {
        vendor = cg_arena_zero(set->arena, sizeof(*vendor));
        slot = cg_vec_push(set->arena, &set->vendors, sizeof(*slot));

        if (vendor == NULL || slot == NULL) {
            return CG_ENOMEM;
        }

        vendor->vendor.id = id;
        vendor->place = *place;
        *slot = set->vendor = vendor;

        return CG_OK;
    }

    policy = cg_arena_zero(set->arena, sizeof(*policy));
    slot = cg_vec_push(set->arena, &set->policies, sizeof(*slot));

    if (policy == NULL || slot == NULL) {
        return CG_ENOMEM;
    }

    policy->policy.id = id;
    policy->policy.unlisted_cookie = CG_UNLISTED_ALLOW;
    policy->policy.grant_lifetime = 180 * 86400;
    policy->policy.address.form = CG_ADDRESS_FULL;
    policy->policy.refusal_lifetime = 180 * 86400;
    policy->policy.signal_gpc = 1;
    policy->policy.roles = (1u << CG_ROLES) - 1;
    policy->place = *place;
    *slot = set->policy = policy;

    return CG_OK;
}


cg_status_t
cg_policies_begin(cg_policies_t *set, cg_block_t block, cg_str_t id,
    const char *file, unsigned line, cg_diag_t *diag)
{
    cg_place_t   place = { file, line };
    cg_status_t  status;

    build_clear(diag);

    if (set->vendor || set->policy || set->frozen) {
        return cg_build_say(diag, "a block cannot be opened here");
    }

    status = build_check_id(set, block, id, diag);
    if (status != CG_OK) {
        return status;
    }

    id = cg_arena_copy(set->arena, id);
    status = id.data ? build_open(set, block, id, &place) : CG_ENOMEM;

    return build_done(status, diag);
}


static const cg_row_t *
build_rows(const cg_policies_t *set)
{
    return set->vendor ? cg_build_vendor_rows : cg_build_policy_rows;
}


static cg_str_t
build_block(const cg_policies_t *set)
{
    return set->vendor ? cg_str("consent_vendor") : cg_str("consent_policy");
}


static cg_str_t
build_id(const cg_policies_t *set)
{
    return set->vendor ? set->vendor->vendor.id : set->policy->policy.id;
}


static cg_status_t
build_unknown(const cg_policies_t *set, cg_str_t name, cg_diag_t *diag)
{
    size_t           at = 0;
    cg_str_t         known;
    unsigned char    list[512];
    const cg_row_t  *row;

    for (row = build_rows(set); row->name; row++) {
        known = cg_str_from(row->name);

        if (at + known.len + 1 < sizeof(list)) {
            memcpy(list + at, known.data, known.len);
            at += known.len;
            list[at++] = ' ';
        }
    }

    return cg_build_say(diag, "unknown directive \"%\" in %, known are %",
                        name, build_block(set), (cg_str_t) { at - 1, list });
}


static cg_status_t
build_misspelt(const cg_row_t *row, cg_diag_t *diag)
{
    return cg_build_say(diag, "\"%\" is written: % %", cg_str_from(row->name),
                        cg_str_from(row->name), cg_str_from(row->form));
}


/* Takes `word` if it is an option of the row: 1, -1 for a second time. */

static int
build_option(const cg_row_t *row, cg_str_t word, cg_line_t *line)
{
    int       i = cg_build_option(row, word);
    cg_str_t  name;

    if (i < 0) {
        return 0;
    }

    if (line->options[i].data) {
        return -1;
    }

    name = cg_str_from(row->options[i]);
    line->options[i] = name.data[name.len - 1] == '='
                       ? cg_str_sub(word, name.len, word.len) : word;

    return 1;
}


/* Options follow the arguments. */

static cg_status_t
build_sort(const cg_row_t *row, const cg_str_t *words, size_t n,
    cg_line_t *line, cg_diag_t *diag)
{
    int     taken;
    size_t  i;

    line->name = words[0];
    line->is_re = row->re && n > 1 && cg_str_eq(words[1], cg_str("~"));
    line->args = words + 1 + line->is_re;

    for (i = 1 + (size_t) line->is_re; i < n; i++) {
        taken = line->n < row->min ? 0 : build_option(row, words[i], line);

        if (taken < 0) {
            return cg_build_say(diag, "\"%\" stands twice in \"%\", keep one",
                                words[i], words[0]);
        }

        if (taken) {
            continue;
        }

        if (line->args + line->n != words + i || line->n == row->max) {
            return cg_build_say(diag, "unexpected \"%\", \"%\" is written: "
                                "% %", words[i], words[0], words[0],
                                cg_str_from(row->form));
        }

        line->n++;
    }

    return line->n < row->min ? build_misspelt(row, diag) : CG_OK;
}


static cg_status_t
build_once(cg_policies_t *set, const cg_row_t *row, cg_diag_t *diag)
{
    uint32_t  *seen = set->vendor ? &set->vendor->seen : &set->policy->seen;
    uint32_t   bit = (uint32_t) 1 << (row - build_rows(set));

    if (row->once && *seen & bit) {
        return cg_build_say(diag, "\"%\" stands twice in % \"%\", keep one",
                            cg_str_from(row->name), build_block(set),
                            build_id(set));
    }

    *seen |= bit;

    return CG_OK;
}


/* Copies of all words, each well-formed and not empty. */

static cg_status_t
build_copy(cg_policies_t *set, const cg_row_t *row, const cg_str_t *words,
    size_t n, cg_str_t copies[CG_MAX_WORDS], cg_diag_t *diag)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (words[i].len == 0) {
            return cg_build_say(diag, "empty word in \"%\", it is written: "
                                "% %", words[0], words[0],
                                cg_str_from(row->form));
        }

        if (!cg_word_is_text(words[i])) {
            return cg_build_say(diag, "\"%\" in \"%\" is no UTF-8 text, save "
                                "the file as UTF-8, without control characters",
                                words[i], words[0]);
        }

        copies[i] = cg_arena_copy(set->arena, words[i]);

        if (copies[i].data == NULL) {
            return CG_ENOMEM;
        }
    }

    return CG_OK;
}


/* Whatever the line says, it says it under this clause. */

static cg_status_t
build_cite(cg_policies_t *set, const cg_row_t *row, const cg_line_t *line)
{
    int         i = cg_build_option(row, cg_str("clause="));
    cg_cite_t  *cite;

    if (i < 0 || line->options[i].data == NULL) {
        return CG_OK;
    }

    cite = cg_vec_push(set->arena, &set->policy->cites, sizeof(*cite));
    if (cite == NULL) {
        return CG_ENOMEM;
    }

    cite->directive = line->name;
    cite->clause = line->options[i];
    cite->file = line->place.file;
    cite->line = line->place.line;

    return CG_OK;
}


static cg_status_t
build_line(cg_policies_t *set, const cg_row_t *row, const cg_str_t *words,
    size_t n, const cg_place_t *place, cg_diag_t *diag)
{
    cg_str_t     copies[CG_MAX_WORDS], joined[CG_MAX_WORDS];
    cg_line_t    line;
    cg_status_t  status;

    memset(copies, 0, sizeof(copies));
    memset(&line, 0, sizeof(line));
    line.place = *place;

    status = cg_build_join(set, row, words, n, joined, &n, diag);

    if (status == CG_OK) {
        status = build_copy(set, row, joined, n, copies, diag);
    }

    if (status == CG_OK) {
        status = build_sort(row, copies, n, &line, diag);
    }

    if (status == CG_OK) {
        status = build_once(set, row, diag);
    }

    if (status == CG_OK) {
        status = build_cite(set, row, &line);
    }

    return status == CG_OK ? row->read(set, &line, diag) : status;
}


cg_status_t
cg_policies_line(cg_policies_t *set, const cg_str_t *words, size_t n,
    const char *file, unsigned line, cg_diag_t *diag)
{
    cg_place_t       place = { file, line };
    const cg_row_t  *row;

    build_clear(diag);

    if ((set->vendor == NULL && set->policy == NULL) || n == 0) {
        return cg_build_say(diag, "a directive outside of its block");
    }

    for (row = build_rows(set); row->name; row++) {
        if (cg_str_eq(words[0], cg_str_from(row->name))) {
            break;
        }
    }

    if (row->name == NULL) {
        return build_unknown(set, words[0], diag);
    }

    if (n > CG_MAX_WORDS) {
        return cg_build_say(diag, "more than 32 words in \"%\", write it in "
                            "several lines", words[0]);
    }

    return build_done(build_line(set, row, words, n, &place, diag), diag);
}


cg_status_t
cg_policies_end(cg_policies_t *set, cg_diag_t *diag)
{
    uint32_t         seen;
    const cg_row_t  *row;

    build_clear(diag);

    if (set->vendor == NULL && set->policy == NULL) {
        return cg_build_say(diag, "no block is open");
    }

    seen = set->vendor ? set->vendor->seen : set->policy->seen;

    for (row = build_rows(set); row->name; row++) {
        if (row->need && !(seen >> (row - build_rows(set)) & 1)) {
            return cg_build_say(diag, "% \"%\" has no \"%\", add: % %",
                                build_block(set), build_id(set),
                                cg_str_from(row->name), cg_str_from(row->name),
                                cg_str_from(row->form));
        }
    }

    if (set->vendor && set->vendor->marks == 0) {
        return cg_build_say(diag, "consent_vendor \"%\" cannot be recognised, "
                            "add a host, url, path, inline or cookie",
                            build_id(set));
    }

    set->vendor = NULL;
    set->policy = NULL;

    return CG_OK;
}


/* The vectors stand still from here on. */

static void
build_settle_vendors(cg_policies_t *set)
{
    size_t            i;
    cg_vendor_def_t  *def;

    for (i = 0; i < set->vendors.n; i++) {
        def = *cg_vec_at(&set->vendors, cg_vendor_def_t *, i);

        def->vendor.receives = def->receives.items;
        def->vendor.nreceives = def->receives.n;
        def->vendor.cookies = def->cookies.items;
        def->vendor.ncookies = def->cookies.n;
        def->vendor.storages = def->storages.items;
        def->vendor.nstorages = def->storages.n;
        def->vendor.stubs = def->stubs.items;
        def->vendor.nstubs = def->stubs.n;
    }
}


cg_status_t
cg_policies_freeze(cg_policies_t *set, cg_diag_t *diag)
{
    size_t             i;
    cg_status_t        status;
    cg_policy_def_t   *def;
    const cg_index_t  *index;

    build_clear(diag);

    if (set->vendor || set->policy || set->frozen) {
        return cg_build_say(diag, "blocks are open, or frozen already");
    }

    build_settle_vendors(set);

    index = cg_index_build(set);
    status = index ? CG_OK : CG_ENOMEM;

    for (i = 0; status == CG_OK && i < set->policies.n; i++) {
        def = *cg_vec_at(&set->policies, cg_policy_def_t *, i);
        status = cg_build_freeze(set, def, diag);

        if (status == CG_OK) {
            status = cg_matcher_build(set, def, index);
        }

        if (status == CG_OK) {
            status = cg_build_hash(set->arena, &def->policy, def);
        }
    }

    set->frozen = status == CG_OK;

    return build_done(status, diag);
}


const cg_policy_t *
cg_policies_at(const cg_policies_t *set, size_t i)
{
    return set->frozen && i < set->policies.n
           ? &(*cg_vec_at(&set->policies, cg_policy_def_t *, i))->policy
           : NULL;
}


const cg_policy_t *
cg_policies_find(const cg_policies_t *set, cg_str_t id)
{
    size_t              i;
    const cg_policy_t  *policy;

    for (i = 0; (policy = cg_policies_at(set, i)) != NULL; i++) {
        if (cg_str_eq(policy->id, id)) {
            return policy;
        }
    }

    return NULL;
}
