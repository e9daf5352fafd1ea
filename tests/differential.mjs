// The gate against parsers that we did not write: pages out of a grammar, with
// trackers in them, go through the gate; then parse5 and css-tokenizer read
// them, with scripting and without, and nothing that fetches may name a foreign
// host any more.  The tree, names alone, must be the one that it was; a banner
// that went in is an element of it.
//
//   node tests/differential.mjs [--seconds N] [--cases N] [--seed N]
//                              [--odd]     more select, frameset, SVG, MathML
//                              [--insert]  with a head insertion and a banner
//                              [--cut]     pages that end in the middle
//
// A leak is cut down to what it needs, and named with its page's seed: `--seed
// N --cases 1` makes this page alone.

import { look } from './fetches.mjs';
import { gate, insert, option, reduce } from './gated.mjs';
import { page } from './grammar.mjs';

const seconds = option('seconds', Infinity);
const wanted = option('cases', seconds === Infinity ? 100000 : Infinity);
const seed = option('seed', Date.now() % 2 ** 31);
const odd = process.argv.includes('--odd');
const cut = process.argv.includes('--cut');
const BATCH = 500;
const BANNER = '<section>banner</section>';

// A function of CSS to one browser, in MathML's style, is part of a name to
// another: `<url(` there is `<x-ngxc-url(` behind the gate.
const plain = (names) => names.replaceAll('x-ngxc-', '');

function judge(before, after) {
    for (const scripting of [true, false]) {
        const now = look(after.text, scripting);

        if (now.leaks.length) {
            return `${now.leaks[0]}${scripting ? '' : ' (without scripting)'}`;
        }
        if (now.banners < (after.text.includes(BANNER) ? 1 : 0)) {
            return `no banner${scripting ? '' : ' (without scripting)'}`;
        }
        // with what was withheld or went in, the tree is another one, and so
        // is a frameset's behind text that stops a style of MathML
        if (!after.withheld && !insert
            && !(after.text.includes('x-ngxc-{}') && /<frameset/i.test(before))
            && plain(now.names) !== plain(look(before, scripting).names))
        {
            return `another tree${scripting ? '' : ' (without scripting)'}`;
        }
    }
    return null;
}

// The pieces of a page; cut, it ends where its seed says.
function made(number) {
    const pieces = page(number, { odd });
    const text = pieces.join('');

    return cut ? [text.slice(0, number * 7919 % (text.length + 1))] : pieces;
}

const until = Date.now() + seconds * 1000;
const found = [];
let cases = 0;

console.log(`# seed ${seed}`);

while (cases < wanted && Date.now() < until && found.length < 10) {
    const pages = Array.from({ length: Math.min(BATCH, wanted - cases) },
        (_, i) => made(seed + cases + i));
    const before = pages.map((pieces) => pieces.join(''));
    const after = gate(before);

    for (let i = 0; i < pages.length && found.length < 10; i++) {
        const leak = judge(before[i], after[i]);

        if (leak) {
            const least = await reduce(pages[i], (text) =>
                judge(text, gate([text])[0]) === leak);

            found.push(`${leak}, seed ${seed + cases + i}: `
                + JSON.stringify(least));
        }
    }
    cases += pages.length;
}

for (const leak of found) {
    console.log(`# leak: ${leak}`);
}
console.log(`${found.length ? 'not ok' : 'ok'} 1 - ${cases} pages: `
            + 'nothing foreign is fetched of what leaves the gate');
console.log('1..1');
process.exit(found.length ? 1 : 0);
