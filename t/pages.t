# The saved pages through the gate, as a visitor who comes first, one who
# refused and one who granted everything: each comes back whole, and every
# tracker element that an independent parser found in them is held, or there is
# a reason why it need not be.
#
# A reason is a rule here, which looks at the bytes, or a line of
# pages-explained.tsv: page, offset, vendors, reason.  VERBOSE=1 lists what
# each rule explains.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::HTTP qw(session);
use Consent::Pages qw(pages without_insertions start_tag attributes site_of
    vendor_blocks);
use Consent::Site;

my $dir = "$FindBin::Bin/../../shared/data/pages";
plan skip_all => "no pages at $dir" unless -r "$dir/elements.tsv";

my $t = Consent->new(needs =>
    ['/usr/share/publicsuffix/public_suffix_list.dat']);
my @pages = pages($dir);
my $blocks = vendor_blocks($t->root . '/conf/vendors');

# The vendor files that a name of the table stands for, where not the same.
my %files = (meta => ['meta-pixel'], newrelic => ['new-relic'],
    adobe => ['adobe-analytics'], clarity => ['microsoft-clarity'],
    'wordpress-stats' => ['wordpress-stats', 'gravatar'],
    twitter => ['x-ads'], 'ivw-infonline' => ['infonline'],
    'yahoo-jp' => ['yahoo-japan'], 'yahoo-us' => ['yahoo-ads'],
    'addthis-sharethis' => ['addthis', 'sharethis'],
    yandex => ['yandex-metrica'], linkedin => ['linkedin-insight'],
    'jp-adtech' => ['hatena', 'a8', 'cxense'], crazyegg => ['crazy-egg'],
    marketo => ['marketo-munchkin'], 'microsoft-ads' => ['bing-uet'],
    webtrekk => ['mapp'], baidu => ['baidu-tongji']);

my $vendors = join '', map { "        vendor $_ purpose=all;\n" }
    sort keys %$blocks;

sub named {
    my ($name, $unlisted) = @_;

    return <<"END";
    consent_policy $name {
        controller "Test";
        notice     /privacy/;
        version    1;
        languages  en;
        purpose    necessary required;
        purpose    all slot=1 signal=analytics_storage,ad_storage;
$vendors
        unlisted   third_party=$unlisted cookie=allow;
    }
END
}

$t->origin(<<"END");
    types { text/html html; }
    keepalive_requests 10000;
    server {
        listen       127.0.0.1:%%PORT_origin%%;
        root         $dir;
        gzip_static  always;
    }
    server {
        listen       127.0.0.1:%%PORT_plain%%;
        root         $dir;
        gzip_static  always;
        gunzip       on;
    }
END

