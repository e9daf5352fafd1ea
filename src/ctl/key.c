/* consentctl key: a new file for consent_key_file. */

#include "ctl.h"
#include "base/cg_crypto.h"
#include "base/cg_out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#define KEY_FILE   "/etc/nginx/consent.key"
#define KEY_BYTES  32
#define KEY_LINE   64            /* more than its base64url and a line feed */


/* One line: 32 random bytes in base64url. */

static int
key_make(cg_out_t *line)
{
    unsigned char  key[KEY_BYTES];
    int            ok;

    ok = getrandom(key, sizeof(key), 0) == (ssize_t) sizeof(key);

    cg_out_base64url(line, (cg_str_t) { sizeof(key), key });
    cg_out_byte(line, '\n');
    cg_crypto_wipe(key, sizeof(key));

    return ok && line->status == CG_OK ? 0 : -1;
}


/* Never over a file or through a link: a lost key voids every grant. */

int
ctl_write_secret(const char *path, cg_str_t line)
{
    int  saved;
    int  fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0) {
        return -1;
    }

    errno = 0;

    if (fchmod(fd, 0600) != 0
        || write(fd, line.data, line.len) != (ssize_t) line.len
        || fsync(fd) != 0)
    {
        saved = errno ? errno : ENOSPC;              /* a short write: none */
        (void) close(fd);
        (void) unlink(path);
        errno = saved;
        return -1;
    }

    return close(fd);
}


static int
key_answer(const ctl_t *ctl, const char *path)
{
    json_t  *json;

    if (!ctl->json) {
        printf("wrote a new key to %s, readable by its owner only; keep a"
               " copy: without it every consent is asked for again\n", path);
        return CTL_PASS;
    }

    json = json_pack("{s:s, s:b}", "file", path, "written", 1);

    if (json == NULL || json_dumpf(json, stdout, JSON_ENSURE_ASCII) != 0) {
        json_decref(json);
        return ctl_complain(ctl, "wrote %s, but cannot print its name as JSON",
                            path);
    }

    json_decref(json);
    putchar('\n');

    return CTL_PASS;
}


int
ctl_key(ctl_t *ctl)
{
    int          failed;
    cg_out_t     line;
    const char  *path = ctl->argc ? ctl->argv[0] : KEY_FILE;

    if (ctl_take_option(ctl, "--seal")) {
        return ctl_key_seal(ctl);
    }

    if (ctl_has_unknown_option(ctl)) {
        return CTL_CANNOT_TELL;
    }

    if (ctl->argc > 1) {
        return ctl_complain(ctl, "one file at a time");
    }

    cg_out_init(&line, ctl->arena, KEY_LINE);

    if (key_make(&line) != 0) {
        return ctl_complain(ctl, "no randomness or no memory");
    }

    failed = ctl_write_secret(path, cg_out_slice(&line));
    cg_crypto_wipe(line.data, line.len);

    if (failed) {
        return ctl_complain(ctl, errno == EEXIST
                            ? "%s exists and is left as it is; to change keys,"
                              " write a new file and put its line first"
                            : "cannot write %s", path);
    }

    return key_answer(ctl, path);
}
