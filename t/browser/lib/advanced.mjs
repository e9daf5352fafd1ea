// A tag that does not wait: what it finds when it loads, and until when.

import * as tap from './tap.mjs';
import { listen } from './sink.mjs';
import { token, until, visitor } from './visitor.mjs';

// Says what it found, then sets what a tag sets that minds nobody.
const TAG = `window.found = [...dataLayer].map((e) => e[1] + JSON.stringify(e[2]
        || ''));
    document.cookie = '_ga=1; path=/';`;


async function startVendors() {
    const vendors = { port: 0, requests: [] };

    vendors.port = await listen((request, response) => {
        vendors.requests.push(request.headers.host.replace(/:.*/, ''));
        response.writeHead(200, { 'Content-Type': /js$/.test(request.url)
            ? 'text/javascript' : 'image/gif', 'Cache-Control': 'no-store' });
        response.end(/js$/.test(request.url) ? TAG : '');
    });
    return vendors;
}


tap.run(async () => {
    const vendors = await startVendors();
    const who = await visitor(vendors, { own: ['manager.kitayama.example'] });
    const page = who.page;
    const said = () => page.evaluate(() => [...dataLayer].map((e) =>
        e.event || `${e[0]} ${e[1]} ${JSON.stringify(e[2] || '')}`));

    await who.go('/page.html');
    await until(() => page.evaluate(() => window.found));
    tap.is(await page.evaluate(() => found.slice(0, 2).join()),
        'default{"analytics_storage":"denied"},ads_data_redactiontrue',
        'before the choice the tag loads, and finds first that nothing is '
        + 'granted');
    tap.is([...new Set(vendors.requests)].join(), 'analytics.example',
        '... nobody goes with it');
    tap.ok(await until(async () => !(await who.names()).includes('_ga')),
        '... and a cookie that it sets all the same goes again');

    const born = await page.evaluate(() => window.born);

    await who.button('reject').click();
    await until(() => page.evaluate(() => ngxConsent.version === 1
        && ngxConsent.state() === 'refused'));
    tap.is((await said()).filter((e) => /update/.test(e)).join(),
        'consent update {"analytics_storage":"denied"},ngx_consent_update',
        'a refusal is told to it once');

    vendors.requests.length = 0;
    await who.go('/page.html');
    await until(() => page.evaluate(() => ngxConsent.version === 1));
    tap.empty(vendors.requests, '... and the next page does without it');

    await who.context.clearCookies();
    await who.go('/page.html');
    vendors.requests.length = 0;
    await who.button('accept').click();
    await until(() => page.evaluate(() => ngxConsent.version === 1
        && ngxConsent.state() === 'granted'));
    await until(async () => (await said()).includes('ngx_consent_update'));
    tap.is((await said()).filter((e) => /update/.test(e)).join(),
        'consent update {"analytics_storage":"granted"},ngx_consent_update',
        'an agreement is told to it once');
    await until(() => vendors.requests.length);
    tap.is(vendors.requests.join(), 'ads.example',
        '... it is not loaded again, what was held is');
    tap.ok(token(await who.jar()).cid !== '-' && born !== undefined,
        '... and recorded');

    await who.context.clearCookies();
    await page.goto('http://manager.kitayama.example/page.html');

    const off = () => page.evaluate(() => window['ga-disable-G-1']);

    tap.is(await off(), true, 'a tag that is let through would serve analytics '
        + 'that is held: what the page configures is switched off');
    await who.button('accept').click();
    await until(async () => (await said()).includes('ngx_consent_update'));
    tap.is(`${await off()} ${await page.evaluate(() => found.length > 0)}`,
        'undefined true', '... and on again with the choice');

    tap.empty(who.errors, 'nothing is thrown');
    await who.close();
});
