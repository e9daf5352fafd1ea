/*
 * The client: window.ngxConsent, the ngxconsent:* events, what Google's and
 * Microsoft's tags are told of a choice, and the guard: what a script keeps in
 * the browser for a vendor that is shut goes again.  Fetched by the banner's
 * first stage when the visitor decides or the page asks for it; on pages of a
 * visitor who decided it is there from the start.
 *
 * Nothing here opens anything that the gate has not recorded: a choice is sent
 * first, and what the answer grants is what is released (release.js).  What
 * was granted and is not any more, here or in another tab, makes the page
 * load again, and the gate sends it as it is now to be.
 */
(() => {
    const banner = document.getElementById("ngx-consent");
    const script = document.querySelector("script[data-ngxc-granted]");
    const data = (banner || script).dataset;
    const form = banner && banner.querySelector("form");
    const root = new URL(".", banner ? form.action : script.src);

    const words = text => (text || "").split(" ").filter(Boolean);

    /* "+necessary analytics": one that must always be is marked */
    const all = words(data.ngxcPurposes);
    const optional = all.filter(word => word[0] !== "+");
    const granted = words(data.ngxcGranted);

    const purposesOf = open => Object.fromEntries(all.map(word =>
        [word.replace("+", ""), word[0] === "+" || Boolean(open(word))]));

    let state = data.ngxcState;
    let purposes = purposesOf(word => granted.includes(word));
    let wasReady = false;

    /* ---- events */

    const detail = (changed, source) =>
        ({ state, purposes: { ...purposes }, changed, source });

    const emit = (name, what) => document.dispatchEvent(
        new CustomEvent("ngxconsent:" + name, { detail: what }));

    const listeners = new Map();

    const on = (name, fn) => {
        const listener = event => fn(event.detail);

        listeners.set(fn, listener);
        document.addEventListener("ngxconsent:" + name, listener);

        if (name === "ready" && wasReady) {
            fn(detail([], "page"));
        }
    };

    const off = (name, fn) => document.removeEventListener(
        "ngxconsent:" + name, listeners.get(fn));

    /* ---- what tags are told */

    /* "analytics:analytics_storage marketing:ad_storage,ad_user_data"; one
       that several purposes carry is granted if all of them are */
    const signals = () => {
        const told = {};

        for (const pair of words(data.ngxcSignals)) {
            const [purpose, list] = pair.split(":");

            for (const signal of list.split(",").filter(Boolean)) {
                told[signal] = purposes[purpose] && told[signal] !== "denied"
                    ? "granted" : "denied";
            }
        }

        return told;
    };

    /* only where the vendor's tag is on the page, and not held */
    const tellMicrosoft = told => {
        const loads = host => document.querySelector(
            `script[src*="${host}/"]`) !== null;

        if (loads("bat.bing.com") && window.uetq && told.ad_storage) {
            window.uetq.push("consent", "update",
                { ad_storage: told.ad_storage });
        }

        if (loads("clarity.ms") && window.clarity
            && (told.ad_storage || told.analytics_storage))
        {
            window.clarity("consentv2", {
                ad_Storage: told.ad_storage || "denied",
                analytics_Storage: told.analytics_storage || "denied",
            });
        }
    };

    const tellGoogle = told => {
        if (data.ngxcSignals && window.gtag) {
            window.gtag("consent", "update", told);
        }
    };

    /* the trigger of a tag manager, behind what it is to find */
    const tellManager = () => {
        if (data.ngxcSignals && window.dataLayer) {
            window.dataLayer.push({ event: "ngx_consent_update",
                ngx_consent: { ...purposes } });
        }
    };

    /* ---- choices */

    const release = async () => {
        const { default: open } = await import(data.ngxcRelease);

        emit("released", { vendors: await open() });
    };

    const mayRelease = () => data.ngxcRelease
        && data.ngxcRelease !== "reload"
        && optional.every(purpose => purposes[purpose]);

    /* What the gate answered to a choice. */
    const apply = async (answer, source) => {
        const first = state === "none";
        const before = purposes;

        state = answer.state;
        purposes = purposesOf(word => answer.purposes[word]);

        const changed = optional.filter(p => before[p] !== purposes[p]);
        const opened = changed.some(p => purposes[p]);
        const live = opened && mayRelease();

        if (banner) {
            banner.hidden = true;
        }

        tellGoogle(signals());

        if (live) {
            try {
                await release();
            } catch (error) {
                location.reload();
                return;
            }
            tellMicrosoft(signals());
        }

        tellManager();

        if (first) {
            emit("first", detail(changed, source));
        }
        if (first || changed.length) {
            emit("change", detail(changed, source));
        }
        if (banner) {
            emit("hide", detail([], source));
        }

        if (changed.length && !live) {
            location.reload();
        }
    };

    /* What was shown when the visitor agreed: an opening choice needs it. */
    const notice = async () => {
        if (form) {
            return { notice: form.elements.notice.value,
                once: form.elements.once.value };
        }

        const answer = await fetch(new URL("state", root),
            { cache: "no-store" });

        return { notice: (await answer.json()).notice };
    };

    const send = async (choice, wanted) => {
        const opens = choice === "accept"
            || (wanted && Object.values(wanted).some(Boolean));
        const answer = await fetch(new URL("choice", root), {
            method: "POST",
            keepalive: true,
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({ choice, purposes: wanted,
                ...(opens ? await notice() : {}) }),
        });

        if (!answer.ok) {
            throw new Error("ngx-consent: not recorded, " + answer.status);
        }

        await apply(await answer.json(), "api");
    };

    const withdraw = async () => {
        await send("withdraw");
        location.reload();
    };

    const set = wanted => send("save", Object.fromEntries(
        optional.map(p => [p, Boolean(p in wanted ? wanted[p]
                                                  : purposes[p])])));

    const show = () => {
        if (!banner) {
            location.assign(root);
            return;
        }
        banner.hidden = false;
        emit("show", detail([], "api"));
    };

    const hide = () => {
        if (banner) {
            banner.hidden = true;
            emit("hide", detail([], "api"));
        }
    };

    /* ---- whoever decided elsewhere */

    let asking = false;

    const compare = answer => {
        if (answer.state !== "unknown"
            && optional.some(p => purposes[p] && !answer.purposes[p]))
        {
            location.reload();
        }
    };

    /* Without an answer, or while nobody can tell, the page stays as it is. */
    const look = () => {
        if (asking || document.visibilityState !== "visible"
            || !optional.some(p => purposes[p]))
        {
            return;
        }

        asking = true;

        fetch(new URL("state", root), { cache: "no-store" })
            .then(response => response.ok ? response.json() : Promise.reject())
            .then(compare)
            .catch(() => {})
            .then(() => { asking = false; });
    };

    addEventListener("pageshow", event => {
        if (event.persisted) {
            look();
        }
    });

    document.addEventListener("visibilitychange", look);

    /* ---- what scripts keep in the browser, though it is shut */

    const lines = text => (text || "").split("\n").filter(Boolean);

    const pattern = text => {
        try {
            return text[0] === "~" ? new RegExp(text.slice(1))
                : new RegExp("^" + text.replace(/[.+?^${}()|[\]\\]/g, "\\$&")
                    .replace(/\*/g, ".*") + "$");
        } catch (error) {
            /* not in this language; the gate knows it */
            return /^\b$/;
        }
    };

    const shutCookies = lines(data.ngxcCookies).map(pattern);
    const shutKeys = lines(data.ngxcStorage).map(pattern);

    const sweep = name => {
        try {
            const store = window[name];

            Object.keys(store)
                .filter(key => shutKeys.some(shut => shut.test(key)))
                .forEach(key => store.removeItem(key));
        } catch (error) {
            /* the visitor allows none */
        }
    };

    /* Where a cookie lies only the gate can try out: its answer expires it.
       One that does not go is asked for once a page. */
    const asked = new Set();

    const guard = () => {
        const names = document.cookie.split("; ")
            .map(cookie => cookie.split("=")[0])
            .filter(name => shutCookies.some(shut => shut.test(name))
                && !asked.has(name));

        sweep("localStorage");
        sweep("sessionStorage");

        if (names.length) {
            names.forEach(name => asked.add(name));
            fetch(new URL("state", root), { cache: "no-store",
                keepalive: true }).catch(() => {});
        }
    };

    if (shutCookies.length || shutKeys.length) {
        guard();
        addEventListener("load", () => setTimeout(guard));
        addEventListener("pagehide", guard);
        document.addEventListener("visibilitychange", guard);
        if (window.cookieStore) {
            window.cookieStore.addEventListener("change", guard);
        }
    }

    if (banner) {
        banner.addEventListener("ngxc",
            event => apply(event.detail, "banner"));
    }

    /* ---- the API */

    const early = (banner ? [] : (window.ngxConsent || {}).q) || [];
    const api = {
        version: 1,
        state: () => state,
        get: purpose => Boolean(purposes[purpose]),
        set,
        acceptAll: () => send("accept"),
        rejectAll: () => send("reject"),
        withdraw, show, hide, on, off,
        q: { push: fn => fn(api) },
    };

    api.ready = Promise.resolve(api);
    window.ngxConsent = api;

    if (!banner) {
        tellMicrosoft(signals());
        emit("ready", detail([], "page"));
    }
    wasReady = true;

    const held = new Set([...document.querySelectorAll("[data-ngxc-hold]")]
        .map(node => node.dataset.ngxcHold));

    if (held.size) {
        emit("blocked", { vendors: [...held] });
    }

    early.forEach(api.q.push);
})();
