#!/usr/bin/perl
# A new worker dials Redis when it begins.  Who decides before the line is open
# waits for it, as for any answer; nobody is told to come again.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use POSIX ();
use Test::More;
use Consent;
use Consent::HTTP qw(build_request);
use Consent::Load;
use Consent::Site;

my $t = Consent->new;
my @host = (host => 'www.site.example');

$t->origin(Consent::Load::origin());
$t->redis;

# A listener whose queue is full: who dials it gets no answer for a while.
sub full {
    my ($name) = @_;
    my $full = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
        LocalPort => $t->port($name), Listen => 1, ReuseAddr => 1)
        or die "listen: $!\n";

    listen $full, 0;
    return ($full, map { IO::Socket::INET->new(PeerAddr => '127.0.0.1',
        PeerPort => $t->port($name), Timeout => 0.3) } 1 .. 3);
}

# Takes the queue, and from then on carries bytes to Redis.
sub carry {
    my ($from, $to) = @_;
    my $bits = '';

    vec($bits, fileno $_, 1) = 1 for $from, $to;
    while (select my $ready = $bits, undef, undef, undef) {
        for my $way ([$from, $to], [$to, $from]) {
            next if !vec $ready, fileno $way->[0], 1;
            sysread $way->[0], my $buf, 65536 or POSIX::_exit(0);
            syswrite $way->[1], $buf;
        }
    }
    return POSIX::_exit(0);
}

# Not the clients' other hand: whoever they leave must see it.
sub serve_late {
    my ($full, @clients) = @_;
    my $pid = fork // die "fork: $!\n";

    return $pid if $pid;
    close $_ for @clients;
    sleep 1;
    while (my $client = $full->accept) {
        my $redis = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
            PeerPort => $t->port('redis')) or next;
        carry($client, $redis) if !fork;
    }
    return POSIX::_exit(0);
}

sub grant {
    my ($notice) = @_;

    return $t->post('/.consent/choice', @host,
        headers => { 'Sec-Fetch-Site' => 'same-origin' },
        json => { choice => 'accept', notice => $notice });
}

$t->gate(policy() . Consent::Load::site(), workers => 1);
my ($notice) = $t->get('/.consent/state', @host)->body =~ /"notice":"([^"]+)"/;
$t->wait_for(5, sub { grant($notice)->status == 200 }) or die "no grant\n";
$t->stop('gate', 'QUIT');

my ($full, @filling) = full('full');

$t->gate(policy() . Consent::Load::site(), workers => 1,
    consent => { redis => '%%REDIS_full%% connect_timeout=9s timeout=5s' });
$t->{procs}{full} = serve_late($full);

is grant($notice)->status, 200,
    'a decision made while the first line is being dialled waits for it';

# ---- more of them than may wait: 256 kB of what is to be said to Redis

my $CROWD = 500;
$t->stop('gate', 'QUIT');
my ($other, @others) = full('other');
$t->gate(policy() . Consent::Load::site(), workers => 1, connections => 2048,
    consent => { redis => '%%REDIS_other%% connect_timeout=9s timeout=5s', log => '%%DIR%%/consent.log sync=off' });
my $before = () = $t->redis_cli('keys', 'cg:*:v:*');
my $body = qq({"choice":"accept","notice":"$notice"});
my @crowd = map {
    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $t->port('gate')) or die "connect: $!\n";
    syswrite $s, build_request('POST', '/.consent/choice', @host, body => $body,
        headers => ['Sec-Fetch-Site' => 'same-origin', 'Content-Type' => 'application/json']);
    $s;
} 1 .. $CROWD;
$t->{procs}{other} = serve_late($other, @crowd);
my %told;
for my $s (@crowd) { local $/; my ($status) = (readline($s) // '') =~ m{^HTTP/1.1 (\d+)}; $told{ $status // 'none' }++; close $s }
my $kept = (() = $t->redis_cli('keys', 'cg:*:v:*')) - $before;
note join ', ', map { "$told{$_} times $_" } sort keys %told;
is join(' ', sort keys %told), '200 503', "$CROWD decide in that moment: some are recorded, some are told to come again";
cmp_ok $told{503}, '>', 100, '... whatever waits is bounded';
is $kept, $told{200}, '... and Redis has those who were told so';
is $t->get('/page', @host)->status, 200, '... and the worker serves';
$t->done;
