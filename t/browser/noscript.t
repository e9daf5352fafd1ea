# Both choices without JavaScript: the form alone does it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Consent::Demo;

my $t = Consent::Demo->new;

$t->demo;
$t->browse('noscript.mjs');
$t->done;
