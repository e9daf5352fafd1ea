# Whatever carries a request and is held, after a visitor agreed to everything
# in the page: it is what it is in a page that came with everything granted, and
# fetches the same; or the page is loaded again.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Consent::Demo;
use Consent::Site;

my $t = Consent::Demo->new;
my $to = 'https://analytics.example';

# "@" is the vendor's URL of that carrier.  A purpose that the page itself names
# is not compared: the gate's stands before it, and the parser keeps one.
my @live = map { [split ' ', $_, 2] } split /\n/, <<'END';
img           <img src=@.gif alt="">
srcset        <img srcset="@-1.gif 1x, @-2.gif 2x" alt=""><img src=/own.gif srcset="@-3.gif 1x" alt="">
picture       <picture><source srcset=@-source.gif><img src=@-img.gif alt=""></picture>
lazy          <img loading=lazy src=@.gif alt="">
image         <image src=@.gif>
input         <input type=image src=@.gif alt=i>
video         <video muted preload=auto src=@.mp4 poster=@-poster.gif></video>
audio         <audio preload=auto src=@.mp3></audio>
sources       <video muted preload=auto><source src=@-1.mp4><source src=@-2.webm></video>
track         <video muted crossorigin src=/own.mp4><track default kind=captions srclang=en src=@.vtt></video>
iframe        <iframe title=f src=@></iframe>
data          <iframe title=f src="data:text/html,<img src=@.gif>"></iframe>
embed         <embed src=@>
object        <object data=@><img src=@-inside.gif alt=""></object>
table         <table background=@-table.gif><tbody background=@-tbody.gif><tr background=@-tr.gif><td background=@-td.gif>x<th background=@-th.gif>x</table>
stylesheet    <link rel=stylesheet href=@.css>
alternate     <link rel="alternate stylesheet" title=a href=@.css>
preload       <link rel=preload as=image href=@.gif><link rel=preload as=image imagesrcset="@-set.gif 1x">
modulepreload <link rel=modulepreload href=@.js>
prefetch      <link rel=prefetch href=@.gif>
preconnect    <link rel="preconnect dns-prefetch" href=@>
icon          <link rel=icon href=@.gif>
ping          <a href=/ ping="@-a">x</a><map name=m><area href=/ alt=x ping="@-area"></map>
action        <form action=@><button formaction=@-button>x</button><input type=submit formaction=@-input></form>
svg-image     <svg width=9 height=9><image href=@.gif width=9 height=9 /><image xlink:href=@-x.gif width=9 height=9 /></svg>
svg-use       <svg><use href=@.svg#a /><use xlink:href=@-x.svg#a /></svg>
svg-filter    <svg width=9 height=9><filter id=fe><feImage href=@.gif /><feImage xlink:href=@-x.gif /></filter><rect filter=url(#fe) width=9 height=9 /></svg>
svg-animation <svg width=9 height=9><image width=9 height=9><set attributeName=href to=@-set.gif /></image><image width=9 height=9><animate attributeName=href values="@-values.gif" dur=99s /></image><rect><animate attributeName=x from=@-from by=@-by /></rect></svg>
svg-fill      <svg width=9 height=9><path d=M0,0h9 fill="url(@.svg#a) red" stroke="url('@-stroke.svg#a')" marker-start=url(@-start.svg#a) marker-mid=url(@-mid.svg#a) marker-end=url(@-end.svg#a) /></svg>
svg-mask      <svg width=9 height=9><rect mask="url(@.svg#a)" clip-path="url(@-clip.svg#a)" filter="url(@-filter.svg#a)" cursor="url(@-cursor.gif), auto" width=9 height=9 /></svg>
svg-encoded   <svg width=9 height=9><rect mask="url(&quot;@.svg#a&quot;)" width=9 height=9 /></svg>
svg-style     <svg width=9 height=9><style>#svg-style rect { mask: url(@.svg#a) }</style><rect width=9 height=9 /></svg>
style         <p style="color: red; background: url(@.gif) /* url(@-c.gif) */">x</p>
style-encoded <p style="background: url(&quot;@.gif&quot;)">x</p>
style-bare    <p style="background: url(@/*-a.gif)">x</p>
sheet         <style media=screen>#sheet b { color: red; background: image-set("@-set.gif" 1x) }</style><b>x</b>
sheet-import  <style>@import "@.css"; #sheet-import b { color: red }</style><b>x</b>
sheet-marked  <style type=text/css data-ngxc-purpose=marketing>#sheet-marked b { color: red; background: url(/own.gif) }</style><b>x</b>
sheet-font    <style>@font-face { font-family: F; src: url(@.woff2) } #sheet-font b { font-family: F }</style><b>x</b>
script        <script src=@.js></script>
script-inline <script>/* analytics.example/loader */ new Image().src = '@-inline.gif'</script>
script-type   <script type=text/javascript defer src=@.js></script><script type=module src=@-module.js></script>
speculation   <script type=speculationrules>{"prefetch":[{"urls":["@"]}]}</script>
template      <template><img src=@.gif alt=""><style>a { b: url(@.gif) }</style><svg><rect fill=url(@.svg#a) /></svg></template>
shadow        <div><template shadowrootmode=open><img src=@.gif alt=""><p style="background: url(@-style.gif)">x</p></template></div>
END

my %again = map { split ' ', $_, 2 } split /\n/, <<'END';
refresh       <meta http-equiv=refresh content="9999; url=@">
base          <base href=@/>
importmap     <script type=importmap>{"imports":{"a":"@.js"}}</script><script type=module>import "a"</script>
handler       <img src=/own.gif alt="" onclick="/* analytics.example/loader */">
srcdoc        <iframe title=f srcdoc="<img src=@.gif>"></iframe>
javascript    <iframe title=f src="javascript:'<img src=@.gif>'"></iframe>
svg-script    <svg><script href=@.js></script></svg>
touched       <p id=p style="background: url(@.gif)">x</p><script>p.style.color = 'red'</script>
END

# What nobody can grant, merged into what is held for a purpose.
my $merged = '<body style="background: url(https://unlisted.example/body.gif)">'
    . '<html style="background: url(https://unlisted.example/html.gif)">';
my $worded = '<body style="background: x-ngxc-url(https://unlisted.example/word.gif)">';

sub at {
    my ($name, $markup) = @_;
    return $markup =~ s{\@(?!import|font-face)}{$to/$name}gr;
}

sub page {
    my ($body) = @_;
    return '<!doctype html><html lang=en><meta charset=utf-8><title>t</title>'
        . '<script>window.born = Math.random(); window.emptied = [];'
        . 'document.addEventListener("emptied", (e) => emptied.push(e.target.parentNode.id), true)'
        . "</script>$body</html>";
}

mkdir $t->dir . '/site';
$t->write('site/all.html', page("<body background=$to/body.gif>\n" . join "\n",
    map { "<div class=carrier id=$_->[0]>" . at(@$_) . '</div>' } @live));
my %body = (merged => $merged, worded => $worded);
$t->write("site/$_.html", page("<body background=$to/body.gif>$body{$_}"
    . "<img src=$to/last.gif alt=''>")) for keys %body;
$t->write('site/late.html', page("<body><img src=$to/last.gif alt=''>"
    . "<p id=kept><img src=$to/kept.gif alt=''><link rel=stylesheet href=$to/kept.css></p>"
    . "<noscript id=without><img src=$to/noscript.gif alt=''></noscript>"
    . '<script>window.away = kept; kept.remove(); document.addEventListener('
    . '"ngxconsent:change", () => { window.done = true })</script>'));
$t->write('site/frames.html', page('<body><iframe title=f src=/outer.html></iframe>'
    . '<object data=/object.html></object>'));
$t->write('site/outer.html', page('<body><iframe title=f src=/inner.html></iframe>'));
$t->write("site/$_.html", page("<body><img src=$to/$_.gif alt=''>"))
    for qw(inner object);
$t->write("site/$_.html", page('<body>' . at($_, $again{$_})))
    for keys %again;

$t->origin(<<'END');
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        root    %%DIR%%/site;
        types   { text/html html; }
        location /own. { return 204; }
        location = /favicon.ico { return 204; }
    }
END
my $policy = policy();
$t->gate(<<"END");
    $policy
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.kitayama.example;
        consent      test;
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
    }
END

$t->browse('carriers.mjs', CG_PAGES => join ' ', sort keys %again);
$t->done;
