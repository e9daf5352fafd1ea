# The history checker itself: a proof that finds nothing proves nothing unless
# it finds what was planted.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep);
use Consent;
use Consent::History;
use Consent::Load;
use Consent::Redis;
use Consent::Site;

# ---- a story told by hand: a person grants, changes, withdraws

my ($A, $B, $C) = map { $_ x 32 } qw(a b c);

sub base64url { return MIME::Base64::encode_base64(pack('H*', $_[0]), '') =~ tr{+/}{-_}r =~ s/=+\z//r }

sub line_of {
    my ($seq, $rid, $rev, %p) = @_;
    return { ty => 'decision', ch => 'lane', seq => $seq, rid => $rid, rev => $rev, sub => 'S', p => { analytics => 0, marketing => 0, %p } };
}
sub outcome_of { return { ty => 'outcome', ch => 'lane', seq => $_[0] + 1, ref => { seq => $_[0] }, result => $_[1] } }

sub choice_of {
    my ($begun, $grants, $receipt, %o) = @_;
    return { op => 'choice', who => 1, gate => 'gate', begun => $begun, ended => $begun + 1, cid => 'P', after => 'P',
        grants => $grants, answer => 'ok', status => 200, receipt => $receipt, %o };
}
sub page_of {
    my ($begun, $open, %o) = @_;
    return { op => 'page', who => 1, gate => 'gate', begun => $begun, ended => $begun + 1, cid => 'P', status => 200, whole => 1,
        open => $open, %o };
}

sub story {
    return {
        events => [
            page_of(1, '', cid => ''),
            choice_of(10, 'analytics marketing', $A, cid => '', choice => 'accept'),
            page_of(20, 'analytics marketing'),
            choice_of(30, 'analytics', $B, choice => 'analytics'),
            page_of(40, 'analytics'),
            choice_of(50, '', $C, choice => 'withdraw', after => ''),
            page_of(60, ''),
        ],
        log => [
            line_of(1, $A, 1, analytics => 1, marketing => 1), outcome_of(1, 'recorded'),
            line_of(3, $B, 2, analytics => 1), outcome_of(3, 'recorded'),
            line_of(5, $C, 3), outcome_of(5, 'recorded'),
        ],
        stream => [map { +{ id => "$_-0", k => 'N', rev => $_, evidence => 'lane:' . (2 * $_ - 1) } } 1 .. 3],
        records => { N => { rid => base64url($C), rev => 3, evidence => 'lane:5', purposes => 'analytics=0 marketing=0' } },
    };
}

sub told {
    my ($s, %o) = @_;
    return Consent::History->new->add(@{ $s->{events} })
        ->faults((map { $_ => $s->{$_} } qw(log stream records)), %o);
}

is_deeply [told(story())], [], 'a true story has no fault';

my @planted = (
    ['a lost decision: not in the log', qr/acknowledged, not in the log/, sub { splice @{ $_[0]{log} }, 2, 2; splice @{ $_[0]{stream} }, 1, 1 }],
    ['a lost decision: not in Redis', qr/acknowledged, not in Redis/, sub { splice @{ $_[0]{stream} }, 2, 1 }],
    ['a lost decision: the record is an older one', qr/revision 3 was acknowledged, the record has 2/, sub {
        $_[0]{records}{N} = { rid => base64url($B), rev => 2, evidence => 'lane:3', purposes => 'analytics=1 marketing=0' } }],
    ['a lost record', qr/its record is gone/, sub { delete $_[0]{records}{N} }],
    ['a doubled line', qr/the log has lane:3 2 times/, sub { push @{ $_[0]{log} }, $_[0]{log}[2] }],
    ['a decision written twice', qr/the log has decision b+ at lane:3, lane:9/, sub { push @{ $_[0]{log} }, line_of(9, $B, 2, analytics => 1) }],
    ['a write taken in twice', qr/2 times in Redis/, sub { push @{ $_[0]{stream} }, { %{ $_[0]{stream}[2] }, id => '4-0' } }],
    ['a skipped revision', qr/revision 5 after 2/, sub { $_[0]{stream}[2]{rev} = 5 }],
    ['a write that nobody asked for', qr/Redis took in 4 decisions, 3/, sub {
        push @{ $_[0]{stream} }, { id => '4-0', k => 'M', rev => 1, evidence => 'lane:7' }; push @{ $_[0]{log} }, line_of(7, 'd' x 32, 1) }],
    ['a write without a line', qr/lane:7: Redis took in what the log does not announce/, sub {
        push @{ $_[0]{stream} }, { id => '4-0', k => 'M', rev => 1, evidence => 'lane:7' } }],
    ['a record that nothing announced', qr/record M: no line of the log/, sub { $_[0]{records}{M} = { %{ $_[0]{records}{N} }, evidence => 'lane:8' } }],
    ['a record in another decision\'s name', qr/record N: no line of the log/, sub { $_[0]{records}{N}{rid} = base64url($A) }],
    ['a record that grants more than its line', qr/the log says "analytics=0 marketing=0", it says/, sub { $_[0]{records}{N}{purposes} = 'analytics=1 marketing=0' }],
    ['a log in other words than the client\'s', qr/the log says "analytics marketing"/, sub { $_[0]{log}[2]{p}{marketing} = 1 }],
    ['an outcome that claims too much', qr/recorded, says its outcome; Redis has nothing/, sub {
        splice @{ $_[0]{stream} }, 2, 1; $_[0]{events}[5]{answer} = 'unknown'; delete $_[0]{records}{N} }],
    ['an outcome that denies', qr/failed, says its outcome; Redis has it/, sub { $_[0]{log}[3]{result} = 'failed' }],
    ['two outcomes', qr/lane:3: 2 outcomes/, sub { push @{ $_[0]{log} }, $_[0]{log}[3] }],
    ['one receipt for two', qr/receipt a+ was given twice/, sub { $_[0]{events}[3]{receipt} = $A }],
    ['an opened gate: no token', qr/open for analytics \(without a token\)/, sub { $_[0]{events}[0]{open} = 'analytics' }],
    ['an opened gate: a purpose that was not granted', qr/open for marketing \(by no decision/, sub { $_[0]{events}[4]{open} = 'analytics marketing' }],
    ['an opened gate: the grant had failed', qr/open for analytics \(by no decision/, sub {
        $_[0]{events}[1]{answer} = 'fail'; $_[0]{events}[2]{open} = 'analytics' }],
    ['a withdrawn grant that comes back', qr/open for analytics \(by no decision/, sub { $_[0]{events}[6]{open} = 'analytics' }],
    ['a page from before the decision', qr/open for analytics/, sub { @{ $_[0]{events}[2] }{qw(begun ended)} = (5, 6) }],
);

for my $case (@planted) {
    my ($what, $want, $plant) = @$case;
    my $s = story();
    $plant->($s);
    ok scalar(grep { /$want/ } told($s)), "$what is found" or diag join "\n", told($s);
}

# ---- what is no fault

my $s = story();
push @{ $s->{events} }, page_of(50.5, 'analytics');
is_deeply [told($s)], [], 'a page beside a withdrawal may be either';

$s = story();
$s->{events}[5]{answer} = 'unknown';
$s->{events}[6]{open} = 'analytics';
is_deeply [told($s)], [], 'a withdrawal without an answer may have been none for the page';

$s = story();
$s->{events}[6]{gate} = 'other';
$s->{events}[6]{open} = 'analytics';
is scalar(told($s, lag => 5)), 1, 'another gate has its lease';
@{ $s->{events}[6] }{qw(begun ended)} = (53, 54);
is_deeply [told($s, lag => 5)], [], '... and no more';

$s = story();
@{ $s->{events}[6] }{qw(gate open)} = ('other', 'analytics');
$_->{t} = '2026-11-27T06:00:00.000Z' for @{ $s->{log} };
$s->{log}[5]{result} = 'pending';
push @{ $s->{log} }, { ty => 'replay', ch => 'lane', seq => 9, ref => { ch => 'lane', seq => 5 }, result => 'recorded', t => '2026-11-27T06:00:08.000Z' };
is_deeply [told($s, lag => 5)], [], 'what waits for Redis is known to another gate when Redis has it';
$s->{log}[6]{t} = '2026-11-27T06:00:04.000Z';
is scalar(told($s, lag => 5)), 1, '... and its lease has passed';

for my $case (['unknown', 0, 'a change that was refused, of which Redis may know, may be either'], ['failed', 1, '... if the log says so']) {
    my ($result, $faults, $title) = @$case;
    $s = story();
    splice @{ $s->{events} }, 4, 3, choice_of(41, 'analytics marketing', '', answer => 'fail', status => 503), page_of(60, 'analytics marketing');
    splice @{ $s->{log} }, 4, 2, line_of(5, $C, 3, analytics => 1, marketing => 1), outcome_of(5, $result);
    $s->{records}{N}{purposes} = 'analytics=1 marketing=1';
    is scalar(grep { /by no decision/ } told($s)), $faults, $title;
}

# ---- a true history, then violations planted where they count

my $t = Consent->new;
my $gate = policy() . Consent::Load::site();
$t->origin(Consent::Load::origin());
$t->redis('--appendfsync', 'always');
$t->gate($gate, workers => 2);

# Most of them grant all at any moment: when they stop, one of them does.
my %mix = (page => 60, accept => 24, analytics => 3, marketing => 3, withdraw => 4, reject => 3, replay => 8, stranger => 5);
my $load = Consent::Load->start($t, clients => 8, think => 0.002, mix => \%mix);
sleep 1.5;
my $history = $load->stop;
my %true = Consent::History::stores($t);
my @faults = $history->faults(%true);
is "@faults", '', 'clients, log and Redis tell one story';
cmp_ok scalar $history->acknowledged, '>', 20, 'of ' . $history->acknowledged . ' decisions';
cmp_ok scalar(grep { $_->{open} } $history->pages), '>', 20, 'and pages that were open';
is scalar(grep { $_->{status} != 200 || !$_->{whole} } $history->pages), 0, 'every page was served whole';

# One who still grants, and one who withdrew.
my ($granted) = grep { ($true{records}{$_}{bits} || 0) == 3 } sort keys %{ $true{records} };
my ($line) = grep { $_->{ty} eq 'decision' && "$_->{ch}:$_->{seq}:$_->{h}" eq $true{records}{$granted}{evidence} } @{ $true{log} };

my $bytes = $t->read('consent.log');
my ($raw) = grep { /"rid":"$line->{rid}"/ } split /^/, $bytes;
sub with_log { return $history->faults(%true, log => [Consent::History::log_of($_[0])]) }
ok scalar(grep { /not in the log/ } with_log($bytes =~ s/\Q$raw\E//r)), 'a line taken out of the file is missed';
ok scalar(grep { /2 times/ } with_log($bytes . $raw)), 'a line doubled in it is seen';

my $redis = Consent::Redis->new($t->port('redis'));
my ($key) = grep { /:v:\Q$granted\E$/ } @{ $redis->ask('KEYS', '*') };
my $dump = $redis->ask('DUMP', $key);
$redis->ask('DEL', $key);
ok scalar(grep { /its record is gone/ } $history->faults(Consent::History::stores($t))), 'a record deleted in Redis is missed';
$redis->ask('RESTORE', $key, 0, $dump);
is_deeply [$history->faults(Consent::History::stores($t))], [], 'and put back is not';

# An old record put back over a withdrawal; a new gate has no memory of it.
my $jar = $t->jar;
my @host = (host => 'www.site.example');
my %before = map { $_ => 1 } @{ $redis->ask('KEYS', '*') };
sub moment { return Consent::Load::now() }
sub decide {
    my ($choice, %o) = @_;
    my $begun = moment();
    my $r = $t->post('/.consent/choice', jar => $jar, @host, headers => { 'Sec-Fetch-Site' => 'same-origin' },
        json => { choice => $choice, notice => $load->{notice} });
    my ($receipt) = $r->body =~ /"receipt":"([0-9a-f]+)"/;
    return { op => 'choice', choice => $choice, who => 'planted', gate => 'gate', begun => $begun, ended => moment(),
        answer => 'ok', receipt => $receipt, status => 200, %o };
}
my $grant = decide('accept', grants => 'analytics marketing', cid => '');
my $token = $jar->value('ngxc');
$grant->{after} = (split /\./, $token)[1];
my ($own) = grep { /:v:/ && !$before{$_} } @{ $redis->ask('KEYS', '*') };
$dump = $redis->ask('DUMP', $own);
my $withdrawal = decide('withdraw', grants => '', cid => $grant->{after}, after => '');
$t->stop('gate', 'QUIT');
$redis->ask('RESTORE', $own, 0, $dump, 'REPLACE');
$t->gate($gate, workers => 1);

my $r;
my $begun;
$t->wait_for(5, sub {
    $begun = moment();
    $r = $t->get('/page', @host, headers => ["Cookie: ngxc=$token"]);
    $r->header('X-State') =~ /^granted/;
});
$history->add($grant, $withdrawal, { op => 'page', who => 'planted', gate => 'gate', begun => $begun, ended => moment(),
    cid => $grant->{after}, status => 200, whole => 1, open => join ' ', Consent::Load::_open($r) });
@faults = $history->faults(Consent::History::stores($t));
ok scalar(grep { /planted: a page .* open for analytics/ } @faults), 'an old record put back opens: a withdrawn grant that came back is found';
ok scalar(grep { /revision 2 was acknowledged, the record has 1/ } @faults), '... and so is the record';

$t->done;
