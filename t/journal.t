# The consent log under what disks and operators do to it: nothing is
# acknowledged that is not there, what failed is tried again, and the log
# verifies.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(time sleep);
use Consent;
use Consent::HTTP qw(build_request);
use Consent::Site;

# Whoever runs us may ignore it, and nginx would inherit that.
$SIG{XFSZ} = 'DEFAULT';

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    if ($req->{path} =~ /held/) { sleep 0.02 until -e $t->dir . '/go' }
    $out->respond(200, ['Content-Type' => 'text/html'],
        '<!doctype html><title>t</title><body><p>x<script src="https://analytics.example/a.js"></script>');
});

my $server = policy() . <<'END';
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "$consent_state $consent_lookup" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

my @host = (host => 'www.site.example');
my $log  = $t->dir . '/consent.log';

sub verified {
    my ($title, @files) = @_;
    my ($code, $out) = $t->consentctl('verify', @files ? @files : $log);
    is $code, 0, $title or diag $out;
    return $out;
}

sub accept_soon {
    my (@o) = @_;
    my $r;
    $t->wait_for(10, sub { ($r = choose($t, 'accept', @host, @o))->status == 303 });
    return $r;
}

# ---- heads

# Visitors who hold the old worker while its successors stand already; then one
# of these is killed.  What replaces it must name heads as they are, not as they
# were when the configuration was loaded.
$t->gate($server, workers => 1);
accept_soon();
my ($old) = $t->workers;
my @held = map {
    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port('gate')) or die "connect: $!";
    syswrite $s, build_request('GET', "/held/$_", @host);
    $s;
} 1 .. 80;
ok $t->wait_for(10, sub { 80 == grep { $_->{uri} =~ /held/ } $t->app_log }), 'eighty visitors wait';
kill 'HUP', $t->pid('gate');
ok $t->wait_for(10, sub { 2 == $t->workers }), 'a reload: two generations';
$t->write('go', '');
for (@held) { local $/; my $got = readline $_ }
ok $t->wait_for(10, sub { my @now = $t->workers; @now == 1 && $now[0] != $old }), 'the old one ends';

my $opened = sub { grep { $_->{ty} eq 'chain.open' } $t->evidence };
my $before = $opened->();
my ($young) = $t->workers;
$t->allow(qr/worker process \d+ exited on signal 9/);
$t->allow(qr/shared memory zone .* was locked by/);
kill 'KILL', $young;
ok $t->wait_for(10, sub { $opened->() > $before }), 'a worker is killed: another lane begins';

# Heads that the last lane names, and where those lanes really stood.
my (%end, $named, $stood);
for my $event ($t->evidence) {
    ($named, $stood) = map { join ' ', @$_ } [map { "$_->{ch}:$_->{seq}" } @{ $event->{follows} }],
        [map { "$_->{ch}:$end{ $_->{ch} }" } @{ $event->{follows} }] if $event->{ty} eq 'chain.open';
    $end{ $event->{ch} } = $event->{seq};
}
is $named, $stood, 'which names the heads of the others as they are then';
verified('the log verifies');

# ---- no file may grow further (RLIMIT_FSIZE)

(my $worker) = $t->workers;
my $limit = sub { system('prlimit', '--pid', $_[0], "--fsize=$_[1]:") == 0 or !-e "/proc/$_[0]" or die "prlimit\n" };
my $leaver = $t->jar;
accept_soon(jar => $leaver);
$limit->($worker, 100 + -s $log);
$t->get('/', @host) for 1 .. 3;
is choose($t, 'accept', @host)->status, 503, 'a file that may not grow: nothing can be granted';
is choose($t, 'withdraw', jar => $leaver, @host)->status, 303, 'what was granted can be withdrawn';
is $t->get('/', jar => $leaver, @host)->header('x-state'), 'refused none', 'at once';
is join(' ', $t->workers), $worker, 'and the worker lives';
$limit->($t->pid('gate'), -s $log);
$t->allow(qr/log ".*" could not be written \(27:/);
ok $t->reload, 'so does the master, who writes at a reload';
is $t->get('/', @host)->status, 200, 'its workers serve';
is choose($t, 'accept', @host)->status, 503, 'and grant nothing';
$limit->($_, 'unlimited') for $t->pid('gate'), $t->workers;
is accept_soon()->status, 303, 'it may grow again: so does the log';
verified('which verifies');
$t->stop('gate', 'QUIT');

$t->done;
