/*
 * What the files of the builder share.  Private to this room.
 */

#ifndef CG_BUILD_H
#define CG_BUILD_H

#include "cg_policy_build.h"
#include "base/cg_re.h"
#include "url/cg_pattern.h"

#define CG_BUILD_OPTIONS  8        /* options of one directive */
#define CG_BUILD_PATH     256      /* bytes of a vendor's path */


/* A growing array in the arena.  Slots move: keep indices, not pointers. */

typedef struct {
    void    *items;
    size_t   n;
    size_t   cap;
} cg_vec_t;

typedef struct {
    const char  *file;
    unsigned     line;
} cg_place_t;


/* One directive, its words sorted: `cookie ~ ^_ga_ 2y "text"` has is_re set
 * and the arguments "^_ga_", "2y", "text"; options[i] is what stands behind
 * the "=" of the i-th option of its row, or the word itself where the option
 * has no "=", or absent. */

typedef struct {
    cg_str_t         name;
    const cg_str_t  *args;
    size_t           n;
    int              is_re;
    cg_str_t         options[CG_BUILD_OPTIONS];
    cg_place_t       place;
} cg_line_t;

typedef cg_status_t (*cg_line_read_t)(cg_policies_t *set,
    const cg_line_t *line, cg_diag_t *diag);

typedef struct {
    const char      *name;
    const char      *form;         /* what follows the name, for messages */
    unsigned         min;          /* arguments without `~` and options */
    unsigned         max;
    unsigned         once:1;
    unsigned         need:1;
    unsigned         re:1;         /* the first argument may be `~ REGEX` */
    const char      *options[CG_BUILD_OPTIONS + 1];
    cg_line_read_t   read;
} cg_row_t;

extern const cg_row_t  cg_build_vendor_rows[];     /* end with name NULL */
extern const cg_row_t  cg_build_policy_rows[];


/* How a vendor is recognised. */

typedef struct {
    size_t         vendor;         /* place in cg_policies_s.vendors */
    cg_str_t       host;           /* absent: a `path` */
    size_t         weight;         /* bytes of the path as written */
    cg_pattern_t   pattern;
    cg_str_t       text;           /* as written: a literal, a cookie's name */
    cg_re_t       *re;
} cg_mark_t;

typedef struct {
    cg_vendor_t    vendor;
    cg_place_t     place;
    uint32_t       seen;           /* rows */
    cg_vec_t       receives;       /* of cg_str_t */
    cg_vec_t       cookies;        /* of cg_vendor_cookie_t */
    cg_vec_t       storages;       /* of cg_vendor_storage_t */
    cg_vec_t       stubs;          /* of cg_str_t */
    size_t         marks;
} cg_vendor_def_t;

typedef struct {
    cg_purpose_t   purpose;
    cg_place_t     place;
} cg_purpose_def_t;

/* A vendor or a cookie that a policy ties to a purpose. */

typedef struct {
    cg_str_t       name;           /* vendor's id, cookie's name or regex */
    cg_re_t       *re;
    cg_role_t      role;
    cg_path_t      path;
    int            advanced;
    cg_str_t       contract;
    cg_str_t       approval;
    cg_str_t       info;
    cg_str_t       purpose;
    cg_str_t       clause;
    cg_place_t     place;
} cg_tie_t;

typedef struct {
    cg_policy_t    policy;
    cg_place_t     place;
    uint32_t       seen;
    cg_vec_t       languages;      /* of cg_str_t */
    cg_vec_t       clauses;        /* of cg_clause_t */
    cg_vec_t       cites;          /* of cg_cite_t */
    cg_vec_t       contacts;       /* of cg_contact_t */
    cg_vec_t       regions;        /* of cg_region_t */
    cg_vec_t       personal;       /* of cg_str_t */
    cg_vec_t       joint_uses;     /* of cg_joint_use_t */
    cg_vec_t       scrub;          /* of cg_str_t */
    cg_vec_t       purposes;       /* of cg_purpose_def_t */
    cg_vec_t       vendors;        /* of cg_tie_t */
    cg_vec_t       cookies;        /* of cg_tie_t */
    cg_vec_t       own_hosts;      /* of cg_str_t */
    cg_vec_t       texts;          /* of cg_text_t */
    cg_str_t       unlisted_host;  /* a purpose's id, or absent */
    cg_str_t       unlisted_cookie;
    cg_place_t     unlisted_place;
    cg_str_t       address;        /* a purpose's id, or absent */
    cg_place_t     address_place;
} cg_policy_def_t;

