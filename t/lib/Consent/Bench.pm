package Consent::Bench;

# What tests/bench measures with: pages, a gate beside nginx's own filters, a
# client that keeps its connection, and the meters: processor time of a worker,
# instructions of a process under callgrind.

use strict;
use warnings;

use Exporter 'import';
use File::Basename qw(dirname);
use IO::Socket::INET;
use Time::HiRes qw(time);

use Consent;
use Consent::Site;

our @EXPORT = qw(made mixed head saved origin_text gate_text rows visitors
    client fetch drain first_byte cpu_ns cpu_ns_all status_kb alone
    system_calls instructions_start instructions inclusive default_log
    evidence_text evidence_start median quartiles);

my $ROOT = dirname(__FILE__) . '/../../..';


# ---- pages

# made(BYTES): a page as corporate sites have them, a head with scripts, then
# markup.
sub made {
    my ($size) = @_;
    my $page = head("A page of $size bytes") . "<body>\n";
    my $i = 0;

    $page .= section(++$i) while length $page < $size;
    return $page
        . "<script src=\"https://connect.facebook.net/en_US/fbevents.js\">"
        . "</script></body></html>\n";
}

sub head {
    my ($title) = @_;

    return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        . "<title>$title</title>\n<script async src=\"https://"
        . "www.googletagmanager.com/gtag/js?id=G-1\"></script>\n"
        . "<script>window.dataLayer=window.dataLayer||[];function gtag()"
        . "{dataLayer.push(arguments)}\ngtag('js',new Date());"
        . "gtag('config','G-1');</script>\n"
        . "<link rel=\"stylesheet\" href=\"/css/site.css\"></head>\n";
}

sub section {
    my ($i) = @_;

    return "<section class=\"card\" id=\"s$i\"><h2 class=\"title\">Heading $i"
        . "</h2>\n<p>Some text of a paragraph, with <a href=\"/products/$i"
        . ".html\" class=\"link\">a link</a> and <strong>more</strong> text"
        . " behind it, so that a line is as long as lines are.</p>\n"
        . "<ul class=\"list\"><li>One</li><li>Two</li>"
        . "<li><span class=\"x\">Three</span></li></ul>\n"
        . ($i % 8 ? '' : "<img src=\"/img/$i.png\" alt=\"\" width=\"200\""
            . " height=\"100\">\n")
        . ($i % 16 ? '' : "<script>document.getElementById('s$i').className"
            . " += ' seen';</script>\n")
        . "</section>\n";
}

# mixed(): 64 kB of a body with something of every kind, a held element in each
# kilobyte or two.
sub mixed {
    my $page = '';
    my $i = 0;

    while (length $page < 65_536) {
        $page .= section(++$i)
            . "<!-- a comment > with <marks> in it -->\n"
            . "<style>.c$i > a::before { content: \"<\"; }</style>\n"
            . "<img src='https://www.google-analytics.com/collect?v=$i'>\n"
            . "<script>if (a < $i && b > 2) { document.title = '<b>'; }"
            . "</script>\n"
            . "<textarea>text & <markup> $i</textarea>\n"
            . "<svg viewBox=\"0 0 9 9\"><path d=\"M0 0h9v9z\"/></svg>\n"
            . "<iframe src=\"https://www.youtube.com/embed/$i\"></iframe>\n"
            . "<p>\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e &amp; &lt;$i&gt;</p>\n";
    }
    return $page;
}

# saved(): real pages of about 25, 100 and 400 kB with trackers in them, where
# the data are.
sub saved {
    my $dir = "$ROOT/../shared/data/pages";
    my @want = (25_000, 100_000, 400_000);
    my (@best, @pages);

    open my $index, '<', "$dir/index.tsv" or return;
    chomp(my $first = <$index>);
    my @names = split /\t/, $first;
    while (my $line = <$index>) {
        my %row;
        @row{@names} = split /\t/, $line;
        next if $row{tracker_elements} < 4 || $row{charset} ne 'utf-8';
        for my $i (0 .. $#want) {
            my $off = abs($row{bytes} - $want[$i]);
            $best[$i] = [$off, $row{file}]
                if !$best[$i] || $off < $best[$i][0];
        }
    }
    for my $best (@best) {
        open my $fh, '-|', 'gzip', '-dc', "$dir/$best->[1]" or return;
        local $/;
        push @pages, scalar <$fh>;
    }
    return @pages;
}


