# The passive inventory: hosts, cookies and endpoints that the policy does not
# promise are counted by name, told to the log once and then as a number, and
# shown in the status.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP ();
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

my %pages = (
    '/' => '<script src="https://cdn.tracker.example/t.js?uid=q4711"></script>'
        . '<img src="https://pixel.tracker.example/p.gif?mail=a@b.example">'
        . '<iframe src="//www.facebook.com/plugins"></iframe><script src="https://ads.example/a.js"></script>',
    '/known' => '<script src="https://analytics.example/a.js"></script><p>x</p>',
    '/vendor' => '<script src="https://other.example/o.js"></script>',
    '/form' => '<form action="https://forms.example/go"></form>',
);

$t->app(sub {
    my ($req, $out) = @_;
    my ($path) = $req->{path} =~ /^([^?]*)/;
    my @more = $path eq '/known' ? ('Set-Cookie' => 'app_lang=ja; Path=/', 'Set-Cookie' => '_ga=1',
        'Link' => '<https://fonts.stray.example/f.css?v=1>; rel=preload; as=style') : ();

    $out->respond(200, ['Content-Type' => 'text/html', @more],
        "<!doctype html><html lang=en><title>t</title><body>" . ($pages{$path} || ''));
});

# One vendor that the policies do not name, with an endpoint on the own host.

my $other = 'consent_vendor other-co { name Other; provider "Other Ltd" GB; receives ip; host other.example; path /o/collect; cookie _oc 1y; }';

sub server {
    my ($id, $name) = @_;
    return <<"END";
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  $name;
        consent      $id;
        consent_csp  off;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location = /status { consent_status; }
    }
END
}

my $open = policy(more => 'unlisted third_party=allow cookie=media; purpose media slot=3;');
$open =~ s/consent_vendor.*?(?=consent_policy)//s;
$open =~ s/consent_policy test/consent_policy open/;

$t->gate($other . policy() . $open . server(test => 'www.site.example') . server(open => 'open.site.example'), workers => 1);

my @host = (host => 'www.site.example');

