package Consent::Jars;

# The cookies of one browser that goes to several hosts: RFC 6265bis as far as
# a test of Domain and of the prefixes goes.
#
#   my $browser = Consent::Jars->new(tls => 1);
#   $t->get('/', host => 'a.site.example', jar => $browser->at('a.site.example'));

use strict;
use warnings;

sub new {
    my ($class, %o) = @_;
    return bless { tls => $o{tls}, cookies => [], refused => [] }, $class;
}

# at(HOST): this browser there, as a jar that Consent::request() takes.
sub at {
    my ($self, $host) = @_;
    return bless { jars => $self, host => $host }, 'Consent::Jars::Host';
}

# names(HOST): of what HOST would be sent, in order.
sub names {
    my ($self, $host) = @_;
    return map { $_->{name} } $self->_sent($host);
}

# refused(): Set-Cookie lines that a browser would not take.
sub refused { return @{ $_[0]{refused} } }

sub _sent {
    my ($self, $host) = @_;
    return grep { _goes($_, $host) && ($self->{tls} || !$_->{secure}) }
        @{ $self->{cookies} };
}

sub _goes {
    my ($cookie, $host) = @_;
    return $cookie->{host_only} ? $host eq $cookie->{domain}
        : $host =~ /(?:^|\.)\Q$cookie->{domain}\E\z/;
}

sub _take {
    my ($self, $host, $line) = @_;
    my ($pair, @attrs) = split /\s*;\s*/, $line;
    my ($name, $value) = split /=/, $pair, 2;
    my %attr = map { my ($k, $v) = split /=/, $_, 2; (lc $k => $v) } @attrs;
    my %cookie = (name => $name, value => $value, secure =>
        exists $attr{secure}, host_only => !defined $attr{domain},
        domain => defined $attr{domain} ? lc $attr{domain} =~ s/^\.//r : $host);

    if (!_goes(\%cookie, $host) || (exists $attr{secure} && !$self->{tls})
        || ($name =~ /^__(?:Secure|Host)-/ && !exists $attr{secure})
        || ($name =~ /^__Host-/ && (defined $attr{domain}
                                    || ($attr{path} || '') ne '/')))
    {
        push @{ $self->{refused} }, $line;
        return;
    }

    @{ $self->{cookies} } = grep { $_->{name} ne $name
        || $_->{domain} ne $cookie{domain}
        || !!$_->{host_only} ne !!$cookie{host_only} } @{ $self->{cookies} };
    push @{ $self->{cookies} }, \%cookie
        if !defined $attr{'max-age'} || $attr{'max-age'} > 0;
    return;
}


package Consent::Jars::Host;

sub take {
    my ($self, $response) = @_;
    $self->{jars}->_take($self->{host}, $_) for $response->all('Set-Cookie');
    return $self;
}

sub header {
    my ($self) = @_;
    my @pairs = map { "$_->{name}=$_->{value}" }
        $self->{jars}->_sent($self->{host});
    return @pairs ? join('; ', @pairs) : undef;
}

1;
