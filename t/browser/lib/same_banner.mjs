// The banner of a plain page, and that of pages which make it hard.

import * as tap from './tap.mjs';
import { listen } from './sink.mjs';
import { open, token, until, url, visitor } from './visitor.mjs';

const CHARSETS = process.env.CG_CHARSETS.split(' ');
const POLICIES = process.env.CG_POLICIES.split(' ');

// Those of the site's own elements that its policy forbids, whatever we do.
const OWN = { self: 2, report: 2 };

// Nor does a policy know the vendor's.
const TAG = /analytics\.example/;


// Before anything of the page: what it violates, by whom.
function watch() {
    window.violated = [];
    document.addEventListener('securitypolicyviolation', (e) => {
        window.violated.push(`${e.effectiveDirective} ${e.blockedURI} ${e.sample}`);
    });
}

// Every element of the banner: its words, its box, all that is computed of it.
function look() {
    const root = document.getElementById('ngx-consent');

    return [root, ...root.querySelectorAll('*')].map((e) => {
        const { x, y, width, height } = e.getBoundingClientRect();
        const style = getComputedStyle(e);

        return [e.localName, e.children.length ? '' : e.textContent,
            [x, y, width, height].join(),
            [...style].map((p) => style.getPropertyValue(p)).join('|')].join('\n');
    });
}


const violations = (page) => until(() => page.evaluate(() =>
    document.readyState === 'complete' && window.violated));

async function choose(who, choice) {
    await who.button(choice).click();
    await until(async () => token(await who.jar())
        && await who.page.locator('#ngxc-settings').isVisible());

    const cid = token(await who.jar())?.cid;

    return choice === 'reject' ? cid === '-' : Boolean(cid) && cid !== '-';
}


async function same(who, name, plain) {
    await who.context.clearCookies();
    await who.page.mouse.move(0, 0);
    await open(who.page, url(`/${name}/page.html`));

    const seen = await who.page.evaluate(look);
    const other = seen.filter((e, i) => e !== plain[i]);

    tap.ok(seen.length === plain.length && other.length === 0,
        `${name}: the same banner, to the letter and the pixel`,
        ...other.slice(0, 2));
    tap.is(await who.page.title(), '計測', `${name}: in the page as it was`);
}


// What the site's own elements violate is theirs; ours violate nothing.
async function obeys(who, name, when) {
    const all = (await violations(who.page)).filter((v) => !TAG.test(v));

    tap.ok(all.length === (OWN[name] || 0),
        `${name}: ${when}, nothing of ours violates the policy`, ...all);
}


tap.run(async () => {
    const port = await listen((request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/javascript' });
        response.end();
    });
    const who = await visitor({ port });

    await who.context.addInitScript(watch);
    await who.page.goto(url('/utf-8/page.html'));
    const plain = await who.page.evaluate(look);

    tap.ok(plain.length > 20 && plain.some((e) => /\u3042|[\u3041-\u30FF]/.test(e)),
        'there is a banner to compare with');

    for (const name of [...CHARSETS, ...POLICIES]) {
        for (const choice of ['reject', 'accept']) {
            await same(who, name, plain);
            await obeys(who, name, 'undecided');
            tap.ok(await choose(who, choice), `${name}: ${choice} works`);
            await obeys(who, name, `${choice}ed`);
            await open(who.page, url(`/${name}/page.html`));
            tap.ok(await who.page.locator('#ngxc-settings').isVisible(),
                `${name}: and the next page shows the way back`);
            await obeys(who, name, `${choice}ed, on the next page`);
        }
    }
    await who.close();
});
