# A withdrawal on one host closes the gate on every other: within a second by
# the feed, within five where the feed is cut, whatever happens to Redis.

use strict;
use warnings;

use FindBin;
use IO::Socket::INET;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(time sleep);
use Consent;
use Consent::HTTP qw(build_request);
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html'],
        '<!doctype html><title>t</title><body><p>x<script src="https://analytics.example/a.js"></script>');
});
$t->redis;

my @host = (host => 'www.site.example');

sub server {
    my ($name) = @_;
    return <<"END";
    server {
        listen       127.0.0.1:%%PORT_$name%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "\$consent_state \$consent_lookup" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END
}

# Two hosts: each has its own zone, log and workers; Redis and the key are one.
my $redis = '%%REDIS%%';

sub here  { return $t->gate(policy() . server('gate'), workers => 2, consent => { redis => $redis }, @_) }
sub there {
    return $t->nginx('there', <<"END" . policy() . server('there'), workers => 2, main => '%%LOAD_MODULE%%');
    consent_zone      consent 4m;
    consent_redis     $redis;
    consent_key_file  %%KEY%%;
    consent_log       %%DIR%%/there-consent.log;
END
}

# A visitor who accepted, by their cookie, which stays what it is.
sub visitor {
    my ($where) = @_;
    my $token;
    $t->wait_for(10, sub {
        my $r = choose($t, 'accept', to => $where || 'gate', @host);
        my $parts = token_of($r) or return 0;
        $token = join '.', @{ $parts->{parts} };
    }) or die "nobody was recorded\n";
    return "ngxc=$token";
}

sub state_of {
    my ($cookie, $where) = @_;
    return $t->get('/', to => $where || 'there', headers => { Cookie => $cookie }, timeout => 8, @host)
        ->header('x-state') || '';
}

sub withdraw {
    my ($cookie, $where) = @_;
    return $t->post('/.consent/choice', to => $where || 'gate', form => [choice => 'withdraw', return => '/back'],
        headers => { 'Sec-Fetch-Site' => 'same-origin', Cookie => $cookie }, @host)->status;
}

# Seconds from now until the other host's state is as wanted; -1: not within N.
sub until_state {
    my ($cookie, $want, $most) = @_;
    my $began = time;
    my $ok = $t->wait_for($most, sub { state_of($cookie) =~ $want });
    my $took = time - $began;
    return $ok && $took <= $most ? $took : -1;
}

# Whether the other host takes it from its cache later than a grant lives alone.
sub lives_by_feed {
    my ($cookie) = @_;
    state_of($cookie);
    my $until = time + 6.5;
    while (time < $until) {
        return 0 if state_of($cookie) ne 'granted cache' && time > $until - 6;
        sleep 0.25;
    }
    return state_of($cookie) eq 'granted cache';
}

sub feeders { return grep { /name=ngx-consent-feed\b/ } $t->redis_cli('client', 'list') }
sub lookups {
    my ($n) = join("\n", $t->redis_cli('info', 'commandstats')) =~ /cmdstat_hmget:calls=(\d+)/;
    return $n || 0;
}

here();
there();
ok $t->wait_for(10, sub { feeders() == 2 }), 'one worker a host reads the feed';

# ---- the feed lives

my @took;
for (1 .. 10) {
    my $cookie = visitor();
    state_of($cookie) for 1 .. 4;
    ok $t->wait_for(5, sub { state_of($cookie) eq 'granted cache' }), 'a grant of one host is cached on the other' if $_ == 1;
    sleep rand 0.7;
    is withdraw($cookie), 303, '... withdrawn on the first' if $_ == 1;
    withdraw($cookie) if $_ > 1;
    push @took, until_state($cookie, qr/^(?!granted)/, 5);
}
my @sorted = sort { $a <=> $b } @took;
diag sprintf 'withdrawal to closed on the other host: median %.0f ms, worst %.0f ms of %d', $sorted[@sorted / 2] * 1000,
    $sorted[-1] * 1000, scalar @sorted;
cmp_ok $sorted[0], '>=', 0, 'every withdrawal closes the other host';
cmp_ok $sorted[-1], '<', 3, '... soon (a second, on a machine that is not busy)';

# The scripts publish what they write: a hint, and no more.

sub subscribers { return scalar grep { /name=ngx-consent-hint\b.*\bpsub=1\b/ } $t->redis_cli('client', 'list') }
ok $t->wait_for(10, sub { subscribers() == 2 }), 'the reader of a host hears of decisions';
$t->redis_cli('client', 'kill', 'id', /^id=(\d+)/) for grep { /name=ngx-consent-hint\b/ } $t->redis_cli('client', 'list');
my $deaf = visitor();
state_of($deaf) for 1 .. 4;
withdraw($deaf);
cmp_ok until_state($deaf, qr/^(?!granted)/, 5), '>=', 0, '... one that is deaf reads all the same';
ok $t->wait_for(10, sub { subscribers() == 2 }), '... and subscribes again';

my $stays = visitor();
ok lives_by_feed($stays), 'a grant that nobody withdrew is believed without asking Redis, beyond its own five seconds';

my $leaves = visitor();
state_of($leaves) for 1 .. 4;
sleep 1.2;
my $read = lookups();
state_of($stays);
$read = lookups() - $read;
withdraw($leaves);
until_state($leaves, qr/^(?!granted)/, 5);
is $read . ' ' . state_of($stays), '0 granted cache', '... not even when somebody else withdraws';

my $erased = visitor();
state_of($erased) for 1 .. 3;
$t->post('/.consent/erase', to => 'gate', headers => { 'Sec-Fetch-Site' => 'same-origin', Cookie => $erased }, @host);
cmp_ok until_state($erased, qr/^(?!granted)/, 5), '>=', 0, 'an erasure closes the other host, too';

# ---- workers die

state_of($stays) for 1 .. 4;
for my $n (1, 2) {
    kill 'KILL', $t->workers('there');
    $t->allow(qr/exited on signal 9/);
    ok $t->wait_for(10, sub { state_of($stays) =~ /^granted/ }), "all workers of a host were killed ($n): it serves";
}
ok $t->wait_for(10, sub { feeders() == 2 }), '... and another worker reads on';
my $cookie = visitor();
state_of($cookie) for 1 .. 4;
withdraw($cookie);
my $took = until_state($cookie, qr/^(?!granted)/, 6);
diag sprintf 'after the death of the feeder: %.0f ms', $took * 1000;
cmp_ok $took, '>=', 0, '... a withdrawal still closes it';

# ---- workers are stopped, and go on

# Whoever asks meanwhile waits in the socket, and is the first thing that a worker
# hears of: before the feed, before any timer.
sub asked_asleep {
    my ($cookie) = @_;
    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port('there')) or die "connect: $!\n";
    syswrite $s, build_request('GET', '/', @host, headers => [Cookie => $cookie]);
    return $s;
}

