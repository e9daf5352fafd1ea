#include "cg_sought.h"
#include "base/cg_ascii.h"


/* What stands behind `key`, which is no visitor's and holds a quote: no string
 * does.  An absent slice: it is not there. */

static cg_str_t
sought_behind(cg_str_t line, cg_str_t key)
{
    size_t  i;

    for (i = 0; i + key.len <= line.len; i++) {
        if (line.data[i] == key.data[0]
            && memcmp(line.data + i, key.data, key.len) == 0)
        {
            return cg_str_sub(line, i + key.len, line.len);
        }
    }

    return cg_str_null;
}


/* {"ch":LANE,"seq":N} or {"seq":N} of `own`, as our own writer spells them. */

static int
sought_place(cg_str_t object, const unsigned char own[CG_LANE_LEN],
    cg_place_t *place)
{
    size_t    i;
    cg_str_t  lane = cg_str("{\"ch\":\""), seq = cg_str("\"seq\":");

    memcpy(place->ch, own, CG_LANE_LEN);
    place->seq = 0;

    if (cg_str_starts(object, lane)
        && object.len > lane.len + CG_LANE_LEN + 2)
    {
        memcpy(place->ch, object.data + lane.len, CG_LANE_LEN);
        object = cg_str_sub(object, lane.len + CG_LANE_LEN + 2, object.len);

    } else if (object.len) {
        object = cg_str_sub(object, 1, object.len);
    }

    if (!cg_str_starts(object, seq)) {
        return 0;
    }

    for (i = seq.len; i < object.len && cg_ascii_is_digit(object.data[i]); i++)
    {
        place->seq = place->seq * 10 + (uint64_t) (object.data[i] - '0');
    }

    return i > seq.len;
}


static int
sought_same(const cg_place_t *a, const cg_place_t *b)
{
    return a->seq == b->seq && memcmp(a->ch, b->ch, CG_LANE_LEN) == 0;
}


static int
sought_is_void(const cg_place_t *at, const cg_place_t *from)
{
    return memcmp(at->ch, from->ch, CG_LANE_LEN) == 0 && at->seq >= from->seq;
}


/* From there on a lane counts no more. */

static void
sought_leave(cg_sought_t *sought, size_t n, const cg_place_t *from)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        sought[i].decided &= !sought_is_void(&sought[i].decided_at, from);
        sought[i].settled &= !sought_is_void(&sought[i].settled_at, from);
    }
}


static void
sought_decided(cg_sought_t *sought, size_t n, const cg_place_t *first,
    const cg_place_t *at)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (sought_same(&sought[i].place, first)) {
            sought[i].decided = 1;
            sought[i].decided_at = *at;
        }
    }
}


static void
sought_settled(cg_sought_t *sought, size_t n, const cg_place_t *of,
    const cg_place_t *at)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (sought_same(&sought[i].place, of)) {
            sought[i].settled = 1;
            sought[i].settled_at = *at;
        }
    }
}


static void
sought_line(cg_sought_t *sought, size_t n, cg_str_t text)
{
    cg_str_t    type;
    cg_line_t   line;
    cg_place_t  at, named;

    if (cg_line_read(text, &line) != CG_OK) {
        return;
    }

    memcpy(at.ch, line.ch, CG_LANE_LEN);
    at.seq = line.seq;
    type = sought_behind(text, cg_str(",\"ty\":\""));

    if (cg_str_starts(type, cg_str("decision\""))) {
        if (!sought_place(sought_behind(type, cg_str(",\"first_at\":")), at.ch,
                          &named))
        {
            named = at;
        }

        sought_decided(sought, n, &named, &at);

    } else if (cg_str_starts(type, cg_str("outcome\""))) {
        if (sought_place(sought_behind(type, cg_str(",\"ref\":")), at.ch,
                         &named))
        {
            sought_settled(sought, n, &named, &at);
        }

    } else if (cg_str_starts(type, cg_str("chain.open\""))
               && sought_place(sought_behind(type, cg_str(",\"instead\":")),
                               at.ch, &named))
    {
        sought_leave(sought, n, &named);
    }
}


/* A torn piece may stand in front of a line. */

static void
sought_stretch(cg_sought_t *sought, size_t n, cg_str_t text)
{
    cg_str_t  rest, start = cg_str(CG_LINE_START);

    for (rest = text; rest.data; ) {
        text = rest;
        rest = text.len ? sought_behind(cg_str_sub(text, 1, text.len), start)
                        : cg_str_null;

        if (rest.data) {
            rest = (cg_str_t) { rest.len + start.len, rest.data - start.len };
        }
    }

    sought_line(sought, n, text);
}


size_t
cg_sought_read(cg_sought_t *sought, size_t n, cg_str_t text)
{
    size_t                from = 0;
    const unsigned char  *end;

    while (from < text.len) {
        end = memchr(text.data + from, '\n', text.len - from);

        if (end == NULL) {
            break;
        }

        sought_stretch(sought, n,
                       cg_str_sub(text, from, (size_t) (end - text.data)));
        from = (size_t) (end - text.data) + 1;
    }

    return from;
}