sub seen {
    my ($least) = @_;
    my @seen;

    $t->wait_for(5, sub {
        @seen = grep { $_->{ty} eq 'unknown.seen' } $t->evidence;
        @seen >= $least;
    });
    return map { my $e = $_; join ' ', map { $e->{$_} // '-' } qw(host kind n name vendor where action) } @seen;
}

sub status {
    my $json = JSON::PP->new->decode($t->get('/status?format=json', @host)->body);
    return map { my $of = $json->{$_} || {}; my $what = $_; map { my $kind = $_; map { ("$what $kind $_" => $of->{$kind}{$_}) }
        keys %{ $of->{$kind} } } keys %$of } qw(unknown_held unknown_passed);
}

# ---- where nobody is unknown, there is nothing

$t->get('/nothing', @host);
$t->get('/nothing', @host, headers => [Cookie => 'SESSION=1; _ga=2; __Host-ngxc=x']);
sleep 1;
is join("\n", seen(0)), '', 'a page and cookies that the policy names are no news';

# ---- hosts

$t->get('/', @host) for 1 .. 3;
is_deeply [sort +seen(3)], [sort
    'www.site.example host 1 cdn.tracker.example - script held',
    'www.site.example host 1 pixel.tracker.example - img held',
    'www.site.example host 1 www.facebook.com - frame held',
], 'a host is told once, by what leads to it';
my ($line) = grep { $_->{ty} eq 'unknown.seen' && $_->{name} eq 'www.facebook.com' } $t->evidence;
ok length($line->{owner} // '') && length($line->{category} // ''), 'with its owner and what it is for, where that is known'
    or diag explain $line;
my %now = status();
is $now{'unknown_held host cdn.tracker.example'}, 3, 'and counted: in the status at once';

$t->get('/vendor', @host);
like join("\n", seen(4)), qr/^www.site.example host 1 other.example other-co script held$/m, 'a vendor that the policy does not name';
$t->get('/form', @host);
like join("\n", seen(5)), qr/^www.site.example host 1 forms.example - form passed$/m, 'a form leads a person there: it passed';
$t->get('/', host => 'open.site.example');
like join("\n", seen(8)), qr/^open.site.example host 1 cdn.tracker.example - script passed$/m, 'what another site lets pass is another line';

# ---- where they are let through, visitors are told

my $seen = $t->get('/.consent/seen?lang=en', host => 'open.site.example');
is $seen->status, 200, 'what was seen is a page';
like $seen->body, qr{<li><code>cdn\.tracker\.example</code></li>.*<li><code>www\.facebook\.com</code> \(\S[^)]*\)</li>}s, 'of names, with owners';
unlike $seen->body, qr/forms\.example|other\.example/, 'of this site alone';
like $t->get('/.consent/vendors', host => 'open.site.example')->body, qr{<a href="seen\?lang=en">}, 'the notice leads to it';
is_deeply [map { $_->{host} } grep { $_->{owner} } @{ JSON::PP->new->decode($t->get('/.consent/seen?format=json',
    host => 'open.site.example')->body)->{hosts} }], ['www.facebook.com'], 'in JSON, too';
$t->post('/.consent/csp', host => 'open.site.example', headers => ['Content-Type' => 'application/csp-report'],
    body => '{"csp-report":{"blocked-uri":"https://reported.example/","violated-directive":"img-src","disposition":"report"}}');
unlike $t->get('/.consent/seen', host => 'open.site.example')->body, qr/reported/, 'what anybody may report is not on it';
is $t->get('/.consent/seen', @host)->status, 404, 'where nobody is let through there is no such page';

# ---- cookies and headers

$t->get('/known', @host, headers => [Cookie => 'SESSION=1; app_theme=secret-q4711; _ga=2', Cookie => 'app_theme=again']);
my @lines = seen(12);
like join("\n", @lines), qr/^www.site.example cookie 1 app_theme - header passed$/m, 'a cookie of a request';
like join("\n", @lines), qr/^www.site.example cookie 1 app_lang - header passed$/m, 'and of a response';
like join("\n", @lines), qr/^www.site.example host 1 fonts.stray.example - header held$/m, 'and the host of a header';
is scalar(grep { / cookie / } @lines), 2, 'declared ones are none';

$t->get('/nothing', host => 'open.site.example', headers => [Cookie => 'lost=1']);
like join("\n", seen(13)), qr/^open.site.example cookie 1 lost - header held$/m, 'a cookie that waits for a purpose is held';

# ---- endpoints

$t->get('/o/collect?cid=q4711', @host);
like join("\n", seen(14)), qr/^www.site.example endpoint 1 other-co other-co header held$/m, 'an endpoint of a vendor that the policy does not name';

# ---- nothing of anybody

unlike $t->read('consent.log'), qr/q4711|secret|a\@b|mail=|127\.0\.0\.1|t\.js|p\.gif/, 'names alone: no value, no path, no query, nobody';

# ---- nobody fills it

my $first = int(time / 60);
$t->get('/nothing', @host, headers => [Cookie => join('; ', map { sprintf 'junk%03d=1', $_ } 1 .. 100)]) for 1 .. 2;
$t->get('/nothing', @host, headers => [Cookie => join('; ', map { sprintf 'more%03d=1', $_ } 1 .. 400)]);
@lines = seen(20);
my $minutes = int(time / 60) - $first + 1;        # of the clock, one as a rule
cmp_ok scalar(grep { / (?:junk|more)/ } @lines), '<=', 20 * $minutes, 'of a flood of names a minute has twenty lines at most';
my $json = JSON::PP->new->decode($t->get('/status?format=json', @host)->body);
cmp_ok $json->{unknown_lost}, '>', 0, 'what found no room is a number in the status';
cmp_ok scalar(keys %{ $json->{unknown_passed}{cookie} }), '<=', 32, 'which lists the commonest';
%now = status();
is $now{'unknown_held host cdn.tracker.example'}, 3, 'what was there before, stays';

$t->stop('gate', 'QUIT');
@lines = seen(200);
ok grep({ $_ eq 'www.site.example host 2 cdn.tracker.example - script held' } @lines), 'a worker that ends tells how often'
    or diag join "\n", grep { /tracker/ } @lines;
is scalar(grep { / more \d/ } @lines), 1, 'and what its table could not hold, as a number';
cmp_ok scalar(@lines), '<=', 20 + 20 + 256 + 1 + 1, 'no more lines than it has rows';
my ($code, $out) = $t->consentctl('verify', $t->dir . '/consent.log');
is $code, 0, 'the log verifies';

# ---- what an operator makes of it

my $log = $t->dir . '/consent.log';

($code, $out) = $t->consentctl('inventory', $log);
is $code, 0, 'nothing of it was open for fourteen days' or diag $out;
like $out, qr/^host +cdn\.tracker\.example +- +- +script +\S+ +\S+ +3 +held +www\.site\.example/m, 'a table: what, whose, where, since when, how often'
    or diag $out;
like $out, qr/^host +www\.facebook\.com +\S.*\bframe\b/m, 'with the owner, where one is known';
like $out, qr/^cookie +app_lang +.* passed +www\.site\.example/m, 'cookies';
like $out, qr/^endpoint +other-co /m, 'and endpoints';

($code, $out) = $t->consentctl('inventory', '--json', $log);
my $answer = JSON::PP->new->decode($out);
my ($row) = grep { $_->{name} eq 'cdn.tracker.example' && $_->{site} eq 'open.site.example' } @{ $answer->{data}{unknown} };
is_deeply [@$row{qw(kind n passed action where)}], ['host', 1, 1, 'passed', 'script'], '--json says the same';
is $answer->{verdict}, 'pass', 'with its verdict';

($code, my $draft) = $t->consentctl('inventory', '--draft', $log);
is $code, 0, '--draft';
is scalar(() = $draft =~ /^consent_vendor tracker-example \{/mg), 1, 'a block for each owner, here a domain' or diag $draft;
my ($block) = $draft =~ /^(consent_vendor tracker-example \{.*?^\}\n)/ms;
like $block, qr/^    host +cdn\.tracker\.example;.*^    host +pixel\.tracker\.example;/ms, 'with its hosts';
like $draft, qr/^# +vendor tracker-example purpose=TODO;$/m, 'and a line for the policy';
like $draft, qr/^# +cookie "app_lang" purpose=TODO;$/m, 'cookies belong to the site until somebody knows better';
like $draft, qr/^# +vendor other-co purpose=TODO;$/m, 'a vendor that has a block needs no other';

my $rest = policy() . server(test => 'www.site.example');
($code, $out) = $t->check($block . $rest);
isnt $code, 0, 'nginx refuses the draft as it stands';
like $out, qr/TODO/, 'and says why';
$block =~ s/TODO;  # company.*/US https:\/\/tracker.example\/privacy;/;
$block =~ s/TODO;  # ip.*/ip url;/;
$rest =~ s/(vendor +ads-co purpose=marketing;)/$1 vendor tracker-example purpose=marketing; cookie "app_lang" purpose=necessary;/;
($code, $out) = $t->check($block . $rest);
is $code, 0, 'once it is completed, it is a configuration' or diag $out;

$t->done;
