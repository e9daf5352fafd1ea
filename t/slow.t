# Choices that arrive byte by byte, by the hundred, coded, cut or never: until
# a body is complete nothing is asked and nothing is written, and nobody waits.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Compress::Gzip qw(gzip);
use IO::Socket::INET;
use JSON::PP;
use List::Util qw(max);
use Test::More;
use Consent;
use Consent::HTTP qw(parse_response);
use Consent::Site;

my $t = Consent->new(needs => [qw(node openssl)]);

my ($code, $said) = $t->_run('', qw(openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=www.site.example
    -keyout), $t->dir . '/tls.key', '-out', $t->dir . '/tls.pem');
is $code, 0, 'a certificate for the test' or diag $said;

$t->write('www/page.html', '<!doctype html><title>t</title><body><p>x');
$t->gate(policy() . <<'END', workers => 2, connections => 1024, consent => { redis => '%%REDIS%% feed=off' });
    types { text/html html; }
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        root         %%DIR%%/www;
    }
    server {
        listen       127.0.0.1:%%PORT_h2%% ssl http2;
        server_name  www.site.example;
        consent      test;
        ssl_certificate      %%DIR%%/tls.pem;
        ssl_certificate_key  %%DIR%%/tls.key;
    }
    server {
        listen       127.0.0.1:%%PORT_hasty%%;
        server_name  www.site.example;
        consent      test;
        client_body_timeout  1s;
    }
    server {
        listen       127.0.0.1:%%PORT_inside%%;
        server_name  www.site.example;
        consent      test;
        location /.consent/ { client_body_timeout 1s; }
    }
END

my @host = (host => 'www.site.example');
my $FORM = 'application/x-www-form-urlencoded';

# Commands that concern a visitor: not those of redis-cli, nor the pings.
sub commands {
    my $n = 0;
    for ($t->redis_cli('info', 'commandstats')) {
        $n += $1 if /^cmdstat_(?!info|ping|hello|config|keys|command|client)\S*?:calls=(\d+)/;
    }
    return $n;
}

sub decisions { return scalar grep { $_->{ty} =~ /^decision/ } $t->evidence }
sub records { return scalar grep { /:v:/ } $t->redis_cli('keys', '*') }

my ($notice) = $t->get('/.consent/', @host)->body =~ /name="notice" value="([^"]+)"/;
my $accept = "choice=accept&notice=$notice";

# head(LENGTH, HEADER…): of a POST to choice; no length, no line of it.
sub head {
    my ($length, @headers) = @_;
    return join "\r\n", 'POST /.consent/choice HTTP/1.1', 'Host: www.site.example',
        'Sec-Fetch-Site: same-origin', 'Connection: close',
        (grep({ /^content-type/i } @headers) ? () : "Content-Type: $FORM"), @headers,
        defined $length ? "Content-Length: $length" : (), '', '';
}

# ---- one byte at a time

sub client {
    my ($port) = @_;
    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port($port),
        Proto => 'tcp') or die "connect: $!\n";
    $s->autoflush(1);
    return $s;
}

my $N = 300;
my ($asked, $lines) = (commands(), decisions());
my @clients = map { client('gate') } 1 .. $N;
my @leaving = map { client('gate') } 1 .. 50;

syswrite $_, head(length $accept) for @clients, @leaving;
for my $at (0 .. length($accept) - 2) {
    my $byte = substr $accept, $at, 1;
    syswrite $_, $byte for @clients, $at < 60 ? @leaving : ();
    if ($at == 60) {
        close $_ for @leaving;
        is $t->get('/page.html', @host)->status, 200,
            "a page, while $N choices arrive byte by byte and fifty went away half-way";
    }
}
is $t->get('/page.html', @host)->status, 200, 'a page, while all but one byte is there';
is commands() - $asked, 0, 'until then Redis was asked nothing';
is decisions(), $lines, 'and the log has no line';

syswrite $_, substr $accept, -1 for @clients;
my @answers = map { my $s = $_; my $got = ''; 1 while sysread $s, $got, 65_536, length $got;
    parse_response($got) } @clients;
is scalar(grep { $_ && $_->status == 303 && token_of($_) } @answers), $N, 'then each is answered';
is records(), $N, 'with a record of its own, and none for those who left';
is decisions() - $lines, $N, 'and a line';

# ---- bodies that never come

($asked, $lines) = (commands(), decisions());
for my $port (qw(hasty inside)) {
    my $r = $t->raw([head(100) . 'choice=accept'], to => $port);
    is $r->{raw}, '', 'client_body_timeout ends it, ' . ($port eq 'hasty' ? 'of the server' : 'of our own location');
    cmp_ok $r->{took}, '<', 9, 'before the client gave up';
}
is $t->raw([head(100) . $accept], half_close => 1, to => 'hasty')->{raw}, '',
    'whoever announces more than he sends gets nothing';
is decisions(), $lines, 'no line of the log';
is commands() - $asked, 0, 'no command';

# ---- bodies of another kind

sub chunked { return sprintf "%x\r\n%s\r\n0\r\n\r\n", length $_[0], $_[0] }

