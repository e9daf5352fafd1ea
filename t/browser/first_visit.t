# A first visit in a real browser: nothing before consent.  The control, the
# same walk without the gate, shows that the sink would have seen it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Consent::Demo;

my $t = Consent::Demo->new(module => 0);

$t->demo_origin;
$t->browse('first_visit.mjs', CG_CONTROL => 1);

SKIP: {
    if (!$t->has_module) {
        fail 'the module is built' if $ENV{CG_REQUIRE} || $ENV{CI};
        skip 'the module is not built (make)', 1;
    }
    $t->demo;
    $t->clear_log('origin');
    $t->browse('first_visit.mjs');
}

$t->done;
