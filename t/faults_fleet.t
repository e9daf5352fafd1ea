# Two hosts, one Redis: a decision at one is believed at the other, a withdrawal
# at one closes the other within the lease, whatever happens to Redis meanwhile.
# CONSENT_ROUNDS=long: twenty kills and stops.

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
my $rounds = rounds(2, 20);
my $t = Consent->new;
my $dice = Consent::Dice->new(4);
my @log = ('consent.log', 'consent2.log');

$t->origin(Consent::Load::origin());
$t->redis('--appendfsync', 'always');
$t->gate(policy() . Consent::Load::site(), workers => 2);
$t->nginx('other', $t->_basics({ log => '%%DIR%%/consent2.log' }) . policy() . Consent::Load::site('other'), workers => 2, main => '%%LOAD_MODULE%%');

my $load = Consent::Load->start($t, clients => 12, think => 0.02, to => ['gate', 'other'], roam => 1);

sub recorded { return $load->seen(30, sub { $_[0]{op} eq 'choice' && $_[0]{answer} eq 'ok' && $_[0]{grants} }) }

ok recorded(), 'decisions are recorded';
sleep $LEASE + 2;                             # withdrawals reach the other
my $calm = Consent::Load::now();
my $dead = 0;
for my $round (1 .. $rounds) {
    if ($round % 2) {
        $t->redis_kill;
        sleep $dice->between(0, 0.5);
        $t->redis('--appendfsync', 'always');
    } else {
        $t->redis_freeze;
        sleep $dice->between(0.3, 1.5);
        $t->redis_thaw;
    }
    recorded() or $dead++;
}
is $dead, 0, 'after each kill and stop decisions are recorded again';

my $history = $load->stop;
my @faults = $history->faults(Consent::History::stores($t, log => \@log), lag => $LEASE, lasts => 1);
is join("\n", @faults), '', 'clients, both logs and Redis tell one story';
my @pages = $history->pages;
is scalar(grep { $_->{status} != 200 || !$_->{whole} } @pages), 0, 'all of ' . @pages . ' pages were served whole';
is scalar($history->broken), 0, 'every request was answered';

# How far behind the other host was, at most, before anything went wrong.
my %shut;
my ($behind, $n) = (0, 0);
for my $e (sort { $a->{ended} <=> $b->{ended} } grep { length $_->{cid} && $_->{ended} < $calm } @{ $history->{events} }) {
    if ($e->{op} eq 'choice') {
        $shut{ $e->{cid} } = $e if $e->{choice} eq 'withdraw' && $e->{answer} eq 'ok';
        next;
    }
    my $w = $shut{ $e->{cid} } or next;
    next if $w->{gate} eq $e->{gate} || $e->{begun} < $w->{ended};
    $n++;
    $behind = $e->{begun} - $w->{ended} if length $e->{open} && $e->{begun} - $w->{ended} > $behind;
}
note sprintf 'open at the other host after a withdrawal: until %.2f s after it, of %d replays', $behind, $n;
cmp_ok $n, '>', 20, 'withdrawn tokens were tried at the other host';
my ($code, $out) = $t->consentctl('verify', $t->dir . '/consent2.log');
is $code, 0, 'the other log verifies, too' or diag $out;

$t->done;
