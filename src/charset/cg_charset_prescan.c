/*
 * What a page says of its own encoding (HTML Standard 13.2.3.2).  Bytes that
 * are not there end the search without an answer.
 */

#include "cg_charset.h"

#include "base/cg_ascii.h"


typedef struct {
    cg_str_t  text;
    size_t    at;
} prescan_t;

/* Of one <meta>. */

typedef struct {
    const cg_charset_t  *charset;
    unsigned             pragma:1;         /* http-equiv=content-type */
    unsigned             content:1;        /* it comes from `content`, and so
                                              needs the pragma */
    unsigned             seen_pragma:1;
    unsigned             seen_content:1;
    unsigned             seen_charset:1;
} prescan_meta_t;


static int
prescan_is(const prescan_t *scan, cg_str_t word)
{
    return scan->text.len - scan->at >= word.len
           && cg_ascii_eq_nocase(cg_str_sub(scan->text, scan->at,
                                            scan->at + word.len), word);
}


static int
prescan_is_over(const prescan_t *scan)
{
    return scan->at >= scan->text.len;
}


static unsigned char
prescan_byte(const prescan_t *scan)
{
    return scan->text.data[scan->at];
}


static void
prescan_spaces(prescan_t *scan)
{
    while (!prescan_is_over(scan) && cg_ascii_is_space(prescan_byte(scan))) {
        scan->at++;
    }
}


/* Behind the '=': up to the matching quote, or to a space or '>'.  0: the
 * bytes end before it does. */

static int
prescan_value(prescan_t *scan, cg_str_t *value)
{
    size_t         from;
    unsigned char  quote = 0;

    prescan_spaces(scan);

    if (prescan_is_over(scan)) {
        return 0;
    }

    if (prescan_byte(scan) == '"' || prescan_byte(scan) == '\'') {
        quote = prescan_byte(scan);
        scan->at++;
    }

    for (from = scan->at; !prescan_is_over(scan); scan->at++) {
        if (quote ? prescan_byte(scan) == quote
            : cg_ascii_is_space(prescan_byte(scan))
              || prescan_byte(scan) == '>')
        {
            *value = cg_str_sub(scan->text, from, scan->at);
            scan->at += quote != 0;
            return 1;
        }
    }

    return 0;
}


/* "Get an attribute".  0: there is none, or the bytes end. */

static int
prescan_attribute(prescan_t *scan, cg_str_t *name, cg_str_t *value)
{
    size_t  from;

    while (!prescan_is_over(scan) && (cg_ascii_is_space(prescan_byte(scan))
                                      || prescan_byte(scan) == '/'))
    {
        scan->at++;
    }

    *value = cg_str("");

    for (from = scan->at; !prescan_is_over(scan); scan->at++) {
        if (prescan_byte(scan) == '>' || prescan_byte(scan) == '/'
            || cg_ascii_is_space(prescan_byte(scan))
            || (prescan_byte(scan) == '=' && scan->at > from))
        {
            break;
        }
    }

    *name = cg_str_sub(scan->text, from, scan->at);

    if (name->len == 0) {
        return 0;
    }

    prescan_spaces(scan);

    if (!prescan_is_over(scan) && prescan_byte(scan) == '=') {
        scan->at++;
        return prescan_value(scan, value);
    }

    return !prescan_is_over(scan);
}


/* "Extracting a character encoding from a meta element". */

static const cg_charset_t *
prescan_content(cg_str_t content)
{
    size_t     from;
    cg_str_t   word = cg_str("charset");
    prescan_t  scan = { content, 0 };

    for ( /* void */ ; !prescan_is_over(&scan); scan.at++) {
        if (!prescan_is(&scan, word)) {
            continue;
        }

        scan.at += word.len;
        prescan_spaces(&scan);

        if (prescan_is_over(&scan) || prescan_byte(&scan) != '=') {
            scan.at--;
            continue;
        }

        scan.at++;
        prescan_spaces(&scan);
        break;
    }

    if (prescan_is_over(&scan)) {
        return NULL;
    }

    if (prescan_byte(&scan) == '"' || prescan_byte(&scan) == '\'') {
        return prescan_value(&scan, &word) ? cg_charset_find(word) : NULL;
    }

    for (from = scan.at; !prescan_is_over(&scan); scan.at++) {
        if (prescan_byte(&scan) == ';'
            || cg_ascii_is_space(prescan_byte(&scan)))
        {
            break;
        }
    }

    return cg_charset_find(cg_str_sub(content, from, scan.at));
}


static void
prescan_meta_attribute(prescan_meta_t *meta, cg_str_t name, cg_str_t value)
{
    const cg_charset_t  *charset;

    if (cg_ascii_eq_nocase(name, cg_str("http-equiv"))) {
        if (!meta->seen_pragma) {
            meta->pragma = cg_ascii_eq_nocase(value, cg_str("content-type"))
                           ? 1 : 0;
        }

        meta->seen_pragma = 1;

    } else if (cg_ascii_eq_nocase(name, cg_str("content"))) {
        charset = meta->seen_content ? NULL : prescan_content(value);

        if (charset && meta->charset == NULL && !meta->seen_charset) {
            meta->charset = charset;
            meta->content = 1;
        }

        meta->seen_content = 1;

    } else if (cg_ascii_eq_nocase(name, cg_str("charset"))) {
        if (!meta->seen_charset) {
            meta->charset = cg_charset_find(value);
            meta->content = 0;
        }

        meta->seen_charset = 1;
    }
}


