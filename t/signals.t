# What a browser says on its visitor's behalf (Sec-GPC, DNT): who counts as
# having said it, what that closes, what beats it, and where the site says that
# it listens: /.well-known/gpc.json.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use POSIX qw(strftime);
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    my $json = $req->{path} =~ /json$/;

    $out->respond(200, ['Content-Type' => $json ? 'application/json' : 'text/html'],
        $json ? '{"gpc":false,"lastUpdate":"2001-01-01"}'
            : '<!doctype html><html lang="en"><title>t</title><body><p>x'
              . '<script src="https://www.analytics.example/tag.js"></script></body></html>');
});

# Policies beside "test", which was revised on 2023-04-01: each differs in its
# version, or in the signals that it honours.
my %policy = (
    effective => ['version 3 effective=2024-02-29 material_since=2;', ''],
    undated   => ['version 3 material_since=2;', ''],
    tomorrow  => ['version 3 effective=2999-01-01 material_since=2;', ''],
    dnt       => ['version 3 revised=2023-04-01 material_since=2;', 'signals dnt;'],
    both      => ['version 3 revised=2023-04-01 material_since=2;', 'signals gpc dnt;'],
    deaf      => ['version 3 revised=2023-04-01 material_since=2;', 'signals off;'],
);

my ($policies, $servers) = (policy(), '');
my ($block) = $policies =~ /(consent_policy test \{.*)/s or die 'no policy';

for my $name (sort keys %policy) {
    my ($version, $more) = @{ $policy{$name} };

    $policies .= $block =~ s/consent_policy test/consent_policy $name/r
        =~ s/^\s*version.*$/$version $more/mr;
    $servers .= <<"END";
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  $name.example;
        consent      $name;
        consent_site $name;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END
}

my $before = strftime('%Y-%m-%d', gmtime);

$t->gate($policies . $servers . <<'END');
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        rewrite      ^/\.well-known/ /elsewhere last;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location ~ /\. { deny all; }
        location /.well-known/ { return 404; }
    }
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  exact.example;
        consent      test;
        consent_site exact;
        location / { return 404; }
        location = /.well-known/gpc.json { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  nested.example;
        consent      test;
        consent_site nested;
        location / { return 404; }
        location /.well-known/ {
            location /.well-known/gpc.json { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        }
    }
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  without.example;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END

my $after = strftime('%Y-%m-%d', gmtime);
my $file  = '/.well-known/gpc.json';
my @host  = (host => 'www.site.example');
my $r;


# ---- the file

$r = $t->get($file, @host);
is $r->status, 200, 'gpc_file: it is there, whatever rewrite, deny and prefixes say';
is $r->body, '{"gpc":true,"lastUpdate":"2023-04-01"}', 'gpc_file: gpc is true, since the policy was revised';
is $r->header('content-type'), 'application/json', 'gpc_file: as JSON';
is scalar(my @set = $r->all('set-cookie')), 0, 'gpc_file: nobody is given a cookie for it';
is $t->get($file, @host, headers => { 'Sec-GPC' => '1' })->body, $r->body, 'gpc_file: it says the same to everybody';

is $t->get('/.well-known//gpc.json?x=1', @host)->status, 200, 'gpc_file: by its normalised path';
unlike $t->get("$file/", @host)->body, qr/"gpc"/, 'gpc_file: and by no other';
unlike $t->get('/.well-known/GPC.json', @host)->body, qr/"gpc":true/, 'gpc_file: nor in other letters';

$r = $t->head($file, @host);
is join('-', $r->status, $r->header('content-length'), length $r->body), '200-38-0',
    'gpc_file: HEAD is GET without a body';
$r = $t->post($file, @host, form => [gpc => 'false']);
is $r->status, 405, 'gpc_file: nothing is written to it';
is $r->header('allow'), 'GET, HEAD', 'gpc_file: and it says so';

sub file { return $t->get($file, host => "$_[0].example")->body }
sub day  { return decode_json(file($_[0]))->{lastUpdate} }

is day('effective'), '2024-02-29', 'gpc_day: of a policy that was not revised, the day since when it holds';
for my $name (qw(undated tomorrow)) {
    my $day = day($name);
    ok $day eq $before || $day eq $after, "gpc_day: $name, the day when the configuration was read";
}
like file('both'), qr/"gpc":true/, 'gpc_file: with DNT beside it';
like file($_), qr/"gpc":false/, "gpc_file: none of ours where signals are $_" for qw(dnt deaf);
like file('without'), qr/"gpc":false/, 'gpc_file: nor without consent';
is file($_), '{"gpc":false,"lastUpdate":"2001-01-01"}', "gpc_own_location: $_, the site speaks for itself"
    for qw(exact nested);


# ---- who has said it

# said(HOST, LINE…): the state of a visitor whose browser sends these lines.
sub said {
    my ($host, @lines) = @_;
    my $raw = $t->raw([join "\r\n", 'GET /.consent/state HTTP/1.1', "Host: $host",
        'Connection: close', @lines, '', '']);

    return decode_json($raw->body)->{state};
}

my %heard = (
    one     => ['Sec-GPC: 1'],
    blanks  => ['Sec-GPC:   1  '],
    twice   => ['Sec-GPC: 0', 'Sec-GPC: 1'],
    letters => ['SEC-gpc: 1'],
);
my %nothing = (
    zero     => ['Sec-GPC: 0'],
    true     => ['Sec-GPC: true'],
    list     => ['Sec-GPC: 1, 1'],
    extended => ['Sec-GPC: 1;x'],
    eleven   => ['Sec-GPC: 11'],
    quoted   => ['Sec-GPC: "1"'],
    empty    => ['Sec-GPC:'],
    dnt      => ['DNT: 1'],
    silence  => [],
);

is said('www.site.example', @{ $heard{$_} }), 'gpc', "signal_value: $_ is heard" for sort keys %heard;
is said('www.site.example', @{ $nothing{$_} }), 'none', "signal_value: $_ is nothing" for sort keys %nothing;

is said('dnt.example', 'DNT: 1'), 'gpc', 'signal_dnt: heard where the policy hears it';
is said('dnt.example', 'Sec-GPC: 1'), 'none', 'signal_dnt: and nothing else then';
is said('both.example', "$_: 1"), 'gpc', "signal_both: $_ is heard" for 'Sec-GPC', 'DNT';
is said('deaf.example', 'Sec-GPC: 1', 'DNT: 1'), 'none', 'signal_off: nothing is heard';


# ---- what it does

my @gpc = ('Sec-GPC' => '1');
my $tag = qr{<script src="https://www\.analytics};

$r = $t->get('/page', @host, headers => {@gpc});
unlike $r->body, qr/id="ngx-consent"/, 'signal_page: nobody is asked what the browser said already';
unlike $r->body, $tag, 'signal_page: nothing optional is loaded';
like $r->body, qr{<a id="ngxc-settings"[^>]*href="/\.consent/"}, 'signal_page: the settings stay within reach';
like $r->body, qr{Browser&#x2019;s opt-out signal honoured</a>}, 'signal_page: and say that the signal is honoured';
is scalar(grep { /ngxc=/ } $r->all('set-cookie')), 0, 'signal_page: it is no choice, and nothing is kept of it';

my ($seen) = grep { $_->{path} eq '/page' } $t->app_log(1);
my %sent = map { lc $_ => $seen->{headers}{$_} } keys %{ $seen->{headers} };
is $sent{'sec-gpc'}, '1', 'signal_forward: the site is told as well';

$r = $t->get('/.consent/', @host, headers => {@gpc});
like $r->body, qr/We honour this: nothing optional is loaded/, 'signal_settings: the page says that it is honoured';
like $r->body, qr/<button[^>]*value="accept"/, 'signal_settings: and offers the choice';


# ---- what beats it

my @choices = (
    [accept => 'granted', 'analytics marketing'],
    [save   => 'partial', 'analytics'],
    [reject => 'refused', ''],
);

for my $case (@choices) {
    my ($choice, $state, $granted) = @$case;
    my $jar = $t->jar;
    my @who = (@host, jar => $jar, headers => { 'Sec-Fetch-Site' => 'same-origin', @gpc });

    choose($t, $choice, @who, p => $choice eq 'save' ? ['analytics'] : []);

    my $now = decode_json($t->get('/.consent/state', @who)->body);
    is $now->{state}, $state, "signal_choice: $choice is what counts, whatever the browser says";
    is join(' ', sort grep { $now->{purposes}{$_} && $_ ne 'necessary' } keys %{ $now->{purposes} }),
        $granted, "signal_choice: $choice, for the purposes chosen";

    my ($event) = grep { $_->{ty} eq 'decision' } reverse $t->evidence;
    ok $event && $event->{gpc}, "signal_choice: $choice, the log has what the browser said";
    unlike $t->get('/', @who)->body, qr{opt-out signal honoured</a>}, "signal_choice: $choice, the page says no more than is so";

    next if !$granted;
    like $t->get('/', @who)->body, $tag, "signal_choice: $choice, what was chosen is loaded";
    choose($t, 'withdraw', @who);
    unlike $t->get('/', @who)->body, $tag, "signal_choice: $choice, until it is withdrawn";
}

# A choice of which nothing is left is none.

{
    my $jar = $t->jar;
    my @who = (@host, headers => { 'Sec-Fetch-Site' => 'same-origin' });

    choose($t, 'accept', @who, jar => $jar);
    my $old = $jar->header('/');
    $t->post('/.consent/erase', @who, jar => $jar, form => []);

    is decode_json($t->get('/.consent/state', @host, headers => { Cookie => $old })->body)->{state}, 'none',
        'signal_erased: a token whose record is gone is no choice';
    is decode_json($t->get('/.consent/state', @host, headers => { Cookie => $old, @gpc })->body)->{state}, 'gpc',
        'signal_erased: so what the browser says is heard';
    unlike $t->get('/page', @host, headers => { Cookie => $old, @gpc })->body, qr/id="ngx-consent"/,
        'signal_erased: and nobody is asked';
}

$t->done;
