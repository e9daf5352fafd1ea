# A thousand connections to Redis that are lost, in seven ways, at 175 targets:
# no descriptor stays, and no connection that only the other side has closed.
# CONSENT_ROUNDS=long: for a minute.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Select;
use IO::Socket::INET;
use POSIX ();
use Socket qw(SOL_SOCKET SO_LINGER);
use Test::More;
use Time::HiRes qw(time sleep);
use Consent;
use Consent::Dice qw(rounds);
use Consent::Site;

my $t = Consent->new;
my $TARGETS = 25;                             # of each kind

# ---- no Redis, in seven ways

sub hear { sysread $_[0], my $said, 65_536; return $said }
sub reset_it { setsockopt $_[0], SOL_SOCKET, SO_LINGER, pack 'II', 1, 0; close $_[0] }

# All of the greeting, which ends with PING, and the answers to it.
sub greet {
    my ($s) = @_;
    my $said = '';
    my %answer = (CLIENT => "+OK\r\n", ROLE => "*3\r\n\$6\r\nmaster\r\n:0\r\n*0\r\n", PING => "+PONG\r\n",
        SCRIPT => "\$40\r\n" . 'a' x 40 . "\r\n");

    while ($said !~ /PING\r\n\z/) { sysread $s, $said, 65_536, length $said or return }
    syswrite $s, join '', map { $answer{$_} // '' } $said =~ /^\*\d+\r\n\$\d+\r\n(\w+)\r\n/mg;
}

my @kept;
my %does = (
    closed   => sub { close $_[0] },
    reset    => sub { reset_it($_[0]) },
    heard    => sub { hear($_[0]); reset_it($_[0]) },
    half     => sub { hear($_[0]); syswrite $_[0], '+O'; reset_it($_[0]) },
    password => sub { hear($_[0]); syswrite $_[0], "-NOAUTH Authentication required.\r\n"; push @kept, $_[0] },
    greeted  => sub { greet($_[0]); close $_[0] },
);

my %listener = map { $_ => IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $t->port($_), Listen => 512,
    ReuseAddr => 1) || die "listen: $!\n" } sort keys %does;
$t->port('refused');

# Writes down who came, one letter each.
sub serve {
    my $pid = fork // die "fork: $!\n";
    return $pid if $pid;
    $SIG{PIPE} = 'IGNORE';
    open my $log, '>>', $t->dir . '/came' or die;
    my $select = IO::Select->new(values %listener);
    my %kind = map { fileno($listener{$_}) => $_ } keys %listener;
    while (1) {
        for my $l ($select->can_read) {
            my $s = $l->accept or next;
            syswrite $log, '.';
            $does{ $kind{ fileno $l } }->($s);
        }
    }
}

$t->{procs}{nobody} = serve();
close $_ for values %listener;

# ---- the gate

my @targets = map { my $kind = $_; map { [$kind, "$kind$_"] } 1 .. $TARGETS } 'refused', sort keys %does;

sub gate {
    return $t->gate(policy() . join('', map { my ($kind, $name) = @$_; <<"END" } @targets), workers => 2, connections => 512, redis => 0);
    server {
        listen         127.0.0.1:%%PORT_gate%%;
        server_name    $name.example;
        consent        test;
        consent_redis  127.0.0.1:%%PORT_$kind%% prefix=$name feed=off;
        location / { return 200 x; }
    }
END
}

sub came { return length $t->read('came') }
sub descriptors { return map { scalar(() = glob "/proc/$_/fd/*") } $t->workers }

# Connections of ours to those ports that the other side alone has closed.
sub half_closed {
    my %bad = map { sprintf('%04X', $t->port($_)) => 1 } 'refused', keys %does;
    return scalar grep { /^\s*\d+: \S+ \w+:(\w+) 08 / && $bad{$1} } split /\n/, $t->read('/proc/net/tcp');
}

gate();
$t->wait_for(10, sub { $t->workers == 2 }) or die "no workers\n";
sleep 0.5;
my @workers = $t->workers;
my @before = descriptors();
my $lost = came();
my $until = time + rounds(6, 60);
my $pages = 0;
while (time < $until || came() - $lost < 1000 && time < $until + 30) {
    $pages++ if $t->get('/', host => $targets[rand @targets][1] . '.example')->status == 200;
    sleep 0.01;
}
$lost = came() - $lost;
cmp_ok $lost, '>=', 1000, "$lost connections were lost";
my @after;
ok $t->wait_for(5, sub { @after = descriptors(); $after[0] <= $before[0] + 8 && $after[1] <= $before[1] + 8 }),
    'the workers have the descriptors that they had';
note "descriptors of the workers: @before, then @after; $pages pages";
ok $t->wait_for(5, sub { half_closed() == 0 }), 'none is left that the other side has closed';
cmp_ok $pages, '>', 50, 'pages were served meanwhile';
is join(' ', $t->workers), "@workers", 'by the same workers';

$t->done;
