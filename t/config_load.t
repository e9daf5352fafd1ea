# What the log says of a configuration: which hosts stand under which promises,
# which under none, and what is promised.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

sub conf {
    my ($more) = @_;
    return policy(more => $more) . <<'END';
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
    }
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  shop.site.example;
        consent      test;
        consent_log  %%DIR%%/shop.log;
    }
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  static.site.example *.img.site.example ~^old\d\.site\.example$;
    }
    server {
        listen       127.0.0.1:%%PORT_gate%% default_server;
    }
END
}

sub last_of {
    my ($type, @log) = @_;
    my $found;

    $t->wait_for(10, sub { $found = (grep { $_->{ty} eq $type } $t->evidence(@log))[-1] });
    return $found;
}

$t->gate(conf("address combine clause=T-1; purpose ip_combine slot=3;\n unlisted cookie=analytics;"));

my $load = last_of('config.load');

is_deeply $load->{servers}, [{ host => 'www.site.example', policy => 'test' }],
    'the sites of this log, and their policy';
is_deeply [sort @{ $load->{ungated} }],
    [sort 'static.site.example', '*.img.site.example', '~^old\d\.site\.example$', 'default'],
    'every name that no policy stands for';
is_deeply $load->{purposes}, [
    { policy => 'test', id => 'necessary', required => JSON::PP::true },
    { policy => 'test', id => 'analytics', slot => 1, required => JSON::PP::false, clause => 'T-1' },
    { policy => 'test', id => 'marketing', slot => 2, required => JSON::PP::false, clause => 'T-2' },
    { policy => 'test', id => 'ip_combine', slot => 3, required => JSON::PP::false },
], 'purposes: what is always on, and what a visitor may choose';
is_deeply $load->{vendors}, [
    { policy => 'test', id => 'analytics-co', role => 'third', country => 'US', purpose => 'analytics',
      items => [qw(ip cookie_id url)], path => 'direct', clause => 'T-1' },
    { policy => 'test', id => 'ads-co', role => 'third', country => 'IE', purpose => 'marketing',
      items => [qw(ip cookie_id)], path => 'direct', clause => 'T-2' },
], 'who receives what, as what, where, under which clause';
is $load->{lease}, 5000, 'how long a grant is believed without asking';
is $load->{handling}, 'each', 'and how it is told what was handled';
ok $load->{last} && $load->{part} == 0, 'in one line, if it fits';

my $policy = $load->{policies}[0];
is_deeply $policy->{address}, { form => 'combine', purpose => 'ip_combine', clause => 'T-1' },
    'what becomes of addresses';
is_deeply $policy->{unlisted}, { third_party => 'hold', cookie => 'analytics' }, 'and of what nobody declared';
is $policy->{controller}, 'Test Corporation', 'who answers for it';
is join(' ', sort keys %{ $policy->{notice} }), 'en ja', 'a text for each language';
like $policy->{notice}{ja}, qr/^[0-9a-f]{16}$/, 'by its hash';

my $publish = last_of('policy.publish');
is_deeply [@$publish{qw(id ver material_since enacted revised controller)}],
    ['test', 3, 2, '2020-04-01', '2023-04-01', 'Test Corporation'], 'the policy, and since when its grants hold';
is_deeply $publish->{notice}, $policy->{notice}, 'with the same texts';
is_deeply [map { $_->{host} } @{ last_of('config.load', 'shop.log')->{servers} }], ['shop.site.example'],
    'another log has the sites that are written into it';

my $state = $t->get('/.consent/state', host => 'www.site.example')->body;
my ($hash) = JSON::PP->new->decode($state)->{notice} =~ /\.([0-9a-f]{16})\.[^.]+$/;
is $hash, $policy->{notice}{en}, 'a visitor is shown the text that the log names';

my $before = () = grep { $_->{ty} eq 'config.load' } $t->evidence;
$t->configure('gate', $t->subst($t->read($t->dir . '/gate.conf')) =~ s/Access is analysed/Access is studied/r);
$t->reload;
my @loads = grep { $_->{ty} eq 'config.load' } $t->evidence;
is @loads, $before + 1, 'a configuration that takes effect is said once';
isnt $loads[-1]{hash}, $loads[0]{hash}, 'a word more in a clause is another configuration';
isnt $loads[-1]{policies}[0]{notice}{en}, $policy->{notice}{en}, 'and another text';

my ($code, $out) = $t->consentctl('verify', $t->dir . '/consent.log');
is $code, 0, 'the log verifies' or diag $out;

$t->done;
