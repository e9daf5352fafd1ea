# Frames that are held, in a real browser: what stands there has the frame's
# place and size; shown once or for good by forms alone, or by a script.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Consent::Demo;
use Consent::Site;

my $t = Consent::Demo->new(
    needs => [Consent::root() . '/node_modules/axe-core/axe.min.js']);

my $at = 'https://video.ads.example';
my $frames = <<"END";
<div class=wide><iframe id=wide src="$at/wide?a=1&amp;b=2" title="A film" allowfullscreen></iframe></div>
<p>text <iframe id=box width=420 height=240 sandbox="allow-scripts" src="$at/box"></iframe> text
<iframe id=small class=small loading=lazy src="//maps.example/small"></iframe>
<iframe id=dot width=1 height=1 src="$at/dot"></iframe>
<embed id=embed width=400 height=200 src="$at/embed">
<object id=object width=400 height=200 data="$at/object"></object>
END
my $head = <<'END';
<!doctype html><html lang=en><head><meta charset=utf-8><title>t</title>
<style nonce=abc123>body { margin: 20px; font: 16px sans-serif }
.wide { position: relative; padding-top: 56.25%; max-width: 800px }
.wide iframe { position: absolute; inset: 0; width: 100%; height: 100%; border: 0 }
.small { width: 200px; height: 150px; border: 3px solid red }</style>
<script nonce=abc123>window.born = Math.random(); window.moved = 0;
new PerformanceObserver((l) => l.getEntries().forEach((e) => { moved += e.value }))
    .observe({ type: 'layout-shift', buffered: true });</script></head><body>
END

mkdir $t->dir . '/site';
$t->write("site/$_.html", "$head$frames<p>end</body></html>")
    for qw(page nonce bare enforced asking);

$t->write('site/trap.html', <<"END");
$head<object width=400 height=200 data="$at/shown"><embed width=1 height=1 src="//maps.example/beside"></object>
<div data-ngxc-style="background: url(//maps.example/around)"><iframe id=forged data-ngxc-ui data-ngxc-onload="moved = 9"
width=400 height=200 src="$at/forged"></iframe></div><p>end</body></html>
END

$t->origin(<<'END');
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        root    %%DIR%%/site;
        types   { text/html html; }
        location = /nonce.html {
            add_header Content-Security-Policy "default-src 'none'; script-src 'nonce-abc123'; style-src 'nonce-abc123'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-src https://video.ads.example; object-src https://video.ads.example";
        }
        location = /bare.html {
            add_header Content-Security-Policy "default-src 'none'; form-action 'none'; frame-src https://video.ads.example";
        }
        location /plain/ { alias %%DIR%%/site/; }
    }
END
my $policy = policy();
$t->gate(<<"END");
    $policy
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.kitayama.example;
        consent      test;
        consent_banner off;
        location = /favicon.ico { return 204; }
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
        location = /asking.html { consent_banner on; proxy_pass http://127.0.0.1:%%PORT_origin%%; }
        location /plain/ { consent off; proxy_pass http://127.0.0.1:%%PORT_origin%%; }
        location = /enforced.html { consent_csp enforce; proxy_pass http://127.0.0.1:%%PORT_origin%%; }
    }
END

$t->browse('embed.mjs',
    CG_AXE => Consent::root() . '/node_modules/axe-core/axe.min.js');

my ($code, $said) = $t->consentctl('verify', $t->dir . '/consent.log');
is $code, 0, 'and the log verifies' or diag $said;
$t->done;
