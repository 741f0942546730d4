// `data-confirm` on a submit button or a form asks before it goes. Without scripts the form simply goes.
const dialog = document.querySelector("[data-confirm-dialog]");
let asked = null;

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  const text = submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!text || !dialog || asked === form) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  dialog.querySelector("[data-confirm-text]").textContent = text;
  dialog.querySelector("[data-yes]").onclick = () => {
    dialog.close();
    asked = form;
    form.requestSubmit(submitter);
    asked = null;
  };
  dialog.showModal();
}, true);
