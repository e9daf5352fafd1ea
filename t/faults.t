# Redis stops, dies, comes back: pages are served, gated, and in time; opening
# says that it could not be recorded; closing always works.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use POSIX ();
use Test::More;
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
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END
$t->gate($server, workers => 1, consent => { redis => '%%REDIS%% timeout=2s' });

my @host = (host => 'www.site.example');
my $jar  = $t->jar;
choose($t, 'accept', jar => $jar, @host);
like $t->get('/', jar => $jar, @host)->header('x-state'), qr/^granted/, 'granted while Redis is there';

sub timed { my ($code) = @_; my $at = time; my $r = $code->(); return ($r, time - $at) }

# ---- stopped: connections stand, nothing answers

$t->redis_freeze;
sleep 5.3;                                    # the lease of what was cached

my ($r, $took) = timed(sub { $t->get('/', jar => $jar, headers => {Cookie => '_ga=1'}, @host) });
is $r->status, 200, 'Redis stopped: the page is served';
cmp_ok $took, '<', 2 + 3, 'within timeout=';
like $r->header('x-state'), qr/^unknown (timeout|error)/, 'its visitor is unknown';
like $r->body, qr/data-ngxc-src/, 'the page is gated';
unlike $r->body, qr/id="ngx-consent"/, 'a holder of a grant sees no banner';
is_deeply [grep { /_ga=/ } $r->all('set-cookie')], [], 'and no cookie is expired without knowledge';

($r, $took) = timed(sub { $t->get('/', jar => $jar, @host) });
cmp_ok $took, '<', 2, 'the next visitor does not wait for a Redis that is known to be down';

($r, $took) = timed(sub { choose($t, 'accept', @host) });
is $r->status, 503, 'accept: 503';
ok $r->header('retry-after'), 'try again later';
like $r->body, qr/could not be saved/, 'in a sentence that a visitor understands';
ok !token_of($r), 'and nothing is granted';

($r, $took) = timed(sub { choose($t, 'reject', @host) });
is $r->status, 303, 'reject works';
is token_of($r)->{parts}[1], '-', 'with a token that is a refusal';

my $leaving = $t->jar;
$leaving->{cookies} = { %{ $jar->{cookies} } } if $jar->{cookies};
$r = choose($t, 'withdraw', jar => $jar, @host);
is $r->status, 303, 'withdraw works';
is token_of($r)->{parts}[1], '-', 'and takes effect for the visitor';

$t->redis_thaw;
my $back = $t->wait_for(15, sub {
    my $fresh = $t->jar;
    my $res = choose($t, 'accept', jar => $fresh, @host);
    $res->status == 303 && $fresh;
});
ok $back, 'after CONT consent is recorded again, without a restart';
like $t->get('/', jar => $back, @host)->header('x-state'), qr/^granted/, 'and believed';

# ---- gone: connections are refused

$t->redis_stop;
sleep 5.3;
($r, $took) = timed(sub { $t->get('/', jar => $back, @host) });
is $r->status, 200, 'Redis gone: the page is served';
like $r->header('x-state'), qr/^unknown error/, 'gated';
cmp_ok $took, '<', 2, 'at once';
is choose($t, 'accept', @host)->status, 503, 'accept: 503';
is choose($t, 'reject', @host)->status, 303, 'reject works';

$t->redis;
ok $t->wait_for(15, sub { $t->get('/', jar => $back, @host)->header('x-state') =~ /^granted/ }),
    'Redis is back with its data: the visitor is believed again';

sub said { my ($type) = @_; return scalar grep { $_->{ty} eq $type } $t->evidence }
ok $t->wait_for(3, sub { said('degraded.start') >= 2 }), 'the log says when it began';
ok $t->wait_for(3, sub { said('degraded.stop') >= 2 }), 'and when it ended';

sub unsaved { my $n = 0; $n += $_->{unsaved} for grep { $_->{ty} =~ /^degraded/ } $t->evidence; return $n }

cmp_ok unsaved(), '>=', 2, 'and how many decisions could not be recorded';

# ---- what the loop itself asks the kernel meanwhile: nothing that waits

