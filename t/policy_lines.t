# What the lines of a policy do at a real site, beyond holding tags.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;

my $t = Consent->new;

# ---- joint_use: a closed list

my $VENDOR = 'consent_vendor v { name V; provider V US; receives ip cookie_id; '
    . 'host v.example; }';

sub policy {
    my ($lines) = @_;

    return "$VENDOR consent_policy p { controller C; notice /; version 1; "
        . "languages en; purpose necessary required; purpose a slot=1; "
        . "$lines }\nserver { listen 127.0.0.1:%%PORT_x%%; consent p; }";
}

my ($code, $out) = $t->check(policy("\nvendor v purpose=a role=joint;\n"
    . 'joint_use G TW items=name,ip responsible=R;'), stderr => 1);

is $code, 0, 'joint use of an item that is not in the list is no error';
is_deeply [$out =~ /\[warn\] (?:\S+: )?(vendor .*) in \S+:\d+$/mg],
    ['vendor "v" of role=joint receives "cookie_id", which no "joint_use" names: '
    . 'add it to items=, or give the vendor role=third'],
    '... but a warning with the mend';

($code, $out) = $t->check(policy('vendor v purpose=a role=joint; '
    . 'joint_use G TW items=cookie_id,ip responsible=R;'), stderr => 1);
unlike $out, qr/joint/, 'an item in the list is not warned of';

$t->done;
