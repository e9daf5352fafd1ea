// Choosing, changing, withdrawing, downloading, erasing, asking and one video:
// by forms, as in a browser without JavaScript.

import { readFileSync } from 'node:fs';

import * as tap from './tap.mjs';
import { startSink } from './sink.mjs';
import { GATED, records, redis, token, until, visitor } from './visitor.mjs';

const SITE = '/en/products/';

// ---- what is left behind

let told = 0;

function log() {
    return readFileSync(process.env.CG_LOG, 'utf8').split('\n').slice(0, -1)
        .map((line) => JSON.parse(line));
}

// What of decisions and requests the log has since the last call, LEAST of it.
async function lines(least) {
    const ours = () => log().filter((e) => /^(decision|show_once|erase$|dsr)/
        .test(e.ty));

    await until(() => ours().length >= told + least);
    const now = ours().slice(told);

    told += now.length;
    return now;
}

const said = (events) => events.map((e) => (e.ty === 'decision'
    ? `${e.act} by ${e.notice?.control}`
    : e.ty)).join(' ');

function record() {
    const keys = records();

    return keys.length === 1 ? Object.fromEntries(
        redis('hgetall', keys[0]).reduce((pairs, word, i, all) => (i % 2
            ? pairs : [...pairs, [word, all[i + 1]]]), [])) : null;
}

// ---- what a visitor does

// Presses it; the page that comes then.
async function press(who, button) {
    await Promise.all([
        who.page.waitForNavigation({ waitUntil: 'load' }),
        button.click(),
    ]);
}

const byValue = (who, value) => who.page.locator(`button[value=${value}]`)
    .first();
const status = (who) => who.page.locator('main [role=status]').first()
    .innerText();

async function settings(who) {
    if (await who.page.locator('#ngxc-settings').count() === 0) {
        await who.go(SITE);
    }
    await press(who, who.page.locator('#ngxc-settings'));
}

// Pages on, and what the vendors heard.
async function wander(who, sink) {
    sink.reset();
    await who.go(SITE);
    await who.go('/en/');
    await who.settle();
    return sink;
}


async function refusing(who, sink) {
    sink.reset();
    await who.go(SITE);
    await press(who, who.button('reject'));

    const saved = who.page.locator('#ngxc-saved');

    tap.is(new URL(who.page.url()).pathname, SITE, 'reject: back on the page');
    tap.ok(await saved.isVisible() && /Your choice is saved/
        .test(await saved.innerText()), 'reject: where it is confirmed');
    tap.is(await who.page.locator('#ngxc-settings').getAttribute('href'),
        '/.consent/', 'reject: with the way to change it');
    tap.is(token(await who.jar()).cid, '-', 'reject: a token without an id');
    tap.is(records().length, 0, 'reject: nothing in Redis');
    tap.is(said(await lines(1)), 'refuse by banner', 'reject: the log has it');
    await who.go('/en/');
    tap.ok(!await saved.isVisible(), 'reject: the next page says no more of it');
    await wander(who, sink);
    tap.is(sink.connections, 0, 'reject: no vendor is connected to');
}


async function choosing(who, sink) {
    await settings(who);
    tap.ok(/Nothing is recorded of you/.test(
        await who.page.locator('#history').innerText()),
        'settings: of a refusal nothing is recorded, says the page');
    await who.page.locator('#ngxc-p-media').check();
    await press(who, byValue(who, 'save'));
    tap.ok(/^Your choice has been saved/.test(await status(who)),
        'custom: confirmed', await status(who));
    tap.ok(await who.page.locator('#ngxc-p-media').isChecked()
        && !await who.page.locator('#ngxc-p-analytics').isChecked(),
        'custom: the page shows it ticked, and nothing else');
    tap.is(record()?.purposes, 'analytics=0 media=1 marketing=0 ip_combine=0',
        'custom: Redis has it');
    tap.is(said(await lines(1)), 'grant by page', 'custom: the log has it');
    await wander(who, sink);
    tap.empty(sink.saw(/googletagmanager|google-analytics|facebook/),
        'custom: what was not chosen stays away');

    await settings(who);
    await press(who, byValue(who, 'accept'));
    tap.is(record()?.purposes, 'analytics=1 media=1 marketing=1 ip_combine=1',
        'accept: Redis has it');
    tap.is(said(await lines(1)), 'change by page', 'accept: the log has it');
    tap.is(await who.page.locator('#history tbody tr').count(), 2,
        'history: both are shown');
    await wander(who, sink);
    tap.ok(await until(() => sink.saw(/googletagmanager\.com\/ns\.html/).length),
        'accept: what was accepted is loaded', ...sink.requests);
}


async function download(who, name) {
    const [file] = await Promise.all([
        who.page.waitForEvent('download'),
        who.page.getByRole('link', { name }).click(),
    ]);

    return { name: file.suggestedFilename(),
        text: readFileSync(await file.path(), 'utf8') };
}

async function taking(who) {
    await settings(who);
    const data = await download(who, /JSON/);
    const page = await download(who, /to read/);
    const json = JSON.parse(data.text);
    const [decision] = log().filter((e) => e.ty === 'decision').slice(-1);

    tap.is(`${data.name} ${page.name}`,
        'consent-record.json consent-record.html', 'export: as files');
    tap.is(json.record.receipt, decision.rid,
        'export: the data have the receipt of the decision in the log');
    tap.is(json.history.length, 1, 'export: and the choice before');
    tap.ok(/^<!DOCTYPE html>/.test(page.text)
        && page.text.includes(decision.rid) && !/<script/.test(page.text),
        'export: the page, too, and it needs no script');
    tap.is(said(await lines(0)), '', 'export: looking is no request');
}


