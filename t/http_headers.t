# What response headers make a browser store, fetch, keep or confirm: each of
# them, shut and granted.  docs/http.md names these tests.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

my $V = 'https://analytics.example';
my $PAGE = '<!doctype html><title>t</title><body><p>x';

# name => [header lines of the origin], header => what a browser gets shut;
# 'origin': the origin's lines, untouched.  Granted, all of them are.
my @gated = (
    http_headers_gate_link_preload => 'Link',
        ["<$V/a.js>; rel=preload; as=script"], [],
    http_headers_gate_link_preload_own => 'Link',
        ['</a.js>; rel=preload; as=script'], 'origin',
    http_headers_gate_link_preload_one_of_two => 'Link',
        ["</a.css>; rel=preload; as=style, <$V/a.js>; rel=modulepreload"],
        ['</a.css>; rel=preload; as=style'],
    http_headers_gate_link_css => 'Link',
        ["<//analytics.example/a.css>; rel=stylesheet"], [],
    http_headers_gate_link_preconnect => 'Link',
        ["<$V>; rel=preconnect", "<$V>; rel=dns-prefetch"], [],
    http_headers_gate_link_dictionary => 'Link',
        ["<$V/d>; rel=compression-dictionary"], [],
    http_headers_gate_link_canonical => 'Link',
        ["<$V/about>; rel=canonical"], 'origin',
    http_headers_gate_refresh => 'Refresh', ["5; url=$V/next"], [],
    http_headers_gate_refresh_bare => 'Refresh', ["0,'$V/next'"], [],
    http_headers_gate_refresh_own => 'Refresh', ['5; url=/next'], 'origin',
    http_headers_gate_speculation_rules => 'Speculation-Rules',
        ["\"$V/rules.json\""], [],
    http_headers_gate_speculation_rules_own => 'Speculation-Rules',
        ['"/rules.json"'], [],
    http_headers_gate_report_to => 'Report-To',
        [qq({"group":"a","endpoints":[{"url":"$V/r"}]})], [],
    http_headers_gate_report_to_own => 'Report-To',
        ['{"group":"a","endpoints":[{"url":"https://www.site.example/r"}]}'],
        'origin',
    http_headers_gate_report_to_relayed => 'Report-To',
        ['{"group":"a","endpoints":[{"url":"https://www.site.example/g/collect"}]}'],
        [],
    http_headers_gate_reporting_endpoints => 'Reporting-Endpoints',
        ["main=\"$V/r\""], [],
    http_headers_gate_expect_ct => 'Expect-CT',
        ["max-age=9, report-uri=\"$V/ct\""], [],
);

my (%origin, @names, %want, %header);
while (my ($name, $header, $lines, $want) = splice @gated, 0, 4) {
    push @names, $name;
    $header{$name} = $header;
    $origin{$name} = [200, map { ($header => $_) } @$lines];
    $want{$name} = $want eq 'origin' ? $lines : $want;
}

# A report goes where Report-To of this response, or an earlier one, said.
$origin{nel} = [200, NEL => '{"report_to":"a","max_age":9}',
    'Report-To' => qq({"group":"a","endpoints":[{"url":"$V/r"}]})];
$origin{nel_alone} = [200, NEL => '{"report_to":"a","max_age":9}'];
$origin{nel_own} = [200, NEL => '{"report_to":"a","max_age":9}',
    'Report-To' => '{"group":"a","endpoints":[{"url":"https://www.site.example/r"}]}'];

