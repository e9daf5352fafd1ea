# Policies of the site's own (Content-Security-Policy): whatever they leave to
# scripts and styles, choices are made in the page, nothing of ours violates them,
# and what they allow to vendors is released.

use strict;
use warnings;

use Digest::SHA qw(sha256_base64);
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Consent::Demo;
use Consent::Site;

my $t = Consent::Demo->new;

my $inline = 'window.inline = 1 /* analytics.example/loader */';
my $hash   = sha256_base64($inline);
$hash .= '=' while length($hash) % 4;

mkdir $t->dir . '/site';
$t->write('site/own.js', 'window.born = Math.random();');
$t->write('site/external.html', <<'END');
<!doctype html><html lang=en><head><meta charset=utf-8><title>t</title>
<script nonce=abc123 src=/own.js></script><script nonce=abc123 src=https://analytics.example/ext.js></script>
</head><body><p>p</body></html>
END
$t->write('site/inline.html', <<"END");
<!doctype html><html lang=en><head><meta charset=utf-8><title>t</title>
<script nonce=abc123 src=/own.js></script><script nonce=abc123>$inline</script>
<script nonce=abc123 src=https://analytics.example/ext.js></script></head><body><p>p</body></html>
END

my @sites = (
    nonce  => q{script-src 'nonce-abc123'; style-src 'nonce-abc123'; default-src 'self' https:},
    strict => q{script-src 'nonce-abc123' 'strict-dynamic'; style-src 'self'; base-uri 'none'; object-src 'none'},
    self   => q{default-src 'self' https://analytics.example},
    hash   => qq{script-src 'sha256-$hash' https://analytics.example http://www.kitayama.example; style-src 'none'},
    typed  => q{require-trusted-types-for 'script'; trusted-types 'none'},
    both   => q{script-src 'self' 'nonce-abc123', script-src 'nonce-abc123' https:; style-src 'self'},
    alone  => q{script-src 'nonce-abc123'; style-src 'unsafe-inline'; connect-src 'none'},
);
my $locations = '';

while (my ($name, $line) = splice @sites, 0, 2) {
    $locations .= "        location /$name/ { alias %%DIR%%/site/; add_header Content-Security-Policy \"$line\"; }\n";
}
$locations .= qq{        location /seen/ { alias %%DIR%%/site/; add_header Content-Security-Policy-Report-Only "default-src 'self' https://analytics.example"; }\n};

$t->origin(<<"END");
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        root    %%DIR%%/site;
        types   { text/html html; text/javascript js; }
        location = /favicon.ico { return 204; }
$locations
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

$t->browse('site_csp.mjs');
$t->done;
