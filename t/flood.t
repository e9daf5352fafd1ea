# Floods of forgeries and of garbage: they cost Redis nothing and the log no
# line, every page is shut, and the pages of others go on.  And more visitors than
# the zone holds.  tests/bench-store has a million of them and what each costs.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::HTTP qw(pipelined session);
use Consent::Site;
use Consent::Token qw(sign);

my $t = Consent->new;

my $TAG = '<script src="https://analytics.example/a.js"></script>';

$t->write('www/page.html', "<!doctype html><title>t</title><body><p>x$TAG");
$t->gate(policy() . <<'END', workers => 2, consent => { zone => 'consent 1m', redis => '%%REDIS%% feed=off', limit => 'visitor=1r/s network=1000r/s' });
    types { text/html html; }
    keepalive_requests 1000000;
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        root         %%DIR%%/www;
        add_header   X-State "$consent_state $consent_analytics$consent_marketing" always;
        location = /empty { empty_gif; }
        location = /status { consent_status; }
    }
END

my @host = (host => 'www.site.example');
my $port = $t->port('gate');

# Commands that concern a visitor: not those of redis-cli, nor the pings.
sub commands {
    my $n = 0;
    for ($t->redis_cli('info', 'commandstats')) {
        $n += $1 if /^cmdstat_(?!info|ping|hello|config|keys|command|client)\S*?:calls=(\d+)/;
    }
    return $n;
}

sub decisions { return scalar grep { $_->{ty} =~ /^decision/ } $t->evidence }

my $jar = $t->jar;
my $good = join '.', @{ token_of(choose($t, 'accept', jar => $jar, @host))->{parts} };
like $t->get('/page.html', jar => $jar, @host)->body, qr/<script src="https:\/\/analytics/,
    'a token of ours opens the page';
my $refusal = join '.', @{ token_of(choose($t, 'reject', @host))->{parts} };

# ---- forged tokens

my ($key) = split /\n/, $t->read('consent.key') =~ s/^#.*\n//mgr;
my ($v, $cid, $bits, $version, $issued, $expires, $mac) = split /\./, $good;
my %mine = (site => 'www.site.example', policy => 'test', slots => [qw(analytics marketing)],
    cid => $cid, bits => 3, version => 3, issued => $issued, expires => $expires);
is sign($key, %mine), $good, 'this test can sign what the gate signs';

sub some { my ($n, @from) = @_; return join '', map { $from[rand @from] } 1 .. $n }
sub text { return some($_[0], 'A' .. 'Z', 'a' .. 'z', 0 .. 9, '-', '_') }

# another(TEXT): it, with one character of it changed.
sub another {
    my ($token) = @_;
    my $at = int rand(length($token) - 1);
    substr $token, $at, 1, substr($token, $at, 1) eq 'x' ? 'y' : 'x';
    return $token;
}

my @shapes = (
    ['one character changed', sub { another($good) }],
    ['cut short', sub { substr $good, 0, rand length $good }],
    ['longer', sub { $good . text(1 + rand 9) }],
    ['another id', sub { join '.', $v, substr(text(22), 0, 21) . 'A', $bits, $version, $issued, $expires, $mac }],
    ['more bits', sub { join '.', $v, $cid, sprintf('%x', 4 + int rand 1000), $version, $issued, $expires, $mac }],
    ['another version', sub { join '.', $v, $cid, $bits, 4 + int rand 1000, $issued, $expires, $mac }],
    ['later', sub { join '.', $v, $cid, $bits, $version, $issued, $expires + 1 + int rand 9999, $mac }],
    ['the MAC of a refusal', sub { join '.', $v, $cid, $bits, $version, $issued, $expires, (split /\./, $refusal)[6] }],
    ['a refusal with an id', sub { join '.', $v, $cid, (split /\./, $refusal)[2 .. 6] }],
    ['another site', sub { sign($key, %mine, site => text(4) . '.example') }],
    ['another policy', sub { sign($key, %mine, policy => 'other') }],
    ['other purposes', sub { sign($key, %mine, slots => [qw(marketing analytics)]) }],
    ['another key', sub { sign(text(42) . 'A', %mine) }],
    ['bits without an id', sub { sign($key, %mine, cid => '-') }],
    ['an id without bits', sub { sign($key, %mine, bits => 0) }],
    ['times that are none', sub { sign($key, %mine, expires => some(20, 1 .. 9)) }],
    ['one field more', sub { join '.', $v, $cid, $bits, $version, $issued, $expires, 0, $mac }],
    ['one field less', sub { join '.', $v, $cid, $bits, $version, $issued, $mac }],
    ['in quotes', sub { qq("$good") }],
    ['%-coded', sub { $good =~ s/\./%2e/gr }],
    ['base64, not base64url', sub { $good =~ s/.$/+/r }],
    ['points', sub { '.' x rand 40 }],
    ['bytes', sub { some(1 + rand 200, map { chr } 0x21 .. 0x3a, 0x3c .. 0x7e, 0x80 .. 0xff) }],
    ['4 kB', sub { text(4000) }],
    ['nothing', sub { '' }],
);

