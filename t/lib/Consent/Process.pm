package Consent::Process;

# What the harness stands on: ports, files in its directory, processes.

use strict;
use warnings;

use File::Basename qw(dirname);
use File::Temp ();
use IO::Socket::INET;
use IO::Socket::UNIX;
use POSIX ();
use Time::HiRes qw(time sleep);


# ---- ports and files

my %claim;                                 # port => what says that it is ours

# port(NAME): the same free port for the same name.  Below the range that the
# kernel gives to outgoing connections, so that none of those can take it.  It is
# not listened on at once, and not always: a test that runs beside this one sees
# by a socket of another kind, which ends with this process, whose it is.
sub port {
    my ($self, $name) = @_;

    return $self->{ports}{$name} ||= do {
        my $port;

        for (1 .. 500) {
            my $try = 10240 + int rand 20000;
            next if $claim{$try};
            $claim{$try} = IO::Socket::UNIX->new(Listen => 1,
                Local => "\0ngx-consent-test-$try") or next;
            my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
                LocalPort => $try, Listen => 1, Proto => 'tcp') or next;
            close $s;
            $port = $try;
            last;
        }
        $port or die "no free port\n";
    };
}

sub write {
    my ($self, $name, $bytes) = @_;
    my $path = $name =~ m{^/} ? $name : "$self->{dir}/$name";

    _make_path(dirname($path));
    open my $fh, '>:raw', $path or die "$path: $!\n";
    print $fh $bytes;
    close $fh or die "$path: $!\n";
    return $path;
}

sub _make_path {
    my ($path) = @_;
    return if -d $path;
    _make_path(dirname($path));
    mkdir $path or die "$path: $!\n";
}

sub read {
    my ($self, $name) = @_;
    my $path = $name =~ m{^/} ? $name : "$self->{dir}/$name";

    open my $fh, '<:raw', $path or return '';
    local $/;
    my $bytes = <$fh>;
    return defined $bytes ? $bytes : '';
}


# ---- processes

# spawn(NAME, COMMAND…): output to NAME.stderr in the directory.
sub spawn {
    my ($self, $name, @command) = @_;
    my $pid = fork;

    die "fork: $!\n" if !defined $pid;
    if ($pid == 0) {
        # Out of the terminal's group: Ctrl-C is the harness's to handle.
        # Whoever runs tests in the background has them deaf to QUIT.
        POSIX::setpgid(0, 0);
        $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP PIPE QUIT);
        open STDIN, '<', '/dev/null';
        open STDOUT, '>>', "$self->{dir}/$name.stderr";
        open STDERR, '>&', \*STDOUT;
        exec { $command[0] } @command or POSIX::_exit(127);
    }
    $self->{procs}{$name} = $pid;
    return $pid;
}

sub pid { return $_[0]{procs}{ $_[1] } }

sub alive {
    my ($self, $name) = @_;
    my $pid = $self->pid($name) or return 0;

    if (waitpid($pid, POSIX::WNOHANG()) == $pid) {
        delete $self->{procs}{$name};
        return 0;
    }
    return kill(0, $pid) ? 1 : 0;
}

# stop(NAME, SIGNAL): 1 if it went by itself.
sub stop {
    my ($self, $name, $signal) = @_;
    my $pid = $self->pid($name) or return 1;
    my $willing;

    kill $signal || 'TERM', $pid;
    kill 'CONT', $pid;
    $willing = $self->wait_for(5, sub { !$self->alive($name) });
    if (!$willing) {
        kill 'KILL', -$pid, $pid;
        waitpid $pid, 0;
        delete $self->{procs}{$name};
    }
    return $willing ? 1 : 0;
}

# slay(NAME): kill -9, the process alone, and gone when this returns.
sub slay {
    my ($self, $name) = @_;
    my $pid = delete $self->{procs}{$name} or return 0;

    kill 'KILL', $pid;
    waitpid $pid, 0;
    return 1;
}

# wait_for(SECONDS, CODE): until CODE is true; what it returned, or undef.  So
# many seconds are plenty where nothing else runs: a busy machine gets more, and
# who promises a time takes it.
sub wait_for {
    my ($self, $seconds, $code) = @_;
    my $deadline = time + 4 * $seconds;
    my $got;

    while (1) {
        return $got if $got = $code->();
        return if time > $deadline;
        sleep 0.02;
    }
}

sub _answers {
    my ($port) = @_;
    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
        PeerPort => $port, Proto => 'tcp', Timeout => 1) or return 0;
    close $s;
    return 1;
}

sub _ready {
    my ($self, $name, @ports) = @_;

    for my $port (@ports) {
        next if $self->wait_for(60, sub {
            !$self->alive($name) || _answers($port) })
            && $self->alive($name);
        die "$name did not start\n" . $self->_tail("$name.stderr")
            . $self->_tail("$name.error.log");
    }
    return $self;
}

sub _tail {
    my ($self, $file) = @_;
    my @lines = split /^/, $self->read($file);
    return join '', map { "  $_" } @lines > 15 ? @lines[-15 .. -1] : @lines;
}

# _run(INPUT, COMMAND…): (exit code, output of both kinds).
sub _run {
    my ($self, $in, @command) = @_;
    my $file = File::Temp->new;
    my $out;
    my $pid;

    binmode $file;
    print $file $in;
    close $file;

    $pid = open my $fh, '-|';
    die "fork: $!\n" if !defined $pid;
    if ($pid == 0) {
        $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP PIPE);
        open STDIN, '<', $file->filename;
        open STDERR, '>&', \*STDOUT;
        exec { $command[0] } @command or POSIX::_exit(127);
    }
    binmode $fh;
    { local $/; $out = <$fh>; }
    close $fh;
    return ($? & 127 ? 128 + ($? & 127) : $? >> 8, defined $out ? $out : '');
}

1;
