package Consent::History;

# Whether clients, log and Redis tell one story.  Clients write down what they
# asked and were told; after a scenario their history is joined with the consent
# log and with what Redis holds, and every contradiction is named.
#
#   my $history = Consent::History->load(FILE…);
#   my @faults = $history->faults(Consent::History::stores($t));
#
# An event of a client: op choice or page, who (the visitor), gate (which one
# was asked), begun and ended (one monotonic clock for all), cid (whose token
# was sent; empty without one) and
#
#   choice   grants   the purposes asked for; none: it closes
#            answer   ok       recorded, says the answer
#                     fail     not recorded, says the answer; may be either where
#                              the log's outcome of it is `unknown`
#                     unknown  there was no whole answer: may be either
#            receipt  of an answer that is ok;  after: the cid it gave
#   page     status, whole (the origin's bytes are all there), open (purposes)
#
# and, of whatever was answered, state (the gate's words), worker (its process).
#
# The receipt is the decision's name in all three: `rid` in the log, `rid` in
# the record, and the record names the log's line (`evidence`, lane:seq), as do
# the entries of the stream that Redis gets with each write.
#
# What is told (reliability.md 0, I1 to I5):
#   - a decision that was acknowledged stands in the log once, and Redis took it
#     in once; the record of its person is that or a later one
#   - what Redis holds was announced by the log, in the same words
#   - an outcome says what happened
#   - a page is open for a purpose only if a decision of that person granted it
#     and no later one, acknowledged before the page was asked for, shut it
#
# Options: records, stream, log, see stores(); lag => seconds that another gate
# may be behind (0) what Redis has; since => begun of the first decision that must still be in
# the stream, which holds ten minutes; forgets => seconds: a closing that Redis
# did not take, because it was away, is not asked of it, and has to hold that
# long at its gate; lasts => 1: it holds there for ever, and what waited for Redis
# has been brought to it.

use strict;
use warnings;

use JSON::PP ();
use MIME::Base64 qw(decode_base64);
use Time::Local ();

use Consent::Redis;


sub new { return bless { events => [] }, shift }

sub load {
    my ($class, @files) = @_;
    my $self = $class->new;

    for my $file (@files) {
        open my $fh, '<:raw', $file or die "$file: $!\n";
        while (my $line = <$fh>) {
            $self->add(event($line));
        }
    }
    return $self;
}

sub add {
    my ($self, @events) = @_;
    push @{ $self->{events} }, @events;
    return $self;
}

# merge(HISTORY…): several loads are one history.
sub merge {
    my ($self, @others) = @_;
    return $self->add(map { @{ $_->{events} } } @others);
}

# line(EVENT): as it is written.
sub line {
    my ($event) = @_;
    return join("\t", map { "$_=$event->{$_}" } sort keys %$event) . "\n";
}

sub event {
    my ($line) = @_;
    chomp $line;
    return { map { split /=/, $_, 2 } split /\t/, $line };
}

sub choices { return grep { $_->{op} eq 'choice' } @{ $_[0]{events} } }
sub pages   { return grep { $_->{op} eq 'page' } @{ $_[0]{events} } }

# Those that were answered, and those that were not.
sub acknowledged { return grep { $_->{answer} eq 'ok' } $_[0]->choices }
sub broken       { return grep { !$_->{status} } @{ $_[0]{events} } }

