// A form that is on its way is not sent again: a double click is one command. (The server's idempotency key holds
// without scripts too.) Coming back with the back button makes the form usable again.
const sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (sent.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  sent.add(form);
  form.setAttribute("aria-busy", "true");
}, true);

function release(form) {
  sent.delete(form);
  form.removeAttribute?.("aria-busy");
}

document.addEventListener("htmx:afterRequest", (event) => release(event.target));
document.addEventListener("htmx:validation:halted", (event) => release(event.target));
addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(release));
