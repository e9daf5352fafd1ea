# B10: the banner is there with the first paint, moves nothing, and the page's
# largest paint comes no later for it (50 ms at most on a machine that has nothing
# else to do; a busy one is only held to what it cannot miss).

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use Time::HiRes qw(sleep);
use Consent::Demo;
use Consent::Site;

my $t = Consent::Demo->new;
my $go = $t->dir . '/go';

# A picture that says something: browsers count no image as large whose file is
# next to nothing.
my ($width, $height) = (700, 300);
my $hero = 'BM' . pack('V v v V V l< l< v v V6', 54 + 3 * $width * $height, 0, 0, 54,
    40, $width, -$height, 1, 24, 0, 3 * $width * $height, 0, 0, 0, 0)
    . join '', map { pack 'C3', $_ % 251, $_ % 193, $_ % 113 } 1 .. $width * $height;
my $lines = join '', map { "<p>Paragraph $_ of a page that is longer than any window, with a sentence or two in it.</p>\n" } 1 .. 60;

$t->app(sub {
    my ($req, $out) = @_;
    my @html = ('Content-Type' => 'text/html; charset=utf-8');
    my $head = '<!doctype html><html lang=en><head><title>t</title><meta name=viewport content="width=device-width">'
        . '<link rel=stylesheet href=/own.css></head><body>';

    return $out->respond(200, ['Content-Type' => 'text/css', 'Cache-Control' => 'no-store'], 'h1 { font-size: 20px }')
        if $req->{path} =~ /css$/;
    return $out->respond(200, ['Content-Type' => 'image/bmp', 'Cache-Control' => 'no-store'], $hero)
        if $req->{path} =~ /bmp$/;
    return $out->respond(204, [], '') if $req->{path} =~ /ico$/;
    return $out->respond(200, \@html, "$head<h1>A page</h1><img src=/hero.bmp width=700 height=300 alt=hero>$lines")
        if $req->{path} ne '/slow';

    # The beginning, and the rest not before the browser has painted.
    $out->head(200, [@html, 'Transfer-Encoding' => 'chunked']);
    $out->chunk("$head<i>i</i>");
    for (1 .. 2400) { last if -e $go; sleep 0.05 }
    $out->chunk("$lines</body></html>");
    $out->last_chunk;
});
$t->gate(policy() . <<'END');
    proxy_buffering off;
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.kitayama.example;
        consent      test;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
    server {
        listen  127.0.0.1:%%PORT_bare%%;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

$t->browse('paint.mjs', CG_GO => $go, CG_PORT_BARE => $t->port('bare'));
$t->done;
