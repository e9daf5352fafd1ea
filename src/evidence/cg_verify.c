#include "cg_json.h"
#include "cg_verify_state.h"

#include <stdio.h>


cg_verify_t *
cg_verify_new(cg_arena_t *arena, cg_finding_fn report, void *ctx)
{
    cg_verify_t  *v = cg_arena_zero(arena, sizeof(*v));

    if (v) {
        cg_lanes_init(&v->lanes, arena);
        v->report = report;
        v->ctx = ctx;
        v->line = 1;
    }

    return v;
}


void
cg_verify_events(cg_verify_t *v, cg_verify_event_fn fn, void *ctx)
{
    v->event = fn;
    v->event_ctx = ctx;
}


void
cg_verify_report(cg_verify_t *v, cg_finding_level_t level, const char *kind,
    const unsigned char *ch, uint64_t line, uint64_t seq, const char *text)
{
    cg_finding_t  finding;

    v->sum.faults += level == CG_FINDING_FAULT;
    v->sum.unsure += level == CG_FINDING_UNSURE;

    finding.level = level;
    finding.kind = kind;
    finding.line = line;
    finding.lane = ch ? (cg_str_t) { CG_LANE_LEN, ch } : cg_str_null;
    finding.seq = seq;
    finding.text = text;

    v->report(v->ctx, &finding);
}


void
cg_verify_fault(cg_verify_t *v, const char *kind, const cg_line_t *line,
    const char *text)
{
    cg_verify_report(v, CG_FINDING_FAULT, kind, line->ch, v->line, line->seq,
                     text);
}


/* The place of a line in its lane */


/* What stood before it may have been removed by rule. */

static void
verify_in_the_middle(cg_verify_t *v, const cg_line_t *line)
{
    verify_missing_t  missing;

    missing.head = *line;
    missing.head.seq--;
    memcpy(missing.head.h, line->prev, CG_SHA256_LEN);
    missing.begins = 1;
    missing.line = v->line;
    missing.seq = line->seq;
    missing.kind = "begin";
    missing.text = "the lane begins in the middle: an earlier file is needed,"
                   " or its first lines were cut off";

    if (!cg_verify_await(v, &missing)) {
        cg_verify_report(v, CG_FINDING_UNSURE, missing.kind, line->ch, v->line,
                         line->seq, missing.text);
    }
}


static cg_lane_t *
verify_new_lane(cg_verify_t *v, const cg_line_t *line)
{
    cg_lane_t  *lane;

    v->status = cg_lane_add(&v->lanes, line->ch, line->seq, &lane);
    if (v->status != CG_OK) {
        return NULL;
    }

    v->sum.lanes++;

    if (line->seq == 0) {
        return lane;                          /* head: zeros, as prev must be */
    }

    lane->altered = 1;

    if (v->complete) {
        cg_verify_fault(v, "begin", line, "the lane begins in the middle, in a"
                        " log that is here from its first line on: its first"
                        " lines were cut off");

    } else {
        verify_in_the_middle(v, line);
    }

    return lane;
}


/* A seal may be among what could not be read; that is told already. */

static void
verify_unread(cg_lane_t *lane)
{
    if (lane->sealed) {
        lane->sealed->unread = 1;
    }
}


static void
verify_gap(cg_verify_t *v, cg_lane_t *lane, const cg_line_t *line)
{
    char      text[160];
    uint64_t  torn = lane->torn;

    if (torn == 0 && v->stray > lane->line) {
        torn = v->stray;
    }

    if (torn) {
        cg_verify_report(v, CG_FINDING_FAULT, "cut", lane->ch, torn, lane->next,
                         "cut short, but its lane goes on as if it had been"
                         " whole: the line was altered");
    }

    snprintf(text, sizeof(text), "seq %llu is due, %llu found: what stood"
             " between is missing or out of place",
             (unsigned long long) lane->next, (unsigned long long) line->seq);
    cg_verify_fault(v, "gap", line, text);
}


