/* What the log says of a configuration, and of whom a decision opens. */

#include "tap.h"
#include "evidence_log.h"

#include <jansson.h>

#include "evidence/cg_event_provision.h"
#include "evidence/cg_field.h"


#define CONFIG_ROWS  300

typedef struct {
    cg_str_t            items[3];
    cg_str_t            ungated[CONFIG_ROWS];
    cg_event_text_t     texts[2];
    cg_event_aim_t      purposes[CONFIG_ROWS];
    cg_event_policy_t   policies[CONFIG_ROWS];
    cg_event_server_t   servers[CONFIG_ROWS];
    cg_event_vendor_t   vendors[CONFIG_ROWS];
    cg_event_config_t   config;
} config_sample_t;


static void
config_rows(config_sample_t *s, size_t i)
{
    cg_str_t  policy = cg_str("cc-link");

    s->ungated[i] = cg_str("static.example.org");
    s->servers[i] = (cg_event_server_t) { cg_str("www.example.org"), policy };
    s->purposes[i].policy = policy;
    s->purposes[i].id = cg_str("analytics");
    s->purposes[i].slot = i ? i : 0;
    s->purposes[i].required = i == 0;
    s->vendors[i] = (cg_event_vendor_t) { policy, cg_str("google-analytics"),
        cg_str("third"), cg_str("US"), cg_str("analytics"), s->items, 3,
        cg_str("direct"), cg_str("advanced"), cg_str("C-7"),
        cg_str("B-1"), cg_str("CC-6.4c") };
    s->policies[i].id = policy;
    s->policies[i].controller = cg_str("CC-Link Partner Association");
    s->policies[i].operator_name = cg_str("Hosting Ltd");
    s->policies[i].contract = cg_str("H-1");
    s->policies[i].jurisdiction = cg_str("JP");
    s->policies[i].personal = s->items;
    s->policies[i].n_personal = 1;
    s->policies[i].address.form = cg_str("combine");
    s->policies[i].address.purpose = cg_str("ip_combine");
    s->policies[i].unlisted_host = cg_str("hold");
    s->policies[i].unlisted_cookie = cg_str("allow");
    s->policies[i].notices = s->texts;
    s->policies[i].n_notices = 2;
    s->policies[i].transmissions = s->texts;
    s->policies[i].n_transmissions = 1;
}


static void
config_sample(config_sample_t *s, size_t n)
{
    size_t  i;

    memset(s, 0, sizeof(*s));
    s->items[0] = cg_str("ip");
    s->items[1] = cg_str("cookie_id");
    s->items[2] = cg_str("url");
    s->texts[0].lang = cg_str("en");
    s->texts[1].lang = cg_str("ja");
    memset(s->texts[0].hash, 0xAB, CG_SHA256_LEN);

    for (i = 0; i < n; i++) {
        config_rows(s, i);
    }

    s->config.lease_ms = 5000;
    s->config.servers = s->servers;
    s->config.ungated = s->ungated;
    s->config.policies = s->policies;
    s->config.purposes = s->purposes;
    s->config.vendors = s->vendors;
    s->config.n_servers = s->config.n_ungated = s->config.n_policies = n;
    s->config.n_purposes = s->config.n_vendors = n;
}


/* How many elements the lists of one line have. */

static size_t
config_listed(cg_str_t line, size_t *last)
{
    size_t                     i, n = 0;
    json_t                    *json;
    static const char *const   lists[] = {
        "servers", "ungated", "policies", "purposes", "vendors"
    };

    json = json_loadb((const char *) line.data, line.len, 0, NULL);

    for (i = 0; i < 5; i++) {
        n += json_array_size(json_object_get(json, lists[i]));
    }

    *last += json_is_true(json_object_get(json, "last"));
    json_decref(json);

    return n;
}


