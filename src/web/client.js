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
    /* an id is anybody's; what the first stage has set no markup sets */
    const banner = [...document.querySelectorAll("section#ngx-consent")]
        .find(section => section.ngxc);
    const script = document.querySelector("script[data-ngxc-granted]");
    const data = (banner || script).dataset;
    const form = banner && banner.querySelector("form");
    /* whatever the page's <base> has become meanwhile */
    const root = new URL(".", banner ? form.action
        : new URL(script.getAttribute("src"), location));

    const words = text => (text || "").split(" ").filter(Boolean);

    /* "+necessary analytics": one that must always be is marked */
    const all = words(data.ngxcPurposes);
    const optional = all.filter(word => word[0] !== "+");
    const granted = words(data.ngxcGranted);

    const purposesOf = open => Object.fromEntries(all.map(word =>
        [word.replace("+", ""), word[0] === "+" || Boolean(open(word))]));

    /* as the gate puts it into the pages of those who decided */
    const STYLE = "@settings.css";
    const UNSEEN = "#ngxc-status{position:absolute;width:1px;height:1px;"
        + "overflow:hidden;clip-path:inset(50%);white-space:nowrap}";

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

    /* where the policy names them their queues are there from the start, and
       what their tags find in them when they load is in this order */
    const tellMicrosoft = told => {
        if (window.uetq && told.ad_storage) {
            window.uetq.push("consent", "update",
                { ad_storage: told.ad_storage });
        }

        if (window.clarity && (told.ad_storage || told.analytics_storage)) {
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

    /* the head's, while its tag was held; the page's own is enumerable */
    const switchOn = () => Object.getOwnPropertyNames(window)
        .filter(name => /^ga-disable-/.test(name)
            && !Object.prototype.propertyIsEnumerable.call(window, name))
        .forEach(name => { delete window[name]; });

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

    /* ---- once the visitor has decided, in this page */

    const make = (tag, id) => Object.assign(document.createElement(tag), { id });

    const put = (node, where = banner) => {
        node.dataset.ngxcUi = "";
        node.lang = banner.lang;
        node.dir = banner.dir;
        where.after(node);
        return node;
    };

    /* said when its text changes, so it has to be there before that */
    const status = banner && put(make("p", "ngxc-status"));

    const wayBack = () => {
        const link = make("a", "ngxc-settings");

        link.href = root;
        link.dataset.ngxc = "settings";
        link.dataset.nosnippet = "";
        link.textContent = data.ngxcSettings;
        return put(link);
    };

    /* Who was in the banner goes on from the way back to it. */
    const leaveBanner = chosenThere => {
        const focus = document.activeElement;
        const lost = banner.contains(focus)
            || chosenThere && (!focus || focus === document.body);
        const link = document.getElementById("ngxc-settings") || wayBack();

        banner.hidden = true;
        link.hidden = false;
        status.textContent = data.ngxcSaved;

        if (lost) {
            link.focus({ preventScroll: true });
        }
    };

    /* What a script adopts no policy of the site's forbids; older browsers
       cannot, and have the nonce at best. */
    const adopt = css => {
        try {
            const sheet = new CSSStyleSheet();

            sheet.replaceSync(css);
            document.adoptedStyleSheets = [...document.adoptedStyleSheets,
                sheet];
        } catch (error) {
            const ours = document.querySelector("style[data-ngxc-ui]");
            const style = make("style", "");

            style.nonce = ours ? ours.nonce : "";
            style.textContent = css;
            put(style);
        }
    };

    if (banner) {
        status.setAttribute("role", "status");
        adopt(STYLE + UNSEEN);
    }

    /* other tabs look, too; a page that waits in the browser's cache does when
       it comes back */
    let channel;

    const listen = hear => {
        if (window.BroadcastChannel) {
            channel = new BroadcastChannel("ngx-consent");
            channel.onmessage = hear;
        }
    };

    const tellTabs = () => channel && channel.postMessage(1);

    let leaving = false;

    const again = () => {
        if (!leaving) {
            leaving = true;
            location.reload();
        }
    };

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
            leaveBanner(source === "banner");
        }

        tellTabs();
        tellGoogle(signals());
        tellMicrosoft(signals());

        if (live) {
            switchOn();
            try {
                await release();
            } catch (error) {
                again();
                return;
            }
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
            again();
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

    /* Whether the browser kept the cookie that came with a choice; without an
       answer it is taken to have. */
    const kept = () => fetch(new URL("state", root), { cache: "no-store" })
        .then(answer => answer.json())
        .then(now => !/none|gpc|stale|expired/.test(now.state), () => true);

    const send = async (choice, wanted, source = "api") => {
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

        const told = await answer.json();

        if (!await kept()) {
            throw new Error("ngx-consent: no cookie was kept");
        }

        await apply(told, source);
    };

    const withdraw = async () => {
        await send("withdraw");
        again();
    };

    const set = (wanted, source) => send("save", Object.fromEntries(
        optional.map(p => [p, Boolean(p in wanted ? wanted[p]
                                                  : purposes[p])])), source);

    const show = () => {
        if (!banner) {
            location.assign(root);
            return;
        }
        banner.hidden = false;
        status.textContent = "";
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
            again();
        }
    };

    /* Without an answer, or while nobody can tell, the page stays as it is. */
    const look = () => {
        if (asking || !optional.some(p => purposes[p])) {
            return;
        }

        asking = true;

        fetch(new URL("state", root), { cache: "no-store" })
            .then(response => response.ok ? response.json() : Promise.reject())
            .then(compare)
            .catch(() => {})
            .then(() => { asking = false; });
    };

    listen(look);
    addEventListener("pagehide", () => channel && channel.close());
    addEventListener("pageshow", event => {
        if (event.persisted) {
            listen(look);
            look();
        }
    });

    document.addEventListener("visibilitychange", () => {
        if (document.visibilityState === "visible") {
            look();
        }
    });

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
        /* a choice has a receipt; else somebody made it in another tab */
        banner.addEventListener("ngxc", async event => {
            if (!event.detail.receipt) {
                leaveBanner();
            } else if (await kept()) {
                apply(event.detail, "banner");
            } else {
                /* the page behind the form says what that means */
                form.querySelector("[data-ngxc=reject]").click();
            }
        });
    }

    /* ---- the API */

    const early = (banner ? [] : (window.ngxConsent || {}).q) || [];
    const api = {
        version: 1,
        state: () => state,
        get: purpose => Boolean(purposes[purpose]),
        set,
        acceptAll: source => send("accept", undefined, source),
        rejectAll: source => send("reject", undefined, source),
        withdraw, show, hide, on, off,
        q: { push: fn => fn(api) },
    };

    api.ready = Promise.resolve(api);
    window.ngxConsent = api;

    /* ---- controls of the site's own: data-ngxc="accept" */

    const ticked = list => Object.fromEntries(
        optional.map(purpose => [purpose, list.includes(purpose)]));

    const acts = {
        accept: () => api.acceptAll(),
        reject: () => api.rejectAll(),
        withdraw,
        save: form => send("save", ticked(new FormData(form).getAll("p"))),
    };
    let failed = null;

    /* What could not be recorded goes the way that it would without us. */
    document.addEventListener("click", event => {
        const button = event.target.closest("button[data-ngxc]");
        const act = button && button !== failed
            && !button.closest("[data-ngxc-ui]") && acts[button.dataset.ngxc];

        if (act && !event.defaultPrevented) {
            event.preventDefault();
            act(button.form || undefined).catch(() => {
                failed = button;
                if (button.form) {
                    button.click();
                } else {
                    location.assign(root);
                }
            });
        }
    });

    if (!banner) {
        document.querySelectorAll("#ngxc-settings")
            .forEach(link => { link.href = root; });
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
