// Keys for the triage list and a question before what can't be undone. Every page works without this file.
"use strict";

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// A reply that is being written survives a closed window, on this machine only and until it is sent.
for (const field of document.querySelectorAll("textarea[data-draft]")) {
  const key = `draft:${field.dataset.draft}`;
  if (!field.value) field.value = sessionStorage.getItem(key) || "";
  field.addEventListener("input", () => sessionStorage.setItem(key, field.value));
  field.form.addEventListener("submit", () => sessionStorage.removeItem(key));
}

const list = document.querySelector("[data-rows]");
if (list) {
  const rows = [...list.querySelectorAll("[data-row]")];
  let at = -1;

  const choose = (next) => {
    if (!rows.length) return;
    rows[at]?.classList.remove("chosen");
    at = Math.max(0, Math.min(rows.length - 1, next));
    rows[at].classList.add("chosen");
    rows[at].focus({ preventScroll: true });
    rows[at].scrollIntoView({ block: "nearest" });
  };

  const actions = {
    j: () => choose(at + 1),
    k: () => choose(at - 1),
    o: () => rows[at]?.querySelector("[data-open]")?.click(),
    d: () => rows[at]?.querySelector("[data-domain]")?.focus(),
    u: () => rows[at]?.querySelector("[data-unit]")?.focus(),
    Enter: () => rows[at]?.querySelector("form[data-enter]")?.requestSubmit(),
    "?": () => { const help = document.getElementById("help"); help.hidden = !help.hidden; },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return rows[at]?.focus();
    if (event.target.closest("input, textarea, select, button, a, summary")) return;
    const act = actions[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  choose(0);
}
