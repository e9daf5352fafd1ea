# Placeholders: what stands where a frame is held, and what becomes of a frame
# that somebody has shown once: recorded first, by nobody's name, or not shown.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

my $VIDEO = 'https://video.ads.example/embed/x?a=1&amp;b=2';
my $SRC   = 'https://video.ads.example/embed/x?a=1&b=2';

$t->app(sub {
    my ($req, $out) = @_;
    my $body = $req->{path} =~ m{/none} ? '<p>nothing'
        : $req->{path} =~ m{/own} ? qq{<iframe src="/x"></iframe>}
        : qq{<iframe src="$VIDEO" title="A film"></iframe>}
            . qq{<iframe sandbox="allow-scripts" src="//maps.example/m"></iframe>}
            . qq{<iframe width=0 height=0 src="https://ads.example/t"></iframe>}
            . qq{<object data="$VIDEO" width=400 height=300>no</object>};

    $out->respond(200, ['Content-Type' => 'text/html; charset=utf-8',
        $req->{path} =~ m{/nonce} ? ('Content-Security-Policy' =>
            "script-src 'nonce-s1'; style-src 'nonce-t2'") : ()],
        qq{<!doctype html><html><head><title>t</title></head><body>$body</body></html>});
});

$t->gate(policy() . <<'END', workers => 1);
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        consent_csp  off;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /form/ { consent_class form; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /narrow/ { consent_purposes analytics; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /walled/ { consent_csp enforce; proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

my @host = (host => 'www.site.example');
my %same = ('Sec-Fetch-Site' => 'same-origin');

sub plain {
    my ($text) = @_;
    my %of = (amp => '&', quot => '"', lt => '<', gt => '>');
    return $text =~ s/&(amp|quot|lt|gt);|&#(x?)(\w+);/defined $1 ? $of{$1} : chr($2 ? hex $3 : $3)/ger;
}

# The documents in a page, decoded once: as a browser would have them.
sub documents {
    my ($body) = @_;
    return map { plain($_) } $body =~ / srcdoc="([^"]*)"/g;
}

sub field {
    my ($document, $name) = @_;
    return $document =~ /name='\Q$name\E' value='([^']*)'/ ? plain($1) : undef;
}

# ---- in the page

my $page = $t->get('/video?x=1', @host)->body;
my @docs = documents($page);

is @docs, 3, 'a placeholder for each frame that would have shown something';
like $page, qr{<iframe data-ngxc-hold="ads-co" data-ngxc-purpose="marketing" data-ngxc-added="srcdoc" srcdoc="[^"]*" data-ngxc-src="\Q$VIDEO\E" title="A film"></iframe>},
    'in the frame itself, which keeps its title';
like $page, qr{<iframe data-ngxc-hold="unlisted" data-ngxc-added="srcdoc title" srcdoc="[^"]*" title="Content from maps.example" data-ngxc-sandbox="allow-scripts" data-ngxc-src=},
    'or gets one; its sandbox waits';
like $page, qr{<iframe data-ngxc-hold="ads-co" data-ngxc-purpose="marketing" width=0 height=0 data-ngxc-src=},
    'nothing for one that nobody would have seen';
like $page, qr{<object [^>]*><iframe data-ngxc-ui="in" frameborder="0" srcdoc="[^"]*" title="Content from Ads Co" width="400" height="300"></iframe>no</object>},
    'one of its own within an object';

is field($docs[0], 'src'), $SRC, 'the form sends the address as the page has it';
is field($docs[0], 'return'), '/video?x=1', 'and where to go back to';
like $docs[0], qr{<p>Not loaded\. Ads Co would receive}, 'it says why';
like $docs[0], qr{Always allow: }, 'the purpose can be allowed';
like $docs[0], qr{<a target='_blank' rel='noopener noreferrer' href='https://video\.ads\.example/embed/x\?a=1&#38;b=2'>|<a target='_blank' rel='noopener noreferrer' href='https://video\.ads\.example/embed/x\?a=1&amp;b=2'>},
    'a plain link to the original';
