# window.ngxConsent, the ngxconsent:* events and what tags are told of a choice,
# in a real browser; what happens in other tabs, to pages that come back, and
# when the network fails.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Consent::Demo;
use Consent::Site;

my $t = Consent::Demo->new;

mkdir $t->dir . '/site';
my $head = <<'END';
<!doctype html><html lang=en><head><meta charset=utf-8><title>t</title><script>
window.born = Math.random();
window.seen = [];
for (const name of ['ready', 'first', 'change', 'show', 'hide', 'blocked', 'released']) {
    document.addEventListener('ngxconsent:' + name, (e) => seen.push([name, e.detail]));
}
END
my $tags = <<'END';
<script async src=https://bat.bing.com/bat.js></script>
<script async src=https://www.clarity.ms/tag/x></script>
END
my $manager = '<script async src=https://analytics.example/manager.js></script>';

$t->write('site/page.html', "$head</script></head><body><p>p$manager</body></html>");
$t->write('site/early.html', <<"END");
$head window.ngxConsent = { q: [(api) => { window.early = api.state() + api.get('necessary') + api.get('analytics') }] };
</script></head><body><p>p</body></html>
END
$t->write('site/controls.html', <<"END");
$head</script></head><body>
<form method=post action=/.consent/choice><input type=hidden name=return value=/controls.html>
<button id=reject name=choice value=reject data-ngxc=reject>no</button>
<button name=choice value=accept data-ngxc=accept><b id=inner>yes</b></button></form>
<form method=post action=/.consent/choice><input id=box type=checkbox name=p value=marketing>
<button id=save name=choice value=save data-ngxc=save>some</button></form>
<button id=withdraw type=button data-ngxc=withdraw>back</button>
<a id=link href=/.consent/ data-ngxc=settings>s</a>
<a id=post href=#read data-ngxc=accept>read on</a>
END
$t->write('site/keeps.html', "$head</script></head><body><p>p<script src=/keeps.js></script></body></html>");
$t->write('site/keeps.js', <<'END');
addEventListener('load', () => {
    for (const name of ['_ga', '_ga_X', 'own']) document.cookie = name + '=' + Math.random() + '; path=/; max-age=9999';
    localStorage._ga_ls = sessionStorage.ana_1_key = localStorage.own = 1;
});
END
$t->write('site/tags.html', "$head</script></head><body>$tags$manager"
    . '<script data-ngxc-purpose=marketing src=/marked.js></script></body></html>');
$t->write('site/marked.js', 'window.marked = (window.marked || 0) + 1;');

$t->origin(<<'END');
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        root    %%DIR%%/site;
        types   { text/html html; text/javascript js; }
        location = /favicon.ico { return 204; }
    }
END
my $policy = policy(more => <<'END')
            vendor bing-uet purpose=marketing;
            vendor microsoft-clarity purpose=marketing;
END
    =~ s/stub ga gtag/storage _ga_ls;\n            storage ana_*_key;\n            stub ga gtag/r
    =~ s/slot=2 clause=T-2/slot=2 clause=T-2 signal=ad_storage,ad_user_data/r;
$t->gate(<<"END");
    include  %%ROOT%%/conf/vendors/bing-uet.conf;
    include  %%ROOT%%/conf/vendors/microsoft-clarity.conf;
    $policy
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.kitayama.example;
        consent      test;
        consent_limit off;
        location = /favicon.ico { return 204; }
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
    }
END

$t->browse('client.mjs');
$t->done;
