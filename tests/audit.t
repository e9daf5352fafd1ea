#!/usr/bin/perl
# The twelve questions of an auditor, asked of a week whose answers are known:
# nothing runs but consentctl, over files.

use strict;
use warnings;

use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;

my $build = $ENV{BUILD} // 'build';
my ($ctl, $week) = ("$build/consentctl", "$build/tests/week");

plan skip_all => "$ctl or $week is not built: make ctl tools"
    unless -x $ctl && -x $week;

my $dir = tempdir(CLEANUP => 1);
my @questions = qw(verify show leaks recipients policy stale withdrawals dsr
                   erasure ip outages stats isolation);

sub week {
    my ($name, @more) = @_;
    mkdir "$dir/$name";
    system($week, "$dir/$name", @more) == 0 or die "$week: $?";
    return "$dir/$name/consent.log";
}

sub ask {
    my ($log, $command, @options) = @_;
    my $pid = open(my $out, '-|') // die "fork: $!";

    if ($pid == 0) {
        open(STDERR, '>', "$dir/err") or die;
        exec($ctl, $command, '--json', @options, $log) or die "$ctl: $!";
    }

    my $text = do { local $/; <$out> } // '';
    close $out;
    my $code = $? >> 8;
    my $answer = eval { decode_json($text) } // {};
    return wantarray ? ($code, $answer) : $code;
}

