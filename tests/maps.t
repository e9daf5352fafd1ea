# The maps of docs/: every requirement has a row, and every row a test that
# stands where it says, or a line that says why there is none.

use strict;
use warnings;

use FindBin;
use Test::More;

my $root = "$FindBin::Bin/..";
my %file;

sub text { my ($file) = @_; open my $fh, '<', "$root/$file" or return ''; local $/; return <$fh> }

# rows(PAGE): tests that the rows of its tables name as `FILE` WORDS: how many,
# and of which names between backquotes and of which first cells.
sub rows {
    my ($page) = @_;
    my ($rows, %named, %cell) = (0);

    for my $line (split /\n/, text($page)) {
        my ($cell) = $line =~ /^\|\s*([^|]*?)\s*\|/ or next;

        if (my ($file, $words) = $line =~ /\| `([^`]+)` ([^|]+?) \|$/) {
            $file{$file} //= text($file);
            ok index($file{$file}, $words) >= 0, "$page: $file has \"$words\"";
        } elsif ($line !~ /\| none: \w[^|]{20,} \|$/) {
            next;
        }
        $rows++;
        $named{$_} = 1 for $line =~ /`([\w*-]+)`/g;
        $cell{$cell} = 1;
    }
    return ($rows, \%named, \%cell);
}

sub missing { my ($has, @wanted) = @_; return join ' ', grep { !$has->{$_} } @wanted }

# ---- HTTP; a star stands for a family

my ($rows, $named, $cell) = rows('docs/http.md');

cmp_ok $rows, '>', 100, "$rows rows";
is missing($named, qw(
    inv_no_read_past_end inv_bounded_memory inv_data_url_attr_streams
    inv_latency_first_byte inv_limit_fail_closed inv_idempotent
    inv_deterministic_log
    http_head_matches_get_headers http_range_ignored http_conditional_ignored
    304_after_withdrawal_impossible 304_from_upstream_blocked
    http_cache_HIT http_cache_STALE http_cache_UPDATING http_cache_REVALIDATED
    http_cache_background_update http_cache_lock
    http_enc_gzip http_enc_deflate_zlib http_enc_deflate_raw http_enc_br
    http_enc_stacked http_enc_x-gzip http_enc_identity http_enc_unknown
    http_enc_lying http_enc_truncated http_enc_multi_member
    http_enc_gzip_static
    http_set_cookie_gated http_headers_gate_link_preload
    http_headers_gate_link_css http_headers_gate_refresh
    http_headers_gate_speculation_rules http_headers_gate_report_to
    http_headers_gate_reporting_endpoints http_headers_gate_nel
    http_headers_gate_location_tracker
    http_status_* http_0_9 http_trailers http_cache_no_transform
    http_fragment_* inject_body inject_frameset inject_body_empty
    slow_client client_abort_midway upstream_abort_midway proxy_buffering_off
    keepalive_pipelining h2_small_window tls_sendfile limit_rate aio_threads
    directio reload_under_load worker_shutdown_timeout
    ssi_mid_tag ssi_mid_script ssi_mid_attribute ssi_nested ssi_wait
    addition_before_after sub_filter_injects_ga
    subrequest_location_without_directive error_page_internal_redirect_ctx
    x_accel_redirect try_files_named auth_request mirror slice image_xslt
    order_slot_asserted order_brotli_loaded_late_rejected)), '',
    'no requirement is without a row';

# Every pitfall, by its number.
my %pitfall = map { $_ => 1 } map { split /, / }
    text('docs/http.md') =~ /^\| (\d+(?:, \d+)*) /mg;
is missing(\%pitfall, 1 .. 30), '', 'no pitfall either';

# ---- faults

($rows, $named, $cell) = rows('docs/faults.md');

cmp_ok $rows, '>', 100, "$rows rows";
is missing($cell, map { my ($room, $n) = @$_; map { "$room$_" } 1 .. $n }
    [I => 6], [RD => 13], [RQ => 5], [SH => 8], [AU => 12], [PR => 8],
    [RS => 9], [AB => 9], [CF => 2]), '', 'no requirement is without a row';
is missing($named, qw(
    LOADING MASTERDOWN CLUSTERDOWN TRYAGAIN BUSY READONLY OOM MISCONF NOREPLICAS
    MOVED ASK NOAUTH WRONGPASS NOPERM DENIED NOSCRIPT WRONGTYPE EXECABORT)), '',
    'no class of Redis\' errors either';

# ---- the five policies

($rows, $named, $cell) = rows('docs/clauses.md');

my ($kept, $people) = (0, 0);
/\| none: organisational/ ? $people++ : $kept++ for grep { /^\| [A-Z]{2}-/ } split /\n/, text('docs/clauses.md');
is $rows, $kept + $people, "$kept technical rows, each with its test; $people organisational ones";
is missing($cell, qw(
    HH-0 HH-1 HH-2 HH-3 HH-4 HH-5 HH-6.1 HH-6.2 HH-7 HH-8 HH-9 HH-10 HH-11 HH-12
    JS-1 JS-2 JS-3 JS-4 JS-5 JS-6 JS-7 JS-8
    HI-0 HI-N HI-1 HI-2a HI-2b HI-2c HI-2d HI-2e HI-3 HI-4 HI-5 HI-6a HI-6b
    HI-6c HI-7 HI-8a HI-8b HI-8c HI-8d HI-8e HI-9
    CC-1 CC-2.1 CC-2.2 CC-2.3 CC-3.1 CC-3.2 CC-3.3 CC-4 CC-4.1 CC-4.2 CC-4.3
    CC-5.1 CC-5.2 CC-5.3 CC-6.1 CC-6.2 CC-6.3 CC-6.4a CC-6.4b CC-6.4c CC-6.4d
    CC-6.4e CC-7.1a CC-7.1b CC-7.1c CC-7.1d CC-7.2
    HN-0 HN-1 HN-2a HN-2b HN-2c HN-3 HN-4 HN-5 HN-6 HN-7a HN-7b HN-7c HN-8 HN-9
    HN-10)), '', 'no clause is without a row';

my %profile = (HH => 'heidenhain', JS => 'jspe', HI => 'hitachi', CC => 'cc-link', HN => 'hennge');
for my $row (grep { /^\| [A-Z]{2}-/ && !/none: organisational/ } split /\n/, text('docs/clauses.md')) {
    my ($id) = $row =~ /^\| (([A-Z]{2})-\S+)/;
    like text("conf/policies/$profile{$2}.conf"), qr/^\s+clause\s+\Q$id\E\s+"/m, "$profile{$2}.conf declares $id";
}

# ---- the bars of what visitors see

($rows, $named, $cell) = rows('docs/bars.md');
is missing($cell, map { "B$_" } 1 .. 10), '', 'no bar is without a test';

done_testing;
