/* What questions print for people, and what they read beside the log. */

#include "ask.h"
#include "base/cg_crypto.h"

#include <stdlib.h>

#define PRINT_COLUMNS  12
#define PRINT_CELL     256
#define PRINT_TEXT     (4 * 1024 * 1024)     /* bytes of an archived text */


static void
print_list(const json_t *list, char cell[PRINT_CELL])
{
    size_t   i, len = 0;
    json_t  *item;

    cell[0] = '\0';

    json_array_foreach(list, i, item) {
        len += (size_t) snprintf(cell + len, PRINT_CELL - len, "%s%s",
                                 i ? "," : "", json_string_value(item));

        if (len >= PRINT_CELL) {
            return;
        }
    }
}


static void
print_cell(const json_t *row, const char *key, char cell[PRINT_CELL])
{
    const json_t  *value = json_object_get(row, key);

    if (strcmp(key, "file") == 0) {
        snprintf(cell, PRINT_CELL, "%s:%lld", ctl_text(row, "file"),
                 (long long) ctl_number(row, "line"));

    } else if (json_is_integer(value)) {
        snprintf(cell, PRINT_CELL, "%lld",
                 (long long) json_integer_value(value));

    } else if (json_is_real(value)) {
        snprintf(cell, PRINT_CELL, "%.1f", json_real_value(value));

    } else if (json_is_boolean(value)) {
        snprintf(cell, PRINT_CELL, "%s", json_is_true(value) ? "yes" : "no");

    } else if (json_is_array(value)) {
        print_list(value, cell);

    } else {
        snprintf(cell, PRINT_CELL, "%s", value && json_is_string(value)
                 ? json_string_value(value) : "-");
    }
}


static void
print_line(const json_t *row, const ctl_column_t *columns,
    const size_t *widths)
{
    char    cell[PRINT_CELL];
    size_t  i;

    for (i = 0; columns[i].title; i++) {
        if (row) {
            print_cell(row, columns[i].key, cell);

        } else {
            snprintf(cell, sizeof(cell), "%s", columns[i].title);
        }

        if (columns[i + 1].title == NULL) {
            printf("%s\n", cell);

        } else if (row
                   && json_is_number(json_object_get(row, columns[i].key)))
        {
            printf("%*s  ", (int) widths[i], cell);

        } else {
            printf("%-*s  ", (int) widths[i], cell);
        }
    }
}


void
ctl_print_table(const json_t *rows, const ctl_column_t *columns)
{
    char     cell[PRINT_CELL];
    size_t   i, k, len, widths[PRINT_COLUMNS] = { 0 };
    json_t  *row;

    if (json_array_size(rows) == 0) {
        return;
    }

    for (k = 0; columns[k].title && k < PRINT_COLUMNS; k++) {
        widths[k] = strlen(columns[k].title);

        json_array_foreach(rows, i, row) {
            print_cell(row, columns[k].key, cell);
            len = strlen(cell);
            widths[k] = len > widths[k] ? len : widths[k];
        }
    }

    putchar('\n');
    print_line(NULL, columns, widths);

    json_array_foreach(rows, i, row) {
        print_line(row, columns, widths);
    }
}


/* The archive */


static int
archive_path(const ctl_run_t *run, char *path, size_t size, const char *room,
    const char *name, const char *suffix)
{
    int          n;
    const char  *log = run->ctl->argv[run->ctl->argc - 1];

    if (name[strspn(name, "0123456789abcdef")] != '\0' || name[0] == '\0') {
        return 0;                            /* no hash, and no path either */
    }

    n = run->texts && strcmp(room, "texts") == 0
        ? snprintf(path, size, "%s/%s%s", run->texts, name, suffix)
        : run->texts
        ? snprintf(path, size, "%s/../%s/%s%s", run->texts, room, name, suffix)
        : snprintf(path, size, "%s.d/%s/%s%s", log, room, name, suffix);

    return n > 0 && (size_t) n < size;
}


/* The file's bytes, from malloc, and a NUL behind them; NULL: not there. */

static char *
archive_read(const char *path, size_t *len)
{
    FILE  *in = fopen(path, "rb");
    char  *bytes = in ? malloc(PRINT_TEXT + 1) : NULL;

    if (bytes) {
        *len = fread(bytes, 1, PRINT_TEXT, in);
        bytes[*len] = '\0';
    }

    if (in) {
        (void) fclose(in);
    }

    return bytes;
}


int
ctl_archive_check(const ctl_run_t *run, const char *hash)
{
    char           path[4096], hex[2 * CG_SHA256_LEN + 1];
    char          *bytes = NULL;
    size_t         i, len;
    cg_str_t       text;
    unsigned char  digest[CG_SHA256_LEN];

    if (archive_path(run, path, sizeof(path), "texts", hash, ".html")) {
        bytes = archive_read(path, &len);
    }

    if (bytes == NULL) {
        return -1;
    }

    text = (cg_str_t) { len, (unsigned char *) bytes };

    if (cg_sha256(&text, 1, digest) != CG_OK) {
        free(bytes);
        return -1;
    }

    free(bytes);

    for (i = 0; i < CG_SHA256_LEN; i++) {
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    }

    return strncmp(hex, hash, strlen(hash)) == 0;
}


json_t *
ctl_archive_policy(const ctl_run_t *run, const char *terms, int *found)
{
    char           path[4096], *bytes = NULL;
    size_t         len;
    json_t        *json;
    json_error_t   error;

    if (archive_path(run, path, sizeof(path), "policies", terms, ".json")) {
        bytes = archive_read(path, &len);
    }

    *found = bytes != NULL;

    if (bytes == NULL) {
        return NULL;
    }

    json = json_loadb(bytes, len, 0, &error);
    free(bytes);

    return json;
}
