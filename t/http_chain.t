# Pages in pieces: includes that end in the middle of anything, gates behind
# gates, files by every road, frames of one byte, workers that must go.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Select;
use IO::Socket::INET;
use JSON::PP;
use Test::More;
use Time::HiRes qw(time sleep);
use Consent;
use Consent::HTTP qw(build_request parse_response);
use Consent::Site;

my $t = Consent->new(needs => [qw(node openssl)]);

my $TAG = '<script src="https://analytics.example/a.js"></script>';
my $HEAD = '<!doctype html><title>t</title><body><p>x';
my $PAGE = $HEAD . ("<p>filling text $TAG\n" x 3000) . 'END</body></html>';
my $LIVE = qr{\ssrc=["']?https?://(?:analytics|ads)};

# What is included, cut where a filter that sees one part at a time errs.
my %ssi = (
    ssi_mid_tag       => ['<scr', "ipt src='https://analytics.example/a.js'></script>"],
    ssi_mid_attribute => ['<img alt="" sr', 'c="https://ads.example/p.gif">'],
    ssi_mid_value     => ['<iframe src="https://ads.ex', 'ample/f"></iframe>'],
    ssi_mid_entity    => ['<img src="https://ads&#4', '6;example/p.gif">'],
    ssi_mid_script    => ['<script>load("//analytics.exa', 'mple/loader")</script>'],
    ssi_mid_end_tag   => ['<script>load("//analytics.example/loader")</scr', 'ipt><p>y'],
    ssi_mid_comment   => ['<!-', "- $TAG -->"],
    ssi_mid_style     => ['<style>p{background:url(https://ads.exa', 'mple/p.gif)}</style>'],
);

$t->app(sub {
    my ($req, $out) = @_;
    my ($name) = $req->{path} =~ m{/(\w+)$};
    my @html = ('Content-Type' => 'text/html');

    if ($req->{path} =~ m{^/drip}) {
        $out->head(200, [@html, 'Transfer-Encoding' => 'chunked']);
        $out->chunk("$HEAD<script src=\"https://analytics.exa");
        for (1 .. 400) { $out->pause(0.1); $out->chunk("m") or return }
        return $out->last_chunk;
    }
    $out->pause(0.1) if $req->{path} =~ /late/;
    return $out->respond(200, \@html, $ssi{$1}[1]) if $req->{path} =~ m{/second/(\w+)};
    return $out->respond(200, \@html, $HEAD . $TAG) if $req->{path} =~ m{/small};
    return $out->respond(200, \@html, $PAGE);
});

for my $name (keys %ssi) {
    $t->write("www/ssi/$name.html", "$HEAD<!--#include virtual=\"/first/$name.txt\" -->"
        . "<!--#include virtual=\"/second/$name\" --><p>end");
    $t->write("www/first/$name.txt", $ssi{$name}[0]);
}
$t->write('www/ssi/ssi_nested.html', "$HEAD<!--#include virtual=\"/ssi/ssi_inner.html\" --><p>end");
$t->write('www/ssi/ssi_inner.html', "<!--#include virtual=\"/second/ssi_mid_comment\" wait=\"yes\" -->$TAG"
    . '<!--#include virtual="/first/ssi_mid_tag.txt" --><!--#include virtual="/second/ssi_mid_tag" -->');
$t->write('www/ssi/ssi_wait.html', "$HEAD<!--#include virtual=\"/late/second/ssi_mid_script\" wait=\"yes\" -->"
    . "$TAG<p>end");
$t->write('www/ssi/ssi_set.html', "$HEAD<!--#include virtual=\"/second/ssi_mid_value\" set=\"v\" -->"
    . '<iframe src="https://ads.ex<!--#echo var="v" encoding="none" --><p>end');
$t->write('www/ssi/ssi_off_part.html', "$HEAD<!--#include virtual=\"/off/small\" --><p>end");
$t->write('www/ssi/ssi_missing.html', "$HEAD<!--#include virtual=\"/nowhere/x\" -->$TAG<p>end");
$t->write('www/off_ssi/page.html', "$HEAD<!--#include virtual=\"/small\" --><p>end");
$t->write('www/page.html', $PAGE);

my ($code, $said) = $t->_run('', qw(openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=www.site.example
    -keyout), $t->dir . '/tls.key', '-out', $t->dir . '/tls.pem');
is $code, 0, 'a certificate for the test' or diag $said;

my $APP = 'proxy_pass http://127.0.0.1:%%PORT_app%%;';
$t->gate(policy() . <<"END", workers => 1, main => 'worker_shutdown_timeout 1s;');
    proxy_http_version 1.1;
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        listen       127.0.0.1:%%PORT_tls%% ssl http2;
        ssl_certificate      %%DIR%%/tls.pem;
        ssl_certificate_key  %%DIR%%/tls.key;
        server_name  www.site.example;
        consent      test;
        root         %%DIR%%/www;
        location / { $APP }
        location /first/ { }
        location /ssi/ { ssi on; }
        location /nowhere/ { proxy_pass http://127.0.0.1:1; }
        location /off/ { consent off; $APP }
        location /off_ssi/ { consent off; ssi on; }
        location /sendfile/ { sendfile on; alias %%DIR%%/www/; }
        location /nosendfile/ { sendfile off; alias %%DIR%%/www/; }
        location /directio/ { sendfile off; directio 1; output_buffers 1 8k; alias %%DIR%%/www/; }
        location /threads/ { sendfile on; aio threads; sendfile_max_chunk 4k; alias %%DIR%%/www/; }
        location /directio_threads/ { aio threads; directio 1; alias %%DIR%%/www/; }
        location /drip { proxy_buffering off; $APP }
        location /twice/ { proxy_set_header Host \$host; proxy_pass http://127.0.0.1:%%PORT_gate%%/; }
        location /nobuffer/ { proxy_buffering off; proxy_pass http://127.0.0.1:%%PORT_app%%/; }
    }
END

my @host = (host => 'www.site.example');

# ---- SSI

for my $name (sort(keys %ssi), qw(ssi_nested ssi_wait ssi_set ssi_off_part ssi_missing)) {
    my $r = $t->get("/ssi/$name.html", @host);
    ok $r->status == 200 && $r->{complete} && $r->body =~ s/<!--.*?-->//gr !~ $LIVE
        && $r->body =~ /<p>(?:end|y)/, "$name: the document that comes out is gated"
        or diag $r->status, ' ', $r->body =~ s/<style data.*<\/section>//sr;
    like $r->body, $name eq 'ssi_mid_comment' ? qr/<!-- <script/
            : $name eq 'ssi_mid_style' ? qr/<style/ : qr/data-ngxc-(?:src|hold)/,
        '... and nothing of it is lost';
    is scalar(() = $r->body =~ /id="ngx-consent"/g), 1, '... with one banner';
}
like $t->get('/off_ssi/page.html', @host)->body, qr/<script src="https/,
    'subrequest_location_without_directive: consent off holds for what the page includes';
like $t->get('/off/small', @host)->body, qr/<script src="https/, '... and only there';

# ---- gates behind gates

my $once = $t->get('/small', @host)->body;
my $r = $t->get('/twice/small', @host);
is scalar(() = $r->body =~ /<section [^>]*id="ngx-consent"/g), 1, 'inv_idempotent: two gates, one banner'
    or diag scalar(() = $r->body =~ /<section [^>]*id="ngx-consent"/g);
is scalar(() = $r->body =~ /data-ngxc-src="/g), 1, 'inv_idempotent: what is held is held once';
unlike $r->body, qr/data-ngxc-data-ngxc|data-ngxc-type="text.plain"/, '... and not renamed again';
like $r->body, qr/<script data-ngxc-stays /, '... and the outer one releases nothing by the inner one.s marks';
my $jar = $t->jar;
choose($t, 'accept', jar => $jar, @host);
like $t->get('/twice/small', @host)->body, qr/data-ngxc-src/, 'inv_idempotent: shut';

# ---- files, by every road

my $want = () = $PAGE =~ /<script/g;
for my $way (qw(sendfile nosendfile directio threads directio_threads)) {
    for my $who (['shut', undef, $want], ['granted', $jar, 0]) {
        $r = $t->get("/$way/page.html", @host, jar => $who->[1]);
        is scalar(() = $r->body =~ /data-ngxc-src="https:/g), $who->[2], "$way, $who->[0]: every tag as it should be";
        ok $r->{complete} && $r->body =~ /END/, '... to the end';
    }
}

# ---- TLS and HTTP/2

sub h2 {
    my (@asked) = @_;
    my ($code, $out) = $t->_run(encode_json(\@asked), 'node', $t->root . '/t/lib/h2_client.js', $t->port('tls'));
    die "h2: $out\n" if $code != 0;
    return @{ decode_json($out) };
}

for my $got (h2(map { { path => $_, window => 300 } } '/sendfile/page.html', '/threads/page.html', '/nobuffer/')) {
    is $got->{status}, 200, 'h2_small_window, tls_sendfile: a page in frames of 300 bytes';
    is scalar(() = $got->{body} =~ /data-ngxc-src="https:/g), $want, '... is gated whole';
    like $got->{body}, qr/END/, '... to its end';
}

# ---- a worker that must go

my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port('gate'));
print $s build_request('GET', '/drip', @host);
my $got = '';
$t->wait_for(3, sub { sysread($s, $got, 4096, length $got); $got =~ /<p>x/ });
my ($old) = $t->workers;
kill 'HUP', $t->pid('gate');
my $begun = time;
while (IO::Select->new($s)->can_read(20)) { sysread $s, $got, 4096, length $got or last }
cmp_ok time - $begun, '<', 20, 'worker_shutdown_timeout: an endless page is cut';
unlike $got, qr/analytics\.exa/, '... and what was undecided does not leave';
ok !parse_response($got)->{complete}, '... nor does a regular end';
ok $t->wait_for(5, sub { !grep { $_ == $old } $t->workers }), '... the worker is gone';
is $t->get('/small', @host)->status, 200, '... the next one serves';

$t->done;
