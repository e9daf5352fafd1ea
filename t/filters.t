# Whatever nginx does to a page after the origin or before the browser: what
# arrives is judged, or walled off.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Compress::Gzip qw(gzip);
use IO::Uncompress::Gunzip qw(gunzip);
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

my $script = '<script src="https://analytics.example/a.js"></script>';
my $page = "<!doctype html><html><head><title>t</title></head><body><p>x$script" . '<p>text' x 300 . '</body></html>';
my $coded;
gzip(\$page, \$coded);

$t->app(sub {
    my ($req, $out) = @_;
    my ($name) = $req->{path} =~ m{(\w+)$};
    my @html = ('Content-Type' => 'text/html');

    return $out->respond(200, [@html, 'Content-Encoding' => 'gzip'], $coded) if $name eq 'coded';
    return $out->respond(200, [@html, 'Content-Encoding' => 'x-unknown'], $page) if $name eq 'unknown';
    return $out->respond(200, ['Content-Type' => 'application/xhtml+xml'],
        qq{<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head><body>$script</body></html>}) if $name eq 'xhtml';
    return $out->respond(200, [], $page) if $name eq 'typeless';
    return $out->respond(200, ['Content-Type' => 'TEXT/HTML;charset=utf-8'], $page) if $name eq 'upper';
    return $out->respond(206, [@html, 'Content-Range' => 'bytes 5-9/100'], $script) if $name eq 'part';
    return $out->respond(200, [@html, 'X-Accel-Redirect' => '/inside/page.html'], 'no') if $name eq 'accel';
    return $out->respond(403, [@html], 'no') if $name eq 'denied';
    return $out->respond(500, [@html], $page) if $name eq 'broken';
    return $out->respond(200, ['Content-Type' => 'text/plain'], $page) if $name eq 'text';
    $out->respond(200, [@html], $page);
});

$t->write('www/page.html', $page);
$t->write('www/index.html', $page);
$t->write('www/x.html', $page =~ s/<p>x/<p>not found/r);
$t->write('www/pre.html', $page);
$t->write('www/pre.html.gz', $coded);
$t->write('www/ssi.html', '<!doctype html><title>t</title><body><p><!--#include virtual="/first.txt" --><!--#include virtual="/second.txt" --><p>end');
$t->write('www/first.txt', '<script src="https://analy');
$t->write('www/second.txt', 'tics.example/a.js"></script>');
$t->write('www/nested.html', '<!doctype html><title>t</title><body><p><!--#include virtual="/remote" wait="yes" --><p>end');
$t->write('www/before.txt', '<p>before' . $script);
$t->write('www/after.txt', '<p>after' . $script);
$t->write('www/sub.html', '<!doctype html><title>t</title><body><p>HERE</p>');