# Set-Cookie: name of the test => line, 1 if it passes.
my %cookie = (
    http_set_cookie_gated     => ['_ga=1; Path=/', 0],
    http_set_cookie_case      => ['_ga=1; PATH=/; DOMAIN=.site.example', 0],
    http_set_cookie_other_path => ['_ga=1; Path=/deep/', 0],
    http_set_cookie_pattern   => ['_ga_ABC=1', 0],
    http_set_cookie_quoted    => ['_ga="a b"; HttpOnly', 0],
    http_set_cookie_blanks    => [" \t_ga\t=1", 0],
    http_set_cookie_nameless  => ['=_ga=1', 0],
    http_set_cookie_partitioned => ['_ga=1; Secure; Partitioned', 0],
    http_set_cookie_own       => ['SESSION=1; HttpOnly', 1],
    http_set_cookie_undeclared => ['basket=1', 1],
    http_set_cookie_other_case => ['_GA=1', 1],
    http_set_cookie_substring => ['my_ga=1', 1],
    http_set_cookie_value     => ['basket=_ga', 1],
);
$origin{$_} = [200, 'sEt-CoOkIe' => $cookie{$_}[0]] for keys %cookie;
$origin{http_set_cookie_many} =
    [200, map { ('Set-Cookie' => $_) } 'a=1', '_ga=1', 'b=2', '_fbp=3', 'c=4'];
$origin{deletes} = [200, 'Set-Cookie' => '_ga=; Max-Age=0; Path=/'];

# Cache headers: the origin's => what leaves.
my $cached = 'private, no-cache';
my %cache = (
    http_cache_none       => [[], { 'Cache-Control' => $cached, Vary => 'Cookie' }],
    http_cache_public     => [['Cache-Control' => 'public, s-maxage=99, max-age=60'],
        { 'Cache-Control' => $cached }],
    http_cache_two_lines  => [['Cache-Control' => 'public', 'Cache-Control' => 'max-age=60'],
        { 'Cache-Control' => $cached }],
    http_cache_no_store   => [['Cache-Control' => 'max-age=0, NO-STORE'],
        { 'Cache-Control' => 'no-store' }],
    http_cache_no_transform => [['Cache-Control' => 'public, no-transform'],
        { 'Cache-Control' => "$cached, no-transform" }],
    http_cache_expires    => [[Expires => 'Thu, 31 Dec 2037 23:55:55 GMT'],
        { Expires => undef, 'Cache-Control' => $cached }],
    http_cache_cdn        => [['CDN-Cache-Control' => 'max-age=60',
        'Surrogate-Control' => 'max-age=60',
        'Cloudflare-CDN-Cache-Control' => 'max-age=60'],
        { 'CDN-Cache-Control' => undef, 'Surrogate-Control' => undef,
          'Cloudflare-CDN-Cache-Control' => undef }],
    http_cache_vary_append => [[Vary => 'Accept-Language'],
        { Vary => 'Accept-Language|Cookie' }],
    http_cache_vary_once  => [[Vary => 'Accept, cookie'], { Vary => 'Accept, cookie' }],
    http_cache_vary_not_the_word => [[Vary => 'X-Cookie-Policy'],
        { Vary => 'X-Cookie-Policy|Cookie' }],
    http_cache_vary_star  => [[Vary => '*'], { Vary => '*' }],
    http_conditional_validators => [[ETag => '"a"', ETag => 'W/"b"',
        'Last-Modified' => 'Thu, 01 Jan 2026 00:00:00 GMT'],
        { ETag => undef, 'Last-Modified' => undef }],
);
$origin{$_} = [200, @{ $cache{$_}[0] }] for keys %cache;

# Redirects.
my %to = (
    vendor   => "$V/p.gif",
    relative => '//analytics.example/p.gif',
    spelt    => "hTTps:\\\\ANALYTICS.example:443/p.gif",
    unlisted => 'https://other.example/p.gif',
    relayed  => '/g/collect?x=1',
);
my %stays = (own => '/p.gif', own_host => 'https://www.site.example/p.gif');
$origin{"to_$_"} = [302, Location => $to{$_}] for keys %to;
$origin{"to_$_"} = [302, Location => $stays{$_}] for keys %stays;
$origin{"to_vendor_$_"} = [$_, Location => $to{vendor}] for 301, 303, 307, 308;
$origin{created} = [201, Location => $to{vendor}];

