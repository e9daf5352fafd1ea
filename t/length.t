#!/usr/bin/perl
# A page says how long it is where that is certain: when all of it was there at
# once, or when nothing is left to be done with it.  What is said is true.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;
use Consent;
use Consent::HTTP qw(build_request pipelined);
use Consent::Site;

my $t = Consent->new(needs => [qw(node openssl)]);
my $FILLER = join '', map {
    "<p id=\"p$_\">Paragraph $_ <img src=\"/$_.gif\" alt=\"\"></p>\n"
} 1 .. 4000;

my $METAS = join '', map { "<meta name=\"m$_\" content=\"$_\">\n" } 1 .. 4000;

# A page of a tracker, so much text, and a tag that the end cuts off.
sub page {
    my ($size, %o) = @_;

    return '<!doctype html><html lang="en"><head><title>t</title>'
        . ($o{head} ? '<script src="/a.js"></script>'
            . substr($METAS, 0, $o{head}) . '">' : '')
        . "</head><body>\n<script src=\"https://analytics.example/a.js\">"
        . '</script>' . substr($FILLER, 0, $size) . '</body></html>'
        . '<img src="https://ads.example/cut.gif"';
}

my %page = (
    small => page(2_000), large => page(150_000), empty => '',
    late => page(60_000, head => 9_000), bare => page(2_000),
    later => page(60_000, head => 40_000),
);

$t->write("www/$_.html", $page{$_}) for keys %page;

# The path says which page, and how it comes: /small/whole, /small/cut; a header
# says where it is cut.  The origin is another process: it reads what there is.
$t->app(sub {
    my ($req, $out) = @_;
    my (undef, $name, $how) = split m{/}, $req->{path};
    my $at = $req->header('X-Cut');
    my $html = $t->read("www/$name.html");
    my $type = 'text/html' . ($name eq 'bare' ? '' : '; charset=utf-8');

    if ($how eq 'chunked') {
        $out->head(200, ['Content-Type' => $type,
            'Transfer-Encoding' => 'chunked']);
        $out->chunk($html);
        return $out->last_chunk;
    }
    $out->head(200, ['Content-Type' => $type,
        'Content-Length' => length($html) + ($how eq 'short' ? 5000 : 0)]);
    return $out->write($html) if $how ne 'cut';
    $out->write(substr $html, 0, $at);
    $out->pause(0.01);
    return $out->write(substr $html, $at);
});

my ($code, $said) = $t->_run('', qw(openssl req -x509 -newkey rsa:2048 -nodes
    -days 1 -subj /CN=www.site.example -keyout), $t->dir . '/tls.key',
    '-out', $t->dir . '/tls.pem');
is $code, 0, 'a certificate for the test' or diag $said;

my $server = <<'END';
        server_name www.site.example;
        root %%DIR%%/www;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /direct/ {
            proxy_buffering off;
            proxy_pass http://127.0.0.1:%%PORT_app%%/;
        }
        location /zip/ {
            gzip on;
            proxy_pass http://127.0.0.1:%%PORT_app%%/;
        }
        location /sub/ {
            sub_filter Paragraph Paragraph;
            proxy_pass http://127.0.0.1:%%PORT_app%%/;
        }
        location /file/ { alias %%DIR%%/www/; }
        location /narrow/ {
            proxy_buffers 4 4k;
            proxy_busy_buffers_size 8k;
            proxy_pass http://127.0.0.1:%%PORT_app%%/;
        }
        location /narrow/file/ {
            output_buffers 1 4k;
            alias %%DIR%%/www/;
        }
END

$t->gate(policy(more => 'unlisted third_party=allow;') . <<"END", workers => 1);
    types { text/html html; }
    charset utf-8;
    sendfile on;
    server {
        listen 127.0.0.1:%%PORT_gate%%;
        listen 127.0.0.1:%%PORT_tls%% ssl http2;
        ssl_certificate      %%DIR%%/tls.pem;
        ssl_certificate_key  %%DIR%%/tls.key;
        consent test;
$server    }
    server {
        listen 127.0.0.1:%%PORT_off%%;
$server    }
END

my @host = (host => 'www.site.example');
my $jar = $t->jar;
choose($t, 'accept', jar => $jar, @host);
my $token = $jar->header('/');

