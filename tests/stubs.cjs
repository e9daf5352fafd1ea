#!/usr/bin/env node
// The stubs of src/web/stubs.js, run as a browser would: TAP for prove.
'use strict';
const fs = require('fs');
const path = require('path');
const vm = require('vm');

const code = fs.readFileSync(path.join(__dirname, '../src/web/stubs.js'), 'utf8');
let count = 0, failed = 0;

function ok(good, title) {
    count++;
    if (!good) failed++;
    console.log(`${good ? 'ok' : 'not ok'} ${count} - ${title}`);
}

function page(before) {
    const timers = [];
    const w = vm.createContext({ timers, setTimeout: (f) => timers.push(f) });
    vm.runInContext('window = this;' + (before || ''), w);
    vm.runInContext(code + '(window,["ga","gtag","fbq","_fbq","iom.c","_a.b.c"],["dataLayer","_gaq","googletag.cmd"])', w);
    return {
        run: (js) => vm.runInContext(js, w),
        tick: () => { for (const f of timers.splice(0)) f(); },
    };
}

let p = page();
p.run(`ga('create','UA-1','auto'); ga('t2.require','x'); ga('send','pageview');
       ga('send',{hitType:'pageview',page:'/a'}); ga('send','event','a','b');`);
ok(p.run('ga.q.map(function(a){return a[0]+":"+(a[1].hitType||a[1])}).join()')
   === 'create:UA-1,t2.require:x,send:pageview,send:pageview',
   'ga keeps set-up and page views, drops events');

p = page();
p.run(`n = 0; ga('send','event','a',{hitCallback:function(){n++; throw 1}});
       gtag('event','click',{event_callback:function(){n++}});
       dataLayer.push({event:'x',eventCallback:function(){n++}});
       _gaq.push(function(){n++}); ga(function(t){n++; t.get('x')});`);
ok(p.run('n') === 0, 'a callback is not called at once');
p.tick();
p.tick();
ok(p.run('n') === 5, 'but once, and what it throws is nobody\'s');

p = page();
p.run(`window.dataLayer = window.dataLayer || [];
       function gtag(){dataLayer.push(arguments)}
       gtag('js', new Date()); gtag('config','G-1'); gtag('event','page_view');
       gtag('event','purchase'); gtag('consent','default',{ad_storage:'denied'});
       dataLayer.push({'gtm.start':1,event:'gtm.js'}); dataLayer.push({user:'x'});
       dataLayer.push({event:'buy'});`);
ok(p.run('Array.isArray(dataLayer) && dataLayer.length') === 6,
   'dataLayer is an array that keeps set-up; the page\'s own gtag works with it');
ok(p.run('dataLayer[0][0] === "js" && dataLayer[5].user === "x"'), 'in order, as they came');

p = page('var dataLayer = [1]; function ga() { return 7 }');
ok(p.run('dataLayer.length === 1 && dataLayer.ngxc === undefined && ga() === 7'),
   'what exists is left alone');

p = page();
p.run(`fbq('init','1'); fbq('track','PageView'); fbq('track','Purchase',{value:1});
       fbq('trackCustom','x'); _fbq.push('init','2');`);
ok(p.run('fbq.queue.length === 2 && fbq.q === fbq.queue && fbq.loaded === false && !!fbq.version'),
   'fbq keeps init and PageView in its queue');
p.run('fbq.callMethod = function(a) { got = a }; fbq("track","Purchase")');
ok(p.run('got') === 'track', 'a library that takes the stub over gets the calls');

p = page();
p.run(`_gaq.push(['_setAccount','UA-1'],['_gat._anonymizeIp'],['_trackPageview']);
       _gaq.push(['_trackEvent','a','b']); _gaq.push(null, undefined, 7);`);
ok(p.run('_gaq.length') === 3, '_gaq keeps set-up and the page view');

p = page();
p.run(`_gaq.push('consent','default',{ad_storage:'denied'}); _gaq.push('event','buy',{value:1});
       ga('consentv2',{ad_Storage:'denied'});`);
ok(p.run('_gaq.length === 3 && _gaq[1] === "default" && ga.q.length === 1'),
   'a command of several words is kept or dropped as a whole');

p = page();
p.run(`ga(); gtag(); fbq(); dataLayer.push(); dataLayer.push(null); ga(null); ga('send');
       ga('send',null); fbq(undefined); gtag('event');`);
ok(true, 'no call throws');

p = page();
p.run(`n = 0; var googletag = googletag || {}; googletag.cmd = googletag.cmd || [];
       googletag.cmd.push(function(){n++}, {event: 'x'}); iom.c({st: 's'}, 1); _a.b.c('track');`);
p.tick();
ok(p.run('n === 0 && googletag.cmd.length === 2 && Array.isArray(googletag.cmd)'),
   'a dotted queue keeps commands and runs none');
ok(p.run('iom.c.q.length === 1 && iom.c.ngxc === 1 && iom.ngxc === 1 && _a.b.ngxc === 1'),
   'a dotted function stands within objects that are stubs, too');

p = page('var iom = {c: 1}, googletag = {cmd: [1]}');
ok(p.run('iom.c === 1 && iom.ngxc === undefined && googletag.cmd.ngxc === undefined'),
   'objects that exist are left alone');

p = page();
ok(p.run('ga.ngxc === 1 && dataLayer.ngxc === 1'), 'stubs can be told from the real thing');
console.log(`1..${count}`);
process.exit(failed ? 1 : 0);
