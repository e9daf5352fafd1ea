# Markup that makes browsers fetch from a tracker, row by row through the gate
# into Chromium, with JavaScript and without: not one request, behind the second
# wall where it takes a script to ask for it.  The control,
# the same pages without the gate, shows that the sink would have seen it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Demo;
use JSON::PP ();

my $data = Consent::root() . '/../shared/data/vectors/vectors.tsv';

plan skip_all => 'no vectors: ../shared/data/vectors is not there' if !-e $data;

my $t = Consent::Demo->new;
my $site = $t->dir . '/site';
my $json = JSON::PP->new->allow_nonref->utf8;

# Each row is a page of its own, and its URL says which one it is.
mkdir $site or die "$site: $!";
open my $rows, '<:raw', $data or die "$data: $!";
my $pages = 0;

while (my $line = <$rows>) {
    next if $line =~ /^(?:#|name\t)/;
    my ($name, $markup) = split /\t/, $line;
    my $page = '<!doctype html><meta charset=utf-8>' . $json->decode($markup);

    $page =~ s/\bh\?id=1/h?id=$name./g;
    utf8::encode($page);
    open my $file, '>:raw', "$site/$name.html" or die "$name: $!";
    print $file $page;
    close $file;
    $pages++;
}

cmp_ok $pages, '>', 100, 'there are vectors to try';

$t->origin(<<'END');
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        root    %%DIR%%/site;
        types   { text/html html; }
        default_type  image/png;
        location = /favicon.ico { return 204; }
        location / { try_files $uri =204; }
    }
END
$t->gate(<<'END');
    include  %%ROOT%%/conf/vendors/*.conf;
    include  %%ROOT%%/conf/policies/cc-link.conf;
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.kitayama.example;
        consent      cc-link;
        location = /favicon.ico { return 204; }
        location /wall/ {
            consent_csp  enforce;
            proxy_pass   http://127.0.0.1:%%PORT_origin%%/;
        }
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
    }
END

$t->browse('vectors.mjs', CG_CONTROL => 1, CG_VECTORS => $data);
$t->browse('vectors.mjs', CG_VECTORS => $data);
$t->done;
