# What a person may ask for: each request end to end, with its answer, what
# changes, and its lines in the log.

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
    $out->respond(200, ['Content-Type' => 'text/html'], '<!doctype html><html><body><p>x'
        . '<script src="https://analytics.example/a.js"></script><script src="https://own.example/o.js"></script>'
        . '<img src="https://ads.example/p.gif"></body></html>');
});

# functional has a vendor that acts on the site's behalf, and nobody else.
my $policy = policy(more => 'purpose functional slot=3; vendor own-co purpose=functional role=processor;');
my $vendor = 'consent_vendor own-co { name "Own Co"; provider "Own Ltd" JP; receives cookie_id; host own.example; }';

$t->gate($vendor . $policy . <<'END', workers => 2);
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "$consent_state $consent_purposes" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  other.example;
        consent      test;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

my @host = (host => 'www.site.example');
my @same = (headers => { 'Sec-Fetch-Site' => 'same-origin' });
my $mark = 0;                              # events before

sub ask { my ($right, %o) = @_;
    my @form = (right => $right, @{ delete $o{form} || [] });
    $mark = still();
    return $t->post('/.consent/rights', form => \@form, @same, @host, %o);
}

# How many lines there are, once no more come: they are written behind answers.
sub still {
    my ($n, $was) = (0, -1);
    $t->wait_for(5, sub { ($was, $n) = ($n, scalar(() = $t->evidence)); select undef, undef, undef, 0.08 if $n != $was; $n == $was });
    return $n;
}

sub visitor { my $jar = $t->jar; choose($t, 'accept', jar => $jar, @host); return $jar }
sub state_of { return $t->get('/', jar => $_[0], @host)->header('x-state') }

