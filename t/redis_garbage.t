# Whatever comes down the line instead of an answer, wherever it stops: the page
# is served, shut, the worker lives, and the line begins anew.  A whole answer is
# taken however it is cut.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
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

$ENV{REDISCLI_AUTH} = 's3cret';
$t->write('password', "s3cret\n");
chmod 0600, $t->dir . '/password';
$t->redis('--requirepass', 's3cret');

my $fake = Consent::FakeRedis->new($t);
my @host = (host => 'www.site.example');

sub gate {
    my ($times) = @_;
    $t->stop('gate', 'QUIT');
    $t->gate(policy() . <<'END', workers => 1, consent => { redis => "127.0.0.1:%%PORT_fake%% password_file=%%DIR%%/password db=3 feed=off $times" });
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "$consent_state $consent_lookup" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END
}

sub visitor {
    my $jar = $t->jar;
    $t->wait_for(10, sub { choose($t, 'accept', jar => $jar, @host)->status == 303 }) or die "no grant\n";
    return $jar;
}

sub state_of { my ($jar) = @_; return $t->get('/', jar => $jar, timeout => 8, @host)->header('x-state') || '' }
sub granted { my ($jar) = @_; return $t->wait_for(10, sub { state_of($jar) =~ /^granted/ }) }
sub line { return ($fake->asked('HMGET'))[-1]{conn} }
sub is_closed { my ($line) = @_; return $t->wait_for(3, sub { grep { $_->{conn} == $line } $fake->asked('CLOSE') }) ? 1 : 0 }

my $fields  = 19;
my $nothing = "*$fields\r\n" . "\$-1\r\n" x $fields;
my @garbage = (
    ['an integer',           ":1\r\n"],
    ['a string',             "\$2\r\nOK\r\n"],
    ['a status',             "+OK\r\n"],
    ['a nil',                "\$-1\r\n"],
    ['a nil array',          "*-1\r\n"],
    ['an empty array',       "*0\r\n"],
    ['too few elements',     "*18\r\n" . "\$-1\r\n" x 18],
    ['too many elements',    "*20\r\n" . "\$-1\r\n" x 20],
    ['an array inside',      "*$fields\r\n*1\r\n\$-1\r\n" . "\$-1\r\n" x ($fields - 1)],
    ['deep arrays',          "*1\r\n" x 9 . "\$-1\r\n"],
    ['two thousand million elements', "*2000000000\r\n"],
    ['a negative length',    "*$fields\r\n\$-5\r\n"],
    ['a string of two gigabytes', "*$fields\r\n\$2000000000\r\n" . 'x' x 100_000],
    ['a string above 4 KiB', "*$fields\r\n\$4097\r\n" . 'x' x 4097 . "\r\n" . "\$-1\r\n" x ($fields - 1)],
    ['a line above 1 KiB',   '-ERR ' . 'x' x 1100 . "\r\n"],
    ['a line without end',   '-ERR ' . 'x' x 200_000],
    ['a push of RESP3',      ">$fields\r\n" . "\$-1\r\n" x $fields],
    ['a map of RESP3',       "%1\r\n+a\r\n+b\r\n"],
    ['a nil of RESP3',       "_\r\n"],
    ['no protocol',          "HTTP/1.1 400 Bad Request\r\n\r\n"],
    ['NUL bytes',            "\0" x 64],
    ['an answer and another', $nothing . "+EXTRA\r\n"],
    ['an answer and half of another', $nothing . "\$5\r\nab"],
);

gate('timeout=3s');
my $worker;
$t->wait_for(5, sub { ($worker) = $t->workers });
my $descriptors = sub { return scalar(() = glob "/proc/$worker/fd/*") };
my @cuts = map { 1 + 16 * $_ } 0 .. 24;          # a record has some 425 bytes
my @jars = map { visitor() } @garbage, @cuts, 1 .. 3;

# ---- whole answers, cut

