# Coded documents: read like plain ones, walled off or cut where they cannot be
# read, never passed raw; and left alone where there is nothing to do.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use File::Temp ();
use IO::Compress::Deflate qw(deflate $DeflateError);
use IO::Compress::Gzip qw(gzip);
use IO::Compress::RawDeflate qw(rawdeflate);
use IO::Socket::INET;
use IO::Uncompress::Gunzip qw(gunzip);
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new(needs => [qw(brotli zstd)]);

my $TRACKER = 'https://www.analytics.example/tag.js';
my $page = "<!doctype html><html lang=\"en\"><head><title>t</title>\n"
    . "<script async src=\"$TRACKER\"></script></head><body>\n"
    . join('', map { "<p>Line $_ of a page that is long enough.\n" } 1 .. 1200)
    . "<img src=\"https://px.ads.example/p.gif\"></body></html>\n";


# ---- encoders

sub by { my ($code, $in) = @_; my $out; $code->(\$in => \$out); return $out }

sub tool {
    my ($command, $in) = @_;
    my $file = File::Temp->new;

    binmode $file;
    print $file $in;
    close $file;
    open my $pipe, '-|', "$command < $file" or die "$command: $!\n";
    binmode $pipe;
    local $/;
    return <$pipe>;
}

my $gz = by(\&gzip, $page);
my $half = int(length($page) / 2);

# path => [Content-Encoding lines, body]
my %body = (
    plain        => [[], $page],
    identity     => [['identity'], $page],
    gzip         => [['gzip'], $gz],
    case         => [['GZip'], $gz],
    'x-gzip'     => [['x-gzip'], $gz],
    multi_member => [['gzip'], by(\&gzip, substr $page, 0, $half)
                               . by(\&gzip, substr $page, $half)],
    trailing     => [['gzip'], "$gz\0\0\0$page"],
    deflate_zlib => [['deflate'], by(\&deflate, $page)],
    deflate_raw  => [['deflate'], by(\&rawdeflate, $page)],
    br           => [['br'], tool('brotli -c', $page)],
    zstd         => [['zstd'], tool('zstd -qc', $page)],
    stacked      => [['gzip, br'], tool('brotli -c', $gz)],
    two_lines    => [['gzip', 'br'], tool('brotli -c', $gz)],
    unknown      => [['foo'], $page],
    unknown_too  => [['gzip, foo'], $gz],
    lying        => [['gzip'], $page],
    lying_br     => [['br'], $page],
    lying_zstd   => [['zstd'], $page],
    lying_raw    => [['deflate'], $page],
    truncated    => [['gzip'], substr $gz, 0, length($gz) - 100],
    truncated_br => [['br'], substr tool('brotli -c', $page), 0, -10],
    garbled      => [['gzip'], substr($gz, 0, 700) . 'x' x 40 . substr($gz, 740)],
    bomb         => [['gzip'], by(\&gzip, "$page<!--" . "\0" x (32 << 20) . "-->$page")],
    empty        => [['gzip'], ''],
);


# A page of `$n` MB, coded as it goes.
sub stream {
    my ($out, $n) = @_;
    my $z = IO::Compress::Gzip->new(\my $coded, -Level => 1);

    $out->head(200, ['Content-Type' => 'text/html', 'Content-Encoding' => 'gzip',
        'Transfer-Encoding' => 'chunked']);
    for my $i (1 .. $n) {
        $z->print("<p>$i", map { "<p>row $i.$_ <a href=/p/$_>" . ($_ * $i) x 3
            . "</a>\n" } 1 .. 20_000);
        $out->chunk($coded);
        $coded = '';
    }
    $z->print("<script src=$TRACKER></script>END");
    $z->close;
    $out->chunk($coded);
    return $out->last_chunk;
}

$t->app(sub {
    my ($req, $out) = @_;
    my ($how, $name) = $req->{path} =~ m{([a-z]+)/([\w-]*)$};
    my ($codings, $body) = @{ $body{$name} || [[], ''] };
    my @headers = ('Content-Type' => 'text/html', 'ETag' => '"e"',
        map { ('Content-Encoding' => $_) } @$codings);

    return stream($out, $name) if $how eq 'stream';
    return $out->respond(200, \@headers, $body) if $how ne 'cut';

    $out->head(200, [@headers, 'Transfer-Encoding' => 'chunked']);
    for my $at (0 .. 24) {
        $out->chunk(substr $body, $at, 1);
        $out->pause(0.004);
    }
    for (my $at = 25; $at < length $body; $at += 1111) {
        $out->chunk(substr $body, $at, 1111);
    }
    $out->last_chunk;
});

# Nothing to insert, nothing to hold once all is granted.
my ($open) = policy(more => 'unlisted third_party=allow;') =~ /(consent_policy.*)/s;
$open =~ s/consent_policy test/consent_policy open/;
$open =~ s/ signal=\w+//;

my $SERVER = <<'END';
        consent_settings off;
        proxy_http_version 1.1;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /direct/ { proxy_buffering off; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /again/ { gzip on; gzip_vary on; gzip_comp_level 1; proxy_pass http://127.0.0.1:%%PORT_app%%; }
END

$t->gate(policy() . $open . <<"END", workers => 1);
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
$SERVER
    }
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  open.site.example;
        consent      open;
$SERVER
    }
END
$t->allow(qr/\[error\] .*consent: a body coded as/);

my @host = (host => 'www.site.example');

