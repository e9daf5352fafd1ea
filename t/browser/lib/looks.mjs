// How the banner stands in the page, layout by layout.

import * as reach from './reach.mjs';
import * as tap from './tap.mjs';
import { OTHERS, SETTINGS, readable, set, violations } from './settings.mjs';
import { startSink } from './sink.mjs';
import { again, until, visitor } from './visitor.mjs';

const LANGS = process.env.CG_LANGS.split(' ');
const LAYOUTS = ['www', 'top', 'box', 'center'];
const OWN = ['top', 'box', 'center', 'rtl'].map((h) => `${h}.kitayama.example`);

const at = (host, path) => `http://${host}.kitayama.example${path}`;


// ---- both answers, and the page around them

// In every layout, language and setting; with the settings open in one of them.
async function equal(sink) {
    const who = await visitor(sink, { own: OWN });
    const { page } = who;

    for (const layout of LAYOUTS) {
        const wrong = [];

        for (const [n, lang] of LANGS.entries()) {
            await page.goto(at(layout, `/${lang}.html`));
            for (const setting of Object.keys(SETTINGS)) {
                await set(page, setting);
                wrong.push(...[
                    ...await page.evaluate(reach.unequal, '#ngx-consent'),
                    ...await page.evaluate(reach.walled),
                    ...await page.evaluate(reach.wide),
                ].map((why) => `${lang}, ${setting}: ${why}`));
            }
            await set(page, OTHERS[n % OTHERS.length]);
            await page.locator('#ngx-consent summary').click();
            wrong.push(...[
                ...await page.evaluate(reach.unequal, '#ngx-consent'),
                ...await page.evaluate(reach.walled),
                ...await page.evaluate(reach.wide),
            ].map((why) => `${lang}, opened: ${why}`));
        }
        tap.empty(wrong, `${layout}: refuse and accept are equal, and the page is `
            + 'free, in every language and setting');
    }
    await who.close();
}


// Each setting with each layout, the language moving on.
async function accessible(sink) {
    const who = await visitor(sink, { own: OWN });
    const { page } = who;

    for (const [l, layout] of LAYOUTS.slice(1).entries()) {
        for (const [s, setting] of Object.keys(SETTINGS).entries()) {
            const lang = LANGS[(l + s) % LANGS.length];
            const title = `${layout}, ${lang}, ${setting}`;

            await set(page, setting);
            await page.goto(at(layout, `/${lang}.html`));
            tap.empty(await violations(page, '#ngx-consent'),
                `${title}: axe finds nothing in the banner`);
            await page.locator('#ngx-consent summary').click();
            tap.empty([...await violations(page, '#ngx-consent'),
                ...await page.evaluate(reach.small, '#ngx-consent')],
                `${title}: nor in the settings`);
        }
    }
    await who.close();
}


// ---- right to left

const sides = () => {
    const box = (e) => document.querySelector(e).getBoundingClientRect();
    const wide = document.documentElement.clientWidth;
    const [root, no, yes] = ['#ngx-consent', '[value=reject]', '[value=accept]']
        .map(box);

    return {
        dir: document.querySelector('#ngx-consent').dir,
        corner: root.left < wide - root.right ? 'left' : 'right',
        first: no.left > yes.left ? 'reject on the right' : 'reject on the left',
    };
};

async function mirrored(sink) {
    const who = await visitor(sink, { own: OWN });
    const { page } = who;

    for (const setting of ['light', 'forced colours', '320 px']) {
        await set(page, setting);
        await page.goto(at('rtl', '/ar.html'));

        const seen = await page.evaluate(sides);
        const small = setting === '320 px';

        tap.is([seen.dir, small || seen.corner, seen.first].join(', '),
            `rtl, ${small || 'left'}, reject on the right`,
            `right to left, ${setting}: mirrored`);
        await page.locator('#ngx-consent summary').click();
        tap.empty([...await violations(page, '#ngx-consent'),
            ...await page.evaluate(reach.wide),
            ...await page.evaluate(reach.unequal, '#ngx-consent'),
            ...await page.evaluate(reach.walled)],
            `right to left, ${setting}: nothing is wrong with it`);
        await page.goto(at('rtl', '/.consent/?lang=ar'));
        tap.empty(await page.evaluate(reach.wide),
            `right to left, ${setting}: nor is the page too wide`);
    }
    await set(page, 'light');
    await again(page, () => page.locator('[value=reject]').click());
    await page.goto(at('rtl', '/ar.html'));
    const { left, right, view } = await page.evaluate(reach.place,
        '#ngxc-settings');
    tap.ok(left > view - right, 'right to left: the link is on the right',
        `${left} .. ${right} of ${view}`);
    await who.close();
}


// ---- the colours of a site

const STYLED = {
    '#ngx-consent': { backgroundColor: 'rgb(255, 253, 248)',
        color: 'rgb(28, 27, 25)', borderTopColor: 'rgb(138, 133, 123)',
        borderTopLeftRadius: '6px', fontFamily: 'serif', fontSize: '17px',
        width: '600px', zIndex: '99' },
    '#ngx-consent fieldset p': { color: 'rgb(85, 82, 76)' },
    '#ngx-consent a': { color: 'rgb(138, 21, 56)' },
    '#ngx-consent [value=reject]': { backgroundColor: 'rgb(122, 31, 43)',
        color: 'rgb(255, 248, 240)', borderTopColor: 'rgb(43, 10, 15)',
        borderTopLeftRadius: '3px', outlineColor: 'rgb(176, 0, 32)' },
    '#ngx-consent [value=accept]:hover': { backgroundColor: 'rgb(93, 22, 32)' },
    '#ngx-consent input': { accentColor: 'rgb(0, 100, 0)' },
};

