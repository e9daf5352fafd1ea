# What a Redis that is away costs a worker: attempts at their own pace, whatever
# visitors do; no connection that is dead unnoticed; no worker that stays, or
# leaves, because of it.  CONSENT_ROUNDS=long: ten times as long.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Select;
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(time sleep);
use Consent;
use Consent::Dice qw(rounds);
use Consent::FakeRedis;
use Consent::HTTP qw(build_request);
use Consent::Site;

my $t = Consent->new;

$t->write('www/index.html',
    '<!doctype html><title>t</title><body><p>x<script src="https://analytics.example/a.js"></script>');
$t->redis('--maxmemory-policy', 'allkeys-lru', '--appendfsync', 'no');

my $fake = Consent::FakeRedis->new($t);
my @host = (host => 'www.site.example');

sub gate {
    my ($times, %o) = @_;
    $t->stop('gate', 'QUIT');
    unlink $t->dir . '/gate.error.log';
    $t->gate(policy() . <<'END', workers => 1, consent => { redis => "127.0.0.1:%%PORT_fake%% feed=off $times", %{ delete $o{consent} || {} } }, %o);
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "$consent_state $consent_lookup" always;
        root         %%DIR%%/www;
    }
END
}

sub visitor {
    my $jar = $t->jar;
    $t->wait_for(10, sub { choose($t, 'accept', jar => $jar, @host)->status == 303 }) or die "no grant\n";
    return $jar;
}

sub state_of { my ($jar) = @_; return $t->get('/', jar => $jar, timeout => 8, @host)->header('x-state') || '' }
sub lookups { return scalar(() = $t->read('fake.log') =~ /"HMGET"/g) }
sub attempts { return $fake->asked('CONNECT') }
sub log_lines { my ($re) = @_; return grep { $_ =~ $re } split /\n/, $t->read('gate.error.log') }

sub dials { return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port('gate'), Timeout => 10) || die $! }
sub question { my ($jar) = @_; return build_request('GET', '/', @host, headers => [Cookie => $jar->header('/')]) }

sub asks {
    my ($jar) = @_;
    my $s = dials();
    syswrite $s, question($jar);
    return $s;
}

sub answer {
    my ($s) = @_;
    my $all = '';
    1 while sysread $s, $all, 65536, length $all;
    return $all =~ /^X-State: (.*)\r$/mi ? $1 : 'no answer';
}

# ---- how Redis is set up

gate('timeout=1s', workers => 2);
my $jar = visitor();
ok $t->wait_for(5, sub { log_lines(qr/\[warn\].*allkeys-lru/) }), 'a Redis that deletes consents is warned of';
is scalar(log_lines(qr/\[warn\].*appendfsync "no"/)), 1, '... by one worker; one that does not sync, too';
is scalar(log_lines(qr/\[warn\].*(?:appendonly|rewrite)/)), 0, '... what is well set is not';
$fake->on(CONFIG => ["-NOPERM this user has no permissions\r\n"]);
gate('timeout=1s');
visitor();
is scalar(log_lines(qr/consent redis.*(?:warn|down)/)), 0, 'where it may not be asked nothing is said';
$fake->off;

# ---- attempts

$fake->on(CONNECT => ['close']);
gate('timeout=250ms', workers => 8);
my ($from, $from_time) = (scalar attempts(), time);
my $until = time + rounds(6, 60);
my $pages = 0;
while (time < $until) { $pages += $t->get('/', jar => $jar, @host)->status == 200 }
my @at = map { $_->{at} } (attempts())[$from .. scalar(attempts()) - 1];
note sprintf '%d attempts of 8 workers in %.0f s, %d pages', scalar @at, time - $from_time, $pages;
cmp_ok scalar(@at), '<=', 8 * 20 * rounds(6, 60) / 6, "$pages visitors of 8 workers: attempts keep their own pace";
cmp_ok scalar(@at), '>=', 8 * 2, '... and go on';

# Eight workers lose Redis at one moment.  Were the wait not random as a whole,
# all eight would come at one moment again, each time.
my $together = 0;
for my $i (grep { $at[$_] > $from_time + 1 } 0 .. $#at) {
    my $n = grep { $_ >= $at[$i] && $_ < $at[$i] + 0.04 } @at;
    $together = $n if $n > $together;
}
cmp_ok $together, '<', 7, '... and never at one moment';
cmp_ok scalar(log_lines(qr/down: /)), '<=', 8 * 2, '... the log tells it once a worker and cause';
$fake->off;
ok $t->wait_for(15, sub { state_of($jar) =~ /^granted/ }), '... Redis is back: so are they';

# ---- a line that is dead, and nobody asks

