# A name in consent_redis: with a resolver it is followed to where it leads, in
# the background; a resolver that is silent, or knows nothing, costs nobody
# anything.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(time sleep);
use Consent;
use Consent::Site;

my $t = Consent->new;
my @host = (host => 'www.site.example');
my $port = $t->port('redis');

$t->write('www/index.html',
    '<!doctype html><title>t</title><body><p>x<script src="https://analytics.example/a.js"></script>');

# ---- a Redis at each of two addresses, with one port

sub redis_at {
    my ($address) = @_;
    my $dir = $t->dir . "/at-$address";
    mkdir $dir;
    $t->spawn("at-$address", 'redis-server', '--bind', $address, '--port', $port, '--dir', $dir, '--appendonly', 'yes', '--save', '');
    $t->wait_for(20, sub { (cli($address, 'ping'))[0] eq 'PONG' }) or die "no redis at $address\n";
}

sub cli { my ($address, @words) = @_; return split /\n/, ($t->_run('', 'redis-cli', '-h', $address, '-p', $port, @words))[1] || '-' }
sub held { return scalar grep { /:v:/ } cli($_[0], 'keys', '*') }

redis_at('127.0.0.1');
redis_at('127.0.0.2');

# ---- a name server; what it says is in a file: addresses, "none" or "mute"

sub says { $t->write('dns.new', "@_"); rename $t->dir . '/dns.new', $t->dir . '/dns.says' or die $! }
sub asked { return -s $t->dir . '/dns.log' || 0 }

sub answer {
    my ($question) = @_;
    my ($id) = unpack 'n', $question;
    my ($name) = substr($question, 12) =~ /^((?:[^\0][^\0]*)?\0.{4})/s or return;
    my @says = split ' ', $t->read('dns.says');
    return if "@says" eq 'mute';
    my @a = grep { /\d/ } @says;
    return pack('n6', $id, $says[0] eq 'none' ? 0x8183 : 0x8180, 1, scalar @a, 0, 0) . $name
        . join '', map { pack 'nnnNna4', 0xc00c, 1, 1, 1, 4, pack 'C4', split /\./ } @a;
}

says('127.0.0.1');
my $dns = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $t->port('dns'), Proto => 'udp') or die $!;
my $pid = fork;
if (!$pid) {
    $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
    while (my $from = $dns->recv(my $question, 1500)) {
        open my $log, '>>', $t->dir . '/dns.log';
        syswrite $log, '.';
        my $answer = answer($question);
        $dns->send($answer, 0, $from) if defined $answer;
    }
    POSIX::_exit(0);
}
$t->{procs}{dns} = $pid;
close $dns;

sub gate {
    my ($resolver) = @_;
    $t->stop('gate', 'QUIT');
    unlink $t->dir . '/gate.error.log';
    $t->gate($resolver . policy() . <<'END', workers => 1, redis => 0, consent => { redis => "localhost:$port timeout=500ms" });
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "$consent_state $consent_lookup" always;
        root         %%DIR%%/www;
    }
END
}

sub accepts { return choose($t, 'accept', @host)->status == 303 }
sub served { return $t->get('/', @host)->status == 200 }
sub told { my ($re) = @_; return $t->wait_for(15, sub { $t->read('gate.error.log') =~ $re }) }
sub forget { truncate $t->dir . '/gate.error.log', 0 }

# Whether a decision is recorded there.
sub at {
    my ($address) = @_;
    return $t->wait_for(15, sub { my $had = held($address); accepts() && held($address) > $had });
}

# ---- without a resolver

gate('');
ok at('127.0.0.1'), 'without a resolver: the address that the system knew';
sleep 1.5;
is asked(), 0, '... and no name server is asked';

# ---- with one

gate("resolver 127.0.0.1:%%PORT_dns%% ipv6=off;\n");
ok at('127.0.0.1'), 'with a resolver: consent is recorded';
ok $t->wait_for(10, sub { asked() > 2 }), 'the name is asked for as its time to live is over';
unlike $t->read('gate.error.log'), qr/other address/, 'the same answer is no news';

says('127.0.0.2');
ok told(qr/localhost has 1 other address/), 'the name leads elsewhere';
ok accepts(), 'a connection that stands is good';
$t->stop('at-127.0.0.1');
ok at('127.0.0.2'), 'when it ends, the next one goes where the name leads';

# ---- a name server that is of no use

says('mute');
forget();
ok told(qr/localhost could not be resolved \(110: Operation timed out\)/), 'the name server is mute: the log says so';
ok served() && accepts(), '... pages are served, consent is recorded';
my $mute = time;
my $slow = 0;
while (time < $mute + 3) {
    my $r = $t->get('/', @host);
    $slow++ if $r->status != 200;
}
is $slow, 0, '... all of them';
$t->stop('at-127.0.0.2');
redis_at('127.0.0.2');
ok at('127.0.0.2'), '... and a new connection goes where the name led last';

says('none');
forget();
ok $t->wait_for(15, sub { my $n = asked(); sleep 0.5; asked() > $n }), 'the name server knows no such name';
$t->stop('at-127.0.0.2');
redis_at('127.0.0.2');
ok at('127.0.0.2'), '... what it was counts';

# ---- and is again

redis_at('127.0.0.1');
says('127.0.0.1');
forget();
ok told(qr/localhost has 1 other address/), 'the name leads back';
$t->stop('at-127.0.0.2');
ok at('127.0.0.1'), '... and so do we';

says('127.0.0.3 127.0.0.1 127.0.0.4');
forget();
ok told(qr/localhost has 3 other addresses/), 'three addresses, of which one is of use';
$t->stop('at-127.0.0.1');
redis_at('127.0.0.1');
ok at('127.0.0.1'), '... is found';

ok $t->reload, 'a reload';
ok at('127.0.0.1'), '... changes nothing of it';

$t->done;
