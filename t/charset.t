# A page in any encoding, however that is said: read as a browser reads it
# (rewriters.md 3-D), and said in its header, so that no browser reads it
# otherwise.

use strict;
use warnings;
use utf8;

use FindBin;
use lib "$FindBin::Bin/lib";
use Encode ();
use IO::Compress::Gzip qw(gzip);
use IO::Select;
use IO::Socket::INET;
use IO::Uncompress::Gunzip qw(gunzip);
use Test::More;
use Consent;
use Consent::HTTP qw(parse_response build_request);
use Consent::Site;

my $t = Consent->new;
binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);

my $tag = '<script src="https://analytics.example/a.js"></script>';
my $head = '<!doctype html><html lang="ja"><head>META<title>表示ソ</title></head>';
my $body = "<body><p title=\"能ソ\">日本語の頁$tag<img alt='表' src='https://ads.example/p'>"
    . "<script>load('//analytics.example/loader?ソ')</script><p>終わり</body></html>\n";
my $page = $head . $body;

# label => Perl's name; what a label means to a browser
my %known = ('utf-8' => 'UTF-8', Shift_JIS => 'cp932', 'EUC-JP' => 'euc-jp', 'ISO-2022-JP' => 'iso-2022-jp',
    gb18030 => 'gbk', Big5 => 'big5-eten', 'UTF-16LE' => 'UTF-16LE', 'UTF-16BE' => 'UTF-16BE');
# 頁 and others that Chinese sets have, no kana there
my %own = map { $_ => $page =~ s/[ぁ-んァ-ヶ示終頁]/中/gr } qw(gb18030 Big5);
$own{Big5} =~ s/[語]/文/g;

sub in { my ($label, $meta) = @_; return Encode::encode($known{$label}, ($own{$label} || $page) =~ s/META/$meta || ''/er, Encode::FB_CROAK) }

my $pad = sub { '<!--' . 'x' x ($_[0] - 7) . '-->' };      # so many bytes
my $esc = "\e\$B\"\e(B";                                    # ISO-2022-JP's

