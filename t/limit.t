#!/usr/bin/perl
# How often one visitor, and one network, may choose (consent_limit): a flood
# costs the log and Redis nothing, and nobody's refusal is ever in vain.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html'], '<!doctype html><p>x');
});

# A client says where it comes from, as behind a balancer.
$t->gate(policy() . <<'END', workers => 2, consent => { limit => 'visitor=1r/m network=2r/m', redis => '%%REDIS%% feed=off' });
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;

    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "$consent_state" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
    server {
        listen         127.0.0.1:%%PORT_free%%;
        server_name    free.site.example;
        consent        test;
        consent_limit  off;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

my @host = (host => 'www.site.example');

sub from { return headers => ['X-Real-IP' => $_[0], 'Sec-Fetch-Site' => 'same-origin'] }

sub commands {
    my ($n) = $t->redis_cli('info', 'stats') =~ /total_commands_processed:(\d+)/;
    return $n;
}

sub lines { return scalar grep { $_->{ty} =~ /^decision/ } $t->log_of('consent') }

# choices(N, CHOICE, ADDRESS): statuses of N of them, by a new visitor each.
sub choices {
    my ($n, $choice, $address, %o) = @_;
    return map { choose($t, $choice, jar => $t->jar, @host, from($address), %o)
        } 1 .. $n;
}

# ---- one network

my @r = choices(11, 'accept', '192.0.2.1');
is_deeply [map { $_->status } @r], [(303) x 11],
    'a network may choose as often as its rate allows in ten seconds, ten times at least';

my ($commands, $lines) = (commands(), lines());
my ($r) = choices(1, 'accept', '192.0.2.1');
is $r->status, 429, 'then an accepting choice is refused';
cmp_ok $r->header('retry-after'), '>', 0, 'and told when to come again';
cmp_ok $r->header('retry-after'), '<=', 30, 'which is when one more may be made';
like $r->body, qr/Too many requests/, 'with a sentence';
is $r->header('set-cookie'), undef, 'nothing is granted';
is_deeply [map { $_->status } choices(3, 'accept', '192.0.2.200')], [(429) x 3],
    'the network is the first three bytes of an address';
is_deeply [map { $_->status } choices(1, 'accept', '::ffff:192.0.2.9')], [429],
    'however it is written';
my ($notice) = $t->get('/.consent/', @host)->body =~ /name="notice" value="([^"]+)"/;
$r = $t->post('/.consent/choice', @host, from('192.0.2.1'),
    json => { choice => 'accept', notice => $notice });
is $r->status, 429, 'asked for by a script';
is $t->post('/.consent/show', @host, from('192.0.2.1'), json => { src => 'https://ads.example/x', notice => $notice })->status,
    429, 'so is a frame that is to be shown once';
is_deeply [sort keys %{ decode_json($r->body) }], ['error'], 'it is told in JSON';
is lines(), $lines, 'no line of the log was written for them';
is commands() - $commands, 1, 'and Redis was not asked, but by this test';

# ---- refusals

$r = (choices(1, 'reject', '192.0.2.1'))[0];
is $r->status, 303, 'a refusal beyond the rate takes effect';
my $jar = $t->jar;
choose($t, 'reject', jar => $jar, @host, from('192.0.2.1'));
is $t->get('/', jar => $jar, @host)->header('x-state'), 'refused',
    'and is remembered by the browser';
is lines(), $lines, 'but not logged: nothing was kept of that person before';

# ---- withdrawals

my $granted = $t->jar;
choose($t, 'accept', jar => $granted, @host, from('198.51.100.7'));
choices(11, 'accept', '198.51.100.7');
is((choices(1, 'accept', '198.51.100.7'))[0]->status, 429, 'another network is full');
$r = choose($t, 'withdraw', jar => $granted, @host, from('198.51.100.7'));
is $r->status, 303, 'a visitor of it withdraws all the same';
my ($key) = grep { $t->redis_hash($_)->{how} eq 'withdraw' }
    grep { /:v:/ } $t->redis_cli('keys', '*');
ok $key, 'and that is in Redis';
is((grep { ($_->{act} // '') eq 'withdraw' } $t->log_of('consent'))[0]{act}, 'withdraw',
    'and in the log');

# ---- one visitor

my $again = $t->jar;
is_deeply [map { choose($t, 'accept', jar => $again, @host, from('203.0.113.' . $_))->status
    } 1 .. 3], [(303) x 3], 'a visitor may change his mind';
my @many = map { choose($t, $_ % 2 ? 'accept' : 'reject', jar => $again, @host,
    from("2001:db8:$_\::1"))->status } 1 .. 30;
is scalar(grep { $_ == 303 } @many[0 .. 9]), 10, 'again and again';

my %seen;
$seen{$_}++ for map { choose($t, 'accept', jar => $again, @host,
    from("2001:db9:$_\::1"))->status } 1 .. 20;
ok $seen{429}, 'but not without an end, from wherever he comes';

# ---- off, and pages

is_deeply [map { choose($t, 'accept', jar => $t->jar, host => 'free.site.example',
    to => 'free', from('192.0.2.1'))->status } 1 .. 20], [(303) x 20],
    'where it is off, nobody is counted';
is $t->get('/', @host, from('192.0.2.1'))->status, 200, 'pages are not counted';
like $t->read('gate.error.log'), qr/consent: \d+ choices since the last such line came faster than consent_limit allows/,
    'the error log says that there were too many, not each of them';

$t->done;
