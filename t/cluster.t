# Redis Cluster: each visitor's record is where its slot is, slots move under
# load, masters die, and nobody is opened to who should not be, nor shut but for
# whose shard it is.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(time sleep);
use Consent;
use Consent::Cluster;
use Consent::History;
use Consent::Load;
use Consent::Site;

my $t = Consent->new;
my $all;                                    # the history so far
my $cluster = Consent::Cluster->new($t, masters => 3, replicas => 1);
my $where = $cluster->seeds . ' cluster timeout=2s';     # a busy machine is no fault

$t->origin(Consent::Load::origin());
$t->gate(policy() . Consent::Load::site('gate', "consent_redis $where replicas=1;") . <<"END", workers => 2, redis => 0, consent => { redis => undef });
    server {
        listen         127.0.0.1:%%PORT_short%%;
        server_name    www.short.example;
        consent        test;
        consent_redis  $where prefix=short feed=off;
        consent_log    %%DIR%%/short.log;
        add_header     X-State "\$consent_state \$consent_lookup" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
    }
END

# Another host of the same site.
$t->nginx('other', $t->_basics({ redis => undef, log => '%%DIR%%/other-consent.log' }) . policy()
    . Consent::Load::site('other', "consent_redis $where replicas=1;"), workers => 2, main => '%%LOAD_MODULE%%');

my @short = (to => 'short', host => 'www.short.example');

# ---- where records are

# Of all nodes that are up: KEY => NAME of the master that has it.
sub held {
    my ($pattern) = @_;
    my %held;
    for my $name (grep { $t->pid($_) } $cluster->masters) {
        $held{$_} = $name for @{ Consent::Redis->new($t->port($name))->ask('KEYS', $pattern) };
    }
    return %held;
}

# A new visitor of the site "short": { jar, key, node }.
sub visitor {
    my %before = held('short:*:v:*');
    my $jar = $t->jar;
    return if choose($t, 'accept', jar => $jar, @short)->status != 303;
    my %after = held('short:*:v:*');
    my ($key) = grep { !exists $before{$_} } keys %after;
    return { jar => $jar, key => $key, node => $after{$key}, slot => $cluster->slot($key) };
}

# One whose record is at a node.
sub visitor_at {
    my ($node) = @_;
    for (1 .. 60) {
        my $v = visitor();
        return $v if $v && $v->{node} eq $node;
    }
    die "nobody comes to $node\n";
}

sub state_of { my ($v) = @_; return $t->get('/', jar => $v->{jar}, @short)->header('x-state') || '' }

# In milliseconds, what nodes were asked: sum over the cluster.
sub told {
    my ($what) = @_;
    my $n = 0;
    for my $name (grep { $t->pid($_) } $cluster->names) {
        $n += $1 if $t->redis_ask($name, 'info', 'errorstats') =~ /errorstat_$what:count=(\d+)/;
    }
    return $n;
}

ok $t->wait_for(10, \&visitor), 'consent is recorded';

my @visitors = grep { $_ } map { visitor() } 1 .. 24;
my %at = map { $_->{node} => 1 } @visitors;
is scalar(@visitors), 24, 'by whoever comes';
is scalar(keys %at), 3, 'on all masters';
is scalar(grep { state_of($_) !~ /^granted/ } @visitors), 0, 'and read there';

my $v = visitor_at('c0');
choose($t, 'withdraw', jar => $v->{jar}, @short);
is $t->redis_ask('c0', 'hget', $v->{key}, 'state'), 'withdrawn', 'a withdrawal goes to the same place';
is told('CROSSSLOT'), 0, 'no command names two slots';

# ---- another host

my @site = (host => 'www.site.example');

sub guest {
    my $r;
    $t->wait_for(10, sub { ($r = choose($t, 'accept', @site))->status == 303 }) or die "no grant\n";
    return 'ngxc=' . join '.', @{ token_of($r)->{parts} };
}
sub there { return $t->get('/', to => 'other', headers => { Cookie => $_[0] }, @site)->header('x-state') || '' }
sub leave {
    return $t->post('/.consent/choice', form => [choice => 'withdraw', return => '/back'],
        headers => { 'Sec-Fetch-Site' => 'same-origin', Cookie => $_[0] }, @site)->status;
}

