// Japanese pages in many encodings: what their markup asks for and what they
// say, beside the same page un-gated; and what some of them ask for with
// JavaScript, behind the second wall, since their own scripts make up URLs.

import { readFileSync } from 'node:fs';

import * as tap from './tap.mjs';
import { startSink } from './sink.mjs';
import { pause, url, visitor } from './visitor.mjs';

const TABS = 4;
const pages = JSON.parse(readFileSync(process.env.CG_PAGES, 'utf8'));
const label = (page) => `${page.way} ${page.charset} ${page.name}`;

// What a page says without us, and what our banner says.
const READ = `(() => {
    const ours = [...document.querySelectorAll(
        '#ngx-consent, [data-ngxc-ui]')];
    const banners = document.querySelectorAll('#ngx-consent');
    const banner = banners[0];
    const box = banner && banner.getBoundingClientRect();
    const said = banner && banner.querySelector('h2').textContent
        + banner.querySelector('p').textContent;

    ours.forEach((node) => node.remove());
    return {
        charset: document.characterSet,
        banners: banners.length,
        seen: Boolean(box && box.width > 100 && box.height > 40),
        said: said || '',
        text: (document.body ? document.body.innerText : '')
            .replace(/\\s+/g, ' '),
    };
})()`;


// Each of the pages in one of a few tabs; `visit` gets a tab and a page.
async function each(who, list, visit) {
    const queue = [...list];

    async function tab() {
        const page = await who.context.newPage();

        for (let one = queue.shift(); one; one = queue.shift()) {
            await visit(page, one);
        }
        await page.close();
    }
    await Promise.all(Array.from({ length: TABS }, tab));
}


// A page without the gate may lead away before it is read, or while the next one
// is asked for: then again.
async function read(page, path, tries = 4) {
    try {
        await page.goto(url(path), { waitUntil: 'domcontentloaded' });
        return await page.evaluate(READ);
    } catch (error) {
        if (tries === 1) {
            throw error;
        }
        await pause(100);
        return read(page, path, tries - 1);
    }
}


async function scripted(sink) {
    const who = await visitor(sink);
    const some = pages.filter((one, i) => i % 5 === 0);

    sink.reset();
    await each(who, some, async (page, one) => {
        await page.goto(url(`/second/${one.path}`), { waitUntil: 'load',
            timeout: 8000 }).catch(() => {});
        await pause(60);
    });
    await pause(400);
    tap.empty(sink.requests,
        `${some.length} pages with JavaScript: nobody foreign is asked`);
    tap.is(sink.connections, 0, 'nobody is even connected to');
    await who.close();
}


async function said(sink) {
    const who = await visitor(sink, { js: false });
    const bad = { banner: [], words: [], text: [], charset: [] };
    const words = new Map();
    let long = 0;

    sink.reset();
    await each(who, pages, async (page, one) => {
        one.gated = await read(page, `/${one.path}`);
    });
    await pause(400);
    tap.empty(sink.requests, `${pages.length} pages: nobody foreign is asked`);
    tap.is(sink.connections, 0, 'nobody is even connected to');

    await each(who, pages, async (page, one) => {
        one.bare = await read(page, `/bare/${one.path}`);
    });
    tap.ok(sink.requests.length > pages.length,
        'without the gate, somebody foreign is', sink.requests.length);

    for (const one of pages.filter((p) => p.charset === 'utf-8')) {
        words.set(one.name, one.gated.said);
    }
    for (const one of pages) {
        const { gated, bare } = one;

        if (one.charset === 'unsaid') {
            continue;              // the browser guesses, of more or less text
        }
        long += bare.text.length > 400 ? 1 : 0;
        if (gated.text !== bare.text) {
            let at = 0;

            while (gated.text[at] === bare.text[at]) {
                at++;
            }
            bad.text.push(`${label(one)}: at ${at}: `
                + `${gated.text.slice(at, at + 40)} | `
                + `${bare.text.slice(at, at + 40)}`);
        }
        if (gated.charset !== bare.charset) {
            bad.charset.push(
                `${label(one)}: ${gated.charset}, not ${bare.charset}`);
        }
        if (one.way === 'real') {
            continue;
        }
        if (gated.banners !== 1 || !gated.seen) {
            bad.banner.push(`${label(one)}: ${gated.banners}`);
        }
        if (!gated.said || gated.said !== words.get(one.name)) {
            bad.words.push(`${label(one)}: ${gated.said.slice(0, 60)}`);
        }
    }

    tap.ok(long > pages.length / 2, 'there is text to compare', long);
    tap.empty(bad.banner, 'one banner on every page, to be seen');
    tap.empty(bad.words, 'with the words that it has in UTF-8');
    tap.ok([...words.values()].some((w) => /[\u3041-\u30FF]/.test(w)),
        'Japanese ones', [...words.values()][0]);
    tap.empty(bad.charset, 'each page is read in the encoding that it was in');
    tap.empty(bad.text, 'and says what it says without the gate');
    await who.close();
}


tap.run(async () => {
    const sink = await startSink();

    await said(sink);
    await scripted(sink);
});
