# First visit: nothing tracks, whatever stands in the site's configuration.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

my $page = <<'END';
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>t</title>
<script async src="https://www.analytics.example/tag.js?id=1"></script>
<script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}gtag('js',new Date())</script>
<link rel="preconnect" href="https://ads.example">
</head><body><p>Hello <img src="/own.png"><img src='https://px.ads.example/p.gif'>
<script>(function(d){var s=d.createElement('script');s.src='https://analytics.example/loader';d.head.appendChild(s)})(document)</script>
<noscript><iframe src="https://www.analytics.example/ns.html"></iframe></noscript>
<iframe src="https://unknown.example/embed"></iframe>
<script src="/app.js"></script></body></html>
END

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html',
        'Set-Cookie' => '_ga=GA1.2.3; Path=/', 'Set-Cookie' => 'SESSION=s; Path=/',
        'Set-Cookie' => '_fbp=fb.1; Path=/', 'Set-Cookie' => 'other=o; Path=/',
        'Link' => '<https://ads.example/x.css>; rel=preload; as=style, </own.css>; rel=preload',
        'Refresh' => '5; url=https://ads.example/', 'ETag' => '"x"',
        'Last-Modified' => 'Mon, 02 Nov 2026 00:00:00 GMT',
        'Cache-Control' => 'public, max-age=600'], $page);
});

$t->gate(policy() . <<'END');
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        proxy_http_version 1.1;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /open/ { consent off; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location = /word { return 200 "<p><script src=https://ads.example/a.js></script>"; default_type text/html; }
        location = /empty { return 204; }
    }
END

my @host = (host => 'www.site.example');
my $r = $t->get('/', @host, headers => {Cookie => '_ga=GA1.9; SESSION=abc; _fbp=fb; keep="x y"; _ga_X1=1',
    'Accept-Encoding' => 'gzip', 'Range' => 'bytes=0-5', 'If-None-Match' => '"x"'});

is $r->status, 200, 'the page is served';
# A placeholder has a link, which is followed, not fetched.
unlike $r->body =~ s{&lt;a\b.*?&gt;}{}gr, qr{\s(?:src|href)\s*=\s*["']?https://[^"'>]*(?:analytics|ads|unknown)\.example},
    'no attribute that a browser fetches names a shut or unknown host';
like $r->body, qr{<script type="text/plain" data-ngxc-hold="analytics-co" data-ngxc-purpose="analytics" async data-ngxc-src="https://www\.analytics\.example/tag\.js\?id=1"></script>},
    'a held script stays in place, marked, complete';
like $r->body, qr{<script type="text/plain" data-ngxc-hold="analytics-co" data-ngxc-purpose="analytics">\(function\(d\)},
    'an inline loader is held, its body untouched';
like $r->body, qr{<script>window\.dataLayer=}, 'calls stay the site\'s own code';
like $r->body, qr{data-ngxc-hold="unlisted"[^>]*data-ngxc-src="https://unknown\.example/embed"},
    'a host in no vendor is held as unlisted';
like $r->body, qr{<script src="/app\.js"></script>}, 'own scripts are untouched';
is scalar(() = $r->body =~ /id="ngx-consent"/g), 1, 'one banner stands';

is_deeply [map { s/=.*//r } $r->all('set-cookie')],
    [qw(SESSION other), ("_ga") x 3, ("_fbp") x 3, ("_ga_X1") x 3],
    'gated Set-Cookie lines are dropped; gated cookies sent by the browser expire';
ok !token_of($r), 'no cookie of ours';
is $r->header('link'), '</own.css>; rel=preload', 'Link loses the gated value only';
is $r->header('refresh'), undef, 'Refresh to a gated host is dropped';
is $r->header('etag'), undef, 'no validator of the origin confirms an edited page';
is $r->header('last-modified'), undef, 'nor its date';
is $r->header('cache-control'), 'private, no-cache', 'an edited page is kept by no shared cache';
like join(',', $r->all('vary')), qr/Cookie/, 'and varies by cookie';

my ($seen) = $t->app_log(1);
is $seen->{cookie}, 'SESSION=abc; keep="x y"', 'the origin receives no gated cookie';
my %sent = map { lc $_ => $seen->{headers}{$_} } keys %{ $seen->{headers} };
is $sent{'accept-encoding'}, undef, 'and is not asked to code a document';
is $sent{range}, undef, 'nor for a part of it';
is $sent{'if-none-match'}, undef, 'nor whether it changed';

$r = $t->get('/open/', @host, headers => {Cookie => '_ga=1; ngxc=x'});
is $r->body, $page, 'consent off: the page is the origin\'s, byte for byte';
($seen) = grep { $_->{path} eq '/open/' } $t->app_log(2);
is $seen->{cookie}, '_ga=1', 'and so are the cookies, but for our token';

$r = $t->get('/word', @host);
unlike $r->body, qr/ src=https/, 'an answer of nginx\'s own is gated, too';
unlike $r->body, qr/ngx-consent/, 'a fragment gets no banner';

is $t->get('/empty', @host)->status, 204, '204 stays 204';

$r = $t->head('/', @host);
is $r->header('content-length'), undef, 'HEAD promises no length';
is $r->header('cache-control'), 'private, no-cache', 'HEAD has the headers of GET';

$r = $t->get('/g/collect?v=2', @host);
is $r->status, 204, 'a relayed endpoint is answered here';
is scalar(grep { $_->{path} =~ m{/g/collect} } $t->app_log(2)), 0, 'and never reaches the origin';

$r = $t->get('/', @host, headers => {'X-Requested-With' => 'XMLHttpRequest'});
unlike $r->body, qr/id="ngx-consent"/, 'no banner in what a script asked for';
$r = $t->get('/', @host, headers => {'Sec-Fetch-Dest' => 'iframe'});
unlike $r->body, qr/id="ngx-consent"/, 'no banner in a frame';
$r = $t->get('/', @host, headers => {'Sec-GPC' => '1'});
unlike $r->body, qr/id="ngx-consent"/, 'no banner for a visitor whose browser refuses already';
unlike $r->body, qr{ src="https://www\.analytics}, 'whose page is shut';


# The banner speaks the page's language, the browser's where the page is silent
# or speaks one that the policy has not.

$r = $t->get('/', @host, headers => { 'Accept-Language' => 'ja' });
like $r->body, qr/id="ngx-consent"[^>]*lang="en"/, 'an English page has an English banner for a Japanese browser';
$r = $t->get('/.consent/', @host, headers => { 'Accept-Language' => 'ja,en;q=0.5' });
like $r->body, qr/<html[^>]*lang="ja"/, 'our own page speaks the browser\'s language';
$r = $t->get('/.consent/?lang=en', @host, headers => { 'Accept-Language' => 'ja' });
like $r->body, qr/<html[^>]*lang="en"/, 'or the one that was asked for';

$t->done;
