// The client: its API, its events, what it tells tags, and what it makes of
// other tabs, of pages that come back and of a network that fails.

import * as tap from './tap.mjs';
import { listen } from './sink.mjs';
import { records, token, until, url, visitor } from './visitor.mjs';

const BODIES = {
    '/bat.js': `window.uetHeard = [...window.uetq || []];
        window.uetq = { push: (...a) => uetHeard.push(a) };`,
    '/tag/x': `window.clarityHeard = [];
        window.clarity = (...a) => clarityHeard.push(a);`,
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

const reloaded = (page, before) => until(async () => {
    try {
        return ![before, undefined].includes(await born(page))
            && await page.evaluate(() => document.readyState === 'complete');
    } catch (error) {
        return false;
    }
});

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
}


async function agree(who, vendors) {
    const page = who.page;

    vendors.requests.length = 0;
    const before = await fresh(who, '/tags.html');

    tap.empty(vendors.requests, 'before the choice nobody is called');
    await page.evaluate(() => ngxConsent.acceptAll());
    await until(async () => (await seen(page, 'change')).length);
    tap.is(await names(page),
        'ready blocked released first change hide',
        'an agreement by the API: released first, then told');
    tap.is(JOINT((await seen(page, 'change'))[0].changed),
        JOINT(['analytics', 'marketing']), 'with what has changed');
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
        [['consent', 'update', { ad_storage: 'granted' }]],
        [['consentv2', { ad_Storage: 'granted',
            analytics_Storage: 'granted' }]]]),
        "Microsoft's tags hear it once");

    await who.go('/page.html');
    await until(() => page.evaluate(() => Boolean(window.ngxConsent)));
    tap.is(JOINT((await layer(page)).slice(0, 1)), JOINT([
        'default analytics_storage=granted,ad_storage=granted,ad_user_data=granted',
    ]), 'the next page begins with what was granted');
    tap.is((await layer(page)).filter((e) => /^update/.test(e)).length, 0,
        'and there is nothing to update');
    tap.ok(await page.evaluate(() => !window.uetq && !window.clarity),
        "where there are no tags of Microsoft's, nothing is made for them");
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


async function elsewhere(who) {
    const page = who.page;
    const back = () => page.evaluate(() => {
        document.dispatchEvent(new Event('visibilitychange'));
    });
    let before = await fresh(who);
    const other = await who.context.newPage();

    await other.goto(url('/page.html'));
    await other.locator('#ngx-consent [data-ngxc=reject]').click();
    await until(async () => token(await who.jar()));
    await back();
    tap.ok(await until(async () => !await who.banner().isVisible()),
        'refused in another tab: the banner goes here, too');
    tap.is(await born(page), before, 'without a reload');

    before = await fresh(who);
    await other.goto(url('/page.html'));
    await other.locator('#ngx-consent [data-ngxc=accept]').click();
    await until(async () => token(await who.jar()));
    await page.evaluate(() => {
        dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    });
    tap.ok(await reloaded(page, before),
        "agreed meanwhile: a page out of the browser's cache is loaded again");
    await until(() => page.evaluate(() => Boolean(window.ngxConsent)));

    before = await born(page);
    await other.goto(url('/page.html'));
    await until(() => other.evaluate(() => Boolean(window.ngxConsent)));
    await other.evaluate(() => ngxConsent.withdraw()).catch(() => {});
    await until(async () => (token(await who.jar()) || {}).cid === '-');
    await back();
    tap.ok(await reloaded(page, before),
        'withdrawn in another tab: nothing goes on here');
    await other.close();
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
            tap.ok(broken, '... though it was tried without');
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
    await failing(who);
    await guarded(who);
    await signalled(who);

    tap.empty(who.errors.filter((e) => !/ERR_FAILED|dynamically imported/
        .test(e)), 'nothing is thrown');
    await who.close();
});
