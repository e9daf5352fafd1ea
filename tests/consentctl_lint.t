# consentctl lint: each finding by its number, with a configuration that has it
# and nothing else, and the mended one, which has nothing at all.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Temp qw(tempdir);
use FindBin;
use JSON::PP qw(decode_json);
use Test::More;

my $root = abs_path("$FindBin::Bin/..");
my $ctl = $ENV{CONSENTCTL} || "$root/build/consentctl";
my $dir = tempdir(CLEANUP => 1);

# A configuration without a finding.  [NAME] is where a case puts its lines.
my $BASE = <<'END';
events { }
http {
    log_format plain '$remote_addr $status';
    access_log /var/log/nginx/access.log plain;
    consent_redis 127.0.0.1:6379;
    consent_log /var/log/nginx/consent.log;
    consent_csp enforce;
    [http]
    consent_vendor stats {
        name Stats; provider "Stats Ltd." US; receives ip cookie_id url; host stats.example;
    }
    consent_vendor mail {
        name Mail; provider "Mail KK" JP; receives form; host mail.example;
    }
    consent_policy p {
        controller "C Corporation";
        contact Desk https://www.c.co.jp/contact/;
        notice /privacy/;
        version 1;
        languages en;
        jurisdiction JP;
        personal ip;
        clause C-1 "What law obliges to is disclosed; the browser can refuse cookies";
        clause C-2 "Visits are counted by Stats";
        purpose necessary required clause=C-1;
        purpose analytics slot=1 clause=C-2;
        vendor stats purpose=analytics role=third clause=C-2;
        vendor mail purpose=necessary role=processor contract=K-1;
        address t24;
        scrub email;
        [policy]
    }
    [policies]
    server {
        server_name www.c.co.jp;
        consent p;
        location / { proxy_pass http://127.0.0.1:1; }
        location /.consent/ { access_log off; }
        [server]
    }
    [servers]
}
END

# conf({ PLACE => LINES, replace => [[FROM, TO]...] })
sub conf {
    my ($case) = @_;
    my $text = $BASE;

    for my $pair (@{ $case->{replace} || [] }) {
        my ($from, $to) = @$pair;
        my $at = index $text, $from;
        die "no \"$from\"\n" if $at < 0;
        substr $text, $at, length $from, $to;
    }
    $text =~ s/\[(\w+)\]/$case->{$1} || ''/ge;
    return $text;
}

sub file {
    my ($name, $text) = @_;

    open my $out, '>', "$dir/$name" or die "$dir/$name: $!\n";
    print $out $text;
    close $out or die "$dir/$name: $!\n";
    return "$dir/$name";
}

# run(ARGUMENT...): exit code and what was said, standard error behind.
sub run {
    my (@args) = @_;
    my $out = qx{'$ctl' @{[ join ' ', map { "'$_'" } @args ]} 2>&1};
    return ($? >> 8, $out);
}

sub set { return { replace => [[@_]] } }

my $TWO = 'consent_policy q { controller D; notice /; version 1; languages en; jurisdiction %s; '
    . 'purpose necessary required; %s } server { server_name %s; consent q; consent_site %s; '
    . 'location / { root /srv; } location /.consent/ { access_log off; } }';

# id, severity, title, what the sentence says, the wrong one, the mended one
my @cases = (
    ['L1', 'warning', 'figures of single exchanges', 'line for each exchange',
        set('consent.log;', 'consent.log handling=each;'), set('consent.log;', 'consent.log handling=60s;')],
    ['L2', 'error', 'a vendor that no clause names', 'vendor "stats" receives data',
        set('Visits are counted by Stats', 'Visits are counted'), set('counted by Stats', 'counted by Stats Ltd.')],
    ['L3', 'warning', 'a purpose under no clause', 'purpose "analytics"',
        set('slot=1 clause=C-2', 'slot=1'), {}],
    ['L3', 'warning', 'a purpose under another clause than its vendors', 'another clause than all',
        set('slot=1 clause=C-2', 'slot=1 clause=C-1'), {}],
    ['L4', 'warning', 'addresses of pages that carry e-mail', 'takes nothing out of them',
        set('scrub email;', ''), set('scrub email;', 'scrub tel;')],
    ['L5', 'note', 'no word of what law obliges to', 'law obliges',
        set('What law obliges to is disclosed', 'Lawful means'), set('What law obliges', 'What the Laws oblige')],
    ['L6', 'error', 'joint use of an item that is not in the list', 'which no joint_use',
        { replace => [['role=third', 'role=joint']], policy => 'joint_use G TW items=ip,url responsible=R;' },
        { replace => [['role=third', 'role=joint']], policy => 'joint_use G TW items=ip,url,cookie_id responsible=R;' }],
    ['L7', 'note', 'nothing is called personal', 'does not say whether',
        set('personal ip;', ''), set('personal ip;', 'personal ua;')],
    ['L8', 'warning', 'a version that asks nobody again', 'asks nobody again',
        set('version 1;', 'version 2;'), set('version 1;', 'version 2 material_since=2;')],
    ['L9', 'warning', 'in the EU, refusal by the browser alone', 'tells of is by the browser',
        { policy => 'region EU Europe https://eu.c.co.jp/;' },
        { policy => 'region EU Europe https://eu.c.co.jp/; clause C-3 "Consent is asked for and can be withdrawn";' }],
    ['L9', 'warning', 'in the EU, without a banner', 'leaves is by the browser',
        { policy => 'region EU E /eu/; clause C-3 "Consent is asked for";', server => 'consent_banner off;' },
        { policy => 'region EU E /eu/; clause C-3 "Consent is asked for";', server => 'consent_banner on;' }],
    ['L10', 'warning', 'a page that is an example', 'is an example',
        set('https://www.c.co.jp/contact/', 'https://www.example.org/contact/'), {}],
    ['L10', 'warning', 'an address that is an example', 'is an example',
        { policy => 'contact Other email=a@mail.example;' }, { policy => 'contact Other email=a@example.co.jp;' }],
    ['L11', 'warning', 'visitors in the EU under another law', 'speaks to visitors in the EU',
        set('server_name www.c.co.jp', 'server_name www.c.de'), { replace => [['server_name www.c.co.jp', 'server_name www.c.de'],
        ['jurisdiction JP', 'jurisdiction DE'], ['refuse cookies"', 'refuse cookies; consent can be withdrawn"']] }],
    ['L11', 'error', 'one choice under two laws', 'carries one choice',
        { policy => 'region US A /us/;', server => 'consent_site one;', servers => sprintf $TWO, 'US', 'region JP J /jp/;', 'us.c.com', 'one' },
        { policy => 'region US A /us/;', server => 'consent_site one;', servers => sprintf $TWO, 'US', 'region JP J /jp/;', 'us.c.com', 'two' }],
    ['L11', 'warning', 'two laws, and no way from one to the other', 'leads no visitor',
        { policy => 'region US A /us/;', servers => sprintf $TWO, 'US', '', 'us.c.com', 'two' },
        { policy => 'region US A /us/;', servers => sprintf $TWO, 'US', 'region JP J /jp/;', 'us.c.com', 'two' }],
    ['L12', 'warning', 'a server without a policy', 'serves pages without a policy',
        { servers => 'server { server_name b.c.co.jp; location / { root /srv; } }' },
        { servers => 'server { server_name b.c.co.jp; consent off; location / { root /srv; } } server { return 301 https://www.c.co.jp/; }' }],
    ['L13', 'error', 'a log with the exact address', '$binary_remote_addr',
        set('\'$remote_addr $status', '\'${binary_remote_addr} $status'), set('\'$remote_addr $status', '\'$realip_remote_addr $status')],
    ['L13', 'error', 'a log with a copy of the address', '$client',
        { replace => [['$status', '$client']], http => 'map $http_x_forwarded_for $client { default x; }' },
        { replace => [['$status', '$client']], http => 'map $host $client { default x; }' }],
    ['L14', 'error', 'a log with the pseudonym', '$consent_visitor',
        set('$status', '$consent_visitor'), set('$status', '$consent_visitors')],
    ['L14', 'error', 'a log with the token', '$http_cookie',
        set('$status', '$http_cookie'), set('$status', '$cookie_lang')],
    ['L15', 'warning', 'a log of choices', 'for every choice',
        set('/.consent/ { access_log off; }', '/x/ { access_log off; }'),
        { replace => [['/.consent/ { access_log off; }', '/own/ { access_log off; }']], server => 'consent_uri /own/;' }],
    ['L16', 'warning', 'a processor without a contract', 'no contract is named',
        set('contract=K-1', ''), set('role=processor contract=K-1', 'role=self')],
    ['L17', 'error', 'a third party that asks nobody', 'open to every visitor without consent',
        { replace => [['vendor stats purpose=analytics', 'vendor stats purpose=necessary']] },
        { replace => [['vendor stats purpose=analytics', 'vendor stats purpose=necessary approval="board, 2024-05"'],
        ['required clause=C-1', 'required clause=C-2']] }],
    ['L18', 'warning', 'no second wall', 'consent_csp is off:', set('consent_csp enforce;', ''), set('csp enforce', 'csp report')],
    ['L18', 'warning', 'no second wall in a place', 'in a location',
        { server => 'location /x/ { consent_csp off; }' }, { server => 'location /x/ { consent_csp report; }' }],
    ['L19', 'error', 'Redis for everybody', 'without a password',
        set('127.0.0.1:6379', '192.0.2.1:6379 tls'), set('127.0.0.1:6379', '192.0.2.1:6379 tls password_file=/etc/nginx/redis')],
    ['L20', 'error', 'Redis in the clear', 'in the clear',
        set('127.0.0.1:6379', 'redis.c.co.jp password_file=/etc/nginx/redis'), set('127.0.0.1:6379', 'unix:/run/redis.sock')],
    ['L21', 'error', 'a vendor ahead of the choice', 'before visitors consent',
        { replace => [['host stats.example;', 'host stats.example; stub gtag;'],
        ['slot=1 clause=C-2;', 'slot=1 clause=C-2 signal=ad_storage;'], ['vendor stats purpose=analytics', 'vendor stats purpose=analytics mode=advanced']] },
        set('vendor stats purpose=analytics', 'vendor stats purpose=analytics mode=basic')],
);

my ($code, $out) = run('lint', file('clean.conf', conf({})));
is $code, 0, 'a configuration without a finding passes';
is $out, '', '... in silence';

for my $case (@cases) {
    my ($id, $severity, $title, $says, $bad, $good) = @$case;
    my $path = file('bad.conf', conf($bad));
    my ($code, $out) = run('lint', $path);
    my @lines = split /\n/, $out;

    is $code, 1, "$id, $title: a finding" or diag $out;
    is scalar(grep { !/\[$id\]$/ } @lines), 0, '... and no other one' or diag $out;
    like $lines[0] // '', qr/^\Q$path\E:\d+: $severity: .*\Q$says\E.*; .+ \[$id\]$/, '... with place, reason and mend';

    ($code, $out) = run('lint', file('good.conf', conf($good)));
    is "$code $out", '0 ', '... mended, it is none';
}

# ---- the profiles that are shipped

for my $file (glob "$root/conf/policies/*.conf") {
    my ($id) = $file =~ m{([^/]+)\.conf$};
    my ($code, $out) = run('lint', file('shipped.conf', "http { include $root/conf/vendors/*.conf; include $file; "
        . "access_log off; consent_csp enforce; server { consent $id; location / { proxy_pass http://a; } } }"));

    is scalar(grep { !/^\S+:\d+: (?:error|warning|note): .+; .+ \[L\d+\]$/ } split /\n/, $out), 0,
        "$id: every line is a finding" or diag $out;
    is scalar(grep { /\[L(?:6|1[1-5]|18|19|20)\]$/ } split /\n/, $out), 0, "... and none is about what the profile does not say" or diag $out;
}

# ---- every finding is documented and has a case

open my $doc, '<', "$root/docs/lint.md" or die "docs/lint.md: $!\n";
my @documented = map { /^### (L\d+)/ ? $1 : () } <$doc>;
my %seen = map { $_->[0] => 1 } @cases;
my ($source) = join '', map { open my $in, '<', $_ or die "$_: $!\n"; local $/; <$in> } glob "$root/src/ctl/lint*.c";
my %built = map { $_ => 1 } $source =~ /"(L\d+)"/g;

is_deeply [sort @documented], [sort keys %seen], 'each finding of docs/lint.md has a case';
is_deeply [sort keys %built], [sort keys %seen], 'and so has each of the program';

# ---- where it stands, in every form

my $bad = conf(set('consent_csp enforce;', "consent_csp off;"));
my ($line) = grep { (split /\n/, $bad)[$_ - 1] =~ /consent_csp/ } 1 .. 40;
like +(run('lint', file('bad.conf', $bad)))[1], qr/bad\.conf:$line: /, 'the line is the directive\'s';

my $json = decode_json((run('lint', '--json', "$dir/bad.conf"))[1]);
is_deeply [map { "$_->{id} $_->{severity} $_->{line}" } @{ $json->{findings} }], ["L18 warning $line"], '--json says the same';
is $json->{n}, 1, '... and how many';

($code, $out) = run('lint', '--json', "$dir/clean.conf");
is "$code " . decode_json($out)->{n}, '0 0', '... none is none';

# ---- what nginx -T prints

my ($head, $policy, $tail) = conf({}) =~ /\A(.*?)(    consent_policy p .*?\n    \}\n)(.*)\z/s;
my $dump = "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n"
    . "# configuration file /etc/nginx/nginx.conf:\n${head}    include conf.d/*.conf;\n$tail\n"
    . "# configuration file /etc/nginx/conf.d/b.conf:\n# nothing\n\n"
    . "# configuration file /etc/nginx/conf.d/a.conf:\n" . ($policy =~ s/personal ip;//r) . "\n";

($code, $out) = run('lint', file('dump', $dump));
is $code, 1, 'what nginx -T prints is read';
like $out, qr{^/etc/nginx/conf\.d/a\.conf:1: note: .* \[L7\]$}, '... each file by its own name and lines';

$out = qx{'$ctl' lint - < '$dir/dump'};
is $? >> 8, 1, '... from standard input, too';
like $out, qr/\[L7\]$/, '... with the same finding';

# ---- nothing can be told

for my $case (
    ['a file that is not there', "$dir/none", 'cannot read'],
    ['a configuration that is wrong', file('wrong.conf', conf(set('version 1;', 'version 0;'))), 'must be a number'],
    ['one without an end', file('open.conf', "http { server {\n"), '"}" is missing'],
    ['a policy that is not there', file('gone.conf', conf(set('consent p;', 'consent r;'))), 'there is no policy "r"'],
    ['a file that was not printed', file('part', $dump =~ s{include conf\.d/\*\.conf}{include gone.conf}r), 'cannot read'],
    ['no server at all', file('empty.conf', "events { }\n"), 'no server'],
    ['two files', ("$dir/clean.conf' '$dir/clean.conf"), 'one file'],
    ['an unknown option', '--all', 'unknown option'],
) {
    my ($title, $path, $says) = @$case;
    my ($code, $out) = run('lint', $path);

    is $code, 2, "$title: nothing can be told" or diag $out;
    like $out, qr/^consentctl lint: .*\Q$says\E/, '... and why';
}

done_testing;
