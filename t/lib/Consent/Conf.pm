package Consent::Conf;

# Whole nginx.conf files, each with one fragment put where it belongs, and what
# `nginx -t` and consentctl say of them.  The format of the cases is told at the
# top of t/config-errors.txt.

use strict;
use warnings;

use POSIX ();

# "~": left out where the fragment in that block has the directive itself.
# "[NAME]": here stands the fragment of that place.
my $TEMPLATE = <<'END';
[main]
daemon off;
pid %%DIR%%/var/pid;
error_log %%DIR%%/var/error.log;
events { }
http {
    access_log off;
    %%TEMP%%
  ~ consent_zone c 1m;
  ~ consent_redis 127.0.0.1:6379;
  ~ consent_key_file %%DIR%%/key;
  ~ consent_log %%DIR%%/var/consent.log;
    [http]
    consent_vendor v {
      ~ name V;
      ~ provider "V Inc." US;
      ~ receives ip;
      ~ host v.example.com;
        [vendor]
    } # end of vendor
    consent_policy p {
      ~ controller C;
      ~ notice /privacy/;
      ~ version 3;
      ~ languages en;
        clause C-1 "text";
        purpose necessary required;
        purpose analytics slot=1;
        vendor v purpose=analytics;
        [policy]
    } # end of policy
    upstream u {
        server 127.0.0.1:1;
        [upstream]
    }
    server {
        listen 127.0.0.1:%%PORT_x%%;
        server_name a.example;
      ~ consent p; # of the server
        [server]
        if ($arg_x) {
            [server_if]
        }
        location / {
            [location]
            if ($arg_x) {
                [if]
            }
            limit_except GET {
                deny all;
                [limit_except]
            }
        }
    }
}
[end]
END

my $TEMP = join ' ', map { "${_}_temp_path %%DIR%%/var/$_;" }
    qw(client_body proxy fastcgi uwsgi scgi);

my %BLOCK = ('consent_vendor v' => 'vendor', 'consent_policy p' => 'policy',
    'server {' => 'server', 'http {' => 'http');


# new(HARNESS): with the files that the cases name.
sub new {
    my ($class, $t) = @_;
    my $self = bless { t => $t, dir => $t->dir }, $class;
    my $nobody = getpwnam 'nobody';

    chmod 0755, $self->{dir};
    $t->write($_->[0], $_->[1]) for _files($t->read($t->key));
    chmod 0600, map { "$self->{dir}/$_->[0]" } _files('');
    chmod 0644, "$self->{dir}/open";
    chmod 0700, "$self->{dir}/var" if mkdir "$self->{dir}/var";
    mkdir "$self->{dir}/folder";
    symlink 'loop', "$self->{dir}/loop";
    POSIX::mkfifo("$self->{dir}/pipe", 0600);

    if ($> == 0) {
        chown $nobody, -1, "$self->{dir}/$_" for 'var', 'key';
    } else {
        chmod 0, "$self->{dir}/closed";
    }
    return $self;
}

