# Redis stops, dies, comes back: pages are served, gated, and in time; opening
# says that it could not be recorded; closing always works.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(time sleep);
use Consent;
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html'],
        '<!doctype html><title>t</title><body><p>x<script src="https://analytics.example/a.js"></script>');
});

$t->gate(policy() . <<'END', workers => 1);
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "$consent_state $consent_lookup" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

my @host = (host => 'www.site.example');
my $jar  = $t->jar;
choose($t, 'accept', jar => $jar, @host);
like $t->get('/', jar => $jar, @host)->header('x-state'), qr/^granted/, 'granted while Redis is there';

sub timed { my ($code) = @_; my $at = time; my $r = $code->(); return ($r, time - $at) }

# ---- stopped: connections stand, nothing answers

$t->redis_freeze;
sleep 5.3;                                    # the lease of what was cached

my ($r, $took) = timed(sub { $t->get('/', jar => $jar, headers => {Cookie => '_ga=1'}, @host) });
is $r->status, 200, 'Redis stopped: the page is served';
cmp_ok $took, '<', 0.25 + 0.6, 'within timeout=';
like $r->header('x-state'), qr/^unknown (timeout|error)/, 'its visitor is unknown';
like $r->body, qr/data-ngxc-src/, 'the page is gated';
unlike $r->body, qr/id="ngx-consent"/, 'a holder of a grant sees no banner';
is_deeply [grep { /_ga=/ } $r->all('set-cookie')], [], 'and no cookie is expired without knowledge';

($r, $took) = timed(sub { $t->get('/', jar => $jar, @host) });
cmp_ok $took, '<', 0.5, 'the next visitor does not wait for a Redis that is known to be down';

($r, $took) = timed(sub { choose($t, 'accept', @host) });
is $r->status, 503, 'accept: 503';
ok $r->header('retry-after'), 'try again later';
like $r->body, qr/could not be saved/, 'in a sentence that a visitor understands';
ok !token_of($r), 'and nothing is granted';

($r, $took) = timed(sub { choose($t, 'reject', @host) });
is $r->status, 303, 'reject works';
is token_of($r)->{parts}[1], '-', 'with a token that is a refusal';

my $leaving = $t->jar;
$leaving->{cookies} = { %{ $jar->{cookies} } } if $jar->{cookies};
$r = choose($t, 'withdraw', jar => $jar, @host);
is $r->status, 303, 'withdraw works';
is token_of($r)->{parts}[1], '-', 'and takes effect for the visitor';

$t->redis_thaw;
my $back = $t->wait_for(15, sub {
    my $fresh = $t->jar;
    my $res = choose($t, 'accept', jar => $fresh, @host);
    $res->status == 303 && $fresh;
});
ok $back, 'after CONT consent is recorded again, without a restart';
like $t->get('/', jar => $back, @host)->header('x-state'), qr/^granted/, 'and believed';

# ---- gone: connections are refused

$t->redis_stop;
sleep 5.3;
($r, $took) = timed(sub { $t->get('/', jar => $back, @host) });
is $r->status, 200, 'Redis gone: the page is served';
like $r->header('x-state'), qr/^unknown error/, 'gated';
cmp_ok $took, '<', 0.3, 'at once';
is choose($t, 'accept', @host)->status, 503, 'accept: 503';
is choose($t, 'reject', @host)->status, 303, 'reject works';

$t->redis;
ok $t->wait_for(15, sub { $t->get('/', jar => $back, @host)->header('x-state') =~ /^granted/ }),
    'Redis is back with its data: the visitor is believed again';

sub said { my ($type) = @_; return scalar grep { $_->{ty} eq $type } $t->evidence }
ok $t->wait_for(3, sub { said('degraded.start') >= 2 }), 'the log says when it began';
ok $t->wait_for(3, sub { said('degraded.stop') >= 2 }), 'and when it ended';

$t->done;