gzip(\$accept => \my $coded);
gzip(\"&$accept&" => \my $stored, -Level => 0);
my $json = encode_json({ choice => 'accept', notice => $notice });
my $parts = join "\r\n", '--b', 'Content-Disposition: form-data; name="choice"', '', 'accept', '--b',
    'Content-Disposition: form-data; name="notice"', '', $notice, '--b--', '';
my $chunked = 'Transfer-Encoding: chunked';

my @refused = (
    ['no length', 400, head(undef)],
    ['no length, and a body all the same', 400, head(undef) . $accept],
    ['a length of 0', 400, head(0)],
    ['less announced than comes', 400, head(13) . $accept],
    ['chunks', 411, head(undef, $chunked) . chunked($accept)],
    ['chunks of one byte', 411, head(undef, $chunked) . join('', map { "1\r\n$_\r\n" } split //, $accept) . "0\r\n\r\n"],
    ['chunks that never end', 411, head(undef, $chunked) . "fffffff\r\nchoice"],
    ['chunks after a promise', 411, head(undef, $chunked, 'Expect: 100-continue')],
    ['chunks and a length', 400, head(length $accept, $chunked) . chunked($accept)],
    ['two lengths', 400, head(13, 'Content-Length: ' . length $accept) . $accept],
    ['a length below 0', 400, head(-1) . $accept],
    ['a length that is none', 400, head('0x10') . $accept],
    ['a length beyond all bounds', 413, head('9' x 12)],
    ['5,000 bytes', 413, head(5000) . $accept . '&x=' . 'y' x (4997 - length $accept)],
    ['parts', 415, head(length $parts, 'Content-Type: multipart/form-data; boundary=b') . $parts],
    ['coded', 415, head(length $coded, 'Content-Encoding: gzip') . $coded],
    ['coded, but readable', 415, head(length $stored, 'Content-Encoding: gzip') . $stored],
    ['coded twice', 415, head(length $coded, 'Content-Encoding: identity, gzip') . $coded],
    ['coded JSON', 415, head(length $coded, 'Content-Encoding: br', 'Content-Type: application/json') . $coded],
    ['expected otherwise', 400, head(0, 'Expect: something')],
);

for my $case (@refused) {
    my ($what, $status, $bytes) = @$case;
    my $r = $t->raw([$bytes]);

    is $r->status, $status, "$what: $status";
    like $r->body, qr/\w+ \w+/, '... with a sentence';
    is $r->header('set-cookie'), undef, '... and no token';
}
is decisions(), $lines, 'not one line of the log';
is commands() - $asked, 0, 'not one command';

my $r = $t->raw([head(length $accept, 'Expect: 100-continue'), \0.05, $accept]);
is $r->{interim}[0] && $r->{interim}[0]->status, 100, 'whoever asks first whether to send is told to';
is $r->status, 303, 'and then answered';
is $t->raw([head(length $accept, 'Content-Encoding: identity') . $accept])->status, 303, 'not coded, and says so';
is $t->raw([head(length $json, 'Content-Type: application/json') . $json])->status, 200, 'JSON';
is $t->raw([map { $_, \0.001 } split //, head(length $accept) . $accept])->status, 303,
    'the head byte by byte, too';
is records(), $N + 4, 'each with its record';

# ---- HTTP/2

sub h2 {
    my ($code, $out) = $t->_run(encode_json(\@_), 'node', $t->root . '/t/lib/h2_client.js', $t->port('h2'));
    die "h2: $out\n" if $code != 0;
    return map { bless { %$_, complete => 1 }, 'Consent::HTTP::Response' } @{ JSON::PP->new->utf8->decode($out) };
}

# h2_choice(LENGTH, HOW…): a choice whose content-length is LENGTH.
sub h2_choice {
    my ($length, %how) = @_;
    return { path => '/.consent/choice', method => 'POST', body => $accept, %how,
        headers => [['content-type', $FORM], ['sec-fetch-site', 'same-origin'],
            defined $length ? ['content-length', "$length"] : ()] };
}

my @got = h2(map { h2_choice(length $accept, slowly => 1) } 1 .. 50);
is scalar(grep { $_->status == 303 } @got), 50, 'fifty streams at once, a frame for every byte';
is records(), $N + 54, 'a record each';

($asked, $lines) = (commands(), decisions());
@got = h2(h2_choice(undef, slowly => 1), h2_choice(length($accept) + 1, slowly => 1),
    h2_choice(length($accept) - 1, slowly => 1), h2_choice(0), h2_choice(5000),
    (map { h2_choice(length $accept, slowly => 1, cancel => 1) } 1 .. 5));
is $got[0]->status, 411, 'frames without a length';
ok !(grep { token_of($_) } @got), 'frames that are not as long as they said, and streams that end: no token';
cmp_ok max(map { $_->status } @got[1 .. 4]), '<', 500, 'and that is nobody\'s failure';
is decisions(), $lines, 'not one line of the log';
is commands() - $asked, 0, 'not one command';

$t->done;
