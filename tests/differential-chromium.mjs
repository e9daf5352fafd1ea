// The gate against Chromium itself: pages out of the grammar, through the gate,
// into a browser for which every host but the site leads to a sink.  Not one
// request may arrive there, nor a connection: with JavaScript and without, by
// the parser or by the preload scanner, which no parser of ours can stand for.
//
//   node tests/differential-chromium.mjs [--cases N] [--seconds N] [--seed N]
//        [--odd]       more select, frameset, SVG, MathML
//        [--insert]    with a head insertion and a banner
//        [--control]   first without the gate: then the sink must hear of pages
//
// A leak is named with its page's seed and cut down to what it needs.

import { setTimeout as pause } from 'node:timers/promises';

import { listen } from '../t/browser/lib/sink.mjs';
import { visitor } from '../t/browser/lib/visitor.mjs';
import { gate, option, reduce } from './gated.mjs';
import { numberOf, page } from './grammar.mjs';

const HOST = 'www.example.org';
const OWN = ['example.org', '*.example.org', '*.example-cdn.net'];
const BATCH = 240;
const SHEET = 30;                  // pages side by side in one document
const TABS = 3;
const COPIES = 6;                  // of a page, when it is cut down
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIB'
    + 'RAA7', 'base64');

const seconds = option('seconds', Infinity);
const wanted = option('cases', seconds === Infinity ? 3000 : Infinity);
const seed = option('seed', Date.now() % 2 ** 31);
const odd = process.argv.includes('--odd');
const control = process.argv.includes('--control');

// ---- who hears of pages

const heard = new Map();           // number: what was asked for
const unknown = [];                // what bears no number
const silent = new Set();          // sockets without a byte so far

function hear(text, referer) {
    const number = numberOf(text) ?? /\/p\/(\d+)/.exec(referer)?.[1];

    if (number === undefined) {
        unknown.push(text);
    } else {
        heard.set(Number(number), [...heard.get(Number(number)) || [], text]);
    }
}

function sinkAnswer(request, response) {
    hear(`${request.method} ${request.headers.host}${request.url}`,
        request.headers.referer);
    request.resume();
    response.writeHead(200, { 'Content-Type': 'text/html',
        'Access-Control-Allow-Origin': '*', 'Cache-Control': 'no-store' });
    response.end();
}

function connected(socket) {
    silent.add(socket);
    socket.once('readable', () => silent.delete(socket));
}

function forget() {
    heard.clear();
    unknown.length = 0;
    silent.clear();
}

// ---- the site: pages, and sheets that show many of them at once

const pages = new Map();           // number: HTML

const sheet = (list) => '<!DOCTYPE html><style>iframe{position:absolute;top:0;'
    + 'left:0;width:300px;height:200px}</style>'
    + list.map((path) => `<iframe src="${path}"></iframe>`).join('');

const TYPES = { script: ['text/javascript', ''], style: ['text/css', ''],
                image: ['image/gif', GIF] };

function resource(path, dest) {
    const [, number] = /^\/p\/(\d+)\.html(\?c\d+)?$/.exec(path) || [];
    const [, list] = /^\/sheet\?(.*)/.exec(path) || [];

    return number ? ['text/html; charset=utf-8', pages.get(Number(number))]
        : list ? ['text/html', sheet(list.split(',').map((one, i) =>
            `/p/${one}.html?c${i}`))]
        : TYPES[dest] || ['text/html', ''];
}

async function siteAnswer(request, response) {
    const [type, body] = resource(request.url,
        request.headers['sec-fetch-dest']);

    if (/^\/g\/collect([/?]|$)/.test(request.url)) {
        hear(`${request.method} ${request.url}`, request.headers.referer);
    }
    request.resume();
    if (request.url === '/slow.js') {
        await pause(60);
    }
    response.writeHead(200, { 'Content-Type': type,
        'Referrer-Policy': 'unsafe-url', 'Cache-Control': 'no-store' });
    response.end(body ?? '');
}

// ---- browsers

const sink = { port: await listen(sinkAnswer, { connected, named: hear }) };
const port = await listen(siteAnswer);
const browsers = [];

for (const js of [true, false]) {
    browsers.push({
        how: js ? 'JavaScript on' : 'JavaScript off',
        ...await visitor(sink, { js, host: HOST, port, own: OWN }),
    });
}

