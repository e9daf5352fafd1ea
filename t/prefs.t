# The preferences page and what follows its forms: each action is confirmed, a
# browser that refuses cookies is told so, and what was chosen before is shown
# as far as it is kept.  All of it by forms and links.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html', 'Referrer-Policy' => 'no-referrer'],
        '<!doctype html><html lang="en"><title>t</title><body><p>x</body></html>');
});

$t->gate(policy() . <<'END', consent => { redis => '%%REDIS%% feed=off' });
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
    server {
        listen         127.0.0.1:%%PORT_gate%%;
        server_name    few.site.example;
        consent        test;
        consent_site   www.site.example;
        consent_limit  visitor=1r/m network=1r/m;
    }
END

my @host = (host => 'www.site.example');
my @same = (headers => { 'Sec-Fetch-Site' => 'same-origin' });
my $here = '/news/?page=2&q=a+b';

# form(BODY, CHOICE, SCRIPT): what a browser sends for the form with a button of
# that choice; what stands in <noscript> only where no script runs.
sub form {
    my ($body, $choice, $script, @p) = @_;
    my ($form) = grep { /value="$choice"/ } $body =~ m{(<form method="post".*?</form>)}gs;

    $form =~ s{<noscript>.*?</noscript>}{}gs if $script;
    return [(map { html($_) } $form =~ /<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?>/g),
        (map { (p => $_) } @p), choice => $choice];
}

