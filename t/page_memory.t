#!/usr/bin/perl
# A worker remembers pages: what it knows is compared, not read.  Nobody can
# tell but by the time it takes: the page, its edits and the evidence are those
# of a gate that read it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;
my $TEXT = join '', map { "<p>Paragraph $_ of <a href=\"/$_\">many</a></p>\n" }
    1 .. 400;

sub page {
    my ($title, $tail) = @_;
    return "<!doctype html><html lang=\"en\"><head><title>$title</title></head>"
        . "<body>\n<script src=\"https://analytics.example/a.js\"></script>\n"
        . "$TEXT<img src=\"https://analytics.example/p.gif\">$tail</body>"
        . "</html>\n";
}

sub serve {
    my ($body, @headers) = @_;
    $t->write('origin.headers', join "\n", @headers);
    $t->write('origin', $body);
}

# The origin is another process: it reads what there is.
$t->app(sub {
    my ($request, $out) = @_;
    my ($head, $body) = map { $t->read($_) } 'origin.headers', 'origin';
    my %more = map { split /: /, $_, 2 } split /\n/, $head;

    $out->head($request->{path} =~ /404/ ? 404 : 200,
        ['Content-Type' => 'text/html; charset=utf-8', %more]);
    return $out->write($body);
});

my $server = sub {
    my ($port) = @_;
    return <<"END";
    server {
        listen 127.0.0.1:%%PORT_$port%%;
        server_name www.site.example;
        consent test;
        access_log %%DIR%%/access.log page;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /direct/ {
            proxy_pass http://127.0.0.1:%%PORT_app%%/;
            proxy_buffering off;
        }
    }
END
};

$t->gate(policy() . "log_format page '\$consent_page \$consent_held';\n"
    . $server->('gate'), workers => 1);

my $said = 0;
my @held;                          # elements of each page

# What a request for PATH got, and what the access log says of it.
sub get {
    my ($path, @headers) = @_;
    my $r = $t->get($path, host => 'www.site.example', headers => [@headers]);
    my $line;

    $t->wait_for(10, sub {
        $line = (split /\n/, $t->read('access.log'))[$said];
        return defined $line;
    });
    $said++;
    push @held, scalar(() = $r->{body} =~ /data-ngxc-hold=/g);
    return ($r->{body}, split ' ', $line);
}

sub meets {
    my ($path, $want, $title, @headers) = @_;
    my ($body, $page) = get($path, @headers);

    is($page, $want, $title);
    return $body;
}

# Another banner each second, in its notice alone.
sub plain { return $_[0] =~ s/name="(?:notice|once)" value="[^"]*"//gr =~ s/notice=[\w.~-]+//gr }

serve(page('One', ''));
my $first = meets('/a', 'miss', 'a page is read when it is first asked for');
meets('/a', 'miss', 'and once more');
my $known = meets('/a', 'hit', 'then it is known');
is(plain($known), plain($first), 'and leaves as it did');
meets('/a2', 'miss', 'under another path it is not');

serve(page('One', '<script src="https://ads.example/x.js"></script>'));
my $changed = meets('/a', 'part', 'a page that has something new in it is read there');
like($changed, qr{data-ngxc-src="https://ads\.example/x\.js"},
    'and what is new in it is held');
like($changed, qr{</body></html>$}, 'and it leaves to its end');
serve(page('Two', ''));
meets('/a', 'part', 'one that differs in a word, too');
for my $token (1 .. 3) {
    serve(page('One', '<input name="token" value="' . $token x 32 . '">'));
    like(meets('/a', 'part', "or in a token ($token)"), qr/value="$token{32}"/,
        'which is its own');
}
for my $word (qw(Absatz Alinea Capoverso)) {
    serve(page('One', '') =~ s/Paragraph/$word/gr);
    meets('/a', 'miss', "one that is another one throughout is read ($word)");
}
meets('/a', 'miss', 'one that is never the same is left alone') for 1 .. 3;

serve(page('One', ''));
meets('/b', 'miss', 'another page') for 1 .. 2;
serve(substr(page('One', ''), 0, 5000));
my $half = meets('/b', 'part', 'a page that ends in the middle is read there');
like($half, qr/Paragraph 90/, 'and leaves as far as it came');

for my $personal (['Set-Cookie: a=b', 'sets a cookie'],
    ['Cache-Control: private', 'is private'],
    ['Cache-Control: max-age=0, no-store', 'must not be stored'])
{
    my $path = '/personal/' . $personal->[1] =~ s/ /-/gr;
    serve(page('One', ''), $personal->[0]);
    meets($path, 'bypass', "one that $personal->[1] is not remembered")
        for 1 .. 2;
}
serve(page('One', ''));
meets('/basic', 'bypass', 'nor one for somebody who gave a password',
    Authorization => 'Basic YTpi') for 1 .. 2;
meets('/404', 'bypass', 'nor an error page') for 1 .. 2;

# Not buffered, what came must leave at once: whether that is known depends on
# where the pieces end, what leaves does not.
like((get('/direct/c'))[0], qr{p\.gif"></body></html>$},
    'not buffered, a page leaves to its end') for 1 .. 4;

# ---- evidence: what is counted is what was held, whoever counted

sub handled { return grep { $_->{ty} eq 'handling' } $t->log_of('consent', 1) }

$t->wait_for(10, sub { handled() >= @held });
my @counted = map {
    my $tags = $_->{tags};
    my $n = 0;
    $n += $_->{held} for values %$tags;
    $n;
}
    handled();
is_deeply(\@counted, \@held, 'the evidence counts what each page held');

$t->done;
