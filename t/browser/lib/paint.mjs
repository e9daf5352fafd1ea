// When the banner is painted, and what it does to the paint of the page.

import { writeFileSync } from 'node:fs';

import * as tap from './tap.mjs';
import { startSink } from './sink.mjs';
import { until, url, visitor } from './visitor.mjs';

const LOADS = 9;
const PROMISED = 50;             // ms
const CERTAIN = 250;             // whatever else the machine does


// What the browser measures, from the start of each page.
function observe() {
    window.paint = { first: 0, largest: [], shifts: [] };
    const on = (type, take) => new PerformanceObserver((list) =>
        list.getEntries().forEach(take)).observe({ type, buffered: true });

    on('paint', (e) => {
        if (e.name === 'first-contentful-paint') {
            window.paint.first = e.startTime;
        }
    });
    on('largest-contentful-paint', (e) => window.paint.largest.push({
        at: e.startTime, what: e.element?.localName || '',
        ours: Boolean(e.element?.closest('#ngx-consent')) }));
    on('layout-shift', (e) => window.paint.shifts.push({ value: e.value,
        asked: e.hadRecentInput }));
}

const paint = (page) => page.evaluate(() => window.paint);

const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];

const ms = (n) => n.toFixed(1);

async function person(sink, port) {
    const who = await visitor(sink, { port });

    await who.context.addInitScript(observe);
    return who;
}


// The banner's text is the largest of what the first packet of a page has to
// show, so that the browser names it if it was in the first paint.
async function first(who) {
    const { page } = who;

    await page.goto(url('/slow'), { waitUntil: 'commit' });
    await until(async () => {
        const { first: at, largest } = await paint(page);

        return at && largest.length;
    });

    const early = await paint(page);
    const box = await who.banner().boundingBox();
    const complete = await page.evaluate(() => document.readyState);

    tap.is(complete, 'loading', 'the rest of the page has yet to come');
    tap.ok(early.largest[0]?.ours, 'the first paint shows the banner',
        early);
    tap.is(early.largest[0]?.at, early.first, '... and is the first with content');
    tap.ok(await who.button('reject').isVisible()
        && await who.button('accept').isVisible(), '... and both its buttons');

    writeFileSync(process.env.CG_GO, '');
    await page.waitForLoadState();
    tap.is(JSON.stringify(await who.banner().boundingBox()),
        JSON.stringify(box), 'when the rest has come it stands where it stood');
}


// What was changed is on the screen, and told to whom observes it.
const painted = (page) => page.evaluate(() => new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));
}));

const shifted = (shifts) => shifts.filter((s) => !s.asked)
    .map((s) => `shifted by ${s.value}`);

// Whatever the visitor does, and however far down he is.
async function still(who) {
    const { page } = who;

    for (const [width, height] of [[1280, 800], [320, 640]]) {
        await page.setViewportSize({ width, height });
        await page.goto(url('/'));
        await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
        await page.locator('#ngx-consent summary').click();
        await page.locator('#ngx-consent summary').click();
        await painted(page);
        tap.empty(shifted((await paint(page)).shifts),
            `${width} px: a page with the banner shifts nothing, CLS is 0`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(url('/'));
    await page.evaluate(() => ngxConsent.rejectAll());
    await until(async () => !await who.banner().isVisible());
    await painted(page);
    tap.empty(shifted((await paint(page)).shifts),
        'nor when it goes, though nobody has touched the page');
    await who.context.clearCookies();
}


// When the page's largest paint came, its picture's.
async function largest(who) {
    await who.page.goto(url('/'));

    return until(async () => {
        const { at, what } = (await paint(who.page)).largest.pop() || {};

        return what === 'img' && at;
    });
}

async function compare(gated, bare) {
    const [with_, without] = [[], []];

    for (let i = 0; i < LOADS; i++) {
        for (const [who, list] of i % 2 ? [[gated, with_], [bare, without]]
            : [[bare, without], [gated, with_]])
        {
            list.push(await largest(who));
        }
    }

    const late = median(with_) - median(without);

    tap.ok([...with_, ...without].every(Boolean),
        "the largest paint is that of the page's picture");
    tap.diag(`largest contentful paint, median of ${LOADS}: `
        + `${ms(median(with_))} ms with the banner, ${ms(median(without))} `
        + `without: ${ms(late)} later, ${PROMISED} promised`);
    tap.ok(late < CERTAIN, 'it comes no later for the banner');
}


tap.run(async () => {
    const sink = await startSink();
    const gated = await person(sink);
    const bare = await person(sink, Number(process.env.CG_PORT_BARE));

    await first(gated);
    await still(gated);
    await compare(gated, bare);
    await gated.close();
    await bare.close();
});
