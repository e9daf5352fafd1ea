# What is told of a visitor's address, to whom: by the policy's form, by what
# was granted, for whoever prints or forwards it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;
use Consent;
use Consent::HTTP qw(session);
use Consent::Site;

my $t = Consent->new(needs => [qw(node openssl)]);
my $dir = $t->dir;

# Policies, one for each form.
my %form = (
    full    => '',
    t24     => 'address t24 clause=T-1;',
    t16     => 'address t16;',
    drop    => 'address drop;',
    opened  => 'address t24 purpose=analytics clause=T-1;',
    combine => 'purpose ip_combine slot=3; address combine;',
);
my ($vendors) = policy() =~ /^(.*?)consent_policy/s;
my $policies = join '', map { policy(more => $form{$_}) =~ s/^.*?consent_policy test/consent_policy $_/sr } sort keys %form;
my ($code, $said) = $t->_run('', qw(openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=t -keyout), "$dir/tls.key",
    '-out', "$dir/tls.pem");
is $code, 0, 'a certificate for the test' or diag $said;

# What the origin gets: every line that may say who it is.
$t->app(sub {
    my ($req, $out) = @_;
    my %got = map { $_ => scalar $req->header($_) } qw(x-forwarded-for x-real-ip forwarded cf-connecting-ip x-mine x-host);
    $out->respond($req->{path} =~ /auth/ ? 204 : 200, ['Content-Type' => 'text/plain', 'X-Auth' => $got{'x-real-ip'} || ''],
        $req->{path} =~ /auth/ ? '' : encode_json(\%got));
});

my $LISTEN = join "\n", map { "listen $_;" } '127.0.0.1:%%PORT_gate%%', '127.0.0.1:%%PORT_tls%% ssl http2',
    '127.0.0.1:%%PORT_proxy%% proxy_protocol';
