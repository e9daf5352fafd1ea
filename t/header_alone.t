#!/usr/bin/perl
# Nobody looks through a response's headers for what is not there: which kinds
# there may be is told by length and first letter of each name (lines.c).  Each
# one that counts is found when it comes alone, in any case.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;
my $V = 'https://analytics.example';

my %header = (
    'Set-Cookie'          => '_ga=1',
    'Link'                => "<$V/a.js>; rel=preload; as=script",
    'Refresh'             => "0; url=$V/",
    'Report-To'           => qq({"group":"g","max_age":9,"endpoints":[{"url":"$V/r"}]}),
    'Reporting-Endpoints' => qq(g="$V/r"),
    'NEL'                 => '{"report_to":"g","max_age":9}',
    'Expect-CT'           => qq(max-age=9, report-uri="$V/r"),
    'Speculation-Rules'   => '"/rules.json"',
    'Content-Security-Policy' => "report-uri $V/r",
    'Content-Security-Policy-Report-Only' => "report-uri $V/r",
    'Cache-Control'       => 'public, max-age=99',
    'Vary'                => 'Cookie',
    'Expires'             => 'Fri, 01 Jan 2100 00:00:00 GMT',
    'Surrogate-Control'   => 'max-age=99',
    'CDN-Cache-Control'   => 'max-age=99',
    'Cloudflare-CDN-Cache-Control' => 'max-age=99',
    'ETag'                => '"v1"',
    'Last-Modified'       => 'Thu, 01 Jan 2026 00:00:00 GMT',
);

$t->app(sub {
    my ($req, $out) = @_;
    my ($name) = $req->{path} =~ m{/([\w-]+)$};
    my %lower = map { lc $_ => $header{$_} } keys %header;

    return $out->respond(200, ['Content-Type' => 'text/html; charset=utf-8',
        $name => $lower{lc $name} // 'x-unknown'], '<!doctype html><title>t</title><p>x');
});

$t->gate(policy() . <<'END', workers => 1);
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        consent_csp  off;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /added/ { add_header Content-Type text/plain; proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

my %ours = ('cache-control' => 'private, no-cache', vary => 'Cookie');

for my $name (sort keys %header) {
    for my $spelt ($name, lc $name, uc $name) {
        my $r = $t->get("/$spelt", host => 'www.site.example');
        is join('|', $r->all(lc $name)), $ours{lc $name} // '', "$spelt, alone, does not pass";
    }
}

for my $path (qw(/Content-Encoding /content-encoding /added/x)) {
    like join(' ', $t->get($path, host => 'www.site.example')->all('content-security-policy')),
        qr/sandbox/, "what cannot be read is walled off: $path";
}
$t->done;
