// Those who answer banners for a visitor: DuckDuckGo's engine, as published,
// among all the rules that come with it, and Consent-O-Matic's way of it; each
// with the rule out of contrib.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { faults, operate } from './consent_o_matic.mjs';
import * as tap from './tap.mjs';
import { startSink } from './sink.mjs';
import { records, token, until, visitor } from './visitor.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const AUTOCONSENT = dirname(dirname(createRequire(import.meta.url)
    .resolve('@duckduckgo/autoconsent')));

const json = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'));

const ENGINE = readFileSync(join(AUTOCONSENT, 'dist',
    'autoconsent.playwright.js'), 'utf8');
const PUBLISHED = json(AUTOCONSENT, 'rules', 'rules.json').autoconsent;
const OURS = json(HERE, '..', '..', '..', 'contrib', 'autoconsent.json');
const MATIC = json(HERE, '..', '..', '..', 'contrib', 'consent-o-matic.json')[
    'ngx-consent'];

const sink = await startSink();


// What the module knows of a visitor: { state, purposes }.
const state = (who) => who.page.evaluate(async () =>
    (await fetch('/.consent/state')).json());

// settled(WHO, STATE): waits for it; what it is in the end.
async function settled(who, wanted) {
    let now;

    await until(async () => {
        now = await state(who);
        return now.state === wanted;
    });
    return now;
}

// engine(WHO, PATH, CONFIG, RULES): the engine runs in the page; what it says,
// message by message, and whatever it says later.
async function engine(who, path, config, rules) {
    const said = [];

    await who.page.exposeBinding('autoconsentSendMessage',
        async ({ frame }, message) => {
            const tell = (answer) => frame.evaluate(
                (words) => window.autoconsentReceiveMessage(words), answer)
                .catch(() => {});      // the page has gone on

            said.push(message);
            if (message.type === 'init') {
                await tell({ type: 'initResp', rules: { autoconsent: rules },
                    config: { enabled: true, disabledCmps: [],
                        enablePrehide: true, enableCosmeticRules: true,
                        detectRetries: 20, heuristicMode: 'off', ...config } });
            }
            if (message.type === 'optOutResult' && message.scheduleSelfTest) {
                await tell({ type: 'selfTest' });
            }
        });
    await who.go(path);
    await who.page.evaluate(ENGINE);

    return {
        of: (type) => said.filter((message) => message.type === type),
        async has(type) {
            await until(() => said.some((m) => m.type === type));
            return said.find((message) => message.type === type) || {};
        },
        // Until it neither finds nor does anything any more.
        async ends() {
            await until(() => said.some((m) => m.type === 'report'
                && ['nothingDetected', 'done'].includes(m.state.lifecycle)));
            return said.filter((m) => m.type === 'report').pop()?.state || {};
        },
    };
}


async function optsOut(path, lang, name, config, rules) {
    const who = await visitor(sink);
    const seen = sink.requests.length;
    const run = await engine(who, path, { autoAction: 'optOut', ...config },
        rules);

    tap.is((await run.has('optOutResult')).result, true,
        `${lang}: it opts out`);
    tap.is((await run.has('selfTestResult')).result, true,
        `${lang}: its self test passes`);
    tap.is(run.of('popupFound').map((m) => m.cmp).join(), name,
        `${lang}: no other rule takes the banner for its own`);
    tap.empty(run.of('autoconsentError'), `${lang}: nothing is ambiguous`);
    tap.is((await settled(who, 'refused'))?.state, 'refused',
        `${lang}: the visitor has refused`);
    tap.is(token(await who.jar())?.cid, '-', `${lang}: and has no id`);
    tap.ok(await until(async () => !await who.banner().isVisible()),
        `${lang}: the banner is gone`);
    tap.is(sink.requests.length, seen, `${lang}: no vendor got a request`);
    await who.close();
}

async function optsIn(path, lang) {
    const who = await visitor(sink);
    const run = await engine(who, path, { autoAction: 'optIn' },
        [...PUBLISHED, OURS]);

    tap.is((await run.has('popupFound')).cmp, OURS.name,
        `${lang}: it finds the banner to opt in`);
    tap.is((await settled(who, 'granted'))?.state, 'granted',
        `${lang}: the visitor has consented to all`);
    tap.ok(await until(async () => !await who.banner().isVisible()),
        `${lang}: and is not asked again`);
    await who.close();
}

// Where nobody is asked, nothing is done.
async function leavesAlone() {
    const who = await visitor(sink);

    await who.go('/en/');
    await who.button('reject').click();
    await settled(who, 'refused');
    const run = await engine(who, '/en/products/',
        { autoAction: 'optIn', detectRetries: 1 }, [...PUBLISHED, OURS]);

    tap.is((await run.ends()).lifecycle, 'nothingDetected',
        'decided: it finds nothing to answer');
    tap.is((await state(who)).state, 'refused',
        'decided: and what was chosen stays');
    await who.close();
}


async function matic(path, title, allowed, wanted, granted) {
    const who = await visitor(sink);

    await who.go(path);
    tap.ok(await operate(who.page, MATIC, allowed),
        `matic, ${title}: the rule finds the banner`);

    const now = await settled(who, wanted);

    tap.is(now?.state, wanted, `matic, ${title}: the visitor has ${wanted}`);
    tap.is(Object.keys(now?.purposes || {})
        .filter((id) => id !== 'necessary' && now.purposes[id]).sort().join(),
        granted, `matic, ${title}: for these purposes`);
    await who.go(path);
    tap.ok(!await operate(who.page, MATIC, allowed),
        `matic, ${title}: the next page asks nothing`);
    await who.close();
}


tap.run(async () => {
    tap.ok(!PUBLISHED.some((rule) => rule.name === OURS.name),
        'the published rules have none of our name');
    tap.empty(faults(MATIC), "Consent-O-Matic's rule is one by its schema");

    await optsOut('/', 'ja', OURS.name, {}, [...PUBLISHED, OURS]);
    await optsOut('/en/', 'en', OURS.name, {}, [...PUBLISHED, OURS]);
    await optsOut('/en/', 'en, without our rule', 'HEURISTIC-REJECT',
        { heuristicMode: 'reject' }, PUBLISHED);
    tap.is(records().length, 0, 'of those who refused Redis holds nothing');

    await optsIn('/', 'ja');
    await optsIn('/en/', 'en');
    await leavesAlone();

    await matic('/', 'nothing', {}, 'refused', '');
    await matic('/en/', 'one', { B: true }, 'partial', 'analytics');
    await matic('/', 'all', { A: true, B: true, D: true, E: true, F: true,
        X: true }, 'granted', 'analytics,ip_combine,marketing,media');
});
