#include "cg_html_skim.h"
#include "cg_html_name.h"
#include "cg_html_tok_impl.h"
#include "base/cg_find.h"
#include "base/cg_near.h"

#define SKIM_LEAST  3              /* bytes of a tag */
#define SKIM_ROOM   32             /* behind which a name and what follows it
                                      are read without a look at the end */

/* Tables without collisions: the multipliers were found by trying, the
 * compiler says so where a new name takes the slot of another. */

#define E(word)  [SKIM_ELEMENT(word)] = (word)
#define A(word)  [SKIM_ATTRIBUTE(word)] = (word)

#define SKIM_ELEMENT(word)    ((word) * UINT64_C(0xB3CB0D8F303937FB) >> 55)
#define SKIM_ATTRIBUTE(word)  ((word) * UINT64_C(0xE8624FAB5186EE33) >> 56)


/* Elements that load nothing by themselves, make no text mode and tell the tree
 * nothing (as `col` does, in a template); what their attributes could load is
 * the other list's business.  Of longer names the
 * first eight bytes: none that loads begins like one of these. */

static const uint64_t  skim_elements[512] = {
    E(CG_N1('a')), E(CG_N4('a', 'b', 'b', 'r')),
    E(CG_N7('a', 'd', 'd', 'r', 'e', 's', 's')),
    E(CG_N7('a', 'r', 't', 'i', 'c', 'l', 'e')),
    E(CG_N5('a', 's', 'i', 'd', 'e')), E(CG_N1('b')), E(CG_N3('b', 'd', 'i')),
    E(CG_N3('b', 'd', 'o')), E(CG_N3('b', 'i', 'g')),
    E(CG_N8('b', 'l', 'o', 'c', 'k', 'q', 'u', 'o')), E(CG_N2('b', 'r')),
    E(CG_N6('b', 'u', 't', 't', 'o', 'n')),
    E(CG_N7('c', 'a', 'p', 't', 'i', 'o', 'n')),
    E(CG_N6('c', 'e', 'n', 't', 'e', 'r')), E(CG_N4('c', 'i', 't', 'e')),
    E(CG_N4('c', 'o', 'd', 'e')),
    E(CG_N8('c', 'o', 'l', 'g', 'r', 'o', 'u', 'p')),
    E(CG_N4('d', 'a', 't', 'a')),
    E(CG_N8('d', 'a', 't', 'a', 'l', 'i', 's', 't')), E(CG_N2('d', 'd')),
    E(CG_N3('d', 'e', 'l')), E(CG_N7('d', 'e', 't', 'a', 'i', 'l', 's')),
    E(CG_N3('d', 'f', 'n')), E(CG_N6('d', 'i', 'a', 'l', 'o', 'g')),
    E(CG_N3('d', 'i', 'v')), E(CG_N2('d', 'l')), E(CG_N2('d', 't')),
    E(CG_N2('e', 'm')), E(CG_N8('f', 'i', 'e', 'l', 'd', 's', 'e', 't')),
    E(CG_N8('f', 'i', 'g', 'c', 'a', 'p', 't', 'i')),
    E(CG_N6('f', 'i', 'g', 'u', 'r', 'e')), E(CG_N4('f', 'o', 'n', 't')),
    E(CG_N6('f', 'o', 'o', 't', 'e', 'r')), E(CG_N2('h', '1')),
    E(CG_N2('h', '2')), E(CG_N2('h', '3')), E(CG_N2('h', '4')),
    E(CG_N2('h', '5')), E(CG_N2('h', '6')),
    E(CG_N6('h', 'e', 'a', 'd', 'e', 'r')),
    E(CG_N6('h', 'g', 'r', 'o', 'u', 'p')), E(CG_N2('h', 'r')), E(CG_N1('i')),
    E(CG_N5('i', 'n', 'p', 'u', 't')), E(CG_N3('i', 'n', 's')),
    E(CG_N3('k', 'b', 'd')), E(CG_N5('l', 'a', 'b', 'e', 'l')),
    E(CG_N6('l', 'e', 'g', 'e', 'n', 'd')), E(CG_N2('l', 'i')),
    E(CG_N4('m', 'a', 'i', 'n')), E(CG_N3('m', 'a', 'p')),
    E(CG_N4('m', 'a', 'r', 'k')), E(CG_N4('m', 'e', 'n', 'u')),
    E(CG_N5('m', 'e', 't', 'e', 'r')), E(CG_N3('n', 'a', 'v')),
    E(CG_N4('n', 'o', 'b', 'r')), E(CG_N2('o', 'l')),
    E(CG_N8('o', 'p', 't', 'g', 'r', 'o', 'u', 'p')),
    E(CG_N6('o', 'p', 't', 'i', 'o', 'n')),
    E(CG_N6('o', 'u', 't', 'p', 'u', 't')), E(CG_N1('p')),
    E(CG_N7('p', 'i', 'c', 't', 'u', 'r', 'e')), E(CG_N3('p', 'r', 'e')),
    E(CG_N8('p', 'r', 'o', 'g', 'r', 'e', 's', 's')), E(CG_N1('q')),
    E(CG_N2('r', 'p')), E(CG_N2('r', 't')), E(CG_N4('r', 'u', 'b', 'y')),
    E(CG_N1('s')), E(CG_N4('s', 'a', 'm', 'p')),
    E(CG_N6('s', 'e', 'a', 'r', 'c', 'h')),
    E(CG_N7('s', 'e', 'c', 't', 'i', 'o', 'n')),
    E(CG_N5('s', 'm', 'a', 'l', 'l')), E(CG_N4('s', 'p', 'a', 'n')),
    E(CG_N6('s', 't', 'r', 'i', 'k', 'e')),
    E(CG_N6('s', 't', 'r', 'o', 'n', 'g')), E(CG_N3('s', 'u', 'b')),
    E(CG_N7('s', 'u', 'm', 'm', 'a', 'r', 'y')), E(CG_N3('s', 'u', 'p')),
    E(CG_N5('t', 'a', 'b', 'l', 'e')), E(CG_N5('t', 'b', 'o', 'd', 'y')),
    E(CG_N2('t', 'd')), E(CG_N5('t', 'f', 'o', 'o', 't')), E(CG_N2('t', 'h')),
    E(CG_N5('t', 'h', 'e', 'a', 'd')), E(CG_N4('t', 'i', 'm', 'e')),
    E(CG_N2('t', 'r')), E(CG_N2('t', 't')), E(CG_N1('u')), E(CG_N2('u', 'l')),
    E(CG_N3('v', 'a', 'r')), E(CG_N3('w', 'b', 'r')),
};


