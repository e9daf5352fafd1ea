// Pages with trackers in them, out of a grammar: every carrier that makes a
// browser fetch, every spelling of a URL that reaches a tracker, and all that
// hides markup, or seems to.  One seed, one page.
//
//   page(SEED, { odd })   the pieces of the page, to be joined; `odd`: more
//                         select, frameset, template, SVG, MathML
//
// All that a page could fetch from others bears its seed, in the name of the
// host or in the path: "n" and the number (see numberOf()).  Scripts name a
// tracker as vendors' snippets do, and put no URL together: what those fetch is
// not for markup to prevent.

import { handler, script, dataUrl, scriptUrl, srcdoc, style, sheet, spell }
    from './grammar_values.mjs';
import { begin, number, odds, pick, chance, times, weigh }
    from './grammar_chance.mjs';

const { spellCase, tracker, url, srcset, encode } = spell;

// ---- tags

const SPACE = [' ', ' ', ' ', '\n', '\t', '\f', '/', ' / ', '\r\n'];
const JUNK = ['alt="a>b"', "title='<!--'", 'x', 'class=c', "a='\"'", 'b="\'"',
              'd=`e', 'title="</noscript>"', "title='</script>'", '=y', 'f==g',
              "j='-->'", 'k="]]>"', 'l="&quot;>"', "m='\n'", 'data-n=1', '"o',
              "p'q", '<r', 'alt="<script>"', "title='</title></textarea>'"];

