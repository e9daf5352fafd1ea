package Consent::Profile;

# A shipped policy (conf/policies/) at work on a site that has everything a
# policy speaks of: tags of named, unnamed and unlisted third parties, one of
# the group, cookies of both kinds, forms, a members' area.  Each t/profile_*.t
# walks the clauses of one; docs/clauses.md names its tests.
#
#   my $t = Consent::Profile->new('hitachi');
#   my $who = $t->visitor;
#   is $who->held('/'), 'google-analytics …', 'HI-6b: …';
#   $who->choose('save', 'analytics');

use strict;
use warnings;

use Consent;
use Consent::Site ();

our @ISA = ('Consent');

our $HOST = 'www.site.example';
our $ADDRESS = '127.45.67.89';             # of every visitor
our $SECRET = 'c4n4ry';                    # in cookies, queries, forms

my $PAGE = <<"END";
<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><title>Site</title>
<link rel="stylesheet" href="https://fonts.googleapis.com/css2?family=Lora">
<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>
<script>(function(){ document.createElement('script').src = 'https://www.googletagmanager.com/gtm.js?id=GTM-1'; })();</script>
</head><body>
<a href="#main">skip</a><main id="main">
<script src="/js/app.js"></script>
<iframe src="https://www.youtube.com/embed/x"></iframe>
<iframe src="https://www.google.com/maps/embed?pb=1"></iframe>
<img src="https://www.facebook.com/tr?id=1&amp;ev=PageView" width="1" height="1" alt="">
<script src="https://t.unnamed.example/t.js"></script>
<script src="https://tags.group.example/g.js"></script>
<script src="/matomo.js"></script>
<a id="out" href="https://partner.example/" ping="https://www.google-analytics.com/collect">partner</a>
</main></body></html>
END

# A company of the controller's group, named by no shipped file.
my $GROUP = <<'END';
consent_vendor group-co {
    name "Group Co";  provider "Group Co" DE https://group.example/privacy/;
    receives ip cookie_id url;
    host group.example;
}
END

sub _answer {
    my ($req, $out) = @_;
    my @set = $req->{path} =~ m{^/js/} ? () : (
        "PHPSESSID=$SECRET; Path=/; HttpOnly",
        "_ga=GA1.1.$SECRET; Path=/; Max-Age=63072000",
        "_fbp=fb.1.$SECRET; Path=/; Max-Age=7776000",
        "theme=dark; Path=/; Max-Age=63072000");

    $out->respond(200, ['Content-Type' =>
            $req->{path} =~ m{^/js/} ? 'text/javascript' : 'text/html; charset=utf-8',
        (map { ('Set-Cookie' => $_) } @set),
        'X-Cookie' => scalar $req->header('cookie') // '',
        'X-Address' => scalar $req->header('x-forwarded-for') // '',
        Link => '<https://www.googletagmanager.com>; rel=preconnect'],
        $req->{path} =~ m{^/js/} ? ";\n" : $PAGE);
}

# new(POLICY, more => LINES put into the policy's block, edit => sub { its text in
# $_ }, server => TEXT of its server, http => TEXT beside, redis => arguments of
# Redis, keys => names of further key files).
sub new {
    my ($class, $policy, %o) = @_;
    my $self = $class->SUPER::new(%{ $o{harness} || {} });

    @$self{qw(policy profile)} = ($policy, \%o);
    $self->consentctl('key', "$self->{dir}/$_") for @{ $o{keys} || [] };
    $self->app(\&_answer);
    $self->redis(@{ $o{redis} || [] });
    $self->gate($self->text, workers => 1);
    return $self;
}

# block(POLICY, %o): the text of a shipped policy with these changes.
sub block {
    my ($self, $policy, %o) = @_;
    local $_ = $self->read(Consent::root() . "/conf/policies/$policy.conf");

    s/\}\s*\z/    $o{more}\n}\n/ if $o{more};
    $o{edit}->() if $o{edit};
    return $_;
}

