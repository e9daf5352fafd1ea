# A withdrawal while Redis is away takes effect at once and lasts: whatever dies
# or starts anew, in whatever order, the gate stays shut for whoever still holds
# the old token, and Redis gets it when it is back.

use strict;
use warnings;

use Digest::SHA qw(sha256_hex);
use FindBin;
use IO::Socket::INET;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep);
use Consent;
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html'],
        '<!doctype html><title>t</title><body><p>x<script src="https://analytics.example/a.js"></script>');
});

my @host = (host => 'www.site.example');
my $conf = policy() . <<'END';
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "$consent_state $consent_lookup" always;
        add_header   X-Worker $pid always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END
my $file = 'consent.log.d/pending';

sub start { $t->gate($conf, workers => 2, redis => 0, consent => { redis => '%%REDIS%% timeout=250ms' }, @_) }

# Someone who granted; their jar, another tab's, and their record.
sub visitor {
    my $jar = $t->jar;
    my %known = map { $_ => 1 } $t->redis_cli('keys', 'cg:*:v:*');
    $t->wait_for(10, sub { choose($t, 'accept', jar => $jar, @host)->status == 303 }) or die "nothing is recorded\n";
    my $tab = $jar->copy;
    my ($key) = grep { !$known{$_} } $t->redis_cli('keys', 'cg:*:v:*');
    return ($jar, $tab, $key);
}

# What a worker of the gate says, each of them.
sub states {
    my ($jar) = @_;
    my %state;
    $t->wait_for(5, sub {
        my $r = $t->get('/', jar => $jar, @host);
        $state{ $r->header('x-worker') } = ($r->header('x-state') // '') =~ s/ .*//r if $r->status == 200;
        keys %state == 2;
    });
    return join ' ', sort values %state;
}

sub withdrawn { my ($key) = @_; return $t->wait_for(20, sub { $t->redis_cli('hget', $key, 'state') eq 'withdrawn' }) }
sub empty     { return $t->wait_for(10, sub { -e $t->dir . "/$file" && !-s _ }) }
sub of_type   { my ($ty) = @_; return grep { $_->{ty} eq $ty } $t->evidence }
sub replays   { return map { $_->{result} . (defined $_->{rev} ? " $_->{rev}" : '') } of_type('replay') }
sub granted   { my ($jar) = @_; return $t->wait_for(10, sub { states($jar) eq 'granted granted' }) }

$t->redis;
start();

# ---- at once, and over a restart

my ($jar, $tab, $key) = visitor();
ok granted($tab), 'a grant';
$t->redis_stop;
my $r = choose($t, 'withdraw', jar => $jar, @host);
is $r->status, 303, 'Redis is away: a withdrawal works';
is token_of($r)->{parts}[1], '-', '... the browser forgets who it was';
is states($tab), 'refused refused', '... all workers shut whoever holds the old token';
is length $t->read($file), 175, '... it is kept in a file';
is sprintf('%o', (stat $t->dir . "/$file")[2] & 07777), '600', '... that nobody else reads';
is sprintf('%o', (stat $t->dir . '/consent.log.d')[2] & 07777), '700', '... in a directory of its own';
my ($cid) = $tab->header('/') =~ /ngxc=1\.([^.]+)/;
unlike $t->read($file), qr/\Q$cid\E/, '... without the visitor\'s id';
my ($decision) = grep { $_->{act} eq 'withdraw' } of_type('decision');
ok $t->wait_for(5, sub { grep { $_->{result} eq 'pending' && $_->{ref}{seq} == $decision->{seq} } of_type('outcome') }),
    '... and the log says that it waits';

choose($t, 'withdraw', headers => ['Sec-Fetch-Site' => 'same-origin', Cookie => $tab->header('/')], @host) for 1 .. 3;
is length $t->read($file), 175, 'again and again: one line';

$t->allow(qr/worker process \d+ exited on signal 9/);
$t->allow(qr/shared memory zone .* was locked by/);
my @old = $t->workers;
kill 'KILL', @old;
ok $t->wait_for(5, sub { my %now = map { $_ => 1 } $t->workers; keys %now == 2 && !grep { $now{$_} } @old }), 'workers are killed';
is states($tab), 'refused refused', '... it stays shut';
$t->reload;
is states($tab), 'refused refused', 'a reload: it stays shut';
$t->stop('gate', 'QUIT');
start();
is states($tab), 'refused refused', 'nginx stops and starts: it stays shut';
@old = $t->workers;
$t->slay('gate');
kill 'KILL', @old;
$t->wait_for(5, sub { !IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port('gate'), Proto => 'tcp') });
start();
is states($tab), 'refused refused', 'the whole of it is killed: it stays shut';

