#include "tap.h"
#include "visit.h"

#include "consent/cg_choice.h"

#define LEN(a)  (sizeof(a) / sizeof((a)[0]))

#define FORM  "application/x-www-form-urlencoded"
#define JSON  "application/json"


typedef struct {
    const char        *type;
    const char        *body;
    cg_status_t        rc;
    cg_choice_kind_t   kind;
    uint32_t           granted;
    const char        *notice;
    const char        *back;
} case_t;

static const case_t  cases[] = {
    { FORM, "choice=accept", CG_OK, CG_CHOICE_ACCEPT, 5, NULL, "/" },
    { FORM, "choice=reject", CG_OK, CG_CHOICE_REJECT, 0, NULL, "/" },
    { FORM, "choice=withdraw", CG_OK, CG_CHOICE_WITHDRAW, 0, NULL, "/" },
    { FORM, "choice=save", CG_OK, CG_CHOICE_SAVE, 0, NULL, "/" },
    { FORM, "choice=save&p=media", CG_OK, CG_CHOICE_SAVE, 4, NULL, "/" },
    { FORM, "p=media&p=analytics&choice=save&p=media", CG_OK,
      CG_CHOICE_SAVE, 5, NULL, "/" },
    { FORM, "choice=save&p=necessary", CG_OK, CG_CHOICE_SAVE, 0, NULL, "/" },
    { FORM, "choice=reject&p=media&p=gone", CG_OK, CG_CHOICE_REJECT, 0,
      NULL, "/" },
    { FORM, "choice=accept&p=gone", CG_OK, CG_CHOICE_ACCEPT, 5, NULL, "/" },
    { FORM "; charset=UTF-8", "choice=accept&notice=ja.b.1.f.x&return=%2fa+b",
      CG_OK, CG_CHOICE_ACCEPT, 5, "ja.b.1.f.x", "/a b" },
    { " Application/X-WWW-Form-Urlencoded ;x",
      "&&%63hoice=%61ccept&&utm=%00&", CG_OK, CG_CHOICE_ACCEPT, 5, NULL,
      "/" },
    { FORM, "choice=accept&notice=", CG_OK, CG_CHOICE_ACCEPT, 5, "", "/" },
    { FORM, "choice=accept&return=//evil.example", CG_OK, CG_CHOICE_ACCEPT,
      5, NULL, "/" },
    { FORM, "choice=accept&return=%2F%5Cevil.example", CG_OK,
      CG_CHOICE_ACCEPT, 5, NULL, "/" },

    { FORM, "", CG_EINVAL, 0, 0, NULL, "/" },
    { FORM, "choice", CG_EINVAL, 0, 0, NULL, "/" },
    { FORM, "choice=", CG_EINVAL, 0, 0, NULL, "/" },
    { FORM, "choice=Accept", CG_EINVAL, 0, 0, NULL, "/" },
    { FORM, "choice=accept%00", CG_EINVAL, 0, 0, NULL, "/" },
    { FORM, "choice=accept+", CG_EINVAL, 0, 0, NULL, "/" },
    { FORM, "Choice=accept", CG_EINVAL, 0, 0, NULL, "/" },
    { FORM, "p=media", CG_EINVAL, 0, 0, NULL, "/" },
    { FORM, "choice=reject&choice=accept", CG_EINVAL, 0, 0, NULL, "/" },
    { FORM, "choice=accept&choice=accept", CG_EINVAL, 0, 0, NULL, "/" },
    { FORM, "choice=accept&notice=a&notice=b", CG_EINVAL, 0, 0, NULL, "/" },
    { FORM, "choice=accept&return=/a&return=/a", CG_EINVAL, 0, 0, NULL,
      "/a" },
    { FORM, "choice=save&p=gone", CG_EINVAL, 0, 0, NULL, "/" },
    { FORM, "choice=save&p=", CG_EINVAL, 0, 0, NULL, "/" },
    { FORM, "choice=accept%", CG_EINVAL, 0, 0, NULL, "/" },
    { FORM, "choice=accept%4", CG_EINVAL, 0, 0, NULL, "/" },
    { FORM, "choice=accept&x=%g0", CG_EINVAL, 0, 0, NULL, "/" },
    { FORM, "choice=accept&%0g=", CG_EINVAL, 0, 0, NULL, "/" },
    { FORM, "return=/kept&choice=bad", CG_EINVAL, 0, 0, NULL, "/kept" },
    { FORM, "{\"choice\":\"accept\"}", CG_EINVAL, 0, 0, NULL, "/" },

    { JSON, "{\"choice\":\"accept\"}", CG_OK, CG_CHOICE_ACCEPT, 5, NULL,
      "/" },
    { JSON ";charset=utf-8", " {\"choice\" : \"save\", \"purposes\": "
      "{\"analytics\":true,\"media\":false,\"necessary\":true}, "
      "\"notice\":\"n\", \"return\":\"/x?y=1\", \"more\":[1]} ", CG_OK,
      CG_CHOICE_SAVE, 1, "n", "/x?y=1" },
    { JSON, "{\"choice\":\"save\",\"purposes\":{}}", CG_OK, CG_CHOICE_SAVE,
      0, NULL, "/" },
    { JSON, "{\"choice\":\"save\",\"purposes\":{\"media\":false}}", CG_OK,
      CG_CHOICE_SAVE, 0, NULL, "/" },
    { JSON, "{\"choice\":\"withdraw\",\"purposes\":{\"gone\":true}}", CG_OK,
      CG_CHOICE_WITHDRAW, 0, NULL, "/" },

    { JSON, "", CG_EINVAL, 0, 0, NULL, "/" },
    { JSON, "choice=accept", CG_EINVAL, 0, 0, NULL, "/" },
    { JSON, "[]", CG_EINVAL, 0, 0, NULL, "/" },
    { JSON, "\"accept\"", CG_EINVAL, 0, 0, NULL, "/" },
    { JSON, "{}", CG_EINVAL, 0, 0, NULL, "/" },
    { JSON, "{\"choice\":1}", CG_EINVAL, 0, 0, NULL, "/" },
    { JSON, "{\"choice\":null}", CG_EINVAL, 0, 0, NULL, "/" },
    { JSON, "{\"choice\":[\"accept\"]}", CG_EINVAL, 0, 0, NULL, "/" },
    { JSON, "{\"choice\":\"accept\\u0000\"}", CG_EINVAL, 0, 0, NULL, "/" },
    { JSON, "{\"choice\":\"reject\",\"choice\":\"accept\"}", CG_EINVAL, 0, 0,
      NULL, "/" },
    { JSON, "{\"choice\":\"save\"}", CG_EINVAL, 0, 0, NULL, "/" },
    { JSON, "{\"choice\":\"save\",\"purposes\":[\"media\"]}", CG_EINVAL, 0,
      0, NULL, "/" },
    { JSON, "{\"choice\":\"save\",\"purposes\":{\"media\":1}}", CG_EINVAL, 0,
      0, NULL, "/" },
    { JSON, "{\"choice\":\"save\",\"purposes\":{\"media\":\"true\"}}",
      CG_EINVAL, 0, 0, NULL, "/" },
    { JSON, "{\"choice\":\"save\",\"purposes\":{\"gone\":true}}", CG_EINVAL,
      0, 0, NULL, "/" },
    { JSON, "{\"choice\":\"save\",\"purposes\":{\"media\":false,"
      "\"media\":true}}", CG_EINVAL, 0, 0, NULL, "/" },
    { JSON, "{\"choice\":\"accept\",\"notice\":7}", CG_EINVAL, 0, 0, NULL,
      "/" },
    { JSON, "{\"choice\":\"accept\"}x", CG_EINVAL, 0, 0, NULL, "/" },
    { JSON, "{\"choice\":\"accept\"", CG_EINVAL, 0, 0, NULL, "/" },
    { JSON, "{\"choice\":\"accept\",\"x\":\"\xff\"}", CG_EINVAL, 0, 0, NULL,
      "/" },

    { "multipart/form-data; boundary=x", "choice=accept", CG_NONE, 0, 0,
      NULL, "/" },
    { "text/plain", "choice=accept", CG_NONE, 0, 0, NULL, "/" },
    { "application/jsonx", "{\"choice\":\"accept\"}", CG_NONE, 0, 0, NULL,
      "/" },
    { "", "choice=accept", CG_NONE, 0, 0, NULL, "/" },
    { NULL, "choice=accept", CG_NONE, 0, 0, NULL, "/" },
};