# ---- servers

sub origin_text {
    return <<'END';
    server {
        listen 127.0.0.1:%%PORT_origin%%;
        root %%DIR%%/pages;
        keepalive_requests 1000000;
        types { text/html html; }
        charset utf-8;
        charset_types text/html;
        location /token/ {
            alias %%DIR%%/pages/;
            sub_filter '</title>' '</title><meta name="token" content="$request_id">';
        }
    }
END
}

# The shipped vendors and the example policy; `open` is the same with unlisted
# third parties allowed.
sub policies {
    open my $fh, '<', "$ROOT/conf/policies/example.conf" or die "example: $!\n";
    local $/;
    my $example = <$fh>;
    my $open = $example =~ s/consent_policy example/consent_policy open/r;

    $open =~ s/third_party=hold/third_party=allow/ or die "no unlisted line\n";
    return "include $ROOT/conf/vendors/*.conf;\n$example\n$open\n";
}

sub servers {
    my $common = "keepalive_requests 1000000; access_log off;"
        . ' proxy_http_version 1.1; proxy_set_header Connection "";'
        . ' proxy_pass http://up;';
    my @five = ('google-analytics.com', 'googletagmanager.com',
        'connect.facebook.net', 'doubleclick.net', 'youtube.com/embed');

    return (
        plain => [$common],
        sub1 => ["$common sub_filter_once off;"
            . " sub_filter 'no-such-string-1' x;"],
        sub5 => ["$common sub_filter_once off;"
            . join('', map { " sub_filter '$_' x;" } @five)],
        gzip => ["$common gzip on; gzip_comp_level 1; gzip_proxied any;"],
        gate => [$common, 'example'],
        open => [$common, 'open'],
    );
}

# gate_text(PREFIX): all servers, at the ports PREFIXplain, PREFIXgate and so
# on.
sub gate_text {
    my ($prefix) = @_;
    my %servers = servers();
    my $text = policies() . "    upstream up {"
        . " server 127.0.0.1:%%PORT_origin%%; keepalive 8; }\n";

    for my $server (sort keys %servers) {
        my ($location, $policy) = @{ $servers{$server} };

        $text .= "    server {\n"
            . "        listen 127.0.0.1:%%PORT_$prefix$server%%;\n"
            . "        server_name www.site.example;\n"
            . ($policy ? "        consent $policy;\n" : '')
            . "        proxy_max_temp_file_size 0;\n"
            . "        location / { $location }\n"
            . "        location ~ ^/(stream|late) {"
            . " proxy_pass http://127.0.0.1:%%PORT_app%%; }\n    }\n";
    }
    return $text;
}

# What stands in the tables: name, server, visitor, gzip accepted, a page under
# a URL that is new each time, one with a token in it that is.
sub rows {
    return (
        ['plain proxy', 'plain'], ['sub_filter, 1 string', 'sub1'],
        ['sub_filter, 5 strings', 'sub5'], ['gzip 1', 'gzip', '', 1],
        ['gate, first visit', 'gate'],
        ['gate, first visit, new page', 'gate', '', 0, 1],
        ['gate, first visit, new token', 'gate', '', 0, 0, 1],
        ['gate, refused', 'gate', 'reject'],
        ['gate, granted', 'gate', 'accept'],
        ['gate, granted, unlisted allowed', 'open', 'open'],
    );
}

# visitors(TEST, PREFIX): the cookies of those who decided.
sub visitors {
    my ($t, $prefix) = @_;
    my %cookie = ('' => '');

    for my $who (['reject', 'gate'], ['accept', 'gate'], ['accept', 'open']) {
        my ($choice, $server) = @$who;
        my $jar = $t->jar;
        choose($t, $choice, jar => $jar, host => 'www.site.example',
            to => "$prefix$server");
        $cookie{$server eq 'open' ? 'open' : $choice} = $jar->header('/')
            || die "no cookie after $choice\n";
    }
    return %cookie;
}


# ---- a client

sub client {
    my ($port) = @_;
    return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port)
        || die "no connection to $port: $!\n";
}