my @guests = map { guest() } 1 .. 15;
there($_) for @guests, @guests;
my $late = 0;
for my $guest (@guests) {
    my $from = time;
    is leave($guest), 303, 'a withdrawal here' if $guest eq $guests[0];
    leave($guest) if $guest ne $guests[0];
    $t->wait_for(10, sub { there($guest) !~ /^granted/ }) or $late = 99;
    $late = time - $from if $late < time - $from;
}
cmp_ok $late, '<', 5, '... shuts there, by the feed of every shard';
diag sprintf 'a withdrawal on one host closes the other within %.2f s', $late;
my ($feeds) = map { scalar grep { /name=ngx-consent-feed\b/ } $t->redis_ask($_, 'client', 'list') } 'c2';
is $feeds, 2, 'one worker a host feeds, from each master';

# ---- one slot moves, and stands in the middle of it

$v = visitor_at('c0');
my ($ask, $moved) = (told('ASK'), told('MOVED'));

$cluster->begin($v->{slot}, 'c0', 'c1');
is choose($t, 'save', p => ['analytics'], jar => $v->{jar}, @short)->status, 303, 'a slot that is to move: a decision where it still is';
is_deeply [$t->redis_ask('c0', 'hmget', $v->{key}, 'rev', 'state')], [2, 'partial'], '... is recorded there';
is $t->redis_ask('c0', 'migrate', '127.0.0.1', $t->port('c1'), $v->{key}, 0, 5000), 'OK', 'a record moves';
sleep 5.2;                                 # what was read before is read again
is state_of($v), 'partial redis', 'ASK: it is read where it went';
cmp_ok told('ASK'), '>', $ask, '... which was said';

my $pid = fork;
if (!$pid) { sleep 0.7; $cluster->finish($v->{slot}, 'c0', 'c1'); POSIX::_exit(0) }
my $began = time;
is choose($t, 'withdraw', jar => $v->{jar}, @short)->status, 303, 'TRYAGAIN: a decision of who is on the way ...';
cmp_ok time - $began, '>', 0.5, '... waits until the slot has moved';
waitpid $pid, 0;
is $t->redis_ask('c1', 'hget', $v->{key}, 'state'), 'withdrawn', 'and is recorded there';

my $slot = $v->{slot};
$v = visitor_at('c1');
$moved = told('MOVED');
$cluster->move($v->{slot}, 'c2');
sleep 5.2;
is state_of($v), 'granted redis', 'MOVED: it is read where it went';
cmp_ok told('MOVED'), '>', $moved, '... which was said';

# ---- resharding under load

my $load = Consent::Load->start($t, clients => 12, think => 0.004);
ok $load->seen(30, sub { $_[0]{op} eq 'choice' && $_[0]{answer} eq 'ok' && $_[0]{grants} }), 'decisions are recorded under load';
sleep 1;

my %slots;
$slots{ $cluster->slot($_) }++ for grep { /^cg:/ } do { my %h = held('cg:*:v:*'); keys %h };
my @hot = (sort { $slots{$b} <=> $slots{$a} || $a <=> $b } grep { $_ ne $slot } keys %slots)[0 .. 15];
my @order = qw(c0 c1 c2);
($ask, $moved) = (told('ASK'), told('MOVED'));
my $again = told('TRYAGAIN');
$began = time;
for my $s (@hot) {
    my ($to) = grep { $_ ne $cluster->owner($s, 'c0') } @order;
    push @order, shift @order;
    $cluster->move($s, $to, pause => 0.02);
}
diag sprintf '%d slots moved under load in %.1f s: MOVED %d times, ASK %d, TRYAGAIN %d', scalar @hot, time - $began,
    told('MOVED') - $moved, told('ASK') - $ask, told('TRYAGAIN') - $again;
cmp_ok told('MOVED'), '>', $moved, 'slots move under load: MOVED was said';
cmp_ok told('ASK') + told('TRYAGAIN'), '>', $ask + $again, '... and ASK or TRYAGAIN';
sleep 0.5;
my $resharded = $load->stop;
story('while slots move', $resharded);
is scalar(grep { $_->{op} eq 'page' && $_->{state} =~ /error|timeout/ } $resharded->pages), 0, '... and no page was shut for it';

# ---- a master dies under load

$load = Consent::Load->start($t, clients => 12, think => 0.004);
@visitors = grep { $_ } map { visitor() } 1 .. 18;
my $dead = 'c1';
state_of($_) for @visitors;
sleep 1;

