# consent_status: what happened, counted exactly, in two forms, and nothing of
# anybody in it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => $req->{path} =~ /png/ ? 'image/png' : 'text/html'],
        '<!doctype html><html lang=en><title>t</title><body><p>' . ('x' x 2000));
});

sub server {
    my ($more) = @_;
    return policy() . <<"END";
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        $more
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location = /returned { return 200 "x"; }
        location = /status { consent_status; allow 127.0.0.1; deny all; }
    }
    server {
        listen       127.0.0.1:%%PORT_plain%%;
        location /status/ { consent_status; }
        location /denied/ { consent_status; deny all; }
    }
END
}

$t->gate(server('consent_limit off;'), workers => 2, consent => { zone => 'consent 1m' });

my @host = (host => 'www.site.example');
my $LINE = qr/^(?:# HELP [a-z_]+ [^\n]+|# TYPE [a-z_]+ (?:counter|gauge)|[a-z_]+(?:\{[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\[\\"n])*")*\})? -?[0-9]+(?:\.[0-9]+)?)$/;

sub text { return $t->get('/status/', to => 'plain', @_) }

sub numbers {
    my $r = $t->get('/status/?format=json', to => 'plain');
    return JSON::PP->new->utf8->decode($r->body);
}

# What became of a list of numbers since the last look: "name+n …".
my $last = numbers();

sub news {
    my ($what, $want) = @_;
    my $said;

    # A request is counted when its answer has left.
    $t->wait_for(5, sub {
        my $now = numbers();
        my %flat = _flat($now->{$what});
        my %old = _flat($last->{$what});

        $said = join ' ', map { "$_+" . ($flat{$_} - ($old{$_} || 0)) }
            grep { $flat{$_} != ($old{$_} || 0) } sort keys %flat;
        return $said eq $want;
    });
    $last->{$what} = numbers()->{$what};
    return is($said, $want, $_[2]);
}

sub _flat {
    my ($value, $name) = @_;
    return map { my $k = $_; _flat($value->{$k}, defined $name ? "$name.$k" : $k) } sort keys %$value if ref $value;
    return (defined $name ? $name : '', $value);
}

# ---- two forms of one thing

my $r = text();
is $r->status, 200, 'the status is there';
is $r->header('Content-Type'), 'text/plain; version=0.0.4; charset=utf-8', 'as Prometheus wants it';
is $r->header('Cache-Control'), 'no-store', 'for once';
is join("\n", grep { !/$LINE/ } split /\n/, $r->body), '', 'every line is by its grammar';
like $r->body, qr/\n\z/, 'the last one ends';

my (%type, %seen, @twice, @untyped);
for (split /\n/, $r->body) {
    if (/^# TYPE (\S+) (\S+)/) { push @twice, $1 if $type{$1}; $type{$1} = $2; next }
    next if /^#/;
    my ($series) = /^(\S+(?: [^ ]*")*\}?) /;
    my ($name) = /^([a-z_]+)/;
    push @twice, $series if $seen{$series}++;
    push @untyped, $name if !$type{$name};
}
is "@twice @untyped", ' ', 'each series once, behind its type';
is join(' ', grep { ($type{$_} eq 'counter') != /_total$/ } keys %type), '', 'what counts is called _total';

my %json = _flat(numbers());
my %text;
for (split /\n/, text()->body) {
    my ($name, $labels, $value) = /^ngx_consent_([a-z_]+?)(?:_total)?(?:\{(.*)\})? (\S+)$/ or next;
    my @labels = defined $labels ? $labels =~ /="((?:[^"\\]|\\.)*)"/g : ();
    $text{ join '.', $name, @labels } = $value;
}
is join(' ', sort keys %json), join(' ', sort keys %text), 'JSON has the same numbers';
cmp_ok scalar(keys %text), '>', 80, scalar(keys %text) . ' of them';

is $t->get('/status/', to => 'plain', headers => [Accept => $_->[0]])->header('Content-Type'), $_->[1], "Accept: $_->[0]"
    for ['application/json', 'application/json'], ['text/html, application/json;q=0.9', 'application/json'],
        ['*/*', 'text/plain; version=0.0.4; charset=utf-8'];
is $t->get('/status/?format=prometheus', to => 'plain', headers => [Accept => 'application/json'])->header('Content-Type'),
    'text/plain; version=0.0.4; charset=utf-8', 'format= goes before Accept';
is text()->header('Vary'), 'Accept', 'a cache is told so';
is $t->head('/status/', to => 'plain')->status, 200, 'HEAD';
is $t->post('/status/', to => 'plain', body => 'x')->status, 405, 'nothing is posted to it';
is $t->get('/denied/', to => 'plain')->status, 403, 'deny holds';
is $t->get('/status', @host)->status, 200, 'it may stand in a server under a policy';
unlike $t->get('/status', @host)->body, qr/data-ngxc/, 'where it is no page to be gated';

# ---- requests

# The feed's first round makes what was cached before be looked up once more.
my $target = '127.0.0.1:' . $t->port('redis');
ok $t->wait_for(10, sub { my $age = numbers()->{feed_age_seconds}{$target}; defined $age && $age < 5 }), 'the feed is young';

$last = numbers();
$t->get('/', @host) for 1 .. 7;
$t->get('/a.png', @host, headers => ['Sec-Fetch-Dest' => 'image']) for 1 .. 3;
$t->get('/returned', @host) for 1 .. 2;
$t->get('/', @host, headers => ['Sec-GPC' => 1]) for 1 .. 4;
$t->get('/.consent/', @host);
$t->get('/status', @host);
news('requests', 'gpc+4 none+10 undecided+2', 'requests are counted by state, own pages not');
news('lookups', 'none+16', 'by where it was learned');

sub pages {
    my $now = numbers()->{pages};
    return join ' ', map { $now->{$_} - $last->{pages}{$_} } qw(hit miss bypass);
}
my ($hit, $miss, $bypass) = split ' ', pages();
is $hit + $miss + $bypass, 11, 'documents by what the page memory had of them';

# ---- decisions

my $jar = $t->jar;
choose($t, 'accept', @host, jar => $jar);
news('decisions', 'grant.recorded+1', 'a grant');
$t->get('/', @host, jar => $jar) for 1 .. 5;
news('requests', 'granted+5', 'granted ones');
news('lookups', 'cache+5', 'from the cache');
is numbers()->{cache_used}, 1, 'which holds one decision';

choose($t, 'save', @host, jar => $jar, p => ['analytics']);
news('decisions', 'change.recorded+1', 'a change');
$t->get('/', @host, jar => $jar);
news('requests', 'partial+1', 'partial');
my $old = $jar->copy;
choose($t, 'withdraw', @host, jar => $jar);
news('decisions', 'withdraw.recorded+1', 'a withdrawal');
$t->get('/', @host, jar => $_) for $jar, $old;
news('requests', 'refused+2', 'refused, with the new token and with the old one');
choose($t, 'reject', @host) for 1 .. 3;
news('decisions', 'refuse.logged+3', 'refusals');

my $page = $t->get('/.consent/', @host);
my @form = map { /name="([^"]+)" value="([^"]*)"/ } ($page->body =~ /<input type="hidden"[^>]*>/g)[0 .. 2];
$t->post('/.consent/choice', @host, form => [choice => 'accept', @form], headers => ['Sec-Fetch-Site' => 'same-origin']) for 1 .. 3;
news('decisions', 'grant.recorded+1 grant.repeated+2', 'a form that is sent three times');

my $gone = $t->jar;
choose($t, 'accept', @host, jar => $gone);
$t->post('/.consent/erase', @host, form => [], jar => $gone, headers => ['Sec-Fetch-Site' => 'same-origin']);
news('decisions', 'erase.recorded+1 grant.recorded+1', 'an erasure');

# ---- the log

my ($lines, $bytes, $log) = (0, 0, '');
ok $t->wait_for(5, sub {
    $log = $t->read('consent.log');
    my $now = numbers();
    ($lines, $bytes) = ($now->{log_lines}, $now->{log_bytes});
    return $lines == worker_lines($log);
}), 'lines are counted' or diag "$lines of " . scalar(worker_lines($log));
is $bytes, length join('', map { "$_\n" } worker_lines($log)), 'and their bytes';

# Without the master's lane, which the configuration stands in.
sub worker_lines {
    my @all = split /\n/, $_[0];
    my %master = map { $_->{ch} => 1 } grep { $_->{ty} =~ /^(?:config\.load|policy\.publish)$/ }
        map { JSON::PP->new->utf8->decode($_) } @all;
    return grep { !$master{ JSON::PP->new->utf8->decode($_)->{ch} } } @all;
}

my $now = numbers();
is $now->{log_writable}{ $t->dir . '/consent.log' }, 2, 'both workers can write it';
cmp_ok $now->{log_syncs}, '>', 0, 'it is synced';
is "$now->{log_faults} $now->{log_lost}", '0 0', 'nothing was lost';

# ---- Redis

ok $t->wait_for(5, sub { numbers()->{redis_connections}{$target}{ready} == 2 }), 'both workers are connected';
is numbers()->{workers}, 2, 'of two';
ok $t->wait_for(10, sub { numbers()->{redis_connects} == 3 }), 'with the feed, three connections were made';
is join(' ', map { $_ || 0 } values %{ numbers()->{redis_faults} }), join(' ', (0) x keys %{ numbers()->{redis_faults} }), 'and none lost';

my $open = $t->jar;
choose($t, 'accept', @host, jar => $open);
my $shut = $t->jar;
choose($t, 'accept', @host, jar => $shut);
$last = numbers();
$t->redis_stop;
ok $t->wait_for(10, sub { numbers()->{redis_connections}{$target}{ready} == 0 }), 'Redis goes: nobody is connected';
cmp_ok numbers()->{redis_faults}{closed}, '>=', 2, 'lost connections are counted';
is choose($t, 'accept', @host)->status, 503, 'accepting fails';
choose($t, 'withdraw', @host, jar => $shut);
news('decisions', 'grant.failed+1 withdraw.pending+1', 'which is counted, and so is a withdrawal that waits');
is numbers()->{pending}, 1, 'one waits';
ok $t->wait_for(20, sub { $t->get('/', @host, jar => $open); my $n = numbers(); $n->{lookups}{error} > $last->{lookups}{error} }),
    'a grant that nobody can confirm: an error';
ok $t->wait_for(5, sub { numbers()->{requests}{unknown} > $last->{requests}{unknown} }), 'and a visitor whose state is unknown';
$t->redis;
ok $t->wait_for(20, sub { my $n = numbers(); $n->{redis_connections}{$target}{ready} == 2 && $n->{pending} == 0 }),
    'Redis is back: connected, nothing waits';
ok $t->wait_for(20, sub { numbers()->{redis_connects} >= 6 }), 'by three more connections';

$t->redis_freeze;
$last = numbers();
my $asked = $t->jar->set(ngxc => $open->value('ngxc'));
ok $t->wait_for(20, sub { $t->get('/', @host, jar => $asked); numbers()->{lookups}{timeout} > $last->{lookups}{timeout} }),
    'Redis hangs: a time-out';
ok $t->wait_for(10, sub { numbers()->{redis_faults}{timeout} >= 1 }), 'which costs the connection';
$t->redis_thaw;

# ---- nothing of anybody

my $body = text()->body . $t->get('/status/?format=json', to => 'plain')->body;
my @tokens = map { split /\./, $_->value('ngxc') } $jar, $old, $open;
is join(' ', grep { length > 5 && index($body, $_) >= 0 } @tokens), '', 'no part of any token stands in it';
is join(' ', grep { /:v:(.*)/ && index($body, $1) >= 0 } $t->redis_cli('keys', '*')), '', 'nor the name of a record';
unlike $body, qr/www\.site\.example|\/a\.png/, 'nor what was asked for';

# ---- a worker dies, a reload

$t->wait_for(10, sub { numbers()->{redis_connections}{$target}{ready} == 2 });
my $before = numbers();
kill 'KILL', ($t->workers)[0];
$t->allow(qr/exited on signal 9/);
ok $t->wait_for(10, sub { numbers()->{redis_connections}{$target}{ready} == 2 }), 'another comes for a worker that is killed';
my $after = numbers();
is join(' ', map { encode($after->{$_}) } qw(requests decisions lookups)), join(' ', map { encode($before->{$_}) } qw(requests decisions lookups)),
    'what it counted stays';
is $after->{workers}, 2, 'there are two';

ok $t->reload, 'a reload';
$after = numbers();
is join(' ', map { encode($after->{$_}) } qw(requests decisions lookups)), join(' ', map { encode($before->{$_}) } qw(requests decisions lookups)),
    'leaves it as it is';
ok $t->wait_for(10, sub { my $n = numbers(); $n->{workers} == 2 && $n->{redis_connections}{$target}{ready} == 2 }),
    'and the old workers are not among those that are told of';

sub encode { return JSON::PP->new->canonical->encode($_[0]) }

# ---- too many, on a gate of its own

$t->stop('gate', 'QUIT');
$t->gate(server('consent_limit network=1r/s;'), workers => 1, consent => { limit => undef });
$last = numbers();
my @status = map { choose($t, 'accept', @host)->status } 1 .. 14;
my $turned = grep { $_ == 429 } @status;
cmp_ok $turned, '>', 0, 'some are turned down';
is numbers()->{limited} - $last->{limited}, $turned, 'each is counted';
my $refused = grep { choose($t, 'reject', @host)->status == 303 } 1 .. 2;
cmp_ok numbers()->{decisions}{refuse}{unlogged}, '>=', 1, 'and refusals that were not logged';

$t->done;
