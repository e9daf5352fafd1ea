# Reject, in a real browser: it stays shut, and nobody is numbered.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Consent::Demo;

my $t = Consent::Demo->new;

$t->demo;
$t->browse('reject.mjs');
$t->done;
