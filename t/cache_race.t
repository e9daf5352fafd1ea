# Two workers, one visitor: a grant whose answer is late is not let in behind a
# withdrawal that came meanwhile.

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

$t->gate(policy() . <<'END', workers => 2, consent => { redis => '127.0.0.1:%%PORT_fake%% feed=off timeout=8s' });
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "$consent_state $consent_lookup" always;
        add_header   X-Worker $pid always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

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

$t->done;
