// Under policies of the site's own: no violation of ours, and a banner that
// works.

import * as tap from './tap.mjs';
import { listen } from './sink.mjs';
import { token, until, visitor } from './visitor.mjs';

// Whether a refusal does without a reload under each policy, whether an
// agreement does; the page that is asked for.
const SITES = {
    nonce: { reject: 'here', accept: 'here', page: 'inline' },
    strict: { reject: 'here', accept: 'here', page: 'inline' },
    self: { reject: 'here', accept: 'here', page: 'external' },
    hash: { reject: 'here', accept: 'here', page: 'inline' },
    typed: { reject: 'here', accept: 'again', page: 'inline' },
    both: { reject: 'here', accept: 'here', page: 'external' },
    alone: { reject: 'here', accept: 'here', page: 'inline' },
    seen: { reject: 'here', accept: 'here', page: 'external' },
};


const startVendors = async () => ({
    port: await listen((request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/javascript',
            'Cache-Control': 'no-store' });
        response.end('window.external = 1');
    }),
});


async function under(who, name, { reject, accept, page: file }) {
    const page = who.page;
    const path = `/${name}/${file}.html`;
    const born = () => page.evaluate(() => window.born);
    const broken = [];
    const heard = (message) => {
        if (/Content Security Policy|TrustedScript|requires '/i
            .test(message.text()))
        {
            broken.push(message.text());
        }
    };

    page.on('console', heard);

    const choose = async (choice) => {
        await who.context.clearCookies();
        await who.go(path);

        const before = await born();

        await who.button(choice).click();
        await until(async () => token(await who.jar()));
        await until(async () => await born()
            && !await who.banner().isVisible());
        return before;
    };

    let before = await choose('reject');

    tap.is(token(await who.jar()).cid, '-', `${name}: a refusal`);
    tap.is(await born() === before, reject === 'here',
        `... ${reject === 'here' ? 'in the page' : 'by the form'}`);
    await who.go(path);
    tap.ok(await page.locator('#ngxc-settings').isVisible(),
        '... and the way back on the next page');

    before = await choose('accept');
    tap.ok(await until(() => page.evaluate(() => window.external)),
        '... an agreement, and what was held runs');
    tap.is(await born() === before, accept === 'here',
        `... ${accept === 'here' ? 'in the page' : 'loaded again'}`);
    if (file === 'inline') {
        tap.ok(await until(() => page.evaluate(() => window.inline)),
            '... inline scripts, too');
    }

    await who.context.clearCookies();
    await who.go(path);
    tap.is(await who.banner().evaluate((e) => getComputedStyle(e).position),
        'fixed', '... and the next banner has its style');
    tap.empty(broken, '... and nothing violates the policy');
    page.off('console', heard);
}


tap.run(async () => {
    const who = await visitor(await startVendors());

    for (const [name, what] of Object.entries(SITES)) {
        await under(who, name, what);
    }
    await who.close();
});
