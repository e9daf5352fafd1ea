/*
 * In a placeholder: what its two forms do without leaving the page.  "Show
 * once" is sent, and what the gate answers opens this one frame; "always allow"
 * is a choice like any other, which the page's client makes.  Whatever fails,
 * the form is sent as without a script.
 */
(() => {
    const script = document.currentScript.dataset;
    const frame = window.frameElement;

    if (!frame) {
        return;
    }

    /* the held element: the frame itself, what it stands in, or what comes
       behind it */
    const where = frame.dataset.ngxcUi;
    const held = where === undefined ? frame
        : where ? frame.parentElement : frame.nextElementSibling;

    const show = async form => {
        const { restore } = await import(script.ngxcRelease);
        const fields = Object.fromEntries(new FormData(form));
        const answer = await fetch(form.action, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify(fields),
        });

        if (!answer.ok) {
            throw new Error("ngx-consent: not recorded, " + answer.status);
        }
        restore(held);
    };

    const allow = form => {
        const wanted = { [form.elements.p.value]: true };

        return window.parent.ngxConsent.set(wanted);
    };

    let sent = false;

    document.addEventListener("submit", event => {
        const form = event.target;

        event.preventDefault();
        if (sent) {
            return;
        }
        sent = true;
        (form.elements.src ? show(form) : Promise.resolve(form).then(allow))
            .catch(() => form.submit());
    });
})();
