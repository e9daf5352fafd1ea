#!/usr/bin/perl

# A short run of the differential fuzzer, the same pages each time; `make
# differential` goes on with others.

use strict;
use warnings;

my $build = $ENV{BUILD} // 'build';

sub skip_all {
    print "1..0 # SKIP $_[0]\n";
    exit 0;
}

skip_all('no node') if system('node --version >/dev/null 2>&1') != 0;
for my $package (qw(parse5 @csstools/css-tokenizer)) {
    skip_all("no $package: make packages") unless -d "node_modules/$package";
}
skip_all("$build/tests/gate is not built: make tools")
    unless -x "$build/tests/gate";

exec 'node', 'tests/differential.mjs', '--cases', 5000, '--seed', 1;
