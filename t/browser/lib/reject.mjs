// Reject: ten further pages, nothing leaves, and nobody is numbered.

import * as tap from './tap.mjs';
import { startSink } from './sink.mjs';
import { PAGES, gatedIn, originLog, records, token, until, url, visitor }
    from './visitor.mjs';

tap.run(async () => {
    const sink = await startSink();
    const who = await visitor(sink);
    const dead = [];
    const asked = [];

    // From before the gate, and no script can see them.
    await who.context.addCookies(['_ga', '_fbp', '_ga_KTYM000001'].map((name) =>
        ({ name, value: 'old', url: url('/'), httpOnly: true })));
    await who.go('/');
    await who.button('reject').click();
    tap.ok(await until(async () => !await who.banner().isVisible()),
        'after the click the banner is gone');
    tap.ok(await until(async () => token(await who.jar())),
        'the refusal is remembered');

    for (const path of PAGES.slice(1, 11)) {
        await who.go(path);
        if (!await who.ready()) {
            dead.push(path);
        }
        if (await who.banner().isVisible()) {
            asked.push(path);
        }
        await who.settle(100);
    }
    await who.settle(800);

    tap.empty(sink.requests, 'ten pages on, no vendor got a request');
    tap.is(sink.connections, 0, 'nor a TCP connection');
    tap.empty(asked, 'nobody is asked again');
    tap.empty(dead, "the site's own script runs on every page");

    const jar = await who.jar();
    const mine = token(jar);
    tap.is(mine && mine.cid, '-', 'the token carries no id');
    tap.is(mine && Number(mine.issued) % 86400, 0,
        'nor a time that would serve as one');
    tap.empty(jar.map((c) => c.name)
        .filter((n) => !['KSESSID', 'ngxc'].includes(n)),
        'the jar holds the session and the refusal, nothing else');
    tap.is(records().length, 0, 'Redis holds no record');
    tap.empty(gatedIn(await originLog(11)),
        'no tracking cookie reached the origin');
    tap.empty(who.errors, 'nothing is thrown');
    await who.close();
});
