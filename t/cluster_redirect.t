# What a node of a cluster may say: it leads nowhere but within the cluster, goes
# round in no circle, and whatever it is, pages are served and nothing is opened.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Select;
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(time sleep);
use Consent;
use Consent::Cluster;
use Consent::FakeRedis;
use Consent::Site;

my $t = Consent->new;
my @host = (host => 'www.site.example');

$t->write('www/index.html',
    '<!doctype html><title>t</title><body><p>x<script src="https://analytics.example/a.js"></script>');
$t->redis;
my $fake = Consent::FakeRedis->new($t);
my $fakeport = $t->port('fake');
my $evil = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $t->port('evil'), Listen => 64) or die $!;
my $mute = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $t->port('mute'), Listen => 64) or die $!;

sub bulk { my ($s) = @_; return defined $s ? '$' . length($s) . "\r\n$s\r\n" : "\$-1\r\n" }
sub slots {
    my ($host, $port) = @_;
    return "*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n" . bulk($host) . ":$port\r\n" . bulk('id');
}

# A gate with an empty cache.
sub gate {
    my ($more, %o) = @_;
    my $seed = delete $o{seed} || '127.0.0.1:%%PORT_fake%%';
    $t->stop('gate', 'QUIT');
    unlink $t->dir . '/gate.error.log', $t->dir . '/fake.log';
    $t->gate(policy() . <<'END', workers => 1, redis => 0, consent => { redis => "$seed cluster timeout=500ms feed=off " . ($more || '') }, %o);
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "$consent_state $consent_lookup" always;
        root         %%DIR%%/www;
    }
END
}

sub accepts { my ($jar) = @_; return choose($t, 'accept', jar => $jar, @host) }
sub visitor {
    my $jar = $t->jar;
    $t->wait_for(10, sub { accepts($jar)->status == 303 }) or die "no grant\n";
    return $jar;
}
sub state_of { my ($jar) = @_; return $t->get('/', jar => $jar, timeout => 8, @host)->header('x-state') || '' }
sub log_has { my ($re) = @_; return $t->wait_for(5, sub { $t->read('gate.error.log') =~ $re }) }
sub asked { my ($word) = @_; return scalar(() = $fake->asked($word)) }

# ---- a node that does not know its own host is where it was asked

for my $case (['no host', undef], ['an empty host', ''], ['its address', '127.0.0.1']) {
    $fake->on(CLUSTER => [slots($case->[1], $fakeport)]);
    gate();
    ok visitor(), "a map with $case->[0]: consent is recorded";
}

my $jar = visitor();
# A gate with an empty cache, once its line is up.
sub cold {
    $fake->off('HMGET');
    gate();
    $t->wait_for(5, sub { asked('SCRIPT') >= 3 }) or die "no line\n";
    sleep 0.2;
}

cold();
is state_of($jar), 'granted redis', 'a grant is read by a gate that does not know it';
my $slot = slot_of(($fake->asked('HMGET'))[0]{words}[1]);

sub slot_of {
    my ($key) = @_;
    my $crc = 0;
    for my $c (unpack 'C*', $key =~ /\{(.*?)\}/ ? $1 : $key) {
        $crc ^= $c << 8;
        $crc = ($crc & 0x8000 ? $crc << 1 ^ 0x1021 : $crc << 1) & 0xffff for 1 .. 8;
    }
    return $crc & 16383;
}

# ---- redirections

for my $case (
    ['MOVED to the same host', "MOVED $slot :$fakeport", 1, 'granted redis', 2],
    ['MOVED to where the map says', "MOVED $slot 127.0.0.1:$fakeport", 1, 'granted redis', 2],
    ['ASK', "ASK $slot 127.0.0.1:$fakeport", 1, 'granted redis', 2],
    ['three hops', "MOVED $slot :$fakeport", 3, 'granted redis', 4],
    ['a circle', "MOVED $slot :$fakeport", undef, 'unknown error', 4],
    ['a circle of ASK', "ASK $slot :$fakeport", undef, 'unknown error', 4],
    ['MOVED to a stranger', "MOVED $slot 127.0.0.1:" . $t->port('evil'), undef, 'unknown error', 1],
    ['MOVED to a port of the same host', "MOVED $slot :" . $t->port('evil'), undef, 'unknown error', 1],
    ['ASK of a stranger', "ASK $slot 127.0.0.1:" . $t->port('evil'), undef, 'unknown error', 1],
    ['a name', "MOVED $slot localhost:" . $t->port('evil'), undef, 'unknown error', 1],
    ['another slot', 'MOVED ' . ($slot + 1) % 16384 . " :$fakeport", undef, 'unknown error', 1],
    ['no slot', "MOVED x :$fakeport", undef, 'unknown error', 1],
    ['nothing more', 'MOVED ', undef, 'unknown error', 1],
    ['TRYAGAIN', 'TRYAGAIN Multiple keys request during rehashing of slot', undef, 'unknown error', 1],
    ['CLUSTERDOWN of a slot', 'CLUSTERDOWN Hash slot not served', undef, 'unknown error', 1],
) {
    my ($title, $says, $times, $state, $n) = @$case;
    cold();
    $fake->on(HMGET => ["-$says\r\n"], defined $times ? (times => $times) : ());
    is state_of($jar), $state, "$title: " . ($times ? 'followed' : 'shut');
    is asked('HMGET'), $n, "... asked $n times";
    if ($title =~ /^(?:ASK|a circle of ASK)$/) {
        is asked('ASKING'), $n - 1, '... ASKING each time but the first';
    }
    $fake->off('HMGET');
    is state_of($jar), 'granted redis', '... and the line goes on' if $state =~ /unknown/;
}
ok !IO::Select->new($evil)->can_read(0.5), 'no stranger was ever dialled';

