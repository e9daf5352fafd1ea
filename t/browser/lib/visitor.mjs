// A visitor: Chromium with a fresh profile, for whom www.kitayama.example is
// the site under test and every other name leads to the sink.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync }
    from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

const env = process.env;

export const CONTROL = env.CG_CONTROL === '1';
export const HOST = 'www.kitayama.example';
export const SITE_PORT = Number(CONTROL ? env.CG_PORT_ORIGIN
    : env.CG_PORT_GATE);

// What the browser calls on its own account is no business of the site: these
// names do not resolve.  first_visit.mjs shows that none is missing here.
const BROWSERS_OWN = [
    'accounts.google.com', 'clients*.google.com', 'update.googleapis.com',
    'android.clients.google.com', 'mtalk.google.com', '*.gvt1.com',
    'optimizationguide-pa.googleapis.com', 'safebrowsing*.googleapis.com',
    'content-autofill.googleapis.com',
];

// Every page of the demo that a visitor can go to.
export const PAGES = [
    '/', '/products/', '/products/kx-320.html', '/company/',
    '/company/history.html', '/news/', '/news/2026-expo.html', '/contact/',
    '/privacy/', '/en/', '/en/products/', '/en/contact/',
];

// Cookies that the vendors' tags and the origin's tracking set.
export const GATED = /^(_ga|_ga_.*|_gid|_gat.*|_fbp|_fbc|__utm.*)$/;
export const OURS = /ngxc/;

export const url = (path) => `http://${HOST}${path}`;

export const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

// How long is waited for what is promised, ms; a machine may be slow.
export const PATIENCE = 90000;

// until(CODE, MS): polls; what CODE returned when it was true, or its last.  A
// page may go away under a question: an exception is no answer yet, and is
// thrown if it is the last word.
export async function until(code, ms = PATIENCE) {
    const end = Date.now() + ms;

    for (;;) {
        const late = Date.now() >= end;

        try {
            const got = await code();

            if (got || late) {
                return got;
            }
        } catch (error) {
            if (late) {
                throw error;
            }
        }
        await pause(50);
    }
}


// open(PAGE, ADDRESS, OPTIONS): goes there.  After a choice a page may load
// itself again, at any moment, and cut short one way after the other: then this
// comes behind it.
export async function open(page, address, options = {}) {
    for (let tries = 10; ; tries--) {
        try {
            return await page.goto(address, { waitUntil: 'load', ...options });
        } catch (error) {
            if (tries === 0
                || !/ERR_ABORTED|another navigation/.test(error.message))
            {
                throw error;
            }
        }
        await pause(200);
    }
}


// again(PAGE, CODE): runs CODE; whether the page was loaded again for it, once
// another document is complete.
export async function again(page, code) {
    await page.evaluate(() => { document.ngxcBefore = true; });
    await code();
    return until(() => page.evaluate(() => !document.ngxcBefore
        && document.readyState === 'complete'));
}


