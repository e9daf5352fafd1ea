// Placeholders: where the frame was, as large as it; show once and always
// allow, by forms and by script; nothing of a vendor's before.

import { readFileSync } from 'node:fs';

import * as reach from './reach.mjs';
import * as tap from './tap.mjs';
import { startSink } from './sink.mjs';
import { again, records, token, until, url, visitor } from './visitor.mjs';

const AXE = readFileSync(process.env.CG_AXE, 'utf8');
const RULES = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa',
    'wcag22aa'], rules: { 'target-size': { enabled: true } },
    resultTypes: ['violations'], preload: false };

const SHOWN = ['wide', 'box', 'small'];

const all = [/wide/, /box/, /embed/, /object/];

const inside = (who, id) => who.page.frameLocator(`#${id}`);
const show = (who, id) => inside(who, id)
    .getByRole('button', { name: 'Show once' });
const always = (who, id) => inside(who, id)
    .getByRole('button', { name: /^Always allow/ });

// Boxes of the frames, and what they push around.
const boxes = (page) => page.evaluate((ids) => ids.concat('end').map((id) => {
    const node = document.getElementById(id) || document.body.lastElementChild;
    const { x, y, width, height } = node.getBoundingClientRect();

    return [id, x + scrollX, y + scrollY, width, height].join(' ');
}), SHOWN);

const violations = async (frame) => {
    await frame.evaluate(AXE);
    return frame.evaluate(async (rules) => (await axe.run('html', rules))
        .violations.flatMap((v) => v.nodes.map((n) =>
            `${v.id}: ${n.target.join(' ')}: ${n.failureSummary}`)), RULES);
};


// ---- forms alone

async function byForm(sink) {
    const who = await visitor(sink, { js: false });

    await who.go('/plain/page.html');
    const plain = await boxes(who.page);

    sink.reset();
    await who.go('/page.html');
    await who.settle(300);
    tap.is((await boxes(who.page)).slice(0, 3).join('\n'),
        plain.slice(0, 3).join('\n'),
        'placeholders have the frames\' places and sizes');
    tap.is(await inside(who, 'wide').locator('h1').innerText(),
        'Content from Ads Co', 'and name the service');
    tap.is(await who.page.locator('#dot[srcdoc]').count(), 0,
        'but for a frame that nobody would have seen');
    tap.is(await who.page.locator('iframe[data-ngxc-ui]').count(), 2,
        'embed and object have frames of ours');
    tap.is(sink.connections, 0, 'nothing leaves before the choice');

    await show(who, 'wide').click();
    await who.page.waitForURL('**/.consent/show');
    await until(() => sink.requests.length > 0);
    await who.settle(300);
    tap.is(sink.requests.join(), 'GET video.ads.example/wide?a=1&b=2',
        'show once: that frame is shown, and nothing else');
    tap.is((await who.jar()).length, 0, 'no cookie is set');
    tap.is(records().length, 0, 'Redis has no record of anybody');

    sink.reset();
    await who.page.getByRole('link', { name: 'Back' }).click();
    await who.page.waitForURL('**/page.html');
    await who.settle(300);
    tap.empty(sink.requests, 'back on the page it is held again');

    await again(who.page, () => always(who, 'box').click());
    tap.ok(await until(() => all.every((name) => sink.saw(name).length)),
        'always allow: all frames of that purpose are there', ...sink.requests);
    tap.is((token(await who.jar()) || {}).bits, '2', 'it is granted alone');
    tap.empty(sink.saw(/maps/), 'what nobody declared stays held');
    await who.close();
}


// ---- with a script

async function inPlace(sink) {
    const who = await visitor(sink);

    await who.go('/page.html');
    const born = await who.page.evaluate(() => window.born);
    const steps = await who.page.evaluate(() => history.length);
    const before = await boxes(who.page);

    sink.reset();
    await show(who, 'box').click();
    tap.ok(await until(() => sink.requests.length), 'script: it is shown');
    await who.settle(300);
    tap.is(sink.requests.join(), 'GET video.ads.example/box',
        'script: that frame, once, and nothing else');
    tap.is(await who.page.evaluate(() => window.born), born,
        'script: in its place, without a reload');
    tap.is(await who.page.evaluate(() => document.getElementById('box')
        .getAttributeNames().sort().join()), 'height,id,sandbox,src,width',
        'script: with the attributes that the site gave it, its sandbox too');
    tap.is(await who.page.evaluate(() => history.length), steps,
        'script: no step back to the placeholder');
    tap.is((await boxes(who.page)).join('\n'), before.join('\n'),
        'script: nothing has moved');
    tap.is(await who.page.evaluate(() => moved), 0, 'script: CLS 0');
    tap.is((await who.jar()).length + records().length - 1, 0,
        'script: no cookie, no record more');

    sink.reset();
    await who.page.locator('iframe[data-ngxc-ui]').first().scrollIntoViewIfNeeded();
    const own = who.page.frameLocator('iframe[data-ngxc-ui] >> nth=0');
    await own.getByRole('button', { name: 'Show once' }).click();
    await until(() => sink.saw(/embed/).length);
    tap.is(sink.requests.join(), 'GET video.ads.example/embed',
        'script: an embed');
    tap.is(await who.page.locator('iframe[data-ngxc-ui]').count(), 1,
        'script: our frame before it has gone');

    const choices = [];

    who.page.on('request', (r) => {
        if (/choice$/.test(r.url())) {
            choices.push(r.headers()['content-type']);
        }
    });
    await who.go('/asking.html');
    sink.reset();
    await always(who, 'wide').click();
    await until(() => sink.saw(/wide/).length && sink.saw(/object/).length);
    tap.ok(sink.saw(/wide/).length > 0, 'script: always allow opens it');
    await until(() => choices.length);
    tap.is(choices.join(), 'application/json',
        'script: as a choice like any other, made by the page\'s client');
    tap.is((token(await who.jar()) || {}).bits, '2',
        'script: which grants that purpose');
    tap.empty(who.errors, 'script: nothing is thrown');
    await who.close();
}


