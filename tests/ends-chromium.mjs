// Documents that end in the middle of something, through the gate with a banner
// and into Chromium, with JavaScript and without: a banner that went in is an
// element that is seen, and nothing is asked of anybody but the site.
//
//   node tests/ends-chromium.mjs --insert

import { listen } from '../t/browser/lib/sink.mjs';
import { visitor } from '../t/browser/lib/visitor.mjs';
import { gate } from './gated.mjs';

const HOST = 'www.example.org';
const SHEET = 40;                  // pages side by side in one document
const BANNER = '<section>banner</section>';

const STARTS = [
    '<html>', '<head><title>x</title>', '<head><noscript>',
    '<head><noscript></noscript>', '<head><template>',
    '<head><template></template>', '<html><frameset>', '<html><script>',
    '<html><a href=#m><frameset>', '<body>', '<body><noscript>',
    ...['', 'x</a>', '<noscript><div>', '<noscript></a>', '<template>',
        '<template></a>', '<select>', '<select></a>', '<select><title>',
        '<svg></div>', '<svg><p>', '<svg><title>', '<svg><a></a>', '<svg></a>',
        '<svg><![CDATA[', '<math><mi>', '<table><td>',
        '<video>', '<canvas>', '<object data=/x>', '<textarea>'].map((more) =>
        '<body><a href=#m>' + more),
];

const ENDS = [
    '', '<', '</', '<i', '<img src=//t.example/', '<img src="//t.example/',
    "<img src='//t.example/'", '</b a="', '</noscript', '</noscript>', '<!',
    '<!--', '<!--x--!', '<!d', '<!DOCTYPE', '<!DOCTYPE html PUBLIC "',
    '<!DOCTYPE html>', '<?x', '</ x', '<![CDATA[x]]',
];

const before = STARTS.flatMap((start) => ENDS.map((end) => start + end));
const after = gate(before).map(({ text }) => text);

// ---- the site, and a sink for all others

const heard = [];
const sink = { port: await listen((request, response) => {
    heard.push(`${request.headers.host}${request.url}`);
    response.end();
}) };

function resource(path) {
    const [, page] = /^\/(\d+)$/.exec(path) || [];
    const [, first] = /^\/from(\d+)$/.exec(path) || [];

    return page ? after[page] : first ? '<!DOCTYPE html>'
        + after.slice(Number(first), Number(first) + SHEET).map((_, i) =>
            `<iframe src=/${Number(first) + i}></iframe>`).join('') : '';
}

const port = await listen((request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(resource(request.url));
});

// ---- what is seen

// How many banners each page of a sheet shows.
const count = () => [...document.querySelectorAll('iframe')].map((frame) =>
    [...frame.contentDocument.getElementsByTagNameNS(
        'http://www.w3.org/1999/xhtml', 'section')].filter((section) =>
        section.textContent.startsWith('banner')
        && section.checkVisibility()).length);

let n = 0, failed = 0;

function ok(good, promise) {
    n++;
    failed += good ? 0 : 1;
    console.log(`${good ? 'ok' : 'not ok'} ${n} - ${promise}`);
}

for (const js of [true, false]) {
    const how = js ? 'JavaScript on' : 'JavaScript off';
    const browser = await visitor(sink, { js, host: HOST, port });
    const wrong = [];
    let banners = 0;

    for (let at = 0; at < after.length; at += SHEET) {
        await browser.page.goto(`http://${HOST}/from${at}`,
            { waitUntil: 'load' });
        (await browser.page.evaluate(count)).forEach((seen, i) => {
            const wanted = after[at + i].includes(BANNER) ? 1 : 0;

            banners += wanted;
            if (seen !== wanted) {
                wrong.push(before[at + i]);
            }
        });
    }
    await browser.close();

    wrong.forEach((page) => console.log(`# ${JSON.stringify(page)}`));
    ok(wrong.length === 0 && banners > after.length / 5,
        `${how}: ${banners} of ${after.length} documents that end in the `
        + 'middle of something got a banner, and each of them is seen');
}

heard.forEach((what) => console.log(`# ${what}`));
ok(heard.length === 0, 'and nothing is asked of others for how they end');
console.log(`1..${n}`);
process.exit(failed ? 1 : 0);
