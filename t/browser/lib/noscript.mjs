// Without JavaScript the form does it all: POST, 303, the next page.

import * as tap from './tap.mjs';
import { startSink } from './sink.mjs';
import { PAGES, again, gatedIn, originLog, records, redis, token, until,
    visitor } from './visitor.mjs';

// Sends the form and follows; what came back on the way.
async function choose(who, choice) {
    const answers = [];
    const listen = (r) => answers.push(`${r.request().method()} `
        + `${new URL(r.url()).pathname} ${r.status()}`);

    who.page.on('response', listen);
    await again(who.page, () => who.button(choice).click());
    await until(() => answers.includes('GET /news/ 200'));
    who.page.off('response', listen);
    return answers;
}


async function reject(sink) {
    const who = await visitor(sink, { js: false });

    await who.go('/news/');
    const answers = await choose(who, 'reject');
    tap.ok(answers.includes('POST /.consent/choice 303'),
        'reject: the form is answered with 303', answers);
    tap.ok(answers.includes('GET /news/ 200'),
        'reject: and leads back to the page', answers);
    tap.is(await who.banner().count(), 0, 'reject: the banner is gone');

    for (const path of PAGES.slice(0, 10)) {
        await who.go(path);
    }
    await who.settle(800);
    const mine = token(await who.jar());

    tap.empty(sink.requests, 'reject: ten pages on, no vendor got a request');
    tap.is(sink.connections, 0, 'reject: nor a TCP connection');
    tap.is(mine && mine.cid, '-', 'reject: the token carries no id');
    tap.is(records().length, 0, 'reject: Redis holds no record');
    tap.empty(gatedIn(await originLog(12)),
        'reject: no tracking cookie reached the origin');
    await who.close();
}


async function accept(sink) {
    const who = await visitor(sink, { js: false });

    sink.reset();
    await who.go('/news/');
    await who.settle(500);
    tap.is(sink.connections, 0, 'accept: nothing leaves before the choice');

    const answers = await choose(who, 'accept');
    tap.ok(answers.includes('POST /.consent/choice 303'),
        'accept: the form is answered with 303', answers);
    tap.is(await who.banner().count(), 0, 'accept: the banner is gone');
    tap.ok(await until(() => sink.saw(/googletagmanager\.com\/ns\.html/).length),
        'accept: the tag manager\'s frame is loaded', ...sink.requests);
    tap.ok(await until(() => sink.saw(/facebook\.com\/tr/).length),
        'accept: the pixel\'s image is loaded', ...sink.requests);

    const keys = records();
    const mine = token(await who.jar());
    tap.is(keys.length, 1, 'accept: Redis holds one record');
    tap.ok(keys.length && redis('hgetall', keys[0]).some(
        (v) => /\banalytics\b/.test(v)),
        'accept: a reader sees in it what was granted');
    tap.ok(mine && /^[A-Za-z0-9_-]{22}$/.test(mine.cid),
        'accept: the token carries an id', mine || 'no token');
    await who.close();
}


tap.run(async () => {
    const sink = await startSink();

    await reject(sink);
    await accept(sink);
});
