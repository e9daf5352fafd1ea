# What the workers share outlives a reload as long as it means the same; what
# was cached under another key, other terms, for another Redis or in another
# zone is not taken for a decision.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep);
use Consent;
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html'],
        '<!doctype html><title>t</title><body><p>x<script src="https://analytics.example/a.js"></script>');
});
$t->redis;

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

my %now = (zone => 'consent 4m', redis => '%%REDIS%%', key_file => '%%KEY%%', module => '%%MODULE%%', policy => policy());

# The gate's configuration with what is given changed, from now on.
sub text {
    my (%o) = @_;
    %now = (%now, %o);
    return <<"END" . $now{policy} . $server;
    consent_zone      $now{zone};
    consent_redis     $now{redis};
    consent_key_file  $now{key_file};
    consent_log       %%DIR%%/consent.log;
END
}

sub load { return $t->subst('%%LOAD_MODULE%%') ? "load_module $now{module};" : '' }

sub start { my $text = text(@_); return $t->nginx('gate', $text, workers => 2, main => load()) }

sub change {
    my $text = text(@_);
    $t->configure('gate', $text, workers => 2, main => load());
    my $ok = $t->reload or diag join "\n", grep { /emerg/ } split /\n/, $t->read("gate.error.log");
    return $ok;
}

sub visitor {
    my $jar = $t->jar;
    $t->wait_for(10, sub { choose($t, 'accept', jar => $jar, @host)->status == 303 }) or die "nobody was recorded\n";
    return $jar;
}

sub state_of { return $t->get('/', jar => $_[0], timeout => 2, @host)->header('x-state') || '' }

sub lookups {
    my ($n) = join("\n", $t->redis_cli('info', 'commandstats')) =~ /cmdstat_hmget:calls=(\d+)/;
    return $n || 0;
}

# What the visitor is to the gate from now on: the first state, and how many
# look-ups it took, of four.
sub first_state {
    my ($jar) = @_;
    my $before = lookups();
    my ($first) = map { state_of($jar) } 1 .. 4;
    return "$first, " . (lookups() - $before);
}

# Cached, and the feed lives: it stays so.
sub cached {
    my ($jar) = @_;
    my $n = 0;
    return $t->wait_for(15, sub { $n = state_of($jar) eq 'granted cache' ? $n + 1 : 0; sleep 0.1; $n > 10 });
}

start();
my $jar = visitor();
my $gone = visitor();
ok cached($jar), 'a grant is cached';

change();
is first_state($jar), 'granted cache, 0', 'a reload keeps what was cached';

change(zone => 'consent 8m');
is first_state($jar), 'granted redis, 1', 'a zone of another size begins anew';
ok cached($jar), '... and serves';

change(zone => 'other 8m');
is first_state($jar), 'granted redis, 1', 'so does one of another name';
ok cached($jar), '... and serves';

is choose($t, 'withdraw', jar => my $copy = $gone, @host)->status, 303, 'a withdrawal';
change(zone => 'consent 4m');
unlike state_of($gone), qr/^granted/, '... stands after one more change of the zone';

# ---- terms

ok cached($jar), 'a grant is cached';
change(policy => policy() =~ s/receives ip cookie_id;/receives ip cookie_id url;/r);
like state_of($jar), qr/^stale/, 'under other terms a cached grant is stale';
change(policy => policy());
is first_state($jar), 'granted redis, 1', '... what was cached as stale is not found when they are back';

# ---- Redis

ok cached($jar), 'a grant is cached';
change(redis => '%%REDIS%% prefix=shop');
like state_of($jar), qr/^none/, 'a grant of another place of records is none here';
change(redis => '%%REDIS%%');
like state_of($jar), qr/^granted/, '... and one when it is back';

# ---- the key

ok cached($jar), 'a grant is cached';
$t->consentctl('key', $t->dir . '/second.key');
change(key_file => '%%DIR%%/second.key');
like state_of($jar), qr/^none/, 'under another key nobody is known';
change(key_file => '%%KEY%%');
like state_of($jar), qr/^granted/, '... until the old one is back';

# ---- the code

sub copy_to { system 'cp', $t->subst('%%MODULE%%'), $t->dir . "/$_[0].new"; rename $t->dir . "/$_[0].new", $t->dir . "/$_[0]" }

if (load()) {
    copy_to('one.so');
    $t->stop('gate', 'QUIT');
    start(module => '%%DIR%%/one.so');
    ok cached($jar), 'a grant is cached';
}
for my $name (load() ? ('one.so', 'two.so') : ()) {
    copy_to($name);
    change(module => "%%DIR%%/$name");
    is first_state($jar), 'granted cache, 0', "another module ($name): a reload keeps the code that runs, and its zone";
}

# ---- workers that die while the zone changes

$t->allow(qr/exited on signal 9|shared memory zone "\w+" was locked by/);
my @bad;                                   # a connection may die unseen with its worker: see the timeout above
for my $n (1 .. 6) {
    my @pids = $t->workers;
    my $text = text(zone => ($n % 2 ? 'left' : 'right') . ' 4m');
    $t->configure('gate', $text, workers => 2, main => load());
    kill 'HUP', $t->pid('gate');
    sleep rand 0.1;
    kill 'KILL', @pids;
    $t->wait_for(30, sub { state_of($jar) =~ /^granted/ }) or push @bad, $n;
}
is "@bad", '', 'workers are killed while the zone changes its name: the others serve';
$t->stop('gate', 'QUIT');

# ---- many places of records

my $servers = join '', map { <<"END" } 1 .. 33;
    server {
        listen         127.0.0.1:%%PORT_gate%%;
        server_name    s$_.example;
        consent        test;
        consent_redis  %%REDIS%% prefix=p$_;
        add_header     X-State "\$consent_state \$consent_lookup" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END
$t->gate(policy() . $servers, workers => 1);
ok $t->wait_for(15, sub { (() = map { /name=ngx-consent-feed\b/ } $t->redis_cli('client', 'list')) == 32 }), '32 places of records are fed';
like $t->read('gate.error.log'), qr/consent redis "\S+" has no feed/, '... the log tells of one more';
for my $n (1, 33) {
    my $jar = $t->jar;
    choose($t, 'accept', jar => $jar, host => "s$n.example");
    like $t->get('/', jar => $jar, host => "s$n.example")->header('x-state'), qr/^granted/, "... number $n takes decisions";
}

$t->done;
