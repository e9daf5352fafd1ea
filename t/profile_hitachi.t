# conf/policies/hitachi.conf, clause by clause (docs/clauses.md).

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent::Profile;

my $dated = sub { s/version\s+1/version 1 enacted=2005-04-01 revised=2023-04-01 approver="N. N., President"/ };
my $rest = 'server { listen 127.0.0.1:%%PORT_gate%%; server_name bare.site.test; location / { proxy_pass http://127.0.0.1:%%PORT_app%%; } }';
my $t = Consent::Profile->new('hitachi', edit => $dated, http => Consent::Profile::second('hennge') . $rest);
my $new = $t->visitor;

# ---- the policy itself

my $first = $new->get('/');
my $prefs = $new->get('/.consent/', headers => { 'Accept-Language' => 'en' })->body;
my ($publish) = $t->events('policy.publish', 1, sub { $_->{id} eq 'hitachi' });
is_deeply [@$publish{qw(enacted revised approver)}], ['2005-04-01', '2023-04-01', 'N. N., President'], 'HI-0: dates and who signed stand in the log';
like $prefs, qr/1 April 2023/, 'HI-0: ... and the date on the page';
my $at = sub { return index $first->body, $_[0] };
cmp_ok $at->('<a href="#main">'), '<', $at->('id="ngx-consent"'), 'HI-N: the skip link stays the first thing in the page';
cmp_ok $at->('<a href="#main">'), '>', 0, 'HI-N: ... and is there';
like $first->body, qr{id="ngx-consent".*?href="/privacy/"}s, 'HI-1: the banner links the policy';
like $prefs, qr{href="/privacy/"}, 'HI-1: so does the page behind it';

# ---- purposes

my $analytics = $t->visitor;
ok $analytics->choose('save', 'analytics'), 'HI-6a: a choice, after the purposes were shown';
is $analytics->loads('/'), 'www.googletagmanager.com', 'HI-2b: who agreed to one purpose gets its recipients';
like $analytics->held('/'), qr/meta-pixel/, 'HI-2b: ... those of another purpose stay held';
my ($decision) = $t->events('decision', 1, sub { $_->{act} eq 'grant' });
ok $decision->{notice}{shown_at} lt $decision->{t}, 'HI-6a: evidence: shown before it was chosen';
is $new->loads('/'), '', 'HI-6b: before a choice nobody else is asked';
is $new->held('/'), 'google-analytics google-fonts google-maps google-tag-manager group-co matomo meta-pixel unlisted youtube', 'HI-6b: ... everybody is held';
my $all = $t->visitor;
ok $all->choose('accept'), 'HI-6b: who agreed to all';
is $all->held('/'), 'group-co matomo unlisted', 'HI-6b: ... gets the recipients that are named, and no other';
is $all->loads('/inquiry/'), '', 'HI-5: on a form nobody else gets anything, whatever was granted';
my ($form) = $t->events('handling', 1, sub { $_->{class} });
is_deeply $form->{class}, ['form'], 'HI-5: evidence names the class';
is $new->get('/')->header('X-Address'), '127.45.67.0', 'HI-2b: the site gets a reduced address';
is $analytics->get('/')->header('X-Address'), $Consent::Profile::ADDRESS, 'HI-2b: ... all of it for the purpose that was granted';
unlike $t->read('gate.log'), qr/127\.45\.67\.89/, 'HI-2c: the logs of nginx have the reduced one';

# ---- covers all, improves, restricts

my @config = $t->events('config.load');
is_deeply $config[0]{ungated}, ['bare.site.test'], 'HI-4: the log names hosts that are under no policy';
is scalar(@config), 1, 'HI-2a: a configuration is an event';
like +($t->says(more => 'vendor group-co purpose=media role=joint;', edit => $dated))[1], qr/joint_use/,
    'HI-6c: joint use of what is not on the list is said by nginx -t';
like $t->refuses(http => 'consent_vendor x { name X; provider X; receives ip; host x.example; }', edit => $dated), qr/provider/,
    'HI-8a: a vendor without a country is an error';
like $prefs, qr/United States/, 'HI-8a: the page names the country';
like $prefs, qr{href="https://www\.ppc\.go\.jp/}, 'HI-8a: ... and links what its law protects';

# ---- cookies and beacons

is $first->header('Link'), undef, 'HI-8d: no header connects to anybody';
unlike $first->body, qr/<img[^>]* src="https:\/\/www\.facebook/, 'HI-8d: no picture counts';
unlike $first->body, qr/<a[^>]* ping=/, 'HI-8d: no link tells';
like $first->header('Content-Security-Policy'), qr/default-src|script-src/, 'HI-8d: the second wall stands';
my ($handled) = $t->events('handling', 1, sub { $_->{ck_set} });
is_deeply [sort @{ $handled->{ck_set} }], [qw(_fbp _ga)], 'HI-8d: cookies that track are dropped, and named';
is $handled->{tags}{'meta-pixel'}{held}, 1, 'HI-8d: the beacon is counted';
is $first->header('Referrer-Policy'), 'strict-origin-when-cross-origin', 'HI-2c: addresses of pages stay within';

# ---- requests of individuals

is $all->get('/.consent/record')->status, 200, 'HI-2e: disclosure';
ok $all->choose('withdraw'), 'HI-7: stop of use';
is $all->loads('/'), '', 'HI-7: ... at the next request';

# ---- regions

like $prefs, qr{href="https://www\.hitachi\.eu/"}, 'HI-9: other regions are linked';
is $t->visitor(host => 'b.site.test')->get('/', headers => { Cookie => $analytics->jar->header('/') })->body =~ /id="ngx-consent"/ ? 1 : 0, 1,
    'HI-9: consent on one host is none on another';
is +(grep { $_->{id} eq 'hitachi' } @{ $config[0]{policies} })[0]{jur}, 'JP', 'HI-9: whose law it is stands in the log';
ok $t->again(edit => $dated, http => Consent::Profile::second('hennge') . $rest), 'HI-2a: another configuration';
is scalar($t->events('config.load', 2)), 2, 'HI-2a: ... is another event';

$t->done;
