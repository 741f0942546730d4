// Where drafts are kept, and the line at a form's head that says what stands in it. Only for whoever typed it.
export const me = sessionStorage.keguanWindow ??= crypto.randomUUID?.() ?? String(Math.random());

// a form that is opened for somebody (the caller, a case that is split) says so itself: its draft is only for him
export const keyOf = (form) => form.dataset.draft ?? new URL(form.action || location.href, location.href).pathname;

export async function ask(form, body) {
  const url = `/drafts/?form=${encodeURIComponent(keyOf(form))}`;
  const data = body && new URLSearchParams({ form: keyOf(form), window: me, ...body, csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken?.value ?? "" });
  const answer = await fetch(url, { method: body ? "POST" : "GET", body: data, keepalive: true, headers: { Accept: "application/json" } });
  return { status: answer.status, ...answer.ok ? await answer.json() : {} };
}

export function tell(form, words, choices) {
  form.querySelector("[data-draft-note]")?.remove();
  if (!words) return;
  const note = Object.assign(document.createElement("p"), { className: "flash draft", textContent: `${words} ` });
  note.dataset.draftNote = "";
  note.setAttribute("role", "status");
  for (const [label, act] of choices) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button tight quiet", textContent: label });
    button.addEventListener("click", act);
    note.append(button);
  }
  form.prepend(note);
}
