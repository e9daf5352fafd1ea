#define _POSIX_C_SOURCE  200809L

#include "conf.h"
#include "dump.h"

#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define CONF_FILES  1000           /* files of one configuration */
#define CONF_BYTES  (16 * 1024 * 1024)
#define CONF_WORDS  256            /* of one directive; more are forgotten */


/* A file that is being read, and the one that included it. */

typedef struct conf_file_s  conf_file_t;

struct conf_file_s {
    conf_file_t     *up;
    const char      *name;         /* in the set's arena */
    unsigned char   *data;
    size_t           len;
    size_t           pos;
    unsigned         line;
    unsigned         blocks;       /* open in this file */
};

typedef enum {
    CONF_END,
    CONF_LINE,
    CONF_OPEN,
    CONF_CLOSE,
    CONF_BAD
} conf_got_t;

typedef struct {
    cg_policies_t   *set;
    cg_diag_t       *diag;
    ctl_node_t      *node;         /* the open block; NULL: no tree is made */
    ctl_dump_t      *dump;         /* NULL: files are on disk */
    const char      *main;
    size_t           folder;       /* bytes of `main` up to its last slash */
    conf_file_t     *file;
    size_t           nfiles;
    unsigned         feeding;      /* inside of a block of ours */
    cg_str_t         words[CONF_WORDS];    /* of one directive */
    size_t           n;            /* how many there were */
    unsigned         line;         /* where its first word stood */
} conf_t;


__attribute__((format(printf, 2, 3))) static int
conf_fail(conf_t *conf, const char *format, ...)
{
    va_list  args;

    va_start(args, format);
    vsnprintf(conf->diag->text, sizeof(conf->diag->text), format, args);
    va_end(args);

    conf->diag->file = conf->file ? conf->file->name : conf->main;
    conf->diag->line = conf->file ? conf->file->line : 0;

    return -1;
}


/* A fault that the builder found; where it says so itself, it knows better. */

static int
conf_fault(conf_t *conf)
{
    if (conf->diag->file == NULL) {
        conf->diag->file = conf->file->name;
        conf->diag->line = conf->n ? conf->line : conf->file->line;
    }

    return -1;
}


static unsigned char *
conf_slurp(const char *name, size_t *len)
{
    FILE           *in = fopen(name, "rb");
    size_t          n, cap = 0;
    unsigned char  *data = NULL, *grown;

    *len = 0;

    if (in == NULL) {
        return NULL;
    }

    do {
        if (*len == cap) {
            cap = cap ? cap * 2 : 16384;
            grown = cap <= CONF_BYTES ? realloc(data, cap) : NULL;

            if (grown == NULL) {
                errno = EFBIG;
                break;
            }

            data = grown;
        }

        n = fread(data + *len, 1, cap - *len, in);
        *len += n;
    } while (n);

    if (ferror(in) || *len == cap) {
        free(data);
        data = NULL;
    }

    fclose(in);

    return data;
}


/* A copy of what `nginx -T` printed of the file, or the file. */

static unsigned char *
conf_content(conf_t *conf, const char *name, size_t *len)
{
    cg_str_t        kept;
    unsigned char  *data;

    if (conf->dump == NULL) {
        return conf_slurp(name, len);
    }

    errno = ENOENT;
    kept = ctl_dump_file(conf->dump, name);
    data = kept.data ? malloc(kept.len + 1) : NULL;

    if (data) {
        memcpy(data, kept.data, kept.len);
        *len = kept.len;
    }

    return data;
}


