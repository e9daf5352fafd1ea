#include "cg_headers.h"
#include "cg_element.h"
#include "base/cg_ascii.h"


/* One link-value of a Link line (RFC 8288, 3). */

typedef struct {
    size_t       from;             /* [from, to) in the line */
    size_t       to;
    cg_str_t     target;
    int          fetches;          /* any `rel` of it does */
    cg_str_t     imagesrcset;      /* without quotes; absent: none */
    int          escaped;          /* a backslash in it: not readable */
} headers_link_t;


static size_t
headers_skip(cg_str_t line, size_t i)
{
    while (i < line.len && (line.data[i] == ' ' || line.data[i] == '\t')) {
        i++;
    }

    return i;
}


/* A parameter's value at i: a quoted string or a token.  Returns where it
 * ends, or 0 if the string has no end. */

static size_t
headers_value(cg_str_t line, size_t i, cg_str_t *value, int *escaped)
{
    size_t  from = i;

    if (i == line.len || line.data[i] != '"') {
        while (i < line.len && line.data[i] != ';' && line.data[i] != ',') {
            i++;
        }

        *value = cg_ascii_trim(cg_str_sub(line, from, i));

        return i;
    }

    for (i++; i < line.len && line.data[i] != '"'; i++) {
        if (line.data[i] == '\\') {
            *escaped = 1;
            i++;
        }
    }

    if (i >= line.len) {
        return 0;
    }

    *value = cg_str_sub(line, from + 1, i);

    return i + 1;
}


/* A parameter behind its ";".  Returns where it ends, or 0. */

static size_t
headers_parameter(cg_str_t line, size_t i, headers_link_t *link)
{
    int       escaped = 0;
    size_t    from = headers_skip(line, i);
    cg_str_t  name, value = cg_str("");

    for (i = from; i < line.len && line.data[i] != '='
                   && line.data[i] != ';' && line.data[i] != ','; i++)
    {
        /* void */
    }

    name = cg_ascii_trim(cg_str_sub(line, from, i));

    if (i < line.len && line.data[i] == '=') {
        i = headers_value(line, headers_skip(line, i + 1), &value, &escaped);

        if (i == 0) {
            return 0;
        }
    }

    if (cg_ascii_eq_nocase(name, cg_str("rel"))) {
        link->fetches |= escaped || cg_element_rel_fetches(value);

    } else if (cg_ascii_eq_nocase(name, cg_str("imagesrcset"))) {
        link->imagesrcset = value;
        link->escaped |= escaped;
    }

    return headers_skip(line, i);
}


/* The link-value at or behind i.  CG_NONE: no further one. */

static cg_status_t
headers_next(cg_str_t line, size_t i, headers_link_t *link)
{
    size_t  end;

    memset(link, 0, sizeof(*link));

    while ((i = headers_skip(line, i)) < line.len && line.data[i] == ',') {
        i++;
    }

    if (i == line.len) {
        return CG_NONE;
    }

    for (end = i; end < line.len && line.data[end] != '>'; end++) {
        /* void */
    }

    if (line.data[i] != '<' || end == line.len) {
        return CG_EINVAL;
    }

    link->from = i;
    link->target = cg_ascii_trim(cg_str_sub(line, i + 1, end));

    for (i = headers_skip(line, end + 1);
         i < line.len && line.data[i] == ';'; )
    {
        i = headers_parameter(line, i + 1, link);

        if (i == 0) {
            return CG_EINVAL;
        }
    }

    link->to = i;

    return i == line.len || line.data[i] == ',' ? CG_OK : CG_EINVAL;
}


static cg_verdict_t
headers_judge(const cg_judge_t *judge, cg_arena_t *arena,
    const headers_link_t *link)
{
    cg_verdict_t  verdict;

    memset(&verdict, 0, sizeof(verdict));
    verdict.pass = 1;

    if (!link->fetches) {
        return verdict;
    }

    if (link->target.len) {
        verdict = cg_judge_url(judge, arena, link->target);
    }

    if (verdict.pass && link->imagesrcset.data != NULL) {
        verdict = link->escaped ? cg_judge_unlisted(judge)
                                : cg_element_srcset(judge, arena,
                                                    link->imagesrcset);
    }

    return verdict;
}


