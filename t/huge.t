# Headers as large as nginx takes them, and larger; names with bytes that do
# not belong there: nothing changes its meaning, nothing opens, and the work
# grows as the input does.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use List::Util qw(min);
use Test::More;
use Consent;
use Consent::Bench qw(cpu_ns);
use Consent::HTTP qw(pipelined);
use Consent::Site;

my $t = Consent->new;

my $TAG  = '<script src="https://analytics.example/a.js"></script>';
my $PAGE = "<!doctype html><title>t</title><body><p>x$TAG";
my $HELD = qr{data-ngxc-src="https://analytics\.example/a\.js"};
my $LIVE = qr{<script src="https://analytics\.example/a\.js"};

# The path says what the origin sets: /set/N, or /set/N/HEX of a name.
$t->app(sub {
    my ($req, $out) = @_;
    my ($n, $hex) = $req->{path} =~ m{^/set/(\d+)(?:/(\w+))?};
    my $name = defined $hex ? pack 'H*', $hex : '_ga';

    $out->respond(200, ['Content-Type' => 'text/html',
        map { ('Set-Cookie' => $_ % 2 ? "$name=$_; Path=/$_" : "keep$_=$_") } 1 .. $n || 0], $PAGE);
});

$t->write('www/error.html', $PAGE);
$t->gate(policy() . <<'END', workers => 1);
    types { text/html html; }
    keepalive_requests   1000000;
    proxy_buffer_size    128k;
    proxy_buffers        4 128k;
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        root         %%DIR%%/www;
        error_page   400 414 494 /error.html;
        location = /error.html { }
        location = /empty { empty_gif; }
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
    server {
        listen       127.0.0.1:%%PORT_large%%;
        server_name  www.site.example;
        consent      test;
        large_client_header_buffers 8 128k;
        add_header   X-State "$consent_state $consent_analytics$consent_marketing" always;
        location = /empty { empty_gif; }
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
    server {
        listen       127.0.0.1:%%PORT_small%%;
        server_name  www.site.example;
        consent      test;
        proxy_buffer_size 4k;
        proxy_buffers     4 4k;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

my @host = (host => 'www.site.example');

sub gated {
    my ($r, $what) = @_;
    like $r->body, $HELD, "$what: the page is gated";
    unlike $r->body, $LIVE, "$what: and nothing is live";
}

# What reached the origin, its lines with ", " between them.
sub cookies { my ($path) = @_; return (grep { $_->{path} eq $path } $t->app_log(1))[-1]{headers}{cookie} }

my $jar = $t->jar;
choose($t, 'accept', jar => $jar, @host);
my $token = $jar->header('/');

# ---- as large as nginx takes it

my @lines = map { my $n = $_; "_ga=$n; " . join '; ', map { "k$n.$_=" . 'v' x 70 } 1 .. 100 } 1 .. 4;
my $r = $t->get('/four', @host, headers => [map { (Cookie => $_) } @lines]);
is $r->status, 200, 'four Cookie lines of nearly 8 kB each';
gated($r, 'four lines');
is cookies('/four'), join(', ', map { s/^_ga=\d; //r } @lines), 'the origin gets all of them but the gated ones';
$r = $t->get('/', @host, headers => [Cookie => "k=1; $token", map { (Cookie => "f$_=" . 'v' x 7000) } 1 .. 3]);
like $r->body, $LIVE, 'a token among them is found';

# ---- larger

my %over = ('a Cookie line of 9 kB' => [Cookie => 'k=' . 'v' x 9000],
    'five of 8 kB' => [map { (Cookie => "k$_=" . 'v' x 8000) } 1 .. 5],
    'a token before 9 kB' => [Cookie => $token, Cookie => 'k=' . 'v' x 9000]);
for my $what (sort keys %over) {
    $r = $t->get('/', @host, headers => $over{$what});
    is $r->status, 400, "$what: nginx refuses it";
    gated($r, $what);
}
$r = $t->get('/?' . 'x' x 9000, @host, headers => [Cookie => $token]);
is $r->status, 414, 'a URI of 9 kB: nginx refuses it';
gated($r, 'a URI of 9 kB');

# ---- 4,000 cookies

my @names = map { $_ % 4 ? "k$_" : "_ga_$_" } 1 .. 4000;
my $all = join '; ', map { "$_=" . ($_ =~ /(\d+)/)[0] } @names;
my $kept = join '; ', map { "$_=" . ($_ =~ /(\d+)/)[0] } grep { !/^_ga/ } @names;

$r = $t->get('/many', @host, to => 'large', headers => [Cookie => $all]);
is $r->status, 200, '4,000 cookies in one line of ' . length $all;
gated($r, '4,000 cookies');
is cookies('/many'), $kept, 'a thousand of them gated: the origin gets the others, in their order';
cmp_ok scalar(grep { /^_ga_/ } $r->all('set-cookie')), '<=', 12, 'a dozen are expired at most';
$r = $t->get('/lines', @host, to => 'large', headers => [map { (Cookie => $_) } (split /; /, $all)[0 .. 799]]);
is $r->status, 200, 'eight hundred in a Cookie line each';
gated($r, 'a line for each');
is cookies('/lines'), join(', ', grep { !/^_ga/ } (split /; /, $all)[0 .. 799]),
    'of which the gated ones do not reach the origin';
$r = $t->get('/many', @host, to => 'large', headers => [Cookie => "$all; $token"]);
is $r->header('x-state'), 'granted 11', 'a token behind them is found';
is cookies('/many'), $all, 'and then the origin gets them all, without the token';

# 64 kB of other headers.
$r = $t->get('/headers', @host, to => 'large', headers => [(map { ("X-Filler-$_" => 'v' x 100) } 1 .. 500),
    Cookie => '_ga=1; keep=1', (map { ("X-More-$_" => 'v' x 30) } 1 .. 200)]);
is $r->status, 200, '64 kB of other headers';
gated($r, '64 kB of headers');
is cookies('/headers'), 'keep=1', 'and the cookie between them';

# ---- 1,000 Set-Cookie lines

$r = $t->get('/set/1000', @host, to => 'large');
is_deeply [$r->all('set-cookie')], [map { "keep$_=$_" } grep { $_ % 2 == 0 } 1 .. 1000],
    '1,000 Set-Cookie lines: the kept ones stay, in their order';
gated($r, '1,000 Set-Cookie lines');
$r = $t->get('/set/1000', @host, to => 'large', headers => [Cookie => $token]);
is scalar($r->all('set-cookie')), 1000, 'and all of them for whoever granted';
is $t->get('/set/1000', @host, to => 'small')->status, 502, 'more than proxy_buffer_size: nginx refuses it';

# ---- bytes that do not belong in a name

sub name_in { my ($name) = @_; return $t->get('/odd', @host, headers => [Cookie => "$name=1; keep=1"]) }

for my $case (["a NUL", "_ga\0x"], ["a NUL alone", "\0"], ["a CR", "_ga\rx"]) {
    my ($what, $name) = @$case;
    $r = name_in($name);
    is $r->status, 400, "a request with $what in a cookie's name is refused by nginx";
    gated($r, $what);
    is $t->get('/set/2/' . unpack('H*', $name), @host)->status, 502, '... and so is a response';
}

# One that is not gated is passed as it is; one that is gated whatever stands
# around it is not.
my %odd = (
    "k\xe9" => 1, "\xff\xfe" => 1, "k\x01" => 1, "\x7f" => 1, "_ga\xc3\xa9" => 1, "_GA" => 1, "\xef\xbb\xbf_ga" => 1,
    '"_ga"' => 1, '%5fga' => 1, "_ga_\xff" => 0, "_ga_\x80" => 0, "_ga\t" => 0, "\t_ga" => 0, ' _ga ' => 0, '_ga' => 0,
);
for my $name (sort keys %odd) {
    my $shown = $name =~ s/([^!-~])/sprintf '\\x%02x', ord $1/ger;

    $r = name_in($name);
    is cookies('/odd'), $odd{$name} ? "$name=1; keep=1" =~ s/^\s+//r : 'keep=1',
        "a cookie $shown " . ($odd{$name} ? 'reaches the origin as it is' : 'does not reach the origin');
    $r = $t->get('/set/2/' . unpack('H*', $name), @host);
    is_deeply [$r->all('set-cookie')], [$odd{$name} ? "$name=1; Path=/1" =~ s/^\s+//r : (), 'keep2=2'],
        '... and ' . ($odd{$name} ? 'passes' : 'does not pass');
}

# ---- the work

my ($worker) = $t->workers;

# cost(N, REQUEST): CPU of the worker for one of N requests, the least of three
# tries.
sub cost {
    my ($n, $request) = @_;

    return min map {
        my $start = cpu_ns($worker);
        pipelined($t->port('large'), $n, sub { $request }, sub { });
        (cpu_ns($worker) - $start) / $n;
    } 1 .. 3;
}

sub asked { return "GET $_[0] HTTP/1.1\r\nHost: www.site.example\r\n" . join('', map { "$_\r\n" } @_[1 .. $#_]) . "\r\n" }

# Eight times the input: three times as much as that is far from the square.
my %grows = (
    'cookies in a line' => sub { asked('/empty', 'Cookie: ' . join '; ', map { $_ % 2 ? "k$_=1" : "_ga_$_=1" } 1 .. $_[0]) },
    'Cookie lines' => sub { asked('/empty', map { $_ % 2 ? "Cookie: k$_=1" : "Cookie: _ga_$_=1" } 1 .. $_[0]) },
    'tokens' => sub { asked('/empty', 'Cookie: ' . join '; ', ($token) x $_[0]) },
    'blanks' => sub { asked('/empty', 'Cookie: a=1;' . ' ' x (16 * $_[0]) . '; _ga=1;' . ' ' x (16 * $_[0]) . 'b=2') },
    'semicolons' => sub { asked('/empty', 'Cookie: _ga=1' . ';' x (16 * $_[0]) . 'b=2') },
    'Set-Cookie lines' => sub { asked("/set/$_[0]") },
    'other headers' => sub { asked('/empty', (map { "X-Filler-$_: 1" } 1 .. $_[0]), 'Cookie: _ga=1') },
);
for my $what (sort keys %grows) {
    my $most = $what =~ /lines|headers|tokens/ ? 800 : 3000;
    my ($few, $many) = map { cost(20, $grows{$what}->($_)) } $most / 8, $most;

    cmp_ok $many, '<', 24 * $few, sprintf 'eight times as many %s: %.1f times the work', $what, $many / $few;
}
is +($t->workers)[0], $worker, 'all of it by one worker';

$t->done;
