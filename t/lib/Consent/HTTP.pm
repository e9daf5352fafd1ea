package Consent::HTTP;

# A raw HTTP/1.1 client for tests: what is sent is exactly what the test wrote,
# what came back is kept as it came.  No redirects, no opinion; one connection
# per exchange, unless it is a session.

use strict;
use warnings;

use Exporter qw(import);
use IO::Select;
use IO::Socket::INET;
use Time::HiRes qw(time sleep);

our @EXPORT_OK = qw(exchange parse_response build_request header_pairs session
    pipelined);


# header_pairs(HEADERS): a list of [NAME, VALUE] out of any of
# [NAME => VALUE, …], [[NAME, VALUE], …], ['NAME: VALUE', …], { NAME => VALUE }.

sub header_pairs {
    my ($given) = @_;
    my @in = @{ ref $given eq 'ARRAY' ? $given : [] };
    my @out;

    return map { [$_, $given->{$_}] } sort keys %$given
        if ref $given eq 'HASH';

    while (@in) {
        my $next = shift @in;
        push @out, ref $next ? $next
            : $next =~ /^([^:\s]+):\s*(.*)/s ? [$1, $2]
            : [$next, shift @in];
    }
    return @out;
}


# build_request(METHOD, PATH, host => , headers => see above, body => ).  Host
# and Connection are added unless given; Content-Length with a body.

sub build_request {
    my ($method, $path, %o) = @_;
    my @lines = header_pairs($o{headers});
    my %seen = map { lc $_->[0] => 1 } @lines;

    unshift @lines, ['Host', $o{host}] if !$seen{host};
    push @lines, ['Connection', 'close'] if !$seen{connection};
    push @lines, ['Content-Length', length $o{body}]
        if defined $o{body} && !$seen{'content-length'}
        && !$seen{'transfer-encoding'};

    return "$method $path HTTP/1.1\r\n"
        . join('', map { "$_->[0]: $_->[1]\r\n" } @lines) . "\r\n"
        . (defined $o{body} ? $o{body} : '');
}


# exchange(PORT, [PIECE…], timeout => seconds, from => address): connects, sends
# the pieces (a reference to a number is a pause in seconds), reads to the end.  Returns the
# bytes received and the seconds it took; what came before a timeout counts.

sub exchange {
    my ($port, $pieces, %o) = @_;
    my $deadline = time + ($o{timeout} || 10);
    my $begun = time;
    my $got = '';
    my $s = IO::Socket::INET->new(
        PeerAddr => '127.0.0.1', PeerPort => $port, Proto => 'tcp',
        Timeout => $o{timeout} || 10,
        $o{from} ? (LocalAddr => $o{from}) : (),
    ) or return ('', time - $begun);

    local $SIG{PIPE} = 'IGNORE';
    binmode $s;
    $s->autoflush(1);

    for my $piece (@$pieces) {
        if (ref $piece) {
            sleep $$piece;
            next;
        }
        my $off = 0;
        while ($off < length $piece) {
            my $n = syswrite $s, $piece, length($piece) - $off, $off;
            last if !$n;
            $off += $n;
        }
    }
    shutdown $s, 1 if $o{half_close};

    my $select = IO::Select->new($s);
    while ((my $left = $deadline - time) > 0) {
        next if !$select->can_read($left);
        my $n = sysread $s, $got, 65536, length $got;
        last if !$n;
        last if $o{until} && $got =~ $o{until};
    }
    close $s;

    return ($got, time - $begun);
}


# session(PORT): a function that GETs over a connection that it keeps:
# ->(PATH, host => , headers => , timeout => seconds).  A response, undef without
# a whole one.

sub session {
    my ($port) = @_;
    my $s;

    return sub {
        my ($path, %o) = @_;
        my $got = '';

        $s ||= IO::Socket::INET->new(PeerAddr => '127.0.0.1',
            PeerPort => $port, Proto => 'tcp', Timeout => 10) or return;
        binmode $s;
        syswrite $s, build_request('GET', $path, host => $o{host}, headers =>
            [header_pairs($o{headers}), ['Connection', 'keep-alive']]);

        my $select = IO::Select->new($s);
        while ($select->can_read($o{timeout} || 10)) {
            sysread $s, $got, 262144, length $got or last;
            my $r = _at_end($got) && parse_response($got);
            next if !$r || !$r->{complete};
            undef $s if ($r->header('Connection') || '') =~ /close/i;
            return $r;
        }
        undef $s;
        return;
    };
}

# Whether an answer may end here: looking into a chunked body has its price.
sub _at_end {
    return $_[0] =~ /\r\n\r\n/ && ($_[0] !~ /^Transfer-Encoding:/im
        || substr($_[0], -5) eq "0\r\n\r\n");
}


# pipelined(PORT, N, REQUEST, SEEN): N requests over one connection, a hundred
# ahead of their answers; REQUEST->() makes one, SEEN->(RESPONSE, I) gets each
# in order.  Dies if the server hangs up.

sub pipelined {
    my ($port, $n, $request, $seen) = @_;
    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port,
        Proto => 'tcp') or die "connect: $!\n";
    my ($sent, $got, $tail) = (0, 0, '');

    binmode $s;
    $s->autoflush(1);
    while ($got < $n) {
        my $more = $n - $sent < 100 ? $n - $sent : 100;

        print $s join '', map { $request->() } 1 .. $more
            if $more && $sent == $got;
        $sent += $more if $sent == $got;
        sysread $s, $tail, 262_144, length $tail or die "the server hung up\n";
        while (defined(my $one = _take_response(\$tail))) {
            $seen->(parse_response($one), $got++);
        }
    }
    return;
}