static const struct {
    const char  *body;
    const char  *once;             /* NULL: CG_EINVAL; "": absent */
} onces[] = {
    { "choice=accept&once=0123456789A", "0123456789A" },
    { "choice=reject&once=%30123456789-_azAZ", "0123456789-_azAZ" },
    { "{\"choice\":\"accept\",\"once\":\"0123456789A\"}", "0123456789A" },
    { "choice=accept", "" },
    { "choice=accept&once=", NULL },
    { "choice=accept&once=0123456789", NULL },
    { "choice=accept&once=0123456789+", NULL },
    { "choice=accept&once=0123456789A.", NULL },
    { "choice=accept&once=0123456789A&once=0123456789A", NULL },
    { "choice=accept&once=0123456789abcdef0123456789abcdef0123456789abcdef"
      "0123456789abcdef0", NULL },
    { "{\"choice\":\"accept\",\"once\":12345678901}", NULL },
};


static void
a_form_may_say_which_it_is(const cg_policy_t *policy)
{
    heap_t        heap;
    size_t        i, wrong = 0;
    cg_str_t      want, body;
    cg_status_t   rc;
    cg_choice_t   choice;
    const char   *error;

    heap_init(&heap);

    for (i = 0; i < LEN(onces); i++) {
        body = heap_exact(cg_str_from(onces[i].body));
        rc = cg_choice_read(&heap.arena, policy,
                            cg_str_from(body.data[0] == '{' ? JSON : FORM),
                            body, &choice, &error);
        free((void *) body.data);

        want = onces[i].once ? cg_str_from(onces[i].once) : cg_str_null;

        if (rc != (onces[i].once ? CG_OK : CG_EINVAL)
            || !cg_str_eq(choice.once, want)
            || (choice.once.data != NULL) != (want.len != 0))
        {
            printf("# %s: %d\n", onces[i].body, rc);
            wrong++;
        }
    }

    is_int(wrong, 0, "each of %zu says which form it is, or nothing",
           LEN(onces));
    heap_drop(&heap);
}


