// The report of consentctl as a reader meets it: on a screen, in the dark, on a
// phone, on paper.  CG_REPORT is the file; CG_SHOTS, if set, a prefix for
// pictures to look at.

import { pathToFileURL } from 'node:url';

import { chromium } from 'playwright-core';

import { is, ok, run } from './tap.mjs';
import { PATIENCE } from './visitor.mjs';

const env = process.env;
const address = pathToFileURL(env.CG_REPORT).href;
let browser;

async function open(name, { width, scheme = 'light', media = 'screen' }) {
    const page = await browser.newPage({
        viewport: { width, height: 900 }, colorScheme: scheme,
    });
    const asked = [], said = [];

    page.setDefaultTimeout(PATIENCE);
    page.on('request', (r) => asked.push(r.url()));
    page.on('console', (m) => said.push(m.text()));
    page.on('pageerror', (e) => said.push(String(e)));

    await page.emulateMedia({ media, colorScheme: scheme });
    await page.goto(address, { waitUntil: 'load' });

    is(asked.filter((u) => u !== address).join(' '), '',
        `${name}: the page asks for nothing but itself`);
    is(said.join('\n'), '', `${name}: no complaint in the console`);

    const over = await page.evaluate(() => {
        const room = document.documentElement.clientWidth;
        const out = document.documentElement.scrollWidth > room ? ['page'] : [];

        for (const e of document.querySelectorAll('body *')) {
            const box = e.getBoundingClientRect();

            if (!e.closest('.scroll, .x') && box.right > room + 1) {
                out.push(`${e.tagName}.${e.className}`);
            }
        }
        return out;
    });
    is(over.join(' '), '', `${name}: nothing runs out of ${width} pixels`);

    if (width > 700) {
        is(await page.evaluate(() => [...document.querySelectorAll('.scroll')]
            .filter((e) => e.scrollWidth > e.clientWidth)
            .map((e) => e.ariaLabel).join(', ')), '',
        `${name}: every column of every table is seen`);
    }

    if (env.CG_SHOTS) {
        await page.screenshot({ path: `${env.CG_SHOTS}${name}.png`,
            fullPage: true });
    }
    return page;
}

// What a text stands out from its ground, by WCAG 2.2.
const CONTRAST = () => {
    const canvas = document.createElement('canvas').getContext('2d');
    const rgb = (c) => {
        canvas.fillStyle = c;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = (c) => rgb(c).map((v) => v / 255)
        .map((v) => (v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4))
        .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
    const ground = light(getComputedStyle(document.documentElement)
        .backgroundColor);
    const weak = new Set();

    for (const e of document.querySelectorAll('body *:not(svg *)')) {
        const own = [...e.childNodes].some((n) => n.nodeType === 3
            && n.data.trim());
        const l = light(getComputedStyle(e).color);
        const ratio = (Math.max(l, ground) + .05) / (Math.min(l, ground) + .05);

        if (own && ratio < 4.5) {
            weak.add(`${e.tagName}.${e.className} ${ratio.toFixed(2)}`);
        }
    }
    return [...weak].join(', ');
};

run(async () => {
    browser = await chromium.launch({
        executablePath: env.CG_CHROMIUM || '/usr/bin/chromium',
        headless: true,
        timeout: 2 * PATIENCE,
        args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    });

    for (const scheme of ['light', 'dark']) {
        const page = await open(scheme, { width: 1280, scheme });

        is(await page.evaluate(CONTRAST), '',
            `${scheme}: all text has a contrast of 4.5 to 1`);

        if (scheme === 'light') {
            is(await page.locator('script, link, img, iframe, object').count(), 0,
                'no script, no element that loads anything');
            is(await page.evaluate(() => [...document.querySelectorAll('svg')]
                .filter((s) => !s.querySelector('title')?.textContent
                    || !s.querySelector('desc')?.textContent
                    || s.getAttribute('role') !== 'img').length), 0,
            'each chart has a title and says what it shows');
            is(await page.evaluate(() => {
                const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
                return ids.length - new Set(ids).size;
            }), 0, 'no id is there twice');
            is(await page.locator('#questions tbody tr').count(), 12,
                'the twelve questions stand in it');
            is(await page.evaluate(() => [...document.querySelectorAll('table')]
                .filter((t) => !t.caption || !t.tHead).length), 0,
            'each table has a caption and a head');
            ok((await page.content()).length < 400000, 'it is a small file');
        }
        await page.close();
    }

    await (await open('phone', { width: 360 })).close();

    const paper = await open('print', { width: 718, media: 'print',
        scheme: 'dark' });
    is(await paper.evaluate(() => getComputedStyle(document.documentElement)
        .backgroundColor), 'rgb(255, 255, 255)', 'paper is white in the dark, too');

    if (env.CG_SHOTS) {
        await paper.pdf({ path: `${env.CG_SHOTS}print.pdf`,
            preferCSSPageSize: true });
    }

    await browser.close();
});
