# SIGSTOP, of Redis and of a worker, while visitors decide and read.  A stopped
# Redis still connects, so nothing but the clock tells.  CONSENT_ROUNDS=long: ten
# rounds, the last of 30 seconds.

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

my $LEASE = 5;
my $rounds = rounds(2, 10);
my $t = Consent->new;
my $dice = Consent::Dice->new(2);

$t->origin(Consent::Load::origin());
$t->redis('--appendfsync', 'always');
$t->gate(policy() . Consent::Load::site(), workers => 2, consent => { redis => '%%REDIS%% timeout=250ms' });

my $load = Consent::Load->start($t, clients => 16, think => 0.01);
# Who comes more rarely than the lease lasts is looked up wherever no feed renews it.
my $rare = Consent::Load->start($t, clients => 120, think => $LEASE + 1, first => 'accept', mix => { page => 1 });

sub recorded { return $load->seen(30, sub { $_[0]{op} eq 'choice' && $_[0]{answer} eq 'ok' && $_[0]{grants} }) }
sub moment { return Consent::Load::now() }
sub size {
    return map { my $pid = $_; my ($kb) = $t->read("/proc/$pid/status") =~ /^VmRSS:\s+(\d+)/m;
        ($kb, scalar(() = glob "/proc/$pid/fd/*")) } $t->workers;
}

# ---- Redis

my @stops;
my $dead = 0;
ok recorded(), 'decisions are recorded';
sleep 2;
my $calm = moment();
my @before = size();
for my $round (1 .. $rounds) {
    my $long = $round < $rounds ? $dice->between(0.3, 1.5) : $rounds > 5 ? 30 : $LEASE + 2;
    my $stop = { begun => moment() };

    $t->redis_freeze;
    sleep $long;
    $stop->{ended} = moment();
    $stop->{size} = [size()];
    $t->redis_thaw;
    push @stops, $stop;
    recorded() or $dead++;
}
is $dead, 0, 'after each CONT decisions are recorded again, without a restart';
my @after = size();

# ---- a worker

my ($frozen) = $t->workers;
my $leave = moment();
kill 'STOP', $frozen;
sleep $rounds > 5 ? $LEASE + 1 : 1.5;
my $back = moment();
kill 'CONT', $frozen;
ok recorded(), 'a worker that was stopped goes on';
ok $t->wait_for(20, sub { ($t->get('/page', host => 'www.site.example')->header('X-Worker') || 0) == $frozen }), '... and serves who comes';

# ---- what they saw

my $history = $load->stop->merge($rare->stop);
my @faults = $history->faults(Consent::History::stores($t), lasts => 1);
is join("\n", @faults), '', 'clients, log and Redis tell one story';

my @pages = $history->pages;
is scalar(grep { $_->{status} != 200 || !$_->{whole} } @pages), 0, 'all of ' . @pages . ' pages were served whole';

my (@waited, @rest, @late, @again);
for my $stop (@stops) {
    my %told;
    my @during = grep { $_->{status} && $_->{begun} > $stop->{begun} && $_->{ended} < $stop->{ended} } @{ $history->{events} };

    # When the first of a worker's visitors was answered in vain.
    for my $event (sort { $a->{ended} <=> $b->{ended} } @during) {
        $told{ $event->{worker} } ||= $event->{ended} if $event->{state} =~ /unknown/ || ($event->{answer} || '') eq 'fail';
    }
    for my $page (grep { $_->{op} eq 'page' } @during) {
        my $after = $told{ $page->{worker} } && $page->{begun} > $told{ $page->{worker} };

        push @late, $page if $page->{open} && $page->{begun} > $stop->{begun} + $LEASE;
        next if $page->{state} !~ /unknown/;
        push @{ $after ? \@rest : \@waited }, $page;
        push @again, $page if $after && $page->{state} =~ /timeout/;
    }
}
is scalar(@again), 0, 'once a visitor waited in vain, nobody after waits in that worker';
cmp_ok scalar @rest, '>', 20, 'of ' . @rest . ' who came';
is scalar(@late), 0, 'what is cached is open for its lease and no longer';

note 'pages in ms: number, median, 99 %, slowest';
note '  before:                 ', Consent::History::latency(grep { $_->{begun} < $calm } @pages);
note '  first of a stop:        ', Consent::History::latency(@waited);
note '  known to be down:       ', Consent::History::latency(@rest);
note '  with the worker asleep: ', Consent::History::latency(grep { $_->{begun} > $leave && $_->{ended} < $back } @pages);
note "resident kB and descriptors of the workers: before @before; at the end of the stops ", join('; ', map { "@{ $_->{size} }" } @stops), "; after @after";

$t->done;
