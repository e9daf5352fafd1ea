# HTTP around the gate: methods, ranges, conditions, statuses, caches, old
# versions, trailers, upgrades.  docs/http.md names these tests.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(time sleep);
use Consent;
use Consent::Site;

my $t = Consent->new;

my $TAG = '<script src="https://analytics.example/a.js"></script>';
my $PAGE = "<!doctype html><title>t</title><body><p>x$TAG" . '<p>filler' x 500
    . '</body></html>';
my $LIVE = qr{<script src="https://analytics};
my $HELD = qr{data-ngxc-src="https://analytics};
my @VALID = (ETag => '"v1"', 'Last-Modified' => 'Thu, 01 Jan 2026 00:00:00 GMT');

sub conditional { my ($req) = @_; return $req->header('If-None-Match') || $req->header('If-Modified-Since') }

$t->app(sub {
    my ($req, $out) = @_;
    my $path = $req->{path};
    my @html = ('Content-Type' => 'text/html; charset=utf-8', @VALID);

    if ($path =~ m{/ws$}) {
        $out->write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            . "Connection: Upgrade\r\n\r\n<script src=\"https://analytics.example/a.js\">");
        sysread $out->{s}, my $said, 100;
        return $out->write("said $said");
    }
    return $out->respond($1, \@html, $PAGE) if $path =~ m{/status/(\d+)};
    return $out->respond(304, [@VALID]) if $path =~ m{/stubborn};
    return $out->respond(200, ['X-Accel-Redirect' => '/stubborn']) if $path =~ m{/accel};
    return $out->respond(304, [@VALID]) if $path =~ m{/(?:valid|cache)} && conditional($req);
    return $out->respond(206, [@html, 'Content-Range' => 'bytes 0-99/9999'], substr $PAGE, 0, 100)
        if $path =~ m{/part};
    if ($path =~ m{/slice} && ($req->header('Range') || '') =~ /bytes=(\d+)-(\d+)/) {
        my ($from, $to) = ($1, $2 < length $PAGE ? $2 : length($PAGE) - 1);
        return $out->respond(206, [@html, 'Content-Range' => "bytes $from-$to/" . length $PAGE],
            substr $PAGE, $from, $to - $from + 1);
    }
    $out->pause(0.3) if $path =~ m{/lock|/background/.*new} || $req->{uri} =~ /slow/;
    return $out->respond(200, [@html, 'Accept-Ranges' => 'bytes',
        'Cache-Control' => $path =~ m{/short|/background|/stale|/reval} ? 'max-age=1' : 'max-age=60'],
        $path =~ m{/two$} ? $PAGE =~ s/<p>x/<p>two/r : $PAGE);
});

$t->write('www/page.html', $PAGE);
$t->write('www/denied.html', $PAGE);
$t->write('www/dir/a<b>.html', $PAGE);
$t->write('www/dir/file.txt', 'text');
$t->write('htpasswd', "u:{PLAIN}p\n");

my $APP = 'proxy_pass http://127.0.0.1:%%PORT_app%%;';
my $gate = policy() . <<"END";
    proxy_cache_path  %%DIR%%/cache levels=1 keys_zone=pages:1m;
    proxy_http_version 1.1;
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        root         %%DIR%%/www;
        add_header   X-Cache \$upstream_cache_status always;
        add_header   X-State "\$consent_state" always;
        location / { $APP }
        location = /page.html { }
        location /tried/ { try_files /none \@app; }
        location \@app { $APP }
        location /dir/ { autoindex on; }
        location /basic/ { auth_basic realm; auth_basic_user_file %%DIR%%/htpasswd; error_page 401 /denied.html; }
        location /bare { auth_basic realm; auth_basic_user_file %%DIR%%/htpasswd; }
        location /html { default_type text/html; return 200 '<p>x$TAG'; }
        location /gone { default_type text/html; return 410 '<p>x$TAG'; }
        location /bad { proxy_pass http://127.0.0.1:1; error_page 502 /denied.html; }
        location /bad_plain { proxy_pass http://127.0.0.1:1; }
        location /cache { proxy_cache pages; proxy_cache_key \$uri; $APP }
        location /cache/lock { proxy_cache pages; proxy_cache_key \$uri; proxy_cache_lock on; $APP }
        location /cache/stale { proxy_cache pages; proxy_cache_key \$uri; proxy_cache_use_stale error http_500; $APP }
        location /cache/background { proxy_cache pages; proxy_cache_key \$uri; proxy_cache_use_stale updating;
            proxy_cache_background_update on; $APP }
        location /cache/reval { proxy_cache pages; proxy_cache_key \$uri; proxy_cache_revalidate on; $APP }
        location /cache/nohead { proxy_cache pages; proxy_cache_key \$uri\$request_method; proxy_cache_convert_head off; $APP }
        location /forced { proxy_force_ranges on; $APP }
        location /slice { slice 1k; proxy_cache pages; proxy_cache_key \$uri\$slice_range;
            proxy_set_header Range \$slice_range; proxy_cache_valid 200 206 1h; $APP }
        location /trailer { add_trailer X-Sum abc always; $APP }
        location /trailer_off { consent off; add_trailer X-Sum abc always; $APP }
        location /ws { proxy_set_header Upgrade \$http_upgrade; proxy_set_header Connection upgrade; $APP }
        location /coded { add_header Content-Encoding x-unknown; alias %%DIR%%/www/page.html; default_type text/html; types { } }
    }
END

$t->gate($gate, workers => 1);

my @host = (host => 'www.site.example');
my $jar = $t->jar;
choose($t, 'accept', jar => $jar, @host);

sub gated {
    my ($r, $what, $status) = @_;
    my $good = $r->status == ($status || 200) && $r->body =~ $HELD
        && $r->body !~ $LIVE && $r->{complete};
    return ok $good, $what
        || diag $r->status, ' ', length $r->body, ' ', substr($r->body, 0, 200);
}

# ---- HEAD, which is not told the length that only a body has (RFC 9110, 9.3.2)

sub head_of { return [sort map { lc("$_->[0]: ") . $_->[1] }
    grep { $_->[0] !~ /^(?:transfer-encoding|content-length|date|x-cache)$/i } @{ $_[0]{headers} }] }

for my $path (qw(/ /page.html /cache/head /cache/nohead /html /gone /status/404
    /basic/x /dir/ /bad /coded /slice/head /valid))
{
    my $get = $t->get($path, @host);
    $get = $t->get($path, @host) if $path =~ /cache|slice/;    # a HIT, as HEAD's
    my $head = $t->head($path, @host);
    is $head->body, '', "http_head_matches_get_headers: $path: no body";
    is_deeply head_of($head), head_of($get), '... the headers of GET'
        or diag explain head_of($head), head_of($get);
    is $head->header('content-length') // $head->header('accept-ranges') // $head->header('etag'),
        $path eq '/coded' ? $head->header('content-length') : undef, '... no length, range, validator';
}

# ---- ranges

for my $range ('bytes=0-99', 'bytes=-50', 'bytes=100-', 'bytes=0-1,5-9', 'bytes=99999-', 'x=1') {
    for my $path (qw(/page.html / /cache/range /forced /slice/range)) {
        my $r = $t->get($path, @host, headers => { Range => $range });
        gated($r, "http_range_ignored: $path, $range: the whole page");
        is $r->header('content-range'), undef, '... not a part';
    }
}
gated($t->get('/page.html', @host, headers => { Range => 'bytes=0-99', 'If-Range' => '"v1"' }),
    'http_range_ignored: If-Range, too');
$t->clear_log('app');
$t->get('/', @host, headers => { Range => 'bytes=0-9', 'If-Range' => 'x' });
is_deeply [grep { defined } map { @{ $_->{headers} }{qw(range if-range)} } $t->app_log(1)], [],
    'http_range_ignored: the origin is not asked for a part';
my $r = $t->get('/part', @host);
is $r->status, 206, 'http_range_upstream_206: a part of a document that nobody asked for';
like join(' ', $r->all('content-security-policy')), qr/default-src 'none'.*sandbox/, '... is walled off';
is $r->body, substr($PAGE, 0, 100), '... not edited in the middle';

# ---- conditions

for my $condition (['If-None-Match' => '"v1"'], ['If-None-Match' => '*'],
    ['If-Modified-Since' => 'Thu, 01 Jan 2026 00:00:00 GMT'],
    ['If-Modified-Since' => 'Fri, 01 Jan 2100 00:00:00 GMT'],
    ['If-Match' => '"other"'], ['If-Unmodified-Since' => 'Thu, 01 Jan 1970 00:00:01 GMT'])
{
    for my $path (qw(/page.html /valid /cache/conditional)) {
        gated($t->get($path, @host, headers => [@$condition]),
            "http_conditional_ignored: $path, $condition->[0]: the page");
        is $t->get($path, @host, headers => [@$condition], jar => $jar)->status, 200,
            '... granted, the page as well';
    }
}
$r = $t->get('/valid', @host, headers => { 'Sec-Fetch-Dest' => 'document', 'If-None-Match' => '"v1"' });
is join('|', map { $r->header($_) // '-' } qw(etag last-modified)), '-|-',
    'http_conditional_validators: none of the origin\'s leaves';

my $leaver = $t->jar;
choose($t, 'accept', jar => $leaver, @host);
like $t->get('/valid', @host, jar => $leaver)->body, $LIVE, 'a page, granted';
choose($t, 'withdraw', jar => $leaver, @host);
for my $condition (['If-None-Match' => '"v1"'], ['If-Modified-Since' => 'Fri, 01 Jan 2100 00:00:00 GMT']) {
    for my $path (qw(/valid /page.html /cache/withdrawn /cache/withdrawn)) {
        gated($t->get($path, @host, jar => $leaver, headers => [@$condition]),
            "304_after_withdrawal_impossible: $path, $condition->[0]");
    }
}
$r = $t->get('/stubborn', @host, headers => { 'If-None-Match' => '"old"' });
is $r->status, 502, '304_from_upstream_blocked: a copy from before the gate is not confirmed';
is $t->get($_, @host, headers => { 'If-None-Match' => '"old"' })->status, 502,
    "... nor behind an internal redirect: $_" for qw(/accel /tried/stubborn);
is $t->get('/stubborn', @host)->status, 304, '... who asked for no 304 has no such copy';
is $t->get('/stubborn', @host, headers => { 'If-None-Match' => '"old"', 'Sec-Fetch-Dest' => 'image' })->status, 304,
    '... nor is an image one';

# ---- statuses

for my $status (200, 201, 202, 203, 226, 300, 400, 401, 402, 403, 404, 405, 406,
    409, 410, 418, 422, 429, 451, 500, 501, 502, 503, 504, 599)
{
    $r = $t->get("/status/$status", @host);
    gated($r, "http_status_$status: its body is gated", $status);
    is scalar(() = $r->body =~ /id="ngx-consent"/g), 1, '... with a banner';
}
for my $status (301, 302, 303, 307, 308) {
    gated($t->get("/status/$status", @host), "http_status_$status: without Location, a browser shows its body", $status);
}
for my $status (204, 205) {
    $r = $t->get("/status/$status", @host);
    is $r->status, $status, "http_status_$status: passes";
    unlike $r->body, $LIVE, '... and nothing raw';
}
gated($t->get('/html', @host), 'http_status_return_200: return 200 "html"');
gated($t->get('/gone', @host), 'http_status_return_410', 410);
gated($t->get('/bad', @host), 'http_status_error_page: of a dead origin', 502);
$r = $t->get('/bad_plain', @host);
is $r->status, 502, 'http_status_50x: nginx\'s own page';
like $r->body, qr/<html>.*Bad Gateway/s, '... as it is';
$r = $t->get('/basic/x', @host, headers => { Cookie => '_ga=1' });
gated($r, 'http_status_auth_denied: the page of a denial', 401);
is $r->header('www-authenticate'), 'Basic realm="realm"', '... which asks for the password';
$r = $t->get('/bare', @host, headers => { Cookie => '_ga=1' });
is $r->status, 401, 'http_status_auth_denied: nginx\'s own';
is_deeply [$r->all('set-cookie'), grep { /ngx-consent/ } $r->body], [],
    '... was decided about by nobody: no banner, no expiry';
$r = $t->get('/dir/', @host);
is $r->status, 200, 'http_status_autoindex';
like $r->body, qr{<a href="a%3Cb%3E\.html">a&lt;b&gt;\.html</a>}, '... is the list';
like $r->body, qr/id="ngx-consent"/, '... with a banner';

# ---- versions

my $raw = $t->raw(["GET /page.html\r\n"])->{raw};
like $raw, $HELD, 'http_0_9: an answer without headers is gated';
unlike $raw, $LIVE, '... nothing loads';
$raw = $t->raw(["GET /coded\r\n"])->{raw};
is $raw, '', 'http_0_9: what needs a wall, which is a header, does not leave';
$r = $t->raw(["GET / HTTP/1.0\r\nHost: www.site.example\r\n\r\n"]);
gated($r, 'http_1_0: gated');
is $r->header('transfer-encoding'), undef, '... not chunked';
$r = $t->raw(["GET /page.html HTTP/1.0\r\nHost: www.site.example\r\nConnection: keep-alive\r\n\r\n"]);
gated($r, 'http_1_0_keepalive: ends with the connection');

# ---- trailers, upgrades

for my $path (qw(/trailer /trailer_off)) {
    $r = $t->get($path, @host, headers => { TE => 'trailers' });
    is $r->header('trailer') // $r->header('transfer-encoding'), 'chunked', "$path is chunked"
        if $path eq '/trailer';
    like $r->{raw}, qr/\r\n0\r\nX-Sum: abc\r\n\r\n\z/, "http_trailers: $path: they stay"
        if $path eq '/trailer' || $r->{raw} =~ /chunked/;
}
my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port('gate'));
print $s "GET /ws HTTP/1.1\r\nHost: www.site.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
my $got = '';
$t->wait_for(3, sub { sysread($s, $got, 4096, length $got) && $got =~ /a\.js/ });
print $s 'hello';
$t->wait_for(3, sub { !sysread($s, $got, 4096, length $got) });
like $got, qr{^HTTP/1.1 101 .*\r\n\r\n<script src="https://analytics.example/a.js">said hello$}s,
    'http_status_101: an upgraded connection is nobody\'s document';

# ---- caches: the origin's body is stored, each visitor gets an own one

sub cached {
    my ($path, $want, $what) = @_;
    my $open = $t->get($path, @host, jar => $jar);
    my $state = $open->header('x-cache');
    my $shut = $t->get($path, @host);

    like $state, $want, "http_cache_$what";
    is $open->body =~ $LIVE && $open->header('x-state'), 'granted', '... granted, it is open';
    gated($shut, "http_cache_$what: without consent, gated (" . $shut->header('x-cache') . ')');
    is join('|', $shut->all('cache-control')), 'private, no-cache', '... and kept by no cache before us';
}

gated($t->get('/cache/x', @host), 'http_cache_MISS: gated');
cached('/cache/x', qr/^HIT$/, 'HIT');
unlike join('', map { $t->read("cache/$_") } map { s{.*/cache/}{}r } glob $t->dir . '/cache/*/*'),
    qr/ngx-consent|data-ngxc/, 'http_cache_origin: what is stored is the origin\'s';

$t->get("/cache/$_", @host) for qw(stale/1 background/1 reval/1);
sleep 2.1;
$t->clear_log('app');
cached('/cache/reval/1', qr/^(?:REVALIDATED|HIT)$/, 'REVALIDATED');
my ($asked) = grep { $_->{uri} =~ /reval/ } $t->app_log(1);
is $asked->{headers}{'if-none-match'}, '"v1"', '... by nginx, with the validator of the stored body';
is $t->get('/cache/background/1?slow', @host, until => qr{</body>})->header('x-cache'), 'STALE',
    'http_cache_UPDATING: a background update begins';
cached('/cache/background/1', qr/^(?:STALE|UPDATING)$/, 'UPDATING');
ok $t->wait_for(5, sub { $t->get('/cache/background/1', @host)->header('x-cache') eq 'HIT' }),
    '... and ends';
cached('/cache/background/1', qr/^HIT$/, 'background_update');

my @kids;
for my $i (1 .. 3) {
    my $pid = open my $fh, '-|';
    if (!$pid) {
        my $one = $t->get('/cache/lock/1', @host, $i == 2 ? (jar => $jar) : ());
        print $one->body =~ $LIVE ? 'open' : $one->body =~ $HELD ? 'shut' : 'odd';
        close STDOUT;
        require POSIX;
        POSIX::_exit(0);
    }
    push @kids, $fh;
}
is join(' ', map { my $fh = $_; scalar <$fh> } @kids), 'shut open shut',
    'http_cache_lock: who waits for one answer gets an own page';

kill 'TERM', $t->pid('app');
$t->wait_for(3, sub { $t->get('/', @host)->status == 502 });
cached('/cache/stale/1', qr/^STALE$/, 'STALE');

$t->done;
