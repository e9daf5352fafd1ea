/*
 * Stubs for the globals of vendors that are held (DESIGN.md 6), so that no
 * page throws.  Called with the window, the names that are functions and the
 * names that are queues.
 *
 * keep(a): is this call kept for a vendor that is released later?  Set-up and
 * the page view are, other events are dropped.  A function among the arguments
 * (hitCallback, event_callback, eventCallback too) runs once, asynchronously.
 * A dotted name is one within an object, which is made if need be; a dotted
 * queue holds commands that wait for the vendor: all are kept, none is run.
 * Words that a queue gets in one call (uetq.push("consent", "default", {..}))
 * are one command, kept or dropped as a whole.
 * All of them carry `ngxc`, so that the release stage knows a stub from the
 * real thing: kept calls are in .q of a function, in the queue itself else.
 * It takes the mark away; from then on every call is kept.
 * A vendor's own code that takes a stub over (fbq: callMethod) gets the calls.
 */
((w,fns,queues)=>{
function run(f){setTimeout(()=>{try{f()}catch(e){}})}
function keep(a){var c=a[0],n=a[1],i,f;
for(i=0;i<a.length;i++){f=a[i];
if(f&&typeof f=='object')f=f.hitCallback||f.event_callback||f.eventCallback;
if(typeof f=='function')run(f)}
if(typeof c!='string')return c&&typeof c=='object'&&(!c.event||/^gtm\./.test(c.event));
c=c.replace(/^.*\./,'');
return /^(create|config|set|js|require|consent(v2)?|init|_set.+|_require|_anonymizeIp|_trackPageview)$/.test(c)||
/^(send|event|track)$/.test(c)&&/^page_?view$/i.test(n&&n.hitType||n)}
function put(n,v){var p=n.split('.'),o=w;
for(n=p.pop();p.length;p.shift())o=o[p[0]]=o[p[0]]||{ngxc:1};
v.ngxc=1;o[n]=o[n]||v}
queues.forEach(n=>{var q=[];
if(!/\./.test(n))q.push=function(){var a=arguments,i=0,x;
if(typeof a[0]=='string')keep(a)&&[].push.apply(q,a);
else for(;i<a.length;i++){x=a[i];
if(keep(x&&typeof x=='object'&&x.length>=0?x:[x]))q[q.length]=x}
return q.length};put(n,q)});
fns.forEach(n=>{
function s(){var d=w.dataLayer;
if(s.callMethod)return s.callMethod.apply(s,arguments);
if(n=='gtag'&&d)d.push(arguments);
else if(!s.ngxc||keep(arguments))s.q.push(arguments)}
s.q=s.queue=[];s.l=+new Date;s.push=s;s.loaded=!1;s.version='2.0';put(n,s)})
})