my $server = <<'END';
        server_name   _;
        keepalive_requests 10000;
        proxy_http_version 1.1;
        proxy_set_header   Connection "";
        location / { proxy_pass http://coded; }
        location /plain/ {
            proxy_set_header Accept-Encoding "";
            proxy_pass http://plain/;
        }
END

$t->gate("    include " . $t->root . "/conf/vendors/*.conf;\n"
    . named(shut => 'hold') . named(open => 'allow') . <<"END");
    upstream coded { server 127.0.0.1:%%PORT_origin%%; keepalive 4; }
    upstream plain { server 127.0.0.1:%%PORT_plain%%; keepalive 4; }
    server {
        listen        127.0.0.1:%%PORT_gate%%;
        consent_site  shut;
        consent       shut;
$server
    }
    server {
        listen        127.0.0.1:%%PORT_open%%;
        consent_site  open;
        consent       open;
$server
    }
END

my %jar = (refused => $t->jar, granted => $t->jar);

choose($t, 'reject', jar => $jar{refused});
choose($t, 'accept', jar => $jar{granted}, to => 'open');
my @workers = $t->workers('gate');


# ---- the visitors

# The pages as one visitor gets them: [bytes without insertions, insertions].
sub visit {
    my ($name, $port, $prefix, $jar) = @_;
    my $get = session($t->port($port));
    my (@cut, @changed, @answers);

    for my $page (@pages) {
        my $r = $get->("$prefix/$page->{path}", host => $page->{host},
            headers => $jar ? [Cookie => $jar->header('/')] : []);
        my ($bytes, $put) = $r && $r->status == 200
            ? without_insertions($r->body) : ('', {});

        push @cut, $page->{file} if !$r || $r->status != 200
            || $r->header('content-security-policy')
            || ($r->header('content-type') || '') !~ m{^text/html};
        push @changed, $page->{file} if $bytes ne $page->{bytes};
        push @answers, $put;
    }
    is "@cut", '', "$name: every page is answered to its end";
    is "@changed", '', "$name: without the insertions, each is the origin's"
        . ' byte for byte';
    return @answers;
}

my @first = visit('first visit, coded origin', 'gate', '');
my @plain = visit('first visit, plain origin', 'gate', '/plain');
my @refused = visit('refused', 'gate', '', $jar{refused});
my @granted = visit('granted, coded origin', 'open', '', $jar{granted});
visit('granted, plain origin', 'open', '/plain', $jar{granted});

is_deeply [$t->workers('gate')], \@workers, 'no worker went away';

# Marks and renames: what is not an element of ours.
sub marks {
    my ($put) = @_;
    return join "\n", map { my $at = $_;
        map { "$at $_" } grep { !/^</ } @{ $put->{$at} } }
        sort { $a <=> $b } keys %$put;
}

sub inserted {
    my ($put, $what) = @_;
    return scalar grep { index($_, $what) >= 0 } map { @$_ } values %$put;
}

sub pages_where {
    my ($wrong) = @_;
    return join ' ', map { $pages[$_]{file} } grep { $wrong->($_) } 0 .. $#pages;
}

is pages_where(sub { marks($first[$_[0]]) ne marks($plain[$_[0]]) }), '',
    'coded or plain, the same is held';
is pages_where(sub { marks($first[$_[0]]) ne marks($refused[$_[0]]) }), '',
    'undecided or refused, the same is held';
is pages_where(sub { my $n = grep { /^</ } map { @$_ } values %{ $granted[$_[0]] };
    marks($granted[$_[0]]) ne '' || keys %{ $granted[$_[0]] } > 2 || $n > 4 }), '',
    'who granted everything gets two insertions and not a mark';

# A place for a banner: a document, as one of these says, and no frameset.
sub has_place {
    my ($page) = @_;
    my $bytes = $page->{bytes} =~ s/<!--.*?-->//sgr;
    return $bytes =~ /<(?:!doctype|html|head|body)\b/i ? 1 : 0;
}

is pages_where(sub { inserted($first[$_[0]], 'id="ngx-consent"')
    != has_place($pages[$_[0]]) }), '', 'the banner stands once in each document';
is pages_where(sub { inserted($refused[$_[0]], 'id="ngx-consent"') != 0
    || inserted($refused[$_[0]], 'id="ngxc-settings"')
    != has_place($pages[$_[0]]) }), '', 'who refused finds the settings there';


# ---- the elements

# Where something is looked up that could fetch, or keep a visitor in mind.
my $FETCHES = qr{createElement\s*\(\s*(?!["'](?:div|ins|span|a|p|style|ul|li)["'])
    |document\.write(?:ln)?\s*\(\s*(?!["']\s*</?(?:div|span|ins|center|table|p|br)\b)
    |(?:<|%3c|\\x3c|\\u003c)(?:sc["'r]|img|if|link)|\.src(?:set)?\s*=[^=]|setAttribute\s*\(\s*["']src
    |\b(?:new\s+Image|XMLHttpRequest|Worker|WebSocket|EventSource|sendBeacon
       |getScript|loadScript|loadJS|importScripts)\b|\b(?:fetch|import|eval)\s*\(
    |(?:\$|jQuery)\.(?:ajax|get|getJSON|post|load)\b|\.cookie\s*=[^=]}xi;

sub vendor_names {
    my ($row, $what) = @_;
    return map { @{ $blocks->{$_}{$what} || [] } }
        map { @{ $files{$_} || [$_] } } @{ $row->{vendors} };
}

sub decoded {
    my ($text) = @_;
    my %named = (quot => '"', apos => "'", amp => '&', lt => '<', gt => '>');

    $text =~ s/&(?:#x([0-9a-f]+)|#(\d+)|(quot|apos|amp|lt|gt));?/
        defined $1 ? chr(hex($1) & 0x7F) : defined $2 ? chr($2 & 0x7F)
        : $named{$3}/gie;
    return $text;
}

# The code of a row: what stands between the tags, or in the attribute.
sub code {
    my ($page, $row) = @_;
    my ($attr) = grep { $_->[0] eq $row->{attr} }
        attributes($page->{bytes}, $row->{start});
    my $from = start_tag($page->{bytes}, $row->{start});

    return ($attr ? decoded($attr->[1])
        : substr $page->{bytes}, $from, $row->{end} - $from) =~ s{\\/}{/}gr;
}

sub any_of {
    my ($code, @names) = @_;
    return grep { $code =~ /(?<![\w\$-])\Q$_\E(?![\w\$-])/ } @names;
}

# Those of the globals that the head of the page stubs.
sub stubbed {
    my ($put, @names) = @_;
    my ($list) = map { /\(window,(\[.*?\]),(\[.*?\])\);/ ? "$1$2" : () }
        map { @$_ } values %$put;

    return grep { index($list // '', "\"$_\"") >= 0 } @names;
}

sub type_of {
    my ($page, $row) = @_;
    my ($type) = grep { $_->[0] eq 'type' }
        attributes($page->{bytes}, $row->{start});
    return $type ? lc $type->[1] : '';
}

sub amp_runtime_passes {
    my ($page, $put) = @_;

    while ($page->{bytes} =~ m{<(script)\b[^>]*\bsrc=["']?https://cdn\.ampproject\.org}gi) {
        return 1 if !$put->{ $-[1] + length $1 };
    }
    return 0;
}

# Assignments of what holds no name but its keys' and no operator.
sub is_data {
    my ($code) = @_;

    $code =~ s{</script.*}{}is;
    $code =~ s{/\*.*?\*/}{}gs if $code !~ /["']/ || $code =~ m{^\s*/\*};
    $code =~ s{"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'}{""}gs;
    return !grep { !m{^\s*(?:var\s)?[\w.]+(?:\[""\])?\s*=\s*([\[\{].*[\]\}])\s*$}s
            || $1 !~ m{^(?:[\s\{\}\[\],:"]|-?[\d.]+(?:e[-+]?\d+)?|true|false|null|\w+\s*:)*+$}
        } split /;\s*/, $code;
}

# [reason, CODE(page, row, insertions)] for what is not held, in this order.
my @rules = (
    ['data that no browser runs, and untouched', sub {
        my ($page, $row, $put) = @_;
        return $row->{tag} eq 'script'
            && type_of($page, $row) !~ m{^$|^module$|^(?:text|application)/(?:x-)?(?:java|ecma)script$|^[0-9a-f]{24}-}
            && type_of($page, $row) !~ /^(?:importmap|speculationrules)$/
            && !grep { $_ >= $row->{start} && $_ < $row->{end} } keys %$put;
    }],
    ['data that is assigned to a name', sub {
        my ($page, $row) = @_;
        return $row->{kind} eq 'inline-script' && is_data(substr $page->{bytes},
            start_tag($page->{bytes}, $row->{start}), $row->{end} - $row->{start});
    }],
    ['an attribute that fetches nothing', sub {
        return $_[1]{attr} =~ /^data-/;
    }],
    ['first party', sub {
        my ($page, $row) = @_;
        return $row->{host} ne '-'
            && site_of($row->{host}) eq site_of($page->{host})
            && !grep { ".$row->{host}" =~ /\.\Q$_\E$/ }
                map { @{ $_->{hosts} } } values %$blocks;
    }],
    ['an element of AMP, whose runtime is held', sub {
        return $_[1]{kind} =~ /^amp/ && !amp_runtime_passes($_[0], $_[2]);
    }],
    ['code that calls what a stub meets, and fetches nothing', sub {
        my ($page, $row, $put) = @_;
        my $code = code($page, $row);
        return $row->{kind} =~ /^(?:inline-script|event-attr)$/
            && $code !~ $FETCHES
            && !any_of($code, vendor_names($row, 'hosts'))
            && any_of($code, stubbed($put, vendor_names($row, 'stubs')));
    }],
    ['code that names the vendor, and fetches nothing', sub {
        my ($page, $row) = @_;
        my $code = code($page, $row);
        return $row->{kind} =~ /^(?:inline-script|event-attr)$/
            && $code !~ $FETCHES
            && !any_of($code, vendor_names($row, 'hosts'));
    }],
);

# Held: the mark stands behind the tag's name, and before each attribute of
# that name stands what makes it another.
sub is_held {
    my ($page, $row, $put) = @_;
    my $mark = join '', @{ $put->{ $row->{start} + 1 + length $row->{tag} } || [] };
    my @attrs = grep { $_->[0] eq $row->{attr} }
        attributes($page->{bytes}, $row->{start});

    return 0 if $mark !~ /data-ngxc-hold=/;
    return $mark =~ /^ type="?text\/plain\b/ if $row->{kind} eq 'inline-script';
    return @attrs && !grep { join('', @{ $put->{ $_->[2] } || [] }) !~ /data-ngxc-$/ }
        @attrs;
}

my (%table, %count, %by, @open);

for my $line (split /\n/, $t->read("$FindBin::Bin/pages-explained.tsv")) {
    next if $line =~ /^#/;
    my ($file, $start, $names, $reason) = split /\t/, $line;
    $table{"$file $start $names"} = $reason;
}

for my $i (0 .. $#pages) {
    for my $row (@{ $pages[$i]{rows} }) {
        my @row = ($pages[$i], $row, $first[$i]);
        my $place = "$row[0]{file} $row->{start} "
            . join ',', @{ $row->{vendors} };
        my ($rule) = is_held(@row) ? 'held'
            : map { $_->[0] } grep { $_->[1]->(@row) } @rules;

        $rule ||= delete $table{$place} && 'a line of the table';
        diag("$rule: $place") if $ENV{VERBOSE} && $rule && $rule ne 'held';
        $count{$rule || 'nothing'}++;
        push @open, "$place $row->{kind} $row->{attr} $row->{host}" if !$rule;
    }
}

diag(sprintf '%5d  %s', $count{$_}, $_)
    for sort { $count{$b} <=> $count{$a} } keys %count;
is join("\n", @open), '', 'every element is held, or there is a reason';
is join("\n", sort keys %table), '', 'every line of the table is needed';
cmp_ok $count{held} || 0, '>', 4000, 'and most are held';


# ---- nothing else

# Whether somebody's block names what is behind the URL.
sub is_named {
    my ($url) = @_;
    my ($host, $path) = $url =~ m{^\s*(?:https?:)?//([\w.-]+)(?::\d+)?([^?#]*)}i
        or return 1;

    return scalar grep { my $block = $_;
        grep({ ".$host" =~ /\.\Q$_\E$/i } @{ $block->{hosts} })
        || grep { my $re = join '[^/]*', map { quotemeta } split /\*/, $_;
                  $path =~ m{^$re(?:/|$)} } @{ $block->{paths} } } values %$blocks;
}

# Held elements of which no URL leads to another site or to somebody named.
my @own;

for my $i (0 .. $#pages) {
    my ($page, $put) = ($pages[$i], $first[$i]);

    for my $at (grep { "@{ $put->{$_} }" =~ /data-ngxc-hold/ } keys %$put) {
        my $from = rindex $page->{bytes}, '<', $at;
        my @urls = map { decoded($_->[1]) }
            grep { join('', @{ $put->{ $_->[2] } || [] }) =~ /data-ngxc-$/
                && $_->[0] =~ /^(?:src|href|data|poster|background|action)$/ }
            attributes($page->{bytes}, $from);

        push @own, "$page->{file} $from @urls" if @urls && !grep {
            is_named($_) || !m{^\s*(?:https?:)?//([\w.-]+)}i
            || site_of($1) ne site_of($page->{host}) } @urls;
    }
}
is join("\n", @own), '', 'no element of the own site is held';

# Whatever a page makes of its SVG, no reading of it is one in which its scripts
# are markup.
is scalar(grep { inserted($_, 'inline-limit') } @first), 0,
    'there is no script that cannot be read';

$t->done;
