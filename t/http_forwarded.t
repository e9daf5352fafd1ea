# The request headers that are taken out on the way to the origin (cookies that
# are gated, what would code, cut or confirm a page): wherever they stand, all
# others arrive, once each and in their order.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    my @got = map { "$_->[0]: $_->[1]" }
        grep { $_->[0] !~ /^(?:Host|Connection)$/i } @{ $req->{headers} };
    $out->respond(200, ['Content-Type' => 'text/plain'], join '|', @got);
});

$t->redis;
$t->gate(policy() . <<'END_OF_CONF');
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        consent_limit off;
        large_client_header_buffers 8 16k;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /off/ { consent off; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /moved/ { error_page 418 = /off/; return 418; }
    }
END_OF_CONF

my $jar = $t->jar;
choose($t, 'accept', jar => $jar, host => 'www.site.example');
my $token = $jar->header('/');

# The lines that arrived of those sent, in HTTP/1.0 where no Host is needed.
sub arrived {
    my ($lines, %o) = @_;
    my $path = $o{path} || '/';
    my $head = $o{bare} ? '' : "Host: www.site.example\r\nConnection: close\r\n";
    return $t->raw(["GET $path HTTP/1." . ($o{bare} ? 0 : 1) . "\r\n$head"
        . join('', map { "$_\r\n" } @$lines) . "\r\n"])->body;
}

sub others { return map { "X-$_: $_" } $_[0] .. $_[1] }

my $ga = 'Cookie: _ga=1';
my @gone = ($ga, 'Accept-Encoding: gzip', 'Range: bytes=0-1', 'If-Range: "x"',
    'If-None-Match: "x"', 'If-Modified-Since: Mon, 02 Nov 2026 00:00:00 GMT',
    'If-Match: "x"', 'If-Unmodified-Since: Mon, 02 Nov 2026 00:00:00 GMT');

for my $n (1, 2, 11, 12, 13, 32) {
    my @all = others(1, $n);

    for my $at (0 .. $n) {
        my @lines = @all;
        splice @lines, $at, 0, @gone;
        is arrived(\@lines), join('|', @all), "$n others, those to go behind $at of them";
    }
}

is arrived([map { ($gone[$_], "X-$_: $_") } 0 .. $#gone]), join('|', others(0, $#gone)),
    'every other line is to go';
is arrived([(@gone[0, 1]) x 2, 'X-1: 1', @gone[0, 1]]), 'X-1: 1', 'some of them three times';
is arrived(\@gone, bare => 1), '', 'nothing but what is to go, in HTTP/1.0 and without a Host';
is arrived([], bare => 1), '', 'nothing at all';

is arrived(['X-1: 1', 'Cookie: _ga=1; keep=2', 'X-2: 2']), 'X-1: 1|Cookie: keep=2|X-2: 2',
    'a line of which something stays stands where it stood';
is arrived(['Cookie: _ga=1', 'Cookie: keep=2', 'Cookie: _ga=3']), 'Cookie: keep=2', 'of three lines one stays';
is arrived(["Cookie: $token; _ga=1"]), 'Cookie: _ga=1', 'granted, all but our own token stays';
is arrived(["Cookie: $token", 'Cookie: _ga=1', 'X-1: 1']), 'Cookie: _ga=1|X-1: 1', '... in two lines as well';

# What was taken out at first may be let through in the end.

is arrived(['X-1: 1', $ga, 'X-2: 2'], path => '/off/'), 'X-1: 1|X-2: 2|Cookie: _ga=1',
    'where nothing is gated what was taken out is there again';
is arrived([$ga, 'X-1: 1', $ga, 'X-2: 2'], path => '/moved/'),
    'X-1: 1|X-2: 2|Cookie: _ga=1|Cookie: _ga=1', '... behind a redirect inside nginx as well';
is arrived([$ga, others(1, 40), $ga], path => '/off/'),
    join('|', others(1, 40), 'Cookie: _ga=1', 'Cookie: _ga=1'), '... and behind forty others';

$t->done;
