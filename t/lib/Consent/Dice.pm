package Consent::Dice;

# Chance that can be repeated: whoever throws gets dice of its own, all made
# from one seed, which a test prints and CONSENT_SEED sets.

use strict;
use warnings;

use Exporter 'import';
use Test::More ();

our @EXPORT_OK = qw(seed rounds);


# seed(): of this run; said once, so that a failure can be repeated.  What runs
# side by side still meets in another order each time.
my $seed;

sub seed {
    return $seed if defined $seed;
    $seed = $ENV{CONSENT_SEED} || 1 + int rand 1_000_000;
    Test::More::note("CONSENT_SEED=$seed repeats the dice");
    return $seed;
}

# rounds(SHORT, LONG): how often a scenario runs: SHORT in a test that everybody
# runs, LONG with CONSENT_ROUNDS=long, or that number.
sub rounds {
    my ($short, $long) = @_;
    my $wish = $ENV{CONSENT_ROUNDS} || $short;
    return $wish eq 'long' ? $long : $wish;
}


# new(NUMBER): the dice of the thrower of that number.
sub new {
    my ($class, $number) = @_;
    my $self = bless { state => (seed() * 7919 + $number * 104_729)
        % 2_147_483_647 || 1 }, $class;

    $self->real for 1 .. 8;
    return $self;
}

# real(): 0 <= x < 1, by the minimal standard generator.
sub real {
    my ($self) = @_;

    $self->{state} = $self->{state} * 48_271 % 2_147_483_647;
    return ($self->{state} - 1) / 2_147_483_646;
}

sub below   { return int $_[0]->real * $_[1] }
sub between { return $_[1] + $_[0]->real * ($_[2] - $_[1]) }

sub pick {
    my ($self, @things) = @_;
    return $things[$self->below(scalar @things)];
}

# weighted(THING => WEIGHT, …)
sub weighted {
    my ($self, @pairs) = @_;
    my ($sum, %at) = 0;

    for (my $i = 0; $i < @pairs; $i += 2) {
        $sum += $pairs[$i + 1];
    }
    my $throw = $self->real * $sum;
    for (my $i = 0; $i < @pairs; $i += 2) {
        $throw -= $pairs[$i + 1];
        return $pairs[$i] if $throw < 0;
    }
    return $pairs[0];
}

1;
