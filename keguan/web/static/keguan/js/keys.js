// The keyboard: / or Ctrl-K finds, Ctrl-Enter submits, n notes, f filters, g + letter goes, ? lists them; `data-key`
// names a link's own key.
const PLACES = { t: 0, a: 1, c: 2, k: 3 };
const OWN = { n: "#note-text", f: "main .filters [name=q]" };
let isGoing = false;

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

function find() {
  const box = document.querySelector("[data-find]");
  box?.focus();
  box?.select();
}

const main = (form) => form.querySelector(".button.main[type=submit]");

function form(target) {
  return target.closest?.("form") ?? document.querySelector("dialog[open] form, main #act");
}

// Enter sends the form, not the search for somebody that stands before its own button
function isSent(target, own) {
  const first = own?.querySelector("button[type=submit]");
  return first?.formNoValidate && target.matches("input:not([type=search], [type=radio], [type=checkbox], [type=file])");
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  const isCommand = event.ctrlKey || event.metaKey;
  const own = form(event.target);
  if (event.key === "Enter" && own?.method === "post" && (isCommand || isSent(event.target, own))) own.requestSubmit(main(own));
  else if (isCommand && event.key.toLowerCase() === "k") find();
  else if (isCommand || event.altKey) return;
  else if (event.key.startsWith("F") && event.key.length > 1) {
    const own = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!own || own.href === location.href) return;
    own.click();
  } else if (event.key === "Escape" && event.target.matches?.("[data-find]")) event.target.blur();
  else if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  else if (event.key === "/") find();
  else if (OWN[event.key] && document.querySelector(OWN[event.key])) document.querySelector(OWN[event.key]).focus();
  else if (event.key === "?") document.querySelector("[data-keys-dialog]")?.showModal();
  else if (event.key === "g") {
    isGoing = true;
    setTimeout(() => { isGoing = false; }, 1200);
  } else if (isGoing && event.key in PLACES) document.querySelectorAll(".rail nav a.place")[PLACES[event.key]]?.click();
  else return;
  event.preventDefault();
});
