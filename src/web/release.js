/*
 * The release stage: opens what the gate held in this page, after the visitor
 * agreed to all purposes and the gate recorded it.  Fetched then, never before.
 *
 * Every held element that names its purpose comes back where it stands, once:
 * first what a parser would have run as it met it, in document order; then
 * what is deferred; what is async whenever it arrives.  To the scripts the
 * document looks as it would have: document.readyState goes from "loading" to
 * "complete" again, and who waits for DOMContentLoaded or load is called, once.
 *
 * The promise is rejected where the page has to be loaded again instead: before
 * anything has run if that can be seen before.
 */

const HELD = "[data-ngxc-hold][data-ngxc-purpose]:not([data-ngxc-stays])";
const MARKS = /^data-ngxc-(hold|purpose|stays|ui|added)$/;
const RENAMED = /^data-ngxc-/;
const XLINK = "http://www.w3.org/1999/xlink";
const CLASSIC = /^(text|application)\/(x-)?(java|ecma|live|j)script[\d.]*$/;

/* What only works when a parser meets it. */
const PARSED = "meta, base, svg script, frame, "
    + "script[data-ngxc-type=importmap i]";
const WRITES = /document\s*\.\s*write/;

/* Stubs that the vendor's own code would take for itself. */
const TAKEN = ["utag", "analytics", "mixpanel", "OBR"];

/* The roots of a tree: itself, open shadow trees, contents of templates. */
const roots = (root, found = { live: [], inert: [] }, inert = false) => {
    (inert ? found.inert : found.live).push(root);

    for (const node of root.querySelectorAll("*")) {
        if (node.shadowRoot) {
            roots(node.shadowRoot, found, inert);
        }
        if (node.localName === "template" && node.content) {
            roots(node.content, found, true);
        }
    }

    return found;
};

const heldIn = list => list.flatMap(root => [...root.querySelectorAll(HELD)]);

const setAttribute = (node, name, value) => name.startsWith("xlink:")
    ? node.setAttributeNS(XLINK, name, value)
    : node.setAttribute(name, value);

/* Without the word that hides what a style fetches. */
const plain = text => text.replace(/x-ngxc-(\{\})?/g, "");

/* Marks, what a placeholder needed, and a type that stands before the
   origin's. */
const isOurs = (node, name) => MARKS.test(name)
    || (node.dataset.ngxcAdded || "").split(" ").includes(name)
    || name === "type" && (node.localName === "script"
        || node.localName === "style"
        && node.getAttribute("type") === "text/plain");

/* The attributes as the origin sent them: what has the gate's word in any of
   its own is not released. */
const attributesOf = node => {
    const list = [];

    for (const { name, value } of node.attributes) {
        if (isOurs(node, name)) {
            continue;
        }
        list.push([name.replace(RENAMED, ""), plain(value)]);
    }

    return list;
};

/* The frame that we put in for an embed or an object. */
const ownFrame = node => [
    node.localName === "embed" && node.previousElementSibling,
    node.localName === "object" && node.firstElementChild,
].find(own => own && own.matches("iframe[data-ngxc-ui]"));

export const restore = node => {
    const list = attributesOf(node);
    const own = ownFrame(node);
    const place = (node.localName === "link"
        || node.dataset.ngxcAdded !== undefined)
        && document.createComment("");

    if (own) {
        own.remove();
    }
    if (place) {
        /* a frame begins anew, with all its attributes, without a step back
           to the placeholder; a link by whichever of them it fetches */
        node.replaceWith(place);
    }

    [...node.attributes].map(attribute => attribute.name)
        .filter(name => RENAMED.test(name) || isOurs(node, name))
        .forEach(name => node.removeAttribute(name));

    for (const [name, value] of list) {
        if (node.getAttribute(name) !== value) {
            setAttribute(node, name, value);
        }
    }
    if (place) {
        place.replaceWith(node);
    }
    if (node.localName === "style") {
        node.textContent = plain(node.textContent);
    }
    if (node.localName === "object") {
        /* one that shows what is in it looks at its data no more */
        const fresh = node.cloneNode(false);

        fresh.append(...node.childNodes);
        node.replaceWith(fresh);
    }
    if (node.localName === "source") {
        const media = node.closest("video, audio");

        if (media) {
            media.load();
        }
    }
};

/* ---- scripts */

const mine = new WeakSet();

/* One that will run when it is put in; its text to the byte. */
const revive = node => {
    const script = document.createElement("script");

    mine.add(script);

    for (const [name, value] of attributesOf(node)) {
        script.setAttribute(name, value);
    }
    script.nonce = node.nonce;
    script.text = node.textContent;
    script.async = script.hasAttribute("async");

    return script;
};

const INERT = 0, AT_ONCE = 1, IN_ORDER = 2, DEFERRED = 3, ASYNC = 4;

