# What the lines of a policy do at a real site, beyond holding tags.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Site ();

my $t = Consent->new;

# ---- joint_use: a closed list

my $VENDOR = 'consent_vendor v { name V; provider V US; receives ip cookie_id; '
    . 'host v.example; }';

sub small {
    my ($lines) = @_;

    return "$VENDOR consent_policy p { controller C; notice /; version 1; "
        . "languages en; purpose necessary required; purpose a slot=1; "
        . "$lines }\nserver { listen 127.0.0.1:%%PORT_x%%; consent p; }";
}

my ($code, $out) = $t->check(small("\nvendor v purpose=a role=joint;\n"
    . 'joint_use G TW items=name,ip responsible=R;'), stderr => 1);

is $code, 0, 'joint use of an item that is not in the list is no error';
is_deeply [$out =~ /\[warn\] (?:\S+: )?(vendor .*) in \S+:\d+$/mg],
    ['vendor "v" of role=joint receives "cookie_id", which no "joint_use" names: '
    . 'add it to items=, or give the vendor role=third'],
    '... but a warning with the mend';

($code, $out) = $t->check(small('vendor v purpose=a role=joint; '
    . 'joint_use G TW items=cookie_id,ip responsible=R;'), stderr => 1);
unlike $out, qr/joint/, 'an item in the list is not warned of';

# ---- what the lines do to what passes

$t->app(sub {
    my ($req, $out) = @_;
    my %said = $req->{path} =~ m{/own/} ? ('Referrer-Policy' => 'unsafe-url') : ();

    $out->respond(200, ['Content-Type' => $req->{path} =~ /js$/ ? 'text/javascript' : 'text/html',
        'Set-Cookie' => 'SESSION=1; Path=/; Max-Age=99999999; HttpOnly',
        'Set-Cookie' => '_ga=GA1; Expires=Fri, 01 Jan 2100 00:00:00 GMT; Path=/',
        'Set-Cookie' => 'old=1; Max-Age=0', 'Set-Cookie' => 'short=1; Max-Age=60',
        'X-Cookie' => scalar $req->header('cookie') || '', 'X-Open' => scalar $req->header('x-open') || '', %said],
        '<!doctype html><title>t</title><body><p>x'
        . '<script src="https://analytics.example/a.js"></script>'
        . '<script src="https://ads.example/b.js"></script>');
});

my $lines = join ' ', 'lifetime cookie=90d clause=T-1;', 'referrer strict-origin clause=T-2;';
my $policy = Consent::Site::policy(more => $lines)
    =~ s/(purpose +analytics slot=1 .*?);/$1 sensitive;/r;

