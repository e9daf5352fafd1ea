package Consent::Everybody;

# The demo for whoever may come: a page in every language there are texts for,
# and a host for each layout of the banner.

use strict;
use warnings;

use Consent;
use Consent::Demo;

our @ISA = ('Consent::Demo');

our @LANGS = qw(en ja zh zh-Hant de fr);
our %HOSTS = (
    'www.kitayama.example'    => '',
    'top.kitayama.example'    => 'banner  bar position=top;',
    'box.kitayama.example'    => 'banner  box;',
    'center.kitayama.example' => 'banner  center;',
);

sub _fill {
    my ($self, $name) = @_;
    my $text = $self->SUPER::_fill($name);
    my $dir = $self->dir;

    $text =~ s{root\s+\S+/demo/site;}{root $dir/site;};
    $text =~ s{include\s+\S+/policies/cc-link\.conf;}{include $dir/policies.conf;};
    $text =~ s{(    server \{.*?\n    \}\n)}{$self->_servers($1)}se if $name eq 'nginx.conf';
    return $text;
}

sub _servers {
    my ($self, $server) = @_;

    return join '', map {
        my ($host, $id) = ($_, _id($_));
        $server =~ s/www\.kitayama\.example/$host/gr
            =~ s/(consent\s+)cc-link;/$1$id;/r
    } sort { ($b =~ /^www/) <=> ($a =~ /^www/) } keys %HOSTS;
}

sub _id { return $_[0] =~ /^www/ ? 'cc-link' : $_[0] =~ s/\..*//r }

# everybody(): Redis, origin and gate.  `lines` are added to each policy.
sub everybody {
    my ($self, %o) = @_;
    my $policy = $self->read(Consent::root() . '/conf/policies/cc-link.conf');
    my @langs = @{ $o{langs} || \@LANGS };
    my $lines = $o{lines} || '';

    $policy =~ s/^(\s+languages\s+)[^;]*;/$1@langs;/m or die 'languages';
    $self->write('policies.conf', join '', map {
        my ($id, $line) = (_id($_), $HOSTS{$_});
        $policy =~ s/consent_policy cc-link \{/consent_policy $id {\n$line\n$lines/r
    } keys %HOSTS);
    $self->_site(@langs);
    return $self->demo;
}

sub _site {
    my ($self, @langs) = @_;
    my $root = Consent::root();
    my $page = $self->read("$root/conf/demo/site/en/index.html");

    system('cp', '-R', "$root/conf/demo/site", $self->dir . '/site') == 0
        or die 'the site of the demo';

    for my $lang (@langs) {
        my $html = $lang eq 'ja' ? $self->read("$root/conf/demo/site/index.html")
            : $page =~ s/<html lang="en">/<html lang="$lang">/r;
        $self->write("site/$lang.html", $html);
    }
    return;
}

1;
