#!/usr/bin/perl
# The begin of a known page is the worker's, not a copy (a worker's memory of
# pages).  As long as somebody who reads slowly waits for it, it stays as it was,
# whoever wants its place, and though the page itself is forgotten meanwhile.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Socket qw(:DEFAULT);
use Test::More;
use Consent;
use Consent::Site;

# What is freed is another thing at once.
local $ENV{MALLOC_PERTURB_} = 85;

my $t = Consent->new;
my $SLOW = 4;                      # pages that are read slowly; the others push
my $PAGES = 40;                    # them out of 1m
my $LONG = '<!--' . ('h' x 40000) . '-->';

for my $i (1 .. $PAGES) {
    $t->write("p$i", qq(<!doctype html><html lang="en"><head>$LONG<title>$i</title></head>)
        . '<body><p>x' . ('<p>more of it' x 5000) . '</body></html>');
}

# Nothing is held from anybody.
my $policy = policy() =~ s/.*(?=consent_policy)//sr;
$policy =~ s/^ +(?:purpose +(?:analytics|marketing)|vendor|clause).*\n//mg;
$policy =~ s/\}\s*\z/unlisted third_party=allow cookie=allow;\n}\n/s;

$t->gate("consent_page_memory 1m; $policy" . <<'END', workers => 1);
    server {
        listen          127.0.0.1:%%PORT_gate%% sndbuf=4k;
        server_name     www.site.example;
        consent         test;
        root            %%DIR%%;
        default_type    text/html;
        charset         utf-8;
        output_buffers  2 128k;
    }
END

my @host = (host => 'www.site.example');
my $jar = $t->jar;
choose($t, 'accept', jar => $jar, @host);

sub decided { return $t->get("/p$_[0]", @host, jar => $jar,
    headers => ['Sec-Fetch-Dest' => 'document', @_[1 .. $#_]])->body }

# Whose browser sends the signal has another settings link.
sub signals { return $t->get("/p$_[0]", @host,
    headers => ['Sec-Fetch-Dest' => 'document', 'Sec-GPC' => 1])->body }

# Asks, and takes the first byte.
sub asks {
    my ($i) = @_;
    my $first;

    socket my $s, PF_INET, SOCK_STREAM, 0 or die $!;
    setsockopt $s, SOL_SOCKET, SO_RCVBUF, 2048;
    connect $s, sockaddr_in($t->port('gate'), inet_aton('127.0.0.1')) or die $!;
    syswrite $s, join "\r\n", "GET /p$i HTTP/1.1", 'Host: www.site.example',
        'Sec-Fetch-Dest: document', 'Cookie: ' . $jar->header('/'), 'Connection: close', '', '';
    sysread $s, $first, 1;

    return $s;
}

# A page never remembered is a gate's.
my %want = map { $_ => decided($_, Authorization => 'Basic YTpi') } 1 .. $SLOW;
isnt(signals(1), $want{1}, 'two visitors have two begins');
decided($_) for (1 .. $SLOW) x 4;

my @slow = map { [$_, asks($_)] } (1 .. $SLOW) x 4;
signals($_) for (1 .. $SLOW) x 12;
decided($_) for map { ($_) x 4 } $SLOW + 1 .. $PAGES;
close $_->[1] for splice @slow, 0, $SLOW;       # these leave

my $good = 0;
for my $slow (@slow) {
    my ($i, $socket) = @$slow;
    my $got = '';
    1 while sysread $socket, $got, 65536, length $got;
    $good++ if $got =~ /\Q$want{$i}\E\z/;
}

is($good, scalar @slow, 'a begin that is on its way stays as it is');
$t->done;
