#!/usr/bin/perl
# The shipped vendor files against trackers of saved pages: each element of a
# vendor that they name is held where every other third party is allowed.

use strict;
use warnings;

use File::Temp qw(tempdir);
use IO::Uncompress::Gunzip qw(gunzip $GunzipError);
use Test::More;

my $ctl = ($ENV{BUILD} // 'build') . '/consentctl';
my $pages = '../shared/data/pages';

plan skip_all => "$ctl is not built: make ctl" unless -x $ctl;
plan skip_all => "no pages at $pages" unless -r "$pages/elements.tsv";

my $dir = tempdir(CLEANUP => 1);
my $here = `pwd`;
chomp $here;

# the table's name for each vendor file

my %vendors = ('google-analytics' => 'google-analytics',
               'google-tag-manager' => 'google-tag-manager',
               'google-ads' => 'google-ads', 'meta' => 'meta-pixel',
               'youtube' => 'youtube', 'google-maps' => 'google-maps',
               'google-fonts' => 'google-fonts');

# What the table counts to a vendor, but its file does not name: Meta's hosts for
# pictures, counters and log-in are not the pixel.  They are third parties that
# nobody declared, held as such unless ops allow those, as this test does.

my $elsewhere = qr/^(graph|badge|staticxx)\.facebook\.com$|\.fbcdn\.net$
                   |^www\.facebook\.com$|^s0\.2mdn\.net$/x;

open my $conf, '>', "$dir/nginx.conf" or die $!;
print $conf "include $here/conf/vendors/*.conf;\n", <<'END';
consent_policy test {
    controller  Test;
    contact     Test https://www.example.org/contact/;
    notice      /privacy/;
    version     1;
    languages   en;
    clause      T-1 "Trackers are named";
    purpose     necessary required;
    purpose     all slot=1 clause=T-1;
    unlisted    third_party=allow cookie=allow;
END
print $conf "    vendor $_ purpose=all role=third;\n"
    for sort values %vendors;
print $conf "}\n";
close $conf;

my (%rows, @found);
open my $tsv, '<', "$pages/elements.tsv" or die $!;

while (<$tsv>) {
    chomp;
    my ($file, $unit, $start, $end, $tag, $kind, $attr, $host, $names)
        = split /\t/;
    my ($vendor) = split /,/, $names;

    next unless $vendors{$vendor} && $attr !~ /^data-/
        && $kind =~ /^(script-src|(noscript>)?(iframe|img|img-pixel))$/;

    push @{ $rows{$file} }, [ $start, $end, $vendor, $host, $file, $kind ];
}

for my $file (sort keys %rows) {
    my $page;
    gunzip("$pages/$file" => \$page) or die "$file: $GunzipError";

    for my $row (@{ $rows{$file} }) {
        my $text = substr($page, $row->[0], $row->[1] - $row->[0]);
        $text =~ s/[\r\n]/ /g;
        push @found, [ $text, @$row ];
    }
}

open my $all, '>:raw', "$dir/page" or die $!;
print $all "$_->[0]\n" for @found;
close $all;

open my $out, '-|', "$ctl gate --conf $dir/nginx.conf <$dir/page" or die $!;
my @lines = <$out>;
close $out;

is($?, 0, 'all elements in one page are gated');
is(scalar @lines, scalar @found, 'each on its line');

my (%held, %missed);

for my $i (0 .. $#found) {
    my ($text, undef, undef, $vendor, $host, $file, $kind) = @{ $found[$i] };

    if (($lines[$i] // '') =~ /^<\w+ (type="text\/plain" )?data-ngxc-hold=/) {
        $held{$vendor}++;

    } elsif ($host !~ $elsewhere) {
        $missed{$vendor}{$host}++;
        diag("passes: $file $kind $host: ", substr($text, 0, 160))
            if $ENV{VERBOSE};
    }
}

for my $vendor (sort keys %{{ %held, %missed }}) {
    my $missed = $missed{$vendor} || {};
    my $n = $held{$vendor} // 0;

    ok(!%$missed, "$vendor: all of $n elements are held")
        or diag(join ', ', map { "$_ ($missed->{$_})" } sort keys %$missed);
}

done_testing();
