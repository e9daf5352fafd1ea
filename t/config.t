# What `nginx -t` says of a wrong configuration: which word, where, the mend.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;
my $S = 'server { listen 127.0.0.1:%%PORT_x%%; server_name a.example; consent test; }';
my $P = policy();

my @cases = (
    ['a good one', "$P $S", undef],
    ['unknown policy', "$P " . $S =~ s/consent test/consent tset/r, qr/unknown policy "tset".*consent_policy block.* in .*:\d+/],
    ['no zone', "$P $S", qr/"consent test" needs "consent_zone consent 32m;" in http in .*:\d+/, consent => { zone => undef }],
    ['no redis', "$P $S", qr/needs "consent_redis 127\.0\.0\.1:6379;"/, consent => { redis => undef }],
    ['no key file', "$P $S", qr/needs "consent_key_file FILE;".*consentctl key FILE/, consent => { key_file => undef }],
    ['no log', "$P $S", qr/needs "consent_log FILE;"/, consent => { log => undef }],
    ['zone too small', "$P $S", qr/zone "c" is too small, it needs 1m at least/, consent => { zone => 'c 64k' }],
    ['zone without size', "$P $S", qr/invalid zone size "big"/, consent => { zone => 'c big' }],
    ['redis without a port that is one', "$P $S", qr/invalid port in .*write host:port or unix/, consent => { redis => '127.0.0.1:x' }],
    ['redis with two addresses', "$P $S", qr/"127\.0\.0\.1:2" is a second address/, consent => { redis => '127.0.0.1:1 127.0.0.1:2' }],
    ['redis with an unknown parameter', "$P $S", qr/"tls" is a second address or an unknown parameter/, consent => { redis => '127.0.0.1:1 tls' }],
    ['redis with a zero timeout', "$P $S", qr/invalid time "0", it must be 1ms to 10s/, consent => { redis => '127.0.0.1:1 timeout=0' }],
    ['redis with a bad db', "$P $S", qr/invalid database "x"/, consent => { redis => '127.0.0.1:1 db=x' }],
    ['redis with a bad prefix', "$P $S", qr/invalid prefix "a b"/, consent => { redis => '127.0.0.1:1 "prefix=a b"' }],
    ['redis user without password', "$P $S", qr/has user= but no password_file=/, consent => { redis => '127.0.0.1:1 user=u' }],
    ['redis without an address', "$P $S", qr/needs an address/, consent => { redis => 'timeout=1s' }],
    ['missing key file', "$P $S", qr/could not open ".*nokey"/, consent => { key_file => '%%DIR%%/nokey' }],
    ['a key file that is none', "$P $S", qr/line 1 is no key: "consentctl key FILE"/, consent => { key_file => '%%DIR%%/badkey' }],
    ['a key file for everybody', "$P $S", qr/open to everybody, chmod it to 600/, consent => { key_file => '%%DIR%%/openkey' }],
    ['log with a bad sync', "$P $S", qr/invalid parameter "sync=maybe", known are sync=always/, consent => { log => '%%DIR%%/l sync=maybe' }],
    ['consent twice', "$P " . $S =~ s/consent test/consent test; consent test/r, qr/"consent" directive is duplicate/],
    ['another policy in a location', "$P " . $S =~ s/\}$/location \/ { consent other; } }/r, qr/"consent other" in a location: only "off" or the server's own/],
    ['uri without slash', "$P " . $S =~ s/\}$/consent_uri \/x; }/r, qr/invalid prefix "\/x".*begins and ends/],
    ['uri with odd characters', "$P " . $S =~ s/\}$/consent_uri "\/x y\/"; }/r, qr/invalid prefix/],
    ['tls as a word', "$P " . $S =~ s/\}$/consent_tls yes; }/r, qr/must be auto, on or a variable/],
    ['require of an unknown purpose', "$P " . $S =~ s/\}$/location \/ { consent_require nix; } }/r, qr/consent_require names "nix", which is no purpose/],
    ['require of nothing', "$P " . $S =~ s/\}$/location \/ { consent_require =204; } }/r, qr/names no purpose/],
    ['require with a bad status', "$P " . $S =~ s/\}$/location \/ { consent_require analytics =200; } }/r, qr/needs a status of 204 or 400 to 499/],
    ['inline limit too small', "$P " . $S =~ s/\}$/consent_inline_limit 1k; }/r, qr/value must be between 16384 and 16777216/],
    ['csp with an unknown word', "$P " . $S =~ s/\}$/consent_csp on; }/r, qr/invalid value "on"/],
    ['csp twice', "$P " . $S =~ s/\}$/consent_csp off; consent_csp report; }/r, qr/"consent_csp" directive is duplicate/],
    ['csp with more hosts than it can name', policy(more => join ' ', map { "vendor v$_ purpose=analytics;" } 1 .. 60) =~ s/(?=consent_policy)/join ' ', map { qq(consent_vendor v$_ { name v; provider v US; receives ip; host a-rather-long-name-$_.example; }) } 1 .. 60/er . $S =~ s/\}$/consent_csp enforce; }/r, qr/vendors of its policy have more hosts than a Content-Security-Policy of 4096 bytes can name.* in .*:\d+/],
    ['misspelt purpose variable', "$P " . $S =~ s/\}$/location \/ { return 200 \$consent_anaytics; } }/r, qr/unknown "consent_anaytics" variable/],
    ['purpose that shadows a variable', "$P consent_policy q { controller c; contact c; notice \/p; version 1; languages en; purpose state slot=1; } $S", qr/purpose "state": the word is reserved/],
    ['unknown directive in a policy', "$P consent_policy q { nonsense 1; } $S", qr/unknown directive "nonsense".* in .*:\d+/],
    ['vendor unknown', policy(more => 'vendor nobody purpose=analytics;') . $S, qr/nobody.* in .*:\d+/],
    ['purpose unknown', policy(more => 'cookie x purpose=nix;') . $S, qr/nix.* in .*:\d+/],
    ['language without texts', policy() =~ s/languages  en ja/languages en fr/r . $S, qr/policy "test" has no text "[a-z.]+" in language "fr", add 'text fr/],
    ['own_host under a public suffix', policy(more => 'own_host *.co.jp;') . $S, qr/own_host|co\.jp/],
    ['key file of two places', "$P $S", qr/directive is duplicate/, consent => { key_file => '%%KEY%%; consent_key_file %%KEY%%' }],
);

$t->write('badkey', "hello\n");
chmod 0600, $t->dir . '/badkey';
$t->write('openkey', "hello\n");
chmod 0644, $t->dir . '/openkey';

for my $case (@cases) {
    my ($what, $text, $want, @opt) = @$case;
    my ($code, $out) = $t->check($text, @opt);

    if (!defined $want) {
        is $code, 0, "$what passes" or diag $out;
        next;
    }

    ok $code != 0 && $out =~ $want, "$what is refused with a sentence" or diag $out;
}

ok !-s $t->dir . '/consent.log', '`nginx -t` wrote no evidence';

$t->done;