# A name that is not the token's, or a token that is no cookie of its own.
my @lines = ((map { my $shape = $_->[1]; [$_->[0], sub { 'ngxc=' . $shape->() }] } @shapes),
    ['the name for TLS', sub { "__Host-ngxc=$good" }],
    ['another case', sub { "NGXC=$good" }],
    ['within another cookie', sub { "x=ngxc=$good" }],
    ['forty at once', sub { join '; ', map { 'ngxc=' . another($good) } 1 .. 40 }]);

# flood(PATH, N, SHUT): the kinds of forgeries of which one was not SHUT.
sub flood {
    my ($path, $n, $shut) = @_;
    my (@sent, %open);

    pipelined($port, $n, sub {
        my ($what, $line) = @{ $lines[@sent % @lines] };
        push @sent, $what;
        return "GET $path HTTP/1.1\r\nHost: www.site.example\r\nCookie: " . $line->() . "\r\n\r\n";
    }, sub {
        my ($r, $i) = @_;
        $open{ $sent[$i] }++ if $r->status != 200 || $r->header('x-state') ne 'none 00' || !$shut->($r);
    });
    return join ', ', sort keys %open;
}

srand 4;
$t->clear_log('gate.error');
my ($before, $lines) = (commands(), decisions());
is flood('/page.html', 2000, sub { $_[0]->body =~ /data-ngxc-src="https:\/\/analytics/
    && $_[0]->body !~ /<script src="https:\/\/analytics/ && $_[0]->body =~ /id="ngx-consent"/ }), '',
    '2,000 pages for forged tokens, ' . @lines . ' kinds of them: all shut, as on a first visit';
is flood('/empty', 18_000, sub { 1 }), '', '18,000 requests more: nothing is granted';
is commands() - $before, 0, 'Redis was not asked once';
is decisions(), $lines, 'and the log has no line of a decision';
is_deeply [grep { /\[(?:warn|error)\]/ } split /\n/, $t->read('gate.error.log')], [],
    'nor has the error log a line';
like $t->get('/page.html', jar => $jar, @host)->body, qr/<script src="https:\/\/analytics/,
    'whoever granted is known all the while';

# ---- garbage

my ($notice) = $t->get('/.consent/', @host)->body =~ /name="notice" value="([^"]+)"/;
my @form = ('Content-Type: application/x-www-form-urlencoded', 'Sec-Fetch-Site: same-origin');
my @json = ('Content-Type: application/json', 'Sec-Fetch-Site: same-origin');
my @garbage = (
    [400, sub { (\@form, '') }],
    [400, sub { (\@form, some(1 + rand 4000, map { chr } 0 .. 255)) }],
    [400, sub { (\@form, 'choice=' . text(5)) }],
    [400, sub { (\@form, 'choice=accept') }],
    [400, sub { (\@form, 'choice=accept&notice=' . another($notice)) }],
    [400, sub { (\@form, "choice=save&p=" . text(6) . "&notice=$notice") }],
    [400, sub { (\@json, some(1 + rand 4000, '{', '[', '"', ':', ',', ']', '}', 0 .. 9)) }],
    [400, sub { (\@json, '[' x 4000) }],
    [400, sub { (\@json, qq({"choice":"accept","notice":"${\text(80)}"})) }],
    [403, sub { ([$form[0], 'Sec-Fetch-Site: cross-site'], "choice=accept&notice=$notice") }],
    [403, sub { ([$form[0], 'Origin: http://' . text(5) . '.example'], "choice=accept&notice=$notice") }],
    [413, sub { (\@form, 'choice=accept&x=' . text(4096)) }],
    [415, sub { ([$form[1]], "choice=accept&notice=$notice") }],
    [415, sub { (["Content-Type: text/${\text(4)}", $form[1]], "choice=accept&notice=$notice") }],
);

