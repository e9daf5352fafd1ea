# A worker without a connection or a descriptor to spare: pages are served, and
# gated; what cannot be connected or written is said once and comes back by
# itself.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use JSON::PP;
use Test::More;
use Consent;
use Consent::HTTP qw(build_request session);
use Consent::Site;

my $t = Consent->new;
my $root = $t->dir . '/www';

mkdir $root or die "$root: $!";
$t->write('www/index.html', '<!doctype html><html lang=en><title>t</title><body><p>x'
    . '<script src="https://analytics.example/a.js"></script>');

my @host = (host => 'www.site.example');
my $target = '127.0.0.1:' . $t->port('redis');

sub start {
    $t->gate(policy() . <<"END", workers => 1, connections => 24, consent => { redis => '%%REDIS%% feed=off' });
    open_file_cache           max=10;
    open_file_cache_min_uses  1;
    open_file_cache_valid     1h;
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        root         $root;
        add_header   X-State "\$consent_state \$consent_lookup" always;
        access_log   off;
        location = /status { consent_status; }
    }
END
}

# Somebody who granted, known to Redis and not to the cache: it is asked.
my $jar = $t->jar;

sub visits {
    my ($get) = @_;
    my $r = $get->('/', @host, headers => [Cookie => 'ngxc=' . $jar->value('ngxc')]);
    return $r && $r->status == 200 ? $r->header('x-state') . ($r->body =~ /data-ngxc-src/ ? ' gated' : ' open') : 'no answer';
}

sub get { return $t->get(@_) }

sub numbers { return JSON::PP->new->utf8->decode($t->get('/status?format=json', @host)->body) }

# A client that has sent half a request: its connection is kept.
sub half {
    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port('gate'), Proto => 'tcp') or die "connect: $!";
    syswrite $s, "GET / HTTP/1.1\r\nHost: ";
    return $s;
}

sub sockets {
    my ($pid) = $t->workers;
    return scalar grep { (readlink($_) || '') =~ /^socket:/ } glob "/proc/$pid/fd/*";
}

# How often each thing was said of Redis and of the log, since the last time.
my $read = 0;

sub said {
    my $log = substr $t->read('gate.error.log'), $read;
    my %n;

    $read += length $log;
    $n{$1}++ while $log =~ /(consent redis "[^"]*" is (?:still )?down: \w+|consent redis "[^"]*" is up|consent log "[^"]*" [a-z ]+)/g;
    return join ', ', map { s/"[^"]*" //r . " x$n{$_}" } sort keys %n;
}

sub recovers {
    my ($how) = @_;
    ok $t->wait_for(30, sub { visits(\&get) =~ /^granted \w+ open$/ }), "$how: the gate is open again to whoever granted";
    ok $t->wait_for(30, sub { choose($t, 'accept', @host)->status == 303 }), 'and accepting is recorded';
    like said(), qr/redis is up x1/, 'which is said once';
}

start();
ok $t->wait_for(10, sub { choose($t, 'accept', @host, jar => $jar)->status == 303 }), 'a visitor accepts';
like visits(\&get), qr/^granted \w+ open$/, 'and is let in';
said();

# ---- worker_connections

my $idle = sockets();
$t->redis_kill;
$t->wait_for(10, sub { sockets() < $idle }) or die "Redis is still connected\n";
my @held;
ok $t->wait_for(20, sub {
    push @held, half() if @held < 22;
    return @held == 22 && sockets() >= $idle - 1 + 22;
}), 'clients hold every connection of the worker' or diag sockets(), " of $idle";
$t->redis;
ok $t->wait_for(30, sub { substr($t->read('gate.error.log'), $read) =~ /down: resources/ }), 'there is none left for Redis';
sleep 2;
like said(), qr/is still down: resources x1/, 'which is said once, whatever is tried';
close shift @held for 1 .. 4;
like visits(\&get), qr/^unknown error gated|^granted \w+ open/, 'as soon as a client leaves pages are served';
@held = ();
recovers('connections are free');
cmp_ok numbers()->{redis_faults}{resources}, '>=', 2, 'it had been tried more than once';

# ---- descriptors

SKIP: {
    my ($code) = $t->_run('', 'prlimit', '--version');
    skip 'no prlimit here', 1 if $code != 0;

    my ($pid) = $t->workers;
    my $client = session($t->port('gate'));
    like visits($client), qr/^granted \w+ open$/, 'a client that stays connected';

    said();
    $t->redis_kill;
    $t->wait_for(10, sub { sockets() <= $idle }) or die "Redis is still connected\n";
    my %open = map { m{/(\d+)$} ? ($1 => 1) : () } glob "/proc/$pid/fd/*";
    my ($free) = grep { !$open{$_} } 0 .. 1000;
    is +($t->_run('', 'prlimit', "--pid=$pid", "--nofile=$free:"))[0], 0, 'the worker has no descriptor to spare';
    $t->redis;

    ok $t->wait_for(30, sub { substr($t->read('gate.error.log'), $read) =~ /down: resources/ }), 'none for Redis';
    my $state;
    ok $t->wait_for(20, sub { $state = visits($client); $state =~ /^unknown error gated$/ }), 'pages are served, gated' or diag $state;
    is visits($client), 'unknown error gated', 'one as the other' for 1 .. 20;
    my $said = said();
    note $said;
    like $said, qr/down: resources x1/, 'what is wrong is said once';
    unlike $said, qr/log [a-z ]+ x(?:[2-9]|\d\d)/, 'of the log, too';

    $t->_run('', 'prlimit', "--pid=$pid", '--nofile=1024:');
    recovers('descriptors are free');
}

# ---- socket() alone, by whatever reason

SKIP: {
    my ($code) = $t->_run('', 'strace', '-o', '/dev/null', '-e', 'inject=socket:error=ENFILE', 'true');
    skip 'strace may not trace here', 1 if $code != 0;

    my ($pid) = $t->workers;
    said();
    $t->redis_kill;
    $t->spawn('strace', 'strace', '-f', '-qq', '-o', $t->dir . '/calls', '-p', $pid, '-e', 'trace=socket', '-e', 'inject=socket:error=ENFILE');
    $t->wait_for(10, sub { $t->read("/proc/$pid/status") =~ /^TracerPid:\s+[1-9]/m }) or die "strace does not attach\n";
    $t->redis;
    ok $t->wait_for(30, sub { my @calls = $t->read('calls') =~ /socket\(.*INJECTED/g; @calls >= 3 }), 'the kernel gives no socket, three times';
    like said(), qr/down: resources x1/, 'which is said once';
    ok $t->wait_for(20, sub { visits(\&get) =~ /^unknown \w+ gated$/ }), 'pages are served, gated';
    is choose($t, 'accept', @host)->status, 503, 'accepting fails';
    is choose($t, 'reject', @host)->status, 303, 'refusing does not';
    $t->stop('strace', 'INT');
    recovers('sockets are to be had');
}

$t->done;
