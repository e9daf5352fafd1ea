# 103 Early Hints make a browser fetch before there is a response to judge: what
# they name is judged as it is in the response.  nginx 1.29 and later.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Site;

my $nginx = $ENV{CG_NGINX} || 'nginx';
my ($major, $minor) = `$nginx -v 2>&1` =~ m{nginx/(\d+)\.(\d+)};
plan skip_all => 'no nginx' if !defined $major;
plan skip_all => "nginx $major.$minor passes no early hints on"
    if $major < 1 || ($major == 1 && $minor < 29);

my $t = Consent->new;
my $V = 'https://analytics.example';

$t->app(sub {
    my ($req, $out) = @_;

    $out->write("HTTP/1.1 103 Early Hints\r\n"
        . "Link: </own.css>; rel=preload; as=style, <$V/a.js>; rel=preload; as=script\r\n"
        . "Link: <$V>; rel=preconnect\r\n\r\n");
    $out->pause(0.1);
    $out->respond(200, ['Content-Type' => 'text/html',
        Link => "<$V/b.js>; rel=preload; as=script"],
        "<!doctype html><title>t</title><body><p>x<script src=\"$V/a.js\"></script>");
});

$t->gate(policy() . <<'END', workers => 1);
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        early_hints  1;
        proxy_http_version 1.1;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /off { consent off; proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

my @host = (host => 'www.site.example');
my $jar = $t->jar;
choose($t, 'accept', jar => $jar, @host);

for my $case (
    ['shut', '/', undef, ['</own.css>; rel=preload; as=style']],
    ['granted', '/', $jar, ["</own.css>; rel=preload; as=style, <$V/a.js>; rel=preload; as=script",
        "<$V>; rel=preconnect"]],
    ['consent off', '/off', undef, ["</own.css>; rel=preload; as=style, <$V/a.js>; rel=preload; as=script",
        "<$V>; rel=preconnect"]])
{
    my ($who, $path, $visitor, $links) = @$case;
    my $r = $t->get($path, @host, jar => $visitor);

    is scalar @{ $r->{interim} }, 1, "early_hints: $who: a 103";
    is_deeply [$r->{interim}[0] ? $r->{interim}[0]->all('link') : ()], $links,
        "early_hints: $who: what it names";
    is $r->status, 200, '... then the page';
    is scalar(() = $r->body =~ /data-ngxc-src/g), $who eq 'shut' ? 1 : 0, '... gated as it should be';
}

$t->done;
