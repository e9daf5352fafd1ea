# Reloads, rotated logs, killed workers, full disks, new keys: no request
# fails, no decision is lost, the evidence verifies.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(time sleep);
use Consent;
use Consent::HTTP qw(build_request parse_response);
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html'],
        '<!doctype html><title>t</title><body><p>x<script src="https://analytics.example/a.js"></script>');
});

my $server = <<'END';
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "$consent_state $consent_lookup" always;
        add_header   X-Worker $pid always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END
my $second = policy() =~ s/consent_vendor.*?(?=consent_policy)//sr =~ s/consent_policy test/consent_policy other/r
    =~ s/version    3/version    4/r . <<'END';
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  shop.other.example;
        consent      other;
        add_header   X-State "$consent_state $consent_lookup" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  blog.site.example;
        consent      test;
        add_header   X-State "$consent_state $consent_lookup" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

my @host = (host => 'www.site.example');
my $log  = $t->dir . '/consent.log';

sub state_of { my ($jar, %o) = @_; return $t->get('/', jar => $jar, @host, %o)->header('x-state') || '' }

# A worker that just began is still connecting to Redis.
sub state_soon {
    my ($jar, $want, @o) = @_;
    my $state;
    $t->wait_for(5, sub { ($state = state_of($jar, @o)) =~ $want });
    return $state;
}

sub accept_soon {
    my ($jar, @o) = @_;
    my $r;
    $t->wait_for(5, sub { ($r = choose($t, 'accept', $jar ? (jar => $jar) : (), @o))->status == 303 });
    return $r;
}

sub verified {
    my ($title, @files) = @_;
    my ($code, $out) = $t->consentctl('verify', (map { ('--seal-key', $_) } $t->seal_keys), @files ? @files : $log);
    is $code, 0, $title or diag $out;
    return $out;
}

# Visitors who never stop, in processes of their own; ends with what failed.
sub crowd {
    my ($n) = @_;
    my $dir = $t->dir;
    my @pids;

    for my $i (1 .. $n) {
        my $pid = fork // die "fork: $!";
        if ($pid == 0) {
            my ($asked, @bad) = 0;
            while (!-e "$dir/crowd.stop") {
                my $r = $t->get("/$i.$asked", @host, timeout => 5);
                push @bad, "$asked: $r->{status}" if $r->status != 200 || !$r->{complete}
                    || $r->body !~ /data-ngxc-src.*<\/script>|id="ngx-consent"/s || $r->body =~ /<script src="https:/;
                $asked++;
                sleep 0.005;
            }
            $t->write("crowd.$i", join "\n", $asked, @bad);
            require POSIX;
            POSIX::_exit(0);
        }
        push @pids, $pid;
    }
    return sub {
        $t->write('crowd.stop', '');
        waitpid $_, 0 for @pids;
        unlink "$dir/crowd.stop";
        my ($asked, @bad) = 0;
        for my $i (1 .. $n) {
            my ($count, @failed) = split /\n/, $t->read("crowd.$i");
            $asked += $count;
            push @bad, @failed;
        }
        return ($asked, @bad);
    };
}

$t->gate(policy() . $second . $server, workers => 2, consent => { redis => '%%REDIS%% feed=off' });
my $jar = $t->jar;
accept_soon($jar, @host);

# ---- one zone, two workers

my $leaver = $t->jar;
accept_soon($leaver, @host);
my $still = $leaver->copy;
my (%before, %after);
ok $t->wait_for(5, sub {
    my $r = $t->get('/', jar => $still, @host);
    $before{ $r->header('x-worker') } = 1 if $r->header('x-state') =~ /^granted/;
    keys %before == 2;
}), 'two workers know of a grant';
choose($t, 'withdraw', jar => $leaver, @host);
$t->wait_for(5, sub {
    my $r = $t->get('/', jar => $still, @host);
    $after{ $r->header('x-worker') } ||= $r->header('x-state') =~ /^(granted)/ ? 'open' : 'shut';
    keys %after == 2;
});
is join(' ', values %after), 'shut shut', 'a withdrawal in one is seen by both at once';

# ---- reload

my $stop = crowd(3);
for my $round (1 .. 3) {
    $t->reload or fail "reload $round";
    choose($t, 'accept', @host);
}
my ($asked, @bad) = $stop->();
is "@bad", '', 'three reloads under load: no request fails';
cmp_ok $asked, '>', 10, "of $asked";
like state_soon($jar, qr/^granted/), qr/^granted/, 'a grant stays one';
verified('the log verifies');

# ---- USR1

rename $log, "$log.1";
kill 'USR1', $t->pid('gate');
ok $t->wait_for(5, sub { -e $log }), 'USR1: a new log';
my $kept = $t->jar;
is choose($t, 'accept', jar => $kept, @host)->status, 303, 'a decision after it';
ok $t->wait_for(3, sub { $t->read('consent.log') =~ /"decision"/ }), 'stands in the new file';
verified('both files verify together', "$log.1", $log);
is +(stat $_)[2] & 07, 0, "others cannot read $_" for "$log.1", $log;

