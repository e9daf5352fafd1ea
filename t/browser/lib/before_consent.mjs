// Everything that carries a tracker, un-gated and gated.

import * as tap from './tap.mjs';
import { startSink } from './sink.mjs';
import { GATED, pause, until, url, visitor } from './visitor.mjs';

const CHARSETS = process.env.CG_CHARSETS.split(' ');
const PAGES = ['all', 'base', 'refresh'];

// What of it one page has alone.
const ALONE = { base: ['base'], refresh: ['refresh'] };

// What a browser asks for by itself, with scripts and without; comments that
// are comments are there to be left alone.
const ALWAYS = ['base', 'comment-shut', 'css', 'frame', 'img', 'import', 'link',
    'refresh', 'revealed', 'sheet', 'source', 'srcset', 'style', 'svg'];
const BY_SCRIPT = ['appended', 'async', 'preload', 'script', 'template'];
const WITHOUT = ['noscript'];

const live = (js) => [...ALWAYS, ...js ? BY_SCRIPT : WITHOUT].sort();

const seen = (sink) => [...new Set(sink.requests
    .map((r) => (/\/b1-([\w-]+)/.exec(r) || [])[1]).filter(Boolean))].sort();


async function walk(who, charset, wait) {
    for (const name of PAGES) {
        await who.page.goto(url(`/${charset}/${name}.html`),
            { waitUntil: 'load' }).catch(() => {});
        await wait(name);
    }
}


// Whatever is live un-gated is seen there, or the test is blind.  Each page is
// left once all of it was.
async function control(sink, js) {
    const who = await visitor(sink, { js,
        port: Number(process.env.CG_PORT_ORIGIN) });

    const others = live(js).filter((n) => !Object.values(ALONE).flat()
        .includes(n));

    sink.reset();
    await walk(who, CHARSETS[0], (name) => until(() => (ALONE[name] || others)
        .every((n) => seen(sink).includes(n))));
    tap.is(seen(sink).join(' '), live(js).join(' '), `un-gated, JavaScript ${
        js ? 'on' : 'off'}: every carrier that is live calls the tracker`);
    if (js) {
        tap.ok((await who.names()).some((n) => GATED.test(n)),
            'un-gated: and its cookie is in the jar');
    }
    await who.close();
}


async function gated(sink, js) {
    const who = await visitor(sink, { js });
    const how = `JavaScript ${js ? 'on' : 'off'}`;
    const asked = [];
    const read = [];

    for (const charset of CHARSETS) {
        sink.reset();
        await walk(who, charset, async () => {
            read.push(await who.page.title() === '計測');
            asked.push(await who.banner().isVisible());
            await pause(300);
        });
        tap.empty(sink.requests, `${charset}, ${how}: 0 requests`);
        tap.is(sink.connections, 0, `${charset}, ${how}: 0 TCP connections`);
    }
    tap.ok(read.every(Boolean), `${how}: each page is read in its encoding`);
    tap.ok(asked.every(Boolean), `${how}: and each one asks`);
    tap.empty((await who.names()).filter((n) => GATED.test(n)),
        `${how}: no tracking cookie in the jar`);
    await who.close();
}


tap.run(async () => {
    const sink = await startSink();

    for (const js of [true, false]) {
        await control(sink, js);
        await gated(sink, js);
    }
});