sleep 5.1;                                    # nothing is cached any more
$fake->on(HMGET => ['each']);
is state_of(shift @jars), 'granted redis', 'an answer that comes byte by byte is one';
$fake->off;
my $before = $descriptors->();

# ---- garbage

for my $case (@garbage) {
    my ($what, $bytes) = @$case;
    my $jar = shift @jars;

    visitor();                                # the line is up
    my $asked = () = $fake->asked('HMGET');
    $fake->on(HMGET => [$bytes], times => 1);
    my $state = state_of($jar);
    $fake->off;
    is scalar(() = $fake->asked('HMGET')) - $asked, 1, "$what: Redis was asked";
    unlike $state, qr/^(?:granted.*|.*timeout|)$/, "... the page comes, shut ($state)";
    is is_closed(line()), 1, '... the line is closed';
}

# ---- ended in the middle

my $wrong = 0;
for my $cut (@cuts) {
    my $jar = shift @jars;
    visitor();
    $fake->on(HMGET => [{ first => $cut }, $cut % 2 ? 'close' : 'reset'], times => 1);
    my $state = state_of($jar);
    diag("cut at $cut: $state"), $wrong++ if $state ne 'unknown error';
}
is $wrong, 0, 'a line that ends in an answer, at ' . @cuts . ' places: shut, and up again';
ok $t->wait_for(3, sub { $descriptors->() <= $before }), 'no descriptor is left of ' . (@garbage + @cuts) . ' lost lines';
is join(' ', $t->workers), $worker, 'the worker is the one that began';

# ---- the greeting

my $jar = visitor();
for my $word (qw(CONNECT AUTH CLIENT SELECT ROLE SCRIPT PING)) {
    for my $does (['hang'], ['close'], [":1\r\n"], ["-ERR no\r\n"]) {
        my $how = $does->[0] =~ s/\r\n//r;
        next if $how =~ /ERR/ && $word =~ /^(?:CONNECT|AUTH)$/;     # the password: tried again in ten seconds

        $fake->on($word => $does, times => 2);
        gate('timeout=250ms connect_timeout=300ms');
        isnt state_of($jar), '', "$word, $how: the page comes";
        ok granted($jar), '... and the third attempt is taken';
        $fake->off;
    }
}

sub bulk { my ($s) = @_; return '$' . length($s) . "\r\n$s\r\n" }
my $replica = "*3\r\n" . bulk('10.0.0.2') . bulk('6379') . bulk('3129242');
my $state = sub {
    my ($role) = @_;
    $fake->on(ROLE => [$role]);
    my $told = sub { return scalar(() = $t->read('gate.error.log') =~ /is down: /g) };
    my $before = $told->();
    gate('timeout=5s connect_timeout=5s');
    my $up = $t->wait_for(10, sub { state_of($jar) =~ /^granted/ ? 'up' : $told->() > $before ? 'down' : '' });
    $fake->off('ROLE');
    return $up;
};
is $state->("*3\r\n" . bulk('master') . ":3129659\r\n*2\r\n$replica$replica"), 'up', 'a master with replicas is one';
is $state->("*5\r\n" . bulk('slave') . bulk('10.0.0.1') . ":6379\r\n" . bulk('connected') . ":3167038\r\n"), 'down',
    'a replica is not asked';
like $t->read('gate.error.log'), qr/is down: replica$/m, '... and the log says so' or diag $t->read('gate.error.log');
is $state->("*3\r\n" . bulk('master') . ":1\r\n" . "*1\r\n" x 4 . bulk('x')), 'down', 'nor who answers five arrays deep';
is $state->("*3\r\n" . bulk('master') . ":1\r\n*2046\r\n" . ":1\r\n" x 2046), 'down', 'nor with more than two thousand items';
is $state->("*3\r\n" . bulk('master') . ":1\r\n*2045\r\n" . ":1\r\n" x 2045), 'up', '... with as many it is well';

$t->done;
