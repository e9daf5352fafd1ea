// Consent-O-Matic's rules: what they are made of, and a run of one in a page.
// Its engine is an extension and in no registry; what a rule asks of it is
// little, and done here.

const SELECTION = { need: ['selector'], may: ['textFilter', 'styleFilter',
    'displayFilter', 'iframeFilter', 'childFilter'] };

// type => what an action must have, and may
const ACTIONS = {
    click: { need: ['target'], may: ['parent', 'openInTab'] },
    list: { need: ['actions'], may: [] },
    consent: { need: ['consents'], may: [] },
    slide: { need: ['target', 'dragTarget', 'axis'], may: [] },
    ifcss: { need: ['target'], may: ['trueAction', 'falseAction'] },
    waitcss: { need: ['target'], may: ['retries', 'waitTime', 'negated'] },
    foreach: { need: ['target', 'action'], may: [] },
    wait: { need: ['waitTime'], may: [] },
    hide: { need: ['target'], may: [] },
    close: { need: [], may: [] },
};
const CONSENT = { need: ['type'], may: ['toggleAction', 'matcher',
    'trueAction', 'falseAction'] };
const MATCHER = { need: ['type', 'target'], may: ['parent'] };
const METHODS = ['OPEN_OPTIONS', 'DO_CONSENT', 'SAVE_CONSENT', 'HIDE_CMP',
    'UTILITY'];

// The order in which the engine calls a rule's methods.
const ORDER = ['HIDE_CMP', 'OPEN_OPTIONS', 'HIDE_CMP', 'DO_CONSENT',
    'SAVE_CONSENT'];


function keys(thing, { need, may }, at, faults) {
    need.filter((key) => !(key in thing))
        .forEach((key) => faults.push(`${at}: no ${key}`));
    Object.keys(thing).filter((key) => ![...need, ...may].includes(key))
        .forEach((key) => faults.push(`${at}: ${key} is not known`));
}

function matcher(thing, at, faults) {
    keys(thing, MATCHER, at, faults);
    keys(thing.target || {}, SELECTION, `${at}.target`, faults);
    if (!['css', 'checkbox'].includes(thing.type)) {
        faults.push(`${at}: a matcher of type ${thing.type}`);
    }
}

function consent(thing, at, faults) {
    keys(thing, CONSENT, at, faults);
    if (!['A', 'B', 'D', 'E', 'F', 'X'].includes(thing.type)) {
        faults.push(`${at}: a purpose of type ${thing.type}`);
    }
    if (thing.matcher) {
        matcher(thing.matcher, `${at}.matcher`, faults);
    }
    for (const key of ['toggleAction', 'trueAction', 'falseAction']) {
        if (thing[key]) {
            action(thing[key], `${at}.${key}`, faults);
        }
    }
}

function action(thing, at, faults) {
    const shape = ACTIONS[thing.type];

    if (!shape) {
        faults.push(`${at}: an action of type ${thing.type}`);
        return;
    }
    keys(thing, { need: ['type', ...shape.need], may: shape.may }, at, faults);
    for (const key of ['target', 'parent', 'dragTarget']) {
        if (thing[key]) {
            keys(thing[key], SELECTION, `${at}.${key}`, faults);
        }
    }
    for (const key of ['action', 'trueAction', 'falseAction']) {
        if (thing[key]) {
            action(thing[key], `${at}.${key}`, faults);
        }
    }
    (thing.actions || []).forEach((one, i) => action(one,
        `${at}.actions[${i}]`, faults));
    (thing.consents || []).forEach((one, i) => consent(one,
        `${at}.consents[${i}]`, faults));
}

// What is wrong with a rule, by its published schema.
export function faults(rule) {
    const found = [];

    keys(rule, { need: ['detectors', 'methods'], may: [] }, 'rule', found);
    rule.detectors.forEach((detector, i) => {
        keys(detector, { need: ['presentMatcher'], may: ['showingMatcher'] },
            `detectors[${i}]`, found);
        [detector.presentMatcher, detector.showingMatcher].flat()
            .filter(Boolean)
            .forEach((one) => matcher(one, `detectors[${i}]`, found));
    });
    rule.methods.forEach((method) => {
        keys(method, { need: ['name', 'action'], may: [] }, method.name,
            found);
        if (!METHODS.includes(method.name)) {
            found.push(`a method called ${method.name}`);
        }
        action(method.action, method.name, found);
    });
    return found;
}


// In the page: whether the rule's banner is there and shows; then the methods.
// What this rule has no use for is an exception here.
function run({ rule, allowed, order }) {
    let base = document;

    const every = ({ selector, displayFilter, ...others }) => {
        if (Object.keys(others).length) {
            throw new Error(`no run knows ${Object.keys(others)}`);
        }
        return [...base.querySelectorAll(selector)].filter((node) =>
            displayFilter === undefined
            || displayFilter === (node.offsetHeight !== 0));
    };
    const first = ({ target }) => every(target)[0];
    const matches = (one) => (one.type === 'checkbox' ? first(one).checked
        : Boolean(first(one)));
    const all = (some) => [some || []].flat().every(matches);

    const doing = {
        click: (a) => first(a)?.click(),
        list: (a) => a.actions.forEach(act),
        ifcss: (a) => act(first(a) ? a.trueAction : a.falseAction),
        foreach: (a) => {
            for (const node of every(a.target)) {
                base = node;
                act(a.action);
                base = document;
            }
        },
        consent: (a) => a.consents.forEach((one) => {
            if (matches(one.matcher) !== Boolean(allowed[one.type])) {
                act(one.toggleAction);
            }
        }),
    };
    function act(a) {
        if (a) {
            doing[a.type](a);
        }
    }

    const detector = rule.detectors.find((d) => all(d.presentMatcher));
    if (!detector || !all(detector.showingMatcher)) {
        return false;
    }
    for (const name of order) {
        act(rule.methods.find((method) => method.name === name)?.action);
    }
    return true;
}

// operate(PAGE, RULE, ALLOWED): whether the rule found its banner; then all was
// done for a visitor who allows these types.
export const operate = (page, rule, allowed) =>
    page.evaluate(run, { rule, allowed, order: ORDER });
