# conf/policies/cc-link.conf, clause by clause (docs/clauses.md).

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent::Profile;

my $safe = <<'END';
    server {
        listen       127.0.0.1:%%PORT_safe%%;
        server_name  www.site.example;
        consent      cc-link;
        consent_tls  on;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END
my $t = Consent::Profile->new('cc-link', http => $safe, server => <<'END');
        location /product/ { consent_purposes necessary media; proxy_pass http://127.0.0.1:%%PORT_app%%; }
END
my $new = $t->visitor;
my $first = $new->get('/');
my $prefs = $new->get('/.consent/', headers => { 'Accept-Language' => 'en' })->body;

# ---- collection

like $first->body, qr/<button[^>]*value="reject".*<button[^>]*value="accept"/s, 'CC-2.1: refusing comes first, and is as near';
my @class = $first->body =~ /<button([^>]*)value="(?:reject|accept)"/g;
is $class[0], $class[1], 'CC-2.1: ... and looks like accepting';
is $t->visitor->get('/g/collect?v=2')->status, 204, 'CC-2.1: an endpoint relayed through the own host answers nothing';
is scalar(grep { $_->{uri} =~ m{/g/collect} } $t->app_log(1)), 0, 'CC-2.1: ... and does not reach the site';
like $first->body, qr{id="ngx-consent".*?href="/contact/"}s, 'CC-2.2: the banner has the contact';
like $prefs, qr/value="analytics".*value="media".*value="marketing".*value="ip_combine"/s, 'CC-2.2: the page has the purposes';
my $no = $t->visitor;
ok $no->choose('reject'), 'CC-2.3: who refuses';
is $no->get('/')->status, 200, 'CC-2.3: ... gets the page';
my $marks = sub { return $_[0] =~ s/<section id="ngx-consent".*?<\/section>|<(style|script)[^>]*data-ngxc-ui.*?<\/\1>|\s+data-ngxc-[a-z]+="[^"]*"|data-ngxc-//gsr };
like $no->get('/')->body, qr/<main id="main">.*partner<\/a>/s, 'CC-2.3: ... with all of its content';

# ---- what is sensitive, what for

my $all = $t->visitor;
ok $all->choose('accept'), 'CC-3.3: who agrees to all';
is $all->held('/'), 'group-co matomo unlisted', 'CC-5.1: ... gets the recipients that are named, and no other';
is $all->loads('/health/'), '', 'CC-3.3: ... and nobody anything on a sensitive page';
is $all->get('/health/')->header('Referrer-Policy'), 'same-origin', 'CC-3.3: ... not even its address';
my ($sensitive) = $t->events('handling', 1, sub { ($_->{class} || [''])->[0] eq 'sensitive' });
ok $sensitive, 'CC-3.3: evidence names the class';
is $all->loads('/product/'), 'fonts.googleapis.com www.google.com www.youtube.com', 'CC-4: pages of a product have the purposes that they announce, and no other';
is $all->loads('/inquiry/'), '', 'CC-4.1: an inquiry goes to the association alone';
like join(' ', $no->get('/')->all('Set-Cookie')), qr/PHPSESSID=/, 'CC-4.2: the session of members survives a refusal';
unlike join(' ', $no->get('/')->all('Set-Cookie')), qr/_ga=(?!;)/, 'CC-4.2: what analyses does not';

# ---- to whom

is $new->loads('/'), '', 'CC-5.1: before a choice nobody else is asked';
like $t->refuses(http => $safe, more => 'vendor group-co purpose=media role=joint;'), qr/role/, 'CC-5.1: joint use is an error of nginx -t: the policy knows none';
is $t->refuses(http => $safe, more => 'vendor group-co purpose=media role=processor contract=D-1;'), '', 'CC-5.2: a contractor is none';

# ---- safety

my ($config) = $t->events('config.load');
ok !grep({ $_->{role} eq 'joint' } @{ $config->{vendors} }), 'CC-5.1: the log has the roles';
my ($code) = $t->consentctl('verify', $t->dir . '/consent.log');
is $code, 0, 'CC-6.1: evidence is tamper-evident';
ok $t->again(http => $safe, more => 'vendor group-co purpose=media role=processor contract=D-1;'), 'CC-6.3: with a contractor';
my ($again) = $t->events('config.load', 1, sub { grep { $_->{id} eq 'group-co' } @{ $_->{vendors} } });
is +(grep { $_->{id} eq 'group-co' } @{ $again->{vendors} })[0]{contract}, 'D-1', 'CC-6.3: the log has the contract';
my $behind = $t->visitor(to => 'safe');
my $choice = $behind->choose('save', 'analytics');
my ($token) = grep { /ngxc=/ } $choice->all('Set-Cookie');
like $token, qr/^__Host-ngxc=.*Secure/, 'CC-6.4a: the token never leaves an encrypted connection';
is $t->visitor(to => 'safe')->get('/.consent/state', headers => { Cookie => $all->jar->header('/') })->body =~ /"state":"(\w+)"/ ? $1 : '', 'none',
    'CC-6.4a: ... one that did is none';
like join(' ', $first->all('Set-Cookie')), qr/theme=dark; Path=\/; Max-Age=34128000/, 'CC-6.4b: a cookie lives 395 days at most';

# ---- analytics

my $stat = $t->visitor;
ok $stat->choose('save', 'analytics'), 'CC-6.4c: who agrees';
is $stat->loads('/'), 'www.googletagmanager.com', 'CC-6.4c: ... is analysed';
like $stat->get('/?email=x')->body, qr/<script data-ngxc-ui>(?:(?!<\/script>).)*email\|mail(?:(?!<\/script>).)*replaceState/s, 'CC-6.4c: ... by an address that tells no person';
$stat->jar->set(_ga => 'GA1.1.x');
ok $stat->choose('withdraw'), 'CC-6.4c: who withdraws';
is $stat->loads('/'), '', 'CC-6.4c: ... is not any more';
my $after = $t->visitor;
$after->jar->set(_ga => 'GA1.1.x');
my $expired = $after->get('/');
like join("\n", $expired->all('Set-Cookie')), qr/^_ga=;.*(?:Max-Age=0|1970)/m, 'CC-6.4c: cookies of before are expired';
unlike $expired->header('X-Cookie') // '', qr/_ga/, 'CC-6.4c: ... and not forwarded';
like $prefs, qr{policies\.google\.com/privacy}, 'CC-6.4c: the page links Google\'s policy';
is $first->header('Referrer-Policy'), 'strict-origin-when-cross-origin', 'CC-6.4d: linked sites learn no more than the origin';

# ---- addresses

my $bare = $t->visitor;
is $bare->get('/member/')->header('X-Address'), '127.45.67.0', 'CC-6.4e: where members are known the site gets a reduced address';
is $bare->get('/x')->header('X-Address'), '127.45.67.0', 'CC-6.4e: ... and with any cookie for it';
is $t->visitor->get('/x')->header('X-Address'), $Consent::Profile::ADDRESS, 'CC-6.4e: ... the whole one where nothing else tells who it is';
my $combine = $t->visitor;
ok $combine->choose('save', 'ip_combine'), 'CC-6.4e: who agrees to the combination';
is $combine->get('/member/')->header('X-Address'), $Consent::Profile::ADDRESS, 'CC-6.4e: ... is combined';
my ($handled) = $t->events('handling', 1, sub { $_->{ip} });
ok $handled->{ip}{up}, 'CC-6.4e: evidence says which form';

# ---- requests of individuals

like $prefs, qr/id="?purpose|Purposes/, 'CC-7.1a: the purposes of use are on a page';
is $combine->get('/.consent/record')->status, 200, 'CC-7.1b: disclosed as a file';
like $combine->get('/.consent/record')->header('Content-Disposition'), qr/attachment/, 'CC-7.1b: ... to be sent on';
like $prefs, qr{href="/contact/"}, 'CC-7.2: the desk';

$t->done;
