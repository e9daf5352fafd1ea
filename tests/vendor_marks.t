#!/usr/bin/perl
# What marks an inline script for each shipped vendor: the shape of its snippet
# is held; a call of its globals, which a stub meets, and a mere mention are
# not.  And every host that a vendor file names is held in an attribute.

use strict;
use warnings;

use File::Temp qw(tempdir);
use Test::More;

my $ctl = ($ENV{BUILD} // 'build') . '/consentctl';

plan skip_all => "$ctl is not built: make ctl" unless -x $ctl;

my $dir = tempdir(CLEANUP => 1);
my $here = `pwd`;
chomp $here;

# vendor => [ what loads or sets, … ], [ what only calls or mentions, … ]; URL
# stands for an element made in script with that address.
my %marks = (
    'google-tag-manager' => [
        [ "w[l].push({'gtm.start':new Date().getTime(),event:'gtm.js'}); URL(//www.googletagmanager.com/gtm.js?id=GTM-X)",
          "w[l].push({'gtm.start': +new Date}); URL(/own/gtm.js)" ],
        [ "dataLayer.push({event: 'x'})" ] ],
    'google-analytics' => [
        [ "i['GoogleAnalyticsObject']=r; URL(/js/a.js)",
          "URL(https://www.google-analytics.com/analytics.js)",
          "ga.src = ('https:' == p ? 'https://ssl' : 'http://www') + '.google-analytics.com/ga.js'",
          "document.cookie = '_ga=; path=/'" ],
        [ "ga('create', 'UA-1'); ga('send', 'pageview')",
          "_gaq.push(['_trackPageview'])", "gtag('event', 'x')" ] ],
    'google-ads' => [
        [ "URL(https://securepubads.g.doubleclick.net/tag/js/gpt.js)",
          "gads.src = (ssl ? 'https:' : 'http:') + '//www.googletagservices.com/tag/js/gpt.js'" ],
        [ "googletag.cmd.push(function () { googletag.display('div-1') })",
          "(adsbygoogle = window.adsbygoogle || []).push({})" ] ],
    'meta-pixel' => [
        [ "n=f.fbq=function(){n.callMethod?n.callMethod.apply(n,arguments):n.queue.push(arguments)}; URL(/copy/fbevents.js)",
          "URL(https://connect.facebook.net/en_US/sdk.js)" ],
        [ "fbq('track', 'PageView')", "share('facebook.com')" ] ],
    'taboola' => [
        [ "_taboola.push({article:'auto'}); URL(//cdn.taboola.com/libtrc/site/loader.js)",
          "load(config.taboola, 'tb_loader_script')" ],
        [ "_taboola.push({mode: 'a', container: 'b'})", "var partner = 'taboola'" ] ],
    'outbrain' => [
        [ "tag.src = '//amplify.outbrain.com/cp/obtp.js'" ],
        [ "obApi('track', 'PAGE_VIEW')", "OB_elements.push({widgetId: 'AR_1'})" ] ],
    'wordpress-stats' => [
        [ "new Image().src = document.location.protocol+'//pixel.wp.com/g.gif?v=wpcom'" ],
        [ "_stq = window._stq || []; _stq.push(['view', {v: 'ext'}])" ] ],
    'x-ads' => [
        [ "js.src = 'https://platform.twitter.com/widgets.js'",
          "u.src = 'https://static.ads-twitter.com/uwt.js'" ],
        [ "twq('track', 'PageView')", "open('https://twitter.com/intent/tweet')" ] ],
    'comscore' => [
        [ "s.src = (ssl ? 'https://sb' : 'http://b') + '.scorecardresearch.com/beacon.js'",
          "COMSCORE.beacon({c1: '2'})" ],
        [ "_comscore.push({c1: '2', c2: '1'})" ] ],
    'matomo' => [
        [ "_paq.push(['setTrackerUrl', u + 'x.php']); g.src = u + 'x.js'",
          "g.src = u + 'matomo.js'", "g.src = u+'piwik.js'" ],
        [ "_paq.push(['trackPageView'])", "_paq.push(['setUserId', 1])" ] ],
    'chartbeat' => [
        [ "e.setAttribute('src', '//static.chartbeat.com/js/chartbeat.js')" ],
        [ "_cbq.push(['_acct', 'anon'])", "var _sf_async_config = {uid: 1}" ] ],
    'new-relic' => [
        [ "window.NREUM||(NREUM={}),__nr_require=function(t,e,n){}",
          'NREUM.info={"beacon":"bam.nr-data.net"}' ],
        [ "newrelic.noticeError(e)", "newrelic.setCustomAttribute('a', 1)" ] ],
    'parsely' => [
        [ "URL(//d1z2jf7jlzjs58.cloudfront.net/p.js)", "URL(https://cdn.parsely.com/keys/x/p.js)" ],
        [ "PARSELY = {autotrack: false}" ] ],
    'krux' => [
        [ "k.src = (p==='https:'?'https:':'http:')+'//cdn.krxd.net/controltag?confid=x'" ],
        [ "Krux('ns:x', 'page:load')" ] ],
    'quantcast' => [
        [ "elem.src = (ssl ? 'https://secure' : 'http://edge') + '.quantserve.com/quant.js'" ],
        [ "_qevents.push({qacct: 'p-1'})", "quantserve()" ] ],
    'infonline' => [
        [ "s.src = '//script.ioam.de/iam.js'", "s.src = 'https://data-0.site.example/iomm/latest/bootstrap/stub.js'",
          "document.write('<img src=\"http://x.ivwbox.de/cgi-bin/ivw/CP/1\">')" ],
        [ "iom.c(iam_data, 1)", "var iam_data = {st: 'x', cp: 'y'}" ] ],
    'criteo' => [
        [ "s.src = '//static.criteo.net/js/ld/ld.js'", "Criteo.DisplayAd({zoneid: 1})" ],
        [ "criteo_q.push({event: 'setAccount', account: 1})", "Criteo.events.push(f)" ] ],
    'amazon-ads' => [
        [ "a.src = '//c.amazon-adsystem.com/aax2/apstag.js'", "amznads.getAds('3010')" ],
        [ "apstag.setDisplayBids()", "apstag.fetchBids({slots: []}, f)", "go('https://www.amazon.com/dp/1')" ] ],
    'adobe-analytics' => [
        [ "s.src = '//assets.adobedtm.com/launch.min.js'", "var s_code=s.t();if(s_code)document.write(s_code)",
          "s1.src = '//cdn.site.example/omniture.min.js'", "var s = s_gi('account')",
          "visitor = Visitor.getInstance('x\@AdobeOrg')" ],
        [ "_satellite.pageBottom()", "_satellite.track('x')", "classes.t()", "alloy('sendEvent', {})" ] ],
    'optimizely' => [
        [ "s.src = 'https://cdn.optimizely.com/js/1.js'" ],
        [ "optimizely.push(['trackEvent', 'x'])" ] ],
    'tealium' => [
        [ "a='//tags.tiqcdn.com/utag/site/main/prod/utag.js'" ],
        [ "var utag_data = {page: 'x'}", "utag.link({event: 'x'})" ] ],
    'nielsen' => [
        [ "pix.src = '//secure-us.imrworldwide.com/cgi-bin/m?ci=x'", "var t = NOLCMB.getInstance(o)" ],
        [ "var vendor = 'nielsen'" ] ],
    'hotjar' => [
        [ "(window,document,'https://static.hotjar.com/c/hotjar-','.js?sv=')",
          "h._hjSettings = {hjid: 1, hjsv: 6}; URL(/own/hotjar.js)" ],
        [ "hj('event', 'x')" ] ],
    'yandex-metrica' => [
        [ "(window, document, 'script', 'https://mc.yandex.ru/metrika/tag.js', 'ym')",
          "s.src = 'https://cdn.jsdelivr.net/npm/yandex-metrica-watch/watch.js'" ],
        [ "ym(1, 'reachGoal', 'x')" ] ],
    'segment' => [
        [ "n.src = 'https://cdn.segment.com/analytics.js/v1/x/analytics.min.js'" ],
        [ "analytics.track('x')", "var segment = 'news'" ] ],
    'statcounter' => [
        [ "var sc_project=1; var sc_security='x'",
          "document.write('<sc'+'ript src=\"'+sc+'www.statcounter.com/counter/counter.js\"><\\/sc'+'ript>')" ],
        [ "var counter = 'statcounter'" ] ],
    'at-internet' => [
        [ "Xt_img.src = 'http://logi2.xiti.com/hit.xiti?s=1'", "a.src = '/js/xtcore.js'" ],
        [ "xt_med('C', 'N', 'x')" ] ],
    'hubspot' => [
        [ "s.src = '//js.hs-scripts.com/1.js'" ],
        [ "_hsq.push(['trackPageView'])", "hbspt.forms.create({portalId: 1})" ] ],
    'etracker' => [
        [ "s.src = '//code.etracker.com/code/e.js'" ], [ "var et_pagename = 'x'" ] ],
    'baidu-tongji' => [
        [ "hm.src = 'https://hm.baidu.com/hm.js?x'" ], [ "_hmt.push(['_trackEvent', 'a', 'b'])" ] ],
    'bing-uet' => [
        [ "(window, document, 'script', '//bat.bing.com/bat.js', 'uetq')" ],
        [ "uetq.push('event', 'x', {})", "go('https://www.bing.com/search')" ] ],
    'microsoft-clarity' => [
        [ "t.src = 'https://www.clarity.ms/tag/' + i" ], [ "clarity('set', 'a', 'b')" ] ],
    'linkedin-insight' => [
        [ "b.src = 'https://snap.licdn.com/li.lms-analytics/insight.min.js'" ],
        [ "lintrk('track', {conversion_id: 1})", "open('https://www.linkedin.com/shareArticle')" ] ],
    'yahoo-japan' => [
        [ "t.src = 'https://s.yimg.jp/images/listing/tool/cv/ytag.js'",
          "tm.src = '//s.yjtag.jp/tag.js#site=x'", "var yads_ad_ds = '1_2'" ],
        [ "yjDataLayer.push(arguments)", "ytag({type: 'ycl_cookie'})" ] ],
    'mixpanel' => [
        [ "e.src = '//cdn.mxpnl.com/libs/mixpanel-2-latest.min.js'",
          "b.src = '//cdn.site.example/js/mixpanel-2.2.min.js'" ],
        [ "mixpanel.track('x')", "mixpanel.people.set({a: 1})" ] ],
    'addthis' => [
        [ "s.src = '//s7.addthis.com/js/300/addthis_widget.js'" ], [ "var addthis_config = {}" ] ],
    'sharethis' => [
        [ "stLight.options({publisher: 'x'})", "s.src = 'https://platform-api.sharethis.com/js/sharethis.js'" ],
        [ "var buttons = 'sharethis'" ] ],
    'cxense' => [
        [ "e.src = '//cdn.cxense.com/cx.js'" ], [ "cX.callQueue.push(['sendPageViewEvent'])" ] ],
    'gemius' => [ [ "gt.src = l+'//x.hit.gemius.pl/xgemius.js'" ], [ "var pp_gemius_identifier = 'x'" ] ],
    'mapp' => [ [ "s.src = 'https://r.webtrekk.net/x.js'" ], [ "wtSmart.push(f)" ] ],
    'marketo-munchkin' => [ [ "s.src = '//munchkin.marketo.net/munchkin.js'", "Munchkin.init('1')" ],
        [ "go('marketo')", "MktoForms2.loadForm('//app-x.site.example', '1', 2)" ] ],
    'crazy-egg' => [
        [ "s.src = '//script.crazyegg.com/pages/scripts/0000/1.js'",
          "a.src = '//dnn506yrbagrg.cloudfront.net/pages/scripts/0000/1.js'" ],
        [ "var egg = 'crazyegg'" ] ],
    'yahoo-ads' => [ [ "i.src = 'https://adserver-us.adtech.advertising.com/x'" ], [ "go('https://search.yahoo.com/')" ] ],
    'pinterest' => [ [ "n.src = 'https://s.pinimg.com/ct/core.js'" ], [ "pintrk('track', 'pagevisit')" ] ],
    'disqus' => [ [ "dsq.src = '//' + shortname + '.disqus.com/embed.js'" ],
                  [ "var disqus_identifier = 1", "DISQUSWIDGETS.getCount({reset: true})" ] ],
    'vimeo' => [ [ "s.src = 'https://player.vimeo.com/api/player.js'" ], [ "var host = 'vimeo'" ] ],
    'tiktok' => [
        [ "w.TiktokAnalyticsObject = t; URL(/copy/events.js)", "i = 'https://analytics.tiktok.com/i18n/pixel/events.js'" ],
        [ "ttq.track('ViewContent', {content_id: '1'})", "open('https://ads.site.example/?from=tiktok')" ] ],
    'line-tag' => [
        [ "s.src = h + '/n/line_tag/public/release/v1/lt.js'", "URL(https://d.line-scdn.net/n/line_tag/public/release/v1/lt.js)" ],
        [ "_lt('send', 'pv', ['x'])", "open('https://line.me/R/share?text=x')" ] ],
    'karte' => [ [ "s.src = 'https://cdn-edge.karte.io/0123/edge.js'" ], [ "krt('send', 'buy', {})", "var karte = 1" ] ],
    'treasure-data' => [
        [ "n.src = ('https:' === p ? 'https:' : 'http:') + '//cdn.treasuredata.com/sdk/2.5/td.min.js'",
          "new Treasure({host: 'in.treasuredata.com', database: 'x'})" ],
        [ "td.trackPageview('pageviews')", "var company = 'treasuredata'" ] ],
    'salesforce-pardot' => [
        [ "piAId = '1'; piCId = '2'; s.src = (ssl ? 'https://pi' : 'http://cdn') + '.pardot.com/pd.js'", "piAId = '1'; URL(/own/pd.js)" ],
        [ "var form = 'pardot'" ] ],
    'amplitude' => [
        [ "URL(https://cdn.amplitude.com/libs/analytics-browser-2.11.1-min.js.gz)", "amplitude.getInstance().init('key')" ],
        [ "amplitude.track('Sign Up')" ] ],
    'rakuten' => [
        [ "rakuten_design = 'slide'; rakuten_affiliateId = 'x'; URL(/own/widget.js)" ],
        [ "go('https://item.rakuten.co.jp/shop/1/')" ] ],
    'a8' => [ [ "URL(//statics.a8.net/a8sales/a8sales.js)" ], [ "a8sales({pid: 's1', order_number: '2'})" ] ],
    'hatena' => [ [ "URL(https://b.st-hatena.com/js/bookmark_button.js)" ], [ "var hatena = 1" ] ],
    'google-maps' => [ [ "URL(https://maps.googleapis.com/maps/api/js?key=x&callback=f)" ], [ "new google.maps.Map(e, {zoom: 8})" ] ],
    'google-fonts' => [ [ "l.href = 'https://fonts.googleapis.com/css?family=X'" ], [ "document.fonts.load('1em X')" ] ],
    'youtube' => [ [ "tag.src = 'https://www.youtube.com/iframe_api'" ], [ "function onYouTubeIframeAPIReady() {}" ] ],
);

# those of whom no inline script is known
my %silent = map { $_ => 1 } qw(gravatar vgwort infrastructure);

my (%vendors, @pages, @titles, @want);

for my $path (sort glob 'conf/vendors/*.conf') {
    open my $file, '<', $path or die "$path: $!\n";

    while (<$file>) {
        s/#.*//;
        my ($word, $rest) = /^\s+(host|url)\s+(.*);/ or next;
        push @{ $vendors{$path =~ s{.*/(.*)\.conf}{$1}r} }, split ' ', $rest;
    }
}

sub add {
    my ($vendor, $html, $held, $title) = @_;
    push @pages, $html;
    push @want, $held ? $vendor : '';
    push @titles, $title;
}

for my $vendor (sort keys %vendors) {
    add($vendor, "<img src=\"https://x.$_/y\">", 1,
        "$vendor: $_ in an attribute is held") for grep { !m{/} } @{ $vendors{$vendor} };
    add($vendor, "<img src=\"//" . s/\*/any/gr . '?q">', 1,
        "$vendor: $_ in an attribute is held") for grep { m{/} } @{ $vendors{$vendor} };

    ok !$marks{$vendor} != !$silent{$vendor}, "$vendor: its inline scripts stand in the table";
    for my $held (1, 0) {
        for my $script (@{ $marks{$vendor}[$held ? 0 : 1] || [] }) {
            my $text = $script =~ s/URL\(([^)]*)\)/var e = document.createElement('script'); e.src = '$1'; f.insertBefore(e, f)/gr;
            add($vendor, "<script>$text</script>", $held,
                "$vendor: " . ($held ? 'held: ' : 'passes: ') . substr $script, 0, 60);
        }
    }
}

open my $conf, '>', "$dir/nginx.conf" or die $!;
print $conf "include $here/conf/vendors/*.conf;\n", <<'END';
consent_policy test {
    controller  Test;
    notice      /privacy/;
    version     1;
    languages   en;
    purpose     necessary required;
    purpose     all slot=1;
    unlisted    third_party=allow cookie=allow;
END
print $conf "    vendor $_ purpose=all;\n" for sort keys %vendors;
print $conf "}\n";
close $conf;

open my $all, '>', "$dir/page" or die $!;
print $all "$_\n" for @pages;
close $all;

open my $out, '-|', "$ctl gate --conf $dir/nginx.conf <$dir/page" or die $!;
my @lines = <$out>;
close $out;
is $?, 0, 'all of them in one page are gated';
is scalar @lines, scalar @pages, 'each on its line';

for my $i (0 .. $#pages) {
    my ($by) = ($lines[$i] // '') =~ /^<\w+ (?:type="text\/plain" )?data-ngxc-hold="([^"]*)"/;
    is $by // '', $want[$i], $titles[$i];
}

done_testing();
