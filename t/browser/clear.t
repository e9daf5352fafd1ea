# consent_clear: what the site's pages keep in the browser goes with what is
# taken back, over TLS, on request; cookies never.

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
    $out->respond(200, ['Content-Type' => 'text/html', 'Set-Cookie' => 'SESSION=s; Path=/; Secure'],
        '<!doctype html><html lang=en><title>t</title><body><p>x');
});

my ($code, $said) = $t->_run('', qw(openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=www.kitayama.example
    -keyout), "$dir/tls.key", '-out', "$dir/tls.pem");
is $code, 0, 'a certificate for the test' or diag $said;

my %clear = ('www.kitayama.example' => 'consent_clear storage;', 'cache.example' => 'consent_clear cache;',
    'both.example' => 'consent_clear cache storage;', 'off.example' => '',
    'plain.example' => 'consent_clear storage; consent_tls auto;');

$t->gate("    ssl_certificate $dir/tls.pem;\n    ssl_certificate_key $dir/tls.key;\n" . policy()
    . join '', map { <<"END" } sort keys %clear);
    server {
        listen       127.0.0.1:%%PORT_gate%% ssl;
        listen       127.0.0.1:%%PORT_behind%%;
        server_name  $_;
        consent      test;
        consent_limit off;
        @{[ $clear{$_} =~ /tls/ ? '' : 'consent_tls  on;' ]}
        $clear{$_}
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

# What the answer to a choice asks a browser to forget.
sub asks {
    my ($host, $jar, $choice, @p) = @_;
    my $answer = choose($t, $choice, jar => $jar, host => $host, to => 'behind', p => \@p);
    return join ' ', $answer->status, $answer->header('clear-site-data') || '-';
}

for my $case (['cache.example', '"cache"'], ['both.example', '"storage", "cache"'], ['off.example', '-'],
    ['plain.example', '-']) {
    my ($host, $want) = @$case;
    my $jar = $t->jar;

    is asks($host, $jar, 'reject'), '303 -', "$host: a refusal of somebody who had granted nothing clears nothing";
    is asks($host, $jar, 'accept'), '303 -', '... an agreement neither';
    is asks($host, $jar, 'save', 'analytics'), "303 $want", '... less than before does';
    is asks($host, $jar, 'save', 'analytics', 'marketing'), '303 -', '... more than before does not';
    is asks($host, $jar, 'withdraw'), "303 $want", '... a withdrawal does';
    is asks($host, $jar, 'withdraw'), '303 -', '... once';
}

$t->browse('clear.mjs');
$t->done;
