// TAP for the browser scripts: one line per promise.

import { inspect } from 'node:util';

let count = 0;
let failed = 0;

function text(value) {
    return typeof value === 'string' ? value : inspect(value, { depth: 4 });
}

export function diag(...words) {
    console.log(words.map(text).join(' ').replace(/^/gm, '# '));
}

// ok(condition, promise, …what to show where it is broken)
export function ok(condition, title, ...why) {
    count++;
    console.log(`${condition ? 'ok' : 'not ok'} ${count} - ${title}`);
    if (!condition) {
        failed++;
        why.forEach((word) => diag(word));
    }
    return Boolean(condition);
}

export function is(got, expected, title) {
    return ok(got === expected, title,
        `got:      ${text(got)}`, `expected: ${text(expected)}`);
}

// empty(list, promise): nothing is in it; shows the first ones that are.
export function empty(list, title) {
    return ok(list.length === 0, title,
        `${list.length} found, the first:`, ...list.slice(0, 6));
}

// run(main): the whole script; an exception is a failed promise.
export async function run(main) {
    try {
        await main();
    } catch (error) {
        ok(false, 'the script ends without an exception', error.stack);
    }
    console.log(`1..${count}`);
    process.exit(failed ? 1 : 0);
}
