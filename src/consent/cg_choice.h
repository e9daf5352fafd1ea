/*
 * A choice as POSTed to consent_uri + "choice": a form
 * (application/x-www-form-urlencoded) or JSON (DESIGN.md 8), at most
 * CG_MAX_CHOICE bytes.
 */

#ifndef CG_CHOICE_H
#define CG_CHOICE_H

#include "cg_right.h"
#include "policy/cg_policy.h"
#include "base/cg_out.h"


typedef enum {
    CG_CHOICE_NONE = 0,
    CG_CHOICE_ACCEPT,
    CG_CHOICE_REJECT,
    CG_CHOICE_SAVE,
    CG_CHOICE_WITHDRAW,
    CG_CHOICE_ADD                  /* to what is granted already */
} cg_choice_kind_t;

typedef struct {
    cg_choice_kind_t  kind;
    uint32_t          granted;     /* bits that the choice grants; 0: closing */
    uint32_t          adds;        /* of CG_CHOICE_ADD: them alone */
    cg_str_t          notice;      /* as sent; absent if it was not */
    cg_str_t          once;        /* what tells this form from another, to be
                                      sent again with it; likewise */
    cg_str_t          back;        /* "return": a path on this origin; "/" if
                                      absent or anything else */
    unsigned          returns:1;   /* `back` was given */
    unsigned          marks:1;     /* "mark" was: no script runs in the page, so
                                      that its address may say what was done */
    unsigned          json:1;      /* asked in JSON, answer in JSON */

    /* of cg_choice_read_right() only */
    cg_right_kind_t   right;
    cg_str_t          ack;         /* as sent; absent if it was not */
    unsigned          as_json:1;   /* "format=json" */

    /* of cg_choice_read_show() only */
    cg_str_t          src;         /* as sent; absent if it was not */
    cg_str_t          sandbox;     /* likewise */
} cg_choice_t;


/* `content_type`: as sent, may be absent.  CG_EINVAL with a sentence in
 * *error: malformed, an unknown choice or purpose, a field twice.  CG_ELIMIT,
 * with a sentence: too long (413).  CG_NONE: a content type that we do not
 * read, or none (415).  On errors `choice` is zeroed but for `json`,
 * `back` and `returns`.  Slices live in the arena.
 *
 * Unknown fields are ignored; so are required purposes, and purposes with a
 * choice other than "save": a refusal never fails because of a box that was
 * ticked.  A "save" that grants nothing is a closing choice; an "add" has to
 * name an optional purpose. */
CG_MUST_CHECK cg_status_t cg_choice_read(cg_arena_t *arena,
    const cg_policy_t *policy, cg_str_t content_type, cg_str_t body,
    cg_choice_t *choice, const char **error);

/* The same for what is POSTed to consent_uri + "rights", a form: `right` must
 * be there, `choice` is not looked at; `granted` are the purposes that are
 * named, whatever the right is. */
CG_MUST_CHECK cg_status_t cg_choice_read_right(cg_arena_t *arena,
    const cg_policy_t *policy, cg_str_t content_type, cg_str_t body,
    cg_choice_t *choice, const char **error);

/* The same for what is POSTed to consent_uri + "show", a form or JSON: `src`
 * must be there. */
CG_MUST_CHECK cg_status_t cg_choice_read_show(cg_arena_t *arena,
    const cg_policy_t *policy, cg_str_t content_type, cg_str_t body,
    cg_choice_t *choice, const char **error);

/* A value that is safe as the path of a redirect on this origin: begins with
 * one '/', not with "//" or "/\", holds no control byte and no backslash.
 * Otherwise "/". */
cg_str_t cg_choice_back(cg_str_t value);


/* Where a POST comes from (DESIGN.md 8): closing choices pass where opening
 * ones must be confirmed. */

typedef enum {
    CG_ORIGIN_CROSS = 0,           /* 403 */
    CG_ORIGIN_SAME,
    CG_ORIGIN_UNSURE,              /* closing passes, opening: confirm */
    CG_ORIGIN_NONE                 /* no site sent it ("none"): passes with a
                                      valid notice, which an opening choice
                                      needs anyway; closing passes */
} cg_origin_t;

/* Each header as sent, absent if it was not; `host` is the request's own, with
 * its port, `https` its scheme.  An `Origin` must be the request's scheme, host
 * and port, default ports left out or not. */
cg_origin_t cg_choice_origin(cg_str_t sec_fetch_site, cg_str_t origin,
    cg_str_t host, int https);

#endif /* CG_CHOICE_H */
