# kill -9, of Redis and of nginx's workers, while visitors decide and read: what
# was acknowledged is in the log and in Redis, once; nothing opens that nobody
# granted; everybody gets the page.  CONSENT_ROUNDS=long: a hundred rounds.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep);
use Consent;
use Consent::Dice qw(rounds);
use Consent::History;
use Consent::Load;
use Consent::Site;

my $CLIENTS = 12;
my $rounds = rounds(6, 100);
my $t = Consent->new;
my $dice = Consent::Dice->new(1);

$t->allow(qr/worker process \d+ exited on signal 9/);
$t->allow(qr/shared memory zone .* was locked by/);
$t->origin(Consent::Load::origin());
$t->redis('--appendfsync', 'always');
$t->gate(policy() . Consent::Load::site(), workers => 2);

my $load = Consent::Load->start($t, clients => $CLIENTS, think => 0.01);
my %done = (redis => 0, worker => 0);

sub recorded { return $load->seen(30, sub { $_[0]{op} eq 'choice' && $_[0]{answer} eq 'ok' && $_[0]{grants} }) }

sub kill_redis {
    $done{redis}++;
    $t->redis_kill;
    sleep $dice->between(0, 0.5);
    $t->redis('--appendfsync', 'always');
}

sub kill_worker {
    my @workers = $t->workers;
    my $victim = $dice->pick(@workers);
    $done{worker}++;
    kill 'KILL', $victim;
    $t->wait_for(10, sub { my @now = $t->workers; @now == @workers && !grep { $_ == $victim } @now }) or fail "worker $victim was not replaced";
}

my $dead = 0;
ok recorded(), 'decisions are recorded';
for my $round (1 .. $rounds) {
    sleep $dice->between(0.05, 0.4);
    my $what = $round <= 2 ? ('redis', 'worker')[$round - 1] : $dice->pick('redis', 'worker', 'both');

    kill_worker() if $what ne 'redis';
    kill_redis() if $what ne 'worker';
    recorded() or $dead++;
}
is $dead, 0, 'after each kill decisions are recorded again, without a restart';

my $history = $load->stop;
my @faults = $history->faults(Consent::History::stores($t), lasts => 1);
is join("\n", @faults), '', "$rounds rounds: clients, log and Redis tell one story";

my @broken = $history->broken;
my %how; $how{ $_->{op} . ' ' . $_->{how} }++ for @broken;
note sprintf '%d closings waited for Redis', scalar grep { $_->{ty} eq 'replay' } $t->evidence;
cmp_ok scalar @broken, '<=', $done{worker} * $CLIENTS, 'only what a killed worker had under way got no answer';
is scalar(grep { $_->{status} && ($_->{status} != 200 || !$_->{whole}) } $history->pages), 0, 'all other pages were served whole';

note sprintf '%d kills of Redis, %d of workers; %d pages; %d decisions asked for, %d acknowledged, %d refused; without an answer: %s',
    $done{redis}, $done{worker}, scalar(() = $history->pages), scalar(() = $history->choices), scalar(() = $history->acknowledged),
    scalar(grep { $_->{answer} eq 'fail' } $history->choices), join(', ', map { "$how{$_} $_" } sort keys %how) || 'none';

$t->done;
