# An auditor's day: traffic through a real nginx and Redis, with a revision, an
# outage, withdrawals and an erasure; then everything is switched off and the
# twelve questions are asked of the files.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;
use Time::HiRes qw(sleep);
use Consent;
use Consent::Site;

my $t = Consent->new;
my $log = $t->dir . '/consent.log';
my %host = (www => 'www.site.example', shop => 'shop.example');
my $page = '<!doctype html><title>t</title><body><p>x'
    . '<script src="https://analytics.example/a.js"></script>'
    . '<script src="https://ads.example/b.js"></script>'
    . '<script src="https://stranger.example/c.js"></script>';

$t->app(sub { $_[1]->respond(200, ['Content-Type' => 'text/html',
    'Set-Cookie' => '_ga=1; Path=/'], $page) });

# The shop's policy is the site's own, but for its name and for addresses.
sub conf {
    my ($text, $shop) = policy(more => 'address t24 clause=T-1;');

    ($shop) = $text =~ /(consent_policy test \{.*\})\s*\z/s;
    $shop =~ s/consent_policy test/consent_policy shop/;
    $shop =~ s/address t24 clause=T-1;/address combine clause=T-1;/;

    return $text . $shop . join '', map { <<"END" } sort keys %host;
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  $host{$_};
        consent      @{[ $_ eq 'www' ? 'test' : 'shop' ]};
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END
}

sub start { $t->gate(conf(), workers => 2, consent => { log => '%%DIR%%/consent.log handling=1s' }) }

sub look { $t->get('/', host => $host{$_[1]}, jar => $_[0]) for 1 .. 2; return }

# Visitors read what they agree to, all at once so that the test is no longer.
sub decide {
    my ($site, @choices) = @_;
    my (@visitors, @notices);

    for (@choices) {
        my $jar = $t->jar;
        my ($notice) = $t->get('/.consent/', host => $host{$site}, jar => $jar)->body
            =~ /name="notice" value="([^"]+)"/;
        look($jar, $site);
        push @visitors, $jar;
        push @notices, $notice;
    }
    sleep 2.1;

    for my $i (0 .. $#choices) {
        my ($choice, @p) = split ' ', $choices[$i];
        my $r = $t->post('/.consent/choice', host => $host{$site}, jar => $visitors[$i],
            form => [choice => $choice, (map { (p => $_) } @p), notice => $notices[$i], return => '/'],
            headers => { 'Sec-Fetch-Site' => 'same-origin' });
        is $r->status, 303, "$site: $choices[$i]";
        look($visitors[$i], $site);
    }
    return @visitors;
}

start();

my @www = decide('www', ('accept') x 8, ('save analytics') x 3, ('reject') x 6);
my @shop = decide('shop', ('accept') x 6, ('reject') x 5);

choose($t, 'withdraw', jar => $www[0], host => $host{www});
choose($t, 'withdraw', jar => $shop[0], host => $host{shop});
choose($t, 'save', p => ['analytics'], jar => $www[1], host => $host{www});
look($_, 'www') for @www[0, 1];
is $t->post('/.consent/erase', jar => $www[2], host => $host{www},
    headers => { 'Sec-Fetch-Site' => 'same-origin' })->status, 200, 'one is erased';

# ---- a revision: more is received, so that everybody is asked again

$t->configure('gate', $t->subst($t->read($t->dir . '/gate.conf'))
    =~ s/receives ip cookie_id url;/receives ip cookie_id url referrer;/r
    =~ s/version    3/version    4/r);
ok $t->reload, 'a revision';
look($_, 'www') for @www[3 .. 7];
decide('www', ('accept') x 3, 'reject');
choose($t, 'accept', jar => $www[3], host => $host{www});
look($www[3], 'www');
look($_, 'shop') for @shop;

# ---- an outage

$t->allow(qr/redis/i);
$t->redis_stop;
look($_, 'shop') for @shop[1 .. 3];
is choose($t, 'accept', jar => $t->jar, host => $host{shop})->status, 503, 'a grant without Redis is none';
choose($t, 'withdraw', jar => $shop[1], host => $host{shop});
look($shop[1], 'shop');
$t->redis;
ok $t->wait_for(30, sub { my @e = $t->evidence;
    (grep { $_->{ty} eq 'replay' } @e) && (grep { $_->{ty} eq 'degraded.stop' } @e) >= (grep { $_->{ty} eq 'degraded.start' } @e) }),
    'it is over';
look($shop[2], 'shop');

# ---- an independent client, and the end