static void
a_large_configuration_takes_several_lines(void)
{
    log_t                   log;
    size_t                  n = 0, parts = 0, last = 0;
    cg_chain_t              chain;
    cg_event_t              event;
    cg_status_t             rc;
    cg_event_cursor_t       cursor;
    static config_sample_t  s;

    memset(&event, 0, sizeof(event));
    memset(&cursor, 0, sizeof(cursor));
    event.type = CG_EVENT_CONFIG_LOAD;
    config_sample(&s, CONFIG_ROWS);
    log_init(&log);
    cg_chain_open(&chain, (const unsigned char *) "12345678");

    do {
        cg_chain_begin(&chain, &log.line, &event);
        rc = cg_event_config(&log.line, &s.config, &cursor);

        if (cg_chain_finish(&chain, &log.line) != CG_OK) {
            break;
        }

        n += config_listed(cg_out_slice(&log.line), &last);
        parts++;
    } while (rc == CG_MORE && parts < 100);

    ok(rc == CG_OK && parts > 1 && parts < 30 && last == 1
       && n == 5 * CONFIG_ROWS,
       "300 servers, policies, purposes and vendors: %zu lines, none lost",
       parts);
    log_drop(&log);
}


static void
a_configuration_says_what_is_promised(void)
{
    log_t                   log;
    cg_str_t                line;
    cg_event_cursor_t       cursor;
    cg_event_publish_t      publish;
    static config_sample_t  s;

#define ZEROS  "00000000000000000000000000000000"                            \
               "00000000000000000000000000000000"

    memset(&cursor, 0, sizeof(cursor));
    config_sample(&s, 1);
    log_init(&log);
    cg_field_object_begin(&log.line, NULL);

    ok(cg_event_config(&log.line, &s.config, &cursor) == CG_OK, "one line");
    line = cg_out_slice(&log.line);
    is_str(cg_str_sub(line, 1, line.len), cg_str(
        "\"hash\":\"" ZEROS "\",\"part\":0,\"lease\":5000,"
        "\"handling\":\"each\","
        "\"servers\":[{\"host\":\"www.example.org\",\"policy\":\"cc-link\"}],"
        "\"ungated\":[\"static.example.org\"],"
        "\"policies\":[{\"id\":\"cc-link\",\"ver\":0,\"terms\":\"" ZEROS "\","
        "\"text\":\"" ZEROS "\",\"controller\":\"CC-Link Partner Association\","
        "\"operator\":\"Hosting Ltd\",\"contract\":\"H-1\",\"jur\":\"JP\","
        "\"personal\":[\"ip\"],"
        "\"address\":{\"form\":\"combine\",\"purpose\":\"ip_combine\"},"
        "\"unlisted\":{\"third_party\":\"hold\",\"cookie\":\"allow\"},"
        "\"notice\":{\"en\":\"abababababababab\","
        "\"ja\":\"0000000000000000\"},"
        "\"transmission\":{\"en\":\"abababababababab\"}}],"
        "\"purposes\":[{\"policy\":\"cc-link\",\"id\":\"analytics\","
        "\"required\":true}],"
        "\"vendors\":[{\"policy\":\"cc-link\",\"id\":\"google-analytics\","
        "\"role\":\"third\",\"country\":\"US\",\"purpose\":\"analytics\","
        "\"items\":[\"ip\",\"cookie_id\",\"url\"],\"path\":\"direct\","
        "\"mode\":\"advanced\","
        "\"contract\":\"C-7\",\"approval\":\"B-1\",\"clause\":\"CC-6.4c\"}],"
        "\"last\":true"),
        "what stands where, and what it promises");

    memset(&publish, 0, sizeof(publish));
    publish.id = cg_str("cc-link");
    publish.version = 4;
    publish.material_since = 3;
    publish.revised = cg_str("2026-11-01");
    publish.effective = cg_str("2026-12-01");
    publish.approver = cg_str("President");
    publish.controller = cg_str("C");
    publish.notices = s.texts;
    publish.n_notices = 1;
    cg_out_reset(&log.line);
    cg_field_object_begin(&log.line, NULL);
    cg_event_publish(&log.line, &publish);
    line = cg_out_slice(&log.line);
    is_str(cg_str_sub(line, 1, line.len), cg_str(
        "\"id\":\"cc-link\",\"ver\":4,\"material_since\":3,"
        "\"revised\":\"2026-11-01\",\"effective\":\"2026-12-01\","
        "\"approver\":\"President\",\"terms\":\"" ZEROS "\","
        "\"text\":\"" ZEROS "\",\"controller\":\"C\","
        "\"notice\":{\"en\":\"abababababababab\"}"),
        "a policy, since when its grants hold, and its texts");

    publish.before.version = 3;
    cg_event_publish(&log.line, &publish);
    line = cg_out_slice(&log.line);
    is_str(cg_str_sub(line, line.len - 168, line.len), cg_str(
        ",\"before\":{\"ver\":3,\"terms\":\"" ZEROS "\","
        "\"text\":\"" ZEROS "\"}"), "and what it was before");
    log_drop(&log);
}