# The page without what differs from visit to visit in equal length, and
# without what the gate put in for somebody who granted everything.
sub plain { return $_[0] =~ s/(name="(?:notice|once|return)" value=")[^"]*/$1/gr }

sub cut {
    my ($body) = @_;

    $body =~ s{<script data-ngxc-ui>.*?</script>}{}s;
    $body =~ s{<style data-ngxc-ui>.*?</style><a id="ngxc-settings".*?</a>}{}s;
    $body =~ s{<script async data-ngxc-ui[^>]*></script>}{}s;
    return $body;
}

# What is said of the length: "said" and true, "chunked" and whole, or what is
# wrong.
sub length_of {
    my ($r) = @_;
    my $said = $r->header('content-length');
    my $chunked = lc($r->header('transfer-encoding') || '') eq 'chunked';

    return 'both' if defined $said && $chunked;
    return 'neither' if !defined $said && !$chunked;
    return $r->{complete} ? 'chunked' : 'chunked, cut' if $chunked;
    return $said == length $r->body ? 'said'
        : "$said, but " . length $r->body;
}

sub get {
    my ($path, %o) = @_;
    return $t->get($path, @host, %o,
        headers => { 'Sec-Fetch-Dest' => 'document', %{ $o{headers} || {} } });
}

# ---- a first visit

my %want = map { $_ => plain(get("/$_/chunked")->body) } keys %page;
like $want{small}, qr/data-ngxc-src="https:\/\/analytics/, 'a page is gated';

for my $case (['/small/whole', 'said', 'that was there at once'],
    ['/empty/whole', 'said', 'that is empty'],
    ['/bare/whole', 'said', 'whose header names no encoding'],
    ['/file/small.html', 'said', 'that is a file'],
    ['/small/chunked', 'chunked', 'whose length nobody knows'],
    ['/large/whole', 'chunked', 'that is not there at once'],
    ['/sub/small/whole', 'chunked', 'that another filter edits'])
{
    my ($path, $length, $title) = @$case;
    my ($name) = $path =~ /(small|empty|bare|large)/;

    for my $visit (1 .. 3) {
        my $r = get($path);

        is length_of($r), $length, "length of a page $title: $length";
        ok plain($r->body) eq $want{$name}, '... it is the same page';
    }
}

my $size = length $page{small};
my @cuts = (1 .. 8, map { $_ * 97 } 1 .. $size / 97);
my @wrong;
for my $way ('', '/direct') {
    for my $at (@cuts) {
        my $r = get("$way/small/cut", headers => { 'X-Cut' => $at });

        push @wrong, "$way $at" if plain($r->body) ne $want{small}
            || length_of($r) !~ /^(?:said|chunked)$/;
    }
}
is "@wrong", '', 'wherever a page is cut on its way, its length is right';

# ---- nothing to hold

for my $case (['small', '/small/whole', 'said'], ['large', '/large/whole', 'said'],
    ['large', '/file/large.html', 'said'], ['large', '/large/chunked', 'chunked'],
    ['large', '/sub/large/whole', 'chunked'], ['bare', '/bare/whole', 'said'],
    ['empty', '/empty/whole', 'said'])
{
    my ($name, $path, $length) = @$case;

    for my $visit (1 .. 3) {
        my $r = get($path, jar => $jar);

        is length_of($r), $length,
            "all granted, $path: length is $length";
        like $r->body, qr/ngxc-settings/, '... with the link'
            if $name ne 'empty';
        ok cut($r->body) eq $page{$name}, '... and the origin\'s bytes';
    }
}

@wrong = ();
for my $way ('', '/direct') {
    for my $at (@cuts) {
        my $r = get("$way/small/cut", jar => $jar,
            headers => { 'X-Cut' => $at });

        push @wrong, "$way $at" if cut($r->body) ne $page{small}
            || length_of($r) !~ /^(?:said|chunked)$/;
    }
}
is "@wrong", '', 'wherever it is cut on its way';

# ---- a page that is known, whose body begins late

