/*
 * Prints what the tokenizer makes of its input, in html5lib's token format,
 * one JSON array a line.
 *
 *   html-tokens [--state=data|rcdata|rawtext|script|plaintext|cdata]
 *               [--last-start-tag=NAME] [--split] <in
 *   html-tokens --batch [--split] <cases
 *
 * A case of a batch is a line "STATE NAME LENGTH" (NAME is "-" for none) and
 * LENGTH bytes.  --split feeds the input whole, in every two pieces and byte by
 * byte, and prints {"split":N} instead if the answers differ (N: length of the
 * first piece, 0: byte by byte).  Input is UTF-8.
 */

#include <stdio.h>

#include "heap.h"

#include "base/cg_ascii.h"
#include "html/cg_html_charref.h"
#include "html/cg_html_tok.h"

#define MAX_OUT   ((size_t) 1 << 30)
#define BAD       cg_str("\xEF\xBF\xBD")


typedef struct {
    cg_str_t         in;
    cg_html_mode_t   mode;
    cg_str_t         last;       /* last start tag, absent if none */
} job_t;

typedef struct {
    cg_arena_t      *arena;
    cg_str_t         in;
    cg_out_t         json;
    cg_out_t         text;       /* of the Character token being coalesced */
    cg_out_t         part;       /* one string of a token */
    uint64_t         run;        /* [run, run_end): raw text not decoded yet */
    uint64_t         run_end;
    cg_html_mode_t   run_mode;
    cg_str_t         names[CG_MAX_ATTRS];    /* of the tag being printed */
    size_t           nnames;
} printer_t;


/* Newlines and NUL bytes of text without character references. */

static void
put_plain(cg_out_t *out, cg_str_t raw, int lower, int nul)
{
    size_t         i;
    unsigned char  c;

    for (i = 0; i < raw.len; i++) {
        c = raw.data[i];

        if (c == '\r') {
            cg_out_byte(out, '\n');
            i += i + 1 < raw.len && raw.data[i + 1] == '\n';

        } else if (c == '\0' && nul) {
            cg_out_str(out, BAD);

        } else {
            cg_out_byte(out, lower ? cg_ascii_lower(c) : c);
        }
    }
}


static void
flush_run(printer_t *pr)
{
    cg_str_t  raw = cg_str_sub(pr->in, (size_t) pr->run, (size_t) pr->run_end);

    pr->run = pr->run_end;

    switch (pr->run_mode) {

    case CG_HTML_DATA:
        cg_html_charref_text(&pr->text, raw);
        break;

    case CG_HTML_RCDATA:
        cg_out_reset(&pr->part);
        cg_html_charref_text(&pr->part, raw);
        put_plain(&pr->text, cg_out_slice(&pr->part), 0, 1);
        break;

    case CG_HTML_CDATA:
        put_plain(&pr->text, raw, 0, 0);
        break;

    default:
        put_plain(&pr->text, raw, 0, 1);
    }
}


static void
put_head(printer_t *pr, const char *head)
{
    if (pr->json.len > 1) {
        cg_out_byte(&pr->json, ',');
    }

    cg_out_text(&pr->json, head);
}


static void
flush_text(printer_t *pr)
{
    flush_run(pr);

    if (pr->text.len) {
        put_head(pr, "[\"Character\",");
        cg_out_json(&pr->json, cg_out_slice(&pr->text));
        cg_out_byte(&pr->json, ']');
        cg_out_reset(&pr->text);
    }
}


static void
put_part(printer_t *pr, cg_str_t raw, int lower)
{
    cg_out_reset(&pr->part);
    put_plain(&pr->part, raw, lower, 1);
    cg_out_json(&pr->json, cg_out_slice(&pr->part));
}


static void
put_id(printer_t *pr, cg_str_t id, int lower)
{
    if (id.data == NULL) {
        cg_out_text(&pr->json, "null");

    } else {
        put_part(pr, id, lower);
    }

    cg_out_byte(&pr->json, ',');
}


/* 0: the tag has an attribute of this name already. */

static int
name_is_new(printer_t *pr, cg_str_t raw)
{
    size_t    i;
    cg_str_t  name;

    cg_out_reset(&pr->part);
    put_plain(&pr->part, raw, 1, 1);
    name = cg_arena_copy(pr->arena, cg_out_slice(&pr->part));

    for (i = 0; i < pr->nnames; i++) {
        if (cg_str_eq(pr->names[i], name)) {
            return 0;
        }
    }

    pr->names[pr->nnames++] = name;

    return 1;
}


