#include "cg_place.h"
#include "base/cg_ascii.h"


/* What may stand in a head, and so implies no body; the commonest first. */

static const char *const  place_head[] = {
    "meta", "link", "script", "style", "title", "html", "head", "base",
    "basefont", "bgsound", "noscript", "template", "noframes", NULL
};

/* Behind these the head insertion still comes early enough: they neither run
 * nor fetch. */

static const char *const  place_early[] = {
    "meta", "title", "html", "head", NULL
};

/* What stands in these is shown by browsers that do not know them. */

static const char *const  place_fallbacks[] = {
    "object", "video", "canvas", "audio", NULL
};

/* Boxes that nobody can focus.  The end tags of the first two may be left
 * out (HTML 13.1.2.4). */

#define PLACE_P     1
#define PLACE_LI    2
#define PLACE_SPAN  3

static const char *const  place_wrappers[] = {
    "p", "li", "span", "div", "nav", "ul", "ol", "section", "header", NULL
};


static int
place_is(const cg_html_token_t *token, const char *name)
{
    return token->name[0] == (unsigned char) name[0]
           && token->name_len == strlen(name)
           && memcmp(token->name, name, token->name_len) == 0;
}


static int
place_is_one(const cg_html_token_t *token, const char *const *names)
{
    for ( ; *names; names++) {
        if (place_is(token, *names)) {
            return 1;
        }
    }

    return 0;
}


void
cg_place_init(cg_place_t *place, int head, int banner)
{
    memset(place, 0, sizeof(*place));
    place->head = head ? 1 : 0;
    place->banner = banner ? CG_PLACE_OPEN : CG_PLACE_SETTLED;
}


static int
place_is_settled(const cg_place_t *place)
{
    return !place->head && place->banner == CG_PLACE_SETTLED;
}


static int
place_is_beyond(const cg_place_t *place, uint64_t at)
{
    return place->before + at >= CG_PLACE_LIMIT;
}


static void
place_put_head(cg_place_t *place, uint64_t at, cg_places_t *places)
{
    if (place->head && place->document) {
        place->head = 0;
        places->head = 1;
        places->head_at = at;
    }
}


static void
place_put_banner(cg_place_t *place, uint64_t at, cg_places_t *places)
{
    place->banner = CG_PLACE_SETTLED;
    places->banner = 1;
    places->banner_at = at;
}


/* An in-page link, and nothing else: href="#...", no ping. */

static int
place_is_link(const cg_html_token_t *token, cg_str_t bytes)
{
    int                    found = 0;
    size_t                 i;
    cg_str_t               name, value;
    const cg_html_attr_t  *attr;

    if (!place_is(token, "a")) {
        return 0;
    }

    for (i = 0; i < token->nattrs; i++) {
        attr = &token->attrs[i];
        name = cg_str_sub(bytes, attr->name, attr->name_end);

        if (cg_ascii_eq_nocase(name, cg_str("ping"))) {
            return 0;
        }

        if (!found && attr->has_value
            && cg_ascii_eq_nocase(name, cg_str("href")))
        {
            value = cg_ascii_trim(cg_str_sub(bytes, attr->value,
                                             attr->value_end));
            if (value.len < 2 || value.data[0] != '#') {
                return 0;
            }

            found = 1;
        }
    }

    return found;
}


/* A wrapper's number, or 0. */

static unsigned char
place_wrapper(const cg_html_token_t *token)
{
    unsigned char  i;

    for (i = 0; place_wrappers[i]; i++) {
        if (place_is(token, place_wrappers[i])) {
            return (unsigned char) (i + 1);
        }
    }

    return 0;
}


static int
place_is_inside(const cg_place_t *place, unsigned char wrapper)
{
    return place->wrappers && place->open[place->wrappers - 1] == wrapper;
}


/* 0: more than we keep count of. */

static int
place_wrap(cg_place_t *place, unsigned char wrapper)
{
    if (wrapper != PLACE_SPAN && place_is_inside(place, PLACE_P)) {
        place->wrappers--;
    }

    if (wrapper == PLACE_LI && place_is_inside(place, PLACE_LI)) {
        place->wrappers--;
    }

    if (place->wrappers == CG_PLACE_WRAPPERS) {
        return 0;
    }

    place->open[place->wrappers++] = wrapper;

    return 1;
}


/* 0: the end tag is not that of a wrapper which can end here. */

