# What `nginx -t` says of a wrong configuration: which word, in which file and
# line, and the mend.  The cases stand in config-errors.txt; here each of them
# is put into a real nginx.conf, once as it is wrong and once mended, so that no
# case is refused for another reason than the one it names.  consentctl reads
# the same files and must say the same of vendors and policies.

use strict;
use warnings;

use FindBin;
use IO::Select;
use IO::Socket::INET;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Conf;

my $t     = Consent->new;
my $root  = $t->root;
my $conf  = Consent::Conf->new($t);
my @cases = Consent::Conf::cases("$root/t/config-errors.txt");

# What a sentence must hold to be called a mend.
my $MEND = qr/\b(?: write | written | add | keep | known\ are | must | take
    | needs? | remove | include | drop | create | chmod | name\ (?:what|one
    | another) | raise | set | merge | shorten | save | end\ it | give | load
    | mend | load | at\ most | belongs\ to\ no | cannot\ be\ recognised )\b
    | consentctl\ key\ FILE/x;

for my $case (@cases) {
    my ($file, $line) = $conf->put('bad.conf', $case);
    my @said  = $conf->refused('bad.conf', $case->{nobody});
    my $want  = $conf->sentence($case->{says})
        . ($line ? " in $file:$line" : '');

    is "@said", $want, "$case->{title}: refused in one sentence";
    like $case->{says}, $MEND, "$case->{title}: which names the mend"
        if !$case->{nginx};

    if ($case->{ctl} ne '-') {
        my $says = $conf->sentence($case->{ctl} || $case->{says});

        is $conf->ctl('bad.conf'),
            "consentctl gate: $file:$line: $says",
            "$case->{title}: consentctl says so, too";
    }

    $conf->put('good.conf', $case, 1);
    is join("\n", $conf->refused('good.conf', $case->{nobody})), '',
        "$case->{title}: mended, it passes";
}

# ---- the documentation and the cases name the same directives

my %covered = map { $_ => 1 } map { @{ $_->{words} } } @cases;
my @missing = grep { !$covered{$_} } $conf->documented;

is "@missing", '', 'every directive of docs/ has a case';
cmp_ok scalar @cases, '>=', 120, scalar(@cases) . ' cases';

# ---- each directive in each block, as docs/directives.md has it

my %value = (
    consent => 'p', consent_zone => 'z 1m', consent_redis => '127.0.0.1:1',
    consent_key_file => '%%KEY%%', consent_log => '%%DIR%%/var/other.log',
    consent_site => 'x.example', consent_uri => '/x/', consent_tls => 'on', consent_clear => 'cache',
    consent_require => 'analytics', consent_purposes => 'analytics', consent_banner => 'off',
    consent_settings => 'off', consent_csp => 'report', consent_release => 'reload', consent_class => 'form',
    consent_inline_limit => '32k', consent_language => 'en',
    consent_page_memory => '16m',
    consent_limit       => 'network=5r/s', consent_status => '',
    consent_vendor =>
        'w { name W; provider W US; receives ip; host w.example; }',
    consent_policy => 'q { controller C; notice /; version 1; languages en; '
        . 'purpose necessary required; }',
);

for my $directive ($conf->directives) {
    my ($name, $syntax, @where) = @$directive;
    my %allowed = map { $_ => 1 } @where;
    my $text  = $name . ($value{$name} =~ s/^(?=.)/ /r) . ($value{$name} =~ /\}$/ ? '' : ';');
    my $there = join(', ', @where) =~ s/.*\K, / or /r;

    for my $place (qw(http server location if server_if limit_except
                      upstream))
    {
        my $block = $place eq 'server_if' ? 'if' : $place;
        my $case  = { place => $place, bad => [$text], mended => [$text] };
        my ($file, $line) = $conf->put('place.conf', $case);

        is join("\n", $conf->refused('place.conf')), $allowed{$place} ? ''
            : "\"$name\" cannot stand in $block, write it in $there "
            . "in $file:$line", "$name in $place";
    }

    my $block = $value{$name} =~ /\}$/ ? ' { }' : ';';
    my @wrong = (
        ['too few words in', "$name$block"],
        ['too many words in', "$name" . ' x' x 70 . $block],
        ['empty word in', "$name \"\"" . ' x' x ($name eq 'consent_zone')
            . $block],
    );

    for my $wrong (@wrong) {
        my ($what, $text) = @$wrong;
        next if $what =~ /few/ && $syntax eq '';
        next if $what =~ /many/ && $syntax =~ / \.\.\.|\[timeout/;

        my ($file, $line) = $conf->put('words.conf',
            { place => $where[-1], bad => [$text], mended => [] });

        is join("\n", $conf->refused('words.conf')), "$what \"$name\", it is "
            . "written: $name" . ($syntax =~ s/^(?=.)/ /r) . " in $file:$line", "$what $name";
    }

    next if $block ne ';';
    my $case = { place => $where[-1], bad => [$text, $text], mended => [] };
    my ($file, $line) = $conf->put('twice.conf', $case);

    is join("\n", $conf->refused('twice.conf')), "\"$name\" stands twice here, "
        . 'keep one in ' . "$file:" . ($line + 1), "$name twice";
}

