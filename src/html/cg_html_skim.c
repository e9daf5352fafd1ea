#include "cg_html_skim.h"
#include "cg_html_tok_impl.h"

/* A name of at most eight bytes in one word, so that a list of them is a
 * switch.  Longer names are not skimmed. */

#define N1(a)              ((uint64_t) (a))
#define N2(a, b)           (N1(a) << 8 | N1(b))
#define N3(a, b, c)        (N2(a, b) << 8 | N1(c))
#define N4(a, b, c, d)     (N3(a, b, c) << 8 | N1(d))
#define N5(a, b, c, d, e)  (N4(a, b, c, d) << 8 | N1(e))
#define N6(a, b, c, d, e, f)        (N5(a, b, c, d, e) << 8 | N1(f))
#define N7(a, b, c, d, e, f, g)     (N6(a, b, c, d, e, f) << 8 | N1(g))
#define N8(a, b, c, d, e, f, g, h)  (N7(a, b, c, d, e, f, g) << 8 | N1(h))

#define SKIM_NAME  8

typedef struct {
    uint64_t  word;
    size_t    len;
} skim_name_t;


/* Elements that load nothing by themselves and make no text mode; what their
 * attributes could load is the other list's business. */

static int
skim_element(uint64_t word)
{
    switch (word) {
    case N1('a'): case N1('b'): case N1('i'): case N1('p'): case N1('s'):
    case N1('u'): case N1('q'):
    case N2('b', 'r'): case N2('d', 'd'): case N2('d', 'l'):
    case N2('d', 't'): case N2('e', 'm'): case N2('h', '1'):
    case N2('h', '2'): case N2('h', '3'): case N2('h', '4'):
    case N2('h', '5'): case N2('h', '6'): case N2('h', 'r'):
    case N2('l', 'i'): case N2('o', 'l'): case N2('t', 'd'):
    case N2('t', 'h'): case N2('t', 'r'): case N2('t', 't'):
    case N2('u', 'l'):
    case N3('b', 'i', 'g'): case N3('d', 'e', 'l'): case N3('d', 'i', 'v'):
    case N3('i', 'n', 's'): case N3('n', 'a', 'v'): case N3('p', 'r', 'e'):
    case N3('s', 'u', 'b'): case N3('s', 'u', 'p'): case N3('w', 'b', 'r'):
    case N4('a', 'b', 'b', 'r'): case N4('c', 'i', 't', 'e'):
    case N4('c', 'o', 'd', 'e'): case N4('m', 'a', 'i', 'n'):
    case N4('m', 'a', 'r', 'k'): case N4('s', 'p', 'a', 'n'):
    case N4('t', 'i', 'm', 'e'):
    case N5('a', 's', 'i', 'd', 'e'): case N5('l', 'a', 'b', 'e', 'l'):
    case N5('s', 'm', 'a', 'l', 'l'): case N5('t', 'a', 'b', 'l', 'e'):
    case N5('t', 'b', 'o', 'd', 'y'): case N5('t', 'f', 'o', 'o', 't'):
    case N5('t', 'h', 'e', 'a', 'd'):
    case N6('b', 'u', 't', 't', 'o', 'n'):
    case N6('c', 'e', 'n', 't', 'e', 'r'):
    case N6('f', 'i', 'g', 'u', 'r', 'e'):
    case N6('f', 'o', 'o', 't', 'e', 'r'):
    case N6('h', 'e', 'a', 'd', 'e', 'r'):
    case N6('s', 't', 'r', 'o', 'n', 'g'):
    case N7('a', 'd', 'd', 'r', 'e', 's', 's'):
    case N7('a', 'r', 't', 'i', 'c', 'l', 'e'):
    case N7('d', 'e', 't', 'a', 'i', 'l', 's'):
    case N7('s', 'e', 'c', 't', 'i', 'o', 'n'):
    case N7('s', 'u', 'm', 'm', 'a', 'r', 'y'):
        return 1;

    default:
        return 0;
    }
}


