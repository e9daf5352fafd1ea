# Each class of error that Redis answers with (reliability.md 7), from a real
# server where one can be brought to it: what a visitor gets, whether a choice is
# recorded, and what becomes of the connection.  Prints the table; ONLY=REGEX: some rows.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(time sleep);
use Consent;
use Consent::FakeRedis;
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html'],
        '<!doctype html><title>t</title><body><p>x<script src="https://analytics.example/a.js"></script>');
});

my @host = (host => 'www.site.example');
my $fake;

sub state_of { my ($jar) = @_; return $t->get('/', jar => $jar, timeout => 8, @host)->header('x-state') || '' }
sub lookups { return scalar(() = $fake->asked('HMGET')) }

# The connection in use, and whether it is no more.
sub line { return ($fake->asked('HMGET'))[-1]{conn} }
sub is_closed { my ($line) = @_; return scalar grep { $_->{conn} == $line } $fake->asked('CLOSE') }

sub visitor {
    my $jar = $t->jar;
    my $r;
    $t->wait_for(20, sub { ($r = choose($t, 'accept', jar => $jar, @host))->status == 303 })
        or die 'no grant is recorded: ' . $r->status . "\n";
    return $jar;
}

# A gate with an empty cache, and its line is up.
sub gate {
    $t->stop('gate', 'QUIT');
    $t->gate(policy() . <<'END', workers => 1, redis => 0, consent => { redis => '127.0.0.1:%%PORT_fake%% timeout=1s' });
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "$consent_state $consent_lookup" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END
}

sub real { return $t->redis_cli(@_) }

# Anew, with other options and nothing in it.
sub restart {
    my @options = @_;
    $t->redis_stop;
    system 'rm', '-rf', glob $t->dir . '/appendonlydir*';
    $t->redis(@options);
}

# A command of somebody else's that goes on behind our back.
sub behind {
    my @words = @_;
    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port('redis')) or die $!;
    syswrite $s, '*' . @words . "\r\n" . join '', map { '$' . length($_) . "\r\n$_\r\n" } @words;
    return $s;
}

sub says {
    my ($error) = @_;
    return (
        from  => 'fake',
        begin => sub { $fake->on($_ => ["-$error\r\n"]) for qw(HMGET GET EVALSHA EVAL) },
        end   => sub { $fake->off },
    );
}

sub withdrawn { return grep { /withdrawn/ } map { join ' ', real('hgetall', $_) } real('keys', '*:v:*') }

