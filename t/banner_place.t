# Where the banner stands, page by page: behind the body's start, once, never
# where it would break a page or where nobody sees it; however the page comes.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

my $D = '<!doctype html><title>t</title>';
my $long = '<!-- ' . 'x' x 263_000 . ' -->';

# name => page; '@': here; without it, the page is the origin's.
my @pages = (
    inject_body            => "$D<body>\@<p>x",
    inject_body_attributes => "$D<BODY class='a>b' id=c>\@<p>x",
    inject_body_blank      => "$D<body>\@ \n<p>x",
    inject_head_unclosed   => '<!doctype html><head><title>t</title><body>@<p>x',
    inject_body_empty      => "$D<body>\@</body></html>",
    inject_body_second     => "$D<body>\@<p>x<body class=y><p>z",
    inject_after_html      => "$D<body>\@<p>x</body></html>after<p>it",
    inject_no_body_tag     => "$D\@<p>x",
    inject_no_body_text    => "$D \n\@words<p>x",
    inject_no_body_image   => '<html><head><meta name=a content=b></head>@<img alt="" src=/x>',
    inject_no_body_end     => "<html><title>t</title>\@</body></html>",
    inject_doctype_only    => '<!doctype html>@',
    inject_html_only       => '<html>@',
    inject_head_things     => "$D<link rel=icon href=/i><style>p{}</style>"
        . '<script>var a = "<body>"</script><noscript><link rel=icon href=/j></noscript>'
        . '<base href=/><template><p>x</template>@<p>x',

    inject_not_in_comment  => "$D<!-- <body> --><body>\@<p>x",
    inject_not_in_script   => "$D<script>'<body>'</script><body>\@<p>x",
    inject_not_in_style    => "$D<style>/* <body> */</style><body>\@<p>x",
    inject_not_in_title    => '<!doctype html><title><body></title><body>@<p>x',
    inject_not_in_template => "$D<template><body><p>x</template><body>\@<p>x",
    inject_not_in_noscript => "$D<noscript><style></style></noscript><body>\@<p>x",
    inject_not_in_svg      => "$D<body>\@<svg><body><p>x",
    inject_not_in_select   => "$D<body>\@<select><option>x<body></select>",

    inject_frameset        => '<!doctype html><frameset cols="1,*"><frame src=/a></frameset>',
    inject_frameset_head   => "$D<frameset><frame src=/a></frameset>",
    inject_frameset_noframes => "$D<frameset><frame src=/a><noframes><body><p>x</noframes></frameset>",
    inject_frameset_after_body => "$D<body><frameset><frame src=/a></frameset>",

    http_fragment_text     => 'just words',
    http_fragment_elements => '<p>x</p><ul><li>y</ul>',
    http_fragment_row      => '<tr><td>x</td></tr>',
    http_fragment_json     => '{"html":"x"}',
    http_fragment_empty    => '',

    inject_late            => "<!doctype html>$long<title>t</title><body><p>x</body></html>\n\@",
    inject_late_without_end => "<!doctype html>$long<title>t</title><p>x\@",
    inject_just_in_time    => '<!doctype html><!-- ' . 'x' x 262_000
        . ' --><title>t</title><body>@<p>x',

    inject_cut_tag         => "$D\@<img alt='",
    inject_cut_comment     => "$D<!-- x",
    inject_cut_doctype     => '<html><!DOCTYPE html PUBLIC "',
    inject_cut_noscript    => "$D<noscript><p>x",
    inject_cut_template    => "$D<template><p>x",

    inject_skip_link       => "$D<body><a href=#main>Skip</a>\@<p>x",
    inject_skip_link_wrapped => "$D<body>\n<div class=skip><a href=\"#main\">Skip</a></div>\@<p>x",
    inject_skip_links      => "$D<body><ul><li><a href=#a>A</a><li><a href=#b>B</a></ul>\@<p>x",
    inject_skip_link_far   => "$D<body>\@<p>words<a href=#main>Skip</a>",
    inject_skip_link_behind_button => "$D<body>\@<button>b</button><a href=#main>Skip</a>",
    inject_no_skip_link    => "$D<body>\@<a href=/main>Main</a>",
    inject_skip_link_ping  => "$D<body>\@<a href=#main ping=/p>Skip</a>",
    inject_skip_link_top   => "$D<body>\@<a href=#>Top</a>",
);

