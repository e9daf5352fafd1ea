package Consent::Pages;

# The saved pages of ../shared/data/pages, the table of their tracker elements,
# and what a gate's answer says of them: which bytes it put in, and where.
# Nothing here asks the gate: insertions are known by their marks, elements by
# the table's offsets, first parties by the Public Suffix List as it is
# published.

use strict;
use warnings;

use Exporter qw(import);
use IO::Uncompress::Gunzip qw(gunzip $GunzipError);

our @EXPORT_OK = qw(pages without_insertions start_tag attributes site_of
    vendor_blocks);

my $SUFFIXES = '/usr/share/publicsuffix/public_suffix_list.dat';


# pages(DIR): a list of { file, path (of the URL), bytes, host (of the site),
# rows => [{ start, end, tag, kind, attr, host, vendors => [NAME…] }…] }.
sub pages {
    my ($dir) = @_;
    my $rows = _rows("$dir/elements.tsv");
    my @pages;

    for my $line (_lines("$dir/index.tsv")) {
        my ($file) = split /\t/, $line;
        my $bytes;

        gunzip("$dir/$file" => \$bytes) or die "$file: $GunzipError\n";
        push @pages, { file => $file, path => $file =~ s/\.gz$//r,
            bytes => $bytes, host => _host($file, $bytes),
            rows => $rows->{$file} || [] };
    }
    return @pages;
}

sub _lines {
    my ($path) = @_;

    open my $fh, '<', $path or die "$path: $!\n";
    my (undef, @lines) = <$fh>;
    chomp @lines;
    return @lines;
}

sub _rows {
    my ($path) = @_;
    my %rows;

    for my $line (_lines($path)) {
        my ($file, undef, @v) = split /\t/, $line;
        my %row;

        @row{qw(start end tag kind attr host vendors)} = @v;
        $row{vendors} = [split /,|\+/, $row{vendors}];
        push @{ $rows{$file} }, \%row;
    }
    return \%rows;
}


# ---- sites

