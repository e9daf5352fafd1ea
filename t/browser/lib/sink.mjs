// The sink: where every host but the site itself leads to.  One port speaks
// HTTP and TLS; it counts each TCP connection, bytes or no bytes, notes each
// request, and answers as the vendors would: small stand-ins for their scripts
// set the vendors' cookies and send their hits, so that a test sees what an
// opened gate lets happen.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const GIF = Buffer.from(
    'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

const COOKIE = `
function cookie(name, value) {
    document.cookie = name + '=' + value + '; path=/; max-age=63072000';
}
`;

const GTAG = `(function () {${COOKIE}
    function hit(id, name, detail) {
        cookie('_ga', 'GA1.1.1.1');
        cookie('_ga_' + id.replace(/^G-/, ''), 'GS1.1.1');
        fetch('https://www.google-analytics.com/g/collect?v=2&tid=' + id
            + '&en=' + name, { method: 'POST', mode: 'no-cors',
              keepalive: true });
        if (detail && detail.event_callback) { detail.event_callback(); }
    }
    var id;
    function take(entry) {
        if (entry[0] === 'config') { id = entry[1]; hit(id, 'page_view'); }
        if (entry[0] === 'event' && id) { hit(id, entry[1], entry[2]); }
    }
    var queue = window.dataLayer = window.dataLayer || [];
    var push = queue.push;
    queue.slice().forEach(take);
    queue.push = function (entry) { push.call(queue, entry); take(entry); };
})();`;

const ANALYTICS = `(function () {${COOKIE}
    var id;
    function take(args) {
        if (args[0] === 'create') { id = args[1]; }
        if (args[0] === 'send' && id) {
            cookie('_ga', 'GA1.1.2.2');
            new Image().src = 'https://www.google-analytics.com/collect?v=1'
                + '&tid=' + id + '&t=' + args[1];
        }
    }
    var queue = (window.ga && window.ga.q) || [];
    window.ga = function () { take(arguments); };
    Array.prototype.forEach.call(queue, take);
})();`;

const GA_JS = `(function () {${COOKIE}
    function take(entry) {
        if (entry[0] !== '_trackPageview') { return; }
        cookie('__utma', '1.2.3');
        new Image().src = 'http://www.google-analytics.com/__utm.gif?utmwv=5';
    }
    (window._gaq || []).forEach(take);
    window._gaq = { push: take };
})();`;

const FBEVENTS = `(function () {${COOKIE}
    function take(args) {
        if (args[0] !== 'track') { return; }
        cookie('_fbp', 'fb.1.1.1');
        new Image().src = 'https://www.facebook.com/tr/?id=1&ev=' + args[1];
    }
    var queue = (window.fbq && window.fbq.queue) || [];
    if (window.fbq) {
        window.fbq.callMethod = function () { take(arguments); };
    }
    Array.prototype.forEach.call(queue, take);
})();`;

const GTM = `(window.dataLayer = window.dataLayer || [])
    .push({ event: 'gtm.load' });`;

// In life the files lie at fonts.gstatic.com; here that name is left to the
// preconnect alone, so that it can be told apart.
const FONTS = `@font-face { font-family: "Noto Sans JP"; font-weight: 400;
    src: url(https://fonts.googleapis.com/s/notosansjp/v1/a.woff2); }`;

const ANSWERS = [
    [/^www\.googletagmanager\.com\/gtag\/js/, 'text/javascript', GTAG],
    [/^www\.googletagmanager\.com\/gtm\.js/, 'text/javascript', GTM],
    [/\.google-analytics\.com\/analytics\.js/, 'text/javascript', ANALYTICS],
    [/\.google-analytics\.com\/ga\.js/, 'text/javascript', GA_JS],
    [/^connect\.facebook\.net\//, 'text/javascript', FBEVENTS],
    [/^fonts\.googleapis\.com\//, 'text/css', FONTS],
    [/^[^/]*\/(tr\b|collect|__utm\.gif)/, 'image/gif', GIF],
    [/^[^/]*\/g\/collect/, 'text/plain', ''],
    [/^[^/]*\/.*\.js(\?|$)/, 'text/javascript', ''],
    [/./, 'text/html', '<!DOCTYPE html><title>sink</title><p>A vendor.'],
];


function certificate() {
    const dir = mkdtempSync(join(tmpdir(), 'cg-sink-'));

    try {
        execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
            'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
            '-subj', '/CN=sink', '-keyout', join(dir, 'key'),
            '-out', join(dir, 'cert')], { stdio: 'ignore' });
        return {
            key: readFileSync(join(dir, 'key')),
            cert: readFileSync(join(dir, 'cert')),
        };
    } finally {
        rmSync(dir, { recursive: true });
    }
}


// listen(ANSWER, { connected, named }): a port on loopback that speaks HTTP and
// TLS.  `connected` is told of each socket, bytes or no bytes, `named` of the
// name in each TLS handshake.
export async function listen(answer, { connected = () => {},
    named = () => {} } = {})
{
    const plain = http.createServer(answer);
    const secure = https.createServer(certificate(), answer);

    secure.on('secureConnection', (s) => named(s.servername));
    secure.on('tlsClientError', () => {});

    // The first byte tells TLS from HTTP; until it comes, nothing is read.
    const server = net.createServer((socket) => {
        connected(socket);
        socket.on('error', () => {});
        socket.once('readable', () => {
            const first = socket.read(1);

            if (first === null) {
                return;
            }
            socket.unshift(first);
            (first[0] === 0x16 ? secure : plain).emit('connection', socket);
        });
    });

    await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
    return server.address().port;
}


export async function startSink() {
    const sink = {
        port: 0,
        connections: 0,        // TCP connections accepted
        requests: [],          // 'METHOD host/path'
        referers: [],          // of each of them, '' without one
        names: [],             // of TLS handshakes: preconnects show up here
    };

    function answer(request, response) {
        const url = request.headers.host + request.url;
        const [, type, body] = ANSWERS.find(([pattern]) => pattern.test(url));

        sink.requests.push(`${request.method} ${url}`);
        sink.referers.push(request.headers.referer || '');
        request.resume();
        response.writeHead(200, {
            'Content-Type': type, 'Access-Control-Allow-Origin': '*',
            'Cache-Control': 'no-store',
        });
        response.end(body);
    }

    sink.port = await listen(answer, {
        connected: () => { sink.connections++; },
        named: (name) => { sink.names.push(name); },
    });

    // saw(REGEX): the requests that match.
    sink.saw = (pattern) => sink.requests.filter((r) => pattern.test(r));
    sink.reset = () => {
        sink.connections = 0;
        sink.requests.length = 0;
        sink.referers.length = 0;
        sink.names.length = 0;
    };
    return sink;
}
