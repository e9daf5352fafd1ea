# Several tokens at once, in any order, in one Cookie line or in several: what
# the record of the only visitor they name says, and nothing of strangers.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::HTTP qw(pipelined);
use Consent::Site;
use Consent::Token qw(sign);

my $t = Consent->new;

$t->gate(policy() . <<'END', workers => 2);
    keepalive_requests 1000000;
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        add_header   X-State "$consent_state $consent_analytics$consent_marketing" always;
        location = / { empty_gif; }
    }
END

my @host = (host => 'www.site.example');

sub cookie { return 'ngxc=' . join '.', @{ token_of($_[0])->{parts} } }

sub key_line { return (grep { !/^#/ } split /\n/, $t->read($_[0]))[0] }

# ---- the visitors

my %token;

# one whose id an older key signed
$token{older} = cookie(choose($t, 'accept', jar => $t->jar, @host));
my $old = key_line('consent.key');
$t->consentctl('key', $t->dir . '/new.key');
my $key = key_line('new.key');
$t->write('consent.key', "$key\n$old\n");
ok $t->reload, 'a key is put before the old one';

# one who granted everything, then less; one who granted; one who withdrew
my ($jar, $gone) = ($t->jar, $t->jar);
$token{before} = cookie(choose($t, 'accept', jar => $jar, @host));
sleep 1;                               # tokens know seconds
$token{now} = cookie(choose($t, 'save', p => ['analytics'], jar => $jar, @host));
$token{other} = cookie(choose($t, 'accept', jar => $t->jar, @host));
$token{withdrawn} = cookie(choose($t, 'accept', jar => $gone, @host));
choose($t, 'withdraw', jar => $gone, @host);
$token{refused} = cookie(choose($t, 'reject', @host));

my ($cid, $issued, $expires) = (split /\./, $token{now})[1, 4, 5];
my %now = (site => 'www.site.example', policy => 'test', slots => [qw(analytics marketing)],
    cid => $cid, bits => 3, version => 3, issued => $issued, expires => $expires);
$token{expired} = 'ngxc=' . sign($key, %now, cid => 'A' x 22, issued => $issued - 100, expires => $issued - 1);
$token{elsewhere} = 'ngxc=' . sign($key, %now, site => 'www.other.example', issued => $issued + 1);
$token{forged} = $token{other} =~ s/(.{9})$/reverse $1/er;

# Which visitor each is of, those who are nobody's left out; and what each says
# alone.
my %whose = (older => 1, before => 2, now => 2, other => 3, withdrawn => 4, refused => 5, expired => 6);
my %alone = (older => 'granted 11', before => 'partial 10', now => 'partial 10', other => 'granted 11',
    withdrawn => 'refused 00', refused => 'refused 00', expired => 'expired 00', elsewhere => 'none 00',
    forged => 'none 00');

# right(STATE, NAME…): whether that is an answer to these tokens.
sub right {
    my ($state, @names) = @_;
    my @valid = grep { $whose{$_} } @names;
    my %visitors = map { $whose{$_} => 1 } @valid;

    return $state eq 'none 00' if !@valid;
    return $state eq $alone{ $valid[0] } if keys %visitors == 1;
    return $state =~ / 00$/;
}

# wrong(LINES, [NAME…], …): those that were answered otherwise.  LINES makes of
# the tokens' cookies the Cookie lines of a request.
sub wrong {
    my ($lines, @all) = @_;
    my @left = @all;
    my @wrong;

    pipelined($t->port('gate'), scalar @all, sub {
        return join "\r\n", 'GET / HTTP/1.1', 'Host: www.site.example',
            (map { "Cookie: $_" } $lines->(map { $token{$_} } @{ shift @left })), '', '';
    }, sub {
        my ($r, $i) = @_;
        push @wrong, "@{ $all[$i] }: " . $r->header('x-state')
            if !right($r->header('x-state'), @{ $all[$i] });
    });
    return join "\n", @wrong;
}

# ---- all of them

my @names = sort keys %alone;

# ordered(N): every ordered choice of up to N of them, none twice.
sub ordered {
    my ($n, @so_far) = @_;
    my %used = map { $_ => 1 } @so_far;

    return (@so_far ? [@so_far] : (), $n == 0 ? ()
        : map { ordered($n - 1, @so_far, $_) } grep { !$used{$_} } @names);
}

my @few = ordered(3);
is scalar @few, 9 + 9 * 8 + 9 * 8 * 7, 'nine tokens, three at a time, in every order';

is wrong(sub { @_ }, map { [$_] } @names), '', 'each alone';
is wrong(sub { join '; ', @_ }, @few), '', 'in one Cookie line';
is wrong(sub { @_ }, @few), '', 'in a Cookie line each';
is wrong(sub { my @l = ('a=1', @_); $l[-1] .= '; _ga=2'; @l }, @few), '', 'among other cookies';

my @sets = map { my $set = $_; [map { $names[$_] } grep { $set & 1 << $_ } 0 .. 8] } 1 .. 511;
is wrong(sub { join ';', @_ }, @sets), '', 'every set of them';
is wrong(sub { @_ }, map { [reverse @$_] } @sets), '', 'and the other way round';
is wrong(sub { join '; ', (@_) x 20 }, map { [$_] } @names), '', 'each of them twenty times';

# ---- without the older key

$t->write('consent.key', "$key\n");
ok $t->reload, 'the old key is taken away';
$alone{older} = 'none 00';
delete $whose{older};
is wrong(sub { @_ }, ordered(2)), '', 'and what it signed is nobody\'s';

$t->done;
