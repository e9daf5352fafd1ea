# A person goes through each site in every state with an address, cookies, a
# query and an e-mail address that occur nowhere else.  Then nothing that we or
# nginx wrote holds any of it, but for what the policy's matrix allows.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use MIME::Base64 qw(encode_base64url);
use Consent::Profile;

my $SECRET = $Consent::Profile::SECRET;
my $ADDRESS = $Consent::Profile::ADDRESS;

# Whose logs of nginx may hold the whole address, and of whom: who agreed to it.
my %whole = ('cc-link' => 'ip_combine');

# A log as careful sites keep it: no query, no cookie, no referrer.
my $LOG = <<'END';
    log_format  careful  '$remote_addr $remote_user [$time_local] "$request_method $uri" $status $body_bytes_sent "$http_user_agent"';
    access_log  %%DIR%%/careful.log careful;
END

# walk(T, POLICY, PURPOSES): every state that a visitor can be in.
sub walk {
    my ($t, @purposes) = @_;
    my %who = map { $_ => $t->visitor } qw(none refused granted partial withdrawn erased gpc);

    for my $name (sort keys %who) {
        $who{$name}->jar->set($_ => $SECRET) for qw(_ga _fbp unknown);
    }
    $who{refused}->choose('reject');
    $who{$_}->choose('accept') for qw(granted withdrawn erased);
    $who{partial}->choose('save', $purposes[0]);
    $who{withdrawn}->choose('withdraw');
    $who{erased}->post('/.consent/erase', form => [$who{erased}->hidden]);

    for my $name (sort keys %who) {
        for my $path ('/', qw(/inquiry/ /health/ /member/ /login/ /js/app.js /.consent/ /.consent/record /.consent/state /.consent/vendors
            /.consent/nothing /g/collect))
        {
            $who{$name}->get("$path?q=$SECRET&mail=$SECRET\@mail.example", headers => { Referer => "https://x.example/?$SECRET",
                'X-Forwarded-For' => $ADDRESS, 'User-Agent' => 'Browser', $name eq 'gpc' ? ('Sec-GPC' => 1) : () });
        }
        $who{$name}->post('/inquiry/', form => [name => $SECRET, mail => "$SECRET\@mail.example"]);
        $who{$name}->post('/.consent/csp', headers => { 'Content-Type' => 'application/csp-report' },
            body => qq({"csp-report":{"blocked-uri":"https://t.unnamed.example/$SECRET","effective-directive":"img-src","document-uri":"https://$Consent::Profile::HOST/?$SECRET"}}));
    }
    $t->raw(["GET /?$SECRET HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"], from => $ADDRESS);
    $t->raw(["nonsense $SECRET\r\n\r\n"], from => $ADDRESS);
    return \%who;
}

# hits(TEXT, WORD…): how often any of them stands there, in any spelling.
sub hits {
    my ($text, @words) = @_;
    my $any = join '|', map { quotemeta } map { ($_, unpack('H*', $_), encode_base64url($_)) } @words;
    return scalar(() = $text =~ /$any/g);
}

sub session {
    my ($policy) = @_;
    my $t = Consent::Profile->new($policy, http => $LOG, redis => ['--save', '3600 1']);
    my ($first) = grep { $_->{slot} } @{ ($t->events('config.load'))[0]{purposes} };
    my $who = walk($t, $first->{id});

    $t->redis_cli('save');
    my %logs = map { $_ => $t->read($_) } qw(consent.log careful.log gate.error.log);
    my $redis = join '', map { $t->read($_ =~ s{^\Q@{[$t->dir]}\E/}{}r) } glob($t->dir . '/dump.rdb ' . $t->dir . '/appendonlydir/*'), $t->dir . '/appendonly.aof';
    my @ids = map { ($who->{$_}->jar->header('/') || '') =~ /ngxc=1\.([\w-]{20,})\./ ? $1 : () } sort keys %$who;

    cmp_ok length $redis, '>', 1000, "$policy: Redis wrote its files";
    cmp_ok scalar(() = $logs{'careful.log'} =~ /\n/g), '>', 60, "$policy: the access log was written";
    ok @ids >= 2, "$policy: visitors have numbers";
    cmp_ok hits($t->read('gate.log'), $SECRET), '>', 60, "$policy: a careless log would have all of it";
    for my $name (sort keys %logs) {
        my $text = $logs{$name};
        $text =~ s/, request: ".*//g if $name eq 'gate.error.log';    # nginx's own words for a request line
        is hits($text, $SECRET), 0, "$policy: $name: no cookie, query, e-mail address, form";
        is hits($text, @ids), 0, "$policy: $name: no visitor's number";
    }
    is hits($redis, $SECRET, $ADDRESS, @ids), 0, "$policy: Redis' files: none of it, and no address";
    is hits($logs{'consent.log'}, $ADDRESS), 0, "$policy: consent.log: no address";

    my $seen = hits($logs{'careful.log'}, $ADDRESS);
    if ($whole{$policy}) {
        cmp_ok $seen, '>', 0, "$policy: access log: the whole address of who agreed to $whole{$policy}";
    } else {
        is $seen, 0, "$policy: access log: no whole address";
    }
    is hits($logs{'gate.error.log'} =~ s/, request: ".*//gr, $ADDRESS), 0, "$policy: error log: no whole address" if !$whole{$policy};
    $t->allow(qr/client sent|invalid/);
    $t->done;
}

subtest $_ => \&session, $_ for qw(heidenhain jspe hitachi cc-link hennge);
done_testing;
