// Keys for the triage list, checks of a reply as it is written, and a question before what can't be undone.
// Every page works without this file.
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

// On a phone the menu is one line that scrolls: the room that one is in stands in the middle of it.
const room = document.querySelector(".top nav [aria-current]");
const rooms = room && room.closest("nav");
if (rooms) rooms.scrollLeft = room.offsetLeft - rooms.offsetLeft - (rooms.clientWidth - room.offsetWidth) / 2;

// A wide table of months opens at its end, where the latest of them and the totals stand.
for (const table of document.querySelectorAll(".scroll > .pinned")) table.parentElement.scrollLeft = table.offsetWidth;

for (const button of document.querySelectorAll("[data-back]")) {
  button.hidden = history.length < 2;
  button.addEventListener("click", () => history.back());
}

// Ticks every row of a list that has its rows decided together.
for (const all of document.querySelectorAll("[data-pick-all]")) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const pick of all.closest("table").querySelectorAll("[data-pick]")) pick.checked = all.checked;
  });
}

// A reply that is being written survives an expired session or a refusal, in this window only: it goes when the order's
// page shows that the server has it.
const drafts = [...document.querySelectorAll("textarea[data-draft]")];
for (const field of drafts) {
  const key = `draft:${field.dataset.draft}`;
  if (!field.value) field.value = sessionStorage.getItem(key) || "";
  field.addEventListener("input", () => sessionStorage.setItem(key, field.value));
}
const written = /^\/unit\/orders\/([^/]+)$/.exec(location.pathname);
if (written && !drafts.length) {
  const key = `draft:${written[1]}`;
  const bare = (text) => text.replace(/\s/g, "");
  const draft = bare(sessionStorage.getItem(key) || "");
  const taken = [...document.querySelectorAll(".reply .said")].some((reply) => bare(reply.textContent) === draft);
  if (taken) sessionStorage.removeItem(key);
}

const asked = async (path, options) => {
  const answer = await fetch(path, { ...options, headers: { "x-part": "1" }, credentials: "same-origin" });
  return answer.ok ? answer.text() : null;
};

// What the gate says of a reply, while it is being written; sending it asks once more.
for (const form of document.querySelectorAll("form[data-check]")) {
  const field = form.querySelector("textarea[name=text]");
  const shown = form.querySelector("[data-checks]");
  let waiting, turn = 0;
  const look = async () => {
    const mine = ++turn;
    if (!field.value.trim()) return;
    const sent = new URLSearchParams(new FormData(form));
    const said = await asked(form.dataset.check, { method: "POST", body: sent }).catch(() => null);
    // Our own server's page, escaped there; an answer to an older text is not shown.
    if (said !== null && mine === turn) shown.innerHTML = said;
  };
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 700); });
  form.elements.outcome?.addEventListener("change", look);
  look();
}

// A citizen's letter that is not sent yet stays in this browser: title, text and place, never name or number.
const LETTER = "huiyin:letter";
const letter = document.querySelector("form[data-letter]");
if (letter) {
  const fields = ["title", "text", "region"].map((name) => letter.elements[name]);
  let kept = {};
  try { kept = JSON.parse(localStorage.getItem(LETTER)) || {}; } catch { kept = {}; }
  for (const field of fields) field.value ||= kept[field.name] || "";
  document.querySelector("[data-draft-note]").hidden = false;
  letter.addEventListener("input", () => {
    try { localStorage.setItem(LETTER, JSON.stringify(Object.fromEntries(fields.map((f) => [f.name, f.value])))); } catch { /* a browser that keeps nothing */ }
  });
  document.querySelector("[data-draft-drop]").addEventListener("click", () => {
    localStorage.removeItem(LETTER);
    for (const field of fields) field.value = "";
  });
}
if (document.querySelector("[data-letter-sent]")) localStorage.removeItem(LETTER);