static void
verify_repeated(cg_verify_t *v, const cg_lane_t *lane, const cg_line_t *line)
{
    char  text[160];
    int   again;

    again = line->seq + 1 == lane->next
            && memcmp(line->h, lane->head, CG_SHA256_LEN) == 0;

    /* a write that lacked nothing but the line feed was made again */

    if (again && lane->unended) {
        cg_verify_report(v, CG_FINDING_NOTE, "torn", line->ch, v->line,
                         line->seq, "written again after a write cut short");
        return;
    }

    snprintf(text, sizeof(text), again
             ? "a duplicate of line %llu"
             : "seq stands behind its place: the line was repeated or moved;"
               " line %llu is further on",
             (unsigned long long) lane->line);
    cg_verify_fault(v, again ? "duplicate" : "order", line, text);
}


/* Behind a line that lacks nothing but its end there was the beginning of
 * another: the same line is due, or that end was altered. */

static void
verify_doubt(cg_verify_t *v, cg_lane_t *lane, const cg_line_t *line)
{
    if (lane->doubt == 0) {
        return;
    }

    if (line == NULL || line->seq + 1 != lane->next
        || memcmp(line->h, lane->head, CG_SHA256_LEN) != 0)
    {
        cg_verify_report(v, CG_FINDING_FAULT, "line", lane->ch, lane->doubt,
                         lane->next - 1, "not a line of this log, or altered"
                         " beyond reading");
    }

    lane->doubt = 0;
}


static void
verify_line(cg_verify_t *v, const cg_line_t *line, cg_str_t text, int ended)
{
    cg_lane_t  *lane = cg_lane_find(&v->lanes, line->ch);

    if (lane) {
        verify_doubt(v, lane, line);
    }

    if (lane == NULL) {
        lane = verify_new_lane(v, line);

        if (lane == NULL) {
            return;
        }
    }

    if (line->seq < lane->next) {
        verify_repeated(v, lane, line);
        lane->unended = !ended;
        return;
    }

    if (line->seq > lane->next) {
        verify_gap(v, lane, line);
        verify_unread(lane);

    } else if (!lane->altered
               && memcmp(line->prev, lane->head, CG_SHA256_LEN) != 0)
    {
        cg_verify_fault(v, "prev", line, "prev is not the hash of the line"
                        " before: one of the two was written anew");
    }

    if (lane->closed || lane->left) {
        cg_verify_fault(v, "closed", line, lane->closed
                        ? "the lane was closed before"
                        : "another lane had gone on for this one");
    }

    v->status = cg_lane_advance(&v->lanes, lane, line, v->line);
    if (v->status != CG_OK) {
        return;
    }

    lane->unended = !ended;
    cg_verify_content(v, lane, line, text);
}


/* What is no whole line */


/* An altered line takes its place in its lane, so that one change gives one
 * finding; its hash as written links the next line, unless that is gone. */

static void
verify_altered(cg_verify_t *v, const cg_line_t *line, const char *kind,
    const char *text)
{
    cg_lane_t  *lane = cg_lane_find(&v->lanes, line->ch);

    cg_verify_report(v, CG_FINDING_FAULT, kind, line->ch[0] ? line->ch : NULL,
                     v->line, line->seq, text);

    if (lane && lane->next == line->seq) {
        v->status = cg_lane_advance(&v->lanes, lane, line, v->line);
        lane->altered = 1;
        verify_unread(lane);
    }
}


static void
verify_piece(cg_verify_t *v, cg_str_t text)
{
    char        message[160];
    cg_lane_t  *lane;
    cg_line_t   line;

    v->sum.torn++;

    if (cg_line_head(text, &line) != CG_OK) {
        v->stray = v->line;
        cg_verify_report(v, CG_FINDING_NOTE, "torn", NULL, v->line, 0,
                         "torn: the beginning of a line, too short to name its"
                         " lane and seq");
        return;
    }

    lane = cg_lane_find(&v->lanes, line.ch);

    if (lane && (lane->closed || lane->left || lane->next != line.seq)) {
        snprintf(message, sizeof(message), "cut short, where seq %llu%s",
                 (unsigned long long) lane->next,
                 lane->closed ? " would follow a chain.close"
                 : lane->left ? " would follow the lane's end" : " is due");
        cg_verify_fault(v, "cut", &line, message);
        return;
    }

    if (lane) {
        lane->torn = v->line;
    }

    cg_verify_report(v, CG_FINDING_NOTE, "torn", line.ch, v->line, line.seq,
                  "torn: the beginning of a line whose writing was cut short");
}