/* By the first byte of an attribute's name: no attribute that begins so can
 * load anything on these elements; or it must stand in the list below; 0: not
 * to be skimmed. */

#define SKIM_ANY   1
#define SKIM_SOME  2
#define SKIM_DATA  3               /* "d": all but marks of the gate's */

static const unsigned char  skim_first[256] = {
    ['a'] = SKIM_SOME, ['A'] = SKIM_SOME,
    ['b'] = SKIM_SOME, ['B'] = SKIM_SOME,
    ['c'] = SKIM_SOME, ['C'] = SKIM_SOME,
    ['d'] = SKIM_DATA, ['D'] = SKIM_DATA,
    ['e'] = SKIM_ANY, ['E'] = SKIM_ANY,
    ['f'] = SKIM_SOME, ['F'] = SKIM_SOME,
    ['g'] = SKIM_ANY, ['G'] = SKIM_ANY,
    ['h'] = SKIM_ANY, ['H'] = SKIM_ANY,
    ['i'] = SKIM_ANY, ['I'] = SKIM_ANY,
    ['j'] = SKIM_ANY, ['J'] = SKIM_ANY,
    ['k'] = SKIM_ANY, ['K'] = SKIM_ANY,
    ['l'] = SKIM_ANY, ['L'] = SKIM_ANY,
    ['m'] = SKIM_SOME, ['M'] = SKIM_SOME,
    ['n'] = SKIM_ANY, ['N'] = SKIM_ANY,
    ['o'] = SKIM_SOME, ['O'] = SKIM_SOME,
    ['p'] = SKIM_SOME, ['P'] = SKIM_SOME,
    ['q'] = SKIM_ANY, ['Q'] = SKIM_ANY,
    ['r'] = SKIM_ANY, ['R'] = SKIM_ANY,
    ['s'] = SKIM_SOME, ['S'] = SKIM_SOME,
    ['t'] = SKIM_ANY, ['T'] = SKIM_ANY,
    ['u'] = SKIM_ANY, ['U'] = SKIM_ANY,
    ['v'] = SKIM_ANY, ['V'] = SKIM_ANY,
    ['w'] = SKIM_ANY, ['W'] = SKIM_ANY,
    ['x'] = SKIM_ANY, ['X'] = SKIM_ANY,
    ['y'] = SKIM_ANY, ['Y'] = SKIM_ANY,
    ['z'] = SKIM_ANY, ['Z'] = SKIM_ANY,
    ['@'] = SKIM_ANY, ['_'] = SKIM_ANY
};


/* Attributes that load nothing on any of these elements, among those that
 * begin like one that does: ping, background, formaction, src, attributionsrc,
 * style and its like, event handlers. */

