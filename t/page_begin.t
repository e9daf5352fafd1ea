#!/usr/bin/perl
# The begin of an open page is kept as it left (a worker's memory of pages), head
# and settings link in it.  Each visitor, language, server and nonce gets its own
# all the same: the very bytes of a gate without a memory.  That one is asked by
# a password, since a page that came for one is never remembered.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

for my $lang (qw(en ja xx)) {
    $t->write("page-$lang", qq(<!doctype html><html lang="$lang"><head><title>t</title></head>)
        . '<body><p>x' . ('<p>more of it' x 100) . '</body></html>');
}

my $policy = policy();
my $free = $policy =~ s/.*(?=consent_policy)//sr;
$free =~ s/consent_policy test/consent_policy free/;
$free =~ s/^ +(?:purpose +(?:analytics|marketing)|vendor|clause).*\n//mg;
$free =~ s/\}\s*\z/unlisted third_party=allow cookie=allow;\n}\n/s;
$policy =~ s/\}\s*\z/unlisted third_party=marketing cookie=allow;\n}\n/s;
s/languages  en ja;/languages  en ja de;/ or die for $policy, $free;

my $server = sub {
    my ($name, $policy, @more) = @_;
    return <<"END";
    server {
        listen 127.0.0.1:%%PORT_gate%%;
        server_name $name.example;
        consent $policy;
        consent_site $name;
        @more
        access_log %%DIR%%/access.log page;
        root %%DIR%%;
        default_type text/html;
        charset utf-8;
        add_header Content-Security-Policy \$rule;
        location / { }
        location /quiet/ { alias %%DIR%%/; consent_settings off; }
        location /german/ { alias %%DIR%%/; consent_language de; }
    }
END
};

$t->gate("$policy $free log_format page '\$consent_page';
    map \$http_x_nonce \$rule {
        default \"script-src 'nonce-\$http_x_nonce'; style-src 'nonce-s\$http_x_nonce'\";
        '' '';
    }
"
    . $server->('one', 'test') . $server->('two', 'test', 'consent_uri /privacy/;')
    . $server->('free', 'free') . $server->('mapped', 'free', 'consent_language $http_x_lang;'),
    workers => 1);

sub chooses {
    my ($jar, $what, $host, $uri) = @_;
    my ($notice) = $t->get($uri, jar => $jar, host => $host)->body
        =~ /name="notice" value="([^"]+)"/;
    my $r = $t->post("${uri}choice", jar => $jar, host => $host,
        form => [choice => $what, notice => $notice, return => '/back'],
        headers => { 'Sec-Fetch-Site' => 'same-origin' });
    BAIL_OUT("no choice at $host: " . $r->status) if $r->status != 303;
}

my %visitor;
for my $host (qw(one two free mapped)) {
    for my $who (qw(accept reject)) {
        my $jar = $visitor{$host}{$who} = $t->jar;
        chooses($jar, $who, "$host.example", $host eq 'two' ? '/privacy/' : '/.consent/');
    }
    $visitor{$host}{nobody} = undef;
}

sub asks {
    my ($host, $who, $path, @headers) = @_;
    my $r = $t->get($path, host => "$host.example", jar => $visitor{$host}{$who},
        headers => ['Sec-Fetch-Dest' => 'document', @headers]);
    return $r->body =~ s/name="(?:notice|once)" value="[^"]*"//gr =~ s/notice=[\w.~-]+//gr;
}

my ($bad, $n) = (0, 0);
my @last;

# All in turn, so that what is kept is another one's each time.
for my $round (1 .. 6) {
    for my $path ('/page-en', '/page-ja', '/page-xx', '/quiet/page-en', '/german/page-en') {
        for my $host (qw(one two free mapped)) {
            for my $case (['accept'], ['reject'], ['nobody'], ['nobody', 'Sec-GPC' => 1],
                ['accept', 'Accept-Language' => 'ja'], ['accept', 'Sec-GPC' => 1],
                ['accept', 'X-Nonce' => "a$round"], ['accept'])
            {
                my ($who, @headers) = @$case;
                push @headers, 'X-Lang' => (qw(en ja de))[$n % 3];
                my $got = asks($host, $who, $path, @headers);
                my $own = asks($host, $who, $path, @headers, Authorization => 'Basic YTpi');

                $n++;
                next if $got eq $own;
                $bad++;
                push @last, "$round $host $who $path @headers" if @last < 5;
            }
        }
    }
}

is($bad, 0, 'whoever asks gets what a gate writes for nobody else') or diag "@last";
my %page;
$page{$_}++ for split /\n/, $t->read('access.log');
cmp_ok($page{hit} || 0, '>', $page{miss}, 'while most of the pages are known') or diag explain \%page;
$t->done;
