// Values of the grammar: URLs and how they are written, style sheets, scripts,
// and documents within values.

import { chance, number, odds, pick, times, weigh }
    from './grammar_chance.mjs';

// ---- URLs

const TRACKERS = ['stray.example', 'www.google-analytics.com', 't.example',
                  'connect.facebook.net', 'xn--mnchen-3ya.example'];
const OWN = ['/own.js', 'own.png', '//www.example.org/x', '?q=1', '#f', '',
             'https://img.example-cdn.net/a', 'data:image/gif;base64,AA'];

function spellCase(text) {
    return odds(3) ? text.replace(/[a-z]/g, (c) => odds(3) ? c.toUpperCase()
                                                           : c) : text;
}

const NAMED = { '/': 'sol', '.': 'period', ':': 'colon', '(': 'lpar',
                ')': 'rpar', '\n': 'NewLine', '\t': 'Tab', '%': 'percnt' };

function reference(c, next) {
    const code = c.charCodeAt(0);

    return pick([`&#${code};`, `&#x${code.toString(16)};`,
                 `&#X000${code.toString(16)};`,
                 /[0-9]/.test(next) ? c : `&#${code}`,
                 NAMED[c] ? `&${NAMED[c]};` : c]);
}

function spellReferences(text, rare = 5) {
    return text.replace(/[ -~\t\n]/g, (c, at) => odds(rare)
        ? reference(c, text[at + 1] ?? '0') : c);
}

