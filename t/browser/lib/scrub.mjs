// scrub: what third parties that were allowed read of the page's address.

import * as tap from './tap.mjs';
import { startSink } from './sink.mjs';
import { again, until, visitor } from './visitor.mjs';

const PAGE = '/page.html?email=a%40b.c&x=%7E1&E%6Dail=d%40e.f&tel&y=#end';
const SHORT = '/page.html?x=%7E1&y=#end';


tap.run(async () => {
    const sink = await startSink();
    const who = await visitor(sink);
    const address = () => who.page.evaluate(() => window.seen);

    await who.go(PAGE);
    tap.is(await address(), PAGE,
        'before a choice the address stays as it is');
    tap.empty(sink.requests, 'and nobody else reads it');

    await again(who.page, () => who.button('accept').click());

    for (const [path, what] of [['', 'granted'],
        ['/nonce', 'granted, under a strict policy of the site\'s'],
        ['/elsewhere', 'granted, where the page says more to others']])
    {
        sink.reset();
        await who.go(path + PAGE);
        tap.ok(await until(() => sink.saw(/collect\?dl=/).length
            && sink.saw(/analytics\.js/).length), `${what}: tags run`);
        tap.is(await address(), path + SHORT,
            `${what}: the first script of the page reads the shorter address`);
        tap.is(await who.page.evaluate(() => location.href),
            `http://www.kitayama.example${path}${SHORT}`,
            `${what}: so it stands, with what else is in it as it was`);
        tap.empty(sink.saw(/email|%40|tel/i),
            `${what}: no request of a tag has what was taken out`);
        tap.diag(`Referer: ${sink.referers.join(' ')}`);
        tap.empty(sink.referers.filter((r) => /email|%40|tel/i.test(r)),
            `${what}: nor has its Referer`, ...sink.referers);
    }

    // The page before may have been seen without a grant: its address was whole.
    sink.reset();
    await who.page.goto(`http://www.kitayama.example${PAGE}`,
        { referer: 'http://www.kitayama.example/before.html?tel=1&b=2#c?tel=3' });
    tap.is(await who.page.evaluate(() => document.referrer),
        'http://www.kitayama.example/before.html?b=2',
        'the address of the page before is as short');
    tap.ok(await until(() => sink.saw(/collect\?dl=/).length), '... tags run');
    tap.empty(sink.saw(/email|%40|tel/i), '... and read that one');

    await who.page.evaluate(() => history.replaceState({ here: 1 }, ''));
    await who.page.goto('http://www.kitayama.example//double/page.html?tel=1');
    tap.is(await who.page.evaluate(() => location.pathname + location.search),
        '//double/page.html', 'a path that begins like a host is none');
    tap.empty(who.errors.filter((e) => !/favicon/.test(e)),
        'no script throws', ...who.errors);
    await who.close();
});
