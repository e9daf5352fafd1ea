# A gated site of one page for each row of a file of vectors: NAME.html, and the
# same under /wall/ with the second wall enforced.

package Consent::Vectors;

use strict;
use warnings;

use parent 'Consent::Demo';

use JSON::PP ();
use Test::More;


# The page of a row; where its URL can, it says which one it is.
sub page {
    my ($name, $markup) = @_;
    my $page = '<!doctype html><meta charset=utf-8>'
        . JSON::PP->new->allow_nonref->utf8->decode($markup);

    $page =~ s/\bh\?id=1/h?id=$name./g;
    utf8::encode($page);

    return $page;
}


# Writes the pages; how many there are.
sub write_pages {
    my ($self, $data) = @_;
    my $pages = 0;

    open my $rows, '<:raw', $data or die "$data: $!";

    while (my $line = <$rows>) {
        next if $line =~ /^(?:#|name\t)/;
        chomp $line;
        my ($name, $markup) = split /\t/, $line;

        $self->write("site/$name.html", page($name, $markup));
        $pages++;
    }

    return $pages;
}


sub new {
    my ($class, $data) = @_;
    my $self = $class->SUPER::new;

    cmp_ok $self->write_pages($data), '>', 100, 'there are vectors to try';

    $self->origin(<<'END');
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        root    %%DIR%%/site;
        types   { text/html html; }
        default_type  image/png;
        location = /favicon.ico { return 204; }
        location / { try_files $uri =204; }
    }
END
    $self->gate(<<'END');
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

    return $self;
}

1;
