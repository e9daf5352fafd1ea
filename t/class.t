# consent_class: pages on which third parties get nothing, whatever was granted.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;
my @host = (host => 'www.site.example');

my $PAGE = '<!doctype html><title>t</title><body><p>x'
    . '<script src="https://analytics.example/a.js"></script>'                     # third
    . '<img src="https://ads.example/p.gif">'                                       # joint
    . '<script src="https://helper.example/h.js"></script>'                         # processor
    . '<script src="https://cdn.example/jquery.js"></script>';                      # third, required

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html', Link => '<https://analytics.example/b.js>; rel=preload; as=script',
        'Set-Cookie' => '_ga=1; Path=/', $req->{path} =~ /policy/ ? ('Referrer-Policy' => $req->{path} =~ /none/ ? 'no-referrer' : 'unsafe-url') : (),
        'X-Cookie' => scalar $req->header('cookie') || ''], $PAGE);
});

my $more = 'purpose sensitive slot=3; vendor helper-co purpose=analytics role=processor; vendor cdn-co purpose=necessary role=third;';
my $policy = policy(more => $more) =~ s/vendor     ads-co purpose=marketing;/vendor ads-co purpose=marketing role=joint;/r;
my $vendors = join '', map { "consent_vendor $_-co { name $_; provider $_ JP; receives ip; host $_.example; }\n" } qw(helper cdn);

$t->gate($vendors . $policy . <<'END', workers => 1);
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        consent_csp  enforce;
        root         %%DIR%%;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /inquiry/ { consent_class form; try_files /nothing @app; }
        location @app { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /health/ { consent_class sensitive; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /login/ { consent_class identified; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /inquiry/none/ { consent_class none; proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

my %jar;
sub visit { my ($who, $path) = @_; return $t->get($path, jar => $jar{$who}, @host) }
sub held { my ($r) = @_; return join ' ', sort map { s/-co$//r } $r->body =~ /data-ngxc-hold="([a-z-]+)"/g }

$jar{$_} = $t->jar for qw(nobody all most);
ok $t->wait_for(10, sub { choose($t, 'accept', jar => $jar{all}, @host)->status == 303 }), 'one visitor grants everything';
is choose($t, 'save', p => [qw(analytics marketing)], jar => $jar{most}, @host)->status, 303, 'one all but what is sensitive';

is held(visit('nobody', '/')), 'ads analytics helper', 'before a choice the optional parties are held';
is held(visit('all', '/')), '', 'who granted all gets all';

my $form = visit('all', '/inquiry/');
is held($form), 'ads analytics', 'on a form third and joint parties are held, whatever was granted; processors and what is required are not';
is $form->header('Link'), undef, '... in headers, too';
like $form->header('Content-Security-Policy'), qr/helper\.example/, '... the second wall names who may pass';
unlike $form->header('Content-Security-Policy'), qr/analytics\.example|ads\.example/, '... and no one else';
is $form->header('Referrer-Policy'), undef, '... and the site\'s Referrer-Policy stays what it is';
$jar{all}->set(_ga => 1);
like visit('all', '/inquiry/')->header('X-Cookie'), qr/_ga=1/, '... the site gets the cookies that were granted';
unlike join(' ', visit('all', '/inquiry/')->all('Set-Cookie')), qr/_ga=;|Expires/, '... and none is expired';

is held(visit('all', '/inquiry/none/')), '', 'a location within may be none';
is held(visit('all', '/login/')), '', 'where people are identified, tags go by the grant';

my $health = visit('most', '/health/');
is held($health), 'ads analytics', 'on a sensitive page they are held as well';
is $health->header('Referrer-Policy'), 'same-origin', '... and its address stays within the site';
is visit('most', '/health/policy/')->header('Referrer-Policy'), 'same-origin', '... though the site said otherwise';
is visit('most', '/health/policy/none/')->header('Referrer-Policy'), 'no-referrer', '... unless it says even less';
is held(visit('all', '/health/')), '', '... but for who granted the purpose of that name';

is held(visit('all', $_->[0])), $_->[1], "$_->[0] again, from the worker's memory: $_->[2]"
    for map { my $i = $_; map { [@$_, "visit $i"] } ['/', ''], ['/inquiry/', 'ads analytics'], ['/health/', ''] } 1 .. 4;
is held(visit('most', '/health/')), 'ads analytics', '... of each by its own';

my ($line) = $t->wait_for(5, sub { (grep { $_->{ty} eq 'handling' && $_->{class} } $t->evidence)[0] });
is_deeply $line->{class}, ['form'], 'evidence names the class';
$t->done;