static void
put_attrs(printer_t *pr, const cg_html_token_t *token, cg_str_t tag)
{
    size_t                 i;
    cg_str_t               name;
    const cg_html_attr_t  *attr;

    pr->nnames = 0;

    for (i = 0; i < token->nattrs; i++) {
        attr = &token->attrs[i];
        name = cg_str_sub(tag, attr->name, attr->name_end);

        if (!name_is_new(pr, name)) {
            continue;
        }

        if (pr->nnames > 1) {
            cg_out_byte(&pr->json, ',');
        }

        put_part(pr, name, 1);
        cg_out_byte(&pr->json, ':');

        cg_out_reset(&pr->part);
        cg_html_charref_attr(&pr->part,
                             cg_str_sub(tag, attr->value, attr->value_end));
        cg_out_json(&pr->json, cg_out_slice(&pr->part));
    }
}


static void
put_tag(printer_t *pr, const cg_html_token_t *token, cg_str_t tag)
{
    int     start = token->kind == CG_HTML_START_TAG;
    size_t  name = start ? 1 : 2;

    put_head(pr, start ? "[\"StartTag\"," : "[\"EndTag\",");
    put_part(pr, cg_str_sub(tag, name, token->name_end), 1);

    if (start) {
        cg_out_text(&pr->json, ",{");
        put_attrs(pr, token, tag);
        cg_out_text(&pr->json, token->self_closing ? "},true" : "}");
    }

    cg_out_byte(&pr->json, ']');
}


static void
put_doctype(printer_t *pr, cg_str_t bytes)
{
    int                eof = bytes.data[bytes.len - 1] != '>';
    cg_html_doctype_t  doctype;

    cg_html_doctype_read(bytes, eof, &doctype);

    put_head(pr, "[\"DOCTYPE\",");
    put_id(pr, doctype.name, 1);
    put_id(pr, doctype.public_id, 0);
    put_id(pr, doctype.system_id, 0);
    cg_out_text(&pr->json, doctype.force_quirks ? "false]" : "true]");
}


static cg_status_t
on_token(void *ctx, const cg_html_token_t *token)
{
    printer_t  *pr = ctx;
    cg_str_t    bytes = cg_str_sub(pr->in, (size_t) token->start,
                                   (size_t) token->end);

    if (token->kind == CG_HTML_TEXT) {
        if (token->start != pr->run_end || token->mode != pr->run_mode) {
            flush_run(pr);
            pr->run = token->start;
            pr->run_mode = token->mode;
        }

        pr->run_end = token->end;
        return CG_OK;
    }

    if (token->kind == CG_HTML_IGNORED) {
        flush_run(pr);
        return CG_OK;
    }

    flush_text(pr);

    switch (token->kind) {

    case CG_HTML_COMMENT:
        put_head(pr, "[\"Comment\",");
        put_part(pr, cg_str_sub(bytes, token->data, token->data_end), 0);
        cg_out_byte(&pr->json, ']');
        break;

    case CG_HTML_DOCTYPE:
        put_doctype(pr, bytes);
        break;

    default:
        put_tag(pr, token, bytes);
    }

    return CG_OK;
}


/* Feeds `first` bytes, then the rest; 0: byte by byte.  Each piece is a heap
 * block of its own. */

static cg_status_t
feed(cg_html_tok_t *tok, cg_str_t in, size_t first)
{
    size_t       at, len;
    cg_str_t     piece;
    cg_status_t  rc = CG_OK;

    for (at = 0; at < in.len && rc == CG_OK; at += len) {
        len = first == 0 ? 1 : at == 0 ? first : in.len - first;

        piece = heap_exact(cg_str_sub(in, at, at + len));
        rc = cg_html_tok_feed(tok, piece.data, piece.len);
        free((void *) piece.data);
    }

    return rc == CG_OK ? cg_html_tok_end(tok) : rc;
}


