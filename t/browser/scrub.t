# scrub in a real browser: a page's address without what third parties are not
# to learn, before the first of them reads it; and the Referer of what they
# fetch with it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Consent::Demo;

my $t = Consent::Demo->new;
my $site = $t->dir . '/site';

mkdir $site or die "$site: $!";
$t->write('site/page.html', <<'END');
<!doctype html><html lang=en><head><meta charset=utf-8><title>p</title>
<script nonce=abc123>window.seen = location.href.replace(/^http:..[^\/]*/, '')</script>
<script nonce=abc123 src="http://www.google-analytics.com/analytics.js"></script></head>
<body><p>p<script nonce=abc123>
new Image().src = 'http://www.google-analytics.com/collect?dl='
    + encodeURIComponent(location.href) + '&dr=' + encodeURIComponent(document.referrer);
</script></body></html>
END

$t->origin(<<'END');
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        root    %%DIR%%/site;
        types   { text/html html; }
        merge_slashes off;
        location = /favicon.ico { return 204; }
        location ~ ^/nonce(/.*) {
            add_header Content-Security-Policy "script-src 'nonce-abc123'" always;
            alias %%DIR%%/site$1;
        }
        location ~ ^/elsewhere(/.*) {
            add_header Referrer-Policy "unsafe-url" always;
            alias %%DIR%%/site$1;
        }
        location / { rewrite ^//double(/.*) $1 break; }
    }
END
$t->gate(<<'END');
    include  %%ROOT%%/conf/vendors/*.conf;
    consent_policy scrubs {
        controller "C"; notice /privacy/; version 1; languages en;
        purpose  necessary required;
        purpose  analytics slot=1;
        vendor   google-analytics purpose=analytics;
        scrub    email tel;
    }
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.kitayama.example;
        merge_slashes off;
        consent      scrubs;
        consent_csp  enforce;
        location = /favicon.ico { return 204; }
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
    }
END

$t->browse('scrub.mjs');
$t->done;
