// Pages with a <base>: banner, settings link, client and placeholders work at
// the page's own host, and the other host is asked for nothing of ours.

import * as tap from './tap.mjs';
import { startSink } from './sink.mjs';
import { HOST, token, until, url, visitor } from './visitor.mjs';

const LINKS = '#ngx-consent a[href$="/.consent/"], #ngxc-settings';

const bits = async (who) => (token(await who.jar()) || {}).bits;
const links = async (who) => (await who.page.locator(LINKS)
    .evaluateAll((all) => all.map((a) => a.href))).join();
const show = (who) => who.page.frameLocator('#film')
    .getByRole('button', { name: 'Show once' });

async function starts(who, sink, name) {
    await who.context.clearCookies();
    sink.reset();
    await who.go(`/${name}.html`);
}

const strays = (sink, title) => tap.empty(sink.saw(/\.consent/),
    `${title}: nothing of ours is asked of another host`);


// ---- forms alone

async function byForm(who, sink, name) {
    const title = `${name}, no script`;

    await starts(who, sink, name);
    tap.is(await links(who), url('/.consent/'), `${title}: the link is right`);
    await show(who).click();
    await until(() => sink.saw(/film/).length
        && who.page.url() === url('/.consent/show')
        || new URL(who.page.url()).host !== HOST);
    tap.is(who.page.url(), url('/.consent/show'),
        `${title}: a frame is shown once, by us`);

    await who.go(`/${name}.html`);
    await who.button('reject').click();
    await until(() => /saved$/.test(who.page.url())
        || new URL(who.page.url()).host !== HOST);
    tap.is(await bits(who), '0', `${title}: a choice is recorded`);

    await who.go(`/${name}.html`);
    tap.is(await links(who), url('/.consent/'),
        `${title}: the settings link is right`);
    strays(sink, title);
}


// ---- with a script

async function byScript(who, sink, name) {
    await starts(who, sink, name);
    tap.is(await links(who), url('/.consent/'), `${name}: the link is right`);
    await show(who).click();
    tap.ok(await until(() => sink.saw(/film/).length),
        `${name}: a frame is shown once`);
    tap.is(who.page.url(), url(`/${name}.html`), `${name}: in its place`);

    await starts(who, sink, name);
    const born = await who.page.evaluate(() => window.born);

    await who.button('accept').click();
    tap.ok(await until(() => sink.saw(/film/).length),
        `${name}: accept opens what was held`);
    tap.is(await who.page.evaluate(() => window.born), born,
        `${name}: without a reload`);
    tap.is(await bits(who), '3', `${name}: it is recorded`);
    tap.is(await links(who), [url('/.consent/'), url('/.consent/')].join(),
        `${name}: the way back is right`);

    await who.go(`/${name}.html`);
    await until(() => who.page.evaluate(() => (window.ngxConsent || {})
        .version === 1));
    tap.is(await who.page.evaluate(() => ngxConsent.state()), 'granted',
        `${name}: the client of a decided visitor is there`);
    tap.is(await links(who), url('/.consent/'),
        `${name}: so is the settings link`);
    await Promise.all([who.page.waitForEvent('load'),
        who.page.evaluate(() => { ngxConsent.rejectAll(); })]);
    tap.ok(await until(async () => await bits(who) === '0'),
        `${name}: and what it sends arrives`);

    await starts(who, sink, name);
    await who.button('reject').click();
    await who.page.locator('#ngxc-settings').waitFor();
    tap.is(await bits(who), '0', `${name}: a refusal is recorded`);
    strays(sink, name);
}


async function all(sink, options, names, test) {
    const who = await visitor(sink, options);

    for (const name of names) {
        await test(who, sink, name);
    }
    await who.close();
}

tap.run(async () => {
    const sink = await startSink();
    const names = ['foreign', 'sister', 'opaque', 'sub'];

    await all(sink, { js: false }, names, byForm);
    await all(sink, {}, [...names, 'late'], byScript);
});
