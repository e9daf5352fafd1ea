# Gated cookies that a browser still sends: expired where we know that they
# must go, in small steps, likeliest first, and never on mere suspicion.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep);
use Consent;
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;

    return $out->respond(200, ['Content-Type' => 'image/gif'], 'GIF89a')
        if $req->{path} =~ /gif/;
    $out->respond(200, ['Content-Type' => 'text/html'],
        '<!doctype html><title>t</title><body><p>x');
});

$t->gate(policy() . <<'END', workers => 2);
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  .site.example;
        consent      test;
        add_header   X-State "$consent_state" always;
        error_page   404 /missing;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location = /return { default_type text/html; return 200 '<p>x'; }
    }
END

my $GONE = 'Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0';

# The places that a response expires a cookie in, as "DOMAIN PATH".
sub places {
    my ($r, $name) = @_;
    return [map { my ($path) = /; Path=([^;]*)/; my ($domain) = /; Domain=([^;]*)/;
                  ($domain || '-') . " $path" }
            grep { /^\Q$name\E=; .*\Q$GONE\E/ } $r->all('set-cookie')];
}

sub expiring { return [grep { /\Q$GONE\E/ } $_[0]->all('set-cookie')] }

# What a decided visitor's browser sends, or one of no decision.
sub visit {
    my ($path, $cookies, %o) = @_;
    my $host = delete $o{host} || 'www.site.example';
    my @headers = @{ delete $o{headers} || [] };
    my $token = $o{token} ? "; $o{token}" : '';

    return $t->get($path, host => $host,
        headers => [@headers, Cookie => "$cookies$token"]);
}

sub token {
    my ($choice, %o) = @_;
    my $r = choose($t, $choice, host => 'www.site.example', %o);
    return join '.', @{ token_of($r)->{parts} };
}

# ---- places, likeliest first

my $r = visit('/', '_ga=1');
is_deeply places($r, '_ga'), ['- /', 'site.example /', 'www.site.example /'],
    'http_set_cookie_expire_likeliest: host-only, registrable domain, host';
is scalar @{ expiring($r) }, 3, '... and nothing else';
is_deeply places(visit('/', '_ga=1', host => 'site.example'), '_ga'),
    ['- /', 'site.example /'], 'a host that is its own registrable domain';
is_deeply places(visit('/', '_ga=1', host => 'a.b.site.example'), '_ga'),
    ['- /', 'site.example /', 'a.b.site.example /', 'b.site.example /'],
    'then the domains between';
is_deeply places(visit('/shop/item.html?x=/y/z', '_ga=1'), '_ga'),
    ['- /', 'site.example /', 'www.site.example /',
     map { my $p = $_; map { "$_ $p" } '-', 'site.example', 'www.site.example' }
         '/shop', '/shop/'], 'then the directories of the path';
is_deeply expiring(visit('/', 'SESSION=1; basket=2; _gax=3; my_ga=4')), [],
    'no cookie that is not gated';
is_deeply places(visit('/', '_ga_X=1; _ga_Y=2'), '_ga_Y'),
    ['- /', 'site.example /', 'www.site.example /'], 'one that a pattern names';

# ---- staged: within the limits, the rest in later responses, then no more

my $many = join '; ', map { "_ga_$_=$_" } 1 .. 9;
my (%seen, @lines);
for my $round (0 .. 5) {
    $r = visit('/a/b/c/page', $many, host => 'm.www.site.example');
    my @now = @{ expiring($r) };
    my $bytes = 0;
    $bytes += length("Set-Cookie: $_\r\n") for @now;
    push @lines, scalar @now;

    cmp_ok scalar @now, '<=', 12, "http_set_cookie_expire_staged: round $round: 12 lines at most";
    cmp_ok $bytes, '<=', 1500, "... 1,500 bytes at most ($bytes)";
    is scalar(grep { $seen{$_}++ } @now), 0, '... none that stood in an earlier one';
    like $now[0], qr{^_ga_1=; Path=/; Expires}, '... the likeliest in the first'
        if $round == 0;
}
ok $lines[4] > 0 && $lines[5] == 0,
    "http_set_cookie_expire_staged: five rounds, then no more (@lines)";
is scalar(grep { $seen{"_ga_$_=; Path=/; $GONE"} } 1 .. 9), 9,
    'every cookie was tried where it is likeliest';