static const uint64_t  skim_attributes[256] = {
    A(CG_N4('a', 'b', 'b', 'r')), A(CG_N6('a', 'c', 'c', 'e', 'p', 't')),
    A(CG_N8('a', 'c', 'c', 'e', 's', 's', 'k', 'e')),
    A(CG_N5('a', 'l', 'i', 'g', 'n')), A(CG_N3('a', 'l', 't')),
    A(CG_N5('a', 's', 'y', 'n', 'c')),
    A(CG_N8('a', 'u', 't', 'o', 'c', 'o', 'm', 'p')),
    A(CG_N8('a', 'u', 't', 'o', 'f', 'o', 'c', 'u')),
    A(CG_N6('b', 'o', 'r', 'd', 'e', 'r')),
    A(CG_N7('b', 'g', 'c', 'o', 'l', 'o', 'r')),
    A(CG_N8('c', 'e', 'l', 'l', 'p', 'a', 'd', 'd')),
    A(CG_N8('c', 'e', 'l', 'l', 's', 'p', 'a', 'c')),
    A(CG_N7('c', 'h', 'a', 'r', 's', 'e', 't')),
    A(CG_N7('c', 'h', 'e', 'c', 'k', 'e', 'd')), A(CG_N4('c', 'i', 't', 'e')),
    A(CG_N5('c', 'l', 'a', 's', 's')), A(CG_N4('c', 'o', 'l', 's')),
    A(CG_N7('c', 'o', 'l', 's', 'p', 'a', 'n')),
    A(CG_N5('c', 'o', 'l', 'o', 'r')),
    A(CG_N7('c', 'o', 'n', 't', 'e', 'n', 't')),
    A(CG_N8('c', 'o', 'n', 't', 'e', 'n', 't', 'e')),
    A(CG_N8('c', 'o', 'n', 't', 'r', 'o', 'l', 's')),
    A(CG_N4('f', 'a', 'c', 'e')), A(CG_N3('f', 'o', 'r')),
    A(CG_N4('f', 'o', 'r', 'm')),
    A(CG_N8('f', 'r', 'a', 'm', 'e', 'b', 'o', 'r')), A(CG_N3('m', 'a', 'x')),
    A(CG_N8('m', 'a', 'x', 'l', 'e', 'n', 'g', 't')),
    A(CG_N5('m', 'e', 'd', 'i', 'a')), A(CG_N6('m', 'e', 't', 'h', 'o', 'd')),
    A(CG_N3('m', 'i', 'n')), A(CG_N8('m', 'u', 'l', 't', 'i', 'p', 'l', 'e')),
    A(CG_N4('o', 'p', 'e', 'n')), A(CG_N7('p', 'a', 't', 't', 'e', 'r', 'n')),
    A(CG_N8('p', 'l', 'a', 'c', 'e', 'h', 'o', 'l')),
    A(CG_N8('p', 'r', 'o', 'p', 'e', 'r', 't', 'y')),
    A(CG_N5('s', 'c', 'o', 'p', 'e')),
    A(CG_N8('s', 'e', 'l', 'e', 'c', 't', 'e', 'd')),
    A(CG_N5('s', 'h', 'a', 'p', 'e')), A(CG_N4('s', 'i', 'z', 'e')),
    A(CG_N5('s', 'i', 'z', 'e', 's')), A(CG_N4('s', 'l', 'o', 't')),
    A(CG_N4('s', 'p', 'a', 'n')),
    A(CG_N8('s', 'p', 'e', 'l', 'l', 'c', 'h', 'e')),
    A(CG_N5('s', 't', 'a', 'r', 't')), A(CG_N4('s', 't', 'e', 'p')),
    A(CG_N7('s', 'u', 'm', 'm', 'a', 'r', 'y')),
};

/* "aria-" loads nothing anywhere. */

#define SKIM_ARIA       CG_N5('a', 'r', 'i', 'a', '-')
#define SKIM_ARIA_MASK  ((UINT64_C(1) << 40) - 1)

#define SKIM_MARK       9          /* bytes of "data-ngxc" */
#define SKIM_STYLE      CG_N5('s', 't', 'y', 'l', 'e')


/* & ( : without them no style fetches. */

static const cg_set_t  skim_css = {
    .low = { [6] = 0x04, [8] = 0x04 }, .high = { [2] = 0x04 }
};


/* The name at `p`, which needs not have eight bytes behind it. */

