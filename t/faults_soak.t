# Everything at once, by the dice: kills and stops of Redis and of workers, bad
# networks, reloads, rotated logs, a worker's death in the middle of a reload.
# CONSENT_ROUNDS=long: 150 rounds.

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

my $CLIENTS = 12;
my $rounds = rounds(8, 150);

my $t = Consent->new;
my $dice = Consent::Dice->new(5);
my @logs;
my %done;
my $deaths = 0;

$t->allow(qr/worker process \d+ exited on signal 9/);
$t->allow(qr/shared memory zone .* was locked by/);
$t->origin(Consent::Load::origin());
$t->redis('--appendfsync', 'always');
my $chaos = Consent::Chaos->start($t, 'chaos', to => 'redis');
$t->gate(policy() . Consent::Load::site(), workers => 2, consent => { redis => '%%REDIS_chaos%% timeout=250ms' });
# A worker that a reload ends closes the connections that idle; a choice that is
# on its way on one of them then is lost, in any HTTP server.
my $load = Consent::Load->start($t, clients => $CLIENTS, think => 0.01, fresh => 1);

sub recorded { return $load->seen(60, sub { $_[0]{op} eq 'choice' && $_[0]{answer} eq 'ok' && $_[0]{grants} }) }
sub kill_one { my ($victim) = $dice->pick($t->workers); $deaths++; kill 'KILL', $victim }

# What may begin; some of it has to end.
my %nemesis = (
    'Redis killed' => sub { $t->redis_kill; return sub { $t->redis('--appendfsync', 'always') } },
    'Redis stopped' => sub { $t->redis_freeze; return sub { $t->redis_thaw } },
    'worker killed' => sub { kill_one(); return },
    'worker stopped' => sub { my $w = $dice->pick($t->workers); kill 'STOP', $w; return sub { kill 'CONT', $w } },
    'reload' => sub { kill 'HUP', $t->pid('gate'); return },
    'log rotated' => sub {
        push @logs, 'consent.log.' . (@logs + 1);
        rename $t->dir . '/consent.log', $t->dir . "/$logs[-1]";
        kill 'USR1', $t->pid('gate');
        $t->wait_for(20, sub { -e $t->dir . '/consent.log' }) or fail 'no new log';
        return;
    },
    (map { my @w = @$_; ("network: $w[0]" => sub { $chaos->set(@w); return sub { $chaos->set('pass') } }) }
        ['delay', 0.05], ['delay', 0.4], ['drip', 0.002], ['hole'], ['drop'], ['cut', 40], ['storm']),
);

my $dead = '';
ok recorded(), 'decisions are recorded';
for my $round (1 .. $rounds) {
    my (@ends, @what);

    for (1 .. 1 + $dice->below(3)) {
        my $what = $dice->pick(grep { my $w = $_ =~ s/ .*//r; !grep { /^\Q$w\E/ } @what } sort keys %nemesis);
        push @what, $what;
        push @ends, grep { $_ } $nemesis{$what}->();
        $done{$what}++;
        sleep $dice->between(0, 0.2);
    }
    sleep $dice->between(0, 0.6);
    $_->() for reverse @ends;
    recorded() or $dead .= "@what; ";
}
is $dead, '', 'after each round decisions are recorded again';

my $history = $load->stop;
my @files = (@logs, 'consent.log');
my @faults = $history->faults(Consent::History::stores($t, log => \@files), forgets => 20);
is join("\n", @faults), '', "$rounds rounds: clients, log and Redis tell one story";
my @pages = $history->pages;
is scalar(grep { $_->{status} && ($_->{status} != 200 || !$_->{whole}) } @pages), 0, 'all of ' . @pages . ' pages that came were whole';
my %how; $how{"$_->{op} $_->{how}"}++ for $history->broken;
cmp_ok scalar($history->broken), '<=', $deaths * $CLIENTS, 'only what a killed worker had under way got no answer'
    or diag join ', ', map { "$how{$_} times $_" } sort keys %how;
note join ', ', map { "$done{$_} times $_" } sort keys %done;
note sprintf '%d decisions asked for, %d acknowledged, %d requests without an answer', scalar(() = $history->choices),
    scalar(() = $history->acknowledged), scalar(() = $history->broken);

# One file from here on, which is what every test verifies when it ends.
$t->stop('gate', 'QUIT');
$t->write('consent.log', join '', map { $t->read($_) } @files);
$t->done;
