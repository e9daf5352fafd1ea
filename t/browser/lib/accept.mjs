// Accept: recorded in Redis, then the vendors are called; the next page is the
// origin's own.

import * as tap from './tap.mjs';
import { startSink } from './sink.mjs';
import { PAGES, GATED, SITE_PORT, fetchRaw, gatedIn, insertions, originLog,
    records, redis, token, until, visitor } from './visitor.mjs';

const HITS = {
    'Google Analytics': /\/g\/collect|google-analytics\.com\/collect/,
    'the tag manager': /googletagmanager\.com\/gtm\.js/,
    'Meta': /facebook\.com\/tr\/.*ev=PageView/,
};


// The next page's bytes, with and without the gate.
async function compare(jar) {
    const cookie = jar.map((c) => `${c.name}=${c.value}`).join('; ');
    const wrong = [];
    const foreign = [];

    for (const path of PAGES) {
        const own = await fetchRaw(Number(process.env.CG_PORT_ORIGIN), path,
            { Cookie: cookie });
        const got = await fetchRaw(SITE_PORT, path, { Cookie: cookie });
        const pieces = insertions(own.body, got.body);

        if (!pieces) {
            wrong.push(path);
            continue;
        }
        foreign.push(...pieces.filter((p) => !/ngxc|ngx-consent/.test(p)));
        if (got.body.includes('data-ngxc-hold')) {
            wrong.push(`${path} holds something`);
        }
    }
    return { wrong, foreign };
}


tap.run(async () => {
    const sink = await startSink();
    const who = await visitor(sink);

    await who.go('/');
    await who.settle(800);
    tap.empty(sink.requests, 'before the choice no vendor gets a request');
    tap.is(sink.connections, 0, 'nor a connection');
    tap.is(records().length, 0, 'and Redis holds no record');

    const begun = (await originLog(1)).length;
    await who.button('accept').click();
    tap.ok(await until(async () => !await who.banner().isVisible()),
        'after the click the banner is gone');

    for (const [name, pattern] of Object.entries(HITS)) {
        tap.ok(await until(() => sink.saw(pattern).length),
            `${name} is called after it`, ...sink.requests);
    }

    const keys = records();
    tap.is(keys.length, 1, 'Redis holds one record');
    const record = keys.length ? redis('hgetall', keys[0]) : [];
    tap.ok(record.some((v) => /\banalytics\b/.test(v)),
        'a reader sees in it what was granted', record);

    const mine = token(await who.jar());
    tap.ok(mine && /^[A-Za-z0-9_-]{22}$/.test(mine.cid),
        'the token carries an id', mine || 'no token');
    tap.ok(mine && mine.cookie.httpOnly && mine.cookie.sameSite === 'Lax',
        'no script can read the token', mine ? mine.cookie : 'no token');
    tap.ok(mine && !record.some((v) => v.includes(mine.cid))
        && !(keys[0] || '').includes(mine.cid),
        'and Redis does not hold the id');

    sink.reset();
    await who.go('/news/');
    tap.ok(await until(() => sink.saw(HITS['Google Analytics']).length),
        'the next page calls Google Analytics by itself', ...sink.requests);
    tap.ok(!await who.banner().isVisible(), 'without a banner');
    tap.ok(await who.ready(), "with the site's own script");
    tap.ok(await until(async () => (await who.names()).some((n) =>
        GATED.test(n))), 'the vendors can store their cookies', await who.names());
    await who.go('/company/');
    tap.ok(await until(async () =>
        gatedIn((await originLog()).slice(begun)).length),
        'the origin receives them again');

    const { wrong, foreign } = await compare(await who.jar());
    tap.empty(wrong, "each page is the origin's, but for two insertions");
    tap.empty(foreign, 'and these are ours');

    tap.empty(who.errors, 'nothing is thrown');
    await who.close();
});
