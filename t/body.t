# However a page arrives and however slowly it leaves, it is the same gated
# page; and nothing but documents is touched.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Select;
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(sleep);
use Consent;
use Consent::HTTP qw(parse_response build_request);
use Consent::Site;

my $t = Consent->new;

my $head = '<!doctype html><html><head><title>t</title></head><body><p>x';
my $tail = '<script src="https://analytics.example/a.js"></script>'
    . '<img alt="" src="https://ads.example/p.gif">'
    . "<script>load('//analytics.example/loader')</script><p>end</body></html>\n";
my $page = $head . $tail;
my $line = "<p class=\"a\">Lorem ipsum <a href=\"/x\">dolor</a> sit amet</p>\n";
my $big  = 20 * 1024 * 1024;

# The path's last part says how the body comes: /anything/HOW?at=N
my %how = (
    length  => sub { my ($out, @p) = @_; $out->write($_), $out->pause(0.004) for @p },
    chunked => sub { my ($out, @p) = @_; $out->chunk($_), $out->pause(0.004) for @p; $out->last_chunk },
    close   => sub { my ($out, @p) = @_; $out->write($_), $out->pause(0.004) for @p },
    bytes   => sub { my ($out, @p) = @_; $out->chunk($_) for split //, join '', @p; $out->last_chunk },
    slow    => sub {
        my ($out) = @_;
        $out->chunk($head); $out->await($t->dir . '/seen.head');
        $out->chunk('<p>middle<script src="https://anal'); $out->await($t->dir . '/seen.middle');
        $out->chunk('ytics.example/a.js"></script></body></html>'); $out->last_chunk;
    },
    big     => sub {
        my ($out) = @_;
        my $block = $line x 900;
        $out->chunk($head);
        for (my $n = 0; $n < $big; $n += length $block) { $out->chunk($block) or return }
        $out->chunk($tail); $out->last_chunk;
    },
    huge_script => sub {
        my ($out) = @_;
        $out->chunk("$head<script>var a = 1;\n");
        for (1 .. 40) { $out->chunk('// nothing to see here' . "\n" x 65500) or return }
        $out->chunk('</script></body></html>'); $out->last_chunk;
    },
    abort_tag     => sub { $_[0]->chunk($head . '<p>last<script src="https://analytics.example/a.js"') },
    abort_inline  => sub { $_[0]->chunk($head . "<p>last<script>load('//analytics.example/loader')") },
    abort_length  => sub { $_[0]->write($head . '<p>last<iframe src=https://ads.example/f') },
);

$t->app(sub {
    my ($req, $out) = @_;
    my ($name) = $req->{path} =~ m{(\w+)$};
    my $at = $req->{uri} =~ /at=(\d+)/ ? $1 : 0;

    return $out->respond(304, [ETag => '"pic"']) if $name eq 'pic' && $req->header('If-None-Match');
    return $out->respond(200, ['Content-Type' => 'image/gif', ETag => '"pic"'], 'GIF89a') if $name eq 'pic';
    $out->head(200, ['Content-Type' => 'text/html', 'Accept-Ranges' => 'bytes',
        $name =~ /length/ ? ('Content-Length' => length $page)
            : $name eq 'close' ? () : ('Transfer-Encoding' => 'chunked')]);
    $how{$name}->($out, substr($page, 0, $at), substr($page, $at));
});

$t->write('www/index.html', $page);
$t->write('www/open.gif', 'GIF89a' . 'x' x 10000);
$t->write('www/long.html', $head . $line x 4000 . $tail);

$t->gate(policy() . <<'END', workers => 1);
    sendfile on;
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        root         %%DIR%%/www;
        proxy_http_version 1.1;
        location /plain/ { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /passing/ { proxy_buffering off; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /narrow/ {
            proxy_buffers 4 4k; proxy_buffer_size 4k; proxy_busy_buffers_size 8k;
            output_buffers 1 4k; limit_rate 1m; postpone_output 0;
            alias %%DIR%%/www/;
        }
        location /squeeze/ {
            proxy_buffers 4 4k; proxy_buffer_size 4k; proxy_busy_buffers_size 8k;
            proxy_max_temp_file_size 0; limit_rate 1m;
            proxy_pass http://127.0.0.1:%%PORT_gate%%/back/;
        }
        location /spill/ {
            proxy_buffers 4 4k; proxy_buffer_size 4k; proxy_busy_buffers_size 8k;
            limit_rate 1m;
            proxy_pass http://127.0.0.1:%%PORT_gate%%/back/;
        }
        location /back/ { consent off; alias %%DIR%%/www/; }
    }
END

my @host = (host => 'www.site.example');

# Two visits differ in the notice's time and in the way back only.
sub plain { return $_[0] =~ s/(name="(?:notice|once|return)" value=")[^"]*/$1/gr }

# Equal, without pages of text where they are not.
sub same {
    my ($got, $want, $title) = @_;
    my $at = 0;

    return pass $title if $got eq $want;
    $at++ while substr($got, 0, $at + 1) eq substr($want, 0, $at + 1);
    fail $title;
    diag sprintf "at byte %d: got '%s', want '%s'", $at, map { substr $_, $at, 60 } $got, $want;
    return 0;
}

my $want = plain($t->get('/plain/length?at=5', @host)->body);
like $want, qr/id="ngx-consent"/, 'the page in one piece has its banner';
unlike $want, qr/<script src=|<img[^>]* src="https/, 'and is gated';

# ---- arriving

for my $way (qw(plain passing)) {
    my $r = $t->get("/$way/bytes", @host);
    same plain($r->body), $want, "$way: byte by byte the page is the same";

    for my $how (qw(length chunked close)) {
        my $from = length $head;
        my @bad = grep { plain($t->get("/$way/$how?at=$_", @host)->body) ne $want }
            $from - 2 .. $from + 16, length($page) - 12;
        is "@bad", '', "$way, $how: cut anywhere around <script it is the same";
    }
}

same plain($t->get('/', @host)->body), $want, 'a file behind sendfile is the same';
same plain($t->raw(["GET / HTTP/1.0\r\nHost: www.site.example\r\n\r\n"])->body), $want, 'for HTTP/1.0 it is the same';

# ---- in time: the origin goes on when the visitor has seen what came so far

my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port('gate'), Timeout => 5) or die;
print $s build_request('GET', '/passing/slow', @host);
my ($got, %seen) = ('');
while (IO::Select->new($s)->can_read(20) && sysread $s, $got, 65536, length $got) {
    for (['head', qr/<body>.*<p>x/s], ['middle', qr/<p>middle/]) {
        my ($name, $what) = @$_;
        next if exists $seen{$name} || $got !~ $what;
        $seen{$name} = $got;
        $t->write("seen.$name", '');
    }
}
ok defined $seen{head}, 'what is decided leaves when it arrives';
ok defined $seen{middle}, 'the text before an undecided tag, too';
unlike $seen{middle} // $got, qr/https:..anal/, 'the tag itself when it is whole';
like $got, qr/data-ngxc-src="https:\/\/analytics/, '... and gated';
ok parse_response($got)->{complete}, 'with a regular end';

# ---- broken off

for my $how (qw(abort_tag abort_inline abort_length)) {
    for my $way (qw(plain passing)) {
        my $r = $t->get("/$way/$how", @host);
        unlike $r->body, qr{analytics\.example|ads\.example/f|load\('}, "$way, $how: nothing undecided leaves";
        ok !$r->{complete}, '... and the answer has no regular end';
    }
}

my $r = $t->get('/plain/huge_script', @host);
like $r->body, qr/<script type="text\/plain" data-ngxc-hold/, 'an inline script beyond the limit is held';
ok $r->{complete}, '... and the page goes on to its end';

# ---- 20 MB

sub rss { my ($pid) = $t->workers; return $t->read("/proc/$pid/status") =~ /^VmRSS:\s+(\d+)/m ? $1 : 0 }

my $jar = $t->jar;
choose($t, 'accept', jar => $jar, @host);
for my $who (['without consent', undef], ['granted', $jar]) {
    for my $way (qw(plain passing)) {
        my $before = rss();
        my $r = $t->get("/$way/big", jar => $who->[1], @host, timeout => 20);
        my $after = rss();
        cmp_ok length $r->body, '>', $big, "20 MB, $way, $who->[0]: all of it arrives";
        ok $r->{complete}, '... to its end';
        is scalar(() = $r->body =~ /data-ngxc-src="https/g), $who->[1] ? 0 : 2, '... gated as it should be';
        cmp_ok $after - $before, '<', 2048, "... in a worker that stays as it is ($before kB, $after kB)";
    }
}

# ---- leaving slowly

my $long = plain($t->get('/long.html', @host)->body);
cmp_ok length $long, '>', 200_000, 'a long file';
for my $way (qw(narrow squeeze spill)) {
    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port('gate'), Timeout => 5) or die;
    my $got = '';
    setsockopt $s, Socket::SOL_SOCKET(), Socket::SO_RCVBUF(), 4096;
    print $s build_request('GET', "/$way/long.html", @host);
    while (IO::Select->new($s)->can_read(5)) {
        sysread $s, $got, 8192, length $got or last;
        sleep 0.005;
    }
    my $r = parse_response($got);
    ok $r && $r->{complete}, "$way: a slow reader gets the whole page";
    same plain($r ? $r->body : ""), $long, "... the same";
}

# ---- one connection

my $pipe = join '', map { build_request('GET', $_, @host, headers => ['Connection', 'keep-alive']) }
    qw(/plain/length?at=70 /plain/chunked?at=66 /open.gif /passing/close?at=9);
$pipe .= build_request('GET', '/', @host);
$r = $t->raw([$pipe]);
is scalar(() = $r->{raw} =~ m{HTTP/1\.1 200}g), 5, 'five requests in one packet: five answers';
is scalar(() = $r->{raw} =~ /data-ngxc-src="https:\/\/analytics/g), 4, 'every page among them gated';
is scalar(() = $r->{raw} =~ /id="ngx-consent"/g), 4, 'with one banner each';

# ---- methods, ranges, conditions

$r = $t->head('/', @host);
is $r->body, '', 'HEAD has no body';
is $r->header('etag'), undef, 'nor a validator of the file';
my $whole = $t->get('/', @host);
my $length = qr/^(?:transfer-encoding|content-length)$/i;
is_deeply [sort map { lc $_->[0] } grep { $_->[0] !~ $length } @{ $r->{headers} }],
    [sort map { lc $_->[0] } grep { $_->[0] !~ $length } @{ $whole->{headers} }],
    'HEAD has the headers of GET, but for the length that only the body has';

$r = $t->get('/', @host, headers => {Range => 'bytes=0-20'});
is $r->status, 200, 'a range of a document is the document';
same plain($r->body), $want, 'whole and gated';
$r = $t->get('/', @host, headers => {'If-Modified-Since' => 'Fri, 01 Jan 2100 00:00:00 GMT', 'If-None-Match' => '*'});
is $r->status, 200, 'no condition of the browser confirms a document';

$r = $t->get('/open.gif', @host);
is length $r->body, 10006, 'an image is the file';
my $etag = $r->header('etag');
ok $etag, 'with its validator';
is $t->get('/open.gif', @host, headers => {'If-None-Match' => $etag, 'Sec-Fetch-Dest' => 'image'})->status, 304, 'If-None-Match of an image: 304';
is $t->get('/open.gif', @host, headers => {'If-None-Match' => $etag})->status, 304, '... without Sec-Fetch-Dest, too';
is $t->get('/plain/pic', @host, headers => {'If-None-Match' => '"pic"', 'Sec-Fetch-Dest' => 'image'})->status, 304, '... and from the origin';
$r = $t->get('/open.gif', @host, headers => {Range => 'bytes=0-5', 'Sec-Fetch-Dest' => 'image'});
is $r->status, 206, 'a range of an image: 206';
is $r->body, 'GIF89a', 'its bytes';
is $t->get('/open.gif', @host, headers => {Range => 'bytes=0-5'})->status, 206, '... without Sec-Fetch-Dest, too';

$t->done;
