# What an operator's command writes into the consent log while nginx writes it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use POSIX ();
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

$t->origin(<<'END');
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        location / { default_type text/html; return 200 "<html><body><script src=//ads.example/a.js></script></body></html>"; }
    }
END

$t->gate(policy() . <<'END', workers => 2);
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
    }
END

my @host = (host => 'www.site.example');
my $log  = $t->dir . '/consent.log';

sub ctl { return $t->consentctl(@_, '--log', $log) }

sub last_of { my ($type) = @_;
    my ($event) = grep { $_->{ty} eq $type } reverse $t->evidence;
    return $event;
}

# ---- a line at a time, in a lane of its own

$t->wait_for(5, sub { 2 <= grep { $_->{ty} eq 'chain.open' } $t->evidence });

my ($code, $out) = ctl('record', 'incident', 'cause=a tag was deployed by hand', 'action=taken out',
    'reported=2026-11-02', '--site', 'www.site.example');
is $code, 0, 'an incident is written';

my $event = last_of('incident');
is $event->{cause}, 'a tag was deployed by hand', 'with its cause';
is $event->{host}, 'www.site.example', 'under its site';
like $out, qr/lane $event->{ch}, seq $event->{seq}$/, 'the command says where it stands';

my @lane = grep { $_->{ch} eq $event->{ch} } $t->evidence;
is_deeply [map { $_->{ty} } @lane], [qw(chain.open incident chain.close)], 'in a lane of its own, from open to close';
is $lane[0]{reason}, 'consentctl', 'which says who opened it';
ok @{ $lane[0]{follows} }, 'and names the heads that it follows';
ok $lane[0]{seal} && $lane[2]{mac}, 'both ends are sealed, as a worker\'s are';

($code, $out) = ctl('record', '--json', 'disclosure.legal', 'authority=court', 'basis=a', 'items=ip,cookie_id',
    'count=1', 'case=2026/17', 'operator=legal desk', '--site', 'www.site.example');
is $code, 0, 'a legal disclosure is written';
is decode_json($out)->{ch}, last_of('disclosure.legal')->{ch}, '--json says where it stands';
is_deeply last_of('disclosure.legal')->{items}, [qw(ip cookie_id)], 'with its items';
is last_of('disclosure.legal')->{count}, 1, 'and how many persons';

is +(ctl('record', 'controller.change', 'old=A', 'new=B', 'date=2026-04-01', 'case=merger'))[0], 0, 'a succession';
is +(ctl('record', 'probe', 'state=refused', 'hosts=', 'cookies=SESSION', 'ip=t24'))[0], 0, 'a probe';
is_deeply last_of('probe')->{hosts}, [], 'that saw no host';
is +(ctl('record', 'access', 'who=desk', 'why=a question', 'command=show --receipt', 'rid=' . 'a' x 32))[0], 0, 'an access';

# ---- nothing that names a person

my $before = -s $log;

for my $bad (['an address', 'cause=seen from 192.0.2.7 today'],
             ['an IPv6 address', 'cause=seen from [2001:db8::7]:443'],
             ['an IPv6 address that ends a sentence', 'cause=it was 2001:db8::7.'],
             ['an e-mail address', 'cause=ask me@site.example'],
             ['the at of a Japanese keyboard', "cause=me\xef\xbc\xa0site.example"],
             ['a control', "cause=a\nb"],
             ['more than 256 bytes', 'cause=' . 'x' x 257],
             ['no UTF-8', "cause=\xff"],
             ['nothing', 'cause=']) {
    ($code, $out) = ctl('record', 'incident', $bad->[1], 'action=none');
    is $code, 2, "$bad->[0] is refused";
    like $out, qr/cause/, '... and the field named';
}

for my $bad (['a field that is missing', 'incident', 'cause=x'],
             ['one that is none', 'incident', 'cause=x', 'action=y', 'ip=full'],
             ['one twice', 'incident', 'cause=x', 'cause=z', 'action=y'],
             ['a date that is none', 'controller.change', 'old=A', 'new=B', 'date=2026-13-01', 'case=x'],
             ['a basis that is none', 'disclosure.legal', 'authority=x', 'basis=d', 'items=ip', 'count=1', 'case=x', 'operator=x'],
             ['an address as a host', 'probe', 'state=none', 'hosts=192.0.2.1', 'cookies=', 'ip=full'],
             ['an event of nginx\'s own', 'decision', 'act=grant'],
             ['no event', ()]) {
    my ($what, @args) = @$bad;
    is +(ctl('record', @args))[0], 2, "$what is refused";
}

is -s $log, $before, 'and nothing of it is in the log';
for my $fine ('version 1.2.3 of it', 'at 10:30:15', 'ratio 3:4', 'see RFC 9110, 5.3', "\xe6\xbc\x8f\xe3\x81\x88\xe3\x81\x84") {
    is +(ctl('record', 'incident', "cause=$fine", 'action=none'))[0], 0, "$fine: names nobody";
}

is +($t->consentctl('record', 'incident', 'cause=x', 'action=y', '--log', $t->dir . '/none.log'))[0], 2,
    'a log that is not there is not made';
ok !-e $t->dir . '/none.log', '... by a slip of the keyboard';

# ---- while nginx writes

my @pids;
for my $n (1 .. 3) {
    my $pid = fork // die;
    if (!$pid) {
        for my $i (1 .. 20) {
            system($ENV{CG_CONSENTCTL} || $t->root . '/build/consentctl', 'record', 'incident', "cause=$n/$i",
                'action=none', '--log', $log) == 0 or POSIX::_exit(1);
        }
        POSIX::_exit(0);
    }
    push @pids, $pid;
}
open my $null, '>&', \*STDOUT;
for (1 .. 60) {
    choose($t, 'accept', @host);
    $t->get('/', @host);
}
my $failed = 0;
for (@pids) { waitpid $_, 0; $failed ||= $? }
is $failed, 0, 'sixty runs beside sixty decisions';
is scalar(grep { $_->{ty} eq 'incident' && $_->{cause} =~ m{^\d/\d+$} } $t->evidence), 60, 'all are there';
is scalar(grep { $_->{ty} eq 'decision' } $t->evidence), 60, 'and all decisions';
($code, $out) = $t->consentctl('verify', (map { ('--seal-key', $_) } $t->seal_keys), $log);
is $code, 0, 'the log verifies, with its seals' or diag $out;

# ---- who may not read the root key says so

$t->write('copy.log', $t->read('consent.log'));
$log = $t->dir . '/copy.log';
($code, $out) = ctl('record', 'incident', 'cause=x', 'action=y');
is $code, 0, 'without the key of the seals it is written all the same';
like $out, qr/has none/, '... and told to have none';
is +($t->consentctl('verify', $log))[0], 0, 'the chain verifies';
is +($t->consentctl('verify', '--seal-key', $t->seal_keys, $log))[0], 2, 'with keys: cannot tell of that lane';

$t->done;