# A line that was on its way still goes there.
my $lines = sub { scalar(() = $t->read('consent.log.1') =~ /\n/g) };
my $settled;
$t->wait_for(5, sub { my $n = $lines->(); sleep 0.5; $n == ($settled = $lines->()) });
choose($t, 'accept', @host);
is $lines->(), $settled, 'the old file is left alone';

# One file from here on, which is what every test verifies when it ends.
sub unite { $t->write('consent.log', $t->read('consent.log.1') . $t->read('consent.log')) }

# ---- kill -9

my @old = $t->workers;
$t->allow(qr/worker process \d+ exited on signal 9/);
$t->allow(qr/shared memory zone .* was locked by/);
kill 'KILL', @old;
ok $t->wait_for(5, sub { my %now = map { $_ => 1 } $t->workers; keys %now == 2 && !grep { $now{$_} } @old }), 'killed workers are replaced';
like state_soon($kept, qr/^granted/), qr/^granted/, 'what was acknowledged is known to the next';
is accept_soon(undef, @host)->status, 303, 'who take decisions';
my $out = verified('and the log verifies', "$log.1", $log);

# ---- QUIT with a look-up under way

sleep 5.2;                                    # the lease
$t->redis_freeze;
my $pid = open my $fh, '-|';
if ($pid == 0) {
    my $r = $t->get('/', jar => $kept, @host);
    print $r->status, ' ', $r->header('x-state') // '', ' ', $r->{complete}, ' ', ($r->body =~ /data-ngxc-src/ ? 'shut' : 'open');
    close STDOUT;
    require POSIX;
    POSIX::_exit(0);
}
sleep 0.1;
kill 'QUIT', $t->pid('gate');
is scalar(<$fh>), '200 unknown timeout 1 shut', 'QUIT: a visitor who waits for Redis gets the page, shut';
close $fh;
ok $t->stop('gate', 'QUIT'), 'then it ends by itself';
$t->redis_thaw;
verified('with its log in order', "$log.1", $log);
unite();

# ---- sites

$t->gate(policy() . $second . $server, workers => 1);
verified('a start goes on in the same log');
like state_soon($kept, qr/^granted/), qr/^granted/, 'a token is worth something where it was given';
for my $host (qw(shop.other.example blog.site.example)) {
    is state_of($kept, host => $host), 'none none', "and nothing at $host";
}
my $shopper = $t->jar;
accept_soon($shopper, host => 'shop.other.example');
like state_soon($shopper, qr/^granted/, host => 'shop.other.example'), qr/^granted/, 'the other site has its own';
is state_of($shopper), 'none none', 'worth nothing here';

# ---- keys

my $keys = $t->read('consent.key');
my ($code) = $t->consentctl('key', $t->dir . '/new.key');
$t->write('consent.key', $t->read('new.key') . $keys);
chmod 0600, $t->dir . '/consent.key';
$t->reload;
like state_soon($kept, qr/^granted/), qr/^granted/, 'a new first key: old tokens still open';
my $fresh = $t->jar;
accept_soon($fresh, @host);
like state_soon($fresh, qr/^granted/), qr/^granted/, 'new ones, too';
$t->write('consent.key', $t->read('new.key'));
chmod 0600, $t->dir . '/consent.key';
$t->reload;
is state_of($kept), 'none none', 'the old key is gone: its tokens are a first visit';
like state_soon($fresh, qr/^granted/), qr/^granted/, 'the new key\'s are not';
$t->stop('gate', 'QUIT');
verified('and the log verifies with new keys');

# ---- one process

$t->write('gate.conf', $t->read('gate.conf') =~ s/master_process(\s+)on;/master_process$1off;/r);
$t->spawn('gate', $t->_nginx_command('gate'));
ok $t->wait_for(5, sub { $t->get('/', @host)->status == 200 }), 'master_process off: it serves';
my $single = $t->jar;
is accept_soon($single, @host)->status, 303, 'takes decisions';
like state_soon($single, qr/^granted/), qr/^granted/, 'and believes them';
ok $t->stop('gate', 'QUIT'), 'and ends';
verified('with its log in order');

# ---- a full disk: no file may grow beyond a block

$t->allow(qr{/full\.log});
$t->gate(policy() . $server, workers => 1,
    consent => { log => '%%DIR%%/full.log' },
    under => ['sh', '-c', 'trap "" XFSZ; ulimit -f 1; exec "$@"', 'sh']);
is $t->get('/', @host)->status, 200, 'a full disk: pages are served';
is choose($t, 'accept', @host)->status, 503, 'nothing can be granted';
my $r = choose($t, 'reject', @host);
is $r->status, 303, 'everything refused';
is token_of($r)->{parts}[1], '-', 'by a token that says so';
like state_of($single), qr/^(granted|unknown)/, 'who granted before keeps the grant or is shut';
is $t->get('/', @host)->status, 200, 'and pages go on';

$t->done;
