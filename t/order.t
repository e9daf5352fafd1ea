# Where the filter stands among other modules: the real packages of Debian, in
# both orders of load_module.  Either the page is judged whole and plain, or
# nginx does not start and says what to do.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Site;

my $dir = '/usr/lib/nginx/modules';
my @names = qw(brotli subs headers_more xslt image);
my %so = map { $_ => "$dir/ngx_http_${_}_filter_module.so" } @names;

plan skip_all => 'the module is linked in: there is no order to choose'
    if defined $ENV{CG_MODULE} && !length $ENV{CG_MODULE};

my $t = Consent->new(needs => ['brotli', values %so]);

my $TAG  = '<script src="https://analytics.example/a.js"></script>';
my $PAGE = "<!doctype html><title>t</title><body><p>x$TAG"
    . '<p>filling text' x 200 . '</body></html>';

$t->app(sub {
    my ($req, $out) = @_;
    my @html = ('Content-Type' => 'text/html');

    return $out->respond(200, ['Content-Type' => 'text/xml'],
        '<?xml version="1.0"?><page>x</page>') if $req->{path} =~ /xml/;
    return $out->respond(200, [@html], $PAGE =~ s/<p>x.*?script>/<p>HERE/r)
        if $req->{path} =~ /subs/;
    return $out->respond(200, [@html], $PAGE);
});

$t->write('page.xslt', <<"END");
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="html"/>
<xsl:template match="/page"><html><body><p>x
<script src="https://analytics.example/a.js"> </script></p></body></html>
</xsl:template></xsl:stylesheet>
END
$t->write('www/dot.gif', "GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\4\1"
    . "\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;");

my %here = (
    brotli => 'location /brotli { brotli on; brotli_min_length 1; PASS }',
    subs   => "location /subs { subs_filter HERE '$TAG'; PASS }",
    headers_more => q{location /headers_more {
        more_set_headers 'Refresh: 1; url=https://analytics.example/r'
            'Link: <https://analytics.example/a.css>; rel=stylesheet'; PASS }},
    xslt   => 'location /xslt/xml { xslt_stylesheet %%DIR%%/page.xslt; PASS }',
    image  => 'location /dot.gif { root %%DIR%%/www; image_filter test; }',
);

sub server {
    my (@loaded) = @_;
    my $pass = 'proxy_pass http://127.0.0.1:%%PORT_app%%;';

    return policy() . join "\n", 'server {', 'listen 127.0.0.1:%%PORT_gate%%;',
        'server_name www.site.example; consent test;',
        (map { $here{$_} =~ s/PASS/$pass/r } @loaded), "location / { $pass }", '}';
}

sub load { return join "\n", map { "load_module $so{$_};" } @_ }

# check() and gate() put our load_module first: here it stands where we say.
sub check_order {
    my ($first, $then, @loaded) = @_;

    local $t->{module} = 0;
    my $text = server(@loaded);
    $text = $t->_basics({}) . $text;
    return $t->check($text, main => load(@$first)
        . "\nload_module %%MODULE%%;\n" . load(@$then));
}

$t->key;
$t->redis;

# ---- which orders stand

for my $name (@names) {
    my ($code, $out) = check_order([$name], [], $name);
    is $code, 0, "order_slot_asserted: $name, then ngx-consent: passes"
        or diag $out;
    next if $name eq 'brotli';

    ($code, $out) = check_order([], [$name], $name);
    is $code, 0, "order_slot_asserted: ngx-consent, then $name: passes"
        or diag $out;
}

my ($code, $out) = check_order([], ['brotli'], 'brotli');
ok $code, 'order_brotli_loaded_late_rejected: nginx does not start';
like $out, qr/\[emerg\].*"ngx_http_brotli_filter_module".* load ngx_http_consent_module\.so after it/,
    '... and says which load_module goes where';

# A module that was linked for another order: ours, under a list of its own.

my $shim = $t->write('shim.c', <<'END');
extern char ngx_http_consent_module[];
void *ngx_modules[] = { ngx_http_consent_module, 0 };
const char *ngx_module_names[] = { "ngx_http_consent_module", 0 };
const char *ngx_module_order[] = { "ngx_http_consent_module",
    "ngx_http_copy_filter_module", 0 };
END
{
    my $wrong = $t->dir . '/wrong.so';
    ($code, $out) = $t->_run('', 'cc', '-shared', '-fPIC', '-o', $wrong,
        $shim, $t->{so}, '-Wl,-rpath,' . $t->root . '/build');
    is $code, 0, 'a module with the order that nginx gives by default'
        or diag $out;
    local $t->{so} = $wrong;
    ($code, $out) = check_order([], []);
    ok $code, 'order_slot_asserted: it is refused';
    like $out, qr/\[emerg\] "ngx_http_postpone_filter_module" would edit a page behind ngx-consent.* build it anew/,
        '... because of the first filter that would come after the gate';
}

# ---- what is judged, in either order

sub live { return $_[0] =~ /<script src="https:/ }

for my $way (['ngx-consent last', [@names], []],
    ['ngx-consent as early as it may', ['brotli'],
        [grep { $_ ne 'brotli' } @names]])
{
    my ($what, $first, $then) = @$way;

    $t->{module} = 0;
    $t->gate($t->_basics({}) . server(@names), workers => 1,
        main => load(@$first) . "\nload_module %%MODULE%%;\n" . load(@$then));
    $t->{module} = 1;

    my @host = (host => 'www.site.example');
    my $r = $t->get('/brotli', @host, headers => { 'Accept-Encoding' => 'br' });
    is $r->header('content-encoding'), 'br', "$what: brotli codes the page";
    $t->write('page.br', $r->body);
    my ($rc, $plain) = $t->_run('', 'brotli', '-dc', $t->dir . '/page.br');
    like $plain, qr/data-ngxc-src="https:\/\/analytics/, '... that was judged';
    ok !live($plain), '... and nothing in it loads';

    for my $name (qw(subs xslt)) {
        $r = $t->get("/$name" . ($name eq 'xslt' ? '/xml' : ''), @host);
        like $r->body, qr/data-ngxc-src="https:\/\/analytics/,
            "$what: what $name makes is judged";
        ok !live($r->body), '... and does not load';
    }

    $r = $t->get('/headers_more', @host);
    is_deeply [$r->all('refresh'), grep { /analytics/ } $r->all('link')], [],
        "$what: what more_set_headers adds is judged";
    like $t->get('/dot.gif', @host)->body, qr/^GIF89a/,
        "$what: image_filter has its image";
    $t->stop('gate', 'QUIT');
}

$t->done;
