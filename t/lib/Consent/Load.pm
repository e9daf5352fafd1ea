package Consent::Load;

# Visitors who never stop: they fetch pages, decide, change their mind, come
# back with tokens they should have lost, and write down what they did and what
# they were told, for Consent::History.
#
#   my $load = Consent::Load->start($t, clients => 8);
#   … whatever goes wrong meanwhile …
#   my $history = $load->stop;
#
# Each visitor keeps a connection and has one request under way at a time.  A
# GET on a kept connection that ends without a byte is asked once more on a new
# one, as browsers do (RFC 9112, 9.3.1): nginx may close what idles.  A choice
# is never repeated.
#
# The site: origin() is the origin, site() a server of the gate.  Both purposes
# of Consent::Site's policy are on every page, each in three ways: markup, a
# cookie that comes, a cookie that the origin gets.

use strict;
use warnings;

use IO::Handle;
use IO::Socket::INET;
use POSIX ();
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

use Consent::Dice;
use Consent::History;
use Consent::HTTP qw(build_request parse_response);

my $HOST = 'www.site.example';
my $WAIT = 15;                             # seconds until a visitor gives up
my %GRANTS = (accept => ['analytics', 'marketing'], analytics => ['analytics'],
    marketing => ['marketing'], withdraw => [], reject => []);


# ---- the site

sub origin {
    return <<'END';
    server {
        listen              127.0.0.1:%%PORT_origin%%;
        keepalive_requests  1000000;
        access_log          off;
        default_type        text/html;
        location / {
            add_header  X-Got       "$http_cookie";
            add_header  Set-Cookie  "_ga=1; Path=/";
            add_header  Set-Cookie  "_fbp=1; Path=/";
            return 200 '<!doctype html><title>t</title><body><p>first<script src="https://analytics.example/a.js"></script><img src="https://ads.example/p.gif"><p>last</body>';
        }
    }
END
}

# site(PORT NAME, MORE): one server of the gate.  Whoever measures and tears at it
# comes from one address, faster than people do: no limit.
sub site {
    my ($name, $more) = @_;
    $name ||= 'gate';
    $more ||= '';

    return <<"END";
    server {
        listen              127.0.0.1:%%PORT_$name%%;
        server_name         $HOST;
        consent             test;
        consent_limit       off;
        keepalive_requests  1000000;
        access_log          off;
        add_header          X-State "\$consent_state \$consent_lookup" always;
        add_header          X-Worker \$pid always;
        $more
        location / {
            proxy_pass  http://127.0.0.1:%%PORT_origin%%;
        }
    }
END
}


# ---- from the test

# start(HARNESS, clients => N, to => [PORT NAME…], think => seconds between two
# requests of a visitor, mix => { what => weight } instead of the usual one,
# first => what a visitor does until there is a token, fresh => 1: a new
# connection for each choice, brief => 1: none is kept, roam => 1: any gate for
# each request).  Else visitors are dealt to the gates in turn.
sub start {
    my ($class, $t, %o) = @_;
    my $self = bless { t => $t, clients => 8, think => 0.01, to => ['gate'],
        %o }, $class;
    my $n = $t->{loads}++ || 0;
    my $pid;

    $self->{name} = "load$n";
    $self->{file} = $t->dir . "/history.$n";
    $self->{notice} = $self->_notice;
    $t->write($self->{file}, '');
    Consent::Dice::seed();

    $pid = fork;
    die "fork: $!\n" if !defined $pid;
    if ($pid == 0) {
        $SIG{TERM} = sub { $self->{ending} = 1 };
        $SIG{PIPE} = 'IGNORE';
        eval { $self->_run($n * 1000); 1 } or print STDERR "# load: $@";
        POSIX::_exit($@ ? 1 : 0);
    }
    $t->{procs}{ $self->{name} } = $pid;
    return $self;
}

# stop(): no new request, the ones under way end; the history of this load.
sub stop {
    my ($self) = @_;
    my $pid = delete $self->{t}{procs}{ $self->{name} };

    kill 'TERM', $pid;
    waitpid $pid, 0;
    die "the load failed\n" if $?;
    return Consent::History->load($self->{file});
}

# seen(SECONDS, CODE): until some visitor noted an event of which CODE is true;
# only of requests that began after the call.
sub seen {
    my ($self, $seconds, $code) = @_;
    my ($begun, $at) = (now(), -s $self->{file});

    return $self->{t}->wait_for($seconds, sub {
        open my $fh, '<:raw', $self->{file} or return;
        seek $fh, $at, 0;
        while (my $line = <$fh>) {
            last if $line !~ /\n\z/;
            $at += length $line;
            my $event = Consent::History::event($line);
            return $event if $event->{begun} > $begun && $code->($event);
        }
        return;
    });
}