function value(text) {
    if (!/["']/.test(text) && odds(2)) {
        return `"${text}"`;
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

// What any element may carry.
function extra() {
    return weigh([
        [3, () => attribute('style', encode(style()))],
        [2, () => attribute(pick(['onload', 'onerror', 'onclick', 'onfocus',
                                  'ontoggle', 'onpageshow', 'onbegin']),
                            encode(handler()))],
    ]);
}

function tag(name, attributes) {
    const list = [...attributes];

    while (odds(2)) {
        list.splice(chance(list.length + 1), 0, pick(JUNK));
    }
    if (odds(10)) {
        list.splice(chance(list.length + 1), 0, extra());
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

// ---- elements that fetch

const embedded = () => odds(3) ? dataUrl(fragment) : odds(3) ? scriptUrl()
    : url();

const FETCHES = [
    ['img', 'src'], ['img', 'srcset', srcset], ['img', 'attributionsrc'],
    ['iframe', 'src', embedded], ['iframe', 'srcdoc', () => srcdoc(fragment)],
    ['script', 'src', () => odds(6) ? dataUrl(fragment) : url()],
    ['embed', 'src', embedded], ['object', 'data', embedded],
    ['frame', 'src', embedded], ['audio', 'src'], ['video', 'src'],
    ['video', 'poster'], ['source', 'src'], ['source', 'srcset', srcset],
    ['track', 'src'], ['input', 'src'], ['image', 'src'], ['body', 'background'],
    ['image', 'srcset', srcset], ['table', 'background'],
    ['td', 'background'], ['th', 'background'], ['tr', 'background'],
    ['tbody', 'background'], ['tfoot', 'background'], ['link', 'href'],
    ['link', 'href', () => odds(3) ? dataUrl(fragment) : url()],
    ['link', 'imagesrcset', srcset], ['meta', 'content'], ['a', 'ping'],
    ['area', 'ping'], ['base', 'href'],
];
const SVG_FETCHES = [
    ['image', 'href'], ['image', 'xlink:href'], ['use', 'href'],
    ['use', 'xlink:href'], ['feImage', 'href'], ['script', 'href'],
    ['script', 'xlink:href'],
];

const MORE = {
    link: () => [attribute('rel', pick(['stylesheet', 'stylesheet', 'preload',
            'icon', 'prefetch', 'canonical', 'alternate stylesheet',
            'modulepreload', 'preconnect', 'x dns-prefetch', 'prerender',
            'Style&#115;heet'])),
        ...(odds(2) ? [attribute('as', pick(['image', 'script', 'style',
                                             'font', 'fetch']))] : []),
        ...(odds(8) ? ['rel=x', 'as=x'] : [])],
    meta: () => [attribute('http-equiv', pick(['refresh', 'refresh',
                                               'Re&#102;resh']))],
    input: () => odds(2) ? ['type=image'] : odds(3) ? ['type=image', 'type=x']
        : [],
    script: () => odds(3) ? [pick(['type=module', 'async', 'defer', 'nomodule',
        'type=text/javascript', 'type=text/plain', 'language=javascript'])]
        : odds(6) ? ['type=x', 'type=text/javascript'] : [],
    video: () => odds(2) ? ['autoplay'] : [],
    track: () => ['default'],
    object: () => odds(3) ? [pick(['type=text/html', 'type=image/svg+xml'])]
        : [],
};

const refresh = () => pick(['0;url=', '0; URL = ', '0 ', '0,', "0;url='", '0;'])
    + (odds(6) ? dataUrl(fragment) : url());

function element(rows = FETCHES) {
    const [name, attr, make] = pick(rows);
    const list = [attribute(attr, name === 'meta' ? refresh()
                                                  : (make || url)())];

    list.push(...(MORE[name] || (() => []))());
    if (odds(12)) {
        list.push(attribute(attr, url()));
    }
    if (odds(2)) {
        list.reverse();
    }
    const text = tag(name, list) + (odds(2) ? `</${spellCase(name)}>` : '');

    return name === 'source' && odds(2)
        ? (odds(2) ? `<video autoplay>${text}</video>`
                   : `<picture>${text}<img></picture>`)
        : text;
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
const comment = () => pick(COMMENTS)();

const RAW = ['style', 'xmp', 'iframe', 'noembed', 'noframes', 'textarea',
             'title', 'script', 'noscript', 'plaintext'];

function raw() {
    const name = odds(30) ? 'plaintext' : pick(RAW.slice(0, -1));
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

// ---- scripts and styles of the page

function inline() {
    return tag('script', odds(3) ? ['type=module'] : []) + script()
        + '</script>';
}

function rules() {
    const at = JSON.stringify(tracker('plain'));

    return weigh([
        [2, () => tag('script', ['type=importmap']) + `{"imports":{"a":${at}}}`
            + '</script><script type=module>import "a"</script>'],
        [2, () => tag('script', ['type=speculationrules'])
            + `{"${pick(['prefetch', 'prerender'])}":[{"source":"list",`
            + `"urls":[${at}]}]}</script>`],
        [1, () => tag('script', ['type=speculationrules'])
            + `{"prefetch":[{${pick(['"source":"document"',
                '"where":{"selector_matches":"a"}',
                '"where":{"href_matches":"/*"}'])},"eagerness":"immediate"}]}`
            + `</script><a href=${at}>a</a>`],
        [1, () => tag('script', ['type=application/json']) + `[${at}]</script>`],
    ]);
}

const styled = () => tag('style', odds(4)
    ? [pick(['media=print', 'type=text/css', 'type=x'])] : [])
    + sheet(dataUrl) + pick(['</style>', '</style>', '</style >', '']);

// ---- SVG and MathML

const FOREIGN = ['svg', 'g', 'desc', 'title', 'foreignObject', 'math', 'mi',
                 'mtext', 'annotation-xml', 'mglyph', 'malignmark', 'style',
                 'a', 'font'];
const PAINTED = ['fill', 'stroke', 'filter', 'mask', 'clip-path', 'cursor',
                 'marker-end', 'marker'];

function animation() {
    const name = pick(['href', 'xlink:href', 'fill', 'mask', 'filter']);
    const to = () => encode(/href/.test(name) ? tracker('plain')
                                              : `url(${tracker('plain')})`);
    const how = weigh([
        [3, () => tag('set', [attribute('attributeName', name),
                              attribute('to', to())])],
        [2, () => tag('animate', [attribute('attributeName', name), 'dur=1s',
                  attribute('values', `${pick(['/own.png', ''])};${to()}`)])],
        [1, () => tag('animate', [attribute('attributeName', name), 'dur=9s',
                  attribute(pick(['from', 'to', 'by']), to())])],
    ]);

    return pick(['<image href=own.png width=9 height=9>', '<use>', '<a>',
                 '<rect width=9 height=9>']) + how;
}

const painted = () => tag(pick(['rect', 'g', 'path', 'text']),
    [attribute(pick(PAINTED), encode(`url(${tracker('plain')}#a)`)),
     'width=9', 'height=9']);

function box(list) {
    const name = list === FOREIGN && odds(6) ? 'svg' : pick(list);

    if (name === 'annotation-xml') {
        return tag(name, ['encoding=' + pick(['text/html', '"Text/HTML"',
            'text&#47;html', 'application/xhtml+xml', 'x'])]);
    }
    return tag(name, name === 'font' && odds(2) ? ['color=red'] : []);
}

const close = (list) => `</${spellCase(pick(list))}${pick(['', '', ' ', ' x'])}>`;

// What may part the text of a style or a script there, or end it.
const SPLINTERS = ['</>', '</script a=/*>', '</g a=/*>', '<font a=/*>',
                   '</font>', '<font color=/*>', '<!doctype a/*>',
                   '<!--/*-->', '<?a /*>', '<![CDATA[', ']]>', '<g a=/*>',
                   '</g>', '<e a=/* />', '<p>', '</p a=/*>', '</svg>',
                   '</style a=/*>', '<style a=/* />', '<svg a=/*>', '<desc>',
                   '</desc>', '&#40;', '&quot;', '&#39;', '&#x2f;&#x2a;', '*/',
                   '<', '</', "<g a='>", "'>"];

function shattered() {
    const name = pick(['style', 'style', 'style', 'script']);
    let text = name === 'style' ? sheet(dataUrl) : script();

    for (let n = 1 + chance(4); n > 0; n--) {
        const at = chance(text.length + 1);

        text = text.slice(0, at) + pick(SPLINTERS) + text.slice(at);
    }
    return `<${name}>${text}</${name}>`;
}

function foreign() {
    return tag(pick(['svg', 'svg', 'math']), []) + times(1 + chance(5), () =>
        weigh([
            [2, () => element(SVG_FETCHES)], [2, () => box(FOREIGN)],
            [2, () => close(FOREIGN)], [1, comment], [1, element], [1, raw],
            [1, animation], [1, painted], [1, styled], [1, inline],
            [2, shattered],
            [1, () => close(['p', 'br', 'div', 'b'])],
        ])) + pick(['</svg>', '</math>', '']);
}

// ---- where only a tree can tell what a tag does

const BOXES = ['div', 'p', 'table', 'tr', 'td', 'tbody', 'caption', 'b', 'i',
               'a', 'font', 'button', 'form', 'ul', 'li', 'template',
               'noscript', 'head', 'body', 'html', 'object', 'h1', 'pre',
               'select', 'option', 'svg', 'math', 'frameset', 'colgroup',
               'nobr', 'center', 'marquee', 'ruby', 'dd', 'main', 'video',
               'optgroup', 'col', 'hr', 'rt', 'summary', 'details', 'dialog',
               'picture', 'legend', 'em', 'big', 'tt', 's', 'u'];
const RARE = /^(select|frameset|svg|math)$/;

const KNOTS = [
    () => `<p><${pick(['b', 'i', 'a', 'font', 'nobr'])}></p><svg>`
        + `<${pick(['title', 'desc', 'foreignObject'])}>x`
        + pick(['</title>', '</desc>', '</foreignObject>', '']),
    () => '<p><b></p><math><mtext>x</mtext>',
    () => `<form><math><mtext></form><form><${pick(['mglyph', 'malignmark'])}>`,
    () => '<form><table><form></form></table></form>',
    () => `<select>${pick(['<option>', '<optgroup>', '<template>', '<button>',
                           '<hr>', '<input>', '<select>', '<textarea>', ''])}`,
    () => '<select><template></select></template>',
    () => `<${pick(['select', 'frameset', 'svg', 'math', 'template><col'])}>`
        + `${pick(['', '</div>', '<desc>'])}<${pick(RAW)}>`
        + `${pick(['', '<div>', '<b>', '</b>'])}<![CDATA[${markup()}`,
    () => `<table><select>${pick(['<tr>', '<td>', '</table>', ''])}`,
    () => `<template>${pick(['<col>', '<tr>', '<td>', '<caption>', '<tbody>',
                             '<frameset>', '<html>', '<template>'])}`,
    () => `<template shadowrootmode=${pick(['open', 'closed', 'x'])}>`,
    () => '<div><template shadowrootmode=open><slot></slot>',
    () => `<frameset>${pick(['<frameset>', '<noframes>', '</frameset>', ''])}`,
    () => `<html><frameset rows=1>${tag('frame', [attribute('src', url())])}`,
    () => `<head><noscript>${pick(['<style>', '<link>', '<p>', '<head>',
                                   '<title>', '<noframes>', '<!--', ''])}`,
    () => `</head>${pick(['<noscript>', '<title>', '<template>', '<frameset>'])}`,
    () => `<noscript><${pick(['a', 'img'])} title="</noscript>`,
    () => `<table>${pick(['<svg>', '<math>', '<style>', '<a>', '<caption>',
                          '<script>', '<input type=hidden>', '<b>'])}`,
    () => '<a><table><a>', () => '<button><button>', () => '<h1><h2></h1>',
    () => '<b><i><u><p></b></i>', () => '<li><svg></li>', () => '<a><p></a>',
    () => '<svg><p>', () => '<svg></p>', () => '<svg><svg></br>',
    () => '<math><annotation-xml><svg><foreignObject>',
    () => '<math><mi></mi><svg><desc><math>', () => '<svg/><math/>',
    () => '<svg><template><svg>', () => '<ruby><rt><svg><title>',
    () => '<object><p></object>', () => '<body><frameset>', () => '</body>x',
    () => '</html><head>', () => '<table><tr><td><svg></table>',
    () => times(40, () => pick(['<svg>', '<g>', '<svg><g>'])),
    () => times(20, () => pick(['<svg><desc>', '<math><mi>', '<b>', '<div>'])),
    () => odds(9) ? times(515, () => pick(['<div>', '<i>', '<b>'])) : '<i>',
];
const knot = () => pick(KNOTS)();

// What stands within a document in a value, too.
function fragment() {
    return times(1 + chance(3), () => weigh([
        [6, element], [2, styled], [1, inline], [1, raw], [1, foreign],
        [1, comment], [1, knot], [1, () => box(['b', 'p', 'noscript'])],
    ]));
}

// ---- pages

function piece(odd) {
    return weigh([
        [odd ? 24 : 6, foreign], [odd ? 24 : 6, knot], [24, element],
        [10, raw], [4, inline], [8, styled], [3, rules], [6, comment],
        [12, () => boxed(odd)], [6, () => close(BOXES)],
        [3, () => tag(pick(['div', 'p', 'svg', 'td', 'a', 'body']),
                      [extra()])],
        [6, () => 'text &amp; more'], [4, () => '<'], [4, () => '&lt'],
        [4, () => times(3, () => pick('<>/="\' !-abc\n\0'.split('')))],
    ]);
}

const boxed = (odd) => {
    const text = box(BOXES);
    const [, name] = /^<(\w+)/.exec(text);

    return RARE.test(name.toLowerCase()) && !odd && !odds(4) ? '<div>' : text;
};

export function page(seed, { odd = false } = {}) {
    begin(seed);
    odd ||= odds(4);

    const pieces = [];

    if (odds(2)) {
        pieces.push('<!DOCTYPE html>');
    }
    if (odds(3)) {
        // what the parser waits for, a preload scanner runs ahead of
        pieces.push('<script src=/slow.js></script>');
    }
    for (let n = 1 + chance(8); n > 0; n--) {
        pieces.push(piece(odd));
    }
    if (odds(10)) {
        pieces.push(`<img src=//n${number()}.stray.example/cut`);
    }
    return pieces;
}

// The page of a request's host and path; undefined: nobody's.
export const numberOf = (text) => /\bn(\d+)\b/i.exec(text)?.[1];
