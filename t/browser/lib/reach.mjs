// What axe-core does not look at, as functions that run in the page.  Each
// returns what is wrong, a line each.

// Nothing makes a reader scroll sideways (1.4.10).
export function wide() {
    const view = document.documentElement.clientWidth;
    const found = document.documentElement.scrollWidth > view
        ? [`the page is ${document.documentElement.scrollWidth} wide of ${view}`]
        : [];

    for (const e of document.querySelectorAll('#ngx-consent')) {
        if (e.scrollWidth > e.clientWidth) {
            found.push(`the banner is ${e.scrollWidth} wide of ${e.clientWidth}`);
        }
    }
    return found;
}


// Whatever takes a click is 24 by 24 CSS pixels at least; a link within a
// sentence is as high as its line (2.5.8).
export function small(root) {
    const all = document.querySelector(root);
    const within = [all, ...all.querySelectorAll('*')].filter((e) =>
        e.matches('a[href], button, summary, input:not([type=hidden]), select')
        && e.checkVisibility());

    return within.filter((e) => {
        const hit = e.matches('input') && e.closest('label') || e;
        const { width, height } = hit.getBoundingClientRect();
        const sentence = e.matches('a')
            && getComputedStyle(e).display === 'inline'
            && [...e.parentNode.childNodes].some((n) => n.nodeType === 3
                && n.data.trim());

        return !sentence && (width < 24 || height < 24);
    }).map((e) => {
        const { width, height } = e.getBoundingClientRect();
        return `${width.toFixed(1)} x ${height.toFixed(1)}: ${
            e.outerHTML.slice(0, 120)}`;
    });
}


// To refuse and to accept are the same but for their words: every computed
// property, and the size of the box to within what layout rounds.
export function unequal(root) {
    const all = document.querySelector(root);
    const [reject, accept] = ['reject', 'accept'].map((choice) =>
        all.querySelector(`button[value=${choice}]`));

    if (!reject || !accept) {
        return [];
    }
    const of = (style, name) => style.getPropertyValue(name)
        .replace(/\d+\.\d+px/g, (n) => `${Math.round(parseFloat(n) * 4) / 4}px`);
    const [a, b] = [getComputedStyle(reject), getComputedStyle(accept)];
    const sized = /^(width|height|inline-size|block-size|.*-origin)$/;
    const found = [...a].filter((p) => !sized.test(p) && of(a, p) !== of(b, p))
        .map((p) => `${p}: ${of(a, p)} for reject, ${of(b, p)} for accept`);
    const [x, y] = [reject, accept].map((e) => e.getBoundingClientRect());

    if (Math.abs(x.width - y.width) > .1 || Math.abs(x.height - y.height) > .1) {
        found.push(`${x.width} x ${x.height} for reject, `
            + `${y.width} x ${y.height} for accept`);
    }
    return found;
}


// What has the focus: its words, and what is wrong with how it is seen: a ring
// of 2 px at least, and nothing of ours or the page's in front of it (2.4.7,
// 2.4.11).
export function focused() {
    const e = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(e);
    const { left, top, right, bottom } = e.getBoundingClientRect();
    const points = [[left + 3, top + 3], [right - 3, top + 3],
        [left + 3, bottom - 3], [right - 3, bottom - 3],
        [(left + right) / 2, (top + bottom) / 2]];
    const seen = points.some(([x, y]) => {
        const hit = document.elementFromPoint(x, y);

        return hit && (e.contains(hit) || hit.contains(e) && hit !== document.body
            && hit !== document.documentElement);
    });
    const wrong = [];

    if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2) {
        wrong.push('no ring');
    }
    if (!seen) {
        wrong.push('not seen');
    }
    return {
        name: e.name === 'p' ? e.value : e.id || e.value || e.localName,
        title: e.className, ours: Boolean(
            e.closest('#ngx-consent')),
        wrong: wrong.map((w) => `${w}: ${e.outerHTML.slice(0, 120)} at ${
            [left, top, right, bottom].map(Math.round)}`),
    };
}


// The room that the page leaves for the banner, above and below.
export const room = () => {
    const { marginTop, paddingTop, paddingBottom } = getComputedStyle(
        document.documentElement);

    return [marginTop, paddingTop, paddingBottom].join(' ');
};


// What a banner must not be: higher than half of the window (three quarters of
// one that is lower than 400 px and narrow), behind something that covers the
// page, with parts that are fixed by themselves, or a lock on the page.
export function walled() {
    const root = document.getElementById('ngx-consent');
    const { top, bottom, height, left, right } = root.getBoundingClientRect();
    const [wide, high] = [innerWidth, innerHeight];
    const most = high < 400 && wide < 600 ? .75 : .5;
    const found = [];

    if (height > high * most + 1) {
        found.push(`${height} high of ${high}`);
    }
    if (top < -1 || bottom > high + 1 || left < -1 || right > wide + 1) {
        found.push('it stands out of the window');
    }
    for (const e of root.querySelectorAll('*')) {
        if (/fixed|sticky/.test(getComputedStyle(e).position)) {
            found.push(`fixed: ${e.outerHTML.slice(0, 80)}`);
        }
    }
    for (const [x, y] of [[wide / 2, top - 4], [wide / 2, bottom + 4],
        [4, 4], [wide - 4, high - 4]])
    {
        const inside = x > left && x < right && y > top && y < bottom;
        const hit = document.elementFromPoint(x, y);

        if (!inside && hit && hit.closest('#ngx-consent')) {
            found.push(`it covers ${x}, ${y}`);
        }
    }

    const before = scrollY;

    scrollTo({ top: before + 120, behavior: 'instant' });
    if (scrollY === before) {
        found.push('the page does not scroll');
    }
    scrollTo({ top: before, behavior: 'instant' });
    return found;
}


// Where an element is, and how wide the window.
export const place = (name) => {
    const { left, right } = document.querySelector(name).getBoundingClientRect();

    return { left, right, view: document.documentElement.clientWidth };
};


// How many steps of the Tab key a page has.
export const stops = () => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), summary, select, textarea, iframe,'
    + ' [tabindex="0"]')].filter((e) => e.checkVisibility()).length;


// How many parts of the banner move or fade.
export const moving = () => document.getAnimations().length
    + [...document.querySelectorAll('#ngx-consent, #ngx-consent *')].filter((e) =>
        getComputedStyle(e).transitionDuration !== '0s').length;


// Text as far apart as 1.4.12 asks for, whatever the page's CSP.
export function spaced() {
    const sheet = new CSSStyleSheet();

    sheet.replaceSync('* { line-height: 1.5 !important;'
        + ' letter-spacing: .12em !important; word-spacing: .16em !important }'
        + ' p { margin-bottom: 2em !important }');
    document.adoptedStyleSheets.push(sheet);
}

export const cut = () => [...document.querySelectorAll('#ngx-consent button')]
    .filter((e) => e.scrollWidth > e.clientWidth
        || e.scrollHeight > e.clientHeight).map((e) => e.outerHTML);
