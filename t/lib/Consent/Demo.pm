package Consent::Demo;

# The demo (conf/demo) started by the harness, and browser scripts run against
# it: each TAP line of a script becomes a test of the file that runs it.

use strict;
use warnings;

use Consent;
use Test::More ();

our @ISA = ('Consent');


# new(needs => [FILE or PROGRAM…]): what a test needs beyond node and Chromium.
sub new {
    my ($class, %o) = @_;
    my $root = Consent::root();

    return $class->SUPER::new(%o, needs => ['node', 'openssl',
        $ENV{CG_CHROMIUM} || 'chromium',
        "$root/node_modules/playwright-core", @{ $o{needs} || [] }]);
}

# has_module(): whether there is something to gate with.
sub has_module {
    my ($self) = @_;
    return (!length $self->{so} || -e $self->{so}) && -x $self->{ctl};
}

sub _fill {
    my ($self, $name) = @_;
    my $text = $self->read(Consent::root() . "/conf/demo/$name");
    my %value = (
        LOAD_MODULE => $self->_load_module, USER => Consent::user(),
        DIR => $self->dir, ROOT => Consent::root(),
        POLICY => $ENV{POLICY} || 'cc-link',
        PORT => $self->port('gate'), ORIGIN_PORT => $self->port('origin'),
        REDIS_PORT => $self->port('redis'),
    );

    # a busy machine is no fault of Redis'
    $text =~ s/(consent_redis\s+[^;]+);/$1 timeout=2s;/;
    $text =~ s/\@KEY\@/$self->key/ge;
    $text =~ s/\@(\w+)\@/defined $value{$1} ? $value{$1} : "\@$1\@"/ge;
    return $text;
}

sub demo_origin {
    my ($self) = @_;
    return $self->nginx('origin', $self->_fill('origin.conf'));
}

# demo(): Redis, origin and gate, as conf/demo/run has them.
sub demo {
    my ($self) = @_;

    $self->{module} = 1;
    $self->redis;
    $self->demo_origin if !$self->pid('origin');
    return $self->nginx('gate', $self->_fill('nginx.conf'));
}

# browse(SCRIPT, NAME => VALUE…): runs t/browser/lib/SCRIPT with these added to
# its environment.
sub browse {
    my ($self, $script, %env) = @_;
    my @lines;
    my $planned;

    local %ENV = (%ENV, CG_PORT_GATE => $self->port('gate'),
        CG_PORT_ORIGIN => $self->port('origin'),
        CG_PORT_REDIS => $self->port('redis'),
        CG_ORIGIN_LOG => $self->dir . '/origin.log', %env);
    my ($code, $out) = $self->_run('', 'node',
        Consent::root() . "/t/browser/lib/$script");

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    for my $line (split /\n/, $out) {
        if ($line =~ /^(not )?ok \d+ - (.*)/) {
            push @lines, $line;
            Test::More::ok(!$1, $2);
        } elsif ($line =~ /^1\.\.(\d+)$/) {
            $planned = $1;
        } else {
            Test::More::diag($line =~ s/^# ?//r);
        }
    }
    Test::More::ok(defined $planned && $planned == @lines && @lines > 0,
        "$script ran to its end") or Test::More::diag("exit code $code");
    return $self;
}

1;