for my $path (qw(/late/whole /narrow/late/whole /narrow/file/late.html
    /later/whole /narrow/later/whole /narrow/file/later.html))
{
    my ($name) = $path =~ /(later?)/;
    my %how;

    # two pages may want one place in the memory: one of these has it
    for my $n (1 .. 4) {
        my $first = get("$path?$n", jar => $jar)->body;
        my $r;

        $r = get("$path?$n", jar => $jar) for 1 .. 2;
        push @{ $how{ length_of($r) } }, $n;
        ok cut($r->body) eq $page{$name}, "$path: the origin's bytes";
        ok plain($r->body) eq plain($first), '... with the same edits as at first';
    }
    ok $how{said}, '... and a length, since it is known';
}

@wrong = ();
for my $way ('', '/narrow', '/direct') {
    for my $at (1, 200, 1024, map { 1500 * $_ } 1 .. 8) {
        my $r = get("$way/late/cut", jar => $jar,
            headers => { 'X-Cut' => $at });

        push @wrong, "$way $at" if cut($r->body) ne $page{late}
            || length_of($r) !~ /^(?:said|chunked)$/;
    }
}
is "@wrong", '', 'wherever it is cut on its way';

# It was known, and is another one from here on, or ends here.
@wrong = ();
for my $case ([late => 50, 80, 300, 4090, 8191, 9000, 9060, 9100, 9200, 9300],
    [later => 8300, 20_000, 32_768, 40_000, 40_060, 40_100, 40_200])
{
    my ($name, @at) = @$case;

    for my $at (@at) {
        my $n = 0;

        for my $other (substr($page{$name}, 0, $at) . 'x'
                . substr($page{$name}, $at + 1),
            substr($page{$name}, 0, $at) . 'xyz' . substr($page{$name}, $at),
            substr($page{$name}, 0, $at))
        {
            my $path = "/narrow/$name/whole?$at." . $n++;

            $t->write("www/$name.html", $page{$name});
            get($path, jar => $jar) for 1 .. 3;
            $t->write("www/$name.html", $other);
            my $r = get($path, jar => $jar);
            push @wrong, $path if cut($r->body) ne $other
                || length_of($r) !~ /^(?:said|chunked)$/;
        }
    }
    $t->write("www/$name.html", $page{$name});
}
is "@wrong", '', 'a known page that has become another one is that one';

# ---- who else asks for the length

for my $who ([first => ''], [granted => $token]) {
    my ($name, $cookie) = @$who;
    my @cookie = $cookie ? (Cookie => $cookie) : ();
    my %headers = (headers => {@cookie});

    my $r = $t->head('/small/whole', @host, %headers);
    is $r->header('content-length'), undef, "$name: HEAD promises nothing";

    $r = get('/small/short', %headers);
    ok length_of($r) ne 'said' && length_of($r) ne 'chunked',
        "$name: a page that the origin broke off is broken";

    $r = get('/zip/small/whole', headers => {@cookie,
        'Accept-Encoding' => 'gzip'});
    is length_of($r), 'chunked', "$name: what is packed has another length";

    $r = $t->raw([build_request('GET', '/small/whole', @host,
        headers => ['Connection', 'keep-alive', @cookie]) =~ s/1\.1/1.0/r],
        until => qr/cut\.gif|<\/body><\/html> $/);
    is $r->header('connection'), 'keep-alive',
        "$name: HTTP/1.0 may keep its connection";

    my @bodies;
    pipelined($t->port('gate'), 6, sub { build_request('GET', '/small/whole',
        @host, headers => ['Connection', 'keep-alive', @cookie]) },
        sub { push @bodies, length_of($_[0]) });
    is_deeply \@bodies, [('said') x 6], "$name: one connection, six answers";

    my ($status, $out) = $t->_run(encode_json([map { { path => "/$_/whole",
        headers => $cookie ? [[cookie => "__Host-$cookie"]] : [] } }
        qw(small large)]), 'node', $t->root . '/t/lib/h2_client.js',
        $t->port('tls'));
    for my $got (@{ $status ? [] : JSON::PP->new->utf8->decode($out) }) {
        my ($said) = map { $_->[1] } grep { lc $_->[0] eq 'content-length' }
            @{ $got->{headers} };

        ok !$got->{cancelled} && (!defined $said
            || $said == length $got->{body}), "$name: HTTP/2";
    }
}

$t->done;
