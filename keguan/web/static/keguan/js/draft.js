// A half-filled form survives a closed tab, a lost session and a second window: what is typed is kept on the server a
// second later, and comes back.
import { anew, begin, save, states } from "./draft-form.js";
import { keyOf } from "./draft-store.js";

document.addEventListener("input", (event) => {
  const state = states.get(event.target.form);
  if (!state) return;
  clearTimeout(state.timer);
  anew(event.target);
  state.timer = setTimeout(() => save(event.target.form).catch(() => {}), 1000);
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  const state = states.get(form);
  if (!state) return;
  clearTimeout(state.timer);
  state.isSent = true;
  if (!form.elements.draft) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "draft", value: keyOf(form) }));
}, true);
document.addEventListener("htmx:afterRequest", (event) => {
  const state = states.get(event.target);
  if (state) state.isSent = false;
});
addEventListener("pageshow", () => { for (const form of document.forms) if (states.has(form)) states.get(form).isSent = false; });
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") for (const form of document.forms) if (states.has(form)) save(form).catch(() => {});
});
document.addEventListener("htmx:afterSettle", (event) => begin(event.detail.elt.parentElement ?? document));
begin(document);
