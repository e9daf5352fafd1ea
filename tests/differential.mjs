// The gate against a parser that we did not write: pages out of a grammar, with
// trackers in them, go through the gate; then parse5 reads them, with scripting
// and without, and no element that fetches may name a foreign host any more.
// The tree, names alone, must be the one that it was.
//
//   node tests/differential.mjs [--seconds N] [--cases N] [--seed N]
//                              [--odd]  more select, frameset, SVG, MathML
//
// Prints its seed; a leak is cut down to the pieces that it needs.  Not planted
// yet: CSS, event handlers, srcdoc.

import { spawnSync } from 'node:child_process';
import { parse } from 'parse5';

const option = (name, value) => {
    const at = process.argv.indexOf('--' + name);
    return at < 0 ? value : Number(process.argv[at + 1]);
};

const seconds = option('seconds', Infinity);
const wanted = option('cases', seconds === Infinity ? 100000 : Infinity);
const seed = option('seed', Date.now() % 2 ** 31);
const odd = process.argv.includes('--odd');
const tool = (process.env.BUILD || 'build') + '/tests/gate';
const BATCH = 500;

// ---- chance (xorshift), the same for the same seed

let state = (seed ^ 0x9E3779B9) | 1;

function chance(n) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
}

const pick = (list) => list[chance(list.length)];
const odds = (n) => chance(n) === 0;
const times = (n, make) => Array.from({ length: n }, make).join('');

// ---- URLs and how they are written

const TRACKERS = ['stray.example', 'www.google-analytics.com', 't.example',
                  'connect.facebook.net', 'xn--mnchen-3ya.example'];
const OWN = ['/own.js', 'own.png', '//www.example.org/x', '?q=1', '#f', '',
             'https://img.example-cdn.net/a', 'data:image/gif;base64,AA'];

function spellCase(text) {
    return odds(3) ? text.replace(/[a-z]/g, (c) => odds(3) ? c.toUpperCase()
                                                           : c) : text;
}

function spellReferences(text) {
    return text.replace(/./g, (c) => {
        if (!odds(5)) {
            return c;
        }
        const code = c.charCodeAt(0);
        return pick([`&#${code};`, `&#x${code.toString(16)};`,
                     `&#X000${code.toString(16)};`,
                     c === '/' ? '&sol;' : c === '.' ? '&period;'
                     : c === ':' ? '&colon;' : c]);
    });
}

function tracker() {
    let url = pick(['//', 'https://', 'http://', 'HTTPS:\\\\', '\\\\', '/\\',
                    'https:////', 'http://u:p@'])
        + spellCase(pick(TRACKERS)) + pick(['', '/', '/a?b=c', ':443/x', './y']);

    if (odds(6)) {
        url = url.replace(/[./]/, (c) => c + pick(['\t', '\n', '\r']));
    }
    if (odds(6)) {
        url = pick([' ', '\n', '\t ', '\x01']) + url + pick(['', ' ']);
    }
    if (odds(8)) {
        url = url.replace('.', pick(['%2e', '\u3002', '\uff0e']));
    }
    return odds(3) ? spellReferences(url) : url;
}

const url = () => odds(4) ? pick(OWN) : tracker();

function srcset() {
    return Array.from({ length: 1 + chance(3) }, () =>
        url().trim() + pick(['', ' 1x', ' 100w', ' (a,b) 2x', ',']))
        .join(pick([', ', ',', ' , ', ',\n']));
}

// ---- tags

const SPACE = [' ', ' ', ' ', '\n', '\t', '\f', '/', ' / ', '\r\n'];
const JUNK = ['alt="a>b"', "title='<!--'", 'x', 'class=c', "a='\"'", 'b="\'"',
              'd=`e', 'title="</noscript>"', "title='</script>'", '=y', 'f==g',
              "j='-->'", 'k="]]>"', 'l="&quot;>"', "m='\n'", 'data-n=1', '"o',
              "p'q", '<r', 'alt="<script>"', "title='</title></textarea>'"];

