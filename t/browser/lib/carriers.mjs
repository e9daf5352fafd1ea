// Every carrier of a request, released in the page: compared with the page of
// a visitor who granted everything before.

import * as tap from './tap.mjs';
import { listen } from './sink.mjs';
import { until, url, visitor } from './visitor.mjs';

const TYPES = { js: 'text/javascript', css: 'text/css', gif: 'image/gif',
    svg: 'image/svg+xml', mp4: 'video/mp4', webm: 'video/webm',
    mp3: 'audio/mpeg', vtt: 'text/vtt', woff2: 'font/woff2' };


async function startVendors() {
    const vendors = { port: 0, requests: new Set() };

    vendors.port = await listen((request, response) => {
        const type = TYPES[request.url.replace(/.*\./, '')];

        // a medium that was there once is not asked for again
        vendors.requests.add(request.headers.host + request.url);
        response.writeHead(/^(image.gif|video|audio)/.test(type) ? 404 : 200, {
            'Content-Type': type || 'text/html', 'Cache-Control': 'no-store',
            'Access-Control-Allow-Origin': '*' });
        response.end(type === TYPES.vtt ? 'WEBVTT\n' : '');
    });
    return vendors;
}


// Every carrier by its name, as the DOM has it; the order of attributes is
// nobody's business.
const carriers = (page) => page.evaluate(() => {
    const say = (node) => {
        if (node.nodeType !== Node.ELEMENT_NODE) {
            return node.nodeType === Node.TEXT_NODE ? node.data : '';
        }
        const inside = [node.shadowRoot, node.content, node].filter(Boolean)
            .flatMap((n) => [...n.childNodes]);

        return `<${[node.localName, ...attributes(node)].join(' ')}>`
            + inside.map(say).join('') + `</${node.localName}>`;
    };
    const attributes = (node) => [...node.attributes]
        .filter((a) => a.name !== 'data-ngxc-purpose')
        .map((a) => `${a.name}=${JSON.stringify(a.value)}`).sort();

    return Object.fromEntries([
        ['body', attributes(document.body).join(' ')],
        ...[...document.querySelectorAll('.carrier')]
            .map((node) => [node.id, say(node)])]);
});

const born = (page) => page.evaluate(() => window.born);


async function accepted(who, path) {
    await who.context.clearCookies();
    await who.page.goto(url(path), { waitUntil: 'load' });

    const before = await born(who.page);

    await who.button('accept').click();
    return before;
}


// The page of a visitor who granted everything, and what it fetches.
async function granted(path) {
    const vendors = await startVendors();
    const who = await visitor(vendors);

    await accepted(who, '/inner.html');
    await until(async () => (await who.names()).includes('ngxc'));
    await who.page.goto('about:blank');
    vendors.requests.clear();
    await who.go(path);
    return { who, requests: vendors.requests };
}


const lacks = (some, others) => [...some].filter((r) => !others.has(r));


async function same(who, vendors, path) {
    const other = await granted(path);
    const before = await accepted(who, path);
    const missing = () => lacks(other.requests, vendors.requests);
    const more = () => lacks(vendors.requests, other.requests);

    await until(() => vendors.requests.size > 50 && !missing().length
        && !more().length);
    await who.settle();

    const want = await carriers(other.who.page);
    const got = await carriers(who.page);
    const names = Object.keys(want);

    tap.is(await born(who.page), before, 'the page is not loaded again');
    tap.diag(`${names.length} carriers, ${vendors.requests.size} requests`);
    tap.empty(names.filter((n) => got[n] !== want[n])
        .map((n) => `${got[n]}\nnot ${want[n]}`),
        'each carrier is what it would have been');
    tap.empty(missing(), 'what would have been fetched is fetched');
    tap.empty(more(), 'and nothing else is');
    tap.ok(!(await who.page.evaluate(() => emptied)).includes('track'),
        'nor does a film begin anew for its captions');
    await other.who.close();
}


async function reloads(who, name) {
    const before = await accepted(who, `/${name}.html`);

    tap.ok(await until(() => born(who.page).then(
        (now) => ![before, undefined].includes(now), () => false)),
        `${name}: the page is loaded again`);
}


tap.run(async () => {
    const vendors = await startVendors();
    const who = await visitor(vendors);

    await who.go('/all.html');
    tap.empty([...vendors.requests], 'before the choice nothing is fetched');

    await same(who, vendors, '/all.html');

    for (const name of ['merged', 'worded']) {
        vendors.requests.clear();
        await accepted(who, `/${name}.html`);
        await until(() => vendors.requests.has('analytics.example/last.gif'));
        await who.settle();
        tap.empty([...vendors.requests].filter((r) => /unlisted|body/.test(r)),
            `what is ${name} into <body> and nobody can grant stays held`);
    }

    vendors.requests.clear();
    const before = await accepted(who, '/late.html');

    await until(() => who.page.evaluate(() => window.done));
    await who.page.evaluate(() => {
        document.body.append(away);
        document.body.insertAdjacentHTML('beforeend', without.textContent);
    });
    tap.ok(await until(() => ['kept.gif', 'kept.css', 'noscript.gif'].every(
        (n) => vendors.requests.has(`analytics.example/${n}`))),
        'what scripts put in later comes back, too');
    tap.is(await born(who.page), before, 'without a reload');

    await accepted(who, '/frames.html');
    tap.ok(await until(() => ['inner', 'object'].every((n) =>
        vendors.requests.has(`analytics.example/${n}.gif`))),
        'frames of the site, however deep, are loaded again');

    for (const name of process.env.CG_PAGES.split(' ')) {
        await reloads(who, name);
    }
    await who.close();
});