# What differs from one banner to the next.
sub same {
    my ($body) = @_;
    $body =~ s{(name="(?:notice|once|return)" value=")[^"]*}{$1}g;
    $body =~ s{return=[^"]*}{}g;
    return $body;
}

sub gated_as {
    my ($r, $want, $title) = @_;

    ok $r->status == 200 && $r->{complete} && same($r->body) eq $want
        && !$r->header('content-encoding') && !$r->header('content-security-policy'),
        $title
        or diag $r->status, ' ', length $r->body, ' ', $r->header('content-encoding') || '-';
}

# ---- without consent

my $want = same($t->get('/x/plain', @host)->body);
like $want, qr/data-ngxc-src="\Q$TRACKER\E"/, 'the plain page is gated';
like $want, qr/id="ngx-consent"/, 'and has its banner';

my @readable = qw(identity gzip case x-gzip multi_member trailing deflate_zlib
    deflate_raw br zstd stacked two_lines);

for my $name (@readable) {
    my $r = $t->get("/x/$name", @host);
    if ($name eq 'identity') {
        is same($r->body), $want, 'http_enc_identity: as plain';
        next;
    }
    gated_as $r, $want, "http_enc_$name: gated as the plain page is";
    is $r->header('etag'), undef, "$name: no validator of the coded bytes";
    gated_as $t->get("/cut/$name", @host), $want, "$name: whatever the chunks";
    gated_as $t->get("/direct/cut/$name", @host), $want, "$name: nor the buffers";

    my $head = $t->head("/x/$name", @host);
    is $head->header('content-encoding') // $head->header('content-length'), undef,
        "$name: HEAD promises neither coding nor length";
}

for my $name (qw(unknown unknown_too)) {
    my $r = $t->get("/x/$name", @host);
    like $r->header('content-security-policy') || '', qr/default-src 'none'.*sandbox/,
        "http_enc_$name: walled off";
    is $r->header('content-encoding'), $body{$name}[0][0], 'and as it was';
}

for my $name (qw(lying lying_br lying_zstd lying_raw truncated truncated_br garbled bomb)) {
    for my $way (qw(/x/ /cut/ /direct/cut/ /again/x/)) {
        next if $name eq 'bomb' && $way =~ /direct/;
        my $r = $t->get("$way$name", @host, headers => { 'Accept-Encoding' => 'gzip' });
        ok !$r->{complete}, "http_enc_$name $way: cut off, no regular end";
        unlike $r->body, qr/\s(?:src|href)="?\Q$TRACKER\E/, 'and nothing raw';
    }
}
cmp_ok length $t->get('/x/bomb', @host)->body, '<', 5 << 20, 'a bomb does not go off';

my %bypass;
$bypass{ $_->{rewrite} || '' }++ for $t->evidence;
ok $bypass{'not of its coding'} && $bypass{'coded body beyond its limits'} && $bypass{'coded body'},
    'the evidence says why a page was cut or walled off'
    or diag explain \%bypass;

my $r = $t->get('/x/empty', @host);
ok $r->status == 200 && $r->{complete} && $r->body eq '', 'an empty body is an empty page';

# ---- coded again behind us

for my $name (qw(gzip br)) {
    $r = $t->get("/again/x/$name", @host, headers => { 'Accept-Encoding' => 'gzip' });
    is $r->header('content-encoding'), 'gzip', "$name: nginx codes the edited page again";
    like join(',', $r->all('vary')), qr/Accept-Encoding/, 'and says so to caches';
    gunzip(\($r->body) => \my $plain);
    is same($plain), $want, 'what was coded is the gated page';
    gated_as $t->get("/again/x/$name", @host), $want, 'who asks for no coding gets none';
}

# ---- with consent

my $jar = $t->jar;
choose($t, 'accept', jar => $jar, @host);
my $granted = $t->get('/x/plain', jar => $jar, @host)->body;
like $granted, qr/ src="\Q$TRACKER\E"/, 'a grant opens the page';

for my $name (@readable) {
    is $t->get("/x/$name", jar => $jar, @host)->body, $granted, "$name: granted as the plain page is";
}

my @open = (host => 'open.site.example');
$jar = $t->jar;
choose($t, 'accept', jar => $jar, @open);

for my $name (qw(gzip br stacked unknown lying truncated)) {
    $r = $t->get("/x/$name", jar => $jar, @open);
    ok $r->body eq $body{$name}[1] && $r->header('content-encoding') eq $body{$name}[0][0]
        && !$r->header('etag') && !$r->header('content-security-policy'),
        "$name: nothing to insert, nothing to hold: byte for byte the origin's";
}

# ---- a long body: memory stays, a slow reader waits

sub high_water {
    my ($worker) = $t->workers;
    return $t->read("/proc/$worker/status") =~ /^VmHWM:\s+(\d+)/m ? $1 : die;
}

sub slow {
    my ($path, $pause) = @_;
    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port('gate'));
    my ($n, $all, $tail) = (0, 0, '');

    print $s "GET $path HTTP/1.1\r\nHost: www.site.example\r\nConnection: close\r\n",
        $path =~ /again/ ? "Accept-Encoding: gzip\r\n\r\n" : "\r\n";
    while (sysread $s, my $buf, 65536) {
        $all += length $buf;
        $tail = substr $tail . $buf, -2000;
        select undef, undef, undef, $pause if $n++ < 10;
    }
    return ($all, $tail);
}

slow("/stream/1", 0);
my $before = high_water();

for my $way ('', '/direct', '/again') {
    my ($all, $tail) = slow("$way/stream/30", 0.05);
    like $tail, $way eq '/again' ? qr/\r\n0\r\n\r\n$/ : qr/data-ngxc-src=\Q$TRACKER\E.*END.*\r\n0\r\n\r\n$/s,
        "$way/stream: 30 MB reach a slow reader whole ($all bytes)";
}
# 24 kB as a rule; a sanitizer keeps what was freed for a while
cmp_ok high_water() - $before, '<', 6000, 'kB more at most were in memory';
diag 'worker: ', high_water() - $before, ' kB more at its highest';

$t->done;
