# A bad network between gate and Redis: late, dripping, cut in the middle of a
# reply, swallowed, reset.  No reply is ever taken for another's.
# CONSENT_ROUNDS=long: sixty rounds.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep);
use Consent;
use Consent::Chaos;
use Consent::Dice qw(rounds);
use Consent::History;
use Consent::Load;
use Consent::Site;

my $rounds = rounds(8, 60);
my $t = Consent->new;
my $dice = Consent::Dice->new(3);

$t->origin(Consent::Load::origin());
$t->redis('--appendfsync', 'always');
my $chaos = Consent::Chaos->start($t, 'chaos', to => 'redis');
$t->gate(policy() . Consent::Load::site(), workers => 2, consent => { redis => '%%REDIS_chaos%% timeout=250ms' });

my $load = Consent::Load->start($t, clients => 12, think => 0.01);

# Who comes more rarely than the lease lasts is looked up wherever no feed renews it.
my $rare = Consent::Load->start($t, clients => 400, think => 7, brief => 1, first => 'accept', mix => { page => 1 });

# Each kind in turn, then as the dice fall; lateness below timeout= and above.
my @weather = (
    sub { (delay => $dice->between(0.01, 0.1)) }, sub { (delay => $dice->between(0.2, 0.6)) },
    sub { (drip => $dice->between(0.0005, 0.005)) }, sub { (cut => 1 + $dice->below(300)) },
    sub { (hole => 0) }, sub { (drop => 0) }, sub { (storm => 0) }, sub { (cut => 1 + $dice->below(30)) },
);

sub recorded { return $load->seen(30, sub { $_[0]{op} eq 'choice' && $_[0]{answer} eq 'ok' && $_[0]{grants} }) }

my (%dead, %seen);
ok recorded(), 'decisions are recorded';
sleep 4;
for my $round (1 .. $rounds) {
    my ($kind, $arg) = ($round <= @weather ? $weather[$round - 1] : $dice->pick(@weather))->();

    $seen{$kind}++;
    $chaos->set($kind, $arg);
    sleep $dice->between(0.2, 1.2);
    $chaos->set('pass');
    recorded() or $dead{$kind}++;
}
is join(' ', %dead), '', 'after each kind decisions are recorded again, without a restart';

my $history = $load->stop->merge($rare->stop);
my @faults = $history->faults(Consent::History::stores($t), lasts => 1);
is join("\n", @faults), '', 'clients, log and Redis tell one story';
my @pages = $history->pages;
is scalar(grep { $_->{status} != 200 || !$_->{whole} } @pages), 0, 'all of ' . @pages . ' pages were served whole';
is scalar($history->broken), 0, 'every request was answered';

my %said;
$said{ $_->{state} }++ for @pages;
note join ', ', map { "$seen{$_} times $_" } sort keys %seen;
note join ', ', map { "$said{$_} $_" } sort keys %said;
note sprintf '%d decisions asked for, %d acknowledged', scalar(() = $history->choices), scalar(() = $history->acknowledged);
note 'pages in ms: number, median, 99 %, slowest: ', Consent::History::latency(@pages);

$t->done;
