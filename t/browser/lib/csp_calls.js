/*
 * A script of the site's own that calls a vendor in every way a script can.
 * The vendor's name is put together here, so that no reading of it shows.
 * Each call asks for a path of its own.
 */
(() => {
    'use strict';

    const host = ['www.goo', 'gle-ana', 'lytics.com/'].join('');
    const at = (name) => 'https://' + host + name;
    const put = (tag, set, where = document.body) => where.appendChild(
        Object.assign(document.createElement(tag), set));
    const blob = (text, type) => URL.createObjectURL(new Blob([text], { type }));
    const js = 'text/javascript';

    const calls = {
        fetch: (u) => fetch(u, { mode: 'no-cors' }).catch(() => {}),
        xhr(u) { const x = new XMLHttpRequest(); x.open('GET', u); x.send(); },
        image(u) { new Image().src = u; },
        beacon: (u) => navigator.sendBeacon(u, 'x'),
        socket: (u) => new WebSocket(u.replace('https', 'wss')),
        events: (u) => new EventSource(u),
        import: (u) => import(u).catch(() => {}),
        script: (u) => put('script', { src: u }),
        module: (u) => put('script', { type: 'module', src: u }),
        frame: (u) => put('iframe', { src: u }),
        srcdoc: (u) => put('iframe', { srcdoc: `<img src="${u}">` }),
        dataframe: (u) => put('iframe', {
            src: `data:text/html,<img src="${u}">` }),
        blobframe: (u) => put('iframe', {
            src: blob(`<img src="${u}">`, 'text/html') }),
        blank(u) {
            const inner = put('iframe', {}).contentDocument;

            inner.write(`<img src="${u}">`);
            inner.close();
        },
        form(u) {
            put('iframe', { name: 'into' });
            put('form', { action: u, target: 'into', method: 'post' }).submit();
        },
        worker: (u) => new Worker(blob(`fetch("${u}", { mode: "no-cors" })`, js)),
        workerscript: (u) => new Worker(blob(`importScripts("${u}")`, js)),
        dataworker: (u) => new Worker(
            `data:${js},fetch("${u}", { mode: "no-cors" })`),
        link: (u) => put('link', { rel: 'stylesheet', href: u }),
        background(u) { put('p', {}).style.backgroundImage = `url(${u})`; },
        atimport: (u) => put('style', { textContent: `@import "${u}";` }),
        font(u) { new FontFace('x', `url(${u})`).load().catch(() => {}); },
        audio(u) { new Audio(u).load(); },
        video: (u) => put('video', { poster: u }),
        object: (u) => put('object', { data: u }),
        embed: (u) => put('embed', { src: u }),
        prefetch: (u) => put('link', { rel: 'prefetch', href: u }),
        preload: (u) => put('link', { rel: 'preload', as: 'script', href: u }),
        ping: (u) => put('a', { href: '#', ping: u }).click(),
        svg(u) {
            put('div', { innerHTML: `<svg><image href="${u}"/></svg>` });
        },
        json(u) {
            const data = put('script', { type: 'application/json',
                textContent: `new Image().src = "${u}"` });
            (0, eval)(data.textContent);
        },
        clone(u) {
            const text = put('script', { type: 'text/plain',
                textContent: `new Image().src = "${u}"` });
            put('script', { textContent: text.textContent });
        },
        base(u) {
            const base = put('base', { href: u.replace(/base$/, '') });
            new Image().src = 'base';
            setTimeout(() => base.remove());
        },
    };

    window.calls = [...Object.keys(calls), 'own-worker', 'own-worker-script'];
    new Worker('worker.js');
    const only = location.hash.slice(1).split(',').filter(Boolean);
    for (const [name, call] of Object.entries(calls)) {
        if (only.length && !only.includes(name)) { continue; }
        try { call(at(name)); } catch (error) { /* blocked at once */ }
    }
})();
