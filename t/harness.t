# The harness itself, with plain nginx: a test tool that cannot fail, or lies,
# would make every other test worthless.

use strict;
use warnings;

use FindBin;
use JSON::PP;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(time);
use Consent;
use Consent::Chaos;
use Consent::Redis;

my $t = Consent->new(module => 0);

$t->redis;
$t->app(sub {
    my ($req, $out) = @_;

    if ($req->{path} eq '/pieces') {
        $out->head(200, ['Content-Type' => 'text/html',
            'Transfer-Encoding' => 'chunked']);
        for my $piece (qw(<scr ipt> x </script>)) {
            $out->chunk($piece);
            $out->pause(0.02);
        }
        return $out->last_chunk;
    }
    $out->respond(200, ['Content-Type' => 'text/plain',
        'Set-Cookie' => 'a=1; Path=/', 'Set-Cookie' => 'b=2; Path=/in'],
        "$req->{method} $req->{body}");
});
$t->origin(<<'END');
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        location / { return 200 "origin $http_cookie"; }
    }
END
my $GATE = <<'END';
    server {
        listen  127.0.0.1:%%PORT_gate%%;
        proxy_buffering  off;
        proxy_http_version  1.1;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /origin { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
        location = /word { return 200 "before"; }
    }
END
$t->gate($GATE);

my $r = $t->get('/');
is $r->status, 200, 'a response has its status';
is $r->body, 'GET ', 'and its body';
is_deeply [$r->all('set-cookie')], ['a=1; Path=/', 'b=2; Path=/in'],
    'and its headers in order, whatever their case';
is $t->post('/', form => [x => 'a b', y => '&'])->body, 'POST x=a%20b&y=%26',
    'a form is sent encoded';

$r = $t->get('/pieces');
is $r->body, '<script>x</script>', 'a chunked body is put together';
cmp_ok scalar @{ $r->{chunks} }, '>', 1, 'and its boundaries are kept';

$r = $t->raw(["GET /origin HT", \0.05, "TP/1.1\r\nHost: x\r\nCookie: k=v\r\n",
    "Connection: close\r\n\r\n"]);
is $r->body, 'origin k=v', 'a request can be sent in pieces';
is_deeply [map { $_->{cookie} } $t->origin_log(1)], ['k=v'],
    'the origin log tells which cookies arrived';

for my $headers ([Cookie => 'k=v', 'X-A' => 'b: c'], ['Cookie: k=v'],
    [['Cookie', 'k=v']], { Cookie => 'k=v' })
{
    is $t->get('/origin', headers => $headers)->body, 'origin k=v',
        'headers can be given as ' . JSON::PP->new->encode($headers);
}

my $jar = $t->jar;
$t->get('/', jar => $jar);
is $jar->header('/'), 'a=1', 'the jar keeps what the path covers';
is $jar->header('/in/x'), 'a=1; b=2', 'and sends it there';
$t->get('/word', jar => $jar);
is_deeply [sort map { $_->{cookie} || '' } $t->app_log(4)], ['', '', '', ''],
    'the app log tells which cookies arrived';

is $t->redis_cli('set', 'k', 'v'), 'OK', 'redis-cli speaks to our Redis';
$t->redis_stop;
$t->redis;
is $t->redis_cli('get', 'k'), 'v', 'Redis keeps its data over a restart';

ok $t->redis_kill, 'Redis can be killed';
unlike $t->redis_cli('ping'), qr/PONG/, 'and is gone then';
$t->redis_named('second');
is $t->redis_ask('second', 'set', 'k', 'w'), 'OK', 'there can be another one';
$t->redis;
is $t->redis_cli('get', 'k') . $t->redis_ask('second', 'get', 'k'), 'vw', 'each keeps its own';
is $t->subst('%%REDIS_second%%'), '127.0.0.1:' . $t->port('second'), 'with an address for texts';

# ---- the bad network

my $chaos = Consent::Chaos->start($t, 'chaos', to => 'redis');
my $line;
sub through { $line ||= eval { Consent::Redis->new($t->port('chaos')) }; my $v = eval { $line->ask('get', 'k') }; undef $line if !defined $v; return $v // 'lost' }
sub late { my $at = time; through(); return time - $at }

is through(), 'v', 'the proxy lets through';
$chaos->set('delay', 0.1);
cmp_ok late(), '>=', 0.2, 'delays both ways';
$chaos->set('drip', 0.01);
cmp_ok late(), '>=', 0.07, 'lets seven bytes drip';
is through(), 'v', '... and loses none';
$chaos->set('cut', 3);
is through(), 'lost', 'cuts a reply in the middle';
is through(), 'lost', '... on each connection';
$chaos->set('pass');
is through(), 'v', 'and lets through again';
$chaos->set('drop');
is through() . through(), 'lostlost', 'resets what stands and what comes';
$chaos->set('storm');
my %fate;
for (1 .. 3000) {
    $fate{ through() }++;
    last if $_ >= 100 && $fate{lost};
}
cmp_ok $fate{v}, '>', 50, 'in a storm most replies come';
ok $fate{lost}, '... some do not';
is scalar(keys %fate), 2, '... and none is another one';
$chaos->set('hole');
undef $line;
{ local $SIG{ALRM} = sub { die "nothing\n" }; alarm 1; eval { Consent::Redis->new($t->port('chaos'))->ask('get', 'k') }; alarm 0 }
is $@, "nothing\n", 'a hole takes a question and never answers';

$t->configure('gate', $GATE =~ s/before/after/r);
ok $t->reload, 'a reload brings new workers';
is $t->get('/word')->body, 'after', 'with the new configuration';

my ($code, $out) = $t->check('server { listen 127.0.0.1:%%PORT_x%%; nix; }');
is $code, 1, 'a wrong configuration is refused';
like $out, qr/unknown directive "nix"/, 'and the reason is there to test';

is_deeply [$t->complaints], [], 'a quiet log has no complaints';
my $saved = $t->read('gate.error.log');
$t->write('gate.error.log', "$saved\n2026/01/01 [alert] 1#1: boo\n");
is scalar(() = $t->complaints), 1, 'an alert is a complaint';
$t->write('gate.stderr', "==1==ERROR: AddressSanitizer: heap\n");
is scalar(() = $t->complaints), 2, 'so is what a sanitizer prints';
$t->write($_ => '') for qw(gate.stderr gate.error.log);

# A file that forgets done() fails, whatever its tests say.
my $forgetful = $t->write('forgetful.t', <<'END');
use lib $ENV{CG_LIB};
use Test::More tests => 1;
use Consent;
my $t = Consent->new(module => 0);
ok 1;
END
{
    local $ENV{CG_LIB} = "$FindBin::Bin/lib";
    ($code) = $t->_run('', $^X, $forgetful);
}
isnt $code, 0, 'a test file without done() fails';

$t->done;
