# The second wall in a real browser: what the site's own scripts would call goes
# nowhere while it is shut, everything of the site's works, and what was blocked
# stands in the log.  Where it is only reported, the same calls are seen to
# leave: each of them is live.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Copy qw(copy);
use Test::More;
use Consent::Demo;

my $t = Consent::Demo->new;
my $site = $t->dir . '/site';

mkdir $site or die "$site: $!";
copy(Consent::root() . "/t/browser/lib/csp_calls.js", "$site/calls.js")
    or die "calls.js: $!";

my $own = <<'END';
<!doctype html><html lang=en><head><meta charset=utf-8><title>own</title>
<link rel=stylesheet href=/own.css><style>#a { color: rgb(1, 2, 3) }</style>
<script>window.inline = 1</script><script src=/own.js></script></head>
<body onload="window.handler = 1"><p id=a style="margin-left: 7px">a<p id=b>b
<img id=i src=/own.svg><img id=d src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>">
<iframe id=f src=/frame.html></iframe>
<script>
window.evaluated = eval('1') + new Function('return 1')();
window.blob = new Promise((done) => { const i = new Image();
    i.onload = () => done(1); i.onerror = () => done(0);
    i.src = URL.createObjectURL(new Blob(['<svg xmlns="http://www.w3.org/2000/svg"/>'],
        { type: 'image/svg+xml' })); });
window.work = new Promise((done) => { const w = new Worker('/work.js');
    w.onmessage = (e) => done(e.data); w.onerror = () => done(0); });
window.fetched = fetch('/own.css').then((r) => r.ok, () => false);
new Image().src = 'http://static.kitayama.example/sub-image';
new WebSocket('ws://live.kitayama.example/sub-socket');
</script></body></html>
END

my %file = (
    'own.html' => $own,
    'own.css' => '#b { color: rgb(4, 5, 6) }',
    'own.js' => 'window.external = 1;',
    'own.svg' => '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    'work.js' => 'postMessage(eval("1") + 1);',
    'frame.html' => '<!doctype html><title>f</title><p id=frame>frame</p>',
    'calls.html' => '<!doctype html><html lang=en><title>c</title><body>'
        . '<script src=/calls.js></script></body></html>',
    'worker.js' => "const h = ['https://www.goo', 'gle-ana', 'lytics.com/'];\n"
        . "fetch(h.join('') + 'own-worker', { mode: 'no-cors' });\n"
        . "try { importScripts(h.join('') + 'own-worker-script') } catch (e) {}",
);
for my $name (sort keys %file) {
    open my $out, '>', "$site/$name" or die "$name: $!";
    print $out $file{$name};
    close $out;
}

$t->origin(<<'END');
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        root    %%DIR%%/site;
        types   { text/html html; text/css css; text/javascript js; image/svg+xml svg; }
        location = /favicon.ico { return 204; }
        location ~ ^/nonce(/.*) {
            add_header Content-Security-Policy "script-src 'nonce-abc123'; style-src 'nonce-abc123'" always;
            alias %%DIR%%/site$1;
        }
        location / { rewrite ^/(?:report|enforce)(/.*) $1 break; }
    }
END
$t->gate(<<'END');
    include  %%ROOT%%/conf/vendors/*.conf;
    include  %%ROOT%%/conf/policies/cc-link.conf;
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.kitayama.example;
        consent      cc-link;
        consent_csp  enforce;
        location = /favicon.ico { return 204; }
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
        location /report/ {
            consent_csp  report;
            proxy_pass   http://127.0.0.1:%%PORT_origin%%;
        }
    }
END

$t->browse('csp.mjs');
$t->stop('gate', 'QUIT');

my %seen;
for my $e (grep { $_->{ty} eq 'unknown.seen' } $t->evidence) {
    $seen{"$e->{vendor} $e->{name} $e->{action}"} += $e->{n}
        if $e->{name} && $e->{vendor};
}
my $ga = 'google-analytics www.google-analytics.com';
cmp_ok $seen{"$ga blocked"} || 0, '>', 15, 'what was blocked is in the log';
cmp_ok $seen{"$ga passed"} || 0, '>', 15, 'and what was reported only';
my @dirs = sort keys %{{ map { $_->{dir} => 1 } grep { ($_->{dir} // '') =~ /-src/ } $t->evidence }};
diag "reported by: @dirs";
cmp_ok scalar @dirs, '>', 7, 'by many directives';

$t->done;