// A value as it must be written; some of its characters as references.
function encode(text) {
    const plain = text.replace(/&/g, '&amp;');

    return odds(3) ? spellReferences(plain, 9).replace(/&#38;amp;/g, '&amp;')
                   : plain;
}

// As a host may be written (UTS 46, percent-encoding).
function spellHost(host) {
    return host.replace(/[.\-aegs]/, (c) => pick([
        '%' + c.charCodeAt(0).toString(16),
        c === '.' ? pick(['\u3002', '\uff0e', '\uff61', '%E3%80%82'])
        : c === 's' ? '\u017f'
        : String.fromCharCode(c.charCodeAt(0) + 0xFEE0),
        c + pick(['\u00ad', '\u200b', '\u2060', '\ufe0f', '%C2%AD']),
    ]));
}

function trackerPath() {
    return pick(['', '/', '/a?b=c', ':443/x', './y', '/a/../b']);
}

// tracker('plain'): without character references, blanks and newlines.
function tracker(how) {
    const host = `n${number()}.${pick(TRACKERS)}`;
    let text = pick(['//', '//', 'https://', 'http://', 'HTTPS:\\\\', '\\\\',
                     '/\\', 'https:////', 'http://u:p@', 'http:/', '///']);

    if (odds(12)) {
        return `/g/collect?v=2&n=n${number()}`;
    }
    text += odds(8) ? `www.googletagmanager.com/gtag/js?id=n${number()}`
        : (odds(8) ? spellHost(host) : spellCase(host)) + trackerPath();
    if (how === 'plain') {
        return text;
    }
    if (odds(6)) {
        text = text.replace(/[./]/, (c) => c + pick(['\t', '\n', '\r']));
    }
    if (odds(6)) {
        text = pick([' ', '\n', '\t ', '\x01']) + text + pick(['', ' ']);
    }
    return odds(3) ? spellReferences(text) : text;
}

const url = () => odds(5) ? pick(OWN) : tracker();

function srcset() {
    return Array.from({ length: 1 + chance(3) }, () =>
        url().trim() + pick(['', ' 1x', ' 100w', ' (a,b) 2x', ',']))
        .join(pick([', ', ',', ' , ', ',\n']));
}

export const spell = { spellCase, tracker, url, srcset, encode };

// ---- scripts: what vendors' snippets hold, whole

const QUOTE = ['"', "'", '`'];

function marked() {
    return pick([
        `${pick(['//', 'https://', '\\/\\/'])}connect.facebook.net/n${number()}`,
        `https://www.googletagmanager.com/gtag/js?id=n${number()}`,
        `//\\u0063onnect.facebook.net/n${number()}`,
        `//connect\\x2efacebook.net/n${number()}`,
        `//www.google-analytics.com/analytics.js?n${number()}`,
    ]);
}

export function handler() {
    const quote = pick(QUOTE);
    const text = quote + marked() + quote;

    return pick([`fetch(${text})`, `new Image().src=${text}`, `var a=${text}`,
                 `import(${text})`, `this.src=${text}`, 'void 0',
                 `document.createElement('script').src=${text}`]);
}

export const script = () => pick([
    () => handler(), () => `/*<!--*/ ${handler()}`, () => 'a < b && c',
    () => `if (1 <2) { ${handler()} } // -->`, () => `import "${marked()}"`,
    () => `'<style>'; ${handler()}`, () => `"<!--"; "<script"; ${handler()}`,
])();

// ---- URLs that are scripts or documents

function scheme(name) {
    return pick(['', '', '', ' ', '\n', '\x01'])
        + (odds(5) ? name.slice(0, 2) + pick(['\t', '\n']) + name.slice(2)
                   : spellCase(name));
}

const percent = (text, some) => [...Buffer.from(text)].map((byte) => {
    const c = String.fromCharCode(byte);

    return (some ? /[%#\n\r\t]/ : /[^\w.\-~:/]/).test(c) || byte > 126
        || odds(20) ? '%' + byte.toString(16).padStart(2, '0') : c;
}).join('');

export function scriptUrl() {
    const text = odds(3) ? `'<img src=//connect.facebook.net/n${number()}>'`
                         : handler();

    return encode(scheme('javascript:') + (odds(3) ? percent(text, odds(2))
                                                   : text.replace(/%/g, '%25')));
}

let depth = 0;

// One level deeper, three at most.
function within(make) {
    if (depth >= 3) {
        return 'x';
    }
    depth++;
    try {
        return make();
    } finally {
        depth--;
    }
}

function coded(type, text) {
    if (odds(3)) {
        return `${type};base64,${Buffer.from(text).toString('base64')}`;
    }
    return `${type}${pick(['', '', ';charset=utf-8', ';a=b'])},`
        + percent(text, odds(2));
}

const svgXml = (inside) => weigh([
    [3, () => `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://`
        + `www.w3.org/1999/xlink"><image width="9" height="9" `
        + `${pick(['href', 'xlink:href'])}="https://n${number()}.t.example/" />`
        + '</svg>'],
    [1, () => `<?xml-stylesheet href="https://n${number()}.t.example/" `
        + 'type="text/css"?><svg xmlns="http://www.w3.org/2000/svg"/>'],
    [1, () => '<svg xmlns="http://www.w3.org/2000/svg"><h:img xmlns:h="http://'
        + `www.w3.org/1999/xhtml" src="https://n${number()}.t.example/" />`
        + '</svg>'],
    [1, () => '<!DOCTYPE svg [<!ENTITY e "&#60;image width=\'9\' height=\'9\' '
        + `href='https://n${number()}.t.example/' />">]>`
        + '<svg xmlns="http://www.w3.org/2000/svg">&e;</svg>'],
    [2, () => `<svg xmlns="http://www.w3.org/2000/svg">${inside()}</svg>`],
]);

// dataUrl(MAKE): of a document that MAKE makes, a style sheet or a script.
export function dataUrl(make) {
    const text = within(() => weigh([
        [4, () => coded(pick(['text/html', 'text/html', 'TEXT/html',
                              'application/xhtml+xml', '', 'text/plain']),
                        make())],
        [2, () => coded('image/svg+xml', svgXml(make))],
        [2, () => coded('text/css', sheet(dataUrl))],
        [1, () => coded('text/javascript', script())],
    ]));

    return encode(scheme('data:') + text);
}

export const srcdoc = (make) => encode(within(make));

// ---- style sheets

// A character of CSS as an escape.
function escape(c, next) {
    const code = c.charCodeAt(0).toString(16);

    return /[0-9a-f\n\r\t]/i.test(c) || odds(2)
        ? '\\' + (odds(3) ? code.padStart(6, '0')
                  : code + (/[0-9a-f \t\n]/i.test(next) || odds(2)
                            ? pick([' ', ' ', '\n', '\t']) : ''))
        : '\\' + c;
}

const spellCss = (text) => odds(4) ? text.replace(/[^\n\r]/g, (c, at) => odds(6)
    ? escape(c, text[at + 1] ?? '0') : c) : text;

// A string in CSS; a backslash before a newline is nothing.
function cssString(text) {
    const quote = pick(['"', "'"]);
    const plain = text.replace(/["'\\\n\r]/g, (c) => escape(c, '0'));

    return quote + spellCssTail(plain) + pick([quote, quote, quote, quote, '']);
}

function spellCssTail(text) {
    return odds(6) ? text.replace(/[./](?!.*\\)/, (c) => c + '\\\n')
                   : text.includes('\\') ? text : spellCss(text);
}

function cssBare(text) {
    const plain = text.replace(/["'()\\\s\x01]/g, (c) => escape(c, '0'));

    return plain.includes('\\') ? plain : spellCss(plain);
}

const cssTo = () => odds(6) ? pick(OWN) : tracker('plain');

const cssFunction = (name) => spellCase(odds(5) ? spellCss(name) : name) + '(';

function cssUrl() {
    return weigh([
        [4, () => cssFunction('url') + pick(['', ' ', '\n']) + cssBare(cssTo())
            + pick([')', ')', ')', ' )', ''])],
        [4, () => cssFunction('url') + pick(['', ' ']) + cssString(cssTo())
            + pick([')', ')', ')', ''])],
        [2, () => cssFunction(pick(['image-set', '-webkit-image-set']))
            + cssString(cssTo()) + ` 1x, url(${cssBare(cssTo())}) 2x)`],
        [1, () => `cross-fade(url(${cssBare(cssTo())}), url(/own.png), 50%)`],
        [1, () => cssFunction('src') + cssString(cssTo()) + ')'],
    ]);
}

const PROPERTIES = ['background', 'background-image', 'list-style-image',
    'content', 'cursor', 'border-image', 'mask', '-webkit-mask-image', 'filter',
    'shape-outside', 'border-image-source', 'clip-path', '--x', 'fill'];

function declaration() {
    return weigh([
        [6, () => `${spellCase(pick(PROPERTIES))}:${cssUrl()}`],
        [1, () => `--a:${cssUrl()};background:var(--a)`],
        [1, () => `content:"url(${tracker('plain')})"`],
        [1, () => `/*${pick(['', '*', '/', '"'])}${cssUrl()}*/`],
        [1, () => pick(['color:red', ';;', '}', '{', '@x', '!important', '\\',
                        'a:b(', ')', '/*', '"', "'", '[', 'u+0-7f', 'a:\0url(a"x)")'])],
    ]);
}

export const style = () => Array.from({ length: 1 + chance(3) }, declaration)
    .join(pick([';', ';', '; ', '\n;']));

const atImport = () => pick(['@import ', '@IMPORT ', '@import', '@\\69mport ',
                             '@import/**/', '@im\\port ', '@imp\0ort ']);

function rule(data) {
    return weigh([
        [4, () => `${pick(['*', 'p,body', 'html', '::before', 'a:hover'])}{`
            + `${style()}}`],
        [3, () => atImport() + (odds(2) ? cssString(cssTo()) : cssUrl())
            + pick([';', ';', ' print;', ' layer(a);', ''])],
        [1, () => `${atImport()}${cssString(data(() => 'x'))};`],
        [2, () => `@font-face{font-family:f;src:${cssUrl()}}*{font-family:f}`],
        [1, () => `@media all{*{${style()}}}`],
        [1, () => '@namespace url(http://www.w3.org/2000/svg);'],
        [1, () => pick(['<!--', '-->', '/*', '*/', '}', '@charset "utf-8";',
                        '"', '\n', '@layer a;', '\\'])],
    ]);
}

// sheet(MAKE DATA URL)
export const sheet = (data) => times(1 + chance(3), () => rule(data))
    .replace(/<\/style/gi, '');
