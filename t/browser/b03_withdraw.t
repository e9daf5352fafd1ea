# B3: consent is withdrawn in one navigation, and with it go the tracking
# cookies: those that scripts cannot see, those of the domain above, those that
# scripts set; with JavaScript and without.  B2 in the small: what was there from
# before the gate goes with a refusal, too.

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
<!doctype html><html lang=en><head><meta charset=utf-8><title>t</title></head><body><p>p
<script src=/own.js></script></body></html>
END
$t->write('site/own.js', <<'END');
document.cookie = '_ga_script=' + Math.random() + '; path=/; max-age=9999; domain=kitayama.example';
document.cookie = 'theme=dark; path=/; max-age=9999';
END

$t->origin(<<'END');
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        root    %%DIR%%/site;
        types   { text/html html; text/javascript js; }
        location = /favicon.ico { return 204; }
        location = /page.html {
            add_header  Set-Cookie  "SESSION=s; Path=/; HttpOnly";
            add_header  Set-Cookie  "_ga=host; Path=/; HttpOnly; Max-Age=9999";
            add_header  Set-Cookie  "_ga_wide=1; Path=/; HttpOnly; Domain=kitayama.example; Max-Age=9999";
            add_header  Set-Cookie  "_fbp=1; Path=/; Domain=www.kitayama.example; Max-Age=9999";
        }
    }
END
$t->gate(policy(more => 'cookie theme purpose=necessary;') . <<'END');
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.kitayama.example;
        consent      test;
        consent_limit off;
        location = /favicon.ico { return 204; }
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
    }
END

$t->browse('withdraw.mjs');
$t->done;