my $busy;
my @table = (
    # what a cold look-up sees, a grant's status, the line, what the log says;
    # slow: nothing is tried for ten seconds; gone: there is nothing to withdraw
    { class => 'LOADING', from => 'real', lookup => 'unknown', grant => 503, line => 'kept', cause => 'loading', paused => 1,
        with  => ['--loading-process-events-interval-bytes', 1024],
        begin => sub {
            real('debug', 'populate', 3000);
            real('config', 'set', 'key-load-delay', 2000);
            $busy = behind('DEBUG', 'RELOAD');
            sleep 0.5;
        },
        end => sub { real('config', 'set', 'key-load-delay', 0) } },
    { class => 'BUSY', from => 'real', lookup => 'unknown', grant => 503, line => 'kept', cause => 'busy', paused => 1,
        begin => sub { real('config', 'set', 'busy-reply-threshold', 50); $busy = behind('EVAL', 'while true do end', 0); sleep 0.3 },
        end   => sub { real('script', 'kill') } },
    { class => 'MASTERDOWN', from => 'real', lookup => 'unknown', grant => 503, line => 'kept', cause => 'replica', paused => 1,
        begin => sub { real('config', 'set', 'replica-serve-stale-data', 'no'); real('replicaof', '127.0.0.1', 1) },
        end   => sub { real('replicaof', 'no', 'one') } },
    { class => 'CLUSTERDOWN', from => 'real', lookup => 'unknown', grant => 503, line => 'kept', cause => 'cluster',
        with  => ['--cluster-enabled', 'yes', '--cluster-port', '%%PORT_bus%%'], up => sub { real('cluster', 'addslotsrange', 0, 16383); sleep 1 },
        begin => sub { real('cluster', 'delslotsrange', 0, 16383); sleep 0.3 },
        end   => sub { real('cluster', 'addslotsrange', 0, 16383); sleep 1 } },
    { class => 'TRYAGAIN', lookup => 'unknown', grant => 503, line => 'kept', cause => 'cluster',
        says('TRYAGAIN Multiple keys request during rehashing of slot') },
    { class => 'READONLY', from => 'real', lookup => 'granted', grant => 503, line => 'closed', cause => 'replica',
        begin => sub { real('replicaof', '127.0.0.1', 1) }, end => sub { real('replicaof', 'no', 'one') } },
    { class => 'OOM', from => 'real', lookup => 'granted', grant => 503, line => 'kept', recorded => 1,
        begin => sub { real('config', 'set', 'maxmemory', '1mb') }, end => sub { real('config', 'set', 'maxmemory', 0) } },
    { class => 'NOREPLICAS', from => 'real', lookup => 'granted', grant => 503, line => 'kept',
        begin => sub { real('config', 'set', 'min-replicas-to-write', 1) },
        end   => sub { real('config', 'set', 'min-replicas-to-write', 0) } },
    { class => 'MISCONF', from => 'real', lookup => 'granted', grant => 503, line => 'kept',
        with  => ['--appendonly', 'no', '--dir', '%%DIR%%/gone'],
        begin => sub {
            rmdir $t->dir . '/gone' or die $!;
            real('config', 'set', 'save', '3600 1');
            real('bgsave');
            $t->wait_for(5, sub { join("\n", real('info', 'persistence')) =~ /bgsave_status:err/ }) or die 'bgsave works';
        },
        end => sub { real('config', 'set', 'save', '') } },
    { class => 'MOVED', lookup => 'unknown', grant => 503, line => 'kept', says('MOVED 3999 127.0.0.1:6381') },
    { class => 'ASK', lookup => 'unknown', grant => 503, line => 'kept', says('ASK 3999 127.0.0.1:6381') },
    { class => 'NOAUTH', slow => 1, lookup => 'unknown', grant => 503, line => 'closed', cause => 'auth',
        says('NOAUTH Authentication required.') },
    { class => 'NOAUTH, anew', from => 'real', lookup => 'unknown', grant => 503, line => 'closed', cause => 'auth, NOAUTH',
        begin => sub { real('config', 'set', 'requirepass', 'x'); real('-a', 'x', 'client', 'kill', 'type', 'normal') },
        end   => sub { real('-a', 'x', 'config', 'set', 'requirepass', '') } },
    { class => 'NOPERM, reading', slow => 1, from => 'real', lookup => 'unknown', grant => 503, line => 'closed', cause => 'auth',
        begin => sub { real('acl', 'setuser', 'default', '-hmget') }, end => sub { real('acl', 'setuser', 'default', '+hmget') } },
    { class => 'NOPERM, writing', from => 'real', lookup => 'granted', grant => 503, line => 'kept',
        begin => sub { real('acl', 'setuser', 'default', '-evalsha') }, end => sub { real('acl', 'setuser', 'default', '+evalsha') } },
    { class => 'DENIED', slow => 1, lookup => 'unknown', grant => 503, line => 'closed', cause => 'auth, DENIED',
        from => 'fake', begin => sub {
            $fake->on(CONNECT => ["-DENIED Redis is running in protected mode\r\n", 'close']);
            real('client', 'kill', 'type', 'normal');
        }, end => sub { $fake->off } },
    { class => 'NOSCRIPT', from => 'real', lookup => 'granted', grant => 303, line => 'kept', recorded => 1,
        begin => sub { real('script', 'flush') }, end => sub { } },
    { class => 'WRONGTYPE', gone => 1, from => 'real', lookup => 'unknown', grant => 303, line => 'kept',
        begin => sub { for (real('keys', '*:v:*')) { real('del', $_); real('set', $_, 'x') } },
        end   => sub { real('flushall') } },
    { class => 'a MAC that is not ours', gone => 1, from => 'real', lookup => 'unknown', grant => 303, line => 'kept',
        begin => sub { real('hset', $_, 'mac', 'A' x 22) for real('keys', '*:v:*') },
        end   => sub { real('flushall') } },
    { class => 'EXECABORT', lookup => 'unknown', grant => 503, line => 'closed', cause => 'protocol',
        says('EXECABORT Transaction discarded because of previous errors.') },
    { class => 'ERR max clients', from => 'real', lookup => 'unknown', grant => 503, line => 'closed', cause => 'clients',
        begin => sub {                        # the one place is taken
            $busy = behind('CONFIG', 'SET', 'maxclients', 1);
            syswrite $busy, "CLIENT KILL TYPE normal\r\n";
        }, end => sub { syswrite $busy, "CONFIG SET maxclients 100\r\n"; sleep 0.1 } },
    { class => 'end of file', from => 'real', lookup => 'unknown', grant => 503, line => 'closed', cause => 'closed|refused',
        begin => sub { $t->redis_stop }, end => sub { $t->redis } },
    { class => 'any other', lookup => 'unknown', grant => 503, line => 'kept', says('ERR syntax error') },
);

