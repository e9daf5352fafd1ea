#!/usr/bin/perl

# What visitors see, as bytes: small enough, and HTML that needs no repair.

use strict;
use warnings;

use Test::More;

my $tool = 'build/tests/notice';

plan(skip_all => "$tool is not built") unless -x $tool;

sub shown {
    my $html = `$tool @_`;

    die "$tool @_ failed" if $?;

    return $html;
}

sub gzipped {
    my ($bytes) = @_;

    open(my $out, '|-', 'gzip -9 > build/tests/notice.gz') or die $!;
    print $out $bytes;
    close($out) or die 'gzip failed';

    return -s 'build/tests/notice.gz';
}

# The names of elements whose tags do not match, of ids that are not unique,
# and of attributes that are there twice.  Enough for markup in which every
# value is quoted and every element is closed: ours.

sub faults {
    my ($html) = @_;
    my (@open, %id, @faults);

    $html =~ s/^<!DOCTYPE html>//;
    $html =~ s/(<(style|script)\b[^>]*>).*?(<\/\2>)/$1$3/gs;

    my $value = qr/(?:="[^"<>]*")?/;

    while ($html =~ /<(\/?)([a-z0-9]+)((?:\s+[a-z-]+$value)*)>|([<>])/g) {
        my ($end, $name, $attributes, $stray) = ($1, $2, $3, $4);

        if (defined $stray) {
            push @faults, "stray $stray at " . pos($html);
            next;
        }

        if ($end) {
            my $want = pop(@open) // 'nothing';
            push @faults, "</$name> closes $want" if $want ne $name;
            next;
        }

        my %seen;

        while ($attributes =~ /\s([a-z-]+)(?:="([^"]*)")?/g) {
            push @faults, "$1 twice in $name" if $seen{$1}++;
            push @faults, "id $2 twice" if $1 eq 'id' && $id{$2}++;
        }

        push @open, $name unless $name =~ /^(?:br|input|link|meta)$/;
    }

    for my $ref ($html =~ /aria-(?:labelledby|describedby)="([^"]*)"/g) {
        push @faults, "no id $ref" unless $id{$ref};
    }

    return join(', ', @faults, map { "$_ is open" } @open);
}

is(faults('<p><b>x</p><a href="x" href="y">'),
   '</p> closes b, href twice in a, p is open, a is open',
   'this test sees faults');

my $banner = shown('banner');

my @langs = map { m{([^/]+)\.msg$} } sort glob('conf/messages/*.msg');

is("@langs", 'de en fr ja zh-Hans zh-Hant', 'the languages that are shipped');

# Its layout changes the style alone, and with it the bytes.

for my $n (3, 5) {
    for my $lang (@langs) {
        my %size = map { $_ => gzipped(shown('banner', "lang=$lang",
            "purposes=$n", "layout=$_")) } qw(bar top box center);
        my ($most) = sort { $b <=> $a } values %size;

        cmp_ok($most, '<=', 4096, "the banner with $n purposes in $lang: "
            . join(', ', map { "$_ $size{$_}" } sort keys %size)
            . ' bytes of 4096');
    }
}

# What shipped vendors say of their cookies is translated, to the word.

my %said = map { $_ => 1 } map { /^\s*(?:cookie|storage)\s[^\n]*"([^"]*)"\s*;/mg }
    map { my $file = $_; open(my $in, '<', $file) or die $!; local $/; <$in> }
    glob('conf/vendors/*.conf');

for my $lang (grep { $_ ne 'en' } @langs) {
    open(my $in, '<', "conf/messages/cookies.$lang.txt") or die $!;
    my %known = map { /^([^#=]+?) = \S/ ? ($1 => 1) : () } <$in>;

    is(join(' | ', grep { !$known{$_} } sort keys %said), '',
       "$lang: what each cookie is for is translated");
}

# Whoever is named as a provider has a country that is named in each language.

my %country = map { $_ => 1 } map { /^\s*provider\s+"[^"]*"\s+([A-Z]{2})/mg }
    map { my $file = $_; open(my $in, '<', $file) or die $!; local $/; <$in> }
    glob('conf/vendors/*.conf');

for my $lang (@langs) {
    open(my $in, '<', "conf/messages/$lang.msg") or die $!;
    my %named = map { /^country\.([A-Z]{2}) = ./ ? ($1 => 1) : () } <$in>;

    is(join(' ', grep { !$named{$_} } sort keys %country), '',
       "$lang: each provider's country has a name");
}

# What is served, as src/embed leaves it.

sub served {
    my ($name) = @_;
    my ($bytes) = `src/embed src/web/$name` =~ /_bytes\[\] = \{(.*?)0x00 \};/s;

    return join('', map { chr hex } $bytes =~ /0x(..)/g);
}

for my $name (qw(client.js release.js)) {
    my $size = gzipped(served($name));

    cmp_ok($size, '<=', 4096, "$name: $size bytes of 4096");
}

unlike(join('', map { served($_) } qw(client.js release.js banner.js banner.css)),
       qr{^\s|/\*}m, 'scripts and styles are served without comments');

for my $lang (@langs) {
    is(faults(shown('banner', "lang=$lang")), '', "$lang: banner");
    is(faults(shown('settings', "lang=$lang", 'state=2', 'nonce=a1')), '',
       "$lang: settings link");
    is(faults(shown('confirm', "lang=$lang")), '', "$lang: confirmation");
    is(faults(shown('vendors', "lang=$lang")), '', "$lang: what is sent");

    for my $state (0 .. 7) {
        is(faults(shown('page', "lang=$lang", "state=$state",
                        'bad=error.cookies')),
           '', "$lang: page in state $state");
    }
}

unlink('build/tests/notice.gz');

done_testing();
