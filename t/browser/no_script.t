# All that a visitor may do, by forms and links alone: JavaScript is off.  After
# each step Redis, the log, the browser and the vendors' sink are looked at.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Consent::Demo;

my $t = Consent::Demo->new;

$t->demo;
$t->browse('no_script.mjs', CG_LOG => $t->dir . '/consent.log');
$t->done;