$began = time;
$t->slay($dead);
my ($wrong, $shut, $back) = (0, 0);
my @others = grep { $_->{node} ne $dead } @visitors;
my @its = grep { $_->{node} eq $dead } @visitors;
my $who = shift @its;
ok @its && @others, 'visitors of its shards, and others';
for (my $end = time + 30; time < $end && !$back; sleep 0.1) {
    $wrong += grep { state_of($_) !~ /^granted/ } @others;
    $shut += grep { state_of($_) !~ /^granted/ } @its;
    $back = time if choose($t, 'save', p => ['analytics'], jar => $who->{jar}, @short)->status == 303;
}
is $wrong, 0, 'kill -9 of a master: the visitors of the others are not shut out';
ok $back, 'a visitor of its shards decides again';
like +(grep { $_->{name} eq 'c4' } $cluster->view('c0'))[0]{flags}, qr/master/, '... its replica is master';
ok $t->wait_for(10, sub { !grep { state_of($_) !~ /^granted/ } @its }), '... and all of its are known';
diag sprintf 'kill -9: decisions of its visitors were refused for %.1f s; %d pages of %d visitors of it were shut meanwhile',
    ($back || time) - $began, $shut, scalar @its;

# with replicas=1 the new master needs one of its own
$cluster->start($dead);
ok $t->wait_for(30, sub { $cluster->settled }), 'who died returns as a replica';
ok $load->seen(30, sub { $_[0]{op} eq 'choice' && $_[0]{answer} eq 'ok' && $_[0]{grants} }), 'decisions are recorded';
sleep 1;
my $history = $load->stop;
story('over the death of a master', $history);

# ---- a failover that was asked for

is $t->redis_ask($dead, 'cluster', 'failover'), 'OK', 'CLUSTER FAILOVER';
ok $t->wait_for(20, sub { grep { $_ eq $dead } $cluster->masters('c0') }), 'it is master again';
$v = undef;
ok $t->wait_for(10, sub { $v = visitor(); $v && $v->{node} eq $dead }), 'and has decisions';

# ---- a shard without anybody

sleep 3;                                   # the feeds know who is master
@guests = map { guest() } 1 .. 24;
there($_) for @guests, @guests;
$t->slay('c0');
$t->slay('c3');
ok $t->wait_for(10, sub { grep { $_->{name} && $_->{name} eq 'c0' && $_->{flags} =~ /fail/ } $cluster->view('c2') }), 'a shard dies whole';
@others = grep { $_->{node} ne 'c0' } @visitors;
sleep 5.2;
is scalar(grep { state_of($_) !~ /^(?:granted|partial)/ } @others), 0, 'the others read on';
my %lives;
$lives{ there($_) }++ for @guests;
diag "a shard is dead: on the other host, grants six seconds later: ", join ', ', map { "$_: $lives{$_}" } sort keys %lives;
ok $lives{'granted cache'}, '... and their grants live by the feed, as before';
$cluster->start($_) for qw(c0 c3);
ok $t->wait_for(40, sub { $cluster->settled }), 'it returns';
ok $t->wait_for(15, sub { !grep { state_of($_) !~ /^(?:granted|partial)/ } @visitors }), 'and everybody is known';

# ---- the log tells of each outage once

my (%outages, $twice);

sub over {
    my %last;
    for my $e (grep { $_->{ty} =~ /^degraded/ } $t->evidence) {
        $twice++ if ($last{ $e->{ch} } || 'degraded.stop') eq $e->{ty};
        $last{ $e->{ch} } = $e->{ty};
        $outages{ $e->{ch} } = 1;
    }
    return !grep { $_ ne 'degraded.stop' } values %last;
}

ok $t->wait_for(15, \&over), 'the last line of a worker says that it is over';
is scalar(keys %outages), 2, '... of each';
ok !$twice, 'degraded.start and degraded.stop take turns';

sub story {
    my ($when, $h) = @_;
    my %n;
    for ($h->choices, $h->pages) {
        $n{"$_->{op}, " . ($_->{op} eq 'page' ? $_->{status} || 'no answer' : $_->{answer})}++;
    }
    diag "$when: ", join ', ', map { "$_: $n{$_}" } sort keys %n;
    diag "$when: ", scalar(grep { $_->{state} =~ /error|timeout/ } $h->pages), ' pages were shut for want of Redis';
    diag "$when: pages, " . Consent::History::latency($h->pages) . '; choices, ' . Consent::History::latency($h->choices);
    is scalar(grep { $_->{status} != 200 || !$_->{whole} } $h->pages), 0, "$when: every page was served, whole";
    $all = $all ? $all->merge($h) : $h;
    is +(join "\n", $all->faults(Consent::History::stores($t, redis => [$cluster->masters('c0')], keys => 'cg:*'), forgets => 20)), '',
        '... and clients, log and cluster tell one story';
}

$t->done;
