// Our bytes in the page, and our requests beside it.

import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import * as tap from './tap.mjs';
import { startSink } from './sink.mjs';
import { SITE_PORT, fetchRaw, insertions, token, until, visitor }
    from './visitor.mjs';

const LANGS = process.env.CG_LANGS.split(' ');
const ORIGIN = Number(process.env.CG_PORT_ORIGIN);
const OURS = /^\/\.consent\//;
const ASSET = /^\/\.consent\/ngx-consent\.\w+\.js$/;


// What we put into a page: its pieces, or null if the rest is not the origin's.
async function added(path, headers) {
    const [bare, gated] = [await fetchRaw(ORIGIN, path, headers),
        await fetchRaw(SITE_PORT, path, headers)];

    return insertions(bare.body, gated.body);
}

const gzipped = (pieces) => gzipSync(pieces.join(''), { level: 9 }).length;


// The banner's piece is the last; one before it, at the head of the page, keeps
// the globals of what is held and Google's defaults, where there are any.
async function undecided() {
    for (const lang of LANGS) {
        const pieces = await added(`/${lang}.html`, {});
        const size = pieces ? gzipped(pieces.slice(-1)) : Infinity;

        tap.ok(size <= 4096,
            `undecided, ${lang}: banner, style and first stage fit in 4096 bytes`,
            size);
        tap.diag(`${lang}: ${size} bytes gzip, and ${pieces
            && gzipped(pieces.slice(0, -1))} at the head`);
    }
}


// What reached the gate, request by request.
const log = () => readFileSync(process.env.CG_GATE_LOG, 'utf8').split('\n')
    .filter(Boolean).map((line) => JSON.parse(line).uri);

// walk(WHO, N): what reached it for N pages, one after the other, and a while
// longer; nginx writes a line after its answer has left.
async function walk(who, n) {
    const before = log().length;

    for (let i = 0; i < n; i++) {
        await who.go(`/${LANGS[i % 2]}.html`);
    }
    await until(() => log().slice(before)
        .filter((uri) => !OURS.test(uri)).length >= n);
    await who.page.waitForLoadState('networkidle');
    return log().slice(before);
}

const ours = (all) => all.filter((uri) => OURS.test(uri));


// A choice fetches the client, which asks whether the cookie was kept, and what
// releases; then there is nothing more.
async function decides(sink, choice, assets) {
    const who = await visitor(sink);

    writeFileSync(process.env.CG_GATE_LOG, '');
    tap.empty(ours(await walk(who, 2)),
        `${choice}: until then no request but the page's`);
    await who.button(choice).click();
    await until(async () => token(await who.jar())
        && log().filter((uri) => ASSET.test(uri)).length >= assets
        && ['choice', 'state'].every((name) => log().some((uri) =>
            uri === `/.consent/${name}`)));

    const next = await walk(who, 10);

    tap.is(next.length, 10, `${choice}: ten pages on, ten requests`);
    tap.empty(ours(next), `${choice}: none of them is ours`);

    const jar = (await who.jar()).filter((c) => /ngxc/.test(c.name));

    await who.close();
    return jar;
}


// The next day, with nothing kept but the decision.
async function returns(sink, choice, jar) {
    const who = await visitor(sink);

    await who.context.addCookies(jar);

    const all = ours(await walk(who, 10));

    tap.ok(all.length === 1 && ASSET.test(all[0]),
        `${choice}: one who returns, on ten pages, fetches the client once`,
        ...all);
    await who.close();

    const pieces = await added('/en.html',
        { Cookie: jar.map((c) => `${c.name}=${c.value}`).join('; ') });

    tap.ok(pieces && pieces.length <= 2, `${choice}: two insertions at most`);
    tap.diag(`${choice}: ${pieces && gzipped(pieces)} bytes gzip in a page`);
}


tap.run(async () => {
    const sink = await startSink();

    await undecided();
    await returns(sink, 'reject', await decides(sink, 'reject', 1));
    await returns(sink, 'accept', await decides(sink, 'accept', 2));
});
