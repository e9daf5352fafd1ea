/*
 * Characters out of the encodings in which ASCII is not a byte: UTF-16 and
 * ISO-2022-JP, as the Encoding Standard decodes them (14.3, 12.2), one by one
 * and with the bytes that each of them takes.
 *
 * Pull: the caller shows bytes, as many as it has.  Nothing is kept but the
 * state that an escape sequence switched to, so that a second reader that
 * started at the same place with the same state reads the same.
 */

#ifndef CG_UNITS_H
#define CG_UNITS_H

#include "cg_charset.h"

#define CG_UNITS_SHOWN  8          /* bytes that always suffice for the next */
#define CG_UNITS_BAD    0xFFFDu    /* what malformed bytes are decoded to */


/* Of ISO-2022-JP; UTF-16 has but the first. */

typedef enum {
    CG_UNITS_ASCII = 0,
    CG_UNITS_ROMAN,            /* JIS X 0201: no "\" and no "~" */
    CG_UNITS_KATAKANA,
    CG_UNITS_KANJI             /* JIS X 0208: two bytes each */
} cg_units_state_t;

typedef struct {
    cg_charset_form_t  form;
    cg_units_state_t   state;  /* of the bytes that follow */
    unsigned           escaped:1;  /* private: no character since an escape */
} cg_units_t;

typedef struct {
    uint32_t           code;   /* code point */
    size_t             len;    /* bytes, escape sequences before it included */
    unsigned           escape:1;   /* it begins with one: whatever the state
                                      was, it is what that says now */
} cg_unit_t;


/* Starts in ASCII; `charset` is wide. */
void cg_units_init(cg_units_t *units, const cg_charset_t *charset);

/*
 * The next character.
 *   p, n  borrowed, the bytes from here on, as many as there are
 *   end   nothing follows them
 *   unit  out on CG_OK, and on CG_NONE its `len`
 * CG_MORE: show more; units is as it was.  CG_NONE: the end; what is left, if
 * anything, is an escape sequence that nothing follows.
 */
CG_MUST_CHECK cg_status_t cg_units_next(cg_units_t *units,
    const unsigned char *p, size_t n, int end, cg_unit_t *unit);

/* The escape sequence that leads to a state. */
cg_str_t cg_units_escape(cg_units_state_t state);

#endif /* CG_UNITS_H */
