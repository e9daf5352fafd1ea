#!/usr/bin/perl

# A short run of the differential fuzzer, the same pages each time; `make
# differential` goes on with others.

use strict;
use warnings;

use Test::More;

my $build = $ENV{BUILD} // 'build';

plan skip_all => 'no node' if system('node --version >/dev/null 2>&1') != 0;
for my $package (qw(parse5 @csstools/css-tokenizer)) {
    plan skip_all => "no $package: make packages"
        unless -d "node_modules/$package";
}
plan skip_all => "$build/tests/gate is not built: make tools"
    unless -x "$build/tests/gate";

for my $how ('', ' --insert', ' --insert --cut') {
    my $said = `node tests/differential.mjs --cases 3000 --seed 1$how`;

    is($?, 0, "nothing foreign is fetched of what leaves the gate$how")
        or diag($said);
}

done_testing();