# The request's events since the last ask(), of all workers, in their order.
sub events {
    select undef, undef, undef, 0.05;
    still();
    my @all = $t->evidence;
    return grep { $_->{ty} =~ /^(?:dsr\.|erase|decision)/ } @all[$mark .. $#all];
}
sub types { return join ' ', map { s/^dsr\.//r } map { $_->{ty} } @_ }

sub one_request { my ($right, $what, @events) = @_;
    my %ids = map { $_->{id} => 1 } grep { $_->{ty} =~ /^dsr/ } @events;
    is scalar(keys %ids), 1, "$right: $what under one number";
    is scalar(grep { $_->{ty} =~ /^dsr/ && ($_->{type} ne $right || $_->{by} ne 'subject') } @events), 0,
        '... of that right, by its subject';
    return (keys %ids)[0];
}

# ---- the page

my $jar = visitor();
my $body = $t->get('/.consent/', jar => $jar, @host)->body;
like $body, qr{<button[^>]+name="right" value="$_"}, "the page offers $_"
    for qw(disclose purpose correct add stop_use stop_provision complaint);
like $body, qr{action="/\.consent/erase"}, 'and to erase';
unlike $t->get('/.consent/', @host)->body, qr{name="right"}, 'whoever has no token has nothing to ask for';
like $t->get('/.consent/?lang=ja', jar => $jar, @host)->body, qr/&#x304a;&#x5ba2;&#x69d8;&#x306e;&#x6a29;&#x5229;/, 'in Japanese, too';

# ---- who asks

for my $case (['no token', undef], ['a forged one', 'ngxc=1.' . 'a' x 22 . '.3.3.1.9999999999.' . 'b' x 22]) {
    my $r = ask('disclose', headers => { 'Sec-Fetch-Site' => 'same-origin', $case->[1] ? (Cookie => $case->[1]) : () });
    is $r->status, 403, "$case->[0]: 403";
    my @events = events();
    is types(@events), 'received refused', '... which the log says';
    is $events[1]{reason}, 'unverified', '... and why';
    ok $events[1]{notified}, '... and that it was told';
    ok !grep({ $_->{sub} || $_->{rid} } @events), '... naming nobody';
}

{
    my $r = ask('disclose', host => 'other.example', jar => $jar);
    is $r->status, 403, 'another site\'s token: 403';
    is types(events()), 'received refused', '... refused there';
    is ask('stop_use', jar => $jar, headers => { 'Sec-Fetch-Site' => 'cross-site' })->status, 403, 'from another site: 403';
    is types(events()), '', '... and no request of theirs';
    is ask('everything', jar => $jar)->status, 400, 'a right that there is not: 400';
    is $t->get('/.consent/rights', jar => $jar, @host)->status, 405, 'a link changes nothing';
    is ask('disclose', jar => $jar, headers => {})->status, 400, 'no word of its origin, and no notice: 400';
    is state_of($jar), 'granted necessary,analytics,marketing,functional', 'all of it left the visitor as before';
}

# ---- disclose

{
    my $r = ask('disclose', jar => $jar, form => [format => 'json']);
    is $r->status, 200, 'disclose: a file';
    like $r->header('content-disposition'), qr/attachment/, 'to be kept';
    my @events = events();
    is types(@events), 'received verified fulfilled notified', 'received, verified, fulfilled, notified';
    one_request('disclose', 'all', @events);
    is $events[1]{method}, 'cookie', 'verified by the token';
    is $events[2]{format}, 'json', 'fulfilled in that format';
    is $events[2]{sha256}, sha256_hex($r->body), 'by these very bytes';
    like $events[0]{due}, qr/^\d{4}-\d\d-\d\d$/, 'and a day by which it was due';

    my $file = decode_json($r->body);
    my ($decision) = grep { $_->{ty} eq 'decision' } $t->evidence;
    my $receipt = $file->{receipt};
    is $receipt->{record_id}, $decision->{rid}, 'the receipt is of the decision';
    is_deeply [@{ $receipt->{evidence} }{qw(ch seq h sub)}], [@$decision{qw(ch seq h sub)}],
        'and names its line, its hash and the pseudonym';
    is $receipt->{evidence}{notice}, $decision->{notice}{hash}, 'and the text that was shown';
    my ($path) = $receipt->{pii_processing}{privacy_notice} =~ m{^http://www\.site\.example(/.*)};
    is $t->get($path, @host)->status, 200, 'which can be read where the receipt says';
    like $receipt->{schema_version}, qr/27560/, 'in the terms of ISO/IEC TS 27560';
    is_deeply [map { $_->{purpose} } @{ $receipt->{pii_processing}{purposes} }], [qw(analytics marketing functional)], 'each purpose';
    is $receipt->{pii_processing}{purposes}[0]{recipient_third_parties}[0]{country}, 'US', 'with its recipients and where they are';
    is $receipt->{pii_processing}{purposes}[0]{withdrawal_method}, 'http://www.site.example/.consent/', 'where to withdraw';
    is $receipt->{party_identification}[0]{party_name}, 'Test Corporation', 'who is responsible';
    is $receipt->{event}[0]{event_state}, 'given', 'and what was decided';
    is $events[2]{sub}, $decision->{sub}, 'the log names the same pseudonym';

    my ($cookie) = $jar->header('/') =~ /ngxc=([^;]+)/;
    for my $part (grep { length > 15 } split /\./, $cookie) {
        unlike $r->body, qr/\Q$part\E/, 'no part of the cookie is in it';
    }

    $r = ask('disclose', jar => $jar);
    is $r->status, 200, 'as a page';
    like $r->header('content-type'), qr{^text/html}, 'of HTML';
    unlike $r->body, qr/<(?:link|script|img|iframe)\b/, 'that fetches nothing';
    like $r->body, qr/$receipt->{evidence}{h}/, 'with the hash of its line';
    my ($salt) = map { $t->redis_cli('get', $_) } grep { /:s:/ } $t->redis_cli('keys', '*');
    unlike $r->body, qr/\Q$salt\E|\Q$cookie\E/, 'and neither salt nor cookie';

    $r = $t->get('/.consent/record?format=html', jar => $jar, @host);
    like $r->header('content-disposition'), qr/consent-record\.html/, 'the download as HTML';
    is $t->get('/.consent/record', @host)->status, 403, 'without a token: 403';
    is decode_json($t->get('/.consent/record', jar => $jar, @host)->body)->{receipt}{evidence}{h}, $decision->{h},
        'the download as JSON';
}

# ---- purpose, complaint

{
    my $r = ask('purpose', jar => $jar);
    is $r->status, 200, 'purpose: 200';
    my @events = events();
    is types(@events), 'received verified fulfilled notified', 'told, and logged';
    my $id = one_request('purpose', 'all', @events);
    like $r->body, qr/$id/, 'the page has the number';
    like $r->body, qr/Statistics/, 'and the purposes';

    $r = ask('complaint', jar => $jar);
    is $r->status, 200, 'complaint: 200';
    @events = events();
    is types(@events), 'received verified fulfilled notified', 'logged';
    $id = one_request('complaint', 'all', @events);
    like $r->body, qr/$id/, 'the page has the number';
    like $r->body, qr{https://www\.site\.example/contact/}, 'and the contact';
}

# ---- correct, add: explained, then done

sub step { my ($right, $r, @form) = @_;
    my ($ack) = $r->body =~ /name="ack" value="([^"]+)"/;
    my ($notice) = $r->body =~ /name="notice" value="([^"]+)"/;
    my ($once) = $r->body =~ /name="once" value="([^"]+)"/;
    return [@form, ack => $ack, notice => $notice, once => $once];
}