cg_status_t
cg_headers_link(const cg_judge_t *judge, cg_arena_t *arena, cg_str_t line,
    cg_out_t *out, cg_verdict_t *verdict)
{
    int             dropped = 0;
    size_t          start = out->len;
    cg_status_t     rc;
    cg_verdict_t    one;
    headers_link_t  link;

    link.to = 0;

    while ((rc = headers_next(line, link.to, &link)) == CG_OK) {
        one = headers_judge(judge, arena, &link);

        if (!one.pass) {
            dropped = 1;
            *verdict = one;
            continue;
        }

        if (out->len > start) {
            cg_out_text(out, ", ");
        }

        cg_out_str(out, cg_ascii_trim(cg_str_sub(line, link.from, link.to)));
    }

    if (rc != CG_NONE) {
        cg_out_reset(out);
        *verdict = cg_judge_unlisted(judge);
        verdict->pass = 0;

        return CG_OK;
    }

    if (dropped && out->status != CG_OK) {
        return out->status;
    }

    return dropped ? CG_OK : CG_NONE;
}


/* HTML 4.2.5.3, "shared declarative refresh steps", and laxer: whatever could
 * be the URL is judged. */

cg_str_t
cg_headers_refresh_url(cg_str_t line)
{
    size_t          i = 0, word;
    cg_str_t        rest;
    unsigned char  *quote;

    line = cg_ascii_trim(line);

    while (i < line.len
           && (cg_ascii_is_digit(line.data[i]) || line.data[i] == '.'))
    {
        i++;
    }

    rest = cg_ascii_trim(cg_str_sub(line, i, line.len));

    if (rest.len && (rest.data[0] == ';' || rest.data[0] == ',')) {
        rest = cg_ascii_trim(cg_str_sub(rest, 1, rest.len));
    }

    if (rest.len >= 3
        && cg_ascii_eq_nocase(cg_str_sub(rest, 0, 3), cg_str("url")))
    {
        for (word = 3; word < rest.len && cg_ascii_is_space(rest.data[word]);
             word++)
        {
            /* void */
        }

        if (word < rest.len && rest.data[word] == '=') {
            rest = cg_ascii_trim(cg_str_sub(rest, word + 1, rest.len));
        }
    }

    if (rest.len && (rest.data[0] == '"' || rest.data[0] == '\'')) {
        quote = memchr(rest.data + 1, rest.data[0], rest.len - 1);
        rest = cg_str_sub(rest, 1, quote ? (size_t) (quote - rest.data)
                                         : rest.len);
    }

    return rest;
}


cg_verdict_t
cg_headers_refresh(const cg_judge_t *judge, cg_arena_t *arena, cg_str_t line)
{
    cg_reader_t  reader;

    memset(&reader, 0, sizeof(reader));
    reader.judge = judge;
    reader.arena = arena;
    reader.inline_limit = line.len;

    return cg_carrier_url(&reader, cg_headers_refresh_url(line));
}


cg_verdict_t
cg_headers_quoted(const cg_judge_t *judge, cg_arena_t *arena, cg_str_t line)
{
    size_t                from;
    cg_verdict_t          verdict = cg_judge_free();
    const unsigned char  *end = line.data + line.len;
    const unsigned char  *open, *close = line.data;

    if (line.len && memchr(line.data, '\\', line.len)) {
        verdict = cg_judge_unlisted(judge);
        verdict.pass = cg_judge_all_open(judge) ? 1 : 0;
        return verdict;
    }

    while (verdict.pass && close < end
           && (open = memchr(close, '"', (size_t) (end - close))) != NULL)
    {
        close = memchr(open + 1, '"', (size_t) (end - open - 1));
        close = close ? close : end;
        from = (size_t) (open + 1 - line.data);

        verdict = cg_judge_url(judge, arena,
                               cg_str_sub(line, from,
                                          (size_t) (close - line.data)));
        close = close < end ? close + 1 : end;
    }

    return verdict;
}
