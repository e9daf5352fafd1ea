# Redis Sentinel: the gate finds the master, follows it when it is another, and
# believes nothing that calls itself a replica.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(time sleep);
use Consent;
use Consent::History;
use Consent::Load;
use Consent::Site;

my $t = Consent->new;
my @names = qw(redis second);
my @sentinels = qw(s1 s2 s3);
my $after = 1500;                              # ms until a master counts as down

# ---- a master, a replica, three sentinels

$t->redis('--repl-diskless-sync-delay', 0);
$t->redis_named('second', '--repl-diskless-sync-delay', 0, '--replicaof', '127.0.0.1 ' . $t->port('redis'));

sub sentinel {
    my ($name) = @_;
    my $file = $t->dir . "/$name.conf";

    $t->write($file, join "\n", 'port ' . $t->port($name), 'bind 127.0.0.1', 'dir ' . $t->dir,
        'sentinel monitor main 127.0.0.1 ' . $t->port('redis') . ' 2',
        "sentinel down-after-milliseconds main $after", 'sentinel failover-timeout main 4000',
        'sentinel parallel-syncs main 1', '') if !-e $file;
    $t->spawn($name, 'redis-server', $file, '--sentinel');
    $t->_ready($name, $t->port($name));
}

sentinel($_) for @sentinels;

sub master {
    my ($host, $port) = $t->redis_ask('s3', 'sentinel', 'get-master-addr-by-name', 'main');
    return (grep { $t->port($_) == ($port || 0) } @names)[0] || '';
}

sub other { return (grep { $_ ne $_[0] } @names)[0] }

# Every sentinel knows the other two and a replica in good health.
sub settled {
    for my $s (@sentinels) {
        my %is = $t->redis_ask($s, 'sentinel', 'master', 'main');
        return 0 if ($is{'num-other-sentinels'} || 0) != 2 || ($is{'num-slaves'} || 0) < 1 || ($is{flags} || '') ne 'master';
        my %has = $t->redis_ask($s, 'sentinel', 'replicas', 'main');
        return 0 if ($has{flags} || '') ne 'slave' || ($has{'master-link-status'} || '') ne 'ok';
    }
    return 1;
}

ok $t->wait_for(60, \&settled), 'the sentinels know each other, the master and its replica';

# ---- the gate; its first sentinel is nobody, its second does not answer

my $nobody = $t->port('nobody');
my $mute = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $t->port('mute'), Listen => 64) or die;
my $where = join ' ', map { '127.0.0.1:' . $t->port($_) } 'nobody', 'mute', @sentinels;

$t->origin(Consent::Load::origin());
my $redis = "consent_redis $where sentinel=main timeout=150ms";

$t->gate(policy() . Consent::Load::site('gate', "$redis replicas=1;") . <<"END", workers => 2, consent => { redis => undef });
    server {
        listen         127.0.0.1:%%PORT_single%%;
        server_name    www.single.example;
        consent        test;
        $redis db=1;
        consent_log    %%DIR%%/single.log;
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
    }
END

# At the site that asks for no replica: is consent recorded, and by the master?
sub recorded {
    my $had = held();
    return accepted() && held() > $had;
}

sub accepted { return choose($t, 'accept', to => 'single', host => 'www.single.example')->status == 303 }

sub held { return scalar grep { /:v:/ } $t->redis_ask(master(), '-n', 1, 'keys', '*') }

ok $t->wait_for(10, \&recorded),
    'the master is found behind two sentinels that are of no use';

# ---- under load: a failover that was asked for, then kill -9

my @gap;
my $load = Consent::Load->start($t, clients => 8);
ok acknowledged(), 'decisions are recorded under load';


sub over {
    my ($title, $old, $began) = @_;

    ok $t->wait_for(30, sub { my $now = master(); $now && $now ne $old }), "$title: another is master";
    my $named = time - $began;
    ok $t->wait_for(20, \&recorded), '... and has decisions';
    push @gap, sprintf '%s: sentinels agreed after %.1f s, consent was recorded after %.1f s', $title, $named, time - $began;
}

sub acknowledged {
    return $load->seen(30, sub { $_[0]{op} eq 'choice' && $_[0]{answer} eq 'ok' && $_[0]{grants} });
}

my $old = master();
my $began = time;
is scalar($t->redis_ask('s2', 'sentinel', 'failover', 'main')), 'OK', 'SENTINEL FAILOVER';
over('a failover that was asked for', $old, $began);
ok $t->wait_for(60, \&settled), 'the old master is a replica now';
ok acknowledged(), 'and counts as one';

$old = master();
$began = time;
$old eq 'redis' ? $t->redis_kill : $t->slay($old);
over('kill -9 of the master', $old, $began);

# ---- the dead one returns: it takes itself for a master, until a sentinel tells

$t->redis_named($old, '--repl-diskless-sync-delay', 0);
ok $t->wait_for(60, sub { scalar($t->redis_ask($old, 'role')) =~ /^slave/ }), 'who returns becomes a replica';
ok $t->wait_for(60, \&settled), 'and is in step';
ok acknowledged(), 'under load decisions are recorded as before';

# ---- what it cost, and that nothing was opened

my $history = $load->stop;
my %n;
for ($history->choices, $history->pages) {
    $n{"$_->{op}, " . ($_->{op} eq 'page' ? $_->{status} || 'no answer' : $_->{answer})}++;
}
diag $_ for @gap, map { "$_: $n{$_}" } sort keys %n;
diag scalar(grep { $_->{op} eq 'page' && $_->{state} =~ /error|timeout/ } $history->pages), ' pages were shut for want of Redis';
diag 'pages: ' . Consent::History::latency($history->pages);

is scalar(grep { $_->{status} != 200 || !$_->{whole} } $history->pages), 0, 'every page was served, whole';
is +(join "\n", $history->faults(Consent::History::stores($t, redis => master()), forgets => 20)), '',
    'clients, log and the last master tell one story';

# ---- a sentinel that hangs costs no decision

kill 'STOP', $t->pid('s1');
ok $t->wait_for(10, \&recorded), 'a sentinel that hangs: consent is recorded';
kill 'CONT', $t->pid('s1');

# ---- a master that hangs is given up when the sentinels give it up

$old = master();
$t->redis_freeze($old);
$began = time;
is $t->get('/', host => 'www.site.example')->status, 200, 'a master that hangs: pages are served';
ok $t->wait_for(30, sub { my $now = master(); $now && $now ne $old && recorded() }), 'consent is recorded by the next';
diag sprintf 'a master that hangs: consent was recorded again after %.1f s', time - $began;
$t->redis_thaw($old);
ok $t->wait_for(30, sub { scalar($t->redis_ask($old, 'role')) =~ /^slave/ }), 'the one that hung becomes a replica';
ok recorded(), 'and gets no decision';

# ---- all sentinels gone: the connection that stands is good

$t->slay($_) for @sentinels;
sleep 3;
ok accepted(), 'no sentinel is there: the connection that stands goes on';

close $mute;
$t->done;
