// One form and its draft: what was kept comes back, what is typed is kept, and neither gives way before somebody says so.
import { isKept, read, write } from "./draft-fields.js";
import { ask, keyOf, tell } from "./draft-store.js";

const texts = document.querySelector("[data-draft-texts]")?.dataset;
export const states = new WeakMap();

function isNewer(form, found) {
  const state = states.get(form);
  tell(form, texts.newer.replace("#", found.at), [
    [texts.theirs, () => { write(form, found.fields); state.base = found.kept_at; tell(form); }],
    [texts.mine, () => { state.base = found.kept_at; tell(form); save(form); }],
  ]);
}

export async function save(form) {
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
  // what comes back from being sent is what was typed last, however old the draft is
  const isTyped = form.matches("[data-typed]") || form.querySelector("[role=alert]");
  states.set(form, { base: "", kept: isTyped ? "" : first, timer: 0, isSent: false });
  if (isTyped) return;
  const found = await ask(form).catch(() => ({}));
  if (!found.fields || JSON.stringify(read(form)) !== first) return;
  const state = states.get(form);
  state.base = found.kept_at;
  write(form, found.fields);
  Object.assign(state, { kept: JSON.stringify(read(form)), first, back: found });
  if (state.kept === first) return;
  tell(form, texts.back.replace("#", found.at), [[texts.drop, async () => {
    await ask(form, { drop: "1" });
    write(form, JSON.parse(first));
    Object.assign(state, { base: "", kept: first });
    tell(form);
  }]]);
}

// Whoever looks for another caller has another matter: what came back is put aside, and can be taken up again
export function anew(input) {
  const { form, value } = input;
  const { first, back } = states.get(form);
  if (!back || !input.matches("[data-draft-anew]")) return;
  delete states.get(form).back;
  write(form, JSON.parse(first));
  input.value = value;
  tell(form, texts.aside.replace("#", back.at), [[texts.again, () => { write(form, back.fields); tell(form); save(form); }]]);
}

export function begin(root) {
  for (const form of (texts && root.querySelectorAll?.("form")) ?? []) if (isKept(form) && !states.has(form)) start(form);
}