static int
conf_push(conf_t *conf, const char *name)
{
    cg_str_t      kept;
    conf_file_t  *file;

    if (conf->nfiles++ >= CONF_FILES) {
        return conf_fail(conf, "too many files, does \"%s\" include itself?",
                         name);
    }

    file = calloc(1, sizeof(*file));
    kept = cg_arena_copy(cg_policies_arena(conf->set), cg_str_from(name));

    if (file == NULL || kept.data == NULL) {
        free(file);
        return conf_fail(conf, "no memory");
    }

    file->data = conf_content(conf, name, &file->len);

    if (file->data == NULL) {
        free(file);
        return conf_fail(conf, "cannot read \"%s\": %s", name,
                         strerror(errno));
    }

    file->name = (const char *) kept.data;
    file->line = 1;
    file->up = conf->file;
    conf->file = file;

    return 0;
}


static void
conf_pop(conf_t *conf)
{
    conf_file_t  *file = conf->file;

    conf->file = file->up;
    free(file->data);
    free(file);
}


static int
conf_is_blank(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}


/* Blanks, line ends and comments; 0 at the end of the file. */

static int
conf_skip(conf_file_t *file)
{
    unsigned char  c;

    while (file->pos < file->len) {
        c = file->data[file->pos];

        if (c == '#') {
            while (file->pos < file->len && file->data[file->pos] != '\n') {
                file->pos++;
            }

            continue;
        }

        if (!conf_is_blank(c)) {
            return 1;
        }

        file->line += c == '\n';
        file->pos++;
    }

    return 0;
}


/* The byte that a backslash and `c` stand for; 0: both stay. */

static unsigned char
conf_escape(unsigned char c)
{
    switch (c) {

    case '"':
    case '\'':
    case '\\':
        return c;

    case 't':
        return '\t';

    case 'r':
        return '\r';

    case 'n':
        return '\n';
    }

    return 0;
}


/* 1 if the byte at file->pos ends a word that began with `quote`, or bare. */

static int
conf_ends(const conf_file_t *file, unsigned char quote)
{
    unsigned char  c = file->data[file->pos];

    if (quote) {
        return c == quote;
    }

    return conf_is_blank(c) || c == ';'
           || (c == '{' && (file->pos == 0
                            || file->data[file->pos - 1] != '$'));
}


/* One word, unescaped in place; a quoted one without its quotes. */

static int
conf_word(conf_t *conf, cg_str_t *word)
{
    conf_file_t    *file = conf->file;
    unsigned char  *to, c, quote = file->data[file->pos];

    quote = quote == '"' || quote == '\'' ? quote : 0;
    file->pos += quote != 0;
    to = file->data + file->pos;
    word->data = to;

    for ( ; file->pos < file->len && !conf_ends(file, quote); file->pos++) {
        c = file->data[file->pos];

        if (c == '\\' && file->pos + 1 < file->len) {
            c = conf_escape(file->data[++file->pos]);

            if (c == 0) {
                *to++ = '\\';
                c = file->data[file->pos];
            }
        }

        file->line += c == '\n' && file->data[file->pos] == '\n';
        *to++ = c;
    }

    word->len = (size_t) (to - word->data);

    if (quote == 0) {
        return 0;
    }

    if (file->pos == file->len) {
        return conf_fail(conf, "a closing %c is missing", quote);
    }

    file->pos++;
    c = file->pos < file->len ? file->data[file->pos] : ' ';

    return conf_is_blank(c) || c == ';' || c == '{' || c == ')'
           ? 0 : conf_fail(conf, "unexpected \"%c\" behind a closing quote", c);
}


/* The next directive, up to its ";" or "{"; or a "}". */

static conf_got_t
conf_read(conf_t *conf)
{
    cg_str_t       word;
    unsigned char  c;
    conf_file_t   *file = conf->file;

    for (conf->n = 0; conf_skip(file); ) {
        c = file->data[file->pos];
        conf->line = conf->n ? conf->line : file->line;

        if (c == ';' || c == '{' || c == '}') {
            file->pos++;

            if ((c == '}') != (conf->n == 0)) {
                (void) conf_fail(conf, "unexpected \"%c\"", c);
                return CONF_BAD;
            }

            return c == ';' ? CONF_LINE : c == '{' ? CONF_OPEN : CONF_CLOSE;
        }

        if (conf_word(conf, &word) != 0) {
            return CONF_BAD;
        }

        if (conf->n < CONF_WORDS) {
            conf->words[conf->n++] = word;
        }
    }

    if (conf->n || file->blocks) {
        (void) conf_fail(conf, conf->n ? "a \";\" is missing at the end of the "
                         "file" : "a \"}\" is missing at the end of the file");
        return CONF_BAD;
    }

    return CONF_END;
}


