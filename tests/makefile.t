# What make knows of a file, it knows by whatever name BUILD is given: the
# object of another name would stay, with the structures of another day.

use strict;
use warnings;

use Cwd qw(abs_path);
use FindBin;
use Test::More;

my $root = abs_path("$FindBin::Bin/..");
my $build = $ENV{BUILD} || 'build';

# remade(BUILD): the objects that a change of the gate's header makes anew.
sub remade {
    my ($name) = @_;
    my $said = qx(make -C '$root' -n V=1 -W src/gate/cg_gate.h BUILD='$name' core 2>&1);

    return join ' ', sort $said =~ m{-o \S*?(gate/\w+\.o)\b}g;
}

like remade($build), qr{\bgate/cg_carrier\.o}, 'a header makes anew what reads it';
is remade("$root/$build"), remade($build), '... by the absolute name as well';

done_testing;
