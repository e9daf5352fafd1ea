#!/usr/bin/perl
# Where everything is granted and nothing can be held, a page is the origin's
# but for two insertions, and the gate is out of its way behind them.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Site;

my $FILLER = join '', map {
    "<p id=\"p$_\">Paragraph $_ <img src=\"//ads.example/$_.gif\"></p>\n"
} 1 .. 6000;
my $PAGE = "<!doctype html><html lang=\"en\"><head><title>Long</title></head>"
    . "\n<body>\n<h1>Long</h1>\n$FILLER</body></html>\n";

my $t = Consent->new;
$t->write('www/page.html', $PAGE);
$t->write('www/half.html', substr($PAGE, 0, 9) . $FILLER);

$t->origin(<<'END');
    server {
        listen 127.0.0.1:%%PORT_origin%%;
        root %%DIR%%/www;
        types { text/html html; }
        charset utf-8;
    }
END

# The static file and the cached one come as files, which nginx sends without
# reading them where nobody wants to look inside.
$t->gate(policy(more => 'unlisted third_party=allow;') . <<'END',
    proxy_cache_path %%DIR%%/cache keys_zone=pages:1m;
    types { text/html html; }
    charset utf-8;
    sendfile on;
    error_log %%DIR%%/gate.error.log debug;

    server {
        listen 127.0.0.1:%%PORT_gate%%;
        server_name www.site.example;
        consent test;
        root %%DIR%%/www;

        location /static/ { alias %%DIR%%/www/; }
        location /sub/ {
            alias %%DIR%%/www/;
            sub_filter Long Long;
        }
        location /zip/ {
            alias %%DIR%%/www/;
            gzip on;
        }
        location /proxied/ {
            proxy_pass http://127.0.0.1:%%PORT_origin%%/;
        }
        location /cached/ {
            proxy_pass http://127.0.0.1:%%PORT_origin%%/;
            proxy_cache pages;
            proxy_cache_valid 200 1h;
        }
    }
END
    workers => 1);

my @host = (host => 'www.site.example');
my $jar = $t->jar;
choose($t, 'accept', jar => $jar, @host);


# page(PATH, …): the response, and how much of a file nginx read for it.
sub page {
    my ($path, %o) = @_;
    my $before = length $t->read('gate.error.log');
    my $r = $t->get($path, jar => $o{jar} || $jar, @host,
        headers => { 'Sec-Fetch-Dest' => 'document', %{ $o{headers} || {} } });

    $t->wait_for(3, sub { $t->read('gate.error.log') =~ /http close request/ });
    my $log = substr $t->read('gate.error.log'), $before;
    my $read = 0;

    $read += $1 while $log =~ / read: \d+, [0-9A-F]+, (\d+), \d+/g;
    return ($r, $read);
}

# The page without our two insertions.
sub cut {
    my ($body) = @_;

    $body =~ s{<script data-ngxc-ui>.*?</script>}{}s;
    $body =~ s{<style data-ngxc-ui>.*?</style><a id="ngxc-settings".*?</a>}{}s;
    $body =~ s{<script async data-ngxc-ui[^>]*></script>}{}s;
    return $body;
}

page('/cached/page.html');

my ($probe) = page('/static/page.html');
my $debug = $t->read('gate.error.log') =~ /\[debug\]/;

for my $case (['/static/page.html', 0, 70_000],
    ['/cached/page.html', 0, 70_000], ['/proxied/page.html', 0, 0],
    ['/sub/page.html', length $PAGE, 2 * length $PAGE])
{
    my ($path, $least, $most) = @$case;
    my ($r, $read) = page($path);

    ok $r->{complete}, "$path: whole";
    like $r->body, qr/data-ngxc-granted="analytics marketing"/,
        "$path: both insertions are there";
    ok cut($r->body) eq $PAGE, "$path: without them, it is the origin's";

    SKIP: {
        skip 'this nginx writes no debug log', 1 if !$debug;
        ok $read >= $least && $read <= $most,
            "$path: $read bytes are read into memory";
    }
}

my ($r, $read) = page('/zip/page.html',
    headers => { 'Accept-Encoding' => 'gzip' });
is $r->header('Content-Encoding'), 'gzip', 'gzip behind us codes';
ok !$debug || $read >= length $PAGE, 'and reads what it codes';

($r) = page('/static/half.html');
like $r->body, qr/data-ngxc-granted/,
    'a page without a head has its place, too';

# Whoever has not granted everything is gated to the end.
for my $choice ([], ['reject'], ['save', p => ['analytics']]) {
    my ($name, %o) = @$choice;
    my $other = $t->jar;

    choose($t, $name, jar => $other, @host, %o) if $name;
    ($r, $read) = page('/static/page.html', jar => $other);
    $name ||= 'first visit';
    my $loads = () = $r->body =~ /<img src="\/\/ads/g;
    is $loads, 0, "$name: no tracker of 6000 is let through";
    ok !$debug || $read >= length $PAGE, "$name: every byte is read";
}

$t->done;
