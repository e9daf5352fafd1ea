# Reloads while visitors decide and read and Redis is slow: no request fails,
# nothing is left behind.  Then all at once: a configuration with a mistake, a
# storm of HUP and USR1.  CONSENT_ROUNDS=long: two
# hundred reloads.

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

my $rounds = rounds(10, 200);
my $t = Consent->new;

$t->origin(Consent::Load::origin());
$t->redis('--appendfsync', 'always');
my $chaos = Consent::Chaos->start($t, 'chaos', to => 'redis');
$chaos->set('delay', 0.005);
my $gate = policy() . Consent::Load::site();
my @gate = ($gate, workers => 2, consent => { redis => '%%REDIS_chaos%% timeout=250ms' });
$t->gate(@gate);

my $load = Consent::Load->start($t, clients => 12, think => 0.01, fresh => 1);

sub recorded { return $load->seen(30, sub { $_[0]{op} eq 'choice' && $_[0]{answer} eq 'ok' && $_[0]{grants} }) }
sub kb { my ($kb) = $t->read("/proc/$_[0]/status") =~ /^VmRSS:\s+(\d+)/m; return $kb || 0 }
sub open_files { return scalar(() = glob "/proc/$_[0]/fd/*") }
sub most { return (sort { $b <=> $a } @_)[0] }

# ---- one after the other

my (@sizes, $late);
ok recorded(), 'decisions are recorded';
my $descriptors = open_files($t->pid('gate'));
for my $round (1 .. $rounds) {
    $t->reload or $late++;
    my @workers = $t->workers;
    push @sizes, { kb => kb($t->pid('gate')), fds => open_files($t->pid('gate')), workers => scalar @workers, worker_kb => most(map { kb($_) } @workers) };
}
ok !$late, "$rounds reloads take effect";
ok recorded(), 'decisions are recorded after them';
ok $t->wait_for(30, sub { $t->workers == 2 }), 'no worker of before stays';

my $tenth = int(($rounds + 9) / 10);
my %flat;
for my $what (qw(kb fds workers worker_kb)) {
    $flat{$what} = [most(map { $_->{$what} } @sizes[0 .. $tenth - 1]), most(map { $_->{$what} } @sizes[-$tenth .. -1])];
    note "$what, most of the first and of the last tenth: @{ $flat{$what} }";
}
cmp_ok $flat{$_}[1], '<', $flat{$_}[0] + 1024, "$_ did not grow by a megabyte" for $rounds >= 50 ? qw(kb worker_kb) : ();
is open_files($t->pid('gate')), $descriptors, 'the master has as many descriptors as at first';

# ---- all at once

my $before = $t->read('gate.conf');
$t->write('gate.conf', $before . "nix;\n");
$t->allow(qr/unknown directive "nix"/);
kill 'HUP', $t->pid('gate');
ok $t->wait_for(10, sub { $t->read('gate.error.log') =~ /unknown directive "nix"/ }), 'a configuration with a mistake is refused';
ok recorded(), '... and the one before goes on';
$t->write('gate.conf', $before);

for my $i (1 .. 20) {
    kill $i % 4 ? 'HUP' : 'USR1', $t->pid('gate');
    sleep 0.1;
}
ok $t->wait_for(30, sub { $t->workers == 2 }), 'a storm of HUP and USR1 ends with the workers of the last';
ok $t->reload, '... and one more reload brings others';
ok recorded(), '... which record';

# ---- what they saw

my $history = $load->stop;
$chaos->set('pass');
my @broken = $history->broken;
is join('; ', map { "$_->{op} of visitor $_->{who}: $_->{how}" } @broken), '', 'no request got no answer';
my @pages = $history->pages;
is scalar(grep { $_->{status} && ($_->{status} != 200 || !$_->{whole}) } @pages), 0, 'all of ' . @pages . ' pages were served whole';

is scalar(grep { $_->{answer} eq 'fail' } $history->choices), 0, 'no decision of ' . $history->choices . ' was refused';
my @faults = $history->faults(Consent::History::stores($t), lasts => 1);
is join("\n", @faults), '', 'clients, log and Redis tell one story';
unlike $t->read('gate.error.log'), qr/open socket/, 'no socket was left open';
note scalar(grep { $_->{again} } @pages), ' pages were asked for twice, on a connection that nginx had closed';
note 'pages in ms: number, median, 99 %, slowest: ', Consent::History::latency(@pages);

$t->done;