like $docs[1], qr{which our privacy policy does not name}, 'nobody declared it: it says so';
unlike $docs[1], qr{Always allow}, '... and there is nothing to be allowed for good';
is field($docs[1], 'sandbox'), 'allow-scripts', 'the sandbox goes along';
unlike $page, qr/[^\x00-\x7F]/, 'ASCII only';
unlike join('', @docs), qr{<img|url\(|src='http}, 'nothing of the service is in it';
like $docs[0], qr{<script async src='/\.consent/ngx-consent\.[0-9a-f]{16}\.js' data-ngxc-release=}, 'a script for whoever has one';

my ($css) = $docs[0] =~ m{href='(/\.consent/ngx-consent\.[0-9a-f]{16}\.css)'};
like $t->get($css, @host)->header('cache-control'), qr/immutable/, 'its style sheet is kept for good';
like $t->get($_, @host)->header('cache-control'), qr/immutable/, 'and so is its script'
    for $docs[0] =~ m{<script async src='([^']+)'};

unlike $t->get('/none', @host)->body . $t->get('/own', @host)->body, qr/srcdoc/, 'no frame is held: nothing';
is scalar(() = $t->get('/walled/video', @host)->body =~ /embed\.js|&lt;script async/g), 0,
    'a page under our wall cannot open it in place: no script';

my ($form) = documents($t->get('/form/', @host)->body);
ok $form =~ /<a / && $form !~ /<form/, 'where third parties get nothing, whatever is granted, a link is all that is offered';
my ($narrow) = documents($t->get('/narrow/', @host)->body);
ok $narrow =~ /Show once/ && $narrow !~ /Always/, 'a purpose that does not count there is not offered';

my ($nonce) = documents($t->get('/nonce', @host)->body);
like $nonce, qr{<link rel='stylesheet' href='[^']+' nonce='t2'>}, 'under a strict policy the style has its nonce';
like $nonce, qr{<script async [^>]* nonce='s1'>}, 'and the script its own';

like +(documents($t->get('/video', headers => {'Accept-Language' => 'ja'}, @host)->body))[0],
    qr{<html lang="ja" dir="ltr">}, 'in the visitor\'s language';

# A page that is known is compared, not read: to each visitor his own.
$t->get('/known', @host) for 1 .. 3;
my ($en) = documents($t->get('/known?1', @host)->body);
my ($ja) = documents($t->get('/known?2', headers => {'Accept-Language' => 'ja'}, @host)->body);
is field($en, 'return') . field($ja, 'return'), '/known?1/known?2', 'of a page that is known, the way back is each visitor\'s own';
like $ja, qr{<html lang="ja"}, '... and the language';

# ---- shown once

sub show {
    my ($from, %o) = @_;
    my $form = delete $o{form} || {};
    my @fields = map { ($_ => exists $form->{$_} ? $form->{$_} : field($from, $_)) }
        qw(src notice return sandbox);
    my @sent;

    while (my ($name, $value) = splice @fields, 0, 2) {
        push @sent, $name, $value if defined $value;
    }
    return $t->post('/.consent/show', form => \@sent,
        headers => { %same, %{ delete $o{headers} || {} } }, @host, %o);
}

my $r = show($docs[0]);
is $r->status, 200, 'shown once';
is_deeply [$r->all('set-cookie')], [], 'no cookie';
like $r->body, qr{<iframe class="shown" [^>]*src="https://video\.ads\.example/embed/x\?a=1&(?:amp|#38);b=2"></iframe>}, 'that frame';
is scalar(() = $r->body =~ /<iframe/g), 1, 'and nothing else';
like $r->header('content-security-policy'), qr{default-src 'none'; .*frame-ancestors 'none'; frame-src https://ads\.example https://\*\.ads\.example$},
    'the policy lets in its site alone';
is $r->header('cache-control'), 'no-store', 'never stored';
like $r->body, qr{<a href="/video\?x=1">}, 'it leads back';
like $r->body, qr{value="add".*Always allow: }s, 'and to allowing it for good';

my @shown = grep { $_->{ty} eq 'show_once' } $t->evidence;
is @shown, 1, 'one line in the log';
is_deeply [@{ $shown[0] }{qw(vendor purpose role country path)}, $shown[0]{cl}, $shown[0]{sub}],
    ['ads-co', 'marketing', 'third', 'IE', 'direct', ['T-2'], undef], 'to whom, for what, under which clause; of nobody';
is $shown[0]{notice}{lang}, 'en', 'after which text';
unlike join('', map { encode_json($_) } @shown), qr/embed/, 'no address';

my @keys = grep { /:shown$/ } $t->redis_cli('keys', '*');
is @keys, 1, 'one entry in Redis';
my $entry = join ' ', $t->redis_cli('xrange', $keys[0], '-', '+');
like $entry, qr/rid $shown[0]{rid} .*vendor ads-co purpose marketing/, 'with the receipt';
is scalar(grep { /:v:|:s:/ } $t->redis_cli('keys', '*')), 0, 'and no record of anybody';

$r = show($docs[1]);
is $r->status, 200, 'a host that nobody declared can be shown, too';
like $r->body, qr{sandbox="allow-scripts " src="//maps\.example/m"}, 'in its sandbox';
like $r->header('content-security-policy'), qr{frame-src http://maps\.example http://\*\.maps\.example$}, 'under the page\'s own scheme';
is_deeply [map { @{$_}{qw(vendor name purpose)} } (grep { $_->{ty} eq 'show_once' } $t->evidence)[-1]],
    ['unlisted', 'maps.example', undef], 'the log names the host';

$r = show($docs[1], form => { sandbox => 'allow-scripts allow-top-navigation x"><b>' });
like $r->body, qr{sandbox="allow-scripts "}, 'what would lead the window away is left out';

like show($docs[1], form => { sandbox => '' })->body, qr{sandbox="" src}, 'a sandbox that allows nothing stays one';

$r = $t->post('/.consent/show', headers => { %same, 'Content-Type' => 'application/json' }, @host,
    body => encode_json({ src => $SRC, notice => field($docs[0], 'notice') }));
is $r->status, 200, 'as JSON';
is decode_json($r->body)->{shown}, 'ads-co', 'it says whose it was';
like decode_json($r->body)->{receipt}, qr/^[0-9a-f]{32}$/, 'with a receipt';

# ---- not shown

my $before = grep { $_->{ty} eq 'show_once' } $t->evidence;

for my $bad (['javascript:alert(1)', 'a script'], ['data:text/html,x', 'a document'],
    ['https://www.site.example/x', 'the own host'], ['/x', 'a path'],
    ['https:ads.example/x', 'without slashes'], ['ftp://ads.example/x', 'another scheme'],
    ['https://ads.example:99999/', 'no port'], ['//', 'no host'], ['about:blank', 'about:'],
    ["https://ads.example/\x{e9}" . 'x' x 2100, 'too long'],
    ['https://x.a;script-src/', 'a host that is a directive'], ['https://x.a%2cy.b/', 'a host that is a policy'],
    ['https://*.com/', 'every host'], ['https://[::1]/', 'a host that no policy can name'], ['', 'nothing'])
{
    $r = show($docs[0], form => { src => $bad->[0] });
    is $r->status, 400, "refused: $bad->[1]";
    unlike $r->body, qr/class="shown"/, '... not shown';
}
like show($docs[0], form => { src => '/x' })->body, qr{Only content that this website holds back}, 'with a sentence';

is show($docs[0], form => { notice => 'en.frame.1.0.0' })->status, 400, 'a forged notice: 400';
is show($docs[0], form => { notice => undef })->status, 400, 'no notice: 400';
is show($docs[0], headers => { 'Sec-Fetch-Site' => 'cross-site' })->status, 403, 'from another site: 403';
is $t->get('/.consent/show', @host)->status, 405, 'GET shows nothing';

$r = $t->post('/.consent/show', form => [map { ($_ => field($docs[0], $_)) } qw(src notice return)], @host);
is $r->status, 200, 'nobody knows where it comes from:';
unlike $r->body, qr/<iframe/, 'it is asked for again';
my ($confirm) = $r->body =~ /name="notice" value="([^"]+)"/;
like $r->body, qr{<input type="hidden" name="src" value="https://video\.ads\.example/embed/x\?a=1&(?:amp|#38);b=2">}, '... with the address';
is scalar(grep { $_->{ty} eq 'show_once' } $t->evidence), $before, 'nothing of all this is in the log';
$r = $t->post('/.consent/show', form => [src => $SRC, notice => $confirm, return => '/'], @host);
like $r->body, qr{<iframe class="shown"}, 'and then it is shown';

# ---- always

my $jar = $t->jar;
sub always {
    my ($purpose, %o) = @_;
    my ($doc) = documents($t->get('/video', jar => $jar, @host)->body);
    my ($notice) = $doc ? field($doc, 'notice')
        : $t->get('/.consent/', jar => $jar, @host)->body =~ /name="notice" value="([^"]+)"/;
    return $t->post('/.consent/choice', form => [choice => 'add', p => $purpose, notice => $notice,
        return => '/video'], headers => \%same, jar => $jar, @host, %o);
}

