/*
 * A fuzz target without libFuzzer: each file that is named is run once.  Says
 * what it does before it does it, so that a crash has a name.
 *
 *   fuzz_NAME FILE...
 */

#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"


static int
main_run(const char *name)
{
    FILE     *in = fopen(name, "rb");
    long      size = -1;
    uint8_t  *data = NULL;

    if (in && fseek(in, 0, SEEK_END) == 0) {
        size = ftell(in);
        rewind(in);
    }

    if (size >= 0) {
        data = malloc((size_t) size + !size);
    }

    if (data == NULL
        || fread(data, 1, (size_t) size, in) != (size_t) size)
    {
        perror(name);
        return 1;
    }

    fclose(in);
    (void) LLVMFuzzerTestOneInput(data, (size_t) size);
    free(data);

    return 0;
}


int
main(int argc, char **argv)
{
    int  i, failed = 0;

    for (i = 1; i < argc; i++) {
        printf("%s\n", argv[i]);
        fflush(stdout);
        failed |= main_run(argv[i]);
    }

    return failed;
}