# ---- how often the map is asked for

cold();
$fake->on(HMGET => ["-MOVED $slot :$fakeport\r\n"]);
my $before = asked('CLUSTER');
my ($began, $pages) = (time, 0);
while (time < $began + 2) { state_of($jar); $pages++ }
my $took = time - $began;
my $maps = asked('CLUSTER') - $before;
diag sprintf '%d pages with MOVED in %.1f s: the map was asked for %d times', $pages, $took, $maps;
cmp_ok $maps, '<=', 10 * $took + 2, 'MOVED without end: the map is asked for ten times a second at most';
cmp_ok $maps, '>=', 2, '... and is';
$fake->off('HMGET');

# ---- a record that another node has, and WAIT behind it

$fake->on(WAIT => [":1\r\n"]);
gate('replicas=1');
ok $t->wait_for(5, sub { accepts($jar)->status == 303 }), 'a visitor of that slot decides again';
unlink $t->dir . '/fake.log';
$fake->on(EVALSHA => ["-MOVED $slot :$fakeport\r\n"], times => 1);
is accepts($jar)->status, 303, 'a script that was sent on: recorded';
is asked('EVAL'), 1, '... whole, by who has the slot';
is asked('WAIT'), 2, '... and WAIT counts anew, behind it';
$fake->off('WAIT', 'EVALSHA');

# ---- what is no map

for my $case (
    ['a word', "+OK\r\n", qr/is down in 64 of 64 shards: protocol/],
    ['an array of nothing in particular', "*1\r\n:1\r\n", qr/is down in 64 of 64 shards: protocol/],
    ['a host that is none', slots("a\nb", $fakeport), qr/is down in 64 of 64 shards: protocol/],
    ['a map of half a gigabyte', "*2000000000\r\n", qr/is down in 64 of 64 shards: protocol/],
    ['a map without slots', "*0\r\n", qr/is down in 64 of 64 shards: cluster/],
    ['a name that nobody resolves', slots('redis.example', $fakeport), qr/is down in 64 of 64 shards: cluster/],
    ['no right to it', "-NOPERM this user has no permissions to run the 'cluster|slots' command\r\n",
        qr/is down in 64 of 64 shards: auth, NOPERM/],
    ['no cluster', undef, qr/is down in 64 of 64 shards: error, ERR This instance has cluster support disabled/],
) {
    my ($title, $says, $log) = @$case;
    if ($says) { $fake->on(CLUSTER => [$says]) } else { $fake->off('CLUSTER') }
    gate();
    is state_of($jar), 'unknown error', "$title: a page is served, shut";
    is accepts($t->jar)->status, 503, '... accepting is refused';
    ok log_has($log), '... and the log says why';
    $fake->on(CLUSTER => [slots('127.0.0.1', $fakeport)]);
    ok $t->wait_for(10, sub { state_of($jar) eq 'granted redis' || accepts($t->jar)->status == 303 }), '... until there is a map';
}

# ---- the map at a seed that does not answer

gate('connect_timeout=200ms', seed => '127.0.0.1:%%PORT_mute%% 127.0.0.1:%%PORT_fake%%');
ok $t->wait_for(5, sub { accepts($t->jar)->status == 303 }), 'one seed is mute: the next is asked';

# ---- a cluster of one, in TLS, for a user who may do what operations.md says

my $dir = $t->dir;
$t->_run('', 'openssl', qw(req -x509 -newkey rsa:2048 -nodes -subj /CN=redis.example -days 2 -addext subjectAltName=IP:127.0.0.1 -keyout),
    "$dir/one.key", '-out', "$dir/one.pem");
my ($rights) = $t->read($t->root . '/docs/operations.md') =~ /a user with `([^`]+)`/ or die;
my ($more) = $t->read($t->root . '/docs/operations.md') =~ /behind `cluster`: `([^`]+)`/ or die;
my @rights = map { '+' . lc } split ' ', "$rights $more" =~ tr{\\}{}dr;
$t->write('password', "secret\n");
chmod 0600, "$dir/password";
$t->redis_named('one', '--cluster-enabled', 'yes', '--cluster-port', $t->port('bus'), '--tls-port', $t->port('tls'), '--tls-cluster', 'yes',
    '--tls-cert-file', "$dir/one.pem", '--tls-key-file', "$dir/one.key", '--tls-ca-cert-file', "$dir/one.pem", '--tls-auth-clients', 'no');
$t->redis_ask('one', 'cluster', 'addslotsrange', 0, 16383);
is scalar($t->redis_ask('one', 'acl', 'setuser', 'gate', 'on', '>secret', '~cg:*', '&cg:*', @rights)), 'OK', 'a user';
gate('user=gate password_file=%%DIR%%/password tls ca=%%DIR%%/one.pem', seed => '127.0.0.1:%%PORT_tls%%');
ok $t->wait_for(10, sub { $jar = $t->jar; accepts($jar)->status == 303 }), 'in TLS, with rights: consent is recorded';
is scalar(grep { /:v:/ } $t->redis_ask('one', 'keys', '*')), 1, 'there';
like state_of($jar), qr/^granted/, 'and believed';
is choose($t, 'withdraw', jar => $jar, @host)->status, 303, 'and withdrawn';
unlike $t->read('gate.error.log'), qr/NOPERM|auth/, 'without a right too few';

$t->done;
