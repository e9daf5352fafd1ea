// The second wall: calls of the site's own scripts, enforced, only reported,
// and after a grant.

import * as tap from './tap.mjs';
import { startSink } from './sink.mjs';
import { again, open, pause, until, url, visitor } from './visitor.mjs';

const GA = /www\.google-analytics\.com\/([\w-]+)/;

const called = (sink) => new Set(sink.requests
    .map((r) => (GA.exec(r) || [])[1]).filter(Boolean));


// What a grant does not open: a worker's script, over plain http, is told the
// least, and no <base> may lead to a vendor.
const STAYS = ['base', 'own-worker', 'own-worker-script'];


// What the page's calls come to; `all` that it made.  All of them are waited
// for, but those of `held`; and a while longer, where there are some.
async function load(who, sink, path, held) {
    sink.reset();
    await open(who.page, url(path), { waitUntil: 'domcontentloaded' });
    const all = await who.page.evaluate(() => window.calls);
    const live = all.filter((name) => held && !held.includes(name));

    await until(() => live.every((name) => called(sink).has(name)));
    if (live.length < all.length) {
        await pause(1500);
    }
    return { all, got: called(sink) };
}


async function works(page, how) {
    const got = await page.evaluate(async () => ({
        inline: window.inline, external: window.external,
        handler: window.handler, evaluated: window.evaluated,
        blob: await window.blob, work: await window.work,
        fetched: await window.fetched,
        style: getComputedStyle(document.getElementById('a')).color,
        attribute: getComputedStyle(document.getElementById('a')).marginLeft,
        sheet: getComputedStyle(document.getElementById('b')).color,
        image: document.getElementById('i').naturalWidth,
        data: document.getElementById('d').naturalWidth,
        frame: document.getElementById('f').contentDocument
            .querySelector('#frame').textContent,
    }));

    tap.is(JSON.stringify(got), JSON.stringify({
        inline: 1, external: 1, handler: 1, evaluated: 2, blob: 1, work: 2,
        fetched: true, style: 'rgb(1, 2, 3)', attribute: '7px',
        sheet: 'rgb(4, 5, 6)', image: 9, data: 1, frame: 'frame',
    }), `${how}: what is the site's own works as ever`);
}


tap.run(async () => {
    const sink = await startSink();
    const who = await visitor(sink);

    // Chromium connects for a frame before it asks the policy
    const list = (await load(who, sink, '/calls.html#none')).all;
    const others = list.filter((name) => !/^(frame|form)$/.test(name));

    await load(who, sink, `/calls.html?#${others}`);
    tap.is(sink.connections, 0,
        'enforced: no TCP connection, but for frames that a script makes');
    await load(who, sink, '/calls.html');
    tap.ok(list.length > 30, 'there are calls to try');
    tap.empty(sink.requests, 'enforced: not one call of a script leaves');
    tap.ok(await who.banner().isVisible(), 'the banner stands');
    tap.is(await who.banner().evaluate((e) => getComputedStyle(e).position),
        'fixed', 'with its style');

    const loose = await load(who, sink, '/report/calls.html', []);
    const missed = loose.all.filter((name) => !loose.got.has(name));

    tap.diag(`reported only: ${loose.got.size} of ${loose.all.length} calls `
        + `are seen; not: ${missed.join(' ')}`);
    tap.empty(missed, 'reported only: every call is live');

    sink.reset();
    await who.go('/own.html');
    await works(who.page, 'enforced');
    tap.ok(await until(() => sink.saw(/static\.kitayama.*sub-image/).length
        && sink.saw(/live\.kitayama.*sub-socket/).length),
        'so do its other hosts, WebSockets too', ...sink.requests);

    sink.reset();
    await who.go('/nonce/calls.html');
    tap.is(await who.banner().evaluate((e) => getComputedStyle(e).position),
        'fixed', "under a strict policy of the site's the banner has its style");
    const ours = who.errors.filter((e) => /nonce\/calls/.test(e)
        && /inline/i.test(e));
    tap.empty(ours, 'and nothing of ours violates it');

    await who.go('/own.html');
    await again(who.page, () => who.button('accept').click());
    const granted = await load(who, sink, '/calls.html', STAYS);
    const held = granted.all.filter((name) => !granted.got.has(name));

    tap.is(held.join(' '), STAYS.join(' '), 'after a grant the calls leave');
    await who.go('/own.html');
    await works(who.page, 'granted');
    await pause(200);
    await who.close();
});
