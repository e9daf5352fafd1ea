# Erasure to the end: what Redis has in its files, what the log proves after it,
# what an operator does for somebody who is not at a browser.

use strict;
use warnings;

use Digest::SHA qw(sha256_hex);
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html'], '<!doctype html><html><body><p>x</body></html>');
});

$t->redis('--save', '3600 1', '--appendonly', 'yes', '--appendfsync', 'always');
$t->gate(policy() . <<'END', workers => 2);
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "$consent_state $consent_purposes" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

my @host = (host => 'www.site.example');
my @same = (headers => { 'Sec-Fetch-Site' => 'same-origin' });
my $log  = $t->dir . '/consent.log';
my @redis = ('--redis', '127.0.0.1:' . $t->port('redis'));
my @to    = ('--log', $log, '--site', 'www.site.example');

sub record_of { return decode_json($t->get('/.consent/record', jar => $_[0], @host)->body) }
sub of_type { my ($ty) = @_; return grep { $_->{ty} eq $ty } $t->evidence }

# Everything that Redis has on disk.
sub files {
    my ($dir) = ($t->redis_cli('config', 'get', 'dir'))[1];
    my ($dump) = ($t->redis_cli('config', 'get', 'dbfilename'))[1];
    my ($aof) = ($t->redis_cli('config', 'get', 'appenddirname'))[1];
    return join '', map { my $f; local $/; open($f, '<:raw', $_) ? <$f> // '' : '' }
        "$dir/$dump", glob("$dir/$aof/*");
}

# ---- a visitor erases

my $jar = $t->jar;
choose($t, 'accept', jar => $jar, @host);
my $stays = $t->jar;
choose($t, 'accept', jar => $stays, @host);

my $file = record_of($jar);
my $receipt = $file->{receipt}{evidence};
my ($key) = grep { $t->redis_cli('hget', $_, 'evidence') eq $file->{record}{evidence} } grep { /:v:/ } $t->redis_cli('keys', '*');
my $name = $key =~ s/.*:v://r;
my $salt = $t->redis_cli('get', $key =~ s/:v:/:s:/r);
my ($kept) = grep { /:v:/ && $_ ne $key } $t->redis_cli('keys', '*');
$kept =~ s/.*:v://;
ok length $salt, 'there is a salt';
like files(), qr/\Q$salt\E/, 'which Redis has in its files';

is $t->post('/.consent/erase', jar => $jar, form => [], @same, @host)->status, 200, 'erased';
ok $t->wait_for(5, sub { of_type('erase') }), 'as the log says';
is $t->redis_cli('exists', $key), 0, 'the record is gone';
like files(), qr/\Q$salt\E/, 'but the salt is still in a file';

my ($code, $out) = $t->consentctl('erase', '--final', @redis, @to);
is $code, 1, 'not final as long as nobody has written it anew';
like $out, qr/--rewrite/, 'which is said';
is scalar(of_type('erase.final')), 0, 'and not in the log';

($code, $out) = $t->consentctl('erase', '--final', '--rewrite', '--backups-expire', '2099-01-31', @redis, @to);
is $code, 0, 'with --rewrite it is final' or diag $out;
my ($final) = of_type('erase.final');
my ($erase) = of_type('erase');
cmp_ok $final->{until}, 'ge', $erase->{t}, 'for all that was erased before';
cmp_ok $final->{aof_rewritten_at}, 'ge', $final->{until}, 'since the files were written after it';
is $final->{backups_expire_at}, '2099-01-31', 'and backups have a day';

my $bytes;
$t->wait_for(10, sub { $bytes = files(); $bytes !~ /\Q$salt\E|\Q$name\E/ });
unlike $bytes, qr/\Q$salt\E/, 'the salt is in no file of Redis';
unlike $bytes, qr/\Q$name\E/, 'nor is the name of the record';
like $bytes, qr/\Q$kept\E/, 'others are';

# ---- what remains

my ($line) = grep { /"rid":"$receipt->{rid}"/ && /"ty":"decision"/ } split /\n/, $t->read('consent.log');
my $event = decode_json($line);
is $event->{h}, $receipt->{h}, 'the receipt\'s hash stands in the log';
is sha256_hex("\x01" . $event->{ch} . pack('H*', $event->{prev}) . substr($line, 0, -72)), $receipt->{h},
    'and is the hash of that very line: the holder of the receipt can prove it';
is_deeply [@$event{qw(ch seq sub)}], [@$receipt{qw(ch seq sub)}], 'where the receipt says, under the pseudonym of then';
is +($t->consentctl('verify', $log))[0], 0, 'the log verifies';
is $t->redis_cli('exists', $key =~ s/:v:/:s:/r), 0, 'nobody else can make that pseudonym again: its salt is nowhere';
like $t->get('/', jar => $stays, @host)->header('x-state'), qr/^granted/, 'the others are as they were';

# ---- an operator, for somebody with a receipt

my $far = $t->jar;
choose($t, 'accept', jar => $far, @host);
$file = record_of($far);
my $rid = $file->{record}{receipt};
my $cookie = $far->header('/');

($code, $out) = $t->consentctl('export', '--receipt', $rid, @redis);
is $code, 0, 'export by receipt';
my $export = decode_json($out);
is $export->{record}{receipt}, $rid, 'of that person';
is $export->{record}{purposes}, 'analytics=1 marketing=1', 'with what was decided';
ok !exists $export->{record}{mac} && !exists $export->{record}{nonce}, 'and no secret';
is +($t->consentctl('export', '--receipt', 'f' x 32, @redis))[0], 1, 'a receipt of nobody: a finding';
is +($t->consentctl('export', '--receipt', 'x', @redis))[0], 2, 'what is none is refused';

is +($t->consentctl('erase', '--receipt', $rid, @redis, @to))[0], 2, 'nobody is erased whom nobody verified';
is +($t->consentctl('erase', '--receipt', $rid, '--verified-by', 'me@site.example', @redis, @to))[0], 2,
    'and by nobody with an address';
($code, $out) = $t->consentctl('erase', '--receipt', $rid, '--verified-by', 'privacy desk', @redis, @to);
is $code, 0, 'erased by receipt' or diag $out;
my @dsr = grep { ($_->{by} || '') eq 'operator' } $t->evidence;
is_deeply [map { $_->{ty} } @dsr], [qw(dsr.received dsr.verified dsr.fulfilled)], 'the log has the request';
is_deeply [@{ $dsr[1] }{qw(method who)}], ['receipt', 'privacy desk'], 'and who verified it, how';
is +(of_type('erase'))[-1]{rid}, $rid, 'and what was erased';
for (1 .. 20) {
    last if $t->get('/', @host, headers => { Cookie => $cookie })->header('x-state') !~ /^granted/;
    select undef, undef, undef, 0.1;
}
unlike $t->get('/', @host, headers => { Cookie => $cookie })->header('x-state'), qr/^granted/, 'nginx knows at once';

my $held = $t->jar;
choose($t, 'accept', jar => $held, @host);
$file = record_of($held);
($key) = grep { $t->redis_cli('hget', $_, 'evidence') eq $file->{record}{evidence} } grep { /:v:/ } $t->redis_cli('keys', '*');
$t->redis_cli('hset', $key, 'hold', 'legal');
($code, $out) = $t->consentctl('erase', '--record', $key =~ s/.*:v://r, '--verified-by', 'privacy desk', @redis, @to);
is $code, 1, 'a legal hold keeps it';
is $t->redis_cli('exists', $key), 1, 'it is there';
my ($refused) = of_type('dsr.refused');
is_deeply [@$refused{qw(reason notified)}], ['illegal', JSON::PP::false], 'which the log says, and that nobody was told so far';

# ---- requests by letter

($code, $out) = $t->consentctl('dsr', 'open', 'type=disclose', "rid=$rid", @to);
is $code, 0, 'a letter is entered';
my ($id) = $out =~ /id=([0-9a-f]{16})/;
my $received = (of_type('dsr.received'))[-1];
is $received->{id}, $id, 'under a number';
like $received->{due}, qr/^\d{4}-\d\d-\d\d$/, 'with a day';
for my $step (['verify', 'method=receipt', 'who=desk'], ['investigate', 'finding=within its purpose'],
              ['fulfil', 'format=json', 'sha256=' . 'a' x 64], ['notify', 'how=by letter']) {
    is +($t->consentctl('dsr', $step->[0], "id=$id", @{$step}[1 .. $#$step], @to))[0], 0, "dsr $step->[0]";
}
is_deeply [map { $_->{ty} } grep { ($_->{id} || '') eq $id } $t->evidence],
    [map { "dsr.$_" } qw(received verified investigated fulfilled notified)], 'all of it stands in the log';
is +($t->consentctl('dsr', 'refuse', "id=$id", 'reason=bored', 'notified=true', @to))[0], 2, 'a reason that there is not';
is +($t->consentctl('dsr', 'verify', 'method=receipt', 'who=desk', @to))[0], 2, 'nothing without its number';
is +($t->consentctl('dsr', 'notify', "id=$id", 'how=to 192.0.2.1', @to))[0], 2, 'no address';
is +($t->consentctl('dsr', 'notify', "id=$refused->{id}", 'how=by letter', @to))[0], 0, 'the one who was refused is told';
($code, $out) = $t->consentctl('dsr', $log);
is $code, 0, 'and the list of requests is in order' or diag $out;
($code, $out) = $t->consentctl('erasure', $log);
like $out, qr/\S/, 'erasures are listed';

$t->done;
