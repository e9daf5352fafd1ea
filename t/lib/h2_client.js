// One HTTP/2 connection over TLS, all requests at once.
//
//   node h2_client.js PORT <<< '[{"path", "host", "method", "headers", "body", "cancel"}, …]'
//
// `headers` are pairs; `cancel` resets the stream after so many milliseconds;
// `slowly`: a DATA frame for every byte of the body; `window` of the first:
// bytes that the server may send ahead on a stream.
// Prints one JSON array: {"status", "headers": [[name, value], …], "body",
// "cancelled"}.

import http2 from 'node:http2';
import { readFileSync } from 'node:fs';

const asked = JSON.parse(readFileSync(0, 'utf8'));
const session = http2.connect('https://127.0.0.1:' + process.argv[2], {
    rejectUnauthorized: false,
    ...(asked[0].window && {settings: {initialWindowSize: asked[0].window}}),
});

function drip(stream, body, at) {
    if (at < body.length && !stream.destroyed)
        stream.write(body[at], () => setImmediate(drip, stream, body, at + 1));
    else
        stream.end();
}

function ask(a) {
    return new Promise(done => {
        const headers = {':path': a.path, ':method': a.method || 'GET', ':authority': a.host || 'www.site.example'};
        for (const [name, value] of a.headers || [])
            headers[name] = name in headers ? [].concat(headers[name], value) : value;
        const got = {status: 0, headers: [], body: ''};
        const stream = session.request(headers);
        stream.setEncoding('utf8');
        stream.on('response', h => {
            got.status = h[':status'];
            for (const name of Object.keys(h))
                for (const value of [].concat(h[name])) got.headers.push([name, String(value)]);
        });
        stream.on('data', text => got.body += text);
        stream.on('error', () => {});
        stream.on('close', () => done({...got, cancelled: stream.rstCode !== 0}));
        if (a.slowly) drip(stream, a.body, 0); else stream.end(a.body);
        if (a.cancel !== undefined) setTimeout(() => stream.close(http2.constants.NGHTTP2_CANCEL), a.cancel);
    });
}

session.on('error', e => { console.error(e.message); process.exit(1); });
Promise.all(asked.map(ask)).then(all => { console.log(JSON.stringify(all)); session.close(); });
setTimeout(() => process.exit(2), 8000).unref();
