// The frame of every page: theme, toasts, dialogs, the Ctrl-K palette, questions before acting.

const root = document.documentElement;
const find = (selector, from = document) => from.querySelector(selector);

// --- theme: the cookie is read by the server, so the next page arrives in the right colours ---
const YEAR = 31536000;

function setTheme(name) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${name}; Path=/; Max-Age=${name ? YEAR : 0}; SameSite=Lax${secure}`;
  if (name) root.dataset.bsTheme = name;
  else delete root.dataset.bsTheme;
  showTheme();
}

function showTheme() {
  const chosen = root.dataset.bsTheme || "";
  for (const button of document.querySelectorAll("[data-theme-set]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === chosen));
  }
  document.dispatchEvent(new CustomEvent("theme"));
}

function turnTheme() {
  const dark = root.dataset.bsTheme ? root.dataset.bsTheme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  setTheme(dark ? "light" : "dark");
}

for (const part of document.querySelectorAll("[data-theme-turn], [data-theme-choices]")) part.hidden = false;
showTheme();

// --- toasts ---
const toasts = find("#toasts");
const SHOWN_FOR = 7000;

export function toast(text, level = "success") {
  if (!toasts) return;
  const note = document.createElement("div");
  note.className = `toast-note ${level}`;
  note.dataset.toast = "";
  const words = document.createElement("p");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.dataset.toastClose = "";
  close.setAttribute("aria-label", toasts.dataset.closeLabel);
  note.append(words, close);
  toasts.append(note);
  fade(note);
}

function fade(note) {
  if (note.classList.contains("error") || note.classList.contains("warning")) return; // read at leisure
  setTimeout(() => { if (!note.matches(":hover, :focus-within")) note.remove(); }, SHOWN_FOR);
}

for (const note of document.querySelectorAll("[data-toast]")) fade(note);
document.body.addEventListener("toasts", (event) => {
  for (const said of event.detail.value ?? event.detail) toast(said.text, said.level);
});
document.addEventListener("schools24:toast", (event) => toast(event.detail.text, event.detail.level));
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  toast(toasts.dataset.passkey, "error");
});
document.body.addEventListener("htmx:sendError", () => toast(toasts.dataset.failed, "error"));
document.body.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 401) location.reload();
  else toast(toasts.dataset.refused, "error");
});

// --- dialogs ---
let opener = null;

function openDialog(dialog, from) {
  opener = from;
  dialog.showModal();
  dialog.addEventListener("close", () => opener?.focus(), { once: true });
}

// --- a question before acting: data-confirm on a button, a link or an htmx element ---
const question = find("#confirm");
const yes = find("#confirm-yes");

function ask(element, text, goOn) {
  find("#confirm-text").textContent = text;
  yes.textContent = element.dataset.confirmLabel || element.textContent.trim() || yes.dataset.default;
  yes.classList.toggle("btn-danger", /danger/.test(element.className));
  yes.onclick = () => { question.close(); goOn(); };
  openDialog(question, element);
}

document.body.addEventListener("htmx:confirm", (event) => {
  const text = event.detail.elt.dataset?.confirm;
  if (!text || !question) return;
  event.preventDefault();
  ask(event.detail.elt, text, () => event.detail.issueRequest(true));
});

function askFirst(event, element) {
  if (!question || element.dataset.confirmed || element.matches("[hx-get],[hx-post],[hx-put],[hx-delete]")) return false;
  event.preventDefault();
  ask(element, element.dataset.confirm, () => {
    element.dataset.confirmed = "1";
    element.click();
    delete element.dataset.confirmed;
  });
  return true;
}

// --- one ear for clicks ---
document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest(selector);
  const asking = on("[data-confirm]");
  if (asking && askFirst(event, asking)) return;
  on("[data-toast-close]")?.closest("[data-toast]").remove();
  const set = on("[data-theme-set]");
  if (set) setTheme(set.dataset.themeSet);
  if (on("[data-theme-turn]")) turnTheme();
  const opens = on("[data-opens]");
  const dialog = opens && document.getElementById(opens.dataset.opens);
  if (dialog) {
    event.preventDefault();
    openDialog(dialog, opens);
  }
  on("[data-closes]")?.closest("dialog").close();
  if (event.target.matches?.("dialog.sheet")) event.target.close(); // the backdrop
  const fill = on("[data-fill]");
  if (fill) fillIn(fill);
  if (on("[data-print]")) print();
  const copy = on("[data-copy]");
  if (copy) navigator.clipboard.writeText(copy.dataset.copy).then(() => toast(toasts.dataset.copied));
});

// A demo sign-in fills the form and sends it.
function fillIn(button) {
  const form = document.getElementById(button.dataset.fill);
  for (const [name, value] of Object.entries(JSON.parse(button.dataset.values))) {
    const field = form.elements.namedItem(name);
    if (field) field.value = value;
  }
  form.requestSubmit();
}

// --- the palette: Ctrl-K or / opens, arrows move, Enter opens ---
const palette = find("#palette");

document.addEventListener("keydown", (event) => {
  if (!palette) return;
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const asked = ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") || (event.key === "/" && !typing);
  if (asked && !palette.open) {
    event.preventDefault();
    openDialog(palette, document.activeElement);
    find("input", palette).select();
  } else if (palette.open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  } else if (palette.open && event.key === "Escape") {
    event.preventDefault(); // a search field would only empty itself
    palette.close();
  }
});

function step(by) {
  const stops = [find("input", palette), ...palette.querySelectorAll("[data-hit]")];
  const at = stops.indexOf(document.activeElement);
  stops[(at + by + stops.length) % stops.length].focus();
}

palette?.addEventListener("submit", (event) => {
  const first = find("[data-hit]", palette);
  if (!first) return;
  event.preventDefault();
  location.assign(first.href);
});
