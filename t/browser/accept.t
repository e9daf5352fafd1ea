# Accept, in a real browser: recorded first, then the gate opens.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Consent::Demo;

my $t = Consent::Demo->new;

$t->demo;
$t->browse('accept.mjs');
$t->done;
