// After a refusal the reasons get the focus, so that they are read; what the server could not be asked, or did not
// answer well, is said and never swallowed.
const offline = document.querySelector("[data-offline]");
const failed = document.querySelector("[data-failed]");

function focusReasons(root) {
  root.querySelector?.("[data-focus-me]")?.focus();
}

function tell(message) {
  for (const each of [offline, failed]) if (each) each.hidden = each !== message;
}

// a page that is a form begins in it; a touch screen would cover it with its keyboard
if (document.activeElement === document.body && matchMedia("(pointer: fine)").matches) document.querySelector("main #act :is(.input, .area, .select, input[type=radio])")?.focus();

document.addEventListener("htmx:afterSettle", (event) => focusReasons(event.detail.elt.parentElement ?? document));
document.addEventListener("htmx:sendError", () => tell(offline));
document.addEventListener("htmx:responseError", (event) => tell(event.detail.xhr.status >= 500 ? offline : failed));
document.addEventListener("htmx:afterOnLoad", (event) => { if (event.detail.successful) tell(null); });
focusReasons(document);