// visitor(SINK, { js, cookies: { NAME: VALUE }, host, port, without }): the site
// is at HOST and the patterns of host names in `own`, behind PORT; `without`:
// arguments that playwright gives to the browser and this test does not want.
export async function visitor(sink, { js = true, cookies = {}, host = HOST,
    port = SITE_PORT, own = [], without = [], refuses = false } = {})
{
    const profile = mkdtempSync(join(tmpdir(), 'cg-chromium-'));

    if (refuses) {
        mkdirSync(join(profile, 'Default'));
        writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify({
            profile: { default_content_setting_values: { cookies: 2 } } }));
    }

    const context = await chromium.launchPersistentContext(profile, {
        executablePath: env.CG_CHROMIUM || '/usr/bin/chromium',
        headless: true,
        ignoreDefaultArgs: without,
        javaScriptEnabled: js,
        ignoreHTTPSErrors: true,
        timeout: 2 * PATIENCE,
        locale: 'en-US',
        args: [
            '--no-sandbox', '--disable-gpu', '--disable-quic',
            '--no-first-run', '--disable-background-networking',
            '--disable-component-update', '--disable-sync',
            '--disable-dev-shm-usage',
            '--ignore-certificate-errors',
            '--host-resolver-rules='
                + [host, ...own].map((n) => `MAP ${n} 127.0.0.1:${port}, `)
                    .join('')
                + BROWSERS_OWN.map((n) => `MAP ${n} ~NOTFOUND, `).join('')
                + `MAP * 127.0.0.1:${sink.port}, `
                + 'EXCLUDE 127.0.0.1, EXCLUDE localhost',
        ],
    });
    context.setDefaultTimeout(PATIENCE);

    const page = context.pages()[0] || await context.newPage();
    const errors = [];

    page.on('pageerror', (error) => {
        errors.push(`${page.url()}: ${error.stack || error}`);
    });
    page.on('console', (message) => {
        if (message.type() === 'error') {
            errors.push(`${page.url()}: ${message.text()}`);
        }
    });

    await context.addCookies(Object.entries(cookies).map(([name, value]) => ({
        name, value, domain: host, path: '/',
        expires: Math.floor(Date.now() / 1000) + 86400,
    })));

    return {
        context, page, errors,

        go: (path) => open(page, url(path)),

        // What a page still does after its load event.
        settle: (ms = 400) => pause(ms),

        async jar() {
            return context.cookies();
        },

        async names() {
            return (await context.cookies()).map((c) => c.name).sort();
        },

        // Whether the site's own script ran.
        async ready() {
            return await page.locator('html').getAttribute('data-site')
                === 'ready';
        },

        banner: () => page.locator('#ngx-consent'),
        button: (choice) => page.locator(
            `#ngx-consent [data-ngxc=${choice}]`).first(),

        async close() {
            await context.close();
            rmSync(profile, { recursive: true, force: true });
        },
    };
}


// The token in a jar, taken apart, or undef.
export function token(jar) {
    const cookie = jar.find((c) => c.name === 'ngxc');

    if (!cookie) {
        return null;
    }
    const [format, cid, bits, version, issued, expires, mac]
        = cookie.value.split('.');

    return { format, cid, bits, version, issued, expires, mac, cookie };
}


// What reached the origin so far; nginx writes a line after its answer left.
export async function originLog(least = 1) {
    let lines = [];

    await until(() => {
        lines = readFileSync(env.CG_ORIGIN_LOG, 'utf8').split('\n')
            .filter(Boolean);
        return lines.length >= least;
    });
    return lines.map((line) => JSON.parse(line));
}

export function gatedIn(entries) {
    return entries.filter((e) => e.cookie.split(/;\s*/)
        .some((pair) => GATED.test(pair.split('=')[0])));
}


export function redis(...words) {
    return execFileSync('redis-cli', ['-p', env.CG_PORT_REDIS, ...words],
        { encoding: 'utf8' }).split('\n').filter((line) => line !== '');
}

// The keys of consent records.
export const records = () => redis('keys', 'cg:*:v:*');


// fetchRaw(PORT, PATH, HEADERS): the bytes, as they are sent.
export function fetchRaw(port, path, headers = {}) {
    return new Promise((done, fail) => {
        http.get({ host: '127.0.0.1', port, path,
            headers: { Host: HOST, 'Sec-Fetch-Dest': 'document',
                Accept: 'text/html', ...headers } }, (response) => {
            const parts = [];

            response.on('data', (part) => parts.push(part));
            response.on('end', () => done({ status: response.statusCode,
                headers: response.headers, body: Buffer.concat(parts) }));
        }).on('error', fail);
    });
}

// insertions(BEFORE, AFTER): the pieces, two at most, without which AFTER is
// BEFORE byte for byte; null if it is not so.
export function insertions(before, after) {
    const limit = Math.min(before.length, after.length);
    let head = 0;
    let tail = 0;

    while (head < limit && before[head] === after[head]) {
        head++;
    }
    while (tail < limit - head
        && before[before.length - 1 - tail] === after[after.length - 1 - tail])
    {
        tail++;
    }

    const kept = before.subarray(head, before.length - tail);
    const grown = after.subarray(head, after.length - tail);
    const at = kept.length ? grown.indexOf(kept) : grown.length;

    if (at < 0) {
        return null;
    }
    return [grown.subarray(0, at), grown.subarray(at + kept.length)]
        .map((piece) => piece.toString('latin1')).filter(Boolean);
}
