/* consentctl key --seal: the first root key of a log's seals, once. */

#include "ctl.h"
#include "evidence/cg_seal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#define SEAL_STATE   "/var/log/nginx/consent.log.d"
#define SEAL_ROOT    "seal"            /* the root of now; nginx's */
#define SEAL_FIRST   "seal.first"      /* the first one, until it is printed */
#define SEAL_PATH    4096


static int
seal_print(const ctl_t *ctl, cg_str_t text)
{
    json_t  *json;

    if (!ctl->json) {
        fwrite(text.data, 1, text.len, stdout);

    } else {
        json = json_pack("{s:s%}", "key", text.data, text.len - 1);

        if (json == NULL || json_dumpf(json, stdout, JSON_ENSURE_ASCII) != 0) {
            json_decref(json);
            return ctl_complain(ctl, "cannot print the key as JSON");
        }

        json_decref(json);
        putchar('\n');
    }

    return fflush(stdout) == 0 && !ferror(stdout) ? CTL_PASS
           : ctl_complain(ctl, "cannot write the answer");
}


/* nginx made it: printed, then overwritten and removed. */

static int
seal_hand_over(const ctl_t *ctl, const char *path, int fd)
{
    int             code;
    char            text[CG_SEAL_ROOT_TEXT], blank[CG_SEAL_ROOT_TEXT] = { 0 };
    ssize_t         n = read(fd, text, sizeof(text));
    cg_seal_root_t  root;
    cg_str_t        line = { n > 0 ? (size_t) n : 0, (unsigned char *) text };

    if (cg_seal_root_read(line, &root) != CG_OK) {
        return ctl_complain(ctl, "%s holds no key", path);
    }

    code = seal_print(ctl, line);

    if (code == CTL_PASS
        && (pwrite(fd, blank, line.len, 0) != n || fsync(fd) != 0
            || unlink(path) != 0))
    {
        code = ctl_complain(ctl, "the key was printed, but %s cannot be"
                            " removed: %s", path, strerror(errno));
    }

    cg_crypto_wipe(text, sizeof(text));
    cg_crypto_wipe(&root, sizeof(root));

    return code;
}


static int
seal_make(ctl_t *ctl, const char *state, const char *path)
{
    int             code;
    cg_out_t        line;
    cg_seal_root_t  root;
    unsigned char   seed[CG_SEAL_SEED];

    if (getrandom(seed, sizeof(seed), 0) != (ssize_t) sizeof(seed)) {
        return ctl_complain(ctl, "no randomness");
    }

    cg_seal_root_make(&root, seed);
    cg_out_init(&line, ctl->arena, CG_SEAL_ROOT_TEXT);
    cg_seal_root_write(&root, &line);
    cg_crypto_wipe(seed, sizeof(seed));
    cg_crypto_wipe(&root, sizeof(root));

    if (line.status != CG_OK) {
        return ctl_complain(ctl, "no memory");
    }

    if ((mkdir(state, 0700) == 0 || errno == EEXIST)
        && ctl_write_secret(path, cg_out_slice(&line)) == 0)
    {
        code = seal_print(ctl, cg_out_slice(&line));

    } else {
        code = ctl_complain(ctl, errno == EEXIST
                            ? "%s exists: its first key was printed before"
                            : "cannot write %s", path);
    }

    cg_crypto_wipe(line.data, line.len);

    return code;
}


/* What nginx keeps for us, else the root that nginx will begin with. */

int
ctl_key_seal(ctl_t *ctl)
{
    int          fd, code;
    char         root[SEAL_PATH], first[SEAL_PATH];
    const char  *state = ctl->argc ? ctl->argv[0] : SEAL_STATE;

    if (ctl_has_unknown_option(ctl)) {
        return CTL_CANNOT_TELL;
    }

    if (ctl->argc > 1
        || snprintf(root, sizeof(root), "%s/" SEAL_ROOT, state) >= SEAL_PATH
        || snprintf(first, sizeof(first), "%s/" SEAL_FIRST, state)
           >= SEAL_PATH)
    {
        return ctl_complain(ctl, "one state directory at a time");
    }

    fd = open(first, O_RDWR | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0) {
        return errno == ENOENT ? seal_make(ctl, state, root)
               : ctl_complain(ctl, "%s: %s", first, strerror(errno));
    }

    code = seal_hand_over(ctl, first, fd);
    (void) close(fd);

    return code;
}
