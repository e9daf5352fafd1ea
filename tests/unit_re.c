#include "tap.h"
#include "heap.h"

#include "base/cg_re.h"


static void
patterns_find_what_they_say(void)
{
    static const struct {
        const char   *pattern;
        cg_str_t      subject;
        int           nocase;
        cg_status_t   want;
    } cases[] = {
        { "^_ga_", cg_str("_ga_X"), 0, CG_OK },
        { "^_ga_", cg_str("x_ga_X"), 0, CG_NONE },
        { "^_ga_", cg_str("_GA_X"), 0, CG_NONE },
        { "^_ga_", cg_str("_GA_X"), 1, CG_OK },
        { "a$", cg_str("a\n"), 0, CG_NONE },
        { "a.b", cg_str("a\xff" "b"), 0, CG_OK },
        { "\\x00", cg_str("a\0b"), 0, CG_OK },
        { "^$", cg_str(""), 0, CG_OK },
        { "(a+)+$", cg_str("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"), 0,
          CG_ELIMIT },
    };

    char       error[128];
    size_t     i, failed = 0;
    heap_t     heap;
    cg_re_t   *re;
    cg_str_t   subject;

    heap_init(&heap);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        re = cg_re_compile(&heap.arena, cg_str_from(cases[i].pattern),
                           cases[i].nocase, error, sizeof(error));
        subject = heap_exact(cases[i].subject);

        if (re == NULL || cg_re_search(re, subject) != cases[i].want) {
            failed++;
            printf("# %s\n", cases[i].pattern);
        }

        cg_re_free(re);
        free((void *) subject.data);
    }

    is_int(failed, 0, "patterns find what they say, within limits");
    heap_drop(&heap);
}


/* A hundred thousand bytes: what grows with their square would take minutes,
 * and is not seen to be harmless; what grows with them is searched through. */

static void
work_grows_with_the_subject(void)
{
    static const struct {
        const char   *pattern;
        const char   *text;            /* over and over, then "!b" */
        cg_status_t   want;
    } cases[] = {
        { "a+c?b", "a", CG_ELIMIT },
        { "a*a*a*b\\d", "a", CG_ELIMIT },
        { "(a+)\\1+b\\d", "a", CG_ELIMIT },
        { "(?=(a+))\\1*b\\d", "a", CG_ELIMIT },
        { "(a|aa)+b\\d", "a", CG_ELIMIT },
        { "(.*)=(.*)b\\d", "x=y;", CG_ELIMIT },
        { "b\\d", "a", CG_NONE },
        { "new\\s+Tracker\\(", "x = new Thing(a);\n", CG_NONE },
        { "[a-z]+Tracker\\(", "x = new Thing(a);\n", CG_NONE },
        { "(?i)(one|two|tracker)\\s*\\(", "trace(two, one);\n", CG_NONE },
        { "thing.{0,8}!b", "x = new Thing(a);\n", CG_NONE },
    };

    char       error[128];
    size_t     i, k, len = 100000, failed = 0;
    heap_t     heap;
    cg_re_t   *re;
    cg_str_t   all;
    char      *subject;

    heap_init(&heap);
    subject = malloc(len);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (k = 0; k < len - 2; k++) {
            subject[k] = cases[i].text[k % strlen(cases[i].text)];
        }

        memcpy(subject + len - 2, "!b", 2);
        all.len = len;
        all.data = (unsigned char *) subject;

        re = cg_re_compile(&heap.arena, cg_str_from(cases[i].pattern), 0,
                           error, sizeof(error));

        if (re == NULL || cg_re_search(re, all) != cases[i].want) {
            failed++;
            printf("# %s\n", cases[i].pattern);
        }

        cg_re_free(re);
    }

    is_int(failed, 0, "the work grows with the subject, no faster");
    free(subject);
    heap_drop(&heap);
}


static void
faults_have_a_sentence(void)
{
    char     error[128], small[8] = "x";
    size_t   n;
    heap_t   heap;
    cg_re_t *re;

    heap_init(&heap);

    ok(cg_re_compile(&heap.arena, cg_str("a[b"), 0, error, sizeof(error))
       == NULL && strcmp(error, "missing terminating ] for character class at "
                         "offset 3") == 0, "a malformed pattern: where");
    ok(cg_re_compile(&heap.arena, cg_str("a[b"), 0, small, sizeof(small))
       == NULL && small[0] == '\0', "a sentence that does not fit is left out");
    ok(cg_re_compile(&heap.arena, cg_str("(*UTF)a"), 0, error, sizeof(error))
       == NULL, "patterns are bytes");
    heap_drop(&heap);

    for (n = 1; ; n++) {
        heap_init(&heap);
        heap.fail_at = n;
        re = cg_re_compile(&heap.arena, cg_str("a(b|c)+"), 0, error,
                           sizeof(error));
        if (re) {
            break;
        }

        if (error[0] != '\0') {
            break;
        }

        heap_drop(&heap);
    }

    ok(re != NULL && cg_re_search(re, cg_str("abc")) == CG_OK,
       "the n-th allocation fails: no pattern, no sentence (%zu times)", n);
    cg_re_free(re);
    cg_re_free(NULL);
    heap_drop(&heap);
}


int
main(void)
{
    patterns_find_what_they_say();
    work_grows_with_the_subject();
    faults_have_a_sentence();

    return tap_done();
}
