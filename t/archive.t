# What visitors were shown can be shown again: every text by the hash that
# receipts and log have of it, whatever the policy says by now.

use strict;
use warnings;

use Digest::SHA qw(sha256_hex);
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep);
use Consent;
use Consent::Site;

my $t = Consent->new;
my @host = (host => 'www.site.example');
my $dir = $t->dir . '/consent.log.d';

my $conf = policy() . <<'END';
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
    }
END

sub loads { return grep { $_->{ty} eq $_[0] } $t->evidence }
sub texts { return sort map { s{.*/}{}r } glob "$dir/texts/*" }

# A configuration with some words changed takes effect.
sub revise {
    my ($from, $to) = @_;
    my $n = loads('policy.publish');

    my $text = $t->read($t->dir . '/gate.conf');
    $text =~ s/$from/$to/ or die "no $from\n";
    $t->configure('gate', $text);
    $t->reload;
    $t->wait_for(10, sub { loads('policy.publish') > $n });
    return;
}

my ($code, $out) = $t->check($conf);
is $code, 0, 'nginx -t passes' or diag $out;
ok !-e $dir, 'and writes nothing';

$t->gate($conf);
$t->wait_for(10, sub { loads('policy.publish') });

# ---- files

my $first = (loads('config.load'))[-1]{policies}[0];
my @now = texts();

is_deeply \@now, [sort map { "$_.html" } map { values %$_ } @$first{qw(notice transmission)}],
    'a file for each text that the log names, and no other';
is join(' ', grep { substr(sha256_hex($t->read("$dir/texts/$_")), 0, 16) ne s/\.html//r } @now), '',
    'each is what its name says';
is join(' ', map { sprintf '%04o', (stat "$dir/texts/$_")[2] & 07777 } @now), join(' ', ('0644') x @now),
    'readable by everybody: they are public';

my $english = $t->read("$dir/texts/$first->{notice}{en}.html");
like $english, qr/\Q$_\E/, "the text has $_" for 'Test Corporation', 'Privacy desk', 'Analytics Co', 'Ads Ltd',
    'Access is analysed', '_ga', 'href="https://www.site.example/contact/"';
unlike $english, qr/<(?:script|link|img|iframe)|src=|url\(/i, 'and needs nothing else';
unlike $english, qr/[^\x00-\x7f]/, 'in ASCII, right in any charset';

my $terms = $first->{terms};
my $policy = JSON::PP->new->decode($t->read("$dir/policies/$terms.json"));
is_deeply [map { $_->{id} } @{ $policy->{vendors} }], ['analytics-co', 'ads-co'], 'the policy by its terms: vendors';
is_deeply $policy->{vendors}[0]{items}, [qw(ip cookie_id url)], 'what they receive';
is_deeply [map { "$_->{id} $_->{text}" } @{ $policy->{clauses} }], ['T-1 Access is analysed', 'T-2 Advertising'], 'clauses';

# ---- a receipt, and the text that it refers to

my $jar = $t->jar;
my $r = choose($t, 'accept', jar => $jar, @host);
is $r->status, 303, 'somebody grants';
$t->wait_for(10, sub { loads('decision') });
my $hash = (loads('decision'))[-1]{notice}{hash};
is $hash, $first->{notice}{en}, 'the decision names the text that was shown';

sub notice { return $t->get("/.consent/notice/$_[0]", @host, @_[1 .. $#_]) }

$r = notice($hash);
is $r->status, 200, 'it is served by its hash';
is $r->body, $english, 'to the byte';
is $r->header('content-type'), 'text/html; charset=utf-8', 'as a page';
like $r->header('cache-control'), qr/immutable/, 'that will never be another';
is $t->head("/.consent/notice/$hash", @host)->header('content-length'), length $english, 'HEAD says how long it is';

# ---- revisions

revise('Access is analysed', 'Access is studied');
my $second = (loads('config.load'))[-1]{policies}[0];
isnt $second->{notice}{en}, $hash, 'a word more is another text';
is notice($hash)->body, $english, 'the old one is still served, from the archive';
like notice($second->{notice}{en})->body, qr/Access is studied/, 'and the new one';
my $publish = (loads('policy.publish'))[-1];
is_deeply $publish->{before}, { ver => 3, terms => $first->{terms}, text => $first->{text} },
    'the log says what the policy was before';
is $second->{terms}, $terms, 'terms are the same';
is scalar(() = glob "$dir/policies/*.json"), 1, 'and so is their file';

revise('receives ip cookie_id;', 'receives ip cookie_id referrer;');
my $third = (loads('config.load'))[-1]{policies}[0];
isnt $third->{terms}, $terms, 'an item more is other terms';
ok -s "$dir/policies/$third->{terms}.json", 'with a file of their own';
is notice($_)->status, 200, "of all versions each text: $_" for map { values %{ $_->{notice} }, values %{ $_->{transmission} } } $first, $second, $third;

my $n = loads('policy.publish');
$t->reload;
$t->wait_for(10, sub { loads('policy.publish') > $n });
ok !exists((loads('policy.publish'))[-1]{before}), 'a reload without a change has no before';

$t->stop('gate');
$t->gate($t->read($t->dir . '/gate.conf'));
is notice($hash)->body, $english, 'nginx stops and starts: it is there';

# ---- what is not what it says

my $path = "$dir/texts/$hash.html";
my $inode = (stat $path)[1];
chmod 0644, $path;
open my $fh, '>>', $path or die;
print $fh 'x';
close $fh;
is notice($hash)->status, 404, 'a text that was changed is not served';
$t->allow(qr/is not what its name says/);
$t->reload;
is((stat $path)[1], $inode, 'and not overwritten');

# ---- no other files

my $canary = 'canary-of-another-file';
$t->write('canary.html', $canary);
symlink $t->dir . '/canary.html', "$dir/texts/00000000deadbeef.html";
for my $name ('', '/', '..', '../x', '%2e%2e%2fconsent', '../../consent.key', uc $hash, "${hash}0", substr($hash, 1),
    "$hash.html", "$hash/", 'g' x 16, '0' x 16, '00000000deadbeef', "$hash%00", "..%2f$hash", '%30' x 16, "\xc3\xa9" x 8) {
    my $r = notice($name);
    ok $r->status =~ /^(?:404|400|200|301)$/ && $r->body !~ /\Q$canary\E/
        && ($r->status != 200 || $name =~ m{^(?:/|\.\.)?$}), "no file is reached by '$name'" or diag $r->status;
}
is $t->post("/.consent/notice/$hash", @host, body => '')->status, 405, 'nor changed';

# ---- a directory that cannot be written

$t->stop('gate');
unlink "$dir/texts/00000000deadbeef.html";
rename "$dir/texts", "$dir/elsewhere";
$t->write('consent.log.d/texts', 'a file');
$t->allow(qr{consent\.log\.d/texts/" cannot be used});
$t->gate($t->read($t->dir . '/gate.conf'));
is $t->get('/.consent/', @host)->status, 200, 'an archive that cannot be written stops nothing';
like $t->read('gate.error.log'), qr{consent\.log\.d/texts/" cannot be used}, 'the error log says so';
is notice($third->{notice}{en})->status, 200, 'what is shown now is still served';
is notice($second->{notice}{en})->status, 404, 'what was shown before is not';

($code, $out) = $t->consentctl('verify', $t->dir . '/consent.log');
is $code, 0, 'the log verifies' or diag $out;

$t->done;
