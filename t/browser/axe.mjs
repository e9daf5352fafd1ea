// What visitors see, checked by axe-core (WCAG 2.2 AA) and by what it cannot
// see: sizes, focus, order, and what is equal by construction.

import { readFileSync } from 'node:fs';
import http from 'node:http';

import * as reach from './reach.mjs';
import * as tap from './tap.mjs';
import { startSink } from './sink.mjs';
import { HOST, SITE_PORT, fetchRaw, url, visitor } from './visitor.mjs';

const AXE = readFileSync(process.env.CG_AXE, 'utf8');
const LANGS = process.env.CG_LANGS.split(' ');
const THOROUGH = ['en', 'ja'];                  // under every setting

const DESK = { width: 1280, height: 800 };
const PLAIN = { colorScheme: 'light', forcedColors: 'none',
    reducedMotion: 'no-preference', media: 'screen' };

// 400 % zoom of a window of 1280 x 1024 leaves 320 x 256 CSS pixels.
const SETTINGS = {
    light: [PLAIN, DESK],
    dark: [{ ...PLAIN, colorScheme: 'dark' }, DESK],
    'forced colours': [{ ...PLAIN, forcedColors: 'active' }, DESK],
    '320 px': [PLAIN, { width: 320, height: 640 }],
    '400 %': [PLAIN, { width: 320, height: 256 }],
};

const RULES = {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    rules: { 'target-size': { enabled: true } },
    resultTypes: ['violations'],
    preload: false,
};


// What axe finds in a part of the page, a line each.
async function violations(page, root) {
    if (!await page.evaluate('typeof axe === "object"')) {
        await page.evaluate(AXE);
    }
    return page.evaluate(async ([part, rules]) =>
        (await axe.run(part, rules)).violations.flatMap((v) => v.nodes.map((n) =>
            `${v.id}: ${n.target.join(' ')}: ${n.failureSummary}`)), [root, RULES]);
}


async function set(page, [media, size]) {
    await page.emulateMedia(media);
    await page.setViewportSize(size);
}


// The whole page as it is, and our part of it under each setting.
async function check(page, name, lang, root) {
    for (const [setting, what] of Object.entries(SETTINGS)) {
        if (setting !== 'light' && !THOROUGH.includes(lang)) {
            continue;
        }
        const title = `${name}, ${lang}, ${setting}`;

        await set(page, what);
        tap.empty(await violations(page, setting === 'light' ? 'html' : root),
            `${title}: axe finds nothing`);
        tap.empty([...await page.evaluate(reach.wide),
            ...await page.evaluate(reach.small, root),
            ...await page.evaluate(reach.unequal, root)],
            `${title}: nothing too wide, too small to hit, or unequal`);
    }
    await set(page, SETTINGS.light);
}


// Pages that a test puts in front of the browser have no address on the local
// network, and may load none: their style comes the same way.
async function readable(who) {
    await who.page.route('**/.consent/*.css', async (route) => {
        const { body, headers } = await fetchRaw(SITE_PORT,
            new URL(route.request().url()).pathname);

        await route.fulfill({ body, contentType: headers['content-type'] });
    });
}


// ---- before the choice

async function undecided(who, lang) {
    await who.page.goto(url(`/${lang}.html`));
    await check(who.page, 'banner', lang, '#ngx-consent');
    await who.page.locator('#ngx-consent summary').click();
    await check(who.page, 'settings', lang, '#ngx-consent');

    for (const [name, path] of [['preferences', ''], ['vendors', 'vendors']]) {
        await who.page.goto(url(`/.consent/${path}?lang=${lang}`));
        await check(who.page, `${name} of the undecided`, lang, 'body');
    }
}


// ---- after it

// post(PATH, FIELDS): to the gate, as the site's own page would or, without
// `site`, as a browser that does not say where a form comes from.
function post(path, fields, cookies, site) {
    const body = new URLSearchParams(fields).toString();

    return new Promise((done, fail) => {
        http.request({ host: '127.0.0.1', port: SITE_PORT, path,
            method: 'POST', headers: { Host: HOST, Cookie: cookies,
                'Content-Type': 'application/x-www-form-urlencoded',
                'Content-Length': body.length,
                ...site && { 'Sec-Fetch-Site': site } } }, async (response) => {
            let text = '';

            for await (const part of response) {
                text += part;
            }
            done({ status: response.statusCode, text });
        }).on('error', fail).end(body);
    });
}


// An answer to a form as a page, also where it is sent to be kept.
async function answer(who, path, fields, site = 'same-origin') {
    const cookies = (await who.jar()).map((c) => `${c.name}=${c.value}`);
    const got = await post(path, fields, cookies.join('; '), site);

    await who.page.route('**/.consent/shown', (route) => route.fulfill({
        contentType: 'text/html', body: got.text }));
    await who.page.goto(url('/.consent/shown'));
    await who.page.unroute('**/.consent/shown');
    return got.status;
}


const ANSWERS = {
    disclose: 200, purpose: 200, correct: 200, stop_use: 200, nothing: 400,
};

async function decided(who, lang) {
    const page = who.page;

    await page.goto(url(`/${lang}.html`));
    await check(page, 'the way back', lang, '#ngxc-settings');
    await page.goto(url(`/.consent/?lang=${lang}`));
    await check(page, 'preferences', lang, 'body');

    for (const [right, status] of Object.entries(ANSWERS)) {
        tap.is(await answer(who, `/.consent/rights?lang=${lang}`, { right }),
            status, `${right}, ${lang}: answered with ${status}`);
        await check(page, right, lang, 'body');
    }
}


// An opening choice that came from nobody knows where is asked once more.
async function confirm(who, lang) {
    const { body } = await fetchRaw(SITE_PORT, `/${lang}.html`);
    const [notice] = /name="notice" value="([^"]+)"/.exec(body).slice(1);

    tap.is(await answer(who, '/.consent/choice',
        { choice: 'accept', notice, return: '/' }, ''), 200,
        `confirmation, ${lang}: answered with 200`);
    await check(who.page, 'confirmation', lang, 'body');
}


async function before(sink) {
    const who = await visitor(sink);

    await readable(who);
    for (const lang of LANGS) {
        await undecided(who, lang);
        await confirm(who, lang);
    }
    await who.close();
}


async function after(sink) {
    const who = await visitor(sink);

    await readable(who);
    await who.go('/en.html');
    await who.button('accept').click();
    await who.page.locator('#ngxc-settings').waitFor();
    for (const lang of LANGS) {
        await decided(who, lang);
    }
    await who.close();
}


tap.run(async () => {
    const sink = await startSink();

    await Promise.all([before(sink), after(sink)]);
});
