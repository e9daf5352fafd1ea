// Release without a reload: the effects of a page whose visitor agrees are
// those of the page that was never gated.

import * as tap from './tap.mjs';
import { listen } from './sink.mjs';
import { open, records, until, url, visitor } from './visitor.mjs';

const HTML = '<!doctype html><title>f</title><p>frame';
const say = (name) => `say('${name}'); window.${name} = 1;`;

// What async scripts wait for is asked for by a handler of the page, so that
// their turn does not depend on how fast anything is.
const BODIES = {
    'blocking1.js': say('blocking1')
        + "document.addEventListener('readystatechange', () => say('c1'));",
    'hasload.js': say('hasload'),
    'blocking2.js': say('blocking2'), 'blocking3.js': say('blocking3'),
    'deferred1.js': say('deferred1'),
    'deferred2.js': say('deferred2')
        + "document.addEventListener('DOMContentLoaded', () => say('ready of deferred'));",
    'module1.js': "say('module1'); window.module1 = import.meta.url;",
    // the load of a page waits for what its scripts put in
    'async1.js': say('async1') + `addEventListener('load', () => say('load of async'));
        const d = document.createElement('script');
        d.src = 'https://analytics.example/dynamic.js';
        document.head.append(d);
        const never = document.createElement('div');
        never.innerHTML = '<script src=https://analytics.example/never.js><\\/script>';
        document.head.append(never.firstChild);`,
    'dynamic.js': say('dynamic'),
    'nomodule.js': say('nomodule'), 'unlisted.js': "log.push('unlisted')",
    'writes.js': "document.write('<p id=written>w')",
    'queues.js': `window.heard = [...ga.q].map((a) => a[0]).concat(
        dataLayer.map((e) => e[0] === 'consent' ? e[1] : e.event || e[0]));
        window.before = typeof utag + typeof mixpanel;
        window.utag = { link: (x) => heard.push('utag' + x.a) };
        window.mixpanel = { init: (x) => heard.push(x.id) };
        dataLayer.push({ event: 'kept' }); ga('send', 'event');
        window.later = [dataLayer.length, ga.q.length];`,
};