sub _files {
    my ($key) = @_;

    return (
        ['key', $key], ['open', $key], ['closed', $key], ['none', "# nothing\n"],
        ['short', "c2hvcnQ\n"], ['word', "hello\n"], ['nine', "$key\n" x 9],
        ['typed', 'A' x 43 . "\n"], ['long', "#\n" x 9000], ['nul', "$key\0\n"],
        ['second', $key . 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8' . "\n"],
        ['password', "secret\n"], ['blank', " \n"], ['lines', "a\nb\n"],
    );
}


# cases(FILE): a hash of each case.
sub cases {
    my ($file) = @_;
    my @cases;

    open my $in, '<', $file or die "$file: $!\n";
    local $/ = '';

    while (my $text = <$in>) {
        my @lines = grep { !/^#/ } split /\n/, $text;

        push @cases, _case("$file:$.", @lines) if @lines;
    }
    return @cases;
}

sub _case {
    my ($where, $title, @lines) = @_;
    my %case = (title => $title, bad => [], mended => [], words => [],
        ctl => '');

    for (@lines) {
        my ($mark, $text) = /^  (\S)(?: (.*))?$/ or die "$where: $_\n";

        push @{ $case{bad} }, $text if $mark =~ /[-:]/;
        push @{ $case{mended} }, $text if $mark =~ /[+:]/;
        push @{ $case{words} }, $text =~ /^(\w+)/ if $mark =~ /[-+]/;
        push @{ $case{drop} }, split ' ', $text if $mark eq '!';
        $case{first} = @{ $case{bad} } if $mark eq '-' && !$case{first};
        $case{place} = $text if $mark eq '@';
        $case{says} = $text if $mark =~ /[=n]/;
        $case{nginx} = 1 if $mark eq 'n';
        $case{at} = $text if $mark eq '^';
        $case{ctl} = $text if $mark eq 'c';
        $case{nobody} = 1 if $mark eq 'u';
    }

    die "$where: $title: no place or no message\n"
        if !$case{place} || !defined $case{says};
    $case{ctl} = '-' if !$case{ctl} && $case{place} !~ /^(?:vendor|policy)$/;
    return \%case;
}


# put(NAME, CASE, MENDED): writes the file; its path and the line at fault.
sub put {
    my ($self, $name, $case, $mended) = @_;
    my @fragment = @{ $case->{$mended ? 'mended' : 'bad'} || [] };
    my $place = $case->{place} || '';
    my $path = "$self->{dir}/$name";
    my ($block, $line, @out) = ('');
    my %own = map { $_ => 1 } @{ $case->{drop} || [] },
        map { /^(\w+)/ ? $1 : () } @{ $case->{bad} || [] },
        @{ $case->{mended} || [] };

    for (split /\n/, $place eq 'file' ? '[file]' : $TEMPLATE) {
        for my $start (keys %BLOCK) {
            $block = $BLOCK{$start} if /^\s*\Q$start\E/;
        }
        next if /^\s*~ (\w+)/ && $block eq $place && $own{$1};

        if (/^\s*\[(\w+)\]$/) {
            next if $1 ne $place;
            $line = @out + ($case->{first} || 1);
            push @out, @fragment;
            next;
        }
        push @out, s/~ /  /r;
    }

    my $at = $case->{at};
    ($line) = grep { $out[$_ - 1] =~ /^\s*\Q$at\E$/ } 1 .. @out
        if defined $at;                        # "-": none is named

    $self->{t}->write($name, $self->sentence(join "\n",
        '%%LOAD_MODULE%%', @out));
    return ($path, $line && $line + 1);
}


# sentence(TEXT): its macros filled; %%x00%% is that byte, %%5*ab%% ababababab.
sub sentence {
    my ($self, $text) = @_;

    $text =~ s/%%TEMP%%/$TEMP/g;
    $text =~ s/%%x(\w\w)%%/chr hex $1/ge;
    $text =~ s/%%(\d+)\*([^%]+)%%/$2 x $1/ge;
    $text =~ s/%%NAME%%/bad/g;
    return $self->{t}->subst($text);
}


# refused(NAME, NOBODY): the sentences of `nginx -t`; none where it passes.
sub refused {
    my ($self, $name, $nobody) = @_;
    my @as = $nobody && $> == 0
        ? ('setpriv', '--reuid=nobody', '--clear-groups') : ();

    chown +(getpwnam 'nobody')[2], -1, glob "$self->{dir}/var/*" if @as;

    my ($code, $out) = $self->{t}->_run('', @as, $self->{t}{nginx}, '-e',
        "$self->{dir}/var/start.log", '-c', "$self->{dir}/$name", '-t');
    my @said = $out =~ /^nginx: \[(?:emerg|alert|crit)\] (.*)$/mg;

    push @said, $out if $out =~ /Sanitizer|runtime error:/;

    return $code == 0 ? @said : @said ? @said : ("exit $code: $out");
}


# ctl(NAME): what consentctl says of the file's policy, without its last line
# end; nothing where it has nothing to complain of.
sub ctl {
    my ($self, $name) = @_;
    my ($code, $out) = $self->{t}->consentctl('gate', '--conf',
        "$self->{dir}/$name", '--policy', 'p');

    chomp $out;
    return $code == 0 ? '' : $out;
}


# directives(): of each one in docs/directives.md its name, what follows the
# name, and the blocks that it may stand in.
sub directives {
    my ($self) = @_;
    my @found;

    for (split /^### /m, $self->{t}->read($self->{t}->root
                                          . '/docs/directives.md'))
    {
        my ($name) = /\A(consent\w*)\n/ or next;
        my ($syntax) = /^\| Syntax \| `\w+ ?(.*?);?` \|$/m;
        my ($context) = /^\| Context \| (.*?) \|$/m;

        push @found, [$name, $syntax =~ s/\\\|/|/gr, split /, /, $context];
    }
    return @found;
}


# variables(): what follows "$consent_" in each of docs/directives.md.
sub variables {
    my ($self) = @_;
    my $text = $self->{t}->read($self->{t}->root . '/docs/directives.md');

    return map { /\$consent_([a-z_]+)/g } $text =~ /^(\| `\$consent.*?) \|/mg;
}


# documented(): the names of all directives.
sub documented {
    my ($self) = @_;
    my $policy = $self->{t}->read($self->{t}->root . '/docs/policy.md');

    return ((map { $_->[0] } $self->directives),
        $policy =~ /^### (\w+)$/mg);
}

1;
