// What a search found: its options, the one beside another, and where one goes on after choosing.
const OPTIONS = "a[href], input[type=radio]";

export function box(target) {
  return target.closest?.(".pick, .find") ?? null;
}

export function search(place) {
  return place.querySelector("input[type=search]");
}

export function walk(place, from, step) {
  const options = [...place.querySelectorAll(OPTIONS)].filter((option) => option.offsetParent && !option.closest(".pick-new"));
  const at = options.indexOf(from);
  if (step < 0 && at === 0) return search(place);
  return options[at + step];
}

export function choose(radio) {
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

export function goOn(place, chosen) {
  choose(chosen);
  const inputs = [...place.closest("form").querySelectorAll("input:not([type=hidden]), select, textarea")];
  const isNew = chosen.matches(".is-new");
  const next = inputs.find((input) => isNew
    ? place.contains(input) && input.closest(".pick-new")
    : !place.contains(input) && input.matches("[required], textarea") && input.type !== "radio" && (place.compareDocumentPosition(input) & Node.DOCUMENT_POSITION_FOLLOWING));
  (next ?? chosen).focus();
}

export function take(place) {
  const option = place.querySelector(".pick-list input[type=radio]:checked") ?? place.querySelector(".pick-list input[type=radio]");
  if (option) goOn(place, option);
  return Boolean(option);
}