async function strict(sink) {
    const who = await visitor(sink);

    sink.reset();
    await who.go('/nonce.html');
    await who.settle(300);
    tap.is(await inside(who, 'wide').locator('button').first().evaluate(
        (b) => getComputedStyle(b).borderRadius), '6px',
        'strict policy: the placeholder has its style');
    await show(who, 'wide').click();
    tap.ok(await until(() => sink.requests.length),
        'strict policy: and its script');
    tap.is(new URL(who.page.url()).pathname, '/nonce.html',
        'strict policy: in its place');
    tap.empty(who.errors.filter((e) => !/maps\.example/.test(e)),
        'strict policy: no violation');

    sink.reset();
    await who.go('/bare.html');
    await show(who, 'wide').click();
    tap.ok(await until(() => sink.requests.length)
        && new URL(who.page.url()).pathname === '/bare.html',
        'a policy that lets nothing in: likewise');
    tap.empty(who.errors.filter((e) => /'https?:[^' ]*\/\.consent\//.test(e)),
        'a policy that lets nothing in: ours is not among the violations');
    who.errors.length = 0;

    sink.reset();
    await who.go('/enforced.html');
    await show(who, 'wide').click();
    await who.page.waitForURL('**/.consent/show');
    tap.ok(await until(() => sink.requests.length),
        'behind the second wall it is shown on a page of ours');
    tap.empty(who.errors, 'without a violation');
    for (const colorScheme of ['light', 'dark']) {
        await who.page.emulateMedia({ colorScheme });
        tap.empty(await violations(who.page.mainFrame()),
            `the page that shows it, ${colorScheme}: axe finds nothing`);
    }
    await who.close();
}


// What stands beside, within or around a frame is no part of it.
async function trap(sink) {
    const who = await visitor(sink);

    await who.go('/trap.html');
    tap.is(await who.page.locator('#forged[srcdoc]').count(), 0,
        'a frame with marks that the page brings has no placeholder');

    sink.reset();
    await who.page.frameLocator('object > iframe').first()
        .getByRole('button', { name: 'Show once' }).click();
    await until(() => sink.requests.length);
    await who.settle(300);
    tap.is(sink.requests.join(), 'GET video.ads.example/shown',
        'show once: an object, and nothing that it holds');
    await who.close();
}


// ---- with everything else

async function released(sink) {
    const who = await visitor(sink);

    await who.go('/asking.html');
    const born = await who.page.evaluate(() => window.born);

    sink.reset();
    await who.button('accept').click();
    await until(() => all.every((name) => sink.saw(name).length));
    tap.is(await who.page.evaluate(() => window.born), born,
        'accept: without a reload');
    tap.is(sink.requests.filter((r) => /embed|object|box|wide/.test(r)).sort()
        .map((r) => r.replace(/.*\//, '')).join(), 'box,embed,object,wide?a=1&b=2',
        'accept: each frame is loaded, once');
    tap.is(await who.page.evaluate(() => document.querySelectorAll(
        'iframe[data-ngxc-ui], [data-ngxc-purpose], [srcdoc]:not(#small)').length),
        0, 'accept: and nothing of ours is left');
    await who.close();
}


// ---- for everybody

async function readable(sink) {
    const who = await visitor(sink);
    const looks = {
        light: { colorScheme: 'light' }, dark: { colorScheme: 'dark' },
        'forced colours': { colorScheme: 'light', forcedColors: 'active' },
    };

    await who.go('/page.html');
    for (const [name, media] of Object.entries(looks)) {
        await who.page.emulateMedia(media);
        for (const id of SHOWN) {
            const handle = await who.page.locator(`#${id}`).elementHandle();
            const frame = await handle.contentFrame();

            tap.empty([...await violations(frame),
                ...await frame.evaluate(reach.small, 'body')],
                `${id}, ${name}: axe finds nothing, nothing too small`);
            tap.is(await frame.evaluate(() => document.documentElement
                .scrollWidth <= innerWidth), true, `${id}, ${name}: not too wide`);
        }
    }
    await who.close();
}


tap.run(async () => {
    const sink = await startSink();

    await byForm(sink);
    await inPlace(sink);
    await strict(sink);
    await trap(sink);
    await released(sink);
    await readable(sink);
});
