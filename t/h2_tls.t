# Behind TLS and HTTP/2: the cookie is bound to the host, and streams wait for
# Redis side by side.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use List::Util qw(pairs);
use Test::More;
use Time::HiRes qw(time sleep);
use Consent;
use Consent::Site;

my $t = Consent->new(needs => [qw(node openssl)]);

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond(200, ['Content-Type' => 'text/html'],
        '<!doctype html><title>t</title><body><p>x<script src="https://analytics.example/a.js"></script>');
});

my $dir = $t->dir;
my ($code, $said) = $t->_run('', qw(openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=www.site.example
    -keyout), "$dir/tls.key", '-out', "$dir/tls.pem");
is $code, 0, 'a certificate for the test' or diag $said;

$t->gate(policy() . <<'END', workers => 1, consent => { redis => '%%REDIS%% feed=off timeout=2s' });
    server {
        listen       127.0.0.1:%%PORT_gate%% ssl http2;
        listen       127.0.0.1:%%PORT_http%%;
        server_name  www.site.example;
        consent      test;
        ssl_certificate      %%DIR%%/tls.pem;
        ssl_certificate_key  %%DIR%%/tls.key;
        add_header   X-State "$consent_state $consent_lookup" always;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END


# h2([PATH, NAME => VALUE…], …): all at once on one connection, as responses
# that the harness knows.
sub h2 {
    my (@asked) = @_;
    my $in = encode_json([map { ref eq 'HASH' ? $_ : { path => $_->[0], headers => [map { [@$_] } pairs @$_[1 .. $#$_]] } } @asked]);
    my ($code, $out) = $t->_run($in, 'node', $t->root . '/t/lib/h2_client.js', $t->port('gate'));
    die "h2: $out\n" if $code != 0;
    my @got = map { bless { %$_, complete => !$_->{cancelled} }, 'Consent::HTTP::Response' }
        @{ JSON::PP->new->utf8->decode($out) };
    return wantarray ? @got : $got[0];
}

# ---- the cookie

my $r = h2(['/']);
is $r->status, 200, 'a page by HTTP/2';
like $r->body, qr/data-ngxc-src="https:\/\/analytics/, 'gated';
my ($notice) = $r->body =~ /name="notice" value="([^"]+)"/;
ok $notice, 'with a banner';

my %choice = (path => '/.consent/choice', method => 'POST', body => "choice=accept&notice=$notice");
my @typed = ['content-type', 'application/x-www-form-urlencoded'];
my @form = (@typed, ['content-length', length $choice{body}]);
is h2({ %choice, headers => [@typed] })->status, 411, 'a body without a length is asked for one';
is h2({ %choice, headers => [@form, ['sec-fetch-site', 'cross-site']] })->status, 403,
    'a choice from another site is refused';
$r = h2({ %choice, headers => [@form, ['sec-fetch-site', 'same-origin']] });
is $r->status, 303, 'a choice by HTTP/2';
my $token = token_of($r);
like $token->{line}, qr/^__Host-ngxc=/, 'the token is bound to the host';
like $token->{line}, qr/; Secure/, 'and to TLS';
unlike $token->{line}, qr/Domain=/, 'and to no domain';
my $value = join '.', @{ $token->{parts} };
my @mine = (cookie => "__Host-ngxc=$value");

$r = h2(['/', @mine]);
like $r->header('x-state'), qr/^granted/, 'it is believed';
like $r->body, qr/<script src="https:\/\/analytics/, 'and opens the gate';
is h2(['/', cookie => "ngxc=$value"])->header('x-state'), 'none none', 'its bare name is nothing on TLS';
is h2(['/', cookie => 'a=b', @mine, cookie => '_ga=1'])->header('x-state'), 'granted cache',
    'a cookie header of several fields is one';
is +($t->app_log(4))[-1]{cookie}, 'a=b; _ga=1', 'and the origin gets what is left';
is $t->get('/', to => 'http', host => 'www.site.example', headers => {Cookie => "__Host-ngxc=$value"})
    ->header('x-state'), 'none none', 'the prefixed name is nothing without TLS';
is h2({ path => '/', method => 'HEAD' })->status, 200, 'HEAD by HTTP/2';

# ---- streams that wait

sleep 5.2;                                    # the lease: every stream must ask
my @got = h2(map { ["/$_", @mine] } 1 .. 8);
is scalar(grep { $_->header('x-state') =~ /^granted/ && $_->body =~ /<script src="https:/ } @got), 8,
    'eight streams at once: eight open pages';

sleep 5.2;
$t->redis_freeze;
my $begun = time;
@got = h2(map { ["/$_", @mine] } 1 .. 8);
is scalar(grep { $_->header('x-state') =~ /^unknown (?:timeout|error)/ && $_->body =~ /data-ngxc-src/ } @got), 8,
    'Redis is slow: eight shut pages';
cmp_ok time - $begun, '<', 8 * 2, 'that waited side by side';
$t->redis_thaw;
ok $t->wait_for(15, sub { h2(['/', @mine])->header('x-state') =~ /^granted/ }), 'Redis is back';

sleep 5.2;
my ($worker) = $t->workers;
$t->redis_freeze;
@got = h2(map({ { path => "/$_", headers => [[@mine]], cancel => 40 } } 1 .. 4), ['/5', @mine], ['/6', @mine]);
is scalar(grep { $_->{cancelled} && !$_->status } @got), 4, 'four streams were reset while they waited';
is scalar(grep { $_->status == 200 && $_->body =~ /data-ngxc-src/ } @got), 2, 'the two others are answered';
$t->redis_thaw;
ok $t->wait_for(15, sub { h2(['/', @mine])->header('x-state') =~ /^granted/ }), 'late replies disturb nobody';
is +($t->workers)[0], $worker, 'in the same worker';

$t->done;
