#include "cg_notice.h"

#include "base/cg_ascii.h"
#include "cg_embedded.h"

#define ASSET_HASH  8              /* bytes of the digest in the name */


static const cg_str_t  asset_prefix =
    { sizeof("ngx-consent.") - 1, (const unsigned char *) "ngx-consent." };


static cg_str_t
asset_suffix(cg_asset_kind_t kind)
{
    return kind < CG_ASSET_STYLE ? cg_str(".js") : cg_str(".css");
}


static cg_str_t
asset_body(cg_asset_kind_t kind)
{
    switch (kind) {

    case CG_ASSET_SCRIPT:
        return cg_embedded_client_js;

    case CG_ASSET_RELEASE:
        return cg_embedded_release_js;

    case CG_ASSET_EMBED:
        return cg_embedded_embed_js;

    case CG_ASSET_STYLE:
        return cg_embedded_page_css;

    case CG_ASSET_FRAME:
        return cg_embedded_frame_css;
    }

    return cg_str_null;
}


static cg_status_t
asset_hash(cg_asset_kind_t kind, unsigned char digest[CG_SHA256_LEN])
{
    cg_str_t  body = asset_body(kind);

    return cg_sha256(&body, 1, digest);
}


void
cg_notice_asset_name(cg_out_t *out, cg_asset_kind_t kind)
{
    unsigned char  digest[CG_SHA256_LEN];

    if (asset_hash(kind, digest) != CG_OK) {
        out->status = out->status == CG_OK ? CG_ENOMEM : out->status;
        return;
    }

    cg_out_str(out, asset_prefix);
    cg_out_hex(out, (cg_str_t) { ASSET_HASH, digest });
    cg_out_str(out, asset_suffix(kind));
}


/* Which asset a name asks for; of several with one suffix the HASH says it, and
 * the first one stands for one that is known no more. */

static cg_status_t
asset_parse(cg_str_t name, cg_asset_kind_t *kind, int *current)
{
    size_t           from = asset_prefix.len, to = from + 2 * ASSET_HASH;
    cg_str_t         suffix;
    unsigned char    hash[ASSET_HASH], digest[CG_SHA256_LEN];
    cg_status_t      rc = CG_NONE;
    cg_asset_kind_t  i;

    if (name.len <= to || !cg_str_starts(name, asset_prefix)
        || cg_hex_read(cg_str_sub(name, from, to), hash, ASSET_HASH) != CG_OK)
    {
        return CG_NONE;
    }

    suffix = cg_str_sub(name, to, name.len);
    *current = 0;

    for (i = CG_ASSET_SCRIPT; i <= CG_ASSET_FRAME && !*current; i++) {
        if (!cg_str_eq(suffix, asset_suffix(i))) {
            continue;
        }

        if (asset_hash(i, digest) != CG_OK) {
            return CG_ENOMEM;
        }

        *current = memcmp(hash, digest, ASSET_HASH) == 0;

        if (*current || rc == CG_NONE) {
            *kind = i;
            rc = CG_OK;
        }
    }

    return rc;
}


cg_status_t
cg_notice_asset(cg_str_t name, cg_asset_t *asset)
{
    int              current;
    cg_status_t      rc;
    cg_asset_kind_t  kind;

    memset(asset, 0, sizeof(*asset));

    rc = asset_parse(name, &kind, &current);
    if (rc != CG_OK) {
        return rc;
    }

    asset->body = asset_body(kind);
    asset->current = current != 0;
    asset->type = kind < CG_ASSET_STYLE
                  ? cg_str("text/javascript; charset=utf-8")
                  : cg_str("text/css; charset=utf-8");

    return CG_OK;
}
