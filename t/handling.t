# What is handled, as sums: the figures are those of what visitors did, in
# every state, whatever becomes of the worker that counted them.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep time);
use Consent;
use Consent::Site;

my $t = Consent->new;

# A page with a tag of each vendor and of nobody, and two cookies.
$t->app(sub {
    my ($req, $out) = @_;
    return $out->respond(200, ['Content-Type' => 'image/gif'], 'GIF89a') if $req->{path} =~ /gif/;
    return $out->respond(200, ['Content-Type' => 'text/html'], '<!doctype html><title>t</title><body><p>x'
        . join '', map { "<img src=https://v$_.example/x>" } 0 .. 79) if $req->{path} =~ /crowd/;
    return $out->respond(200, ['Content-Type' => 'text/html', 'Content-Encoding' => 'x-odd'], 'odd')
        if $req->{path} =~ /odd/;
    $out->respond(200, ['Content-Type' => 'text/html', 'Set-Cookie' => '_fbp=1; Path=/', 'Set-Cookie' => 'SESSION=1'],
        '<!doctype html><title>t</title><body><p>x'
        . '<script src="https://analytics.example/a.js"></script>'
        . '<script src="https://analytics.example/b.js"></script>'
        . '<img src="https://ads.example/p.gif"><img src="https://nobody.example/p.gif">');
});

