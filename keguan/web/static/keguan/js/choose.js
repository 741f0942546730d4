// What a search found is walked by arrow keys, the search box first. Enter opens the first match, or in a form takes it
// and goes on to the next input; where nothing was found it goes to the new one.
import { after, box, carry, choose, goOn, search, take, walk } from "./choose-places.js";

// Enter may come before the answer to the last letter: it is kept until that is shown. The same for an option that a
// draft had chosen
const waiting = new WeakSet();
const shown = (input) => input.dataset.shown ?? input.defaultValue;
document.addEventListener("htmx:beforeRequest", (event) => { if (event.target === search(box(event.target) ?? event.target)) event.target.dataset.asked = event.target.value; });
document.addEventListener("htmx:afterSettle", (event) => {
  const place = box(event.target);
  const input = place && search(place);
  if (!input) return;
  input.dataset.shown = input.dataset.asked ?? "";
  const kept = [...place.querySelectorAll(".pick-list input[type=radio]")].find((radio) => radio.value === place.dataset.wanted);
  delete place.dataset.wanted;
  if (waiting.delete(input)) take(place) || place.requestSubmit?.();
  else if (kept) choose(kept);
});
document.addEventListener("change", (event) => { if (event.target.matches(".pick .is-new:checked")) carry(box(event.target)); });

document.addEventListener("keydown", (event) => {
  const place = event.isComposing || event.ctrlKey || event.metaKey || event.altKey ? null : box(event.target);
  if (!place) return;
  const isSearch = event.target === search(place);
  const isRadio = event.target.matches("input[type=radio]");
  if (event.target.closest(".pick-new")) {
    if (event.key !== "Enter" || !after(place)) return;
    after(place).focus();
  } else if (event.key === "Enter" && place.matches(".pick") && isRadio) goOn(place, event.target);
  else if (event.key === "Enter" && isSearch && event.target.value.trim()) {
    if (shown(event.target) !== event.target.value) waiting.add(event.target);
    else if (!take(place)) return;
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (isSearch || event.target.matches("a") || (isRadio && event.key === "ArrowUp"))) {
    const next = walk(place, event.target, event.key === "ArrowDown" ? 1 : -1);
    if (!next || (isSearch && event.key === "ArrowUp")) return;
    if (next.type === "radio") choose(next);
    next.focus();
  } else return;
  event.preventDefault();
});
