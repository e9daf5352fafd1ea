# consent_site with domain=, in a real browser: which cookies it takes and to
# which hosts it sends them.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Consent::Demo;
use Consent::Site;

my $t   = Consent::Demo->new;
my $dir = $t->dir;

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html'],
        '<!doctype html><html lang=en><title>t</title><body><p>x<script src="https://analytics.example/a.js"></script>');
});

my ($code, $said) = $t->_run('', qw(openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=www.kitayama.example
    -keyout), "$dir/tls.key", '-out', "$dir/tls.pem");
is $code, 0, 'a certificate for the test' or diag $said;

my $server = <<'END';
    server {
        listen       127.0.0.1:%%PORT_gate%% ssl;
        server_name  NAME;
        SITE
        consent      test;
        add_header   X-State $consent_state always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

$t->gate("    ssl_certificate $dir/tls.pem;\n    ssl_certificate_key $dir/tls.key;\n" . policy()
    . join '', map { my ($name, $site) = @$_; $server =~ s/NAME/$name.kitayama.example/r =~ s/SITE/$site/r }
        ['www', 'consent_site both domain=kitayama.example;'], ['shop', 'consent_site both domain=kitayama.example;'],
        ['alone', '']);

$t->browse('site.mjs');
$t->done;
