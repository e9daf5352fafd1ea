# Two hosts, one Redis, which only one of them reaches: a withdrawal at the other
# closes both when it can, and is not brought over what the visitor decided
# later.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep);
use Consent;
use Consent::FakeRedis;
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html'],
        '<!doctype html><title>t</title><body><p>x<script src="https://analytics.example/a.js"></script>');
});
$t->redis;

my $fake = Consent::FakeRedis->new($t);
my @host = (host => 'www.site.example');

sub site {
    my ($name) = @_;
    return policy() . <<"END";
    server {
        listen       127.0.0.1:%%PORT_$name%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "\$consent_state \$consent_lookup" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END
}

$t->gate(site('gate'), workers => 1, consent => { redis => '127.0.0.1:%%PORT_fake%% timeout=250ms' });
$t->nginx('other', $t->_basics({ log => '%%DIR%%/other.log.json' }) . site('other'), workers => 1, main => '%%LOAD_MODULE%%');

sub cut  { $fake->on($_ => ['close']) for qw(CONNECT HMGET EVALSHA GET PING) }
sub mend { $fake->off }

sub state_of { my ($jar, $to) = @_; return ($t->get('/', jar => $jar, to => $to, @host)->header('x-state') // '') =~ s/ .*//r }
sub soon     { my ($jar, $to, $want) = @_; return $t->wait_for(15, sub { state_of($jar, $to) eq $want }) }

sub visitor {
    my $jar = $t->jar;
    $t->wait_for(10, sub { choose($t, 'accept', jar => $jar, @host)->status == 303 }) or die "nothing is recorded\n";
    return ($jar, $jar->copy);
}

sub replays { return join ', ', map { $_->{result} } grep { $_->{ty} eq 'replay' } $t->evidence }

my ($jar, $tab) = visitor();
ok soon($tab, 'other', 'granted'), 'a grant counts at both hosts';
cut();
is choose($t, 'withdraw', jar => $jar, @host)->status, 303, 'one is cut off from Redis, and there the visitor withdraws';
is state_of($tab, 'gate'), 'refused', '... which counts there';
mend();
ok soon($tab, 'other', 'refused'), 'it reaches Redis again: it counts at the other, too';
is replays(), 'recorded', '... says the log';

($jar, $tab) = visitor();
cut();
choose($t, 'withdraw', jar => $jar, @host);
is state_of($tab, 'gate'), 'refused', 'once more: one host shuts';
sleep 1.1;                                # decisions are told apart by seconds
is choose($t, 'save', p => ['marketing'], jar => $tab, to => 'other', @host)->status, 303, '... and the visitor decides anew at the other';
is state_of($tab, 'gate'), 'refused', '... of which the one hears nothing';
mend();
ok $t->wait_for(20, sub { replays() eq 'recorded, superseded' }), 'it reaches Redis again: the later decision stands';
ok soon($tab, 'gate', 'partial'), '... and counts at both';

my ($code, $out) = $t->consentctl('verify', $t->dir . '/other.log.json');
is $code, 0, 'the other log verifies, too' or diag $out;

$t->done;
