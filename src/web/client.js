/*
 * On pages of a visitor who granted something: whoever withdraws or erases in
 * another tab, or comes back to a page that the browser kept, does not go on
 * with scripts that are no longer consented to.  The page is loaded again, and
 * the gate sends it as it is now to be.
 *
 * Nothing here opens anything.  Without an answer, or while the state cannot
 * be told, the page stays as it is.
 */
(() => {
    const script = document.currentScript;
    const granted = script.dataset.ngxcGranted.split(" ");
    const state = new URL("state", script.src);

    let asking = false;

    const compare = answer => {
        if (answer.state !== "unknown"
            && granted.some(purpose => !answer.purposes[purpose]))
        {
            location.reload();
        }
    };

    const look = () => {
        if (asking || document.visibilityState !== "visible") {
            return;
        }

        asking = true;

        fetch(state, { cache: "no-store" })
            .then(response => response.ok ? response.json() : Promise.reject())
            .then(compare)
            .catch(() => {})
            .then(() => { asking = false; });
    };

    addEventListener("pageshow", event => {
        if (event.persisted) {
            look();
        }
    });

    document.addEventListener("visibilitychange", look);
})();
