// What visitors see, checked by axe-core (WCAG 2.2 AA) and by what it cannot
// see: sizes, focus, order, and what is equal by construction.

import { readFileSync } from 'node:fs';
import http from 'node:http';

import * as reach from './reach.mjs';
import * as tap from './tap.mjs';
import { startSink } from './sink.mjs';
import { HOST, SITE_PORT, fetchRaw, until, url, visitor } from './visitor.mjs';

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
    disclose: 200, purpose: 200, correct: 200, nothing: 400,
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


// ---- by keyboard, without a script

// tab(PAGE, N): what has the focus after each of N steps; pages scroll softly.
async function tab(page, n) {
    const steps = [];

    while (n--) {
        let at;

        await page.keyboard.press('Tab');
        await until(async () => {
            at = await page.evaluate(reach.focused);
            return at.wrong.length === 0;
        }, 1500);
        steps.push(at);
    }
    return steps;
}

const names = (steps) => steps.map((s) => s.name).join(' ');


async function walk(page, setting) {
    await set(page, SETTINGS[setting]);
    await page.goto(url('/en.html'));

    const steps = await tab(page, 13);
    const seen = steps.flatMap((s) => s.wrong);

    tap.is(names(steps.slice(0, 8)),
        'a ngx-consent a a a reject accept summary',
        `keyboard, ${setting}: past the page's skip link, then what the banner has`);
    tap.ok(steps.slice(8).every((s) => !s.ours),
        `keyboard, ${setting}: and out of it again`, names(steps));
    tap.empty(seen, `keyboard, ${setting}: the focus is seen at every step`);
}


async function keys(sink) {
    const who = await visitor(sink, { js: false });
    const { page } = who;

    for (const setting of ['light', '320 px', '400 %']) {
        await walk(page, setting);
    }
    await set(page, SETTINGS.light);
    await page.goto(url('/en.html'));
    await page.locator('#ngx-consent summary').focus();
    await page.keyboard.press('Enter');

    const shown = { '#ngx-consent': await page.content() };
    const steps = await tab(page, 5);

    tap.is(names(steps), 'analytics media marketing ip_combine save',
        'keyboard: Enter opens the settings, then one purpose after the other');
    await page.locator('#ngxc-p-analytics').focus();
    await page.keyboard.press('Space');
    tap.ok(await page.locator('#ngxc-p-analytics').isChecked(),
        'keyboard: the space bar ticks one');
    await page.locator('#ngx-consent [value=save]').focus();
    await page.keyboard.press('Enter');
    await page.locator('#ngxc-settings').waitFor();
    tap.is(names(await tab(page, 1)), 'a',
        'keyboard: saved, and the page begins at its skip link');
    await page.goto(url('/.consent/?lang=en'));
    shown.html = await page.content();
    tap.is(await page.locator('[name=p]:checked').count(), 1,
        'keyboard: what was ticked is what was saved');
    tap.empty((await tab(page, 24)).flatMap((s) => s.wrong),
        'keyboard: on the page of preferences the focus is seen at every step');
    await who.close();
    return shown;
}


// axe is a script itself: it is shown what stood there without one.
async function without(sink, shown) {
    const who = await visitor(sink);

    await readable(who);
    for (const [root, html] of Object.entries(shown)) {
        const body = html.replace(/<script.*?<\/script>/gs, '')
            .replace(/<(\/?)noscript/g, '<$1div');

        await who.page.route('**/.consent/shown', (route) => route.fulfill({
            contentType: 'text/html; charset=utf-8', body }));
        await who.page.goto(url('/.consent/shown'));
        tap.empty(await violations(who.page, root), `${root === 'html'
            ? 'preferences' : 'settings'}, without a script: axe finds nothing`);
        await who.page.unroute('**/.consent/shown');
    }
    await who.close();
}


// ---- with one, and on paper

async function gone(sink) {
    const who = await visitor(sink);
    const { page } = who;

    await who.go('/en.html');
    await page.emulateMedia({ media: 'print' });
    tap.ok(!await who.banner().isVisible()
        && await page.evaluate(reach.foot) === '0px',
        'on paper there is no banner, nor room for one');
    await set(page, SETTINGS.light);
    tap.is(await page.evaluate(reach.moving), 0, 'nothing in the banner moves');
    await page.evaluate(reach.spaced);
    tap.empty([...await page.evaluate(reach.wide),
        ...await page.evaluate(reach.cut)],
        'with letters, words and lines apart, nothing is cut off');

    await who.button('reject').focus();
    await page.keyboard.press('Enter');
    await who.banner().waitFor({ state: 'hidden' });
    const [next] = await tab(page, 1);
    tap.is(next.title, 'logo',
        'refused by keyboard: the next step is what stood behind the banner');
    await who.close();
}


tap.run(async () => {
    const sink = await startSink();

    await Promise.all([before(sink), after(sink),
        keys(sink).then((shown) => without(sink, shown))
            .then(() => gone(sink))]);
});
