# What Redis holds is believed only as far as our keys go, and what it costs is
# paid only for tokens that are ours.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html'],
        '<!doctype html><title>t</title><body><p>x<script src="https://analytics.example/a.js"></script>');
});

$t->write('password', "s3cret\n");
$t->write('wrong', "other\n");
chmod 0600, map { $t->dir . "/$_" } qw(password wrong);

my $server = <<'END';
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "$consent_state $consent_lookup" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

my @host = (host => 'www.site.example');

sub state_of { return $t->get('/', jar => $_[0], @host)->header('x-state') || '' }

sub record_keys { my @keys = sort grep { /:v:/ } $t->redis_cli(@_, 'keys', '*'); return @keys }

# Commands that Redis ran but for those of redis-cli itself and the pings.
sub commands {
    my $n = 0;
    for ($t->redis_cli('info', 'commandstats')) {
        $n += $1 if /^cmdstat_(?!info|ping|hello|config|keys|command|client)\S*?:calls=(\d+)/;
    }
    return $n;
}

# One step on, and the answer is a fresh one: what was cached is the lease old.
sub asked_anew {
    my ($jar, $want) = @_;
    my $state;
    $t->wait_for(8, sub { ($state = state_of($jar)) =~ $want });
    return $state;
}

$t->gate(policy() . $server, workers => 1, consent => { redis => '%%REDIS%% feed=off' });

# ---- forged tokens

my $jar = $t->jar;
my $r = choose($t, 'accept', jar => $jar, @host);
my $good = join '.', @{ token_of($r)->{parts} };
like state_of($jar), qr/^granted/, 'a token of ours is believed';

my @parts = split /\./, $good;
my @forged = ($good =~ s/.$/$& eq 'A' ? 'Q' : 'A'/er,
    join('.', @parts[0, 1], '7', @parts[3 .. 6]), join('.', $parts[0], 'A' x 22, @parts[2 .. 6]),
    join('.', @parts[0 .. 4], $parts[5] + 1000, $parts[6]), '1.-.3.3.1.9999999999.' . 'A' x 22,
    '1', '', '.' x 6, $good . '.x', 'x' x 4000, join('.', @parts[0 .. 5], ''));
my $before = commands();
my @believed;
for my $token (@forged) {
    my $r = $t->get('/', @host, headers => {Cookie => "ngxc=$token"});
    push @believed, substr $token, 0, 60
        if $r->header('x-state') !~ /^none none/ || $r->body !~ /data-ngxc-src/ || $r->body !~ /id="ngx-consent"/;
}
is "@believed", '', 'a forged token is a first visit';
is commands() - $before, 0, 'and costs Redis nothing';
choose($t, 'reject', @host);
$t->get('/', @host);
is commands() - $before, 0, 'nor do first visits and refusals';

# ---- the record under the token

my ($key) = record_keys();
my $other = $t->jar;
choose($t, 'save', jar => $other, p => ['marketing'], @host);
my ($weak) = grep { $_ ne $key } record_keys();
my %weak = %{ $t->redis_hash($weak) };

$t->redis_cli('hset', $weak, 'purposes', 'analytics=1 marketing=1');
my $state = asked_anew($other, qr/^(?!partial)/);
unlike $state, qr/^(granted|partial)/, "a record that was edited opens nothing ($state)";
like $t->get('/', jar => $other, @host)->body, qr/data-ngxc-src/, '... the page is gated';

my %strong = %{ $t->redis_hash($key) };
$t->redis_cli('del', $weak);
$t->redis_cli('hset', $weak, %strong);
sleep 5;
$state = asked_anew($other, qr/./);
unlike $state, qr/^(granted|partial)/, "a record copied to another name opens nothing ($state)";

$t->redis_cli('del', $weak);
$t->redis_cli('hset', $weak, %weak);
is asked_anew($other, qr/^partial/), 'partial redis', 'the true record is believed again';

$t->redis_cli('del', $key);
like asked_anew($jar, qr/^(?!granted)/), qr/^(none|expired|stale|refused|unknown)/, 'a record that is gone closes the gate within the lease';
my $page = $t->get('/', jar => $jar, @host);
like $page->body, qr/data-ngxc-src/, '... the page is gated';
like $page->body, qr/id="ngx-consent"/, '... and asks anew';

$t->redis_cli('set', $key, 'a string');
like state_of($t->jar), qr/^none/, 'a value of another type disturbs nobody';
$t->redis_cli('del', $key);

# ---- other addresses

$t->stop('gate', 'QUIT');
$t->redis_stop;
$ENV{REDISCLI_AUTH} = 's3cret';
$t->redis('--requirepass', 's3cret', '--unixsocket', $t->dir . '/redis.sock', '--unixsocketperm', '700');

sub with {
    my ($address) = @_;
    $t->stop('gate', 'QUIT');
    $t->gate(policy() . $server, workers => 1, consent => { redis => $address });
    my $jar = $t->jar;
    $t->wait_for(5, sub { choose($t, 'accept', jar => $jar, @host)->status == 303 });
    return state_of($jar);
}

like with('%%REDIS%% password_file=%%DIR%%/password'), qr/^granted/, 'password_file= opens it';
like with('%%REDIS%% user=default password_file=%%DIR%%/password'), qr/^granted/, 'with user=, too';
like with('unix:%%DIR%%/redis.sock password_file=%%DIR%%/password'), qr/^granted/, 'unix:path';
is scalar(() = record_keys('-n', '3')), 0, 'database 3 is empty';
like with('%%REDIS%% password_file=%%DIR%%/password db=3'), qr/^granted/, 'db=3';
is scalar(() = record_keys('-n', '3')), 1, '... keeps the record there';
like with('%%REDIS%% password_file=%%DIR%%/password prefix=shop'), qr/^granted/, 'prefix=shop';
is scalar(grep { /^shop:/ } record_keys()), 1, '... is before the name of every key';

# The words of docs/operations.md, as they stand there.
my ($words) = $t->read($t->root . '/docs/operations.md') =~ /^\| a user with `([^`]+)` on `cg:\*`/m;
$t->redis_cli('acl', 'setuser', 'gate', 'on', '>other', 'resetkeys', '~cg:*', '-@all',
    map { '+' . lc s/\\\|/|/r } split ' ', $words);
like with('%%REDIS%% user=gate password_file=%%DIR%%/wrong db=4'), qr/^granted/, 'the rights in operations.md suffice';

for my $case (['a wrong password', '%%REDIS%% password_file=%%DIR%%/wrong'], ['no password', '%%REDIS%%']) {
    my ($what, $address) = @$case;
    $t->stop('gate', 'QUIT');
    truncate $t->dir . '/gate.error.log', 0;
    $t->gate(policy() . $server, workers => 1, consent => { redis => $address });
    my @status = map { $t->get('/', @host)->status } 1 .. 20;
    is "@status", join(" ", (200) x 20), "$what: pages are served";
    like $t->get('/', @host)->body, qr/data-ngxc-src/, '... gated';
    is choose($t, 'accept', @host)->status, 503, '... nothing can be granted';
    is choose($t, 'reject', @host)->status, 303, '... everything refused';
    my @said = grep { /consent/ && /\[(?:warn|error)\]/ } split /\n/, $t->read('gate.error.log');
    cmp_ok scalar @said, '>', 0, '... the log says so';
    cmp_ok scalar @said, '<', 6, '... but not for every request';
    is scalar(grep { /s3cret|\bother\b/ } @said), 0, '... without the password';
}

$t->done;
