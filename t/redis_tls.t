# TLS to Redis: consent is told to nobody but the server that was meant.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(time sleep);
use Consent;
use Consent::Site;

my $t = Consent->new(needs => ['openssl']);
my $dir = $t->dir;

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html'],
        '<!doctype html><title>t</title><body><p>x<script src="https://analytics.example/a.js"></script>');
});

# ---- certificates

sub openssl {
    my ($code, $said) = $t->_run('', 'openssl', @_);
    die "openssl @_: $said\n" if $code != 0;
}

sub authority {
    my ($name) = @_;
    openssl(qw(req -x509 -newkey rsa:2048 -nodes -days 2 -subj), "/CN=$name", '-keyout', "$dir/$name.key",
        '-out', "$dir/$name.pem");
}

# signed(NAME, ALTERNATIVE NAMES, CA, DAYS)
sub signed {
    my ($name, $names, $ca, $days) = @_;
    $t->write("$name.ext", "subjectAltName=$names\n");
    openssl(qw(req -newkey rsa:2048 -nodes -subj), "/CN=$name", '-keyout', "$dir/$name.key", '-out', "$dir/$name.csr");
    openssl(qw(x509 -req -CAcreateserial -extfile), "$dir/$name.ext", '-in', "$dir/$name.csr", '-CA', "$dir/$ca.pem",
        '-CAkey', "$dir/$ca.key", '-days', $days, '-out', "$dir/$name.pem");
}

authority($_) for qw(ca stranger);
signed('good', 'DNS:redis.example,IP:127.0.0.1', 'ca', 2);
signed('named', 'DNS:redis.example', 'ca', 2);
signed('expired', 'DNS:redis.example,IP:127.0.0.1', 'ca', -1);
signed('client', 'DNS:gate.example', 'ca', 2);

# ---- servers

sub server {
    my ($name, $certificate, $clients) = @_;
    $t->redis_named($name, '--tls-port', $t->port("tls_$name"), '--tls-cert-file', "$dir/$certificate.pem",
        '--tls-key-file', "$dir/$certificate.key", '--tls-ca-cert-file', "$dir/ca.pem",
        '--tls-auth-clients', $clients ? 'yes' : 'no');
}

server('redis', 'good', 0);
server('named', 'named', 0);
server('expired', 'expired', 0);
server('mutual', 'good', 1);

my $silent = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $t->port('silent'), Listen => 64)
    or die "listen: $!\n";

sub line { return "127.0.0.1:%%PORT_$_[0]%% connect_timeout=400ms" }

my $trust = 'tls ca=%%DIR%%/ca.pem';
my @host = (host => 'www.site.example');

sub conf {
    my ($redis) = @_;
    return policy() . <<"END";
    consent_zone     consent 4m;
    consent_redis    $redis;
    consent_key_file %%KEY%%;
    consent_log      %%DIR%%/consent.log;
    consent_limit    off;
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "\$consent_state \$consent_lookup" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END
}

my %o = (workers => 1, main => '%%LOAD_MODULE%%');
$t->nginx('gate', conf(line('tls_redis') . " $trust"), %o);

# The gate with another consent_redis, by reload; what the log says from then on.
my $mark = 0;

sub turn {
    my ($redis) = @_;
    $t->configure('gate', conf($redis), %o);
    $mark = length $t->read('gate.error.log');
    return $t->reload;
}

sub said { return substr $t->read('gate.error.log'), $mark }

sub told {
    my ($what) = @_;
    return $t->wait_for(8, sub { said() =~ $what });
}

sub works {
    my ($title) = @_;
    my $jar = $t->jar;
    my $r;
    $t->wait_for(8, sub { $jar = $t->jar; $r = choose($t, 'accept', jar => $jar, @host); $r->status == 303 });
    is $r->status, 303, "$title: consent is recorded";
    like $t->get('/', jar => $jar, @host)->header('x-state'), qr/^granted/, '... and believed';
    return $jar;
}

my $visitor = works('the right server');

ok scalar(grep { /name=ngx-consent/ } $t->redis_cli('client', 'list')), 'it is our connection that Redis sees';

# ---- nobody else is told

my $fault = qr/consent redis "127\.0\.0\.1:\d+" is (?:still )?down: /;

