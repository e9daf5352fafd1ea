package Consent::Chaos;

# A bad network in front of one server: a TCP proxy in a process of its own, in
# user space, so that nothing of the machine has to allow it.
#
#   my $chaos = Consent::Chaos->start($t, 'chaos', to => 'redis');
#   …  consent_redis %%REDIS_chaos%%; …
#   $chaos->set('delay', 0.2);
#
#   pass            as if it were not there
#   delay SECONDS   everything that comes is that late, both ways
#   drip SECONDS    replies come a byte at a time, that far apart
#   hole            connections are taken, and nothing goes through: it comes, as
#                   TCP sees to, when the weather has changed
#   drop            connections are reset, those that stand and new ones
#   cut BYTES       each connection is reset when that many bytes of replies
#                   went through
#   storm           each piece has its own fate by the dice: late, in pieces,
#                   or cut in the middle
#
# What is on its way when the weather changes still comes.  set() returns once
# it has changed.

use strict;
use warnings;

use IO::Handle;
use IO::Socket::INET;
use POSIX ();
use Socket qw(AF_UNIX SOCK_STREAM PF_UNSPEC SOL_SOCKET SO_LINGER
    IPPROTO_TCP TCP_NODELAY);
use Time::HiRes qw(time);

use Consent::Dice;

my $NEVER = 2 ** 40;                           # until the weather changes


sub start {
    my ($class, $t, $name, %o) = @_;
    my $self = bless { mode => 'pass', arg => 0, conns => [], to =>
        $t->port($o{to}), dice => Consent::Dice->new($t->port($name)) }, $class;

    $self->{listener} = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
        LocalPort => $t->port($name), Proto => 'tcp', Listen => 64,
        ReuseAddr => 1) or die "chaos: $!\n";
    socketpair my $here, my $there, AF_UNIX, SOCK_STREAM, PF_UNSPEC
        or die "chaos: $!\n";

    my $pid = fork;
    die "fork: $!\n" if !defined $pid;
    if ($pid == 0) {
        close $here;
        $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
        $SIG{PIPE} = 'IGNORE';
        $self->{control} = $there;
        eval { $self->_run; 1 } or print STDERR "# chaos: $@";
        POSIX::_exit(0);
    }
    close $there;
    close delete $self->{listener};
    $here->autoflush(1);
    $self->{control} = $here;
    $t->{procs}{"chaos-$name"} = $pid;
    return $self;
}

sub set {
    my ($self, $mode, $arg) = @_;

    print { $self->{control} } "$mode " . ($arg || 0) . "\n";
    readline $self->{control} or die "chaos ended\n";
    return $self;
}


# ---- the child

sub _run {
    my ($self) = @_;

    while (1) {
        my ($bits, $write, $due) = ('', '', time + 1);

        vec($bits, fileno $_, 1) = 1 for $self->{control}, $self->{listener};
        for my $half (map { @{ $_->{halves} } } @{ $self->{conns} }) {
            vec($bits, fileno $half->{from}, 1) = 1 if !$half->{ended};
            $due = $half->{queue}[0][0]
                if @{ $half->{queue} } && $half->{queue}[0][0] < $due;
        }
        my $left = $due - time;
        select $bits, undef, undef, $left > 0 ? $left : 0;

        $self->_order or return if vec $bits, fileno $self->{control}, 1;
        $self->_accept if vec $bits, fileno $self->{listener}, 1;
        $self->_through($_, $bits) for @{ $self->{conns} };
        $self->{conns} = [grep { !$_->{closed} } @{ $self->{conns} }];
    }
}

sub _order {
    my ($self) = @_;
    my $n = sysread $self->{control}, my $line, 100;

    return 0 if !$n;
    @{$self}{qw(mode arg)} = split ' ', $line;
    if ($self->{mode} eq 'drop') {
        _reset($_) for @{ $self->{conns} };
    }
    for my $late (grep { $_->[0] == $NEVER } map { @{ $_->{queue} } } map { @{ $_->{halves} || [] } } @{ $self->{conns} }) {
        $late->[0] = time;
    }
    $_->{replied} = 0 for @{ $self->{conns} };
    syswrite $self->{control}, "ok\n";
    return 1;
}

