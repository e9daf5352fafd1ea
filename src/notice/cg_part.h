/*
 * What banner and pages are put together from: messages with their words
 * filled in, dates, durations, links, purposes.  Private to this room.
 *
 * Everything that comes out of a policy, a message or a request goes through
 * cg_out_html(); what is appended as it is, is a literal of this room.
 */

#ifndef CG_PART_H
#define CG_PART_H

#include "cg_messages.h"
#include "cg_notice.h"


typedef struct {
    unsigned  year;
    unsigned  month;               /* 1 .. 12; 0: there is no date */
    unsigned  day;
} cg_day_t;

/* What "{name}" in a message stands for: the first of day, vendors, html and
 * text that is there, else the number. */

typedef struct {
    const char  *name;
    cg_str_t     text;
    cg_str_t     html;                     /* as it is to stand there */
    uint64_t     number;
    cg_day_t     day;
    const cg_purpose_t  *vendors_of;       /* the names of its vendors */
} cg_word_t;


/* Seconds since the epoch as a day in UTC; no date for a time before it or
 * behind the year 9999. */
cg_day_t cg_part_day(int64_t time);

/* Reads YYYY-MM-DD; no date if it is absent or anything else. */
cg_day_t cg_part_day_read(cg_str_t text);


/* The message in the view's language, filled in.  "{controller}" and
 * "{version}", the policy's, are always there. */
void cg_part_say(cg_out_t *out, const cg_view_t *view, const char *key);
void cg_part_say_with(cg_out_t *out, const cg_view_t *view, const char *key,
    const cg_word_t *words, size_t n);

/* The message itself, and such a text filled in. */
cg_str_t cg_part_message(const cg_view_t *view, const char *key);
void cg_part_fill(cg_out_t *out, const cg_view_t *view, cg_str_t text,
    const cg_word_t *words, size_t n);

/* What stands between a name and its value, such as a colon and a blank. */
void cg_part_colon(cg_out_t *out, const cg_view_t *view);

/* The same as a message, between <tag> and </tag>. */
void cg_part_tag(cg_out_t *out, const cg_view_t *view, const char *tag,
    const char *key);

/* The message `group`.`word`, such as "item.ip"; the word itself if there is no
 * such message. */
void cg_part_term(cg_out_t *out, const cg_view_t *view, const char *group,
    cg_str_t word);

/* " lang=.. dir=.." for the view's language. */
void cg_part_lang(cg_out_t *out, cg_str_t lang);

/* <a href="..">text</a>, or the text alone unless the URL is a path or its
 * scheme one that a visitor can be sent to (https, http, mailto, tel). */
void cg_part_link(cg_out_t *out, cg_str_t url, cg_str_t text);

/* The same with a message as text, and the URL as below. */
void cg_part_link_say(cg_out_t *out, const cg_view_t *view, cg_str_t url,
    const char *key);

/* A URL, escaped: behind the view's origin, if it is a path. */
void cg_part_url(cg_out_t *out, const cg_view_t *view, cg_str_t url);

/* What differs from visitor to visitor: written, or left open where a stencil
 * is made of the text (cg_stencil.h). */

typedef enum {
    CG_GAP_NOTICE = 0,
    CG_GAP_ONCE,
    CG_GAP_BACK,
    CG_GAP_NONCE,                  /* " nonce=..", if the view has one */
    CG_GAP_STYLE_NONCE,
    CG_GAP_SIGNAL,                 /* that the browser's signal is honoured */
    CG_GAP_SAVED,                  /* that a choice is saved */
    CG_GAP_GRANTED,                /* ids of purposes, blanks between */
    CG_GAP_STATE,
    CG_GAP_SHUT,                   /* what shut vendors keep in a browser */
    CG_GAP_RELEASE                 /* the asset, or "reload" */
} cg_gap_t;

void cg_part_gap(cg_out_t *out, const cg_view_t *view, cg_gap_t gap);

/* The policy's version and the date of its last revision. */
void cg_part_version(cg_out_t *out, const cg_view_t *view);


/* "purpose.ID.name", else the id. */
void cg_part_purpose_name(cg_out_t *out, const cg_view_t *view,
    const cg_purpose_t *purpose);

/* "purpose.ID.text", else its clause's text, else nothing. */
void cg_part_purpose_text(cg_out_t *out, const cg_view_t *view,
    const cg_purpose_t *purpose);

/* What else is opened by it: hosts and cookies that nobody declared, where the
 * policy ties them to this purpose; and that it does not wait for a choice
 * (mode=advanced).  Each sentence follows `before`. */
void cg_part_purpose_more(cg_out_t *out, const cg_view_t *view,
    const cg_purpose_t *purpose, const char *before);

/* How many vendors it has. */
size_t cg_part_purpose_vendors(const cg_policy_t *policy,
    const cg_purpose_t *purpose);

/* Its checkbox, ticked where asked for. */
void cg_part_purpose_box(cg_out_t *out, const cg_purpose_t *purpose,
    int ticked);

/* <form> that sends a choice, with its hidden fields. */
void cg_part_choice_open(cg_out_t *out, const cg_view_t *view);

/* A submit button; all look alike. */
void cg_part_button(cg_out_t *out, const cg_view_t *view, const char *choice,
    const char *key);

/* "Basis: ID, text". */
void cg_part_clause_say(cg_out_t *out, const cg_view_t *view, cg_str_t id);

#endif /* CG_PART_H */
