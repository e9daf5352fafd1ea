# Pages that wait in the browser's cache for the back button: they come back as
# they were left, and see what the visitor decided meanwhile.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Consent::Demo;
use Consent::Site;

my $t = Consent::Demo->new;

mkdir $t->dir . '/site';
$t->write("site/$_.html", <<'END') for qw(page other);
<!doctype html><html lang=en><head><meta charset=utf-8><title>t</title><script>
window.born = Math.random();
addEventListener('pageshow', (e) => { window.came = e.persisted ? 'back' : 'new' });
</script></head><body><p>p<script async src=https://analytics.example/a.js></script></body></html>
END

$t->origin(<<'END');
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        root    %%DIR%%/site;
        types   { text/html html; }
        location = /favicon.ico { return 204; }
    }
END
$t->gate(<<"END");
    @{[ policy() ]}
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.kitayama.example;
        consent      test;
        consent_limit off;
        location = /favicon.ico { return 204; }
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
    }
END

$t->browse('back.mjs');
$t->done;