my @sleepers = map { visitor() } 1 .. 4;
for my $sleeper (@sleepers) { $t->wait_for(5, sub { state_of($sleeper) eq 'granted cache' }) }
kill 'STOP', $t->workers('there');
my @asking = map { asked_asleep($_) } @sleepers;
withdraw($_) for @sleepers;
sleep 5.5;
kill 'CONT', $t->workers('there');
my @woken = map { my $s = $_; local $/; readline($s) =~ /^X-State: (\w+)/m ? $1 : 'no answer' } @asking;
is scalar(grep { $_ eq 'granted' } @woken), 0, "the workers of a host were stopped beyond the lease: no grant of before is believed (@woken)";
ok $t->wait_for(10, sub { feeders() == 2 && state_of($stays) =~ /^granted/ }), '... they go on';

# ---- a reload

my $before = lookups();
state_of($stays) for 1 .. 4;
$t->reload('there');
ok $t->wait_for(10, sub { feeders() == 2 }), 'a reload hands the feed on';
like state_of($stays), qr/^granted/, '... and what was cached is still believed';
$cookie = visitor();
state_of($cookie) for 1 .. 4;
withdraw($cookie);
cmp_ok until_state($cookie, qr/^(?!granted)/, 6), '>=', 0, '... until it is withdrawn';

# ---- data that are lost

sub cached {
    my ($cookie) = @_;
    return $t->wait_for(5, sub { state_of($cookie) eq 'granted cache' });
}

ok cached($stays), 'a grant is cached';
$t->redis_cli('flushall');
$took = until_state($stays, qr/^(?!granted)/, 10);
diag sprintf 'FLUSHALL to closed: %.0f ms', $took * 1000;
cmp_ok $took, '>=', 0, 'FLUSHALL: nothing that was cached is believed';
cmp_ok $took, '<', 4, '... at the next round';

$stays = visitor();
ok cached($stays), 'a new grant is cached';
sleep 1.2;                                 # its entry was read
for my $label (map { /^(cg:\{...\}:log)$/ } $t->redis_cli('keys', 'cg:*:log')) {
    $t->redis_cli('xtrim', $label, 'maxlen', 0);
}
$before = lookups();
ok $t->wait_for(4, sub { state_of($stays); lookups() > $before }), 'a log that was trimmed: every grant is read again';
like state_of($stays), qr/^granted/, '... and stands';

