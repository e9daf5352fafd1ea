/*
 * Appends events to a consent log while nginx writes it: a lane of its own for
 * each run (chain.open with the reason "consentctl", events, chain.close), one
 * write() a line on a file opened with O_APPEND, so that no lock is shared.
 * The lane has seals where the root key of the state directory may be read,
 * which only nginx's master and root may; without them `consentctl verify` with
 * keys cannot tell of it, and the run says so.
 *
 *     code = ctl_append_open(&append, ctl, path, NULL);
 *     if (code == CTL_PASS) {
 *         cg_field_str(ctl_append_begin(&append, "incident", site), ...);
 *         code = ctl_append_end(&append);
 *     }
 *     code = ctl_append_close(&append, code);
 *
 * All return CTL_PASS, or CTL_CANNOT_TELL after a complaint.
 */

#ifndef CTL_APPEND_H
#define CTL_APPEND_H

#include "ctl.h"
#include "evidence/cg_field.h"
#include "evidence/cg_seal.h"

#define CTL_LOG  "/var/log/nginx/consent.log"

typedef struct {
    const ctl_t  *ctl;
    const char   *path;
    int           fd;              /* -1: closed */
    int           sealed;
    uint64_t      opened_ms;       /* by the monotonic clock */
    cg_chain_t    chain;
    cg_place_t    place;           /* of the last event, once it is closed */
    cg_seal_t     seal;
    cg_out_t      line;
} ctl_append_t;


/* Where to, as --log FILE, --state DIR and --site HOST say. */

typedef struct {
    const char  *log;
    const char  *state;            /* NULL: beside the log */
    cg_str_t     site;             /* absent: of none */
} ctl_append_where_t;


/* Takes these options out of the arguments. */
int ctl_append_where(ctl_t *ctl, ctl_append_where_t *where);

/* `path` is an existing log, kept; `state` its state directory, NULL: path +
 * ".d". */
int ctl_append_open(ctl_append_t *append, const ctl_t *ctl, const char *path,
    const char *state);

/* The envelope of the next event; its body is appended to what is returned.
 * `site` may be absent. */
cg_out_t *ctl_append_begin(ctl_append_t *append, const char *type,
    cg_str_t site);

/* Writes it. */
int ctl_append_end(ctl_append_t *append);

/* Ends the lane, syncs, closes.  Fine after a failed open.  `code` is what the
 * run came to so far: returned, unless this fails. */
int ctl_append_close(ctl_append_t *append, int code);

/* Says where the last event stands, if all went well; returns `code`. */
int ctl_append_tell(const ctl_append_t *append, int code);

/* The day of that time in UTC, "2026-01-31". */
void ctl_append_day(uint64_t time_ms, char day[16]);

/* Now, in milliseconds since 1970. */
uint64_t ctl_append_now(void);

#endif /* CTL_APPEND_H */
