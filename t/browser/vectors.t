# Markup that makes browsers fetch from a tracker, row by row through the gate
# into Chromium, with JavaScript and without: not one request, behind the second
# wall where it takes a script to ask for it.  The control,
# the same pages without the gate, shows that the sink would have seen it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Consent;
use Consent::Vectors;

my $data = Consent::root() . '/../shared/data/vectors/vectors.tsv';

plan skip_all => 'no vectors: ../shared/data/vectors is not there' if !-e $data;

my $t = Consent::Vectors->new($data);

$t->browse('vectors.mjs', CG_CONTROL => 1, CG_VECTORS => $data);
$t->browse('vectors.mjs', CG_VECTORS => $data);
$t->done;
