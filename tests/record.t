#!/usr/bin/perl

# The scripts of src/consent against a real redis-server, in cluster mode so
# that keys of two hash slots would be refused.

use strict;
use warnings;

use File::Temp qw(tempdir);
use FindBin qw($Bin);
use IO::Socket::INET;
use POSIX ();
use Test::More;

my $tool = ($ENV{BUILD} || "$Bin/../build") . '/tests/record-argv';

sub found {
    my ($program) = @_;

    return grep { -x "$_/$program" } split /:/, $ENV{PATH};
}

plan skip_all => "$tool is not built: make tools" unless -x $tool;

for my $program (qw(redis-server redis-cli)) {
    plan skip_all => "$program is not installed" unless found($program);
}

my $dir = tempdir(CLEANUP => 1);
my $socket = "$dir/redis.sock";

# the cluster bus wants a port of its own, which nobody talks to

my $port = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1)
               ->sockport();
my $pid = fork();

die "fork: $!" unless defined $pid;

if ($pid == 0) {
    open STDOUT, '>', "$dir/log";
    open STDERR, '>&', \*STDOUT;
    exec 'redis-server', '--port', 0, '--unixsocket', $socket, '--dir', $dir,
         '--save', '', '--appendonly', 'no', '--cluster-enabled', 'yes',
         '--cluster-port', $port, '--bind', '127.0.0.1'
        or POSIX::_exit(127);
}

END {
    if ($pid) {
        my $status = $?;

        kill 'TERM', $pid;
        waitpid $pid, 0;
        $? = $status;
    }
}

sub output {
    my ($input, @command) = @_;

    open my $file, '>', "$dir/in" or die $!;
    print {$file} $input;
    close $file;

    my $child = open my $pipe, '-|';

    die "fork: $!" unless defined $child;

    if ($child == 0) {
        open STDIN, '<', "$dir/in";
        open STDERR, '>&', \*STDOUT;
        exec @command or POSIX::_exit(127);
    }

    my $text = do { local $/; <$pipe> } // q();

    close $pipe;
    $text =~ s{\n\z}{};

    return $text;
}

sub redis { return output('', 'redis-cli', '-s', $socket, '--raw', @_) }
sub words { return split /\0/, output('', $tool, @_) }
sub run   { return join ' ', split /\n/, redis(words(@_)) }

for (1 .. 100) {
    last if -S $socket && redis('PING') eq 'PONG';
    select undef, undef, undef, 0.05;
}

if (redis('PING') ne 'PONG') {
    diag(output('', 'cat', "$dir/log"));
    BAIL_OUT('redis-server does not answer');
}

# A new cluster takes two seconds until it serves.

redis('CLUSTER', 'ADDSLOTSRANGE', 0, 16383);

for (1 .. 100) {
    last if redis('CLUSTER', 'INFO') =~ /cluster_state:ok/;
    select undef, undef, undef, 0.05;
}

like(redis('CLUSTER', 'INFO'), qr/cluster_state:ok/, 'the server is a cluster');

my (undef, $record) = words('lookup');
my (undef, $salt) = words('salt');
my $log = output('', $tool, 'log');
my $ttl = 180 * 86400;

sub field { return redis('HGET', $record, $_[0]) }

sub judged {
    return output(redis(words('lookup')) . "\n", $tool, 'read');
}

like($record, qr/^cg:\{[0-9a-f]{3}\}:v:[A-Za-z0-9_-]{22}$/,
     'a record has a name that tells nothing');

is(run(qw(commit 0 1 5 1 a s)), 'OK 1', 'a first grant is written');
is(judged(), '0 1 5 1', 'and is read back and verified');
cmp_ok(abs(redis('TTL', $record) - $ttl), '<=', 2,
       'the record lives as long as the decision');
cmp_ok(abs(redis('TTL', $salt) - $ttl), '<=', 2, 'and so does the salt');

is(field('purposes'), 'analytics=1 media=1', 'purposes stand there as words');
is(field('state'), 'granted', 'the state, too');
is(field('decided'), '2026-09-21T14:13:20Z', 'and the time of the decision');
is(field('site'), 'www.example.org', 'and the site');
is(redis('GET', $salt), 'c3Nzc3Nzc3Nzc3Nzc3Nzcw', 'the salt is written');

is(run(qw(commit 0 1 5 1 a t)), 'DUP 1', 'the same write again is a duplicate');
is(run(qw(commit 0 1 4 3 b t)), 'STALE 1',
   'another first write loses, and learns the revision');
is(run(qw(commit 2 3 4 3 b t)), 'STALE 1', 'so does one from the future');
is(judged(), '0 1 5 1', 'and what stood there still stands');
is(redis('GET', $salt), 'c3Nzc3Nzc3Nzc3Nzc3Nzcw', 'salt included');
is(redis('XLEN', $log), 1, 'only a write is logged');

redis('HSET', $record, 'leftover', 'x');
is(run(qw(commit 1 2 4 3 c t)), 'OK 2', 'a change is written');
is(judged(), '0 2 4 3', 'and read back');
is(redis('HEXISTS', $record, 'leftover'), 0,
   'no field of the old record survives');