async function asking(who) {
    const number = /Number of your request: [0-9a-f]{16}/;

    for (const right of ['purpose', 'complaint']) {
        await settings(who);
        await press(who, byValue(who, right));
        tap.ok(number.test(await who.page.locator('main').innerText()),
            `${right}: answered, with a number`);
        tap.is(said(await lines(4)), 'dsr.received dsr.verified dsr.fulfilled '
            + 'dsr.notified', `${right}: the log has it`);
        await who.go(SITE);
    }

    await settings(who);
    await press(who, byValue(who, 'disclose'));
    tap.ok((await who.page.locator('body').innerText())
        .includes((await lines(4))[0].rid), 'disclose: shown, with the receipt');

    await who.go(SITE);
    await settings(who);
    await press(who, byValue(who, 'correct'));
    tap.is(await who.page.locator('input[type=checkbox]:checked').count(), 4,
        'correct: what is recorded is ticked');
    await who.page.locator('#ngxc-p-marketing').uncheck();
    await press(who, byValue(who, 'correct'));
    tap.is(record()?.purposes, 'analytics=1 media=1 marketing=0 ip_combine=1',
        'correct: Redis has what was confirmed');
    tap.ok(/dsr\.ack change by \w+ dsr\.fulfilled/.test(said(await lines(7))),
        'correct: the log has the request and the decision');

    await who.go(SITE);
    await settings(who);
    await press(who, byValue(who, 'stop_provision'));
    tap.ok(number.test(await who.page.locator('main').innerText()),
        'stop_provision: done, with a number');
    tap.ok(!/(analytics|media)=1/.test(record()?.purposes),
        'stop_provision: Redis has it', record());
    await lines(5);
}


async function withdrawing(who, sink) {
    await settings(who);
    await press(who, byValue(who, 'accept'));
    await lines(1);
    await press(who, byValue(who, 'withdraw'));
    tap.ok(/^Your consent has been withdrawn/.test(await status(who)),
        'withdraw: confirmed');
    tap.is(record()?.purposes, 'analytics=0 media=0 marketing=0 ip_combine=0',
        'withdraw: Redis has it');
    tap.is(token(await who.jar()).cid, '-', 'withdraw: the id is gone');
    tap.is(said(await lines(1)), 'withdraw by page', 'withdraw: so has the log');
    await wander(who, sink);
    tap.is(sink.connections, 0, 'withdraw: no vendor is connected to');
}


async function stopping(who, sink) {
    await settings(who);
    await press(who, byValue(who, 'accept'));
    await lines(1);
    await press(who, byValue(who, 'stop_use'));
    tap.ok(/the following services stop/.test(
        await who.page.locator('main').innerText()),
        'stop_use: first it says what will stop');
    await press(who, byValue(who, 'stop_use'));
    tap.ok(/suspended at your request/.test(await status(who)),
        'stop_use: confirmed');
    tap.ok(/dsr\.explained dsr\.ack withdraw by \w+ dsr\.fulfilled/
        .test(said(await lines(7))), 'stop_use: the log has each step');
    await wander(who, sink);
    tap.is(sink.connections, 0, 'stop_use: no vendor is connected to');
}


async function erasing(who) {
    await settings(who);
    await press(who, byValue(who, 'accept'));
    const before = records().length;

    await lines(1);
    await press(who, who.page.locator('form[action*=erase] button'));
    tap.ok(/^Your record has been erased/.test(await status(who)),
        'erase: confirmed');
    tap.is(records().length, before - 1, 'erase: Redis has no record of it');
    tap.is(token(await who.jar()), null, 'erase: nor the browser a token');
    tap.ok(/ erase /.test(said(await lines(6))), 'erase: the log has it');
    await who.go(SITE);
    tap.is(await who.banner().count(), 1, 'erase: the question comes again');
}


async function watching(who, sink) {
    sink.reset();
    await who.go('/products/kx-320.html');
    const frame = who.page.frameLocator(
        'iframe[data-ngxc-src*="youtube.com"]').first();

    tap.is(sink.connections, 0, 'video: its place is there, and no connection');
    await press(who, frame.getByRole('button').first());
    tap.ok(await until(() =>
        sink.saw(/youtube\.com\/embed\/KITAYAMA320/).length),
        'video: shown once', ...sink.requests);
    tap.is(said(await lines(1)), 'show_once', 'video: the log has it');
    tap.is(token(await who.jar()), null, 'video: nobody is remembered for it');
    sink.reset();
    await who.go('/products/kx-320.html');
    await who.settle();
    tap.is(sink.connections, 0, 'video: once');
}


async function remembering(sink, js) {
    const who = await visitor(sink, { js, refuses: true });
    const browser = `a browser that refuses cookies${js ? ', with scripts' : ''}`;

    for (const choice of ['accept', 'reject']) {
        await who.go(SITE);
        await press(who, who.button(choice));
        tap.ok(/did not keep the cookie.*Nothing optional is loaded/
            .test(await status(who)),
            `${browser}, ${choice}: is told`,
            await status(who));
        await press(who, who.page.locator('.message a'));
        tap.is(new URL(who.page.url()).pathname, SITE,
            `${browser}, ${choice}: and led back`);
    }

    await wander(who, sink);
    tap.is(sink.connections, 0, `${browser}: no vendor is connected to, `
        + 'whatever was pressed');
    await who.close();
}


tap.run(async () => {
    const sink = await startSink();
    const who = await visitor(sink, { js: false });

    await refusing(who, sink);
    await choosing(who, sink);
    await taking(who);
    await asking(who);
    await withdrawing(who, sink);
    await stopping(who, sink);
    await erasing(who);
    await watching(who, sink);
    tap.empty((await who.names()).filter((n) => GATED.test(n)),
        'at the end no vendor has a cookie');
    await who.close();
    await remembering(sink, false);
    await remembering(sink, true);
});
