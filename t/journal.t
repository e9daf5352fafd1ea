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
my $MAIN = $$;
my $disk = $t->dir . '/disk';

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
    my ($code, $out) = $t->consentctl('verify', (map { ('--seal-key', $_) } $t->seal_keys), @files ? @files : $log);
    is $code, 0, $title or diag $out;
    return $out;
}

# in_background(CODE): what it returns, from another process: ->(SECONDS), undef
# if it has not come by then.
sub in_background {
    my ($code) = @_;
    my $file = $t->dir . '/background';

    unlink $file;
    my $pid = fork // die "fork: $!";
    if ($pid == 0) {
        my $got = $code->();
        $t->write('background.new', $got);
        rename $t->dir . '/background.new', $file;
        require POSIX;
        POSIX::_exit(0);
    }
    return sub { $t->wait_for($_[0], sub { $t->read('background') }) };
}

# Waits until the last decision to grant has its outcome in the log.
sub outcome_there {
    $t->wait_for(5, sub {
        my ($last, %done);
        for my $event ($t->evidence) {
            $last = "$event->{ch}:$event->{seq}" if $event->{ty} eq 'decision' && $event->{act} =~ /grant|change/;
            $done{"$event->{ref}{ch}:$event->{ref}{seq}"} = 1 if $event->{ty} eq 'outcome';
        }
        $last && $done{$last};
    }) or fail 'a decision without its outcome';
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
# strace counts by thread
my @one = (workers => 1, main => 'thread_pool default threads=1;', consent => { log => '%%DIR%%/consent.log seal=10,1s' });
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

# ---- whose file it is

# What workers inherit is one open file, of which the kernel tells an error of
# the disk to one of them.  Each has to have its own, whoever it runs as.
SKIP: {
    skip 'only root can change users', 1 if $> != 0;
    $t->stop('gate', 'QUIT');
    $t->write('gate.conf', $t->read('gate.conf') =~ s/^user root;/user nobody nogroup;/mr);
    $t->spawn('gate', $t->_nginx_command('gate'));
    is accept_soon()->status, 303, 'workers who may not even reach the file by its path take grants';
    my ($pid) = $t->workers;
    my @flags = map { $t->read("/proc/$pid/fdinfo/$_") =~ /^flags:\s+(\d+)/m } map { m{(\d+)$} }
        grep { (readlink($_) // '') eq $log } glob "/proc/$pid/fd/*";
    is scalar(@flags), 2, 'they have it open twice';
    # what descriptors share they share with these: two of them are not one open file
    isnt oct($flags[0]) & 04000, oct($flags[1]) & 04000, 'as two open files';
    $t->stop('gate', 'QUIT');
    verified('the log verifies');
    $t->gate($server, @one);
    accept_soon();
}

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
    outcome_there();
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
    outcome_there();
    my @since = since($before);
    my ($failed) = grep { $_->{ty} eq 'log.failed' && $_->{cause} eq 'sync' } @since;
    ok $failed, 'and that a sync had failed';
    my ($anew) = grep { $_->{ty} eq 'chain.open' && $_->{reason} eq 'fault' } @since;
    ok $anew, 'another lane goes on';
    my $void = sub { $_[0]{ch} eq $anew->{instead}{ch} && $_[0]{seq} >= $anew->{instead}{seq} };
    my @counts = grep { $_->{ty} eq 'decision' && !$void->($_) } @since;
    is scalar(@counts), 1, 'one decision counts: that which was acknowledged';
    is scalar(grep { $_->{ty} eq 'outcome' && $_->{result} eq 'recorded' && !$void->($_)
        && $_->{ref}{ch} eq $counts[0]{ch} && $_->{ref}{seq} == $counts[0]{seq} } @since), 1, 'it has its outcome';
    cmp_ok scalar(grep { $_->{ty} eq 'handling' && !$void->($_) } @since), '>=', 2, 'what was withheld from pages meanwhile is told';
    verified('and all of it verifies');

    # A slow one: who grants waits for it, pages do not.
    $end = trace('-P', $log, '-e', 'trace=fdatasync', '-e', 'inject=fdatasync:delay_enter=1500000');
    my $answer = in_background(sub { choose($t, 'accept', @host)->status });
    ok $t->wait_for(5, sub { $t->read('strace') =~ /fdatasync/ }), 'a sync takes its time';
    is $t->get('/', @host)->status, 200, 'a page does not wait for it';
    ok !$answer->(0), 'who grants does';
    is $answer->(10), 303, 'and is told when it is done';
    $end->();

    # One that hangs: nobody waits for ever.
    $before = $t->evidence;
    $end = trace('-P', $log, '-e', 'trace=fdatasync', '-e', 'inject=fdatasync:delay_enter=8000000:when=1');
    is choose($t, 'accept', @host, timeout => 20)->status, 503, 'a sync that hangs: nothing is granted, but an answer comes';
    is choose($t, 'withdraw', jar => $kept, @host)->status, 303, 'who withdraws is served';
    is $t->get('/', jar => $kept, @host)->header('x-state'), 'refused none', 'at once';
    is choose($t, 'accept', @host)->status, 503, 'who grants is turned down';
    ok !(grep { $_->{ty} eq 'log.resumed' } since($before)), 'while it hangs';
    is accept_soon()->status, 303, 'it answers: grants are taken';
    $end->();
    ok $t->wait_for(5, sub { grep { $_->{ty} eq 'log.resumed' && $_->{refused} } since($before) }), 'the log says how many were turned down';
    my @late = grep { $_->{ty} eq 'outcome' && $_->{result} eq 'failed' } since($before);
    my ($lost) = grep { $_->{ty} eq 'decision' && $_->{act} eq 'grant' } since($before);
    is_deeply $late[0]{ref}, { ch => $lost->{ch}, seq => $lost->{seq} }, 'what came too late is said to have failed';
    my @left = grep { $_->{ty} eq 'decision' && $_->{act} eq 'withdraw' } since($before);
    is scalar(@left), 1, 'the withdrawal stands there';
    is scalar(grep { $_->{ty} eq 'outcome' && $_->{result} eq 'recorded' && $_->{ref}{ch} eq $left[0]{ch}
        && $_->{ref}{seq} == $left[0]{seq} } since($before)), 1, 'with its outcome';
    verified('and all of it verifies');
}

# ---- sync=everysec: what was acknowledged before a sync fails is not void

SKIP: {
    skip 'strace may not trace here: no failing disk', 1 if !$may_trace;
    $t->stop('gate', 'QUIT');
    $t->gate($server, @one, consent => { log => '%%DIR%%/consent.log sync=everysec' });
    accept_soon();
    outcome_there();
    my $before = $t->evidence;
    my $end = trace('-P', $log, '-e', 'trace=fdatasync', '-e', 'inject=fdatasync:error=EIO:when=2');
    my $told = 0;
    my ($notice) = $t->get('/.consent/state', @host)->body =~ /"notice":"([^"]+)"/;
    my $grants = sub {                        # as many as can be between two syncs
        return scalar grep { $t->post('/.consent/choice', @host, headers => { 'Sec-Fetch-Site' => 'same-origin' },
            form => [choice => 'accept', notice => $notice])->status == 303 } 1 .. 5;
    };
    ok $t->wait_for(10, sub { $told += $grants->(); grep { $_->{ty} eq 'log.resumed' } since($before) }),
        'everysec: a sync fails, and one succeeds';
    $end->();
    outcome_there();
    my ($anew) = grep { $_->{ty} eq 'chain.open' && $_->{reason} eq 'fault' } since($before);
    my (%void, %stands);
    for my $event (grep { $_->{ty} eq 'decision' } since($before)) {
        my $is_void = $event->{ch} eq $anew->{instead}{ch} && $event->{seq} >= $anew->{instead}{seq};
        ($is_void ? \%void : \%stands)->{ $event->{rid} } = 1;
    }
    is scalar(keys %stands), $told, 'each grant that a visitor was told of stands there, and no other';
    ok !!(grep { $stands{$_} } keys %void), 'some of them in the lane that goes on';
    unlike verified('which verifies'), qr/lane \Q$anew->{ch}\E.*open intent/, 'with their outcomes';
}

