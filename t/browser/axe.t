# What visitors see is for everybody: banner, settings, preferences, the notice
# of transmission, the pages of rights and what is said after each action, in
# every language and under every setting of theirs (WCAG 2.2 AA), by keyboard as
# by pointer.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Consent::Everybody;

my $t = Consent::Everybody->new;

$t->everybody;
$t->browse('axe.mjs', CG_LANGS => "@Consent::Everybody::LANGS",
    CG_AXE => Consent::root() . '/node_modules/axe-core/axe.min.js');
$t->done;
