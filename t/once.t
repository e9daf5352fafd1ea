# The same form sent again, by a finger that clicks twice or by a network that
# lost the answer: one record, one decision, and the same answer.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use Test::More;
use Consent;
use Consent::HTTP qw(build_request parse_response);
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html'], '<!doctype html><html lang=en><title>t</title><body><p>x');
});

my $server = policy() . <<'END';
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

$t->gate($server);

my @host = (host => 'www.site.example');
my @same = ('Sec-Fetch-Site' => 'same-origin');

# The hidden fields of the form on a page: those of a banner, or of GET /.
sub form {
    my ($path, %o) = @_;
    my $body = $t->get($path || '/', @host, %o)->body;
    my ($form) = $body =~ m{<form method="post" action="/\.consent/choice">(.*?)</form>}s;

    return map { /name="([^"]+)" value="([^"]*)"/ ? ($1, $2) : () } $form =~ /<input type="hidden"[^>]*>/g;
}

sub send_form {
    my ($form, %o) = @_;
    my $choice = delete $o{choice} || 'accept';
    my $p = delete $o{p} || [];

    return $t->post('/.consent/choice', @host, form => [choice => $choice, (map { (p => $_) } @$p), @$form],
        headers => [@same, @{ delete $o{headers} || [] }], %o);
}

sub send_json {
    my ($form, %o) = @_;
    return $t->post('/.consent/choice', @host, json => { choice => 'accept', @$form }, headers => [@same, @{ $o{headers} || [] }]);
}

# What is kept, and what was logged, since the last time: "records/decisions".
my ($records, $decisions) = (0, 0);

sub news {
    my ($least) = @_;
    my @acts;

    $t->wait_for(3, sub {
        @acts = map { $_->{act} } grep { $_->{ty} eq 'decision' } $t->evidence;
        return @acts - $decisions >= $least;
    });
    my $n = grep { /:v:/ } $t->redis_cli('keys', '*');
    my @new = @acts[$decisions .. $#acts];
    my $more = $n - $records;

    ($records, $decisions) = ($n, scalar @acts);
    return join ' ', "$more kept,", @new;
}

sub cid { return token_of($_[0])->{parts}[1] }

# ---- what tells forms apart

my %a = form('/');
my %b = form('/');
like $a{once}, qr/^[\w-]{11}$/, 'a banner has 64 bits of its own';
isnt $a{once}, $b{once}, 'each has others';
ok {form('/.consent/')}->{once}, 'so has the preferences page';

# ---- a visitor of whom nothing is known

my @form = form('/');
my $first = send_form(\@form);
my $again = send_form(\@form);
is $first->status, 303, 'accepted';
is $again->status, 303, 'the same form again is answered alike';
is cid($again), cid($first), 'with the same identity';
is news(1), '1 kept, grant', 'one record, one decision';
is token_of($again)->{parts}[2], token_of($first)->{parts}[2], 'that grants the same';

my %json = form('/.consent/');
my $said = send_json([%json]);
is send_json([%json])->body, $said->body, 'by JSON the answer is the same, receipt and all';
is news(1), '1 kept, grant', 'one record, one decision there, too';

isnt cid(send_form([form('/')])), cid($first), 'another form is another person';
is news(1), '1 kept, grant', 'with a record and a decision';

my @pair = form('/');
send_form(\@pair, headers => ['User-Agent' => $_]) for 'One/1', 'Two/1';
is news(2), '2 kept, grant grant', 'two browsers that got one page are two persons';

my %api = %json;
delete $api{once};
send_json([%api]) for 1, 2;
is news(2), '2 kept, grant grant', 'without the field each request is a choice of its own';

# ---- both at one time, on several workers

for my $choice ('accept', 'reject') {
    my @both = form('/');
    my $body = join '&', "choice=$choice", map { s/([^\w.-])/sprintf '%%%02X', ord $1/ger }
        map { "$both[2 * $_]\0$both[2 * $_ + 1]" } 0 .. $#both / 2;
    $body =~ s/%00/=/g;
    my $bytes = build_request('POST', '/.consent/choice', @host, body => $body,
        headers => ['Content-Type' => 'application/x-www-form-urlencoded', @same]);
    my @sockets = map { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port('gate'), Proto => 'tcp') } 1 .. 12;

    syswrite $_, $bytes for @sockets;
    my @r = map { my $s = $_; local $/; parse_response(scalar <$s>) } @sockets;
    is join(' ', map { $_->status } @r), join(' ', (303) x 12), "$choice: twelve at a time are all answered";
    my %cids = map { cid($_) => 1 } @r;
    is scalar(keys %cids), 1, 'and all the same';
    is news(1), $choice eq 'accept' ? '1 kept, grant' : '0 kept, refuse', 'one decision';
}

