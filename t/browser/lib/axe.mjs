// What visitors see, checked by axe-core (WCAG 2.2 AA) and by what it cannot
// see: sizes, focus, order, and what is equal by construction.

import http from 'node:http';

import * as reach from './reach.mjs';
import * as tap from './tap.mjs';
import { OTHERS, readable, set, violations } from './settings.mjs';
import { startSink } from './sink.mjs';
import { HOST, SITE_PORT, fetchRaw, open, url, visitor }
    from './visitor.mjs';

const LANGS = process.env.CG_LANGS.split(' ');


// Our part of a page under one setting: which one moves on with the view and
// with the language, so that each view is seen under each setting, and each
// language too.  In two languages the whole page, as it is, besides.
const WHOLE = ['en', 'ja'];
const views = [];

function settings(name, lang) {
    if (!views.includes(name)) {
        views.push(name);
    }
    const n = views.indexOf(name) + LANGS.indexOf(lang);

    return [...WHOLE.includes(lang) ? ['light'] : [],
        OTHERS[n % OTHERS.length]];
}

async function check(page, name, lang, root) {
    for (const setting of settings(name, lang)) {
        const title = `${name}, ${lang}, ${setting}`;

        await set(page, setting);
        tap.empty(await violations(page, setting === 'light' ? 'html' : root),
            `${title}: axe finds nothing`);
        tap.empty([...await page.evaluate(reach.wide),
            ...await page.evaluate(reach.small, root),
            ...await page.evaluate(reach.unequal, root)],
            `${title}: nothing too wide, too small to hit, or unequal`);
    }
    await set(page, 'light');
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
    disclose: 200, purpose: 200, correct: 200, add: 200, stop_use: 200,
    complaint: 200, nothing: 400,
};

async function decided(who, lang) {
    const page = who.page;

    await open(page, url(`/${lang}.html`));
    await check(page, 'the way back', lang, '#ngxc-settings');
    await page.goto(url(`/.consent/?lang=${lang}`));
    await check(page, 'preferences', lang, 'body');

    for (const [right, status] of Object.entries(ANSWERS)) {
        tap.is(await answer(who, `/.consent/rights?lang=${lang}`, { right }),
            status, `${right}, ${lang}: answered with ${status}`);
        await check(page, right, lang, 'body');
    }
}


// What is said after each action, by the forms of the page; each in another
// language.
const ACTIONS = [
    ['accept', '[value=accept]'], ['save', '[value=save]'],
    ['stop_provision', '[value=stop_provision]'], ['withdraw', '[value=withdraw]'],
    ['reject', '[value=reject]'], ['erase', 'form[action*=erase] button'],
];

async function acted(sink) {
    const who = await visitor(sink);
    const { page } = who;

    await readable(who);
    for (const [n, [name, button]] of ACTIONS.entries()) {
        const lang = LANGS[n % LANGS.length];

        await page.goto(url(`/.consent/?lang=${lang}`));
        await page.locator(button).first().click();
        await page.locator('.message').first().waitFor();
        await page.waitForLoadState();
        await check(page, `after: ${name}`, lang, 'body');
    }
    await who.close();
}


// What is answered when nothing could be done.
async function failed(who) {
    const tries = [
        ['to nowhere', '/.consent/nowhere', null, 404],
        ['from another site', '/.consent/choice', { choice: 'accept' }, 403],
        ['without a notice', '/.consent/choice', { choice: 'accept' }, 400],
        ['too large', '/.consent/choice', { choice: 'x'.repeat(5000) }, 413],
    ];

    for (const [n, [name, path, fields, status]] of tries.entries()) {
        const lang = LANGS[n % LANGS.length];
        const at = `${path}?lang=${lang}`;

        if (fields) {
            tap.is(await answer(who, at, fields,
                status === 403 ? 'cross-site' : 'same-origin'), status,
                `${name}: ${status}`);
        } else {
            tap.is((await who.page.goto(url(at))).status(), status,
                `${name}: ${status}`);
        }
        await check(who.page, name, lang, 'body');
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
    await failed(who);
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

    await Promise.all([before(sink), after(sink),
        acted(sink)]);
});
