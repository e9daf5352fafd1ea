package Consent::Site;

# A small policy and an origin that speaks for every test of the gate, so that
# a test says only what it is about.

use strict;
use warnings;

use Exporter 'import';

our @EXPORT = qw(policy choose token_of);

# Vendors and a policy "test" with three optional purposes.
sub policy {
    my (%opt) = @_;
    my $more = $opt{more} || '';

    return <<"END";
        consent_vendor analytics-co {
            name "Analytics Co";  provider "Analytics Inc" US https://analytics.example/privacy;
            receives ip cookie_id url;
            host analytics.example;
            path /g/collect;
            inline "analytics.example/loader";
            cookie _ga 2y "Distinguishes visitors";
            cookie ~ ^_ga_ 2y "Keeps session state";
            stub ga gtag dataLayer[];
        }
        consent_vendor ads-co {
            name "Ads Co";  provider "Ads Ltd" IE https://ads.example/privacy;
            receives ip cookie_id;
            host ads.example;
            cookie _fbp 90d "Recognises browsers";
        }
        consent_policy test {
            controller "Test Corporation";
            contact    "Privacy desk" https://www.site.example/contact/;
            notice     /privacy/;
            version    3 enacted=2020-04-01 revised=2023-04-01 material_since=2;
            languages  en ja;
            clause     T-1 "Access is analysed";
            clause     T-2 "Advertising";
            purpose    necessary required;
            purpose    analytics slot=1 clause=T-1 signal=analytics_storage;
            purpose    marketing slot=2 clause=T-2;
            vendor     analytics-co purpose=analytics;
            vendor     ads-co purpose=marketing;
            cookie     SESSION purpose=necessary;
            $more
        }
END
}

# A visitor's choice through the banner: fetches a page, takes the notice out
# of it and posts the form.  The response.
sub choose {
    my ($t, $choice, %opt) = @_;
    my $jar  = delete $opt{jar};
    my @p    = map { (p => $_) } @{ delete $opt{p} || [] };
    my $page = $t->get('/.consent/', jar => $jar, %opt);

    my ($notice) = $page->body =~ /name="notice" value="([^"]+)"/;

    return $t->post('/.consent/choice', jar => $jar,
        form => [choice => $choice, @p,
            defined $notice ? (notice => $notice) : (), return => '/back'],
        headers => { 'Sec-Fetch-Site' => 'same-origin' }, %opt);
}

# The token's parts out of a response that sets it, or undef.
sub token_of {
    my ($response) = @_;

    for my $line ($response->all('set-cookie')) {
        return { line => $line, parts => [split /\./, $1] }
            if $line =~ /^(?:__Host-|__Secure-)?ngxc=([^;]*)/ && length $1;
    }

    return;
}

1;
