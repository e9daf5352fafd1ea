#include "append.h"
#include "plain.h"
#include "evidence/cg_event.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#define APPEND_BUILD    "consentctl"
#define APPEND_TAIL     (256 * 1024)     /* bytes searched for heads */
#define APPEND_LINES    1000             /* after so many a seal is due */
#define APPEND_SECONDS  60               /* and after so long */
#define APPEND_PATH     4096


static uint64_t
append_clock(clockid_t clock)
{
    struct timespec  at;

    if (clock_gettime(clock, &at) != 0) {
        return 0;
    }

    return (uint64_t) at.tv_sec * 1000 + (uint64_t) at.tv_nsec / 1000000;
}


uint64_t
ctl_append_now(void)
{
    return append_clock(CLOCK_REALTIME);
}


void
ctl_append_day(uint64_t time_ms, char day[16])
{
    time_t     time = (time_t) (time_ms / 1000);
    struct tm  tm;

    if (gmtime_r(&time, &tm) == NULL
        || strftime(day, 16, "%Y-%m-%d", &tm) == 0)
    {
        day[0] = '\0';
    }
}


static int
append_complain(const ctl_append_t *append)
{
    return ctl_complain(append->ctl, "%s: %s", append->path, strerror(errno));
}


/* The last lines of other lanes, so that cutting off the end of one shows. */

static int
append_heads(ctl_append_t *append, cg_head_t heads[CG_MAX_HEADS], size_t *n)
{
    int             fd = open(append->path, O_RDONLY | O_CLOEXEC);
    ssize_t         len = -1;
    struct stat     info;
    unsigned char  *tail = cg_arena_raw(append->ctl->arena, APPEND_TAIL);

    *n = 0;

    if (fd >= 0 && tail && fstat(fd, &info) == 0) {
        len = pread(fd, tail, APPEND_TAIL, info.st_size > APPEND_TAIL
                                           ? info.st_size - APPEND_TAIL : 0);
    }

    if (fd >= 0) {
        (void) close(fd);
    }

    if (len < 0) {
        return append_complain(append);
    }

    return cg_heads_read((cg_str_t) { (size_t) len, tail }, heads, n) == CG_OK
           ? CTL_PASS : ctl_complain(append->ctl, "no memory");
}


/* The root of this epoch, of which the lane derives its keys as a worker does;
 * 0: it cannot be had. */

static int
append_root(const ctl_append_t *append, const char *state,
    cg_seal_root_t *root)
{
    int      fd, n;
    char     path[APPEND_PATH], text[CG_SEAL_ROOT_TEXT];
    ssize_t  len;

    n = state ? snprintf(path, sizeof(path), "%s/seal", state)
              : snprintf(path, sizeof(path), "%s.d/seal", append->path);

    fd = n < APPEND_PATH ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;

    if (fd < 0) {
        return 0;
    }

    len = read(fd, text, sizeof(text));
    (void) close(fd);

    n = len > 0 && cg_seal_root_read((cg_str_t) { (size_t) len,
                                     (unsigned char *) text }, root) == CG_OK;
    cg_crypto_wipe(text, sizeof(text));

    return n;
}


static void
append_seal_begin(ctl_append_t *append, const char *state)
{
    cg_seal_root_t  root;

    append->seal.lines = APPEND_LINES;
    append->seal.seconds = APPEND_SECONDS;

    if (append_root(append, state, &root)) {
        append->sealed = cg_seal_begin(&append->seal, &root, &append->chain)
                         == CG_OK;
        cg_crypto_wipe(&root, sizeof(root));
    }

    if (!append->sealed) {
        (void) ctl_complain(append->ctl, "the key of the seals cannot be read:"
                            " what is written now has none");
    }
}


/* A line that carries a seal; its key is then forgotten. */

static int
append_end_sealed(ctl_append_t *append)
{
    if (append->sealed) {
        cg_seal_sign(&append->seal, &append->chain, &append->line);

        if (cg_seal_evolve(&append->seal) != CG_OK) {
            return ctl_complain(append->ctl, "no memory");
        }
    }

    return ctl_append_end(append);
}


static int
append_first_line(ctl_append_t *append)
{
    int              code;
    cg_head_t        heads[CG_MAX_HEADS];
    cg_event_open_t  body;

    memset(&body, 0, sizeof(body));

    body.reason = CG_OPEN_CONSENTCTL;
    body.build = cg_str(APPEND_BUILD);
    body.pid = (uint64_t) getpid();
    body.follows = heads;
    body.seal = append->sealed ? &append->seal : NULL;

    code = append_heads(append, heads, &body.n_follows);
    if (code != CTL_PASS) {
        return code;
    }

    cg_event_open(ctl_append_begin(append, CG_EVENT_CHAIN_OPEN, cg_str_null),
                  &body);

    return append_end_sealed(append);
}