my $WAITS = qr/^(?:f(?:data)?sync|sync_file_range|msync|(?:clock_)?nanosleep|p?poll|ppoll|p?select6?|wait4|flock|lockf)\(/;

sub recorded { my ($jar) = @_; return $t->wait_for(15, sub { choose($t, 'accept', jar => $jar, @host)->status == 303 }) }

# Of everything that a visitor and a worker may do, in what state Redis is in.
sub everything {
    my ($gone) = @_;
    $t->get('/', jar => $gone, @host);
    choose($t, $_, jar => $gone->copy, @host) for qw(accept withdraw reject);
    $t->post('/.consent/erase', jar => $gone->copy, headers => { 'Sec-Fetch-Site' => 'same-origin' }, @host);
    $t->get($_, jar => $gone, @host) for qw(/.consent/ /.consent/state /.consent/record /);
}

SKIP: {
    my ($code) = $t->_run('', 'strace', '-o', '/dev/null', 'true');
    skip 'strace may not trace here', 1 if $code != 0;

    my ($pid) = $t->workers;
    $t->spawn('strace', 'strace', '-qq', '-s', '40', '-o', $t->dir . '/calls', '-p', $pid);
    $t->wait_for(10, sub { $t->read("/proc/$pid/status") =~ /^TracerPid:\s+[1-9]/m }) or die "strace does not attach\n";

    my @who = map { my $jar = $t->jar; recorded($jar); $jar } 1 .. 3;
    everything($who[0]);
    $t->redis_freeze;
    everything($who[1]);
    $t->redis_thaw;
    recorded($t->jar);
    $t->redis_stop;
    everything($who[2]);
    $t->redis;
    recorded($t->jar);
    $t->wait_for(10, sub { !-s $t->dir . '/consent.log.d/pending' });
    $t->stop('strace', 'INT');

    my @calls = split /\n/, $t->read('calls');
    cmp_ok scalar(grep { /^epoll_wait/ } @calls), '>', 50, 'the loop of a worker, Redis there, stopped and gone, in ' . @calls . ' calls';
    my %waits;
    $waits{ /^(\w+)/ && $1 }++ for grep { $_ =~ $WAITS } @calls;
    is join(' ', %waits), '', '... waits for nothing but events';
    is scalar(grep { /^connect\(\d+, \{sa_family=AF_INET6?.* = 0$/ } @calls), 0, '... nor for a connection';
    cmp_ok scalar(grep { /^connect\(.*EINPROGRESS/ } @calls), '>', 0, '... which are made meanwhile';
}

# ---- Redis' clock is another one

SKIP: {
    my $so = $t->dir . '/shift_clock.so';
    my $clock = $t->write('clock', pack 'q', 0);
    my $state = sub { return $t->get('/', jar => $_[0], @host)->header('x-state') || '' };

    system($ENV{CC} || 'cc', '-shared', '-fPIC', '-O1', '-o', $so, $t->root . '/tests/shift_clock.c') == 0
        or skip 'no compiler: no clock of Redis jumps', 1;
    $t->stop('gate', 'QUIT');
    $t->redis_stop;
    {
        local @ENV{'LD_PRELOAD', 'SHIFT_CLOCK'} = ($so, $clock);
        $t->redis;
    }
    open my $hand, '+<:raw', $clock or die;
    $t->gate($server, workers => 1, consent => { redis => '%%REDIS%% feed=off' });
    my $jar = $t->jar;
    ok recorded($jar) && $state->($jar) =~ /^granted/, 'a grant, by a Redis whose clock can be set';

    # Redis counts the life of a record by the clock that it has when it is written.
    for my $step ([400, 'none'], [0, 'granted'], [-400, 'granted'], [0, 'none']) {
        my ($days, $before) = @$step;
        sysseek $hand, 0, 0;
        syswrite $hand, pack 'q', 86400 * $days;
        sleep 5.2;                            # the lease
        my ($now) = $t->redis_cli('time');
        cmp_ok abs($now - time - 86400 * $days), '<', 60, "Redis' clock is $days days ahead";
        like $state->($jar), qr/^$before/, $before eq 'none' ? '... who had granted is asked anew' : '... who had granted is known';
        ok recorded($jar = $t->jar), '... decisions are taken';
        like $state->($jar), qr/^granted/, '... and believed';
        next if $days;
        my @keys = grep { /:v:/ } $t->redis_cli('keys', '*');
        my @late = grep { $_ gt POSIX::strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time + 180 * 86400 + 60)) }
            map { $t->redis_hash($_)->{expires} } @keys;
        is scalar(@late), 0, '... for as long as our clock has it, says each of ' . @keys . ' records';
    }
    is choose($t, 'withdraw', jar => my $leaver = $jar->copy, @host)->status, 303, 'who granted then can withdraw';
    unlike $state->($jar), qr/^granted/, '... and is shut';
}

$t->done;
