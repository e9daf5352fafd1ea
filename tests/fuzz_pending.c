/* A file of pending closings, of any bytes: a line that is read is written as
 * it stood, and opens nothing. */

#include "fuzz.h"

#include "consent/cg_pending.h"


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t         at = 0, place;
    cg_str_t       bytes = { size, data };
    cg_pending_t   pending;
    unsigned char  line[CG_PENDING_LINE];

    while (cg_pending_next(bytes, &at, &pending, &place) == CG_OK) {
        must(place + CG_PENDING_LINE == at && at <= size,
             "a line lies in the file");
        must(pending.how == CG_HOW_WITHDRAW || pending.how == CG_HOW_ERASE
             || pending.how == CG_HOW_REJECT_ALL, "it closes");
        must(cg_pending_write(&pending, line) == CG_OK
             && memcmp(line, data + place, CG_PENDING_LINE) == 0,
             "and is written as it stood");
    }

    return 0;
}