const kindOf = script => {
    const type = (script.getAttribute("type")
        || script.getAttribute("language") && "text/javascript"
        || "text/javascript").trim().toLowerCase();
    const module = type === "module";

    if (!module && (!CLASSIC.test(type) || script.noModule)
        || !script.hasAttribute("src") && script.text === "")
    {
        return INERT;
    }
    if (!module && !script.hasAttribute("src")) {
        return AT_ONCE;
    }
    if (script.hasAttribute("async")) {
        return ASYNC;
    }
    return module || script.defer ? DEFERRED : IN_ORDER;
};

/* When it ran, or could not. */
const settled = script => new Promise(done => {
    script.addEventListener("load", done);
    script.addEventListener("error", done);
});

/* Of one without a URL nobody is told. */
const put = (node, script) => {
    const ran = settled(script);

    node.replaceWith(script);
    return script.hasAttribute("src") ? ran : null;
};

/* Modules run in order: this one, which did run, behind those before it. */
const putLast = async nonce => {
    const script = document.createElement("script");

    script.type = "module";
    script.async = false;
    script.nonce = nonce;
    script.src = import.meta.url;

    await put(document.head.appendChild(document.createElement("script")),
        script);
    script.remove();
};

/* ---- the document as the scripts would have met it */

const own = (object, name, descriptor) => {
    const before = Object.getOwnPropertyDescriptor(object, name);

    Object.defineProperty(object, name, { configurable: true, ...descriptor });

    return () => before ? Object.defineProperty(object, name, before)
                        : delete object[name];
};

const pretend = () => {
    const onchange = document.onreadystatechange;
    let phase = "loading";
    let late = [];

    const isLate = (target, name) => name === "DOMContentLoaded"
        || name === (target === window ? "load" : "readystatechange");

    const undo = [own(document, "readyState", { get: () => phase })];

    for (const target of [document, window]) {
        undo.push(own(target, "addEventListener", { writable: true,
            value(name, fn, options) {
                if (fn && isLate(target, name)) {
                    late.push({ target, name, fn });
                }
                EventTarget.prototype.addEventListener.call(target, name, fn,
                    options);
            } }));
        undo.push(own(target, "removeEventListener", { writable: true,
            value(name, fn, options) {
                late = late.filter(l => l.target !== target
                    || l.name !== name || l.fn !== fn);
                EventTarget.prototype.removeEventListener.call(target, name,
                    fn, options);
            } }));
    }

    /* one handler, in the place where it was first set */
    const native = Object.getOwnPropertyDescriptor(window, "onload")
        || Object.getOwnPropertyDescriptor(Window.prototype, "onload");

    undo.push(own(window, "onload", {
        get: () => native.get.call(window),
        set(fn) {
            const before = late.find(l => l.handler);

            native.set.call(window, fn);
            if (before) {
                before.fn = fn;
            } else {
                late.push({ target: window, name: "load", fn, handler: true });
            }
        } }));

    /* the parser is gone: what is written now would replace the page.  The
       choice is recorded: loaded again, the page is whole. */
    for (const name of ["write", "writeln"]) {
        own(document, name, { writable: true,
            value: () => location.reload() });
    }

    const call = (target, name, fn) => {
        const event = new Event(name);

        Object.defineProperty(event, "target", { value: document });
        Object.defineProperty(event, "currentTarget", { value: target });

        try {
            if (typeof fn === "function") {
                fn.call(target, event);
            } else if (fn && fn.handleEvent) {
                fn.handleEvent(event);
            }
        } catch (error) {
            setTimeout(() => { throw error; });
        }
    };

    /* those that one of them adds are called, too */
    const fire = (target, name) => {
        const mine = l => l.target === target && l.name === name;

        for (let next; (next = late.find(mine)); ) {
            late.splice(late.indexOf(next), 1);
            call(target, name, next.fn);
        }
    };

    const changeTo = next => {
        phase = next;
        if (document.onreadystatechange !== onchange
            && document.onreadystatechange)
        {
            call(document, "readystatechange", document.onreadystatechange);
        }

        const again = late.filter(l => l.name === "readystatechange");

        again.forEach(l => call(document, l.name, l.fn));
    };

    return {
        parsed: () => changeTo("interactive"),

        ready() {
            fire(document, "DOMContentLoaded");
            fire(window, "DOMContentLoaded");
        },

        loaded() {
            changeTo("complete");
            fire(window, "load");
            undo.forEach(back => back());
        },
    };
};

/* ---- stubs */

/* What is called from now on is the vendor's, all of it: [path, calls] of
 * those whose place the vendor takes itself. */
const handOver = (holder, prefix, calls) => {
    for (const name of Object.keys(holder)) {
        const stub = holder[name];

        if (!stub || stub.ngxc !== 1) {
            continue;
        }
        delete stub.ngxc;

        const path = [...prefix, name];
        const taken = TAKEN.includes(path[0]);

        if (Array.isArray(stub)) {
            delete stub.push;
        } else if (typeof stub === "function") {
            if (taken) {
                calls.push([path, stub.q]);
            }
        } else {
            handOver(stub, path, calls);
        }
        if (taken && !prefix.length) {
            delete holder[name];
        }
    }

    return calls;
};

