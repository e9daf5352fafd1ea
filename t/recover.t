# A worker is killed in the middle of a decision, at every point where that makes
# a difference: its successor says in the log what became of it, once, as Redis
# has it; what closes is carried out; and no gate opens by a decision that nobody
# was told of.

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
$t->allow(qr/worker process \d+ exited on signal 9/);
$t->allow(qr/shared memory zone .* was locked by/);

my $fake = Consent::FakeRedis->new($t);
my @host = (host => 'www.site.example');
my $log  = $t->dir . '/consent.log';
my @gate = (workers => 1, main => 'thread_pool default threads=1;',
    consent => { redis => '127.0.0.1:%%PORT_fake%% timeout=250ms', log => '%%DIR%%/consent.log seal=20,1s' });
my $conf = policy() . <<'END';
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "$consent_state $consent_purposes" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

sub start { $t->gate($conf, @gate) }

# ---- the story so far

sub at { "$_[0]{ch}:$_[0]{seq}" }

# What became of each decision that has a subject, by its place: the results in
# their order.
sub fates {
    my (%fate, %void);
    for my $e ($t->evidence) {
        if ($e->{ty} eq 'decision') { $fate{ at($e) } //= [] if $e->{act} ne 'refuse' }
        elsif ($e->{ty} eq 'outcome') { push @{ $fate{ at({ ch => $e->{ch}, %{ $e->{ref} } }) } }, $e->{result} }
        elsif ($e->{ty} eq 'replay') { push @{ $fate{ at($e->{ref}) } }, "replay $e->{result}" }
    }
    return \%fate;
}

sub settled { my ($f) = @_; !grep { !@$_ || $_->[-1] eq 'pending' } values %$f }

my %told;

# fate(): of the decision that came since the last call, when it has one.
sub fate {
    my $f;
    $t->wait_for(20, sub { settled($f = fates()) });
    my @new = grep { !$told{$_}++ } sort keys %$f;
    return join ' | ', map { join ', ', @{ $f->{$_} } } @new;
}

sub visitor {
    my $jar = $t->jar;
    $t->wait_for(15, sub { choose($t, 'save', p => ['analytics'], jar => $jar, @host)->status == 303 }) or die "nothing is recorded\n";
    fate();
    return $jar;
}

sub state_of { my ($jar) = @_; my $s; $t->wait_for(10, sub { ($s = $t->get('/', jar => $jar, @host)->header('x-state') || '') !~ /^unknown/ }); return $s }

sub kill_worker {
    my ($pid) = $t->workers;
    kill 'KILL', $pid;
    $t->wait_for(10, sub { my @w = $t->workers; @w == 1 && $w[0] != $pid }) or die "no successor\n";
}

sub make {
    my ($choice, $jar) = @_;
    return $t->post('/.consent/erase', jar => $jar, @host, form => [return => '/'], headers => { 'Sec-Fetch-Site' => 'same-origin' })
        if $choice eq 'erase';
    return choose($t, $choice, $choice eq 'save' ? (p => ['analytics', 'marketing']) : (), jar => $jar, @host);
}

# in_between(CHOICE, JAR, SUB): the choice is made from another process; SUB says
# when it is where it should be; then the worker is killed.
sub in_between {
    my ($choice, $jar, $there) = @_;
    my $pid = fork // die "fork: $!";
    if ($pid == 0) {
        eval { make($choice, $jar) };
        POSIX::_exit(0);
    }
    my $ok = $t->wait_for(10, $there);
    kill_worker();
    waitpid $pid, 0;
    return $ok;
}

sub decided { my ($n) = @_; sub { my $m = grep { $_->{ty} eq 'decision' } $t->evidence; $m > $n } }
sub decisions { scalar grep { $_->{ty} eq 'decision' } $t->evidence }

# ---- Redis never saw it; Redis took it

my @acts = (
    ['a grant'      => 'accept',   0, 'failed',                   'recorded'],
    ['a change'     => 'save',     1, 'failed',                   'recorded'],
    ['a withdrawal' => 'withdraw', 1, 'pending, replay recorded', 'pending, replay recorded'],
    ['an erasure'   => 'erase',    1, 'pending, replay recorded', 'pending, replay recorded'],
);

start();
visitor();

for my $act (@acts) {
    my ($what, $choice, $known, $never, $taken) = @$act;

    for my $way (['Redis never saw it', ['hang'], $never], ['Redis took it', [{ first => 0 }, 'hang'], $taken]) {
        my ($how, $does, $want) = @$way;
        my $jar = $known ? visitor() : $t->jar;
        my $tab = $jar->copy;
        my $n = () = $fake->asked('EVALSHA');
        $fake->on(EVALSHA => $does);
        ok in_between($choice, $jar, sub { $n < (() = $fake->asked('EVALSHA')) && sleep 0.2 }), "$what is on its way to Redis, its worker is killed";
        $fake->off;
        is fate(), $want, "... $how";
        my $state = state_of($tab);
        if (!$known)               { is $state, 'none necessary', '... nobody has a token for it' }
        elsif ($choice eq 'save')  { is $state, 'partial necessary,analytics', '... it opens no more than the visitor had' }
        else                       { unlike $state, qr/analytics/, '... and the gate is shut' }
    }
}

# ---- Redis stands still, and takes it when it goes on

my $jar = $t->jar;
my $n = decisions();
$t->redis_freeze;
ok in_between('accept', $jar, sub { decided($n)->() && sleep 0.3 }), 'Redis is stopped with a grant in its buffer';
$t->redis_thaw;
is fate(), 'recorded', '... it is recorded when it goes on, and that is said';
is state_of($jar), 'none necessary', '... nobody has a token for it';

# ---- acknowledged, the outcome not yet written

for my $round (1 .. 3) {
    my $jar = $t->jar;
    is choose($t, 'accept', jar => $jar, @host)->status, 303, 'a grant is acknowledged';
    kill_worker();
    is fate(), 'recorded', '... its worker is killed at once: one outcome';
    is state_of($jar), 'granted necessary,analytics,marketing', '... and it counts';
}

# ---- all of nginx at once

$jar = visitor();
my $tab = $jar->copy;
$n = () = $fake->asked('EVALSHA');
$fake->on(EVALSHA => ['hang']);
my $pid = fork // die;
if ($pid == 0) { eval { choose($t, 'withdraw', jar => $jar, @host) }; POSIX::_exit(0) }
ok $t->wait_for(10, sub { $n < (() = $fake->asked('EVALSHA')) }), 'a withdrawal is on its way';
my @all = ($t->pid('gate'), $t->workers);
kill 'KILL', @all;
waitpid $pid, 0;
$t->slay('gate');
$t->wait_for(10, sub { !grep { kill 0, $_ } $all[1] });
$fake->off;
start();
is fate(), 'pending, replay recorded', 'master and workers are killed: the next start carries it out';
unlike state_of($tab), qr/analytics/, '... and the gate is shut';

# ---- between the line and Redis

my $may_trace = do { my ($code) = $t->_run('', 'strace', '-o', '/dev/null', '-e', 'inject=fdatasync:error=EIO', 'true'); $code == 0 };

SKIP: {
    skip 'strace may not trace here', 1 if !$may_trace;

    my $trace = sub {
        my ($pid) = $t->workers;
        $t->spawn('strace', 'strace', '-f', '-qq', '-o', $t->dir . '/strace', '-p', $pid, '-P', $log, @_);
        $t->wait_for(10, sub { !grep { $t->read("$_/status") !~ /^TracerPid:\s+[1-9]/m } glob "/proc/$pid/task/*" }) or die "strace does not attach\n";
    };

    for my $act (@acts) {
        my ($what, $choice, $known, $never) = @$act;
        my $jar = $known ? visitor() : $t->jar;
        my $n = decisions();
        sleep 1.2;                         # what was written before is synced
        $trace->('-e', 'trace=fdatasync', '-e', 'inject=fdatasync:delay_enter=4000000');
        ok in_between($choice, $jar, decided($n)), "$what is written and not synced, its worker is killed";
        $t->stop('strace', 'KILL');
        is fate(), $never, '... it never came to Redis, and that is said';
    }

    my $jar = $t->jar;
    my $n = decisions();
    sleep 1.2;
    $trace->('-e', 'trace=writev', '-e', 'inject=writev:delay_enter=3000000');
    in_between('accept', $jar, sub { sleep 1 });
    $t->stop('strace', 'KILL');
    sleep 2.5;
    is decisions(), $n, 'a grant whose line was not written yet is in no log';
    is fate(), '', '... and nothing is said of it';
}

# ---- the log is rotated in between

$jar = $t->jar;
$n = () = $fake->asked('EVALSHA');
$fake->on(EVALSHA => ['hang']);
$pid = fork // die;
if ($pid == 0) { eval { choose($t, 'accept', jar => $jar, @host) }; POSIX::_exit(0) }
ok $t->wait_for(10, sub { $n < (() = $fake->asked('EVALSHA')) }), 'a grant is on its way';
rename $log, "$log.1" or die;
kill 'USR1', $t->pid('gate');
$t->wait_for(10, sub { -s $log }) or die;
kill_worker();
waitpid $pid, 0;
$fake->off;
ok $t->wait_for(10, sub { grep { $_->{ty} eq 'outcome' } $t->evidence }), 'the log is rotated, the worker is killed';
is join(' ', map { $_->{result} } grep { $_->{ty} eq 'outcome' } $t->evidence), 'failed', '... the outcome stands in the new file';
$t->write('consent.log', $t->read("$log.1") . $t->read('consent.log'));
unlink "$log.1";
is fate(), 'failed', '... and is the only one';

# ---- nothing is left behind

ok $t->wait_for(10, sub { 1 == (() = glob "$log.d/intents.*") }), 'of those who were killed nothing is left';
$t->stop('gate', 'QUIT');
is join(' ', glob "$log.d/intents.*"), '', 'whoever leaves in peace leaves nothing beside the log';
is -s "$log.d/pending", 0, 'and nothing waits';

$t->done;