$t->gate(policy(more => 'unlisted third_party=analytics;') . <<'END', workers => 1);
    gzip_min_length 1;
    charset_map koi8-r utf-8 { C0 D18E; }
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        root         %%DIR%%/www;
        client_max_body_size 10;
        error_page   400 413 404 /x.html;
        add_header   X-State "$consent_state" always;

        location / { try_files $uri $uri/ @app; }
        location @app { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /back/ { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /any/ { satisfy any; allow 127.0.0.1; deny all; auth_request /back/denied; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location = /remote { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /gzip/ { gzip on; gzip_vary on; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /gunzip/ { gunzip on; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /both/ { gunzip on; gzip on; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location = /pre.html { gzip_static on; }
        location = /always/pre.html { gzip_static always; gunzip on; alias %%DIR%%/www/pre.html; }
        location = /ssi.html { ssi on; }
        location = /nested.html { ssi on; }
        location = /sub.html { sub_filter HERE '<script src="https://analytics.example/a.js"></script>'; }
        location = /add/page.html { add_before_body /before.txt; add_after_body /after.txt; alias %%DIR%%/www/page.html; }
        location /inside/ { internal; alias %%DIR%%/www/; }
        location /caught/ { proxy_intercept_errors on; error_page 500 = /page.html; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /missing/ { error_page 404 = /x.html; return 404; }
        location /word { default_type text/html; return 200 '<p><script src="https://analytics.example/a.js"></script>'; }
        location /private/ { auth_request /auth; error_page 403 /x.html; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location = /auth { internal; proxy_pass http://127.0.0.1:%%PORT_app%%/denied; }
        location /copied/ { mirror /copy; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location = /copy { internal; proxy_pass http://127.0.0.1:%%PORT_app%%/copy; }
        location /charset/ { charset utf-8; source_charset koi8-r; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /dir/ { autoindex on; }
    }
END

mkdir $t->dir . '/www/dir';
my @host = (host => 'www.site.example');
my $jar = $t->jar;
choose($t, 'accept', jar => $jar, @host);

sub gated {
    my ($r, $what, $status, $tags) = @_;
    is $r->status, $status || 200, "$what: status";
    unlike $r->body, qr/<script\s+src="https/, '... nothing loads';
    is scalar(() = $r->body =~ /data-ngxc-src="https:\/\/analytics\.example\/a\.js"/g), defined $tags ? $tags : 1,
        '... every tracker stands held';
    ok $r->{complete}, '... to a regular end';
}

sub walled {
    my ($r, $what, %o) = @_;
    my ($csp) = grep { /default-src 'none'/ } $r->all('content-security-policy');
    is $r->status, $o{status} || 200, "$what: status";
    like $csp || '', qr/sandbox(?!.*allow-scripts)/, '... nothing executes';
    unlike $csp || '', qr/https?:|script-src|\*/, '... nothing is fetched elsewhere';
}

# ---- codings

my $r = $t->get('/gzip/page', @host, headers => {'Accept-Encoding' => 'gzip'});
is $r->header('content-encoding'), 'gzip', 'gzip codes the gated page';
my $plain;
gunzip(\$r->{body}, \$plain);
gated(bless({ %$r, body => $plain }, ref $r), 'decompressed');
like join(',', $r->all('vary')), qr/Accept-Encoding/, 'Vary names the encoding';
like join(',', $r->all('vary')), qr/Cookie/, 'and the cookie';
is $t->get('/gzip/page', @host)->header('content-encoding'), undef, 'not for whom does not ask';
is(($t->app_log(1))[0]{headers}{'accept-encoding'}, undef, 'the origin was not asked to code');

walled($t->get("/back/unknown", @host, headers => {'Accept-Encoding' => 'gzip'}), 'an origin that codes anyway, as nobody knows');
gated($t->get('/back/coded', @host), 'an origin that codes anyway, with gzip');
gated($t->get('/gunzip/coded', @host, headers => {'Accept-Encoding' => 'gzip'}), 'gunzip on');
$r = $t->get('/both/coded', @host, headers => {'Accept-Encoding' => 'gzip'});
gunzip(\$r->{body}, \$plain);
gated(bless({ %$r, body => $plain }, ref $r), 'gunzip and gzip on');

gated($t->get('/pre.html', @host, headers => {'Accept-Encoding' => 'gzip'}), 'gzip_static on');
gated($t->get('/always/pre.html', @host, headers => {'Accept-Encoding' => 'gzip'}), 'gzip_static always with gunzip');

# ---- what nginx puts together

gated($t->get('/ssi.html', @host), 'a tag of two includes');
gated($t->get('/nested.html', @host), 'an include from the origin');
gated($t->get('/sub.html', @host), 'what sub_filter inserts');
gated($t->get('/add/page.html', @host), 'what is added before and after', 200, 3);

# ---- charsets and types

gated($t->get('/charset/page', @host), 'a page that is converted');
gated($t->get('/back/typeless', @host), 'no content type');
gated($t->get('/back/upper', @host), 'a content type in capitals');
is $t->get('/back/text', @host)->body, $page, 'plain text is the origin\'s';
$r = $t->get('/back/xhtml', @host);
gated($r, 'XHTML');
unlike $r->body, qr/id="ngx-consent"/, '... without a banner that would break it';
walled($t->get('/back/part', @host), 'a part of a document', status => 206);

# ---- where nginx goes

gated($t->get('/', @host), 'index');
gated($t->get('/page.html', @host), 'try_files: a file');
gated($t->get('/nowhere', @host), 'try_files: a named location');
gated($t->get('/missing/a', @host), 'error_page 404 = /x.html');
gated($t->get('/caught/broken', @host), 'error_page of an origin\'s error');
gated($t->get('/back/broken', @host), 'an origin\'s own error page', 500);
gated($t->get('/back/accel', @host), 'X-Accel-Redirect');
gated($t->get('/any/a', @host), 'satisfy any, and one of two lets in');
gated($t->get('/private/a', @host), 'a denial of auth_request', 403);
gated($t->get('/copied/a', @host), 'a mirrored request');
gated($t->get('/word', @host), 'return 200');
gated($t->raw(["GET / HTTP/1.1\r\nHost: www.site.example\r\nBad Header\r\nContent-Length: x\r\n\r\n"]), 'a bad request', 400);
gated($t->raw(["GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"]), 'a request with two hosts', 400);
gated($t->post('/back/a', @host, body => 'x' x 50), 'a body too large', 413);
is $t->get('/dir/', @host)->status, 200, 'autoindex';
is $t->get('/', @host, headers => {'X-Large' => 'x' x 20000})->status, 400, 'a header too large is nginx\'s answer';
gated($t->get('/', @host, headers => {'X-Large' => 'x' x 7000, 'Cookie' => '_ga=1; ' . 'k=' . 'y' x 6000}), 'large headers');

for my $path (qw(/ /nowhere /missing/a /caught/broken /back/accel /any/a /ssi.html /word)) {
    $r = $t->get($path, jar => $jar, @host);
    like $r->body, qr/<script src="https:\/\/analytics/, "granted, $path: the tracker loads"
        if $path ne '/word';
    is $r->header('x-state'), 'granted', '... the decision is kept' if $path ne '/word';
}

$t->done;
