package Consent::FakeRedis;

# A Redis that does what a test says: it stands before the real one (Consent's
# redis()), hands over every command and every answer, and departs from that
# where a rule tells it to.  The gate talks to port('fake').
#
#   my $fake = Consent::FakeRedis->new($t);
#   $fake->on(HMGET => [{ pause => 0.4 }, 'real']);
#   $fake->on(HMGET => ["\$-1\r\n"], times => 1);
#   $fake->on(CONNECT => ["-ERR max number of clients reached\r\n", 'close']);
#   $fake->off('HMGET');
#
# A rule is for a command's first word, or CONNECT.  What it does, in turn:
#
#   'real'           the real answer
#   'each'           the same, every byte in a packet of its own
#   { first => N }   its first N bytes
#   "bytes"          these, as they are
#   { pause => S }   seconds; what comes later on this connection waits, too
#   { until => F }   a file of this name is in the harness' directory
#   'close'          at once; 'reset': with RST
#   'hang'           no answer any more on this connection
#
# A connection has a process of its own; rules are read anew for every command.
# asked(WORD) lists the commands that came so far: { conn, at, words }; CONNECT
# and CLOSE are there for the beginning and the end of a connection.

use strict;
use warnings;

use Fcntl qw(:flock SEEK_SET);
use IO::Socket::INET;
use JSON::PP ();
use POSIX ();
use Socket qw(IPPROTO_TCP TCP_NODELAY SOL_SOCKET SO_LINGER);
use Time::HiRes qw(time sleep);

my %WORD = map { $_ => 1 } qw(real each close reset hang);


sub new {
    my ($class, $t) = @_;
    my $self = bless { t => $t, dir => $t->dir, rules => {}, n => 0,
        port => $t->port('fake'), real => $t->port('redis') }, $class;

    $self->_publish;
    $self->_start;
    return $self;
}

sub on {
    my ($self, $word, $does, %o) = @_;

    $self->{rules}{$word} = { does => $does, id => ++$self->{n},
        defined $o{times} ? (times => $o{times}) : () };
    $self->_publish;
    return $self;
}

sub off {
    my ($self, @words) = @_;
    delete @{ $self->{rules} }{ @words ? @words : keys %{ $self->{rules} } };
    $self->_publish;
    return $self;
}

sub asked {
    my ($self, $word) = @_;
    my $begin = defined $word ? qq("words":["$word") : '';

    return map { JSON::PP->new->latin1->decode($_) }
        grep { index($_, $begin) >= 0 }
        split /\n/, $self->{t}->read('fake.log');
}

sub _publish {
    my ($self) = @_;
    $self->{t}->write('fake.new', JSON::PP->new->latin1->encode(
        $self->{rules}));
    rename "$self->{dir}/fake.new", "$self->{dir}/fake.rules" or die $!;
}


# ---- the server

sub _start {
    my ($self) = @_;
    my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
        LocalPort => $self->{port}, Proto => 'tcp', Listen => 128,
        ReuseAddr => 1) or die "fake redis: $!\n";
    my $pid = fork;

    die "fork: $!\n" if !defined $pid;
    if ($pid) {
        $self->{t}{procs}{fake} = $pid;
        return;
    }

    POSIX::setpgid(0, 0);
    $SIG{CHLD} = 'IGNORE';
    $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
    $SIG{PIPE} = 'IGNORE';
    for (my $conn = 1; ; $conn++) {
        my $s = $listener->accept or next;
        my $child = fork;

        if (defined $child && $child == 0) {
            close $listener;
            setsockopt $s, IPPROTO_TCP, TCP_NODELAY, 1;
            my $c = { s => $s, conn => $conn, in => '' };
            eval { $self->_serve($c) };
            $self->_log($c, ['CLOSE']);
            POSIX::_exit(0);
        }
        close $s;
    }
}

sub _serve {
    my ($self, $c) = @_;

    $self->_log($c, ['CONNECT']);
    $self->_obey($c, 'CONNECT', undef);
    while (my $words = _read_command($c)) {
        $self->_log($c, $words);
        $self->_obey($c, uc $words->[0], $words);
    }
}

