/*
 * The notice of external transmission (in Japan's Telecommunications Business
 * Act, article 27-12: what is sent, to whom, and what for), made out of the
 * very policy by which the gate holds and lets pass.
 *
 * Its bytes depend on the policy and the language alone: no visitor, no time,
 * no host and no consent_uri is in them (links are relative to
 * "/.consent/vendors"), so that a hash of them says what was published.
 */

#ifndef CG_TRANSMISSION_H
#define CG_TRANSMISSION_H

#include "policy/cg_policy.h"
#include "base/cg_out.h"

#define CG_TRANSMISSION_MAX   (64 * 1024 * 1024)   /* bytes of one, at most */
#define CG_TRANSMISSION_HASH  8        /* bytes of the hash in logs and file
                                          names */


/* The page in `lang`, one of the policy's languages: HTML without scripts. */
void cg_transmission(cg_out_t *out, const cg_policy_t *policy, cg_str_t lang);

/* The same as one JSON object; `hash` is of the page. */
void cg_transmission_json(cg_out_t *out, const cg_policy_t *policy,
    cg_str_t lang, const unsigned char hash[CG_SHA256_LEN]);

/* SHA-256 of exactly the bytes of the page.  `arena` is asked for as much
 * memory as the page takes.  CG_ENOMEM, CG_ELIMIT. */
CG_MUST_CHECK cg_status_t cg_transmission_hash(cg_arena_t *arena,
    const cg_policy_t *policy, cg_str_t lang,
    unsigned char hash[CG_SHA256_LEN]);


/* Whether a third party that the policy does not list may be let through: then
 * the notice leads to "seen", which names those that were seen. */
int cg_transmission_opens(const cg_policy_t *policy);

/* That page, with the normalised names of these hosts: what was seen on the
 * site so far, so no hash is of it. */
void cg_transmission_seen(cg_out_t *out, const cg_policy_t *policy,
    cg_str_t lang, const cg_str_t *hosts, size_t n);

/* The same as one JSON object. */
void cg_transmission_seen_json(cg_out_t *out, const cg_policy_t *policy,
    const cg_str_t *hosts, size_t n);

#endif /* CG_TRANSMISSION_H */