for my $site (sort keys %host) {
    for my $state (qw(none refused)) {
        my ($code, $out) = $t->consentctl('record', 'probe', "state=$state", 'hosts=', 'cookies=', 'ip=t24',
            '--log', $log, '--site', $host{$site});
        is $code, 0, "$site: a probe in state $state" or diag $out;
    }
}

# ---- the operator's desk: an erasure to its end, a letter

my @to = ('--log', $log, '--site', $host{www});
my ($erased) = grep { $_->{ty} eq 'erase' } $t->evidence;
ok $erased, 'the erasure stands in the log';
my ($done, $said) = $t->consentctl('erase', '--final', '--rewrite', '--redis', '127.0.0.1:' . $t->port('redis'), @to);
is $done, 0, 'and is final' or diag $said;

($done, $said) = $t->consentctl('dsr', 'open', 'type=disclose', @to);
my ($id) = $said =~ /id=([0-9a-f]{16})/;
ok $id, 'a letter is entered';
is +($t->consentctl('dsr', $_->[0], "id=$id", @$_[1 .. $#$_], @to))[0], 0, "dsr $_->[0]"
    for ['verify', 'method=operator', 'who=desk'], ['fulfil', 'format=json'], ['notify', 'how=by letter'];

sleep 1.2;
$t->stop('gate', 'QUIT');
$t->redis_stop;

my %answer;

sub ask {
    my ($want, $question, @options) = @_;
    my ($code, $out) = $t->consentctl($question, '--json', @options, $log);
    $answer{$question} = eval { decode_json($out) } // {};
    return is($code, $want, "$question: $want") || diag join "\n",
        @{ $answer{$question}{missing} || [$out] },
        map { "$_->{line}: $_->{text}" } @{ $answer{$question}{findings} || [] };
}

ask(0, $_) for qw(verify show leaks recipients policy stale withdrawals dsr erasure ip outages stats isolation);

is $answer{stale}{data}{configurations}, 2, 'two configurations are known';
cmp_ok $answer{stale}{data}{stale}, '>=', 10, 'whose consent had become stale got the gated page';
is $answer{withdrawals}{data}{pending} // 0, 0, 'who withdrew while Redis was away has no pseudonym in the log';
cmp_ok $answer{withdrawals}{data}{stopped_ms}{max}, '<', 5000, 'what withdrawals close stopped within the bound';
is scalar @{ $answer{isolation}{data}{sites} }, 2, 'two tenants';

is join(' ', map { "$_->{type} $_->{state}" } @{ $answer{dsr}{data}{requests} }), 'delete fulfilled disclose fulfilled',
    'two requests, of which one was made at the browser'
    or diag explain $answer{dsr}{data}{requests};
is scalar @{ $answer{erasure}{data}{erasures} }, 1, 'one erasure';

my @grants = grep { $_->{ty} eq 'decision' && $_->{act} eq 'grant' } $t->evidence;
ask(0, 'show', '--receipt', $grants[0]{rid});
is $answer{show}{data}{decisions}[-1]{act}, 'withdraw', 'one receipt: what became of it, too';
ask(0, 'recipients', '--receipt', $grants[0]{rid});
is join(' ', sort map { "$_->{vendor} $_->{country}" } @{ $answer{recipients}{data}{recipients} }),
    'ads-co IE analytics-co US', 'who received what of the person, and where';
is scalar(grep { !$_->{to} } @{ $answer{recipients}{data}{recipients} }), 0, 'until when';

my ($code, $html) = $t->consentctl('report', $log);
is $code, 0, 'the report of it';
like $html, qr/analytics-co/, 'has the vendors';
ok !grep({ index($html, $_->{rid}) >= 0 || index($html, $_->{sub}) >= 0 } @grants), 'and nobody in it';

# ---- what is wrong with real files is found, too

my $text = $t->read('consent.log');
my ($hash) = $grants[0]{notice}{hash};
my $shown = "$log.d/texts/$hash.html";

rename $shown, "$shown.away" or die $!;
ask(2, 'show');
$t->write("consent.log.d/texts/$hash.html", $t->read("$shown.away") =~ s/Analytics/Harmless/r);
ask(1, 'show');
like $answer{show}{findings}[0]{text}, qr/its hash does not fit/, 'a text that was changed afterwards';

$t->write('consent.log', $text =~ s/"without_basis":0/"without_basis":1/r);
ask(1, 'verify');
ask(2, $_) for qw(leaks withdrawals outages);
$t->write('consent.log', $text);

$t->done;