static cg_str_t
exact(const char *text)
{
    return text ? heap_exact(cg_str_from(text)) : cg_str_null;
}


static int
is_as_wanted(const case_t *c, cg_status_t rc, const cg_choice_t *choice,
    const char *error)
{
    cg_str_t  notice = c->notice ? cg_str_from(c->notice) : cg_str_null;

    return rc == c->rc && choice->kind == c->kind
           && choice->granted == c->granted
           && cg_str_eq(choice->notice, notice)
           && (choice->notice.data == NULL) == (notice.data == NULL)
           && cg_str_eq(choice->back, cg_str_from(c->back))
           && (error != NULL) == (rc == CG_EINVAL);
}


static void
choices_are_read(const cg_policy_t *policy)
{
    heap_t        heap;
    size_t        i, wrong = 0;
    cg_str_t      type, body;
    cg_status_t   rc;
    cg_choice_t   choice;
    const char   *error;

    heap_init(&heap);

    for (i = 0; i < LEN(cases); i++) {
        type = exact(cases[i].type);
        body = exact(cases[i].body);
        rc = cg_choice_read(&heap.arena, policy, type, body, &choice, &error);
        free((void *) type.data);
        free((void *) body.data);

        if (!is_as_wanted(&cases[i], rc, &choice, error)) {
            printf("# %s\n# rc %d kind %d granted %x error %s\n",
                   cases[i].body, rc, choice.kind, choice.granted,
                   error ? error : "(none)");
            tap_show("notice", choice.notice);
            tap_show("back", choice.back);
            wrong++;
        }
    }

    is_int(wrong, 0, "each of %zu bodies says what it says, no more",
           LEN(cases));
    heap_drop(&heap);
}


