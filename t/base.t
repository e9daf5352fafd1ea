#!/usr/bin/perl
# A page whose <base> may lead to another origin: what we put into it names the
# host that the request came for; into all others it does not.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

sub page {
    my ($head) = @_;
    return '<!doctype html><html lang="en"><head><title>t</title>'
        . "$head</head><body><p>text</p>\n"
        . '<iframe src="https://ads.example/film"></iframe></body></html>';
}

mkdir $t->dir . '/site';
$t->write('site/based.html', page('<base href="https://www.site.example/">'));
$t->write('site/sub.html', page('<base href="/sub/">'));

$t->origin(<<'END');
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        root    %%DIR%%/site;
        types   { text/html html; }
    }
END

$t->redis;
$t->gate(policy() . join '', map {
    my ($port, $more) = @$_;
    <<"END";
    server {
        listen       127.0.0.1:%%PORT_$port%%;
        server_name  www.site.example 192.0.2.1;
        consent      test;
        $more
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
    }
END
} ['gate', ''], ['tls', 'consent_tls on;']);

# get(PATH, HOST, …): the page as it is sent for a Host field.
sub asked {
    my ($path, $host, %opt) = @_;
    return $t->get($path, host => $host, %opt)->body;
}

my $HOST = 'www.site.example';

is asked('/based.html', $_->[1], to => $_->[2])
    =~ m{<form method="post" action="([^"]*)"} ? $1 : 'none', $_->[0], "a form: $_->[3]"
    for ["http://$HOST/.consent/choice", $HOST, 'gate', 'the host of the request'],
        ["https://$HOST/.consent/choice", $HOST, 'tls', 'https, by consent_tls'],
        ["http://$HOST:8080/.consent/choice", "$HOST:8080", 'gate', 'with its port'],
        ['http://WWW.Site.Example/.consent/choice', 'WWW.Site.Example', 'gate', 'in its letters'],
        ['http://192.0.2.1:81/.consent/choice', '192.0.2.1:81', 'gate', 'an address'],
        ['/.consent/choice', 'a"b', 'gate', 'a path, where a Host could not be written'];

like asked('/based.html', '[2001:db8::1]:81'),
    qr{action="http://\[2001:db8::1\]:81/\.consent/choice"}, 'an IPv6 address';

my $old = $t->raw(["GET /based.html HTTP/1.0\r\nConnection: close\r\n\r\n"]);
like $old->body, qr{action="/\.consent/choice"}, 'HTTP/1.0 without a Host: a path';

for my $n (1 .. 4) {
    my $got = asked('/based.html', $HOST);

    is join(' ', $got =~ m{action=["']([^"']*)}g),
        join(' ', map { "http://$HOST/.consent/$_" } qw(choice show choice)),
        "banner and placeholder, seen $n times";
    unlike $got, qr{=["']/\.consent/}, 'no path of ours is without its host';
    is join(' ', asked('/sub.html', $HOST) =~ m{action=["']([^"']*)}g),
        join(' ', map { "/.consent/$_" } qw(choice show choice)),
        'a <base> that stays here changes nothing';
}

my $jar = $t->jar;
choose($t, 'accept', jar => $jar, host => $HOST);

for my $n (1 .. 3) {
    my ($based, $sub) = map { asked($_, $HOST, jar => $jar) }
        '/based.html', '/sub.html';

    like $based, qr{id="ngxc-settings"[^>]*href="http://\Q$HOST\E/\.consent/"},
        "the settings link, seen $n times";
    like $based, qr{src="http://\Q$HOST\E/\.consent/ngx-consent\.}, 'its client';
    like $sub, qr{id="ngxc-settings"[^>]*href="/\.consent/"},
        'and on a page that needs no host';
}

$t->done;
