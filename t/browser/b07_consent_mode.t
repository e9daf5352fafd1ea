# B7: in window.dataLayer Google's consent default is the first entry, before
# whatever the site or a tag puts there, for a new visitor, a returning one and
# one whose browser sends Global Privacy Control; and a choice is told by exactly
# one update, in the page where it is made.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Consent::Demo;
use Consent::Site;

my $t = Consent::Demo->new;

# The site's own entries, set-up calls that are kept while the vendor is shut, one
# of them before everything else; a page that is left writes down what it had.
mkdir $t->dir . '/site';
$t->write('site/page.html', <<'END');
<!doctype html><html lang=en><head><script>
window.dataLayer = window.dataLayer || [];
function gtag() { dataLayer.push(arguments); }
gtag('js', new Date());
addEventListener('pagehide', () => sessionStorage.setItem('layers',
    JSON.stringify([...JSON.parse(sessionStorage.layers || '[]'), layer()])));
function layer() {
    return dataLayer.map((e) => e[0] === 'consent'
        ? e[1] + ' ' + Object.keys(e[2]).filter((k) => e[2][k] === 'granted').join() : e.event || String(e[0]));
}
</script><meta charset=utf-8><title>t</title>
<script async src=https://analytics.example/tag.js></script>
</head><body><p>p<script>gtag('config', 'G-1')</script></body></html>
END

$t->origin(<<'END');
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        root    %%DIR%%/site;
        types   { text/html html; }
        location = /favicon.ico { return 204; }
    }
END
my $policy = policy(more => 'signals gpc;') =~ s/slot=2 clause=T-2/slot=2 clause=T-2 signal=ad_storage/r;
$t->gate(<<"END");
    $policy
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.kitayama.example;
        consent      test;
        consent_limit off;
        location = /favicon.ico { return 204; }
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
        location /reload/ { consent_release reload; proxy_pass http://127.0.0.1:%%PORT_origin%%/; }
    }
END

$t->browse('consent_mode.mjs');
$t->done;
