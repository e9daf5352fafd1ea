#include "ask.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>


static const ctl_command_t  ctl_commands[] = {
    { "erase", "--receipt RID | --record NAME --verified-by NAME | --final"
               " [--rewrite], --redis HOST:PORT... [--log FILE]",
                "erase a person's record; with --final say that nothing of"
                " those erased is in the files of Redis, which --rewrite has"
                " written anew",
      ctl_erase },
    { "export", "--receipt RID | --record NAME --redis HOST:PORT...",
                "what Redis holds of one person",
      ctl_export },
    { "gate",   "[--conf FILE] [--policy ID] [--site HOST]"
                " [--grant PURPOSE,...|all]",
                "gate the page on standard input (/etc/nginx/nginx.conf);"
                " --json counts instead",
      ctl_gate },
    { "inventory", "[--days N] [--draft] [--from TIME] [--to TIME] FILE...",
                "what was seen that no policy names, and was anything of it"
                " open for more than N days (14)? --draft prints vendor blocks"
                " to be completed",
      ctl_inventory },
    { "key",    "[FILE] | --seal [DIR]",
                "write a new key file (/etc/nginx/consent.key); with --seal"
                " print the first key of the seals, once"
                " (/var/log/nginx/consent.log.d)",
      ctl_key },
    { "lint",   "[FILE]",
                "what a configuration leaves open: FILE, what nginx -T prints,"
                " or - for standard input (/etc/nginx/nginx.conf)",
      ctl_lint },
    { "purge", "--older TIME [--rule TEXT] [--log FILE] FILE...",
               "remove rotated files of a log that are older as a whole, the"
               " oldest first, and leave in the log what lets the rest verify",
      ctl_purge },
    { "record", "TYPE NAME=VALUE... [--log FILE] [--site HOST]",
                "write what happened beside nginx into its log"
                " (/var/log/nginx/consent.log)",
      ctl_record },
    { "report", "[--from TIME] [--to TIME] [--out FILE] [--texts DIR] FILE...",
                "the answers to the questions below as one page of HTML, with"
                " figures and charts",
      ctl_report },
    { "verify", "[--seal-key FILE] FILE...",
                "check a consent log, its oldest file first; - reads standard"
                " input; with the keys of its seals, if they are given",
      ctl_verify },
};

#define CTL_COMMANDS  (sizeof(ctl_commands) / sizeof(ctl_commands[0]))


int
ctl_complain(const ctl_t *ctl, const char *format, ...)
{
    va_list  args;

    fprintf(stderr, "consentctl %s: ", ctl->name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);

    return CTL_CANNOT_TELL;
}


int
ctl_has_unknown_option(const ctl_t *ctl)
{
    int  i;

    for (i = 0; i < ctl->argc; i++) {
        if (ctl->argv[i][0] == '-' && ctl->argv[i][1] != '\0') {
            (void) ctl_complain(ctl, "unknown option %s", ctl->argv[i]);
            return 1;
        }
    }

    return 0;
}


static void
ctl_usage_row(FILE *to, const char *name, const char *usage, const char *does)
{
    fprintf(to, "  %-12s %s\n  %12s %s\n", name, usage, "", does);
}


static int
ctl_usage(FILE *to, int code)
{
    size_t                     i, n;
    const ctl_question_row_t  *rows = ctl_question_rows(&n);

    fputs("usage: consentctl COMMAND [--json] [ARGUMENT]...\n\n", to);

    for (i = 0; i < CTL_COMMANDS; i++) {
        ctl_usage_row(to, ctl_commands[i].name, ctl_commands[i].usage,
                      ctl_commands[i].does);
    }

    for (i = 0; i < n; i++) {
        ctl_usage_row(to, rows[i].question->name, rows[i].usage,
                      rows[i].does);
    }

    fputs("\nexit code: 0 pass, 1 finding, 2 cannot tell; consentctl COMMAND"
          " --help, man consentctl\n", to);

    return code;
}


static int
ctl_help(const char *name, const char *usage, const char *does, int question)
{
    printf("usage: consentctl %s [--json] %s\n\n%s\n", name, usage, does);

    if (question) {
        printf("\nFILE: a consent log and what was rotated from it, the oldest"
               " first; - reads standard\ninput. TIME: 2026-11-22 or"
               " 2026-11-22T04:20:01Z; a day given to --to is included.\n");
    }

    return CTL_PASS;
}


/* -1: there is no such command. */

static int
ctl_run(ctl_t *ctl)
{
    int                        help = ctl_take_option(ctl, "--help");
    size_t                     i, n;
    const ctl_command_t       *command;
    const ctl_question_row_t  *rows = ctl_question_rows(&n);

    if (strcmp(ctl->name, "dsr") == 0 && ctl_dsr_writes(ctl)) {
        return ctl_dsr_write(ctl);
    }

    for (i = 0; i < CTL_COMMANDS; i++) {
        command = &ctl_commands[i];

        if (strcmp(command->name, ctl->name) == 0) {
            return help ? ctl_help(command->name, command->usage,
                                   command->does, 0) : command->run(ctl);
        }
    }

    for (i = 0; i < n; i++) {
        if (strcmp(rows[i].question->name, ctl->name) == 0) {
            return help ? ctl_help(ctl->name, rows[i].usage, rows[i].does, 1)
                        : ctl_ask(ctl, rows[i].question);
        }
    }

    return -1;
}


static void *
ctl_alloc(void *ctx, size_t size)
{
    (void) ctx;

    return malloc(size);
}


static void
ctl_free(void *ctx, void *block)
{
    (void) ctx;

    free(block);
}


static void
ctl_remove(ctl_t *ctl, int at, int n)
{
    memmove(ctl->argv + at, ctl->argv + at + n,
            (size_t) (ctl->argc - at - n + 1) * sizeof(*ctl->argv));
    ctl->argc -= n;
}


int
ctl_take_option(ctl_t *ctl, const char *name)
{
    int  i, found = 0;

    for (i = 0; i < ctl->argc; ) {
        if (strcmp(ctl->argv[i], name) == 0) {
            ctl_remove(ctl, i, 1);
            found = 1;

        } else {
            i++;
        }
    }

    return found;
}


int
ctl_take_value(ctl_t *ctl, const char *name, const char **value)
{
    int  i;

    for (i = 0; i < ctl->argc; i++) {
        if (strcmp(ctl->argv[i], name) == 0) {
            *value = ctl->argv[i + 1];
            ctl_remove(ctl, i, *value ? 2 : 1);
            return 1;
        }
    }

    return 0;
}


int
main(int argc, char **argv)
{
    int         code;
    ctl_t       ctl;
    cg_arena_t  arena = { ctl_alloc, ctl_free, NULL };

    if (argc < 2) {
        return ctl_usage(stderr, CTL_CANNOT_TELL);
    }

    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0) {
        return ctl_usage(stdout, CTL_PASS);
    }

    ctl = (ctl_t) { argv[1], 0, argc - 2, argv + 2, &arena };
    ctl.json = ctl_take_option(&ctl, "--json");

    code = ctl_run(&ctl);

    /* an answer that could not be written is none */

    if (code >= 0 && (fflush(stdout) != 0 || ferror(stdout))) {
        return ctl_complain(&ctl, "cannot write the answer");
    }

    if (code >= 0) {
        return code;
    }

    fprintf(stderr, "consentctl: unknown command %s\n", argv[1]);

    return ctl_usage(stderr, CTL_CANNOT_TELL);
}
