// While Chinese is being composed, nobody may see half-typed pinyin: `input` is held back until the word is chosen,
// and Enter only chooses. Capture on the document runs before every other listener.
document.addEventListener("input", (event) => {
  if (event.isComposing) event.stopImmediatePropagation();
}, true);

document.addEventListener("compositionend", (event) => {
  event.target.dispatchEvent(new InputEvent("input", { bubbles: true }));
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);