gate('timeout=1s');
visitor();
my $line = ($fake->asked('PING'))[-1]{conn};
my $dead = time;
$fake->on(PING => ['hang'], times => 1);
ok $t->wait_for(15, sub { grep { $_->{conn} == $line } $fake->asked('CLOSE') }) && time - $dead < 15,
    'a line that swallows everything is found within fifteen seconds';
ok $t->wait_for(5, sub { state_of($jar) =~ /^granted/ }), '... another one works';

# ---- no connection left for it

$t->allow(qr/worker_connections are not enough/);
gate('timeout=1s', connections => 16);
visitor();
my @idle = map { asks($jar) } 1 .. 3;
answer($_) for @idle;
my @full = map { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port('gate')) } 1 .. 20;
$fake->on(PING => ['close'])->on(HMGET => ['close']);
sleep 0.3;
close $_ for @full[0, 1, 2];
my $state = state_of($jar);
isnt $state, '', 'few connections are left: visitors are served';
$fake->off;
close $_ for @full;
ok $t->wait_for(15, sub { state_of($jar) =~ /^granted/ }), '... and Redis is asked again when there are some';

# ---- more questions than a line takes

gate('timeout=10s', connections => 4096, consent => { log => '%%DIR%%/consent.log sync=off' });
visitor();
my ($notice) = $t->get('/.consent/', @host)->body =~ /name="notice" value="([^"]+)"/;
my @crowd;
for (1 .. 1100) {
    my $who = $t->jar;
    my $r = $t->post('/.consent/choice', jar => $who, form => [choice => 'accept', notice => $notice, return => '/'],
        headers => { 'Sec-Fetch-Site' => 'same-origin' }, @host);
    push @crowd, $who if $r->status == 303;
}
is scalar @crowd, 1100, 'eleven hundred visitors decided';
gate('timeout=10s', connections => 4096, consent => { log => '%%DIR%%/consent.log sync=off' });
visitor();
$fake->on(HMGET => [{ until => 'go.crowd' }, 'real']);
my @asking = map { dials() } @crowd;
my @questions = map { question($_) } @crowd;
syswrite $asking[$_], $questions[$_] for 0 .. $#crowd;        # soon, as each has ten seconds
my %got = (refused => 0);
my $select = IO::Select->new(@asking);
$t->wait_for(10, sub { $select->count and scalar($select->can_read(0)) >= @crowd - 1024 });
for my $s ($select->can_read(0)) { $got{refused}++ if answer($s) eq 'unknown error'; $select->remove($s) }
$t->write('go.crowd', '');
$got{ answer($_) }++ for $select->handles;
is $got{refused}, 1100 - 1024, 'a thousand and twenty-four are under way, who comes then is shut out at once';
is $got{'granted redis'}, 1024, '... the others are answered';
$fake->off;

# ---- a worker that leaves

for my $case (['answers', 'real', '8s', qr/^granted redis/], ['hangs', 'hang', '700ms', qr/^unknown timeout/]) {
    my ($what, $does, $patience, $want) = @$case;

    gate("timeout=$patience");
    visitor();
    $fake->on(HMGET => [{ until => "go.$does" }, $does], times => 1);
    my $before = lookups();
    my $s = asks($jar);
    $t->wait_for(5, sub { lookups() > $before });
    kill 'QUIT', $t->pid('gate');
    sleep 0.2;
    ok $t->alive('gate'), "QUIT while Redis is asked, and $what: the worker waits for the request";
    $t->write("go.$does", '');
    like answer($s), $want, '... which is answered';
    ok $t->wait_for(5, sub { !$t->alive('gate') }), '... then it goes';
    $fake->off;
}

$fake->on(PING => [{ pause => 0.2 }, 'real'])->on(HMGET => ['hang']);
gate('timeout=400ms');
my $before = lookups();
my $early = asks($jar);
$t->wait_for(5, sub { lookups() > $before });
kill 'QUIT', $t->pid('gate');
like answer($early), qr/^unknown timeout/, 'QUIT, and the question was put during the greeting: the request is answered, too';
ok $t->wait_for(5, sub { !$t->alive('gate') }), '... then the worker goes';
$fake->off;

gate('timeout=10s', main => 'worker_shutdown_timeout 10ms;');
visitor();
$fake->on(HMGET => ['hang'], times => 1);
$before = lookups();
my $cut = asks($jar);
my $cut_at = time;
$t->wait_for(5, sub { lookups() > $before });
kill 'QUIT', $t->pid('gate');
ok $t->wait_for(8, sub { !$t->alive('gate') }) && time - $cut_at < 10, 'worker_shutdown_timeout: it goes though Redis never answers';
unlike answer($cut), qr/^granted/, '... and nothing was opened';

$t->done;
