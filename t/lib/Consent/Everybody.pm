package Consent::Everybody;

# The demo for whoever may come: a page in every language there are texts for,
# and in one there are none for, from right to left; and a host for each layout
# of the banner.  /styled.html has the colours of a site.

use strict;
use warnings;

use Consent;
use Consent::Demo;

our @ISA = ('Consent::Demo');

our @LANGS = qw(en ja zh zh-Hant de fr);

my $STYLE = 'style=/css/consent.css';
my %BANNER = (www => '', top => 'banner bar position=top;', box => "banner box $STYLE;",
    center => 'banner center;', rtl => 'banner box;');

# As many letters as the English has.  That it says nothing is no matter here.
my $ARABIC = "\x{0627}\x{0644}\x{062E}\x{0635}\x{0648}\x{0635}\x{064A}\x{0629} ";

sub _fill {
    my ($self, $name) = @_;
    my $text = $self->SUPER::_fill($name);
    my $dir = $self->dir;

    $text =~ s{root\s+\S+/demo/site;}{root $dir/site;};
    $text =~ s{include\s+\S+/policies/cc-link\.conf;}{include $dir/policies.conf;};
    $text =~ s{(    server \{.*?\n    \}\n)}{_servers($1)}se if $name eq 'nginx.conf';
    return $text;
}

sub _servers {
    my ($server) = @_;

    return join '', map {
        my ($host, $id) = ("$_.kitayama.example", _id($_));
        $server =~ s/www\.kitayama\.example/$host/gr =~ s/(consent\s+)cc-link;/$1$id;/r
    } 'www', grep { $_ ne 'www' } sort keys %BANNER;
}

sub _id { return $_[0] eq 'www' ? 'cc-link' : $_[0] }

# everybody(): Redis, origin and gate.
sub everybody {
    my ($self) = @_;
    my $policy = $self->read(Consent::root() . '/conf/policies/cc-link.conf');
    my $right = _right_to_left($self->read(Consent::root() . '/conf/messages/en.msg'));

    $policy =~ s/^(\s+languages\s+)[^;]*;/$1@LANGS;/m or die 'languages';
    $self->write('policies.conf', join '', map {
        my ($id, $lines) = (_id($_), "$BANNER{$_}\n" . ($_ eq 'rtl' ? $right : ''));
        my $text = $policy =~ s/consent_policy cc-link \{/consent_policy $id {\n$lines/r;
        $_ eq 'rtl' ? $text =~ s/^(\s+languages\s+)/$1ar /mr : $text
    } sort keys %BANNER);
    $self->_site;
    return $self->demo;
}

# Every message in letters that run from right to left, its {words} kept.
sub _right_to_left {
    my ($messages) = @_;
    my $text = '';

    while ($messages =~ /^([a-z][\w.-]*) = (.*)$/mg) {
        my ($key, $said) = ($1, $2);
        my $arabic = join ' ', map { substr $ARABIC x (1 + length($_) / 8), 0, length }
            grep { /\S/ } split /\{\w+\}/, $said;
        my $words = join ' ', $said =~ /(\{\w+\})/g;
        utf8::encode($arabic);
        $text .= qq(text ar $key "$arabic $words";\n);
    }
    return $text;
}

sub _site {
    my ($self) = @_;
    my $site = Consent::root() . '/conf/demo/site';
    my $page = $self->read("$site/en/index.html");
    my $film = $self->read("$site/products/kx-320.html");

    system('cp', '-R', $site, $self->dir . '/site') == 0 or die 'the site of the demo';

    for my $lang (@LANGS, 'ar') {
        my $html = $lang eq 'ja' ? $self->read("$site/index.html") : $page;
        $self->write("site/$lang.html", $html =~ s/<html lang="\w+">/<html lang="$lang">/r);
        $self->write("site/film-$lang.html", $film =~ s/<html lang="\w+">/<html lang="$lang">/r);
    }
    $self->write('site/styled.html',
        $page =~ s{</head>}{<link rel="stylesheet" href="/css/consent.css"></head>}r);
    $self->write('site/css/consent.css', <<'END');
:root {
    --ngxc-bg: #fffdf8; --ngxc-fg: #1c1b19; --ngxc-muted: #55524c; --ngxc-border: #8a857b;
    --ngxc-link: #8a1538; --ngxc-focus: #b00020; --ngxc-btn-bg: #7a1f2b; --ngxc-btn-fg: #fff8f0;
    --ngxc-btn-border: #2b0a0f; --ngxc-btn-hover-bg: #5d1620; --ngxc-toggle-on: #006400;
    --ngxc-radius: 3px; --ngxc-font: serif; --ngxc-size: 17px; --ngxc-gap: 50px;
    --ngxc-max-width: 600px; --ngxc-z: 99;
}
END
    return;
}

1;