function value(text) {
    if (!/["']/.test(text) && odds(2)) {
        return text.includes('"') ? `'${text}'` : `"${text}"`;
    }
    if (!/[\s>"'=`<]/.test(text) && text && odds(2)) {
        return text;
    }
    return text.includes('"') ? `'${text.replace(/'/g, '&#39;')}'`
                              : `"${text}"`;
}

function attribute(name, text) {
    return spellCase(name) + pick(['=', '=', '=', ' =', '= ', '\n=\t'])
        + value(text);
}

function tag(name, attributes) {
    const list = [...attributes];

    while (odds(2)) {
        list.splice(chance(list.length + 1), 0, pick(JUNK));
    }
    if (odds(8) && list.length) {
        list.push(pick(list));
    }

    let text = '<' + spellCase(name);

    for (const one of list) {
        // a quoted value needs no blank behind it
        text += /["']$/.test(text) && odds(4) ? '' : pick(SPACE);
        text += one;
    }
    return text + pick(['', '', '', ' ', '/', ' /', '\n']) + '>';
}

const FETCHES = [
    ['img', 'src'], ['img', 'srcset', srcset], ['iframe', 'src'],
    ['script', 'src'], ['embed', 'src'], ['object', 'data'], ['audio', 'src'],
    ['video', 'src'], ['video', 'poster'], ['source', 'src'],
    ['source', 'srcset', srcset], ['track', 'src'], ['input', 'src'],
    ['image', 'src'], ['link', 'href'], ['body', 'background'],
    ['table', 'background'], ['td', 'background'], ['meta', 'content'],
    ['a', 'ping'], ['area', 'ping'], ['base', 'href'], ['frame', 'src'],
];
const SVG_FETCHES = [
    ['image', 'href'], ['image', 'xlink:href'], ['use', 'href'],
    ['use', 'xlink:href'], ['feImage', 'href'], ['script', 'href'],
    ['script', 'xlink:href'],
];

function element(rows = FETCHES) {
    const [name, attr, make] = pick(rows);
    const list = [attribute(attr, (make || url)())];

    if (name === 'link') {
        list.push(attribute('rel', pick(['stylesheet', 'preload', 'icon',
            'prefetch', 'canonical', 'alternate stylesheet', 'x dns-prefetch',
            'Style&#115;heet'])));
    } else if (name === 'meta') {
        list[0] = attribute('content', pick(['0;url=', '5; URL = ', '0 ',
                                             "1;url='"]) + url());
        list.push(attribute('http-equiv', pick(['refresh', 'Re&#102;resh'])));
    } else if (name === 'input' && odds(2)) {
        list.push('type=image');
    } else if (name === 'script' && odds(4)) {
        list.push(pick(['type=module', 'async', 'type=text/javascript']));
    }
    if (odds(2)) {
        list.reverse();
    }
    return tag(name, list) + (odds(2) ? `</${spellCase(name)}>` : '');
}

// ---- what hides markup, or seems to

const markup = () => pick([element, () => pick(JUNK), () => '>', () => '<',
                           () => '<!--', () => '-->'])();

const COMMENTS = [
    () => `<!--${markup()}-->`, () => `<!-->${markup()}`,
    () => `<!--->${markup()}`, () => `<!--${markup()}--!>`,
    () => `<!--<!--${markup()}-->`, () => `<!-${markup()}>`,
    () => `<?${markup()}>`, () => `</ ${markup()}>`, () => `</>${markup()}`,
    () => `<![CDATA[${markup()}]]>`, () => `<!doctype ${pick(JUNK)}>`,
    () => `<!--${markup()}--\n>${markup()}-->`, () => '<!-- --->',
    () => `<!--${markup()}--!-->`,
];

const RAW = ['style', 'xmp', 'iframe', 'noembed', 'noframes', 'textarea',
             'title', 'script', 'noscript'];

function raw() {
    const name = pick(RAW);
    const inside = times(chance(4), () => pick([
        markup, () => `</${name}x>`, () => `</${name.slice(0, -1)}>`,
        () => `<${name}>`, () => `<!--<${name}>`, () => '<!--<script>',
        () => '<!--', () => '-->', () => `</${name.toUpperCase()}`,
    ])());
    const end = pick([`</${name}>`, `</${spellCase(name)} >`,
                      `</${name}/x="${pick(JUNK).replace(/"/g, '')}">`,
                      `</${name}\t>`, '']);

    return tag(name, name === 'script' && odds(2)
               ? [pick(['type=text/template', 'type=application/json'])]
               : []) + inside + end;
}

function inline() {
    const host = pick(['connect.facebook.net', 'googletagmanager.com/gtag/js']);

    return tag('script', odds(3) ? ['type=module'] : [])
        + pick([`var s = "//${host}";`, `/*<!--*/ f("//${host}")`,
                `a <b; g('//${host}') // -->`]) + '</script>';
}

const BOXES = ['div', 'p', 'table', 'tr', 'td', 'tbody', 'caption', 'b', 'i',
               'a', 'font', 'button', 'form', 'ul', 'li', 'template',
               'noscript', 'head', 'body', 'html', 'object', 'h1', 'pre',
               'select', 'option', 'svg', 'math', 'frameset', 'colgroup',
               'nobr', 'center', 'marquee', 'ruby', 'dd', 'main', 'video'];
const FOREIGN = ['svg', 'g', 'desc', 'title', 'foreignObject', 'math', 'mi',
                 'mtext', 'annotation-xml', 'mglyph', 'style', 'a'];

function box(list) {
    const name = list === FOREIGN && odds(6) ? 'svg' : pick(list);
    const rare = /^(select|frameset|svg|math)$/.test(name) && !odd && !odds(4);

    if (rare && list === BOXES) {
        return '<div>';
    }
    if (name === 'annotation-xml') {
        return tag(name, ['encoding=' + pick(['text/html', '"Text/HTML"',
            'application/xhtml+xml', 'x'])]);
    }
    return tag(name, name === 'font' && odds(2) ? ['color=red'] : []);
}

const close = (list) => `</${spellCase(pick(list))}${pick(['', '', ' ', ' x'])}>`;

function foreign() {
    return tag(pick(['svg', 'svg', 'math']), []) + times(1 + chance(5), () =>
        pick([() => element(SVG_FETCHES), () => box(FOREIGN),
              () => close(FOREIGN), () => pick(COMMENTS)(), element, raw])())
        + pick(['</svg>', '</math>', '']);
}

const PIECES = [
    element, element, element, element, raw, raw, inline,
    () => pick(COMMENTS)(), () => box(BOXES), () => box(BOXES),
    () => close(BOXES), () => 'text &amp; more', () => '<', () => '&lt',
    () => times(3, () => pick('<>/="\' !-abc\n\0'.split(''))),
];

function page() {
    const pieces = [];

    if (odds(2)) {
        pieces.push('<!DOCTYPE html>');
    }
    for (let n = 1 + chance(8); n > 0; n--) {
        pieces.push((odds(odd ? 3 : 12) ? foreign : pick(PIECES))());
    }
    if (odds(10)) {
        pieces.push('<img src=//stray.example/cut');
    }
    return pieces;
}

// ---- the gate

function gate(pages) {
    const input = [];

    for (const one of pages) {
        const bytes = Buffer.from(one);
        const length = Buffer.alloc(4);
        length.writeUInt32BE(bytes.length);
        input.push(length, bytes);
    }

    const run = spawnSync(tool, [], { input: Buffer.concat(input),
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

// ---- what a browser would fetch of the answer

const HTML = 'http://www.w3.org/1999/xhtml';
const SVG = 'http://www.w3.org/2000/svg';
const WHERE = 'https://www.example.org/dir/page';

const QUIET = new Set(['alternate', 'canonical', 'author', 'help', 'license',
                       'next', 'search', 'tag', 'x']);
const ACTIVE = /^(|module|importmap|speculationrules|(text|application)\/(x-)?(java|ecma)script)$/;

function isForeign(text) {
    let read;
    try {
        read = new URL(text, WHERE);
    } catch {
        return false;
    }
    const host = read.hostname.replace(/\.$/, '');

    return /^(https?|wss?|ftp):$/.test(read.protocol) && host !== ''
        && !/(^|\.)example\.org$/.test(host)
        && !/\.example-cdn\.net$/.test(host);
}

// Candidates of a srcset; descriptors with parentheses may hold commas.

function candidates(text) {
    const found = [];

    for (let at = 0; at < text.length;) {
        at += /^[\s,]*/.exec(text.slice(at))[0].length;
        const one = /^[^\t\n\f\r ]*/.exec(text.slice(at))[0];
        at += one.length;
        found.push(one.replace(/,+$/, ''));
        if (!one.endsWith(',')) {
            at += /^(\([^)]*(\)|$)|[^,(])*/.exec(text.slice(at))[0].length;
        }
    }
    return found.filter(Boolean);
}

const LOOKS = {
    srcset: candidates, imagesrcset: candidates,
    ping: (text) => text.split(/[\t\n\f\r ]+/),
};

const ATTRIBUTES = {
    img: ['src', 'srcset'], iframe: ['src'], frame: ['src'],
    script: ['src'], embed: ['src'], object: ['data'], audio: ['src'],
    video: ['src', 'poster'], source: ['src', 'srcset'], track: ['src'],
    input: ['src'], link: ['href', 'imagesrcset'], body: ['background'],
    table: ['background'], td: ['background'], th: ['background'],
    tr: ['background'], tbody: ['background'], a: ['ping'], area: ['ping'],
    base: ['href'],
};
const SVG_ATTRIBUTES = {
    image: ['href'], use: ['href'], feImage: ['href'], script: ['href'],
};

function fetched(node) {
    const html = node.namespaceURI === HTML;
    const names = (html ? ATTRIBUTES : node.namespaceURI === SVG
                   ? SVG_ATTRIBUTES : {})[node.tagName] || [];
    const has = (name) => node.attrs.find((one) => one.name === name
                                          )?.value ?? '';
    const leaks = [];

    if (node.tagName === 'link' && has('rel').toLowerCase().split(/\s+/)
        .every((word) => !word || QUIET.has(word)))
    {
        return leaks;
    }

    for (const one of node.attrs) {
        if (names.includes(one.name)
            && (LOOKS[one.name] || ((text) => [text]))(one.value)
                .some(isForeign))
        {
            leaks.push(`${node.tagName} ${one.name}`);
        }
    }

    if (html && node.tagName === 'meta'
        && has('http-equiv').toLowerCase() === 'refresh')
    {
        const to = /^[\s]*[\d.]+[\s;,]*(?:url\s*=\s*)?(['"]?)(.*)/is
            .exec(has('content'));
        if (to && isForeign(to[1] ? to[2].split(to[1])[0] : to[2])) {
            leaks.push('meta content');
        }
    }

    if (node.tagName === 'script' && (html || node.namespaceURI === SVG)
        && !node.attrs.some(({ name }) => name === (html ? 'src' : 'href'))
        && ACTIVE.test(has('type').toLowerCase().trim())
        && /\/\/(connect\.facebook\.net|googletagmanager\.com\/gtag\/js)"/.test(
            node.childNodes.map((child) => child.value || '').join('')))
    {
        leaks.push('script inline');
    }
    return leaks;
}

// All elements; what is in a template fetches nothing.

function look(text, scriptingEnabled) {
    const leaks = [], names = [];
    const todo = [parse(text, { scriptingEnabled })];

    while (todo.length) {
        const node = todo.pop();

        if (node.tagName) {
            names.push(node.tagName);
            leaks.push(...fetched(node));
        }
        todo.push(...(node.childNodes || []).slice().reverse());
    }
    return { leaks, names: names.join(' ') };
}

function judge(before, after) {
    for (const scripting of [true, false]) {
        const now = look(after.text, scripting);

        if (now.leaks.length) {
            return `${now.leaks[0]}${scripting ? '' : ' (without scripting)'}`;
        }
        // what was withheld is gone, and the tree another one
        if (!after.withheld
            && now.names !== look(before, scripting).names)
        {
            return `another tree${scripting ? '' : ' (without scripting)'}`;
        }
    }
    return null;
}

// Pieces, then characters, that it goes without.

function reduce(pieces) {
    const leaks = (list) => {
        const before = list.join('');
        return judge(before, gate([before])[0]);
    };
    let list = pieces;

    for (const split of [(x) => x, (x) => x.join('').split(/(?=<)/),
                         (x) => [...x.join('')]])
    {
        list = split(list);
        for (let at = 0; at < list.length;) {
            const less = list.toSpliced ? list.toSpliced(at, 1)
                : list.filter((_, i) => i !== at);
            if (less.length && leaks(less)) {
                list = less;
            } else {
                at++;
            }
        }
    }
    return list.join('');
}

// ---- the run

const until = Date.now() + seconds * 1000;
const found = [];
let cases = 0;

console.log(`# seed ${seed}`);

while (cases < wanted && Date.now() < until && found.length < 10) {
    const pages = Array.from({ length: Math.min(BATCH, wanted - cases) }, page);
    const before = pages.map((pieces) => pieces.join(''));
    const after = gate(before);

    cases += pages.length;
    for (let i = 0; i < pages.length; i++) {
        const leak = judge(before[i], after[i]);
        if (!leak) {
            continue;
        }
        found.push(`${leak}: ${JSON.stringify(reduce(pages[i]))}`);
    }
}

for (const leak of found) {
    console.log(`# leak: ${leak}`);
}
console.log(`${found.length ? 'not ok' : 'ok'} 1 - ${cases} pages: `
            + 'nothing foreign is fetched of what leaves the gate');
console.log('1..1');
process.exit(found.length ? 1 : 0);
