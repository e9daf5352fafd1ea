/*
 * The record of a grant in Redis: a hash with readable fields and a MAC over
 * them, under a name that does not give the cid away; the person's salt beside
 * it.  What is sent to and read from Redis is made and judged here; who
 * carries it is not this room's concern.
 *
 *   cg:{sss}:v:<name>    the record
 *   cg:{sss}:s:<name>    the salt, 16 bytes in base64url
 *   cg:{sss}:log         stream of decisions
 *   cg:{sss}:shown       stream of frames that were shown once, to whom nobody
 *                        knows: the last CG_RECORD_SHOWN or a few more
 *
 * name = 22 characters of HMAC(CG_KEY_NAME, site, cid); sss = its shard, three
 * hex digits, one of 64 labels whose hash slots (CRC16) lie in the middle of
 * the 64 ranges of 256 slots each; which one, the name's first character says.
 *
 * Fields of a record, in the order of the MAC, one spelling each:
 *
 *   v         1                        how       accept_all reject_all custom
 *   rid       base64url                          withdraw
 *   site      its name                 state     granted partial refused
 *   policy    its id                             withdrawn
 *   version   decimal                  decided   2026-01-31T23:59:59Z
 *   purposes  "analytics=1 media=0"    expires   likewise
 *   bits      lower hex                rev       decimal
 *   terms     hex, 64 digits           lang      of the notice, may be empty
 *   notice    its hash, may be empty   shown     a time, may be empty
 *   nonce     base64url                evidence  "lane:seq" or "lane:seq:h",
 *                                                may be empty
 *   mac       base64url of 128 bits of HMAC(CG_KEY_RECORD) over the name and
 *             all fields before it
 *
 * Beside them, under no MAC since they open nothing: `hold`, "suspend" of a
 * record whose person asked for that, "legal" of one that an operator must keep
 * (nothing erases it until the field is removed); `history`, what the record
 * said before, see cg_record_past_next().
 *
 * `purposes` is for people; `bits` count.  The MAC does not tell an older
 * record of the same visitor from the latest one: who can write to Redis can
 * bring back what that visitor once granted, while the visitor holds a token
 * for it.
 *
 * The log names a record for ten minutes only: each write drops older entries,
 * and the stream itself lives ten minutes beyond its last one.
 */

#ifndef CG_RECORD_H
#define CG_RECORD_H

#include "cg_command.h"
#include "cg_token.h"
#include "policy/cg_policy.h"

#define CG_SALT_LEN       16
#define CG_RECORD_NAME    22
#define CG_RECORD_FIELDS  20       /* at most, see cg_record_lookup() */
#define CG_SHARDS         64
#define CG_RECORD_SHOWN   "1000"

typedef enum {
    CG_HOW_NONE = 0,
    CG_HOW_ACCEPT_ALL,
    CG_HOW_REJECT_ALL,
    CG_HOW_CUSTOM,
    CG_HOW_WITHDRAW,
    CG_HOW_ERASE
} cg_how_t;

typedef enum {
    CG_HOLD_NONE = 0,
    CG_HOLD_SUSPEND,
    CG_HOLD_LEGAL
} cg_hold_t;

typedef struct {
    uint32_t       granted;        /* bits; of a withdrawn record: 0 */
    uint32_t       version;        /* of the policy, when decided */
    uint32_t       rev;            /* 1 .. */
    int64_t        decided;        /* seconds since the epoch */
    int64_t        expires;
    cg_how_t       how;
    unsigned char  terms[CG_SHA256_LEN];   /* of the policy, when decided */
    unsigned char  rid[16];        /* random, on the receipt */
    unsigned char  nonce[16];      /* of the request that wrote it */
    cg_str_t       lang;           /* of the notice; absent if none */
    cg_str_t       notice;         /* hash of the notice, hex; likewise */
    int64_t        shown;          /* seconds since the epoch; 0: none */
    cg_str_t       evidence;       /* "lane:seq" of the decision's line, and
                                      ":" and its h, where it was known */
    cg_hold_t      hold;           /* only to be written, CG_HOLD_SUSPEND */
} cg_record_t;

typedef struct {
    unsigned char  text[CG_RECORD_NAME];
    char           shard[4];       /* three hex digits and a NUL */
    unsigned char  at;             /* the number of that shard */
} cg_record_name_t;


