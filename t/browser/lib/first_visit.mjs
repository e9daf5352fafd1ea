// The first visit: nothing leaves, nothing is stored, the site works.  With
// CG_CONTROL=1 the same walk through the un-gated origin, where the sink must
// see what it is there to see.

import * as tap from './tap.mjs';
import { startSink } from './sink.mjs';
import { CONTROL, GATED, OURS, PAGES, gatedIn, originLog, until, url, visitor }
    from './visitor.mjs';

// Walks all pages; what was seen on the way.
async function walk(who, js) {
    const bare = [];
    const dead = [];

    for (const path of PAGES) {
        await who.go(path);
        if (js && !await who.ready()) {
            dead.push(path);
        }
        if (!await who.banner().count()
            || !await who.button('reject').isVisible()
            || !await who.button('accept').isVisible())
        {
            bare.push(path);
        }
        await who.settle(100);
    }
    await who.settle(800);
    return { bare, dead };
}


async function gated(sink, js) {
    const how = js ? 'JavaScript on' : 'JavaScript off';
    const before = (await originLog(0)).length;
    const who = await visitor(sink, { js });

    sink.reset();
    const { bare, dead } = await walk(who, js);
    const names = await who.names();
    const log = (await originLog(before + PAGES.length)).slice(before);

    tap.empty(sink.requests, `${how}: no vendor gets a request`);
    tap.is(sink.connections, 0, `${how}: no vendor gets a TCP connection`);
    tap.empty(names.filter((n) => OURS.test(n)),
        `${how}: no cookie of ours before a choice`);
    tap.empty(names.filter((n) => GATED.test(n)),
        `${how}: no tracking cookie in the jar`);
    tap.ok(names.includes('KSESSID'), `${how}: the site's session lives`,
        names);
    tap.empty(gatedIn(log), `${how}: no tracking cookie reaches the origin`);
    tap.ok(log.some((e) => /KSESSID=/.test(e.cookie)),
        `${how}: the session cookie reaches the origin`);
    tap.empty(bare, `${how}: the banner stands on every page`);
    if (js) {
        tap.empty(dead, `${how}: the site's own script runs on every page`);
        tap.empty(who.errors, `${how}: nothing is thrown`);
    }
    await who.close();
}


// A visitor from before the gate: the browser still holds tracking cookies.
async function old(sink) {
    const before = (await originLog(0)).length;
    const who = await visitor(sink, { cookies: { _ga: 'GA1.1.7.7',
        _fbp: 'fb.1.7.7', _ga_KTYM000001: 'GS1.1.7', theme: 'dark' } });

    await who.go('/');
    await who.go('/news/');
    const names = await who.names();
    const log = (await originLog(before + 2)).slice(before);

    tap.empty(gatedIn(log), 'old tracking cookies do not reach the origin');
    tap.ok(log.some((e) => /theme=dark/.test(e.cookie)),
        'other cookies do', log.map((e) => e.cookie));
    tap.empty(names.filter((n) => GATED.test(n)),
        'old tracking cookies leave the jar');
    tap.ok(names.includes('theme'), 'other cookies stay', names);
    await who.close();
}


// What visitors do on a page whose vendors are held.
async function use(sink) {
    const who = await visitor(sink);
    const { page } = who;

    sink.reset();
    await who.go('/');
    await page.locator('.hero .button').click();
    await page.waitForURL(url('/products/'));
    tap.ok(true, 'a link with onclick="ga(…)" is followed');

    await who.go('/products/kx-320.html');
    await page.locator('[aria-controls=net]').click();
    tap.ok(await page.locator('#net').isVisible()
        && !await page.locator('#spec').isVisible(), 'tabs work');
    // what the site does when nobody calls back, it does not here
    await page.evaluate(() => {
        const real = window.setTimeout;

        window.setTimeout = (code, ms) => (ms >= 1500 ? 0 : real(code, ms));
    });
    await page.locator('a[data-catalog]').click();
    await page.waitForURL(/\/contact\/\?item=kx-320/);
    tap.ok(true,
        'a link that waits for an event_callback does not wait in vain');

    await page.locator('#name').fill('A');
    await page.locator('.form .button').click();
    tap.ok(await page.locator('.form .error').count() > 0,
        'the form check stops an unfinished inquiry');
    await page.locator('#mail').fill('a@example.org');
    await page.locator('#text').fill('x');
    await page.locator('#ok').check();
    await page.locator('.form .button').click();
    await page.waitForURL(url('/contact/thanks.html'));
    tap.ok(true, 'the inquiry is sent');

    await who.go('/company/history.html');
    tap.is(await page.locator('h1').textContent(), '北山精機のあゆみ',
        'the Shift_JIS page is read as such');
    tap.is(await page.evaluate('document.characterSet'), 'Shift_JIS',
        'and keeps its charset');
    await page.locator('.menu a', { hasText: 'お問い合わせ' }).click();
    await page.waitForURL(url('/contact/'));

    tap.empty(who.errors, 'nothing is thrown in all this');
    tap.is(sink.connections, 0, 'and nothing reached a vendor');
    await who.close();
}


async function control(sink, js) {
    const how = js ? 'JavaScript on' : 'JavaScript off';
    const before = (await originLog(0)).length;
    const who = await visitor(sink, { js });
    const vendors = {
        'tag manager': js ? /googletagmanager\.com\/gtm\.js/
            : /googletagmanager\.com\/ns\.html/,
        'Meta': /facebook\.com\/tr/,
        'YouTube': /youtube(-nocookie)?\.com\/embed/,
        'maps': /google\.com\/maps/,
        'fonts': /fonts\.googleapis\.com/,
    };

    if (js) {
        Object.assign(vendors, {
            'GA4 hit': /\/g\/collect/,
            'Universal Analytics hit': /google-analytics\.com\/collect/,
            'ga.js hit': /__utm\.gif/,
        });
    }

    sink.reset();
    await walk(who, js);

    for (const [name, pattern] of Object.entries(vendors)) {
        tap.ok(await until(() => sink.saw(pattern).length > 0),
            `control, ${how}: the un-gated site calls ${name}`,
            ...sink.requests.slice(0, 30));
    }
    tap.ok(sink.connections > 0, `control, ${how}: connections are counted`);
    tap.ok(await until(() => sink.names.includes('fonts.gstatic.com')),
        `control, ${how}: a preconnect is seen`, sink.names);

    let names;

    tap.ok(await until(async () => {
        names = await who.names();
        return names.includes('_ga') && names.includes('_fbp');
    }), `control, ${how}: tracking cookies are in the jar`, names);
    tap.ok(await until(async () =>
        gatedIn((await originLog()).slice(before)).length > 0),
        `control, ${how}: and reach the origin`);
    if (js) {
        tap.empty(who.errors, `control, ${how}: the site throws nothing`);
    }
    await who.close();
}


// A browser that is left alone must not count as the site's doing.
async function idle(sink) {
    const who = await visitor(sink);

    await who.settle(2500);
    tap.empty(sink.requests, 'the browser itself calls nobody');
    tap.is(sink.connections, 0, 'and connects to nobody');
    await who.close();
}


tap.run(async () => {
    const sink = await startSink();

    await idle(sink);
    for (const js of [true, false]) {
        await (CONTROL ? control : gated)(sink, js);
    }
    if (!CONTROL) {
        await old(sink);
        await use(sink);
    }
});
