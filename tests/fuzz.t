#!/usr/bin/perl

# The corpus of each fuzz target, once, under ASan and UBSan.  An input that
# ever broke a promise is one of these files.

use strict;
use warnings;

use Test::More;

my $build   = $ENV{BUILD} // 'build';
my @targets = map { m{/fuzz_(\w+)\.c$} } sort glob 'tests/fuzz_*.c';

@targets = grep { $_ ne 'main' } @targets;

for my $name (@targets) {
    my $run   = "$build/tests/fuzz_$name";
    my @files = sort glob "tests/corpus/$name/*";

    ok(@files > 0, "$name: has a corpus");

  SKIP: {
        skip "$run is not built: make unit", 1 unless -x $run;

        # a file at a time would start the program that often: the last name
        # that it printed is the one it died of

        my @said = `'$run' @files 2>&1`;
        my $rc   = $?;

        ok($rc == 0, "$name: " . @files . ' inputs keep its promises')
            or diag(@said > 20 ? @said[ -20 .. -1 ] : @said);
    }
}

is_deeply([ map { m{([^/]+)$} } grep { -d } sort glob 'tests/corpus/*' ],
          \@targets, 'each corpus has a target');

done_testing();
