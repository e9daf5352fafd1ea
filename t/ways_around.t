# Ways around the gate that a configuration, an origin or a fault could open:
# none of them leads to a tracker, a page that hangs or an error because of us.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Compress::Zlib ();
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(sleep);
use Consent;
use Consent::Site;

my $t = Consent->new;

my $tag  = '<script src="https://analytics.example/a.js"></script>';
my $page = "<!doctype html><title>t</title><body><p>x$tag";
my $big  = "<!doctype html><title>t</title><body>"
         . ("<p>" . 'y' x 997) x 12000 . $tag;

my %wide = (
    quoted  => 'text/html; charset=" utf-16"',
    tab     => "text/html;\tcharset=utf-16",
    label   => 'text/html; charset=csUnicode',
    mark    => 'text/html',
);
my %type = (
    star    => '*/*',
    unknown => 'unknown/unknown',
    app     => 'application/unknown',
    bare    => 'html',
    svg     => 'image/svg+xml',
    xml     => 'text/xml',
    appxml  => 'application/xml; charset=utf-8',
    vocab   => 'application/vnd.x+xml',
);

$t->app(sub {
    my ($req, $out) = @_;
    my $path = $req->{path};
    my @headers = ('Content-Type' => 'text/html',
        'Cache-Control' => 'public, max-age=600', 'ETag' => '"x"');

    if ($path =~ m{^/type/(\w+)}) {
        return $out->respond(200, ['Content-Type' => $type{$1}], $page);
    }

    if ($path =~ m{^/wide/(\w+)}) {
        return $out->respond(200, ['Content-Type' => $wide{$1}],
            ($1 eq 'mark' ? "\xFF\xFE" : '') . $page =~ s/(.)/$1\0/gsr);
    }

    return $out->respond(200, [@headers,
        'Report-To' => '{"group":"a","max_age":9,'
            . '"endpoints":[{"url":"https://analytics.example/r"}]}',
        'Report-To' => '{"endpoints":[{"url":"https:\\/\\/ads.example/r"}]}',
        'Reporting-Endpoints' => 'a="https://analytics.example/r"',
        'Reporting-Endpoints' => 'own="/r"'], $page) if $path eq '/reports';
    return $out->respond(200, [@headers, 'Content-Encoding' => 'identity'],
        $page) if $path eq '/identity';
    return $out->respond(200, \@headers, $big) if $path eq '/big';
    return $out->respond(200, \@headers, $page);
});

$t->write('www/packed.html', Compress::Zlib::memGzip($page));
$t->write('www/part.html', "<p>part$tag");
$t->write('www/ssi.html', '<!doctype html><title>t</title><body>'
    . '<!--#include virtual="/part.html" -->');

my $policy = policy(more => 'unlisted third_party=allow cookie=allow;');
$policy =~ s/ signal=analytics_storage//;   # nothing to insert in a frame

my $gate = $policy . <<'END';
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        root         %%DIR%%/www;
        consent      test;
        client_body_buffer_size  1k;
        error_page   400 500 /oops.html;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location = /packed.html { add_header Content-Encoding gzip; }
        location = /ssi.html  { ssi on; log_subrequest on; }
        location = /part.html { }
        location = /off {
            consent     off;
            proxy_pass  http://127.0.0.1:1;
            error_page  502 = @fallback;
        }
        location = /off/return {
            consent       off;
            default_type  text/html;
            return 200 '<p><script src="https://analytics.example/a.js">';
        }
        location @fallback {
            default_type  text/html;
            return 200 '<p><script src="https://analytics.example/a.js">';
        }
        location /typed {
            default_type  'text/html; charset=utf-16';
            return 200 '<p><script src="https://analytics.example/a.js">';
        }
    }
    server {
        listen       127.0.0.1:%%PORT_file%%;
        server_name  www.site.example;
        consent      test;
        client_body_in_file_only  on;
        error_page   500 /oops.html;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /.consent/ { }
    }
END

$t->gate($gate, workers => 1);

my @host = (host => 'www.site.example');

sub walled {
    my ($r) = @_;
    return grep { /default-src 'none'.*sandbox/ }
        $r->all('content-security-policy');
}

sub shut_ok {
    my ($r, $what) = @_;

    ok walled($r) || $r->body !~ /<script src=/, "$what: shut"
        or diag $r->status, "\n", $r->body;
}

# ---- what is a document, and can it be read