# ---- a full disk, and room again

SKIP: {
    mkdir $disk;
    system("mount -t tmpfs -o size=1m none $disk 2>/dev/null") == 0 or skip 'no tmpfs may be mounted here: no full disk', 1;
    END { local $?; system("umount -l $disk 2>/dev/null") if $disk && $$ == $MAIN }

    $t->stop('gate', 'QUIT');
    my $small = "$disk/consent.log";
    my $seen = sub { grep { $_->{ty} eq $_[0] } $t->evidence($small) };
    $t->gate($server, @one, consent => { log => $small });
    my $visitor = $t->jar;
    is accept_soon(jar => $visitor)->status, 303, 'a small disk: grants are taken';
    ok $t->wait_for(5, sub { $seen->('outcome') }), 'and written';
    system("head -c 2m /dev/zero > $disk/filler 2>/dev/null");
    my $granted = 1;                          # what still fits into the last page, too
    ok $t->wait_for(5, sub { my $status = choose($t, 'accept', @host)->status; $granted += $status == 303; $status == 503 }),
        'it is full: nothing can be granted';
    is $t->get("/$_", @host)->status, 200, 'pages are served' for 1 .. 3;
    is choose($t, 'withdraw', jar => $visitor, @host)->status, 303, 'what was granted can be withdrawn';
    is $t->get('/', jar => $visitor, @host)->header('x-state'), 'refused none', 'at once';
    is choose($t, 'accept', @host)->status, 503, 'again nothing is granted';
    verified('the log verifies as it is', $small);
    unlink "$disk/filler";
    $granted++;
    is accept_soon()->status, 303, 'there is room: grants are taken, without a restart';
    ok $t->wait_for(5, sub { $seen->('log.resumed') }), 'the log says that it was away';
    my ($away) = $seen->('log.resumed');
    cmp_ok $away->{refused}, '>=', 1, 'how many were turned down';
    is scalar(grep { $_->{act} eq 'withdraw' } $seen->('decision')), 1, 'the withdrawal was written by and by';
    my $acts = grep { $_->{act} eq 'grant' } $seen->('decision');
    is $acts, $granted, 'grants that were turned down were not';
    $t->stop('gate', 'QUIT');
    verified('and the whole verifies', $small);
    $t->gate($server, @one);
    system 'umount', '-l', $disk;
}

