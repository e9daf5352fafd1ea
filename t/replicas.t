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
is $t->get('/', to => 'two', host => 'www.two.example')->status, 200, 'pages are served';

# ---- the replica is stopped

$t->redis_freeze('replica');
$r = accept_at('gate');
is $r->status, 503, 'the replica is stopped: 503';
ok !token_of($r), 'no token';

like $t->get('/', jar => $jar, @host)->header('x-state'), qr/^granted/, 'an earlier grant stands';
$r = choose($t, 'withdraw', jar => $jar, @host);
is $r->status, 303, 'withdrawing does not wait for it';
like $t->get('/', jar => $jar, @host)->body, qr/data-ngxc-src/, 'and shuts at once';

# ---- it returns while a visitor waits

my $pid = fork;
if (!$pid) { sleep 0.6; $t->redis_thaw('replica'); POSIX::_exit(0) }
$jar = $t->jar;
is accept_at('gate', jar => $jar)->status, 303, 'it returns while a visitor waits: recorded';
waitpid $pid, 0;
is records('replica'), records('redis'), 'on both';
like $t->get('/', jar => $jar, @host)->header('x-state'), qr/^granted/, 'and believed';

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
