// Selecting rows: one box for all, and a count on the bar. The bar itself appears by CSS alone.
document.addEventListener("change", (event) => {
  const scope = event.target.closest("[data-select]");
  if (!scope || event.target.type !== "checkbox") return;
  const boxes = [...scope.querySelectorAll("tbody input[type=checkbox][name], input[data-pick]")];
  const all = scope.querySelector("[data-select-all]");
  if (event.target === all) boxes.forEach((box) => { box.checked = all.checked; });
  const count = boxes.filter((box) => box.checked).length;
  if (all) {
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  }
  scope.classList.toggle("has-selection", count > 0);
  scope.querySelectorAll("[data-count]").forEach((place) => {
    place.textContent = place.dataset.one.replace("#", count);
  });
});