/* The i-th label, i < CG_SHARDS: each has a log of its own. */
const char *cg_record_shard(size_t i);

/* The name of a visitor's record under the key that verified the token.
 * CG_EINVAL: a refusal, it has no record, or no such key.
 *
 * A token is always signed by the first key.  So a visitor whose token has
 * another one (key != 0) and who chooses anew must get a fresh cid, while the
 * old record is withdrawn: under the old cid the new token would lead to a name
 * that holds nothing. */
CG_MUST_CHECK cg_status_t cg_record_name(const cg_keys_t *keys,
    cg_str_t site, const cg_token_t *token, cg_record_name_t *name);

/* A name as its text stands in keys and logs.  CG_EINVAL: it is none. */
CG_MUST_CHECK cg_status_t cg_record_name_read(cg_str_t text,
    cg_record_name_t *name);

/* Commands: CG_ENOMEM, or CG_ELIMIT for a prefix of more than 64 bytes.
 *
 * HMGET of every field; the reply is for cg_record_read(). */
CG_MUST_CHECK cg_status_t cg_record_lookup(cg_arena_t *arena, cg_str_t prefix,
    const cg_record_name_t *name, cg_command_t *command);

/* Reads and verifies a look-up's reply; slices are views into it.  CG_NONE: no
 * record.  CG_EINVAL: malformed or not ours (`record` is then zeroed and grants
 * nothing); such a record has no revision that could be named as `expected`:
 * cg_record_erase() it, or decide anew under a fresh cid.  Does not compare the
 * times with any clock. */
CG_MUST_CHECK cg_status_t cg_record_read(const cg_reply_t *reply,
    const cg_keys_t *keys, cg_str_t site, cg_str_t policy,
    const cg_record_name_t *name, cg_record_t *record);

/* HMGET of what stands beside a record, and its reply; `history` is a view.
 * CG_EINVAL: malformed. */
CG_MUST_CHECK cg_status_t cg_record_beside(cg_arena_t *arena, cg_str_t prefix,
    const cg_record_name_t *name, cg_command_t *command);
CG_MUST_CHECK cg_status_t cg_record_beside_read(const cg_reply_t *reply,
    cg_hold_t *hold, cg_str_t *history);

/* A decision that was replaced, as its record said it; all are as somebody
 * wrote them into Redis. */

typedef struct {
    cg_str_t  decided;
    cg_str_t  how;
    cg_str_t  purposes;            /* "analytics=1,media=0" */
    cg_str_t  evidence;
} cg_record_past_t;

/* The next one of a history, the oldest first; moves it on.  CG_NONE: no
 * more. */
CG_MUST_CHECK cg_status_t cg_record_past_next(cg_str_t *history,
    cg_record_past_t *past);

/* GET of the salt. */
CG_MUST_CHECK cg_status_t cg_record_salt(cg_arena_t *arena, cg_str_t prefix,
    const cg_record_name_t *name, cg_command_t *command);

/* Reads the salt's text.  CG_NONE: absent. */
CG_MUST_CHECK cg_status_t cg_record_salt_read(cg_str_t text,
    unsigned char salt[CG_SALT_LEN]);

/* The scripts that commit and erase run, so that they can be loaded before:
 * scripts[i] is the text of cg_command_t's script i + 1.  CG_ENOMEM. */
#define CG_RECORD_SCRIPTS  3

CG_MUST_CHECK cg_status_t cg_record_scripts(cg_arena_t *arena,
    cg_str_t scripts[CG_RECORD_SCRIPTS]);

/* The script that writes a record (one atomic EVAL: compare-and-set on the
 * revision, the same nonce again is the same answer, stream entry, TTL of
 * expires - now seconds):
 *   expected   the revision that must stand there, 0: none
 *   record     the new one, rev = expected + 1; slices at most 64 printable
 *              bytes without blanks; a withdrawal keeps the `expires` of what
 *              it withdraws, so that no old token opens anything before
 *   salt       16 bytes, written with it if none stands there yet; absent:
 *              left alone; its TTL grows to the record's
 * Purposes' names for the readable field come from `policy`.  A record that
 * grants nothing is written even if Redis is out of memory.  CG_EINVAL: a
 * record that is none (`how` against `granted`, bits beyond the policy's,
 * times out of order, expired at `now`, rev, CG_HOW_ERASE). */