# The host that a page was saved from: what the page says of itself, else the
# file's name, else where most of its links lead.
sub _host {
    my ($file, $bytes) = @_;
    my $url = qr{["']?\s*(?:https?:)?//([\w.-]+\.[a-z]+)}i;
    my ($name) = $file =~ m{([^/]*)\.html\.gz$};
    my %links;

    for my $tag ($bytes =~ /(<link\b[^>]*\brel\s*=\s*["']?canonical\b[^>]*>)/i,
        $bytes =~ /(<meta\b[^>]*\bproperty\s*=\s*["']?og:url\b[^>]*>)/i)
    {
        return lc $1 if $tag =~ /\b(?:href|content)\s*=\s*$url/i;
    }

    $name =~ s/^(?:eval|cache)\.//;
    my @labels = split /\./, $name;
    for my $n (reverse 2 .. @labels) {
        my $host = join '.', @labels[0 .. $n - 2],
            $labels[$n - 1] =~ s/-.*//r;
        return $host if _is_suffix($host =~ s/.*\.//r);
    }

    $links{ lc $1 }++ while $bytes =~ /<a\b[^>]*\bhref\s*=\s*$url/gi;
    my ($most) = sort { $links{$b} <=> $links{$a} || $a cmp $b } keys %links;
    return $most || 'www.nowhere.example';
}

my %suffix;

sub _is_suffix {
    my ($name) = @_;

    if (!%suffix) {
        open my $fh, '<:encoding(UTF-8)', $SUFFIXES or die "$SUFFIXES: $!\n";
        while (<$fh>) {
            $suffix{$1} = 1 if m{^(?!//)(\S+)};
        }
    }
    return $suffix{$name};
}

# site_of(HOST): its registrable domain; the host itself where it has none.
sub site_of {
    my ($host) = @_;
    my @labels = split /\./, lc $host;

    return $host if $host =~ /^[\d.]+$/ || @labels < 2;
    for my $i (0 .. $#labels) {
        my $name = join '.', @labels[$i .. $#labels];
        my $rest = join '.', @labels[$i + 1 .. $#labels];
        return $name if _is_suffix("!$name");
        return $i ? join('.', $labels[$i - 1], $name) : $name
            if _is_suffix($name) || (length $rest && _is_suffix("*.$rest"));
    }
    return join '.', @labels[-2, -1];
}


# ---- what the gate put in

my $OWN = qr{<(script|style|section|a|iframe)\b[^<>]*\ data-ngxc-ui\b[^<>]*>.*?</\1>}sx;
my $MARK = qr{\ (?:type="text/plain"\ )?data-ngxc-hold="[a-z0-9-]+"
              (?:\ data-ngxc-purpose="[a-z_]+"(?:\ data-ngxc-stays)?)?
              (?:\ data-ngxc-added="srcdoc(?<titled>\ title)?"\ srcdoc="[^"<>]*"
                 (?(<titled>)\ title="[^"<>]*"))?
              |\ (?:type=text/plain\ )?data-ngxc-hold=[a-z0-9-]+\ 
              (?:data-ngxc-purpose=[a-z_]+\ (?:data-ngxc-stays\ )?)?
              |data-ngxc-(?!hold|purpose|stays|ui|added)|x-ngxc-(?:\{\})?}x;
my @BEFORE = (' type="text/plain" data-', ' type=text/plain data-', ' data-', 'data-',
    'x-');

# without_insertions(ANSWER): the answer without them, and { OFFSET => [TEXT…] },
# in offsets of what is left; placeholders, of which each visitor has his own,
# are empty.
sub without_insertions {
    my ($answer) = @_;
    my ($at, $look, $left, %put) = (0, 0, '');

    while (($look = index $answer, 'ngxc-', $look) >= 0) {
        my ($from, $to) = _insertion(\$answer, $look, $at);

        $look += 5;
        next if !defined $from;
        $left .= substr $answer, $at, $from - $at;
        push @{ $put{length $left} },
            substr($answer, $from, $to - $from) =~ s/ srcdoc="[^"]*"/ srcdoc=""/r;
        $look = $at = $to;
    }
    return ($left . substr($answer, $at), \%put);
}

# Where the insertion around an offset begins and ends.
sub _insertion {
    my ($answer, $look, $least) = @_;
    my $tag = rindex $$answer, '<', $look;

    if ($tag >= $least) {
        pos($$answer) = $tag;
        return ($tag, pos $$answer) if $$answer =~ /\G$OWN/gc;
    }
    for my $before (@BEFORE) {
        my $from = $look - length $before;

        next if $from < $least
            || substr($$answer, $from, length $before) ne $before;
        pos($$answer) = $from;
        return ($from, pos $$answer) if $$answer =~ /\G(?:$MARK)/gc;
    }
    return;
}


# ---- markup

# start_tag(BYTES, OFFSET): where the start tag at the offset ends.
sub start_tag {
    my ($bytes, $at) = @_;

    pos($bytes) = $at;
    return $bytes =~ m{\G<[A-Za-z][^\s/>]*
        (?: [^>"'=] | =\s*"[^"]*" | =\s*'[^']*' | =(?!\s*["']) | ["'] )*>}gcx
        ? pos $bytes : length $bytes;
}

# attributes(BYTES, OFFSET): [NAME, VALUE, OFFSET of the name]… of the start tag
# there, character references as they stand.
sub attributes {
    my ($bytes, $at) = @_;
    my $end = start_tag($bytes, $at);
    my $tag = substr $bytes, $at, $end - $at;
    my @list;

    $tag =~ m{^<[^\s/>]+}g;
    while ($tag =~ m{\G[\s/]*([^\s/>=][^\s/>=]*)
                     (?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?}gcx)
    {
        my ($name, $from) = ($1, $-[1]);
        my ($value) = grep { defined } $2, $3, $4, '';
        push @list, [lc $name, $value, $at + $from];
    }
    return @list;
}


# ---- vendors

# vendor_blocks(DIR): { ID => { hosts => [NAME…], paths => [PATH…], stubs =>
# [GLOBAL…] } } of the files there, hosts without the paths that url lines have.
sub vendor_blocks {
    my ($dir) = @_;
    my %blocks;

    for my $path (glob "$dir/*.conf") {
        my $block = $blocks{$path =~ s{.*/(.*)\.conf}{$1}r}
            = { hosts => [], paths => [], stubs => [] };

        open my $fh, '<', $path or die "$path: $!\n";
        while (<$fh>) {
            s/#.*//;
            push @{ $block->{hosts} }, map { s{/.*}{}r } split ' ', $2
                if /^\s+(host|url)\s+(.*);/;
            push @{ $block->{paths} }, split ' ', $1 if /^\s+path\s+(.*);/;
            push @{ $block->{stubs} }, map { s/\[\]//r } split ' ', $1
                if /^\s+stub\s+(.*);/;
        }
    }
    return \%blocks;
}

1;
