/*
 * Where the two insertions go (DESIGN.md 6).  Private to the room; told each
 * token, it answers with offsets and touches no byte.
 *
 * Head: before the first start tag that is none of html, head, title, meta,
 * before </head>, before the first text, or at the end.
 *
 * Banner: behind the first <body> (not one inside noscript, template, select,
 * SVG or MathML); without one, before what makes a browser imply it; never in
 * a document that showed <frameset> first; after 256 kB without an answer, at
 * the end.  If nothing but white space, comments and open wrappers (div, nav,
 * ul ...) stands between that place and a link within the page (`<a href="#x">`
 * without ping), the banner goes behind that link: behind its </a>, or, where
 * the wrappers end right behind it and further such links, behind the last of
 * their end tags.  So it never lands in a box that only holds skip links and
 * that a style sheet may hide.  At most CG_PLACE_LOOK bytes are held for that.
 *
 * At the end, and behind a link, only where it is read as markup, whether
 * scripts run or not, and seen, and its form as a form: not in a noscript,
 * template, select, form, video, audio, canvas, object, SVG or MathML that is
 * open, nor in a comment or a doctype that the end cuts.  Before a tag that it
 * cuts.
 *
 * Neither where a script or a style with data-ngxc-ui came first: another gate
 * was here, and one banner is enough.
 *
 * Neither in a fragment: nothing happens before a doctype, <html>, <head> or
 * <body> was seen.  Neither while several readings of the document are followed
 * (cg_reading.h), but at its end.
 */

#ifndef CG_PLACE_H
#define CG_PLACE_H

#include "html/cg_html_tok.h"

#define CG_PLACE_LOOK   4096           /* bytes held in search of a link */
#define CG_PLACE_WRAPPERS  32          /* of them counted */
#define CG_PLACE_LIMIT  262144         /* bytes without an answer: at the end */


typedef enum {
    CG_PLACE_OPEN = 0,                 /* no place yet */
    CG_PLACE_LOOKING,                  /* place known, a link may follow */
    CG_PLACE_LINK,                     /* inside a link within the page */
    CG_PLACE_BEHIND,                   /* behind it, inside wrappers */
    CG_PLACE_LATE,                     /* at the end of the document */
    CG_PLACE_SETTLED                   /* inserted, or never */
} cg_place_state_t;

typedef struct {
    cg_place_state_t  banner;
    unsigned          head:1;          /* to be inserted yet */
    unsigned          document:1;      /* no fragment */
    unsigned          noscript:1;      /* open, to one reading of it */
    unsigned          form:1;          /* open: ours would be none in it */
    unsigned          templates;       /* open ones */
    unsigned          fallbacks;       /* open elements whose content is seen
                                          only where they fail */
    unsigned          select;          /* open: 1 and the templates around */
    unsigned          wrappers;        /* open ones, behind the place */
    unsigned char     open[CG_PLACE_WRAPPERS];   /* which, the inmost last */
    uint64_t          at;              /* the place, while looking */
    uint64_t          before;          /* bytes of the document before the
                                          offsets begin */
} cg_place_t;

/* What is to be inserted now; the head first if both. */

typedef struct {
    unsigned          head:1;
    unsigned          banner:1;
    uint64_t          head_at;
    uint64_t          banner_at;
} cg_places_t;


/* `foreign` below: the token stands inside SVG or MathML. */

/* Which of the two there are to be inserted at all. */
void cg_place_init(cg_place_t *place, int head, int banner);

void cg_place_start(cg_place_t *place, const cg_html_token_t *token,
    cg_str_t bytes, int foreign, cg_places_t *places);
void cg_place_end_tag(cg_place_t *place, const cg_html_token_t *token,
    int foreign, cg_places_t *places);

/* A start or end tag where nothing may be inserted: only what it opens or
 * closes counts. */
void cg_place_nest(cg_place_t *place, const cg_html_token_t *token);
void cg_place_unnest(cg_place_t *place, const cg_html_token_t *token);

/* Text in the data state; `at` is its first byte that is no white space. */
void cg_place_text(cg_place_t *place, uint64_t at, int foreign,
    cg_places_t *places);

/* All tokens up to `end` were told, and what is held must not grow beyond
 * the limit; `force`: nothing before `end` may be held any more. */
void cg_place_fed(cg_place_t *place, uint64_t end, int force,
    cg_places_t *places);

/* Whether nothing is open that it keeps count of: all that it remembers then
 * fits into a byte, from which it can be made anew, `before` bytes of the
 * document being left out. */
int cg_place_rests(const cg_place_t *place);
unsigned cg_place_memory(const cg_place_t *place);
void cg_place_remember(cg_place_t *place, unsigned memory, uint64_t before);

/* Of such a memory: the banner has no place yet, which it may find in the first
 * CG_PLACE_LIMIT bytes only. */
int cg_place_is_open(unsigned memory);

/* The document ends; `at`: where the last bytes that a browser reads end;
 * `usable`: what stands there is read as markup, in HTML. */
void cg_place_finish(cg_place_t *place, uint64_t at, int usable,
    cg_places_t *places);

#endif /* CG_PLACE_H */