# latency(EVENTS…): a sentence: how many, and milliseconds of the middle one, of
# the slowest of a hundred, of the slowest.
sub latency {
    my @ms = sort { $a <=> $b } map { 1000 * ($_->{ended} - $_->{begun}) } @_;

    return 'none' if !@ms;
    return sprintf '%d, %.1f %.1f %.1f ms', scalar @ms, $ms[$#ms / 2],
        $ms[$#ms * 0.99], $ms[-1];
}

sub _has { return " $_[0] " =~ / \Q$_[1]\E / }


# ---- what stands where

# stores(HARNESS, redis => NAME or [NAME…], keys => which there, log => [FILE…]): options
# for faults().  What
# waits for Redis is waited for, while gates run.
sub stores {
    my ($t, %o) = @_;
    my @files = @{ $o{log} || ['consent.log'] };
    my $dir = $t->dir;

    $t->wait_for(60, sub { !$t->pid('gate') || !grep { -s "$dir/$_.d/pending" } @files })
        or warn "something waits for Redis\n";

    return (log => [map { log_of($t->read($_)) } @files],
        _redis_of($o{keys} || '*', map { Consent::Redis->new($t->port($_)) }
            ref $o{redis} ? @{ $o{redis} } : $o{redis} || 'redis'));
}

# log_of(BYTES): decisions, outcomes, replays; lines of pages are many, and told by
# consentctl verify.
sub log_of {
    my ($bytes) = @_;
    my $json = JSON::PP->new->utf8;

    return map { $json->decode($_) }
        grep { /"ty":"(?:decision|outcome|replay)"/ }
        map { s/^.*(?=\{"v":1,"ch":")//r }
        grep { /"h":"[0-9a-f]{64}"\}\z/ } split /\n/, $bytes;
}

# redis_of(CLIENT…): records by name, and the entries of all streams.
sub redis_of { return _redis_of('*', @_) }

sub _redis_of {
    my ($which, @clients) = @_;
    my (%records, @stream);

    for my $redis (@clients) {
        my @keys = @{ $redis->ask('KEYS', $which) };
        my @names = grep { /:v:/ } @keys;
        my @streams = grep { /:log$/ } @keys;

        for my $fields ($redis->pipe(map { ['HGETALL', $_] } @names)) {
            $records{ (shift @names) =~ s/.*:v://r } = { @$fields };
        }
        for my $entries ($redis->pipe(map { ['XRANGE', $_, '-', '+'] } @streams)) {
            push @stream, map { +{ id => $_->[0], @{ $_->[1] } } } @$entries;
        }
    }
    return (records => \%records, stream => \@stream);
}

sub _hex {
    my ($base64url) = @_;
    return unpack 'H*', decode_base64($base64url =~ tr{-_}{+/}r);
}


# ---- the story

# faults(OPTIONS): sentences; none if all agree.
sub faults {
    my ($self, %o) = @_;
    my $s = bless { %o, faults => [], since => $o{since} || 0,
        lag => $o{lag} || 0 }, 'Consent::History::Story';

    $s->{choices} = [$self->choices];
    $s->{pages} = [$self->pages];
    $s->index;
    $s->lines;
    $s->answers;
    $s->kept;
    $s->outcomes;
    $s->numbers;
    $s->gates;
    return @{ $s->{faults} };
}


package Consent::History::Story;

sub fault {
    my ($s, $format, @args) = @_;
    push @{ $s->{faults} }, sprintf $format, @args;
}

# Decisions of the log by rid and by lane:seq, outcomes and entries of the
# stream by the lane:seq that they are about, choices by person.
sub index {
    my ($s) = @_;

    for my $e (@{ $s->{log} }) {
        my $at = $e->{ty} eq 'outcome'
            ? ($e->{ref}{ch} || $e->{ch}) . ":$e->{ref}{seq}"
            : "$e->{ch}:$e->{seq}";
        push @{ $s->{outcome}{$at} }, $e if $e->{ty} eq 'outcome';
        $s->{replay}{"$e->{ref}{ch}:$e->{ref}{seq}"} = $e if $e->{ty} eq 'replay';
        next if $e->{ty} ne 'decision';
        push @{ $s->{rid}{ $e->{rid} } }, $e;
        push @{ $s->{at}{$at} }, $e;
    }
    push @{ $s->{entry}{ $_->{evidence} } }, $_ for @{ $s->{stream} };
    for my $c (@{ $s->{choices} }) {
        my %whose = map { $_ => 1 } grep { length }
            $c->{cid}, defined $c->{after} ? $c->{after} : '';
        push @{ $s->{of}{$_} }, $c for keys %whose;
    }
}

# Each line once.
sub lines {
    my ($s) = @_;

    for my $at (sort keys %{ $s->{at} }) {
        $s->fault('the log has %s %d times', $at, scalar @{ $s->{at}{$at} })
            if @{ $s->{at}{$at} } > 1;
    }
    for my $rid (sort keys %{ $s->{rid} }) {
        my %places = map { ("$_->{ch}:$_->{seq}" => 1) } @{ $s->{rid}{$rid} };
        $s->fault('the log has decision %s at %s', $rid,
            join ', ', sort keys %places) if keys %places > 1;
    }
}

# What was acknowledged is there, in the words of the client.
sub answers {
    my ($s) = @_;
    my %told;

    for my $c (grep { $_->{answer} eq 'ok' } @{ $s->{choices} }) {
        my ($d) = @{ $s->{rid}{ $c->{receipt} } || [] };

        $s->fault('receipt %s was given twice', $c->{receipt})
            if $told{ $c->{receipt} }++;
        if (!$d) {
            $s->fault('%s: acknowledged, not in the log', _name($c));
            next;
        }
        my $words = join ' ', sort grep { $d->{p}{$_} } keys %{ $d->{p} };
        $s->fault('%s: the log says "%s"', _name($c), $words)
            if $words ne $c->{grants};
        $c->{decision} = $d;
        $s->taken($c) if $s->must_be_kept($c);
    }
}

sub _name {
    my ($c) = @_;
    return sprintf '%s of visitor %s (%s)', $c->{choice} || 'choice',
        $c->{who}, $c->{receipt} || $c->{answer};
}

sub _at { return "$_[0]{decision}{ch}:$_[0]{decision}{seq}" }

# Whether Redis has to have it: an opening always; a closing if there was a
# record to close, and, while Redis may be away, if it says that it was closed.
sub must_be_kept {
    my ($s, $c) = @_;
    my ($outcome) = @{ $s->{outcome}{ _at($c) } || [] };
    my $told = $s->{replay}{ _at($c) } || $outcome || { result => '' };

    return 1 if length $c->{grants};
    return 0 if !length $c->{cid};
    return 1 if !$s->{forgets} && !$s->{lasts};
    return $told->{result} eq 'recorded' ? 1 : 0;
}

sub taken {
    my ($s, $c) = @_;
    my @entries = @{ $s->{entry}{ _at($c) } || [] };

    $c->{kept} = 1;
    return if $c->{begun} < $s->{since};
    $s->fault('%s: acknowledged, not in Redis', _name($c)) if !@entries;
    $s->fault('%s: %d times in Redis', _name($c), scalar @entries)
        if @entries > 1;
    $s->{key}{$_} ||= $entries[0]{k}
        for grep { @entries && length } $c->{cid}, $c->{after};
}

# Records: announced by the log, and none is older than what was acknowledged.
sub kept {
    my ($s) = @_;

    for my $name (sort keys %{ $s->{records} }) {
        my $r = $s->{records}{$name};
        my $at = $r->{evidence} =~ s/^([^:]*:[^:]*):.*/$1/r;
        my ($d) = @{ $s->{at}{$at} || [] };

        if (!$d || $d->{rid} ne Consent::History::_hex($r->{rid})) {
            $s->fault('record %s: no line of the log announced it', $name);
            next;
        }
        my $words = join ' ', map { "$_=$d->{p}{$_}" } sort keys %{ $d->{p} };
        $s->fault('record %s: the log says "%s", it says "%s"', $name, $words,
            $r->{purposes}) if $words ne $r->{purposes};
        $s->fault('record %s: revision %s, the log says %s', $name, $r->{rev},
            $d->{rev}) if $d->{rev} != $r->{rev}
            && !$s->{replay}{$at};
    }
    for my $cid (sort keys %{ $s->{of} }) {
        my ($last) = sort { $b->{decision}{rev} <=> $a->{decision}{rev} }
            grep { $_->{kept} } @{ $s->{of}{$cid} };
        $s->newest($cid, $last) if $last && $s->{key}{$cid};
    }
}

sub newest {
    my ($s, $cid, $last) = @_;
    my $r = $s->{records}{ $s->{key}{$cid} };

    return $s->fault('%s: its record is gone', _name($last)) if !$r;
    $s->fault('%s: revision %s was acknowledged, the record has %s',
        _name($last), $last->{decision}{rev}, $r->{rev})
        if $r->{rev} < $last->{decision}{rev};
}

# What an outcome says, Redis says.
sub outcomes {
    my ($s) = @_;

    for my $at (sort keys %{ $s->{outcome} }) {
        my @all = @{ $s->{outcome}{$at} };
        my $there = $s->{entry}{$at} ? 1 : 0;

        # a worker that is killed while it says what became of a dead one's may
        # leave it to be said again, in the same words
        my %said = map { $_->{result} => 1 } @all;
        my @own = grep { !$_->{ref}{ch} || $_->{ref}{ch} eq $_->{ch} } @all;
        $s->fault('%s: %d outcomes', $at, scalar @all) if @own > 1 || keys %said > 1;
        $s->fault('%s: an outcome of nothing', $at) if !$s->{at}{$at};
        $s->fault('%s: recorded, says its outcome; Redis has nothing', $at)
            if $all[0]{result} eq 'recorded' && !$there && !$s->{since};
        $s->fault('%s: failed, says its outcome; Redis has it', $at)
            if $all[0]{result} eq 'failed' && $there;
        $s->fault('%s: pending, and nothing became of it', $at)
            if $s->{lasts} && $all[0]{result} eq 'pending' && !$s->{replay}{$at};
    }
    for my $at (sort keys %{ $s->{entry} }) {
        $s->fault('%s: Redis took in what the log does not announce', $at)
            if !$s->{at}{$at};
    }
}

# Revisions of a record follow each other; and Redis took in no more than was
# asked for.
sub numbers {
    my ($s) = @_;
    my %last;
    my $asked = @{ $s->{choices} };
    my $taken = @{ $s->{stream} };

    for my $e (sort { _order($a->{id}, $b->{id}) } @{ $s->{stream} }) {
        my $before = $last{ $e->{k} };
        $s->fault('record %s: revision %s after %s', $e->{k}, $e->{rev},
            $before) if defined $before && $e->{rev} != $before + 1;
        $last{ $e->{k} } = $e->{rev};
    }
    $s->fault('Redis took in %d decisions, %d were asked for', $taken, $asked)
        if $taken > $asked;
}

sub _order {
    my @a = split /-/, $_[0];
    my @b = split /-/, $_[1];
    return $a[0] <=> $b[0] || $a[1] <=> $b[1];
}

# No gate was open that should have been shut.
sub gates {
    my ($s) = @_;

    for my $page (@{ $s->{pages} }) {
        next if !$page->{status};
        for my $purpose (split / /, $page->{open} || '') {
            next if $s->may_be_open($page, $purpose);
            $s->fault('visitor %s: a page at %.3f was open for %s (%s)',
                $page->{who}, $page->{begun}, $purpose,
                length $page->{cid} ? 'by no decision in force'
                : 'without a token');
        }
    }
}

# As for a register that may be read while it is written: some decision that
# granted it began before the page was there, and none that was acknowledged
# stood between the two.
sub may_be_open {
    my ($s, $page, $purpose) = @_;
    my @of = @{ $s->{of}{ $page->{cid} } || [] };

    return 0 if !length $page->{cid};
    for my $d (@of) {
        next if ($d->{answer} eq 'fail' && !$s->unsure($d))
            || $d->{begun} > $page->{ended}
            || !Consent::History::_has($d->{grants}, $purpose);
        return 1 if !grep { $s->replaced($d, $_, $page) } @of;
    }
    return 0;
}

# Whether the log knows of a decision of that person, in those words, of which
# nobody can say what became of it: Redis was asked, and may have it.
sub unsure {
    my ($s, $d) = @_;

    $s->{unsure} ||= { map { my $e = $_; (join(' ', $e->{sub}, sort grep { $e->{p}{$_} } keys %{ $e->{p} }) => 1) }
        grep { length($_->{sub} || '') } map { @{ $s->{at}{$_} || [] } }
        grep { $s->{outcome}{$_}[0]{result} eq 'unknown' } keys %{ $s->{outcome} } };
    my ($sub) = map { $_->{decision}{sub} } grep { $_->{decision} && $_->{decision}{sub} }
        @{ $s->{of}{ $d->{cid} } || [] };
    return defined $sub && $s->{unsure}{ join ' ', $sub, split / /, $d->{grants} };
}

sub replaced {
    my ($s, $d, $later, $page) = @_;
    my $here = $later->{gate} eq $page->{gate};
    my $lag = $here ? 0 : $s->{lag};

    return 0 if $later->{answer} ne 'ok' || $later->{begun} < $d->{ended};
    return 0 if $s->{forgets} && !$later->{kept}
        && (!$here || $page->{begun} > $later->{ended} + $s->{forgets});
    my $known = $here ? $later->{ended} : $s->brought($later);
    return defined $known && $known + $lag < $page->{begun};
}

# When Redis had it, on the clients' clock: what waited for Redis is known to
# other hosts only then.  undef: never.
sub brought {
    my ($s, $c) = @_;
    my ($outcome) = $c->{decision} ? @{ $s->{outcome}{ _at($c) } || [] } : ();

    return $c->{ended} if !$outcome || $outcome->{result} ne 'pending';
    my $replay = $s->{replay}{ _at($c) } or return;
    return $c->{begun} + _wall($replay->{t}) - _wall($c->{decision}{t});
}

sub _wall {
    my ($day, $h, $m, $sec) = $_[0] =~ /^(\S+)T(\d+):(\d+):([\d.]+)Z$/ or die "no time: $_[0]\n";
    my ($y, $mon, $d) = split /-/, $day;
    return Time::Local::timegm(0, $m, $h, $d, $mon - 1, $y) + $sec;
}

1;
