// The register page: a tap changes a mark, a bar counts, and saving works on a bad line.
import { drop, flush, keep, kept, send, uuid } from "./queue.js";

const form = document.querySelector("[data-register]");
if (form) begin();

function begin() {
  const settings = JSON.parse(document.getElementById("register-settings").textContent);
  const lines = [...form.querySelectorAll("[data-line]")];
  const state = form.querySelector("[data-state]");
  const url = location.pathname;
  const RETRY = [2000, 5000, 15000, 30000];
  let tries = 0;
  let timer = 0;
  let isChanged = false;
  let busy = false;

  const selectOf = (line) => line.querySelector("[data-code]");
  const codeOf = (line) => settings.codes[selectOf(line).value];

  // --- marks ---
  function show(line) {
    const code = codeOf(line);
    line.dataset.category = code.category;
    line.querySelector("[data-mark]").textContent = code.short;
    line.querySelector("[data-late]").hidden = code.category !== "late";
  }

  function set(line, id) {
    if (selectOf(line).value === id) return;
    selectOf(line).value = id;
    line.querySelector("[data-hint]")?.remove();
    touched(line);
  }

  function touched(line) {
    show(line);
    count();
    isChanged = true;
    say("");
  }

  function turn(line) {
    const at = settings.cycle.indexOf(selectOf(line).value);
    set(line, settings.cycle[(at + 1) % settings.cycle.length]);
  }

  function count() {
    const found = { present: 0, late: 0, absent: 0 };
    for (const line of lines) {
      const category = line.dataset.category;
      found[category in found ? category : "absent"] += 1;
    }
    for (const [name, number] of Object.entries(found)) {
      const place = form.querySelector(`[data-count="${name}"]`);
      if (place.textContent !== String(number)) place.textContent = number;
    }
  }

  function say(text, kind = "") {
    state.textContent = text;
    state.dataset.kind = kind;
  }

  // --- saving ---
  function body() {
    const data = new FormData(form);
    data.delete("csrfmiddlewaretoken");
    data.append("key", uuid());
    return [...data.entries()].map(([name, value]) => [name, String(value)]);
  }

  async function save() {
    if (busy || !form.reportValidity()) return;
    keep(url, body());
    isChanged = false;
    say(state.dataset.saving);
    await deliver();
  }

  async function deliver() {
    const entry = kept(url);
    if (!entry || busy) return;
    clearTimeout(timer);
    busy = true;
    const answer = await send(entry.url, entry.body);
    busy = false;
    if (answer === null) return later();
    if (answer.status === 401) return say(state.dataset.signedOut, "waiting");
    tries = 0;
    drop(url);
    if (answer.status === 200) return received(answer.data);
    if (answer.status === 409 && answer.data.code === "STALE_VERSION") return clash(answer.data.values.theirs);
    isChanged = true;
    say([answer.data.message, ...(answer.data.lines || []), state.dataset.mine].filter(Boolean).join(" "), "failed");
  }

  function later() {
    say(state.dataset.local, "waiting");
    timer = setTimeout(deliver, RETRY[Math.min(tries, RETRY.length - 1)]);
    tries += 1;
  }

  function received(data) {
    form.elements.version.value = data.version;
    for (const hint of form.querySelectorAll("[data-hint]")) hint.remove();
    say(state.dataset.received.replace("%s", data.received_at), "saved");
    flush(url);
  }

  // --- somebody else was first ---
  function clash(theirs) {
    const dialog = document.getElementById("register-clash");
    const who = dialog.querySelector("[data-clash-who]");
    const at = new Date(theirs.taken_at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    who.textContent = who.dataset.words.replace("%who", theirs.taken_by).replace("%at", at);
    const list = dialog.querySelector("[data-clash-lines]");
    list.replaceChildren(...lines.filter((line) => differs(line, theirs)).map((line) => difference(line, theirs, list)));
    isChanged = true;
    dialog.querySelector("[data-keep-mine]").onclick = () => {
      dialog.close();
      form.elements.version.value = theirs.version;
      save();
    };
    dialog.querySelector("[data-take-theirs]").onclick = () => {
      isChanged = false;
      location.reload();
    };
    say("");
    dialog.showModal();
  }

  const differs = (line, theirs) => (theirs.marks[line.dataset.student] || "") !== codeOf(line).letter;

  function difference(line, theirs, list) {
    const item = document.createElement("li");
    const name = line.querySelector("[data-name]").textContent;
    const letter = theirs.marks[line.dataset.student];
    const code = Object.values(settings.codes).find((one) => one.letter === letter);
    const words = list.dataset.words.replace("%theirs", code ? code.name : "–").replace("%mine", codeOf(line).name);
    item.textContent = `${name} – ${words}`;
    return item;
  }

  // --- what was left on the device comes back, as it was left ---
  function restore(entry) {
    for (const [name, value] of entry.body) {
      const field = form.elements.namedItem(name);
      if (field && name !== "version" && name !== "key") field.value = value;
    }
    for (const line of lines) show(line);
  }

  for (const line of lines) {
    const tap = line.querySelector("[data-tap]");
    tap.disabled = false;
    tap.addEventListener("click", () => turn(line));
    selectOf(line).addEventListener("change", () => touched(line));
    for (const button of line.querySelectorAll("[data-minutes]")) {
      button.addEventListener("click", () => {
        line.querySelector("input[type=number]").value = button.dataset.minutes;
        touched(line);
      });
    }
  }
  const all = form.querySelector("[data-all-present]");
  all.hidden = false;
  all.addEventListener("click", () => { for (const line of lines) set(line, settings.cycle[0]); });
  form.addEventListener("input", () => { isChanged = true; });
  form.addEventListener("submit", (event) => { event.preventDefault(); save(); });
  addEventListener("online", deliver);
  addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });
  const left = kept(url);
  if (left) {
    restore(left);
    deliver();
  }
  count();
}
