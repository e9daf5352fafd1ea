#!/usr/bin/perl
# The man page of consentctl says what consentctl can do.

use strict;
use warnings;

use File::Temp qw(tempdir);
use Test::More;

my $ctl = ($ENV{BUILD} // 'build') . '/consentctl';

plan skip_all => "$ctl is not built: make ctl" unless -x $ctl;

open my $in, '<', 'docs/consentctl.1' or die "docs/consentctl.1: $!";
my $page = do { local $/; <$in> };
my @commands = `$ctl help` =~ /^  ([a-z]+) /mg;

cmp_ok scalar @commands, '>', 15, 'consentctl lists its commands';

for my $command (@commands) {
    like $page, qr/^\.It Cm $command\b/m, "$command stands in the man page";

    my $usage = `$ctl $command --help`;
    is $?, 0, "$command --help is no error";
    like $usage, qr/\Ausage: consentctl $command/, 'and says how it is called';

    my $entry = $page =~ /^(\.It Cm $command\b.*?)(?=^\.(?:It|El))/ms ? $1 : '';
    my %period = map { $_ => 1 } qw(from to json);
    for my $option ($usage =~ /^usage.*$/m ? $& =~ /--([a-z-]+)/g : ()) {
        like $entry, qr/Fl Fl \Q$option\E\b/, "--$option of $command, too"
            unless $period{$option};
    }
}

my %listed = map { $_ => 1 } @commands;
is_deeply [ grep { !$listed{$_} } $page =~ /^\.It Cm ([a-z]+)/mg ], [],
    'and nothing stands in it that there is not';

SKIP: {
    skip 'no groff', 1 if system('groff --version >/dev/null 2>&1') != 0;
    my $text = `groff -mdoc -Tutf8 -ww docs/consentctl.1 2>&1 >/dev/null`;
    is $text, '', 'groff has nothing to complain about';
}

my $dir = tempdir(CLEANUP => 1);
is system("make -n install DESTDIR=$dir 2>/dev/null"
          . ' | grep -q man1/consentctl.1'), 0, 'make install brings it';

done_testing;
