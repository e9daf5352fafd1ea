# Ways to run nginx: one process, reuseport, threads for files, nothing of ours
# used; signals to a worker that waits.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(time sleep);
use Consent;
use Consent::History;
use Consent::Load;
use Consent::Site;

my $t = Consent->new;
my @host = (host => 'www.site.example');
$t->write('files/page', '<!doctype html><title>t</title><body><p>first<script src="https://analytics.example/a.js"></script>'
    . '<img src="https://ads.example/p.gif"><p>last</body>');
$t->origin(Consent::Load::origin());
$t->redis('--appendfsync', 'always');

my $site = Consent::Load::site();
my %shape = (
    'one process' => [$site, single => 1],
    'one worker' => [$site, workers => 1],
    'reuseport' => [$site =~ s/(%%PORT_gate%%);/$1 reuseport;/r, workers => 2],
    'files read by threads' => [$site =~ s/proxy_pass.*?;/root %%DIR%%\/files; default_type text\/html; aio threads; sendfile off; directio 1;/r, workers => 2],
);

for my $name (sort keys %shape) {
    my ($text, @how) = @{ $shape{$name} };

    $t->gate(policy() . $text, @how);
    my $load = Consent::Load->start($t, clients => 6, think => 0.005);
    ok $load->seen(30, sub { $_[0]{op} eq 'page' && $_[0]{open} }), "$name: who granted gets an open page";
    sleep 0.3;
    my $history = $load->stop;
    $t->stop('gate', 'QUIT') or fail "$name: nginx does not end";
    is scalar($history->broken), 0, '... every request is answered';
    is scalar(grep { $_->{status} != 200 || !$_->{whole} } $history->pages), 0, '... with whole pages';
    $t->{whole}->merge($history) if $t->{whole};
    $t->{whole} ||= $history;
    is join("\n", $t->{whole}->faults(Consent::History::stores($t))), '', '... clients, log and Redis tell one story';
}

# ---- worker_shutdown_timeout with look-ups and decisions under way

$t->gate(policy() . $site, workers => 1, main => 'worker_shutdown_timeout 10ms;', consent => { redis => '%%REDIS%% feed=off timeout=9s' });
my ($notice) = $t->get('/.consent/state', @host)->body =~ /"notice":"([^"]+)"/;
my @json = (@host, json => { choice => 'accept', notice => $notice }, headers => { 'Sec-Fetch-Site' => 'same-origin' });
my @jars = map { $t->jar } 1 .. 4;
$t->wait_for(5, sub { $t->post('/.consent/choice', @json, jar => $_)->status == 200 }) for @jars;
sleep 5.2;                                    # what was cached is too old
$t->redis_freeze;

my @waiting;
for my $jar (@jars) {
    for my $ask (sub { $t->get('/page', @host, jar => $jar) }, sub { $t->post('/.consent/choice', @json, jar => $jar) }) {
        my $pid = open my $fh, '-|';
        if ($pid == 0) {
            my $r = $ask->();
            print $r->status, ' ', join ',', Consent::Load::_open($r);
            close STDOUT;
            require POSIX;
            POSIX::_exit(0);
        }
        push @waiting, $fh;
    }
}
sleep 0.5;
my $began = time;
kill 'QUIT', $t->pid('gate');
ok $t->stop('gate', 'QUIT') && time - $began < 9, 'worker_shutdown_timeout: nginx ends though Redis is silent';
my @answers = map { scalar readline $_ } @waiting;
is scalar(grep { !/^(?:0|200|503) $/ } @answers), 0, '... with nothing opened, nothing recorded: ' . join '; ', @answers;
$t->redis_thaw;

# ---- a module that nobody uses

$t->redis_cli('config', 'resetstat');
$t->gate(<<'END', consent => { map { $_ => undef } qw(zone redis key_file log) });
    server {
        listen  127.0.0.1:%%PORT_gate%%;
        location / { return 200 "plain"; }
    }
END
is $t->get('/')->body, 'plain', 'loaded, without a directive: nginx serves';
sleep 0.5;
my ($connections) = $t->redis_cli('info', 'stats') =~ /total_connections_received:(\d+)/;
is $connections, 1, '... and nobody connects to Redis but redis-cli';

$t->done;
