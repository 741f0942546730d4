// Typing @ in a note offers people; choosing one writes the name, Enter or Tab the first. The server reads the names: without scripts one types
// them whole. A photograph that was taken is named beside its button.
let asked = 0;

function part(area) {
  return /@([^\s@]{0,20})$/.exec(area.value.slice(0, area.selectionStart));
}

async function offer(area) {
  const list = area.parentElement.querySelector("[role=listbox]");
  const found = part(area);
  const turn = ++asked;
  if (!found) return void (list.hidden = true);
  const answer = await fetch(`${area.dataset.mention}?q=${encodeURIComponent(found[1])}`);
  if (!answer.ok || turn !== asked) return;
  list.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
  list.hidden = !list.querySelector("button");
}

function write(area, name) {
  const found = part(area);
  if (!found) return;
  area.setRangeText(`@${name} `, area.selectionStart - found[0].length, area.selectionStart, "end");
  area.parentElement.querySelector("[role=listbox]").hidden = true;
  area.focus();
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-mention]")) offer(event.target);
});

document.addEventListener("click", (event) => {
  const option = event.target.closest(".mention-list button");
  if (option) write(option.closest(".mention").querySelector("[data-mention]"), option.dataset.name);
  else document.querySelectorAll(".mention-list").forEach((list) => { list.hidden = true; });
});

document.addEventListener("keydown", (event) => {
  const box = event.target.closest(".mention");
  const list = box?.querySelector(".mention-list:not([hidden])");
  if (!list || event.isComposing) return;
  const options = [...list.querySelectorAll("button")];
  const place = options.indexOf(document.activeElement);
  const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (event.key === "Escape") list.hidden = true;
  else if (place < 0 && isPlain && ["Enter", "Tab"].includes(event.key)) write(event.target, options[0].dataset.name);
  else if (event.key === "ArrowDown") options[Math.min(place + 1, options.length - 1)]?.focus();
  else if (event.key === "ArrowUp") (options[place - 1] ?? box.querySelector("[data-mention]")).focus();
  else return;
  event.preventDefault();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-taken]")) return;
  const name = event.target.closest("form").querySelector("[data-taken-name]");
  name.textContent = [...event.target.files].map((file) => file.name).join("、");
  name.hidden = !event.target.files.length;
});