async function startVendors() {
    const vendors = { port: 0, requests: [], waiting: [] };

    vendors.reset = () => { vendors.requests.length = 0; };
    vendors.port = await listen((request, response) => {
        const name = request.url.replace(/^\//, '').replace(/\?.*/, '');
        const code = name in BODIES;
        const answer = () => {
            response.writeHead(name === 'missing.js' ? 404 : 200, {
                'Content-Type': code ? 'text/javascript'
                    : /gif$/.test(name) ? 'image/gif'
                    : /css$/.test(name) ? 'text/css' : 'text/html',
                'Access-Control-Allow-Origin': '*', 'Cache-Control': 'no-store',
            });
            response.end(code ? BODIES[name] : /frame/.test(name) ? HTML : '');
        };

        vendors.requests.push(name);
        if (name === 'async1.js') {
            vendors.waiting.push(answer);
            return;
        }
        if (name === 'go') {
            vendors.waiting.splice(0).forEach((go) => go());
        }
        answer();
    });
    return vendors;
}


const finished = (page) => until(() => page.evaluate(
    () => (window.log || []).some((l) => /load of async/.test(l))));

const logOf = (page) => page.evaluate(() => log);

const born = (page) => page.evaluate(() => window.born);


// How the page runs that no gate saw.
async function plain(who, path) {
    await open(who.page, url(path), { waitUntil: 'commit' });
    await finished(who.page);
    return logOf(who.page);
}


async function accepted(who, path) {
    await who.context.clearCookies();
    await who.go(path);

    const before = await born(who.page);

    await who.button('accept').click();
    return before;
}


// What the page has become, to be compared with the one that no gate saw.
const shape = (page) => page.evaluate(() => ({
    exact: window.exact,
    image: document.getElementById('img').getAttribute('src'),
    frame: document.getElementById('frame').getAttribute('src'),
    inner: document.getElementById('template').content
        .firstChild.getAttribute('src'),
    order: [...document.querySelectorAll('script[src]')]
        .filter((s) => !('ngxcUi' in s.dataset)).map((s) =>
            s.getAttribute('src')).filter((s) => !/unlisted/.test(s)),
    svg: document.getElementById('svg').outerHTML,
    text: getComputedStyle(document.getElementById('p')).color,
    siteReady: window.siteReady, siteLoaded: window.siteLoaded,
    state: document.readyState,
    own: Object.keys(document).concat(Object.keys(window)).filter((k) =>
        /EventListener|readyState/.test(k)),
}));


async function same(who, vendors, path, name, other = '/plain/order.html') {
    const want = await plain(who, other);
    const wanted = await shape(who.page);

    vendors.reset();
    const before = await accepted(who, path);

    await finished(who.page);
    const got = await logOf(who.page);

    tap.ok(want.length > 22, `${name}: there are effects to compare`, want);
    tap.is(got.join('\n'), want.filter((l) => !/^unlisted/.test(l)).join('\n'),
        `${name}: the same effects in the same order`);
    tap.is(JSON.stringify(await shape(who.page)), JSON.stringify(wanted),
        `${name}: the page is what it would have been`);
    tap.is(await born(who.page), before, `${name}: without a reload`);
    const files = ['blocking1.js', 'deferred1.js', 'module1.js', 'async1.js',
        'pixel.gif', 'frame', 'mask.svg', 'sheet.css', 'link.css', 'ad.gif'];
    await until(() => files.every((f) => vendors.requests.includes(f)));
    tap.empty(files.filter((f) => vendors.requests
        .filter((r) => r === f).length !== 1), `${name}: each is fetched once`);
    tap.empty(vendors.requests.filter((r) => /unlisted|mixed|template/.test(r)),
        `${name}: what nobody can grant stays held, all of its element`);
}


async function reloads(who, path, name) {
    const before = await accepted(who, path);

    tap.ok(await until(async () =>
        ![before, undefined].includes(await born(who.page))),
        `${name}: the page is loaded again`);
    await until(() => who.page.evaluate(
        () => document.readyState !== 'loading'));
    tap.is(await who.page.locator('[data-ngxc-hold=analytics-co]').count(), 0,
        `${name}: with everything in it`);
}


tap.run(async () => {
    const vendors = await startVendors();
    const who = await visitor(vendors);

    await who.go('/order.html');
    tap.empty(vendors.requests, 'before the choice nobody is called');
    tap.is((await logOf(who.page)).length, 0, 'and nothing of it ran');

    await same(who, vendors, '/order.html', 'a page');
    tap.ok(records().length > 0, 'what was agreed to is recorded');
    await same(who, vendors, '/nonce.html', 'under a strict policy',
        '/plain/nonce.html');

    await reloads(who, '/enforced.html', 'behind the second wall');
    await reloads(who, '/reload.html', 'consent_release reload');
    await reloads(who, '/typed.html', 'where types must be trusted');

    vendors.reset();
    await reloads(who, '/write.html', 'a held script that writes');
    tap.is(await who.page.locator('#written').count(), 1,
        'and what it writes is there');
    await reloads(who, '/writes.html', 'a script that turns out to write');
    tap.is(await who.page.locator('#written').count(), 1,
        'and what it writes is there, too');

    for (const forged of ['handler', 'document', 'address', 'template']) {
        await reloads(who, `/${forged}.html`, `a forged mark, ${forged}`);
        tap.is(await who.page.evaluate(() => sessionStorage.owned), undefined,
            'and what it says never acts');
    }

    vendors.reset();
    const marked = await accepted(who, '/marks.html');

    await until(() => vendors.requests.includes('pixel.gif'));
    await who.settle(500);
    tap.is(await born(who.page), marked, 'marks in the page: no reload');
    tap.is(vendors.requests.join(), 'pixel.gif',
        'what is held is released, and nothing by marks of the page');
    tap.is(await who.page.evaluate(() => sessionStorage.owned), undefined,
        'and none of them acts');

    vendors.reset();
    await who.go('/marks.html');
    await until(() => vendors.requests.length >= 5);
    await who.settle(300);
    tap.is(vendors.requests.sort().join(),
        'beside.gif,pixel.gif,worded.css,worded.gif,worded.svg',
        'nor is anything fetched by them once it is all granted');

    vendors.reset();
    await who.go('/false.html');
    await who.page.evaluate(
        () => ngxConsent.acceptAll().catch(() => {}));
    await until(() => vendors.requests.length);
    await who.settle(300);
    tap.is(vendors.requests.join(), 'pixel.gif',
        'a banner that the page brings is not asked where choices go');

    vendors.reset();
    await accepted(who, '/late.html');
    await until(() => vendors.requests.length);
    await who.settle(300);
    tap.is(vendors.requests.join(), 'pixel.gif',
        'nor where one of ours comes behind it');

    const kept = await accepted(who, '/stubs.html');

    await until(() => who.page.evaluate(() => window.heard
        && heard.includes('kept') && dataLayer.some((e) => e.event === 'kept')));
    tap.is(await born(who.page), kept, 'stubs: no reload');
    tap.is((await who.page.evaluate(() => window.before)),
        'undefinedundefined', 'stubs that a vendor would take for its own go');
    tap.is((await who.page.evaluate(() => heard.join())),
        'create,send,default,js,update,utag1,kept',
        'the others hand over what they kept, in order');
    tap.is((await who.page.evaluate(() => later.join())),
        '4,3', 'and keep all that is called from then on');

    const unexpected = who.errors.filter((e) =>
        !/of the page|missing\.js|404|Violat|violat|document\.write/.test(e)
        // a vendor's script that a page of trusted types has no room for
        && !/typed\.html.*TrustedScriptURL/.test(e));
    tap.empty(unexpected, 'nothing else is thrown');
    await who.close();
});
