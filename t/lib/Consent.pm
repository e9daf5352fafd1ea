package Consent;

# The harness of every integration test: a real redis-server, a real nginx as
# origin, a real nginx with the consent module as gate, all in one temporary
# directory on free loopback ports; a raw client (Consent::HTTP) and an origin
# made of Perl (Consent::App) for tests that need every byte in their hand.
#
#   use Test::More;
#   use Consent;
#
#   my $t = Consent->new;
#   $t->origin(<<'END');
#       server {
#           listen  127.0.0.1:%%PORT_origin%%;
#           location / { return 200 "hello"; }
#       }
#   END
#   $t->gate(<<'END');
#       consent_policy p { … }
#       server {
#           listen   127.0.0.1:%%PORT_gate%%;
#           consent  p;
#           location / { proxy_pass http://127.0.0.1:%%PORT_origin%%; }
#       }
#   END
#   is $t->get('/')->{status}, 200, 'the gate answers';
#   $t->done;
#
# done() stops everything and adds what every test proves: no [alert], [crit],
# [emerg] or Sanitizer line in any error log, and evidence whose seals fit.  A
# file that never calls it is checked when it ends, and fails.
#
# In texts: %%PORT_name%% a free port of that name, %%DIR%% the temporary
# directory, %%ROOT%% the repository, %%MODULE%%, %%KEY%%, %%REDIS%%
# (host:port), %%REDIS_name%% of another one.
#
# Environment: KEEP=1 keeps the directory; CG_NGINX, CG_MODULE (empty: linked
# in), CG_CONSENTCTL replace what is tested; CG_REQUIRE=1 or CI makes a missing
# part a failure instead of a skip.

use strict;
use warnings;

use Cwd ();
use File::Basename qw(dirname);
use File::Temp ();
use JSON::PP ();
use Test::More ();

use Consent::App;
use Consent::HTTP qw(exchange parse_response build_request header_pairs);
use Consent::Process;

our @ISA = ('Consent::Process');

my $ROOT = Cwd::abs_path(dirname(__FILE__) . '/../..');
my $OWNER = $$;
my @LIVE;                                  # every harness not yet done

$ENV{PATH} .= ':/usr/sbin:/usr/local/sbin';


# new(module => 0): plain nginx, for tests of the harness and controls.
sub new {
    my ($class, %o) = @_;
    my $self = bless {
        module => 1, %o, ports => {}, procs => {}, conf => {}, allow => [],
        nginx => $ENV{CG_NGINX} || 'nginx',
        so => defined $ENV{CG_MODULE} ? $ENV{CG_MODULE}
            : "$ROOT/build/ngx_http_consent_module.so",
        ctl => $ENV{CG_CONSENTCTL} || "$ROOT/build/consentctl",
    }, $class;

    $self->_require;
    $self->{dir} = File::Temp::tempdir('cg-test.XXXXXX', TMPDIR => 1);
    $self->{main_pid} = $$;
    push @LIVE, $self;
    $SIG{$_} = sub { exit 1 } for qw(INT TERM HUP PIPE);
    return $self;
}

sub root { return $ROOT }
sub dir  { return $_[0]{dir} }


sub _require {
    my ($self) = @_;
    my @missing = grep { !_which($_) } $self->{nginx}, 'redis-server',
        'redis-cli';

    if ($self->{module}) {
        push @missing, $self->{so} if length $self->{so} && !-e $self->{so};
        push @missing, $self->{ctl} if !-x $self->{ctl};
    }
    push @missing, grep { !_which($_) && !-e $_ } @{ $self->{needs} || [] };
    return if !@missing;

    s{^\Q$ROOT\E/}{} for @missing;
    my $what = 'missing: ' . join(', ', @missing) . ' (make packages; make)';

    if ($ENV{CG_REQUIRE} || $ENV{CI}) {
        Test::More::plan(tests => 1);
        Test::More::fail($what);
        exit 1;
    }
    Test::More::plan(skip_all => $what);
}

sub _which {
    my ($name) = @_;
    return -x $name if $name =~ m{/};
    return grep { -x "$_/$name" } split /:/, $ENV{PATH};
}


# ---- texts

