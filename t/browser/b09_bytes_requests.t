# B9: what a visitor loads for us.  Undecided: 4,096 bytes (gzip) at most in the
# page, of banner, style and first stage together, in every language, and no
# request beside the page; decided: two insertions, and no request but the
# client's, once, which browsers keep for good.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Consent::Demo;
use Consent::Site;

my $t = Consent::Demo->new;
my @langs = qw(en ja zh zh-Hant de fr);

mkdir $t->dir . '/site';
for my $lang (@langs) {
    $t->write("site/$lang.html", <<"END");
<!doctype html><html lang=$lang><head><meta charset=utf-8><title>t</title></head>
<body><h1>A page</h1><p>of the site's<p><a href=/>with a link</a></body></html>
END
}

$t->origin(<<'END');
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        root    %%DIR%%/site;
        types   { text/html html; }
        location = /favicon.ico { return 204; }
    }
END
$t->gate((policy() =~ s/languages  en ja/languages @langs/r) . <<'END');
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.kitayama.example;
        consent      test;
        location = /favicon.ico { access_log off; return 204; }
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
    }
END

$t->browse('bytes_requests.mjs', CG_LANGS => "@langs",
    CG_GATE_LOG => $t->dir . '/gate.log');
$t->done;
