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
use Consent::Load;
use Consent::Site;

my $t = Consent->new;
my @host = (host => 'www.site.example');

$t->origin(Consent::Load::origin());
$t->redis;

# A listener whose queue is full: who dials it gets no answer for a while.
my $full = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
    LocalPort => $t->port('full'), Listen => 1, ReuseAddr => 1)
    or die "listen: $!\n";
listen $full, 0;

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

sub serve_late {
    my $pid = fork // die "fork: $!\n";

    return $pid if $pid;
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

my @filling = map { IO::Socket::INET->new(PeerAddr => '127.0.0.1',
    PeerPort => $t->port('full'), Timeout => 0.3) } 1 .. 3;

$t->gate(policy() . Consent::Load::site(), workers => 1,
    consent => { redis => '%%REDIS_full%% connect_timeout=9s timeout=5s' });
$t->{procs}{full} = serve_late();

is grant($notice)->status, 200,
    'a decision made while the first line is being dialled waits for it';
$t->done;