static inline uint64_t
skim_word(const unsigned char *p, size_t len, const unsigned char *end)
{
    unsigned char  bytes[CG_NAME_WORD] = { 0 };

    if (end - p >= CG_NAME_WORD) {
        return cg_html_word_lower(p, len);
    }

    memcpy(bytes, p, len);

    return cg_html_word_lower(bytes, len);
}


/* HTML's white space, for a byte that is no letter: one comparison. */

static inline int
skim_is_space(unsigned char c)
{
    return c <= ' ' && (UINT64_C(0x100003600) >> c & 1);
}


static inline const unsigned char *
skim_space(const unsigned char *p, const unsigned char *end)
{
    while (p != end && skim_is_space(*p)) {
        p++;
    }

    return p;
}


/* Behind a value without quotes: where a blank or the tag's end stands. */

static const unsigned char *
skim_unquoted(const unsigned char *p, const unsigned char *end)
{
    while (p != end && *p != '>' && !skim_is_space(*p)) {
        p++;
    }

    return p == end ? NULL : p;
}


/* Behind a value.  NULL: not whole, or the tag ends in its place. */

static inline const unsigned char *
skim_value(const unsigned char *p, const unsigned char *end)
{
    unsigned char  quote;

    if (p != end && *p <= ' ') {
        p = skim_space(p, end);
    }

    if (p == end) {
        return NULL;
    }

    quote = *p;

    if (quote != '"' && quote != '\'') {
        return quote == '>' ? NULL : skim_unquoted(p, end);
    }

    p = cg_near_byte(p + 1, end, quote);

    return p == end ? NULL : p + 1;
}


/* Behind a style without anything that fetches, `p` behind its name. */

static const unsigned char *
skim_style(const unsigned char *p, const unsigned char *end)
{
    const unsigned char  *value = p + 1;

    if (p == end || *p != '=') {
        return NULL;
    }

    p = skim_value(value, end);

    return p && cg_find_any(&skim_css, value, p) == p ? p : NULL;
}


static inline int
skim_is_attribute(uint64_t word)
{
    return skim_attributes[SKIM_ATTRIBUTE(word)] == word
           || (word & SKIM_ARIA_MASK) == SKIM_ARIA;
}


/* Whether a name that begins with "d", SKIM_MARK bytes at `p`, may be a mark of
 * the gate's, data-ngxc-...: by its second word. */

static inline int
skim_is_mark(const unsigned char *p)
{
    uint32_t  word, mark;

    memcpy(&word, p + 5, sizeof(word));
    memcpy(&mark, "ngxc", sizeof(mark));

    return (word | 0x20202020) == mark;
}


/* Behind an attribute that may be skimmed.  NULL: it may not. */

static inline const unsigned char *
skim_attr(const unsigned char *p, const unsigned char *end)
{
    uint64_t              word;
    unsigned              first = skim_first[*p];
    const unsigned char  *name = p;

    if (first == 0) {
        return NULL;
    }

    p = cg_near_name_end(p + 1, end);

    if (first == SKIM_DATA) {
        if (end - name < SKIM_MARK || skim_is_mark(name)) {
            return NULL;
        }

    } else if (first == SKIM_SOME) {
        word = skim_word(name, (size_t) (p - name), end);

        if (!skim_is_attribute(word)) {
            return word == SKIM_STYLE ? skim_style(p, end) : NULL;
        }
    }

    if (p != end && *p == '=') {
        return skim_value(p + 1, end);
    }

    p = skim_space(p, end);

    return p != end && *p == '=' ? skim_value(p + 1, end) : p;
}


/* The bytes to the value of the commonest attributes, as they are mostly
 * written; 0: it may be another. */

static inline size_t
skim_common(const unsigned char *p)
{
    uint64_t  word = cg_html_word(p, CG_NAME_WORD);

    if (word << 8 == CG_N7('c', 'l', 'a', 's', 's', '=', '"') << 8) {
        return 7;
    }

    if (word << 16 == CG_N6('h', 'r', 'e', 'f', '=', '"') << 16) {
        return 6;
    }

    return word << 32 == CG_N4('i', 'd', '=', '"') << 32 ? 4 : 0;
}


/* The bytes to the value of name="value"; 0: it may be written otherwise, or
 * may not be skimmed. */

static inline size_t
skim_name(const unsigned char *p)
{
    size_t    n = 1 + cg_near_name_step(p + 1);
    unsigned  first = skim_first[*p];

    if (p[n] != '=' || (p[n + 1] != '"' && p[n + 1] != '\'')) {
        return 0;
    }

    if (first != SKIM_ANY
        && (first == SKIM_DATA ? skim_is_mark(p)
            : !skim_is_attribute(cg_html_word_lower(p, n))))
    {
        return 0;
    }

    return n + 2;
}


