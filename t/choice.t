# Accept, reject, save, withdraw, erase: what the visitor, Redis, the log and
# the next page say.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

my $page = '<!doctype html><html><head><title>t</title></head><body><p>x'
    . '<script src="https://analytics.example/a.js"></script>'
    . '<img src="https://ads.example/p.gif"></body></html>';

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html',
        'Set-Cookie' => '_ga=1; Path=/'], $page);
});

$t->gate(policy() . <<'END', workers => 2);
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "$consent_state $consent_purposes $consent_analytics$consent_marketing $consent_lookup" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /metrics { consent_require analytics =403; proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

my @host = (host => 'www.site.example');

# ---- accept

my $jar = $t->jar;
my $r   = choose($t, 'accept', jar => $jar, @host);
is $r->status, 303, 'accept: 303';
is $r->header('location'), '/back', 'back to where the visitor was';
is $r->header('cache-control'), 'no-store', 'never stored';

my $token = token_of($r);
like $token->{line}, qr/^ngxc=1\.[\w-]{22}\.3\.3\.\d+\.\d+\.[\w-]{22}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/,
    'the token carries a cid, the bits, the version, times and a MAC';

my @keys = grep { /:v:/ } $t->redis_cli('keys', '*');
is scalar @keys, 1, 'one record in Redis';
unlike $keys[0], qr/\Q$token->{parts}[1]\E/, 'under a name that does not give the cid away';
my $record = $t->redis_hash($keys[0]);
is $record->{purposes}, 'analytics=1 marketing=1', 'redis-cli shows what was granted';
is $record->{how}, 'accept_all', 'and how';
is $record->{site}, 'www.site.example', 'and for which site';
cmp_ok $t->redis_cli('ttl', $keys[0]), '>', 86400 * 179, 'it lives as long as the grant';

$r = $t->get('/', jar => $jar, @host);
like $r->header('x-state'), qr/^granted necessary,analytics,marketing 11/, 'the next page knows';
my $body = $r->body;
cmp_ok length($body), '>', length($page), 'the next page holds our insertions';
$body =~ s{<script data-ngxc-ui[^>]*>.*?</script>}{}sg;
$body =~ s{<style data-ngxc-ui[^>]*>.*?</style>}{}sg;
$body =~ s{<a [^>]*data-ngxc="settings"[^>]*>.*?</a>}{}sg;
$body =~ s{<script async [^>]*data-ngxc-ui[^>]*></script>}{}sg;
is $body, $page, 'and else is the origin\'s, byte for byte';
is_deeply [map { s/=.*//r } $r->all('set-cookie')], ['_ga'], 'the vendor\'s cookie passes';

$t->get('/', jar => $jar, @host);
my @log = grep { $_->{path} eq '/' } $t->app_log(2);
is $log[-1]{cookie}, '_ga=1', 'the origin gets the granted cookie back, not the token';
is $t->get('/metrics', jar => $jar, @host)->status, 200, 'consent_require lets a granted visitor pass';
is $t->get('/metrics', @host)->status, 403, 'and nobody else';

# ---- state and record

my $state = decode_json($t->get('/.consent/state', jar => $jar, @host)->body);
is_deeply $state->{purposes}, { necessary => JSON::PP::true, analytics => JSON::PP::true, marketing => JSON::PP::true },
    'state: purposes';
is $state->{state}, 'granted', 'state: granted';
ok $state->{notice}, 'state: a notice for whoever asks by script';

$r = $t->get('/.consent/record', jar => $jar, @host);
like $r->header('content-disposition'), qr/attachment/, 'the record is a file';
is decode_json($r->body)->{record}{how}, 'accept_all', 'with the record in it';
is $t->get('/.consent/record', @host)->status, 403, 'without a token there is none';

# ---- save: a change of mind

$r = choose($t, 'save', p => ['analytics'], jar => $jar, @host);
is $r->status, 303, 'save: 303';
my $changed = token_of($r);
is $changed->{parts}[1], $token->{parts}[1], 'the same visitor';
is $t->redis_hash($keys[0])->{rev}, 2, 'the next revision';
$r = $t->get('/', jar => $jar, @host);
like $r->header('x-state'), qr/^partial necessary,analytics 10/, 'partial';
like $r->body, qr{<script src="https://analytics\.example/a\.js">}, 'the granted vendor passes';
like $r->body, qr{data-ngxc-src="https://ads\.example/p\.gif"}, 'the other is held';

# ---- an old token does not open what its record does not grant

$r = $t->get('/', headers => {Cookie => "ngxc=" . join('.', @{ $token->{parts} })}, @host);
like $r->header('x-state'), qr/^partial necessary,analytics 10/, 'the record narrows an older token';

# ---- withdraw

$r = choose($t, 'withdraw', jar => $jar, @host);
is $r->status, 303, 'withdraw: 303';
is token_of($r)->{parts}[1], '-', 'the token has no id any more';
is $t->redis_hash($keys[0])->{state}, 'withdrawn', 'Redis knows';
$r = $t->get('/', jar => $jar, @host);
like $r->header('x-state'), qr/^refused necessary 00 none/, 'refused, without a look-up';
like join(';', $r->all('set-cookie')), qr/_ga=; Path=\/; Expires/, 'the vendor\'s cookie is expired';
for (1 .. 4) {
    $r = $t->get('/', headers => {Cookie => "ngxc=" . join('.', @{ $changed->{parts} })}, @host);
    last if $r->header('x-state') !~ /^refused/;
}
like $r->header('x-state'), qr/^refused/, 'a replayed token stays shut, in every worker';

# ---- reject, by form and by JSON

my $other = $t->jar;
$r = choose($t, 'reject', jar => $other, @host);
is $r->status, 303, 'reject: 303';
is token_of($r)->{parts}[1], '-', 'a refusal has no id';
is token_of($r)->{parts}[4] % 86400, 0, 'and its time is a day, no moment';
is scalar(grep { /:v:/ } $t->redis_cli('keys', '*')), 1, 'and no record';

$r = $t->post('/.consent/choice', json => { choice => 'reject' }, @host,
    headers => {'Sec-Fetch-Site' => 'same-origin'});
is $r->status, 200, 'reject by JSON';
is decode_json($r->body)->{state}, 'refused', 'says so';

$r = $t->post('/.consent/choice', json => { choice => 'save', purposes => { marketing => JSON::PP::true },
    notice => $state->{notice} }, @host, headers => {'Sec-Fetch-Site' => 'same-origin'});
is $r->status, 200, 'save by JSON with a notice';
my $answer = decode_json($r->body);
is $answer->{state}, 'partial', 'partial';
like $answer->{receipt}, qr/^[0-9a-f]{32}$/, 'with a receipt';
is $answer->{version}, 3, 'and the version';

# ---- what is refused

sub try { my ($what, $status, @args) = @_;
    my $res = $t->post('/.consent/choice', @host, @args);
    is $res->status, $status, $what;
    ok !token_of($res), '... and sets no token';
    return $res;
}
my @same = (headers => {'Sec-Fetch-Site' => 'same-origin'});
my $before = () = $t->redis_cli('keys', '*');
try('accept without a notice: 400', 400, form => [choice => 'accept'], @same);
try('accept with a forged notice: 400', 400, form => [choice => 'accept', notice => $state->{notice} =~ s/.$/!/r], @same);
try('cross-site: 403', 403, form => [choice => 'accept', notice => $state->{notice}], headers => {'Sec-Fetch-Site' => 'cross-site'});
try('cross-site refusal: 403', 403, form => [choice => 'reject'], headers => {'Sec-Fetch-Site' => 'cross-site'});
try('foreign Origin: 403', 403, form => [choice => 'reject'], headers => {Origin => 'http://evil.example'});
try('no word of the origin: opening asks first', 200, form => [choice => 'accept', notice => $state->{notice}]);
try('Origin: null: opening asks first', 200, form => [choice => 'accept', notice => $state->{notice}], headers => {Origin => 'null'});
try('unknown purpose: 400', 400, form => [choice => 'save', p => 'nix', notice => $state->{notice}], @same);
try('unknown choice: 400', 400, form => [choice => 'maybe'], @same);
try('no form: 415', 415, body => 'x', headers => {'Sec-Fetch-Site' => 'same-origin', 'Content-Type' => 'text/plain'});
try('too large: 413', 413, body => 'choice=reject&x=' . 'y' x 5000,
    headers => {'Sec-Fetch-Site' => 'same-origin', 'Content-Type' => 'application/x-www-form-urlencoded'});
is scalar(() = $t->redis_cli('keys', '*')), $before, 'none of it left a record';

$r = $t->post('/.consent/choice', @host, form => [choice => 'reject', return => '//evil.example/']);
is $r->header('location'), '/', 'no redirect leaves the site';
is $t->get('/.consent/choice', @host)->status, 405, 'GET changes nothing';
is $t->get('/.consent/nothing', @host)->status, 404, 'an unknown page is 404';
is $t->get('/.consent', @host)->header('location'), '/.consent/', 'the slash is added';

$r = $t->get('/.consent/', @host);
like $r->header('content-security-policy'), qr/frame-ancestors 'none'/, 'our pages cannot be framed';
my ($css) = $r->body =~ m{href="(/\.consent/ngx-consent\.[0-9a-f]+\.css)"};
$r = $t->get($css, @host);
like $r->header('cache-control'), qr/immutable/, 'the style sheet is immutable';
like $r->header('content-type'), qr{^text/css}, 'and a style sheet';
is $t->get('/.consent/ngx-consent.0000000000000000.css', @host)->header('cache-control'), 'public, max-age=60',
    'another hash gets the current one, for a minute';

# ---- erase

$jar = $t->jar;
choose($t, 'accept', jar => $jar, @host);
my $n = grep { /:[vs]:/ } $t->redis_cli('keys', '*');
$r = $t->post('/.consent/erase', jar => $jar, form => [], headers => {'Sec-Fetch-Site' => 'same-origin'}, @host);
is $r->status, 200, 'erase: confirmed';
like join(';', $r->all('set-cookie')), qr/^ngxc=; Path=\/; Max-Age=0/, 'the cookie goes';
is scalar(grep { /:[vs]:/ } $t->redis_cli('keys', '*')), $n - 2, 'record and salt are gone';

# ---- the evidence

my @events = $t->evidence;
my @decisions = grep { $_->{ty} eq 'decision' } @events;
my ($grant) = grep { $_->{act} eq 'grant' } @decisions;
is_deeply $grant->{p}, { analytics => 1, marketing => 1 }, 'the log says what was granted';
ok $grant->{notice}{hash}, 'shown which text';
ok $grant->{sub}, 'by whom, as a pseudonym';
my ($refusal) = grep { $_->{act} eq 'refuse' } @decisions;
ok $refusal && !$refusal->{sub}, 'a refusal names nobody';
my ($outcome) = grep { $_->{ty} eq 'outcome' } @events;
is $outcome->{result}, 'recorded', 'and what became of it';
my ($handling) = grep { $_->{ty} eq 'handling' && $_->{tags} } @events;
ok $handling, 'what was withheld is in the log';
unlike $t->read('consent.log'), qr/GA1|"ngxc=/, 'no cookie value is';

$t->done;
