// What stands in a form, by the names of its inputs; and the same put back. Keys, files and passwords are left alone.
const SKIPPED = ["hidden", "password", "file", "submit", "button"];

const inputs = (form) => [...form.elements].filter((one) => one.name && !SKIPPED.includes(one.type));

export const isKept = (form) => form.method === "post" && form.closest("main, dialog") && !form.matches("[data-draft-off]")
  && form.querySelector("textarea, input.input:not([type=search], [type=file])");

export function read(form) {
  const found = {};
  for (const one of inputs(form)) {
    found[one.name] ??= [];
    if (one.type === "checkbox" || one.type === "radio") { if (one.checked) found[one.name].push(one.value); }
    else if (one.multiple) found[one.name].push(...[...one.selectedOptions].map((each) => each.value));
    else found[one.name].push(one.value);
  }
  return found;
}

export function write(form, fields) {
  const seen = {};
  for (const one of inputs(form)) {
    const values = fields[one.name];
    if (!values) continue;
    if (one.type === "checkbox" || one.type === "radio") one.checked = values.includes(one.value);
    else if (one.multiple) for (const each of one.options) each.selected = values.includes(each.value);
    else one.value = values[seen[one.name] = (seen[one.name] ?? -1) + 1] ?? "";
  }
  for (const place of form.querySelectorAll(".pick")) searchAgain(place, fields);
}

// What was chosen from a search stands no more in the form: it is looked for again. Whoever types now looks for another
function searchAgain(place, fields) {
  const search = place.querySelector("input[type=search]");
  if (document.activeElement === search) search.select();
  const [wanted] = fields[search?.name.replace(/_query$/, "")] ?? [];
  if (!wanted || !search.value || [...place.querySelectorAll("input[type=radio]")].some((one) => one.value === wanted)) return;
  place.dataset.wanted = wanted;
  search.dispatchEvent(new Event("input", { bubbles: true }));
}
