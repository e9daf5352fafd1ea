/*
 * config.load and policy.publish: under which promises a configuration
 * answers.  All slices are borrowed for the call; an absent one writes no
 * field.
 */

#ifndef CG_EVENT_CONFIG_H
#define CG_EVENT_CONFIG_H

#include "base/cg_crypto.h"
#include "base/cg_out.h"

#define CG_EVENT_TEXT_HASH  8      /* bytes that are written of a text's */


/* A text that visitors are shown, by its hash. */

typedef struct {
    cg_str_t       lang;
    unsigned char  hash[CG_SHA256_LEN];    /* of a notice or
                                              cg_transmission_hash() says */
} cg_event_text_t;

typedef struct {
    cg_str_t  host;
    cg_str_t  policy;
} cg_event_server_t;

typedef struct {
    cg_str_t  form;                /* "full" "t24" "t16" "drop" "combine" */
    cg_str_t  purpose;             /* that gives all of it */
    cg_str_t  clause;
} cg_event_address_t;

typedef struct {
    cg_str_t                id;
    uint64_t                version;
    unsigned char           terms[CG_SHA256_LEN];
    unsigned char           text[CG_SHA256_LEN];
    cg_str_t                controller;
    cg_str_t                operator_name;     /* runs it for the controller */
    cg_str_t                contract;          /* the operator's */
    cg_str_t                jurisdiction;
    const cg_str_t         *personal;          /* items that it calls so */
    size_t                  n_personal;
    cg_event_address_t      address;
    cg_str_t                unlisted_host;     /* "hold", "allow", a purpose */
    cg_str_t                unlisted_cookie;
    const cg_event_text_t  *notices;           /* one a language */
    size_t                  n_notices;
    const cg_event_text_t  *transmissions;     /* of what vendors are sent */
    size_t                  n_transmissions;
} cg_event_policy_t;

typedef struct {
    cg_str_t  policy;              /* whose list it stands in */
    cg_str_t  id;
    uint64_t  slot;                /* 0: it has none, since it is required */
    int       required;
    cg_str_t  clause;
} cg_event_aim_t;

typedef struct {
    cg_str_t         policy;       /* whose list it stands in */
    cg_str_t         id;
    cg_str_t         role;
    cg_str_t         country;
    cg_str_t         purpose;
    const cg_str_t  *items;        /* what it receives */
    size_t           n_items;
    cg_str_t         path;         /* "direct", "relayed" */
    cg_str_t         mode;         /* "advanced"; absent: basic */
    cg_str_t         contract;
    cg_str_t         approval;
    cg_str_t         clause;
} cg_event_vendor_t;


/* config.load, once for each configuration that takes effect.  What does not
 * fit into one line goes on in further ones: call until CG_OK. */

typedef struct {
    unsigned char             hash[CG_SHA256_LEN];   /* of the configuration */
    uint64_t                  lease_ms;    /* that a cached grant lives */
    uint64_t                  handling;    /* seconds of sums; 0: each */
    const cg_event_server_t  *servers;
    size_t                    n_servers;
    const cg_str_t           *ungated;     /* names of servers without policy */
    size_t                    n_ungated;
    const cg_event_policy_t  *policies;
    size_t                    n_policies;
    const cg_event_aim_t     *purposes;
    size_t                    n_purposes;
    const cg_event_vendor_t  *vendors;
    size_t                    n_vendors;
} cg_event_config_t;

typedef struct {
    size_t  part;                  /* private; zero it before the first call */
    size_t  server;
    size_t  ungated;
    size_t  policy;
    size_t  purpose;
    size_t  vendor;
} cg_event_cursor_t;

/* Writes the body of one line.  CG_MORE: finish this line, begin another
 * config.load and call again; CG_OK: this was the last.  The cursor moves on
 * only by being read again: on an error of cg_chain_finish() restore it. */
CG_MUST_CHECK cg_status_t cg_event_config(cg_out_t *out,
    const cg_event_config_t *config, cg_event_cursor_t *cursor);


/* What stood in the archive before. */

typedef struct {
    uint64_t       version;        /* 0: nothing, or the same */
    unsigned char  terms[CG_SHA256_LEN];
    unsigned char  text[CG_SHA256_LEN];
} cg_event_before_t;

/* policy.publish, once for each policy of such a configuration. */

typedef struct {
    cg_str_t                id;
    uint64_t                version;
    uint64_t                material_since;    /* grants below it are stale */
    cg_str_t                enacted;           /* YYYY-MM-DD, may be absent */
    cg_str_t                revised;           /* likewise */
    cg_str_t                effective;         /* likewise */
    cg_str_t                approver;
    unsigned char           terms[CG_SHA256_LEN];
    unsigned char           text[CG_SHA256_LEN];
    cg_str_t                controller;
    const cg_event_text_t  *notices;           /* one a language */
    size_t                  n_notices;
    cg_event_before_t       before;
} cg_event_publish_t;

void cg_event_publish(cg_out_t *out, const cg_event_publish_t *publish);


/* A policy by itself, for the archive: one JSON object and a line feed. */

typedef struct {
    cg_str_t  id;
    cg_str_t  text;
    int       organisational;
} cg_event_clause_t;

void cg_event_policy(cg_out_t *out, const cg_event_config_t *config, size_t i,
    const cg_event_clause_t *clauses, size_t n_clauses);

#endif /* CG_EVENT_CONFIG_H */