CG_MUST_CHECK cg_status_t cg_record_commit(cg_arena_t *arena, cg_str_t prefix,
    const cg_keys_t *keys, cg_str_t site, const cg_policy_t *policy,
    const cg_record_name_t *name, uint32_t expected, const cg_record_t *record,
    cg_str_t salt, int64_t now, cg_command_t *command);

/* The script that removes record and salt, and leaves a stream entry; again is
 * the same.  Works on a record that does not verify, too. */
CG_MUST_CHECK cg_status_t cg_record_erase(cg_arena_t *arena, cg_str_t prefix,
    const cg_record_name_t *name, const unsigned char nonce[16],
    cg_command_t *command);

/* XADD: a frame is shown once.  The receipt says in which shard.  The reply is
 * the entry's id. */

typedef struct {
    cg_str_t              site;
    cg_str_t              policy;  /* id */
    uint32_t              version;
    cg_str_t              vendor;
    cg_str_t              purpose; /* may be absent */
    cg_str_t              notice;  /* hash of the text shown */
    const unsigned char  *rid;     /* 16 bytes */
} cg_shown_t;

CG_MUST_CHECK cg_status_t cg_record_shown(cg_arena_t *arena, cg_str_t prefix,
    const cg_shown_t *shown, cg_command_t *command);

typedef enum {
    CG_COMMIT_FAILED = 0,          /* anything we do not understand */
    CG_COMMIT_DONE,                /* written, or this very write stood there */
    CG_COMMIT_STALE,               /* somebody was faster: read again */
    CG_COMMIT_HELD                 /* not erased: a legal hold keeps it */
} cg_commit_t;

/* What a script's reply (array: word, revision) means. */
cg_commit_t cg_record_committed(const cg_reply_t *reply);

/* The log of a shard, as other instances read it.  An entry bears no MAC: it
 * may make a cached decision be read again or close one, never open one.
 * Fields: op ("erase" or as `how`), k (the record's name), rev, policy, bits,
 * and evidence or nonce. */

typedef struct {
    cg_record_name_t  name;
    cg_str_t          policy;      /* view into the reply */
    cg_how_t          how;
    uint32_t          rev;
    uint32_t          granted;
} cg_feed_t;

/* An entry's id in one word: 43 bits of milliseconds of Redis' clock, 20 of a
 * number. */
#define CG_FEED_ID(ms)     ((uint64_t) (ms) << 20)
#define CG_FEED_ID_MS(id)  ((int64_t) ((id) >> 20))

#define CG_FEED_ENTRIES  100       /* of one reply, at most */
#define CG_FEED_KEPT_MS  600000    /* how long Redis keeps an entry */

/* XRANGE of at most CG_FEED_ENTRIES of the i-th shard, the entry `from` among
 * them: that it still stands there proves that nothing was lost since.  The
 * reply is nested. */
CG_MUST_CHECK cg_status_t cg_record_feed(cg_arena_t *arena, cg_str_t prefix,
    size_t shard, uint64_t from, cg_command_t *command);

/* The next entry of such a reply, *at 0 at first.  CG_OK: its id; feed->how is
 * CG_HOW_NONE if it is not ours.  CG_NONE: no more.  CG_EINVAL: no such
 * reply. */
CG_MUST_CHECK cg_status_t cg_record_feed_next(size_t shard,
    const cg_reply_t *reply, size_t *at, uint64_t *id, cg_feed_t *feed);

/* TIME, the clock of the Redis where the i-th shard is, and its reply in
 * milliseconds since the epoch. */
void cg_record_time(size_t shard, cg_command_t *command);
CG_MUST_CHECK cg_status_t cg_record_time_read(const cg_reply_t *reply,
    int64_t *time_ms);

/* Reads one entry's fields and values (in turn) of the i-th shard.  CG_EINVAL:
 * not ours; `feed` is then zeroed. */
CG_MUST_CHECK cg_status_t cg_record_feed_read(size_t shard,
    const cg_reply_t *fields, cg_feed_t *feed);

/* The pseudonym of the evidence: 16 bytes of HMAC(salt, site, cid) in
 * base64url (22 characters).  CG_EINVAL: a refusal has none. */
CG_MUST_CHECK cg_status_t cg_record_sub(const unsigned char salt[CG_SALT_LEN],
    cg_str_t site, const cg_token_t *token, unsigned char sub[22]);

#endif /* CG_RECORD_H */