for my $case (
    ['a certificate for another name', line('tls_named') . " $trust", qr/tls, IP address mismatch/i],
    ['another name asked for', line('tls_redis') . " $trust server_name=other.example", qr/tls, hostname mismatch/i],
    ['a CA that is not ours', line('tls_redis') . ' tls ca=%%DIR%%/stranger.pem', qr/tls, .*(?:issuer|self.signed)/i],
    ['nobody but the CAs of the system', line('tls_redis') . ' tls', qr/tls, .*(?:issuer|self.signed)/i],
    ['an expired certificate', line('tls_expired') . " $trust", qr/tls, certificate has expired/],
    ['a plain server', line('redis') . " $trust", qr/(?:tls, |timeout|closed)/],
    ['a server of TLS, asked in the clear', line('tls_redis'), qr/(?:closed|protocol|timeout)/],
    ['a server that is silent in the handshake', line('silent') . " $trust", qr/timeout/],
    ['a server that wants our certificate', line('tls_mutual') . " $trust", qr/(?:closed|tls), \S/],
    ['the wrong certificate of ours', line('tls_mutual')
        . " $trust certificate=%%DIR%%/stranger.pem certificate_key=%%DIR%%/stranger.key", qr/(?:closed|tls), \S/],
) {
    my ($title, $redis, $why) = @$case;

    ok turn($redis), "$title: a reload";
    ok $t->wait_for(8, sub { $t->get('/', jar => $visitor, @host)->header('x-state') =~ /^unknown/ }),
        '... nobody is believed, once the lease is over';
    my $r = $t->get('/', jar => $visitor, @host);
    is $r->status, 200, '... the page is served';
    like $r->body, qr/data-ngxc-src/, '... gated';
    is choose($t, 'accept', @host)->status, 503, '... nothing is recorded';
    ok told(qr/$fault$why/), '... and the log says why' or diag said();
    is scalar(() = said() =~ /SSL_do_handshake|verify/g) <= 1, 1, '... in one line';
}

# ---- reload, back to what is right

ok turn(line('tls_redis') . " $trust"), 'a reload with the right CA';
like $t->wait_for(8, sub {
    my $state = $t->get('/', jar => $visitor, @host)->header('x-state');
    $state =~ /^granted/ && $state;
}) || '', qr/^granted/, 'the visitor of the beginning is believed again';

ok turn(line('tls_named') . " $trust server_name=redis.example"), 'the name that the certificate has';
works('a server by its name');

ok turn(line('tls_expired') . ' tls verify=off'), 'verify=off';
works('nobody is verified');

ok turn(line('tls_mutual') . " $trust certificate=%%DIR%%/client.pem certificate_key=%%DIR%%/client.key"),
    'our own certificate';
works('a server that wants our certificate');

# ---- Redis is started anew

$t->redis_stop('mutual');
is $t->get('/', @host)->status, 200, 'Redis ends: pages are served';
server('mutual', 'good', 1);
ok $t->wait_for(15, sub { choose($t, 'accept', @host)->status == 303 }), 'Redis is back, with the next handshake';

# ---- sentinels: in TLS as well, and verified as well

sub sentinel {
    my ($name, $certificate) = @_;
    my $file = $t->write("$name.conf", join "\n", 'port 0', 'bind 127.0.0.1', 'tls-port ' . $t->port($name), 'tls-auth-clients no',
        'tls-replication yes', "tls-cert-file $dir/$certificate.pem", "tls-key-file $dir/$certificate.key",
        "tls-ca-cert-file $dir/ca.pem", 'dir ' . $t->dir, 'sentinel monitor main 127.0.0.1 ' . $t->port('tls_redis') . ' 1', '');
    $t->spawn($name, 'redis-server', $file, '--sentinel');
    $t->_ready($name, $t->port($name));
}

sentinel('watch', 'good');
sentinel('other', 'named');
ok turn(line('watch') . " sentinel=main $trust"), 'a sentinel in TLS';
works('the master that it names');
ok turn(line('other') . " sentinel=main $trust"), 'a sentinel whose certificate has another name';
is choose($t, 'accept', @host)->status, 503, '... is not believed';
ok told(qr/consent redis "main" is (?:still )?down: tls, IP address mismatch/i), '... and the log says why' or diag said();

# ---- a file of CAs that changed is read by a reload

$t->write('new.pem', $t->read('stranger.pem'));
ok turn(line('tls_redis') . ' tls ca=%%DIR%%/new.pem'), 'a file with the wrong CA';
ok told(qr/$fault.*(?:issuer|self.signed)/i), 'it is down';
$t->write('new.pem', $t->read('stranger.pem') . $t->read('ca.pem'));
ok $t->reload, 'the right one is added, and a reload';
works('the new CA');

# ---- many at once: no write that was cut is lost or said twice

my ($notice) = $t->get('/.consent/state', @host)->body =~ /"notice":"([^"]+)"/;

sub visitors {
    my $bad = 0;
    for (1 .. 25) {
        my $jar = $t->jar;
        my $r = $t->post('/.consent/choice', jar => $jar, @host, headers => { 'Sec-Fetch-Site' => 'same-origin' },
            form => [choice => 'accept', notice => $notice]);
        $bad++ if $r->status != 303 || $t->get('/', jar => $jar, @host)->header('x-state') !~ /^granted/;
    }
    return $bad;
}

my @pids = map { my $pid = fork; POSIX::_exit(visitors()) if !$pid; $pid } 1 .. 8;
my $bad = 0;
for (@pids) { waitpid $_, 0; $bad += $? >> 8 }
is $bad, 0, '200 visitors, eight at a time: all are recorded and believed';

close $silent;
$t->done;
