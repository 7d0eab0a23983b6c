// One item across pupils, or one pupil across items: what a thumb types on a phone between two lessons.
import { kindOf } from "./gradebook-model.js";

const CODES = ["m", "ab", "ex", "in"];

export function drawList(book, place, past, open) {
  const { words } = book;
  const pick = place.querySelector("[data-pick]");
  const list = place.querySelector("[data-lines]");
  const note = place.querySelector("[data-pick-note]");
  let axis = "item";
  let lines = new Map();

  const choices = () => (axis === "item" ? book.items : book.pupils);
  const nameOf = (one) => one.title || one.name;

  function turnTo(wanted, id) {
    axis = wanted;
    pick.replaceChildren(...choices().map((one) => new Option(nameOf(one), one.id)));
    pick.setAttribute("aria-label", axis === "item" ? words.item : words.pupil);
    if (id) pick.value = id;
    draw();
  }

  function draw() {
    lines = new Map();
    const id = pick.value;
    const others = axis === "item" ? book.pupils : book.items;
    list.replaceChildren(...(id ? others.map((one) => lineOf(axis === "item" ? book.cell(one.id, id) : book.cell(id, one.id), one)) : []));
    tellNote();
  }

  function tellNote() {
    const found = axis === "item" ? book.statistics[pick.value] : book.totals[pick.value];
    if (!found) note.textContent = "";
    else if (axis === "item") note.textContent = `${words.marked} ${found.marked}/${found.expected} · ${words.mean} ${found.mean || "–"}`;
    else note.textContent = `${words.term}: ${found.term || "–"}${found.label ? ` · ${found.label}` : ""}`;
  }

  function lineOf(cell, other) {
    const item = book.itemOf(cell.item);
    const line = document.createElement("li");
    line.className = "book-line";
    const label = document.createElement("label");
    const field = document.createElement("input");
    field.className = "form-control";
    field.id = `line-${cell.student}-${cell.item}`;
    field.autocomplete = "off";
    field.maxLength = 60;
    field.inputMode = item.labels.length ? "text" : "decimal";
    field.enterKeyHint = "next";
    field.readOnly = !book.mayType(cell);
    label.htmlFor = field.id;
    label.append(element("span", nameOf(other)), element("small", said(cell, other, item)));
    const more = element("button", "⋯", "btn btn-sm btn-quiet book-more");
    more.type = "button";
    more.setAttribute("aria-label", words.moreFor.replace("%s", nameOf(other)));
    more.setAttribute("aria-expanded", "false");
    line.append(label, field, element("span", `/ ${item.maximum}`, "book-of"), more);
    more.addEventListener("click", () => unfold(line, cell, field, more));
    field.addEventListener("change", () => type(cell, field.value.trim()));
    field.addEventListener("focus", () => { field.select(); book.tell("active", cell); });
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") next(event, field); });
    lines.set(`${cell.student}:${cell.item}`, { line, field });
    show(cell, line, field);
    return line;
  }

  function element(tag, text, className = "") {
    const made = document.createElement(tag);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function said(cell, other, item) {
    const parts = axis === "item" ? [other.number, other.note] : [item.category, item.due];
    return [...parts, words.absence[cell.absence]].filter(Boolean).join(" · ");
  }

  // What a number pad cannot write.
  function unfold(line, cell, field, more) {
    const open_ = line.querySelector(".book-codes");
    more.setAttribute("aria-expanded", String(!open_));
    if (open_) return void open_.remove();
    const codes = element("div", "", "book-codes");
    const labels = book.itemOf(cell.item).labels;
    for (const code of [...labels, ...CODES]) {
      const chip = element("button", words.codes[code] || code, "btn btn-sm");
      chip.type = "button";
      chip.disabled = !book.mayType(cell);
      chip.addEventListener("click", () => { field.value = code; type(cell, code); });
      codes.append(chip);
    }
    const talk = element("button", words.comment, "btn btn-sm");
    talk.type = "button";
    talk.addEventListener("click", () => { book.tell("active", cell); open.comment(cell); });
    codes.append(talk);
    line.append(codes);
    return undefined;
  }

  function type(cell, entry) {
    if (!book.mayType(cell)) return;
    if (cell.state === "conflict") return void open.problem(cell);
    if (entry !== cell.entry) past.act([{ student: cell.student, item: cell.item, entry }]);
  }

  function next(event, field) {
    event.preventDefault();
    const fields = [...list.querySelectorAll("input:not([readonly])")];
    const to = fields[fields.indexOf(field) + (event.shiftKey ? -1 : 1)];
    if (to) to.focus();
    else field.blur();
  }

  function show(cell, line, field) {
    if (document.activeElement !== field || field.value.trim() === cell.entry || cell.state === "saved") field.value = cell.entry;
    line.dataset.state = cell.state;
    line.dataset.kind = kindOf(cell.entry);
    field.setAttribute("aria-invalid", String(cell.state === "conflict" || cell.state === "refused"));
  }

  pick.addEventListener("change", draw);
  for (const button of place.querySelectorAll("[data-turn]")) {
    button.addEventListener("click", () => {
      const at = pick.selectedIndex + Number(button.dataset.turn);
      if (at < 0 || at >= pick.options.length) return;
      pick.selectedIndex = at;
      draw();
    });
  }
  book.hear((what, about) => {
    const found = what === "cell" && lines.get(`${about.student}:${about.item}`);
    if (found) show(about, found.line, found.field);
    if (what === "sums") tellNote();
  });
  return { turnTo };
}
