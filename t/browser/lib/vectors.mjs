// Every row of the vectors as a page: which of them still reach the gated
// host.  With CG_CONTROL=1 through the un-gated origin.

import { readFileSync } from 'node:fs';

import * as tap from './tap.mjs';
import { startSink } from './sink.mjs';
import { CONTROL, pause, until, url, visitor } from './visitor.mjs';

const TABS = 6;

// Rows that no reading of the markup holds, with JavaScript on, off, and why:
// the second wall does (under /wall/, where consent_csp is enforced).  One that
// is held without it all of a sudden fails the test: strike it.
const WALL = {
    x_json_script_then_eval: { on: true,
        why: 'a script of the page runs data as code' },
    x_textplain_then_clone: { on: true,
        why: 'a script of the page runs data as code' },
};

const rows = readFileSync(process.env.CG_VECTORS, 'utf8').split('\n')
    .filter((line) => line && !/^(#|name\t)/.test(line))
    .map((line) => {
        const [name, markup, on, off] = line.split('\t');

        return { name, on: on === 'Y', off: off === 'Y',
            named: markup.includes('h?id=1') && !markup.includes('<form ') };
    });


// One page; whatever becomes of it, the row is what counts.
async function load(page, name, where = '/', timeout = 4000) {
    await page.goto(url(`${where}${name}.html`),
        { waitUntil: 'load', timeout }).catch(() => {});
    await pause(150);
}


// Rows whose URL carries their name run side by side, the others alone.
async function reached(sink, js) {
    const who = await visitor(sink, { js });
    const queue = rows.filter((row) => row.named);
    const names = new Set();

    async function tab() {
        const page = await who.context.newPage();

        for (let row = queue.shift(); row; row = queue.shift()) {
            await load(page, row.name);
        }
        await pause(500);
        await page.close();
    }

    sink.reset();
    await Promise.all(Array.from({ length: TABS }, tab));
    for (const request of sink.requests) {
        const [, name] = /h\?id=(\w+)\./.exec(request) || [];

        names.add(name || request);
    }

    for (const row of rows.filter((r) => !r.named)) {
        sink.reset();
        await load(who.page, row.name);
        await pause(200);
        if (sink.requests.length) {
            names.add(row.name);
        }
    }
    await who.close();
    return names;
}


// How many of three more visits to each of these rows, alone and unhurried,
// reach the vendor: what speculation or a busy machine decides is no verdict.
// `ms`: how long a request is waited for.
async function again(sink, js, names, { where, ms = 700 } = {}) {
    const who = await visitor(sink, { js });
    const count = new Map();

    for (const name of names) {
        let n = 0;

        for (let i = 0; i < 3; i++) {
            sink.reset();
            await load(who.page, name, where, 30000);
            await until(() => sink.requests.length, ms);
            n += sink.requests.length ? 1 : 0;
        }
        count.set(name, n);
        tap.diag(`again: ${name}: ${n} of 3`);
    }
    await who.close();
    return count;
}

tap.run(async () => {
    const sink = await startSink();

    for (const js of [true, false]) {
        const how = js ? 'JavaScript on' : 'JavaScript off';
        const seen = await reached(sink, js);
        const live = rows.filter((row) => (js ? row.on : row.off));

        if (CONTROL) {
            const missed = live.filter((row) => !seen.has(row.name))
                .map((row) => row.name);

            tap.diag(`control, ${how}: ${live.length - missed.length} of `
                + `${live.length} live rows seen; not: ${missed.join(' ')}`);
            tap.ok(missed.length <= live.length / 5,
                `control, ${how}: without the gate, the rows are live`,
                ...missed);
            continue;
        }

        const known = Object.keys(WALL).filter((name) =>
            WALL[name][js ? 'on' : 'off']
            && rows.some((row) => row.name === name));

        tap.diag(`${how}: ${rows.length} rows, ${seen.size} reach the vendor, `
            + `${known.length} of them known`);

        const odd = [...seen].filter((name) => !known.includes(name));
        const gone = known.filter((n) => !seen.has(n));
        const count = new Map([...await again(sink, js, odd),
            ...await again(sink, js, gone, { ms: 20000 })]);

        tap.empty(odd.filter((name) => count.get(name) > 1),
            `${how}: no request from any row, but for those of scripts`);
        tap.empty(gone.filter((name) => count.get(name) === 0),
            `${how}: what scripts do still passes there, else strike it`);

        if (known.length) {
            const walled = await again(sink, js, known, { where: '/wall/' });

            tap.empty(known.filter((name) => walled.get(name) > 0),
                `${how}: with the second wall none from these either`);
        }
    }
});
