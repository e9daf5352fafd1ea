/*
 * Which encoding a browser reads a page in: its label, the mark at its begin,
 * the Content-Type and what the page says of itself (Encoding Standard 4.2 and
 * 6, HTML Standard 13.2.3).
 */

#ifndef CG_CHARSET_H
#define CG_CHARSET_H

#include "base/cg_base.h"

#define CG_CHARSET_BOM      3          /* bytes that a mark may have */
#define CG_CHARSET_PRESCAN  1024       /* bytes that a page is searched for
                                          what it says of itself */


/* What the bytes of an encoding are to a reader of markup. */

typedef enum {
    CG_CHARSET_BYTES = 0,      /* an ASCII byte is that character, or, but for
                                  all delimiters of HTML, may be the second
                                  byte of another one */
    CG_CHARSET_UTF8,
    CG_CHARSET_UTF16LE,
    CG_CHARSET_UTF16BE,
    CG_CHARSET_ISO2022JP,      /* escape sequences: see cg_units.h */
    CG_CHARSET_REPLACEMENT     /* decodes to nothing that could be markup */
} cg_charset_form_t;

typedef struct {
    const char         *name;  /* as the standard writes it; a label as well */
    cg_charset_form_t   form;
} cg_charset_t;                /* constants: compare by address */


/* What ASCII is not to be read from by the byte. */
static inline int
cg_charset_is_wide(const cg_charset_t *charset)
{
    return charset != NULL && charset->form >= CG_CHARSET_UTF16LE
           && charset->form <= CG_CHARSET_ISO2022JP;
}


/* "Get an encoding": white space around and case do not count.  NULL: browsers
 * know no such label, "utf-7" for one. */
const cg_charset_t *cg_charset_find(cg_str_t label);

/* The mark that a page begins with (3 bytes suffice); NULL: none.  It is
 * stronger than any header. */
const cg_charset_t *cg_charset_bom(cg_str_t begin);

/* What the first CG_CHARSET_PRESCAN bytes of an HTML page say ("prescan a byte
 * stream", with the XML declaration as the weaker source): a <meta>, whose
 * UTF-16 means UTF-8.  NULL: nothing. */
const cg_charset_t *cg_charset_prescan(cg_str_t begin);

/* The same of an XHTML page: its XML declaration, or UTF-8. */
const cg_charset_t *cg_charset_xml(cg_str_t begin);


/*
 * A Content-Type.  `charset`: what its first parameter of that name says; NULL:
 * none there, or no label.  `clear`: all browsers read it so; what is not has
 * the word twice, or outside of a parameter, or as a label that no browser or
 * only some know: then it must not go out as it is.
 */

typedef struct {
    const cg_charset_t  *charset;
    unsigned             clear:1;
} cg_charset_type_t;

/* `type` is the whole value; absent reads as empty. */
cg_charset_type_t cg_charset_type(cg_str_t type);

#endif /* CG_CHARSET_H */