my (%page, @names);
while (my ($name, $page) = splice @pages, 0, 2) {
    push @names, $name;
    $page{$name} = $page;
}

$t->app(sub {
    my ($req, $out) = @_;
    my ($how, $name) = $req->{path} =~ m{/(\w+)/(\w+)$};
    my $page = $page{$name} =~ s/@//r;
    my @html = ('Content-Type' => 'text/html; charset=utf-8');

    return $out->respond(200, \@html, $page) if $how eq 'whole';

    $out->head(200, [@html, 'Transfer-Encoding' => 'chunked']);
    for (my $at = 0; $at < length $page; ) {
        my $n = $page =~ /x{999}/ ? 997 : 1;
        $out->chunk(substr $page, $at, $n);
        $at += $n;
    }
    $out->last_chunk;
});

# Nothing for the head: what is put in is the banner alone.
my $policy = policy() =~ s/ signal=analytics_storage//r =~ s/stub ga gtag dataLayer\[\];//r;

$t->gate($policy . <<'END', workers => 1);
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        proxy_http_version 1.1;
        proxy_buffering off;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /quiet/ { consent_banner off; proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

my @host = (host => 'www.site.example');

# What stands at '@', or undef with a message.
sub inserted {
    my ($body, $page) = @_;
    my ($left, $right) = split /@/, $page, 2;
    my $more = length($body) - length($left) - length($right);

    return if $more <= 0;
    return if substr($body, 0, length $left) ne $left;
    return if length $right && substr($body, -length $right) ne $right;
    return substr $body, length $left, $more;
}

sub shown { return map { length > 300 ? substr($_, 0, 150) . ' ... ' . substr($_, -150) : $_ } @_ }

for my $name (@names) {
    my @bad;

    for my $how (qw(whole bytes)) {
        my $body = $t->get("/$how/$name", @host)->body;
        my $banner = $page{$name} =~ /@/ ? inserted($body, $page{$name}) : '';
        my $good = !defined $banner ? 0
            : $page{$name} !~ /@/ ? $body eq $page{$name}
            : $banner =~ /^<\w+ [^>]*(?:data-ngxc-ui|id="ngx-consent")/
                && $banner =~ />$/ && 1 == (() = $banner =~ /id="ngx-consent"/g);

        push @bad, "$how: " . join '', shown($body) if !$good;
    }
    ok !@bad, $name or diag join "\n", "page: " . join('', shown($page{$name})), @bad;
}

# ---- whose document it is

my $is = sub { return scalar(() = $_[0]->body =~ /id="ngx-consent"/g) };

for my $case (
    ['document', 1, 'Sec-Fetch-Dest' => 'document'],
    ['document_fetch_mode', 1, 'Sec-Fetch-Dest' => 'document', 'Sec-Fetch-Mode' => 'navigate'],
    ['old_browser', 1, Accept => 'text/html'],
    (map { [$_, 0, 'Sec-Fetch-Dest' => $_] } qw(iframe frame embed object empty fencedframe)),
    ['xhr', 0, 'X-Requested-With' => 'XMLHttpRequest'],
    ['xhr_accept', 0, 'X-Requested-With' => 'fetch', Accept => 'text/html'])
{
    my ($name, $banner, @headers) = @$case;
    my $r = $t->get('/whole/inject_body', @host, headers => [@headers]);
    is $is->($r), $banner, "http_fragment_dest_$name: " . ($banner ? 'a banner' : 'none');
    is $r->body, $page{inject_body} =~ s/@//r, '... the page is the origin\'s' if !$banner;
}
is $is->($t->get('/quiet/whole/inject_body', @host)), 0, 'consent_banner off: none';

# ---- once decided, the settings link has the same place

my $jar = $t->jar;
choose($t, 'reject', jar => $jar, @host);
for my $name (qw(inject_body inject_skip_link_wrapped inject_late)) {
    my $link = inserted($t->get("/bytes/$name", @host, jar => $jar)->body, $page{$name});
    like $link, qr/^<\w+[^>]*data-ngxc-ui/, "$name: the settings link stands there"
        or diag $link // 'nowhere';
}

$t->done;
