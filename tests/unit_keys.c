#include "tap.h"
#include "visit.h"

#include "consent/cg_frame.h"

#define LEN(a)  (sizeof(a) / sizeof((a)[0]))


static void
keys_are_read_strictly(void)
{
    static const struct {
        const char   *file;
        cg_status_t   rc;
        size_t        n;
        unsigned      line;
    } cases[] = {
        { VISIT_KEY_A "\n", CG_OK, 1, 0 },
        { VISIT_KEY_A, CG_OK, 1, 0 },
        { "# first\n\n " VISIT_KEY_A "\r\n" VISIT_KEY_B "\n", CG_OK, 2, 0 },
        { "", CG_EINVAL, 0, 0 },
        { "# none\n", CG_EINVAL, 0, 0 },
        { VISIT_KEY_A "\n" VISIT_KEY_A "A\n", CG_EINVAL, 0, 2 },
        { VISIT_KEY_A "=\n", CG_EINVAL, 0, 1 },
        { "\nAAAA\n", CG_EINVAL, 0, 2 },
        { "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+\n",
          CG_EINVAL, 0, 1 },
        { "a\n" "a\n" "a\n", CG_EINVAL, 0, 1 },
    };

    size_t       i, bad = 0;
    cg_str_t     file;
    unsigned     line;
    cg_keys_t    keys;
    cg_status_t  rc;

    for (i = 0; i < LEN(cases); i++) {
        file = heap_exact(cg_str_from(cases[i].file));
        rc = cg_keys_read(&keys, file, &line);
        free((void *) file.data);

        if (rc != cases[i].rc || keys.n != cases[i].n
            || (rc != CG_OK && line != cases[i].line))
        {
            printf("# case %zu: rc %d n %zu line %u\n", i, rc, keys.n, line);
            bad++;
        }
    }

    is_int(bad, 0, "a key file is keys, comments and blank lines, no more");
}


static void
keys_are_bounded(void)
{
    size_t     i;
    char       file[64 * (CG_KEYS_MAX + 1) + 1] = "";
    unsigned   line;
    cg_keys_t  keys;

    for (i = 0; i < CG_KEYS_MAX; i++) {
        strcat(file, VISIT_KEY_B "\n");
    }

    ok(cg_keys_read(&keys, cg_str_from(file), &line) == CG_OK
       && keys.n == CG_KEYS_MAX, "as many keys as fit are read");

    strcat(file, VISIT_KEY_B "\n");
    ok(cg_keys_read(&keys, cg_str_from(file), &line) == CG_ELIMIT
       && keys.n == 0 && line == CG_KEYS_MAX + 1,
       "one key more is a limit error, and no key is left");
}


static void
typed_keys_are_told(void)
{
    unsigned  line;
    cg_str_t  typed = cg_str("# x\n\n"
                             "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"
                             VISIT_KEY_A "\n");

    ok(cg_keys_guessable(typed, &line) && line == 4,
       "a key of one repeated letter is told by its line");
    ok(!cg_keys_guessable(cg_str_sub(typed, 0, typed.len - 45), &line),
       "one of many letters is not");
}


static void
keys_have_one_end_each(void)
{
    size_t          i, k, same = 0;
    cg_str_t        a, b, label = cg_str("ngx-consent 1 token");
    cg_keys_t       keys;
    unsigned char   zero[32] = { 0 }, mac[32];

    visit_keys(&keys, VISIT_KEY_A "\n" VISIT_KEY_B "\n");

    for (i = 0; i < 2 * CG_KEY_USES; i++) {
        for (k = 0; k < i; k++) {
            a = cg_keys_get(&keys, i / CG_KEY_USES,
                            (cg_key_use_t) (i % CG_KEY_USES));
            b = cg_keys_get(&keys, k / CG_KEY_USES,
                            (cg_key_use_t) (k % CG_KEY_USES));
            same += cg_str_eq(a, b) || a.len != CG_SHA256_LEN;
        }
    }

    is_int(same, 0, "each use of each key has a key of its own");

    ok(cg_hmac((cg_str_t) { 32, zero }, &label, 1, mac) == CG_OK
       && cg_str_eq(cg_keys_get(&keys, 0, CG_KEY_TOKEN),
                    (cg_str_t) { 32, mac }),
       "which is HMAC(key, label): tokens survive an upgrade");

    is_str(cg_keys_get(&keys, 2, CG_KEY_TOKEN), cg_str_null,
           "a key that is not there is absent");
}


static const char *const  bad_times[] = {
    "", "2026-09-21", "2026-09-21T13:33:20", "2026-09-21T13:33:20z",
    "2026-09-21 13:33:20Z", "2026-09-21T13:33:20+00:00",
    "2026-9-21T13:33:20ZZ", "2026-02-29T00:00:00Z",
    "2100-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
    "2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z",
    "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",
    "1969-12-31T23:59:59Z", "-026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.Z", "2026-01-01T00:00: 0Z",
};

