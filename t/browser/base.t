# A page whose <base> leads elsewhere, in a real browser: what we put into it
# goes to the page's own host all the same, with and without a script.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Consent::Demo;
use Consent::Site;

my $t = Consent::Demo->new;

my %base = (
    foreign => '<base href="https://base.example/deep/">',
    sister  => '<base target=_self><base href="http://kitayama.example/">',
    sub     => '<base href="/sub/">',
    opaque  => '<base href="mailto:nobody@base.example">',
);

sub page {
    my ($head, $body) = @_;
    return <<"END";
<!doctype html><html lang=en><head><meta charset=utf-8><title>t</title>$head
<script>window.born = Math.random()</script></head><body><p>text</p>
<iframe id=film width=400 height=200 src="https://ads.example/film"></iframe>
$body<p>end</p></body></html>
END
}

mkdir $t->dir . '/site';
$t->write("site/$_.html", page($base{$_}, '')) for keys %base;
$t->write('site/late.html', page('', $base{foreign}));

$t->origin(<<'END');
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        root    %%DIR%%/site;
        types   { text/html html; }
    }
END
my $policy = policy(more => 'unlisted third_party=allow;');
$t->gate(<<"END");
    $policy
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.kitayama.example;
        consent      test;
        location = /favicon.ico { return 204; }
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
    }
END

$t->browse('base.mjs');
$t->done;
