# Memory is short: for pages and for decisions the first allocation fails, then
# the second, and so on until one goes through without.  Whatever the visitor
# gets, nothing opens that nobody granted, nothing is said to be recorded that is
# not, and the worker lives on.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::History;
use Consent::Load;
use Consent::Site;

# A sanitizer brings an allocator of its own.
plan skip_all => 'the module is linked in: no preloading' if defined $ENV{CG_MODULE} && !length $ENV{CG_MODULE};

my $t = Consent->new;
my $MOST = 2000;
my $so = $t->dir . '/fail_malloc.so';
my $file = $t->write('memory', pack 'i2', 0, 0);
my @host = (host => 'www.site.example');

system($ENV{CC} || 'cc', '-shared', '-fPIC', '-O1', '-o', $so, $t->root . '/tests/fail_malloc.c', '-ldl') == 0
    or plan skip_all => 'no compiler';

$t->allow(qr/\[(?:emerg|alert|crit)\].*(?:Cannot allocate memory|posix_memalign|malloc)/);
$t->origin(Consent::Load::origin());
$t->redis;
{
    local $ENV{LD_PRELOAD} = $so;
    local $ENV{FAIL_MALLOC} = $file;
    $t->gate(policy() . Consent::Load::site(), workers => 1);
}
my ($notice) = $t->get('/.consent/state', @host)->body =~ /"notice":"([^"]+)"/;
my ($worker) = $t->workers;

open my $memory, '+<:raw', $file or die;
sub refused { sysseek $memory, 0, 0; sysread $memory, my $bytes, 8; my ($left, $n) = unpack 'i2', $bytes; return $n }

sub page { my ($token) = @_; return $t->get('/page', @host, headers => ['Cookie: _ga=1; _fbp=1' . ($token ? "; ngxc=$token" : '')]) }
sub decide {
    my ($choice, $token) = @_;
    return $t->post('/.consent/choice', @host, json => { choice => $choice, notice => $notice },
        headers => [['Sec-Fetch-Site', 'same-origin'], ['Cookie', $token ? "ngxc=$token" : 'x=1']]);
}
sub token { return (map { /^ngxc=([^;]*)/ } $_[0]->all('Set-Cookie'))[0] }
sub receipt { return $_[0]->body =~ /"receipt":"([0-9a-f]+)"/ ? $1 : () }

# An allocation that fails in the line to Redis closes it for a moment; the next
# one must not find it closed, or it would be tried on half the way only.
sub healthy {
    $t->wait_for(20, sub { receipt(decide('accept')) }) or die "the gate does not recover\n";
}

# each_allocation(WHAT, CODE): CODE with the first one failing, the second and so
# on; ends with one that needed fewer.
sub each_allocation {
    my ($what, $code) = @_;
    my $n = 0;

    for my $k (1 .. $MOST) {
        healthy();
        sysseek $memory, 0, 0;
        syswrite $memory, pack 'i2', $k, 0;
        $code->($k);
        $n = $k;
        last if !refused();
    }
    sysseek $memory, 0, 0;
    syswrite $memory, pack 'i2', 0, 0;
    cmp_ok $n, '<', $MOST, "$what: until none of $n was refused";
}

# ---- pages

my (@open, %status);
my $granted = token(decide('accept')) or die "no token\n";
is join(' ', Consent::Load::_open(page($granted))), 'analytics marketing', 'with memory a granted page is open';

each_allocation('a stranger\'s page', sub { my $r = page(''); $status{ $r->status }++; push @open, $_[0] if Consent::Load::_open($r) });
is "@open", '', '... is open at none';
each_allocation('a page with a token', sub { my $r = page($granted); $status{ $r->status }++ });
my $left = token(decide('accept'));
decide('withdraw', $left);
each_allocation('a page after a withdrawal', sub { my $r = page($left); $status{ $r->status }++; push @open, $_[0] if Consent::Load::_open($r) });
is "@open", '', '... is open at none';

# ---- decisions

my (@told, @lost);
each_allocation('a grant', sub { my $r = decide('accept'); $status{ $r->status }++; push @told, receipt($r) });
each_allocation('a withdrawal', sub {
    my ($k) = @_;
    my $r = decide('withdraw', $granted);
    $status{ $r->status }++;
    push @lost, $k if $r->status == 200 && Consent::Load::_open(page(token($r)));
});
is "@lost", '', 'who was told of a withdrawal sees shut pages';

my %stores = Consent::History::stores($t);
my %line = map { $_->{rid} => 1 } grep { $_->{ty} eq 'decision' } @{ $stores{log} };
my %record = map { Consent::History::_hex($_->{rid}) => 1 } values %{ $stores{records} };
is scalar(grep { !$line{$_} || !$record{$_} } @told), 0, 'each of ' . @told . ' grants that were acknowledged is in log and Redis';
is join(' ', $t->workers), $worker, 'the worker lives';
ok $t->wait_for(20, sub { join(' ', Consent::Load::_open(page(token(decide('accept'))))) eq 'analytics marketing' }), '... and is as good as before';
note join ', ', map { "$status{$_} times $_" } sort keys %status;

$t->done;
