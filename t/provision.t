# From which day on, and until which, a person's data may go to whom: told
# behind each decision that opens or closes something, with vendors, countries
# and items, as a record of provision must have them.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use POSIX qw(strftime);
use Test::More;
use Time::HiRes qw(sleep);
use Consent;
use Consent::Site;

my $t = Consent->new;
my @host = (host => 'www.site.example');

sub conf {
    my ($more) = @_;
    return policy(more => $more || '') . <<'END';
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
    }
END
}

sub start { $t->gate(conf(@_), workers => 1, redis => 0, consent => { redis => '%%REDIS%% timeout=250ms' }) }

my $seen = 0;

# What was told since: decisions, and starts and stops as "VENDOR …".
sub told {
    my ($n) = @_;
    my @new;

    $t->wait_for(10, sub {
        my @all = $t->evidence;
        @new = @all[$seen .. $#all];
        (grep { $_->{ty} =~ /^(?:outcome|replay)$/ } @new) >= $n
            && (grep { $_->{ty} =~ /^(?:outcome|replay|provision)/ } @new) >= $n;
    });
    sleep 0.3;
    my @all = $t->evidence;
    @new = @all[$seen .. $#all];
    $seen = @all;
    return @new;
}

sub short {
    return join '; ', map { join ' ', $_->{ty} =~ s/provision\.//r, map { $_->{vendor} } @{ $_->{to} } }
        grep { $_->{ty} =~ /^provision/ } @_;
}

$t->redis;
start();
told(0);

# ---- a grant

my $jar = $t->jar;
my $day = strftime('%Y-%m-%d', gmtime);
choose($t, 'accept', jar => $jar, @host);
my @new = told(1);
my ($decision) = grep { $_->{ty} eq 'decision' } @new;
my ($start) = grep { $_->{ty} eq 'provision.start' } @new;
my ($outcome) = grep { $_->{ty} eq 'outcome' } @new;

is short(@new), 'start analytics-co ads-co', 'who grants all opens all vendors';
is $start->{sub}, $decision->{sub}, 'of whom, by pseudonym';
is $start->{rid}, $decision->{rid}, 'by which receipt';
is_deeply $start->{ref}, { ch => $decision->{ch}, seq => $decision->{seq} }, 'and by which decision';
cmp_ok $outcome->{seq}, '<', $start->{seq}, 'told behind its outcome';
like $start->{day}, qr/^\Q$day\E$|^@{[strftime('%Y-%m-%d', gmtime)]}$/, 'from which day on';
is $start->{exp}, substr($decision->{exp}, 0, 10), 'until which, if nobody does anything';
is $start->{basis}, 'consent', 'on which basis';
is_deeply $start->{to}, [
    { vendor => 'analytics-co', role => 'third', country => 'US', items => [qw(ip cookie_id url)], path => 'direct',
      purpose => 'analytics', cl => 'T-1' },
    { vendor => 'ads-co', role => 'third', country => 'IE', items => [qw(ip cookie_id)], path => 'direct',
      purpose => 'marketing', cl => 'T-2' },
], 'to whom, as what, where, what, how, for what, under which clause';
is "$start->{host} $start->{pol} $start->{pv}", 'www.site.example test 3', 'under which policy';

# ---- changes

choose($t, 'accept', jar => $jar, @host);
is short(told(1)), '', 'the same again opens and closes nothing';
choose($t, 'save', p => ['marketing'], jar => $jar, @host);
@new = told(1);
is short(@new), 'stop analytics-co', 'less: what is closed by it stops';
is((grep { $_->{ty} eq 'provision.stop' } @new)[0]{sub}, $decision->{sub}, 'of the same person');
ok !exists((grep { $_->{ty} eq 'provision.stop' } @new)[0]{exp}), 'a stop has no end';
choose($t, 'save', p => ['analytics'], jar => $jar, @host);
is short(told(1)), 'stop ads-co; start analytics-co', 'another: one stops, the other starts';
choose($t, 'withdraw', jar => $jar, @host);
is short(told(1)), 'stop analytics-co', 'a withdrawal stops what was open';

choose($t, 'reject', jar => $t->jar, @host);
is short(told(0)), '', 'a refusal of somebody who never granted says nothing';

# ---- erasure

$jar = $t->jar;
choose($t, 'accept', jar => $jar, @host);
told(1);
$t->post('/.consent/erase', jar => $jar, headers => { 'Sec-Fetch-Site' => 'same-origin' }, @host);
is short(told(1)), 'stop analytics-co ads-co', 'an erasure stops all that was open';

# ---- a policy that grew

$jar = $t->jar;
choose($t, 'save', p => ['analytics'], jar => $jar, @host);
told(1);
$t->configure('gate', $t->subst($t->read($t->dir . '/gate.conf'))
    =~ s/receives ip cookie_id url/receives ip cookie_id url referrer/r);
$t->reload;
told(0);
choose($t, 'save', p => ['analytics'], jar => $jar, @host);
@new = told(1);
is short(@new), 'start analytics-co', 'new terms that are agreed to: what is open under them starts';
is_deeply((grep { $_->{ty} eq 'provision.start' } @new)[0]{to}[0]{items}, [qw(ip cookie_id url referrer)], 'with their items');

# ---- Redis is away

$jar = $t->jar;
choose($t, 'accept', jar => $jar, @host);
my ($grant) = grep { $_->{ty} eq 'decision' } told(1);
$t->redis_stop;
$t->allow(qr/redis/i);
choose($t, 'withdraw', jar => $jar, @host);
@new = told(1);
my ($withdrawal) = grep { $_->{ty} eq 'decision' } @new;
is short(@new), '', 'a withdrawal that waits for Redis is told when Redis has it';
is choose($t, 'accept', jar => $t->jar, @host)->status, 503, 'a grant meanwhile is none';
is short(told(0)), '', 'and opens nothing';
$t->redis;
$t->wait_for(30, sub { grep { $_->{ty} eq 'replay' } $t->evidence });
@new = told(1);
is short(@new), 'stop analytics-co ads-co', 'it stops what its record said was open';
my ($stop) = grep { $_->{ty} eq 'provision.stop' } @new;
is_deeply $stop->{ref}, { ch => $withdrawal->{ch}, seq => $withdrawal->{seq} }, 'by the decision that waited';
is $stop->{was}, $grant->{rid}, 'of the grant with this receipt, where nobody knows the pseudonym';
ok !exists $stop->{sub}, 'which is left out then';

my ($code, $out) = $t->consentctl('verify', $t->dir . '/consent.log');
is $code, 0, 'the log verifies' or diag $out;

$t->done;
