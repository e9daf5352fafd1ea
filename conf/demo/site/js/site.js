/*
 * Kitayama Seiki: the site's own script.  It depends on nothing but the page,
 * and says that it ran: <html data-site="ready">.
 */

(function () {
    'use strict';

    var root = document.documentElement;

    function each(list, fn) {
        Array.prototype.forEach.call(list, fn);
    }


    function menu() {
        var button = document.querySelector('.toggle');
        var target = document.querySelector('.menu');

        if (!button || !target) {
            return;
        }

        button.addEventListener('click', function () {
            var open = target.classList.toggle('open');

            button.setAttribute('aria-expanded', String(open));
        });
    }


    function tabs(box) {
        var buttons = box.querySelectorAll('[role=tab]');

        function show(chosen) {
            each(buttons, function (button) {
                var on = button === chosen;
                var id = button.getAttribute('aria-controls');

                button.setAttribute('aria-selected', String(on));
                document.getElementById(id).hidden = !on;
            });
        }

        each(buttons, function (button) {
            button.addEventListener('click', function () { show(button); });
        });

        show(buttons[0]);
    }


    function check(form) {
        form.noValidate = true;

        form.addEventListener('submit', function (event) {
            var first = null;

            each(form.querySelectorAll('.error'), function (note) {
                note.remove();
            });

            each(form.elements, function (field) {
                var note;
                var wrong;

                if (!field.willValidate) {
                    return;
                }

                wrong = !field.validity.valid;

                field.setAttribute('aria-invalid', String(wrong));

                if (!wrong) {
                    return;
                }

                note = document.createElement('p');
                note.className = 'error';
                note.textContent = form.getAttribute('data-error');
                field.parentNode.appendChild(note);
                first = first || field;
            });

            if (first) {
                event.preventDefault();
                first.focus();
            }
        });
    }


    /* A link whose page is left only after the event was sent, as analytics
     * guides recommend; it must work when nobody answers, too. */
    function outbound(link) {
        link.addEventListener('click', function (event) {
            if (typeof window.gtag !== 'function') {
                return;
            }

            event.preventDefault();
            window.gtag('event', 'catalog', {
                event_callback: function () { location.href = link.href; }
            });
            setTimeout(function () { location.href = link.href; }, 1500);
        });
    }


    root.className += ' js';
    menu();
    each(document.querySelectorAll('.tabs'), tabs);
    each(document.querySelectorAll('form[data-error]'), check);
    each(document.querySelectorAll('a[data-catalog]'), outbound);
    root.dataset.site = 'ready';
})();