async function load(tab, path, scheme = 'http') {
    await tab.goto(`${scheme}://${HOST}${path}`,
        { waitUntil: 'load', timeout: 60000 }).catch(() => {});
    await pause(300);
    await tab.goto('about:blank').catch(() => {});
}

// Speculation rules are the outermost document's only.
const isAlone = (text) => /speculationrules/i.test(text);

function paths(numbers) {
    const alone = numbers.filter((n) => isAlone(pages.get(n)));
    const side = numbers.filter((n) => !isAlone(pages.get(n)));
    const list = alone.map((n) => `/p/${n}.html`);

    for (let at = 0; at < side.length; at += SHEET) {
        list.push(`/sheet?${side.slice(at, at + SHEET).join(',')}`);
    }
    return list;
}

async function show(browser, list) {
    const queue = [...list];

    await Promise.all(Array.from({ length: TABS }, async () => {
        const tab = await browser.context.newPage();

        for (let path = queue.shift(); path; path = queue.shift()) {
            await load(tab, path, queue.length % 2 ? 'https' : 'http');
        }
        await pause(200);
        await tab.close();
    }));
}

const quiet = () => heard.size + unknown.length + silent.size === 0;

// Which of these pages are heard of.  Where a connection does not say whose it
// is, page after page.
async function listenTo(browser, numbers) {
    forget();
    await show(browser, paths(numbers));

    const found = new Map(heard);

    if (unknown.length + silent.size && !control) {
        for (const number of numbers.filter((n) => !found.has(n))) {
            forget();
            await load(browser.page, `/p/${number}.html`);
            if (!quiet()) {
                found.set(number, [...heard.values()].flat().concat(unknown,
                    silent.size ? ['a connection'] : []));
            }
        }
    }
    return found;
}

// Whether any of some copies of this page is heard of, whatever its number.
async function isHeard(browser, text) {

    pages.set(0, gate([text])[0].text);
    forget();
    await load(browser.page, isAlone(text) ? '/p/0.html'
        : `/sheet?${Array(COPIES).fill(0).join(',')}`, 'https');
    if (quiet()) {
        await load(browser.page, '/p/0.html');
    }
    return !quiet();
}

// ---- the run

async function compare(numbers, gated) {
    const made = numbers.map((n) => page(n, { odd }));
    const texts = made.map((pieces) => pieces.join(''));

    pages.clear();
    (gated ? gate(texts).map(({ text }) => text) : texts).forEach((text, i) =>
        pages.set(numbers[i], text));

    const found = [];
    for (const browser of browsers) {
        for (const [number, what] of await listenTo(browser, numbers)) {
            found.push({ browser, number, what });
        }
    }
    return found;
}

let count = 0, failed = 0;

function ok(good, promise) {
    count++;
    failed += good ? 0 : 1;
    console.log(`${good ? 'ok' : 'not ok'} ${count} - ${promise}`);
}

async function tell({ browser, number, what }) {
    const pieces = page(number, { odd });

    console.log(`# leak: seed ${number}, ${browser.how}: ${what.join(', ')}`);
    console.log(`#   ${JSON.stringify(pieces.join(''))}`);
    if (await isHeard(browser, pieces.join(''))) {
        console.log(`#   cut down: ${JSON.stringify(await reduce(pieces,
            (text) => isHeard(browser, text)))}`);
    }
}

const until = Date.now() + seconds * 1000;
let cases = 0;
let leaks = [];

console.log(`# seed ${seed}`);

if (control) {
    const numbers = Array.from({ length: Math.min(BATCH, wanted) },
        (_, i) => seed + i);
    const found = await compare(numbers, false);

    for (const browser of browsers) {
        const n = found.filter((one) => one.browser === browser).length;

        ok(n >= numbers.length / 5, `${browser.how}: without the gate, ${n} of `
            + `${numbers.length} pages are heard of`);
    }
}

while (cases < wanted && Date.now() < until && leaks.length < 10) {
    const numbers = Array.from({ length: Math.min(BATCH, wanted - cases) },
        (_, i) => seed + cases + i);
    const found = await compare(numbers, true);

    cases += numbers.length;
    for (const leak of found) {
        await tell(leak);
    }
    leaks = leaks.concat(found);
}

ok(leaks.length === 0, `${cases} pages: nothing of what leaves the gate is `
    + 'heard of elsewhere');
console.log(`1..${count}`);
await Promise.all(browsers.map((browser) => browser.close()));
process.exit(failed ? 1 : 0);
