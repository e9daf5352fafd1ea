# Advanced consent mode, only by mode=advanced: a tag of Google's goes ahead of
# the visitor's choice, with nothing granted; what that means is said by
# nginx -t, by lint and in the log.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

my $policy = policy(more => 'vendor other-co purpose=marketing;')
    =~ s/vendor     analytics-co purpose=analytics/$& mode=advanced/r;
$policy = <<'END' . $policy;
        consent_vendor other-co {
            name Other; provider "Other Inc" US; receives ip; host other.example;
        }
END

mkdir $t->dir . '/site';
$t->write("site/$_/index.html", <<'END') for '', map { mkdir $t->dir . "/site/$_"; $_ } qw(form narrow);
<!doctype html><html><head><title>t</title>
<script async src="https://analytics.example/gtag/js?id=G-1"></script>
<script>gtag('config', 'G-1'); /* analytics.example/loader */</script>
<script>document.cookie = '_ga=1'; /* analytics.example/loader */</script>
<script src="https://ads.example/a.js"></script></head><body><p>p</body></html>
END

$t->origin(<<'END');
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        root    %%DIR%%/site;
        types   { text/html html; }
        add_header Set-Cookie "_ga=origin; path=/";
        location = /g/collect { return 200 "relayed $http_cookie"; }
    }
END

sub conf {
    my ($policy) = @_;
    return <<"END";
    $policy
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        consent_csp  enforce;
        consent_limit off;
        add_header   X-Granted "\$consent_state \$consent_analytics";
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
        location /form/ { consent_class form; proxy_pass http://127.0.0.1:%%PORT_origin%%; }
        location /narrow/ { consent_purposes marketing; proxy_pass http://127.0.0.1:%%PORT_origin%%; }
    }
END
}

$t->redis;
$t->gate(conf($policy));

my $SAYS = 'vendor "analytics-co" has mode=advanced: visitors\' browsers send requests to it before '
    . 'they consent, and nothing of what is promised about that holds for this vendor, in ';
my ($code, $out) = $t->check(conf($policy) =~ s/PORT_gate/PORT_x/r, stderr => 1);
is $code, 0, 'mode=advanced is no error';
is scalar(() = $out =~ /\[warn\] (?:\S+: )?\Q$SAYS\E\S+:\d+/g), 1, '... but one warning, in one sentence';
($code, $out) = $t->check(conf($policy =~ s/mode=advanced/mode=basic/r) =~ s/PORT_gate/PORT_x/r, stderr => 1);
unlike $out, qr/mode=/, 'mode=basic is not warned of';

# What of the page is live.
sub open_in {
    my ($answer) = @_;
    my $body = $answer->body;

    return join ' ', ($body =~ m{<script async src="https://analytics} ? 'tag' : ()),
        ($body =~ /<script>gtag\('config'/ ? 'loader' : ()), ($body =~ /<script>document.cookie/ ? 'setter' : ()),
        ($body =~ m{<script src="https://ads} ? 'ads' : ()),
        (($answer->header('content-security-policy') || '') =~ /analytics\.example/ ? 'csp' : ());
}

my $jar   = $t->jar;
my $first = $t->get('/', jar => $jar, headers => { Cookie => '_ga=1; own=1' });

is open_in($first), 'tag loader csp', 'before any choice the tag goes ahead, with its loader, and nobody else';
like $first->body, qr/gtag\('consent','default',\{analytics_storage:d\}\);gtag\('set','ads_data_redaction',true\)/,
    '... behind what it is told: nothing is granted';
ok index($first->body, "'default'") < index($first->body, 'analytics.example'), '... in front of it';
unlike $first->body, qr/"gtag"/, '... no stub takes its calls';
is $first->header('x-granted'), 'none 0', '... the variables say what was granted: nothing';
is_deeply [grep { /_ga=origin/ } $first->all('set-cookie')], [], '... its cookies are not set';
like $first->body, qr/contacted even before you choose/, '... and the visitor is told';
is $t->get('/g/collect', headers => { Cookie => '_ga=1; own=1' })->body, 'relayed own=1',
    '... what the site relays goes without its cookies';

is open_in($t->get('/form/')), '', 'in a form nobody goes ahead';
is open_in($t->get('/narrow/')), '', 'nor where the purpose does not apply';
is open_in($t->get('/', headers => { 'Sec-GPC' => 1 })), '', 'nor against a signal of the browser';

choose($t, 'reject', jar => $jar);
my $refused = $t->get('/', jar => $jar);
is open_in($refused), '', 'after a refusal it is held';
like $refused->body, qr/"gtag"/, '... behind its stubs';
unlike $refused->body, qr/redaction/, '... and nothing is told to it ahead';

my $other = $t->jar;
choose($t, 'accept', jar => $other);
is open_in($t->get('/', jar => $other)), 'tag loader setter ads csp', 'a grant opens all of it';

$t->configure('gate', $t->subst($t->read($t->dir . '/gate.conf')) =~ s/version\s+3(.*material_since=)2/version 4${1}4/r);
$t->reload;
my $stale = $t->get('/', jar => $other);
like $stale->header('x-granted') . open_in($stale), qr/^stale 0tag/, 'who has to be asked again is like who was not asked yet';
is open_in($t->get('/', jar => $other, headers => { 'Sec-GPC' => 1 })), '', '... but not against the signal';
choose($t, 'add', jar => $other, p => ['marketing']);
is $t->get('/', jar => $other)->header('x-granted'), 'partial 0', '... and who allows one thing more does not agree anew to the rest';

$t->redis_stop;
is open_in($t->get('/', jar => $other)), '', 'where nobody can tell what was chosen it is held'
    if $t->wait_for(7, sub { $t->get('/', jar => $other)->header('x-granted') eq 'unknown 0' });

$t->stop('gate', 'QUIT');

my ($config) = grep { $_->{ty} eq 'config.load' } $t->evidence;
is_deeply { map { $_->{id} => $_->{mode} } @{ $config->{vendors} } },
    { 'analytics-co' => 'advanced', 'ads-co' => undef, 'other-co' => undef }, 'the log says who may go ahead';
my ($handled) = grep {
    $_->{ty} eq 'handling' && $_->{state} eq 'none' && ($_->{tags}{'analytics-co'}{passed} || 0) == 2 } $t->evidence;
is_deeply [@$handled{qw(granted walls)}, $handled->{tags}{'analytics-co'}],
    [[], [qw(headers markup csp)], { held => 1, passed => 2 }], '... and what passed before anything was granted';

($code, $out) = $t->consentctl('leaks', $t->dir . '/consent.log');
is $code, 1, 'consentctl leaks finds it';
like $out, qr/passed to analytics-co in state none, where purpose analytics was not granted, ahead of the choice, since it has mode=advanced/,
    '... and says why';

$t->done;
