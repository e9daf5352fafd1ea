#include "cg_edit.h"
#include "cg_element.h"
#include "base/cg_ascii.h"
#include "html/cg_html_charref.h"


static const cg_str_t  edit_inline_limit = {
    12, (const unsigned char *) "inline-limit"
};


void
cg_edit_count(cg_edit_t *edit, const cg_verdict_t *verdict)
{
    size_t           i;
    cg_tally_t      *tally = &edit->tally;
    cg_tally_row_t  *row;

    if (!verdict->counted) {
        return;
    }

    for (i = 0; i < tally->n; i++) {
        row = &tally->rows[i];

        if (cg_str_eq(row->vendor, verdict->vendor)
            && cg_str_eq(row->clause, verdict->clause))
        {
            break;
        }
    }

    if (i == CG_TALLY_ROWS) {
        tally->more++;
        return;
    }

    row = &tally->rows[i];

    if (i == tally->n) {
        tally->n++;
        row->vendor = verdict->vendor;
        row->clause = verdict->clause;
    }

    if (verdict->pass) {
        row->passed++;

    } else {
        row->held++;
    }
}


void
cg_edit_mark(cg_edit_t *edit, uint64_t at, const cg_verdict_t *verdict,
    int script)
{
    cg_flow_emit(edit->flow, at);
    cg_flow_text(edit->flow, script
                  ? cg_str(" type=\"text/plain\" data-ngxc-hold=\"")
                  : cg_str(" data-ngxc-hold=\""));
    cg_flow_text(edit->flow, verdict->vendor);

    if (verdict->purpose.len) {
        cg_flow_text(edit->flow, cg_str("\" data-ngxc-purpose=\""));
        cg_flow_text(edit->flow, verdict->purpose);
    }

    cg_flow_text(edit->flow, cg_str("\""));
}


void
cg_edit_rename(cg_edit_t *edit, uint64_t at)
{
    cg_flow_emit(edit->flow, at);
    cg_flow_text(edit->flow, cg_str("data-ngxc-"));
}


/* Inline scripts. */

static cg_verdict_t
script_judge(const cg_script_t *script, cg_edit_t *edit, cg_str_t body)
{
    cg_out_t      out;
    cg_verdict_t  verdict;

    verdict = cg_judge_inline(&edit->conf->judge, body);

    if (!script->foreign || !verdict.pass || body.len == 0
        || memchr(body.data, '&', body.len) == NULL)
    {
        return verdict;
    }

    cg_out_init(&out, &edit->scratch->arena, 2 * body.len);
    cg_html_charref_text(&out, body);
    body = cg_out_slice(&out);

    return body.data ? cg_judge_inline(&edit->conf->judge, body)
                     : cg_judge_unlisted(&edit->conf->judge);
}


void
cg_script_close(cg_script_t *script, cg_edit_t *edit, uint64_t end)
{
    size_t          i;
    cg_str_t        body;
    cg_verdict_t    verdict;

    script->active = 0;

    if (script->odd || end - script->body > edit->conf->inline_limit) {
        memset(&verdict, 0, sizeof(verdict));
        verdict.vendor = edit_inline_limit;
        edit->tally.withheld++;

    } else {
        body = cg_flow_bytes(edit->flow, script->body, end);
        if (body.data == NULL) {
            return;
        }

        cg_scratch_reset(edit->scratch);
        verdict = script_judge(script, edit, body);
    }

    cg_edit_count(edit, &verdict);

    if (!verdict.pass) {
        cg_edit_mark(edit, script->start + script->name_end, &verdict, 1);

        for (i = 0; i < script->ntypes; i++) {
            cg_edit_rename(edit, script->start + script->types[i]);
        }
    }
}


void
cg_script_open(cg_script_t *script, const cg_html_token_t *token,
    cg_str_t bytes, int foreign)
{
    size_t          i;

    memset(script, 0, sizeof(*script));
    script->active = 1;
    script->foreign = foreign ? 1 : 0;
    script->start = token->start;
    script->body = token->end;
    script->name_end = token->name_end;

    for (i = 0; i < token->nattrs && script->ntypes < CG_SCRIPT_TYPES; i++) {
        if (cg_ascii_eq_nocase(cg_element_name(token, bytes, i),
                               cg_str("type")))
        {
            script->types[script->ntypes++] = token->attrs[i].name;
        }
    }
}
