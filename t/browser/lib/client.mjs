// The client: its API, its events, what it tells tags, and what it makes of
// other tabs, of pages that come back and of a network that fails.

import * as tap from './tap.mjs';
import { listen } from './sink.mjs';
import { again, open, records, token, until, url, visitor }
    from './visitor.mjs';

const BODIES = {
    // as the real ones do: what stands in the queue is heard first
    '/bat.js': `window.uetHeard = [...window.uetq || []];
        window.uetq = { push: (...a) => uetHeard.push(...a) };`,
    '/tag/x': `window.clarityHeard = [...clarity.q].flatMap((a) => [...a]);
        window.clarity = (...a) => clarityHeard.push(...a);`,
    '/manager.js': 'window.managed = [...dataLayer].length;',
};

const JOINT = JSON.stringify;


async function startVendors() {
    const vendors = { port: 0, requests: [] };

    vendors.port = await listen((request, response) => {
        vendors.requests.push(request.headers.host + request.url);
        response.writeHead(200, { 'Content-Type': 'text/javascript',
            'Cache-Control': 'no-store' });
        response.end(BODIES[request.url] || '');
    });
    return vendors;
}


const seen = (page, name) => page.evaluate(
    (n) => seen.filter((e) => e[0] === n).map((e) => e[1]), name);

const names = (page) => page.evaluate(() => seen.map((e) => e[0]).join(' '));

const born = (page) => page.evaluate(() => window.born);

const reloaded = (page, before) => until(async () =>
    ![before, undefined].includes(await born(page))
        && await page.evaluate(() => document.readyState === 'complete'));

const knows = (page, state) => until(() => page.evaluate((s) =>
    window.ngxConsent.version === 1 && ngxConsent.state() === s, state));

// [what, {signals}] of the consent entries, the event, and where they stand.
const layer = (page) => page.evaluate(() => [...window.dataLayer || []].map(
    (e) => e[0] === 'consent' ? `${e[1]} ${Object.entries(e[2])
        .map((p) => p.join('=')).join()}` : e.event || String(e[0])));

async function fresh(who, path = '/page.html') {
    await who.context.clearCookies();
    await who.go(path);
    return born(who.page);
}


async function events(who) {
    const page = who.page;
    const before = await fresh(who);

    tap.is(JOINT(await seen(page, 'ready')), JOINT([{ state: 'none',
        changed: [], source: 'page', purposes: { necessary: true,
            analytics: false, marketing: false } }]),
        'a page says what the state is before anybody decided');

    await who.button('reject').click();
    await until(async () => (await seen(page, 'change')).length);
    tap.is(JOINT(await seen(page, 'first')), JOINT([{ state: 'refused',
        purposes: { necessary: true, analytics: false, marketing: false },
        changed: [], source: 'banner' }]), 'a refusal is told');
    tap.is(await names(page), 'ready blocked first change hide',
        'in this order, each once');
    tap.is(JOINT(await layer(page)), JOINT([
        'default analytics_storage=denied,ad_storage=denied,ad_user_data=denied',
        'update analytics_storage=denied,ad_storage=denied,ad_user_data=denied',
    ]), 'tags hear one default and one update');
    tap.is(await born(page), before, 'without a reload');
    tap.is(await page.evaluate(() => ngxConsent.state()), 'refused',
        'and the API says it');
    await wayBack(who, 'after a refusal');
    await who.go('/page.html');
    await until(() => page.evaluate(() => ngxConsent.version === 1));
    tap.is(await page.locator('#ngxc-settings').count(), 1,
        'the next page has one way back, not two');
}


// What stands in the page once the visitor decided in it: all of it as on the
// next page, which the gate made.
async function wayBack(who, when) {
    const page = who.page;
    const look = () => page.evaluate(() => {
        const link = document.getElementById('ngxc-settings');
        const css = getComputedStyle(link);
        const { x, y, width, height } = link.getBoundingClientRect();

        return [link.innerText, link.pathname, link.lang, link.dir,
            css.position, css.color, css.font, x, y, width, height];
    });
    const live = await look();

    tap.is(live[0], 'Cookie settings', `${when} the way back is there`);
    tap.is(await page.evaluate(() => document.activeElement.id),
        'ngxc-settings', `${when} who was in the banner goes on from it`);
    tap.is(await page.getByRole('status').textContent(),
        'Your choice has been saved.', `${when} it is said`);
    await who.go('/page.html');
    tap.is(JOINT(live), JOINT(await look()), `${when} it is the gate's own`);
}


