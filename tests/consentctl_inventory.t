#!/usr/bin/perl
# consentctl inventory over a week whose contents are known: what is open for
# too long is a finding, lack of data is no pass.

use strict;
use warnings;

use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;

my $build = $ENV{BUILD} // 'build';
my ($ctl, $week) = ("$build/consentctl", "$build/tests/week");

plan skip_all => "$ctl or $week is not built: make ctl tools"
    unless -x $ctl && -x $week;

my $dir = tempdir(CLEANUP => 1);

sub week {
    my ($name, @more) = @_;
    mkdir "$dir/$name";
    system($week, "$dir/$name", @more) == 0 or die "$week: $?";
    return "$dir/$name/consent.log";
}

sub ask {
    my (@args) = @_;
    my $out = `$ctl inventory @args 2>&1`;
    return ($? >> 8, $out);
}

my $held = week('held');
my $open = week('open', 'unknown-open');

my ($code, $out) = ask($held);
is $code, 0, 'what a browser blocked is no finding' or diag $out;
like $out, qr/^pass: /, 'and passes';
like $out, qr/^host +cdn\.widget\.example +Widget Ltd .* 7 +blocked /m,
    'it is listed all the same';

($code, $out) = ask('--days 3', $open);
is $code, 1, 'what passed for more than three days is one' or diag $out;
like $out, qr/^finding: \S+consent\.log:\d+: the host cdn\.widget\.example passed for more than 3 days on /m,
    'with its place';
is((ask($open))[0], 0, 'within fourteen days it is none');

($code, $out) = ask('--json --draft', $open);
my $answer = decode_json($out);
is $answer->{command}, 'inventory', '--json';
is scalar(@{ $answer->{data}{unknown} }), 1, 'one row a site and a name';
is $answer->{data}{unknown}[0]{passed}, 49, 'seven a day';
like $answer->{data}{draft}, qr/^consent_vendor widget-ltd \{/m, 'the draft is a member';

($code, $out) = ask('--from 2026-11-17 --to 2026-11-18', $open);
like $out, qr/ 14 +passed /, 'of a period';
($code, $out) = ask('--from 2020-01-01 --to 2020-01-02', $open);
is $code, 2, 'a period without traffic answers nothing';
is((ask("$dir/none.log"))[0], 2, 'nor does a file that is not there');
is((ask())[0], 2, 'nor none');
is((ask('--days', 'x', $open))[0], 2, 'a number is a number');
is((ask('--draft', '--nonsense', $open))[0], 2, 'an option is a known one');

system("sed -i '/unknown.seen/s/\"n\":7/\"n\":8/' $held");
like((ask($held))[1], qr/does not verify/, 'an altered log answers nothing');

done_testing();
