// The settings under which pages are looked at, and axe-core.

import { readFileSync } from 'node:fs';

import { SITE_PORT, fetchRaw } from './visitor.mjs';

const AXE = readFileSync(process.env.CG_AXE, 'utf8');

const DESK = { width: 1280, height: 800 };
const PLAIN = { colorScheme: 'light', forcedColors: 'none',
    reducedMotion: 'no-preference', media: 'screen' };

// 400 % zoom of a window of 1280 x 1024 leaves 320 x 256 CSS pixels.
export const SETTINGS = {
    light: [PLAIN, DESK],
    dark: [{ ...PLAIN, colorScheme: 'dark' }, DESK],
    'forced colours': [{ ...PLAIN, forcedColors: 'active' }, DESK],
    '320 px': [PLAIN, { width: 320, height: 640 }],
    '400 %': [PLAIN, { width: 320, height: 256 }],
};

export const OTHERS = Object.keys(SETTINGS).filter((name) => name !== 'light');

const RULES = {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    rules: { 'target-size': { enabled: true } },
    resultTypes: ['violations'],
    preload: false,
};


export async function set(page, name) {
    const [media, size] = SETTINGS[name];

    await page.emulateMedia(media);
    await page.setViewportSize(size);
}


// What axe finds in a part of the page, a line each.
export async function violations(page, root) {
    if (!await page.evaluate('typeof axe === "object"')) {
        await page.evaluate(AXE);
    }
    return page.evaluate(async ([part, rules]) =>
        (await axe.run(part, rules)).violations.flatMap((v) => v.nodes.map((n) =>
            `${v.id}: ${n.target.join(' ')}: ${n.failureSummary}`)), [root, RULES]);
}


// Pages that a test puts in front of the browser have no address on the local
// network, and may load none: their style comes the same way.
export async function readable(who) {
    await who.page.route('**/.consent/*.css', async (route) => {
        const { body, headers } = await fetchRaw(SITE_PORT,
            new URL(route.request().url()).pathname);

        await route.fulfill({ body, contentType: headers['content-type'] });
    });
}
