// Pages through the gate (tests/tool_gate.c), and a leaking one cut down.

import { spawnSync } from 'node:child_process';

const tool = (process.env.BUILD || 'build') + '/tests/gate';

// Whether a head insertion and a banner go in.
export const insert = process.argv.includes('--insert');

// gate([PAGE, …]) -> [{ text, withheld }, …]
export function gate(pages) {
    const input = [];

    for (const one of pages) {
        const bytes = Buffer.from(one);
        const length = Buffer.alloc(4);
        length.writeUInt32BE(bytes.length);
        input.push(length, bytes);
    }

    const run = spawnSync(tool, insert ? ['--insert'] : [], { input: Buffer.concat(input),
                                      maxBuffer: 1 << 30 });
    if (run.status !== 0) {
        throw new Error(`${tool}: ${run.error || run.stderr || run.status}`);
    }

    const answers = [];
    for (let at = 0; at < run.stdout.length;) {
        const length = run.stdout.readUInt32BE(at);
        answers.push({
            withheld: run.stdout.readUInt32BE(at + 4),
            text: run.stdout.toString('utf8', at + 8, at + 8 + length),
        });
        at += 8 + length;
    }
    return answers;
}

// Pieces, then tags, then characters, that the page goes without and is still
// what `bad` says of it.
export async function reduce(pieces, bad) {
    let list = pieces;

    for (const split of [(x) => x, (x) => x.join('').split(/(?=<)/),
                         (x) => [...x.join('')]])
    {
        list = split(list);
        for (let size = list.length >> 1; size > 0; size >>= 1) {
            for (let at = 0; at < list.length;) {
                const less = [...list.slice(0, at), ...list.slice(at + size)];

                if (less.length && await bad(less.join(''))) {
                    list = less;
                } else {
                    at += size;
                }
            }
        }
    }
    return list.join('');
}

// option(NAME, DEFAULT): --NAME NUMBER of the command line.
export function option(name, value) {
    const at = process.argv.indexOf('--' + name);
    return at < 0 ? value : Number(process.argv[at + 1]);
}
