#!/usr/bin/perl

# consentctl gate as a person meets it.

use strict;
use warnings;

use File::Temp qw(tempdir);
use Test::More;

my $ctl = ($ENV{BUILD} // 'build') . '/consentctl';

plan skip_all => "$ctl is not built: make ctl" unless -x $ctl;

my $dir = tempdir(CLEANUP => 1);

sub spew {
    my ($name, $text) = @_;
    open my $fh, '>:raw', "$dir/$name" or die "$name: $!";
    print $fh $text;
    close $fh;
}

sub gate {
    my ($page, @args) = @_;
    spew('page', $page);
    my $out = `$ctl gate @args <$dir/page 2>$dir/err`;
    open my $fh, '<', "$dir/err" or die $!;
    local $/;
    return ($? >> 8, $out, scalar <$fh>);
}

sub wide { return $_[0] =~ s/(.)/pack 'v', ord $1/gser }

spew('nginx.conf', <<'END');
http {
    consent_vendor shop {
        name     Shop;
        provider Shop JP https://shop.example/privacy;
        receives ip;
        host     shop.example;
        inline   "shop.example/load";
    }
    consent_policy test {
        controller  Test;
        contact     Test https://www.example.org/contact/;
        notice      /privacy/;
        version     1;
        languages   en;
        clause      T-1 "Shop is embedded";
        purpose     necessary required;
        purpose     media slot=1 clause=T-1;
        vendor      shop purpose=media role=third;
        own_host    *.cdn.example.com;
        unlisted    third_party=hold cookie=allow;
    }
}
END

my $conf = "--conf $dir/nginx.conf --site www.example.org";
my $page = '<html><body><img src=//shop.example/a>'
    . '<img src=https://img.example.org/b><img src=//x.cdn.example.com/c>';

my ($rc, $out, $err) = gate($page, $conf);
is($rc, 0, 'a page is gated');
is($out, '<html><body><img data-ngxc-hold="shop" data-ngxc-purpose="media" '
    . 'data-ngxc-src=//shop.example/a><img src=https://img.example.org/b>'
    . '<img src=//x.cdn.example.com/c>',
    'what is held is marked, own hosts are known by --site and own_host');

($rc, $out, $err) = gate($page, $conf, '--grant media');
is($out, $page, 'a granted purpose lets the page through as it is');

($rc, $out, $err) = gate($page, $conf, '--policy test --grant all --json');
is($out, '{"policy":"test","vendors":[{"vendor":"shop","clause":"T-1",'
    . "\"held\":0,\"passed\":1}],\"more\":0,\"withheld\":0}\n",
    '--json counts instead');

my $held = (gate($page, $conf))[1];
($rc, $out, $err) = gate(wide("\x{FEFF}$page"), $conf);
is($out, wide("\x{FEFF}$held"), 'a page in UTF-16 is gated in UTF-16');

my $jis = "<meta charset=iso-2022-jp><a title=\"\e\$B\"><!--\e(B\">";
($rc, $out, $err) = gate("$jis<img src=//shop.example/a> -->", $conf);
like($out, qr/^\Q$jis\E<img data-ngxc-hold="shop"/,
    'one that says that it is in ISO-2022-JP is read as that');

for (['--grant nonsense', qr/no purpose nonsense/],
     ['--policy nonsense', qr/no policy nonsense/],
     ['--nonsense x', qr/unknown argument --nonsense/],
     ['--grant', qr/--grant needs a value/])
{
    ($rc, $out, $err) = gate($page, $conf, $_->[0]);
    ok($rc == 2 && $out eq '' && $err =~ $_->[1],
       "$_->[0]: said so, and nothing written");
}

($rc, $out, $err) = gate($page, "--conf $dir/none");
ok($rc == 2 && $out eq '' && $err ne '', 'no configuration: cannot tell');

done_testing();