/* A write that was made again may have been cut so soon that nothing tells its
 * beginning from the piece before: how long `text` is without it.  Not behind a
 * line that lacks nothing but its end: that is one whose end was altered. */

static size_t
verify_without_beginning(cg_str_t text)
{
    size_t    n;
    cg_str_t  tail;

    for (n = 1; n < CG_LINE_START_LEN && n < text.len; n++) {
        if (text.data[text.len - n] == '{') {
            break;
        }
    }

    if (n == CG_LINE_START_LEN || n == text.len
        || memcmp(text.data + text.len - n, CG_LINE_START, n) != 0)
    {
        return text.len;
    }

    tail = cg_str_sub(text, 0, text.len - n);

    if (tail.len >= CG_LINE_H_LEN
        && cg_str_starts(cg_str_sub(tail, tail.len - CG_LINE_H_LEN + 1,
                                    tail.len), cg_str(",\"h\":\"")))
    {
        return text.len;
    }

    return tail.len;
}


static int
verify_is_piece(cg_str_t *text)
{
    size_t  len;

    while (!cg_json_is_piece(*text)) {
        len = verify_without_beginning(*text);

        if (len == text->len) {
            return 0;
        }

        text->len = len;
    }

    return 1;
}


/* A whole line that lacks its line feed, and behind it a beginning that was cut
 * so soon that it names no lane: how long it is without that; 0: it is not. */

static size_t
verify_whole_before(cg_str_t text, cg_line_t *line)
{
    size_t    n;
    cg_str_t  whole;

    for (n = 1; n < CG_LINE_START_LEN && n < text.len; n++) {
        whole = cg_str_sub(text, 0, text.len - n);

        if (memcmp(text.data + whole.len, CG_LINE_START, n) == 0
            && cg_line_read(whole, line) == CG_OK
            && cg_line_check(whole, line) == CG_OK)
        {
            return whole.len;
        }
    }

    return 0;
}


/* 1: it was such a one; its lane says whether it may be. */

static int
verify_began_again(cg_verify_t *v, cg_str_t text)
{
    size_t      len;
    cg_line_t   line;
    cg_lane_t  *lane;

    len = verify_whole_before(text, &line);

    if (len == 0) {
        return 0;
    }

    v->sum.torn++;
    v->sum.lines++;
    cg_verify_report(v, CG_FINDING_NOTE, "torn", line.ch, v->line, line.seq,
                     "torn: whole, but its line feed is missing");
    verify_line(v, &line, cg_str_sub(text, 0, len), 0);
    lane = cg_lane_find(&v->lanes, line.ch);

    if (lane && lane->next == line.seq + 1) {
        lane->doubt = v->line;
    }

    return 1;
}


/* One stretch between line feeds, or up to where the next line starts. */

static void
verify_stretch(cg_verify_t *v, cg_str_t text, int ended)
{
    cg_line_t    line;
    cg_status_t  rc;

    if (text.len == 0) {
        memset(&line, 0, sizeof(line));
        verify_altered(v, &line, "line", "empty: no writer leaves this");
        return;
    }

    if (v->long_line || text.len >= CG_MAX_LINE
        || cg_line_read(text, &line) != CG_OK)
    {
        if (!v->long_line && text.len < CG_MAX_LINE
            && verify_began_again(v, text))
        {
            return;
        }

        if (!v->long_line && verify_is_piece(&text)) {
            verify_piece(v, text);
            return;
        }

        if (cg_line_head(text, &line) != CG_OK) {
            memset(&line, 0, sizeof(line));         /* of no lane */
        }

        verify_altered(v, &line, "line",
                       "not a line of this log, or altered beyond reading");
        return;
    }

    rc = cg_line_check(text, &line);

    if (rc == CG_EINVAL) {
        verify_altered(v, &line, "hash",
                       "hash does not match: the line was altered");

    } else if (rc != CG_OK) {
        v->status = rc;

    } else {
        v->sum.lines++;

        if (!ended) {
            v->sum.torn++;
            cg_verify_report(v, CG_FINDING_NOTE, "torn", line.ch, v->line,
                             line.seq, "torn: whole, but its line feed is"
                             " missing");
        }

        verify_line(v, &line, text, ended);
    }
}