sub subst {
    my ($self, $text) = @_;

    $text =~ s/%%PORT_(\w+)%%/$self->port($1)/ge;
    $text =~ s/%%DIR%%/$self->{dir}/g;
    $text =~ s/%%ROOT%%/$ROOT/g;
    $text =~ s/%%MODULE%%/$self->{so}/g;
    $text =~ s/%%LOAD_MODULE%%/$self->_load_module/ge;
    $text =~ s/%%KEY%%/$self->key/ge;
    $text =~ s/%%REDIS%%/'127.0.0.1:' . $self->port('redis')/ge;
    $text =~ s/%%REDIS_(\w+)%%/'127.0.0.1:' . $self->port($1)/ge;
    return $text;
}

sub _load_module {
    my ($self) = @_;
    return $self->{module} && length $self->{so}
        ? "load_module $self->{so};" : '';
}

# The directory belongs to whoever runs the test; so must the workers.
sub user { return $> == 0 ? 'user root;' : '' }

# key(): a key file, made once by consentctl.
sub key {
    my ($self) = @_;
    my $path = "$self->{dir}/consent.key";

    if (!-e $path && $self->{module}) {
        my ($code, $out) = $self->consentctl('key', $path);
        die "consentctl key: $out\n" if $code != 0;
    }
    return $path;
}


# ---- Redis

# redis(ARGS…): starts redis-server with an append-only file; a second call
# after redis_stop() or redis_kill() starts it again with what it had.
sub redis {
    my ($self, @args) = @_;
    return $self->redis_named('redis', @args);
}

# redis_named(NAME, ARGS…): one more, %%REDIS_NAME%% in texts, with files of its
# own.  Whatever stands below takes its name last; without one it is the first.
sub redis_named {
    my ($self, $name, @args) = @_;
    my $port = $self->port($name);

    $self->spawn($name, 'redis-server', '--bind', '127.0.0.1', '--port',
        $port, '--dir', $self->_redis_dir($name), '--appendonly', 'yes',
        '--save', '', @args);
    $self->_ready($name, $port);
    $self->wait_for(60, sub { $self->redis_ask($name, 'ping') eq 'PONG' })
        or die "$name does not answer\n";
    return $self;
}

sub _redis_dir {
    my ($self, $name) = @_;
    my $dir = $name eq 'redis' ? $self->{dir} : "$self->{dir}/$name.d";

    Consent::Process::_make_path($dir);
    return $dir;
}

sub redis_stop   { return $_[0]->stop($_[1] || 'redis', 'TERM') }
sub redis_freeze { return kill 'STOP', $_[0]->pid($_[1] || 'redis') }
sub redis_thaw   { return kill 'CONT', $_[0]->pid($_[1] || 'redis') }

# redis_kill(NAME): -9, as a power cut would: nothing is flushed.
sub redis_kill { return $_[0]->slay($_[1] || 'redis') }

# redis_cli(WORDS…): the answer as redis-cli prints it into a pipe, without
# its last newline; in list context its lines.
sub redis_cli {
    my ($self, @words) = @_;
    return $self->redis_ask('redis', @words);
}

# redis_ask(NAME, WORDS…): the same of another one.
sub redis_ask {
    my ($self, $name, @words) = @_;
    my ($code, $out) = $self->_run('', 'redis-cli', '-p',
        $self->port($name), @words);

    chomp $out;
    return wantarray ? split(/\n/, $out) : $out;
}

# redis_hash(KEY): a hash as { FIELD => VALUE }.
sub redis_hash {
    my ($self, $key) = @_;
    return { $self->redis_cli('hgetall', $key) };
}


# ---- nginx

my $TEMP = join '', map { "    ${_}_temp_path  %%DIR%%/%%NAME%%.$_;\n" }
    qw(client_body proxy fastcgi uwsgi scgi);

my $HEAD = <<'END';
daemon            off;
master_process    %%MASTER%%;
worker_processes  %%WORKERS%%;
pid               %%DIR%%/%%NAME%%.pid;
error_log         %%DIR%%/%%NAME%%.error.log info;
%%MAIN%%
events {
    worker_connections  %%CONNECTIONS%%;
}

