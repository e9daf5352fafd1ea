// What a browser would fetch of a page from others, read by parsers that are
// not ours: parse5 for HTML, css-tokenizer for style sheets.
//
//   look(TEXT, SCRIPTING)  -> { leaks: [WHERE, …], names: "html head …",
//                               banners: how many of them are in the document }

import { tokenize } from '@csstools/css-tokenizer';
import { Parser } from 'parse5';

const HTML = 'http://www.w3.org/1999/xhtml';
const SVG = 'http://www.w3.org/2000/svg';
const WHERE = 'https://www.example.org/dir/page';

// ---- URLs

function isForeign(text) {
    let read;
    try {
        read = new URL(text, WHERE);
    } catch {
        return false;
    }
    const host = read.hostname.replace(/\.$/, '');

    if (!/^(https?|wss?|ftp):$/.test(read.protocol) || host === '') {
        return false;
    }
    return /(^|\.)example\.org$/.test(host) || /\.example-cdn\.net$/.test(host)
        ? /^\/g\/collect(\/|$)/.test(read.pathname) : true;
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

const words = (text) => text.split(/[\t\n\f\r ]+/).filter(Boolean);

// ---- scripts: the vendors' marks

const MARKS = [
    'connect.facebook.net', 'googletagmanager.com/gtag/js',
    'google-analytics.com/analytics.js',
];

function isMarked(text) {
    const plain = text
        .replace(/\\u\{?([0-9a-f]{4})\}?|\\x([0-9a-f]{2})/gi,
            (_, wide, byte) => String.fromCharCode(parseInt(wide || byte, 16)))
        .replace(/\\\//g, '/');

    return MARKS.some((mark) => plain.includes(mark));
}

// ---- style sheets (CSS Syntax 3)

const IMAGES = /^(url|src|image|image-set|-webkit-image-set)$/i;
const ONE = /^(url|src)$/i;          // take one string and nothing else
const UNKNOWN = /^x-ngxc-/i;         // makes what it stands in no declaration

// The URLs of a sheet, and which of them lead to other sheets.
function cssUrls(css) {
    const found = [];
    const open = [];               // names of functions; '' when their
                                   // argument was there
    let rule = '';                 // at-rule whose URL may come

    for (const [type, , , , parsed] of tokenize({ css })) {
        const text = String(parsed?.value ?? '');

        if (type === 'function-token') {
            open.push(text);
            open[0] = UNKNOWN.test(text) ? text : open[0];
            rule = rule === 'import' && IMAGES.test(text) ? rule
                 : rule === 'namespace' ? rule : '';
        } else if (type === '(-token') {
            open.push('');
        } else if (type === ')-token') {
            open.pop();
        } else if (type === 'at-keyword-token') {
            // one that no browser knows ends like this one
            rule = UNKNOWN.test(text) ? 'namespace' : text.toLowerCase();
        } else if ((type === 'semicolon-token' || type === '{-token')
            && open.length === 0)
        {
            rule = '';
        } else if (rule === 'namespace' || open.some((one) =>
            UNKNOWN.test(one)))
        {
            continue;
        } else if (type === 'url-token' || (type === 'string-token'
            && (rule === 'import' || IMAGES.test(open.at(-1) || ''))))
        {
            found.push({ url: text, sheet: rule === 'import' });
            rule = '';
            if (ONE.test(open.at(-1))) {
                open[open.length - 1] = '';
            }
        } else if (type !== 'whitespace-token' && type !== 'comment') {
            rule = '';
            if (ONE.test(open.at(-1))) {
                open[open.length - 1] = '';
            }
        }
    }
    return found;
}

const isFetched = ({ url, sheet }, depth) => isForeign(url)
    || (sheet && depth < 9 && /css/i.test(dataOf(url)?.type)
        && isStyled(dataOf(url).text, depth + 1));

const isStyled = (css, depth = 0) => cssUrls(css).some((one) =>
    isFetched(one, depth));

// What a preload scanner looks for: imports before all else.
const isImported = (css) => cssUrls(css.replace(/\{.*/s, '')).some((one) =>
    one.sheet && isFetched(one, 0));

// ---- documents in URLs

const unpercent = (text) => Buffer.from(text.replace(/[^]/g, (c) => c)
    .replace(/[^\x00-\x7f]/g, encodeURIComponent)
    .replace(/%([0-9a-f]{2})/gi, (_, hex) =>
        String.fromCharCode(parseInt(hex, 16))), 'latin1').toString();

// A data: URL, decoded; null: it is none (Fetch, 6).
function dataOf(text) {
    let read;
    try {
        read = new URL(text, WHERE);
    } catch {
        return null;
    }
    const [, type, body] = /^data:([^,]*),(.*)/s.exec(read.href.split('#')[0])
        || [];

    if (body === undefined) {
        return null;
    }
    const plain = unpercent(body);
    return {
        type: type.toLowerCase().replace(/;.*/s, '').trim(),
        text: /; *base64$/i.test(type)
            ? Buffer.from(plain, 'base64').toString() : plain,
    };
}

function scriptOf(text) {
    const plain = text.replace(/^[\0- ]+/, '').replace(/[\t\n\r]/g, '');

    return /^javascript:/i.test(plain) ? unpercent(plain.slice(11)) : null;
}

// A URL of a frame or a plug-in: what it leads to, or is.
function isDocument(text, scripting) {
    const data = dataOf(text);
    const code = scriptOf(text);

    if (code !== null) {
        return isMarked(code);
    }
    if (!data) {
        return isForeign(text);
    }
    return /html|xml/.test(data.type)
        && (look(data.text, scripting).leaks.length > 0
            || (/xml/.test(data.type)
                && /<\?xml-stylesheet[^>]*:\/\//.test(data.text)));
}

// ---- elements

const QUIET = new Set(['alternate', 'canonical', 'author', 'help', 'license',
                       'next', 'search', 'tag', 'x']);
const SCRIPTS = /^(|module|(text|application)\/(x-)?(java|ecma)script)$/;
const RULES = /^(importmap|speculationrules)$/;

const any = (text) => isForeign(text);
const source = (text) => isForeign(text) || isMarked(scriptOf(text)
    ?? (/script/.test(dataOf(text)?.type) ? dataOf(text).text : ''));
const link = (text) => isForeign(text) || (/css/.test(dataOf(text)?.type)
    && isStyled(dataOf(text).text));
const list = (text) => words(text).some(isForeign);
const set = (text) => candidates(text).some(isForeign);
const inner = (text, scripting) => look(text, scripting).leaks.length > 0;

const ATTRIBUTES = {
    img: { src: any, srcset: set, attributionsrc: list },
    iframe: { src: isDocument, srcdoc: inner }, frame: { src: isDocument },
    script: { src: source }, embed: { src: isDocument },
    object: { data: isDocument }, audio: { src: any },
    video: { src: any, poster: any }, source: { src: any, srcset: set },
    track: { src: any }, input: { src: any },
    link: { href: link, imagesrcset: set }, a: { ping: list },
    area: { ping: list }, base: { href: any },
};
for (const name of ['body', 'table', 'thead', 'tbody', 'tfoot', 'tr', 'td',
                    'th'])
{
    ATTRIBUTES[name] = { background: any };
}
const SVG_ATTRIBUTES = {
    image: { href: any }, use: { href: any }, feImage: { href: any },
    script: { href: source },
};
const PAINT = /^(fill|stroke|filter|mask|clip-path|cursor|marker|marker-end)$/;

const value = (node, name) => node.attrs.find((one) => one.name === name
                                              )?.value ?? '';
const textOf = (node) => node.childNodes.map((child) => child.value || '')
    .join('');

// What any element may carry.
function carries(node, { name, value: text }) {
    if (/^on/.test(name)) {
        return isMarked(text);
    }
    return (name === 'style' || (node.namespaceURI === SVG && PAINT.test(name)))
        && isStyled(text);
}

function refreshes(node, scripting) {
    const to = /^\s*[\d.]+[\s;,]*(?:url\s*=\s*)?(['"]?)(.*)/is
        .exec(value(node, 'content'));

    return value(node, 'http-equiv').toLowerCase() === 'refresh' && to
        && isDocument(to[1] ? to[2].split(to[1])[0] : to[2], scripting);
}

function animates(node) {
    const name = value(node, 'attributeName');
    const texts = ['to', 'from', 'by', 'values'].flatMap((one) =>
        value(node, one).split(';'));

    return /^(xlink:)?href$/.test(name) ? texts.some(isForeign)
        : PAINT.test(name) && texts.some((text) => isStyled(text));
}

// Strings of JSON; of what is none as well, since nobody need be strict.
const isRuled = (text) => [...text.matchAll(/"((?:\\.|[^"\\])*)"/gs)]
    .some(([whole, bare]) => {
        try {
            return isForeign(JSON.parse(whole));
        } catch {
            return isForeign(bare);
        }
    });

function runs(node, html) {
    const type = node.attrs.some(({ name }) => name === 'type')
        ? value(node, 'type') : value(node, 'language')
            .replace(/^(?=.)/, 'text/');

    if (node.attrs.some(({ name }) => name === (html ? 'src' : 'href'))) {
        return false;
    }
    return SCRIPTS.test(type.toLowerCase().trim()) ? isMarked(textOf(node))
        : RULES.test(type.toLowerCase().trim()) && isRuled(textOf(node));
}

// A style of another type is none; a preload scanner asks for no type.
function styles(node) {
    return /^(text\/css)?$/i.test(value(node, 'type'))
        ? isStyled(textOf(node)) : isImported(textOf(node));
}

const WHOLE = {
    script: runs,
    style: styles,
    meta: (node, html, scripting) => html && refreshes(node, scripting),
    set: (node, html) => !html && animates(node),
    animate: (node, html) => !html && animates(node),
};

function fetched(node, scripting) {
    const html = node.namespaceURI === HTML;
    const svg = node.namespaceURI === SVG;
    const known = (html ? ATTRIBUTES : svg ? SVG_ATTRIBUTES : {})[node.tagName]
        || {};
    const quiet = node.tagName === 'link'
        && words(value(node, 'rel').toLowerCase()).every((word) =>
            QUIET.has(word));
    const leaks = node.attrs.filter((one) => carries(node, one) || (!quiet
        && Object.hasOwn(known, one.name)
        && known[one.name](one.value, scripting)))
        .map((one) => `${node.tagName} ${one.name}`);

    if ((html || svg) && Object.hasOwn(WHOLE, node.tagName)
        && WHOLE[node.tagName](node, html, scripting))
    {
        leaks.push(node.tagName);
    }
    return leaks;
}

// parse5, but that CDATA sections are some in integration points, too: these
// elements are SVG's or MathML's themselves (HTML 13.2.5.42).
class Reader extends Parser {
    _setContextModes(current, tag) {
        super._setContextModes(current, tag);
        this.tokenizer.inForeignNode = this.currentNotInHTML
            && current !== undefined;
    }
}

// That of tests/tool_gate.c; formatting elements of the page may be in it.
const isBanner = (node) => node.tagName === 'section'
    && node.namespaceURI === HTML && allText(node).startsWith('banner');

const allText = (node) => node.value
    ?? (node.childNodes || []).map(allText).join('');

// All elements, those of templates with them: a shadow root is one.

export function look(text, scriptingEnabled) {
    const leaks = [], names = [];
    const todo = [Reader.parse(text, { scriptingEnabled })];
    let banners = 0, inert = 0;        // in the content of a template

    while (todo.length) {
        const node = todo.pop();

        if (typeof node === 'number') {
            inert += node;
            continue;
        }
        if (node.tagName) {
            names.push(node.tagName);
            leaks.push(...fetched(node, scriptingEnabled));
            banners += !inert && isBanner(node) ? 1 : 0;
        }
        if (node.content) {
            todo.push(-1, node.content, 1);
        }
        todo.push(...(node.childNodes || []).slice().reverse());
    }
    return { leaks, names: names.join(' '), banners };
}
