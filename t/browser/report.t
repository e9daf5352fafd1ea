# The report of an auditor in a real browser: one of a week in which all is
# well, and one of a week in which it is not.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Temp qw(tempdir);
use Test::More;

my $build = $ENV{BUILD} // "$FindBin::Bin/../../build";
my ($ctl, $week) = ("$build/consentctl", "$build/tests/week");

plan skip_all => 'make ctl tools' unless -x $ctl && -x $week;
plan skip_all => 'no chromium' unless $ENV{CG_REQUIRE}
    || -x ($ENV{CG_CHROMIUM} // '/usr/bin/chromium');

sub report {
    my ($want, @plant) = @_;
    my $dir = tempdir(CLEANUP => 1);

    is system($week, $dir, @plant), 0, "a week: @plant";
    is system($ctl, 'report', '--out', "$dir/report.html",
              "$dir/consent.log") >> 8, $want, 'its report is made';

    local $ENV{CG_REPORT} = "$dir/report.html";
    open my $out, '-|', 'node', "$FindBin::Bin/lib/report.mjs" or die $!;
    my ($lines, $planned) = (0, -1);

    while (<$out>) {
        if (/^(not )?ok \d+ - (.*)/) {
            ok !$1, "$2";
            $lines++;
        } elsif (/^1\.\.(\d+)/) {
            $planned = $1;
        } else {
            diag s/^# ?//r;
        }
    }
    close $out;
    is $lines, $planned, 'the browser came to its end';

    open my $in, '<', "$dir/report.html" or die $!;
    my $html = do { local $/; <$in> };
    open $in, '<', "$dir/consent.log" or die $!;
    my %secret = map { $_ => 1 }
        map { (/"sub":"([^"]+)"/, /"rid":"([^"]+)"/) } <$in>;
    is_deeply [ grep { index($html, $_) >= 0 } keys %secret ], [],
        scalar(keys %secret) . ' pseudonyms and receipts: none is in it';
    return $html;
}

report(0);
like report(1, 'passed-refused'), qr/passed to adnet in state refused/,
    'what was found is in it';
report(1, 'no-stop');
like report(1, 'few'), qr/too few to be told|&lt;&#8239;k/,
    'few people are not told of';

done_testing;
