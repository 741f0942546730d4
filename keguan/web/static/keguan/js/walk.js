// j and k walk the rows of what is to be done (`data-walk`); Enter opens the row, e does what its button says.
const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
const rows = () => [...document.querySelectorAll("main [data-walk] > li, main tbody[data-walk] > tr")];

function step(by) {
  const all = rows();
  const at = all.indexOf(document.activeElement?.closest("[data-walk] > *"));
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
  const link = next?.querySelector(".what a, a, button");
  link?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "j" || event.key === "ArrowDown" && event.target.closest("[data-walk]")) step(1);
  else if (event.key === "k" || event.key === "ArrowUp" && event.target.closest("[data-walk]")) step(-1);
  else if (event.key === "e") {
    const act = event.target.closest("[data-walk] > *")?.querySelector(".do :is(a, button)");
    if (!act) return;
    act.click();
  } else return;
  event.preventDefault();
});