static int
place_unwrap(cg_place_t *place, unsigned char wrapper)
{
    while (wrapper && place->wrappers) {
        if (place_is_inside(place, wrapper)) {
            place->wrappers--;
            return 1;
        }

        if (!place_is_inside(place, PLACE_P)
            && !place_is_inside(place, PLACE_LI))
        {
            return 0;
        }

        place->wrappers--;
    }

    return 0;
}


/* A start tag behind the place, before or behind a link. */

static void
place_look(cg_place_t *place, const cg_html_token_t *token, cg_str_t bytes,
    cg_places_t *places)
{
    int            behind = place->banner == CG_PLACE_BEHIND;
    unsigned char  wrapper = place_wrapper(token);

    if (!behind && token->end - place->at > CG_PLACE_LOOK) {
        place_put_banner(place, place->at, places);

    } else if (place_is_link(token, bytes)) {
        place->banner = CG_PLACE_LINK;

    } else if (wrapper == 0 || !place_wrap(place, wrapper)) {
        place_put_banner(place, behind ? token->start : place->at, places);
    }
}


/* Here no tag implies a body. */

static int
place_is_inert(const cg_place_t *place)
{
    return place->noscript || place->select || place->templates;
}


/* Here a banner would be text or nothing to some, or without its form. */

static int
place_is_shut(const cg_place_t *place)
{
    return place->form || place->fallbacks || place_is_inert(place);
}


/* Does this tag decide where the body begins? */

static void
place_open(cg_place_t *place, const cg_html_token_t *token, cg_str_t bytes,
    cg_places_t *places)
{
    if (place_is_beyond(place, token->start)) {
        place->banner = CG_PLACE_LATE;

    } else if (place_is(token, "body")) {
        place->banner = CG_PLACE_LOOKING;
        place->at = token->end;

    } else if (place->document && !place_is_one(token, place_head)) {
        place->banner = CG_PLACE_LOOKING;
        place->at = token->start;
        place_look(place, token, bytes, places);
    }
}


void
cg_place_nest(cg_place_t *place, const cg_html_token_t *token)
{
    if (place_is(token, "noscript")) {
        place->noscript = 1;

    } else if (place_is(token, "select")) {
        place->select = place->select ? place->select : 1 + place->templates;

    } else if (place_is(token, "form")) {
        place->form = 1;

    } else if (place_is(token, "template")) {
        place->templates++;

    } else if (place_is(token, "frameset") && !place->select
               && !place->templates)
    {
        place->banner = CG_PLACE_SETTLED;

    } else if (place_is_one(token, place_fallbacks)) {
        place->fallbacks++;
    }
}


/* What we add ourselves: another gate, behind this one, was here before.  It
 * begins with a script or a style: posts in a page have none. */

static int
place_is_ours(const cg_html_token_t *token, cg_str_t bytes)
{
    size_t  i;

    if (!place_is(token, "script") && !place_is(token, "style")) {
        return 0;
    }

    for (i = 0; i < token->nattrs; i++) {
        if (cg_ascii_eq_nocase(cg_str_sub(bytes, token->attrs[i].name,
                                          token->attrs[i].name_end),
                               cg_str("data-ngxc-ui")))
        {
            return 1;
        }
    }

    return 0;
}


void
cg_place_start(cg_place_t *place, const cg_html_token_t *token,
    cg_str_t bytes, int foreign, cg_places_t *places)
{
    int  inert = foreign || place_is_inert(place);

    if (place_is_settled(place)) {
        return;
    }

    if (place_is_ours(token, bytes)) {
        place->head = 0;
        place->banner = CG_PLACE_SETTLED;
        return;
    }

    if (!inert && (place_is(token, "html") || place_is(token, "head")
                   || place_is(token, "body")))
    {
        place->document = 1;
    }

    if (foreign || !place_is_one(token, place_early)) {
        place_put_head(place, token->start, places);
    }

    cg_place_nest(place, token);

    if (place->banner == CG_PLACE_OPEN && !inert) {
        place_open(place, token, bytes, places);

    } else if (place->banner == CG_PLACE_LOOKING
               || place->banner == CG_PLACE_BEHIND)
    {
        place_look(place, token, bytes, places);
    }
}


