package Consent::Cluster;

# A Redis Cluster on loopback: masters and replicas, real, each in a process of
# its own.
#
#   my $cluster = Consent::Cluster->new($t, masters => 3, replicas => 1);
#   … consent_redis @{[ $cluster->seeds ]} cluster; …
#   my $name = $cluster->owner($slot);
#   $cluster->move($slot, $to);
#
# Nodes are named c0, c1, …; port(NAME) of the harness is theirs.

use strict;
use warnings;

use IO::Socket::INET;

use Consent::Redis;

my $DEAD = 1500;                           # ms until a node counts as down


sub new {
    my ($class, $t, %o) = @_;
    my $self = bless { t => $t, masters => 3, replicas => 1, args => [], %o },
        $class;
    my $n = $self->{masters} * (1 + $self->{replicas});

    $self->{names} = [map { "c$_" } 0 .. $n - 1];
    $self->start($_) for $self->names;
    $self->_join;
    $t->wait_for(60, sub { $self->settled }) or die "no cluster\n";
    return $self;
}

# What `redis-cli --cluster create` does, which knows no bus ports but its own.
sub _join {
    my ($self) = @_;
    my ($t, $n, @names) = ($self->{t}, $self->{masters}, $self->names);
    my %redis = map { $_ => Consent::Redis->new($t->port($_)) } @names;

    for my $i (0 .. $n - 1) {
        $redis{ $names[$i] }->ask('CLUSTER', 'ADDSLOTSRANGE', int(16384 * $i / $n), int(16384 * ($i + 1) / $n) - 1);
        $redis{ $names[$i] }->ask('CLUSTER', 'SET-CONFIG-EPOCH', $i + 1);
    }
    $self->meet($_) for @names[1 .. $#names];
    $t->wait_for(30, sub { !grep { $redis{$_}->ask('CLUSTER', 'INFO') !~ /cluster_state:ok/ } @names }) or die "they do not meet\n";
    for my $i ($n .. $#names) {
        $redis{ $names[$i] }->ask('CLUSTER', 'REPLICATE', $self->id($names[$i % $n]));
    }
}

sub meet {
    my ($self, $name) = @_;
    $self->{t}->redis_ask('c0', 'cluster', 'meet', '127.0.0.1', $self->{t}->port($name), $self->_bus($name));
}

sub names { return @{ $_[0]{names} } }
sub seeds { my ($self) = @_; return join ' ', map { '127.0.0.1:' . $self->{t}->port($_) } $self->names }

# start(NAME): again with what it had.
sub start {
    my ($self, $name) = @_;
    my $t = $self->{t};
    my $port = $t->port($name);

    $t->redis_named($name, '--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf',
        '--cluster-node-timeout', $DEAD, '--cluster-port', $self->_bus($name),
        '--cluster-require-full-coverage', 'no', '--repl-diskless-sync-delay', 0,
        '--appendfsync', 'always', @{ $self->{args} });
}

# The ports of the harness may be higher than Redis' port + 10000 allows.
sub _bus { my ($self, $name) = @_; return $self->{t}->port("$name-bus") }

sub add {
    my ($self, $name) = @_;
    push @{ $self->{names} }, $name;
    $self->start($name);
}

# nodes(): of each that answers, what it thinks of itself and the others.
sub view {
    my ($self, $name) = @_;
    my @nodes;

    for my $line ($self->{t}->redis_ask($name, 'cluster', 'nodes')) {
        my ($id, $where, $flags, undef, undef, undef, undef, $link, @slots) = split / /, $line;
        my ($port) = ($where || '') =~ /:(\d+)/ or next;
        my ($node) = grep { $self->{t}->port($_) == $port } $self->names;
        push @nodes, { id => $id, name => $node, flags => $flags, link => $link, slots => \@slots };
    }
    return @nodes;
}

# settled(): all agree, and every master has a replica in step.
sub settled {
    my ($self, %o) = @_;
    my $least = $o{nodes} || $self->names;

    for my $name (grep { $self->{t}->pid($_) } $self->names) {
        my $info = $self->{t}->redis_ask($name, 'cluster', 'info');
        return 0 if $info !~ /cluster_state:ok/ || $info !~ /cluster_slots_ok:16384/;
        my @view = grep { $_->{flags} !~ /fail|handshake/ } $self->view($name);
        return 0 if @view < $least;
        my $role = $self->{t}->redis_ask($name, 'role');
        return 0 if $role =~ /^slave/ && $role !~ /^connected$/m;
    }
    return 1;
}

# masters(): names of those that serve, as NAME sees it.
sub masters {
    my ($self, $of) = @_;
    ($of) = grep { $self->{t}->pid($_) } $self->names if !defined $of;
    return map { $_->{name} } grep { $_->{flags} =~ /master/ && $_->{flags} !~ /fail/ && @{ $_->{slots} } } $self->view($of);
}

sub id {
    my ($self, $name) = @_;
    return $self->{t}->redis_ask($name, 'cluster', 'myid');
}

# owner(SLOT): the master that has it.
sub owner {
    my ($self, $slot, $of) = @_;
    ($of) = grep { $self->{t}->pid($_) } $self->names if !defined $of;

    for my $node ($self->view($of)) {
        next if $node->{flags} =~ /fail/;
        for my $range (grep { !/^\[/ } @{ $node->{slots} }) {
            my ($from, $to) = split /-/, $range;
            return $node->{name} if $slot >= $from && $slot <= (defined $to ? $to : $from);
        }
    }
    return;
}

# slot(LABEL or KEY)
sub slot {
    my ($self, $key) = @_;
    return $self->{t}->redis_ask(($self->names)[0], 'cluster', 'keyslot', $key);
}

# move(SLOT, TO, pause => seconds between two keys): the slot with all keys in
# it, as redis-cli's reshard does it.
sub move {
    my ($self, $slot, $to, %o) = @_;
    my $from = $self->owner($slot);

    return if $from eq $to;
    $self->begin($slot, $from, $to);
    $self->finish($slot, $from, $to, %o);
}

# begin(SLOT, FROM, TO): it is about to move, and no key has.
sub begin {
    my ($self, $slot, $from, $to) = @_;

    $self->_client($to)->ask('CLUSTER', 'SETSLOT', $slot, 'IMPORTING', scalar $self->id($from));
    $self->_client($from)->ask('CLUSTER', 'SETSLOT', $slot, 'MIGRATING', scalar $self->id($to));
}

# finish(SLOT, FROM, TO, pause =>): the keys that are left, and whose it is now.
sub finish {
    my ($self, $slot, $from, $to, %o) = @_;
    my $source = $self->_client($from);
    my $id = $self->id($to);

    while (my @keys = @{ $source->ask('CLUSTER', 'GETKEYSINSLOT', $slot, 1) }) {
        $source->ask('MIGRATE', '127.0.0.1', $self->{t}->port($to), '', 0, 5000, 'KEYS', @keys);
        select undef, undef, undef, $o{pause} if $o{pause};
    }
    for my $name ($to, $from, grep { $_ ne $from && $_ ne $to } $self->masters($to)) {
        $self->_client($name)->ask('CLUSTER', 'SETSLOT', $slot, 'NODE', $id);
    }
}

sub _client { my ($self, $name) = @_; return Consent::Redis->new($self->{t}->port($name)) }

1;
