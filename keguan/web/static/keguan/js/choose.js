// What a search found is walked by arrow keys, the search box first. In a form, Enter takes the first match and goes on
// to the next input; where nothing was found it goes to the new one.
import { box, choose, goOn, search, take, walk } from "./choose-places.js";

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
    if (next.type === "radio") choose(next);
    next.focus();
  } else return;
  event.preventDefault();
});