void
cg_place_unnest(cg_place_t *place, const cg_html_token_t *token)
{
    if (place_is(token, "noscript")) {
        place->noscript = 0;

    } else if (place_is(token, "select")) {
        place->select = place->select > place->templates ? 0 : place->select;

    } else if (place_is(token, "form")) {
        place->form = 0;

    } else if (place_is(token, "template") && place->templates) {
        place->templates--;
        place->select = place->select > 1 + place->templates ? 0
                                                             : place->select;

    } else if (place->fallbacks && place_is_one(token, place_fallbacks)) {
        place->fallbacks--;
    }
}


/* An end tag behind a link: does its wrapper end here? */

static void
place_behind(cg_place_t *place, const cg_html_token_t *token, int foreign,
    cg_places_t *places)
{
    if (place->banner == CG_PLACE_LINK) {
        if (!place_is(token, "a") || foreign || place_is_shut(place)) {
            return;
        }

        place->banner = CG_PLACE_BEHIND;

    } else if (!place_unwrap(place, place_wrapper(token))) {
        place_put_banner(place, token->start, places);
        return;
    }

    if (place->wrappers == 0) {
        place_put_banner(place, token->end, places);
    }
}


void
cg_place_end_tag(cg_place_t *place, const cg_html_token_t *token,
    int foreign, cg_places_t *places)
{
    if (place_is_settled(place)) {
        return;
    }

    cg_place_unnest(place, token);

    if (place_is(token, "head")) {
        place_put_head(place, token->start, places);
    }

    switch (place->banner) {

    case CG_PLACE_OPEN:

        /* </body>, </html> and </br> imply a body as well */

        if (place->document && !foreign && !place_is_inert(place)
            && (place_is(token, "body") || place_is(token, "html")
                || place_is(token, "br")))
        {
            place_put_head(place, token->start, places);
            place_put_banner(place, token->start, places);
        }

        return;

    case CG_PLACE_LOOKING:
        place_put_banner(place, place->at, places);
        return;

    case CG_PLACE_LINK:
    case CG_PLACE_BEHIND:
        place_behind(place, token, foreign, places);
        return;

    default:
        return;
    }
}


void
cg_place_text(cg_place_t *place, uint64_t at, int foreign,
    cg_places_t *places)
{
    int  inert = foreign || place_is_inert(place);

    if (!inert) {
        place_put_head(place, at, places);
    }

    if (place->banner == CG_PLACE_LOOKING) {
        place_put_banner(place, place->at, places);

    } else if (place->banner == CG_PLACE_BEHIND) {
        place_put_banner(place, at, places);

    } else if (place->banner == CG_PLACE_OPEN && !inert && place->document) {
        if (place_is_beyond(place, at)) {
            place->banner = CG_PLACE_LATE;

        } else {
            place_put_banner(place, at, places);
        }
    }
}


void
cg_place_fed(cg_place_t *place, uint64_t end, int force, cg_places_t *places)
{
    if (place->banner == CG_PLACE_LOOKING && place->at <= end
        && (force || end - place->at > CG_PLACE_LOOK))
    {
        place_put_banner(place, place->at, places);
    }
}


#define PLACE_OPEN  0x01
#define PLACE_HEAD  0x02

int
cg_place_rests(const cg_place_t *place)
{
    return place_is_settled(place)
           || (place->document && !place_is_shut(place)
               && (place->banner == CG_PLACE_OPEN
                   || place->banner == CG_PLACE_SETTLED));
}


unsigned
cg_place_memory(const cg_place_t *place)
{
    return (place->banner == CG_PLACE_OPEN ? PLACE_OPEN : 0)
           | (place->head ? PLACE_HEAD : 0);
}


void
cg_place_remember(cg_place_t *place, unsigned memory, uint64_t before)
{
    cg_place_init(place, (memory & PLACE_HEAD) != 0, cg_place_is_open(memory));
    place->document = 1;
    place->before = before;
}


int
cg_place_is_open(unsigned memory)
{
    return (memory & PLACE_OPEN) != 0;
}


void
cg_place_finish(cg_place_t *place, uint64_t at, int usable,
    cg_places_t *places)
{
    if (place->banner == CG_PLACE_LOOKING) {
        place_put_banner(place, place->at, places);
    }

    if (!place->document || !usable || place_is_shut(place)) {
        place->head = 0;
        place->banner = CG_PLACE_SETTLED;
    }

    place_put_head(place, at, places);

    if (place->banner != CG_PLACE_SETTLED) {
        place_put_banner(place, at, places);
    }
}
