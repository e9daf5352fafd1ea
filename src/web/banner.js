/* First stage of the banner: a refusal without a reload, and a second look when
   the page comes back out of the browser's cache.  All else are forms. */
(d => {
    let s = d.getElementById("ngx-consent"), b = s.querySelector("[value=reject]"),
        u = b.form.action, off
    b.onclick = e => {
        if (off) return
        off = e.preventDefault() || 1
        s.hidden = true
        fetch(u, {method: "POST", keepalive: true,
            headers: {"Content-Type": "application/json"},
            body: '{"choice":"reject"}'})
        .then(r => { if (!r.ok) throw r })
        .then(() => s.remove(), () => b.click())
    }
    addEventListener("pageshow", e => e.persisted && s.parentNode
        && fetch(u.replace(/choice$/, "state"), {cache: "no-store"})
        .then(r => r.json())
        .then(j => /none|stale|expired/.test(j.state) || location.reload()))
})(document)