static const struct { int64_t t; const char *text; } good_times[] = {
    { 0, "1970-01-01T00:00:00Z" },
    { 951782400, "2000-02-29T00:00:00Z" },
    { 951868799, "2000-02-29T23:59:59Z" },
    { 1582934400, "2020-02-29T00:00:00Z" },
    { VISIT_NOW, "2026-09-21T14:13:20Z" },
    { CG_TIME_MAX, "9999-12-31T23:59:59Z" },
};


static void
times_have_one_spelling(void)
{
    heap_t    heap;
    size_t    i, wrong = 0;
    int64_t   t, back;
    cg_out_t  out;
    cg_str_t  exact;

    heap_init(&heap);
    cg_out_init(&out, &heap.arena, 64);

    for (i = 0; i < LEN(good_times); i++) {
        cg_out_reset(&out);
        cg_frame_put_time(&out, good_times[i].t);
        is_str(cg_out_slice(&out), cg_str_from(good_times[i].text), "%s",
               good_times[i].text);
    }

    for (t = 0; t < CG_TIME_MAX; t += 7 * VISIT_DAY + 3601) {
        cg_out_reset(&out);
        cg_frame_put_time(&out, t);
        wrong += cg_frame_time(cg_out_slice(&out), &back) != CG_OK
                 || back != t;
    }

    for (t = 0; t < 1200 * VISIT_DAY; t += VISIT_DAY) {
        cg_out_reset(&out);
        cg_frame_put_time(&out, t);
        wrong += cg_frame_time(cg_out_slice(&out), &back) != CG_OK
                 || back != t;
    }

    is_int(wrong, 0, "what is written is read back, to the year 9999");

    for (i = 0, wrong = 0; i < LEN(bad_times); i++) {
        exact = heap_exact(cg_str_from(bad_times[i]));

        if (cg_frame_time(exact, &t) != CG_EINVAL) {
            printf("# taken: %s\n", bad_times[i]);
            wrong++;
        }

        free((void *) exact.data);
    }

    is_int(wrong, 0, "no other spelling and no impossible date is a time");
    heap_drop(&heap);
}


static void
numbers_have_one_spelling(void)
{
    uint32_t  hex;
    uint64_t  n;

    ok(cg_frame_uint(cg_str("0"), 9, &n) == CG_OK && n == 0
       && cg_frame_uint(cg_str("4294967295"), UINT32_MAX, &n) == CG_OK
       && n == UINT32_MAX
       && cg_frame_uint(cg_str("18446744073709551615"), UINT64_MAX, &n)
          == CG_OK && n == UINT64_MAX, "decimal up to its maximum");

    ok(cg_frame_uint(cg_str(""), 9, &n) != CG_OK
       && cg_frame_uint(cg_str("00"), 9, &n) != CG_OK
       && cg_frame_uint(cg_str("01"), 9, &n) != CG_OK
       && cg_frame_uint(cg_str("+1"), 9, &n) != CG_OK
       && cg_frame_uint(cg_str(" 1"), 9, &n) != CG_OK
       && cg_frame_uint(cg_str("10"), 9, &n) != CG_OK
       && cg_frame_uint(cg_str("9"), 8, &n) != CG_OK
       && cg_frame_uint(cg_str("4294967296"), UINT32_MAX, &n) != CG_OK
       && cg_frame_uint(cg_str("18446744073709551616"), UINT64_MAX, &n)
          != CG_OK
       && cg_frame_uint(cg_str("99999999999999999999"), UINT64_MAX, &n)
          != CG_OK, "no sign, zero, blank or overflow in front or behind");

    ok(cg_frame_hex32(cg_str("ffffffff"), &hex) == CG_OK
       && hex == UINT32_MAX
       && cg_frame_hex32(cg_str("0"), &hex) == CG_OK && hex == 0
       && cg_frame_hex32(cg_str("F"), &hex) != CG_OK
       && cg_frame_hex32(cg_str("0f"), &hex) != CG_OK
       && cg_frame_hex32(cg_str(""), &hex) != CG_OK
       && cg_frame_hex32(cg_str("g"), &hex) != CG_OK
       && cg_frame_hex32(cg_str("100000000"), &hex) != CG_OK,
       "bits are lower hex, up to 32 of them");
}


int
main(void)
{
    keys_are_read_strictly();
    keys_are_bounded();
    typed_keys_are_told();
    keys_have_one_end_each();
    times_have_one_spelling();
    numbers_have_one_spelling();

    return tap_done();
}
