/*
 * Seals: what binds the lines of a lane to a secret that is gone by the time
 * somebody would like to change them.
 *
 * A root key is evolved by a one-way step at each load of a configuration and
 * at USR1; each step begins an epoch, the key before is forgotten.  A process
 * that writes derives a key from the root and from the name of its first lane,
 * a lane has one from its process, and that one evolves with each seal:
 *
 *   root      R[e+1] = HMAC(R[e], "root")
 *   process   P[0]   = HMAC(R[e], "process" || first lane's name)
 *             P[n+1] = HMAC(P[n], "process")       for its n-th further lane
 *   lane      K[0]   = HMAC(P[n], "lane" || the lane's name)
 *             K[i+1] = HMAC(K[i], "next")
 *   seal      mac    = HMAC(K[i], 0x02 || the lane's name || prev (32 bytes)
 *                           || the line up to and without `,"mac":"`)
 *
 * The MAC is the last field before "prev"; through prev it covers the whole
 * lane.  chain.open has seal 0, chain.close the last one.  Who knows R[e] can
 * make every seal of the epochs from e on, and none of those before: the first
 * root key (epoch 0) is for the auditor alone.
 *
 * A root as text is one line:  cgs1 ID EPOCH KEY LF  (16 hex digits, decimal,
 * 64 hex digits).
 *
 * HMAC-SHA-256.  Errors: CG_ENOMEM, libcrypto failed.  Keys are the caller's to
 * wipe.
 */

#ifndef CG_SEAL_H
#define CG_SEAL_H

#include "cg_chain.h"

#define CG_SEAL_ID         16      /* digits that name a root in all epochs */
#define CG_SEAL_SEED       40      /* random bytes that a root is made of */
#define CG_SEAL_ROOT_TEXT  128     /* bytes of a root as text, at most */
#define CG_SEAL_MAC_LEN    73      /* of a line: ,"mac":"64 hex" */


typedef struct {
    unsigned char  id[CG_SEAL_ID];           /* lower-case hexadecimal */
    uint64_t       epoch;
    unsigned char  key[CG_SHA256_LEN];
} cg_seal_root_t;

/* What a lane says of its seals, and its keys. */

typedef struct {
    unsigned char  id[CG_SEAL_ID];
    uint64_t       root;                     /* epoch that it was derived in */
    unsigned char  of[CG_LANE_LEN];          /* the process' first lane */
    uint64_t       n;                        /* further ones before this one */
    uint64_t       lines;                    /* a seal is due after so many */
    uint64_t       seconds;                  /* and after so long */
    uint64_t       index;                    /* of the next seal */
    unsigned char  key[CG_SHA256_LEN];       /* for it */
    unsigned char  process[CG_SHA256_LEN];   /* for the process' next lane */
} cg_seal_t;


/* A new root, in epoch 0. */
void cg_seal_root_make(cg_seal_root_t *root,
    const unsigned char seed[CG_SEAL_SEED]);

/* The next epoch.  On errors the root is as it was. */
CG_MUST_CHECK cg_status_t cg_seal_root_evolve(cg_seal_root_t *root);

/* Appends the text. */
void cg_seal_root_write(const cg_seal_root_t *root, cg_out_t *out);

/* Reads the text, its line feed included or not.  CG_EINVAL: it is none; `root`
 * is then zeroed. */
CG_MUST_CHECK cg_status_t cg_seal_root_read(cg_str_t text,
    cg_seal_root_t *root);


/* The keys of a process whose first lane is `chain`, which was just opened.
 * `lines` and `seconds` are left as they are. */
CG_MUST_CHECK cg_status_t cg_seal_begin(cg_seal_t *seal,
    const cg_seal_root_t *root, const cg_chain_t *chain);

/* The process goes on in another lane.  On errors as it was. */
CG_MUST_CHECK cg_status_t cg_seal_go_on(cg_seal_t *seal,
    const cg_chain_t *chain);

/* Writes the field "seal" of an event's body; the MAC comes last, by
 * cg_seal_sign(). */
void cg_seal_field(const cg_seal_t *seal, cg_out_t *out);

/* Writes the field "mac" over what `out` holds; cg_chain_finish() follows. */
void cg_seal_sign(const cg_seal_t *seal, const cg_chain_t *chain,
    cg_out_t *out);

/* The seal was made: forgets its key.  On errors as it was. */
CG_MUST_CHECK cg_status_t cg_seal_evolve(cg_seal_t *seal);

/* For the verifier: keys of a lane of which `seal` holds what its lines say.
 * `root` is of the same epoch; key and process become those of seal 0. */
CG_MUST_CHECK cg_status_t cg_seal_derive(cg_seal_t *seal,
    const cg_seal_root_t *root, const unsigned char ch[CG_LANE_LEN]);

/* The MAC of a line; `text` is what stands before it. */
CG_MUST_CHECK cg_status_t cg_seal_mac(const unsigned char key[CG_SHA256_LEN],
    const unsigned char ch[CG_LANE_LEN],
    const unsigned char prev[CG_SHA256_LEN], cg_str_t text,
    unsigned char mac[CG_SHA256_LEN]);

#endif /* CG_SEAL_H */