struct cg_policies_s {
    cg_arena_t       *arena;
    cg_vec_t          vendors;     /* of cg_vendor_def_t * */
    cg_vec_t          policies;    /* of cg_policy_def_t * */
    cg_vec_t          codes;       /* of cg_re_t *, freed at the end */
    cg_vec_t          urls;        /* of cg_mark_t: `host` and `url` */
    cg_vec_t          paths;       /* of cg_mark_t */
    cg_vec_t          literals;    /* of cg_mark_t */
    cg_vec_t          regexes;     /* of cg_mark_t */
    cg_vec_t          cookies;     /* of cg_mark_t: exact names and regexes */
    cg_vendor_def_t  *vendor;      /* the open block, one of the two */
    cg_policy_def_t  *policy;
    unsigned          frozen:1;
};


/* The i-th of a vector. */
#define cg_vec_at(vec, type, i)  (&((type *) (vec)->items)[i])

/* A cleared slot behind the last one, or NULL. */
void *cg_vec_push(cg_arena_t *arena, cg_vec_t *vec, size_t size);

/* Appends `s` itself, not its bytes. */
cg_status_t cg_vec_push_str(cg_arena_t *arena, cg_vec_t *vec, cg_str_t s);

int cg_vec_has_str(const cg_vec_t *vec, cg_str_t s);

/* As memcmp(), a prefix before what it begins. */
int cg_build_order(cg_str_t a, cg_str_t b);


/* Writes the sentence and returns CG_EINVAL.  Each % stands for one more
 * argument, a cg_str_t; controls and what is no UTF-8 become "?", what is long
 * is cut. */
cg_status_t cg_build_say(cg_diag_t *diag, const char *format, ...);

/* The same for a fault that lies at `place`. */
void cg_build_place(cg_diag_t *diag, const cg_place_t *place);

/* Compiles and registers with the set. */
cg_status_t cg_build_re(cg_policies_t *set, cg_str_t pattern, cg_re_t **re,
    cg_diag_t *diag);

/* The name of a cookie, or its pattern compiled; CG_EINVAL with the sentence
 * where it is none, matches all, or is the token's own. */
cg_status_t cg_build_cookie(cg_policies_t *set, const cg_line_t *line,
    cg_re_t **re, cg_diag_t *diag);

/* Joins what stands between the quotes of name="two words" to one word, with
 * a blank between any two, and takes the quotes away; nginx hands it over in
 * pieces.  Words that begin with no option of the row stay as they are.
 * `joined` has room for CG_MAX_WORDS. */
cg_status_t cg_build_join(cg_policies_t *set, const cg_row_t *row,
    const cg_str_t *words, size_t n, cg_str_t *joined, size_t *njoined,
    cg_diag_t *diag);

/* The option of the row that `word` is or begins with; -1: none. */
int cg_build_option(const cg_row_t *row, cg_str_t word);

/* Appends all arguments of the line to `list`, none twice. */
cg_status_t cg_build_list(cg_policies_t *set, const cg_line_t *line,
    cg_vec_t *list, cg_diag_t *diag);

/* Directives of consent_policy, each a cg_line_read_t. */
cg_status_t cg_build_purpose(cg_policies_t *set, const cg_line_t *line,
    cg_diag_t *diag);
cg_status_t cg_build_contact(cg_policies_t *set, const cg_line_t *line,
    cg_diag_t *diag);
cg_status_t cg_build_version(cg_policies_t *set, const cg_line_t *line,
    cg_diag_t *diag);
cg_status_t cg_build_jurisdiction(cg_policies_t *set, const cg_line_t *line,
    cg_diag_t *diag);
cg_status_t cg_build_region(cg_policies_t *set, const cg_line_t *line,
    cg_diag_t *diag);
cg_status_t cg_build_personal(cg_policies_t *set, const cg_line_t *line,
    cg_diag_t *diag);
cg_status_t cg_build_roles(cg_policies_t *set, const cg_line_t *line,
    cg_diag_t *diag);
cg_status_t cg_build_joint_use(cg_policies_t *set, const cg_line_t *line,
    cg_diag_t *diag);
cg_status_t cg_build_operator(cg_policies_t *set, const cg_line_t *line,
    cg_diag_t *diag);
cg_status_t cg_build_referrer(cg_policies_t *set, const cg_line_t *line,
    cg_diag_t *diag);
cg_status_t cg_build_scrub(cg_policies_t *set, const cg_line_t *line,
    cg_diag_t *diag);
cg_status_t cg_build_banner(cg_policies_t *set, const cg_line_t *line,
    cg_diag_t *diag);

/* What follows `end` of a block and the freeze. */
cg_status_t cg_build_freeze(cg_policies_t *set, cg_policy_def_t *def,
    cg_diag_t *diag);
cg_status_t cg_build_hash(cg_arena_t *arena, cg_policy_t *policy,
    const cg_policy_def_t *def);

#endif /* CG_BUILD_H */