sub said {
    my $answer = shift;
    return join "\n", @{ $answer->{missing} // [] },
        map { "$_->{file}:$_->{line}: $_->{text}" } @{ $answer->{findings} // [] };
}

# an honest week

my $honest = week('honest');
my %answers;

for my $question (@questions) {
    my ($code, $answer) = ask($honest, $question);
    is $code, 0, "$question: an honest week passes" or diag said($answer);
    is $answer->{verdict}, 'pass', "$question: and the answer says so";
    $answers{$question} = $answer;
}

is $answers{leaks}{command}, 'leaks', 'the command stands in the answer';
is $answers{leaks}{period}{first}, '2026-11-16T00:00:00.000Z',
    'so does the period';
is $answers{withdrawals}{data}{withdrawals}, 17, 'withdrawals are counted';
is $answers{withdrawals}{data}{pending}, 1, 'and those that waited for Redis';
ok $answers{withdrawals}{data}{stopped_ms}{p99} < 5000,
    'the slowest of a hundred stopped within the cache bound';
is scalar @{ $answers{dsr}{data}{requests} }, 9, 'requests are listed';
is scalar @{ $answers{outages}{data}{outages} }, 2,
    'the outage is, once for each worker';
is $answers{outages}{data}{unsaved}, 6, 'with what could not be recorded';
is scalar @{ $answers{erasure}{data}{erasures} }, 2, 'erasures are listed';
is scalar @{ $answers{isolation}{data}{sites} }, 2, 'and both tenants';

# what is wrong is found, each by the question that it belongs to

my @findings = (
    [ altered => 'verify', qr/hash does not match/ ],
    [ 'text-other' => 'show', qr/another one: its hash does not fit/ ],
    [ 'text-other' => 'policy', qr/another one: its hash does not fit/ ],
    [ 'shown-after' => 'show', qr/not shown before the decision/ ],
    [ 'no-notice' => 'show', qr/names no notice/ ],
    [ 'passed-refused' => 'leaks', qr/passed to adnet in state refused/ ],
    [ 'passed-refused' => 'withdrawals', qr/who had refused or withdrawn/ ],
    [ 'without-basis' => 'leaks', qr/counted 2 that passed without basis/ ],
    [ 'not-listed' => 'leaks', qr/passed to spy, which policy jp/ ],
    [ 'probe-dirty' => 'leaks', qr/state none reached www\.google/ ],
    [ 'baseless-start' => 'leaks', qr/without a recorded decision/ ],
    [ 'not-consent' => 'leaks', qr/basis is not consent/ ],
    [ 'no-stop' => 'recipients', qr/never stops/ ],
    [ 'no-stop' => 'withdrawals', qr/goes on behind the withdrawal/ ],
    [ 'no-start' => 'recipients', qr/behind which no provision\.start/ ],
    [ 'stray-stop' => 'recipients', qr/stops, but never began/ ],
    [ 'terms-unreadable' => 'policy', qr/cannot be read/ ],
    [ 'terms-other' => 'policy', qr/are not those of the log/ ],
    [ stretched => 'stale', qr/nobody has granted analytics since/ ],
    [ 'old-terms' => 'stale', qr/made when it was not listed/ ],
    [ 'late-stop' => 'withdrawals', qr/beyond the cache bound/ ],
    [ 'not-done' => 'withdrawals', qr/was not carried out/ ],
    [ 'withdrawn-dirty' => 'withdrawals', qr/reached ad\.adnet/ ],
    [ overdue => 'dsr', qr/open and overdue/ ],
    [ 'late-answer' => 'dsr', qr/answered too late/ ],
    [ unverified => 'dsr', qr/without anybody having been verified/ ],
    [ 'no-reason' => 'dsr', qr/refused without a reason/ ],
    [ 'not-notified' => 'dsr', qr/nobody was notified/ ],
    [ 'no-ack' => 'dsr', qr/explained and acknowledged/ ],
    [ 'no-final' => 'erasure', qr/nothing says that Redis has rewritten/ ],
    [ 'salt-left' => 'erasure', qr/the salt was still there/ ],
    [ 'early-final' => 'erasure', qr/rewritten before the erasure|nothing says/ ],
    [ combined => 'ip', qr/together in state none, without consent/ ],
    [ 'full-address' => 'ip', qr/site had the address as full/ ],
    [ 'served-open' => 'outages', qr/only \d+ were served with everything shut/ ],
    [ uncounted => 'outages', qr/of which it counts 0/ ],
    [ 'nobody-refuses' => 'stats', qr/nobody refused: can they/ ],
    [ 'too-fast' => 'stats', qr/nobody reads as fast/ ],
    [ 'one-more-step' => 'stats', qr/in one step: is there one/ ],
    [ 'unknown-open' => 'stats', qr/more than 3 days and is not listed/ ],
    [ 'shared-sub' => 'isolation', qr/a pseudonym of/ ],
    [ 'foreign-policy' => 'isolation', qr/under policy de; its own is jp/ ],
    [ 'foreign-ref' => 'isolation', qr/refers to a decision of/ ],
);

# what is missing is never a pass

my @missing = (
    [ 'text-gone' => 'show', qr/archive does not have text/ ],
    [ 'text-gone' => 'policy', qr/archive does not have notice/ ],
    [ 'terms-gone' => 'policy', qr/archive does not have the terms/ ],
    [ 'no-probe' => 'leaks', qr/no probe of a visitor without a grant/ ],
    [ 'old-probe' => 'leaks', qr/older than 3 days/ ],
    [ 'no-withdrawn-probe' => 'withdrawals', qr/no probe of a visitor who/ ],
    [ 'no-handling' => 'leaks', qr/no handling/ ],
    [ 'no-handling' => 'stale', qr/no handling/ ],
    [ 'no-handling' => 'withdrawals', qr/no handling/ ],
    [ 'no-handling' => 'ip', qr/no handling/ ],
    [ 'no-handling' => 'outages', qr/no handling/ ],
    [ 'no-address' => 'ip', qr/does not say what policy .* promises/ ],
    [ 'no-config' => 'leaks', qr/no config\.load stands before/ ],
    [ 'no-config' => 'policy', qr/no config\.load up to/ ],
    [ 'no-config' => 'stale', qr/no config\.load/ ],
    [ 'no-config' => 'isolation', qr/no config\.load stands before/ ],
    [ 'no-unsaved' => 'outages', qr/does not say how many decisions/ ],
    [ 'outage-open' => 'outages', qr/has no end in these files/ ],
    [ few => 'stats', qr/fewer than 10 choices/ ],
    [ waiting => 'withdrawals', qr/still waits for Redis/ ],
    [ lost => 'leaks', qr/5 events for which there was no room/ ],
    [ 'no-received' => 'dsr', qr/received in a file that is not here/ ],
);

my %options = (
    'unknown-open' => [ '--unknown-days', 3 ],
    'old-probe'    => [ '--probe-days', 3 ],
);

sub planted {
    my ($want, $plant, $question, $like) = @_;
    my $log = -e "$dir/$plant" ? "$dir/$plant/consent.log"
                               : week($plant, $plant);
    my ($code, $answer) = ask($log, $question, @{ $options{$plant} // [] });

    is $code, $want, "$question: $plant is " . ($want == 1 ? 'a finding'
        : 'no pass: cannot tell') or diag said($answer);
    like said($answer), $like, "$question: and it says what" if $like;
    return $answer;
}

for my $row (@findings) {
    my $answer = planted(1, @$row);
    ok !(grep { !$_->{file} || !$_->{line} } @{ $answer->{findings} }),
        "$row->[1]: each finding names its line";
}

planted(2, @$_) for @missing;

my %known = map { $_->[0] => 1 } @findings, @missing;
$known{'no-outcome'} = 1;                          # below
is_deeply [ grep { !$known{$_} } split /\n/, `$week --plants` ], [],
    'every plant is looked for';

is ask("$dir/altered/consent.log", $_), 2,
    "$_: a log that was altered answers nothing" for @questions[1 .. $#questions];

# one receipt

sub grep_log {
    my ($log, $want) = @_;
    open(my $in, '<', $log) or die;
    while (<$in>) { return decode_json($_) if $_ =~ $want }
    die "no line like $want in $log";
}

my $erase = grep_log($honest, qr/"act":"erase"/);
my $sub = quotemeta $erase->{sub};
my $grant = grep_log($honest, qr/"sub":"$sub".*"act":"grant"/);

my ($code, $answer) = ask($honest, 'show', '--receipt', $grant->{rid});
is $code, 0, 'show: the consent behind a receipt';
is_deeply [ map { $_->{as} } @{ $answer->{data}{decisions} } ],
    [ 'receipt', 'same person' ], 'with what the same person decided later';
is $answer->{data}{decisions}[0]{notice}, $grant->{notice}{hash},
    'the text that was shown is named';
is $answer->{data}{decisions}[0]{lang}, 'ja', 'and its language';

($code, $answer) = ask($honest, 'recipients', '--receipt', $grant->{rid});
is $code, 0, 'recipients: of one person';
my $first = $answer->{data}{recipients}[0];
ok $first && $first->{from} && $first->{to} && $first->{country} eq 'US',
    'from when to when, in which country';

($code, $answer) = ask($honest, 'erasure', '--receipt', $grant->{rid});
is $code, 0, 'erasure: of one person';
is $answer->{data}{erasures}[0]{means}, 'delete', 'and by what means';

my $stands = grep_log($honest, qr/"act":"grant".*"jp"|"pol":"de".*"act":"grant"/);
($code, $answer) = ask($honest, 'erasure', '--receipt', $stands->{rid});
is $code, 1, 'erasure: who was not erased is a finding';

my $refusal = grep_log($honest, qr/"act":"refuse"/);
is ask($honest, 'erasure', '--receipt', $refusal->{rid}), 0,
    'erasure: of a refusal nothing was ever kept';
is ask($honest, $_, '--receipt', 'f' x 32), 2,
    "$_: an unknown receipt: cannot tell" for qw(show recipients erasure);

my $open = week('no-outcome', 'no-outcome');
$grant = grep_log($open, qr/"act":"grant"/);
($code, $answer) = ask($open, 'show', '--receipt', $grant->{rid});
is $code, 2, 'show: a decision without an outcome';
like said($answer), qr/has no outcome/, 'and it says so';

# periods, several files, standard input

($code, $answer) = ask($honest, 'leaks', '--from', '2026-11-17', '--to',
                       '2026-11-17');
is $code, 0, 'a day by itself';
like $answer->{period}{last}, qr/^2026-11-17T/, 'of which the day is all';
is ask($honest, 'leaks', '--from', '2026-12-01'), 2,
    'a period of which nothing is here: cannot tell';
is ask($honest, 'leaks', '--from', 'soon'), 2, 'no time is an error';

($code, $answer) = ask($honest, 'policy', '--at', '2026-11-17', '--diff');
is $code, 0, 'policy: at a time';
is $answer->{data}{policies}[1]{ver} + $answer->{data}{policies}[0]{ver}, 6,
    'the versions of then';
($code, $answer) = ask($honest, 'policy', '--diff');
is_deeply [ map { "$_->{change} $_->{kind} $_->{id}" }
            grep { $_->{kind} eq 'vendor' } @{ $answer->{data}{changes} } ],
    [ 'added vendor heatmap' ], 'policy: what changed';

{
    open(my $in, '<', $honest) or die;
    my @lines = <$in>;
    open(my $out, '>', "$dir/consent.log.1") or die;
    print $out @lines[0 .. 499];
    close $out;
    open($out, '>', "$dir/consent.log") or die;
    print $out @lines[500 .. $#lines];
    close $out;
    mkdir "$dir/texts";
}

my $texts = "$dir/honest/consent.log.d/texts";
($code, $answer) = ask("$dir/consent.log", 'show', '--texts', $texts,
                       "$dir/consent.log.1");
is $code, 0, 'rotated files, the oldest first' or diag said($answer);
is ask("$dir/consent.log", 'show', '--texts', $texts), 2,
    'without the older one: cannot tell';

my $piped = `$ctl leaks --json - < $honest`;
is $? >> 8, 0, 'standard input';
is decode_json($piped)->{data}{exchanges}, $answers{leaks}{data}{exchanges},
    'has the same answer';

# for people

for my $question (@questions) {
    my $text = `$ctl $question $honest`;
    like $text, qr/\Apass: /, "$question: the first line is the verdict";
    like `$ctl $question --help`, qr/\Ausage: consentctl $question /,
        "$question: has help";
}

done_testing;
