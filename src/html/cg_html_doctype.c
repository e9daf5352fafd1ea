/* The parts of a doctype (13.2.5.53 to 68), read once its bytes are there. */

#include "cg_html_tok.h"
#include "base/cg_ascii.h"


static void
doctype_skip(cg_str_t *rest)
{
    while (rest->len && cg_ascii_is_space(rest->data[0])) {
        rest->data++;
        rest->len--;
    }
}


static cg_str_t
doctype_take(cg_str_t *rest, size_t len)
{
    cg_str_t  part = cg_str_sub(*rest, 0, len);

    *rest = cg_str_sub(*rest, len, rest->len);

    return part;
}


static cg_str_t
doctype_name(cg_str_t *rest)
{
    size_t  len = 0;

    while (len < rest->len && !cg_ascii_is_space(rest->data[len])) {
        len++;
    }

    return len ? doctype_take(rest, len) : cg_str_null;
}


static int
doctype_word(cg_str_t *rest, cg_str_t word)
{
    if (rest->len < word.len
        || !cg_ascii_eq_nocase(cg_str_sub(*rest, 0, word.len), word))
    {
        return 0;
    }

    (void) doctype_take(rest, word.len);
    doctype_skip(rest);

    return 1;
}


/* A quoted identifier; absent if there is no quote.  0: it is missing, or the
 * end came before the closing quote. */

static int
doctype_id(cg_str_t *rest, cg_str_t *id)
{
    unsigned char         quote;
    const unsigned char  *close;

    if (rest->len == 0 || (rest->data[0] != '"' && rest->data[0] != '\'')) {
        return 0;
    }

    quote = rest->data[0];
    (void) doctype_take(rest, 1);

    close = rest->len ? memchr(rest->data, quote, rest->len) : NULL;

    if (close == NULL) {
        *id = doctype_take(rest, rest->len);
        return 0;
    }

    *id = doctype_take(rest, (size_t) (close - rest->data));
    (void) doctype_take(rest, 1);
    doctype_skip(rest);

    return 1;
}


/* What stands behind the name.  0: quirks. */

static int
doctype_ids(cg_str_t *rest, cg_html_doctype_t *doctype)
{
    if (doctype_word(rest, cg_str("PUBLIC"))) {

        if (!doctype_id(rest, &doctype->public_id)) {
            return 0;
        }

        return rest->len == 0 || doctype_id(rest, &doctype->system_id);
    }

    if (doctype_word(rest, cg_str("SYSTEM"))) {
        return doctype_id(rest, &doctype->system_id);
    }

    return rest->len == 0;
}


void
cg_html_doctype_read(cg_str_t bytes, int eof, cg_html_doctype_t *doctype)
{
    int       good;
    cg_str_t  rest = bytes;

    memset(doctype, 0, sizeof(*doctype));
    doctype->force_quirks = 1;

    if (rest.len && !eof) {
        rest.len--;                          /* the ">" */
    }

    if (!doctype_word(&rest, cg_str("<!DOCTYPE"))) {
        return;
    }

    doctype->name = doctype_name(&rest);
    doctype_skip(&rest);

    if (doctype->name.data == NULL) {
        return;
    }

    good = doctype_ids(&rest, doctype);

    /* the end of the input is an error, but not in what is bogus already */

    doctype->force_quirks = !good || (eof && rest.len == 0);
}
