/* First stage of the banner.  A refusal is sent at once and without a reload;
   an agreement, where the page can go on, by the client script, which is
   fetched for it.  Whatever fails, the form is sent as without a script.
   When a script sets cookies, the gate is asked to expire those that are shut.
   A page that comes back, out of the browser's cache or from behind another
   tab, looks whether the visitor has decided meanwhile.  Addresses are fixed as
   they are now: a <base> that comes later would lead them elsewhere.  An id is
   anybody's: the banner is what stands before this script, and is told so. */
{
    let s = [...document.querySelectorAll("section+script[data-ngxc-ui]")]
            .pop().previousSibling,
        d = s.dataset, off,
        f = s.lastChild, u = f.action = f.action,
        load = () => import(d.ngxcClient),
        tell = j => {
            load().then(() => s.dispatchEvent(
                new CustomEvent("ngxc", {detail: j})), () => {})
        },
        early = (window.ngxConsent || {}).q || []
    window.ngxConsent = new Proxy({}, {get: (t, n) =>
        n == "ready" ? load().then(() => ngxConsent.ready)
        : n == "q" ? {push: g => load().then(() => g(ngxConsent))}
        : (...a) => load().then(() => ngxConsent[n](...a))})
    s.ngxc = 1
    early.forEach(ngxConsent.q.push)
    s.querySelectorAll("a").forEach(a => a.href += "")
    f.onsubmit = e => {
        let b = e.submitter, no = b.value == "reject"
        if (off || !no && d.ngxcRelease == "reload") return
        off = 1
        e.preventDefault()
        s.hidden = true
        ;(no ? fetch(u, {
            method: "POST", keepalive: true, body: '{"choice":"reject"}',
            headers: {"Content-Type": "application/json"}
        })
        .then(r => r.ok ? r.json() : Promise.reject())
        .then(tell) : load().then(() => b.value == "accept"
            ? ngxConsent.acceptAll("banner")
            : ngxConsent.set(Object.fromEntries(
                [...f.querySelectorAll("[name=p]")]
                .map(p => [p.value, p.checked])), "banner")))
        .catch(() => b.click())
    }
    let jar = document.cookie,
        ask = () => fetch(u.replace(/choice$/, "state"),
            {cache: "no-store", keepalive: true}),
        guard = () => jar != document.cookie && !s.hidden && ask()
            .then(() => jar = document.cookie, () => {}),
    look = () => s.hidden || document.hidden
        || ask().then(r => r.json())
        .then(j => /none|stale|expired|unknown/.test(j.state)
            || (/refused|gpc/.test(j.state) ? tell(j, s.hidden = true)
                : location.reload()))
        .catch(() => {}),
    c, hear = () => {
        if (window.BroadcastChannel)
            (c = new BroadcastChannel("ngx-consent")).onmessage = look
    }
    hear()
    document.addEventListener("click", e => {
        let b = e.target.closest("button[data-ngxc]")
        if (!b || s.contains(b) || off || ngxConsent.version == 1) return
        e.preventDefault()
        load().catch(() => off = 1).then(() => b.click())
    })
    addEventListener("load", () => setTimeout(guard))
    addEventListener("pagehide", () => {
        guard()
        c && c.close()
    })
    addEventListener("pageshow", e => e.persisted && look(hear()))
    document.addEventListener("visibilitychange", look)
    document.dispatchEvent(new CustomEvent("ngxconsent:ready", {detail: {
        state: d.ngxcState, changed: [], source: "page",
        purposes: Object.fromEntries(d.ngxcPurposes.split(" ")
            .map(p => [p.replace("+", ""), p[0] == "+"]))
    }}))
}