static void
run(heap_t *heap, const job_t *job, size_t first, cg_out_t *json)
{
    printer_t      *pr = cg_arena_zero(&heap->arena, sizeof(*pr));
    cg_html_tok_t  *tok = cg_html_tok_create(&heap->arena, on_token, pr, 1);

    pr->arena = &heap->arena;
    pr->in = job->in;

    cg_out_init(&pr->json, &heap->arena, MAX_OUT);
    cg_out_init(&pr->text, &heap->arena, MAX_OUT);
    cg_out_init(&pr->part, &heap->arena, MAX_OUT);

    cg_html_tok_set_mode(tok, job->mode, job->last);
    cg_html_tok_set_cdata(tok, job->mode == CG_HTML_CDATA);

    cg_out_byte(&pr->json, '[');

    if (feed(tok, job->in, first) != CG_OK) {
        fprintf(stderr, "html-tokens: no memory\n");
        exit(2);
    }

    flush_text(pr);
    cg_out_byte(&pr->json, ']');

    *json = pr->json;
}


/* `split` is the first piece's length of the first wrong answer. */

static int
splits_agree(const job_t *job, cg_str_t want, size_t *split)
{
    int       same = 1;
    heap_t    heap;
    cg_out_t  json;

    for (*split = 0; *split < job->in.len; ++*split) {
        heap_init(&heap);
        run(&heap, job, *split, &json);
        same = cg_str_eq(cg_out_slice(&json), want);
        heap_drop(&heap);

        if (!same) {
            break;
        }
    }

    return same;
}


static void
print_job(const job_t *job, int split)
{
    size_t    at;
    heap_t    heap;
    cg_out_t  json;
    cg_str_t  whole;

    heap_init(&heap);
    run(&heap, job, job->in.len ? job->in.len : 1, &json);
    whole = cg_out_slice(&json);

    if (split && !splits_agree(job, whole, &at)) {
        printf("{\"split\":%zu}\n", at);

    } else {
        fwrite(whole.data, 1, whole.len, stdout);
        putchar('\n');
    }

    heap_drop(&heap);
}


static int
read_state(const char *name, cg_html_mode_t *mode)
{
    size_t              i;
    static const char  *names[] = {
        "data", "rcdata", "rawtext", "script", "plaintext", "cdata"
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(name, names[i]) == 0) {
            *mode = (cg_html_mode_t) i;
            return 1;
        }
    }

    fprintf(stderr, "html-tokens: no state \"%s\"\n", name);

    return 0;
}


static int
batch(int split)
{
    char            state[16], name[256];
    size_t          len;
    job_t           job;
    unsigned char  *in;

    while (scanf("%15s %255s %zu", state, name, &len) == 3) {
        in = malloc(len + 1);

        if (getchar() != '\n' || !read_state(state, &job.mode)
            || fread(in, 1, len, stdin) != len)
        {
            fprintf(stderr, "html-tokens: malformed batch\n");
            free(in);
            return 2;
        }

        job.in = (cg_str_t) { len, in };
        job.last = strcmp(name, "-") == 0 ? cg_str_null : cg_str_from(name);
        print_job(&job, split);
        free(in);
    }

    return 0;
}


static cg_str_t
read_all(heap_t *heap)
{
    size_t         n;
    cg_out_t       out;
    unsigned char  buf[65536];

    cg_out_init(&out, &heap->arena, MAX_OUT);

    while ((n = fread(buf, 1, sizeof(buf), stdin)) > 0) {
        cg_out_bytes(&out, buf, n);
    }

    return cg_out_slice(&out);
}


int
main(int argc, char **argv)
{
    int     i, split = 0, many = 0;
    heap_t  heap;
    job_t   job = { cg_str_null, CG_HTML_DATA, cg_str_null };

    for (i = 1; i < argc; i++) {

        if (strncmp(argv[i], "--state=", 8) == 0) {
            if (!read_state(argv[i] + 8, &job.mode)) {
                return 2;
            }

        } else if (strncmp(argv[i], "--last-start-tag=", 17) == 0) {
            job.last = cg_str_from(argv[i] + 17);

        } else if (strcmp(argv[i], "--split") == 0) {
            split = 1;

        } else if (strcmp(argv[i], "--batch") == 0) {
            many = 1;

        } else {
            fprintf(stderr, "html-tokens: what is \"%s\"?\n", argv[i]);
            return 2;
        }
    }

    if (many) {
        return batch(split);
    }

    heap_init(&heap);
    job.in = read_all(&heap);

    if (job.in.data == NULL) {
        fprintf(stderr, "html-tokens: input longer than 1 GiB\n");
        return 2;
    }

    print_job(&job, split);
    heap_drop(&heap);

    return 0;
}
