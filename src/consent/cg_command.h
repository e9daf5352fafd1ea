/*
 * What is sent to Redis and what comes back, in words: the border between who
 * makes commands and reads replies, and who carries them.  No bytes of the
 * protocol, no sockets.
 */

#ifndef CG_COMMAND_H
#define CG_COMMAND_H

#include "base/cg_base.h"

#define CG_COMMAND_WORDS  64

/* A command: its words, borrowed, and the shape of its reply, so that one of
 * another shape is nobody's. */

typedef struct {
    cg_str_t       words[CG_COMMAND_WORDS];
    size_t         n;
    size_t         answers;        /* elements of the reply, CG_REPLY_NESTED */
    size_t         script;         /* 1 .. : words 0 and 1 are EVAL and the text
                                      of that script; 0: none */
    size_t         shard;          /* where its keys are, see cg_record.h */
    unsigned       behind:1;       /* what it says is of the command before it,
                                      on the same line */
} cg_command_t;

#define CG_REPLY_NESTED  0         /* any number, arrays inside arrays */
#define CG_SHARD_NONE    ((size_t) -1)     /* no keys */

/*
 * A reply: the array's elements, or the one that is no array.  A nil is an
 * absent slice, an integer its text.  In a nested reply an array inside is an
 * absent slice, too, with its own elements right behind it: inside[i] of the
 * items that follow item i are in it, the next one beside it is item
 * i + 1 + inside[i].
 */

typedef struct {
    const cg_str_t  *items;
    size_t           n;
    const size_t    *inside;       /* NULL in a flat reply */
} cg_reply_t;


static inline void
cg_command_start(cg_command_t *command, size_t answers)
{
    command->n = 0;
    command->answers = answers;
    command->script = 0;
    command->shard = CG_SHARD_NONE;
    command->behind = 0;
}


/* No more than CG_COMMAND_WORDS of them. */

static inline void
cg_command_word(cg_command_t *command, cg_str_t word)
{
    command->words[command->n++] = word;
}

#endif /* CG_COMMAND_H */
