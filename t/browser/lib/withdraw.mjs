// Withdrawn: what trackers keep in the browser is gone with the next page.

import * as tap from './tap.mjs';
import { startSink } from './sink.mjs';
import { HOST, GATED, again, open, records, token, until, url, visitor }
    from './visitor.mjs';

const TRACKING = ['_fbp', '_ga', '_ga_wide'];
const OF_SCRIPTS = ['_ga_script'];
const NECESSARY = ['SESSION', 'ngxc', 'theme'];

const kept = async (who) => [...new Set(await who.names())].join(' ');

const tracking = async (who) => (await kept(who)).split(' ')
    .filter((n) => GATED.test(n)).join(' ');


// One who agreed and whom the site's trackers marked.
async function marked(who, js) {
    await who.context.clearCookies();
    await who.go('/page.html');
    await who.button('accept').click();
    await until(async () => token(await who.jar()));
    await who.go('/page.html');

    const all = [...TRACKING, ...js ? OF_SCRIPTS : []].sort();

    tap.is(await tracking(who), all.join(' '),
        `JavaScript ${js ? 'on' : 'off'}: who agreed has them all`);
}


// By the form of the preferences page: its answer is the one navigation.
async function byForm(who, js) {
    const how = `by the form, JavaScript ${js ? 'on' : 'off'}`;

    await marked(who, js);
    await open(who.page, url('/.consent/'));
    await again(who.page, () => who.page.locator('button[value=withdraw]')
        .first().click());
    tap.is(await tracking(who), '',
        `${how}: withdrawn, and no tracking cookie is left`);
    tap.is(token(await who.jar())?.cid, '-', `${how}: nor an id`);
    await who.go('/page.html');
    tap.ok(await until(async () => await tracking(who) === ''),
        `${how}: nor does the next page bring one back`, await kept(who));
    tap.ok(/SESSION/.test(await kept(who)),
        `${how}: the site's own stay`, await kept(who));
}


// By the API, on a page of the site: it is loaded again, once.
async function byScript(who) {
    let loads = 0;

    await marked(who, true);
    await until(() => who.page.evaluate(() => Boolean(window.ngxConsent)));

    const answers = [];

    who.page.on('response', async (r) => {
        if (r.request().isNavigationRequest()) {
            loads++;
            answers.push(...(await r.headersArray().catch(() => []))
                .filter((h) => h.name.toLowerCase() === 'set-cookie'));
        }
    });
    await again(who.page, () => who.page.evaluate(() => {
        ngxConsent.withdraw();
    }));
    tap.ok(await until(async () => await tracking(who) === ''),
        'by a script: withdrawn, and no tracking cookie is left',
        await kept(who));
    await until(() => loads > 0);
    await who.settle();
    tap.is(loads, 1, 'by a script: in one navigation');
    tap.empty(answers.filter((h) => GATED.test(h.value.split('=')[0])
        && !/Max-Age=0|1970/.test(h.value)),
        'by a script: which sets none anew');
}


// Old marks, some out of scripts' sight, and a refusal.
async function before(who, js) {
    const how = `refused, JavaScript ${js ? 'on' : 'off'}`;
    const expires = Math.floor(Date.now() / 1000) + 9999;

    await who.context.clearCookies();
    await who.context.addCookies([
        { name: '_ga', value: 'old', domain: HOST, path: '/', expires,
            httpOnly: true },
        { name: '_ga_old', value: 'old', domain: '.kitayama.example',
            path: '/', expires, httpOnly: true },
        { name: '_fbp', value: 'old', domain: HOST, path: '/', expires }]);
    await who.go('/page.html');
    await who.button('reject').click();
    await until(async () => token(await who.jar()));
    await who.go('/page.html');
    tap.ok(await until(async () => await tracking(who) === ''),
        `${how}: what was there from before is gone`, await kept(who));
    tap.empty((await kept(who)).split(' ').filter((n) =>
        !NECESSARY.includes(n)), `${how}: only what is necessary is left`);
}


tap.run(async () => {
    const sink = await startSink();

    for (const js of [false, true]) {
        const who = await visitor(sink, { js });

        await byForm(who, js);
        await before(who, js);
        if (js) {
            await byScript(who);
        }
        await who.close();
    }
    tap.is(records().length > 0, true, 'who agreed was recorded');
});