my ($posted, $other, %odd) = (0, 0);
my $page = session($port);
($before, $lines) = (commands(), decisions());
pipelined($port, 2100, sub {
    my ($headers, $body) = $garbage[$posted++ % @garbage][1]->();
    return join("\r\n", 'POST /.consent/choice HTTP/1.1', 'Host: www.site.example',
        @$headers, 'Content-Length: ' . length $body, '', $body);
}, sub {
    my ($r, $i) = @_;
    my $want = $garbage[$i % @garbage][0];

    $odd{ $i % @garbage } = $r->status if $r->status != $want
        || $r->body !~ /\w+ \w+/ || $r->header('set-cookie');
    return if $i % 100;
    my $visit = $page->('/page.html', @host);          # a first visit: asks nothing either
    $other++ if $visit && $visit->status == 200 && $visit->body =~ /data-ngxc-src="https:\/\/analytics/;
});
is_deeply \%odd, {}, '2,100 posts of garbage, ' . @garbage . ' kinds: each is told what is wrong, and granted nothing';
is $other, 21, 'somebody else goes on reading pages meanwhile';
is commands() - $before, 0, 'Redis was not asked once';
is decisions(), $lines, 'and the log has no line of a decision';

# ---- more visitors than the zone holds

sub zone { my $r = $t->get('/status', @host); return map { $r->body =~ /^ngx_consent_cache_$_\S* (\d+)$/m } @_ }

sub kb { return map { $t->read("/proc/$_/status") =~ /^VmRSS:\s+(\d+)/m } $t->workers }
sub stranger { return 'ngxc=' . sign($key, %mine, cid => text(21) . 'A') }

# strangers(N): once each; while somebody who granted comes, too, each hundredth
# time.  The states of both.
sub strangers {
    my ($n) = @_;
    my (%of_them, %of_mine);

    pipelined($port, $n, sub { return "GET /empty HTTP/1.1\r\nHost: www.site.example\r\nCookie: " . stranger() . "\r\n\r\n" }, sub {
        my ($r, $i) = @_;
        $of_them{ $r->header('x-state') }++;
        return if $i % 100;
        $of_mine{ $page->('/empty', @host, headers => { Cookie => "ngxc=$good" })->header('x-state') }++;
    });
    return (join(',', keys %of_them), join(',', keys %of_mine));
}

my $churn = 20_000;
my ($slots) = zone('slots');
cmp_ok $slots, '<', $churn, "a zone of $slots decisions";
strangers(4000);
my @kb = kb();
my ($evicted) = zone('evictions_total');
$before = commands();
my ($theirs, $mine) = strangers($churn);
my $asked = commands() - $before;
is $theirs, 'none 00', "$churn visitors of whom Redis has no record: all are answered";
cmp_ok +(zone('evictions_total'))[0] - $evicted, '>', $churn - $slots, 'who comes moves somebody out';
is $mine, 'granted 11', 'somebody who granted is known all the while';
cmp_ok $asked, '>=', $churn, "Redis was asked for each of them ($asked)";
cmp_ok $asked - $churn, '<', 40, 'and not for him, but when his lease was over';
my @grown = map { my $i = $_; (kb())[$i] - $kb[$i] } 0, 1;
note "the workers grew by @grown kB";
SKIP: {
    skip 'a sanitizer keeps what was freed', 2 if !length $t->{so};
    cmp_ok $grown[$_], '<', 1024, 'a worker does not grow by a megabyte' for 0, 1;
}
my $last = stranger();
$before = commands();
$t->get('/empty', @host, headers => { Cookie => $last }) for 1 .. 5;
is commands() - $before, 1, 'the next of them is cached, as the first was';

$t->done;