sub _obey {
    my ($self, $c, $word, $words) = @_;
    my $does = $self->_rule($word) || [$words ? 'real' : ()];
    my $answer = $words && (grep { ref && exists $_->{first}
        || !ref && /^(?:real|each)$/ } @$does) ? $self->_real($c, $words) : '';

    for my $step (@$does) {
        if (ref $step) {
            sleep $step->{pause} if exists $step->{pause};
            $self->{t}->wait_for(60, sub { -e "$self->{dir}/$step->{until}" })
                if exists $step->{until};
            _put($c, substr $answer, 0, $step->{first})
                if exists $step->{first};
        } elsif (!$WORD{$step}) {
            _put($c, $step);
        } elsif ($step eq 'real') {
            _put($c, $answer);
        } elsif ($step eq 'each') {
            for my $byte (split //, $answer) {
                _put($c, $byte);
                sleep 0.0005;
            }
        } elsif ($step eq 'hang') {
            1 while sysread $c->{s}, my $lost, 65536;
            die "gone\n";
        } else {
            setsockopt $c->{s}, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0)
                if $step eq 'reset';
            close $c->{s};
            die "closed\n";
        }
    }
}

# The rule's steps, while it is to be obeyed.
sub _rule {
    my ($self, $word) = @_;
    my $rule = JSON::PP->new->latin1->decode(
        $self->{t}->read('fake.rules'))->{$word} or return;

    return $rule->{does} if !exists $rule->{times};
    open my $fh, '+>>', "$self->{dir}/fake.rule.$rule->{id}" or die $!;
    flock $fh, LOCK_EX;
    seek $fh, 0, SEEK_SET;
    my $used = () = <$fh>;
    return if $used >= $rule->{times};
    syswrite $fh, "\n";
    return $rule->{does};
}

sub _log {
    my ($self, $c, $words) = @_;
    open my $fh, '>>', "$self->{dir}/fake.log" or return;
    syswrite $fh, JSON::PP->new->latin1->encode({ conn => $c->{conn},
        at => time, words => [uc $words->[0], @$words[1 .. $#$words]] }) . "\n";
}


# ---- bytes

sub _put {
    my ($c, $bytes) = @_;
    my $off = 0;

    while ($off < length $bytes) {
        my $n = syswrite $c->{s}, $bytes, length($bytes) - $off, $off;
        die "gone\n" if !$n;
        $off += $n;
    }
}

# One line off the buffer, without its end; N bytes with theirs.
sub _line {
    my ($c) = @_;
    my $end;

    while (($end = index $c->{in}, "\r\n") < 0) {
        sysread $c->{s}, $c->{in}, 65536, length $c->{in} or die "gone\n";
    }
    my $line = substr $c->{in}, 0, $end;
    substr $c->{in}, 0, $end + 2, '';
    return $line;
}

sub _bytes {
    my ($c, $n) = @_;

    while (length $c->{in} < $n + 2) {
        sysread $c->{s}, $c->{in}, 65536, length $c->{in} or die "gone\n";
    }
    return substr $c->{in}, 0, $n + 2, '';
}

sub _read_command {
    my ($c) = @_;
    my ($n) = _line($c) =~ /^\*(\d+)$/ or die "no command\n";
    return [map { my ($len) = _line($c) =~ /^\$(\d+)$/;
                  substr _bytes($c, $len), 0, $len } 1 .. $n];
}

# The whole answer of the real Redis, in its own bytes.
sub _real {
    my ($self, $c, $words) = @_;
    my $up = $c->{up} ||= { in => '', s => IO::Socket::INET->new(
        PeerAddr => '127.0.0.1', PeerPort => $self->{real}, Proto => 'tcp')
        || die "no real redis\n" };

    _put($up, '*' . @$words . "\r\n"
        . join '', map { '$' . length($_) . "\r\n$_\r\n" } @$words);
    return _answer($up);
}

sub _answer {
    my ($up) = @_;
    my $line = _line($up);
    my $all = "$line\r\n";

    if ($line =~ /^\$(\d+)$/) {
        $all .= _bytes($up, $1);
    } elsif ($line =~ /^\*(\d+)$/) {
        $all .= _answer($up) for 1 .. $1;
    }
    return $all;
}

1;