sub ask {
    my ($socket, $path, $cookie, $gzip) = @_;

    print $socket "GET $path HTTP/1.1\r\nHost: www.site.example\r\n"
        . "User-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/128.0\r\n"
        . "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n"
        . "Accept-Language: en-GB,en;q=0.7\r\nSec-Fetch-Dest: document\r\n"
        . ($gzip ? "Accept-Encoding: gzip\r\n" : '')
        . ($cookie ? "Cookie: $cookie\r\n" : '') . "\r\n";
    return;
}

# fetch(SOCKET, PATH, COOKIE, GZIP): one whole response.
sub fetch {
    my ($socket, $path, @visitor) = @_;
    my ($buf, $body, $length) = ('');

    ask($socket, $path, @visitor);
    while (sysread $socket, $buf, 262_144, length $buf) {
        if (!defined $body && (my $end = index $buf, "\r\n\r\n") >= 0) {
            $body = $end + 4;
            $length = substr($buf, 0, $end) =~ /^content-length: (\d+)/im
                ? $1 : undef;
        }
        last if defined $body && (defined $length
            ? length $buf >= $body + $length
            : substr($buf, -5) eq "0\r\n\r\n");
    }
    die "no page from $path\n" if !defined $body;
    return $buf;
}

# drain(SOCKET, PATH, METER): a response too long to keep: its bytes, and the
# most that METER said, asked every 16 MB.
sub drain {
    my ($socket, $path, $meter) = @_;
    my ($bytes, $due, $most, $end, $n) = (0, 0, 0, '');

    ask($socket, $path);
    while ($n = sysread $socket, my $buf, 1_048_576) {
        $bytes += $n;
        $end = substr $end . $buf, -5;
        if ($bytes >= $due || $end eq "0\r\n\r\n") {
            my $now = $meter->();
            $most = $now if $now > $most;
            $due = $bytes + 16 * 1_048_576;
        }
        return ($bytes, $most) if $end eq "0\r\n\r\n";
    }
    die "$path ended after $bytes bytes\n";
}

# first_byte(SOCKET, PATH): seconds until the first byte of the body is there.
sub first_byte {
    my ($socket, $path) = @_;
    my ($buf, $start) = ('', time);

    ask($socket, $path);
    while (sysread $socket, $buf, 65_536, length $buf) {
        my $end = index $buf, "\r\n\r\n";
        return time - $start if $end >= 0 && length $buf > $end + 4;
    }
    die "no body from $path\n";
}


# ---- meters

# Nanoseconds on a processor so far.
sub cpu_ns {
    my ($pid) = @_;
    open my $fh, '<', "/proc/$pid/schedstat" or die "no schedstat: $!\n";
    return (split ' ', <$fh>)[0];
}

# The same of all threads.
sub cpu_ns_all {
    my ($pid) = @_;
    my $sum = 0;

    for my $task (glob "/proc/$pid/task/*") {
        open my $fh, '<', "$task/schedstat" or next;
        $sum += (split ' ', <$fh>)[0];
    }
    return $sum;
}

# A line of /proc/PID/status in kB.
sub status_kb {
    my ($pid, $key) = @_;
    open my $fh, '<', "/proc/$pid/status" or die "no status: $!\n";
    while (<$fh>) {
        return $1 if /^$key:\s+(\d+) kB/;
    }
    die "no $key in status\n";
}

# alone(TEST, WORKER): that worker, who asks it and whom it asks share one
# processor, on which it goes first (as root): nobody interrupts it, and it wakes
# nobody on another processor, which costs more than a page of 25 kB.  1: so it
# is.
sub alone {
    my ($t, $worker) = @_;
    my $all = 1;

    for my $pid ($worker, $$, map { ($t->pid($_), $t->workers($_)) } 'origin') {
        $all &= system("taskset -pc 0 $pid >/dev/null 2>&1") == 0;
    }
    return $all && system("chrt -f -p 1 $worker >/dev/null 2>&1") == 0;
}