/* Attributes that load nothing on any of these elements. */

static int
skim_attribute(uint64_t word)
{
    switch (word) {
    case N2('i', 'd'):
    case N3('a', 'l', 't'): case N3('d', 'i', 'r'): case N3('f', 'o', 'r'):
    case N3('r', 'e', 'l'):
    case N4('h', 'r', 'e', 'f'): case N4('l', 'a', 'n', 'g'):
    case N4('n', 'a', 'm', 'e'): case N4('r', 'o', 'l', 'e'):
    case N4('t', 'y', 'p', 'e'):
    case N5('a', 'l', 'i', 'g', 'n'): case N5('c', 'l', 'a', 's', 's'):
    case N5('s', 'c', 'o', 'p', 'e'): case N5('t', 'i', 't', 'l', 'e'):
    case N5('v', 'a', 'l', 'u', 'e'): case N5('w', 'i', 'd', 't', 'h'):
    case N6('b', 'o', 'r', 'd', 'e', 'r'):
    case N6('h', 'e', 'i', 'g', 'h', 't'):
    case N6('t', 'a', 'r', 'g', 'e', 't'):
    case N6('v', 'a', 'l', 'i', 'g', 'n'):
    case N7('b', 'g', 'c', 'o', 'l', 'o', 'r'):
    case N7('c', 'o', 'l', 's', 'p', 'a', 'n'):
    case N7('c', 'o', 'n', 't', 'e', 'n', 't'):
    case N7('r', 'o', 'w', 's', 'p', 'a', 'n'):
    case N8('d', 'a', 't', 'e', 't', 'i', 'm', 'e'):
    case N8('i', 't', 'e', 'm', 'p', 'r', 'o', 'p'):
    case N8('i', 't', 'e', 'm', 't', 'y', 'p', 'e'):
    case N8('p', 'r', 'o', 'p', 'e', 'r', 't', 'y'):
    case N8('t', 'a', 'b', 'i', 'n', 'd', 'e', 'x'):
        return 1;

    default:
        return 0;
    }
}


/* data-... and aria-... load nothing anywhere. */

static int
skim_prefix(const unsigned char *name, size_t len)
{
    return len > 5
           && (cg_ascii_eq_nocase((cg_str_t) { 5, name }, cg_str("data-"))
               || cg_ascii_eq_nocase((cg_str_t) { 5, name },
                                     cg_str("aria-")));
}


/* Letters, lower case, and digits stand for themselves; 0: any other byte. */