int
ctl_append_open(ctl_append_t *append, const ctl_t *ctl, const char *path,
    const char *state)
{
    int            code;
    unsigned char  seed[CG_LANE_SEED];

    memset(append, 0, sizeof(*append));

    append->ctl = ctl;
    append->path = path;
    append->opened_ms = append_clock(CLOCK_MONOTONIC);
    append->fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);

    if (append->fd < 0) {
        return append_complain(append);
    }

    if (getrandom(seed, sizeof(seed), 0) != (ssize_t) sizeof(seed)) {
        code = ctl_complain(ctl, "no randomness");

    } else {
        cg_out_init(&append->line, ctl->arena, CG_MAX_LINE);
        cg_chain_open(&append->chain, seed);
        cg_chain_place(&append->chain, &append->place);
        append_seal_begin(append, state);
        code = append_first_line(append);
    }

    if (code != CTL_PASS) {
        (void) close(append->fd);
        append->fd = -1;
    }

    return code;
}


cg_out_t *
ctl_append_begin(ctl_append_t *append, const char *type, cg_str_t site)
{
    cg_event_t  event;

    memset(&event, 0, sizeof(event));

    event.type = type;
    event.time_ms = ctl_append_now();
    event.mono_ms = append_clock(CLOCK_MONOTONIC) - append->opened_ms;
    event.host = site;

    cg_chain_begin(&append->chain, &append->line, &event);

    return &append->line;
}


int
ctl_append_end(ctl_append_t *append)
{
    ssize_t      n;
    cg_status_t  rc;

    rc = cg_chain_finish(&append->chain, &append->line);

    if (rc != CG_OK) {
        return ctl_complain(append->ctl, rc == CG_ELIMIT
                            ? "too long for one line" : "no memory");
    }

    /* a line that is cut is what a crash leaves: nothing may follow it in this
     * lane but itself */

    n = write(append->fd, append->line.data, append->line.len);

    if (n == (ssize_t) append->line.len) {
        return CTL_PASS;
    }

    return n < 0 ? append_complain(append)
                 : ctl_complain(append->ctl, "%s: a line was cut short: is the"
                                " disk full?", append->path);
}


int
ctl_append_close(ctl_append_t *append, int code)
{
    cg_event_close_t  body;

    if (append->fd < 0) {
        return code;
    }

    if (code != CTL_CANNOT_TELL) {
        memset(&body, 0, sizeof(body));
        body.reason = cg_str("exit");
        body.seal = append->sealed ? &append->seal : NULL;
        append->place.seq = append->chain.seq - 1;     /* of the last event */

        cg_event_close(ctl_append_begin(append, CG_EVENT_CHAIN_CLOSE,
                                        cg_str_null), &body);

        if (append_end_sealed(append) != CTL_PASS) {
            code = CTL_CANNOT_TELL;
        }
    }

    if (fdatasync(append->fd) != 0 && code != CTL_CANNOT_TELL) {
        code = append_complain(append);
    }

    (void) close(append->fd);
    append->fd = -1;
    cg_crypto_wipe(&append->seal, sizeof(append->seal));

    return code;
}


int
ctl_append_tell(const ctl_append_t *append, int code)
{
    json_t  *json;

    if (code != CTL_PASS) {
        return code;
    }

    if (!append->ctl->json) {
        printf("written: lane %.*s, seq %llu\n", CG_LANE_LEN,
               (const char *) append->place.ch,
               (unsigned long long) append->place.seq);
        return code;
    }

    json = json_pack("{s:s%, s:I}", "ch", append->place.ch,
                     (size_t) CG_LANE_LEN, "seq",
                     (json_int_t) append->place.seq);

    if (json == NULL || json_dumpf(json, stdout, JSON_ENSURE_ASCII) != 0) {
        code = ctl_complain(append->ctl, "cannot print the answer");
    }

    json_decref(json);
    putchar('\n');

    return code;
}


int
ctl_append_where(ctl_t *ctl, ctl_append_where_t *where)
{
    const char  *fault, *site = NULL;

    memset(where, 0, sizeof(*where));
    where->log = CTL_LOG;

    if ((ctl_take_value(ctl, "--log", &where->log) && where->log == NULL)
        || (ctl_take_value(ctl, "--state", &where->state)
            && where->state == NULL)
        || (ctl_take_value(ctl, "--site", &site) && site == NULL))
    {
        return ctl_complain(ctl, "an option lacks its value");
    }

    if (site) {
        where->site = cg_str_from(site);
        fault = ctl_plain_word(where->site);

        if (fault) {
            return ctl_complain(ctl, "--site %s", fault);
        }
    }

    return CTL_PASS;
}