{
    my $r = ask('correct', jar => $jar);
    is $r->status, 200, 'correct: a form';
    my @events = events();
    is types(@events), 'received verified explained', 'that explains';
    my $id = one_request('correct', 'first step', @events);
    is scalar(() = $r->body =~ /type="checkbox"[^>]*checked/g), 3, 'what is recorded is ticked';
    is state_of($jar), 'granted necessary,analytics,marketing,functional', 'nothing has changed so far';

    $r = ask('correct', jar => $jar, form => step('correct', $r, p => 'marketing', p => 'functional'));
    is $r->status, 200, 'sent: done';
    @events = events();
    is types(@events), 'ack decision fulfilled notified', 'acknowledged, decided, fulfilled';
    is one_request('correct', 'second step', @events), $id, 'under the same number';
    is $events[1]{act}, 'change', 'the decision is a change';
    is substr($events[1]{rid}, 0, 16), $id, 'whose receipt begins with the number';
    is state_of($jar), 'partial necessary,marketing,functional', 'and is in effect';

    my $file = decode_json($t->get('/.consent/record', jar => $jar, @host)->body);
    is_deeply [map { $_->{purposes} } @{ $file->{history} }], ['analytics=1,marketing=1,functional=1'], 'the file tells what was before';

    $r = ask('add', jar => $jar);
    is types(events()), 'received verified explained', 'add: a form that explains';
    $r = ask('add', jar => $jar, form => step('add', $r, p => 'analytics'));
    is types(events()), 'ack decision fulfilled notified', 'add: likewise';
    is state_of($jar), 'granted necessary,analytics,marketing,functional', 'what was allowed stays, and one is added';
}

# ---- stop_provision

