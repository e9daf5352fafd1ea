# In which language visitors are told, and who has a say: ?lang=, the form that
# is answered, the site's own map, the page, the browser, the policy; and that
# clauses and messages are the policy's own in each of them.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    my ($lang) = $req->{path} =~ m{/page-([\w-]+)};

    $out->respond(200, ['Content-Type' => 'text/html'], '<!doctype html><html'
        . ($lang ? qq( lang="$lang") : '') . '><title>t</title><body><p>x</body></html>');
});

my $policy = policy(more => <<'END');
            text  en     clause.T-1    "Access is analysed, in English";
            text  ja     clause.T-1    "アクセスを解析します";
            text  zh-Hant clause.T-1   "分析存取情形";
            text  ja     banner.reject "お断りします";
END
$policy =~ s/languages  en ja;/languages  en ja zh zh-Hant de fr;/ or die;

$t->gate($policy . <<'END');
    map $uri $map {
        ~^/ja/   ja;
        ~^/tw/   zh-TW;
        ~^/xx/   xx;
        default  "";
    }
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
    server {
        listen           127.0.0.1:%%PORT_gate%%;
        server_name      mapped.example;
        consent          test;
        consent_site     mapped;
        consent_language $map;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /fr/ { consent_language fr-CA; proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
    server {
        listen           127.0.0.1:%%PORT_gate%%;
        server_name      german.example;
        consent          test;
        consent_site     german;
        consent_language de;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

my @host = (host => 'www.site.example');

sub accepts { return headers => { 'Accept-Language' => $_[0], 'Sec-Fetch-Site' => 'same-origin' } }

# banner(PATH, HOST, ACCEPT): the language of the banner; of the settings link,
# if that is there instead.
sub banner {
    my ($path, $host, $accept, @more) = @_;
    my $body = $t->get($path, host => $host, defined $accept ? accepts($accept) : (), @more)->body;
    return $body =~ /<section id="ngx-consent"[^>]* lang="([^"]+)"/ ? $1
        : $body =~ /<a id="ngxc-settings"[^>]* lang="([^"]+)"/ ? "settings $1" : 'none';
}
sub page { return $_[0]->body =~ /<html lang="([^"]+)"/ ? $1 : 'none' }


# ---- who has a say, the strongest last

my @order = (
    ['the policy\'s first',                   '/',             'www.site.example', undef, 'en'],
    ['the browser before that',               '/',             'www.site.example', 'ja',  'ja'],
    ['the page before the browser',           '/page-fr/',     'www.site.example', 'ja',  'fr'],
    ['a page in a language that nobody has',  '/page-ko/',     'www.site.example', 'ja',  'ja'],
    ['the site\'s map before the page',       '/ja/page-fr/',  'mapped.example',   'de',  'ja'],
    ['... a region of it',                    '/tw/page-fr/',  'mapped.example',   'de',  'zh-Hant'],
    ['... which says nothing of this page',   '/page-fr/',     'mapped.example',   'de',  'fr'],
    ['... or what nobody has',                '/xx/page-fr/',  'mapped.example',   'de',  'fr'],
    ['a word for a location',                 '/fr/page-ja/',  'mapped.example',   'de',  'fr'],
    ['a word for a server',                   '/page-ja/',     'german.example',   'ja',  'de'],
);

is banner(@$_[1, 2, 3]), $_->[4], "order: $_->[0]" for @order;

is page($t->get('/.consent/', host => 'german.example', accepts('ja'))), 'de', 'order: the server\'s, on our own pages';
is page($t->get('/.consent/?lang=fr', host => 'german.example', accepts('ja'))), 'fr', 'order: ?lang= before all of it';
is page($t->get('/.consent/?lang=xx', host => 'www.site.example', accepts('ja'))), 'ja', 'order: if it is one that we have';

my ($notice) = $t->get('/page-fr/', @host, accepts('ja'))->body =~ /name="notice" value="([^"]+)"/;
is page($t->post('/.consent/choice', @host, accepts('ja'), form => [choice => 'maybe', notice => $notice])), 'ja',
    'order: what could not be read has no form';
my $r = $t->post('/.consent/choice', @host, headers => { 'Accept-Language' => 'ja' }, form => [choice => 'accept', notice => $notice]);
is page($r), 'fr', 'order: the form\'s before the browser\'s';

my $jar = $t->jar;
choose($t, 'reject', @host, jar => $jar);
is banner('/page-fr/', 'www.site.example', 'ja', jar => $jar), 'settings fr', 'order: the settings link is in the page\'s language, too';


# ---- what browsers send

my %accept = (
    'zh-TW' => 'zh-Hant', 'zh-HK' => 'zh-Hant', 'zh-MO,en;q=0.5' => 'zh-Hant', 'zh-Hant-TW' => 'zh-Hant',
    'zh-Hant' => 'zh-Hant', 'zh-CN' => 'zh', 'zh-Hans' => 'zh', 'zh-Hans-HK' => 'zh', 'zh-SG' => 'zh', 'zh' => 'zh',
    'zh-TW,zh;q=0.9,en;q=0.8' => 'zh-Hant', 'en-GB' => 'en', 'de-AT,en;q=0.1' => 'de', 'fr-CA' => 'fr',
    'pt-BR,pt;q=0.9,de;q=0.8,en;q=0.7' => 'de', 'pt' => 'en', 'pt,*;q=0.1' => 'en', '*' => 'en',
    'en;q=0.1,*;q=0.5' => 'ja', 'en;q=0,*' => 'ja', 'ja;q=0' => 'en', 'ja;q=0.8, fr;q=0.9' => 'fr',
    'ja;q=0.800,fr;q=0.8' => 'ja', 'JA' => 'ja', 'ja;Q=0.3,de;q=0.2' => 'ja', 'x-klingon,ja;q=0.1' => 'ja', '' => 'en', ',;q=1' => 'en',
);

is banner('/', 'www.site.example', $_), $accept{$_}, "Accept-Language: $_" for sort keys %accept;


# ---- what the policy says in each

sub clause { return $t->get("/.consent/?lang=$_[0]", @host)->body =~ /<p class="clause">([^<]*T-1[^<]*)<\/p>/ ? $1 =~ s/&#(x?)(\w+);/chr($1 ? hex $2 : $2)/ger : '' }

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);
is clause('en'), "Basis: T-1, \x{201c}Access is analysed, in English\x{201d}", 'clause: in a language that the policy gives it in';
like clause('ja'), qr/T-1.*\x{30a2}\x{30af}\x{30bb}\x{30b9}\x{3092}\x{89e3}\x{6790}\x{3057}\x{307e}\x{3059}/, 'clause: another one';
like clause('zh-Hant'), qr/\x{5206}\x{6790}\x{5b58}\x{53d6}/, 'clause: a third';
like clause('de'), qr/Access is analysed(?!, in English)/, 'clause: as its own line has it, where nothing else is said';

my ($hash) = map { $_->{notice}{ja} // () } map { @{ $_->{policies} || [] } } grep { $_->{ty} eq 'config.load' } $t->evidence;
like $t->get("/.consent/notice/$hash", @host)->body, qr/&#x30a2;&#x30af;&#x30bb;&#x30b9;&#x3092;/, 'clause: so has the archived text';
like $t->get('/', @host, accepts('ja'))->body, qr/value="reject" data-ngxc="reject">&#x304a;&#x65ad;&#x308a;&#x3057;&#x307e;&#x3059;</,
    'message: the policy\'s own in one language';
like $t->get('/', @host)->body, qr/>Reject all</, 'message: the built-in one in the others';

$t->done;
