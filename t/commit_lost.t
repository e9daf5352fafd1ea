# A record is sent and the answer is lost: what the visitor hears, what the log
# says and what Redis holds are the same all the same.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use POSIX ();
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

$t->gate(policy() . <<'END', workers => 1, consent => { redis => '127.0.0.1:%%PORT_fake%% timeout=250ms' });
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "$consent_state $consent_lookup" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

sub state_soon {
    my ($jar, $want) = @_;
    my $state;
    $t->wait_for(8, sub { ($state = $t->get('/', jar => $jar, @host)->header('x-state') || '') =~ $want });
    return $state;
}

sub visitor {
    my $jar = $t->jar;
    $t->wait_for(10, sub { choose($t, 'save', p => ['marketing'], jar => $jar, @host)->status == 303 })
        or die "nothing is recorded\n";
    return $jar;
}

my %known = map { $_ => 1 } $t->redis_cli('keys', 'cg:*:v:*');

# The record that came since the last call.
sub fresh_record {
    my @new = grep { !$known{$_}++ } $t->redis_cli('keys', 'cg:*:v:*');
    return @new == 1 ? $new[0] : scalar(@new) . ' records';
}

# Decision and outcomes of the last choice.
sub last_in_log {
    my ($result, $want) = (undef, $_[0]);
    $t->wait_for(5, sub {
        my @events = $t->evidence;
        my ($decision) = (grep { $_->{ty} eq 'decision' } @events)[-1];
        $result = join ' ', $decision->{act}, map { $_->{result} . (defined $_->{rev} ? " $_->{rev}" : '') }
            grep { $_->{ty} eq 'outcome' && $_->{ref}{seq} == $decision->{seq} } @events;
        $result eq $want;
    });
    return $result;
}

# In a process of its own.
sub in_between {
    my ($code) = @_;
    my $pid = fork // die;
    return $pid if $pid;
    $code->();
    POSIX::_exit(0);
}

my @ways = (
    ['the connection ends behind the record'  => [{ first => 0 }, 'close']],
    ['... in the middle of the answer'        => [{ first => 5 }, 'reset']],
    ['... before Redis saw the record'        => ['close']],
    ['Redis took it and says nothing'         => [{ first => 0 }, 'hang']],
    ['it was never taken'                     => ['hang']],
);

visitor();
fresh_record();

for my $way (@ways) {
    my ($what, $does) = @$way;
    my $jar = $t->jar;
    $fake->on(EVALSHA => $does, times => 1);
    is choose($t, 'accept', jar => $jar, @host)->status, 303, "$what: a grant is recorded";
    my $key = fresh_record();
    is $t->redis_cli('hget', $key, 'rev'), 1, '... once';
    is last_in_log('grant recorded 1'), 'grant recorded 1', '... says the log';
    like state_soon($jar, qr/^granted/), qr/^granted/, '... and counts';

    my $tab = $jar->copy;
    $fake->on(EVALSHA => $does, times => 1);
    is choose($t, 'withdraw', jar => $jar, @host)->status, 303, '... so is a withdrawal';
    ok $t->wait_for(20, sub { join(' ', $t->redis_cli('hmget', $key, 'rev', 'state')) eq '2 withdrawn' }), '... once';
    like last_in_log('withdraw recorded 2'), qr/^withdraw (?:recorded 2|pending)\z/, '... says the log';
    like state_soon($tab, qr/^refused/), qr/^refused/, '... and counts';
}

# ---- Redis is stopped with the record on its way, and goes on

my $jar = $t->jar;
my $sent = () = $fake->asked('EVALSHA');
my $pid = in_between(sub {
    $t->wait_for(5, sub { $sent < (() = $fake->asked('EVALSHA')) });
    sleep 0.6;
    $t->redis_thaw;
});
$t->redis_freeze;
is choose($t, 'accept', jar => $jar, @host)->status, 303, 'Redis is stopped with the record on its way: it is recorded when it goes on';
waitpid $pid, 0;
is $t->redis_cli('hget', fresh_record(), 'rev'), 1, '... once';
is last_in_log('grant recorded 1'), 'grant recorded 1', '... says the log';
like state_soon($jar, qr/^granted/), qr/^granted/, '... and counts';

# ---- it stays without answer

$fake->on(EVALSHA => [{ first => 0 }, 'close']);
my $r = choose($t, 'accept', jar => $jar = $t->jar, @host);
is $r->status, 503, 'no answer at all: the visitor hears that nothing was recorded';
is token_of($r), undef, '... gets no token that could open anything';
is last_in_log('grant unknown'), 'grant unknown', '... and the log does not pretend to know';
$fake->off;
fresh_record();

# ---- somebody else decides meanwhile

$jar = visitor();
my $key = fresh_record();
$fake->on(EVALSHA => [{ first => 0 }, 'close'], times => 1)->on(CONNECT => [{ pause => 0.8 }], times => 1);
$sent = () = $fake->asked('EVALSHA');
$pid = in_between(sub {
    $t->wait_for(5, sub { $sent < (() = $fake->asked('EVALSHA')) });
    sleep 0.2;
    $t->redis_cli('hset', $key, 'rev', 7);
});
is choose($t, 'accept', jar => $jar, @host)->status, 503, 'another decision came behind: a grant is not repeated over it';
waitpid $pid, 0;
is $t->redis_cli('hget', $key, 'rev'), 7, '... which stands';
is last_in_log('change unknown'), 'change unknown', '... and the log does not know what was between';

$t->done;
