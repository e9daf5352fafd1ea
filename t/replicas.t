# replicas=: no opening is acknowledged that a replica does not have.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(time sleep);
use Consent;
use Consent::Chaos;
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html'],
        '<!doctype html><title>t</title><body><p>x<script src="https://analytics.example/a.js"></script>');
});

$t->redis('--repl-diskless-sync-delay', 0);

my $road = Consent::Chaos->start($t, 'road', to => 'redis');

$t->redis_named('replica', '--replicaof', '127.0.0.1 ' . $t->port('road'));
ok $t->wait_for(20, sub { $t->redis_cli('role') =~ /^master.*127\.0\.0\.1/s }), 'a replica follows';

sub server {
    my ($name, $replicas) = @_;
    return <<"END";
    server {
        listen         127.0.0.1:%%PORT_$name%%;
        server_name    www.$name.example;
        consent        test;
        consent_redis  %%REDIS%% replicas=$replicas;
        add_header     X-State "\$consent_state \$consent_lookup" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END
}

$t->gate(policy() . server('gate', 1) . server('two', 2), workers => 1, consent => { redis => undef });

my @host = (host => 'www.gate.example');

sub accept_at { my ($name, @o) = @_; return choose($t, 'accept', to => $name, host => "www.$name.example", @o) }
sub records { return scalar grep { /:v:/ } $t->redis_ask($_[0], 'keys', '*') }

# What was asked of Redis, and what waits for it.
sub waits { return join("\n", $t->redis_cli('info', 'commandstats')) =~ /cmdstat_wait:calls=(\d+)/ ? $1 : 0 }
sub pending { return -s $t->dir . '/consent.log.d/pending' }

my $jar = $t->jar;
is accept_at('gate', jar => $jar)->status, 303, 'one replica of one: consent is recorded';
is records('replica'), 1, 'and the replica has it when the visitor is told';
like $t->get('/', jar => $jar, @host)->header('x-state'), qr/^granted/, 'it is believed';

# ---- the replica is late, and the visitor waits for it

$road->set('delay', 0.08);
my $late = 0;
for (1 .. 5) {
    my $had = records('replica');
    $late++ if accept_at('gate')->status != 303 || records('replica') != $had + 1;
}
is $late, 0, 'a replica that is late: nobody is told before it has the record';
$road->set('pass');

# ---- Redis has forgotten the scripts

$t->redis_cli('script', 'flush');
my $r = accept_at('gate');
is $r->status, 303, 'a script that Redis has forgotten: recorded all the same';
is records('redis'), records('replica'), 'on the replica, too';

# ---- too few

my $had = records('redis');
my $began = time;
$r = accept_at('two');
is $r->status, 503, 'two replicas of one: 503';
cmp_ok time - $began, '<', 10, 'within a time';
like $r->body, qr/could not be saved/, 'in words that a visitor understands';
ok !token_of($r), 'and without a token';
my ($notice) = $t->get('/.consent/', to => 'two', host => 'www.two.example')->body =~ /name="notice" value="([^"]+)"/;
is $t->post('/.consent/show', to => 'two', host => 'www.two.example', headers => { 'Sec-Fetch-Site' => 'same-origin' },
    form => [src => 'https://ads.example/x', notice => $notice])->status, 503, 'nor is a frame shown';
is $t->get('/', to => 'two', host => 'www.two.example')->status, 200, 'pages are served';

# ---- the replica is stopped

$t->redis_freeze('replica');
$r = accept_at('gate');
is $r->status, 503, 'the replica is stopped: 503';
ok !token_of($r), 'no token';

like $t->get('/', jar => $jar, @host)->header('x-state'), qr/^granted/, 'an earlier grant stands';
my $waited = waits();
$r = choose($t, 'withdraw', jar => $jar, @host);
is $r->status, 303, 'withdrawing does not wait for it';
cmp_ok waits() - $waited, '<=', 3, '... it is asked for once, and when it is brought again';
like $t->get('/', jar => $jar, @host)->body, qr/data-ngxc-src/, 'and shuts at once';
ok $t->wait_for(5, sub { grep { $_->{ty} eq 'outcome' && $_->{result} eq 'pending' } $t->evidence }), 'what replicas do not have is kept';
ok pending(), '... in a file';
is scalar(grep { $_->{ty} eq 'replay' } $t->evidence), 0, '... as long as they do not have it';

# ---- it returns while a visitor waits

my $pid = fork;
if (!$pid) { sleep 0.6; $t->redis_thaw('replica'); POSIX::_exit(0) }
$jar = $t->jar;
is accept_at('gate', jar => $jar)->status, 303, 'it returns while a visitor waits: recorded';
waitpid $pid, 0;
is records('replica'), records('redis'), 'on both';
ok $t->wait_for(15, sub { !pending() }), 'what was kept is with the replica';
is +(grep { $_->{ty} eq 'replay' } $t->evidence)[-1]{result}, 'recorded', '... says the log';
like $t->get('/', jar => $jar, @host)->header('x-state'), qr/^granted/, 'and believed';

# ---- a withdrawal that only a master has which dies

sub state_at { my ($name, $key) = @_; return scalar $t->redis_ask($name, 'hget', $key, 'state') }

my $gone = $t->jar;
my %before = map { $_ => 1 } $t->redis_cli('keys', '*');
is accept_at('gate', jar => $gone)->status, 303, 'a visitor';
my ($key) = grep { /:v:/ && !$before{$_} } $t->redis_cli('keys', '*');
$road->set('hole');
is choose($t, 'withdraw', jar => $gone, @host)->status, 303, 'withdraws while the replica is cut off';
is state_at('redis', $key), 'withdrawn', 'the master has it';
$t->redis_kill;
$t->redis_ask('replica', 'replicaof', 'no', 'one');
$road->set('pass');
is state_at('replica', $key), 'granted', 'kill -9 of the master: its replica never saw it';

# The replica's data are the master's now, at the address that the gate knows.

$t->redis('--repl-diskless-sync-delay', 0, '--replicaof', '127.0.0.1 ' . $t->port('replica'));
ok $t->wait_for(20, sub { $t->redis_cli('role') =~ /^slave.*connected/s && state_at('redis', $key) eq 'granted' }), 'another master';
$t->redis_cli('replicaof', 'no', 'one');
$t->redis_ask('replica', 'replicaof', '127.0.0.1', $t->port('road'));
ok $t->wait_for(30, sub { state_at('redis', $key) eq 'withdrawn' && state_at('replica', $key) eq 'withdrawn' }),
    'the withdrawal is brought to it, and to its replica';
ok $t->wait_for(15, sub { !pending() }), 'and waits no longer';

# ---- the master dies

my @told;
for (1 .. 20) {
    my $j = $t->jar;
    push @told, $j if accept_at('gate', jar => $j)->status == 303;
}
$t->redis_kill;
$t->redis_ask('replica', 'replicaof', 'no', 'one');
my $kept = records('replica');
cmp_ok $kept, '>=', @told, 'kill -9 of the master: its replica has every acknowledged grant';
$t->redis;

my %results;
$results{ $_->{result} }++ for grep { $_->{ty} eq 'outcome' } $t->evidence;
diag join ', ', map { "$_ $results{$_}" } sort keys %results;
cmp_ok $results{unknown} || 0, '>=', 2, 'the log knows of what replicas did not have in time';

$t->done;
