# The consent log while its files move on: rotation every moment, a binary
# upgrade, clocks that jump.  Every answered decision stands there once, and one
# that a new binary took closes the old one's gate.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use JSON::PP ();
use POSIX ();
use Time::HiRes qw(time sleep);
use Consent;
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html'],
        '<!doctype html><title>t</title><body><p>x<script src="https://analytics.example/a.js"></script>');
});

my $server = policy() . <<'END';
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "$consent_state $consent_lookup" always;
        add_header   X-Worker $pid always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

my @host = (host => 'www.site.example');
my $log  = $t->dir . '/consent.log';

# Grants in JSON; the status and the receipt.
sub grant {
    my $state = $t->get('/.consent/state', @host);
    my ($notice) = $state->body =~ /"notice":"([^"]+)"/ or return (0, '');
    my $r = $t->post('/.consent/choice', @host, headers => { 'Sec-Fetch-Site' => 'same-origin' },
        json => { choice => 'accept', notice => $notice });
    return ($r->status, $r->body =~ /"receipt":"(\w+)"/ ? $1 : '');
}

# Visitors in N processes who grant until they are stopped: ->() stops them and
# returns all receipts, and what was no 200.
sub crowd {
    my ($n) = @_;
    my $dir = $t->dir;
    my @pids;

    for my $i (1 .. $n) {
        my $pid = fork // die "fork: $!";
        if ($pid == 0) {
            my @got;
            push @got, join ' ', grant() while !-e "$dir/stop";
            $t->write("crowd.$i", join "\n", @got);
            POSIX::_exit(0);
        }
        push @pids, $pid;
    }
    return sub {
        $t->write('stop', '');
        waitpid $_, 0 for @pids;
        unlink "$dir/stop";
        my @all = map { split /\n/, $t->read("crowd.$_") } 1 .. $n;
        return ([map { /^200 (\w+)/ ? $1 : () } @all], [grep { !/^200 \w/ } @all]);
    };
}

# A process that is no child of ours.
sub ends {
    my ($pid) = @_;
    kill 'QUIT', $pid;
    ok $t->wait_for(10, sub { $t->read("/proc/$pid/status") !~ /^State:\s+[^Z]/m }), 'a master ends';
}

# Each receipt stands in one decision, which was recorded.
sub stand_once {
    my ($title, $receipts, @files) = @_;
    my (%decision, %recorded);

    for my $event (map { $t->evidence($_) } @files) {
        push @{ $decision{ $event->{rid} } }, "$event->{ch}:$event->{seq}" if $event->{ty} eq 'decision';
        $recorded{"$event->{ref}{ch}:$event->{ref}{seq}"} = 1 if $event->{ty} eq 'outcome' && $event->{result} eq 'recorded';
    }
    my @bad = grep { @{ $decision{$_} || [] } != 1 || !$recorded{ $decision{$_}[0] } } @$receipts;
    is scalar(@bad), 0, $title . ' (' . @$receipts . ')' or diag "first: $bad[0]";
}

sub verified {
    my ($title, @files) = @_;
    my ($code, $out) = $t->consentctl('verify', (map { ('--seal-key', $_) } $t->seal_keys), @files);
    is $code, 0, $title or diag $out;
}

# ---- rotation

my @sealed = (consent => { log => '%%DIR%%/consent.log seal=10,1s' });
$t->gate($server, workers => 2, @sealed);
ok $t->wait_for(10, sub { (grant())[0] == 200 }), 'grants are taken';
my $stop = crowd(3);
my @old;
for my $n (1 .. 25) {
    rename $log, "$log.$n" or next;
    push @old, "$log.$n";
    kill 'USR1', $t->pid('gate');
    $t->wait_for(10, sub { -e $log });
    sleep 0.1;
}
my ($receipts, $bad) = $stop->();
is "@$bad", '', 'the log is rotated all the time: no visitor is turned down';
$t->stop('gate', 'QUIT');
verified('all files verify together', @old, $log);
stand_once('every receipt stands there once', $receipts, @old, $log);
cmp_ok scalar(grep { -s } @old), '>', 10, 'in many files';
$t->write('consent.log', join '', map { $t->read($_) } @old, $log);
unlink @old;

# ---- binary upgrade: two masters write to one file