async function agree(who, vendors) {
    const page = who.page;

    vendors.requests.length = 0;
    const before = await fresh(who, '/tags.html');

    tap.empty(vendors.requests, 'before the choice nobody is called');
    tap.is(await page.evaluate(() => window.marked), undefined,
        'what the site marked as its own marketing is held, too');
    await page.evaluate(() => ngxConsent.acceptAll());
    await until(async () => (await seen(page, 'change')).length);
    tap.is(await names(page),
        'ready blocked released first change hide',
        'an agreement by the API: released first, then told');
    tap.is(JOINT((await seen(page, 'change'))[0].changed),
        JOINT(['analytics', 'marketing']), 'with what has changed');
    tap.is(await page.evaluate(() => window.marked), 1,
        '... what was marked runs, once');
    tap.is(await born(page), before, 'in the page');
    tap.is(JOINT(await layer(page)), JOINT([
        'default analytics_storage=denied,ad_storage=denied,ad_user_data=denied',
        'update analytics_storage=granted,ad_storage=granted,ad_user_data=granted',
        'ngx_consent_update',
    ]), 'tags hear one update, and a tag manager its event behind it');
    tap.is(await page.evaluate(() => managed), 2,
        'the tag manager started behind the update');
    tap.ok(records().length > 0, 'it is recorded');
    await until(() => page.evaluate(() => uetHeard.length
        && clarityHeard.length));
    tap.is(JOINT(await page.evaluate(() => [uetHeard, clarityHeard])), JOINT([
        ['consent', 'default', { ad_storage: 'denied' },
            'consent', 'update', { ad_storage: 'granted' }],
        ['consentv2', { ad_Storage: 'denied', analytics_Storage: 'denied' },
            'consentv2', { ad_Storage: 'granted',
                analytics_Storage: 'granted' }]]),
        "Microsoft's tags hear what was so, then what is, each once");
    tap.is(await page.evaluate(() => document.activeElement.tagName), 'BODY',
        'whose choice was none of the banner keeps the focus where it was');

    await who.go('/page.html');
    await until(() => page.evaluate(() => Boolean(window.ngxConsent)));
    tap.is(JOINT((await layer(page)).slice(0, 1)), JOINT([
        'default analytics_storage=granted,ad_storage=granted,ad_user_data=granted',
    ]), 'the next page begins with what was granted');
    tap.is((await layer(page)).filter((e) => /^update/.test(e)).length, 0,
        'and there is nothing to update');
    tap.is(JOINT(await page.evaluate(() => [uetq, clarity.q.map((a) =>
        [...a])])), JOINT([['consent', 'default', { ad_storage: 'granted' }],
        [['consentv2', { ad_Storage: 'granted',
            analytics_Storage: 'granted' }]]]),
        "... for Microsoft's tags, too, before they are there");
    tap.is(JOINT(await page.evaluate(async () => [ngxConsent.state(),
        ngxConsent.get('analytics'), ngxConsent.get('nobody'),
        (await ngxConsent.ready).version])), JOINT(['granted', true, false, 1]),
        'the API knows it');
    tap.is(await page.evaluate(() => new Promise((done) => {
        ngxConsent.on('ready', (d) => done(d.state));
    })), 'granted', 'who listens late is told, too');
}