$r = visit('/a/b/c/page', "$many; _ga_10=x", host => 'm.www.site.example');
like join("\n", @{ expiring($r) }), qr{^_ga_1=; Path=/; Expires},
    'http_set_cookie_expire_staged: other cookies, other rounds: the first again';
$r = visit('/a/b/c/page', $many =~ s/=9/=99/r, host => 'm.www.site.example');
like join("\n", @{ expiring($r) }), qr{^_ga_1=; Path=/; Expires},
    '... as for another visitor';

# A browser that obeys: every cookie goes, wherever it lay.

my %lies = (_ga_1 => '- /', _ga_2 => 'site.example /', _ga_3 => 'www.site.example /',
    _ga_4 => 'm.www.site.example /', _ga_5 => '- /a/b/c', _ga_6 => 'site.example /a/',
    _ga_7 => '- /a');
my $visits = 0;
while (%lies && $visits++ < 12) {
    $r = visit('/a/b/c/page', join('; ', map { "$_=q" } sort keys %lies),
        host => 'm.www.site.example');
    for my $name (keys %lies) {
        delete $lies{$name} if grep { $_ eq $lies{$name} } @{ places($r, $name) };
    }
}
is join(' ', %lies), '', "a browser that obeys loses them all ($visits visits)";

# ---- only where we know

my $refusal = 'ngxc=' . token('reject');
my $partial = 'ngxc=' . token('save', p => ['analytics']);
my $grant   = 'ngxc=' . token('accept');

for my $case (
    ['none', '', [], 1],
    ['gpc', '', ['Sec-GPC' => 1], 1],
    ['refused', $refusal, [], 1],
    ['granted', $grant, [], 0])
{
    my ($state, $token, $headers, $expires) = @$case;
    $r = visit('/', '_ga=1; _fbp=2', token => $token, headers => $headers);
    is $r->header('x-state'), $state, "state $state";
    is_deeply [map { scalar @{ places($r, $_) } } qw(_ga _fbp)],
        $expires ? [3, 3] : [0, 0],
        "http_set_cookie_expire_states: $state: " . ($expires ? 'both expire' : 'none expires');
}
$r = visit('/', '_ga=1; _fbp=2', token => $partial);
is $r->header('x-state'), 'partial', 'state partial';
is_deeply [map { scalar @{ places($r, $_) } } qw(_ga _fbp)], [0, 3],
    'http_set_cookie_expire_states: partial: by purpose';

is_deeply expiring(visit('/dot.gif', '_ga=1')), [],
    'http_set_cookie_expire_states: on documents only';
is_deeply expiring(visit('/return', '_ga=1')), [],
    'http_set_cookie_expire_states: not where no decision was made';

my @app = $t->app_log(1);
is_deeply [grep { /_ga_\w+=/ } map { $_->{cookie} || '' } @app], [],
    'whatever is expired never reached the origin';

# New terms: who granted the old ones is asked again, and nothing stays.

my $conf = $t->read('gate.conf');
$t->write('gate.conf', $conf =~ s/version +3 (.*)material_since=2/version 4 $1material_since=4/r);
$t->reload or fail 'reload';
$r = visit('/', '_ga=1; _fbp=2', token => $grant);
is $r->header('x-state'), 'stale', 'state stale';
is_deeply [map { scalar @{ places($r, $_) } } qw(_ga _fbp)], [3, 3],
    'http_set_cookie_expire_states: stale: both expire';
$t->write('gate.conf', $conf);
$t->reload or fail 'reload';
is visit('/', '_ga=1', token => $grant)->header('x-state'), 'granted',
    'the old terms: granted';

# Redis away, the lease over: a grant is neither believed nor undone.

$t->allow(qr/consent: .*redis/i);
$t->redis_freeze;
sleep 5.3;
$r = visit('/', '_ga=1', token => $grant);
is $r->header('x-state'), 'unknown', 'Redis is away: a grant is unknown';
is_deeply expiring($r), [],
    'http_set_cookie_expire_states: unknown: withheld, and left in the browser';
$t->redis_thaw;

# ---- the evidence names them

my %named = map { $_ => 1 } map { @{ $_->{ck_expired} || [] } } $t->evidence;
ok $named{_ga} && $named{_fbp} && $named{_ga_1},
    'the evidence says which cookies were expired' or diag explain \%named;
unlike $t->read('consent.log'), qr/_ga_9=|GA1\.2/, 'by name, never by value';

$t->done;