static void
verify_take(cg_verify_t *v, size_t len, int ended)
{
    verify_stretch(v, (cg_str_t) { len, v->buffer }, ended);
    v->len = 0;
    v->long_line = 0;
}


static void
verify_byte(cg_verify_t *v, unsigned char c)
{
    const char  *start = CG_LINE_START;

    if (c == '\n') {
        verify_take(v, v->len, 1);
        v->start = 0;
        v->line++;
        return;
    }

    if (v->len == VERIFY_BUFFER) {
        v->long_line = 1;

    } else {
        v->buffer[v->len++] = c;
    }

    /* only the first byte of CG_LINE_START is a brace: no backtracking */

    v->start = c == (unsigned char) start[v->start] ? v->start + 1 : c == '{';

    if (v->start == CG_LINE_START_LEN) {
        v->start = 0;

        if (v->long_line || v->len > CG_LINE_START_LEN) {
            verify_take(v, v->len - CG_LINE_START_LEN, 0);
            memcpy(v->buffer, CG_LINE_START, CG_LINE_START_LEN);
            v->len = CG_LINE_START_LEN;
        }
    }
}


cg_status_t
cg_verify_feed(cg_verify_t *v, cg_str_t piece)
{
    size_t  i;

    for (i = 0; i < piece.len && v->status == CG_OK; i++) {
        verify_byte(v, piece.data[i]);
    }

    return v->status;
}


static uint64_t
verify_list(cg_verify_t *v, const cg_lane_t *lane, const cg_intents_t *list,
    const char *kind, const char *text)
{
    size_t  i;

    for (i = 0; i < list->n; i++) {
        cg_verify_report(v, CG_FINDING_NOTE, kind, lane->ch,
                         list->items[i].line, list->items[i].seq, text);
    }

    return list->n;
}


static void
verify_list_open(cg_verify_t *v, const cg_lane_t *lane)
{
    v->sum.open += verify_list(v, lane, &lane->open, "intent",
                               "open intent: a decision without outcome");
    v->sum.pending += verify_list(v, lane, &lane->pending, "pending",
                                  "pending: a decision that closes, and that"
                                  " Redis had not taken yet");

    if (lane->crowded) {
        cg_verify_report(v, CG_FINDING_UNSURE, "intent", lane->ch, lane->line,
                         lane->next - 1, "more decisions wait for their outcome"
                         " than are listed");
    }
}


cg_status_t
cg_verify_end(cg_verify_t *v, cg_verify_sum_t *sum)
{
    size_t  i;

    if (v->status == CG_OK && v->len) {
        verify_take(v, v->len, 0);
    }

    if (v->status == CG_OK) {
        cg_verify_purge_end(v);
    }

    for (i = 0; v->status == CG_OK && i < v->lanes.n; i++) {
        verify_doubt(v, v->lanes.lanes[i], NULL);
        verify_list_open(v, v->lanes.lanes[i]);
    }

    if (v->status == CG_OK) {
        cg_verify_keys_end(v);
    }

    if (v->status == CG_OK && v->sum.lines == 0 && v->sum.faults == 0) {
        cg_verify_report(v, CG_FINDING_UNSURE, "empty", NULL, v->line, 0,
                         "no evidence line at all");
    }

    *sum = v->sum;

    return v->status;
}
