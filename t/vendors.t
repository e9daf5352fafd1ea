# The notice of external transmission: exactly the vendors of the policy, in
# each language, as a page and as JSON; its hash is that of its bytes.

use strict;
use warnings;

use Digest::SHA qw(sha256_hex);
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP ();
use Test::More;
use Consent;

my $t     = Consent->new;
my $root  = $t->root;
my @LANGS = qw(en ja zh zh-Hant de fr);

# ---- every shipped policy, in every language that has texts

my %policies = map { m{([^/]+)\.conf$} ? ($1 => $t->read($_)) : () } glob "$root/conf/policies/*.conf";
my %vendors;

for my $file (glob "$root/conf/vendors/*.conf") {
    my ($name, $block);

    for my $line (split /\n/, $t->read($file)) {
        $vendors{$1} = $block = { id => $1, cookies => [] } if $line =~ /^consent_vendor\s+(\S+)\s*\{/;
        $block->{name} = $1 if $line =~ /^\s+name\s+"([^"]*)"/;
        @$block{qw(provider country)} = ($1, $2) if $line =~ /^\s+provider\s+"([^"]*)"\s+([A-Z]{2})/;
        push @{ $block->{cookies} }, $1 if $line =~ /^\s+cookie\s+(?:~\s+)?(\S+)/;
        $block->{receives} = [split ' ', $1] if $line =~ /^\s+receives\s+([^;]*);/;
    }
}

# Policies without those that are commented out, in source order.
sub named {
    my ($text) = @_;
    $text =~ s/^\s*#.*//mg;
    return $text =~ /^\s+vendor\s+([a-z0-9-]+)\s+purpose=/mg;
}

my $conf = "include $root/conf/vendors/*.conf;\n";

for my $id (sort keys %policies) {
    my $text = $policies{$id};
    $text =~ s/^(\s+languages\s+)[^;]*;/$1@LANGS;/m or die "$id has no languages";
    $text =~ s/(consent_policy\s+)\S+/$1$id/;
    $conf .= $text;
    $conf .= <<"END";
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  $id.example;
        consent      $id;
        consent_csp  off;
        location / { deny all; }
    }
END
}

# One that opens to whoever is not listed, and one without vendors.

sub small {
    my ($id, $more, $unlisted) = @_;
    return <<"END";
    consent_policy $id {
        controller "Small & Sons"; contact "Desk"; notice /privacy/; version 2 revised=2024-02-29;
        languages en zh-Hant; purpose necessary required; purpose media slot=1; $more
        unlisted third_party=$unlisted;
    }
    server { listen 127.0.0.1:%%PORT_gate%%; server_name $id.example; consent $id; consent_uri /own/; }
END
}

$conf .= small('open', 'vendor youtube purpose=media info=https://law.example/us path=relayed;'
    . ' vendor google-fonts purpose=necessary;', 'allow');
$conf .= small('tied', '', 'media');

$t->gate($conf, workers => 1);

sub page {
    my ($id, $lang, %o) = @_;
    return $t->get(($o{uri} || '/.consent/') . 'vendors' . ($lang ? "?lang=$lang" : '') . ($o{query} || ''),
        host => "$id.example", headers => $o{headers} || []);
}

sub object { return JSON::PP->new->utf8->decode(page(@_, query => '&format=json')->body) }

# What a reader sees: text without markup.
sub plain {
    my ($html) = @_;
    $html =~ s/<[^>]*>/ /g;
    $html =~ s/&#(x?)(\w+);/chr($1 ? hex $2 : $2)/ge;
    $html =~ s/&amp;/&/g;
    return $html;
}

my %title = (en => 'Information sent to outside services', ja => "\x{5916}\x{90e8}\x{9001}\x{4fe1}",
    zh => "\x{53d1}\x{9001}\x{7ed9}\x{5916}\x{90e8}\x{670d}\x{52a1}", 'zh-Hant' => "\x{50b3}\x{9001}\x{7d66}\x{5916}\x{90e8}\x{670d}\x{52d9}",
    de => 'externe Dienste', fr => "services ext\x{e9}rieurs");
my %hash;

