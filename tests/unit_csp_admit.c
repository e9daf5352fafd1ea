/* What a site's own Content-Security-Policy lets in of ours: in the directives
 * that count, where they forbid it, and these very things alone. */

#include "tap.h"
#include "heap.h"

#include "gate/cg_csp.h"

#define A  " 'sha256-a'"
#define B  " 'sha256-b'"
#define S  " h:*/c/s.js"
#define Y  " h:*/c/y.css"
#define E  " h:*/c/choice"


static void
admits(void)
{
    static const struct {
        const char  *line;
        const char  *want;             /* NULL: untouched */
    } cases[] = {
        /* nothing is forbidden */
        { "", NULL },
        { ";,;", NULL },
        { "img-src 'none'; base-uri 'none'", NULL },
        { "script-src * 'unsafe-inline'; style-src 'self' 'unsafe-inline'",
          NULL },
        { "default-src 'SELF' 'Unsafe-Inline'", NULL },
        { "script-src 'nonce-n'; style-src 'nonce-s'", NULL },
        { "require-trusted-types-for 'script'", NULL },

        /* one directive for all of it, or one for each */
        { "default-src 'self'", "default-src 'self'" A B },
        { "default-src 'none'", "default-src" A B S Y E },
        { "default-src", "default-src" A B S Y E },
        { "default-src\t'none' ; img-src *",
          "default-src" A B S Y E "; img-src *" },
        { "default-src 'none'; script-src x.example",
          "default-src" B Y E "; script-src x.example" A S },
        { "script-src 'self'; default-src 'self' 'unsafe-inline'",
          "script-src 'self'" A "; default-src 'self' 'unsafe-inline'" },
        { "script-src-elem 'self'; script-src 'none'; style-src-elem *; "
          "style-src 'none'", "script-src-elem 'self'" A "; script-src 'none'; "
          "style-src-elem *" B "; style-src 'none'" },
        { "connect-src x.example; form-action 'none'",
          "connect-src x.example" E "; form-action" E },
        { "form-action 'self'; connect-src *", NULL },

        /* 'unsafe-inline' that counts for nothing */
        { "script-src 'self' 'unsafe-inline' 'sha512-x'",
          "script-src 'self' 'unsafe-inline' 'sha512-x'" A },
        { "script-src * 'unsafe-inline' 'nonce-other'",
          "script-src * 'unsafe-inline' 'nonce-other'" A },
        { "script-src 'strict-dynamic' 'nonce-n' 'unsafe-inline'", NULL },
        { "style-src 'self' 'nonce-S'", "style-src 'self' 'nonce-S'" B },

        /* the first of a name counts; 'none' beside another is nothing */
        { "script-src 'self'; script-src 'none'",
          "script-src 'self'" A "; script-src 'none'" },
        { "style-src 'none' 'self'", "style-src 'none' 'self'" B },

        /* each policy by itself */
        { "script-src 'nonce-n', script-src 'none'",
          "script-src 'nonce-n', script-src" A S },
        { "style-src 'none', img-src *,style-src 'self';",
          "style-src" B Y ", img-src *,style-src 'self'" B ";" },
    };

    size_t                 i;
    heap_t                 heap;
    cg_out_t               out;
    cg_str_t               line;
    cg_status_t            rc;
    const cg_csp_ours_t    ours = { cg_str(A), cg_str(B), cg_str(S),
                                      cg_str(Y), cg_str(E) };
    const cg_csp_nonces_t  nonces = { cg_str("n"), cg_str("s") };

    heap_init(&heap);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        line = heap_exact(cg_str_from(cases[i].line));
        cg_out_init(&out, &heap.arena, 512);
        rc = cg_csp_admit(line, &nonces, &ours, &out);

        is_int(rc, cases[i].want ? CG_OK : CG_NONE,
               "a policy of the site's: \"%s\"", cases[i].line);
        if (cases[i].want) {
            is_str(cg_out_slice(&out), cg_str_from(cases[i].want),
                   "... lets ours in and nothing else");
        }

        free((void *) line.data);
    }

    heap_drop(&heap);
}


/* Made with: printf x | openssl dgst -sha256 -binary | base64, "+" and "/" as
 * in URLs; browsers read both. */

static void
hashes(void)
{
    heap_t    heap;
    cg_out_t  out;

    static const char  x[] =
        " 'sha256-LXEWQrcmsEQBYnyp-6wy9chTD7GQPMTbAiWHF5IaSIE='";
    heap_init(&heap);
    cg_out_init(&out, &heap.arena, 512);

    cg_csp_hashes(cg_str("<style a>y</style><p>script</p><script src=\"z\">"
                         "</script><script>x</script><script>open"),
                  "script", &out);
    is_str(cg_out_slice(&out), cg_str_from(x),
           "the hash of each inline element of ours, by its tag");

    cg_out_reset(&out);
    cg_csp_hashes(cg_str("<script>x</script><style"), "style", &out);
    is_int(out.len, 0, "none where there is none");

    heap_drop(&heap);
}


int
main(void)
{
    admits();
    hashes();

    return tap_done();
}
