# Japanese pages in every encoding, said by the header, by the page or by its
# mark alone, through the gate into Chromium: nobody foreign is asked, the
# banner can be read, and the page reads as it does without the gate.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Path qw(make_path);
use IO::Uncompress::Gunzip qw(gunzip);
use JSON::PP ();
use Test::More;
use Consent;
use Consent::Demo;

my $data = Consent::root() . '/../shared/data/charset-ja';

plan skip_all => 'no pages: ../shared/data/charset-ja is not there' if !-e $data;

my $t = Consent::Demo->new;
my $site = $t->dir . '/site';
my @pages;

# A page as one visit: where it lies says how the origin declares it.
sub page {
    my ($way, $charset, $name, $bytes) = @_;
    my $path = "$way/$charset/$name.html";

    make_path("$site/$way/$charset");
    open my $file, '>:raw', "$site/$path" or die "$path: $!";
    print $file $bytes;
    close $file;
    push @pages, { path => $path, way => $way, charset => $charset, name => $name };
}

sub bytes { gunzip($_[0] => \my $bytes) or die $_[0]; return $bytes }

# Every file in UTF-8 and in two of the other encodings, each way of saying so in
# turn: the header and the page, the page alone, the header alone (the page says
# another one), the mark alone.  What the page says must be said in the way that
# a browser looks for; else nobody says it, and what it guesses is its affair.
my @names = map { m{([^/]+)\.html\.gz$} } sort glob "$data/transcoded/utf-8/*.html.gz";
my @charsets = qw(utf-8 shift_jis euc-jp iso-2022-jp utf-16le);
my $turn = 0;

for my $charset (@charsets) {
    for my $i (0 .. $#names) {
        next if $charset ne 'utf-8' && $i % 2 == ($charset =~ /^(?:s|i)/);

        my $bytes = bytes("$data/transcoded/$charset/$names[$i].html.gz");
        my $bare = $bytes =~ s/<meta[^>]*charset[^>]*>//gir;
        my @ways = ['header', $bytes];

        if ($charset eq 'utf-16le') {
            push @ways, ['mark', $bytes], ['header', substr $bytes, 2];
        } else {
            push @ways, ['header', "<meta charset=windows-1252>$bare"];
            push @ways, ['mark', "\xEF\xBB\xBF$bare"] if $charset eq 'utf-8';
            push @ways, ['meta', $bytes] if substr($bytes, 0, 1024) =~ /<meta(?=[^>]*charset)(?! http-equiv[^>]*\svalue=)[^>]*>/i;
        }
        page($ways[$turn % @ways][0], $charset, $names[$i], $ways[$turn % @ways][1]);
        $turn++;
    }
}

for my $file (sort glob "$data/real/*.htm*.gz $data/real/chardet/*.html.gz") {
    my ($name) = $file =~ m{([^/]+?)\.html?\.gz$};
    my $bytes = bytes($file);
    page('real', $bytes =~ /^\xFF\xFE|<meta[^>]*charset/i ? 'said' : 'unsaid', $name, $bytes);
}

my %seen;
$seen{"$_->{way} $_->{charset}"}++ for @pages;
is join(' ', map { "$_=$seen{$_}" } grep { $seen{$_} < 2 && !/^real/ } sort keys %seen), '', 'every encoding by every way';
is scalar(grep { !/^real/ } keys %seen), 11, '... that it has';
$t->write('pages.json', JSON::PP->new->encode(\@pages));

my $headers = join '', map { qq(location /header/$_/ { default_type "text/html; charset=$_"; try_files \$uri =204; }\n) } @charsets;

$t->origin(<<'END' =~ s/HEADERS/$headers/r);
    server {
        listen  127.0.0.1:%%PORT_origin%%;
        root    %%DIR%%/site;
        types   { }
        charset off;
        location = /favicon.ico { return 204; }
        HEADERS
        location / { default_type text/html; try_files $uri =204; }
    }
END
$t->gate(<<'END');
    include  %%ROOT%%/conf/vendors/*.conf;
    include  %%ROOT%%/conf/policies/cc-link.conf;
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.kitayama.example;
        consent      cc-link;
        consent_csp  off;
        location = /favicon.ico { return 204; }
        location /second/ { consent_csp enforce; proxy_pass http://127.0.0.1:%%PORT_origin%%/; }
        location /bare/ { consent off; proxy_pass http://127.0.0.1:%%PORT_origin%%/; }
        location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
    }
END

$t->browse('charset.mjs', CG_PAGES => $t->dir . '/pages.json');
$t->done;