sub html { return ($_[0] // '') =~ s/&#(x?)(\w+);/chr($1 ? hex $2 : $2)/ger }

# act(JAR, PAGE, CHOICE, P…): the answer to a form of the page.
sub act {
    my ($jar, $page, $choice, @p) = @_;
    return $t->post('/.consent/choice', @host, @same, $jar ? (jar => $jar) : (),
        form => form($t->get($page, @host, $jar ? (jar => $jar) : ())->body, $choice, 0, @p));
}

sub follow { my ($r, $jar) = @_; return $t->get($r->header('location'), @host, $jar ? (jar => $jar) : ()) }
sub said   { return join ' ', map { s/<[^>]+>//gr } $_[0]->body =~ m{<p class="message[^>]*role="status">(.*?)</p>}gs }
sub state  { return decode_json($t->get('/.consent/state', @host, jar => $_[0])->body)->{state} }
sub keys_n { return scalar(my @k = grep { /:[vs]:/ } $t->redis_cli('keys', '*')) }


# ---- back to where the visitor was

for my $case ([accept => 'granted'], [reject => 'refused']) {
    my ($choice, $state) = @$case;
    my $jar = $t->jar;
    my $r = act($jar, $here, $choice);

    is $r->status, 303, "$choice: 303";
    like $r->header('location'), qr{^/\.consent/\?said=\w+\.\d+\.[\w-]{22}&lang=en&to=%2Fnews%2F%3Fpage%3D2%26q%3Da%2Bb&mark=1$},
        "$choice: by way of our page, which nobody is named to";
    my $next = follow($r, $jar);
    is $next->status, 303, "$choice: the cookie came back, so it leads on";
    is $next->header('location'), "$here#ngxc-saved", "$choice: to the page, in its own words";
    is scalar(my @set = $next->all('set-cookie')), 0, "$choice: and sets nothing";
    is $next->header('cache-control'), 'no-store', "$choice: nor is it kept";
    is state($jar), $state, "$choice: $state";

    my $page = $t->get($here, @host, jar => $jar)->body;
    like $page, qr{<a id="ngxc-settings"[^>]*><span id="ngxc-saved" role="status" hidden>Your choice is saved\. You can change it here:</span>Cookie settings</a>},
        "$choice: where the choice is confirmed, with a way to change it";
    like $page, qr{#ngxc-saved:target\s*\{\s*display:\s*block}, "$choice: shown by the address alone";
}

{
    my $jar = $t->jar;
    my $r = $t->post('/.consent/choice', @host, @same, jar => $jar,
        form => form($t->get($here, @host)->body, 'reject', 1));
    is follow($r, $jar)->header('location'), $here, 'where scripts run, the address stays as it was';
    is $t->post('/.consent/choice', @host, @same, form => [choice => 'reject', return => '/x'])->header('location'), '/x',
        'a form of the site\'s own goes straight where it asks for';
    my $long = '/' . 'x' x 3000;
    is $t->post('/.consent/choice', @host, @same, form => [choice => 'reject', once => 'AAAAAAAAAAA', return => $long])->header('location'),
        $long, 'so does one from a page with an endless address';
    unlike $t->get($here, @host, headers => { 'Sec-GPC' => 1 })->body, qr/ngxc-saved" role/,
        'where a signal is honoured, nothing was saved';
}


# ---- a browser that refuses cookies

for my $choice (qw(accept reject)) {
    my $before = keys_n();
    my $r = act(undef, $here, $choice);
    my $records = keys_n();
    my $next = follow($r);

    is $next->status, 200, "no cookie, $choice: our page";
    is said($next), 'Your browser did not keep the cookie that would remember your choice. Nothing optional is loaded, just as if '
        . 'you had refused, and you will be asked again on the next page. If you want your choice to be remembered, please allow '
        . 'cookies for this website in your browser. Back to the website', "no cookie, $choice: says so, and what it means";
    like $next->body, qr{<a href="/news/\?page=2&#38;q=a\+b">Back to the website</a></p>}, "no cookie, $choice: leads back to the page";
    is scalar(my @set = $next->all('set-cookie')), 0, "no cookie, $choice: no cookie is tried once more";
    is keys_n(), $records, "no cookie, $choice: and nothing is written for it";
    like $next->body, qr/You have not chosen yet/, "no cookie, $choice: the state is as it is";
}

{
    # Cookies that were accepted once, and no more are.
    my $jar = $t->jar;
    act($jar, '/.consent/', 'accept');
    my $old = $jar->header('/');
    my @old = (headers => { Cookie => $old, 'Sec-Fetch-Site' => 'same-origin' });

    for my $choice (qw(reject accept)) {
        sleep 1 if $choice eq 'accept';        # of a new second
        my $r = $t->post('/.consent/choice', @host, @old, form => form($t->get($here, @host, @old)->body =~ /<form/
            ? $t->get($here, @host, @old)->body : $t->get('/.consent/', @host, @old)->body, $choice));
        my $next = $t->get($r->header('location'), @host, @old);
        like said($next), qr/did not keep the cookie/, "the old cookie, $choice: is no sign of the new one";
    }
}


# ---- nobody is led astray

my @said = (act($t->jar, $here, 'reject')->header('location') =~ /said=([^&]+)/);

for my $to ('//evil.example/', 'https://evil.example/', '/%5Cevil.example', '%2F%2Fevil.example', '/a%0d%0aX-Evil:%201') {
    my $r = $t->get("/.consent/?to=$to", @host);
    is $r->header('location'), '/', "to=$to: stays on the site";
    ok !defined $r->header('x-evil'), '... and adds no header';
}
for my $asks (['Sec-Fetch-Dest' => 'script'], ['Sec-Fetch-Dest' => 'empty'], [Accept => '*/*']) {
    is $t->get('/.consent/?to=/upload.js', @host, headers => {@$asks})->status, 200,
        "@$asks: no script of the site's by way of our own path, which its policy may let in";
}
for my $asks (['Sec-Fetch-Dest' => 'document', Accept => '*/*'], ['Sec-Fetch-Dest' => 'iframe'], [Accept => 'text/html,*/*;q=0.8']) {
    is $t->get('/.consent/?to=/x', @host, headers => {@$asks})->header('location'), '/x', "@$asks: a visitor is led on";
}
for my $to ('/.consent/', '/.consent/?to=/.consent/', '') {
    is $t->get("/.consent/?to=$to", @host)->status, 200, "to=$to: is this page";
}
my $jar = $t->jar;
act($jar, $here, 'reject');
is said($t->get("/.consent/?said=$said[0]", @host, jar => $jar)), 'You have refused. Nothing optional will be loaded. Change your choice', 'said: by us, now';
is said($t->get('/.consent/?said=' . $said[0] =~ s/refused/withdrawn/r, @host, jar => $jar)), '', 'said: something else by nobody';
is said($t->get('/.consent/?said=' . $said[0] =~ s/\.(\d+)\./'.' . ($1 - 1) . '.'/er, @host, jar => $jar)), '', 'said: at another time by nobody';


# ---- the page's own forms

my @steps = (
    [accept   => [], 'granted', 'Your choice has been saved.'],
    [save     => ['analytics'], 'partial', 'Your choice has been saved.'],
    [save     => [], 'refused', 'You have refused. Nothing optional will be loaded.'],
    [accept   => [], 'granted', 'Your choice has been saved.'],
    [withdraw => [], 'refused', 'Your consent has been withdrawn. Nothing optional will be loaded from now on.'],
    [reject   => [], 'refused', 'You have refused. Nothing optional will be loaded.'],
);

$jar = $t->jar;
for my $step (@steps) {
    my ($choice, $p, $state, $sentence) = @$step;
    my $next = follow(act($jar, '/.consent/', $choice, @$p), $jar);

    is $next->status, 200, "page, $choice: back on the page";
    is said($next), "$sentence Change your choice", "page, $choice: confirmed";
    like $next->body, qr{<a href="#choose">Change your choice</a>.*<section id="choose">}s, "page, $choice: with a way to change it";
    is state($jar), $state, "page, $choice: $state";
}

my $next = follow($t->post('/.consent/choice', @host, @same, jar => $jar,
    form => form($t->get('/.consent/?lang=ja', @host, jar => $jar)->body, 'accept')), $jar);
like $next->body, qr/<html lang="ja"/, 'the page that follows is in the language of the form';
like $t->post('/.consent/choice', @host, @same, form => [choice => 'accept', p => 'x', return => '/b',
    notice => 'none'], headers => { 'Accept-Language' => 'ja', 'Sec-Fetch-Site' => 'same-origin' })->body,
    qr/<html lang="ja"/, 'that of no form of ours, in the browser\'s';


# ---- what was chosen before

sub table {
    my ($html) = $_[0]->body =~ m{<table class="history">.*?<tbody>(.*?)</tbody>}s or return;
    return map { [map { s/<[^>]+>/ /gr =~ s/\s+/ /gr =~ s/^ | $//gr } m{<t[hd][^>]*>(.*?)</t[hd]>}gs] }
        split m{</tr>}, $html;
}

$jar = $t->jar;
act($jar, '/.consent/', 'save', 'analytics');
act($jar, '/.consent/', 'accept');
act($jar, '/.consent/', 'save', 'marketing');
my $r = $t->get('/.consent/', @host, jar => $jar);
my @rows = table($r);
is_deeply [map { [@$_[1, 2]] } @rows], [
    ['Statistics: not allowed', 'purposes selected'],
    ['Advertising: allowed', 'everything accepted'],
    ['Statistics: allowed Advertising: not allowed', 'purposes selected'],
], 'history: what changed, and how, the latest first';
like $rows[0][0], qr/^\d+ \w+ \d{4}, \d\d:\d\d \(UTC\)$/, 'history: and when';
like $r->body, qr/at most 8 before it\. They are kept as long as your record, until/, 'history: where it ends';
like $r->body, qr{<li>Statistics: <b>not allowed</b></li><li>Advertising: <b>allowed</b></li>}, 'the current choice in words';
like $r->body, qr/Chosen on .* under version 3 of this text\. Valid until/, 'when, under which version, until when';

like $r->body, qr{<p>Cookies of this website: <code>SESSION</code></p>}, 'the site\'s own cookies, with the purpose that they are for';
like $r->body, qr{kept in the cookie ngxc: if you allow anything, with a random number, for 180 days; if you refuse, without any identifier, for 180 days\.},
    'and the one that remembers the choice, how long it lasts and what is in it';

my @events = grep { $_->{ty} =~ /^(?:dsr|decision)/ } $t->evidence;
$t->get('/.consent/', @host, jar => $jar);
is scalar(grep { $_->{ty} =~ /^(?:dsr|decision)/ } $t->evidence), scalar @events, 'history: looking at it is no request, and no decision';

my $file = $t->get('/.consent/record?format=html', @host, jar => $jar);
is scalar(table($file)), 3, 'the file tells the same';
is decode_json($t->get('/.consent/record?format=json', @host, jar => $jar)->body)->{history}[1]{how}, 'accept_all', 'as data, too';
like $r->body, qr{<a download href="/\.consent/record\?format=html">.*<a download href="/\.consent/record\?format=json">}s, 'both are linked';
like $t->get('/.consent/?lang=ja', @host, jar => $jar)->body,
    qr{href="/\.consent/record\?format=html&#38;lang=ja">.*action="/\.consent/erase\?lang=ja"}s, 'in the language that was asked for';

my $refused = $t->jar;
act($refused, '/.consent/', 'reject');
$r = $t->get('/.consent/', @host, jar => $refused);
is scalar(my @none = table($r)), 0, 'a refusal has no history';
like $r->body, qr/Nothing is recorded of you but the cookie in your own browser/, 'and the page says why';
unlike $t->get('/.consent/', @host)->body, qr/id="history"/, 'whoever never chose is told nothing of it';


# ---- erased

$next = $t->post('/.consent/erase?lang=ja', @host, @same, jar => $jar, form => []);
like $next->body, qr{<html lang="ja".*<p class="message" role="status">}s, 'erased: confirmed, in the same language';
is state($jar), 'none', 'erased: nothing is left';


# ---- a signal, and a choice over it

my @gpc = (headers => { 'Sec-GPC' => 1, 'Sec-Fetch-Site' => 'same-origin' });

$jar = $t->jar;
like $t->get('/.consent/', @host, @gpc)->body, qr/We honour this: nothing optional is loaded/, 'signal: honoured, says the page';
$t->post('/.consent/choice', @host, @gpc, jar => $jar, form => form($t->get('/.consent/', @host, @gpc)->body, 'save', 0, 'analytics'));
$r = $t->get('/.consent/', @host, @gpc, jar => $jar);
like $r->body, qr/What you allowed here yourself counts instead, until you withdraw it/, 'signal: a choice over it is told as such';
unlike $t->get('/.consent/', @host, jar => $jar)->body, qr/What you allowed here yourself/, 'signal: not where none is sent';
act($jar, '/.consent/', 'reject');
unlike $t->get('/.consent/', @host, @gpc, jar => $jar)->body, qr/What you allowed here yourself/, 'signal: nor where nothing was allowed';


# ---- what went wrong

my @form = (form => [choice => 'accept', return => $here]);
my ($fresh) = $t->get('/.consent/', @host)->body =~ /name="notice" value="([^"]+)"/;
my $FORM = 'application/x-www-form-urlencoded';

sub post { my ($path, $headers, @o) = @_; return $t->post("/.consent/$path", @host, headers => { 'Sec-Fetch-Site' => 'same-origin', %$headers }, @o) }

my @wrong = (
    [400, 'Your choice did not arrive complete', post('choice', {}, @form)],
    [403, 'This request came from another website', post('choice', { 'Sec-Fetch-Site' => 'cross-site' }, @form)],
    [403, 'This request came from another website', post('erase', { 'Sec-Fetch-Site' => 'cross-site' }, form => [])],
    [403, 'There is no record of yours to download.', $t->get('/.consent/record', @host)],
    [404, 'There is nothing at this address.', $t->get('/.consent/nix', @host)],
    [405, 'This address only takes forms', $t->get('/.consent/choice', @host)],
    [405, 'This address only takes forms', $t->get('/.consent/rights', @host)],
    [413, 'This request was too large', post('choice', { 'Content-Type' => $FORM }, body => 'choice=accept&x=' . 'y' x 5000)],
    [415, 'This kind of request cannot be read.', post('choice', { 'Content-Type' => 'text/plain' }, body => 'choice=accept')],
    [415, 'This kind of request cannot be read.', post('choice', { 'Content-Type' => $FORM, 'Content-Encoding' => 'gzip' }, body => 'x')],
);

post('choice', {}, form => [choice => 'accept', notice => $fresh], host => 'few.site.example') for 1 .. 12;
push @wrong, [429, 'Too many requests arrived from your network.',
    post('choice', {}, form => [choice => 'accept', notice => $fresh, return => $here], host => 'few.site.example')];
cmp_ok $wrong[-1][2]->header('retry-after'), '>', 0, '429: when to come again';

sub wrong {
    my ($status, $sentence, $r) = @{ $_[0] };

    is $r->status, $status, "$status: $sentence";
    like said($r), qr/^\Q$sentence\E/, "$status: a sentence";
    like $r->body, qr{^<!DOCTYPE html><html lang="en".*<link rel="stylesheet" href="/\.consent/ngx-consent\.\w+\.css">}s, "$status: in the design of all pages";
    like $r->body, qr{<form method="post" action="/\.consent/choice">.*value="reject".*value="accept"}s, "$status: with the form";
    is $r->header('cache-control'), 'no-store', "$status: not kept";
    is scalar(my @set = $r->all('set-cookie')), 0, "$status: without a cookie";
    unlike $r->body, qr/ checked/, "$status: nothing is ticked";
}
wrong($_) for @wrong;

for my $i (0, 10) {
    my ($status, undef, $r) = @{ $wrong[$i] };
    like $r->body, qr{name="return" value="/news/\?page=2&#38;q=a\+b"}, "$status: the form leads where the first one did";
    like $r->body, qr{<a href="/news/\?page=2&#38;q=a\+b">Back to the website</a>}, "$status: so does a link";
}

for my $case ([400, '{"choice":"maybe"}'], [400, '{'], [413, '{"choice":"reject","x":"' . 'y' x 5000 . '"}']) {
    my $r = post('choice', { 'Content-Type' => 'application/json', 'Accept-Language' => 'ja' }, body => $case->[1]);
    is $r->status, $case->[0], "JSON: $case->[0]";
    like decode_json($r->body)->{error}, qr/\p{Hiragana}/, 'JSON: a sentence in the language of the browser';
}


# ---- Redis away

$jar = $t->jar;
act($jar, '/.consent/', 'accept');
$t->redis_stop;
$fresh = undef;
($fresh) = $t->get('/.consent/', @host)->body =~ /name="notice" value="([^"]+)"/;
$r = post('choice', {}, form => [choice => 'accept', notice => $fresh, return => $here]);
wrong([503, 'Your choice could not be saved. Nothing was saved, and nothing optional will be loaded.', $r]);
is $r->header('retry-after'), 30, '503: when to come again';
$r = $t->get('/.consent/', @host, jar => $jar);
is $r->status, 200, 'Redis away: the page is there';
like $r->body, qr/Your earlier choices cannot be shown at the moment/, 'Redis away: without the history, which it says';
like $r->body, qr/<button[^>]*value="withdraw"/, 'Redis away: and with the way out';
$r = follow(act($jar, '/.consent/', 'withdraw'), $jar);
like said($r), qr/^Your consent has been withdrawn/, 'Redis away: which works, and is confirmed';

$t->done;