/* Who took its place hears what was kept. */
const replay = calls => {
    for (const [path, kept] of calls) {
        const name = path[path.length - 1];
        const holder = path.slice(0, -1).reduce((o, n) => o && o[n], window);

        if (holder && typeof holder[name] === "function") {
            kept.forEach(args => holder[name](...args));
        }
    }
};

/* ---- what released scripts put in */

/* ms; one that never runs tells nobody */
const PATIENCE = 10000;

/* A document's load waits for them.  Those that markup put in (innerHTML) do
 * not run; one that a script made is async unless it was told otherwise. */
const follow = () => {
    const waiting = [];
    const note = list => {
        for (const { addedNodes } of list) {
            for (const node of addedNodes) {
                if (node.localName === "script" && node.src && node.async
                    && !mine.has(node))
                {
                    waiting.push(settled(node));
                }
            }
        }
    };
    const observer = new MutationObserver(note);

    observer.observe(document, { childList: true, subtree: true });

    return async () => {
        const enough = new Promise(done => setTimeout(done, PATIENCE));
        let seen;

        do {
            note(observer.takeRecords());
            seen = waiting.length;
            await Promise.race([Promise.all(waiting), enough]);
        } while (waiting.length > seen);
        observer.disconnect();
    };
};

/* ---- all of it */

const complete = () => document.readyState === "complete" ? null
    : new Promise(done => addEventListener("load", () => setTimeout(done)));

/* Text that would run.  Marks are data, which many sites let strangers write:
   only the server knows which of them are the gate's. */
const runs = ({ name, value }) => {
    if (!RENAMED.test(name)) {
        return false;
    }
    try {
        return /^data-ngxc-(on|srcdoc)/.test(name)
            || new URL(value, location.href).protocol === "javascript:";
    } catch (error) {
        return false;
    }
};

const acts = node => [...node.attributes].some(runs);

/* A script that sets one style has the browser write all of them anew, and
   what it does not know is gone. */
const isLost = node => plain(node.textContent) === node.textContent
    && attributesOf(node).every(
        ([name, value]) => node.getAttribute(name) === value);

const unfit = node => node.matches(PARSED) || acts(node)
    || (node.localName === "script" ? WRITES.test(node.textContent)
        : isLost(node));

/* A document of this site in a frame was gated, too. */
const reloadFrames = top => {
    for (const frame of top.querySelectorAll("iframe, object")) {
        try {
            if (frame.contentDocument.querySelector(HELD)) {
                frame.contentWindow.location.reload();
            } else {
                reloadFrames(frame.contentDocument);
            }
        } catch (error) {
            /* another origin's */
        }
    }
};

/* What a script kept out of the document meanwhile, or takes from a noscript,
   is still held when it puts it in. */
const restoreLater = () => {
    const put = node => {
        for (const one of [node, ...node.querySelectorAll(HELD)]) {
            if (one.matches(HELD) && !acts(one)) {
                restore(one);
            }
        }
    };

    put(document.documentElement);
    new MutationObserver(list => list.forEach(({ addedNodes }) =>
        [...addedNodes].filter(node => node.localName).forEach(put)))
        .observe(document, { childList: true, subtree: true });
};

const run = async (nodes, world) => {
    const others = follow();
    const deferred = [];
    const loose = [];
    let ordered = [];

    for (const node of nodes) {
        if (node.localName !== "script") {
            restore(node);
            continue;
        }

        const script = revive(node);
        const kind = kindOf(script);

        if (kind === INERT) {
            node.replaceWith(script);
        } else if (kind === ASYNC) {
            loose.push(put(node, script));
        } else if (kind === IN_ORDER) {
            ordered.push(put(node, script));
        } else if (kind === DEFERRED) {
            deferred.push([node, script]);
        } else {
            await Promise.all(ordered);
            ordered = [];
            node.replaceWith(script);
        }
    }
    await Promise.all(ordered);

    world.parsed();
    await Promise.all(deferred.map(([node, script]) => put(node, script)));
    if (deferred.length) {
        await putLast(deferred[0][1].nonce);
    }
    world.ready();
    await Promise.all(loose);
    await others();
    world.loaded();
};

export default async () => {
    await complete();

    const { live, inert } = roots(document);
    const nodes = heldIn(live);
    const vendors = [...new Set(nodes.map(n => n.dataset.ngxcHold))];

    if (nodes.some(unfit) || heldIn(inert).some(acts)) {
        throw new Error("ngx-consent: the page is to be loaded again");
    }

    heldIn(inert).forEach(restore);
    reloadFrames(document);

    const calls = handOver(window, [], []);

    await run(nodes, pretend());
    replay(calls);
    restoreLater();

    return vendors;
};