$t->app(sub {
    my ($req, $out) = @_;
    my ($name) = $req->{path} =~ m{/([\w-]+)$};
    my ($status, @headers) = @{ $origin{ $name || '' } || [200] };

    return $out->respond($status, ['Content-Type' => 'text/html', @headers],
        $PAGE) if $req->{path} !~ /chunked/;

    $out->head($status, ['Content-Type' => 'text/html', @headers,
        'Transfer-Encoding' => 'chunked']);
    for (1 .. 3) { $out->chunk($PAGE x 200); $out->pause(0.02) }
    $out->last_chunk;
});

# The same with third parties allowed: granted, nothing can be held.
my ($allow) = policy(more => 'unlisted third_party=allow;') =~ /(consent_policy.*)/s;
$allow =~ s/consent_policy test/consent_policy open/;

$t->gate(policy() . $allow . <<"END", workers => 1);
    proxy_http_version 1.1;
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  open.site.example;
        consent      open;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /direct/ { proxy_buffering off; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /userid { userid on; userid_name _ga_uid; proxy_pass http://127.0.0.1:%%PORT_app%%/; }
        location /added {
            add_header Set-Cookie "_ga=1; Path=/";
            add_header Set-Cookie "SESSION=1";
            add_header Link "<$V/a.js>; rel=preload; as=script";
            add_header Refresh "1; url=$V/";
            proxy_pass http://127.0.0.1:%%PORT_app%%/;
        }
        location /always {
            add_header Set-Cookie "_ga=1" always;
            return 404;
        }
        location /expires { expires 1h; proxy_pass http://127.0.0.1:%%PORT_app%%/; }
        location /go { return 302 $V/go; }
    }
END

my @host = (host => 'www.site.example');
my $jar = $t->jar;
choose($t, 'accept', jar => $jar, @host);
my @open = (host => 'open.site.example');
my $open = $t->jar;
choose($t, 'accept', jar => $open, @open);

sub lines { my ($r, $name) = @_; return [$r->all($name)] }

# ---- what fetches

for my $name (@names) {
    my $r = $t->get("/$name", @host);
    is_deeply lines($r, $header{$name}), $want{$name}, $name
        or diag explain lines($r, $header{$name});

    my (undef, @sent) = @{ $origin{$name} };
    is_deeply lines($t->get("/$name", jar => $open, @open), $header{$name}),
        [grep { $_ ne $header{$name} } @sent], "$name: granted, the origin's";
}

my $r = $t->get('/nel', @host);
is_deeply [@{ lines($r, 'NEL') }, @{ lines($r, 'Report-To') }], [],
    'http_headers_gate_nel: no report about the network to a gated host';
is_deeply lines($t->get('/nel_alone', @host), 'NEL'), [],
    'http_headers_gate_nel: nor to a group that an earlier response named';
is scalar @{ lines($t->get('/nel_own', @host), 'NEL') }, 1,
    'http_headers_gate_nel: but to the own host';
is scalar @{ lines($t->get('/nel', jar => $open, @open), 'NEL') }, 1,
    'http_headers_gate_nel: and to all, granted';

# ---- redirects

my @image = (headers => { 'Sec-Fetch-Dest' => 'image', 'Sec-Fetch-Mode' => 'no-cors' });
my @visit = (headers => { 'Sec-Fetch-Dest' => 'document', 'Sec-Fetch-Mode' => 'navigate' });

for my $name (map { "to_$_" } sort keys %to) {
    $r = $t->get("/$name", @host, @image);
    is $r->status, 204, "http_headers_gate_location_tracker: $name, for an image: withheld";
    is_deeply [@{ lines($r, 'Location') }, $r->body, $r->{complete}], ['', 1],
        '... without a word of where to';
    is $t->get("/$name", @host, @visit)->status, 302,
        "... $name, where a visitor goes: as the origin says";
}
for my $name (map { "to_$_" } sort keys %stays) {
    is $t->get("/$name", @host, @image)->status, 302,
        "http_headers_gate_location_tracker: $name stays";
}
for my $status (301, 303, 307, 308) {
    is $t->get("/to_vendor_$status", @host, @image)->status, 204,
        "http_headers_gate_location_tracker: $status, too";
}
is $t->get('/created', @host, @image)->status, 201,
    'http_headers_gate_location_tracker: a Location that nobody follows stays';
for my $case (
    ['a frame', 'Sec-Fetch-Dest' => 'iframe', 'Sec-Fetch-Mode' => 'navigate'],
    ['fetch()', 'Sec-Fetch-Dest' => 'empty', 'Sec-Fetch-Mode' => 'cors'],
    ['a prefetch', 'Sec-Fetch-Dest' => 'document', 'Sec-Purpose' => 'prefetch;prerender'],
    ['an old browser\'s image', Accept => 'image/*,*/*;q=0.8'])
{
    my ($who, @headers) = @$case;
    is $t->get('/to_vendor', @host, headers => [@headers])->status, 204,
        "http_headers_gate_location_tracker: withheld from $who";
    is $t->get('/to_vendor', @host, headers => [@headers], jar => $jar)->status, 302,
        '... but granted';
}
is $t->get('/to_vendor', @host, headers => { Accept => 'text/html,*/*;q=0.8' })->status,
    302, 'http_headers_gate_location_tracker: an old browser\'s visitor goes on';
is $t->get('/to_unlisted', @open, @image, jar => $open)->status, 302,
    'http_headers_gate_location_tracker: unlisted, but allowed';
is $t->get('/go', @host, @image)->status, 204,
    'http_headers_gate_location_tracker: return 302 of a location, too';
for my $way (qw(chunked direct/chunked)) {
    $r = $t->get("/$way/to_vendor", @host, @image);
    is_deeply [$r->status, $r->body, $r->{complete}], [204, '', 1],
        "http_headers_gate_location_tracker: $way: with whatever body";
}

ok $t->wait_for(3, sub { grep { ($_->{rewrite} || '') eq 'redirect withheld'
        && "@{ $_->{cl} || [] }" eq 'T-1' && $_->{status} == 204 } $t->evidence }),
    'http_headers_gate_location_tracker: the evidence says so, and under which clause';

# ---- what is stored

for my $name (sort keys %cookie) {
    my ($line, $passes) = @{ $cookie{$name} };
    my $trimmed = $line =~ s/^\s+//r;

    is_deeply lines($t->get("/$name", @host), 'set-cookie'),
        [$passes ? $trimmed : ()], "$name: " . ($passes ? 'passes' : 'dropped');
    is_deeply lines($t->get("/$name", jar => $jar, @host), 'set-cookie'),
        [$trimmed], '... granted, passes';
}
is_deeply lines($t->get('/http_set_cookie_many', @host), 'set-cookie'),
    ['a=1', 'b=2', 'c=4'], 'http_set_cookie_many: one by one, in order';
is_deeply lines($t->get('/http_set_cookie_gated', @host, @image), 'set-cookie'),
    [], 'http_set_cookie_image: on any response, not only a document';
is_deeply lines($t->get('/userid', @host), 'set-cookie'), [],
    'http_set_cookie_userid: what nginx itself sets';
is_deeply lines($t->get('/added', @host), 'set-cookie'), ['SESSION=1'],
    'http_set_cookie_add_header: and what a configuration adds';
is_deeply lines($t->get('/always', @host), 'set-cookie'), [],
    'http_set_cookie_always: also without a decision';
$r = $t->get('/added', @host);
is_deeply [map { @{ lines($r, $_) } } qw(Link Refresh)], [],
    'http_headers_gate_added: what a configuration adds is judged';

# ---- who keeps it, who confirms it

for my $name (sort keys %cache) {
    my $want = $cache{$name}[1];

    for my $who (['', undef], [', granted', $jar]) {
        $r = $t->get("/$name", @host, jar => $who->[1]);
        my %got = map { my $all = join '|', $r->all($_); ($_ => length $all ? $all : undef) }
            keys %$want;
        is_deeply \%got, $want, "$name$who->[0]" or diag explain \%got;
    }
}
$r = $t->get('/expires', @host);
is_deeply [join('|', $r->all('cache-control')), $r->header('expires')],
    [$cached, undef], 'http_cache_expires_directive: expires of nginx, too';

$t->done;
