// The back button: pages of ours wait in the browser's cache, and see what was
// decided on the page behind them.

import * as tap from './tap.mjs';
import { listen } from './sink.mjs';
import { again, token, until, visitor } from './visitor.mjs';

const decided = (page, state) => until(() => page.evaluate((s) =>
    window.ngxConsent.version === 1 && ngxConsent.state() === s, state));

const born = (page) => page.evaluate(() => window.born).catch(() => null);

const held = (page) => page.locator('[data-ngxc-hold]').count();


// From the page to the other one, CODE there, and back, to the same document or
// to another one that has said how it came; what it was.
async function away(who, code) {
    const page = who.page;
    const before = await born(page);

    await who.go('/other.html');
    await code();
    await page.evaluate(() => { history.back(); }).catch(() => {});
    await until(() => page.evaluate((old) => location.pathname === '/page.html'
        && document.readyState === 'complete'
        && (window.came === 'back' || window.came && window.born !== old),
        before));
    return before;
}


tap.run(async () => {
    const port = await listen((request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/javascript' });
        response.end('');
    });
    const who = await visitor({ port },
        { without: ['--disable-back-forward-cache'] });
    const page = who.page;
    const came = () => page.evaluate(() => window.came).catch(() => null);

    await who.go('/page.html');

    let before = await away(who, async () => {});

    tap.is(`${await came()} ${await born(page) === before}`, 'back true',
        'an undecided page waits in the cache, and comes back as it was');
    tap.ok(await who.banner().isVisible(), '... with its banner');

    before = await away(who, async () => {
        await who.button('reject').click();
        await decided(page, 'refused');
    });
    tap.is(`${await came()} ${await born(page) === before}`, 'back true',
        'refused on the page behind it: it comes back as it was');
    tap.ok(await until(async () => !await who.banner().isVisible()),
        '... and the banner goes');
    tap.ok(await until(() => page.locator('#ngxc-settings').isVisible()),
        '... for the way back');

    await who.context.clearCookies();
    await who.go('/page.html');
    before = await away(who, async () => {
        await who.button('accept').click();
        await decided(page, 'granted');
    });
    tap.ok(await until(async () => ![null, before].includes(await born(page))
        && await held(page) === 0), 'agreed on the page behind it: loaded again,'
        + ' with what was agreed to');
    await decided(page, 'granted');

    before = await away(who, async () => { await decided(page, 'granted'); });
    tap.is(`${await came()} ${await born(page) === before}`, 'back true',
        'a page of somebody who agreed waits in the cache, too');

    before = await away(who, async () => {
        await decided(page, 'granted');
        await again(page, () => page.evaluate(() => {
            ngxConsent.withdraw();
        }));
        await decided(page, 'refused');
    });
    tap.ok(await until(async () => ![null, before].includes(await born(page))
        && await held(page) === 1), 'withdrawn on the page behind it: loaded '
        + 'again, and shut');
    tap.ok(token(await who.jar()), 'the choice is kept');
    tap.empty(who.errors, 'nothing is thrown');
    await who.close();
});
