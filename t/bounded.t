# Pages of any size and shape: a worker's memory stays as it is, the work grows
# with the page, and no limit lets anything through.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

# Under a sanitizer memory is another's matter, and time too dear.
my $asan = defined $ENV{CG_MODULE} && !length $ENV{CG_MODULE};
my $MB = $asan ? 4 : 100;

my $TAG = '<script src="https://analytics.example/a.js"></script>';
my $HEAD = '<!doctype html><title>t</title><body><p>x';

# name => [what comes before, what is repeated, what comes after, MB,
#          what becomes of it]
my %body = (
    text      => ['', 'plain text, a line of it' . "\n", '', $MB],
    markup    => ['', "<p class=\"a\">Lorem <a href=\"/x\">dolor</a></p>\n", '', $MB],
    comment   => ['<!-- ', 'a < b > c - -> -- ! ', '-->', $MB],
    attribute => ['<p title="', 'value > < &amp; ', '">', $MB],
    data_url  => ['<img alt="" src="data:image/png;base64,', 'iVBORw0KGgo', '">', 10],
    script    => ['<script>', "var a = 'b' < c;\n", '</script>', $MB],
    style     => ['<style>', "p { color: red } /* x */\n", '</style>', $MB],
    svg       => ['', '<svg>', '', 5],
    template  => ['', '<template>', '', 10],
    unclosed_a => ['', '<a href=/x>', '', 11],
    select    => ['', '<select><option>', '', 15],
    attributes => ['<p ', 'a=1 ', '>', 4],
    names     => ['<p ', 'a' x 1000, '>', $MB],
    entities  => ['<img alt="" src="', '&#x2f;', '">', 6],
    ends      => ['', '</p></div>', '', 10],
    less      => ['', '<', '', 10],
    frames    => ['', '<iframe src=//x.example></iframe>', '', 2],
);

sub send_body {
    my ($out, $name, $times) = @_;
    my ($before, $part, $after, $mb) = @{ $body{$name} };
    my $block = $part x (1 + int(65536 / length $part));
    my $want = $times * $mb * 1024 * 1024;

    $out->head(200, ['Content-Type' => 'text/html; charset=utf-8',
        'Transfer-Encoding' => 'chunked']);
    $out->chunk("$HEAD$before");
    for (my $n = 0; $n < $want; $n += length $block) {
        $out->chunk($block) or return;
    }
    $out->chunk("$after$TAG<p>END");
    return $out->last_chunk;
}

$t->app(sub {
    my ($req, $out) = @_;
    my ($times, $name) = $req->{path} =~ m{/([\d.]+)/(\w+)$};
    send_body($out, $name, $times);
});

$t->gate(policy() . <<'END', workers => 1);
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        proxy_http_version 1.1;
        proxy_max_temp_file_size 0;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

# Reads without keeping: bytes in all, the last 4 kB.
sub swallow {
    my ($path) = @_;
    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port('gate'));
    my ($all, $tail) = (0, '');

    print $s "GET $path HTTP/1.1\r\nHost: www.site.example\r\nConnection: close\r\n\r\n";
    while (my $n = sysread $s, my $buf, 1 << 20) {
        $all += $n;
        $tail = substr $tail . substr($buf, -4096), -4096;
    }
    return ($all, $tail);
}

swallow('/0.01/text');
my ($worker) = $t->workers;
ok $worker, 'a worker to be watched';

sub peak { return $t->read("/proc/$worker/status") =~ /^VmHWM:\s+(\d+)/m ? $1 : 0 }
sub forget { open my $fh, '>', "/proc/$worker/clear_refs" or die "clear_refs: $!"; print $fh 5; close $fh }

# User time: what the kernel does with sockets depends on who else runs.
sub ticks { return (split ' ', $t->read("/proc/$worker/stat") =~ s/^.*\) //r)[11] }

for my $name (sort keys %body) {
    my %cost;

    for my $times (0.5, 1) {
        forget();
        my ($rss, $begun) = (peak(), ticks());
        my ($all, $tail) = swallow("/$times/$name");
        $cost{$times} = ticks() - $begun;

        my $mb = $times * $body{$name}[3];
        like $tail, qr{\r\n0\r\n\r\n$}, "inv_bounded_memory: $name, $mb MB: to a regular end ($all bytes)"
            or diag $tail;
        unlike $tail, qr/<script src="https/, '... nothing raw behind it';
        cmp_ok peak() - $rss, '<', 4096, '... ' . (peak() - $rss) . ' kB more at most'
            if !$asan;
    }
    cmp_ok $cost{1}, '<=', 4 * $cost{0.5} + 20,
        "inv_linear_time: $name: twice the page, twice the work ($cost{0.5}, $cost{1})";
}
is +($t->workers)[0], $worker, 'one worker through all of it';

$t->done;