is(redis('GET', $salt), 'c3Nzc3Nzc3Nzc3Nzc3Nzcw', 'the first salt is kept');
is(field('state'), 'partial', 'a part is called a part');
is(field('history'), '2026-09-21T14:13:20Z accept_all analytics=1,media=1 '
   . field('evidence'), 'what it said before stands beside it');
is(run(qw(commit 1 2 4 3 d -)), 'STALE 2',
   'the same revision with another nonce is no duplicate');

redis('EXPIRE', $salt, 100);
is(run(qw(commit 2 3 0 4 e -)), 'OK 3', 'a withdrawal is written');
is(judged(), '0 3 0 4', 'and grants nothing');
is(field('state'), 'withdrawn', 'and says so');
cmp_ok(abs(redis('TTL', $salt) - $ttl), '<=', 2,
       'the salt never leaves before its record');

my @last = split /\n/, redis('XREVRANGE', $log, '+', '-', 'COUNT', 1);
shift @last;
my %entry = @last;

is($entry{op}, 'withdraw', 'the log says what happened');
is("cg:{" . ($record =~ /\{(...)\}/)[0] . "}:v:$entry{k}", $record,
   'to which record');
is("$entry{rev} $entry{policy} $entry{bits} $entry{evidence}", '3 shop 0 w1:42',
   'at which revision, under which policy, and where the evidence is');
cmp_ok(redis('TTL', $log), '<=', 600,
       'the log names nobody for more than ten minutes: it ends by itself');
cmp_ok(redis('TTL', $log), '>', 590, 'but not before');

sub fed {
    my (undef, @fields) =
        split /\n/, redis('XREVRANGE', $log, '+', '-', 'COUNT', 1);

    return output(join("\n", @fields) . "\n", $tool, 'feed');
}

is(fed(), '0 3 0 4 same', 'another instance reads it so');

redis('DEL', $log);
redis('XADD', $log, (time() - 601) . '000-0', 'k', 'old');
redis('XADD', $log, (time() - 590) . '000-0', 'k', 'young');
is(run(qw(commit 3 4 5 1 f -)), 'OK 4', 'a visitor may grant again');

my $stream = redis('XRANGE', $log, '-', '+');
unlike($stream, qr/^old$/m, 'and older ones leave with each write');
like($stream, qr/^young$/m, 'younger ones stay');

redis('HSET', $record, 'bits', 1);
is(judged(), '-3 0 0 0', 'a record that somebody edited is worth nothing');
redis('HSET', $record, 'bits', 5);
is(judged(), '0 4 5 1', 'until it is as it was');

# memory is out

redis('CONFIG', 'SET', 'maxmemory', 1);
like(run(qw(commit 4 5 4 3 g -)), qr/^OOM/, 'out of memory: no grant');
is(run(qw(commit 4 5 0 4 h -)), 'OK 5', 'but a withdrawal is written');
redis('CONFIG', 'SET', 'maxmemory', 0);

# what stands beside a record

my $was = 5;
for my $n ('m' .. 'v') {
    is(run('commit', $was, $was + 1, 5, 1, $n, '-'), 'OK ' . ($was + 1), "change $n");
    $was++;
}
is(scalar(split /;/, field('history')), 8, 'eight decisions are remembered');
like(field('history'), qr/^\S+ accept_all analytics=1,media=1 w1:42;/, 'the oldest have left');
is(judged(), '0 15 5 1', 'and none of it is the record');

redis('HSET', $record, 'hold', 'legal');
is(run(qw(erase w)), 'HELD 15', 'a legal hold keeps a record');
is(run(qw(commit 15 16 0 4 x -)), 'OK 16', 'but does not keep it open');
is(field('hold'), 'legal', 'and stays');
is(judged(), '0 16 0 4', 'with the record that it keeps');
redis('HDEL', $record, 'hold');

# erasure

is(run(qw(erase i)), 'OK 16', 'an erasure says what it erased');
is(redis('EXISTS', $record, $salt), 0, 'record and salt are gone');
like(redis('XREVRANGE', $log, '+', '-', 'COUNT', 1), qr/^op\nerase$/m,
     'and the log knows');
is(fed(), '0 16 0 5 same', 'and tells the others');

my $entries = redis('XLEN', $log);
is(run(qw(erase i)), 'OK 0', 'once more is the same');
is(redis('XLEN', $log), $entries, 'and not logged twice');
is(run(qw(commit 16 17 5 1 j -)), 'STALE 0',
   'what was erased is not brought back by a late write');

# somebody else's data

redis('SET', $record, 'x');
like(run(qw(commit 0 1 5 1 k -)), qr/^WRONGTYPE/, 'no hash: no grant');
is(run(qw(erase l)), 'OK 0', 'but erased it is');
is(redis('EXISTS', $record), 0, 'gone');

is(output('', $tool, 'committed', 'OK', 1), 1, 'OK is done');
is(output('', $tool, 'committed', 'DUP', 7), 1, 'so is a duplicate');
is(output('', $tool, 'committed', 'STALE', 0), 2, 'STALE is somebody else');
is(output('', $tool, 'committed', 'HELD', 3), 3, 'HELD is kept');
is(output('', $tool, 'committed', 'OK', 'x'), 0, 'anything else failed');
is(output('', $tool, 'committed', 'ERR', 1), 0, 'errors, too');

done_testing();
