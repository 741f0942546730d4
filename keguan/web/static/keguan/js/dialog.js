// A form fetched into the dialog slot opens as a modal dialog; `data-close` and Escape close it. Without scripts the
// same link opens the same form as a page of its own.
const slot = document.querySelector("[data-dialog-slot]");

slot?.addEventListener("htmx:afterSwap", () => {
  const dialog = slot.querySelector("dialog");
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.addEventListener("close", () => slot.replaceChildren(), { once: true });
  dialog.querySelector("form .input, form .area, form .select, form input[type=radio]")?.focus();
});

document.addEventListener("click", (event) => {
  const dialog = event.target.closest("dialog[open]");
  if (!dialog) return;
  if (event.target.closest("[data-close]")) {
    event.preventDefault();
    dialog.close();
  }
});
