// A half-filled form survives a closed tab, a lost session, and a second window: what is typed is kept on the server
// and comes back. Nothing is overwritten before somebody says which text counts.
import { read, write } from "./draft-fields.js";
import { ask, keyOf, tell } from "./draft-store.js";

const texts = document.querySelector("[data-draft-texts]")?.dataset;
const states = new WeakMap();

const isKept = (form) => texts && form.method === "post" && form.closest("main, dialog") && !form.matches("[data-draft-off]")
  && form.querySelector("textarea, input.input:not([type=search], [type=file])");

function isNewer(form, found) {
  const state = states.get(form);
  tell(form, texts.newer.replace("#", found.at), [
    [texts.theirs, () => { write(form, found.fields); state.base = found.kept_at; tell(form); }],
    [texts.mine, () => { state.base = found.kept_at; tell(form); save(form); }],
  ]);
}

async function save(form) {
  const state = states.get(form);
  clearTimeout(state.timer);
  const fields = JSON.stringify(read(form));
  if (state.isSent || fields === state.kept) return;
  const found = await ask(form, { fields, base: state.base });
  if (found.is_newer) isNewer(form, found);
  else if (found.status === 200) Object.assign(state, { base: found.kept_at, kept: fields });
}

async function start(form) {
  const first = JSON.stringify(read(form));
  states.set(form, { base: "", kept: first, timer: 0, isSent: false });
  if (form.querySelector("[role=alert]")) return;
  const found = await ask(form).catch(() => ({}));
  if (!found.fields || JSON.stringify(read(form)) !== first) return;
  const state = states.get(form);
  state.base = found.kept_at;
  write(form, found.fields);
  state.kept = JSON.stringify(read(form));
  if (state.kept === first) return;
  tell(form, texts.back.replace("#", found.at), [[texts.drop, async () => {
    await ask(form, { drop: "1" });
    write(form, JSON.parse(first));
    Object.assign(state, { base: "", kept: first });
    tell(form);
  }]]);
}

function begin(root) {
  for (const form of root.querySelectorAll?.("form") ?? []) if (isKept(form) && !states.has(form)) start(form);
}

document.addEventListener("input", (event) => {
  const state = states.get(event.target.form);
  if (!state) return;
  clearTimeout(state.timer);
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
