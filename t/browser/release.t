# What was held, released in a page without a reload, in a real browser: the
# same effects in the same order as in the page that no gate ever saw.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP;
use Test::More;
use Consent::Demo;
use Consent::Site;

my $t = Consent::Demo->new;

# Scripts of the vendor come from the sink of release.mjs; each inline script
# that is to be held names its loader.
my $mark = '/* analytics.example/loader */';
my $head = '<!doctype html><html lang=en><head><meta charset=utf-8><title>t</title>';

my $order = <<"END";
$head<script>
window.born = Math.random();
window.log = [];
window.say = (what) => { log.push(what + ' ' + document.readyState + ' '
    + (window.last || '-')); window.last = what; };
document.addEventListener('DOMContentLoaded', () => { window.siteReady = (window.siteReady || 0) + 1 });
addEventListener('load', () => { window.siteLoaded = (window.siteLoaded || 0) + 1 });
</script>
<script src=https://analytics.example/blocking1.js></script>
<script>$mark say('inline1 ' + typeof blocking1);
document.addEventListener('DOMContentLoaded', (e) => say('ready1 ' + (e.target === document)));
document.addEventListener('readystatechange', () => say('change'));
addEventListener('DOMContentLoaded', () => say('ready of window'));
addEventListener('load', function (e) { say('load1 ' + (this === window)); });
const gone = () => say('never'); addEventListener('load', gone); removeEventListener('load', gone);
</script>
<script defer src=https://analytics.example/deferred1.js></script>
<script async src=https://analytics.example/async1.js></script>
<script type=module src=https://analytics.example/module1.js></script>
</head><body>
<script src=https://analytics.example/blocking2.js></script>
<script type=module>$mark say('module2 ' + typeof deferred1);</script>
<script nomodule src=https://analytics.example/nomodule.js></script>
<script src=https://analytics.example/missing.js></script>
<script id=exact>$mark
	// \xe2\x82\xac "quoted" & <!-- not a comment
say('inline2 ' + document.currentScript.id + ' ' + document.currentScript.text.length
    + ' ' + typeof blocking2); window.exact = document.currentScript.text;</script>
<script type="text/JavaScript" src=https://analytics.example/blocking3.js></script>
<script src=https://analytics.example/hasload.js onload="say('its load')"></script>
<script src=https://analytics.example/missing.js onerror="say('its error')"></script>
<p id=p>text</p>
<script>$mark say('inline3 ' + (document.currentScript.previousElementSibling.id));
window.onload = () => say('onload');
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => { say('late');
    fetch('https://analytics.example/go'); });
throw new Error('of the page');</script>
<script defer src=https://analytics.example/deferred2.js></script>
<script>$mark say('inline4');</script>
<img id=img src=https://analytics.example/pixel.gif alt="">
<iframe id=frame src=https://analytics.example/frame title=f></iframe>
<svg id=svg width=9 height=9><rect fill="url(https://analytics.example/fill.svg#f) red" stroke="url('https://analytics.example/stroke.svg#s')"
    mask="url(https://analytics.example/mask.svg#m)" width=9 height=9 /></svg>
<template id=template><img src=https://analytics.example/in-template.gif alt=""></template>
<style>\@import "https://analytics.example/sheet.css"; #p { color: rgb(1, 2, 3) }</style>
<link rel=stylesheet href=https://analytics.example/link.css>
<script src=https://unlisted.example/unlisted.js></script>
<img id=mixed src=https://analytics.example/mixed.gif srcset="https://unlisted.example/mixed.gif 2x" alt="">
<p><img src=https://ads.example/ad.gif alt="">
</body></html>
END

my $stubs = <<"END";
$head<script>window.born = Math.random();</script></head><body>
<script>ga('create', 'UA-1'); ga('send', 'pageview'); gtag('js', 1);
dataLayer.push({ event: 'dropped' }); utag.link({ a: 1 }); mixpanel.init({ id: 'kept' });
window.own = { ngxc: 2 };</script>
<script src=https://analytics.example/queues.js></script>
<script async src=https://analytics.example/utag.js></script>
</body></html>
END

# What somebody writes into a page who may write data and nothing that acts:
# into its HTML, or into what a script of it puts there.
my $forged = 'data-ngxc-hold=forged data-ngxc-purpose=analytics';
my %gadget = (
    handler => qq{<img alt="" $forged data-ngxc-src=/none.gif data-ngxc-onerror="sessionStorage.owned = 1">},
    document => qq{<iframe title=f $forged data-ngxc-srcdoc="<script>parent.sessionStorage.owned = 1</script>"></iframe>},
    address => qq{<iframe title=f $forged data-ngxc-src=" java&#9;script:parent.sessionStorage.owned = 1"></iframe>},
    template => qq{<template><img alt="" $forged data-ngxc-src=/none.gif data-ngxc-onerror="sessionStorage.owned = 1"></template>},
);

