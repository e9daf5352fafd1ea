# conf/demo/run: the address within seconds, and nothing left behind, however it
# ends.  The parts of it that need no module are tested without one.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(time);
use Consent::Demo;

my $t = Consent::Demo->new(module => 0);
my $tmp = $t->dir . '/tmp';

mkdir $tmp or die;
$ENV{TMPDIR} = $tmp;

# What a demo in $tmp has left: files, and processes that know of it.
sub left {
    my @files = glob "$tmp/*";
    my @alive = grep { $_ ne $$ && $t->read("/proc/$_/cmdline") =~ /\Q$tmp\E/ }
        map { m{/proc/(\d+)} } glob '/proc/[0-9]*';
    return join ' ', @files, map { "pid $_" } @alive;
}

sub said { return $t->read('demo.stderr') }

# A module that does not load: the gate cannot start.
my $fake = $t->dir . '/fake';
mkdir $fake or die;
$t->write('fake/ngx_http_consent_module.so', 'not a module');
$t->write('fake/consentctl', "#!/bin/sh\necho key > \"\$2\"\n");
chmod 0755, "$fake/consentctl";
{
    local $ENV{BUILD} = $fake;
    my ($code, $out) = $t->_run('', $t->root . '/conf/demo/run');
    is $code, 1, 'a part that does not start ends the demo';
    like $out, qr/the gate did not start.*\[emerg\]/s, "with that part's log";
    is left(), '', 'and nothing is left behind';
}
{
    local $ENV{BUILD} = "$fake/nowhere";
    my ($code, $out) = $t->_run('', $t->root . '/conf/demo/run');
    is $code, 1, 'without a build it does not start';
    like $out, qr/missing.*make/, 'and says what to do';
}

SKIP: {
    if (!$t->has_module) {
        fail 'the module is built' if $ENV{CG_REQUIRE} || $ENV{CI};
        skip 'the module is not built (make)', 1;
    }

    # Under each policy that is shipped, and ended in each way.
    my @ways = map { [INT => $_] } qw(heidenhain jspe hitachi cc-link hennge);
    for my $way (@ways, [TERM => 'example'], [HUP => 'cc-link']) {
        my ($signal, $policy) = @$way;
        my $begun = time;

        local $ENV{POLICY} = $policy;
        unlink $t->dir . '/demo.stderr';
        $t->spawn('demo', $t->root . '/conf/demo/run');
        $t->wait_for(15, sub { said() =~ /Ctrl-C/ || !$t->alive('demo') });
        cmp_ok time - $begun, '<', 10, "$policy, $signal: the address is there at once";
        my ($port) = said() =~ m{http://127\.0\.0\.1:(\d+)/ };
        ok $port, "$policy: it is printed" or diag(said()), last;
        $t->{ports}{gate} = $port;
        like $t->get('/', headers => { Accept => 'text/html' })->body,
            qr/id="ngx-consent"/, "$policy: a gated page answers there";
        my ($verify) = said() =~ /is it sound\?\s+(.*)/;
        is system("$verify > /dev/null 2>&1"), 0,
            "$policy: the command for the evidence works as printed";

        ok $t->stop('demo', $signal), "$signal: the demo ends";
        ok $t->wait_for(3, sub { left() eq '' }),
            "$signal: nothing is left behind" or diag left();
    }
}

$t->done;
