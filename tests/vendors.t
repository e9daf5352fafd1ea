#!/usr/bin/perl
# What every shipped vendor file says, so that a notice made of it is complete:
# who receives what, where, under which privacy policy, with which cookies and
# for how long.  How vendors are recognised is vendor_marks.t's.

use strict;
use warnings;

use Test::More;

# The vendors that the project promises; there may be more.
my @promised = qw(a8 addthis adobe-analytics amplitude bing-uet chartbeat comscore criteo disqus
    google-ads google-analytics google-fonts google-maps google-tag-manager hatena hotjar hubspot
    karte line-tag linkedin-insight marketo-munchkin matomo meta-pixel microsoft-clarity mixpanel
    new-relic optimizely outbrain pinterest quantcast rakuten salesforce-pardot segment sharethis
    taboola tealium tiktok treasure-data vimeo x-ads yahoo-japan youtube);

# No cookie or key of web storage under a site's domain is known of those, though
# they receive a number: it is one that their own domain set.
my %third = map { $_ => 1 } qw(google-maps hatena krux nielsen yahoo-ads amazon-ads);

# Several companies, none of which has a number: ops choose among them.
my %many = (infrastructure => 1);

my %messages;

for my $path (glob 'conf/messages/*.msg') {
    open my $file, '<', $path or die "$path: $!\n";
    while (<$file>) {
        $messages{$path}{$1} = 1 if /^(\S+)\s*=/;
    }
}

# name => [ [ word, ... ], ... ], the lines of a vendor block
my (%vendors, %head);

for my $path (sort glob 'conf/vendors/*.conf') {
    my ($id) = $path =~ m{([^/]+)\.conf$};
    open my $file, '<', $path or die "$path: $!\n";

    while (<$file>) {
        $head{$id} .= $_ if /^#/;
        next if /^\s*(#|$)/;

        if (/^consent_vendor (\S+) \{$/) {
            is $1, $id, "$id: the file bears the vendor's name";

        } elsif (/^    (\S.*);$/) {
            push @{ $vendors{$id} }, [ words($1) ];
        }
    }
}

# As nginx reads them, but for escapes, which stand for themselves.
sub words {
    my ($line) = @_;
    return map { s/^"(.*)"$/$1/r } $line =~ /("(?:[^"\\]|\\.)*"|\S+)/g;
}

sub lines {
    my ($id, $word) = @_;
    return grep { $_->[0] eq $word } @{ $vendors{$id} };
}

sub what {                       # cookie [~] NAME TIME TEXT without the "~"
    my ($word, @rest) = @{ $_[0] };
    shift @rest if $rest[0] eq '~';
    return @rest;
}

ok $vendors{$_}, "$_ is shipped" for @promised;

for my $id (sort keys %vendors) {
    my ($name) = lines($id, 'name');
    my ($provider) = lines($id, 'provider');
    my @received = map { @$_[1 .. $#$_] } lines($id, 'receives');
    my @cookies = map { [ what($_) ] } lines($id, 'cookie');
    my @storages = lines($id, 'storage');

    ok $name && length $name->[1], "$id: has a name";
    like $provider->[2], qr/^[A-Z]{2}$/, "$id: its provider has a country";
    like $provider->[3] // '', qr{^https://[^/]+\.[^/]+}, "$id: and a privacy page, over TLS"
        unless $many{$id};
    ok scalar @received, "$id: what it receives is said";
    ok lines($id, 'host') + lines($id, 'url') + lines($id, 'path'), "$id: a host or an address is known";

    is_deeply [ grep { !$messages{$_}{"country.$provider->[2]"} } sort keys %messages ], [],
        "$id: its country has a name in each language";

    is_deeply [ map { $_->[0] } grep { @$_ != 3 || $_->[1] !~ /^(session|([0-9]+[smhdwMy])+)$/
                                       || $_->[2] !~ /^[A-Z].{8}/ } @cookies ], [],
        "$id: each cookie has a lifetime and a description";
    is_deeply [ map { $_->[1] } grep { @$_ != 3 || $_->[2] !~ /^[A-Z].{8}/ } @storages ], [],
        "$id: each key of web storage has a description";

    is !!(grep { $_ eq 'cookie_id' } @received), !!(@cookies || @storages || $third{$id}),
        "$id: who receives a number has a cookie or a key that holds it, and nobody else has one";

    like $head{$id} // '', qr/^# Sources?: /m, "$id: the file says where its facts are from"
        unless $many{$id};
}

done_testing;