$r = always('marketing');
is $r->status . $r->header('location'), '303/video', 'always: back to the page';
my @grants = grep { $_->{ty} eq 'decision' } $t->evidence;
is_deeply $grants[-1]{p}, { analytics => 0, marketing => 1 }, 'the purpose is granted, no other';
is $grants[-1]{m}, 'custom', 'as a choice of one\'s own';
like $t->get('/video', jar => $jar, @host)->body, qr{<iframe src="\Q$VIDEO\E" title="A film"></iframe>}, 'the frame is there';
always('analytics');
@grants = grep { $_->{ty} eq 'decision' } $t->evidence;
is_deeply $grants[-1]{p}, { analytics => 1, marketing => 1 }, 'another one is added to it';
is $grants[-1]{act}, 'change', 'as a change';
is show($docs[0], jar => $jar)->status, 200, 'whoever allowed it in another tab is still shown the frame';
is $t->post('/.consent/choice', form => [choice => 'add', notice => field($docs[0], 'notice')],
    headers => \%same, @host)->status, 400, 'nothing to be added: 400';

# ---- what the auditor sees

my @log = ($t->dir . '/consent.log');
my ($code, $said) = $t->consentctl('verify', @log);
is $code, 0, 'consentctl verify is content' or diag $said;
($code, $said) = $t->consentctl('leaks', '--json', @log);
is_deeply decode_json($said)->{findings} || [], [], 'leaks accuses nobody' or diag $said;
($code, $said) = $t->consentctl('recipients', @log);
like $said, qr/\b7 frames were shown once, to persons of whom nothing is kept/, 'recipients counts them';
($code, $said) = $t->consentctl('recipients', '--receipt', $shown[0]{rid}, @log);
like $said, qr/ads-co.*IE.*marketing/, 'by its receipt, too';
($code, $said) = $t->consentctl('show', '--receipt', $shown[0]{rid}, @log);
like $said, qr/show once.*$shown[0]{notice}{hash}/, 'show says after which text';

# ---- Redis is away, or the log

SKIP: {
    skip 'prlimit', 2 if !-x '/usr/bin/prlimit';
    my ($worker) = $t->workers('gate');
    my $limit = sub { system('prlimit', '--pid', $worker, "--fsize=$_[0]:") == 0 or die "prlimit\n" };

    $limit->(1);
    my $unlogged = show($docs[0]);
    is $unlogged->status, 503, 'the log cannot be written: 503';
    unlike $unlogged->body, qr/<iframe/, 'and nothing is shown';
    $limit->('unlimited');
    $t->wait_for(5, sub { grep { $_->{ty} eq 'log.resumed' } $t->evidence });
    $t->allow(qr/consent: .*(?:consent log|consent\.log|File too large)/);
}

$t->redis_stop;
my $away;
for (1 .. 20) { $away = show($docs[0]); last if $away->status == 503 }
is $away->status, 503, 'without Redis: 503';
ok $away->header('retry-after'), 'to be tried again';
unlike $away->body, qr/<iframe/, 'and nothing is shown';
$t->allow(qr/redis/i);

$t->done;