# The bytes of the first whole response, taken off the front.
sub _take_response {
    my ($bytes) = @_;
    my $end = index $$bytes, "\r\n\r\n";

    return if $end < 0;
    my $head = substr $$bytes, 0, $end + 2;
    $end += 4;

    if ($head =~ /^Transfer-Encoding: chunked/im) {
        while (1) {
            my ($hex) = substr($$bytes, $end, 16) =~ /^([0-9a-f]+)\r\n/i
                or return;
            $end += length($hex) + 4 + hex $hex;
            return if length $$bytes < $end;
            last if hex $hex == 0;
        }
    } elsif ($head =~ /^Content-Length: (\d+)/im) {
        $end += $1;
    }
    return length $$bytes < $end ? undef : substr $$bytes, 0, $end, '';
}


# parse_response(BYTES): a Consent::HTTP::Response, or undef if there is no
# whole head.  Interim responses (1xx) are kept in ->{interim}.

sub parse_response {
    my ($raw) = @_;
    my @interim;
    my $rest = $raw;

    while (1) {
        my ($head, $body) = $rest =~ /\A(.*?)\r?\n\r?\n(.*)\z/s or return;
        my ($first, @lines) = split /\r?\n/, $head;
        my ($version, $status, $reason) =
            $first =~ m{\AHTTP/(\d\.\d) (\d{3}) ?(.*)\z} or return;
        my $r = bless {
            version => $version, status => $status + 0, reason => $reason,
            headers => [map { [split /:[ \t]*/, $_, 2] } @lines],
            interim => \@interim, raw => $raw, complete => 1,
        }, 'Consent::HTTP::Response';

        if ($status =~ /^1/ && $status != 101) {
            push @interim, $r;
            $rest = $body;
            next;
        }

        _body($r, $body);
        return $r;
    }
}


sub _body {
    my ($r, $body) = @_;
    my $length = $r->header('Content-Length');

    if (lc($r->header('Transfer-Encoding') || '') eq 'chunked') {
        ($r->{body}, $r->{complete}, $r->{chunks}) = _dechunk($body);
        return;
    }

    $r->{body} = $body;
    $r->{complete} = 0 if defined $length && length $body < $length
        && $r->{status} != 304;
}


# By position: a body of many megabytes is copied once.
sub _dechunk {
    my ($in) = @_;
    my ($out, $at) = ('', 0);
    my @sizes;

    while ((my $eol = index $in, "\r\n", $at) >= 0) {
        my ($hex) = substr($in, $at, $eol - $at) =~ /^([0-9a-fA-F]+)/ or last;
        my $n = hex $hex;

        $at = $eol + 2;
        return ($out, 1, \@sizes) if $n == 0;
        $out .= substr $in, $at, $n;
        return ($out, 0, \@sizes) if length $in < $at + $n + 2;
        push @sizes, $n;
        $at += $n + 2;
    }
    return ($out, 0, \@sizes);
}


package Consent::HTTP::Response;

sub status { $_[0]{status} }
sub body   { $_[0]{body} }

# The first header of that name, or undef.
sub header {
    my ($self, $name) = @_;
    my ($first) = $self->all($name);
    return $first;
}

# Every header of that name, in order.
sub all {
    my ($self, $name) = @_;
    return map { $_->[1] } grep { lc $_->[0] eq lc $name }
        @{ $self->{headers} };
}

# Set-Cookie by cookie name: { NAME => [whole header value…] }.
sub set_cookies {
    my ($self) = @_;
    my %by;

    for my $line ($self->all('Set-Cookie')) {
        push @{ $by{ $line =~ /^\s*([^=;\s]*)/ ? $1 : '' } }, $line;
    }
    return \%by;
}


# A jar for one host: enough of RFC 6265 for a test's visitor.

package Consent::HTTP::Jar;

sub new { return bless {}, shift }

# Another one with the same cookies.
sub copy {
    my ($self) = @_;
    return bless { map { $_ => { %{ $self->{$_} } } } keys %$self }, ref $self;
}

sub set {
    my ($self, $name, $value, $path) = @_;
    $self->{$name}{ defined $path ? $path : '/' } = $value;
    return $self;
}

sub value {
    my ($self, $name) = @_;
    my $by = $self->{$name} || {};
    my ($path) = sort { length $b <=> length $a } keys %$by;
    return defined $path ? $by->{$path} : undef;
}

sub names { return sort keys %{ $_[0] } }

# Takes in what a response sets and expires.
sub take {
    my ($self, $response) = @_;

    for my $line ($response->all('Set-Cookie')) {
        my ($pair, @attrs) = split /\s*;\s*/, $line;
        my ($name, $value) = split /=/, $pair, 2;
        my %attr = map { my ($k, $v) = split /=/, $_, 2; (lc $k => $v) }
            @attrs;
        my $path = defined $attr{path} && $attr{path} =~ m{^/}
            ? $attr{path} : '/';

        if ((defined $attr{'max-age'} && $attr{'max-age'} <= 0)
            || (defined $attr{expires} && $attr{expires} =~ /\b19[67]\d\b/))
        {
            delete $self->{$name}{$path};
            delete $self->{$name} if !%{ $self->{$name} || {} };
            next;
        }
        $self->{$name}{$path} = defined $value ? $value : '';
    }
    return $self;
}

# The Cookie header for a path, or undef.
sub header {
    my ($self, $path) = @_;
    my @pairs;

    for my $name (sort keys %$self) {
        for my $under (sort { length $b <=> length $a }
                       keys %{ $self->{$name} })
        {
            next if $path ne $under && index($path, $under) != 0;
            push @pairs, "$name=$self->{$name}{$under}";
        }
    }
    return @pairs ? join('; ', @pairs) : undef;
}

1;
