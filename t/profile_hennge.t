# conf/policies/hennge.conf, clause by clause (docs/clauses.md).

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent::Profile;

# A customer's site: its own policy, key, log and place in Redis.
my $tenant = <<'END';
    consent_policy customer {
        controller  "Customer Ltd";
        operator    "HENNGE K.K." contract=HN-T-1 clause=C-1;
        notice      /privacy/;
        version     1;
        languages   en;
        clause      C-1 "Run by a contractor";
        purpose     necessary required;
        purpose     analytics slot=1;
        vendor      google-analytics purpose=analytics;
    }
    server {
        listen            127.0.0.1:%%PORT_gate%%;
        server_name       b.site.test;
        consent           customer;
        consent_csp       enforce;
        consent_redis     %%REDIS%% prefix=customer;
        consent_key_file  %%DIR%%/customer.key;
        consent_log       %%DIR%%/customer.log handling=each;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END
my $locations = <<'END';
        location /careers/ { consent_purposes necessary analytics; proxy_pass http://127.0.0.1:%%PORT_app%%; }
END
my $t = Consent::Profile->new('hennge', http => $tenant, server => $locations, keys => ['customer.key']);
my $new = $t->visitor;
my $first = $new->get('/');

# ---- languages

my %page = map { $_ => $t->visitor->get('/.consent/', headers => { 'Accept-Language' => $_ })->body } qw(en ja zh);
for my $lang (qw(en ja zh)) {
    like $page{$lang}, qr/<html[^>]* lang="\Q$lang\E/, "HN-0: the page is in $lang";
}
is scalar(keys %{ { map { ($_ =~ /name="notice" value="[^"]*?\.\w+\.\d+\.(\w+)\./ ? $1 : '') => 1 } values %page } }), 3, 'HN-0: each text has a hash of its own';
my ($publish) = $t->events('policy.publish', 1, sub { $_->{id} eq 'hennge' });
is_deeply [sort keys %{ $publish->{notice} }], [qw(en ja zh)], 'HN-0: ... which stands in the log';

# ---- fair, purposes, recipients

my @class = $first->body =~ /<button([^>]*)value="(?:reject|accept)"/g;
is $class[0], $class[1], 'HN-1: refusing is as easy as accepting';
like $page{en}, qr/value="analytics".*value="marketing".*value="media"/s, 'HN-2a: the purposes';
my $market = $t->visitor;
ok $market->choose('save', 'marketing'), 'HN-2b: who agreed to promotion';
like $market->loads('/'), qr/facebook/, 'HN-2b: ... gets it';
is $market->loads('/careers/'), '', 'HN-2b: ... but not as an applicant';
is $new->loads('/'), '', 'HN-2c: use is not analysed before consent';
my $stat = $t->visitor;
ok $stat->choose('save', 'analytics'), 'HN-2c: who agrees';
is $stat->loads('/'), 'www.googletagmanager.com', 'HN-2c: ... is analysed';
is $new->get('/')->header('X-Address'), '127.45.67.0', 'HN-2c: the address is reduced before';
is $stat->get('/')->header('X-Address'), $Consent::Profile::ADDRESS, 'HN-2c: ... and whole with consent';
is $new->held('/'), 'google-analytics google-fonts google-maps google-tag-manager group-co matomo meta-pixel unlisted youtube', 'HN-3: before a choice everybody is held';
like +($t->says(more => 'vendor group-co purpose=media role=joint;', http => $tenant, server => $locations))[1], qr/joint_use/,
    'HN-4: joint use of what is not among the five items is said by nginx -t';
like $page{en}, qr/HENNGE Taiwan/, 'HN-4: the page names the party';

# ---- at any time

like $stat->get('/any')->body, qr{<a[^>]*href="/\.consent/}, 'HN-5: every page links the settings, without a script';
is $stat->get('/.consent/record')->status, 200, 'HN-5: disclosure';

# ---- accurate, no longer than needed

my ($one, $two) = ($t->visitor, undef);
ok $one->choose('save', 'analytics'), 'HN-7a: a choice';
ok $one->choose('save', 'media'), 'HN-7a: ... and another one';
is $one->loads('/'), 'fonts.googleapis.com www.google.com www.youtube.com', 'HN-7a: the last one counts';
my ($change) = $t->events('decision', 1, sub { $_->{act} eq 'change' });
is $change->{rev}, 2, 'HN-7a: both are in the log, in order';
my @records = grep { /:v:/ } $t->redis_cli('--scan');
ok @records >= 3, 'HN-7b: there are records';
is scalar(grep { my $left = $t->redis_cli('ttl', $_); $left <= 0 || $left > 180 * 86400 } @records), 0, 'HN-7b: each goes by itself, after 180 days at the latest';
like join(' ', $first->all('Set-Cookie')), qr/theme=dark; Path=\/; Max-Age=34128000/, 'HN-7b: a cookie lives 395 days at most';
unlike $t->read('consent.log'), qr/$Consent::Profile::SECRET|127\.45\.67/, 'HN-7c: no value and no address leaks into the log';
is +($t->consentctl('verify', $t->dir . '/consent.log'))[0], 0, 'HN-7c: ... which nobody changed';

# ---- tenants

my $theirs = $t->visitor(host => 'b.site.test');
ok $theirs->choose('accept'), 'HN-8: a visitor of a customer';
is $theirs->loads('/'), 'www.googletagmanager.com', 'HN-8: ... decides for that site';
is $t->visitor(host => 'b.site.test')->get('/', headers => { Cookie => $stat->jar->header('/') })->body =~ /id="ngx-consent"/ ? 1 : 0, 1, 'HN-8: consent here is none there';
is scalar(grep { /^customer:/ } $t->redis_cli('--scan')) > 0 ? 1 : 0, 1, 'HN-8: its records are apart';
is scalar(grep { ($_->{host} || '') eq 'b.site.test' } $t->evidence), 0, 'HN-8: its evidence is not in ours';
my @before = $t->evidence('customer.log');
ok((grep { $_->{ty} eq 'decision' } @before), 'HN-8: ... but in its own');
is +(grep { $_->{id} eq 'customer' } map { @{ $_->{policies} || [] } } @before)[0]{operator}, 'HENNGE K.K.', 'HN-8: ... which says who works for whom';
is $stat->post('/.consent/erase', form => [$stat->hidden])->status, 200, 'HN-8: an erasure here';
is_deeply [map { $_->{h} } grep { $_->{ty} ne 'handling' } $t->evidence('customer.log')], [map { $_->{h} } grep { $_->{ty} ne 'handling' } @before], 'HN-8: ... leaves its log as it was';

# ---- published

my ($hash) = $first->body =~ /name="notice" value="[^"]*?\.\w+\.\d+\.(\w+)\./;
is $t->visitor->get("/.consent/notice/$hash")->status, 200, 'HN-9: the text is there by its hash';
ok $t->again(http => $tenant, server => $locations, keys => ['customer.key'], edit => sub { s/version\s+1/version 2/; s/text_end//; s/languages\s+en/text en banner.title "Another title";\n languages en/ }), 'HN-9: another text is published';
is $t->visitor->get("/.consent/notice/$hash")->status, 200, 'HN-9: ... the old one stays';
like $page{en}, qr{href="/contact/"}, 'HN-10: a point of contact';

$t->done;
