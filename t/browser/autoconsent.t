# Programs that answer banners for their visitors find ours, and what they say
# is what the module does.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Consent::Demo;

my $t = Consent::Demo->new(needs => [Consent::root() . '/node_modules/@duckduckgo/autoconsent']);

$t->demo;
$t->browse('autoconsent.mjs');
$t->done;
