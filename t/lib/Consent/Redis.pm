package Consent::Redis;

# A client of Redis that keeps its connection and pipelines, where redis-cli,
# a process for each question, would take minutes.

use strict;
use warnings;

use IO::Socket::INET;


sub new {
    my ($class, $port) = @_;
    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port,
        Proto => 'tcp', Timeout => 10) or die "redis at $port: $!\n";

    binmode $s;
    return bless { s => $s, buf => '', at => 0 }, $class;
}

# ask(WORDS…): text, a number, undef, a list as a reference; an error dies.
sub ask {
    my ($self, @words) = @_;
    return ($self->pipe([@words]))[0];
}

# pipe([WORDS…], …): the answers, in order.  In pieces, so that neither side
# waits for the other to read.
sub pipe {
    my ($self, @commands) = @_;
    my @answers;

    while (my @some = splice @commands, 0, 500) {
        $self->_send(join '', map { _command(@$_) } @some);
        push @answers, map { $self->_answer } @some;
    }
    return @answers;
}

sub _command {
    return '*' . @_ . "\r\n"
        . join '', map { '$' . length($_) . "\r\n$_\r\n" } @_;
}

sub _send {
    my ($self, $bytes) = @_;
    my $off = 0;

    local $SIG{PIPE} = 'IGNORE';
    while ($off < length $bytes) {
        my $n = syswrite $self->{s}, $bytes, length($bytes) - $off, $off;
        $n or die "redis went away\n";
        $off += $n;
    }
}

sub _more {
    my ($self) = @_;

    if ($self->{at} > 1 << 20) {
        substr $self->{buf}, 0, $self->{at}, '';
        $self->{at} = 0;
    }
    sysread $self->{s}, $self->{buf}, 262_144, length $self->{buf}
        or die "redis went away\n";
}

sub _line {
    my ($self) = @_;
    my $end;

    $self->_more while ($end = index $self->{buf}, "\r\n", $self->{at}) < 0;
    my $line = substr $self->{buf}, $self->{at}, $end - $self->{at};
    $self->{at} = $end + 2;
    return $line;
}

sub _answer {
    my ($self) = @_;
    my ($type, $rest) = $self->_line =~ /^(.)(.*)/s;

    return $rest if $type eq '+' || $type eq ':';
    die "redis: $rest\n" if $type eq '-';
    return if $rest < 0;
    return [map { scalar $self->_answer } 1 .. $rest] if $type eq '*';

    $self->_more while length($self->{buf}) < $self->{at} + $rest + 2;
    my $text = substr $self->{buf}, $self->{at}, $rest;
    $self->{at} += $rest + 2;
    return $text;
}

1;
