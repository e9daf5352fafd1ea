# Our own rows of markup that loads a tracker: what leaked once, and what never
# must.  As vectors.t, which has the control; which of these rows are
# live without the gate stands in the file.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Consent;
use Consent::Vectors;

my $data = Consent::root() . '/t/vectors.tsv';
my $t = Consent::Vectors->new($data);

$t->browse('vectors.mjs', CG_VECTORS => $data);
$t->done;
