# How the banner stands in the page: in each layout it leaves the page in use,
# holds both answers equal, and takes the colours of the site and the direction
# of the language.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Consent::Everybody;

my $t = Consent::Everybody->new;

$t->everybody;
$t->browse('looks.mjs', CG_LANGS => "@Consent::Everybody::LANGS",
    CG_AXE => Consent::root() . '/node_modules/axe-core/axe.min.js');
$t->done;