# system_calls(TEST, WORKER, CODE): how many the worker made meanwhile.
sub system_calls {
    my ($t, $worker, $code) = @_;
    my $file = $t->dir . '/strace';
    my $pid = fork // die "fork: $!\n";

    exec 'strace', '-qq', '-o', $file, '-p', $worker if !$pid;
    $t->wait_for(10, sub {
        open my $fh, '<', "/proc/$worker/status" or return;
        return grep { /^TracerPid:\s+[1-9]/ } <$fh>;
    }) or die "strace does not follow the worker\n";

    $code->();
    kill INT => $pid;
    waitpid $pid, 0;
    return scalar grep { /^\w+\(/ } split /\n/, $t->read($file);
}

# The gate once more, as one process under callgrind, at the ports count….  It
# counts what runs in user space; of SHA-256 the code without SHA instructions,
# which valgrind does not know.  The feed asks by the clock, whoever visits, and
# the clock runs fast there: it is off.
sub instructions_start {
    my ($t) = @_;

    return callgrind_start($t, 'count',
        $t->_basics({ log => default_log('count-consent'),
            redis => '%%REDIS%% feed=off' }) . gate_text('count'));
}

sub callgrind_start {
    my ($t, $name, $text) = @_;

    $t->nginx($name, $text, single => 1, main => '%%LOAD_MODULE%%',
        under => ['valgrind', '-q', '--tool=callgrind',
            '--callgrind-out-file=' . $t->dir . '/callgrind.out']);
    $t->{dumps} = 0;
    return;
}

# The harness' own logs tell each exchange.
sub default_log { return "%%DIR%%/$_[0].log handling=60s" }

# Two servers of one gate, one that sums up and one that tells each.
sub evidence_text {
    my ($prefix) = @_;
    my %servers = servers();
    my ($location) = @{ $servers{gate} };

    return policies() . "    upstream up {"
        . " server 127.0.0.1:%%PORT_origin%%; keepalive 8; }\n"
        . join '', map { <<"END" } qw(sum each);
    server {
        listen 127.0.0.1:%%PORT_$prefix$_%%;
        server_name www.site.example;
        consent example;
        consent_log %%DIR%%/evidence-$_.log handling=@{[$_ eq 'sum' ? '60s' : 'each']};
        location / { $location }
    }
END
}

# evidence_start(TEST): these under callgrind; the cookies of their visitors.
sub evidence_start {
    my ($t) = @_;
    my %cookie = ('first visit' => '');

    callgrind_start($t, 'evidence', $t->_basics({ redis => '%%REDIS%% feed=off' }) . evidence_text('evidence'));
    for my $choice (qw(accept reject)) {
        my $jar = $t->jar;
        choose($t, $choice, jar => $jar, host => 'www.site.example', to => 'evidencesum');
        $cookie{$choice eq 'accept' ? 'granted' : 'refused'} = $jar->header('/') || die "no cookie after $choice\n";
    }
    return %cookie;
}

# inclusive(TEST, FUNCTION): what it and all that it calls executed, in the last
# dump.
sub inclusive {
    my ($t, $function) = @_;
    my ($code, $out) = $t->_run('', 'callgrind_annotate', '--inclusive=yes', '--threshold=100',
        $t->dir . "/callgrind.out.$t->{dumps}");

    my ($n) = $out =~ /^\s*([\d,]+)\s.*:\Q$function\E\b/m;
    die "callgrind knows no $function\n" if !defined $n;
    return $n =~ tr/,//dr;
}

# instructions(TEST, NAME): of that process since the last call.
sub instructions {
    my ($t, $name) = @_;
    my $file = $t->dir . '/callgrind.out.' . ++$t->{dumps};
    my ($code, $out) = $t->_run('', 'callgrind_control', '-d',
        $t->pid($name || 'count'));

    $t->wait_for(30, sub { $t->read($file) =~ /^totals: \d/m })
        or die "callgrind wrote nothing: $out\n";
    my ($totals) = $t->read($file) =~ /^totals: (\d+)/m;
    return $totals;
}

sub median {
    my @sorted = sort { $a <=> $b } @_;
    return $sorted[$#sorted / 2];
}

# quartiles(…): "median (lower-upper)".
sub quartiles {
    my @sorted = sort { $a <=> $b } @_;
    return sprintf '%.3f (%.2f-%.2f)',
        map { $sorted[$#sorted * $_ / 4] } 2, 1, 3;
}

1;