# ---- no purpose hides a variable of ours

for my $name ($conf->variables) {
    my ($file, $line) = $conf->put('hides.conf', { place => 'policy',
        bad => ["purpose $name slot=2;"] });

    is join("\n", $conf->refused('hides.conf')), "purpose \"$name\": the word is "
        . "reserved, take another in $file:$line",
        "a purpose that would hide \$consent_$name";
}

# ---- files as other systems and accidents make them

my $text = $t->read(($conf->put('plain.conf', {}))[0]);

for my $file (
    ['with lines that end as on Windows', $text =~ s/\n/\r\n/gr],
    ['that includes an empty file',
        $text =~ s/^(http \{)/$1 include %%DIR%%\/empty;/mr],
    ['that includes nothing',
        $text =~ s/^(http \{)/$1 include %%DIR%%\/no*thing;/mr],
    ['with 10,000 vendors, all of them in the policy',
        $text =~ s/^\K(?= *consent_policy p)/vendors(10_000)/mer
              =~ s/^\K(?= *purpose necessary)/recipients(10_000)/mer],
) {
    my ($what, $text) = @$file;

    $t->write('empty', '');
    $t->write('file.conf', $t->subst($text));
    is join("\n", $conf->refused('file.conf')), '', "a file $what passes";
    is $conf->ctl('file.conf'), '', '  and consentctl reads it';
}

sub vendors {
    return join '', map { "consent_vendor v$_ { name V; provider V US; "
        . "receives ip; host v$_.example; cookie _v$_ 1d; inline "
        . "\"loader-$_\"; }\n" } 1 .. $_[0];
}

sub recipients {
    return join '', map { "vendor v$_ purpose=analytics;\n" } 1 .. $_[0];
}

ok !-s $t->dir . '/var/consent.log', '`nginx -t` wrote no evidence';

# ---- a test is a test: nothing is connected, written, cut or left behind

my $redis = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 8) or die "listen: $!\n";
my $old = "a line of before\n";
my ($tested, $its) = $conf->put('quiet.conf', { place => 'http', mended => ['consent_redis 127.0.0.1:' . $redis->sockport . ';',
    'consent_key_file %%DIR%%/var/key;', 'consent_log %%DIR%%/var/quiet.log;'] }, 1);
my $kept = sub { return join ' ', map { join ':', m{([^/]+)\z}, (stat)[7, 9] } grep { !/start\.log/ } sort glob $t->dir . '/var/*' };

$t->write('var/quiet.log', $old);
$t->write('var/key', $t->read('key'));
chmod 0600, $t->dir . '/var/key';
chown scalar(getpwnam 'nobody'), -1, $t->dir . '/var/quiet.log' if $> == 0;
is join("\n", $conf->refused('quiet.conf')), '', 'a configuration is tested';
my $before = $kept->();
$conf->refused('quiet.conf') for 1 .. 2;
is $kept->(), $before, '... no file comes, goes or changes';
is $t->read('var/quiet.log'), $old, '... the log of before is whole';
ok !-e $t->dir . '/var/quiet.log.d', '... no key is evolved';
ok !IO::Select->new($redis)->can_read(0.2), '... and Redis hears nothing';

$t->done;