# ---- the answer is not waited for

my @lost = form('/');
my $body = "choice=accept&notice=$lost[1]&once=$lost[3]";
my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port('gate'), Proto => 'tcp');
syswrite $s, build_request('POST', '/.consent/choice', @host, body => $body,
    headers => ['Content-Type' => 'application/x-www-form-urlencoded', @same]);
close $s;
my $got = send_form([@lost[0 .. 3]]);
is $got->status, 303, 'whoever hung up and asks again is answered';
is news(1), '1 kept, grant', 'one record, one decision';

# ---- another choice by the same form

$again = send_form(\@lost, choice => 'save', p => ['analytics']);
is cid($again), cid($got), 'another choice by that form is of the same person';
is news(1), '0 kept, change', 'and is a decision';
send_form(\@lost, choice => 'save', p => ['analytics']);
is news(0), '0 kept,', 'which again is none';

# ---- with a token

my $jar = $t->jar;
send_form([form('/')], jar => $jar);
is news(1), '1 kept, grant', 'a visitor with a token';
my @page = form('/.consent/', jar => $jar);
my $before = $jar->copy;
send_form(\@page, choice => 'save', p => ['marketing'], jar => $jar) for 1, 2;
is news(1), '0 kept, change', 'who saves twice decides once';
send_form(\@page, choice => 'save', p => ['analytics'], jar => $jar);
send_form(\@page, choice => 'save', p => ['marketing'], jar => $jar);
is news(2), '0 kept, change change', 'and whoever changes back and forth by one form decides each time';

my $old = $jar->copy;
my @r = map { send_form(\@page, choice => 'withdraw', jar => $jar->copy) } 1, 2;
is join(' ', map { token_of($_)->{parts}[1] } @r), '- -', 'a withdrawal sent twice takes effect twice';
is news(1), '0 kept, withdraw', 'and is one decision';
my $r = $t->get('/.consent/state', @host, jar => $old);
like $r->body, qr/"state":"refused"/, 'the old token is worth nothing';

$again = send_form(\@lost);
$again = send_form(\@lost, choice => 'withdraw', jar => $t->jar->set(ngxc => join '.', @{ token_of($again)->{parts} }));
is news(2), '0 kept, change withdraw', 'somebody accepts and withdraws by one form';
isnt cid(send_form(\@lost)), cid($got), 'accepting by it once more makes a new person: what was closed stays closed';
is news(1), '1 kept, grant', 'with a record';

# ---- refusals

my @no = form('/');
send_form(\@no, choice => 'reject') for 1, 2, 3;
is news(1), '0 kept, refuse', 'a refusal sent three times is logged once';
send_form([form('/')], choice => 'reject');
is news(1), '0 kept, refuse', 'that of another form is another';

# ---- what is no such field

for my $once ('', 'short', 'x' x 65, 'a b c d e f g') {
    is send_json([%api, once => $once])->status, 400, "once \"$once\": 400";
}
is news(0), '0 kept,', 'and nothing happened';

# ---- while Redis is away

my @away = form('/');
$t->redis_freeze;
is send_form(\@away)->status, 503, 'nobody is told that it was recorded';
$t->redis_thaw;
ok $t->wait_for(10, sub { $r = send_form(\@away); $r->status == 303 }), 'sent again when Redis is back';
is news(1), '1 kept, grant', 'it is one record and one decision';

# ---- a form that was left open

SKIP: {
    my ($lib) = glob '/usr/lib/*/faketime/libfaketimeMT.so.1';
    skip 'no libfaketime: a minute would have to pass', 1 if !$lib;
    skip 'a linked-in module is for sanitizers, who want to be loaded first', 1 if !length $t->{so};

    my $clock = $t->write('clock', '+0');
    my %env = (LD_PRELOAD => $lib, FAKETIME_TIMESTAMP_FILE => $clock, FAKETIME_NO_CACHE => 1, DONT_FAKE_MONOTONIC => 1,
        FAKETIME_DONT_FAKE_MONOTONIC => 1);
    $t->stop('gate', 'QUIT');
    $t->gate($server, main => join('', map { "env $_;\n" } sort keys %env),
        under => ['env', map { "$_=$env{$_}" } sort keys %env]);
    ok $t->wait_for(10, sub { send_form([form('/')])->status == 303 }), 'a gate whose clock is ours';
    news(1);

    my @left = form('/');
    my $now = cid(send_form(\@left));
    $t->write('clock', '+50');
    is cid(send_form(\@left)), $now, 'a form that comes again within a minute is the same choice';
    $t->write('clock', '+70');
    isnt cid(send_form(\@left)), $now, 'later it is one of somebody else';
    is news(2), '2 kept, grant grant', 'with a record and a decision';
}

$t->done;
