# Patterns of a policy that run wild on what a page or a visitor brings: the
# script is held, and the worker goes on with others.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use List::Util qw(min);
use Test::More;
use Consent;
use Consent::Bench qw(cpu_ns);
use Consent::HTTP qw(pipelined session);
use Consent::Site;

my %pattern = (
    'nested repeats'        => '^(a+)+$',
    'alternatives'          => '(a|aa)+b\\\\d',
    'four repeats in a row' => 'a*a*a*a*b\\\\d',
    'a reference back'      => '(a+)\\\\1+b\\\\d',
    'a look ahead'          => '(?=(a+))\\\\1*b\\\\d',
);

my $t = Consent->new;

my @host = (host => 'www.site.example');
my $HEAD = '<!doctype html><title>t</title><body><p>x';

$t->write("www/$_.html", $HEAD . '<script>' . 'a' x $_ . '!b</script>') for 25_000, 200_000;
$t->write('www/many.html', $HEAD . ('<script>' . 'a' x 1000 . '!b</script>') x 100);
$t->write('www/small.html', "$HEAD<script>var a = 1</script>");

# gate_with(PATTERN): the only worker of a gate whose policy has it, for inline
# scripts and for cookies.
sub gate_with {
    my ($pattern) = @_;
    my $worker;

    $t->stop('gate', 'QUIT') if $t->pid('gate');
    $t->gate(policy() =~ s/inline "[^"]+"/inline ~ "$pattern"/r =~ s/cookie ~ \^_ga_/cookie ~ "$pattern"/r
        . <<'END', workers => 1);
    types { text/html html; }
    keepalive_requests   100000;
    consent_page_memory  off;
    large_client_header_buffers 4 64k;
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        root         %%DIR%%/www;
        location = /empty { empty_gif; }
    }
END
    $t->wait_for(10, sub { ($worker) = $t->workers }) or die "no worker\n";
    return $worker;
}

sub asked { return join "\r\n", "GET $_[0] HTTP/1.1", 'Host: www.site.example', @_[1 .. $#_], '', '' }

# cost(WORKER, REQUEST): CPU for one of ten of them, the least of three tries.
sub cost {
    my ($worker, $request) = @_;

    return min map {
        my $start = cpu_ns($worker);
        pipelined($t->port('gate'), 10, sub { $request }, sub { });
        (cpu_ns($worker) - $start) / 10;
    } 1 .. 3;
}

# linear(WHAT, FEW, MANY): eight times the input is not the square of the work;
# three milliseconds are for where little is done at all.
sub linear {
    my ($what, $few, $many) = @_;
    return cmp_ok $many, '<', 24 * $few + 3e6, sprintf '%s: %.1f times the work', $what, $many / $few;
}

for my $what (sort keys %pattern) {
    my $worker = gate_with($pattern{$what});
    my $r = $t->get('/200000.html', @host);

    is $r->status, 200, "$what: a page with a script of 200,000 bytes";
    unlike $r->body, qr/<script>aaa/, '... which was not seen to be harmless: held';
    like $t->get('/small.html', @host)->body, qr/<script>var a = 1/, '... a script that was: not held';

    linear('... eight times the script', map { cost($worker, asked("/$_.html")) } 25_000, 200_000);
    linear("... eight times a cookie's name",
        map { cost($worker, asked('/empty', 'Cookie: ' . 'a' x $_ . '!b=1')) } 5000, 40_000);

    my ($page, $other) = (session($t->port('gate')), 0);
    pipelined($t->port('gate'), 20, sub { asked('/many.html') }, sub {
        my $visit = $page->('/small.html', @host);
        $other++ if $visit && $visit->status == 200;
    });
    is $other, 20, '... others are served among visitors of such pages';
}

$t->done;
