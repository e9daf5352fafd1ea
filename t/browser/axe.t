# What visitors see is for everybody: banner, settings, preferences, the notice
# of transmission and the pages of rights, in every language and under every
# setting of theirs (WCAG 2.2 AA), by keyboard as by pointer.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Copy qw(copy);
use Test::More;
use Consent::Demo;

# The demo, with every language there are texts for, and a page in each.
package Everybody {
    our @ISA = ('Consent::Demo');

    sub _fill {
        my ($self, $name) = @_;
        my $text = $self->SUPER::_fill($name);
        my $dir = $self->dir;

        $text =~ s{include\s+\S+/policies/cc-link\.conf}{include $dir/policy.conf};
        $text =~ s{root\s+\S+/demo/site;}{root $dir/site;};
        return $text;
    }
}

my @langs = qw(en ja zh zh-Hant de fr);
my $t = Everybody->new;
my $policy = $t->read(Consent::root() . '/conf/policies/cc-link.conf');

$policy =~ s/^(\s+languages\s+)[^;]*;/$1@langs;/m or die 'languages';
$t->write('policy.conf', $policy);

system('cp', '-R', Consent::root() . '/conf/demo/site', $t->dir . '/site') == 0
    or die 'the site of the demo';
my $page = $t->read(Consent::root() . '/conf/demo/site/en/index.html');
for my $lang (@langs) {
    $t->write("site/$lang.html", $page =~ s/<html lang="en">/<html lang="$lang">/r);
}

$t->demo;
$t->browse('axe.mjs', CG_LANGS => "@langs",
    CG_AXE => Consent::root() . '/node_modules/axe-core/axe.min.js');
$t->done;
