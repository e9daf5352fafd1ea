# What a visitor or an origin sends cannot end, begin or forge a line of the
# evidence; and no address, no value of a cookie, no id and no secret stands in
# it, in our lines of the error log, or in Redis.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use JSON::PP ();
use MIME::Base64 qw(encode_base64url decode_base64url);
use Consent;
use Consent::Site;

my $t = Consent->new;
my $seed = $ENV{CG_SEED} || time;
srand $seed;

# Names of cookies as an origin may spell them; each value is a secret.
my @nasty = map { "_ga_$_" } "\e[31m", "\x01\x02", "a\"b", "a\\u0022", "\xff\xfe", "\xc3\x28", '{"v":1,"ch":"', "a'b",
    'x' x 300, "\xe2\x80\xa8", '%0d%0a', '</script>', '${jndi}';
my $SECRET = 'S3CRETVALUE';

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html', map { ('Set-Cookie' => "$_=$SECRET-origin; Path=/") } @nasty],
        '<!doctype html><title>t</title><body><p>x<script src="https://analytics.example/a.js?q=' . $SECRET . '-url"></script>');
});

$t->gate(policy() . <<'END', workers => 2);
    real_ip_header    X-Forwarded-For;
    set_real_ip_from  127.0.0.1;
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

my @host = (host => 'www.site.example');
my @cids;

sub keep_cid { my ($r) = @_; my $token = token_of($r) or return; push @cids, $token->{parts}[1] if length $token->{parts}[1] > 8 }

ok $t->wait_for(10, sub { choose($t, 'accept', @host)->status == 303 }), "grants are taken (CG_SEED=$seed)";

# ---- bytes

# Printable or not, but no byte that ends a header for nginx.
sub bytes {
    my ($n) = @_;
    my @some = (map({ chr } 1 .. 8, 11, 12, 14 .. 31, 127 .. 255), '"', '\\', "\t", '{', '}', '\\n', '\\u000a', '%0A',
        '{"v":1,"ch":"0123456789abcdef","seq":0,', '"}', "\xe2\x80\xa8", "\xed\xa0\x80", "\xf0\x9f");
    return join '', map { $some[rand @some] } 1 .. $n;
}

my @addresses = map { sprintf '203.0.113.%d', $_ } 1 .. 60;

for my $round (0 .. 59) {
    my @headers = ('User-Agent' => bytes(40), Referer => 'https://www.site.example/' . bytes(40),
        Cookie => join('; ', map { "$_=$SECRET-client" } $nasty[$round % @nasty], '_ga', '_ga_' . bytes(6) =~ s/[;=]//gr),
        'Accept-Language' => bytes(10), 'X-Forwarded-For' => $addresses[$round], 'Forwarded' => "for=$addresses[$round]");
    $t->get("/?q=$SECRET-query", @host, headers => \@headers);
    $t->post('/.consent/choice', @host, headers => [@headers, 'Sec-Fetch-Site' => 'same-origin'],
        form => [choice => $round % 2 ? 'reject' : bytes(8), p => bytes(20), notice => bytes(30), return => '/' . bytes(20),
            lang => bytes(5), bytes(6) => bytes(6)]);
    $t->post('/.consent/choice', @host, headers => ['Sec-Fetch-Site' => 'same-origin', 'Content-Type' => 'application/json'],
        body => '{"choice":"reject","notice":"' . bytes(20) . '","purposes":{"' . bytes(8) . '":true}}');
    $t->post('/.consent/csp', @host, headers => ['Content-Type' => 'application/csp-report'],
        body => '{"csp-report":{"blocked-uri":"https://' . bytes(12) . '.example/' . $SECRET . '","effective-directive":"' . bytes(5)
            . '","document-uri":"https://www.site.example/?' . $SECRET . '"}}');
}

# Visitors with an id, from an address each.
for my $address (@addresses[0 .. 9]) {
    my $jar = $t->jar;
    my @from = (headers => { 'X-Forwarded-For' => $address });
    $jar->set('_fbp', "$SECRET-jar");
    my $page = $t->get('/.consent/', jar => $jar, @host, @from);
    my ($notice) = $page->body =~ /name="notice" value="([^"]+)"/;
    my $r = $t->post('/.consent/choice', jar => $jar, @host, headers => { 'X-Forwarded-For' => $address, 'Sec-Fetch-Site' => 'same-origin' },
        form => [choice => 'accept', notice => $notice, return => '/']);
    is $r->status, 303, 'a grant' if $address eq $addresses[0];
    keep_cid($r);
    $t->get('/', jar => $jar, @host, @from);
    choose($t, 'withdraw', jar => $jar, @host) if $address =~ /[05]$/;
}
ok @cids >= 10, 'ten ids were given';

my $redis = join "\n", map { my $key = $_; my $type = $t->redis_cli('type', $key);
    ($key, $type eq 'hash' ? scalar $t->redis_cli('hgetall', $key) : $type eq 'stream' ? scalar $t->redis_cli('xrange', $key, '-', '+')
        : scalar $t->redis_cli('get', $key)) } $t->redis_cli('--scan');
$t->stop('gate', 'QUIT');

# ---- lines

my $text = $t->read('consent.log');
my @lines = split /\n/, $text;
is scalar(grep { !/\A\{"v":1,"ch":"[0-9a-f]{16}","seq":\d+,[\x20-\x7e]*"h":"[0-9a-f]{64}"\}\z/ } @lines), 0,
    'every line is one event in printable ASCII';
is scalar(() = $text =~ /\{"v":1,"ch":"/g), scalar @lines, 'no line holds the beginning of another';
is scalar(grep { !eval { JSON::PP->new->utf8->decode($_); 1 } } @lines), 0, 'each is JSON';
my %types;
$types{ $_->{ty} }++ for $t->evidence;
cmp_ok $types{handling} || 0, '>=', 60, 'handling was told of hostile requests';
cmp_ok $types{decision} || 0, '>=', 30, 'and decisions of hostile forms';
ok((grep { grep { /\\u001b/ } $_ } @lines), 'a control character is spelled');

# ---- what must not be there

# The error log's own frame names the client; what we say begins with "consent".
my @said = map { /(consent.*?)(?:, client: |$)/ ? $1 : () } split /\n/, $t->read('gate.error.log');
my %places = ('the consent log' => $text, 'our lines of the error log' => join("\n", @said), Redis => $redis);
my @keys = split ' ', $t->read('consent.key');

for my $place (sort keys %places) {
    my $held = $places{$place};
    my $raw = join '|', map { quotemeta } map { ($_, unpack('H*', decode_base64url($_)), decode_base64url($_)) } @cids;
    unlike $held, qr/\Q$SECRET\E/, "$place: no value of a cookie, no query";
    unlike $held, qr/203\.0\.113\.|203\.0\.113|2001:db8/, "$place: no address";
    unlike $held, qr/$raw/, "$place: no id of a visitor, in any spelling";
    ok !(grep { length > 20 && index($held, $_) >= 0 } @keys), "$place: no key";
}
cmp_ok length $redis, '>', 2000, 'Redis holds records';

$t->done;
