// Pictures of what visitors see, one file each: not tests, but what people look
// at before they change a style sheet.

import { join } from 'node:path';

import * as tap from './tap.mjs';
import { startSink } from './sink.mjs';
import { visitor } from './visitor.mjs';

const LANGS = process.env.CG_LANGS.split(' ');
const ONLY = process.env.CG_ONLY.split(' ').filter(Boolean);
const DOMAIN = 'kitayama.example';

const WIDTHS = { desk: { width: 1280, height: 800 },
    tablet: { width: 800, height: 1000 },
    phone: { width: 390, height: 760 } };
const LAYOUTS = { bar: 'www', top: 'top', box: 'box', center: 'center' };


// Each request is words with a "-" between: all of one are in the name.
const wanted = (name) => ONLY.length === 0 || ONLY.some((some) =>
    some.split('-').every((word) => name.split('-').includes(word)));

async function shot(page, name, full) {
    if (wanted(name)) {
        await page.screenshot({ fullPage: full, animations: 'disabled',
            path: join(process.env.CG_SHOTS, `${name}.png`) });
        tap.ok(true, name);
    }
}

// each(NAME, CODE): in every width and colour that was asked for.
async function each(page, name, code) {
    for (const [width, size] of Object.entries(WIDTHS)) {
        for (const colorScheme of ['light', 'dark']) {
            const whole = `${name}-${width}-${colorScheme}`;

            if (wanted(whole)) {
                await page.setViewportSize(size);
                await page.emulateMedia({ colorScheme });
                await code(whole);
            }
        }
    }
}


async function undecided(who, lang) {
    const { page } = who;

    for (const [layout, host] of Object.entries(LAYOUTS)) {
        const at = `http://${host}.${DOMAIN}`;

        for (const open of [false, true]) {
            const what = open ? 'settings' : 'banner';

            await each(page, `${what}-${layout}-${lang}`, async (name) => {
                await page.goto(`${at}/${lang}.html`);
                if (open) {
                    await page.locator('#ngx-consent summary').click();
                }
                await shot(page, name);
            });
        }
    }
}


async function pages(who, lang, state) {
    const { page } = who;
    const at = `http://www.${DOMAIN}`;
    const list = { preferences: '', vendors: 'vendors' };

    for (const [what, path] of Object.entries(list)) {
        await each(page, `${what}-${state}-${lang}`, async (name) => {
            await page.goto(`${at}/.consent/${path}?lang=${lang}`);
            await shot(page, name, true);
        });
    }
}


// Where a frame is held.
async function films(who, lang) {
    const { page } = who;

    await each(page, `frame-bar-${lang}`, async (name) => {
        await page.goto(`http://www.${DOMAIN}/film-${lang}.html`);
        await page.locator('#ngx-consent').evaluate((e) => { e.hidden = true; });
        await page.locator('iframe[srcdoc]').first().scrollIntoViewIfNeeded();
        await page.waitForTimeout(300);
        await shot(page, name);
    });
}


async function settled(who, lang) {
    await each(who.page, `link-bar-${lang}`, async (name) => {
        await who.page.goto(`http://www.${DOMAIN}/${lang}.html`);
        await shot(who.page, name);
    });
    await pages(who, lang, 'decided');
}


tap.run(async () => {
    const sink = await startSink();
    const who = await visitor(sink, { own: Object.values(LAYOUTS)
        .map((name) => `${name}.${DOMAIN}`) });

    for (const lang of LANGS) {
        await undecided(who, lang);
        await pages(who, lang, 'undecided');
        await films(who, lang);
    }
    await who.go('/en.html');
    await who.button('accept').click();
    await who.page.locator('#ngxc-settings').waitFor();
    for (const lang of LANGS) {
        await settled(who, lang);
    }
    await who.close();
});
