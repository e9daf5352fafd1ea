#include "cg_head.h"
#include "cg_embedded.h"

#define HEAD_ROOM   1024           /* bytes beside the stubs and the nonce */
#define HEAD_SCRUB  1024           /* the builder caps the keys */


/* A global or a signal as it is written, and whom it depends on. */

typedef struct {
    cg_str_t  name;                /* as the policy spells it */
    cg_str_t  json;                /* in quotes */
    uint32_t  bits;                /* of the purposes that use it */
    uint32_t  ahead;               /* global: of those, advanced vendors' */
    unsigned  fixed:1;             /* global: a required purpose uses it, so it
                                      is always open; signal: a purpose that
                                      nobody can grant, so it never is */
} head_item_t;

typedef struct {
    head_item_t  *items;
    size_t        n;
} head_list_t;

/* For whom it is written: as cg_head_write() is told. */

typedef struct {
    uint32_t  granted;
    uint32_t  ahead;
} head_who_t;

struct cg_head_text_s {
    cg_str_t     stubs;            /* the script that makes them */
    head_list_t  functions;
    head_list_t  queues;
    head_list_t  signals;
    unsigned     uet:1;            /* Microsoft's tags that hear of them */
    unsigned     clarity:1;
    cg_str_t     scrub;            /* the script that does; may be absent */
    uint32_t     outside;          /* purposes that open third parties */
    unsigned     always:1;         /* some are open whatever is granted */
};


/* A queue is declared as "name[]". */

static cg_str_t
head_name(cg_str_t global)
{
    if (global.len > 2 && global.data[global.len - 1] == ']') {
        global.len -= 2;
    }

    return global;
}


/* Queues that pages push to: "name[]", and those whose names say it. */

static int
head_is_queue(cg_str_t global)
{
    return global.data[global.len - 1] == ']'
           || cg_str_eq(global, cg_str("dataLayer"))
           || (global.data[0] == '_' && !cg_str_eq(global, cg_str("_fbq"))
               && memchr(global.data, '.', global.len) == NULL);
}


/* A call follows: nothing, not a line's end, may stand between. */

static cg_str_t
head_stubs(void)
{
    cg_str_t  js = cg_embedded_stubs_js;

    while (js.len && js.data[js.len - 1] == '\n') {
        js.len--;
    }

    return js;
}


static head_item_t *
head_find(const head_list_t *list, cg_str_t name)
{
    size_t  i;

    for (i = 0; i < list->n; i++) {
        if (cg_str_eq(list->items[i].name, name)) {
            return &list->items[i];
        }
    }

    return NULL;
}


/* The name's item, added behind the others where there is none; there is room.
 * NULL: no memory. */

static head_item_t *
head_item(head_list_t *list, cg_arena_t *arena, cg_str_t name)
{
    cg_out_t      out;
    head_item_t  *item = head_find(list, name);

    if (item) {
        return item;
    }

    cg_out_init(&out, arena, 6 * name.len + 2);
    cg_out_json(&out, name);

    item = &list->items[list->n];
    item->name = name;
    item->json = cg_out_slice(&out);

    if (item->json.data == NULL) {
        return NULL;
    }

    list->n++;

    return item;
}


static cg_status_t
head_room(head_list_t *list, cg_arena_t *arena, size_t n)
{
    list->items = cg_arena_zero(arena, (n + 1) * sizeof(head_item_t));

    return list->items ? CG_OK : CG_ENOMEM;
}


/* The first one that names a global says whether it is a queue. */

static cg_status_t
head_add_global(cg_head_text_t *head, cg_arena_t *arena, cg_str_t global,
    const cg_recipient_t *who)
{
    head_item_t         *item;
    head_list_t         *list;
    const cg_purpose_t  *purpose = who->purpose;

    if (global.len == 0) {
        return CG_OK;
    }

    list = head_is_queue(global) ? &head->queues : &head->functions;

    if (head_find(&head->queues, head_name(global))) {
        list = &head->queues;

    } else if (head_find(&head->functions, head_name(global))) {
        list = &head->functions;
    }

    item = head_item(list, arena, head_name(global));
    if (item == NULL) {
        return CG_ENOMEM;
    }

    if (purpose) {
        item->bits |= purpose->bit;
        item->fixed |= purpose->required != 0;
        item->ahead |= who->advanced ? purpose->bit : 0;
    }

    return CG_OK;
}


