#!/usr/bin/env perl

# The tokenizer against html5lib's cases: whole, in every two pieces and byte
# by byte (build/tests/html-tokens --batch --split).  One line per file.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename qw(basename dirname);
use File::Temp;
use JSON::PP;
use Test::More;

my $root  = dirname(dirname(abs_path(__FILE__)));
my $tool  = ($ENV{BUILD} || "$root/build") . "/tests/html-tokens";
my @files = sort glob "$root/../shared/data/html5lib-tests/tokenizer/*.test";

plan skip_all => "no html5lib-tests under ../shared/data" unless @files;
plan skip_all => "make build/tests/html-tokens first" unless -x $tool;
plan tests => scalar @files;

my $json = JSON::PP->new->canonical->allow_nonref;

my %state = (
    'Data state'          => 'data',
    'RCDATA state'        => 'rcdata',
    'RAWTEXT state'       => 'rawtext',
    'Script data state'   => 'script',
    'PLAINTEXT state'     => 'plaintext',
    'CDATA section state' => 'cdata',
);

# "doubleEscaped": the strings hold \uXXXX once more.  A pair of surrogates is
# one character; what is left of them cannot be UTF-8.

sub unescape {
    my ($value) = @_;

    return [ map { unescape($_) } @$value ] if ref $value eq 'ARRAY';
    return { map { unescape($_) } %$value } if ref $value eq 'HASH';
    return $value if !defined $value || ref $value;

    $value =~ s/\\u([0-9A-Fa-f]{4})/chr hex $1/ge;
    $value =~ s/([\x{D800}-\x{DBFF}])([\x{DC00}-\x{DFFF}])/
        chr(0x10000 + (ord($1) - 0xD800) * 0x400 + ord($2) - 0xDC00)/gex;

    return $value;
}

# Adjacent Character tokens are one; parse errors in the list are not tokens.

sub coalesced {
    my @tokens;

    for my $token (grep { ref } @{$_[0]}) {
        if (@tokens && $token->[0] eq 'Character'
            && $tokens[-1][0] eq 'Character')
        {
            $tokens[-1][1] .= $token->[1];

        } else {
            push @tokens, [@$token];
        }
    }

    return \@tokens;
}

sub cases {
    my ($file, $skipped) = @_;
    my @cases;

    open my $fh, '<:raw', $file or die "$file: $!";
    my $tests = $json->utf8(1)->decode(do { local $/; <$fh> })->{tests};

    for my $test (@{$tests || []}) {
        my ($in, $want) = @$test{qw(input output)};

        ($in, $want) = (unescape($in), unescape($want))
            if $test->{doubleEscaped};

        if ($in =~ /[\x{D800}-\x{DFFF}]/) {
            $$skipped++;
            next;
        }

        for my $name (@{$test->{initialStates} || ['Data state']}) {
            push @cases, {
                title => "$test->{description} ($name)",
                state => $state{$name} || die("what is \"$name\"?"),
                last  => $test->{lastStartTag} // '-',
                in    => $in,
                want  => coalesced($want),
            };
        }
    }

    return @cases;
}

sub answers {
    my $batch = File::Temp->new;

    binmode $batch;

    for my $case (@_) {
        my $in = $case->{in};

        utf8::encode($in);
        print {$batch} "$case->{state} $case->{last} ", length $in, "\n", $in;
    }

    close $batch;
    open my $out, '-|', "'$tool' --batch --split <'$batch'" or die "$tool: $!";
    my @lines = <$out>;
    close $out or diag "$tool failed";

    return @lines;
}

for my $file (@files) {
    my $skipped = 0;
    my @cases   = cases($file, \$skipped);
    my @lines   = answers(@cases);
    my @bad;

    for my $i (0 .. $#cases) {
        my $want = $json->utf8(0)->encode($cases[$i]{want});
        my $got  = $json->encode(
            defined $lines[$i] ? $json->decode($lines[$i]) : 'no answer');

        push @bad, "$cases[$i]{title}\n got $got\nwant $want" if $got ne $want;
    }

    my $note = $skipped ? ", $skipped with lone surrogates skipped" : '';

    if (!@cases) {
        SKIP: {
            skip basename($file) . ": no case for a UTF-8 tokenizer"
                 . ($note || ', tests of XML coercion'), 1;
        }

        next;
    }

    ok(!@bad && @lines == @cases,
       basename($file) . ': ' . @cases . " cases in every split$note")
        or do {
            binmode Test::More->builder->failure_output, ':utf8';
            diag scalar(@bad) . " failed, the first ones:";
            diag $_ for grep { defined } @bad[0 .. 4];
        };
}