# A notice is good for a day: one for all.
sub _notice {
    my ($self) = @_;
    my $r = $self->{t}->get('/.consent/state', host => $HOST,
        to => $self->{to}[0]);

    $r->body =~ /"notice":"([^"]+)"/ or die "no notice: $r->{status}\n";
    return $1;
}


# ---- the child

sub now { return clock_gettime(CLOCK_MONOTONIC) }

sub _run {
    my ($self, $first) = @_;
    my @to = @{ $self->{to} };
    my @clients = map { {
        who => $first + $_, dice => Consent::Dice->new($first + $_),
        gate => $to[$_ % @to], past => [], cid => '', due => 0,
    } } 1 .. $self->{clients};

    open $self->{out}, '>:raw', $self->{file} or die "history: $!\n";
    $self->{out}->autoflush(1);
    while (!$self->{ending} || grep { $_->{asked} } @clients) {
        $self->_turn($_) for @clients;
        $self->_listen(@clients);
    }
    close $self->{out};
}

sub _turn {
    my ($self, $c) = @_;
    my $now = now();

    if ($c->{asked}) {
        $self->_gone($c, 'late') if $now > $c->{asked}{begun} + $WAIT;
        return;
    }
    return if $self->{ending} || $now < $c->{due};
    $self->_ask($c, $self->_next($c));
}

# Until something can be read or somebody is due.
sub _listen {
    my ($self, @clients) = @_;
    my ($bits, $soonest) = ('', now() + 0.1);

    for my $c (@clients) {
        if ($c->{asked}) {
            vec($bits, fileno $c->{s}, 1) = 1;
        } elsif (!$self->{ending} && $c->{due} < $soonest) {
            $soonest = $c->{due};
        }
    }
    my $left = $soonest - now();
    my $n = select my $ready = $bits, undef, undef, $left > 0 ? $left : 0;
    return if $n <= 0;
    for my $c (grep { $_->{asked} } @clients) {
        $self->_read($c) if vec $ready, fileno $c->{s}, 1;
    }
}


# ---- what a visitor does next

sub _next {
    my ($self, $c) = @_;
    my %mix = %{ $self->{mix} || { page => 60, accept => 8, analytics => 5,
        marketing => 3, withdraw => 8, reject => 3, replay => 8,
        stranger => 5 } };

    return $self->_choice($c, $self->{first})
        if $self->{first} && !$c->{token};
    delete $mix{ $c->{cid} ? 'reject' : 'withdraw' };
    delete $mix{replay} if !@{ $c->{past} };

    my $what = $c->{dice}->weighted(map { $_ => $mix{$_} } sort keys %mix);
    return $self->_page($c->{dice}->pick(@{ $c->{past} }))
        if $what eq 'replay';
    return $self->_page('') if $what eq 'stranger';
    return $self->_page($c->{token}) if $what eq 'page';
    return $self->_choice($c, $what);
}

sub _page {
    my ($self, $token) = @_;
    return { op => 'page', token => $token,
        request => ['GET', '/page', headers => [_cookies($token)]] };
}

sub _choice {
    my ($self, $c, $what) = @_;
    my $save = $what eq 'analytics' || $what eq 'marketing';
    my $purposes = join ',', map {
        sprintf '"%s":%s', $_, $_ eq $what ? 'true' : 'false'
    } qw(analytics marketing);
    my $body = sprintf '{"choice":"%s",%s"notice":"%s"}',
        $save ? 'save' : $what, $save ? "\"purposes\":{$purposes}," : '',
        $self->{notice};

    return { op => 'choice', choice => $what, grants => "@{ $GRANTS{$what} }",
        token => $c->{token},
        request => ['POST', '/.consent/choice', body => $body, headers => [
            ['Content-Type', 'application/json'],
            ['Sec-Fetch-Site', 'same-origin'], _cookies($c->{token})]] };
}

# The vendors' cookies come with every request, as from a browser that has them.
sub _cookies {
    my ($token) = @_;
    return ['Cookie', '_ga=1; _fbp=1'
        . (defined $token && length $token ? "; ngxc=$token" : '')];
}


# ---- one request

