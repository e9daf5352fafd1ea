package Consent::App;

# An origin whose every byte is the test's: a small HTTP server in a child
# process.  The handler runs in a process of its own per connection:
#
#   sub { my ($req, $out) = @_; … }
#
# $req: { method, uri, path, headers => [[NAME, VALUE]…], body, raw }, and
#       $req->header(NAME).
# $out: ->respond(STATUS, [NAME, VALUE, …], BODY)  whole, with Content-Length
#       ->head(STATUS, [NAME, VALUE, …])           then any of
#       ->write(BYTES) ->chunk(BYTES) ->last_chunk ->pause(SECONDS)
#
# Every request is logged, for app_log(): method, uri, path, body, cookie, and
# headers as { name in lower case => value }.
#
# Each call of write and chunk is one packet; where it matters that nginx reads
# them apart, pause between them.

use strict;
use warnings;

use IO::Socket::INET;
use JSON::PP ();
use POSIX ();
use Socket qw(IPPROTO_TCP TCP_NODELAY);
use Time::HiRes qw(sleep);


# start(PORT, HANDLER, LOG): returns the child's id once it listens.
sub start {
    my ($port, $handler, $log) = @_;
    my $listener = IO::Socket::INET->new(
        LocalAddr => '127.0.0.1', LocalPort => $port, Proto => 'tcp',
        Listen => 64, ReuseAddr => 1,
    ) or die "app: cannot listen at $port: $!\n";
    my $pid = fork;

    die "fork: $!\n" if !defined $pid;
    if ($pid) {
        close $listener;
        return $pid;
    }

    $SIG{CHLD} = 'IGNORE';
    $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP PIPE);
    while (1) {
        my $client = $listener->accept or next;
        my $child = fork;

        if (defined $child && $child == 0) {
            close $listener;
            eval { _serve($client, $handler, $log); 1 }
                or print STDERR "# app: $@";
            POSIX::_exit(0);
        }
        close $client;
    }
}


sub _serve {
    my ($client, $handler, $log) = @_;
    my $req;

    local $SIG{PIPE} = 'IGNORE';
    binmode $client;
    $client->autoflush(1);
    setsockopt $client, IPPROTO_TCP, TCP_NODELAY, 1;

    $req = _read($client) or return;
    _log($log, $req);
    $handler->($req, bless { s => $client }, 'Consent::App::Out');
    shutdown $client, 1;
}


sub _read {
    my ($client) = @_;
    my $raw = '';
    my $end;

    while (($end = index $raw, "\r\n\r\n") < 0) {
        sysread $client, $raw, 65536, length $raw or return;
    }

    my ($first, @lines) = split /\r\n/, substr $raw, 0, $end;
    my ($method, $uri) = split / /, $first;
    my $req = bless {
        method => $method, uri => $uri, path => $uri =~ s/\?.*//sr,
        headers => [map { [split /:[ \t]*/, $_, 2] } @lines],
        body => substr($raw, $end + 4),
    }, 'Consent::App::Request';
    my $length = $req->header('Content-Length') || 0;

    while (length $req->{body} < $length) {
        sysread $client, $req->{body}, 65536, length $req->{body} or last;
    }
    $req->{raw} = substr($raw, 0, $end + 4) . $req->{body};
    return $req;
}


# One line in one write, so that lines of several processes do not mix.
sub _log {
    my ($log, $req) = @_;
    my %entry = (%$req, cookie => scalar $req->header('Cookie'),
        headers => {});

    for my $h (@{ $req->{headers} }) {
        my $name = lc $h->[0];
        $entry{headers}{$name} = defined $entry{headers}{$name}
            ? "$entry{headers}{$name}, $h->[1]" : $h->[1];
    }
    delete $entry{raw};
    open my $fh, '>>', $log or return;
    syswrite $fh, JSON::PP->new->canonical->latin1->encode(\%entry) . "\n";
    close $fh;
}


package Consent::App::Request;

sub header {
    my ($self, $name) = @_;
    for my $h (@{ $self->{headers} }) {
        return $h->[1] if lc $h->[0] eq lc $name;
    }
    return;
}


package Consent::App::Out;

use Time::HiRes ();

my %REASON = (
    200 => 'OK', 204 => 'No Content', 206 => 'Partial Content',
    301 => 'Moved Permanently', 302 => 'Found', 303 => 'See Other',
    304 => 'Not Modified', 403 => 'Forbidden', 404 => 'Not Found',
    500 => 'Internal Server Error', 503 => 'Service Unavailable',
);

sub write {
    my ($self, $bytes) = @_;
    my $off = 0;

    while ($off < length $bytes) {
        my $n = syswrite $self->{s}, $bytes, length($bytes) - $off, $off;
        return if !$n;
        $off += $n;
    }
    return 1;
}

sub head {
    my ($self, $status, $headers) = @_;
    my @h = @{ $headers || [] };
    my $text = "HTTP/1.1 $status " . ($REASON{$status} || 'Status') . "\r\n";

    while (my ($name, $value) = splice @h, 0, 2) {
        $text .= "$name: $value\r\n";
    }
    return $self->write($text . "Connection: close\r\n\r\n");
}

sub respond {
    my ($self, $status, $headers, $body) = @_;

    $body = '' if !defined $body;
    $self->head($status, [@{ $headers || [] },
        $status == 304 || $status == 204
            ? () : ('Content-Length' => length $body)]);
    return $self->write($body);
}

sub chunk {
    my ($self, $bytes) = @_;
    return 1 if !length $bytes;
    return $self->write(sprintf("%x\r\n", length $bytes) . "$bytes\r\n");
}

sub last_chunk { return $_[0]->write("0\r\n\r\n") }
sub pause      { return Time::HiRes::sleep($_[1]) }

# await(FILE): until it is there; half a minute at most.
sub await {
    my ($self, $file) = @_;
    for (1 .. 1500) { return if -e $file; $self->pause(0.02) }
}

1;