sub _accept {
    my ($self) = @_;
    my $client = $self->{listener}->accept or return;
    my $server = $self->{mode} eq 'drop' ? undef : IO::Socket::INET->new(
        PeerAddr => '127.0.0.1', PeerPort => $self->{to}, Proto => 'tcp');
    my $conn = { replied => 0, sockets => [grep { $_ } $client, $server] };

    return _reset($conn) if !$server;
    for my $s (@{ $conn->{sockets} }) {
        binmode $s;
        setsockopt $s, IPPROTO_TCP, TCP_NODELAY, 1;
    }
    $conn->{halves} = [{ from => $client, to => $server, queue => [] },
        { from => $server, to => $client, queue => [], reply => 1 }];
    push @{ $self->{conns} }, $conn;
    return;
}

# RST, not FIN: what a host does that has forgotten a connection.
sub _reset {
    my ($conn) = @_;

    for my $s (@{ $conn->{sockets} }) {
        setsockopt $s, SOL_SOCKET, SO_LINGER, pack 'II', 1, 0;
        close $s;
    }
    $conn->{closed} = 1;
    return;
}

sub _through {
    my ($self, $conn, $bits) = @_;

    for my $half (@{ $conn->{halves} }) {
        return if $conn->{closed};
        next if $half->{ended} || !vec $bits, fileno $half->{from}, 1;
        if (!sysread $half->{from}, my $bytes, 65_536) {
            $half->{ended} = 1;
        } else {
            $self->_fate($conn, $half, $bytes);
        }
    }
    for my $half (@{ $conn->{halves} }) {
        $self->_deliver($conn, $half) if !$conn->{closed};
    }
}

# When the bytes go on, and in which pieces.
sub _fate {
    my ($self, $conn, $half, $bytes) = @_;
    my ($mode, $arg, $dice) = @{$self}{qw(mode arg dice)};
    my $at = @{ $half->{queue} } ? $half->{queue}[-1][0] : 0;

    $at = time if $at < time;
    return push @{ $half->{queue} }, [$NEVER, $bytes] if $mode eq 'hole';
    return push @{ $half->{queue} }, [time + $arg, $bytes] if $mode eq 'delay';
    return push @{ $half->{queue} },
        map { [$at += $arg, $_] } split //, $bytes
        if $mode eq 'drip' && $half->{reply};
    return push @{ $half->{queue} }, [$at, $bytes] if $mode ne 'storm';

    my $cut = $dice->below(length $bytes);
    my $fate = $dice->weighted(pass => 90, late => 5, pieces => 5,
        lost => $half->{reply} ? 1.5 : 0.3);
    return push @{ $half->{queue} }, [$at, substr $bytes, 0, $cut],
        [$at, undef] if $fate eq 'lost';
    return push @{ $half->{queue} }, [$at, substr $bytes, 0, $cut],
        [$at + $dice->between(0, 0.02), substr $bytes, $cut]
        if $fate eq 'pieces';
    push @{ $half->{queue} },
        [$at + ($fate eq 'late' ? $dice->between(0, 0.1) : 0), $bytes];
    return;
}

# undef in a queue: the connection ends here.
sub _deliver {
    my ($self, $conn, $half) = @_;

    while (@{ $half->{queue} } && $half->{queue}[0][0] <= time) {
        my $bytes = (shift @{ $half->{queue} })->[1];

        return _reset($conn) if !defined $bytes;
        if ($half->{reply} && $self->{mode} eq 'cut'
            && ($conn->{replied} += length $bytes) >= $self->{arg})
        {
            syswrite $half->{to}, substr $bytes, 0,
                length($bytes) - ($conn->{replied} - $self->{arg});
            return _reset($conn);
        }
        length $bytes && (syswrite($half->{to}, $bytes)
            or return _reset($conn));
    }
    return if !$half->{ended} || @{ $half->{queue} };
    close $_ for @{ $conn->{sockets} };
    $conn->{closed} = 1;
    return;
}

1;