/* UTF-16 cannot say so of itself in bytes of ASCII. */

static const cg_charset_t *
prescan_settle(const cg_charset_t *charset)
{
    if (charset == NULL) {
        return NULL;
    }

    if (charset->form == CG_CHARSET_UTF16LE
        || charset->form == CG_CHARSET_UTF16BE)
    {
        return cg_charset_find(cg_str("utf-8"));
    }

    return charset == cg_charset_find(cg_str("x-user-defined"))
           ? cg_charset_find(cg_str("windows-1252")) : charset;
}


static const cg_charset_t *
prescan_meta(prescan_t *scan)
{
    cg_str_t        name, value;
    prescan_meta_t  meta;

    memset(&meta, 0, sizeof(meta));

    while (prescan_attribute(scan, &name, &value)) {
        prescan_meta_attribute(&meta, name, value);
    }

    if (prescan_is_over(scan) || (meta.content && !meta.pragma)) {
        return NULL;
    }

    return prescan_settle(meta.charset);
}


/* To the '>' that ends a comment: its dashes may be those of its begin. */

static void
prescan_comment(prescan_t *scan)
{
    for (scan->at += 4; !prescan_is_over(scan); scan->at++) {
        if (prescan_byte(scan) == '>' && scan->text.data[scan->at - 1] == '-'
            && scan->text.data[scan->at - 2] == '-')
        {
            return;
        }
    }
}


static void
prescan_tag(prescan_t *scan)
{
    cg_str_t  name, value;

    while (!prescan_is_over(scan) && prescan_byte(scan) != '>'
           && !cg_ascii_is_space(prescan_byte(scan)))
    {
        scan->at++;
    }

    while (prescan_attribute(scan, &name, &value)) {
        /* void */
    }
}


static int
prescan_is_meta(const prescan_t *scan)
{
    size_t  end = scan->at + 5;

    return prescan_is(scan, cg_str("<meta")) && end < scan->text.len
           && (cg_ascii_is_space(scan->text.data[end])
               || scan->text.data[end] == '/');
}


static int
prescan_is_tag(const prescan_t *scan)
{
    size_t  at = scan->at + 1;

    at += at < scan->text.len && scan->text.data[at] == '/';

    return prescan_byte(scan) == '<' && at < scan->text.len
           && cg_ascii_is_alpha(scan->text.data[at]);
}


/* "Get an XML encoding". */

static const cg_charset_t *
prescan_xml(cg_str_t begin)
{
    cg_str_t              label, word = cg_str("encoding");
    prescan_t             scan = { begin, 5 };
    const unsigned char  *end;

    if (!cg_str_starts(begin, cg_str("<?xml"))) {
        return NULL;
    }

    end = memchr(begin.data, '>', begin.len);
    if (end == NULL) {
        return NULL;
    }

    scan.text.len = (size_t) (end - begin.data);

    while (!prescan_is_over(&scan)
           && !cg_str_starts(cg_str_sub(scan.text, scan.at, scan.text.len),
                             word))
    {
        scan.at++;
    }

    scan.at += word.len;

    while (!prescan_is_over(&scan) && prescan_byte(&scan) <= ' ') {
        scan.at++;
    }

    if (prescan_is_over(&scan) || prescan_byte(&scan) != '=') {
        return NULL;
    }

    scan.at++;

    while (!prescan_is_over(&scan) && prescan_byte(&scan) <= ' ') {
        scan.at++;
    }

    if (prescan_is_over(&scan)
        || (prescan_byte(&scan) != '"' && prescan_byte(&scan) != '\'')
        || !prescan_value(&scan, &label))
    {
        return NULL;
    }

    return prescan_settle(cg_charset_find(label));
}


/* "<?x" in UTF-16. */

static const cg_charset_t *
prescan_xml_wide(cg_str_t begin)
{
    if (cg_str_starts(begin, cg_str("<\0?\0x\0"))) {
        return cg_charset_find(cg_str("utf-16le"));
    }

    return cg_str_starts(begin, cg_str("\0<\0?\0x"))
           ? cg_charset_find(cg_str("utf-16be")) : NULL;
}


const cg_charset_t *
cg_charset_prescan(cg_str_t begin)
{
    prescan_t            scan = { begin, 0 };
    const cg_charset_t  *found = prescan_xml_wide(begin);

    if (begin.len > CG_CHARSET_PRESCAN) {
        scan.text.len = CG_CHARSET_PRESCAN;
    }

    while (found == NULL && !prescan_is_over(&scan)) {
        if (prescan_is(&scan, cg_str("<!--"))) {
            prescan_comment(&scan);

        } else if (prescan_is_meta(&scan)) {
            scan.at += sizeof("<meta") - 1;
            found = prescan_meta(&scan);

        } else if (prescan_is_tag(&scan)) {
            scan.at++;
            prescan_tag(&scan);

        } else if (prescan_is(&scan, cg_str("<!"))
                   || prescan_is(&scan, cg_str("</"))
                   || prescan_is(&scan, cg_str("<?")))
        {
            while (!prescan_is_over(&scan) && prescan_byte(&scan) != '>') {
                scan.at++;
            }
        }

        scan.at++;
    }

    return found ? found : prescan_xml(begin);
}


const cg_charset_t *
cg_charset_xml(cg_str_t begin)
{
    const cg_charset_t  *found = prescan_xml_wide(begin);

    if (found == NULL) {
        found = prescan_xml(begin);
    }

    return found ? found : cg_charset_find(cg_str("utf-8"));
}
