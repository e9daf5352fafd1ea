# A site's own rules neither hide our pages nor see a gated cookie.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Consent;
use Consent::Site;

my $t = Consent->new;

$t->app(sub {
    my ($req, $out) = @_;
    $out->respond($req->{path} =~ /deny/ ? 403 : 200,
        ['Content-Type' => 'text/html'],
        '<!doctype html><title>t</title><body><p>x');
});

$t->gate(policy() . <<'END');
    map $http_cookie $seen { default none; "~_ga" tracked; }

    server {
        listen       127.0.0.1:%%PORT_gate%%;
        server_name  www.site.example;
        consent      test;
        set $tracked no;
        if ($http_cookie ~ "_ga") { set $tracked yes; }
        if ($cookie__ga) { set $tracked yes; }
        rewrite ^/old/(.*)$ /new/$1 last;
        rewrite ^/\.consent/(.*)$ /hijacked/$1 last;
        add_header X-Tracked "$tracked $seen" always;

        location ~ /\. { deny all; }
        location / { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /private/ {
            auth_request /auth;
            proxy_pass http://127.0.0.1:%%PORT_app%%;
        }
        location /locked/ { auth_request /auth-deny; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location = /auth { internal; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location = /auth-deny { internal; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /inner/ { error_page 404 = @fallback; return 404; }
        location @fallback { proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location /mirrored/ { mirror /copy; proxy_pass http://127.0.0.1:%%PORT_app%%; }
        location = /copy { internal; proxy_pass http://127.0.0.1:%%PORT_app%%/copy; }
    }

    server {
        listen       127.0.0.1:%%PORT_closed%%;
        server_name  closed.site.example;
        consent      test;
        return       403;
    }

    server {
        listen       127.0.0.1:%%PORT_own%%;
        server_name  own.site.example;
        consent      test;
        location /.consent/ { add_header X-Own-Location yes; }
        location / { return 200 ok; }
    }
END

my @host    = (host => 'www.site.example');
my @cookies = (headers => {Cookie => 'SESSION=s; _ga=GA1.2; _fbp=1'});

for my $path ('/.consent/', '/.consent/state') {
    is $t->get($path, @host)->status, 200, "$path stands before deny and rewrite";
}
is $t->post('/.consent/choice', form => [choice => 'reject'], @host,
    headers => {'Sec-Fetch-Site' => 'same-origin'})->status, 303, 'and takes a choice';
is $t->get('/.consent/', to => 'closed', host => 'closed.site.example')->status, 200,
    'a server that returns 403 to all still lets a visitor choose';
is $t->get('/', to => 'closed', host => 'closed.site.example')->status, 403, 'and is closed otherwise';

my $r = $t->get('/.consent/', to => 'own', host => 'own.site.example');
is $r->status, 200, 'an explicit location has our pages';
is $r->header('x-own-location'), 'yes', 'under its own rules';

for my $path ('/', '/old/x', '/private/x', '/inner/x', '/mirrored/x') {
    $t->clear_log('app');
    $r = $t->get($path, @host, @cookies);
    is $r->status, 200, "$path answers";
    is $r->header('x-tracked'), 'no none', '... no variable saw a gated cookie';
    my @seen = $t->app_log(1);
    is_deeply [grep { /_ga|_fbp/ } map { $_->{cookie} // '' } @seen], [],
        '... nor did the origin, the auth origin or a mirror';
    ok !(grep { ($_->{cookie} // '') !~ /SESSION=s/ } @seen), '... the session passed';
}

is $t->get('/locked/x', @host, @cookies)->status, 403, 'a denial stays a denial';

$t->done;