http {
END

my $LOG = <<'END';
    log_format  harness  escape=json
        '{"method":"$request_method","uri":"$request_uri","status":$status,'
        '"host":"$http_host","cookie":"$http_cookie",'
        '"referer":"$http_referer","consent":"$http_x_consent",'
        '"forwarded_for":"$http_x_forwarded_for","addr":"$remote_addr",'
        '"accept_encoding":"$http_accept_encoding","range":"$http_range",'
        '"if_none_match":"$http_if_none_match",'
        '"if_modified_since":"$http_if_modified_since"}';
    access_log  %%DIR%%/%%NAME%%.log harness;
END

# origin(HTTP_TEXT, …): nginx without the module.  origin_log() reads what
# reached it.
sub origin {
    my ($self, $text, %o) = @_;
    return $self->nginx('origin', $text, workers => 1, %o);
}

# gate(HTTP_TEXT, consent => {zone|redis|key_file|log => VALUE}, main => TEXT,
# workers => N, connections => N a worker, redis => 0).  Starts Redis if it does
# not run, unless redis => 0.  The four directives that every gate needs are put
# before the text; undef as a value leaves one out, and a text that has its own
# consent_zone gets none.
sub gate {
    my ($self, $text, %o) = @_;

    if ($self->{module}) {
        $self->redis if !$self->pid('redis')
            && (!exists $o{redis} || $o{redis});
        $text = $self->_basics($o{consent} || {}) . $text
            if $text !~ /^\s*(?:consent_zone|events)\b/m;
    }
    $o{main} = '%%LOAD_MODULE%%' . "\n" . ($o{main} || '');
    return $self->nginx('gate', $text, %o);
}

sub _basics {
    my ($self, $given) = @_;
    my %v = (zone => 'consent 4m', redis => '%%REDIS%%', key_file => '%%KEY%%',
        log => '%%DIR%%/consent.log', limit => 'off', %$given);

    # Most tests look for one exchange; sums are t/handling.t's.
    $v{log} .= ' handling=each' if defined $v{log} && $v{log} !~ /\bhandling=/;

    # Nor is a busy machine a fault of Redis'.
    $v{redis} .= ' timeout=2s' if defined $v{redis}
        && $v{redis} !~ /\btimeout=/;

    return join '', map { defined $v{$_} ? "    consent_$_  $v{$_};\n" : () }
        qw(zone redis key_file log limit);
}

# nginx(NAME, TEXT, …): TEXT is what stands in http {}, or a whole
# configuration if it has events {}.  single => 1: one process, no master;
# under => [COMMAND…]: run by that command, valgrind for one.
sub nginx {
    my ($self, $name, $text, %o) = @_;
    my $conf = $self->configure($name, $text, %o);
    my @ports = $self->read($conf) =~ /^\s*listen\s+(?:127\.0\.0\.1:)?(\d+)/mg;

    $self->spawn($name, @{ $o{under} || [] }, $self->_nginx_command($name));
    return $self->_ready($name, @ports);
}

# configure(NAME, TEXT, …): only writes the file, as for a reload().
sub configure {
    my ($self, $name, $text, %o) = @_;

    if ($text !~ /^\s*events\s*\{/m) {
        $text = $HEAD . $TEMP . $LOG . $text . "\n}\n";
        $text =~ s/%%WORKERS%%/$o{workers} || 2/e;
        $text =~ s/%%CONNECTIONS%%/$o{connections} || 256/e;
        $text =~ s/%%MASTER%%/$o{single} ? 'off' : 'on'/e;
        $text =~ s/%%MAIN%%/user() . "\n" . ($o{main} || '')/e;
    }
    $text =~ s/%%NAME%%/$name/g;

    # A reload that is still reading finds one text or the other, never half.
    my $new = $self->write("$name.conf.new", $self->subst($text));
    rename $new, $new =~ s/\.new$//r or die "$new: $!\n";
    return $new =~ s/\.new$//r;
}

sub _nginx_command {
    my ($self, $name) = @_;
    my ($bin) = $self->{nginx} =~ m{/} ? $self->{nginx}
        : map { "$_/$self->{nginx}" }
          grep { -x "$_/$self->{nginx}" } split /:/, $ENV{PATH};

    return ($bin, '-e', "$self->{dir}/$name.error.log", '-p', $self->{dir},
        '-c', "$self->{dir}/$name.conf");
}

# check(TEXT, …): (exit code, output) of `nginx -t` over a gate of that text.
sub check {
    my ($self, $text, %o) = @_;

    $text = $self->_basics($o{consent} || {}) . $text
        if $self->{module} && $text !~ /^\s*(?:consent_zone|events)\b/m;
    $o{main} = '%%LOAD_MODULE%%' . "\n" . ($o{main} || '');
    $self->configure('check', $text, %o);

    my @command = $self->_nginx_command('check');
    $command[2] = "$self->{dir}/check.out";     # meant to complain
    return $self->_run('', @command, '-g', 'error_log stderr;', '-t')
        if $o{stderr};
    return $self->_run('', @command, '-t');
}

# workers(NAME): process ids of the workers.
sub workers {
    my ($self, $name) = @_;
    my $pid = $self->pid($name || 'gate') or return;
    return split ' ', $self->read("/proc/$pid/task/$pid/children");
}

# reload(NAME): HUP, and waits until new workers serve and no old one does.
sub reload {
    my ($self, $name) = @_;
    $name ||= 'gate';
    my %old = map { $_ => 1 } $self->workers($name);

    # Those of the reload before may still be on their way out.
    my $want = grep { my $title = $self->read("/proc/$_/cmdline");
                      length $title && $title !~ /shutting down/ }
        keys %old;

    kill 'HUP', $self->pid($name);
    return $self->wait_for(10, sub {
        (grep { !$old{$_} } $self->workers($name)) >= $want
            && !grep { my $title = $self->read("/proc/$_/cmdline");
                       length $title && $title !~ /shutting down/ }
                     keys %old;
    });
}


# ---- an origin in Perl

# app(HANDLER): see Consent::App; listens at port('app').
sub app {
    my ($self, $handler) = @_;

    $self->{procs}{app} = Consent::App::start($self->port('app'), $handler,
        "$self->{dir}/app.log");
    return $self;
}


# ---- requests

# request(METHOD, PATH, to => port name (gate), host => , headers => , body => ,
# jar => , timeout => ).  A Consent::HTTP::Response; status 0 without an answer.
sub request {
    my ($self, $method, $path, %o) = @_;
    my $port = $self->port($o{to} || 'gate');
    my @headers = header_pairs($o{headers});
    my $cookie = $o{jar} && $o{jar}->header($path =~ s/\?.*//sr);

    push @headers, ['Cookie', $cookie] if defined $cookie;
    my $r = $self->raw([build_request($method, $path, %o,
        headers => \@headers, host => $o{host} || "127.0.0.1:$port")], %o);
    $o{jar}->take($r) if $o{jar};
    return $r;
}

sub get  { my $self = shift; return $self->request('GET', @_) }
sub head { my $self = shift; return $self->request('HEAD', @_) }

# post(PATH, form => [NAME, VALUE, …] or json => DATA or body => BYTES, …)
sub post {
    my ($self, $path, %o) = @_;
    my @headers = header_pairs($o{headers});
    my $type;

    if ($o{form}) {
        my @pairs = @{ $o{form} };
        my @out;
        while (my ($k, $v) = splice @pairs, 0, 2) {
            push @out, join '=', map { _encode($_) } $k, $v;
        }
        $o{body} = join '&', @out;
        $type = 'application/x-www-form-urlencoded';
    } elsif ($o{json}) {
        $o{body} = JSON::PP->new->canonical->utf8->encode($o{json});
        $type = 'application/json';
    }
    push @headers, ['Content-Type', $type] if $type;
    return $self->request('POST', $path, %o, headers => \@headers);
}

sub _encode {
    my ($s) = @_;
    $s =~ s/([^A-Za-z0-9._~-])/sprintf '%%%02X', ord $1/ge;
    return $s;
}

# raw([PIECE…], to => , timeout => ): the bytes as they are; see
# Consent::HTTP::exchange.
sub raw {
    my ($self, $pieces, %o) = @_;
    my ($bytes, $took) = exchange($self->port($o{to} || 'gate'), $pieces, %o);
    my $r = parse_response($bytes) || bless {
        status => 0, headers => [], interim => [], body => '',
        raw => $bytes, complete => 0 }, 'Consent::HTTP::Response';

    $r->{took} = $took;
    return $r;
}

sub jar { return Consent::HTTP::Jar->new }

# log_of(NAME, N): the entries of NAME.log, once there are at least N (nginx
# writes an entry after its answer has left).
sub log_of {
    my ($self, $name, $least) = @_;
    my @lines;

    $self->wait_for(3, sub {
        @lines = split /\n/, $self->read("$name.log");
        @lines >= ($least || 0);
    });
    return map { JSON::PP->new->latin1->decode($_) } @lines;
}

sub origin_log { return $_[0]->log_of('origin', $_[1]) }
sub app_log    { return $_[0]->log_of('app', $_[1]) }

# Forgets what a log held so far.
sub clear_log {
    my ($self, $name) = @_;
    truncate "$self->{dir}/$name.log", 0;
}

# evidence(): the events of the consent log, decoded; a line that was cut short
# is none.
sub evidence {
    my ($self, $name) = @_;
    return map { JSON::PP->new->utf8->decode($_) }
        map { /.*(\{"v":1,"ch":".*\})\z/ ? $1 : () }
        split /\n/, $self->read($name || 'consent.log');
}

sub consentctl {
    my ($self, @args) = @_;
    my $in = ref $args[-1] ? ${ pop @args } : '';
    return $self->_run($in, $self->{ctl}, @args);
}


# seal_keys(): a file with the first root keys of all seals, as many as nginx made
# so far, taken out of the state directories; nothing if it made none.
sub seal_keys {
    my ($self) = @_;

    for my $first (glob "$self->{dir}/*.d/seal.first $self->{dir}/*/*.d/seal.first") {
        my ($code, $key) = $self->consentctl('key', '--seal', $first =~ s{/seal\.first\z}{}r);
        die "consentctl key --seal: $key\n" if $code != 0;
        $self->write('seal.keys', $self->read('seal.keys') . $key);
    }
    return -s "$self->{dir}/seal.keys" ? "$self->{dir}/seal.keys" : ();
}


# ---- the end

# allow(REGEX): error lines that this test means to cause.
sub allow {
    my ($self, $regex) = @_;
    push @{ $self->{allow} }, $regex;
    return $self;
}

# complaints(): lines that no test may leave in an error log.
sub complaints {
    my ($self) = @_;
    my @bad;

    for my $file (glob "$self->{dir}/*.error.log $self->{dir}/*.stderr") {
        for my $line (split /\n/, $self->read($file)) {
            next if $line !~ /\[(?:alert|crit|emerg)\]/
                && $line !~ /Sanitizer|runtime error:/;
            next if grep { $line =~ $_ } @{ $self->{allow} };
            push @bad, $line;
        }
    }
    return @bad;
}

sub _stop_all {
    my ($self) = @_;
    my @slow;

    for my $name (sort { ($b eq 'gate') <=> ($a eq 'gate') || $a cmp $b }
                  keys %{ $self->{procs} })
    {
        my $nginx = -e "$self->{dir}/$name.conf";
        push @slow, $name if !$self->stop($name, $nginx ? 'QUIT' : 'TERM');
    }
    return @slow;
}

sub _verdict {
    my ($self) = @_;
    my @slow = $self->_stop_all;
    my @bad = $self->complaints;
    my @verify = (0, '');

    push @bad, map { "$_ had to be killed" } @slow;
    if (-s "$self->{dir}/consent.log") {
        @verify = $self->consentctl('verify',
            (map { ('--seal-key', $_) } $self->seal_keys),
            "$self->{dir}/consent.log");
        push @bad, "consentctl verify: exit $verify[0]: $verify[1]"
            if $verify[0] != 0;
    }
    return @bad;
}

sub _leave {
    my ($self) = @_;

    @LIVE = grep { $_ != $self } @LIVE;
    if ($ENV{KEEP}) {
        Test::More::diag("kept: $self->{dir}");
        return;
    }
    system 'rm', '-rf', $self->{dir};
}

sub done {
    my ($self) = @_;
    my @bad = $self->_verdict;

    Test::More::is(join("\n", @bad), '',
        'error logs are quiet and the evidence verifies');
    Test::More::done_testing();
    $self->_leave;
}

END {
    if ($$ == $OWNER && @LIVE) {
        my $code = $?;

        # Whoever read us may be gone; what we started must go all the same.
        local $SIG{PIPE} = 'IGNORE';

        for my $self (@LIVE) {
            my @bad = $self->_verdict;
            Test::More::diag("ended without done(): $self->{dir}");
            Test::More::diag($_) for @bad;
            $self->_leave;
        }
        $? = $code || 1;
    }
}

1;