# text(): what stands in http {}.
sub text {
    my ($self) = @_;
    my %o = %{ $self->{profile} };

    return join '', "include %%ROOT%%/conf/vendors/*.conf;\n", $GROUP,
        $self->block($self->{policy}, %o), $o{http} || '', <<"END";
    proxy_set_header   Host \$host;
    proxy_set_header   X-Forwarded-For \$proxy_add_x_forwarded_for;
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  $HOST;
        consent      $self->{policy};
        consent_csp  enforce;
        location /          { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /inquiry/  { consent_class form;       proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /health/   { consent_class sensitive;  proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /member/   { consent_class identified; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /login/    { consent_class security;   proxy_pass http://127.0.0.1:%%PORT_app%%; }
        @{[ $o{server} || '' ]}
    }
END
}

# again(%o): the same under another text, as a reload brings it.
sub again {
    my ($self, %o) = @_;

    $self->{profile} = \%o;
    $self->configure('gate', $self->{module} ? $self->_basics({}) . $self->text
        : $self->text, workers => 1, main => '%%LOAD_MODULE%%');
    return $self->reload;
}

# says(%o): (exit code, output) of `nginx -t` over such a text.
sub says {
    my ($self, %o) = @_;
    my $kept = $self->{profile};

    $self->{profile} = \%o;
    my ($code, $said) = $self->check($self->text);
    $self->{profile} = $kept;
    return ($code, $said);
}

# refuses(%o): what `nginx -t` says where it fails, else nothing.
sub refuses {
    my ($self, %o) = @_;
    my ($code, $said) = $self->says(%o);
    return $code ? $said : '';
}

# second(POLICY): another site beside, under another policy, for `http`.
sub second {
    my ($policy) = @_;

    return <<"END";
    include %%ROOT%%/conf/policies/$policy.conf;
    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  b.site.test;
        consent      $policy;
        consent_csp  enforce;
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
    }
END
}

sub visitor {
    my ($self, %o) = @_;
    return bless { t => $self, jar => $self->jar, o => { host => $HOST,
        from => $ADDRESS, %o } }, 'Consent::Profile::Visitor';
}

# events(TYPE, N, MATCH): of that type that match, once there are N.
sub events {
    my ($self, $type, $least, $match) = @_;
    my @found;

    $self->wait_for(5, sub {
        @found = grep { $_->{ty} eq $type && (!$match || $match->()) }
            $self->evidence;
        @found >= ($least || 1);
    });
    return @found;
}


package Consent::Profile::Visitor;

use strict;
use warnings;

sub jar { return $_[0]{jar} }

sub _headers {
    my (%o) = @_;
    return { 'Sec-Fetch-Dest' => 'document', Accept => 'text/html',
        %{ $o{headers} || {} } };
}

sub get {
    my ($self, $path, %o) = @_;
    return $self->{t}->get($path, jar => $self->{jar}, %{ $self->{o} }, %o,
        headers => _headers(%o));
}

sub post {
    my ($self, $path, %o) = @_;
    return $self->{t}->post($path, jar => $self->{jar}, %{ $self->{o} }, %o,
        headers => { 'Sec-Fetch-Site' => 'same-origin', %{ $o{headers} || {} } });
}

# hidden(PATH): what a form of ours carries with it.
sub hidden {
    my ($self, $path) = @_;
    my $page = $self->get($path || '/.consent/')->body;
    my %field;

    $field{$1} //= $2 while $page =~ /name="(notice|once|lang)" value="([^"]*)"/g;
    return map { ($_ => $field{$_}) } grep { defined $field{$_} } qw(notice once lang);
}

# choose(CHOICE, PURPOSE…): through the form, again where Redis is not there yet.
sub choose {
    my ($self, $choice, @purposes) = @_;

    return $self->{t}->wait_for(10, sub {
        my $r = $self->post('/.consent/choice', form => [choice => $choice,
            (map { (p => $_) } @purposes), $self->hidden, return => '/']);
        $r->status == 303 ? $r : undef;
    });
}

# held(PATH): the vendors whose tags are held there, in alphabetical order.
sub held {
    my ($self, $path, %o) = @_;
    my %held = map { $_ => 1 } map { split ' ' }
        $self->get($path, %o)->body =~ /data-ngxc-hold="([^"]+)"/g;

    return join ' ', sort keys %held;
}

# loads(PATH): hosts that the markup of a page makes a browser ask.
sub loads {
    my ($self, $path, %o) = @_;
    my $body = $self->get($path, %o)->body;
    my %host;

    while ($body =~ /<(script|img|iframe|link)\b([^>]*)>/g) {
        my ($tag, $attributes) = ($1, $2);
        $host{$1} = 1 if $attributes =~ m{ (?:src|href)="https?://([^/"]+)};
    }
    return join ' ', sort keys %host;
}

1;
