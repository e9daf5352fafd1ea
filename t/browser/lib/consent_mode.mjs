// What stands in window.dataLayer, for whom, and what a choice adds to it.

import * as tap from './tap.mjs';
import { listen } from './sink.mjs';
import { again, open, token, until, url, visitor } from './visitor.mjs';

const TAG = "dataLayer.push({ event: 'tag' });";

const BOTH = 'analytics_storage,ad_storage';


// The layers of all pages since the last look, the one that is open last.
async function layers(page) {
    let all;

    await until(async () => {
        all = await page.evaluate(() => {
            if (document.readyState !== 'complete') {
                return null;
            }
            const before = JSON.parse(sessionStorage.layers || '[]');
            sessionStorage.removeItem('layers');
            return [...before, layer()];
        });
        return all;
    });
    return all;
}

const count = (all, what) => all.flat().filter((e) => e.startsWith(what)).length;

const visit = async (who, path = '/page.html') => {
    await open(who.page, url(path));
    await who.page.evaluate(() => sessionStorage.removeItem('layers'));
};


// begins(WHO, TITLE, GRANTED): on a page of this visitor the default is
// the first entry, says this, is the only one, and nothing updates it.
async function begins(who, title, granted) {
    await visit(who);

    const [layer] = (await layers(who.page)).slice(-1);

    tap.is(layer[0], `default ${granted}`,
        `${title}: the consent default is the first entry`);
    tap.is(`${count([layer], 'default')} ${count([layer], 'update')}`, '1 0',
        `${title}: there is one, and no update`);
    tap.ok(layer.includes('js') && layer.includes('config'),
        `${title}: the site's own entries stand behind it`, layer);
}


// chooses(WHO, TITLE, GRANTED, CHOOSE): a choice, made on the page that is open.
async function chooses(who, title, granted, choose) {
    const before = token(await who.jar())?.cookie.value;

    await layers(who.page);
    await choose();
    await until(async () => ![before, undefined].includes(
        token(await who.jar())?.cookie.value));

    const left = [];
    let now = [];
    const look = async () => {
        now = await layers(who.page);
        left.push(...now.splice(0, now.length - 1));
    };

    await until(async () => {
        await look();
        return left.length || count(now, 'update');
    });
    await until(() => who.page.evaluate(() => Boolean(window.ngxConsent)));
    await look();

    const all = [...left, ...now];
    const updates = all.flat().filter((e) => e.startsWith('update'));

    tap.is(updates.join(' + '), `update ${granted}`,
        `${title}: exactly one update, with what was chosen`);
    tap.empty(all.filter((l) => !l[0].startsWith('default')
        || count([l], 'default') !== 1),
        `${title}: and each page begins with its one default`);
}


const tick = async (who) => {
    await who.page.locator('#ngx-consent summary').click();
    await who.page.locator('#ngxc-p-analytics').check();
    await who.button('save').click();
};

const call = (who, code) => async () => {
    await until(() => who.page.evaluate(() => Boolean(window.ngxConsent)));
    await who.page.evaluate(code);
};


async function visits(who) {
    const fresh = async (path) => {
        await who.context.clearCookies();
        await visit(who, path);
    };

    await who.context.clearCookies();
    await begins(who, 'a new visitor', '');

    await chooses(who, 'refused', '', () => who.button('reject').click());
    await begins(who, 'one who refused', '');

    await fresh();
    await chooses(who, 'accepted', BOTH, () => who.button('accept').click());
    await begins(who, 'one who agreed', BOTH);
    await chooses(who, 'less by the API', 'analytics_storage',
        call(who, () => { ngxConsent.set({ marketing: false }); }));
    await begins(who, 'one who took some of it back', 'analytics_storage');
    await chooses(who, 'withdrawn', '',
        call(who, () => { ngxConsent.withdraw(); }));
    await begins(who, 'one who withdrew', '');

    await fresh();
    await chooses(who, 'some', 'analytics_storage', () => tick(who));
    await begins(who, 'one who agreed to some', 'analytics_storage');
}


// Where a choice is sent by the form, the page that follows begins with it.
async function byForm(who) {
    await who.context.clearCookies();
    await visit(who, '/reload/page.html');
    await again(who.page, () => who.button('accept').click());

    const [layer] = (await layers(who.page)).slice(-1);

    tap.is(`${layer[0]}, ${count([layer], 'update')} updates`,
        `default ${BOTH}, 0 updates`,
        'by the form: the next page begins with what was chosen');
}


async function signalled(who) {
    await who.context.clearCookies();
    await who.context.setExtraHTTPHeaders({ 'Sec-GPC': '1' });
    await begins(who, 'Global Privacy Control', '');
    tap.is(await who.banner().count(), 0,
        'Global Privacy Control: nobody is asked');
    await chooses(who, 'Global Privacy Control, and agreed', BOTH,
        call(who, () => { ngxConsent.acceptAll(); }));
    await begins(who, 'Global Privacy Control, and agreed', BOTH);
    await who.context.setExtraHTTPHeaders({});
}


tap.run(async () => {
    const port = await listen((request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/javascript',
            'Cache-Control': 'no-store' });
        response.end(TAG);
    });
    const who = await visitor({ port });

    await visits(who);
    await byForm(who);
    await signalled(who);
    tap.empty(who.errors, 'nothing is thrown');
    await who.close();
});
