#include "cg_re.h"

#define PCRE2_CODE_UNIT_WIDTH  8
#include <pcre2.h>

/* PCRE2's own limit counts calls, not work: compiled code may run over the
 * rest of the subject for each of them, and for each beginning.  So every item
 * of a pattern calls out, and pays for the way that was gone since the last. */

#define RE_WORK_MIN   32768u           /* for a subject of no length */
#define RE_WORK_BYTE  256u             /* for each of its bytes */
#define RE_WORK_ITEM  32u              /* an item, in bytes gone over */
#define RE_DEPTH      10000u           /* nested backtracking points */
#define RE_HEAP       8192u            /* kilobytes of them */


struct cg_re_s {
    pcre2_code  *code;
};

typedef struct {
    size_t  at;                        /* where the last item began */
    size_t  left;
} re_work_t;


static void *
re_alloc(size_t size, void *arena)
{
    return cg_arena_raw(arena, size);
}


static void
re_free(void *block, void *arena)
{
    cg_arena_outgrown(arena, block);
}


/* The text of an error, "TEXT at offset N"; empty where memory was short. */

static void
re_explain(int code, size_t offset, char *error, size_t error_len)
{
    size_t         n, digits = 0;
    PCRE2_UCHAR    text[128];
    unsigned char  reversed[24];
    cg_str_t       at = cg_str(" at offset ");

    if (error_len == 0) {
        return;
    }

    error[0] = '\0';

    if (code == PCRE2_ERROR_HEAP_FAILED || code == PCRE2_ERROR_NOMEMORY
        || pcre2_get_error_message(code, text, sizeof(text)) < 0)
    {
        return;
    }

    do {
        reversed[digits++] = (unsigned char) ('0' + offset % 10);
        offset /= 10;
    } while (offset);

    n = strlen((const char *) text);

    if (n + at.len + digits >= error_len) {
        return;
    }

    memcpy(error, text, n);
    memcpy(error + n, at.data, at.len);
    n += at.len;

    while (digits) {
        error[n++] = (char) reversed[--digits];
    }

    error[n] = '\0';
}


static pcre2_code *
re_code(cg_arena_t *arena, cg_str_t pattern, uint32_t options, int *code,
    size_t *offset)
{
    pcre2_code             *made = NULL;
    pcre2_general_context  *general;
    pcre2_compile_context  *compile = NULL;

    *code = PCRE2_ERROR_NOMEMORY;

    general = pcre2_general_context_create(re_alloc, re_free, arena);

    if (general) {
        compile = pcre2_compile_context_create(general);
    }

    if (compile) {
        made = pcre2_compile(pattern.data, pattern.len, options, code, offset,
                             compile);
    }

    pcre2_compile_context_free(compile);
    pcre2_general_context_free(general);

    return made;
}


cg_re_t *
cg_re_compile(cg_arena_t *arena, cg_str_t pattern, int nocase, char *error,
    size_t error_len)
{
    int       code = PCRE2_ERROR_NOMEMORY;
    size_t    offset = 0;
    cg_re_t  *re;
    uint32_t  options = PCRE2_NEVER_UTF | PCRE2_DOLLAR_ENDONLY
                         | PCRE2_AUTO_CALLOUT;

    re = cg_arena_zero(arena, sizeof(*re));

    if (re) {
        re->code = re_code(arena, pattern,
                           nocase ? options | PCRE2_CASELESS : options,
                           &code, &offset);
    }

    if (re == NULL || re->code == NULL) {
        re_explain(code, offset, error, error_len);
        return NULL;
    }

    /* without JIT the interpreter matches; that is no fault */

    (void) pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE);

    return re;
}


void
cg_re_free(cg_re_t *re)
{
    if (re) {
        pcre2_code_free(re->code);
        re->code = NULL;
    }
}


/* Negative: the search ends here. */

static int
re_pay(pcre2_callout_block *item, void *data)
{
    size_t      cost;
    re_work_t  *work = data;

    cost = item->current_position > work->at
           ? item->current_position - work->at
           : work->at - item->current_position;
    cost += RE_WORK_ITEM;

    work->at = item->current_position;

    if (cost > work->left) {
        return PCRE2_ERROR_CALLOUT;
    }

    work->left -= cost;

    return 0;
}


static cg_status_t
re_status(int rc)
{
    if (rc >= 0) {
        return CG_OK;
    }

    return rc == PCRE2_ERROR_NOMATCH ? CG_NONE : CG_ELIMIT;
}


cg_status_t
cg_re_search(const cg_re_t *re, cg_str_t subject)
{
    int                   rc = PCRE2_ERROR_NOMEMORY;
    re_work_t             work;
    pcre2_match_data     *data;
    pcre2_match_context  *limits;

    data = pcre2_match_data_create(1, NULL);
    limits = pcre2_match_context_create(NULL);

    if (subject.data == NULL) {
        subject = cg_str("");
    }

    if (data && limits) {
        work.at = 0;
        work.left = RE_WORK_MIN + RE_WORK_BYTE * subject.len;

        (void) pcre2_set_callout(limits, re_pay, &work);
        pcre2_set_depth_limit(limits, RE_DEPTH);
        pcre2_set_heap_limit(limits, RE_HEAP);

        rc = pcre2_match(re->code, subject.data, subject.len, 0, 0, data,
                         limits);

        if (rc == PCRE2_ERROR_JIT_STACKLIMIT) {
            rc = pcre2_match(re->code, subject.data, subject.len, 0,
                             PCRE2_NO_JIT, data, limits);
        }
    }

    pcre2_match_context_free(limits);
    pcre2_match_data_free(data);

    return re_status(rc);
}