async function change(who) {
    const page = who.page;
    let before = await born(page);

    await page.evaluate(() => { ngxConsent.set({ marketing: false }); });
    tap.ok(await reloaded(page, before), 'less than before: loaded again');
    await until(() => page.evaluate(() => Boolean(window.ngxConsent)));
    tap.is(JOINT(await page.evaluate(() => [ngxConsent.state(),
        ngxConsent.get('analytics'), ngxConsent.get('marketing')])),
        JOINT(['partial', true, false]), 'what was left out stays as it was');

    before = await born(page);
    await page.evaluate(() => { ngxConsent.set({ marketing: true }); });
    tap.ok(await reloaded(page, before), 'more than before: loaded again');
    await until(() => page.evaluate(() => Boolean(window.ngxConsent)));
    tap.is(await page.evaluate(() => ngxConsent.state()), 'granted',
        'with all of it');

    before = await born(page);
    await page.evaluate(() => { ngxConsent.withdraw(); });
    tap.ok(await reloaded(page, before), 'withdrawn: loaded again');
    tap.is(await page.locator('[data-ngxc-hold=analytics-co]').count(), 1,
        'and held again');
}


async function inTheBanner(who) {
    const page = who.page;

    await fresh(who, '/early.html');
    await until(() => page.evaluate(() => window.early));
    tap.is(await page.evaluate(() => window.early), 'nonetruefalse',
        'who called before there was an API is called back');
    await page.evaluate(() => { ngxConsent.hide(); });
    tap.ok(await until(async () => !await who.banner().isVisible()), 'hide()');
    await page.evaluate(() => { ngxConsent.show(); });
    tap.ok(await until(() => who.banner().isVisible()), 'show()');
    tap.is(await names(page), 'ready hide show', 'are told');
    tap.is(token(await who.jar()), null, 'and decide nothing');

    const before = await fresh(who);

    await page.locator('#ngx-consent summary').click();
    await page.locator('#ngxc-p-analytics').check();
    await who.button('save').click();
    tap.ok(await reloaded(page, before), 'some purposes: loaded again');
    tap.is(await page.locator('[data-ngxc-hold=analytics-co]').count(), 0,
        'and open');
}


// Decides in another tab, and leaves it open.
async function decide(other, choice) {
    await open(other, url('/page.html'));
    await other.locator(`#ngx-consent [data-ngxc=${choice}]`).click();
    await knows(other, choice === 'reject' ? 'refused' : 'granted');
}


async function takeBack(other) {
    await open(other, url('/page.html'));
    await knows(other, 'granted');
    await other.evaluate(() => { ngxConsent.withdraw(); });
}


async function elsewhere(who) {
    const page = who.page;
    const other = await who.context.newPage();
    let before = await fresh(who);

    await decide(other, 'reject');
    tap.ok(await until(async () => !await who.banner().isVisible()),
        'refused in another tab: the banner goes here, too');
    tap.is(await born(page), before, '... without a reload');
    tap.ok(await until(() => page.locator('#ngxc-settings').isVisible()),
        '... and the way back comes');
    tap.is(await names(page), 'ready blocked',
        '... it is nobody\'s choice in this page');

    before = await fresh(who);
    await decide(other, 'accept');
    tap.ok(await reloaded(page, before),
        'agreed in another tab: loaded again, with what was agreed to');
    await until(() => page.evaluate(() => window.ngxConsent.version === 1));

    before = await born(page);
    await takeBack(other);
    tap.ok(await reloaded(page, before),
        'withdrawn in another tab: nothing goes on here');
    await other.close();
}


// A browser in which tabs cannot speak to each other.
async function apart(who) {
    const page = await who.context.newPage();
    const other = await who.context.newPage();

    await page.addInitScript(() => { delete window.BroadcastChannel; });
    await who.context.clearCookies();
    await page.goto(url('/page.html'));
    await decide(other, 'reject');
    tap.ok(await page.locator('#ngx-consent').isVisible(),
        'where tabs cannot speak to each other');
    await page.evaluate(() => {
        document.dispatchEvent(new Event('visibilitychange'));
    });
    tap.ok(await until(async () => !await page.locator('#ngx-consent')
        .isVisible()), '... one that comes to the front looks');
    await page.close();
    await other.close();
}