ok walled($t->get("/type/$_", @host)), "$type{$_}: walled off"
    for sort keys %type;
for my $name (sort keys %wide) {
    my $r = $t->get("/wide/$name", @host);
    my $text = $r->body =~ s/^\xFF\xFE//r =~ s/\0//gr;

    unlike $text, qr/<script src=/, "$wide{$name} ($name): read in UTF-16";
    like $text, qr{data-ngxc-src="https://analytics}, '... gated';
    like $r->header('content-type'),
        qr/^text\/html;\s*charset=(?:utf-16|UTF-16LE|csUnicode)$/,
        '... and said to be that';
}
like $t->get('/typed', @host)->header('content-type'), qr/charset=utf-16$/,
    'a charset in default_type is what the page is read in';
ok !walled($t->get('/type/svg', @host,
    headers => { 'Sec-Fetch-Dest' => 'image' })), 'an image is no document';

my $r = $t->get('/packed.html', @host);
like $r->body, qr{data-ngxc-src="https://analytics\.example/a\.js"}, 'coded bytes behind add_header are decoded and gated';
is $r->header('content-encoding'), undef, 'and say so';

$r = $t->get('/identity', @host);
like $r->body, qr/data-ngxc-src/, 'Content-Encoding: identity is no coding';
is_deeply [$r->all('content-security-policy')], [], 'and no wall';

# ---- reports are requests

$r = $t->get('/reports', @host);
is_deeply [$r->all('report-to')], [], 'Report-To to a gated host is dropped';
is_deeply [$r->all('reporting-endpoints')], ['own="/r"'],
    'and its successor, but for the own host';

# ---- consent off is a property of where the response comes from

shut_ok($t->get('/off', @host), 'from "consent off" into another location');
like $t->get('/off/return', @host)->body, qr/<script src=/,
    'a return under "consent off" is not gated';

# ---- own pages that fail

my @pad = map { (x => 'y' x 500) } 1 .. 4;

$r = $t->post('/.consent/choice', @host,
    form => [choice => 'reject', @pad],
    headers => { 'Sec-Fetch-Site' => 'same-origin' });
is $r->status, 303, 'a choice beyond client_body_buffer_size';

$r = $t->post('/.consent/choice', @host, to => 'file',
    form => [choice => 'reject'],
    headers => { 'Sec-Fetch-Site' => 'same-origin' });
is $r->status, 303, 'a choice under client_body_in_file_only';

is $t->post('/.consent/choice', @host, body => '',
    headers => { 'Sec-Fetch-Site' => 'same-origin' })->status, 415,
    'a choice without a body';

# ---- relayed endpoints, however they are spelt

for my $path ('/g/collect?x', '/g/%63ollect', '//g/collect',
    '/x/../g/collect')
{
    is $t->get($path, @host)->status, 204, "$path is withheld";
}

# ---- slow readers

my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
    PeerPort => $t->port('gate'), Proto => 'tcp');
print $socket "GET /big HTTP/1.1\r\nHost: www.site.example\r\n"
    . "Connection: close\r\n\r\n";
sleep 1;
my $got = '';
local $SIG{ALRM} = sub { close $socket };
alarm 15;
while (1) {
    my $n = sysread $socket, $got, 65536, length $got;
    last if !$n;
    sleep 0.001 if rand() < 0.2;
}
alarm 0;
like $got, qr/data-ngxc-src/, 'a long page reaches a slow reader whole'
    or diag length $got;

# ---- the log

sub handled { return scalar grep { $_->{ty} eq 'handling' } $t->evidence }

sleep 0.3;
my $before = handled();
like $t->get('/ssi.html', @host)->body, qr/part<script type="text\/plain"/,
    'a part included by SSI is gated';
$t->wait_for(3, sub { handled() > $before });
sleep 0.3;
is handled() - $before, 1, 'and makes no handling line of its own';

# ---- caches

my $jar = $t->jar;
is choose($t, 'accept', jar => $jar, @host)->status, 303, 'accepted';
$r = $t->get('/', jar => $jar, @host,
    headers => { 'Sec-Fetch-Dest' => 'iframe' });
like $r->body, qr/<script src=/, 'a frame with everything granted is open';
is_deeply [$r->all('cache-control')], ['private, no-cache'],
    'and is kept by no cache';
is $r->header('etag'), undef, 'nor confirmed by the origin';
is $r->body, $page, 'but is otherwise the origin\'s';
is $r->header('content-length'), length $page, 'with its length';

$t->done;
