// A browser that is asked to forget what a site's pages keep in it.

import * as tap from './tap.mjs';
import { listen } from './sink.mjs';
import { HOST, again, open, until, visitor } from './visitor.mjs';


tap.run(async () => {
    const who = await visitor({ port: await listen((request, response) => {
        response.end();
    }) });
    const page = who.page;
    const kept = () => page.evaluate(() => Object.keys({ ...localStorage,
        ...sessionStorage }).sort().join());
    const loaded = (state) => until(() => page.evaluate((s) =>
        window.ngxConsent.version === 1 && ngxConsent.state() === s, state));

    await page.goto(`https://${HOST}/`);
    await page.evaluate(() => {
        localStorage.draft = sessionStorage.cart = 1;
    });
    await who.button('accept').click();
    await loaded('granted');
    tap.is(await kept(), 'cart,draft', 'an agreement leaves what is kept');

    await open(page, `https://${HOST}/`);
    await loaded('granted');
    await again(page, () => page.evaluate(() => { ngxConsent.withdraw(); }));
    await loaded('refused');
    tap.ok(await until(async () => await kept() === ''),
        'a withdrawal takes it away', await kept());
    tap.ok((await who.names()).includes('SESSION'),
        "... and leaves the site's session");
    tap.ok((await who.names()).some((n) => /ngxc/.test(n)),
        '... and the refusal');
    tap.is(await who.banner().count(), 0, '... so that nobody is asked again');
    tap.empty(who.errors, 'nothing is thrown');
    await who.close();
});
