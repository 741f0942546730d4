// What a search found: its options, the one beside another, and where one goes on after choosing.
const OPTIONS = "a[href], input[type=radio]";
const IS_NUMBER = /^[+\d][\d ()（）\-]*$/;

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

// What was looked for in vain is not typed twice: it is the new one's number, or its name
export function carry(place) {
  const looked = search(place).value.trim();
  for (const into of place.querySelectorAll("[name=new_name], [name=new_phone]")) {
    const said = (into.name === "new_phone") === IS_NUMBER.test(looked) ? looked : "";
    if (into.value && into.value !== into.dataset.carried) continue;
    into.value = into.dataset.carried = said;
  }
}

// where one goes on after somebody was chosen, or a new one was named
export function after(place) {
  const inputs = [...place.closest("form").querySelectorAll("input:not([type=hidden], [type=radio]), select, textarea")];
  return inputs.find((input) => !place.contains(input) && input.matches("[required], textarea") && (place.compareDocumentPosition(input) & Node.DOCUMENT_POSITION_FOLLOWING));
}

export function goOn(place, chosen) {
  choose(chosen);
  const next = chosen.matches(".is-new") ? place.querySelector(".pick-new input:not([type=hidden])") : after(place);
  (next ?? chosen).focus();
}

export function take(place) {
  if (place.matches(".find")) {
    const first = place.querySelector(".find-list a[href]");
    first?.click();
    return Boolean(first);
  }
  const option = place.querySelector(".pick-list input[type=radio]:checked") ?? place.querySelector(".pick-list input[type=radio]");
  if (option) goOn(place, option);
  return Boolean(option);
}
