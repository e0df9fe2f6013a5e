// Keys for the triage list and a question before what can't be undone. Every page works without this file.
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = form.dataset.confirm;
  // A second click while the first is on its way would send a letter twice.
  if (form.dataset.sent || (question && !window.confirm(question))) return event.preventDefault();
  if (form.method !== "post") return;
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 10000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

for (const button of document.querySelectorAll("[data-back]")) {
  button.hidden = history.length < 2;
  button.addEventListener("click", () => history.back());
}

// A reply that is being written survives an expired session, in this window only: it goes when its form is gone.
const drafts = [...document.querySelectorAll("textarea[data-draft]")];
for (const field of drafts) {
  const key = `draft:${field.dataset.draft}`;
  if (!field.value) field.value = sessionStorage.getItem(key) || "";
  field.addEventListener("input", () => sessionStorage.setItem(key, field.value));
}
const written = /^\/unit\/orders\/([^/]+)$/.exec(location.pathname);
if (written && !drafts.length && document.querySelector("main .wide-left")) sessionStorage.removeItem(`draft:${written[1]}`);

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
