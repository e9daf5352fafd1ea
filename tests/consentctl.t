#!/usr/bin/perl
# consentctl as a person meets it.  The logs here are written by this script,
# from docs/log.md, so that two programs have to agree on the format.

use strict;
use warnings;

use Digest::SHA qw(sha256_hex);
use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;

my $ctl = ($ENV{BUILD} // 'build') . '/consentctl';

plan skip_all => "$ctl is not built: make ctl" unless -x $ctl;

my $dir = tempdir(CLEANUP => 1);

sub run {
    my $pid = open(my $out, '-|') // die "fork: $!";

    if ($pid == 0) {
        open(STDERR, '>', "$dir/err") or die;
        umask 0;
        exec($ctl, @_) or die "$ctl: $!";
    }

    my $text = do { local $/; <$out> } // '';
    close $out;

    return ($? >> 8, $text, slurp("$dir/err"));
}

sub slurp { open(my $f, '<:raw', $_[0]) or die "$_[0]: $!"; local $/; <$f> }

sub spew {
    open(my $f, '>:raw', $_[0]) or die "$_[0]: $!";
    print $f $_[1];
    close $f;
    return $_[0];
}

my %lanes;

sub line {
    my ($ch, $type, $body) = @_;
    my $lane = $lanes{$ch} //= { seq => 0, prev => '0' x 64 };
    my $text = sprintf '{"v":1,"ch":"%s","seq":%d,"t":"2026-11-22T04:20:01.532Z"'
        . ',"mono":%d,"ty":"%s"%s,"prev":"%s"', $ch, $lane->{seq},
        $lane->{seq}, $type, $body, $lane->{prev};

    my $h = sha256_hex("\x01$ch" . pack('H*', $lane->{prev}) . $text);
    $lane->{prev} = $h;
    $lane->{seq}++;

    return "$text,\"h\":\"$h\"}\n";
}

my ($one, $two) = ('1' x 16, 'feedfacefeedface');
my @log = (
    line($one, 'chain.open', ',"reason":"start","follows":[]'),
    line($one, 'decision', ',"sub":"x","act":"grant","p":{"analytics":1}'),
    line($one, 'handling', ',"cl":["A-1"],"state":"none"'),
);
my $head = $lanes{$one}{prev};
push @log,
    line($two, 'chain.open', ',"reason":"reload","follows":'
        . "[{\"ch\":\"$one\",\"seq\":2,\"h\":\"$head\"}]"),
    line($one, 'outcome', ',"ref":{"seq":1},"result":"recorded","rev":1'),
    line($two, 'handling', ',"state":"none"');

my ($code, $out, $err);

# verify

my $good = spew("$dir/good.log", join '', @log);

($code, $out) = run('verify', $good);
is $code, 0, 'a log written by another program passes';
like $out, qr/\Apass: /, 'the first line is the verdict';
like $out, qr/^6 lines, 2 lanes \(0 closed\), 1 decisions, 0 open intents/m,
    'a summary follows';

($code, $out) = run('verify', '--json', $good);
my $json = eval { decode_json($out) };
is $code, 0, '--json passes as well';
is $json->{verdict}, 'pass', 'its verdict';
is $json->{summary}{lines}, 6, 'its summary';
is_deeply $json->{findings}, [], 'and no finding';

(my $text = $log[2]) =~ s/"state":"none"/"state":"gone"/;
my $bad = spew("$dir/bad.log", join '', @log[0, 1], $text, @log[3 .. 5]);

($code, $out) = run('verify', $bad);
is $code, 1, 'an altered log is a finding';
like $out, qr/\Afinding: .*^finding: \S+bad\.log line 3: hash does not match/ms,
    'file, line and a sentence';

($code, $out) = run('verify', $bad, '--json');
$json = eval { decode_json($out) };
is $code, 1, 'also as JSON';
is_deeply [map { "$_->{line} $_->{kind} $_->{lane} $_->{seq}" }
           @{ $json->{findings} }], ["3 hash $one 2"],
    'one change gives one finding';

my $first = spew("$dir/log.1", join '', @log[0, 1]);
my $rest = spew("$dir/log", join '', @log[2 .. 5]);

($code) = run('verify', $first, $rest);
is $code, 0, 'a rotated log, the oldest first';

($code, $out) = run('verify', $rest);
is $code, 2, 'without its first file: cannot tell';
like $out, qr/\Acannot tell: .*log line 1: the lane begins in the middle/s,
    'and why';

spew($rest, join '', @log[2, 3], $text);
($code, $out) = run('verify', $first, $rest);
like $out, qr/log line 3: hash does not match/,
    'a finding in the second file has the number that it has there';

($code) = run('verify', spew("$dir/empty", ''));
is $code, 2, 'an empty log proves nothing';

($code, $out, $err) = run('verify', "$dir/none");
is $code, 2, 'a missing file: cannot tell';
like $err, qr/none: No such file/, 'with its name';
is $out, '', 'and nothing that looks like a verdict';

($code) = run('verify', $dir);
is $code, 2, 'a directory is no log';

($code, $out) = run('verify', spew("$dir/torn.log",
    join '', @log[0 .. 4], substr($log[5], 0, 150)));
is $code, 0, 'a torn end passes';
like $out, qr/^note: .*line 6: torn/m, 'and is told';

($code, $out) = run('verify', spew("$dir/open.log", join '', @log[0 .. 3]));
is $code, 0, 'an open intent passes';
like $out, qr/^note: .*line 2: open intent/m, 'and is told';

SKIP: {
    my ($python) = slurp('docs/log.md') =~ /^```python\n(.*?)^```/ms;

    skip 'python3 is not installed', 3
        if system('python3 -c "" >/dev/null 2>&1') != 0;

    spew("$dir/verify.py", $python);

    is system("python3 $dir/verify.py <$good >/dev/null") >> 8, 0,
        'the verifier of docs/log.md passes the same log';
    is system("python3 $dir/verify.py <$bad >$dir/out") >> 8, 1,
        'and finds the change';
    like slurp("$dir/out"), qr/\Aline 3: hash/, 'in the same line';
}

# key

my $key = "$dir/consent.key";

($code, $out) = run('key', $key);
is $code, 0, 'key writes a file';
like $out, qr/\Awrote a new key to \Q$key\E/, 'and says so';
is sprintf('%04o', (stat $key)[2] & 07777), '0600', 'for its owner only';

my $was = slurp($key);
like $was, qr/\A[A-Za-z0-9_-]{43}\n\z/, '32 bytes as one line of base64url';
unlike $out, qr/\Q@{[substr $was, 0, 43]}\E/, 'the key is not printed';

($code, $out, $err) = run('key', $key);
is $code, 2, 'a second time it refuses';
like $err, qr/exists and is left/, 'in a sentence';
is slurp($key), $was, 'and leaves the key as it was';

symlink("$dir/elsewhere", "$dir/link") or die;
($code) = run('key', "$dir/link");
ok $code == 2 && !-e "$dir/elsewhere", 'a link is not followed';

($code, $out) = run('key', '--json', "$dir/other.key");
is_deeply eval { decode_json($out) },
    { file => "$dir/other.key", written => JSON::PP::true }, 'key --json';
isnt slurp("$dir/other.key"), $was, 'no two keys are the same';

($code, $out, $err) = run('key', "$dir/no/such/dir");
is $code, 2, 'a place that cannot be written';

# usage

($code, $out, $err) = run();
is $code, 2, 'without a command: usage';
like $err, qr/^usage: .*key.*verify/s, 'that lists the commands';
($code, $out) = run('--help');
ok $code == 0 && $out =~ /^usage:/, '--help';
is((run('frobnicate'))[0], 2, 'an unknown command');
is((run('verify'))[0], 2, 'verify without a file');
is((run('verify', '--frob', $good))[0], 2, 'an unknown option');

SKIP: {
    skip 'no /dev/full', 1 unless -e '/dev/full';
    is system("$ctl verify $good >/dev/full 2>/dev/null") >> 8, 2,
        'an answer that cannot be written is no pass';
}

done_testing;