# nginx takes USR2 for its parent's business while that lives.
$t->gate($server, workers => 2, @sealed, under => ['sh', '-c', '"$@" & echo $! > ' . $t->dir . '/first.pid; wait', 'sh']);
ok $t->wait_for(10, sub { (grant())[0] == 200 }), 'grants are taken';
my ($first) = $t->read('first.pid') =~ /(\d+)/;
kill 'KILL', $t->pid('gate');
waitpid $t->pid('gate'), 0;
$t->{procs}{gate} = $first;
$stop = crowd(3);
sleep 0.3;
kill 'USR2', $first;
my $second;
ok $t->wait_for(10, sub { ($second) = $t->read('gate.pid') =~ /(\d+)/; $second && $second != $first && $t->read("/proc/$second/task/$second/children") =~ /\d/ }),
    'USR2: another master';

# Their zones are not one memory: what closes there is heard of by the feed.
sub children { return map { $_ => 1 } split ' ', $t->read("/proc/$_[0]/task/$_[0]/children") }
my %new = children($second);
my %before = children($first);
my ($took, $shut);
for (1 .. 30) {
    my $jar = $t->jar;
    choose($t, 'accept', jar => $jar, @host)->status == 303 or next;
    my $tab = $jar->copy;
    my $seen = sub {
        my ($want) = @_;
        my $r = $t->get('/', jar => $tab, @host, timeout => 5);
        return $before{ $r->header('x-worker') // 0 } && $r->header('x-state') =~ $want;
    };
    $t->wait_for(5, sub { $seen->(qr/^granted cache/) }) or next;
    my $r = choose($t, 'withdraw', jar => $jar, @host);
    next if !$new{ $r->header('x-worker') // 0 };
    $took = time;
    $shut = $t->wait_for(8, sub { $seen->(qr/^(?!granted)/) });
    $took = time - $took;
    last;
}
ok $shut, 'who withdraws at the new one is shut at the old one, where the grant was cached';
cmp_ok $took // 99, '<', 6, '... within the lease';
note sprintf 'after %.2f s', $took // 99;
ends($first);
sleep 0.3;                                    # one does
($receipts, $bad) = $stop->();
is "@$bad", '', 'the old one leaves: no visitor is turned down';
ends($second);
delete $t->{procs}{gate};
verified('the file that both wrote verifies', $log);
stand_once('every receipt stands there once', $receipts, $log);
my %builds = map { $_->{pid} => 1 } grep { $_->{ty} eq 'chain.open' } $t->evidence;
cmp_ok scalar(keys %builds), '>=', 6, 'in lanes of two masters and their workers';

# ---- clocks

SKIP: {
    my ($lib) = glob '/usr/lib/*/faketime/libfaketimeMT.so.1';
    skip 'no libfaketime: clocks do not jump here', 1 if !$lib;
    skip 'a linked-in module is for sanitizers, who want to be loaded first', 1 if !length $t->{so};

    my $clock = $t->write('clock', '+0');
    my %env = (LD_PRELOAD => $lib, FAKETIME_TIMESTAMP_FILE => $clock, FAKETIME_NO_CACHE => 1,
        FAKETIME_DONT_FAKE_MONOTONIC => 1, DONT_FAKE_MONOTONIC => 1);
    my $before = $t->evidence;
    $t->gate($server, workers => 1, @sealed, main => join('', map { "env $_;\n" } sort keys %env),
        under => ['env', map { "$_=$env{$_}" } sort keys %env]);
    ok $t->wait_for(10, sub { (grant())[0] == 200 }), 'grants are taken';
    my %years;
    for my $now ('+1d', '-1d', '+365d', '-365d', '@2026-01-01 00:00:00 x0.0001', '+0') {
        $t->write('clock', $now);
        my ($worker) = $t->workers;
        my $ticks = sub { my @stat = split ' ', $t->read("/proc/$worker/stat"); return $stat[13] + $stat[14] };
        my $from = $ticks->();
        sleep 0.5;
        cmp_ok $ticks->() - $from, '<', 25, "the clock says $now: the worker rests";
        is $t->get('/', @host)->status, 200, 'pages are served';
        is choose($t, 'reject', @host)->status, 303, 'refusals are taken';
        is +($t->workers)[0], $worker, 'and it lives';
    }
    $t->stop('gate', 'QUIT');
    verified('the log verifies', $log);
    my @all = $t->evidence;
    my (%last, $back, %day);
    for my $event (@all[$before .. $#all]) {
        $back++ if exists $last{ $event->{ch} } && $event->{mono} < $last{ $event->{ch} };
        $last{ $event->{ch} } = $event->{mono};
        $day{ substr $event->{t}, 0, 10 }++;
    }
    ok !$back, 'in its lanes the clock that nobody sets never goes back';
    cmp_ok scalar(keys %day), '>=', 5, 'while the other one jumps';
}

$t->done;
