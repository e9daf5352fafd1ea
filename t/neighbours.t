# The filter among its neighbours: what SSI, sub_filter, addition and gunzip
# make is judged, what gzip codes was judged before; buffers come back, however
# small they are, however slowly they leave, and whoever goes away.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use IO::Socket::INET;
use IO::Uncompress::Gunzip qw(gunzip);
use IO::Compress::Gzip qw(gzip);
use Time::HiRes qw(sleep);
use Consent;
use Consent::Site;

my $t = Consent->new;

my $TAG  = '<script src="https://analytics.example/a.js"></script>';
my $LIVE = qr{<script src="https://analytics\.example/a\.js"};
my $FILL = '<p>' . 'filling text ' x 40 . "</p>\n";
my $HEAD = '<!doctype html><title>t</title><body>';
my $PAGE = $HEAD . ($FILL . $TAG . "\n") x 400 . '<p>the end';

gzip(\$PAGE => \my $coded);

$t->app(sub {
    my ($req, $out) = @_;
    my $path = $req->{path};
    my @html = ('Content-Type' => 'text/html');

    return $out->respond(200, \@html, $TAG) if $path =~ /part/;
    return $out->respond(404, \@html, "$HEAD$TAG") if $path =~ /missing/;
    return $out->respond(200, [@html, 'Content-Encoding' => 'gzip'], $coded)
        if $path =~ /coded/;
    return $out->respond(200, \@html,
        "$HEAD<p>a<!--#include virtual=\"/part\" -->b<!--#include "
        . 'virtual="/part2" --><p>c') if $path =~ /ssi/;
    return $out->respond(200, \@html, "$HEAD<p>PLACE<p>c") if $path =~ /sub/;
    return $out->respond(200, \@html, $PAGE);
});

$t->write('www/file.html', $PAGE);
$t->write('www/error.html', "$HEAD$TAG<p>error page");

$t->gate(policy() . <<"END");
    proxy_cache_path  %%DIR%%/cache keys_zone=pages:1m;
    proxy_http_version 1.1;

    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        root         %%DIR%%/www;

        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /ssi { ssi on; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /sub {
            sub_filter PLACE '$TAG';
            proxy_pass http://127.0.0.1:%%PORT_app%%;
        }
        location /added {
            add_before_body /part;
            add_after_body  /part;
            proxy_pass http://127.0.0.1:%%PORT_app%%;
        }
        location /coded { gunzip on; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /gzip { gzip on; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /small {
            proxy_buffers 2 1k;
            proxy_buffer_size 1k;
            proxy_busy_buffers_size 1k;
            proxy_max_temp_file_size 0;
            limit_rate 300k;           # the buffers come back late
            proxy_pass http://127.0.0.1:%%PORT_app%%;
        }
        location /temp {
            proxy_buffers 2 1k;
            proxy_buffer_size 1k;
            proxy_busy_buffers_size 1k;
            limit_rate 300k;
            proxy_pass http://127.0.0.1:%%PORT_app%%;
        }
        location /direct {
            proxy_buffering off;
            proxy_pass http://127.0.0.1:%%PORT_app%%;
        }
        location /cached {
            proxy_cache pages;
            proxy_cache_valid 1m;
            proxy_pass http://127.0.0.1:%%PORT_app%%;
        }
        location /file { sendfile on; output_buffers 1 2k; try_files /file.html =404; }
        location /threads { aio threads; limit_rate 300k; try_files /file.html =404; }
        location /missing {
            proxy_intercept_errors on;
            error_page 404 /error.html;
            proxy_pass http://127.0.0.1:%%PORT_app%%;
        }
        location = /error.html { }
    }
END

my @host = (host => 'www.site.example', timeout => 20);

sub judged {
    my ($body, $tags, $what) = @_;

    unlike $body, $LIVE, "$what: no tag is live";
    is scalar(() = $body =~ /data-ngxc-src="https:\/\/analytics/g), $tags,
        "$what: every tag stands there, held";
}

for my $case (['/ssi', 2, 'SSI'], ['/sub', 1, 'sub_filter'],
    ['/missing', 1, 'an error page'])
{
    my ($path, $tags, $what) = @$case;
    judged($t->get($path, @host)->body, $tags, $what);
}
judged($t->get('/added', @host)->body, 402, 'addition');

for my $path (qw(/coded /small /temp /direct /cached /cached /file /threads)) {
    my $r = $t->get($path, @host);

    judged($r->body, 400, $path);
    is scalar(() = $r->body =~ /filling text/g), 400 * 40,
        "$path: the text between is whole";
    like $r->body, qr/the end$/, "$path: to its end";
}

my $r = $t->get('/gzip', @host, headers => { 'Accept-Encoding' => 'gzip' });
is $r->header('content-encoding'), 'gzip', 'gzip codes the edited page';
my $coded_body = $r->body;
gunzip(\$coded_body => \my $plain);
judged($plain, 400, 'gzip');

# ---- who reads slowly, and who leaves

sub visitor {
    my ($path) = @_;
    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
        PeerPort => $t->port('gate')) or die "connect: $!\n";

    print $s "GET $path HTTP/1.1\r\nHost: www.site.example\r\n\r\n";
    return $s;
}

for my $path (qw(/small /temp /direct /file /gzip /ssi)) {
    my $s = visitor($path);
    sysread $s, my $some, 3000;
    close $s;
}
$t->redis_freeze;
close visitor('/small') for 1 .. 3;
my $jar = $t->jar;
$t->redis_thaw;
choose($t, 'accept', jar => $jar, @host);
$t->redis_freeze;
sleep 5.3;                             # the lease of what was cached

my $token = $jar->header('/');
for (1 .. 3) {
    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
        PeerPort => $t->port('gate')) or die "connect: $!\n";
    print $s "GET / HTTP/1.1\r\nHost: www.site.example\r\nCookie: $token\r\n\r\n";
    sleep 0.02;
    close $s;
}
sleep 0.4;
$t->redis_thaw;
is $t->get('/', @host)->status, 200,
    'visitors who leave half-way, or while Redis is asked, are no matter';

# ---- many lines, many headers

$r = $t->get('/small', @host, headers => [
    (map { ("X-Filler-$_" => 'x') } 1 .. 45),
    (map { (Cookie => "_ga_$_=1; keep$_=1") } 1 .. 30)]);
is $r->status, 200, 'thirty Cookie lines among seventy-five headers';
my ($seen) = grep { $_->{cookie} && $_->{cookie} =~ /keep30/ } $t->app_log(1);
unlike $seen->{cookie}, qr/_ga/, 'of which no gated one reaches the origin';

$t->done;