# What the origin says and sends, by the path's last part; byte by byte where
# it begins with "slow/".
my %answer = (
    late     => [undef, '<!doctype html><head>' . $pad->(3000) . "<meta charset=iso-2022-jp></head><body><a title=\"\e\$B\"><!--\e(B\">$tag --><p>x"],
    pinned   => [undef, '<!doctype html><meta charset=shift_jis>' . $pad->(3000) . "<meta charset=iso-2022-jp><body><a title=\"\e\$B\">$tag<!--\e(B\">-->"],
    inside   => [undef, Encode::encode('cp932', $pad->(1005) . '<meta charset=sjis>' . $body)],
    outside  => [undef, Encode::encode('cp932', $pad->(1006) . '<meta charset=sjis>' . $body)],
    httpequiv => [undef, "<!doctype html><meta http-equiv='Content-Type' content='text/html; charset=euc-jp'><body>$tag"],
    utf16    => [undef, "<!doctype html><meta charset=utf-16><body>$tag"],
    xuser    => [undef, "<!doctype html><meta charset=x-user-defined><body>$tag"],
    xmldecl  => [undef, "<?xml version='1.0' encoding='euc-jp'?><!doctype html><body>$tag"],
    zeros    => [undef, Encode::encode('UTF-16LE', "<?xml?>$page" =~ s/META//r)],
    none     => [undef, "<!doctype html><body>$tag"],
    empty    => [undef, ''],
    short    => [undef, "\xEF"],
    vector   => ['text/html; charset=ISO-2022-JP', "<!doctype html><body><a title=\"\e\$B\"><!--\e(B\"><img src=https://ads.example/p> -->"],
    names    => ['text/html; charset=csiso2022jp', "<!doctype html><body><im\e(Bg s\e(Jrc=https://ads.example/p\e(B>"],
    unknown  => ['text/html; charset=utf-7', "<!doctype html><meta charset=sjis><body>$tag"],
    unknown2 => ['text/html; a=b; charset=nonsense; c=d', "<!doctype html><body>$tag$esc"],
    quoted   => ['text/html; charset="iso-2022-jp"', "<!doctype html><body>$tag$esc"],
    single   => ["text/html; charset='utf-16'", "<!doctype html><body>$tag"],
    dup      => ['text/html; charset=utf-8; charset=utf-16', "<!doctype html><body>$tag"],
    trick    => ['text/html; y="; charset=utf-8"; charset=iso-2022-jp', "<!doctype html><body>$tag"],
    hidden   => ['text/html; y="; charset=utf-16"', "<!doctype html><meta charset=big5><body>$tag"],
    kr       => ['text/html; charset=iso-2022-kr', "<!doctype html><body>$tag"],
    upper    => ['TEXT/HTML;CHARSET=EUC-JP;x=y', "<!doctype html><body>$tag"],
    params   => ['text/html; a=b', "<!doctype html><meta charset=euc-jp><body>$tag"],
    typeless => ['', "<!doctype html><meta charset=iso-2022-jp><body>$tag$esc"],
    xhtml    => ['application/xhtml+xml', "<?xml version='1.0' encoding='Shift_JIS'?><html xmlns='http://www.w3.org/1999/xhtml'><body>$tag</body></html>"],
    xhtml8   => ['application/xhtml+xml', "<html xmlns='http://www.w3.org/1999/xhtml'><body>$tag</body></html>"],
    lead     => ['text/html; charset=shift_jis', "<!doctype html><body><img src=\"https://www.site.example\x83\x40.foreign.example/p\"><img src='https://ads.example/p'>"
        . "<img alt=\"\x83\"src=\"https://ads.example/p\"><p>\x83<img src=https://ads.example/p><img src='/\x95\x5C.jpg'>"],
    wide     => ['text/html; charset=shift_jis', "<!doctype html><body><img src=\"https://www.\x82\x81\x82\x84\x82\x93.example/p\">"],
);

for my $label (keys %known) {
    $answer{"http_$label"} = ["text/html; charset=$label", in($label)];
    $answer{"meta_$label"} = [undef, in($label, "<meta charset=\"$label\">")];
}
$answer{"bom_$_->[0]"} = ["text/html; charset=$_->[1]", Encode::encode($known{ $_->[0] }, "\x{FEFF}" . $page =~ s/META//r)]
    for ['utf-8', 'shift_jis'], ['UTF-16LE', 'utf-8'], ['UTF-16BE', 'iso-2022-jp'];
$answer{"mark_$_"} = [undef, Encode::encode($known{$_}, "\x{FEFF}" . $page =~ s/META//r)] for 'utf-8', 'UTF-16LE', 'UTF-16BE';
$answer{half} = [$answer{'mark_UTF-16LE'}[0], $answer{'mark_UTF-16LE'}[1] . "\x3D\xD8<\0p\0>"];

$t->app(sub {
    my ($req, $out) = @_;
    my ($how, $name) = $req->{path} =~ m{/(\w+)/([\w.-]+)$} or return $out->respond(404, []);
    my ($type, $bytes) = @{ $answer{$name} };
    my @type = !defined $type ? ('Content-Type' => 'text/html') : length $type ? ('Content-Type' => $type) : ();

    if ($how eq 'coded') {
        gzip(\$bytes, \my $coded);
        return $out->respond(200, [@type, 'Content-Encoding' => 'gzip'], $coded);
    }
    return $out->respond(200, \@type, $bytes) if $how !~ /slow|late|abort/;
    $out->head(200, [@type, 'Transfer-Encoding' => 'chunked']);
    return $out->chunk(substr $bytes, 0, 200) if $how eq 'abort';
    if ($how eq 'late') {
        $out->chunk(substr $bytes, 0, 60);
        $out->await($t->dir . '/seen.late');
        $out->chunk(substr $bytes, 60);
    } else {
        $out->chunk($_) for split //, $bytes;
    }
    $out->last_chunk;
});

$t->write('www/none.html', "<!doctype html><meta charset=euc-jp><body>$tag");
$t->write('www/ssi.html', '<!doctype html><!--#include virtual="/meta.txt" --><body><!--#include virtual="/tag.txt" -->');
$t->write('www/meta.txt', '<meta charset=iso-2022-jp>');
$t->write('www/tag.txt', "\e\$B<!--\e(B$tag");
$t->write('www/empty.html', '');

$t->gate(policy(more => 'unlisted third_party=analytics;') . <<'END', workers => 1);
    gzip_min_length 1;
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        root         %%DIR%%/www;
        proxy_http_version 1.1;
        location /plain/ { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /coded/ { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /passing/ { proxy_buffering off; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /gzip/ { gzip on; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /mixed/ { add_header Content-Type "text/html; charset=utf-16"; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /named/ { charset iso-2022-jp; override_charset off; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location = /ssi.html { ssi on; }
    }
END

my @host = (host => 'www.site.example');
my $jar = $t->jar;
choose($t, 'accept', jar => $jar, @host);

sub plain { return $_[0] =~ s/(name="(?:notice|once|return)" value=")[^"]*/$1/gr }
sub type { return $_[0]->header('content-type') }

# The same page in UTF-8, gated.
my %want = map { $_ => plain(Encode::decode('UTF-8', $t->get("/plain/$_", @host)->body)) } ('http_utf-8', 'meta_utf-8');

sub gated {
    my ($r, $what, %o) = @_;
    my $text = $r->body;
    $text = Encode::decode($o{as}, $text) if $o{as};

    is $r->status, 200, "$what: status";
    unlike $text, qr/<script\s+src="https|<img[^>]*\ssrc=.?https:\/\/ads/, '... nothing loads';
    is scalar(() = $text =~ /data-ngxc-src="https:\/\/analytics\.example\/a\.js"/g), defined $o{tags} ? $o{tags} : 1, '... the tracker stands held';
    is scalar(() = $text =~ /id="ngx-consent"/g), 1, '... with one banner';
    is type($r), $o{type}, "... as $o{type}" if $o{type};
    ok $r->{complete}, '... to a regular end';
}

like $want{'http_utf-8'}, qr/日本語の頁<script type="text\/plain" data-ngxc-hold/, 'the page in UTF-8 is gated';

# ---- enc_http_*, enc_meta_*, enc_bom_*

for my $label (sort keys %known) {
    for my $way ('http', 'meta') {
        my $name = "${way}_$label";
        my $read = $way eq 'meta' && $label =~ /^UTF-16/ ? next : $known{$label};
        my $r = $t->get("/plain/$name", @host);
        my $text = plain(Encode::decode($read, $r->body));

        like type($r), qr/^text\/html; charset=\Q$label\E$/i, "enc_$name: the header says so";
        gated($r, '...', as => $read);
        (my $same = $want{"${way}_utf-8"}) =~ s/charset="utf-8"/charset="$label"/;
        is $text, $same, '... as the page in UTF-8' if !$own{$label};
        for my $how ('/passing/', '/plain/slow/', '/coded/', $way eq 'http' ? '/passing/slow/' : ()) {
            my $other = $t->get("$how$name", @host);
            is plain(Encode::decode($read, $other->body)), $text, "... $how: the same";
            is type($other), type($r), '... said so';
        }
    }
}

for my $label ('utf-8', 'UTF-16LE', 'UTF-16BE') {
    for my $name ("bom_$label", "mark_$label") {
        my $r = $t->get("/plain/$name", @host);
        my $text = plain(Encode::decode($known{$label}, $r->body));
        gated($r, "enc_${name}_over_http", as => $known{$label});
        is $text, "\x{FEFF}$want{'http_utf-8'}", '... as the page in UTF-8';
        is type($r), $name =~ /^bom/ ? $answer{$name}[0] : "text/html; charset=" . uc $label, '... the header stays, or says so';
        is plain(Encode::decode($known{$label}, $t->get("/passing/slow/$name", @host)->body)), $text, '... byte by byte, too';
    }
}

gated($t->get('/plain/half', @host), 'half a surrogate, half a character at the end', as => 'UTF-16LE', type => 'text/html; charset=UTF-16LE');
gated($t->get('/plain/zeros', @host), '"<?x" in UTF-16', as => 'UTF-16LE', type => 'text/html; charset=UTF-16LE');

# ---- what it says

gated($t->get('/plain/inside', @host), 'enc_meta_prescan1024: within', type => 'text/html; charset=Shift_JIS');
gated($t->get('/plain/slow/inside', @host), '... byte by byte', type => 'text/html; charset=Shift_JIS');
gated($t->get('/plain/outside', @host), '... beyond', type => 'text/html');
gated($t->get('/plain/httpequiv', @host), 'enc_meta_httpequiv', type => 'text/html; charset=EUC-JP');
gated($t->get('/plain/utf16', @host), 'enc_meta_utf16_is_utf8', type => 'text/html; charset=UTF-8');
gated($t->get('/plain/xuser', @host), 'enc_meta_xuserdef', type => 'text/html; charset=windows-1252');
gated($t->get('/plain/xmldecl', @host), 'an XML declaration', type => 'text/html; charset=EUC-JP');
gated($t->get('/plain/none', @host), 'nothing is said', type => 'text/html');
gated($t->get('/plain/params', @host), 'other parameters', type => 'text/html; a=b; charset=EUC-JP');

my $r = $t->get('/plain/late', @host);
is type($r), 'text/html', 'enc_meta_late: said by nobody but the browser';
unlike $r->body, qr/\e/, '... whom no escape leads out of ASCII';
$r = $t->get('/passing/slow/meta_ISO-2022-JP', @host);
unlike $r->body, qr/\e/, '... nor where the origin flushed less than its <meta>';
$r = $t->get('/plain/pinned', @host);
gated($r, 'enc_pin_blocks_late_meta_iso2022', type => 'text/html; charset=Shift_JIS');
like $r->body, qr/\e\$B/, '... the escapes stand, and are none';

gated($t->get('/plain/upper', @host), 'odd case', type => 'TEXT/HTML;CHARSET=EUC-JP;x=y');
gated($t->get('/plain/quoted', @host), 'enc_http_quoted', type => 'text/html; charset="iso-2022-jp"');
gated($t->get('/plain/unknown', @host), 'enc_http_unknown: the page says it', type => 'text/html; charset=Shift_JIS');
$r = $t->get('/plain/unknown2', @host);
gated($r, '... nobody does', type => 'text/html');
unlike $r->body, qr/\e/, '... no escape';
gated($t->get('/plain/single', @host), '... in single quotes', type => 'text/html');
gated($t->get('/plain/dup', @host), 'enc_http_dup', type => 'text/html; charset=UTF-8');
gated($t->get('/plain/trick', @host), '... in a quoted string', type => 'text/html; charset=ISO-2022-JP');
gated($t->get('/plain/hidden', @host), '... only there', type => 'text/html; charset=Big5');
gated($t->get('/named/none', @host), 'named by nginx', type => 'text/html; charset=iso-2022-jp');

$r = $t->get('/plain/typeless', @host);
gated($r, 'type_missing');
is type($r), undef, '... stays missing';
unlike $r->body, qr/\e/, '... no escape';

for my $name ('plain/kr', 'mixed/none') {
    $r = $t->get("/$name", @host);
    like join(' ', $r->all('content-security-policy')), qr/default-src 'none'.*sandbox/, "$name: walled off";
    unlike $r->body, qr/ngx-consent/, '... untouched';
}

like type($t->get('/plain/xhtml', @host)), qr/^application\/xhtml\+xml; charset=Shift_JIS$/, 'XHTML: its declaration';
like type($t->get('/plain/xhtml8', @host)), qr/^application\/xhtml\+xml; charset=UTF-8$/, '... or UTF-8';

# ---- markup that only the encoding shows

$r = $t->get('/plain/vector', @host);
like $r->body, qr/<!--\e\(B"><img data-ngxc-hold="ads-co"[^>]* data-ngxc-src=https/, 'a tag behind kanji of quotes is held';
$r = $t->get('/plain/names', @host);
like $r->body, qr/<im\e\(Bg data-ngxc-hold="ads-co" data-ngxc-purpose="marketing" data-ngxc-s\e\(Jrc=/, 'names with escapes in them are names';

$r = $t->get('/plain/lead', @host);
unlike $r->body, qr/<img[^>]*[\s"]src=["']?https/, 'Shift_JIS: a lead byte hides no delimiter, its trail byte is none';
like $r->body, qr/<img src='\/\x95\x5C\.jpg'>/, '... an own image with such bytes stays';
$r = $t->get('/plain/wide', @host);
like $r->body, qr/<img data-ngxc-hold="unlisted"[^>]*data-ngxc-src="https:\/\/www\.\x82\x81/, 'a host in full-width letters is held';

# ---- injected

sub beyond { return length($_[0] =~ s/[\x00-\x7F]+//gr) }

for my $lang (qw(en ja zh-TW zh-CN)) {
    for my $who (undef, $jar) {
        my $r = $t->get('/plain/http_utf-8', jar => $who, @host, headers => {'Accept-Language' => $lang});
        is beyond($r->body), beyond($answer{'http_utf-8'}[1]), "inject_ascii_only: $lang, " . ($who ? 'granted' : 'undecided');
    }
}
$r = $t->get('/plain/http_UTF-16BE', @host);
like $r->body, qr/\0<\0s\0e\0c\0t\0i\0o\0n\0 \0i\0d\0=\0"\0n\0g\0x\0-\0c/, 'inject_utf16_widened';
$r = $t->get('/plain/http_ISO-2022-JP', @host);
my ($banner) = $r->body =~ /(<section id="ngx-consent".*?<\/section>)/s;
like $banner || '', qr/\A[\x00-\x1A\x1C-\x7F]+\z/, 'inject_iso2022_ascii_state';

# ---- granted: nothing but the insertions

for my $name ('http_ISO-2022-JP', 'http_UTF-16LE', 'mark_UTF-16BE', 'meta_ISO-2022-JP', 'late', 'meta_Shift_JIS') {
    my $bytes = $answer{$name}[1];
    my $got = $t->get("/plain/$name", jar => $jar, @host)->body;
    my $at = 0;
    $at++ while substr($got, 0, $at + 1) eq substr($bytes, 0, $at + 1);
    my $rest = substr $bytes, $at;
    my ($cut) = grep { my $tail = substr $rest, $_; length $tail <= length $got && substr($got, -length $tail) eq $tail } 0 .. length($rest) - 20;
    my $between = defined $cut ? substr $rest, 0, $cut : '?';
    ok defined $cut && index($got, $between, $at) >= 0, "granted, $name: the origin's bytes between our insertions";
    like $got =~ s/\0//gr, qr/data-ngxc-ui/, '... which are there';
}

# ---- the header that waits

$r = $t->head('/plain/meta_EUC-JP', @host);
is $r->status, 200, 'HEAD is answered at once';
is type($r), 'text/html', '... without having read the page';
$r = $t->get('/plain/empty', @host);
is $r->status, 200, 'an empty page'; ok $r->{complete}, '... ends';
$r = $t->get('/empty.html', @host);
is $r->status, 200, 'an empty file';
$r = $t->get('/plain/short', @host);
is $r->status, 200, 'half a mark'; like $r->body, qr/^\xEF/, '... leaves';
is type($t->get('/none.html', @host)), 'text/html; charset=EUC-JP', 'a file';
$r = $t->get('/ssi.html', @host);
is type($r), 'text/html; charset=ISO-2022-JP', 'a <meta> that SSI includes';
gated($r, '... and a tracker');
$r = $t->get('/gzip/meta_EUC-JP', @host, headers => {'Accept-Encoding' => 'gzip'});
gunzip(\$r->{body}, \my $plain);
is plain(Encode::decode('euc-jp', $plain)), plain(Encode::decode('euc-jp', $t->get('/plain/meta_EUC-JP', @host)->body)), 'coded by nginx afterwards';
$r = $t->raw(["GET /plain/meta_EUC-JP HTTP/1.0\r\nHost: www.site.example\r\n\r\n"]);
like type($r), qr/EUC-JP/, 'HTTP/1.0';

my $pipe = join '', map { build_request('GET', "/plain/$_", @host, headers => ['Connection', 'keep-alive']) } qw(meta_Shift_JIS late meta_ISO-2022-JP empty slow/none);
$r = $t->raw([$pipe . build_request('GET', '/plain/pinned', @host)]);
is scalar(() = $r->{raw} =~ m{HTTP/1\.1 200}g), 6, 'six requests in one packet: six answers';
is scalar(() = $r->{raw} =~ m{Content-Type: text/html; charset=(?:Shift_JIS|ISO-2022-JP)}g), 3, '... each with its own';

my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port('gate'), Timeout => 5) or die;
print $s build_request('GET', '/passing/late/none', @host);
my $got = '';
1 while $got !~ /\r\n\r\n.*<!doctype/s && IO::Select->new($s)->can_read(20) && sysread $s, $got, 65536, length $got;
like $got, qr/\r\n\r\n.*<!doctype/s, 'what the origin flushes leaves, though little is known yet';
$t->write('seen.late', '');
1 while sysread $s, $got, 65536, length $got;
ok parse_response($got)->{complete}, '... and the rest follows';

for my $how (qw(plain passing)) {
    $r = $t->get("/$how/abort/late", @host);
    ok !$r->{complete}, "$how: an origin that breaks off while the header waits";
    unlike $r->body, qr/ads\.example/, '... nothing undecided leaves';
}
gated($t->get('/plain/none', @host), 'and the worker lives');

# ---- feeds: nobody renders them, they pass

SKIP: {
    my @feeds = glob Consent::root() . '/../shared/data/charset-ja/real/chardet/*.xml.gz';
    skip 'no feeds: ../shared/data/charset-ja is not there', 1 if !@feeds;

    my @bad = grep {
        gunzip($_ => \my $feed);
        $t->write('www/feed.rss', $feed);
        $t->get('/feed.rss', @host)->body ne $feed || $t->get('/feed.rss', @host, headers => {'Sec-Fetch-Dest' => 'document'})->body ne $feed
    } @feeds;
    is "@bad", '', scalar(@feeds) . ' feeds pass byte for byte';
}

$t->done;
