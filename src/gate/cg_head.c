#include "cg_head.h"
#include "cg_embedded.h"


static int
head_is_open(const cg_purpose_t *purpose, uint32_t granted)
{
    return purpose != NULL
           && (purpose->required || (purpose->bit & granted) != 0);
}


/* A queue is declared as "name[]". */

static cg_str_t
head_name(cg_str_t global)
{
    if (global.len > 2 && global.data[global.len - 1] == ']') {
        global.len -= 2;
    }

    return global;
}


static int
head_is_same(cg_str_t a, cg_str_t b)
{
    return cg_str_eq(head_name(a), head_name(b));
}


/* A global that a vendor shares with one that is let through is that one's:
 * it keeps what is called there. */

static int
head_is_shut(const cg_policy_t *policy, uint32_t granted, cg_str_t global)
{
    int                  shut = 0;
    size_t               i, j;
    const cg_vendor_t   *vendor;

    for (i = 0; i < policy->nrecipients; i++) {
        vendor = policy->recipients[i].vendor;

        for (j = 0; j < vendor->nstubs; j++) {
            if (!head_is_same(vendor->stubs[j], global)) {
                continue;
            }

            if (head_is_open(policy->recipients[i].purpose, granted)) {
                return 0;
            }

            shut = 1;
        }
    }

    return shut;
}


/* Queues that pages push to: "name[]", and those whose names say it. */

static int
head_is_array(cg_str_t global)
{
    return global.data[global.len - 1] == ']'
           || cg_str_eq(global, cg_str("dataLayer"))
           || (global.data[0] == '_' && !cg_str_eq(global, cg_str("_fbq"))
               && memchr(global.data, '.', global.len) == NULL);
}


/* Whether this is the first recipient's stub line that names the global. */

static int
head_is_first(const cg_policy_t *policy, size_t recipient, size_t stub)
{
    size_t              i, j;
    cg_str_t            global;
    const cg_vendor_t  *vendor;

    global = policy->recipients[recipient].vendor->stubs[stub];

    for (i = 0; i <= recipient; i++) {
        vendor = policy->recipients[i].vendor;

        for (j = 0; j < (i == recipient ? stub : vendor->nstubs); j++) {
            if (head_is_same(vendor->stubs[j], global)) {
                return 0;
            }
        }
    }

    return 1;
}


/* A JavaScript array of the globals to stub, queues or functions. */

static void
head_globals(cg_out_t *out, const cg_policy_t *policy, uint32_t granted,
    int arrays)
{
    size_t              i, j, n = 0;
    cg_str_t            global;
    const cg_vendor_t  *vendor;

    cg_out_byte(out, '[');

    for (i = 0; i < policy->nrecipients; i++) {
        vendor = policy->recipients[i].vendor;

        for (j = 0; j < vendor->nstubs; j++) {
            global = vendor->stubs[j];

            if (global.len == 0 || head_is_array(global) != arrays
                || !head_is_first(policy, i, j)
                || !head_is_shut(policy, granted, global))
            {
                continue;
            }

            if (n++) {
                cg_out_byte(out, ',');
            }

            cg_out_json(out, head_name(global));
        }
    }

    cg_out_byte(out, ']');
}


/* The script without the comment that heads its file. */

static cg_str_t
head_stubs(void)
{
    size_t    i;
    cg_str_t  js = cg_embedded_stubs_js;

    for (i = 2; i < js.len; i++) {
        if (js.data[i - 2] == '*' && js.data[i - 1] == '/') {
            return cg_str_sub(js, i + 1, js.len);
        }
    }

    return js;
}


static int
head_needs_stubs(const cg_policy_t *policy, uint32_t granted)
{
    size_t              i, j;
    const cg_vendor_t  *vendor;

    for (i = 0; i < policy->nrecipients; i++) {
        vendor = policy->recipients[i].vendor;

        for (j = 0; j < vendor->nstubs; j++) {
            if (head_is_shut(policy, granted, vendor->stubs[j])) {
                return 1;
            }
        }
    }

    return 0;
}


static void
head_write_stubs(cg_out_t *out, const cg_policy_t *policy, uint32_t granted)
{
    cg_str_t  js = head_stubs();

    while (js.len && js.data[js.len - 1] == '\n') {
        js.len--;
    }

    cg_out_str(out, js);
    cg_out_text(out, "(window,");
    head_globals(out, policy, granted, 0);
    cg_out_byte(out, ',');
    head_globals(out, policy, granted, 1);
    cg_out_text(out, ");");
}


/* The signals of a purpose stand between commas.  Takes the first one. */

static cg_str_t
head_take(cg_str_t *list)
{
    size_t    n;
    cg_str_t  signal;

    for (n = 0; n < list->len && list->data[n] != ','; n++) {
        /* void */
    }

    signal = cg_str_sub(*list, 0, n);
    *list = cg_str_sub(*list, n < list->len ? n + 1 : n, list->len);

    return signal;
}


static int
head_carries(const cg_purpose_t *purpose, cg_str_t signal)
{
    cg_str_t  list = purpose->signal;

    while (list.len) {
        if (cg_str_eq(head_take(&list), signal)) {
            return 1;
        }
    }

    return 0;
}


/* A signal that several purposes carry is granted if all of them are, and
 * written for the first one. */

static void
head_signal(cg_out_t *out, const cg_policy_t *policy, uint32_t granted,
    size_t of, cg_str_t signal)
{
    int     open = 1;
    size_t  i;

    for (i = 0; i < policy->npurposes; i++) {
        if (!head_carries(&policy->purposes[i], signal)) {
            continue;
        }

        if (i < of) {
            return;
        }

        open = open && head_is_open(&policy->purposes[i], granted);
    }

    if (out->data[out->len - 1] != '{') {
        cg_out_byte(out, ',');
    }

    cg_out_json(out, signal);
    cg_out_text(out, open ? ":'granted'" : ":'denied'");
}


static int
head_needs_signals(const cg_policy_t *policy)
{
    size_t  i;

    for (i = 0; i < policy->npurposes; i++) {
        if (policy->purposes[i].signal.len) {
            return 1;
        }
    }

    return 0;
}


static void
head_write_signals(cg_out_t *out, const cg_policy_t *policy,
    uint32_t granted)
{
    size_t    i;
    cg_str_t  list, signal;

    cg_out_text(out, "window.dataLayer=window.dataLayer||[];"
                     "window.gtag=window.gtag||"
                     "function(){dataLayer.push(arguments)};"
                     "gtag('consent','default',{");

    for (i = 0; i < policy->npurposes; i++) {
        list = policy->purposes[i].signal;

        while (list.len && out->status == CG_OK) {
            signal = head_take(&list);

            if (signal.len) {
                head_signal(out, policy, granted, i, signal);
            }
        }
    }

    cg_out_text(out, "});");
}


void
cg_head_write(cg_out_t *out, const cg_policy_t *policy, uint32_t granted,
    cg_str_t nonce)
{
    int  stubs = head_needs_stubs(policy, granted);
    int  signals = head_needs_signals(policy);

    if (!stubs && !signals) {
        return;
    }

    cg_out_text(out, "<script data-ngxc-ui");

    if (nonce.data != NULL) {
        cg_out_text(out, " nonce=\"");
        cg_out_html(out, nonce);
        cg_out_byte(out, '"');
    }

    cg_out_byte(out, '>');

    if (stubs) {
        head_write_stubs(out, policy, granted);
    }

    if (signals) {
        head_write_signals(out, policy, granted);
    }

    cg_out_text(out, "</script>");
}