// The site's own buttons, in a form that would do without us, and a link.
async function controls(who) {
    const page = who.page;
    const posted = [];

    page.on('request', (r) => posted.push(`${r.method()} ${r.postData()}`));

    const before = await fresh(who, '/controls.html');

    await page.locator('#reject').click();
    await until(async () => (await seen(page, 'change')).length);
    tap.is(await page.evaluate(() => [ngxConsent.state(), born].join()),
        `refused,${before}`, "the site's own reject, in place");
    tap.is((await seen(page, 'change'))[0].source, 'api', '... and says so');

    await fresh(who, '/controls.html');
    await page.locator('#inner').click();
    await until(async () => (await seen(page, 'released')).length);
    tap.is(await page.evaluate(() => ngxConsent.state()), 'granted',
        "the site's own accept, and what is in it");

    let old = await born(page);

    await page.locator('#box').check();
    await page.locator('#save').click();
    tap.ok(await reloaded(page, old), "the site's own form: loaded again");
    await until(() => page.evaluate(() => window.ngxConsent.version === 1));
    tap.is(JOINT(await page.evaluate(() => ['analytics', 'marketing'].map(
        (p) => ngxConsent.get(p)))), JOINT([false, true]),
        '... what is ticked is granted, and no more');

    old = await born(page);
    await page.locator('#withdraw').click();
    tap.ok(await reloaded(page, old), "the site's own withdrawal");
    tap.empty(posted.filter((p) => /^POST \w+=/.test(p)),
        'no form was sent for any of them');
    await until(() => page.evaluate(() => window.ngxConsent.version === 1));

    old = await born(page);
    await page.route(/\/choice$/, (route) => route.request()
        .isNavigationRequest() ? route.continue() : route.abort());
    await page.locator('#reject').click();
    tap.ok(await reloaded(page, old)
        && posted.some((p) => /^POST \w+=.*choice=reject/.test(p)),
        'but where that fails');
    await page.unroute(/\/choice$/);
    await knows(page, 'refused');

    const sent = posted.length;

    await page.locator('#post').click();
    await page.waitForURL(/#read$/);
    tap.is(posted.length, sent, 'a link decides nothing, whatever it says');
    await page.locator('#link').click();
    await page.waitForURL(url('/.consent/'));
    tap.ok(true, 'data-ngxc=settings is a link, whoever follows it');
}


// Whatever the network does, a banner that was answered is gone; and nothing
// is loaded more often than it has to be.
async function atOnce(who) {
    const page = who.page;
    let go;
    const held = new Promise((done) => { go = done; });

    await fresh(who);
    await page.route(/\/choice$/, async (route) => {
        await held;
        await route.continue();
    });
    for (const choice of ['reject', 'accept']) {
        tap.is(await page.evaluate((c) => {
            const section = document.getElementById('ngx-consent');

            section.querySelector(`[data-ngxc=${c}]`).click();
            return section.hidden;
        }, choice), true, `${choice}: the banner goes with the click itself`);
        if (choice === 'reject') {
            tap.is(token(await who.jar()), null, '... before it is answered');
            go();
            await until(async () => token(await who.jar()));
            await page.unroute(/\/choice$/);
            await fresh(who);
        }
    }
    await until(async () => (await seen(page, 'change')).length);

    const asked = [];
    const heard = (request) => {
        if (request.isNavigationRequest() || /choice$/.test(request.url())) {
            asked.push(`${request.method()} ${new URL(request.url()).pathname}`);
        }
    };

    await fresh(who);
    page.on('request', heard);
    await again(page, async () => {
        await page.locator('#ngx-consent summary').click();
        await page.locator('#ngxc-p-analytics').check();
        await who.button('save').click();
    });
    await knows(page, 'partial');
    await again(page, () => page.evaluate(() => {
        ngxConsent.set({ marketing: true });
        ngxConsent.set({ marketing: true });
    }));
    await knows(page, 'granted');
    await again(page, () => page.evaluate(() => { ngxConsent.withdraw(); }));
    await knows(page, 'refused');
    await who.settle();
    page.off('request', heard);
    tap.is(asked.filter((a) => /^GET/.test(a)).join(), ['GET /page.html',
        'GET /page.html', 'GET /page.html'].join(),
        'some, more of them, none: each loads the page once');
}


async function failing(who) {
    const page = who.page;

    for (const [what, pattern] of [['the client', /ngx-consent\.\w+\.js/],
        ['the choice', /\/choice$/]])
    {
        for (const choice of ['accept', 'reject']) {
            let broken = false;
            const before = await fresh(who);

            // fetched by a script: fails; sent by a form: passes
            await page.route(pattern, (route) => {
                const form = route.request().isNavigationRequest();

                broken ||= !form;
                return form ? route.continue() : route.abort();
            });
            await who.button(choice).click();
            await until(async () => token(await who.jar()));
            tap.is(token(await who.jar()).cid === '-', choice === 'reject',
                `${what} does not come: ${choice} arrives by the form`);
            tap.ok(await until(() => broken), '... though it was tried without');
            if (choice === 'accept') {
                tap.ok(await reloaded(page, before), '... loaded again');
            }
            await page.unroute(pattern);
        }
    }
}


// What the browser keeps, once the page has set what it sets.
async function kept(who) {
    const page = who.page;

    await page.evaluate(() => new Promise((done) => { setTimeout(done); }));
    return JOINT([(await who.names()).filter((n) => !/ngxc/.test(n)),
        await page.evaluate(() => Object.keys({ ...localStorage,
            ...sessionStorage }).sort())]);
}


async function guarded(who) {
    const page = who.page;
    const gone = async () => !/_ga|ana/.test(await kept(who));

    await fresh(who, '/keeps.html');
    tap.ok(await until(async () => !/"_ga/.test((await kept(who))
        .split(']')[0])), 'undecided: a shut cookie that a script sets goes');
    tap.ok((await who.names()).includes('own'), "... and the site's own stays");

    await who.button('accept').click();
    await until(async () => token(await who.jar()));
    await who.go('/keeps.html');
    tap.is(await kept(who), JOINT([['_ga', '_ga_X', 'own'],
        ['_ga_ls', 'ana_1_key', 'own']]), 'granted: all of it is kept');

    const before = await born(page);

    await page.evaluate(() => { ngxConsent.withdraw(); });
    await reloaded(page, before);
    await who.go('/page.html');
    await until(() => page.evaluate(() => Boolean(window.ngxConsent)));
    tap.ok(await until(gone), "withdrawn: the vendor's cookies and keys go",
        await kept(who));
    tap.is(await kept(who), JOINT([['own'], ['own']]),
        "... and the site's own stay");
    tap.is(JOINT(await page.evaluate(() => [ngxConsent.state(),
        ngxConsent.get('necessary')])), JOINT(['refused', true]),
        'who refused has the API, too');

    await who.go('/keeps.html');
    tap.ok(await until(gone), 'refused: what a script sets goes again',
        await kept(who));

    const asked = [];

    page.on('request', (r) => asked.push(r.url()));
    await who.go('/page.html');
    await until(() => page.evaluate(() => Boolean(window.ngxConsent)));
    tap.empty(asked.filter((u) => /state$/.test(u)),
        '... and where nothing is, nothing is asked');
}


async function signalled(who) {
    await who.context.clearCookies();
    await who.context.setExtraHTTPHeaders({ 'Sec-GPC': '1' });
    await who.go('/page.html');
    tap.is(JOINT((await layer(who.page)).slice(0, 1)), JOINT([
        'default analytics_storage=denied,ad_storage=denied,ad_user_data=denied',
    ]), 'under Global Privacy Control the default comes first and is denied');
    tap.is(await who.banner().count(), 0, 'and nobody is asked');
    await who.context.setExtraHTTPHeaders({});
}


tap.run(async () => {
    const vendors = await startVendors();
    const who = await visitor(vendors);

    await events(who);
    await agree(who, vendors);
    await change(who);
    await inTheBanner(who);
    await elsewhere(who);
    await apart(who);
    await controls(who);
    await atOnce(who);
    await failing(who);
    await guarded(who);
    await signalled(who);

    tap.empty(who.errors.filter((e) => !/ERR_FAILED|dynamically imported/
        .test(e)), 'nothing is thrown');
    await who.close();
});
