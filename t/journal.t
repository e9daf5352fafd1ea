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

# The events behind the first N.
sub since { my ($n) = @_; my @all = $t->evidence; return @all[$n .. $#all] }

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
my @one = (workers => 1, main => 'thread_pool default threads=1;');     # strace counts by thread
$t->gate($server, @one);
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

# ---- strace: what the kernel is asked, in which order, and what if it refuses

# trace(ARGS…): strace on the worker; a function that ends it, and returns what
# it wrote.
sub trace {
    my (@args) = @_;
    my ($pid) = $t->workers;
    my $file = $t->dir . '/strace';

    unlink $file;
    $t->spawn('strace', 'strace', '-f', '-qq', '-s', '300', '-o', $file, '-p', $pid, @args);
    $t->wait_for(10, sub { $t->read("/proc/$pid/status") =~ /^TracerPid:\s+[1-9]/m }) or die "strace does not attach\n";
    # every thread, not the main one alone
    $t->wait_for(10, sub { !grep { $t->read("$_/status") !~ /^TracerPid:\s+[1-9]/m } glob "/proc/$pid/task/*" });
    return sub { $t->stop('strace', 'INT'); return $t->read('strace') };
}

my $may_trace = do {
    my ($code) = $t->_run('', 'strace', '-o', '/dev/null', '-e', 'inject=fdatasync:error=EIO', 'true');
    $code == 0;
};

SKIP: {
    skip 'strace may not trace here: no proof of the order, no failing disk', 1 if !$may_trace;

    my $end = trace('-e', 'trace=writev,fdatasync,sendto');
    my $r = accept_soon();
    my @calls = $end->() =~ /^\d+\s+(.*)/mg;
    my ($wrote, $synced, $asked, $told);
    for my $i (0 .. $#calls) {
        $wrote  //= $i if $calls[$i] =~ /^writev\(.*\\"ty\\":\\"decision\\"/;
        $synced //= $i if defined $wrote && $calls[$i] =~ /fdatasync.*= 0$/;
        $asked  //= $i if $calls[$i] =~ /EVAL/;
        $told   //= $i if $calls[$i] =~ m{HTTP/1.1 303};
    }
    ok defined $wrote && defined $synced && defined $asked && defined $told && $wrote < $synced && $synced < $asked
        && $asked < $told, 'a decision is written, synced, put into Redis and answered, in this order'
        or diag join "\n", @calls;

    # A disk that fails once.  Whatever is in doubt by that is void, and what
    # was not only for a visitor who heard "no" stands in another lane again.
    my $before = $t->evidence;
    $end = trace('-P', $log, '-e', 'trace=fdatasync', '-e', 'inject=fdatasync:error=EIO:when=1');
    $t->get('/in-doubt', @host);
    is choose($t, 'accept', @host)->status, 503, 'a sync fails: nothing is granted';
    is $t->get('/', @host)->status, 200, 'pages are served';
    my $kept = $t->jar;
    is accept_soon(jar => $kept)->status, 303, 'and it is tried again, until grants are taken';
    $end->();
    like $t->get('/', jar => $kept, @host)->header('x-state'), qr/^granted/, 'and believed';
    ok $t->wait_for(5, sub { grep { $_->{ty} eq 'log.resumed' } since($before) }), 'the log says when it could be written again';
    my @since = since($before);
    my ($failed) = grep { $_->{ty} eq 'log.failed' && $_->{cause} eq 'sync' } @since;
    ok $failed, 'and that a sync had failed';
    my ($anew) = grep { $_->{ty} eq 'chain.open' && $_->{reason} eq 'sync' } @since;
    ok $anew, 'another lane goes on';
    my $void = sub { $_[0]{ch} eq $anew->{instead}{ch} && $_[0]{seq} >= $anew->{instead}{seq} };
    is scalar(grep { $_->{ty} eq 'decision' && !$void->($_) } @since), 1, 'one decision counts: that which was acknowledged';
    is scalar(grep { $_->{ty} eq 'outcome' && $_->{result} eq 'recorded' && !$void->($_) } @since), 1, 'it has its outcome';
    cmp_ok scalar(grep { $_->{ty} eq 'handling' && !$void->($_) } @since), '>=', 2, 'what was withheld from pages meanwhile is told';
    verified('and all of it verifies');
}

$t->stop('gate', 'QUIT');

$t->done;
