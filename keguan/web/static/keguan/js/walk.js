// j and k walk the rows of what is to be done (`data-walk`); Enter opens the row, e does what its button says, x ticks it.
// Away from rows, e does what the record asks for next. What is decided is first commented: e goes there.
const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
const rows = () => [...document.querySelectorAll("main [data-walk] > :is(li, tr, article)")];

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
    const row = event.target.closest("[data-walk] > *");
    const comment = row?.querySelector(".decide textarea");
    const act = row ? row.querySelector(".do :is(a, button), form button") : document.querySelector("main .head a.button.main[hx-get]");
    if (!act && !comment) return;
    comment ? comment.focus() : act.click();
  } else if (event.key === "x") {
    const box = event.target.closest("[data-walk] > *")?.querySelector("input[type=checkbox]");
    if (!box) return;
    box.click();
  } else return;
  event.preventDefault();
});
