# conf/policies/heidenhain.conf, clause by clause (docs/clauses.md).

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent::Profile;
use Consent::Site qw(token_of);

my $t = Consent::Profile->new('heidenhain',
    more => 'vendor group-co purpose=group role=joint clause=HH-4;',
    http => Consent::Profile::second('jspe'));
my $new = $t->visitor;

# ---- before a choice

my $first = $new->get("/?q=$Consent::Profile::SECRET&mail=$Consent::Profile::SECRET\@example.com");
is $new->held('/'), 'google-analytics google-fonts google-maps google-tag-manager group-co matomo meta-pixel unlisted youtube',
    'HH-5: before a choice every third party on the page is held';
is $new->loads('/'), '', 'HH-5: no element makes the browser ask another host';
like $first->body, qr{href="/privacy/"}, 'HH-2: the first response links the privacy policy, without a script';
like $first->body, qr{id="ngx-consent".*?href="/contact/"}s, 'HH-12: the banner links the desk';
is $first->header('X-Address'), '127.45.67.0', 'HH-0: the site gets a reduced address';
is $first->header('Referrer-Policy'), 'strict-origin-when-cross-origin', 'HH-10: linked sites learn no more than the origin';
unlike $first->body, qr/<a id="out"[^>]* ping=/, 'HH-10: a followed link tells no third party';
like join(' ', $first->all('Set-Cookie')), qr/PHPSESSID=/, 'HH-9: the session that the site needs is set';
unlike join(' ', $first->all('Set-Cookie')), qr/_ga=|_fbp=/, 'HH-9: tracking cookies are not';
like join(' ', $first->all('Set-Cookie')), qr/theme=dark; Path=\/; Max-Age=34128000/, 'HH-9: a cookie lives 395 days at most';
$new->jar->set($_ => $Consent::Profile::SECRET) for qw(_ga _pk_id.1.2);
is $new->get('/')->header('X-Cookie') =~ s/=[^;]*//gr, 'PHPSESSID; theme', 'HH-9: tracking cookies do not reach the site';

my ($handled) = $t->events('handling', 1, sub { $_->{ck_set} });
is_deeply $handled->{ip}, { up => 't24', log => 't24' }, 'HH-0: evidence says which form of the address went where';
is_deeply [sort @{ $handled->{ck_set} }], [qw(_fbp _ga)], 'HH-9: evidence names the cookies that were dropped';
ok((grep { /^HH-/ } @{ $handled->{cl} || [] }), 'HH-5: ... and the clauses');
my ($config) = $t->events('config.load');
my ($said) = grep { $_->{id} eq 'heidenhain' } @{ $config->{policies} };
is_deeply $said->{personal}, [qw(ip cookie_id url referrer)], 'HH-0: what is personal information stands in the log';

# ---- whose policy

my $other = $t->visitor(host => 'b.site.test');
like $other->get('/.consent/')->body, qr/Precision Engineering/, 'HH-1: another host has its own policy';
unlike $other->get('/.consent/')->body, qr/HEIDENHAIN/, 'HH-1: ... and no word of this one';
is_deeply [sort { $a cmp $b } map { "$_->{host} $_->{policy}" } @{ $config->{servers} }],
    ['b.site.test jspe', 'www.site.example heidenhain'], 'HH-1: the log says which host is under which';

like $t->refuses(more => 'vendor group-co;'), qr/purpose/, 'HH-3: a vendor without a purpose is an error of nginx -t';
like $t->refuses(more => 'vendor group-co purpose=undeclared;'), qr/undeclared/, 'HH-3: so is one with a purpose that nobody declared';

# ---- choices

my $media = $t->visitor;
ok $media->choose('save', 'media'), 'HH-5: a choice';
is $media->held('/'), 'google-analytics google-tag-manager group-co matomo meta-pixel unlisted',
    'HH-5: who agreed to a purpose gets its third parties, and no other';
is $media->loads('/'), 'fonts.googleapis.com www.google.com www.youtube.com', 'HH-5: the browser asks these alone';
my $all = $t->visitor;
ok $all->choose('accept'), 'HH-4: another one';
is $all->held('/'), 'google-analytics google-tag-manager meta-pixel unlisted',
    'HH-5: who agreed to all gets no recipient that the policy does not name';
is $all->get('/')->header('X-Address'), '127.45.67.0', 'HH-0: the address stays reduced';
like $all->get('/.consent/')->body, qr/Group Co/, 'HH-4: the page names the company of the group';
is $all->held('/inquiry/') =~ s/(?:google-analytics|google-tag-manager|meta-pixel|unlisted) ?//gr, 'google-fonts google-maps group-co youtube',
    'HH-2: on a form third and joint parties get nothing';
my ($decision) = $t->events('decision', 1, sub { $_->{act} eq 'grant' });
is $decision->{p}{media}, 1, 'HH-5: the decision is in the log';
ok $decision->{notice}{shown_at} lt $decision->{t}, 'HH-3: with the purposes shown before it';

# ---- what a person may ask

my $record = $all->get('/.consent/record');
is $record->status, 200, 'HH-6.1: own record is disclosed at once';
unlike $record->body, qr/$Consent::Profile::SECRET/, 'HH-6.1: ... without the value of a cookie';
is $t->visitor->get('/.consent/record')->status, 403, 'HH-6.2: not to who has no token';
is $t->visitor(host => 'b.site.test')->get('/.consent/record', headers => { Cookie => $all->jar->header('/') })->status, 403,
    'HH-6.2: nor with another site\'s token';
ok $media->choose('withdraw'), 'HH-7: a withdrawal, by a form';
is $media->loads('/'), '', 'HH-7: ... closes at the next request';
is $media->held('/'), $t->visitor->held('/'), 'HH-5: ... everything';
is $all->post('/.consent/erase', form => [$all->hidden])->status, 200, 'HH-7: deletion is confirmed by a page';
is $all->get('/.consent/record')->status, 403, 'HH-7: ... and nothing is left to disclose';

# ---- a browser that takes no cookies

my $bare = $t->visitor;
my $choice = $bare->choose('reject');
is $choice->status, 303, 'HH-9: a browser without cookies may refuse';
$bare = $t->visitor;
is $bare->get('/')->status, 200, 'HH-9: ... the site stays usable';
is $bare->loads('/'), '', 'HH-9: ... and tracks nobody';

# ---- another version

my $stay = $t->visitor;
ok $stay->choose('save', 'media'), 'HH-11: who agreed under one version';
ok $t->again(http => Consent::Profile::second('jspe'), edit => sub { s/version\s+1/version 2 material_since=2/ }), 'HH-11: ... and a new one is published';
is $stay->loads('/'), '', 'HH-11: ... is asked again, nothing is loaded meanwhile';
like $stay->get('/')->body, qr/id="ngx-consent"/, 'HH-11: ... by the banner';
is $stay->get('/')->header('X-Consent-None'), undef, 'HH-11: ... on the same page';
ok scalar($t->events('policy.publish', 1, sub { $_->{id} eq 'heidenhain' && $_->{ver} == 2 })), 'HH-11: the log says since when';

for my $lang (qw(ja en)) {
    my $page = $t->visitor->get('/.consent/', headers => { 'Accept-Language' => $lang })->body;
    like $page, qr{href="/contact/"}, "HH-12: the page has the desk, in $lang";
}

$t->done;