{
    my ($key) = grep { $t->redis_cli('hget', $_, 'state') eq 'granted' } grep { /:v:/ } $t->redis_cli('keys', '*');
    my $ttl = $t->redis_cli('hget', $key, 'expires');
    my $r = ask('stop_provision', jar => $jar);
    is $r->status, 200, 'stop_provision: 200';
    my @events = events();
    is types(@events), 'received verified decision fulfilled notified', 'received, decided, fulfilled';
    one_request('stop_provision', 'all', @events);
    is state_of($jar), 'partial necessary,functional', 'what others act on our behalf for stays';
    my $page = $t->get('/', jar => $jar, @host)->body;
    like $page, qr{<script src="https://own\.example/o\.js">}, 'the processor still works';
    unlike $page, qr{<script src="https://analytics}, 'third parties do not';
    is $t->redis_cli('hget', $key, 'expires'), $ttl, 'and no day is won by it';
    ask('stop_provision', jar => $jar);
    is types(events()), 'received verified fulfilled notified', 'asked again there is nothing to be decided';
}

# ---- stop_use: in two steps

{
    my $r = ask('stop_use', jar => $jar);
    is $r->status, 200, 'stop_use: what will follow';
    my @events = events();
    is types(@events), 'received verified explained', 'is explained';
    my $id = $events[2]{id};
    my ($effects) = $r->body =~ m{<h2>[^<]*</h2>(<p>If we stop.*?)<form}s;
    is sha256_hex($effects), $events[2]{hash}, 'by the text whose hash the log has';
    like $effects, qr/Statistics.*Advertising/s, 'which names what stops';
    my $form = step('stop_use', $r);

    is state_of($jar), 'partial necessary,functional', 'not suspended so far';
    my %forged = @$form;
    $forged{ack} =~ s/.$/!/;
    $r = ask('stop_use', jar => $jar, form => [%forged]);
    is types(events()), 'received verified explained', 'a forged acknowledgement is none';
    is state_of($jar), 'partial necessary,functional', 'and suspends nothing';
    my $thief = visitor();
    ask('stop_use', jar => $thief, form => $form);
    like state_of($thief), qr/^granted/, 'nor does another\'s';
    ask('correct', jar => $jar, form => [@$form, p => 'analytics']);
    is state_of($jar), 'partial necessary,functional', 'nor is it one for another right';

    my ($key) = grep { $t->redis_cli('hget', $_, 'state') eq 'partial' } grep { /:v:/ } $t->redis_cli('keys', '*');
    $r = ask('stop_use', jar => $jar, form => $form);
    is $r->status, 200, 'acknowledged: suspended';
    @events = events();
    is types(@events), 'ack decision fulfilled notified', 'as the log says';
    is one_request('stop_use', 'second step', @events), $id, 'under the same number';
    like $r->body, qr/<code>$events[1]{rid}</, 'with the receipt, by which an operator still finds it';
    is +($t->consentctl('export', '--receipt', $events[1]{rid}, '--redis', '127.0.0.1:' . $t->port('redis')))[0], 0, '... as here';
    is state_of($jar), 'refused necessary', 'nothing optional is open';
    is $t->redis_cli('hget', $key, 'hold'), 'suspend', 'the record is kept, on hold';
    is $t->redis_cli('hget', $key, 'bits'), 0, 'and opens nothing';
    choose($t, 'accept', jar => $jar, @host);
    like state_of($jar), qr/^granted/, 'who chooses anew lifts it';
}

# ---- delete

{
    my $gone = visitor();
    my @keys = $t->redis_cli('keys', '*');
    my $r = ask('delete', jar => $gone);
    is $r->status, 200, 'delete: 200';
    my @events = events();
    is types(@events), 'received verified decision erase fulfilled notified', 'erased, as the log says';
    my $id = one_request('delete', 'all', @events);
    my ($erase) = grep { $_->{ty} eq 'erase' } @events;
    is_deeply [@$erase{qw(scope means aof_pending)}], ['all', 'delete', JSON::PP::true], 'what is left to be done is said';
    ok $erase->{sub}, 'of whom, as a pseudonym';
    is scalar(grep { /:[vs]:/ } $t->redis_cli('keys', '*')), scalar(grep { /:[vs]:/ } @keys) - 2, 'record and salt are gone';
    like join(';', $r->all('set-cookie')), qr/^ngxc=; Path=\/; Max-Age=0/, 'and the cookie';
    is ask('disclose', jar => $gone)->status, 403, 'nobody can ask any more';

    $gone = visitor();
    $mark = still();
    $t->post('/.consent/erase', jar => $gone, form => [], @same, @host);
    is types(events()), 'received verified decision erase fulfilled notified', 'POST /erase is the same';
}

# ---- a legal hold

{
    my $held = visitor();
    my $file = decode_json($t->get('/.consent/record', jar => $held, @host)->body);
    my $rid  = pack 'H*', $file->{record}{receipt};
    my ($key) = grep { $t->redis_cli('hget', $_, 'evidence') eq $file->{record}{evidence} } grep { /:v:/ } $t->redis_cli('keys', '*');
    $t->redis_cli('hset', $key, 'hold', 'legal');
    is decode_json($t->get('/.consent/record', jar => $held, @host)->body)->{hold}, 'legal', 'a hold is disclosed';
    my $token = $held->header('/');
    my $r = ask('delete', jar => $held);
    is $r->status, 409, 'delete under a legal hold: refused';
    my @events = events();
    is types(@events), 'received verified decision decision refused', 'as the log says';
    is $events[-1]{reason}, 'illegal', 'with its reason';
    ok $events[-1]{notified}, 'told to the person';
    is $events[-2]{act}, 'withdraw', 'it is closed all the same';
    is $t->redis_cli('hget', $key, 'hold'), 'legal', 'and kept';
    like $t->get('/', @host, headers => { Cookie => $token })->header('x-state'), qr/^refused/, 'its token opens nothing';
}

# ---- a refusal: nothing is kept but the token

{
    my $no = $t->jar;
    choose($t, 'reject', jar => $no, @host);
    my $r = ask('disclose', jar => $no, form => [format => 'json']);
    my $file = decode_json($r->body);
    is $r->status, 200, 'a refusal is disclosed';
    ok !$file->{record} && !$file->{receipt}, 'without a record';
    is $file->{token}{identifier}, JSON::PP::false, 'and without an identifier';
    my @events = events();
    is types(@events), 'received verified fulfilled notified', 'and logged';
    ok !grep({ $_->{sub} || $_->{rid} } @events), 'of nobody';
    is ask('delete', jar => $no)->status, 200, 'and deleted, where nothing is';
    is types(events()), 'received verified decision fulfilled notified', 'without an erasure';
}

# ---- Redis is away

{
    my $waits = visitor();
    $t->stop('redis', 'TERM');
    for (1 .. 2) { $t->get('/', jar => $waits, @host) }
    select undef, undef, undef, 5.2;       # leases end
    my $r = ask('disclose', jar => $waits);
    is $r->status, 503, 'Redis is away: not now';
    ok $r->header('retry-after'), 'but later';
    is types(events()), 'received verified', 'the request stays open in the log';
    is $t->get('/.consent/record', jar => $waits, @host)->status, 503, 'no file, either';
    $r = ask('delete', jar => $waits);
    is $r->status, 202, 'delete: it will be erased';
    my @events = events();
    is types(@events), 'received verified decision', 'and the log waits with it';
    my $id = $events[0]{id};
    $t->redis;
    ok $t->wait_for(10, sub { grep { $_->{ty} eq 'dsr.fulfilled' && $_->{id} eq $id } $t->evidence }), 'then it is erased';
    ok scalar(grep { $_->{ty} eq 'erase' && substr($_->{rid}, 0, 16) eq $id } $t->evidence), '... as the log says';
}

$t->done;