/* The same among what `nginx -T` printed; nginx sorts them by name, too. */

static int
conf_include_dumped(conf_t *conf, const char *path)
{
    int          rc = 0;
    size_t       i;
    const char  *name, *next, *last = NULL;

    do {
        next = NULL;

        for (i = 0; (name = ctl_dump_name(conf->dump, i)) != NULL; i++) {
            if (fnmatch(path, name, FNM_PATHNAME|FNM_PERIOD) == 0
                && (last == NULL || strcmp(name, last) < 0)
                && (next == NULL || strcmp(name, next) > 0))
            {
                next = name;
            }
        }

        last = next;
        rc = next ? conf_push(conf, next) : 0;

    } while (rc == 0 && next);

    return rc;
}


/* The files that match, pushed so that the first one is read first. */

static int
conf_include(conf_t *conf)
{
    int      rc = 0;
    char     path[4096];
    glob_t   found;
    size_t   i;

    if (conf->n != 2) {
        return conf_fail(conf, "\"include\" takes one name");
    }

    if (snprintf(path, sizeof(path), "%.*s%.*s",
                 conf->words[1].len && conf->words[1].data[0] == '/'
                 ? 0 : (int) conf->folder, conf->main,
                 (int) conf->words[1].len, (const char *) conf->words[1].data)
        >= (int) sizeof(path))
    {
        return conf_fail(conf, "the name behind \"include\" is too long");
    }

    if (strpbrk(path, "*?[") == NULL) {
        return conf_push(conf, path);
    }

    if (conf->dump) {
        return conf_include_dumped(conf, path);
    }

    if (glob(path, 0, NULL, &found) != 0) {
        return 0;
    }

    for (i = found.gl_pathc; rc == 0 && i > 0; i--) {
        rc = conf_push(conf, found.gl_pathv[i - 1]);
    }

    globfree(&found);

    return rc;
}


/* Keeps the directive.  The words lie in the file, which goes. */

static int
conf_keep(conf_t *conf, int block)
{
    size_t       i;
    cg_str_t    *words;
    cg_arena_t  *arena = cg_policies_arena(conf->set);
    ctl_node_t  *node;

    if (conf->node == NULL) {
        return 0;
    }

    node = cg_arena_zero(arena, sizeof(*node));
    words = cg_arena_zero(arena, conf->n * sizeof(*words));

    if (node == NULL || words == NULL) {
        return conf_fail(conf, "no memory");
    }

    for (i = 0; i < conf->n; i++) {
        words[i] = cg_arena_copy(arena, conf->words[i]);

        if (words[i].data == NULL) {
            return conf_fail(conf, "no memory");
        }
    }

    node->words = words;
    node->n = conf->n;
    node->file = conf->file->name;
    node->line = conf->line;
    node->up = conf->node;

    if (conf->node->last) {
        conf->node->last->next = node;

    } else {
        conf->node->first = node;
    }

    conf->node->last = node;
    conf->node = block ? node : conf->node;

    return 0;
}