// What differs from `want`, a line each.
const differs = (want) => Object.entries(want).flatMap(([where, style]) => {
    const e = document.querySelector(where);
    const got = e ? getComputedStyle(e) : {};

    return Object.entries(style).filter(([name, value]) => got[name] !== value)
        .map(([name, value]) => `${where} ${name}: ${got[name]}, not ${value}`);
});

async function styled(sink) {
    const who = await visitor(sink, { own: OWN });
    const { page } = who;

    for (const setting of ['light', 'dark']) {
        await set(page, setting);
        await page.goto(at('box', '/styled.html'));
        await page.locator('#ngx-consent summary').click();
        await page.keyboard.press('Shift+Tab');
        await page.keyboard.press('Shift+Tab');
        await page.locator('#ngx-consent [value=accept]').hover();
        tap.empty(await page.evaluate(differs, STYLED),
            `${setting}: each property of a site is what the banner has`);
    }
    await set(page, 'light');
    await page.goto(at('www', '/styled.html'));
    tap.empty(await page.evaluate(differs, { '#ngx-consent': {
        columnGap: '50px', paddingLeft: '340px', backgroundColor:
        'rgb(255, 253, 248)' } }), 'a bar: the gap, and the width of what it says');
    await page.goto(at('box', '/.consent/?lang=en'));
    tap.empty(await page.evaluate(differs, {
        ':root': { backgroundColor: 'rgb(255, 253, 248)', fontFamily: 'serif' },
        '[value=reject]': { backgroundColor: 'rgb(122, 31, 43)' } }),
        'the policy names a style sheet: the preferences page has it, too');
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
        }, 15000);
        steps.push(at);
    }
    return steps;
}

const names = (steps) => steps.map((s) => s.name).join(' ');


// Through the whole page: the last steps are at its end, where what has the
// focus could stand below the banner.
async function walk(page, layout, setting) {
    const title = `keyboard, ${layout}, ${setting}`;

    await set(page, setting);
    await page.goto(at(layout, '/en.html'));

    const steps = await tab(page, await page.evaluate(reach.stops));
    const seen = steps.flatMap((s) => s.wrong);

    tap.is(names(steps.slice(0, 8)),
        'a ngx-consent a a a reject accept summary',
        `${title}: past the page's skip link, then what the banner has`);
    tap.ok(steps.slice(8).every((s) => !s.ours),
        `${title}: and out of it again`, names(steps));
    tap.empty(seen, `${title}: the focus is seen at every step`);
}


async function walks(sink) {
    const who = await visitor(sink, { js: false, own: OWN });

    for (const layout of LAYOUTS) {
        await walk(who.page, layout, 'light');
    }
    for (const setting of ['320 px', '400 %']) {
        await walk(who.page, 'www', setting);
    }
    await who.close();
}


async function keys(sink) {
    const who = await visitor(sink, { js: false });
    const { page } = who;

    await set(page, 'light');
    await page.goto(at('www', '/en.html'));
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
    await page.waitForLoadState();
    tap.is(names(await tab(page, 1)), 'a',
        'keyboard: saved, and the page begins at its skip link');
    await page.goto(at('www', '/.consent/?lang=en'));
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
        await who.page.goto(at('www', '/.consent/shown'));
        tap.empty(await violations(who.page, root), `${root === 'html'
            ? 'preferences' : 'settings'}, without a script: axe finds nothing`);
        await who.page.unroute('**/.consent/shown');
    }
    await who.close();
}


// ---- with one, and on paper

async function gone(sink) {
    const who = await visitor(sink, { own: OWN });
    const { page } = who;

    for (const layout of LAYOUTS) {
        await page.emulateMedia({ media: 'print' });
        await page.goto(at(layout, '/en.html'));
        tap.ok(!await who.banner().isVisible()
            && await page.evaluate(reach.room) === '0px 0px 0px',
            `${layout}: on paper there is no banner, nor room for one`);
        for (const reducedMotion of ['reduce', 'no-preference']) {
            await page.emulateMedia({ media: 'screen', reducedMotion });
            tap.is(await page.evaluate(reach.moving), 0,
                `${layout}: nothing in the banner moves (${reducedMotion})`);
        }
        await set(page, 'light');
        await page.evaluate(reach.spaced);
        tap.empty([...await page.evaluate(reach.wide),
            ...await page.evaluate(reach.cut)],
            `${layout}: with letters, words and lines apart, nothing is cut off`);
    }
    await page.goto(at('www', '/en.html'));
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

    await Promise.all([
        equal(sink).then(() => styled(sink)),
        walks(sink).then(() => keys(sink))
            .then((shown) => without(sink, shown)),
        accessible(sink).then(() => mirrored(sink)).then(() => gone(sink)),
    ]);
});