for my $id (sort keys %policies) {
    my @want = named($policies{$id});
    cmp_ok scalar @want, '>', 0, "$id names vendors: @want";

    for my $lang (@LANGS) {
        my $r    = page($id, $lang);
        my $html = $r->body;
        my $json = object($id, $lang);
        my @wrong;

        my @articles = $html =~ /<article id="([^"]+)">/g;
        is_deeply [sort @articles], [sort @want], "$id, $lang: the page lists exactly the vendors of the policy"
            or diag "@articles";
        is_deeply [map { $_->{id} } @{ $json->{vendors} }], [@want], "$id, $lang: so does JSON, in the policy's order";

        for my $one (@{ $json->{vendors} }) {
            my $v = $vendors{ $one->{id} };
            my ($article) = $html =~ /<article id="\Q$one->{id}\E">(.*?)<\/article>/s;
            my $text = plain($article);
            my @cookies = map { $_->{name} // $_->{pattern} } @{ $one->{cookies} };

            push @wrong, "$one->{id}: cookies @cookies" if "@cookies" ne "@{ $v->{cookies} }";
            push @wrong, "$one->{id}: items" if join(' ', map { $_->{id} } @{ $one->{items} }) ne "@{ $v->{receives} }";
            push @wrong, "$one->{id}: $_" for grep { $one->{$_} ne $v->{$_} } qw(name provider country);
            push @wrong, "$one->{id}: page lacks $_" for grep { index($text, $_) < 0 }
                $one->{name}, $one->{provider}, $one->{country_name}, map { $_->{name} } @{ $one->{items} };
            my @rows = $article =~ /<tr><th scope="row">/g;
            push @wrong, "$one->{id}: rows of cookies" if @rows != @cookies + @{ $one->{storage} };
            push @wrong, "$one->{id}: privacy page" if $one->{privacy} && index($article, qq{href="$one->{privacy}"}) < 0;
        }
        is join(', ', @wrong), '', "$id, $lang: what page and JSON say of them is what the vendor files say";

        like plain($html), qr/\Q$title{$lang}\E/, "$id, $lang: it is in that language";
        like $html, qr/^<!DOCTYPE html><html lang="\Q$lang\E" dir="ltr">/, "$id, $lang: and says so";
        unlike $html, qr/<script|<form|\son[a-z]+=|style=/i, "$id, $lang: nothing in it runs";
        is scalar(grep { !/^(?:https:|\?lang=|\.\/|\/|ngx-consent\.)/ } $html =~ /(?:href|src)="([^"]*)"/g), 0,
            "$id, $lang: it loads nothing from elsewhere";
        $hash{$id}{$lang} = substr sha256_hex($html), 0, 16;
        is $json->{hash}, $hash{$id}{$lang}, "$id, $lang: the hash is of its bytes";
    }
    is scalar(keys %{ { map { $_ => 1 } values %{ $hash{$id} } } }), scalar @LANGS, "$id: each language has a hash of its own";
}

# ---- how it is asked for

my ($id) = sort keys %policies;
my $r = page($id, 'en');
is $r->status, 200, 'the page is there, whatever the site denies';
is $r->header('Content-Type'), 'text/html; charset=utf-8', 'as a page';
is $r->header('Cache-Control'), 'no-store', 'that nobody keeps';
is $r->header('Set-Cookie'), undef, 'no cookie comes with it';
is page($id, 'en', headers => [Cookie => 'a=b', 'User-Agent' => 'x', 'Sec-GPC' => 1])->body, $r->body, 'it is the same for everybody';
is page($id, 'en', headers => [Accept => 'application/json'])->header('Content-Type'), 'application/json', 'Accept: JSON';
is page($id, undef, headers => ['Accept-Language' => 'zh-TW,zh;q=0.9'])->body, page($id, 'zh-Hant')->body, 'zh-TW reads the traditional one';
is page($id, undef, headers => ['Accept-Language' => 'zh-CN,zh;q=0.9'])->body, page($id, 'zh')->body, 'zh-CN the simplified one';
is $t->head('/.consent/vendors', host => "$id.example")->status, 200, 'HEAD';
is $t->post('/.consent/vendors', host => "$id.example", body => 'x')->status, 405, 'nothing is posted to it';
for my $lang (@LANGS) {
    like $r->body, qr/<a href="\?lang=$lang" hreflang="$lang"/, "a link to $lang";
}
like $t->get('/.consent/?lang=ja', host => "$id.example")->body, qr{<a href="/\.consent/vendors\?lang=ja">}, 'the preferences page leads to it';

# ---- who is not listed

like plain(page('open', 'en', uri => '/own/')->body), qr/not listed here is loaded where a page embeds it, whatever you choose/,
    'where everybody passes, the page says so';
is object('open', 'en', uri => '/own/')->{unlisted}, 'allow', 'and JSON';
my $html = page('open', 'en', uri => '/own/')->body;
like $html, qr/<a href="\.\/">in the settings/, 'what is optional is refused in the settings';
like plain($html), qr/Google Fonts.*not possible/s, 'what is required is not';
like $html, qr{<a href="https://law\.example/us">}, 'the law of the country is linked';
like plain($html), qr/through this website, which passes it on/, 'and what goes through the site is said to';
is_deeply [@{ object('open', 'en', uri => '/own/')->{vendors}[0] }{qw(info route)}], ['https://law.example/us', 'relayed'], 'in JSON, too';
like plain($html), qr/Small & Sons.*Desk.*Version 2, 29 February 2024/s, 'who is responsible, whom to ask, which version';
$html = page('tied', 'en', uri => '/own/')->body;
like plain($html), qr/has no information about your visit sent.*only after you have agreed to this purpose.*Videos and maps/s,
    'where a purpose opens them, it is named';
is object('tied', 'en', uri => '/own/')->{unlisted}, 'media', 'in JSON, too';
like page('tied', 'en', uri => '/own/')->body, qr/href="ngx-consent\.[0-9a-f]{16}\.css"/, 'links are relative, wherever consent_uri is';
is $t->get('/own/' . ($html =~ /(ngx-consent\.[0-9a-f]{16}\.css)/)[0], host => 'tied.example')->status, 200, 'the style is there';

# ---- what the log says of it

my %logged;
for my $event (grep { $_->{ty} eq 'config.load' } $t->evidence) {
    $logged{ $_->{id} } = $_->{transmission} for grep { $_->{transmission} } @{ $event->{policies} || [] };
}

SKIP: {
    skip 'config.load does not name it', 1 if !%logged;
    is_deeply { map { $_ => $logged{$_} } keys %hash }, \%hash, 'config.load names the hashes of what was published';
}

$t->done;
