#!/usr/bin/perl
# consentctl as a person meets it.  The logs here are written by this script,
# from docs/log.md, so that two programs have to agree on the format.

use strict;
use warnings;

use Digest::SHA qw(sha256_hex hmac_sha256 hmac_sha256_hex);
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

# seals

my $state = "$dir/consent.log.d";

($code, $out) = run('key', '--seal', $state);
is $code, 0, 'key --seal begins a root';
my ($root, $secret) = $out =~ /\Acgs1 ([0-9a-f]{16}) 0 ([0-9a-f]{64})\n\z/;
ok defined $secret, 'and prints its first key';
is slurp("$state/seal"), $out, 'which nginx will find';
is sprintf('%04o %04o', map { (stat)[2] & 07777 } $state, "$state/seal"), '0700 0600', 'and nobody else';
my $keys = spew("$dir/seal.keys", $out);

($code, $out, $err) = run('key', '--seal', $state);
ok $code == 2 && $out eq '', 'it is printed once';
like $err, qr/first key was printed before/, 'and that is said';

spew("$state/seal.first", slurp($keys));
($code, $out) = run('key', '--seal', '--json', $state);
is_deeply [$code, eval { decode_json($out) }], [0, { key => "cgs1 $root 0 $secret" }], 'one that nginx made is handed over';
ok !-e "$state/seal.first", 'and is kept no longer';
spew("$state/seal.first", "nonsense\n");
($code, $out, $err) = run('key', '--seal', $state);
ok $code == 2 && $out eq '' && $err =~ /holds no key/, 'what is none is not printed';

# A sealed line: its MAC comes last, before prev.
sub sealed {
    my ($ch, $key, $type, $body) = @_;
    my $lane = $lanes{$ch} //= { seq => 0, prev => '0' x 64 };
    my $text = sprintf '{"v":1,"ch":"%s","seq":%d,"t":"2026-11-22T04:20:01.532Z"'
        . ',"mono":%d,"ty":"%s"%s', $ch, $lane->{seq}, $lane->{seq}, $type, $body;
    my $mac = hmac_sha256_hex("\x02$ch" . pack('H*', $lane->{prev}) . $text, $key);
    return line($ch, $type, "$body,\"mac\":\"$mac\"");
}

my $ch = 'abcdef0123456789';
my $of = sub { qq{,"seal":{"id":"$root","root":1,"i":$_[0],"lines":1000,"seconds":60}} };
my $k = hmac_sha256("lane$ch", hmac_sha256("process$ch", hmac_sha256('root', pack 'H*', $secret)));
my @sealed = sealed($ch, $k, 'chain.open', ',"reason":"start","follows":[]' . $of->(0));
push @sealed, line($ch, 'handling', ',"state":"none"');
push @sealed, sealed($ch, $k = hmac_sha256('next', $k), 'seal', ',"heads":[]' . $of->(1));
push @sealed, sealed($ch, hmac_sha256('next', $k), 'chain.close', ',"reason":"exit","heads":[]' . $of->(2));
my $proof = spew("$dir/sealed.log", join '', @sealed);

($code, $out) = run('verify', '--seal-key', $keys, $proof);
is $code, 0, 'seals that another program made, as documented, fit' or diag $out;
like $out, qr/^pass: .* seals can show\n.*, 3 seals \(3 proven\)$/ms, 'and that is said';
($code, $out) = run('verify', $proof);
like $out, qr/^pass: .* chain can show\n.*, 3 seals \(0 proven\)$/ms, 'without the key no more is claimed';
($code, $out) = run('verify', $proof, '--seal-key', spew("$dir/wrong.keys", slurp($keys) =~ s/(.)\n/$1 ^ "\x01" . "\n"/er =~ s/[^0-9a-f\n](?=\n)/0/r));
is $code, 1, 'a wrong key is a finding';
($code, $out, $err) = run('verify', '--seal-key', $key, $proof);
ok $code == 2 && $err =~ /no keys/, 'what is no key is told';
is((run('verify', $proof, '--seal-key'))[0], 2, '--seal-key without a file');

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
