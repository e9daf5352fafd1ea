# Reports of the second wall: what is taken, what the log says of them, and
# that nobody fills it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP ();
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;
my $server = <<'END';
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  NAME;
        consent      test;
        consent_csp  MODE;
        location / { deny all; }
    }
END

$t->gate(policy()
    . $server =~ s/NAME/www.site.example/r =~ s/MODE/enforce/r
    . $server =~ s/NAME/report.site.example/r =~ s/MODE/report/r, workers => 1);

my @host = (host => 'www.site.example');

sub report {
    my ($uri, %o) = @_;
    my %field = ('document-uri' => 'https://www.site.example/?secret=1',
        'referrer' => 'https://www.site.example/person/17', 'blocked-uri' => $uri,
        'violated-directive' => 'img-src', %{ $o{field} || {} });

    return $t->post('/.consent/csp', host => $o{host} || 'www.site.example',
        body => $o{body} || JSON::PP->new->encode({ 'csp-report' => \%field }),
        headers => ['Content-Type' => $o{type} || 'application/csp-report',
            @{ $o{headers} || [] }]);
}

sub seen {
    my ($least) = @_;
    my @seen;

    $t->wait_for(3, sub {
        @seen = grep { $_->{ty} eq 'unknown.seen' } $t->evidence;
        @seen >= $least;
    });
    return map { my $e = $_; join ' ', map { $e->{$_} // '-' }
        qw(host pol kind n name vendor dir action) } @seen;
}

# ---- what is taken

my $first = int(time / 60);
my $r = report('https://pixel.example/x?id=17');
is $r->status, 204, 'a report is taken, whatever the site denies';
is $r->body, '', 'without a word';
is report('https://www.analytics.example/g', headers => ['Origin' => 'null',
    'Sec-Fetch-Site' => 'cross-site'])->status, 204,
    'no token, no origin: a browser sends none';
is report('inline')->status, 204, 'a report of no host, too';
is report(undef, type => 'application/reports+json', body => JSON::PP->new->encode([
    { type => 'csp-violation', body => { blockedURL => 'wss://stats.g.doubleclick.net/',
        effectiveDirective => 'connect-src', disposition => 'report' } } ]))->status,
    204, 'in the form of the Reporting API';
is report('https://pixel.example/', host => 'report.site.example')->status, 204,
    'where it is only reported';

is_deeply [seen(4)], [
    'www.site.example test host 1 pixel.example - img-src blocked',
    'www.site.example test host 1 www.analytics.example analytics-co img-src blocked',
    'www.site.example test host 1 stats.g.doubleclick.net - connect-src passed',
    'report.site.example test host 1 pixel.example - img-src passed',
], 'each host stands in the log, with its vendor and what became of it';

is_deeply [map { "@$_{qw(owner category)}" } grep { $_->{owner} } $t->evidence],
    ['Google ad'], 'whose a host is that no vendor block names is told with it';

unlike $t->read('consent.log'), qr/secret|person|id=17|127\.0\.0\.1/,
    'no URL, no page, nobody';

# ---- what is not

my $before = seen(4);
for my $case (
    [400, 'no JSON', body => 'x'],
    [400, 'JSON of something else', body => '{"a":1}'],
    [400, 'nothing', body => ' '],
    [415, 'another type', type => 'text/plain', body => '{"csp-report":{}}'],
) {
    my ($status, $what, %o) = @$case;
    $r = report('https://x.example/', %o);
    ok $r->status == $status && $r->header('content-type') =~ /json/
        && JSON::PP->new->decode($r->body)->{error} =~ / /,
        "$what: $status with a sentence" or diag $r->body;
}
is report('https://x.example/' . 'x' x 5000)->status, 413, 'too long: 413';
is $t->get('/.consent/csp', @host)->status, 405, 'GET: 405';
is scalar(seen(4)), $before, 'none of it is in the log';

# ---- nobody fills the log

report('https://pixel.example/again') for 1 .. 30;
report("https://h$_.example/") for 1 .. 100;
my @lines = seen(20);
my $minutes = int(time / 60) - $first + 1;      # of the clock, one as a rule
ok @lines >= 20 && @lines <= 20 * $minutes, 'a flood of hosts: twenty lines in the first minute'
    or diag explain \@lines;

$t->stop('gate', 'QUIT');
@lines = seen(20 + 64 + 1 - 20);
ok grep({ $_ eq 'www.site.example test host 30 pixel.example - img-src blocked' } @lines),
    'a host that comes again is a number' or diag explain [@lines[20 .. 25]];
is scalar(grep { / more 40 / } @lines), 1,
    'what the table could not hold is one line' or diag $lines[-1];
cmp_ok scalar @lines, '<=', 20 + 64 + 1, 'and there are no more lines than that';

$t->done;
