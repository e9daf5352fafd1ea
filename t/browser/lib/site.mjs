// Two hosts of one site, over TLS: what is decided on one counts on the other,
// and on no host beside the site.

import * as tap from './tap.mjs';
import { startSink } from './sink.mjs';
import { open, until, visitor } from './visitor.mjs';

const [WWW, SHOP, ALONE]
    = ['www', 'shop', 'alone'].map((name) => `${name}.kitayama.example`);

tap.run(async () => {
    const sink = await startSink();
    const who = await visitor(sink, { host: WWW, own: [SHOP, ALONE] });

    // What a visitor finds at a host: the state, the banner, the vendor's tag.
    const at = async (host) => {
        const answer = await open(who.page, `https://${host}/`);

        return [answer.headers()['x-state'],
            await who.banner().isVisible() ? 'asked' : 'not asked',
            await who.page.locator('script[src*=analytics]').count()
                ? 'open' : 'shut'].join(', ');
    };
    const ours = async () => (await who.jar())
        .filter((c) => /ngxc/.test(c.name));
    const tokens = async () => (await ours())
        .map((c) => `${c.name} ${c.domain}`).sort().join(', ');
    const values = async () => (await ours()).map((c) => c.value).sort().join();

    // A choice on the page that is open, and the answer to it.
    const choose = async (click) => {
        const before = await values();

        await click();
        await until(async () => await values() !== before);
    };

    tap.is(await at(WWW), 'none, asked, shut', 'a first visit to www is asked');
    await choose(() => who.button('accept').click());
    tap.is(await tokens(), '__Secure-ngxc .kitayama.example',
        'the browser keeps one token, for the domain');
    tap.is(await at(SHOP), 'granted, not asked, open',
        'accepted on www: shop is open and does not ask');
    tap.is(await at(ALONE), 'none, asked, shut',
        'a host outside the site knows nothing of it');

    await open(who.page, `https://${SHOP}/.consent/`);
    await choose(() => who.page.locator('[value=withdraw]').first().click());
    tap.is(await at(WWW), 'refused, not asked, shut',
        'withdrawn on shop: www is shut and does not ask');

    await at(ALONE);
    await choose(() => who.button('reject').click());
    tap.is(await tokens(),
        '__Host-ngxc alone.kitayama.example, __Secure-ngxc .kitayama.example',
        'the host outside keeps a token of its own beside it');
    tap.is(await at(ALONE), 'refused, not asked, shut', 'and reads that one');
    await who.close();
});