static const unsigned char  skim_letter[256] = {
    ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3',
    ['4'] = '4', ['5'] = '5', ['6'] = '6', ['7'] = '7',
    ['8'] = '8', ['9'] = '9', ['a'] = 'a', ['b'] = 'b',
    ['c'] = 'c', ['d'] = 'd', ['e'] = 'e', ['f'] = 'f',
    ['g'] = 'g', ['h'] = 'h', ['i'] = 'i', ['j'] = 'j',
    ['k'] = 'k', ['l'] = 'l', ['m'] = 'm', ['n'] = 'n',
    ['o'] = 'o', ['p'] = 'p', ['q'] = 'q', ['r'] = 'r',
    ['s'] = 's', ['t'] = 't', ['u'] = 'u', ['v'] = 'v',
    ['w'] = 'w', ['x'] = 'x', ['y'] = 'y', ['z'] = 'z',
    ['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd',
    ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h',
    ['I'] = 'i', ['J'] = 'j', ['K'] = 'k', ['L'] = 'l',
    ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p',
    ['Q'] = 'q', ['R'] = 'r', ['S'] = 's', ['T'] = 't',
    ['U'] = 'u', ['V'] = 'v', ['W'] = 'w', ['X'] = 'x',
    ['Y'] = 'y', ['Z'] = 'z'
};


/* What ends the name of an attribute: blanks, '=', '>', '/'. */

static const unsigned char  skim_stop[256] = {
    [' '] = 1, ['\t'] = 1, ['\n'] = 1, ['\f'] = 1, ['\r'] = 1,
    ['='] = 1, ['>'] = 1, ['/'] = 1
};


static const unsigned char *
skim_space(const unsigned char *p, const unsigned char *end)
{
    while (p != end && *p <= ' ' && cg_ascii_is_space(*p)) {
        p++;
    }

    return p;
}


/* A tag's name, letters and digits only.  NULL: too long. */

static const unsigned char *
skim_name(const unsigned char *p, const unsigned char *end, skim_name_t *name)
{
    uint64_t              word = 0;
    unsigned char         c;
    const unsigned char  *start = p;

    while (p != end && (c = skim_letter[*p]) != 0) {
        word = word << 8 | c;
        p++;
    }

    name->word = word;
    name->len = (size_t) (p - start);

    return name->len > SKIM_NAME ? NULL : p;
}


/* Behind a value.  NULL: not whole, or not followed as it should be. */

static const unsigned char *
skim_value(const unsigned char *p, const unsigned char *end)
{
    unsigned char  quote;

    p = skim_space(p, end);

    if (p == end || *p == '>') {
        return NULL;
    }

    if (*p == '"' || *p == '\'') {
        quote = *p++;
        p = memchr(p, quote, (size_t) (end - p));

        if (p == NULL || ++p == end || (*p != '>' && !cg_ascii_is_space(*p))) {
            return NULL;
        }

        return p;
    }

    while (p != end && *p != '>' && !cg_ascii_is_space(*p)) {
        p++;
    }

    return p == end ? NULL : p;
}


/* Behind an attribute that may be skimmed.  NULL: it may not. */

static const unsigned char *
skim_attr(const unsigned char *p, const unsigned char *end)
{
    uint64_t              word = 0;
    const unsigned char  *name = p;

    while (p != end && !skim_stop[*p]) {
        word = word << 8 | cg_ascii_lower(*p);
        p++;
    }

    if (p == end || p == name) {
        return NULL;
    }

    if ((p - name > SKIM_NAME || !skim_attribute(word))
        && !skim_prefix(name, (size_t) (p - name)))
    {
        return NULL;
    }

    p = skim_space(p, end);

    return p != end && *p == '=' ? skim_value(p + 1, end) : p;
}


/* Behind the whole tag, `p` behind its name. */

static const unsigned char *
skim_rest(const unsigned char *p, const unsigned char *end)
{
    for ( ;; ) {
        p = skim_space(p, end);

        if (p == end) {
            return NULL;
        }

        if (*p == '>') {
            return p + 1;
        }

        if (*p == '/') {
            return end - p > 1 && p[1] == '>' ? p + 2 : NULL;
        }

        p = skim_attr(p, end);

        if (p == NULL) {
            return NULL;
        }
    }
}


static const unsigned char *
skim_tag(const unsigned char *p, const unsigned char *end)
{
    int          closing;
    skim_name_t  name;

    p++;
    closing = p != end && *p == '/';
    p = skim_name(p + closing, end, &name);

    if (p == NULL || p == end || name.len == 0 || !skim_element(name.word)
        || (*p != '>' && *p != '/' && !cg_ascii_is_space(*p)))
    {
        return NULL;
    }

    if (!closing) {
        return skim_rest(p, end);
    }

    p = skim_space(p, end);

    return p != end && *p == '>' ? p + 1 : NULL;
}


const unsigned char *
cg_html_skim(const unsigned char *p, const unsigned char *end)
{
    const unsigned char  *behind;

    for ( ;; ) {
        if (end - p < 3) {
            return p;
        }

        behind = skim_tag(p, end);

        if (behind == NULL) {
            return p;
        }

        p = memchr(behind, '<', (size_t) (end - behind));

        if (p == NULL) {
            return end;
        }
    }
}


void
cg_html_skim_set(cg_html_tok_t *tok, int on)
{
    tok->skim = on != 0;
}
