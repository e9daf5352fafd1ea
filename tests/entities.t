#!/usr/bin/perl
# The list of entities is what its maker makes of the data, says where it is
# from, and is refused by the build where somebody has edited it out of order.

use strict;
use warnings;

use File::Temp qw(tempdir);
use Test::More;

my $list = 'conf/entities.tsv';
my $data = '../shared/data/tracker-lists/third-party-web-entities.json';
my $dir = tempdir(CLEANUP => 1);

sub slurp {
    open my $file, '<:raw', $_[0] or die "$_[0]: $!\n";
    local $/;
    return <$file>;
}

my $text = slurp($list);
my ($head) = $text =~ /\A((?:#.*\n)*)/;

like $head, qr/third-party-web, version\s+#?\s*0\.30\.0/, 'the list names its origin and version';
like $head, qr/MIT licence/, 'and its licence';
like slurp('NOTICE'), qr/Copyright \(c\) 2019 Patrick Hulce.*permission notice shall be included/s,
    'whose text stands in NOTICE';

SKIP: {
    skip "no $data", 1 unless -r $data;
    system("src/policy/entities $data >$dir/list") == 0 or die "src/policy/entities: $?\n";
    ok slurp("$dir/list") eq $text, 'the list is what src/policy/entities makes';
}

# ---- what the build makes of it

sub owners {
    my ($rows) = @_;
    open my $file, '>', "$dir/rows" or die $!;
    print $file $rows;
    close $file;
    my $out = `src/policy/owners $dir/rows 2>$dir/err`;
    return ($? >> 8, $out);
}

my ($code, $out) = owners("# x\na.example\tA \"B\" \\ C\tad\nb.example\tD\tcdn\n");
is $code, 0, 'a list in order is taken';
like $out, qr/"A \\"B\\" \\\\ C"/, 'what C has to escape is escaped';
like $out, qr/\{ 9, 1, 9, 1 \}/, 'each row has its place';

for my $bad (["b.example\tB\tad\na.example\tA\tad\n", 'out of order'],
             ["a.example\tA\tad\na.example\tB\tad\n", 'a host twice'],
             ["a.example A ad\n", 'no tabs'],
             [('a' x 256) . "\tA\tad\n", 'a host that is too long']) {
    ($code) = owners($bad->[0]);
    isnt $code, 0, "$bad->[1]: refused";
}

done_testing;
