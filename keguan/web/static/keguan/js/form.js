// After a refusal the reasons get the focus, so that they are read; what cannot be reached is said, never swallowed.
const offline = document.querySelector("[data-offline]");

function focusReasons(root) {
  root.querySelector?.("[data-focus-me]")?.focus({ preventScroll: false });
}

document.addEventListener("htmx:afterSettle", (event) => focusReasons(event.detail.elt.parentElement ?? document));
document.addEventListener("htmx:sendError", () => { if (offline) offline.hidden = false; });
document.addEventListener("htmx:responseError", () => { if (offline) offline.hidden = false; });
document.addEventListener("htmx:afterOnLoad", () => { if (offline) offline.hidden = true; });
focusReasons(document);