my @options = ('--enable-debug-command', 'yes');
$t->redis(@options);
$fake = Consent::FakeRedis->new($t);

note sprintf '%-22s %-5s %-16s %-6s %-6s %-9s %-6s %s', 'reply', 'from', 'look-up', 'grant', 'with-', 'recorded', 'line',
    'the log says';

for my $row (@table) {
    next if $ENV{ONLY} && $row->{class} !~ /$ENV{ONLY}/;
    my $class = $row->{class};

    mkdir $t->dir . '/gone';
    restart(@options, map { $t->subst($_) } @{ $row->{with} || [] });
    $row->{up}->() if $row->{up};
    gate();
    my ($reader, $leaver, $warm) = map { visitor() } 1 .. 3;
    gate();
    visitor();
    state_of($warm);
    truncate $t->dir . '/gate.error.log', 0;
    my $line = line();

    $row->{begin}->();
    my $before = lookups();
    my $state = state_of($reader);
    my %seen;
    $seen{ $t->get('/', @host)->status }++ for 1 .. 20;
    state_of($reader) for 1 .. 10;
    my $asked = lookups() - $before;
    my $grant = choose($t, 'accept', @host);
    my $leave = choose($t, 'withdraw', jar => $leaver, @host);
    my $cause = $row->{cause};
    $t->wait_for(5, sub { $t->read('gate.error.log') =~ /down: (?:$cause)/ }) if $cause;
    my $said = join '; ', $t->read('gate.error.log') =~ /consent redis "\S+" is (?:still )?down: (.*)/g;

    $row->{end}->();
    my $record = withdrawn();
    ok $t->wait_for(20, sub { choose($t, 'accept', @host)->status == 303 }), "$class: all is well again when it is over"
        if !$row->{slow};
    my $now = is_closed($line) ? 'closed' : 'kept';

    note sprintf '%-22s %-5s %-16s %-6s %-6s %-9s %-6s %s', $class, $row->{from}, $state, $grant->status, $leave->status,
        $record ? 'yes' : 'no', $now, $said;
    like $state, qr/^$row->{lookup} /, "$class: a look-up";
    is join(' ', keys %seen), '200', '... pages are served';
    is $grant->status, $row->{grant}, '... a grant';
    is $leave->status, 303, '... a withdrawal takes effect for the visitor';
    is token_of($leave)->{parts}[1], '-', '... and its token opens nothing';
    ok $record, '... and is recorded at once' if $row->{recorded};
    ok $t->wait_for(20, \&withdrawn), '... and is recorded when it can be' if !$row->{slow} && !$row->{gone};
    is $now, $row->{line}, '... the line';
    $cause ? like($said, qr/\b(?:$cause)/, '... and the cause') : is($said, '', '... Redis is not called down');
    is scalar(() = $said =~ /(?:^|; )(?:$cause)/g), 1, '... told once' if $cause;
    cmp_ok $asked, '<=', 1, '... nobody else asks' if $row->{paused};
}

$t->done;