# ---- the file is gone

# Its directory, when USR1 comes: nginx keeps what it has open.
$t->stop('gate', 'QUIT');
rename $log, $t->dir . '/here.log';
mkdir $t->dir . '/logs';
rename $t->dir . '/here.log', $t->dir . '/logs/consent.log';
$t->gate($server, @one, consent => { log => '%%DIR%%/logs/consent.log' });
is accept_soon()->status, 303, 'a log in a directory';
rename $t->dir . '/logs', $t->dir . '/moved';
$t->allow(qr{open\(\) ".*/logs/consent.log" failed});
kill 'USR1', $t->pid('gate');
ok $t->wait_for(20, sub { choose($t, 'accept', @host)->status == 503 }), 'the directory is gone: after a grace nothing is granted';
rename $t->dir . '/moved', $t->dir . '/logs';
is accept_soon()->status, 303, 'it is back: grants are taken';
$t->stop('gate', 'QUIT');
rename $t->dir . '/logs/consent.log', $log;
verified('and the log verifies');
$t->gate($server, @one);
accept_soon();

rename $log, "$log.lost";
link "$log.lost", "$log.kept";                # for the verifier, later
unlink "$log.lost";
$t->write('consent.log', '');
is $t->get('/', @host)->status, 200, 'the file is another one: pages are served';
ok $t->wait_for(20, sub { choose($t, 'accept', @host)->status == 503 }), 'after a grace nothing is granted into what nobody will find';
is choose($t, 'reject', @host)->status, 303, 'who refuses is served';
unlink $log;
kill 'USR1', $t->pid('gate');
is accept_soon()->status, 303, 'USR1: grants are taken';
verified('both files verify together', "$log.kept", $log);

# Nobody writes while CODE has the file in its hands.
sub still {
    my ($code) = @_;
    my @pids = ($t->pid('gate'), $t->workers);
    kill 'STOP', @pids;
    $t->wait_for(5, sub { !grep { $t->read("/proc/$_/stat") !~ /\) T / } @pids }) or die "nginx does not stop\n";
    $code->();
    kill 'CONT', @pids;
}

outcome_there();
still(sub { $t->write('consent.log', $t->read('consent.log.kept') . $t->read('consent.log')) });
unlink "$log.kept";
kill 'USR1', $t->pid('gate');
ok $t->wait_for(10, sub { choose($t, 'accept', @host)->status == 303 }), 'grants are taken';
outcome_there();
my $saved;
still(sub { $saved = $t->read('consent.log'); unlink $log });
is choose($t, 'accept', @host)->status, 503, 'the file is deleted: nothing is granted from that moment';
$t->write('consent.log', $saved);
kill 'USR1', $t->pid('gate');
is accept_soon()->status, 303, 'USR1: grants are taken';

$t->stop('gate', 'QUIT');

$t->done;
