# B1: before consent nothing is asked for and nobody is connected to, whatever
# carries the tracker: the seven elements that client-side gates are measured
# by, and those that they forget; in three encodings, with JavaScript and
# without.  The same pages un-gated show which carriers are live.

use strict;
use warnings;
use utf8;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Encode qw(encode);
use File::Path qw(make_path);
use Test::More;
use Consent::Demo;

my $t = Consent::Demo->new;
my $dir = $t->dir . '/site';
my $ga = 'https://www.google-analytics.com';
my @charsets = qw(utf-8 shift_jis iso-2022-jp);

# Japanese text, that bytes of JIS and Shift_JIS stand between the carriers
# which look like markup.
my $text = '<p>表示と計測、ソ能―予約。一覧は「こちら」</p>';

my $carriers = <<"END";
<link rel=preload as=script href="$ga/b1-preload">
<link rel=stylesheet href="$ga/b1-sheet">
<script src="$ga/b1-script"></script>
<script async src="$ga/b1-async"></script>
<script>document.cookie = '_ga=GA1.1.1.1; path=/';
document.head.appendChild(document.createElement('script')).src = '$ga/b1-appended';</script>
<style>\@import "$ga/b1-import"; #css { background: url($ga/b1-css) }</style>
</head><body>$text
<img src="$ga/b1-img" alt="">$text
<iframe src="$ga/b1-frame" title=f></iframe>
<noscript>$text<img src="$ga/b1-noscript" alt=""></noscript>
<img srcset="$ga/b1-srcset 1x" alt="">
<picture><source srcset="$ga/b1-source"><img alt=""></picture>
<p id=css>$text<p style="background: url('$ga/b1-style')">x
<svg width=9 height=9><image href="$ga/b1-svg" width=9 height=9 /></svg>
<template id=template>$text<img src="$ga/b1-template" alt=""></template>
<script>document.body.append(document.getElementById('template').content.cloneNode(true));</script>
<!-- $text <img src="$ga/b1-comment" alt=""> -->
<!--> <img src="$ga/b1-comment-shut" alt=""> -->
<!--[if IE]> <img src="$ga/b1-conditional" alt=""> <![endif]-->
<![if !IE]> <img src="$ga/b1-revealed" alt=""> <![endif]>
END

my %page = (
    all => "$carriers</body></html>",
    refresh => qq(<meta http-equiv=refresh content="0; url=$ga/b1-refresh"></head><body>$text</body></html>),
    base => qq(<base href="$ga/"></head><body>$text<img src="b1-base" alt=""></body></html>),
);

for my $charset (@charsets) {
    make_path("$dir/$charset");
    for my $name (keys %page) {
        open my $file, '>:raw', "$dir/$charset/$name.html" or die $!;
        print $file encode($charset, '<!doctype html><html lang=ja><head><title>計測</title>' . $page{$name});
        close $file;
    }
}

my $types = join '', map { qq(location /$_/ { default_type "text/html; charset=$_"; }\n) } @charsets;

$t->origin(<<'END' =~ s/TYPES/$types/r =~ s/GA/$ga/r);
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        root    %%DIR%%/site;
        types   { }
        charset off;
        add_header  Link  "<GA/b1-link>; rel=preload; as=image";
        location = /favicon.ico { return 204; }
        TYPES
    }
END
$t->gate(<<'END');
    include  %%ROOT%%/conf/vendors/*.conf;
    include  %%ROOT%%/conf/policies/cc-link.conf;
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.kitayama.example;
        consent      cc-link;
        consent_csp  off;
        location = /favicon.ico { return 204; }
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
    }
END

$t->browse('before_consent.mjs', CG_CHARSETS => "@charsets");
$t->done;
