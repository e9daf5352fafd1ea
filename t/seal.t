# Seals of the consent log: whatever happens to nginx, every line of its log is
# bound to a key that nobody has any more, and an auditor with the first one sees
# what was changed.

use strict;
use warnings;

use Digest::SHA qw(sha256 hmac_sha256 hmac_sha256_hex);
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;
use Time::HiRes qw(sleep);
use Consent;
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html'],
        '<!doctype html><title>t</title><body><p>x<script src="https://analytics.example/a.js"></script>');
});

my @host   = (host => 'www.site.example');
my $log    = $t->dir . '/consent.log';
my $state  = "$log.d";
my $server = policy() . <<'END';
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END
my @two = (workers => 2, consent => { log => '%%DIR%%/consent.log seal=20,1s' });

sub pages { $t->get('/', @host) for 1 .. $_[0] }
sub seals { grep { $_->{seal} } $t->evidence }
sub grown { my ($n, $what) = (scalar $t->evidence, $_[0]); $t->wait_for(10, sub { my @e = $t->evidence; grep { $what->($_) } @e[$n .. $#e] }) }
sub root  { (split /\s/, $t->read("$state/seal"))[$_[0]] }

sub accept_soon {
    my $r;
    $t->wait_for(10, sub { ($r = choose($t, 'accept', @host))->status == 303 });
    return $r->status;
}

# proven(TITLE, FILE…): with the first key everything fits.
sub proven {
    my ($title, @files) = @_;
    my ($code, $out) = $t->consentctl('verify', '--seal-key', $t->seal_keys, @files ? @files : $log);
    my ($all, $proven) = $out =~ /(\d+) seals \((\d+) proven\)/;
    ok $code == 0 && $all && $all == $proven, $title or diag $out;
}

# judged(TITLE, CODE, REGEX, BYTES): what verify says of bytes.
sub judged {
    my ($title, $want, $regex, $bytes) = @_;
    $t->write('judged.log', $bytes);
    my ($code, $out) = $t->consentctl('verify', '--seal-key', $t->seal_keys, $t->dir . '/judged.log');
    ok $code == $want && $out =~ $regex, $title or diag "exit $code: $out";
}

# ---- nginx -t

my ($code) = $t->check($server, @two);
ok $code == 0 && !-e $state && !-s $log, 'nginx -t makes no key and no evidence';

# ---- a beginning

$t->gate($server, @two);
ok $t->wait_for(10, sub { $t->read('gate.error.log') =~ /first key of the seals waits for its auditor/ }),
    'a first key: nginx says that it is to be taken away';
is sprintf('%04o', (stat "$state/$_")[2] & 07777), '0600', "$_ is nobody else's" for qw(seal seal.first);
ok $t->wait_for(10, sub { root(2) == 1 }), 'its root has gone on by one epoch before a worker began';
my $first = (split / /, $t->read("$state/seal.first"))[3];
unlike $t->read("$state/seal"), qr/\Q$first/, 'the first key is not kept with it';
ok $t->seal_keys, 'consentctl key --seal prints it';
ok !-e "$state/seal.first", 'and then it is gone';
like $t->read('seal.keys'), qr/\Acgs1 \S+ 0 \S+\n\z/, 'one line, epoch 0';
($code, my $out) = $t->consentctl('key', '--seal', $state);
is $code, 2, 'a second time there is none to print';

is accept_soon(), 303, 'a decision';
pages(30);
ok grown(sub { $_[0]{ty} eq 'seal' }), 'empty epochs are sealed, too';
proven('all of it fits the first key');

my %lines;
for my $e ($t->evidence) {
    my $l = $lines{ $e->{ch} } //= [];
    $e->{seal} ? push @$l, 0 : $l->[-1]++;
}
is scalar(grep { $_ > 20 } map { @$_ } values %lines), 0, 'no lane has more than 20 lines between two seals';
ok $t->wait_for(10, sub { grep { $_->{ty} eq 'seal' && @{ $_->{heads} } } $t->evidence }), 'seals name the heads of other lanes';

# ---- USR1, reload, kill -9

my $epoch = root(2);
rename $log, "$log.1" or die;
kill 'USR1', $t->pid('gate');
ok $t->wait_for(10, sub { -e $log && root(2) == $epoch + 1 }), 'USR1: the root goes on';
like $t->read('consent.log.1'), qr/"ty":"chain\.close",[^\n]*"next":@{[$epoch + 1]},/, 'which the old file announces';
is accept_soon(), 303, 'decisions go on';
pages(30);
proven('old and new file fit', "$log.1", $log);

$epoch = root(2);
my %old = map { $_ => 1 } $t->workers;
ok $t->reload && $t->wait_for(10, sub { 2 == $t->workers && !grep { $old{$_} } $t->workers }), 'a reload';
is root(2), $epoch + 1, 'the root goes on';
pages(10);

$t->allow(qr/worker process \d+ exited on signal 9/);
$t->allow(qr/shared memory zone .* was locked by/);
my ($victim) = $t->workers;
ok $t->wait_for(10, sub {
    my @e = $t->evidence;
    my ($open) = grep { $_->{ty} eq 'chain.open' && $_->{pid} == $victim } @e;
    $open && grep { $_->{ty} eq 'seal' && $_->{ch} eq $open->{ch} } @e;
}), 'its workers seal';
my %was = map { $_->{ch} => 1 } $t->evidence;
kill 'KILL', $victim;
ok grown(sub { $_[0]{ty} eq 'chain.open' && !$was{ $_[0]{ch} } }), 'a worker is killed, its successor has keys of its own';
pages(30);
proven('all of it fits', "$log.1", $log);
my ($stopped) = $t->workers;
kill 'STOP', $stopped;
sleep 3.5;
kill 'CONT', $stopped;
pages(10);
grown(sub { $_[0]{ty} eq 'seal' });
proven('a worker that was stopped for longer than a seal is due owes nothing', "$log.1", $log);

# ---- what somebody may do to it

$t->stop('gate', 'QUIT');
proven('all leave: all of it fits', "$log.1", $log);

my @lines = split /(?<=\n)/, $t->read("$log.1") . $t->read('consent.log');
my @events = map { JSON::PP->new->utf8->decode($_) } @lines;
judged('the whole log', 0, qr/^pass: .* seals can show/, join '', @lines);

sub without { my ($drop) = @_; return join '', @lines[grep { !$drop->($events[$_]) } 0 .. $#lines] }

my ($killed) = grep { my $ch = $_; !grep { $_->{ch} eq $ch && $_->{ty} eq 'chain.close' } @events }
    map { $_->{ch} } grep { $_->{ty} eq 'chain.open' } @events;
judged('the lane of the worker that was killed, taken out as a whole', 1, qr/was taken out, since the log is here from its first line on/,
    without(sub { $_[0]{ch} eq $killed }));
my ($last) = sort { $b <=> $a } map { $_->{seq} } grep { $_->{ch} eq $killed } @events;
judged('its end, cut off', 1, qr/the end of that lane was cut off/, without(sub { $_[0]{ch} eq $killed && $_[0]{seq} > $last - 1 }));
my ($seal) = grep { $_->{ty} eq 'seal' && $_->{ch} ne $killed } @events;
judged('a seal of an empty epoch, taken out', 1, qr/is due, \d+ found/,
    without(sub { $_[0]{ch} eq $seal->{ch} && $_[0]{seq} == $seal->{seq} }));
judged('the announcement of an epoch, taken out', 1, qr/root that no line before it announces/,
    without(sub { my $e = $_[0]; grep { $_->{ch} eq $e->{ch} && $_->{next} && $_->{next} == 2 } @events }));

# Whoever holds the host has the root of now.  With it the first lane of a worker
# is made anew, in better words.
my ($ch) = grep { my $c = $_; grep { $_->{ch} eq $c && $_->{ty} eq 'handling' } @events } map { $_->{ch} } @events;
my @mine = grep { $events[$_]{ch} eq $ch } 0 .. $#lines;
my $prev = "\0" x 32;
my $key = hmac_sha256("lane$ch", hmac_sha256("process$ch", pack 'H*', root(3)));
my @forged = @lines;
for my $i (@mine) {
    my $text = $lines[$i] =~ s/(?:,"mac":"\w+")?,"prev":.*//sr =~ s/"tags":\{[^}]*\}\}/"tags":{}/r;
    if ($events[$i]{seal}) {
        $text =~ s/"root":\d+/'"root":' . root(2)/e;
        $text .= ',"mac":"' . hmac_sha256_hex("\x02$ch$prev$text", $key) . '"';
        $key = hmac_sha256('next', $key);
    }
    $text .= ',"prev":"' . unpack('H*', $prev) . '"';
    $prev = sha256("\x01$ch$prev$text");
    $forged[$i] = $text . ',"h":"' . unpack('H*', $prev) . "\"}\n";
}
judged('a lane written anew with the newest key', 1, qr/root that no line before it announces/, join '', @forged);
($code, $out) = $t->consentctl('verify', $t->dir . '/judged.log');
is $code, 1, 'which even shows without any key' or diag $out;

my ($wrong) = map { $t->write('wrong.keys', s/(\w)$/$1 eq '0' ? 1 : 0/mer) } $t->read('seal.keys');
($code, $out) = $t->consentctl('verify', '--seal-key', $wrong, "$log.1", $log);
ok $code == 1 && $out =~ /no seal fits the key/, 'a wrong key is told';

# ---- one process; a root that the operator began; one that cannot be read

unlink $log, "$log.1", $t->dir . "/seal.keys", glob "$state/*";
($code, $out) = $t->consentctl('key', '--seal', $state);
$t->write('seal.keys', $out);
$t->gate($server, @two, single => 1);
ok $t->wait_for(10, sub { root(2) == 1 }), 'a root that consentctl began: nginx goes on with it';
ok !-e "$state/seal.first", 'and keeps no first key';
is accept_soon(), 303, 'one process alone: a decision';
rename $log, "$log.1" or die;
kill 'USR1', $t->pid('gate');
ok $t->wait_for(10, sub { -e $log && root(2) == 2 }), 'USR1: the root goes on';
pages(30);
$t->stop('gate', 'QUIT');
proven('all of it fits', "$log.1", $log);
unlink $log;
rename "$log.1", $log or die;

$t->write('consent.log.d/seal', "torn");
$t->gate($server, @two);
is accept_soon(), 303, 'a root that is none: decisions are taken';
is $t->read('consent.log.d/seal'), 'torn', 'it is never replaced';
ok $t->wait_for(10, sub { $t->read('gate.error.log') =~ /\[error\].*key of the seals in ".*" cannot be read or made, what follows has no seals/ }), 'the error log says it';
$t->stop('gate', 'QUIT');
($code, $out) = $t->consentctl('verify', '--seal-key', $t->seal_keys, $log);
ok $code == 2 && $out =~ /a lane without seals/, 'with the key: cannot tell';
$t->write('consent.log', '');

$t->done;