static void
a_provision_names_whom_and_until_when(void)
{
    log_t                   log;
    size_t                  at = 0, n = 0, lines = 0;
    cg_str_t                line;
    json_t                 *json;
    cg_chain_t              chain;
    cg_event_t              event;
    cg_status_t             rc;
    cg_event_provision_t    p;
    static config_sample_t  s;

    config_sample(&s, CONFIG_ROWS);
    memset(&p, 0, sizeof(p));
    memset(&event, 0, sizeof(event));
    log_init(&log);
    p.sub = cg_str("uQ3kPb1Y2mT0aZ8vQw4x7A");
    p.rid = cg_str("9fq2");
    p.ch = cg_str("0123456789abcdef");
    p.seq = 7;
    p.at_ms = LOG_EPOCH;
    p.expires_ms = LOG_EPOCH + 180 * 86400000ull;
    p.to = s.vendors;
    p.n_to = 1;

    cg_field_object_begin(&log.line, NULL);
    ok(cg_event_provision(&log.line, &p, &at) == CG_OK, "one vendor, one line");
    line = cg_out_slice(&log.line);
    is_str(cg_str_sub(line, 1, line.len), cg_str(
        "\"sub\":\"uQ3kPb1Y2mT0aZ8vQw4x7A\",\"rid\":\"9fq2\","
        "\"ref\":{\"ch\":\"0123456789abcdef\",\"seq\":7},"
        "\"day\":\"2026-11-22\",\"exp\":\"2027-05-21\",\"basis\":\"consent\","
        "\"to\":[{\"vendor\":\"google-analytics\",\"role\":\"third\","
        "\"country\":\"US\",\"items\":[\"ip\",\"cookie_id\",\"url\"],"
        "\"path\":\"direct\",\"purpose\":\"analytics\",\"cl\":\"CC-6.4c\"}]"),
        "to whom, what, from which day on, until which");

    at = 0;
    p.n_to = CONFIG_ROWS;
    event.type = CG_EVENT_PROVISION_START;
    cg_chain_open(&chain, (const unsigned char *) "12345678");

    do {
        cg_chain_begin(&chain, &log.line, &event);
        rc = cg_event_provision(&log.line, &p, &at);

        if (cg_chain_finish(&chain, &log.line) != CG_OK) {
            break;
        }

        line = cg_out_slice(&log.line);
        json = json_loadb((const char *) line.data, line.len, 0, NULL);
        n += json_array_size(json_object_get(json, "to"));
        json_decref(json);
    } while (++lines < 100 && rc == CG_MORE);

    ok(rc == CG_OK && n == CONFIG_ROWS && lines > 1,
       "300 vendors: %zu lines, none lost", lines);
    log_drop(&log);
}


static void
a_policy_stands_by_itself(void)
{
    log_t                    log;
    json_t                  *json;
    cg_str_t                 text;
    cg_event_clause_t        clauses[] = {
        { cg_str("C-1"), cg_str("\"What\"\n is said"), 0 },
        { cg_str("C-2"), cg_str("of people"), 1 }
    };
    static config_sample_t   s;

    config_sample(&s, 3);
    s.vendors[1].policy = s.purposes[1].policy = cg_str("another");
    log_init(&log);
    cg_event_policy(&log.line, &s.config, 0, clauses, 2);
    text = cg_out_slice(&log.line);
    json = json_loadb((const char *) text.data, text.len,
                      JSON_REJECT_DUPLICATES, NULL);

    ok(json && text.data[text.len - 1] == '\n', "one object, one line");
    ok(json_array_size(json_object_get(json, "vendors")) == 2
       && json_array_size(json_object_get(json, "purposes")) == 2
       && json_array_size(json_object_get(json, "clauses")) == 2,
       "its own purposes and vendors, and its clauses");
    json_decref(json);
    log_drop(&log);
}


int
main(void)
{
    a_large_configuration_takes_several_lines();
    a_configuration_says_what_is_promised();
    a_provision_names_whom_and_until_when();
    a_policy_stands_by_itself();

    return tap_done();
}