/* The same for the commonest kind, name="value" with a room of bytes behind
 * `p`; all others are left to the function above. */

static inline const unsigned char *
skim_quick_attr(const unsigned char *p, const unsigned char *end)
{
    size_t         n = skim_common(p);
    unsigned char  quote;

    if (n == 0) {
        n = skim_name(p);
    }

    if (n == 0) {
        return skim_attr(p, end);
    }

    p += n;
    quote = p[-1];
    n = end - p >= CG_NEAR_STEP ? cg_near_step(p, quote) : CG_NEAR_STEP;

    if (n != CG_NEAR_STEP) {
        return p + n + 1;
    }

    p = cg_near_byte(p, end, quote);

    return p == end ? NULL : p + 1;
}


/* Behind the whole tag, `p` behind its name.  One so long that it may have more
 * than CG_MAX_ATTRS attributes, of two bytes at least, is not skimmed. */

static const unsigned char *
skim_rest(const unsigned char *p, const unsigned char *end)
{
    end = end - p > 2 * CG_MAX_ATTRS ? p + 2 * CG_MAX_ATTRS : end;

    while (p != end) {
        if (*p > '>') {
            p = end - p >= SKIM_ROOM ? skim_quick_attr(p, end)
                                     : skim_attr(p, end);
            if (p == NULL) {
                return NULL;
            }

        } else if (*p == '>') {
            return p + 1;

        } else if (*p == ' ') {
            do {
                p++;
            } while (p != end && *p == ' ');

        } else if (*p == '/' || skim_is_space(*p)) {
            p++;

        } else {
            return NULL;
        }
    }

    return NULL;
}


static inline int
skim_is_element(uint64_t word)
{
    return skim_elements[SKIM_ELEMENT(word)] == word;
}


/* Behind the tag, `p` at its '<'.  NULL: it may not be skimmed. */

static const unsigned char *
skim_tag(const unsigned char *p, const unsigned char *end)
{
    int                   closing;
    const unsigned char  *name;

    closing = p[1] == '/';
    name = p + 1 + closing;
    p = cg_near_name_end(name, end);

    if (p == name || p == end || *p == '='
        || !skim_is_element(skim_word(name, (size_t) (p - name), end)))
    {
        return NULL;
    }

    if (*p == '>') {
        return p + 1;
    }

    if (!closing) {
        return *p == '/' || skim_is_space(*p) ? skim_rest(p, end) : NULL;
    }

    p = skim_space(p, end);

    return p != end && *p == '>' ? p + 1 : NULL;
}


/* The same for the commonest kinds, <name>, <name ... and </name> with a room
 * of bytes behind `p`.  A name with more in it than letters is in no list. */

static inline const unsigned char *
skim_quick_end_tag(const unsigned char *p, const unsigned char *end)
{
    size_t                n;
    const unsigned char  *name = p + 2;

    n = cg_near_step(name, '>');

    return n - 1 < CG_NAME_WORD && skim_is_element(cg_html_word(name, n))
           ? name + n + 1 : skim_tag(p, end);
}


static inline const unsigned char *
skim_quick_tag(const unsigned char *p, const unsigned char *end)
{
    size_t                n;
    const unsigned char  *name = p + 1;

    if (*name == '/') {
        return skim_quick_end_tag(p, end);
    }

    n = cg_near_blank_step(name);

    if (n - 1 >= CG_NAME_WORD || !skim_is_element(cg_html_word(name, n))) {
        return skim_tag(p, end);
    }

    return name[n] == '>' ? name + n + 1 : skim_rest(name + n, end);
}


/* The next '<' is mostly in the first step. */

static inline const unsigned char *
skim_text(const unsigned char *p, const unsigned char *end)
{
    size_t  n;

    if (end - p >= CG_NEAR_STEP) {
        n = cg_near_step(p, '<');

        if (n != CG_NEAR_STEP) {
            return p + n;
        }

        p += CG_NEAR_STEP;
    }

    return cg_near_byte(p, end, '<');
}


const unsigned char *
cg_html_skim(const unsigned char *p, const unsigned char *end)
{
    const unsigned char  *behind;

    while (end - p >= SKIM_ROOM) {
        behind = skim_quick_tag(p, end);

        if (behind == NULL) {
            return p;
        }

        p = skim_text(behind, end);
    }

    while (end - p >= SKIM_LEAST) {
        behind = skim_tag(p, end);

        if (behind == NULL) {
            return p;
        }

        p = cg_near_byte(behind, end, '<');
    }

    return p;
}


void
cg_html_skim_set(cg_html_tok_t *tok, int on)
{
    tok->skim = on != 0;
}
