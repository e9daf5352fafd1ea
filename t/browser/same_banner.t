# Whatever the page is encoded in and whatever its Content-Security-Policy
# forbids, visitors see the same banner, to the pixel, and can choose; no policy
# is violated on the way, by us: a strict one lets exactly ours in.

use strict;
use warnings;
use utf8;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Encode qw(encode);
use File::Path qw(make_path);
use Test::More;
use Consent::Demo;
use Consent::Site;

my $t = Consent::Demo->new;
my $dir = $t->dir . '/site';

# A script and a style of the site's own, that both have a hash and a nonce.
my $page = <<'END';
<!doctype html><html lang=ja><head><title>計測</title><script NONCE>window.own = 1</script>
<style NONCE>p { color: rgb(1, 2, 3) }</style></head>
<body><p>表示と計測、ソ能―予約。一覧は「こちら」
<script src=https://analytics.example/tag.js></script></body></html>
END

my @charsets = qw(utf-8 shift_jis euc-jp iso-2022-jp utf-16le);

for my $charset (@charsets) {
    make_path("$dir/$charset");
    open my $file, '>:raw', "$dir/$charset/page.html" or die $!;
    print $file encode($charset, $page =~ s/ NONCE/ nonce=abc123/gr);
    close $file;
}

my ($script, $style) = map { my ($code, $out) = $t->_run($_, qw(openssl dgst -sha256 -binary)); my $b = do { require MIME::Base64; MIME::Base64::encode_base64($out, '') }; "'sha256-$b'" }
    'window.own = 1', 'p { color: rgb(1, 2, 3) }';

# Each as a site would say it, and what it says it with.
my %policy = (
    nonce   => "default-src 'self'; script-src 'nonce-abc123'; style-src 'nonce-abc123'",
    dynamic => "script-src 'nonce-abc123' 'strict-dynamic' https: 'unsafe-inline'; object-src 'none'; base-uri 'none'; style-src 'self' 'nonce-abc123'",
    hash    => "default-src 'none'; script-src $script; style-src $style; connect-src 'none'; form-action 'none'",
    mixed   => "default-src 'self'; script-src 'self' $script; style-src 'self' $style",
    self    => "default-src 'self'; form-action 'self'",
    typed   => "require-trusted-types-for 'script'; trusted-types 'none'; default-src 'self' 'nonce-abc123'",
    two     => "script-src 'nonce-abc123', script-src $script; style-src $style",
    report  => "default-src 'self'",
);

my $places = join '', map { qq(location /$_/ { default_type "text/html; charset=$_"; }\n) } @charsets;
$places .= join '', map {
    my $header = 'Content-Security-Policy' . ($_ eq 'report' ? '-Report-Only' : '');
    qq(location /$_/ { alias %%DIR%%/site/utf-8/; add_header $header "$policy{$_}; report-uri /violated?$_"; }\n)
} sort keys %policy;

$t->origin(<<'END' =~ s/PLACES/$places/r);
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        root    %%DIR%%/site;
        types   { }
        default_type "text/html; charset=utf-8";
        charset off;
        location = /favicon.ico { return 204; }
        location = /violated { return 204; }
        PLACES
    }
END
$t->gate(policy() . <<'END');
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.kitayama.example;
        consent      test;
        consent_limit off;
        location = /favicon.ico { return 204; }
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
    }
END

$t->browse('same_banner.mjs', CG_CHARSETS => "@charsets", CG_POLICIES => join ' ', sort keys %policy);
$t->done;
