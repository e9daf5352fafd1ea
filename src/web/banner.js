/* First stage of the banner: a refusal without a reload, and a second look when
   the page comes back out of the browser's cache.  All else are forms. */
{
    let s = document.getElementById("ngx-consent"), off,
        b = s.querySelector("[value=reject]"), u = b.form.action
    b.onclick = e => {
        if (off) return
        off = 1
        e.preventDefault()
        s.hidden = true
        fetch(u, {
            method: "POST", keepalive: true, body: '{"choice":"reject"}',
            headers: {"Content-Type": "application/json"}
        })
        .then(r => r.ok ? s.remove() : b.click(), () => b.click())
    }
    addEventListener("pageshow", e => e.persisted && s.parentNode
        && fetch(u.replace(/choice$/, "state"), {cache: "no-store"})
        .then(r => r.json())
        .then(j => /none|stale|expired/.test(j.state) || location.reload()))
}