const MOVES = ["j", "k"];
const list = document.querySelector("[data-rows]");
if (list) {
  const rows = [...list.querySelectorAll("[data-row]")];
  const bulk = document.getElementById("bulk");
  const place = `row:${list.dataset.rows}`;
  let at = -1;

  // The chosen row by its number; its place serves once the row has left the list.
  const keep = (number, row) => sessionStorage.setItem(place, JSON.stringify({ number, row }));
  const kept = () => {
    let last = null;
    try { last = JSON.parse(sessionStorage.getItem(place)); } catch { last = null; }
    const row = rows.findIndex((each) => each.dataset.row === last?.number);
    return row >= 0 ? row : Number(last?.row || 0);
  };

  const choose = (next, move = true) => {
    if (!rows.length) return;
    rows[at]?.classList.remove("chosen");
    at = Math.max(0, Math.min(rows.length - 1, next));
    keep(rows[at].dataset.row, at);
    rows[at].classList.add("chosen");
    if (!move) return;
    rows[at].focus({ preventScroll: true });
    rows[at].scrollIntoView({ block: "nearest" });
  };

  // Likely repeats are asked for where the row comes into sight: a hundred at once would hold the list up.
  const repeats = async (field) => {
    const said = await asked(field.dataset.repeats).catch(() => null);
    if (said !== null) field.innerHTML = said;
  };
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((each) => each.isIntersecting)) {
      seen.unobserve(entry.target);
      repeats(entry.target);
    }
  });
  for (const field of list.querySelectorAll("[data-repeats]")) seen.observe(field);

  const picks = rows.map((row) => row.querySelector("[data-pick]")).filter(Boolean);
  const count = () => {
    for (const row of rows) row.classList.toggle("picked", row.querySelector("[data-pick]")?.checked === true);
    const said = bulk?.querySelector("[data-picked]");
    const number = picks.filter((pick) => pick.checked).length;
    if (said) said.textContent = number ? `已选 ${number} 件` : said.dataset.picked;
  };
  const said = bulk?.querySelector("[data-picked]");
  if (said) said.dataset.picked = said.textContent;
  list.addEventListener("change", count);
  count();
  const pick = (chosen, to) => { for (const each of chosen) each.checked = to; count(); };

  const send = (selector, within = rows[at]) => {
    const button = within?.querySelector(selector);
    button?.form.requestSubmit(button);
  };
  // A digit takes the candidate that it stands before.
  const correct = (nth) => {
    const code = rows[at]?.querySelectorAll("[data-candidate]")[nth]?.dataset.candidate;
    const field = rows[at]?.querySelector("[data-domain]");
    if (!code || !field || field.value === code) return;
    field.value = code;
    field.form.requestSubmit();
  };
  const accept = () => rows[at]?.querySelector("form[data-enter]")?.requestSubmit();
  const actions = {
    j: () => choose(at + 1),
    k: () => choose(at - 1),
    o: () => rows[at]?.querySelector("[data-open]")?.click(),
    d: () => rows[at]?.querySelector("[data-domain]")?.focus(),
    u: () => rows[at]?.querySelector("[data-unit]")?.focus(),
    m: () => rows[at]?.querySelector("[data-merge], .repeats button, .repeats a")?.focus(),
    x: () => { const own = rows[at]?.querySelector("[data-pick]"); if (own) pick([own], !own.checked); },
    "*": () => pick(picks, !picks.every((each) => each.checked)),
    b: () => bulk?.querySelector("button")?.focus(),
    z: () => send("[data-undo]", document.querySelector("main")),
    "/": () => document.querySelector("[data-search]")?.focus(),
    a: accept,
    Enter: accept,
    "?": () => { const help = document.getElementById("help"); help.hidden = !help.hidden; if (!help.hidden) help.scrollIntoView({ block: "nearest" }); },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return rows[at]?.focus();
    // In a row's own field Enter sends that field's form: a select would do nothing.
    if (event.key === "Enter" && event.target.matches("[data-unit], [data-domain]")) {
      event.preventDefault();
      return event.repeat || event.target.form.requestSubmit();
    }
    if (event.target.closest("input:not([type=checkbox]), textarea, select, button, a, summary")) return;
    const act = actions[event.key] || (/^[1-9]$/.test(event.key) ? () => correct(Number(event.key) - 1) : null);
    if (!act) return;
    event.preventDefault();
    // A key that is held down goes through the list; it acts once.
    if (!event.repeat || MOVES.includes(event.key)) act();
  });
  // What is taken back comes back to the list, and is what one goes on with.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-takes-back]")) return;
    keep(event.submitter?.value || new FormData(event.target).get("rows"), at);
  });
  list.addEventListener("focusin", (event) => {
    const row = rows.indexOf(event.target.closest("[data-row]"));
    if (row >= 0 && row !== at) choose(row, false);
  });
  // The place in the list outlives the page; what was done with many rows is read before it.
  choose(kept(), !document.querySelector("[data-read-first]"));
}
