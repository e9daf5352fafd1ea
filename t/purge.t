# Retention: rotated files of the log go as a whole, and what remains verifies.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

$t->app(sub { $_[1]->respond(200, ['Content-Type' => 'text/html'], '<!doctype html><html><body><p>x</body></html>') });
$t->gate(policy() . <<'END', workers => 2, consent => { log => '%%DIR%%/logs/consent.log' }) if mkdir $t->dir . '/logs';
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

my @host = (host => 'www.site.example');
my $log  = $t->dir . '/logs/consent.log';
my @keys = map { ('--seal-key', $_) } $t->seal_keys;

sub decide { choose($t, 'accept', jar => $t->jar, @host) for 1 .. $_[0] }
sub now { my ($code, $out) = (0, ''); my @t = gmtime time + ($_[0] || 0);
    return sprintf '%04d-%02d-%02dT%02d:%02d:%02dZ', $t[5] + 1900, $t[4] + 1, @t[3, 2, 1, 0] }

# The log as it is now is set aside; nginx goes on in a new one.
sub rotate { my ($n) = @_;
    rename $log, "$log.$n" or die $!;
    kill 'USR1', $t->pid('gate');
    $t->wait_for(5, sub { -e $log }) or die 'no new log';
    $t->wait_for(5, sub { my $was = -s "$log.$n"; select undef, undef, undef, 0.2; $was == -s "$log.$n" });
}

decide(5);
select undef, undef, undef, 0.2;
rotate(3);
decide(5);
select undef, undef, undef, 2.1;
my $between = now();
select undef, undef, undef, 1.1;
decide(3);
select undef, undef, undef, 0.2;
rotate(2);
decide(3);
select undef, undef, undef, 0.2;

my ($code, $out) = $t->consentctl('verify', @keys, "$log.3", "$log.2", $log);
is $code, 0, 'the whole log verifies' or diag $out;
is +($t->consentctl('verify', "$log.2", $log))[0], 2, 'without its oldest file nobody can tell';

is +($t->consentctl('purge', '--older', $between, '--log', $log, $log))[0], 2, 'the log that is written is never removed';
is +($t->consentctl('purge', '--older', 'yesterday', '--log', $log, "$log.3"))[0], 2, 'nor anything without a time';
($code, $out) = $t->consentctl('purge', '--older', '2001-01-01', '--log', $log, "$log.3", "$log.2");
is $code, 0, 'nothing is as old as that';
ok -e "$log.3", '... and nothing is gone';

($code, $out) = $t->consentctl('purge', '--older', $between, '--rule', 'HN-7b: three years', '--log', $log, "$log.3", "$log.2");
is $code, 0, 'what is older goes' or diag $out;
ok !-e "$log.3", 'the file that is older as a whole';
ok -e "$log.2", 'not one that has younger lines';

my ($purge) = grep { $_->{ty} eq 'segment.purge' } $t->evidence('logs/consent.log');
is $purge->{rule}, 'HN-7b: three years', 'the log says by which rule';
cmp_ok $purge->{lines}, '>', 5, 'and how many lines went';
ok scalar @{ $purge->{heads} }, 'and where the rest goes on';

($code, $out) = $t->consentctl('verify', "$log.2", $log);
is $code, 0, 'what remains verifies' or diag $out;
like $out, qr/removed by rule/, 'and says why it begins in the middle';
($code, $out) = $t->consentctl('verify', @keys, "$log.2", $log);
is $code, 0, 'with the keys of its seals, too' or diag $out;

# ---- what a purge does not cover

my @lines = split /^/, $t->read("logs/consent.log.2");
$t->write('cut.log', join '', @lines[3 .. $#lines]);
isnt +($t->consentctl('verify', $t->dir . '/cut.log', $log))[0], 0, 'more than was purged is missed';
my $bytes = $t->read('logs/consent.log');
my $head = $purge->{heads}[0]{h};
$t->write('forged.log', $bytes =~ s/$head/'0' x 64/er);
is +($t->consentctl('verify', "$log.2", $t->dir . '/forged.log'))[0], 1, 'a segment.purge that was altered is found';

# ---- once more, with what the first one said

decide(2);
rotate(1);
decide(2);
select undef, undef, undef, 0.3;
($code, $out) = $t->consentctl('purge', '--older', now(5), '--log', $log, "$log.2", "$log.1");
is $code, 0, 'purged again' or diag $out;
ok !-e "$log.2" && !-e "$log.1", 'two files at once, the line of the first purge in one of them';
($code, $out) = $t->consentctl('verify', @keys, $log);
is $code, 0, 'and the rest verifies' or diag $out;

$t->done;