static int
conf_open(conf_t *conf)
{
    int  vendor = cg_str_eq(conf->words[0], cg_str("consent_vendor"));

    conf->file->blocks++;

    if (conf_keep(conf, 1) != 0) {
        return -1;
    }

    if (conf->feeding) {
        return conf_fail(conf, "a block inside of a consent block");
    }

    if (!vendor && !cg_str_eq(conf->words[0], cg_str("consent_policy"))) {
        return 0;
    }

    if (conf->n != 2) {
        return conf_fail(conf, "\"%.*s\" takes one name",
                         (int) conf->words[0].len,
                         (const char *) conf->words[0].data);
    }

    if (cg_policies_begin(conf->set,
                          vendor ? CG_BLOCK_VENDOR : CG_BLOCK_POLICY,
                          conf->words[1], conf->file->name, conf->line,
                          conf->diag) != CG_OK)
    {
        return conf_fault(conf);
    }

    conf->feeding = 1;

    return 0;
}


static int
conf_close(conf_t *conf)
{
    if (conf->file->blocks == 0) {
        return conf_fail(conf, "unexpected \"}\"");
    }

    conf->file->blocks--;
    conf->node = conf->node ? conf->node->up : NULL;

    if (!conf->feeding) {
        return 0;
    }

    conf->feeding = 0;

    return cg_policies_end(conf->set, conf->diag) == CG_OK ? 0
           : conf_fault(conf);
}


static int
conf_line(conf_t *conf)
{
    if (cg_str_eq(conf->words[0], cg_str("include"))) {
        return conf_include(conf);
    }

    if (conf_keep(conf, 0) != 0) {
        return -1;
    }

    if (!conf->feeding) {
        return 0;
    }

    return cg_policies_line(conf->set, conf->words, conf->n, conf->file->name,
                            conf->line, conf->diag) == CG_OK
           ? 0 : conf_fault(conf);
}


static int
conf_step(conf_t *conf)
{
    switch (conf_read(conf)) {

    case CONF_LINE:
        return conf_line(conf);

    case CONF_OPEN:
        return conf_open(conf);

    case CONF_CLOSE:
        return conf_close(conf);

    case CONF_END:
        conf_pop(conf);
        return 0;

    case CONF_BAD:
        break;
    }

    return -1;
}


static int
conf_load(conf_t *conf)
{
    int          rc;
    const char  *slash = strrchr(conf->main, '/');

    conf->folder = slash ? (size_t) (slash - conf->main) + 1 : 0;

    rc = conf_push(conf, conf->main);

    while (rc == 0 && conf->file) {
        rc = conf_step(conf);
    }

    while (conf->file) {
        conf_pop(conf);
    }

    return rc;
}


int
ctl_conf_load(const char *file, cg_policies_t *set, cg_diag_t *diag)
{
    conf_t  conf;

    memset(&conf, 0, sizeof(conf));
    conf.set = set;
    conf.diag = diag;
    conf.main = file;

    return conf_load(&conf);
}


int
ctl_conf_tree(const char *file, cg_policies_t *set, cg_diag_t *diag,
    const ctl_node_t **root)
{
    int             rc;
    size_t          len;
    conf_t          conf;
    ctl_dump_t      dump;
    unsigned char  *whole;
    ctl_node_t     *top = cg_arena_zero(cg_policies_arena(set), sizeof(*top));

    memset(&conf, 0, sizeof(conf));
    memset(&dump, 0, sizeof(dump));
    conf.set = set;
    conf.diag = diag;
    conf.main = file;
    conf.node = top;

    whole = conf_slurp(strcmp(file, "-") == 0 ? "/dev/stdin" : file, &len);

    if (top == NULL || whole == NULL) {
        return conf_fail(&conf, "cannot read \"%s\": %s", file,
                         strerror(errno));
    }

    rc = ctl_dump_split(&dump, (cg_str_t) { len, whole }, file,
                        cg_policies_arena(set));

    if (rc == 0) {
        conf.dump = dump.printed || strcmp(file, "-") == 0 ? &dump : NULL;
        conf.main = dump.printed ? ctl_dump_name(&dump, 0) : file;
        rc = conf_load(&conf);

    } else {
        rc = conf_fail(&conf, "no memory");
    }

    free(whole);
    *root = top;

    return rc;
}
