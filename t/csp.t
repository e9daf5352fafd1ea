# The second wall: which Content-Security-Policy goes out, and what becomes of
# the site's own.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

my $page = '<!doctype html><html lang=en><head><title>x</title></head>'
    . '<body><p>page</p></body></html>';
my $CSP = 'Content-Security-Policy';

my %own = (
    nonce  => [$CSP => "script-src 'nonce-sCr1pt'; style-src 'nonce-sTy1e'"],
    both   => [$CSP => "default-src 'self' 'nonce-One+/=='"],
    only   => ["$CSP-Report-Only" => "script-src 'nonce-ro'"],
    hash   => [$CSP => "script-src 'sha256-AAAA'; style-src 'self'"],
    report => [$CSP => "img-src 'self'; report-uri https://analytics.example/c"
                   . ' /mine; font-src x:',
               "$CSP-Report-Only" => 'report-uri https://nobody.example/'],
    attack => [$CSP => q{script-src 'nonce-"><script>1' 'nonce-ok'}],
);

$t->app(sub {
    my ($req, $out) = @_;

    return $out->respond(200, ['Content-Type' => 'text/javascript',
        'ETag' => '"w"', 'Cache-Control' => 'public, max-age=600'], '1')
        if $req->{path} =~ m{/w\.js$};
    return $out->respond(200, ['Content-Type' => 'text/css'], '')
        if $req->{path} eq '/w.css';
    return $out->respond(200, ['Content-Type' => 'image/svg+xml'], '<svg/>')
        if $req->{path} eq '/doc.svg';
    return $out->respond(200, ['Content-Type' => 'text/html'],
        $page =~ s{(?=</body>)}{<img src=//analytics.example/i>}r)
        if $req->{path} =~ m{/tag$};
    return $out->respond(200, ['Content-Type' => 'text/html',
        $req->{path} =~ m{^/own/(\w+)} ? @{ $own{$1} } : ()], $page);
});

my $server = <<'END';
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  NAME;
        consent      POLICY;
        consent_csp  MODE;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /off/ {
            consent_csp  off;
            proxy_pass   http://127.0.0.1:%%PORT_app%%;
        }
        location /not/ {
            consent     off;
            proxy_pass  http://127.0.0.1:%%PORT_app%%;
        }
        location /none/ { return 404; }
    }
END

sub server {
    my ($name, $mode, $policy) = @_;

    return $server =~ s/NAME/$name/r =~ s/MODE/$mode/r
        =~ s/POLICY/$policy || 'test'/er;
}

my $lax = policy(more => 'unlisted third_party=allow;')
    =~ s/.*(?=consent_policy)//sr =~ s/consent_policy test/consent_policy lax/r
    =~ s/ signal=\w+//r;

$t->gate(policy(more => 'own_host .cdn.example;') . $lax
    . server('www.site.example', 'enforce')
    . server('report.site.example', 'report')
    . server('off.site.example', 'off')
    . server('lax.site.example', 'enforce', 'lax'), workers => 1);

my @host = (host => 'www.site.example');

sub csp {
    my ($r, $also) = @_;
    return grep { /^default-src 'self' 'unsafe-inline'/ }
        $r->all(lc $CSP . ($also || ''));
}

# ---- what goes out, by state

my $shut = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:"
    . ' http://cdn.example:* ws://cdn.example:* http://*.cdn.example:*'
    . ' ws://*.cdn.example:* http://site.example:* ws://site.example:*'
    . ' http://*.site.example:* ws://*.site.example:*; base-uri \'self\''
    . ' http://cdn.example:* http://*.cdn.example:* http://site.example:*'
    . ' http://*.site.example:*; report-uri /.consent/csp';

my $r = $t->get('/', @host);
is_deeply [csp($r)], [$shut], 'a first visit: the site and nothing else';
is_deeply [$r->all(lc "$CSP-Report-Only")], [], 'enforced, not only reported';
diag 'first visit: ' . length($CSP . ': ' . $shut) . ' bytes of header';
is_deeply [csp($t->head('/', @host))], [$shut], 'HEAD says the same';
is_deeply [csp($t->get('/none/', @host))], [$shut], 'so does an error page';
is_deeply [csp($t->get('/', host => 'www.site.example:8443'))], [$shut],
    'and another port';
like((csp($t->get('/', host => 'a.b.other.test')))[0],
    qr{ http://other\.test:\* .* http://\*\.other\.test:\* },
    'another name: its domain too');
is_deeply [csp($t->get('/', host => "www.site.example;x"))], [$shut],
    'a name with odd characters adds nothing';

is_deeply [csp($t->get("/$_/", @host))], [], "/$_/: none" for 'off', 'not';
like((csp($t->get('/doc.svg', @host, headers => {
    'Sec-Fetch-Dest' => 'document' })))[0] || 'none', qr/^none/,
    'an unreadable document has the stronger one alone');

my $jar = $t->jar;
choose($t, 'save', @host, jar => $jar, p => ['analytics']);
$r = $t->get('/', @host, jar => $jar);
is((csp($r))[0], $shut =~ s{(?=; base-uri)}{ analytics.example}r
    =~ s{ analytics\.example}{' analytics.example wss://analytics.example'
    . ' *.analytics.example wss://*.analytics.example'}er,
    'a vendor that is granted is named');

choose($t, 'accept', @host, jar => $jar);
like((csp($t->get('/', @host, jar => $jar)))[0],
    qr/ ads\.example .* analytics\.example /,
    'after "accept all" all vendors are, the wall stands for the unlisted');
is_deeply [csp($t->get('/', @host))], [$shut], 'the next visitor has his own';

choose($t, 'withdraw', @host, jar => $jar);
is_deeply [csp($t->get('/', @host, jar => $jar))], [$shut],
    'a withdrawal shuts it again';

# ---- workers: a policy of their own

$jar = $t->jar;
choose($t, 'accept', @host, jar => $jar);

for my $dest (qw(worker sharedworker serviceworker)) {
    $r = $t->get('/w.js', @host, jar => $jar,
        headers => { 'Sec-Fetch-Dest' => $dest });
    ok((csp($r))[0] =~ / ads\.example /
        && $r->header('cache-control') =~ /private, no-cache/
        && !$r->header('etag'), "$dest: the visitor's own, kept by no cache");
}

for my $dest ('script', '') {
    $r = $t->get('/w.js', @host, jar => $jar,
        headers => { $dest ? ('Sec-Fetch-Dest' => $dest) : () });
    ok((csp($r))[0] eq $shut && $r->header('etag') eq '"w"'
        && $r->header('cache-control') eq 'public, max-age=600',
        'any other script: the least, the same for everybody, cached as ever');
}
is_deeply [csp($t->get('/off/w.js', @host))], [], 'off: none';
ok !csp($t->get('/w.css', @host)), 'a style sheet needs none';

# ---- modes

$r = $t->get('/', host => 'report.site.example');
is_deeply [csp($r)], [], 'report: nothing is enforced';
is_deeply [csp($r, '-report-only')], [$shut], '... but the same is reported';
$r = $t->get('/', host => 'off.site.example');
is_deeply [csp($r), csp($r, '-report-only')], [], 'off: neither';
$r = $t->get('/', host => 'lax.site.example');
is_deeply [csp($r), csp($r, '-report-only')], [],
    'unlisted third parties allowed: no wall is claimed';

my $error = $t->read('gate.error.log');
my @warned = grep { /\[warn\].*consent_csp/ } split /\n/, $error;
is scalar @warned, 2, 'a warning for each server without a wall'
    or diag $error;
like $error, qr/site "off\.site\.example": consent_csp is off: .*consent_csp report;.* in \S+gate\.conf:\d+/,
    'where it is off, with the mend';
like $error, qr/site "lax\.site\.example": the policy allows unlisted third parties/,
    'and where it cannot stand';

# ---- the site's own policies

$r = $t->get('/own/nonce', @host);
is_deeply [$r->all(lc $CSP)], [$own{nonce}[1], $shut],
    "ours stands beside the site's, which is untouched";
like $r->body, qr/<script data-ngxc-ui nonce="sCr1pt">/, 'our script has the nonce of its scripts';
like $r->body, qr/<style data-ngxc-ui nonce="sTy1e">/, 'our style that of its styles';
my @bare = grep { !/nonce="s(?:Cr1pt|Ty1e)"/ }
    $r->body =~ /(<(?:script|style)\b[^>]*>)/g;
is_deeply \@bare, [], 'nothing that we put in has none';

$r = $t->get('/own/both', @host);
is scalar(() = $r->body =~ /nonce="One\+\/=="/g),
    scalar(() = $r->body =~ /<(?:script|style)\b/g), 'default-src is for both';
like $t->get('/own/only', @host)->body, qr/<script data-ngxc-ui nonce="ro">/,
    'a policy that only reports lends its nonce, too';
unlike $t->get('/own/hash', @host)->body, qr/nonce=/, 'hashes lend none';
for my $port ('', ':8443') {
    like(($t->get('/own/hash', host => "www.site.example$port")->all(lc $CSP))[0],
        qr{^script-src 'sha256-AAAA'(?: 'sha256-[\w-]{43}=')+(?: www\.site\.example$port/\.consent/ngx-consent\.\w+\.js){3}; style-src 'self' 'sha256-},
        "where there are hashes, ours go beside them, and our files, of port '$port' alone");
}
like $t->get('/own/attack', @host)->body, qr/<script data-ngxc-ui nonce="ok">/,
    'what is no nonce is not put into the page';

$jar = $t->jar;
choose($t, 'accept', host => 'lax.site.example', jar => $jar);
is_deeply [$t->get('/own/hash', host => 'lax.site.example', jar => $jar,
    headers => { 'Sec-Fetch-Dest' => 'iframe' })->all(lc $CSP)], [$own{hash}[1]],
    'a page that nothing of ours goes into keeps its policy to the byte';

$r = $t->get('/own/report', @host);
is_deeply [$r->all(lc $CSP)], ["img-src 'self'; report-uri /mine; font-src x:", $shut],
    'a report to a gated host is dropped, the rest of the line stays';
is_deeply [$r->all(lc "$CSP-Report-Only")], [], 'a line of nothing else goes';

# ---- evidence

my $before = () = $t->evidence;
$t->get('/tag', host => $_) for 'www.site.example', 'report.site.example',
    'lax.site.example';
$t->get('/off/tag', @host);

my @walls;
$t->wait_for(3, sub {
    my @events = $t->evidence;
    @walls = map { join ' ', $_->{host}, @{ $_->{walls} } }
        grep { $_->{ty} eq 'handling' } @events[$before .. $#events];
    @walls >= 4;
});
is_deeply [sort @walls], ['lax.site.example headers markup',
    'report.site.example headers markup csp-report',
    'www.site.example headers markup', 'www.site.example headers markup csp'],
    'handling events say which walls stood';

$t->done;