static cg_status_t
head_read_globals(cg_head_text_t *head, cg_arena_t *arena,
    const cg_policy_t *policy)
{
    size_t                 i, j, n = 0;
    cg_status_t            rc = CG_OK;
    const cg_recipient_t  *who;

    for (i = 0; i < policy->nrecipients; i++) {
        n += policy->recipients[i].vendor->nstubs;
    }

    if (head_room(&head->functions, arena, n) != CG_OK
        || head_room(&head->queues, arena, n) != CG_OK)
    {
        return CG_ENOMEM;
    }

    for (i = 0; i < policy->nrecipients; i++) {
        who = &policy->recipients[i];

        for (j = 0; rc == CG_OK && j < who->vendor->nstubs; j++) {
            rc = head_add_global(head, arena, who->vendor->stubs[j],
                                 who);
        }
    }

    return rc;
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


static cg_status_t
head_add_signals(cg_head_text_t *head, cg_arena_t *arena,
    const cg_purpose_t *purpose)
{
    cg_str_t      signal, list = purpose->signal;
    head_item_t  *item;

    while (list.len) {
        signal = head_take(&list);

        if (signal.len == 0) {
            continue;
        }

        item = head_item(&head->signals, arena, signal);
        if (item == NULL) {
            return CG_ENOMEM;
        }

        if (!purpose->required) {
            item->bits |= purpose->bit;
            item->fixed |= purpose->bit == 0;
        }
    }

    return CG_OK;
}


static cg_status_t
head_read_signals(cg_head_text_t *head, cg_arena_t *arena,
    const cg_policy_t *policy)
{
    size_t       i, n = 0;
    cg_status_t  rc;

    for (i = 0; i < policy->npurposes; i++) {
        n += policy->purposes[i].signal.len;
    }

    rc = head_room(&head->signals, arena, n);

    for (i = 0; rc == CG_OK && i < policy->npurposes; i++) {
        rc = head_add_signals(head, arena, &policy->purposes[i]);
    }

    return rc;
}


/* Who else reads the address of the page. */

static void
head_read_outside(cg_head_text_t *head, const cg_policy_t *policy)
{
    size_t                 i;
    const cg_recipient_t  *who = policy->recipients;
    const cg_purpose_t    *unlisted = policy->unlisted_host_purpose;

    head->always = policy->unlisted_host == CG_UNLISTED_ALLOW;

    if (policy->unlisted_host == CG_UNLISTED_PURPOSE && unlisted) {
        head->outside |= unlisted->bit;
        head->always |= unlisted->required;
    }

    for (i = 0; i < policy->nrecipients; i++, who++) {
        if (who->purpose
            && (who->role == CG_ROLE_THIRD || who->role == CG_ROLE_JOINT))
        {
            head->outside |= who->purpose->bit;
            head->always |= who->purpose->required;
        }
    }
}


/* Takes pairs out of the query whose key, decoded, is one of them, and leaves
 * all else of the address as it is; out of the address of the page before, too,
 * which may have had no such script.  The keys are [A-Za-z0-9-._~]: of these
 * only the dot means something in an expression. */

static cg_status_t
head_read_scrub(cg_head_text_t *head, cg_arena_t *arena,
    const cg_policy_t *policy)
{
    size_t    i, k;
    cg_out_t  out;
    cg_str_t  key;

    if (policy->nscrub == 0) {
        return CG_OK;
    }

    cg_out_init(&out, arena, HEAD_SCRUB);
    cg_out_text(&out, "{let d=document,h=history,l=d.URL,r=d.referrer,"
                      "c=u=>u.replace(/^([^?#]*)(\\?[^#]*)/,(u,a,q)=>a+"
                      "q.replace(/[?&]([^=&]*)[^&]*/g,(p,k)=>/^(");

    for (i = 0; i < policy->nscrub; i++) {
        key = policy->scrub[i];
        cg_out_text(&out, i ? "|" : "");

        for (k = 0; k < key.len; k++) {
            cg_out_text(&out, key.data[k] == '.' ? "\\" : "");
            cg_out_byte(&out, key.data[k]);
        }
    }

    cg_out_text(&out, ")$/i.test(unescape(k))?'':p).replace(/^&/,'?'));"
                      "c(l)==l||h.replaceState(h.state,'',c(l));"
                      "c(r)==r||d.__defineGetter__('referrer',u=>c(r))}");

    head->scrub = cg_out_slice(&out);

    return out.status;
}


/* Whose global it is, that vendor is in the policy.  Universal Event Tracking
 * knows one signal, Clarity two. */

static void
head_read_microsoft(cg_head_text_t *head)
{
    int  ads = head_find(&head->signals, cg_str("ad_storage")) != NULL;

    head->uet = ads && head_find(&head->queues, cg_str("uetq")) != NULL;
    head->clarity = (ads || head_find(&head->signals,
                                      cg_str("analytics_storage")) != NULL)
                    && head_find(&head->functions, cg_str("clarity")) != NULL;
}


cg_head_text_t *
cg_head_create(cg_arena_t *arena, const cg_policy_t *policy)
{
    cg_head_text_t  *head = cg_arena_zero(arena, sizeof(*head));

    if (head == NULL || head_read_globals(head, arena, policy) != CG_OK
        || head_read_signals(head, arena, policy) != CG_OK
        || head_read_scrub(head, arena, policy) != CG_OK)
    {
        return NULL;
    }

    head_read_outside(head, policy);
    head_read_microsoft(head);
    head->stubs = head_stubs();

    return head;
}


/* A global that a vendor shares with one that is let through is that one's:
 * it keeps what is called there. */

static int
head_is_shut(const head_item_t *global, const head_who_t *who)
{
    return !global->fixed && (global->bits & who->granted) == 0
           && (global->ahead & who->ahead) == 0;
}


static int
head_any_shut(const head_list_t *list, const head_who_t *who)
{
    size_t  i;

    for (i = 0; i < list->n; i++) {
        if (head_is_shut(&list->items[i], who)) {
            return 1;
        }
    }

    return 0;
}


/* A JavaScript array of the globals to stub. */

static void
head_write_globals(cg_out_t *out, const head_list_t *list,
    const head_who_t *who)
{
    size_t       i;
    const char  *comma = "";

    cg_out_byte(out, '[');

    for (i = 0; i < list->n; i++) {
        if (head_is_shut(&list->items[i], who)) {
            cg_out_text(out, comma);
            cg_out_str(out, list->items[i].json);
            comma = ",";
        }
    }

    cg_out_byte(out, ']');
}


static void
head_write_stubs(cg_out_t *out, const cg_head_text_t *head,
    const head_who_t *who)
{
    cg_out_str(out, head->stubs);
    cg_out_text(out, "(window,");
    head_write_globals(out, &head->functions, who);
    cg_out_byte(out, ',');
    head_write_globals(out, &head->queues, who);
    cg_out_text(out, ");");
}


/* A signal that several purposes carry is granted if all of them are; one that
 * no purpose carries never is.  Names of variables of the script. */

static const char *
head_says(const head_item_t *signal, uint32_t granted)
{
    return signal == NULL || signal->fixed
           || (signal->bits & granted) != signal->bits ? ":d" : ":g";
}


static void
head_write_microsoft(cg_out_t *out, const cg_head_text_t *head,
    uint32_t granted)
{
    const char  *ads, *analytics;

    ads = head_says(head_find(&head->signals, cg_str("ad_storage")), granted);
    analytics = head_says(head_find(&head->signals,
                                    cg_str("analytics_storage")), granted);

    if (head->uet) {
        cg_out_text(out, "(w.uetq=w.uetq||[]).push('consent','default',"
                         "{ad_storage");
        cg_out_text(out, ads);
        cg_out_text(out, "});");
    }

    if (head->clarity) {
        cg_out_text(out, "w.clarity=w.clarity||function c(){"
                         "(c.q=c.q||[]).push(arguments)};"
                         "clarity('consentv2',{ad_Storage");
        cg_out_text(out, ads);
        cg_out_text(out, ",analytics_Storage");
        cg_out_text(out, analytics);
        cg_out_text(out, "});");
    }
}


static void
head_write_signals(cg_out_t *out, const cg_head_text_t *head,
    const head_who_t *who)
{
    size_t              i;
    const char         *comma = "";
    const head_item_t  *item = head->signals.items;

    cg_out_text(out, "{let w=window,d='denied',g='granted';"
                     "w.dataLayer=w.dataLayer||[];w.gtag=w.gtag||"
                     "function(){dataLayer.push(arguments)};"
                     "gtag('consent','default',{");

    for (i = 0; i < head->signals.n; i++) {
        cg_out_text(out, comma);
        cg_out_str(out, item[i].name);
        cg_out_text(out, head_says(&item[i], who->granted));
        comma = ",";
    }

    cg_out_text(out, "});");

    /* whose ads were clicked stays out of what goes ahead of the choice */

    if (who->ahead) {
        cg_out_text(out, "gtag('set','ads_data_redaction',true);");
    }

    head_write_microsoft(out, head, who->granted);
    cg_out_byte(out, '}');
}


/* Google Analytics is held while another tag of Google's is not, which would
 * serve it, too: what the page configures is switched off by Google's own
 * switch, which the client takes away with the choice.  One that the page has
 * set itself is enumerable. */

static int
head_serves_analytics(const cg_head_text_t *head, const head_who_t *who)
{
    const head_item_t  *ga, *layer;

    ga = head_find(&head->functions, cg_str("ga"));
    layer = head_find(&head->queues, cg_str("dataLayer"));

    return ga && head_is_shut(ga, who) && layer && !head_is_shut(layer, who);
}


static void
head_write_switch(cg_out_t *out)
{
    cg_out_text(out, "{let w=window,q=w.dataLayer=w.dataLayer||[],p=q.push;"
                     "q.push=function(a){"
                     "let n='ga-disable-'+(a&&a[0]=='config'&&a[1]);"
                     "/-(G|UA)-/.test(n)&&!(n in w)&&"
                     "Object.defineProperty(w,n,"
                     "{value:!0,writable:!0,configurable:!0});"
                     "return p.apply(q,arguments)}}");
}


static cg_str_t
head_scrub(const cg_head_text_t *head, uint32_t granted)
{
    return head->always || (head->outside & granted) ? head->scrub
                                                     : cg_str_null;
}


void
cg_head_write(cg_out_t *out, const cg_head_text_t *head, uint32_t granted,
    uint32_t ahead, cg_str_t nonce)
{
    int         stubs;
    cg_str_t    scrub = head_scrub(head, granted | ahead);
    head_who_t  who = { granted, ahead };

    stubs = head_any_shut(&head->functions, &who)
            || head_any_shut(&head->queues, &who);

    if (!stubs && head->signals.n == 0 && scrub.len == 0) {
        return;
    }

    cg_out_reserve(out, (stubs ? head->stubs.len : 0) + nonce.len + scrub.len
                        + HEAD_ROOM);
    cg_out_text(out, "<script data-ngxc-ui");

    if (nonce.data != NULL) {
        cg_out_text(out, " nonce=\"");
        cg_out_html(out, nonce);
        cg_out_byte(out, '"');
    }

    cg_out_byte(out, '>');

    if (stubs) {
        head_write_stubs(out, head, &who);
    }

    if (head->signals.n) {
        head_write_signals(out, head, &who);
    }

    if (head_serves_analytics(head, &who)) {
        head_write_switch(out);
    }

    cg_out_str(out, scrub);
    cg_out_text(out, "</script>");
}