static void
bodies_are_bounded(const cg_policy_t *policy)
{
    heap_t        heap;
    cg_str_t      body;
    cg_choice_t   choice;
    const char   *error;
    static char   text[CG_MAX_CHOICE + 2];

    heap_init(&heap);
    memset(text, '&', sizeof(text));
    memcpy(text, "choice=accept&", 14);

    body = (cg_str_t) { CG_MAX_CHOICE, (unsigned char *) text };
    is_int(cg_choice_read(&heap.arena, policy, cg_str(FORM), body, &choice,
                          &error), CG_OK, "a body may be 4 KiB long");

    body.len++;
    is_int(cg_choice_read(&heap.arena, policy, cg_str(FORM), body, &choice,
                          &error), CG_ELIMIT, "and not a byte longer");

    memset(text, '[', sizeof(text));
    body.len = CG_MAX_CHOICE;
    is_int(cg_choice_read(&heap.arena, policy, cg_str(JSON), body, &choice,
                          &error), CG_EINVAL, "deep JSON is an error");
    heap_drop(&heap);
}


/* Whichever allocation fails, nothing is chosen. */

static void
no_memory_is_no_choice(const cg_policy_t *policy)
{
    static const char *const  bodies[] = {
        "choice=accept&notice=a&return=/b",
        "{\"choice\":\"accept\",\"notice\":\"a\",\"return\":\"/b\"}",
    };

    size_t        i, k, wrong = 0;
    heap_t        heap;
    cg_status_t   rc;
    cg_choice_t   choice;
    const char   *error;

    for (i = 0; i < LEN(bodies); i++) {
        for (k = 1, rc = CG_ENOMEM; rc != CG_OK && k < 20; k++) {
            heap_init(&heap);
            heap.fail_at = k;
            rc = cg_choice_read(&heap.arena, policy,
                                i ? cg_str(JSON) : cg_str(FORM),
                                cg_str_from(bodies[i]), &choice, &error);
            wrong += rc != CG_OK
                     && (rc != CG_ENOMEM || choice.granted || choice.kind);
            heap_drop(&heap);
        }

        wrong += rc != CG_OK || k < 4;
    }

    is_int(wrong, 0, "no memory is no choice");
}


static void
returns_stay_here(void)
{
    static const struct { const char *in, *want; } backs[] = {
        { "/", "/" },
        { "/a/b?c=d&e#f", "/a/b?c=d&e#f" },
        { "/a//b", "/a//b" },
        { "/\xe5\x90\x8c", "/\xe5\x90\x8c" },
        { "", "/" },
        { "a", "/" },
        { "//evil.example", "/" },
        { "///evil.example", "/" },
        { "/\\evil.example", "/" },
        { "/a\\b", "/" },
        { "\\/evil.example", "/" },
        { "/\t/evil.example", "/" },
        { "/a\r\nSet-Cookie: x", "/" },
        { "/a\x7f", "/" },
        { " /a", "/" },
        { "https://evil.example/", "/" },
        { "javascript:alert(1)", "/" },
    };

    size_t    i, wrong = 0;
    cg_str_t  in;

    for (i = 0; i < LEN(backs); i++) {
        in = exact(backs[i].in);

        if (!cg_str_eq(cg_choice_back(in), cg_str_from(backs[i].want))) {
            printf("# %s\n", backs[i].in);
            wrong++;
        }

        free((void *) in.data);
    }

    wrong += !cg_str_eq(cg_choice_back(cg_str_null), cg_str("/"));
    wrong += !cg_str_eq(cg_choice_back((cg_str_t) { 3,
                        (const unsigned char *) "/\0a" }), cg_str("/"));

    is_int(wrong, 0, "a redirect stays on this origin");
}


