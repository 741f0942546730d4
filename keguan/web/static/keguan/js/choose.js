// What a search found is walked by arrow keys, the search box first. In a form, Enter takes the first match and goes on
// to the next input; where nothing was found it goes to the new one.
const OPTIONS = "a[href], input[type=radio]";

function box(target) {
  return target.closest?.(".pick, .find") ?? null;
}

function search(place) {
  return place.querySelector("input[type=search]");
}

function walk(place, from, step) {
  const options = [...place.querySelectorAll(OPTIONS)].filter((option) => option.offsetParent && !option.closest(".pick-new"));
  const at = options.indexOf(from);
  if (step < 0 && at === 0) return search(place);
  return options[at + step];
}

function goOn(place, chosen) {
  chosen.checked = true;
  chosen.dispatchEvent(new Event("change", { bubbles: true }));
  const inputs = [...place.closest("form").querySelectorAll("input:not([type=hidden]), select, textarea")];
  const isNew = chosen.matches(".is-new");
  const next = inputs.find((input) => isNew
    ? place.contains(input) && input.closest(".pick-new")
    : !place.contains(input) && input.matches("[required], textarea") && input.type !== "radio" && (place.compareDocumentPosition(input) & Node.DOCUMENT_POSITION_FOLLOWING));
  (next ?? chosen).focus();
}

function take(place) {
  const option = place.querySelector(".pick-list input[type=radio]:checked") ?? place.querySelector(".pick-list input[type=radio]");
  if (option) goOn(place, option);
  return Boolean(option);
}

// Enter may come before the answer to the last letter: it is kept until that is shown
const waiting = new WeakSet();
document.addEventListener("htmx:beforeRequest", (event) => { if (event.target.matches(".pick input[type=search]")) event.target.dataset.asked = event.target.value; });
document.addEventListener("htmx:afterSettle", (event) => {
  const place = box(event.target);
  const input = place && search(place);
  if (input && waiting.delete(input)) take(place);
});

document.addEventListener("keydown", (event) => {
  const place = event.isComposing || event.ctrlKey || event.metaKey || event.altKey ? null : box(event.target);
  if (!place || event.target.closest(".pick-new")) return;
  const isSearch = event.target === search(place);
  const isRadio = event.target.matches("input[type=radio]");
  if (event.key === "Enter" && place.matches(".pick") && isRadio) goOn(place, event.target);
  else if (event.key === "Enter" && place.matches(".pick") && isSearch && event.target.value) {
    if (event.target.dataset.asked !== event.target.value) waiting.add(event.target);
    else if (!take(place)) return;
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (isSearch || event.target.matches("a") || (isRadio && event.key === "ArrowUp"))) {
    const next = walk(place, event.target, event.key === "ArrowDown" ? 1 : -1);
    if (!next || (isSearch && event.key === "ArrowUp")) return;
    if (next.type === "radio") {
      next.checked = true;
      next.dispatchEvent(new Event("change", { bubbles: true }));
    }
    next.focus();
  } else return;
  event.preventDefault();
});
