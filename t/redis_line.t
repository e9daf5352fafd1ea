# The line to Redis never keeps a visitor waiting beyond timeout=, and never
# takes one answer for another: late ones, half ones, too many, malformed ones.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Select;
use IO::Socket::INET;
use POSIX ();
use Test::More;
use Time::HiRes qw(time sleep);
use Consent;
use Consent::FakeRedis;
use Consent::HTTP qw(build_request);
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html'],
        '<!doctype html><title>t</title><body><p>x<script src="https://analytics.example/a.js"></script>');
});
$t->redis;

my $fake   = Consent::FakeRedis->new($t);
my @host   = (host => 'www.site.example');
my $server = <<'END';
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "$consent_state $consent_lookup" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

# A gate whose cache is empty.
sub gate {
    my ($options) = @_;
    $t->stop('gate', 'QUIT');
    $t->gate(policy() . $server, workers => 1,
        consent => { redis => "127.0.0.1:%%PORT_fake%% feed=off $options" });
}

# A visitor who decided.
sub visitor {
    my ($choice, @p) = @_;
    my $jar = $t->jar;
    $t->wait_for(10, sub { choose($t, $choice, jar => $jar, @p, @host)->status == 303 })
        or die "$choice was not recorded\n";
    return $jar;
}

sub state_of { my ($jar) = @_; return $t->get('/', jar => $jar, timeout => 8, @host)->header('x-state') || '' }

sub state_soon {
    my ($jar, $want) = @_;
    my $state;
    $t->wait_for(8, sub { ($state = state_of($jar)) =~ $want });
    return $state;
}

# Runs CODE while somebody asks for the page; then their state.
sub meanwhile {
    my ($jar, $code) = @_;
    my $file = $t->dir . '/meanwhile';
    unlink $file;
    my $pid = fork // die;
    if (!$pid) {
        $t->write('meanwhile.new', state_of($jar) || 'no answer');
        rename "$file.new", $file;
        POSIX::_exit(0);
    }
    $code->();
    waitpid $pid, 0;
    return $t->read('meanwhile');
}

sub lookups { return scalar(() = $fake->asked('HMGET')) }

# ---- in time

gate('timeout=250ms');
my $jar = visitor('accept');
my $part = visitor('save', p => ['marketing']);

$fake->on(PING => [{ pause => 0.1 }, 'real'])->on(HMGET => ['hang']);
gate('timeout=250ms');
like state_of($jar), qr/^unknown/, 'asked during the greeting, then Redis hangs: the page comes, shut';
$fake->off;

gate('timeout=10s');
$fake->on(HMGET => [{ pause => 4 }, 'real'], times => 1);
is state_soon($jar, qr/^granted/), 'granted redis', 'an answer that took four seconds of ten is believed';
my $asked_at = ($fake->asked('HMGET'))[-1]{at};
sleep 0.05 while time < $asked_at + 5.2;
my $before = lookups();
state_of($jar);
is lookups() - $before, 1, '... for five seconds from the question on';

gate('timeout=1500ms');
$fake->on(HMGET => [{ pause => 1 }, 'real'], times => 1);
my $worker;
$t->wait_for(5, sub { ($worker) = $t->workers });
$before = lookups();
my $state = meanwhile($jar, sub {
    $t->wait_for(5, sub { lookups() > $before });
    kill 'STOP', $worker;
    sleep 2;
    kill 'CONT', $worker;
});
is $state, 'unknown timeout', 'a worker was stopped: an answer read after its time counts for nothing';
like state_soon($jar, qr/^granted/), qr/^granted/, '... the next one does';

gate('timeout=250ms');
$fake->on(HMGET => [{ pause => 0.6 }, 'real'], times => 1);
is state_of($jar), 'unknown timeout', 'an answer that is late is none';
my $line = ($fake->asked('HMGET'))[-1]{conn};
my %seen;
$t->wait_for(5, sub { $seen{ state_of($part) } = 1; $seen{'partial redis'} });
is join(', ', grep { /^(granted|none)/ } keys %seen), '', '... and is never taken for the next visitor\'s';
ok $seen{'partial redis'}, '... who gets their own';
is scalar(grep { $_->{conn} == $line } $fake->asked('HMGET')), 1, '... on another line';

# ---- in every order

# Answer, visitor gone, time over, line closed: what comes first decides, and
# what comes later meets nobody.
sub orders {
    my (@left) = @_;
    return [] if !@left;
    return map { my $x = $left[$_]; map { [$x, @$_] } orders(@left[grep { $left[$_] ne $x } 0 .. $#left]) } 0 .. $#left;
}

gate('timeout=400ms');
my @orders = orders(qw(answer gone late closed));
my @jars = map { visitor('accept') } @orders;
$fake->off;
sleep 5.1;
$t->wait_for(5, sub { ($worker) = $t->workers });
my (@wrong, %came);
for my $order (@orders) {
    my $cold = shift @jars;
    my ($at, %at) = (0);
    for my $event (@$order) { $at = $event eq 'late' ? 0.4 : $at + 0.1; $at{$event} = $at }

    visitor('accept');                        # the line is up again
    my @steps = $at{answer} < $at{closed}
        ? ({ pause => $at{answer} }, 'real', { pause => $at{closed} - $at{answer} }, 'close')
        : ({ pause => $at{closed} }, 'close');
    $fake->on(HMGET => \@steps, times => 1);

    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port('gate')) or die $!;
    my $until = time + $at{gone};
    my $got = '';
    syswrite $s, build_request('GET', '/', @host, headers => [Cookie => $cold->header('/')]);
    my $select = IO::Select->new($s);
    while ((my $rest = $until - time) > 0) { $select->can_read($rest) && (sysread($s, $got, 65536, length $got) || last) }
    close $s;
    $fake->off;

    my $state = $got =~ /^X-State: (.*)\r$/mi ? $1 : 'none';
    $came{$state}++;
    push @wrong, "@$order: $state" if $state !~ /^(?:none|granted redis|unknown (?:timeout|error))$/
        || $state =~ /^granted/ && $at{late} < $at{answer};
}
is join("\n", @wrong), '', scalar(@orders) . ' orders of answer, visitor gone, time over, line closed';
note join ', ', map { "$came{$_} x $_" } sort keys %came;
is join(' ', $t->workers), $worker, '... under one worker';
like state_soon($jar, qr/^granted/), qr/^granted/, '... which goes on';

$t->done;