my $server = <<'END';
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example alias.site.example;
        consent      test;
        add_header   X-State "$consent_state" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /form { consent_class form; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /off { consent off; proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

sub conf { my ($more) = @_; return policy(more => $more || '') . $server }

my @log = (consent => { log => '%%DIR%%/consent.log handling=1h' });
my @host = (host => 'www.site.example');

sub sums { return grep { $_->{ty} eq 'handling.sum' } $t->evidence }

# All sums behind the first N as one: rows by state and grants.
sub total {
    my ($from) = @_;
    my %sum = (n => 0, without_basis => 0, rows => {}, ip => {});
    my @sums = sums();

    for my $s (@sums[$from || 0 .. $#sums]) {
        $sum{$_} += $s->{$_} for qw(n without_basis);
        for my $list (qw(rewrite lookup walls class)) {
            $sum{$list}{$_} += $s->{$list}{$_} for keys %{ $s->{$list} || {} };
        }
        $sum{ip}{"$_->{state} $_->{up} $_->{log} " . ($_->{combined} ? 'combined' : '')} += $_->{n} for @{ $s->{ip} || [] };
        for my $by (@{ $s->{by} }) {
            my $row = $sum{rows}{join ' ', $by->{state}, @{ $by->{granted} }} ||= {};
            $row->{n} += $by->{n};
            for my $v (keys %{ $by->{tags} }) { $row->{tags}{$v}{$_} += $by->{tags}{$v}{$_} for qw(held passed) }
            for my $k (qw(ck_req ck_set ck_expired)) {
                $row->{$k}{$_} += $by->{$k}{$_} for keys %{ $by->{$k} || {} };
            }
        }
    }
    return \%sum;
}

# A reload, until the workers before are gone.
sub reload {
    my %old = map { $_ => 1 } $t->workers;

    $t->reload;
    $t->wait_for(10, sub { !grep { $old{$_} } $t->workers }) or fail 'old workers end';
}

sub pages {
    my ($n, $path, %o) = @_;
    my $state;
    $state = $t->get($path, @host, %o)->header('x-state') for 1 .. $n;
    return $state;
}

sub tags {
    my ($n, @held) = @_;
    my %held = map { $_ => 1 } @held;
    my %tags = ('analytics-co' => 2, 'ads-co' => 1, unlisted => 1);

    return { map { $_ => { held => $held{$_} ? $n * $tags{$_} : 0, passed => $held{$_} ? 0 : $n * $tags{$_} } } keys %tags };
}

$t->gate(conf(), @log);

# ---- figures

my %jar = map { $_ => $t->jar } qw(all some none);
choose($t, 'accept', jar => $jar{all}, @host);
choose($t, 'save', p => ['analytics'], jar => $jar{some}, @host);
choose($t, 'reject', jar => $jar{none}, @host);
sleep 0.2;

is pages(3, '/a'), 'none', 'three pages for a visitor who has not decided';
is pages(4, '/a', jar => $jar{all}), 'granted', 'four for one who granted all';
is pages(5, '/a', jar => $jar{some}), 'partial', 'five for one who granted some';
is pages(6, '/a', jar => $jar{none}), 'refused', 'six for one who refused';
is pages(2, '/a', headers => { 'Sec-GPC' => '1' }), 'gpc', 'two for one whose browser refuses';
is pages(2, '/form', jar => $jar{all}), 'granted', 'two forms';
pages(7, '/x.gif', headers => { Cookie => '_ga=1; SESSION=2; _ga_X=3' });
pages(1, '/odd');
pages(9, '/off');
$t->get('/.consent/', @host) for 1 .. 3;
$t->get('/a', host => 'alias.site.example') for 1 .. 2;
sleep 0.2;

is scalar(sums()), 0, 'nothing is told while the period lasts';
kill 'USR1', $t->pid('gate');
sleep 0.5;
is scalar(sums()), 0, 'a file that is opened anew ends no period';
pages(1, '/a');
reload();

my $sum = total();
my @all = qw(analytics-co ads-co unlisted);

is $sum->{n}, 3 + 4 + 5 + 6 + 2 + 2 + 7 + 1 + 2 + 1, 'a reload tells them: every exchange, but our own pages and those without consent';
is_deeply [sort keys %{ $sum->{rows} }],
    ['gpc', 'granted analytics marketing', 'none', 'partial analytics', 'refused'], 'by state and grants';

my $none = $sum->{rows}{none};
is $none->{n}, 14, 'undecided: pages, pictures, what cannot be read, of all names of the site';
is_deeply $none->{tags}, tags(6, @all), 'all was held';
is_deeply $none->{ck_req}, { _ga => 7, _ga_X => 7 }, 'cookies kept from the site, by name';
is_deeply $none->{ck_set}, { _fbp => 6 }, 'cookies kept from the visitor';

my $all = $sum->{rows}{'granted analytics marketing'};
is $all->{n}, 6, 'who granted all';
is_deeply $all->{tags}, {
    'analytics-co' => { held => 4, passed => 8 }, 'ads-co' => { held => 2, passed => 4 },
    unlisted => { held => 6, passed => 0 } }, 'passed, but in forms, and but what nobody declared';
is_deeply $sum->{rows}{'partial analytics'}{tags}, tags(5, 'ads-co', 'unlisted'), 'who granted some';
is_deeply $sum->{rows}{refused}{tags}, tags(6, @all), 'who refused';
is_deeply $sum->{rows}{gpc}{tags}, tags(2, @all), 'whose browser refuses';
is $sum->{without_basis}, 0, 'nothing passed without a basis';
is $sum->{walls}{headers}, $sum->{n}, 'every header was looked at';
is $sum->{walls}{markup}, $sum->{rewrite}{ok}, 'every page that could be read was';
is_deeply $sum->{rewrite}, { ok => 25, 'coded body' => 1 }, 'and why one was not';
is_deeply $sum->{class}, { form => 2 }, 'forms are counted';
is $sum->{lookup}{cache} + ($sum->{lookup}{redis} || 0), 11, 'who granted was looked up';
is_deeply $sum->{ip}, {}, 'addresses are not spoken of, where nobody asks for less';

my @sums = sums();
is_deeply [map { "$_->{host} $_->{pol} $_->{pv}" } @sums], [('www.site.example test 3') x @sums],
    'one line of a worker for a site, under its policy';
ok !(grep { $_->{from} gt $_->{to} || $_->{to} gt $_->{t} } @sums), 'with its period';
is_deeply [sort map { @{ $_->{cl} || [] } } $sums[0]], [sort { $a cmp $b } @{ $sums[0]{cl} }], 'and the clauses';
ok !(grep { $_->{ty} eq 'handling' } $t->evidence), 'no line of a single exchange';
is((grep { $_->{ty} eq 'config.load' } $t->evidence)[-1]{handling}, 3600, 'the configuration says how it is told');

# ---- a policy changes: what was counted under the old one is told under it

my $was = sums();
pages(2, '/a');
sleep 0.2;
$t->configure('gate', $t->subst($t->read($t->dir . '/gate.conf')) =~ s/version    3/version    4/r);
reload();
pages(3, '/a');
sleep 0.2;
reload();
my %by_version;
$by_version{$_->{pv}} += $_->{n} for (sums())[$was .. sums() - 1];
is_deeply \%by_version, { 3 => 2, 4 => 3 }, 'each version has its own exchanges';

# ---- periods, and a worker that is killed

$t->stop('gate');
$t->gate(conf(), consent => { log => '%%DIR%%/consent.log handling=1s' }, workers => 1);
$was = sums();
pages(4, '/a');
ok $t->wait_for(10, sub { total($was)->{n} == 4 }), 'a period ends: what was counted is told';
sleep 1.5;
is scalar(sums()), $was + 1, 'a site that nobody visits says nothing';
pages(3, '/a');
ok $t->wait_for(10, sub { total($was)->{n} == 7 }), 'and the next one';

my ($worker) = $t->workers;
pages(5, '/a');
kill 'KILL', $worker;
$t->allow(qr/worker process \d+ exited on signal 9/);
ok $t->wait_for(10, sub { my ($new) = $t->workers; $new && $new != $worker }), 'a worker is killed';
pages(2, '/a');
ok $t->wait_for(10, sub { total($was)->{n} >= 9 }), 'the next one counts on';
my $n = total($was)->{n};
ok $n >= 9 && $n <= 14, "only the period that was open is lost ($n)";

$was = sums();
rename $t->dir . '/consent.log', $t->dir . '/away.log';
$t->allow(qr/consent log/);
pages(3, '/a');
sleep 0.2;
kill 'USR1', $t->pid('gate');
ok $t->wait_for(20, sub {
    my @told = ((grep { $_->{ty} eq 'handling.sum' } $t->evidence('away.log'))[$was .. 999], sums());
    my $n = 0;
    $n += $_->{n} for grep { defined } @told;
    $n == 3;
}), 'a log that is moved away: in the old file or in the new one, but told';

# ---- addresses

$t->stop('gate');
unlink glob($t->dir . '/*.log');
$t->gate(conf("address combine clause=T-1; purpose ip_combine slot=3;\n"),
    consent => { log => '%%DIR%%/consent.log handling=1h' });
my $jar = $t->jar;
choose($t, 'accept', jar => $jar, @host);
sleep 0.2;
pages(2, '/a');
pages(3, '/a', headers => { Cookie => 'SESSION=1' });
pages(4, '/a', headers => { Authorization => 'Basic eDp5' }, jar => $jar);
sleep 0.2;
reload();

my $ip = total()->{ip};
is_deeply $ip, { 'none full t24 ' => 2, 'none t24 t24 ' => 3, 'granted full full combined' => 4 },
    'what was told of addresses: all of it beside who it is only where that was granted' or diag explain $ip;
is_deeply [sort { $a cmp $b } @{ (grep { @{ $_->{ip} } } sums())[0]{cl} || [] }], ['T-1', 'T-2'], 'clauses that were carried out';

# ---- more vendors than a page or a line tells apart

$t->stop('gate');
my $crowd = join '', map { "consent_vendor v$_ { name V; provider V US; receives ip; host v$_.example; }\n" } 0 .. 79;
my $vendors = join '', map { "vendor v$_ purpose=marketing;\n" } 0 .. 79;
for my $how ('1h', 'each') {
    my $was = () = $t->evidence;
    $t->gate($crowd . conf($vendors), consent => { log => "%%DIR%%/consent.log handling=$how" }, workers => 1);
    pages(2, '/crowd');
    $t->stop('gate', 'QUIT');
    my ($held, $rows) = (0, 0);
    for my $e ((grep { $_->{ty} =~ /^handling/ } grep { defined } ($t->evidence)[$was .. 999])) {
        for my $row ($e->{by} ? @{ $e->{by} } : $e) {
            $held += $_->{held} for values %{ $row->{tags} }, $row->{tags_more} || ();
            $rows = keys %{ $row->{tags} };
        }
    }
    is $held, 160, "eighty vendors, $how: each element is counted";
    cmp_ok $rows, '<=', 64, "not each vendor is named ($rows)";
}

for my $log ('away.log', 'consent.log') {
    next if !-e $t->dir . "/$log";
    my ($code, $out) = $t->consentctl('verify', $t->dir . "/$log");
    is $code, 0, "$log verifies" or diag $out;
}

$t->done;