ok cached($stays), 'a grant is cached';
$before = lookups();
$t->redis_cli('xadd', 'cg:{464}:log', '*', 'a', 'stranger');
ok $t->wait_for(4, sub { state_of($stays); lookups() > $before }), 'an entry that is not ours: every grant is read again';

# ---- Redis goes and comes back

ok cached($stays), 'a grant is cached';
$t->redis_stop;
my $gone = time;
like state_of($stays), qr/^granted cache/, 'Redis is gone: a grant is believed for a while';
$took = until_state($stays, qr/^unknown/, 8);
diag sprintf 'Redis gone to shut: %.1f s', $took;
cmp_ok time - $gone, '<', 7, '... five seconds';
cmp_ok $took, '>', 2, '... no less';
$t->redis;
ok $t->wait_for(15, sub { state_of($stays) =~ /^granted/ }), 'it is back: so is the grant';
ok $t->wait_for(15, sub { feeders() == 2 }), '... and the feed';

# An empty one in its place, between two rounds.
ok cached($stays), 'a grant is cached';
$t->redis_stop;
unlink glob $t->dir . '/appendonlydir/*';
$t->redis;
cmp_ok until_state($stays, qr/^none/, 20), '>=', 0, 'an empty Redis in its place: nothing that was cached is believed';

# ---- an older dump in its place

sub data { return glob $t->dir . '/appendonlydir' }

ok $t->wait_for(15, sub { feeders() == 2 }), 'the feed is back';
my $kept = visitor();
my $regrets = visitor();
$t->redis_stop;
system 'cp', '-r', data(), $t->dir . '/older';
$t->redis;
ok $t->wait_for(15, sub { state_of($regrets) =~ /^granted/ && feeders() == 2 }), 'two grants';
my $jar = $t->jar->take($t->post('/.consent/choice', to => 'gate', form => [choice => 'withdraw', return => '/'],
    headers => { 'Sec-Fetch-Site' => 'same-origin', Cookie => $regrets }, @host));
like $jar->header('/'), qr/^ngxc=1\.-\./, '... one is withdrawn';
my $late = visitor();
ok $t->wait_for(5, sub { state_of($late) eq 'granted cache' }), '... a third comes';
$t->redis_stop;
system 'rm', '-rf', data();
rename $t->dir . '/older', (data())[0] // $t->dir . '/appendonlydir';
$t->redis;
cmp_ok until_state($late, qr/^none/, 20), '>=', 0, 'a dump from before that is restored: who decided since is asked anew';
is state_of($jar->header('/'), $_), 'refused none', "... the browser that withdrew stays shut ($_)" for 'gate', 'there';
ok $t->wait_for(15, sub { state_of($kept) =~ /^granted/ }), '... who decided before is known';
note 'the old cookie of who withdrew: ', join ', ', map { "$_: " . state_of($regrets, $_) } 'gate', 'there';

# ---- who may not publish, nor subscribe

$t->redis_cli('acl', 'setuser', 'default', 'resetchannels');
my $mute = visitor();
state_of($mute) for 1 .. 4;
is withdraw($mute), 303, 'without the right to publish a decision is written all the same';
cmp_ok until_state($mute, qr/^(?!granted)/, 8), '>=', 0, '... and read';
is $t->redis_hash((grep { /:v:/ } $t->redis_cli('keys', 'cg:*'))[0])->{v}, 1, '... there is a record';
$t->redis_cli('acl', 'setuser', 'default', 'allchannels');

# ---- the feed is cut, and only the feed

$stays = visitor();
$t->redis_cli('acl', 'setuser', 'default', '-xrange');
$t->redis_cli('client', 'kill', 'id', /^id=(\d+)/) for feeders();
sleep 1;
is withdraw(visitor()), 303, 'without XRANGE everything else works';
$cookie = visitor();
ok $t->wait_for(15, sub { state_of($cookie) =~ /^granted/ }), '... a grant opens the other host';
state_of($cookie) for 1 .. 4;
withdraw($cookie);
$took = until_state($cookie, qr/^(?!granted)/, 10);
diag sprintf 'with the feed cut: %.1f s', $took;
cmp_ok $took, '>=', 0, '... a withdrawal closes it';
cmp_ok $took, '<', 7, '... within the lease';
like $t->read('there.error.log'), qr/consent redis "\S+ \(feed\)" is down: auth, NOPERM/, '... and the log says what the feed lacks';
unlike $t->read('there.error.log'), qr/consent redis "[\d.:]+" is down: auth/, '... of the feed alone';
$t->redis_cli('acl', 'setuser', 'default', '+xrange');

for my $name ('there') {
    my ($code, $said) = $t->consentctl('verify', $t->dir . '/there-consent.log');
    is $code, 0, 'the other host\'s log verifies' or diag $said;
}

$t->done;
