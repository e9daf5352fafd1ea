# One decision for all hosts of a domain, and none beyond it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Jars;
use Consent::Site;
use Consent::Token qw(sign);

my $t = Consent->new;
my $server = sub {
    my ($tls, $names, @more) = @_;
    my ($port, $is) = $tls ? ('gate', 'on') : ('plain', 'auto');

    return <<"END";
    server {
        listen       127.0.0.1:%%PORT_$port%%;
        server_name  $names;
        consent      test;
        consent_tls  $is;
        @more
        add_header   X-State "\$consent_state \$consent_lookup" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END
};

$t->app(sub {
    my ($req, $out) = @_;
    my $cookie = $req->header('Cookie');

    $out->respond(200, ['Content-Type' => 'text/html'],
        '<!doctype html><title>t</title><body><p>x'
        . '<script src="https://analytics.example/a.js"></script>'
        . '<i>' . (defined $cookie ? $cookie : '') . '</i>');
});

my $key2 = $t->dir . '/second.key';
is +($t->consentctl('key', $key2))[0], 0, 'a second key file';

my $ALL = 'consent_site all domain=site.example;';
my @tenant = ('consent_site shared;', 'consent_redis %%REDIS%% prefix=other;',
    "consent_key_file $key2;");

$t->gate(policy() . join '',
    $server->(1, 'site.example www.site.example', $ALL),
    $server->(1, 'shop.site.example', $ALL),
    $server->(0, 'www.site.example shop.site.example', $ALL),
    $server->(1, 'alone.site.example', ''),
    $server->(1, 'one.example two.example', 'consent_site pair;'),
    $server->(1, 'red.example', 'consent_site red;'),
    $server->(1, 'blue.example', 'consent_site blue;', @tenant[1, 2]));

sub page {
    my ($browser, $host, %o) = @_;
    return $t->get('/', host => $host, jar => $browser->at($host), %o);
}

sub choice {
    my ($browser, $host, $what, %o) = @_;
    return choose($t, $what, host => $host, jar => $browser->at($host), %o);
}

sub state {
    my ($browser, $host, %o) = @_;
    return page($browser, $host, %o)->header('x-state') =~ s/ .*//r;
}

sub records {
    my ($prefix) = @_;
    return scalar grep { /^\Q$prefix\E:\{.*\}:v:/ } $t->redis_cli('keys', '*');
}

# ---- a domain, over TLS

my $b = Consent::Jars->new(tls => 1);
is state($b, 'www.site.example'), 'none', 'a first visit';

my $r = choice($b, 'www.site.example', 'accept');
my $token = token_of($r);
like $token->{line}, qr/^__Secure-ngxc=1\./, 'the token is bound to TLS';
like $token->{line}, qr/; Domain=site\.example;/, 'and to the domain';
like $token->{line}, qr/; Path=\/;/, 'and to all of it';
like $token->{line}, qr/; Secure; HttpOnly; SameSite=Lax\z/, 'and to nothing that can read it';
is scalar($r->all('set-cookie')), 1, 'and it is the only cookie';

is state($b, $_), 'granted', "accepted on www, open on $_" for 'shop.site.example', 'site.example', 'www.site.example';
like page($b, 'shop.site.example')->body, qr/<script src="https:\/\/analytics/, 'to the vendors, too';
is records('cg'), 1, 'by one record';
like page($b, 'shop.site.example')->body, qr/<i><\/i>/, 'no origin gets the token';

my $old = $b->at('www.site.example')->header;
$r = choice($b, 'shop.site.example', 'withdraw');
like token_of($r)->{line}, qr/^__Secure-ngxc=1\.-\..*; Domain=site\.example;/, 'a withdrawal replaces the token of the domain';
is state($b, $_), 'refused', "withdrawn on shop, shut on $_" for 'www.site.example', 'site.example', 'shop.site.example';
is $t->get('/', host => 'www.site.example', headers => ['Cookie' => $old])->header('x-state') =~ s/ .*//r, 'refused',
    'and a copy of the old token opens nothing on www';

choice($b, 'www.site.example', 'accept');
$r = $t->post('/.consent/erase', form => [], host => 'shop.site.example', jar => $b->at('shop.site.example'),
    headers => { 'Sec-Fetch-Site' => 'same-origin' });
is $r->status, 200, 'erased on shop';
like +($r->all('set-cookie'))[0], qr/^__Secure-ngxc=; Domain=site\.example; Path=\/; Max-Age=0/, 'the cookie of the domain goes';
is join(' ', $b->names('www.site.example')), '', 'so that www is sent none';
is state($b, 'www.site.example'), 'none', 'and begins anew';

# ---- beyond it

choice($b, 'www.site.example', 'accept');
is state($b, 'alone.site.example'), 'none', 'a sibling outside the site believes nothing of it';
$r = choice($b, 'alone.site.example', 'reject');
like token_of($r)->{line}, qr/^__Host-ngxc=/, 'its own token is bound to the host';
is scalar($r->all('set-cookie')), 1, 'and the token of the domain is left alone';
is state($b, 'alone.site.example'), 'refused', 'each has its own decision';
is state($b, 'www.site.example'), 'granted', 'as the site has';
is join(' ', $b->refused), '', 'a browser takes every cookie of these';

$r = $t->get('/', host => 'evil.example', headers => ['Cookie' => $b->at('www.site.example')->header]);
like $r->header('x-state'), qr/^granted/, 'a host by which nobody should come is served by the first server';
$r = choose($t, 'accept', host => '127.0.0.1');
like token_of($r)->{line}, qr/^__Secure-ngxc=/, 'whoever chooses there';
unlike token_of($r)->{line}, qr/Domain/, 'does so for that host';

# ---- a token from before the site had a domain

my $before = '__Host-ngxc=' . ($b->at('www.site.example')->header =~ /=(.*)/)[0];
$r = $t->get('/', host => 'www.site.example', headers => ['Cookie' => $before]);
is $r->header('x-state'), 'none none', 'a token of the host alone is none';
is +($r->all('set-cookie'))[0], '__Host-ngxc=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax', 'and it is expired';
like $r->body, qr/<i><\/i>/, 'no origin sees it';
$r = $t->get('/', host => 'www.site.example', headers => ['Cookie' => "$before; " . $b->at('www.site.example')->header]);
like $r->header('x-state'), qr/^granted/, 'beside the right one it changes nothing';
is scalar($r->all('set-cookie')), 1, 'and goes all the same';
$r = $t->get('/.consent/state', host => 'www.site.example', headers => ['Cookie' => $before]);
is scalar($r->all('set-cookie')), 1, 'so does what a page asks for its state';
$r = $t->get('/', host => 'alone.site.example', headers => ['Cookie' => '__Secure-ngxc=x']);
is scalar($r->all('set-cookie')), 0, 'a host without a domain expires nothing of others';

# ---- without TLS

my $p = Consent::Jars->new(tls => 0);
$r = choice($p, 'www.site.example', 'accept', to => 'plain');
like token_of($r)->{line}, qr/^ngxc=1\..*; Domain=site\.example; Path=\/;/, 'without TLS it has no prefix';
is state($p, 'shop.site.example', to => 'plain'), 'granted', 'and counts on the other host as well';
is join(' ', $p->refused), '', 'a browser takes it';

my $host_only = $p->at('www.site.example')->header;
$p = Consent::Jars->new(tls => 0);
$p->_take('www.site.example', "$host_only; Path=/");
is state($p, 'www.site.example', to => 'plain'), 'granted', 'one of the host alone is still read';
choice($p, 'www.site.example', 'withdraw', to => 'plain');
is join(' ', $p->names('www.site.example')), 'ngxc', 'but the next choice leaves one only';
is state($p, $_, to => 'plain'), 'refused', "and counts on $_" for 'www.site.example', 'shop.site.example';

# ---- one site without a domain, and tenants

my $two = Consent::Jars->new(tls => 1);
choice($two, 'one.example', 'accept');
is state($two, 'two.example'), 'none', 'without a domain a browser keeps hosts apart';
my ($pair) = $two->at('one.example')->header;
like $t->get('/', host => 'two.example', headers => ['Cookie' => $pair])->header('x-state'), qr/^granted/,
    'though servers of one site believe the same token';

my $red = Consent::Jars->new(tls => 1);
choice($red, 'red.example', 'accept');
my $n = records('cg');
$pair = $red->at('red.example')->header;
is $t->get('/', host => 'blue.example', headers => ['Cookie' => $pair])->header('x-state'), 'none none', 'a tenant believes no token of another';
choice($red, 'blue.example', 'accept');
is records('other'), 1, 'it has records under its own prefix';
is records('cg'), $n, 'and none under the other';
$pair = $red->at('blue.example')->header;
is $t->get('/', host => 'red.example', headers => ['Cookie' => $pair])->header('x-state'), 'none none', 'nor is its token believed elsewhere';
choice($red, 'blue.example', 'withdraw');
is state($red, 'red.example'), 'granted', 'what one closes, the other has open';

# ---- while nobody knows

my ($line) = $t->read('consent.key') =~ /^([\w-]{43})/m;
my $unread = sign($line, site => 'all', policy => 'test', slots => ['analytics', 'marketing'], cid => 'A' x 22, bits => 3,
    version => 3, issued => time, expires => time + 1000);
$t->redis_freeze;
$r = $t->get('/', host => 'www.site.example', headers => ['Cookie' => "$before; __Secure-ngxc=$unread"]);
like $r->header('x-state'), qr/^unknown/, 'while Redis says nothing of a visitor';
is scalar($r->all('set-cookie')), 0, 'nothing is expired';
$t->redis_thaw;

$t->done;