$t->gate($policy . <<'END', workers => 1);
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        proxy_set_header X-Open "$consent_analytics$consent_marketing/$consent_purposes";
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /health/ { consent_class sensitive; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /careers/ {
            consent_purposes necessary analytics;
            proxy_pass http://127.0.0.1:%%PORT_app%%;
            location /careers/all/ { consent_purposes analytics marketing; proxy_pass http://127.0.0.1:%%PORT_app%%; }
            location /careers/sent/ { error_page 404 = /careers-none/; return 404; }
        }
        location /careers-none/ { consent_purposes necessary; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /through/ { try_files /nothing /careers/x; }
        location /required/ { consent_purposes analytics; consent_require marketing =403; proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
    server {
        listen            127.0.0.1:%%PORT_gate%%;
        server_name       jobs.site.example;
        consent           test;
        consent_purposes  analytics;
        proxy_set_header X-Open "$consent_analytics$consent_marketing/$consent_purposes";
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

my @host = (host => 'www.site.example');
my %jar  = map { $_ => $t->jar } qw(all some ads);
ok $t->wait_for(10, sub { Consent::Site::choose($t, 'accept', jar => $jar{all}, @host)->status == 303 }), 'one visitor grants everything';
is Consent::Site::choose($t, 'save', p => ['analytics'], jar => $jar{some}, @host)->status, 303, 'one only statistics';
is Consent::Site::choose($t, 'save', p => ['marketing'], jar => $jar{ads}, @host)->status, 303, 'one only advertising';

sub visit { my ($who, $path) = @_; return $t->get($path, jar => $jar{$who}, @host) }
sub held { my ($r) = @_; return join ' ', sort map { s/-co$//r } $r->body =~ /data-ngxc-hold="([a-z-]+)"/g }

# ---- lifetime cookie=

my @set = visit('all', '/')->all('Set-Cookie');
my ($session) = grep { /^SESSION/ } @set;
my ($ga) = grep { /^_ga/ } @set;
is $session, 'SESSION=1; Path=/; Max-Age=7776000; HttpOnly', 'a cookie that would live longer than promised lives as long as promised';
like $ga, qr/^_ga=GA1; Expires=\w{3}, \d\d \w{3} 20\d\d \d\d:\d\d:\d\d GMT; Path=\/$/, '... by its date, too';
unlike $ga, qr/2100/, '... which is another one';
ok((grep { $_ eq 'old=1; Max-Age=0' } @set), '... one that deletes stays as it is');
ok((grep { $_ eq 'short=1; Max-Age=60' } @set), '... so does one that lives shorter');
like +(visit('all', '/x.js')->all('Set-Cookie'))[0], qr/Max-Age=7776000/, '... whatever kind of response sets it';
my ($line) = $t->wait_for(5, sub { (grep { $_->{ty} eq 'handling' && $_->{ck_capped} } $t->evidence)[0] });
is_deeply [sort @{ $line->{ck_capped} }], ['SESSION', '_ga'], '... evidence has their names';
ok((grep { $_ eq 'T-1' } @{ $line->{cl} }), '... and the clause');
my @own = Consent::Site::choose($t, 'accept', jar => $t->jar, @host)->all('Set-Cookie');
like "@own", qr/ngxc=.*Max-Age=15552000/, 'the token of a choice lives as long as the choice';

# ---- referrer

is visit('some', '/')->header('Referrer-Policy'), 'strict-origin', 'a document says what other sites learn of it';
is visit('some', '/own/')->header('Referrer-Policy'), 'unsafe-url', '... where the site does not say so itself';
is visit('some', '/x.js')->header('Referrer-Policy'), undef, '... and no other response does';
is visit('some', '/health/')->header('Referrer-Policy'), 'same-origin', '... a sensitive page says less';

# ---- purpose ... sensitive

is held(visit('all', '/health/')), 'ads', 'on a sensitive page a purpose that is sensitive opens, no other one';
is held($t->get('/health/', @host)), 'ads analytics', '... where it was granted';

# ---- consent_purposes

is held(visit('all', '/')), '', 'where all purposes apply, what was granted is open';
is held(visit('all', '/careers/')), 'ads', '... where some do, they are';
is held(visit('all', '/careers/all/')), '', '... a location within has its own';
is held(visit('all', '/through/')), 'ads', '... what another location answers keeps to both';
is held(visit('all', '/careers/sent/')), 'ads analytics', '... an error page, too';
is visit('all', '/careers/')->header('X-Open'), '10/necessary,analytics', '... variables say so';
is visit('all', '/')->header('X-Open'), '11/necessary,analytics,marketing', '... and elsewhere what was granted';
is visit('all', '/required/')->status, 403, '... and what requires another one is shut';
$jar{all}->set(_fbp => 1);
$jar{all}->set(_ga => 1);
$jar{some}->set(_fbp => 1);
$jar{ads}->set(_fbp => 1);
unlike visit('all', '/careers/')->header('X-Cookie'), qr/_fbp/, '... cookies of a purpose that does not apply stay away from the site';
like visit('all', '/careers/')->header('X-Cookie'), qr/_ga=/, '... others don\'t';
unlike visit('ads', '/careers/')->header('X-Cookie'), qr/_fbp/, '... of who granted little as well';
unlike join(' ', visit('ads', '/careers/')->all('Set-Cookie')), qr/_fbp/, '... and in the browser they stay: they were granted';
like visit('all', '/')->header('X-Cookie'), qr/_fbp=1/, '... elsewhere the site gets them';
unlike visit('all', '/through/')->header('X-Cookie'), qr/_fbp/, '... not by way of another location';
like join(' ', visit('some', '/careers/')->all('Set-Cookie')), qr/_fbp=;/, '... what was not granted is expired there, too';
is held(visit('all', $_)), $_ eq '/' ? '' : 'ads', "$_ again, from the worker's memory" for map { ('/', '/careers/') } 1 .. 4;
like visit('all', '/')->body, qr/data-ngxc-granted="analytics marketing"/, 'the page\'s script watches what is open';
like visit('all', '/careers/')->body, qr/data-ngxc-granted="analytics"/, '... and nothing else';

my @jobs = (host => 'jobs.site.example');
my $jar = $t->jar;
is Consent::Site::choose($t, 'accept', jar => $jar, @jobs)->status, 303, 'a server may know some purposes only';
is held($t->get('/', jar => $jar, @jobs)), 'ads', '... then all of it does';
like $t->get('/.consent/', jar => $jar, @jobs)->body, qr/allowed all optional purposes/, '... what was chosen is what was chosen';

$t->done;
