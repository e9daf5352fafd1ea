# What the documentation shows can be pasted: every configuration in README.md
# and in docs/ passes `nginx -t`.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Site;

my $t    = Consent->new;
my $root = $t->root;

sub blocks {
    my ($file) = @_;
    my $text = $t->read("$root/$file");
    my @found;

    while ($text =~ /^```nginx\n(.*?)^```/msg) {
        push @found, [1 + (substr($text, 0, $-[0]) =~ tr/\n//), $1];
    }
    return @found;
}

# README.md: the whole configuration, with this machine's paths.

my ($whole) = map { $_->[1] } blocks('README.md');
my ($dir, $key) = ($t->dir, $t->key);

ok $whole && $whole =~ /^http \{/m, 'README.md has a whole nginx.conf';
$whole =~ s{^load_module .*\n}{};
$whole =~ s{/etc/nginx/consent\.key}{$key};
$whole =~ s{/var/log/nginx/consent\.log}{$dir/consent.log};
$whole =~ s{/etc/nginx/consent/(vendors|policies)}{$root/conf/$1}g;
$whole =~ s{listen\s+80;}{listen 127.0.0.1:%%PORT_x%%;};
$whole =~ s{(http \{)}{$1 access_log off; client_body_temp_path %%DIR%%/a; proxy_temp_path %%DIR%%/b; fastcgi_temp_path %%DIR%%/c; uwsgi_temp_path %%DIR%%/d; scgi_temp_path %%DIR%%/e;};

my ($code, $out) = $t->check("%%LOAD_MODULE%%\npid %%DIR%%/x.pid;\nerror_log %%DIR%%/x.log;\n$whole");
is $code, 0, 'README.md: the minimal nginx.conf passes' or diag $out;

# docs/policy.md: its vendor and its policy, together with the shipped vendors.

my $blocks = join '', map { $_->[1] } blocks('docs/policy.md');
my ($policy) = $blocks =~ /^consent_policy (\S+)/m;

($code, $out) = $t->check("include $root/conf/vendors/*.conf;\n$blocks"
    . "server { listen 127.0.0.1:%%PORT_x%%; consent $policy; }");
is $code, 0, 'docs/policy.md: its blocks pass' or diag $out;

# Each shipped policy stands a server up.

for my $file (glob "$root/conf/policies/*.conf") {
    my ($id) = $file =~ m{([^/]+)\.conf$};

    ($code, $out) = $t->check("include $root/conf/vendors/*.conf;\n"
        . "include $file;\nserver { listen 127.0.0.1:%%PORT_x%%; consent $id; }");
    is $code, 0, "conf/policies/$id.conf passes" or diag $out;
}

# docs/directives.md: each example in the place that its context says.

my $body = $t->read("$root/docs/directives.md");

for my $section (split /^### /m, $body) {
    my ($name) = $section =~ /\A(consent\w*)\n/ or next;
    my ($context) = $section =~ /^\| Context \| (.*?) \|$/m;
    my ($example) = $section =~ /^```nginx\n(.*?)^```/ms or next;
    my %own = ($name => 1);
    my (%consent, $http, $server) = ();

    $example =~ s{/etc/nginx/consent\.key}{$key}g;
    $example =~ s{/var/log/nginx/consent\.log}{$dir/consent.log}g;
    $example =~ s{ password_file=\S+}{}g;
    $example =~ s{cc-link}{test}g;
    $example =~ s{http://app|https://collector\.example\.net}{http://127.0.0.1:1}g;

    if ($example =~ /^server \{/m) {
        $http = $example =~ s/server \{/server { listen 127.0.0.1:%%PORT_x%%;/r;
    } elsif ($context =~ /^http$/ || $name =~ /redis|key_file|log/) {
        $consent{ $name =~ s/^consent_//r } = undef;
        $http = 'server_tokens off; ' . $example . 'server { listen 127.0.0.1:%%PORT_x%%; consent test; }';
    } else {
        $http = "server { listen 127.0.0.1:%%PORT_x%%; consent test; $example }";
    }

    ($code, $out) = $t->check(policy() . $http, consent => \%consent);
    is $code, 0, "docs/directives.md: the example of $name passes" or diag $out;
}

$t->done;
