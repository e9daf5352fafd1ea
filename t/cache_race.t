# Two workers, one visitor: a grant whose answer is late is not let in behind a
# withdrawal that came meanwhile; and a worker that is killed while it writes to
# the cache stops nobody.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Select;
use IO::Socket::INET;
use Test::More;
use Consent;
use Consent::FakeRedis;
use Consent::HTTP qw(build_request parse_response);
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html'],
        '<!doctype html><title>t</title><body><p>x<script src="https://analytics.example/a.js"></script>');
});
$t->redis;

my $fake = Consent::FakeRedis->new($t);
my @host = (host => 'www.site.example');

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
my %o = (workers => 2, consent => { redis => '127.0.0.1:%%PORT_fake%% feed=off timeout=8s' });
$t->gate($server, %o);

# A connection that one worker holds: the others are stopped until it does.
sub line_to {
    my ($pid) = @_;
    my @others = grep { $_ != $pid } $t->workers;
    my $line;

    kill 'STOP', @others;
    for (1 .. 8) {
        my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port('gate'), Proto => 'tcp');
        syswrite $s, build_request('GET', '/', @host, headers => [Connection => 'keep-alive']);
        my $r = IO::Select->new($s)->can_read(1) ? answer($s) : undef;
        $line = $s, last if $r && $r->header('x-worker') == $pid;
    }
    kill 'CONT', @others;
    return $line || die "no connection to $pid\n";
}

sub answer {
    my ($s) = @_;
    my $got = '';
    while (IO::Select->new($s)->can_read(10) && sysread $s, $got, 65536, length $got) {
        my $r = parse_response($got);
        return $r if $r && $r->{complete} && (defined $r->header('content-length') || $got =~ /\r\n0\r\n\r\n\z/);
    }
    return;
}

sub post {
    my ($s, $jar, %form) = @_;
    syswrite $s, build_request('POST', '/.consent/choice', @host, body => join('&', map { "$_=$form{$_}" } sort keys %form),
        headers => [Connection => 'keep-alive', Cookie => $jar->header('/'), 'Sec-Fetch-Site' => 'same-origin',
            'Content-Type' => 'application/x-www-form-urlencoded']);
}

my $jar = $t->jar;
$t->wait_for(10, sub { choose($t, 'save', p => ['marketing'], jar => $jar, @host)->status == 303 }) or die;
my ($notice) = $t->get('/.consent/', jar => $jar, @host)->body =~ /name="notice" value="([^"]+)"/;
my ($first, $second) = map { line_to($_) } $t->workers;
my $commits = () = $fake->asked('EVALSHA');

$fake->on(EVALSHA => [{ pause => 2 }, 'real'], times => 1);
post($first, $jar, choice => 'accept', notice => $notice);
ok $t->wait_for(5, sub { $commits < (() = $fake->asked('EVALSHA')) }), 'one worker grants, and waits for the answer';
post($second, $jar, choice => 'withdraw');
like answer($second)->header('x-state'), qr{^refused}, 'another one withdraws meanwhile';
my $tab = $t->jar->take(answer($first));
like $tab->header('/'), qr/^ngxc=1\.[^-]/, 'the answer comes, with a token';
my $state = $t->get('/', jar => $tab, @host)->header('x-state');
is $state =~ s/ .*//r, 'refused', 'but the withdrawal stands';

# ---- killed with a set of the cache in its hands

# stopped_inside(PID, LINE, COOKIE): that worker, where it holds a set's lock; a
# function that kills it there.
sub stopped_inside {
    my ($pid, $line, $jar) = @_;
    my $dir = $t->dir;

    unlink "$dir/inside", "$dir/kill";
    $t->spawn('gdb', 'gdb', '-q', '-batch', '-nx', '-p', $pid, '-ex', 'break cache_place', '-ex', "shell : > $dir/armed",
        '-ex', 'continue', '-ex', "shell : > $dir/inside; until [ -e $dir/kill ]; do sleep 0.05; done; kill -9 $pid");
    $t->wait_for(60, sub { -e "$dir/armed" && $t->read("/proc/$pid/status") =~ /^State:\s+[SR]/m }) or return;
    unlink "$dir/armed";
    syswrite $line, build_request('GET', '/', @host, headers => [Connection => 'keep-alive', Cookie => $jar->header('/')]);
    $t->wait_for(20, sub { -e "$dir/inside" }) or return;
    return sub {
        $t->write('kill', '');
        return $t->wait_for(10, sub { !grep { $_ == $pid } $t->workers });
    };
}

# Cached, and by whom: the state of the first of these answers, within ten
# seconds.
sub becomes {
    my ($want) = @_;
    my $r;
    $t->wait_for(10, sub { $r = $t->get('/', jar => $jar, @host, timeout => 3); ($r->header('x-state') // '') eq $want });
    return $r->header('x-state') // 'no answer';
}

# Not in the cache, or no more: the next look-up writes it there.
sub cold { sleep 5.1; return map { line_to($_) } $t->workers }

SKIP: {
    my ($code) = $t->_run('', 'gdb', '-q', '-batch', '-nx', '-ex', 'quit');
    skip 'no gdb: nobody is killed there', 1 if $code != 0;

    $t->allow(qr/exited on signal 9|shared memory zone "\w+" was locked by/);
    $t->wait_for(10, sub { choose($t, 'accept', jar => $jar, @host)->status == 303 }) or die;
    my ($mine) = cold();
    my ($victim) = $t->workers;
    my $kill = stopped_inside($victim, $mine, $jar) or skip 'gdb may not stop a worker here', 1;
    is becomes('granted redis'), 'granted redis', 'a worker stands still with a set in its hands: others look up who is in it';
    ok $kill->(), '... it is killed';
    is becomes('granted cache'), 'granted cache', '... they cache it again';
    $t->wait_for(10, sub { $t->workers == 2 });

    # The same while the zone changes its name: the master forgets the old one,
    # whose workers are still there.
    my ($dies, $stays) = cold();
    my ($old, $sibling) = $t->workers;
    my ($head, $rest) = build_request('GET', '/', @host, headers => [Cookie => $jar->header('/')]) =~ /\A(.{10})(.*)\z/s;
    syswrite $stays, $head;
    $kill = stopped_inside($old, $dies, $jar);
    ok $kill, 'another one stands still there';
    $t->configure('gate', $t->_basics({ %{ $o{consent} }, zone => 'renamed 4m' }) . $server, %o, main => '%%LOAD_MODULE%%');
    kill 'HUP', $t->pid('gate');
    ok $t->wait_for(20, sub { $t->workers == 4 }), '... a reload gives the zone another name';
    ok $kill->(), '... it is killed';
    syswrite $stays, $rest;
    my $r = answer($stays);
    is $r && $r->header('x-worker'), $sibling, '... its sibling, which has a request left, answers it';
    is $r && $r->header('x-state'), 'granted redis', '... as ever';
    ok $t->wait_for(10, sub { !grep { $_ == $sibling } $t->workers }), '... and goes';
    is becomes('granted cache'), 'granted cache', '... and the new ones serve';
}

$t->done;