$t->redis;
my $open = 0;
ok $t->wait_for(20, sub { $open += states($tab) =~ /granted/; $t->redis_cli('hget', $key, 'state') eq 'withdrawn' }), 'Redis is back: it gets the withdrawal';
is $open, 0, '... and nobody saw the grant meanwhile';
is join(' ', $t->redis_cli('hmget', $key, 'rev', 'how', 'purposes')), '2 withdraw analytics=0 marketing=0', '... as a decision like any other';
like $t->redis_cli('hget', $key, 'evidence'), qr/^$decision->{ch}:$decision->{seq}(?::$decision->{h})?$/, '... which names its line in the log';
ok empty(), '... the file is empty';
my ($its, @others) = (0);
for my $replay (of_type('replay')) {
    my $ours = $replay->{ref}{ch} eq $decision->{ch} && $replay->{ref}{seq} == $decision->{seq};
    $ours ? $its++ : push @others, $replay;
}
is join(', ', $its, (replays())[0]), '1, recorded 2', '... and the log says so, once, and of which decision';
is scalar(grep { $_->{result} ne 'absent' } @others), 0, '... of those who came again, if a worker was killed over them, that there was nothing to do';
is states($tab), 'refused refused', '... and shut it is';

ok $t->wait_for(10, sub { choose($t, 'accept', jar => $tab, @host)->status == 303 }), 'the old token grants anew';
is $t->redis_cli('hget', $key, 'state'), 'withdrawn', '... under another name: what was closed stays closed';

# ---- Redis reads, but does not write

($jar, $tab, $key) = visitor();
$t->redis_cli('config', 'set', 'min-replicas-to-write', 1);
is choose($t, 'reject', jar => $jar, @host)->status, 303, 'Redis takes no writes: a refusal works';
is states($tab), 'refused refused', '... and shuts';
sleep 2.5;
is $t->redis_cli('hget', $key, 'state'), 'granted', '... though Redis still says otherwise';
is states($tab), 'refused refused', '... and goes on doing so';
$t->redis_cli('config', 'set', 'min-replicas-to-write', 0);
ok $t->wait_for(20, sub { $t->redis_cli('hget', $key, 'state') eq 'refused' }), '... it gets it when it can';
ok empty(), '... and nothing waits any more';

# ---- killed while it replays

my @leavers = map { [visitor()] } 1 .. 12;
$t->redis_stop;
choose($t, 'withdraw', jar => $_->[0], @host) for @leavers;
is length $t->read($file), 12 * 175, 'twelve wait';
my $before = () = replays();
$t->redis;
my $rounds = 0;
my $all = $t->wait_for(40, sub {
    kill 'KILL', $t->workers if $rounds++ % 4 == 0 && $rounds < 40;
    sleep 0.2;
    !grep { $t->redis_cli('hget', $_->[2], 'state') ne 'withdrawn' } @leavers;
});
ok $all, 'whoever replays is killed again and again: Redis gets them all';
is join(' ', map { $t->redis_cli('hget', $_->[2], 'rev') } @leavers), join(' ', (2) x 12), '... each once';
ok empty(), '... and nothing waits any more';
my %told = map { ("$_->{ref}{ch}:$_->{ref}{seq}" => 1) } (of_type('replay'))[$before .. (() = replays()) - 1];
is scalar(keys %told), 12, '... says the log';

# ---- erased

($jar, $tab, $key) = visitor();
$t->redis_stop;
$r = $t->post('/.consent/erase', jar => $jar, headers => ['Sec-Fetch-Site' => 'same-origin'], @host);
is $r->status, 202, 'an erasure while Redis is away is accepted';
like $r->body, qr/will be erased as soon as it can be/, '... with words that say so';
is states($tab), 'refused refused', '... and shuts';
$t->redis;
ok $t->wait_for(20, sub { !$t->redis_cli('exists', $key) }), '... the record is erased when it is back';
is $t->redis_cli('exists', $key =~ s/:v:/:s:/r), 0, '... and its salt';
ok empty(), '... and nothing waits any more';

# ---- a file that is not as it should be

sub line_of {
    my ($name, $where, $seq) = @_;
    my $line = sprintf 'P1 %s %s %012d %012d w %s %s:%020d ', $name, $where, time, time + 1e6, 'ab' x 16, '0' x 16, $seq;
    return $line . substr(sha256_hex($line), 0, 16) . "\n";
}
sub name_of { my ($n) = @_; return sprintf '%021dA', $n }

($jar, $tab, $key) = visitor();
my ($jar2, $tab2, $key2) = visitor();
$t->stop('gate', 'QUIT');
$t->write($file, sprintf('%-175s', substr line_of(name_of(1), '00' x 16, 1), 0, 100)
    . join '', map { line_of(name_of($_), '00' x 16, $_) } 2 .. 4096);
start();
ok granted($tab), 'lines of a site that is gone, behind a torn one, hinder nobody';
$t->redis_stop;
choose($t, 'withdraw', jar => $jar, @host);
is states($tab), 'refused refused', 'one more finds room';
unlike $t->read('gate.error.log'), qr/is full/, '... quietly';
choose($t, 'withdraw', jar => $jar2, @host);
is states($tab2), 'refused refused', 'one too many is shut on this host';
ok $t->wait_for(5, sub { $t->read('gate.error.log') =~ /is full, 1 withdrawals count until nginx is started anew/ }), '... and the error log says that it will not last';
$t->redis;
ok withdrawn($key), 'what waits is replayed all the same';
is states($tab2), 'refused refused', '... and the other one is shut as long as nginx runs';

$t->done;
