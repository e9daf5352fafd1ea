# Advanced consent mode in a real browser: what a tag of Google's that goes
# ahead of the choice finds, and that it ends with a refusal.  And where another
# one is let through: analytics that is held is switched off by name.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Consent::Demo;
use Consent::Site;

my $t = Consent::Demo->new;

mkdir $t->dir . '/site';
$t->write('site/page.html', <<'END');
<!doctype html><html lang=en><head><meta charset=utf-8><title>t</title>
<script>window.born = Math.random();
window.dataLayer = window.dataLayer || []; function gtag() { dataLayer.push(arguments) }
gtag('js', new Date()); gtag('config', 'G-1');</script>
<script async src=https://analytics.example/gtag.js></script>
</head><body><p>p<img src=https://ads.example/pixel.gif alt=""></body></html>
END

$t->origin(<<'END');
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        root    %%DIR%%/site;
        types   { text/html html; }
        location = /favicon.ico { return 204; }
    }
END
my $policy = policy() =~ s/vendor     analytics-co purpose=analytics/$& mode=advanced/r;
my ($other) = policy() =~ /(consent_policy test .*)/s;
$other =~ s/consent_policy test/consent_policy manager/;
$other =~ s/(ads-co\s+)purpose=marketing/$1purpose=necessary/;
$policy =~ s/host ads.example;/$& stub dataLayer[];/;
$t->gate(<<"END");
    $policy
    $other
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  manager.kitayama.example;
        consent      manager;
        consent_limit off;
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
    }
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.kitayama.example;
        consent      test;
        consent_limit off;
        location = /favicon.ico { return 204; }
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
    }
END

$t->browse('advanced.mjs');
$t->done;
