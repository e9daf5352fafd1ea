# Documents that end in the middle of something, as Chromium shows them behind
# the gate: a banner is seen wherever one went in.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Consent;

my $root  = Consent::root();
my $build = $ENV{BUILD} || 'build';

sub skip_all {
    my $required = $ENV{CG_REQUIRE} || $ENV{CI};

    print $required ? "1..1\nnot ok 1 - $_[0]\n" : "1..0 # SKIP $_[0]\n";
    exit($required ? 1 : 0);
}

chdir $root or die "$root: $!";
for my $program (qw(node openssl), $ENV{CG_CHROMIUM} || 'chromium') {
    skip_all("no $program") if system("command -v $program >/dev/null") != 0;
}
skip_all('no playwright-core: make packages')
    unless -d 'node_modules/playwright-core';
skip_all("$build/tests/gate is not built: make tools")
    unless -x "$build/tests/gate";

exec 'node', 'tests/ends-chromium.mjs', '--insert';