my $LOCATIONS = <<'END';
    location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    location /auth/ {
        auth_request      /ask;
        auth_request_set  $asked $upstream_http_x_auth;
        add_header        X-Asked "$asked" always;
        proxy_pass        http://127.0.0.1:%%PORT_app%%/;
    }
    location = /ask { internal; proxy_pass http://127.0.0.1:%%PORT_app%%/auth; }
    location /return { return 200 "$remote_addr $http_x_forwarded_for"; }
    location /deny { deny 127.9.9.9; allow all; proxy_pass http://127.0.0.1:%%PORT_app%%; }
    location /limit { limit_req zone=exact; proxy_pass http://127.0.0.1:%%PORT_app%%; }
    location /geo { return 200 $where; }
    location /down { proxy_pass http://127.0.0.1:%%PORT_down%%; }
    location /off { consent off; proxy_pass http://127.0.0.1:%%PORT_app%%; }
    location /realip {
        set_real_ip_from  127.0.0.0/8;
        real_ip_header    X-Forwarded-For;
        deny              192.0.2.99;
        deny              192.0.2.97;
        limit_req         zone=real;
        proxy_pass        http://127.0.0.1:%%PORT_app%%;
    }
    location /six/ {
        set_real_ip_from  127.0.0.0/8;
        real_ip_header    X-Forwarded-For;
        proxy_pass        http://127.0.0.1:%%PORT_app%%;
    }
    location /moved { error_page 404 = /realip; return 404; }
END

sub gate_text {
    return $vendors . $policies . <<'END' . join '', map { <<"END2" } sort(keys %form), 'none';
    log_format         all escape=json '{"host":"$host","uri":"$request_uri","addr":"$remote_addr","xff":"$http_x_forwarded_for",'
        '"add":"$proxy_add_x_forwarded_for","real":"$realip_remote_addr","pp":"$proxy_protocol_addr","fwd":"$http_forwarded",'
        '"ours":"$consent_remote_addr"}';
    access_log         %%DIR%%/all.log all;
    error_log          %%DIR%%/gate.error.log info;
    proxy_set_header   X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header   X-Real-IP $remote_addr;
    proxy_set_header   X-Host $host;
    proxy_set_header   Host $host;
    limit_req_zone     $binary_remote_addr zone=exact:1m rate=1r/m;
    limit_req_zone     $binary_remote_addr zone=real:1m rate=1r/m;
    geo $where { default elsewhere; 127.1.2.3 here; }
    ssl_certificate      %%DIR%%/tls.pem;
    ssl_certificate_key  %%DIR%%/tls.key;
    keepalive_timeout  60s;
END
    server {
        $LISTEN
        server_name  $_.site.example;
        @{[ $_ eq 'none' ? '' : "consent $_;" ]}
        $LOCATIONS
    }
END2
}

$t->allow(qr/limiting requests|access forbidden|connect\(\) failed|client sent|SSL_do_handshake|broken header|peer closed/);
$t->gate(gate_text(), workers => 1);

sub logged {
    my ($uri) = @_;
    my $line = $t->wait_for(5, sub { (grep { $_->{uri} eq $uri } map { eval { decode_json($_) } || () } split /\n/, $t->read('all.log'))[-1] });
    return $line || {};
}

my $n = 0;
sub ask {
    my ($name, $path, %o) = @_;
    my $uri = $path . '?' . ++$n;
    my $r = $t->get($uri, host => "$name.site.example", from => '127.1.2.3', %o);
    return ($r, logged($uri), eval { decode_json($r->body) } || {});
}

# ---- the matrix

my %jar = map { $_ => $t->jar } keys %form;
my @matrix = (

    # policy, granted, path, cookie, the site gets, the log gets
    ['full',    '',          '',      '', '127.1.2.3', '127.1.2.3'],
    ['none',    '',          '',      '', '127.1.2.3', '127.1.2.3'],
    ['t24',     '',          '',      '', '127.1.2.0', '127.1.2.0'],
    ['t24',     'analytics', '',      '', '127.1.2.0', '127.1.2.0'],
    ['t16',     '',          '',      '', '127.1.0.0', '127.1.0.0'],
    ['drop',    '',          '',      '', '0.0.0.0',   '0.0.0.0'],
    ['opened',  '',          '',      '', '127.1.2.0', '127.1.2.0'],
    ['opened',  'marketing', '',      '', '127.1.2.0', '127.1.2.0'],
    ['opened',  'analytics', '',      '', '127.1.2.3', '127.1.2.0'],
    ['combine', '',          '',      '', '127.1.2.3', '127.1.2.0'],
    ['combine', '',          '',      'SESSION=1', '127.1.2.0', '127.1.2.0'],
    ['combine', '',          '',      'Authorization', '127.1.2.0', '127.1.2.0'],
    ['combine', 'analytics', '',      'SESSION=1', '127.1.2.0', '127.1.2.0'],
    ['combine', 'ip_combine', '',     'SESSION=1', '127.1.2.3', '127.1.2.3'],
    ['t24',     '',          '/off/', '', '127.1.2.0', '127.1.2.0'],
);

# token(POLICY, PURPOSE): the cookie of a visitor who granted it alone.
my %token;
sub token {
    my ($name, $purpose) = @_;
    return if !$purpose;
    return $token{"$name $purpose"} ||= do {
        my $r = $t->wait_for(10, sub {
            my $try = choose($t, 'save', p => [$purpose], host => "$name.site.example");
            $try->status == 303 ? $try : undef;
        }) or die "no grant of $purpose at $name\n";
        'ngxc=' . join '.', @{ token_of($r)->{parts} };
    };
}

for my $row (@matrix) {
    my ($name, $granted, $path, $mark, $site, $log) = @$row;
    my @cookies = grep { $_ } token($name, $granted), $mark =~ /=/ ? $mark : ();
    my ($r, $line, $got) = ask($name, $path || '/', headers => [
        @cookies ? ['Cookie', join '; ', @cookies] : (), $mark eq 'Authorization' ? ['Authorization', 'Basic eDp5'] : (),
        ['X-Forwarded-For', '192.0.2.77, 2001:db8:1:2::3'], ['Forwarded', 'for=192.0.2.77;proto=https']]);
    my $what = join ' ', grep { $_ } $name, $granted && "with $granted", $path, $mark;
    my %cut = (full => '192.0.2.77, 2001:db8:1:2::3', t24 => '192.0.2.0, 2001:db8:1::', t16 => '192.0.0.0, 2001:db8::', drop => '0.0.0.0, ::');
    my $of = sub { my ($a) = @_; return $a eq '127.1.2.3' ? 'full' : $a eq '127.1.2.0' ? 't24' : $a eq '127.1.0.0' ? 't16' : 'drop' };
    my ($up, $down) = ($of->($site), $of->($log));
    my ($hop) = split /,/, $cut{$up};

    is_deeply [@$got{qw(x-real-ip x-forwarded-for forwarded)}], [$site, "$cut{$up}, $site", "for=$hop;proto=https"],
        "$what: the site gets $up";
    is_deeply [@$line{qw(addr xff add)}], [$log, $cut{$down}, "$cut{$down}, $log"], "$what: the access log gets $down";
    note sprintf '%-8s %-11s %-14s site %-5s log %s', $name, $granted || '-', $mark || '-', $up, $down;
    next if $path;

    # Who comes by IPv6, as realip has it from a proxy in front.
    my %six = (full => '2001:db8:1:2::3', t24 => '2001:db8:1::', t16 => '2001:db8::', drop => '::');
    ($r, $line, $got) = ask($name, '/six/', headers => [
        @cookies ? ['Cookie', join '; ', @cookies] : (), $mark eq 'Authorization' ? ['Authorization', 'Basic eDp5'] : (),
        ['X-Forwarded-For', $six{full}]]);
    is_deeply [@$got{qw(x-real-ip x-forwarded-for)}], [$six{$up}, "$six{$up}, $six{$up}"], "$what: the site gets $up of IPv6";
    is_deeply [@$line{qw(addr xff)}], [$six{$down}, $six{$down}], "$what: the access log gets $down of IPv6";
    note sprintf '%-8s %-11s %-14s site %-18s log %s', $name, $granted || '-', $mark || '-', $six{$up}, $six{$down};
}

# ---- who else asks

{
    my ($r, $line, $got) = ask('t24', '/auth/x', headers => [['X-Forwarded-For', '192.0.2.77']]);
    is $r->header('X-Asked'), '127.1.2.0', 'a sub-request in the access phase gets the reduced form';

    ($r, $line) = ask('t24', '/return');
    is $r->body, '127.1.2.0 ', 'so does what nginx answers itself';
    is $line->{ours}, '127.1.2.0', '$consent_remote_addr is reduced';
    is +(ask('full', '/'))[1]{ours}, '127.1.2.0', '... whatever the policy says';

    ($r) = ask('t24', '/geo');
    is $r->body, 'here', 'geo goes by the exact address';
    is +(ask('t24', '/deny'))[0]->status, 200, 'allow and deny go by the exact address';
    is +(ask('t24', '/deny', from => '127.9.9.9'))[0]->status, 403, '... of each';
    is +(ask('t24', '/deny', from => '127.9.9.8'))[0]->status, 200, '... and no other of its network';
    is_deeply [map { (ask('t24', '/limit', from => $_))[0]->status } '127.1.2.3', '127.1.2.3', '127.1.2.4'], [200, 503, 200],
        'limits count the exact address';
    ask('t24', '/down');
}

# ---- one form that a cache gave to two, whose addresses are told as one

{
    my @name = (host => 'drop.site.example');
    my $page = $t->get('/.consent/', @name)->body;
    my %hidden = map { $page =~ /name="$_" value="([^"]+)"/ ? ($_ => $1) : () } qw(notice once);
    my @cids = map {
        my $r = $t->post('/.consent/choice', @name, from => $_, form => [choice => 'accept', %hidden], headers => { 'Sec-Fetch-Site' => 'same-origin' });
        (token_of($r) || { parts => [1, $r->status] })->{parts}[1];
    } '127.1.2.3', '127.1.2.4', '127.1.2.3';
    ok $hidden{once}, 'a form of ours can be told again';
    isnt $cids[0], $cids[1], '... two who send it are two, though their addresses are printed alike';
    is $cids[0], $cids[2], '... and one who sends it twice is one';
}

# ---- keep-alive

{
    my $get = session($t->port('gate'));
    my @seen = map { my $r = $get->("/keep?$_", host => "$_.site.example"); decode_json($r->body)->{'x-real-ip'} } qw(t24 full drop none t24);
    is_deeply \@seen, ['127.0.0.0', '127.0.0.1', '0.0.0.0', '127.0.0.1', '127.0.0.0'], 'on one connection each server tells what it tells';
}

# ---- HTTP/2, a reload

{
    my $ask = encode_json([{ path => '/h2', host => 't24.site.example' }, { path => '/h2', host => 'full.site.example' }]);
    my ($code, $out) = $t->_run($ask, 'node', $t->root . '/t/lib/h2_client.js', $t->port('tls'));
    is $code, 0, 'HTTP/2' or diag $out;
    is_deeply [map { decode_json($_->{body})->{'x-real-ip'} } @{ decode_json($out) }], ['127.0.0.0', '127.0.0.1'],
        'streams of one HTTP/2 connection have each their form';

    ok $t->reload, 'a reload';
    is +(ask('t24', '/'))[2]{'x-real-ip'}, '127.1.2.0', '... changes nothing';
}

# ---- realip in a location, PROXY protocol

{
    my @xff = (headers => [['X-Forwarded-For', '192.0.2.99']]);
    is +(ask('t24', '/realip', @xff))[0]->status, 403, 'realip in a location reads the whole header';
    my ($r, $line, $got) = ask('t24', '/realip', headers => [['X-Forwarded-For', '192.0.2.98']]);
    is $got->{'x-real-ip'}, '192.0.2.0', '... and what it found is reduced';
    is_deeply [@$line{qw(addr real xff)}], ['192.0.2.0', '127.1.2.0', '192.0.2.0'], '... in the access log, too';
    is +(ask('t24', '/realip', headers => [['X-Forwarded-For', '192.0.2.98']]))[0]->status, 503, '... and limited by all of it';
    is +(ask('t24', '/moved', headers => [['X-Forwarded-For', '192.0.2.97']]))[0]->status, 403, '... behind a redirect in nginx as well';

    ($r, $line, $got) = ask('t24', '/realip', headers => [['X-Forwarded-For', '2001:db8:1:2::3']]);
    is_deeply [$got->{'x-real-ip'}, $line->{addr}], ['2001:db8:1::', '2001:db8:1::'], '... an IPv6 address by its own prefix';

    for my $from ('TCP4 198.51.100.77 127.0.0.1 5555 80', 'TCP6 2001:db8:7:8::9 ::1 5555 80') {
        my $uri = '/pp?' . ++$n;
        my ($family, $address) = split / /, $from;
        my $r = $t->raw(["PROXY $from\r\nGET $uri HTTP/1.1\r\nHost: t24.site.example\r\nConnection: close\r\n\r\n"], to => 'proxy');
        is $r->status, 200, "PROXY protocol, $family";
        unlike join(' ', %{ logged($uri) }), qr/\Q$address/, '... its address is reduced in the log';
    }
}

# ---- before there is a request

{
    my @bad = (
        ['no HTTP', 'gate', "\x16\x03\x01garbage\r\n\r\n"],
        ['a bad line', 'gate', "GET /bad HTTP/9.9\r\n\r\n"],
        ['a bad header', 'gate', "GET /badheader HTTP/1.1\r\nHost: t24.site.example\r\nX-Forwarded-For: 192.0.2.55\r\nA b\0: c\r\n\r\n"],
        ['no host', 'gate', "GET /nohost HTTP/1.1\r\nX-Forwarded-For: 192.0.2.55\r\n\r\n"],
        ['plain HTTP at a TLS port', 'tls', "GET /plain HTTP/1.1\r\nHost: t24.site.example\r\n\r\n"],
        ['a failed handshake', 'tls', "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"],
        ['a closed connection', 'gate', ''],
    );
    for (@bad) {
        my ($what, $to, $bytes) = @$_;
        $t->raw([$bytes], to => $to, from => '127.77.77.77', half_close => 1);
    }
    $t->wait_for(5, sub { $t->read('all.log') =~ /nohost/ });
    like $t->read('gate.error.log'), qr/SSL_do_handshake\(\) failed/, 'a handshake failed';
    like $t->read('all.log'), qr/"addr":"0\.0\.0\.0"/, 'requests that nginx gave up were logged';
    unlike $t->read($_), qr/127\.77\.77\.77/, "... with the strictest form of the listener: $_" for qw(all.log gate.error.log);
    unlike $t->read('all.log'), qr/192\.0\.2\.55/, '... and so were their headers';
}

# ---- the whole of both logs

{
    my $all = join '', grep { !/"host":"(?:full|none|opened|combine)\./ } map { "$_\n" } split /\n/, $t->read('all.log');
    unlike $all, qr/127\.(?:1\.2|9\.9)\.[1-9]|192\.0\.2\.[1-9]|198\.51\.100\.[1-9]/, 'no whole address is in the access log of servers that asked for less';

    my $error = join '', grep { !/server: (?:full|none|opened|combine)\./ } map { "$_\n" } split /\n/, $t->read('gate.error.log');
    like $error, qr/limiting requests.*client: 192\.0\.2\.0, server: t24/, 'the error log names the reduced one, where realip had set it, too';
    like $error, qr/connect\(\) failed.*client: 127\.1\.2\.0/, '... when the site does not answer';
    like $error, qr/access forbidden.*client: 127\.9\.9\.0/, '... and where an access rule refused';
    unlike $error, qr/client:? (?:127\.1\.2|127\.9\.9|192\.0\.2)\.[1-9]/, '... never the whole one';
    like $error, qr/client (?:127\.0\.0\.0|0\.0\.0\.0) closed keepalive connection/, '... nor when a connection that was kept ends';
}

# ---- evidence

{
    $t->get('/', host => 't24.site.example', headers => [['Cookie', '_ga=1']]);
    my $line = $t->wait_for(5, sub { (grep { $_->{ty} eq 'handling' && $_->{pol} eq 't24' } $t->evidence)[-1] });
    is_deeply $line->{ip}, { up => 't24', log => 't24' }, 'evidence says which forms were told';
    ok +(grep { $_ eq 'T-1' } @{ $line->{cl} }), '... under which clause';
    unlike $t->read('consent.log'), qr/127\.[019]/, '... and has no address';
}

# ---- what the directive costs where nobody asks for less

{
    my ($code, $out) = $t->check(policy(more => 'address t24 purpose=necessary;') . 'server { listen 127.0.0.1:%%PORT_check%%; consent test; }');
    isnt $code, 0, 'a required purpose opens nothing';
    like $out, qr/address is opened by purpose "necessary", which is required: nobody is asked, name one with slot=/, '... and nginx -t says so';
}

$t->done;