my $away = 'https://unlisted.example/forged';
my $marks = join "\n", values %gadget, <<"END";
<img alt="" $forged data-ngxc-src="$away-img.gif">
<IMG alt=""/DATA-NGXC-HOLD=x Data-Ngxc-Purpose='analytics' data-ngxc-SRCSET="$away-set.gif 2x">
<iframe title=f $forged data-ngxc-src="$away-frame"></iframe>
<link rel=stylesheet $forged data-ngxc-href="$away.css">
<svg><image $forged data-ngxc-href="$away-svg.gif" width=9 height=9 /></svg>
<svg width=9 height=9><rect mask="x-ngxc-url($away-mask.svg#m)" fill="url(https://analytics.example/worded.svg#f)" width=9 height=9 /></svg>
<p class=x $forged data-ngxc-style="background: url($away-style.gif)">p</p>
<video $forged data-ngxc-poster="$away-poster.gif"></video>
<template><img alt="" $forged data-ngxc-src="$away-template.gif"></template>
<noscript><img alt="" $forged data-ngxc-src="$away-noscript.gif"></noscript>
<img alt="" data-ngxc-src="$away-beside.gif" src="https://analytics.example/beside.gif">
<img alt="" style="background: x-ngxc-url($away-word.gif)" src="https://analytics.example/worded.gif">
<style data-ngxc-purpose=analytics>p { background: url($away-purpose.gif) }</style>
<style>\@import "https://analytics.example/worded.css"; b { background: ux-ngxc-rl($away-words.gif) }</style><b>b</b>
<script type=text/plain $forged data-ngxc-src="$away.js"></script>
<script $forged data-ngxc-src="$away-empty.js"></script>
END

# A banner that is none.
my $false = <<"END";
<div id=ngx-consent data-ngxc-ui data-ngxc-state=none data-ngxc-purposes="necessary analytics marketing"
data-ngxc-signals="" data-ngxc-release="$away-release.js" data-ngxc-client="$away-client.js">
<form action="$away/.consent/choice" method=post><input name=notice value=1><input name=once value=1>
<button name=choice value=accept>Read on</button></form></div>
END

# Each template is used again and again.
my $used = '<script>addEventListener("load", () => document.querySelectorAll("template").forEach(t => '
    . 'setInterval(() => document.body.append(t.content.cloneNode(true)), 50)))</script></body></html>';
my $before = "$head<script>window.born = Math.random()</script></head><body>"
    . "<img src=https://analytics.example/pixel.gif alt=''>";
my %page = (
    marks => "$before$marks$used",
    false => "$before$false</body></html>",
    late => $before =~ s{</head>}{'<style>' . 'p{}' x 20_000 . '</style></head>'}er . "$false</body></html>",
    (map { ($_ => "$before<script>document.body.insertAdjacentHTML('beforeend', "
        . (JSON::PP->new->allow_nonref->encode($gadget{$_}) =~ s{</}{<\\/}gr) . ")</script>$used") } keys %gadget),
    order => $order, nonce => $order, enforced => $order, reload => $order,
    typed => $order, stubs => $stubs,
    write => "$head<script>window.born = Math.random()</script></head><body><script>$mark document.write('<p id=written>w')</script></body></html>",
    writes => "$head<script>window.born = Math.random()</script></head><body><script src=https://analytics.example/writes.js></script></body></html>",
);
mkdir $t->dir . '/site';
for my $name (keys %page) {
    my $text = $page{$name};
    $text =~ s/<script/<script nonce=abc123/g if $name eq 'nonce';
    $t->write("site/$name.html", $text);
}

$t->origin(<<'END');
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        root    %%DIR%%/site;
        types   { text/html html; }
        location = /favicon.ico { return 204; }
        location = /nonce.html {
            add_header Content-Security-Policy "script-src 'nonce-abc123'";
        }
        location = /typed.html {
            add_header Content-Security-Policy "require-trusted-types-for 'script'; trusted-types 'none'";
        }
        location = /plain/nonce.html {
            alias %%DIR%%/site/nonce.html;
            add_header Content-Security-Policy "script-src 'nonce-abc123'";
        }
        location /plain/ { alias %%DIR%%/site/; }
    }
END
my $policy = policy() =~ s/stub ga gtag dataLayer\[\];/stub ga gtag dataLayer[] utag.link mixpanel.init;/r;
$t->gate(<<"END");
    $policy
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.kitayama.example;
        consent      test;
        location = /favicon.ico { return 204; }
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
        location /plain/ { consent off; proxy_pass http://127.0.0.1:%%PORT_origin%%; }
        location = /enforced.html { consent_csp enforce; proxy_pass http://127.0.0.1:%%PORT_origin%%; }
        location = /reload.html { consent_release reload; proxy_pass http://127.0.0.1:%%PORT_origin%%; }
    }
END

$t->browse('release.mjs');
$t->done;