sub _ask {
    my ($self, $c, $asked) = @_;
    my ($method, $path, %o) = @{ $asked->{request} };

    $asked->{bytes} = build_request($method, $path, host => $HOST, %o,
        headers => [['Connection', 'keep-alive'], @{ $o{headers} }]);
    $asked->{begun} = now();
    $c->{asked} = $asked;
    $self->_send($c);
}

sub _send {
    my ($self, $c) = @_;
    my $asked = $c->{asked};

    delete $c->{s} if $asked->{op} eq 'choice' && $self->{fresh};
    if ($self->{roam}) {
        delete $c->{s};
        $c->{gate} = $c->{dice}->pick(@{ $self->{to} });
    }
    $asked->{kept} = $c->{s} ? 1 : 0;
    $c->{s} ||= IO::Socket::INET->new(PeerAddr => '127.0.0.1',
        PeerPort => $self->{t}->port($c->{gate}), Proto => 'tcp',
        Timeout => 5) or return $self->_gone($c, 'refused');
    binmode $c->{s};
    $c->{got} = '';
    syswrite $c->{s}, $asked->{bytes};
}

sub _read {
    my ($self, $c) = @_;

    sysread $c->{s}, $c->{got}, 262_144, length $c->{got}
        or return $self->_gone($c, 'cut');
    return if !Consent::HTTP::_at_end($c->{got});
    my $r = parse_response($c->{got});
    return if !$r || !$r->{complete};
    delete $c->{s} if $self->{brief}
        || lc($r->header('Connection') || '') eq 'close';
    $self->_answered($c, $r);
}

# No answer, or not a whole one.
sub _gone {
    my ($self, $c, $how) = @_;
    my $asked = $c->{asked};

    delete $c->{s};
    if ($how eq 'cut' && $asked->{kept} && $asked->{op} eq 'page'
        && !length $c->{got} && !$asked->{again}++)
    {
        return $self->_send($c);
    }
    $self->_note($c, status => 0, how => $how, answer => 'unknown');
}

sub _answered {
    my ($self, $c, $r) = @_;

    return $self->_note($c, status => $r->status, whole => _whole($r),
        open => join(' ', _open($r)), _said($r))
        if $c->{asked}{op} eq 'page';

    my ($receipt) = $r->body =~ /"receipt":"([0-9a-f]+)"/;
    my $ok = $r->status == 200 && defined $receipt;
    my ($token) = map { /^ngxc=([^;]*)/ } $r->all('Set-Cookie');

    $self->_note($c, status => $r->status, answer => $ok ? 'ok' : 'fail',
        receipt => $ok ? $receipt : '', after => _cid($token), _said($r));
    _keep($c, $token) if defined $token;
}

sub _said {
    my ($r) = @_;
    return (state => $r->header('X-State') || '',
        worker => $r->header('X-Worker') || 0);
}

# The tokens of before are kept for replays.
sub _keep {
    my ($c, $token) = @_;

    push @{ $c->{past} }, $c->{token} if $c->{cid};
    shift @{ $c->{past} } if @{ $c->{past} } > 5;
    $c->{token} = $token;
    $c->{cid} = _cid($token);
}

sub _cid {
    my ($token) = @_;
    my $cid = (split /\./, defined $token ? $token : '')[1];
    return defined $cid && $cid ne '-' ? $cid : '';
}

# Which purposes are open, by any of the ways.
sub _open {
    my ($r) = @_;
    my $got = $r->header('X-Got') || '';
    my $set = join ';', grep { !/Expires=|Max-Age=0/ } $r->all('Set-Cookie');
    my @open;

    push @open, 'analytics' if $r->body =~ m{<script src="https://analytics}
        || $got =~ /_ga=/ || $set =~ /_ga=1/;
    push @open, 'marketing' if $r->body =~ m{<img src="https://ads}
        || $got =~ /_fbp=/ || $set =~ /_fbp=1/;
    return @open;
}

# Whether what the origin sent is there from end to end.
sub _whole {
    return $_[0]->body =~ m{<p>first.*<p>last</body>}s ? 1 : 0;
}

sub _note {
    my ($self, $c, @more) = @_;
    my $asked = delete $c->{asked};
    my %event = (who => $c->{who}, gate => $c->{gate}, ended => now(),
        cid => _cid($asked->{token}),
        (map { defined $asked->{$_} ? ($_ => $asked->{$_}) : () }
            qw(op begun choice grants again)), @more);

    print { $self->{out} } Consent::History::line(\%event);
    $c->{due} = $event{ended}
        + $self->{think} * $c->{dice}->between(0.5, 1.5);
}

1;
