# Those who wait for the same record at the same time cost one question; whoever
# leaves takes nothing away from the others.  CONSENT_ROUNDS=long: ten thousand
# leave.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use Socket qw(SOL_SOCKET SO_LINGER SO_RCVTIMEO);
use Test::More;
use Time::HiRes qw(time sleep);
use Consent;
use Consent::Chaos;
use Consent::Dice qw(rounds);
use Consent::FakeRedis;
use Consent::HTTP qw(build_request);
use Consent::Site;
use Consent::Token qw(sign);

my $t = Consent->new;
my $page = '<!doctype html><title>t</title><body><p>x<script src="https://analytics.example/a.js"></script>';

$t->write('www/index.html', $page);
$t->redis;

my $fake   = Consent::FakeRedis->new($t);
my @host   = (host => 'www.site.example');
my $server = <<'END';
    server {
        listen       127.0.0.1:%%PORT_gate%% backlog=2048;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "$consent_state $consent_lookup" always;
        root         %%DIR%%/www;
    }
END

# A gate that has cached nothing.
sub gate {
    my (%o) = @_;
    $t->stop('gate', 'QUIT');
    $t->gate(policy() . $server, connections => 2048,
        consent => { redis => '127.0.0.1:%%PORT_fake%% feed=off timeout=10s' }, %o);
    $t->wait_for(5, sub { choose($t, 'accept', @host)->status == 303 }) or die "no grant\n";
}

sub visitor {
    my (@choice) = @_;
    my $jar = $t->jar;
    $t->wait_for(10, sub { choose($t, @choice, jar => $jar, @host)->status == 303 }) or die "no choice\n";
    return $jar;
}

# Somebody who has asked; their state, when they have read the answer.
sub asks {
    my ($jar) = @_;
    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port('gate'), Timeout => 10) or die $!;
    setsockopt $s, SOL_SOCKET, SO_RCVTIMEO, pack 'l!l!', 20, 0;
    syswrite $s, build_request('GET', '/', @host, headers => [Cookie => $jar->header('/')]);
    return $s;
}

sub answer {
    my ($s) = @_;
    my $all = '';
    1 while sysread $s, $all, 65536, length $all;
    return $all =~ /^X-State: (.*)\r$/mi ? $1 : 'no answer';
}

my $n = 0;
sub held    { $fake->on(HMGET => [{ until => 'go.' . ++$n }, 'real']) }
sub release { $t->write("go.$n", ''); $fake->off }
sub lookups { return scalar(() = $fake->asked('HMGET')) }
sub asked   { my ($since, $want) = @_; return $t->wait_for(5, sub { lookups() - $since >= $want }) }

gate();
my $jar  = visitor('accept');
my $part = visitor('save', p => ['marketing']);

# ---- a thousand at once

gate(workers => 2);
held();
my $before = lookups();
my @crowd = map { asks($jar) } 1 .. 1000;
asked($before, 1);
my $other = asks($part);
sleep 0.5;
release();
my %states;
$states{ answer($_) }++ for @crowd;
is join(', ', grep { !/^granted (?:redis|cache)$/ } keys %states), '', 'a thousand ask for one record: all are answered';
is answer($other), 'partial redis', '... one with another record by that';
my $asked = lookups() - $before - 1;
cmp_ok $asked, '<=', 2, "two workers asked $asked times";

# ---- who asked first leaves

gate(workers => 1);
held();
$before = lookups();
my $first = asks($jar);
asked($before, 1);
my @rest = map { asks($jar) } 1 .. 3;
sleep 0.2;
close $first;
close $rest[1];
sleep 0.2;
release();
is join(', ', map { answer($_) } @rest[0, 2]), 'granted redis, granted redis', 'who asked first has left: the others are answered';
is lookups() - $before, 1, '... by one question';

# ---- all leave

gate(workers => 1);
my ($worker) = $t->workers;
my $open = sub { return scalar(() = glob "/proc/$worker/fd/*") };
my $fds = $open->();
held();
kill 'STOP', $worker;                         # request and end come in one
my @gone = map { asks($_ % 2 ? $jar : $part) } 1 .. 300;
close $_ for @gone;
my $asked_before = lookups();
my $gone_at = time;
kill 'CONT', $worker;
asked($asked_before, 1);
ok $t->wait_for(5, sub { $open->() < $fds + 30 }) && time - $gone_at < 10, 'three hundred ask and leave at once: their connections are closed while Redis is asked';
release();
is answer(asks($jar)), 'granted redis', '... the next visitor asks anew';
is join(' ', $t->workers), $worker, '... of the same worker';

