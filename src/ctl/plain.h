/*
 * What an operator may write into a log that outlives its purposes: words that
 * name nobody.  What a name of a person looks like no program knows; addresses
 * it does.
 */

#ifndef CTL_PLAIN_H
#define CTL_PLAIN_H

#include "base/cg_base.h"

#define CTL_PLAIN  256             /* bytes of a text */

/* NULL: `text` may be written.  Otherwise why not: it is empty, too long, no
 * UTF-8, holds a control, an IP address or the @ of an e-mail address. */
const char *ctl_plain_text(cg_str_t text);

/* The same of a single word: letters, digits, and . _ - : / + within. */
const char *ctl_plain_word(cg_str_t text);

/* YYYY-MM-DD. */
const char *ctl_plain_date(cg_str_t text);

/* `len` lower-case hexadecimal digits. */
const char *ctl_plain_hex(cg_str_t text, size_t len);

#endif /* CTL_PLAIN_H */
