# conf/policies/jspe.conf, clause by clause (docs/clauses.md).

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent::Profile;

my $desk = sub {
    s{"JSPE, secretariat" /contact/}
     {"JSPE, secretariat" /contact/ postal="1-5-9 Kudan-kita, Tokyo" tel="+81-3-0000-0000" fax="+81-3-0000-0001" email=desk\@example.org};
};
my $t = Consent::Profile->new('jspe', edit => $desk,
    more => 'vendor group-co purpose=functional role=processor contract=D-7 approval="Board 2026-04-01";');
my $new = $t->visitor;

# ---- purpose and consent come first

my $first = $new->get('/');
is $new->loads('/'), '', 'JS-1: before a choice the browser asks no other host';
my $page = $new->get('/.consent/')->body;
unlike $page, qr/<input[^>]*type="checkbox"[^>]*name="p"[^>]* checked/, 'JS-1: nothing is ticked before';
is $new->post('/.consent/choice', form => [choice => 'accept', return => '/'])->status, 400, 'JS-1: a choice of who was shown nothing is none';
is $new->loads('/'), '', 'JS-1: ... and opens nothing';
my $media = $t->visitor;
ok $media->choose('save', 'media'), 'JS-1: one that was shown the purposes is taken';
is $media->loads('/'), 'fonts.googleapis.com www.google.com www.youtube.com', 'JS-1: ... for these';
my ($decision) = $t->events('decision', 1, sub { $_->{act} eq 'grant' });
ok $decision->{notice}{hash} && $decision->{notice}{shown_at} lt $decision->{t}, 'JS-1: evidence says what was shown, and when';

# ---- other use

is $new->held('/') =~ /group-co/ ? 1 : 0, 1, 'JS-2: a contractor waits for consent like anybody';
my $works = $t->visitor;
ok $works->choose('save', 'functional'), 'JS-2: who agreed to its purpose';
is $works->loads('/'), 'tags.group.example', 'JS-2: ... gets it';
my ($config) = $t->events('config.load');
my ($vendor) = grep { $_->{id} eq 'group-co' } @{ $config->{vendors} };
is_deeply [@$vendor{qw(role contract approval)}], ['processor', 'D-7', 'Board 2026-04-01'],
    'JS-2: the log has its role, its contract and who approved';

# ---- leaking, change, loss

my $log = $t->read('consent.log');
unlike $log, qr/$Consent::Profile::SECRET|127\.45\.67/, 'JS-3: no value of a cookie and no address is in the log';
is +(stat $t->dir . '/consent.log')[2] & 0007, 0, 'JS-3: others cannot read it';
my @lines = split /^/m, $log;
my ($number) = grep { $lines[$_] =~ /"ty":"decision"/ } 0 .. $#lines;
$t->write('changed.log', join '', map { $_ == $number ? $lines[$_] =~ s/"media":1/"media":0/r : $lines[$_] } 0 .. $#lines);
my ($code, $said) = $t->consentctl('verify', $t->dir . '/changed.log');
is $code, 1, 'JS-3: a changed line is found';
like $said, qr/changed\.log line @{[$number + 1]}:/, 'JS-3: ... and named';

# ---- disclosure, correction

is $media->get('/.consent/record')->status, 200, 'JS-4: who asks gets the record';
ok $media->choose('save'), 'JS-4: ... and corrects it';
is $media->loads('/'), '', 'JS-4: ... at once';

# ---- links, cookies

is $first->header('Referrer-Policy'), 'strict-origin-when-cross-origin', 'JS-5: linked sites learn no more than the origin';
unlike $first->body, qr/<a id="out"[^>]* ping=/, 'JS-5: ... and nobody that a link was followed';
my ($held) = $t->events('handling', 1, sub { $_->{ck_set} });
is_deeply [sort @{ $held->{ck_set} }], [qw(_fbp _ga)], 'JS-6: cookies that track are dropped, and named';
is $held->{rewrite}, 'ok', 'JS-6: the page was read without trouble';
is $new->get('/js/app.js')->body, ";\n", 'JS-6: what is no page is left alone';
is $first->header('X-Address'), '127.45.67.0', 'JS-6: the address is reduced where it goes with cookies';
is_deeply +(grep { $_->{id} eq 'jspe' } @{ $config->{policies} })[0]{personal}, ['cookie_id'],
    'JS-6: cookies are personal information, says the log';

# ---- another policy

ok $works->choose('save', qw(functional media)), 'JS-7: who agreed before';
is $works->loads('/'), 'fonts.googleapis.com tags.group.example www.google.com www.youtube.com', 'JS-7: ... gets that';
ok $t->again(edit => $desk, more => 'vendor group-co purpose=functional role=processor contract=D-7 approval="Board 2026-04-01";
    vendor vimeo purpose=media role=third;'), 'JS-7: another recipient is added';
is $works->loads('/'), '', 'JS-7: earlier consent is not stretched to it: asked again';
my ($stale) = $t->events('handling', 1, sub { $_->{state} eq 'stale' });
ok $stale, 'JS-7: the log says under which policy the page was handled';

# ---- the desk

$page = $t->visitor->get('/.consent/')->body;
like $page, qr/1-5-9 Kudan-kita/, 'JS-8: the desk by post';
like $page, qr{href="tel:\+81300000000"}, 'JS-8: ... by telephone';
like $page, qr{\+81-3-0000-0001}, 'JS-8: ... by fax';
like $page, qr{href="mailto:desk\@example\.org"}, 'JS-8: ... by e-mail';

$t->done;