# ---- late together

gate(workers => 1);
$t->stop('gate', 'QUIT');
$t->gate(policy() . $server, workers => 1, consent => { redis => '127.0.0.1:%%PORT_fake%% feed=off timeout=300ms' });
visitor('accept');
held();
my @late = map { asks($jar) } 1 .. 3;
is join(', ', map { answer($_) } @late), join(', ', ('unknown timeout') x 3), 'Redis is late: all who wait are shut out in time';
release();
ok $t->wait_for(10, sub { answer(asks($jar)) =~ /^granted/ }), '... and the next are not';

# ---- thousands come to a slow Redis and leave, at any moment

my ($key) = grep { !/^#/ } split /\n/, $t->read('consent.key');
my ($issued, $expires) = (split /\./, $jar->value('ngxc'))[4, 5];
my $dice = Consent::Dice->new(6);

# Whose token is good, and of whom Redis never heard.
sub unknown_visitor {
    my $cid = join('', map { $dice->pick('A' .. 'Z', 'a' .. 'z', 0 .. 9) } 1 .. 21) . 'A';
    return 'ngxc=' . sign($key, site => 'www.site.example', policy => 'test', slots => [qw(analytics marketing)],
        cid => $cid, bits => 3, version => 3, issued => $issued, expires => $expires);
}

# N of them ask; each leaves within 0.6 seconds, by FIN or RST, answered or not.
sub leave {
    my ($n) = @_;
    my @due;

    for (1 .. $n) {
        my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port('gate'), Timeout => 10) or die $!;
        syswrite $s, build_request('GET', '/', @host, headers => [Cookie => unknown_visitor()]);
        setsockopt $s, SOL_SOCKET, SO_LINGER, pack 'II', 1, 0 if $dice->below(2);
        push @due, [time + $dice->between(0, 0.6), $s];
    }
    for my $leaver (sort { $a->[0] <=> $b->[0] } @due) {
        my $left = $leaver->[0] - time;
        sleep $left if $left > 0;
        close $leaver->[1];
    }
}

sub kb { my ($kb) = $t->read("/proc/$_[0]/status") =~ /^VmRSS:\s+(\d+)/m; return $kb }
sub told { return join("\n", $t->redis_cli('info', 'commandstats')) =~ /cmdstat_hmget:calls=(\d+)/ ? $1 : 0 }

my $slow = Consent::Chaos->start($t, 'slow', to => 'redis');
$t->stop('gate', 'QUIT');
$t->gate(policy() . $server, workers => 1, connections => 2048, consent => { redis => '%%REDIS_slow%% feed=off timeout=5s' });
$t->wait_for(10, sub { answer(asks($jar)) =~ /^granted/ }) or die "no line\n";
($worker) = $t->workers;
$slow->set('delay', 0.15);
$fds = $open->();
leave(500) for 1 .. 2;
ok $t->wait_for(5, sub { $open->() <= $fds + 4 }), 'a thousand ask and leave';
my ($kb, $left, $before_all) = (kb($worker), $open->(), told());
leave(500) for 1 .. rounds(3, 20);
ok $t->wait_for(5, sub { $open->() <= $left + 2 }), '... so do ' . 500 * rounds(3, 20) . ' more: no descriptor is left of them';
cmp_ok told() - $before_all, '>', 500, '... of whom Redis was asked';
SKIP: {
    # how many of them wait at the same time is chance, and a request takes 5 kB
    skip 'a sanitizer keeps what was freed', 1 if !length $t->{so};
    cmp_ok kb($worker) - $kb, '<', 3072, '... the worker did not grow with them';
}
note sprintf 'descriptors %d, then %d; resident %d kB, then %d kB', $left, $open->(), $kb, kb($worker);
like answer(asks($jar)), qr/^granted/, '... who stays is answered';
is join(' ', $t->workers), $worker, '... by the same worker';

$t->done;