static const struct {
    const char   *site, *origin, *host;
    int           https;
    cg_origin_t   want;
} origins[] = {
    { "same-origin", NULL, "a.example", 1, CG_ORIGIN_SAME },
    { "same-origin", "https://evil.example", "a.example", 1,
      CG_ORIGIN_SAME },
    { "none", NULL, "a.example", 1, CG_ORIGIN_NONE },
    { "none", "https://evil.example", "a.example", 1, CG_ORIGIN_NONE },
    { "same-site", "https://a.example", "a.example", 1, CG_ORIGIN_CROSS },
    { "cross-site", "https://a.example", "a.example", 1,
      CG_ORIGIN_CROSS },
    { "", "https://a.example", "a.example", 1, CG_ORIGIN_CROSS },
    { "Same-Origin", "https://a.example", "a.example", 1,
      CG_ORIGIN_CROSS },
    { "same-origin, same-origin", NULL, "a.example", 1,
      CG_ORIGIN_CROSS },

    { NULL, NULL, "a.example", 1, CG_ORIGIN_UNSURE },
    { NULL, "null", "a.example", 1, CG_ORIGIN_UNSURE },
    { NULL, "https://a.example", "a.example", 1, CG_ORIGIN_SAME },
    { NULL, "https://A.example", "a.EXAMPLE", 1, CG_ORIGIN_SAME },
    { NULL, "https://a.example", "a.example:443", 1, CG_ORIGIN_SAME },
    { NULL, "https://a.example:443", "a.example", 1, CG_ORIGIN_SAME },
    { NULL, "http://a.example:80", "a.example", 0, CG_ORIGIN_SAME },
    { NULL, "http://a.example:8080", "a.example:8080", 0,
      CG_ORIGIN_SAME },
    { NULL, "https://[::1]:8443", "[::1]:8443", 1, CG_ORIGIN_SAME },

    { NULL, "", "a.example", 1, CG_ORIGIN_CROSS },
    { NULL, "https://", "", 1, CG_ORIGIN_CROSS },
    { NULL, "https://a.example", NULL, 1, CG_ORIGIN_CROSS },
    { NULL, "http://a.example", "a.example", 1, CG_ORIGIN_CROSS },
    { NULL, "https://a.example", "a.example", 0, CG_ORIGIN_CROSS },
    { NULL, "https://a.example:80", "a.example", 1, CG_ORIGIN_CROSS },
    { NULL, "https://a.example:8443", "a.example", 1, CG_ORIGIN_CROSS },
    { NULL, "https://a.example", "a.example:8443", 1, CG_ORIGIN_CROSS },
    { NULL, "https://www.a.example", "a.example", 1, CG_ORIGIN_CROSS },
    { NULL, "https://a.example.evil", "a.example", 1, CG_ORIGIN_CROSS },
    { NULL, "https://evila.example", "a.example", 1, CG_ORIGIN_CROSS },
    { NULL, "https://a.example/", "a.example", 1, CG_ORIGIN_CROSS },
    { NULL, "https://x@a.example", "a.example", 1, CG_ORIGIN_CROSS },
    { NULL, "https://a.example https://a.example", "a.example", 1,
      CG_ORIGIN_CROSS },
    { NULL, "NULL", "a.example", 1, CG_ORIGIN_CROSS },
};


static void
origins_are_judged(void)
{
    size_t       i, wrong = 0;
    cg_str_t     site, origin, host;
    cg_origin_t  got;

    for (i = 0; i < LEN(origins); i++) {
        site = exact(origins[i].site);
        origin = exact(origins[i].origin);
        host = exact(origins[i].host);
        got = cg_choice_origin(site, origin, host, origins[i].https);

        if (got != origins[i].want) {
            printf("# case %zu: got %d, want %d\n", i, got, origins[i].want);
            wrong++;
        }

        free((void *) site.data);
        free((void *) origin.data);
        free((void *) host.data);
    }

    is_int(wrong, 0, "nobody else's page makes a choice here");
}


int
main(void)
{
    cg_policy_t  policy;

    visit_policy(&policy);

    a_form_may_say_which_it_is(&policy);
    choices_are_read(&policy);
    bodies_are_bounded(&policy);
    no_memory_is_no_choice(&policy);
    returns_stay_here();
    origins_are_judged();

    return tap_done();
}
