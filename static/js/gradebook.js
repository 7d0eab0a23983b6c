// The page of a gradebook: a grid on a desk, a list on a phone, one way to save for both.
import { listen } from "./gradebook-keys.js";
import { drawList } from "./gradebook-list.js";
import { openBook } from "./gradebook-model.js";
import { problemBar } from "./gradebook-problems.js";
import { memory, saver, waitingTerm } from "./gradebook-saving.js";
import { drawTable } from "./gradebook-table.js";

const page = document.querySelector("[data-book]");
const panel = document.getElementById("book-panel");
const panelBody = document.getElementById("book-panel-body");

// The panel beside the grid: an item, a form, how a total is made.
function openPanel(url) {
  window.htmx.ajax("GET", url, { target: panelBody, swap: "innerHTML" }).then(() => {
    if (!panel.open) panel.showModal();
  });
}
document.addEventListener("click", (event) => {
  const door = event.target.closest("[data-panel]");
  if (!door) return;
  event.preventDefault();
  openPanel(door.href);
});
// What waits belongs to another term: there it is shown, and sent.
const waiting = waitingTerm(location.pathname);
if (waiting && waiting !== panel.dataset.term) location.replace(`?term=${waiting}`);
else if (page) begin();

function begin() {
  const book = openBook();
  const { words, settings } = book;
  const find = (selector) => page.querySelector(selector);
  const save = saver(book, location.pathname);
  const past = memory(book, save);
  const problems = problemBar(book, save);
  const tableView = find("[data-view-table]");
  const listView = find("[data-view-list]");
  const state = find("[data-saving]");
  const talk = document.getElementById("book-comment");
  let active = null;

  // --- what opens from a cell ---
  const at = (address, ...ids) => ids.reduce((text, id) => text.replace(settings.nobody, id), address);

  const open = {
    total: (pupil) => openPanel(`${at(settings.why, pupil.id)}?term=${settings.term}`),
    item: (id) => openPanel(book.itemOf(id).url),
    history: (cell) => openPanel(at(settings.history, cell.item, cell.student)),
    problem: (cell) => problems.show(cell, { focus: true }),
    refuse: (cell) => tell(words.absence[cell.absence] || words.readOnly),
    comment: (cell = active) => {
      if (!cell || !book.mayType(cell)) return;
      active = cell;
      talk.querySelector("[data-of]").textContent = `${book.pupilOf(cell.student).name}, ${book.itemOf(cell.item).title}`;
      talk.querySelector("textarea").value = cell.comment;
      talk.showModal();
    },
  };
  talk.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const comment = talk.querySelector("textarea").value.trim().replace(/\s+/g, " ");
    past.act([{ student: active.student, item: active.item, comment }]);
    talk.close();
  });

  const grid = drawTable(book, tableView);
  const keys = listen(book, grid, past, open);
  const list = drawList(book, listView, past, open);

  // --- saved or not ---
  function tell(text, kind = "") {
    state.textContent = text;
    state.dataset.kind = kind;
  }
  book.hear((what, about) => {
    if (what === "active") {
      active = about;
      for (const tool of page.querySelectorAll("[data-needs-cell]")) tool.disabled = !about;
      for (const tool of page.querySelectorAll("[data-needs-mark]")) tool.disabled = !about || !book.mayType(about);
    }
    if (what === "saving") said(about);
    if (what === "reason") find("#book-reason")?.focus();
  });
  function said({ count, busy, what }) {
    if (what === "signedOut") return tell(words.signedOut, "waiting");
    if (what === "local" || (count && !busy)) return tell(words.local.replace("%s", count), "waiting");
    if (count) return tell(words.saving, "busy");
    const open_ = book.problems().length;
    return tell(open_ ? words.unsaved.replace("%s", open_) : words.saved, open_ ? "failed" : "saved");
  }

  // --- tools ---
  const undone = (change) => { if (change) tell(words.undone); };
  const TOOLS = {
    undo: () => undone(past.undo()),
    redo: () => undone(past.redo()),
    down: () => keys.fillDown(),
    comment: () => open.comment(),
    history: () => active && open.history(active),
    up: () => sort(false),
    fall: () => sort(true),
  };
  function sort(down) {
    grid.arrange({ sort: { column: grid.columnAt(grid.active[1]), down } });
  }
  page.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-tool]");
    if (tool) TOOLS[tool.dataset.tool]?.();
    const code = event.target.closest("[data-code]");
    if (code) keys.fill(() => code.dataset.code);
    const head = event.target.closest(".book-head");
    if (head?.dataset.item) open.item(head.dataset.item);
    if (head?.dataset.sorts) turnSort(head.dataset.sorts);
    const view = event.target.closest("[data-show]");
    if (view) showView(view.dataset.show);
  });
  // Clicking a header goes up, then down, then back to the order of the roll.
  function turnSort(column) {
    const now = grid.view.sort;
    const isThis = now?.column === column;
    grid.arrange({ sort: isThis && now.down ? null : { column, down: isThis } });
  }

  // --- which pupils, which columns ---
  find("[data-find]")?.addEventListener("input", (event) => grid.arrange({ text: event.target.value }));
  const columns = document.getElementById("book-columns");
  columns?.addEventListener("change", (event) => {
    const boxes = [...columns.querySelectorAll("[data-column]")];
    if (event.target.matches("[data-category]")) {
      for (const box of boxes) if (box.dataset.of === event.target.dataset.category) box.checked = event.target.checked;
    }
    grid.arrange({ columns: boxes.filter((box) => box.checked).map((box) => box.value) });
  });

  // --- table or list ---
  function showView(name) {
    const isTable = name === "table";
    tableView.hidden = !isTable;
    listView.hidden = isTable;
    for (const one of page.querySelectorAll("[data-table-only]")) one.hidden = !isTable;
    for (const one of page.querySelectorAll("[data-show]")) one.setAttribute("aria-pressed", String(one.dataset.show === name));
    if (!isTable) list.turnTo(name, name === "item" ? active?.item : active?.student);
  }
  find("#book-reason")?.addEventListener("change", (event) => save.because(event.target.value.trim()));

  showView(matchMedia("(max-width: 47.99rem)").matches ? "item" : "table");
  save.restore();
}
