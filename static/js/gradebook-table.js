// Draws the grid: names and headers that stay in sight, one cell at a time that the keyboard is in.
import { kindOf } from "./gradebook-model.js";

const SUMS = ["term", "year"];

export function drawTable(book, place) {
  const { words } = book;
  const table = document.createElement("table");
  table.className = "book-table";
  table.setAttribute("role", "grid");
  table.setAttribute("aria-label", place.dataset.label);
  const view = { rows: book.pupils.map((_, at) => at), columns: book.items.map((one) => one.id), sort: null };
  const sums = book.settings.hasYear ? SUMS : SUMS.slice(0, 1);
  let places = new Map();
  let active = [0, 0];
  let anchor = [0, 0];

  const make = (tag, className = "", text = "") => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };

  // --- drawing ---
  function draw() {
    places = new Map();
    const body = make("tbody");
    view.rows.forEach((at) => body.append(rowOf(book.pupils[at])));
    const head = make("thead");
    head.append(headRow());
    table.replaceChildren(head, body, foot());
    if (!table.isConnected) place.append(table);
    active = [Math.min(active[0], view.rows.length - 1), Math.min(active[1], width() - 1)].map((one) => Math.max(one, 0));
    anchor = active;
    const cell = tdAt(...active);
    if (cell) cell.tabIndex = 0;
    tellSums();
  }

  function headRow() {
    const row = make("tr");
    const corner = make("th", "book-corner");
    corner.scope = "col";
    corner.append(button(words.pupil, "name"));
    row.append(corner, ...view.columns.map(headOf), ...sums.map(sumHead));
    return row;
  }

  function headOf(id) {
    const item = book.itemOf(id);
    const head = make("th", "book-item");
    head.scope = "col";
    head.classList.toggle("is-out", item.out === "out");
    head.classList.toggle("is-uncounted", !item.counts);
    const door = make("button", "book-head");
    door.type = "button";
    door.tabIndex = -1;
    door.dataset.item = id;
    door.append(make("span", "book-title", item.title), make("small", "", said(item)));
    head.append(door);
    mark(head, id);
    return head;
  }

  function said(item) {
    const parts = [item.extra ? `+${item.maximum}` : `/ ${item.maximum}`];
    if (item.due) parts.push(item.due);
    if (item.out === "out") parts.push(words.out);
    if (!item.counts) parts.push(words.uncounted);
    return parts.join(" · ");
  }

  function sumHead(name) {
    const head = make("th", "book-sum");
    head.scope = "col";
    head.append(button(words[name], name));
    mark(head, name);
    return head;
  }

  function button(text, sorts) {
    const made = make("button", "book-head", text);
    made.type = "button";
    made.tabIndex = -1;
    made.dataset.sorts = sorts;
    return made;
  }

  function mark(head, column) {
    if (view.sort?.column === column) head.setAttribute("aria-sort", view.sort.down ? "descending" : "ascending");
  }

  function rowOf(pupil) {
    const row = make("tr", `is-${pupil.state}`);
    const name = make("th", "book-name");
    name.scope = "row";
    const line = make("span");
    line.append(make("i", "", pupil.number), pupil.name);
    line.title = pupil.name;
    name.append(line);
    if (pupil.note) name.append(make("small", "", pupil.note));
    row.append(name);
    for (const id of view.columns) row.append(cellOf(book.cell(pupil.id, id)));
    for (const sum of sums) {
      const total = make("td", "book-total");
      total.tabIndex = -1;
      places.set(`${pupil.id}:${sum}`, total);
      row.append(total);
    }
    return row;
  }

  function cellOf(cell) {
    const td = make("td");
    td.tabIndex = -1;
    places.set(`${cell.student}:${cell.item}`, td);
    show(cell, td);
    return td;
  }

  function show(cell, td = places.get(`${cell.student}:${cell.item}`)) {
    if (!td || td.querySelector("input")) return;
    td.textContent = cell.entry;
    td.dataset.kind = kindOf(cell.entry);
    td.dataset.state = cell.state;
    td.dataset.absence = cell.absence;
    td.classList.toggle("has-comment", Boolean(cell.comment));
    const notes = [words.absence[cell.absence], cell.comment, cell.problem?.message, words.state[cell.state]].filter(Boolean);
    if (notes.length) td.title = notes.join(" · ");
    else td.removeAttribute("title");
    td.toggleAttribute("aria-readonly", !book.mayType(cell));
    if (td.hasAttribute("aria-readonly")) td.setAttribute("aria-readonly", "true");
    if (cell.state === "conflict" || cell.state === "refused") td.setAttribute("aria-invalid", "true");
    else td.removeAttribute("aria-invalid");
  }

  // --- sums and figures ---
  function tellSums() {
    for (const pupil of book.pupils) {
      const found = book.totals[pupil.id] || {};
      for (const sum of sums) {
        const td = places.get(`${pupil.id}:${sum}`);
        if (!td) continue;
        const label = sum === "term" ? found.label : found.yearLabel;
        td.textContent = found[sum] || "–";
        if (label && label !== found[sum]) td.append(make("small", "", label));
        td.classList.toggle("is-failing", sum === "term" && found.passing === false);
      }
    }
    for (const td of table.querySelectorAll("tfoot [data-figure]")) {
      td.textContent = figure(td.dataset.item, td.dataset.figure);
    }
  }

  const figure = (item, name) => {
    const found = book.statistics[item];
    return name === "marked" ? `${found.marked}/${found.expected}` : found.mean || "–";
  };

  function foot() {
    const made = make("tfoot");
    for (const name of ["mean", "marked"]) {
      const row = make("tr");
      const head = make("th", "book-name", words[name]);
      head.scope = "row";
      row.append(head);
      for (const id of view.columns) {
        const td = make("td");
        td.dataset.figure = name;
        td.dataset.item = id;
        row.append(td);
      }
      for (const _sum of sums) row.append(make("td", "book-total"));
      made.append(row);
    }
    return made;
  }

  // --- where the keyboard is ---
  const width = () => view.columns.length + sums.length;
  const columnAt = (at) => view.columns[at] || sums[at - view.columns.length];
  const pupilAt = (at) => book.pupils[view.rows[at]];
  const tdAt = (row, column) => places.get(`${pupilAt(row)?.id}:${columnAt(column)}`);
  const cellAt = (row, column) => (view.columns[column] ? book.cell(pupilAt(row).id, view.columns[column]) : null);

  function go(row, column, { extend = false, focus = true } = {}) {
    const old = tdAt(...active);
    if (old) old.tabIndex = -1;
    active = [clamp(row, view.rows.length), clamp(column, width())];
    if (!extend) anchor = active;
    const td = tdAt(...active);
    if (!td) return;
    td.tabIndex = 0;
    if (focus) {
      td.focus({ preventScroll: true });
      reveal(td);
    }
    paint();
    book.tell("active", cellAt(...active));
  }

  // What stays in sight must not lie over the cell the keyboard is in.
  function reveal(td) {
    td.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  const clamp = (at, length) => Math.max(0, Math.min(at, length - 1));

  function box() {
    const [top, bottom] = [anchor[0], active[0]].sort((a, b) => a - b);
    const [left, right] = [anchor[1], active[1]].sort((a, b) => a - b);
    return { top, bottom, left, right };
  }

  function paint() {
    for (const td of table.querySelectorAll('[aria-selected="true"]')) td.removeAttribute("aria-selected");
    const { top, bottom, left, right } = box();
    if (top === bottom && left === right) return;
    for (let row = top; row <= bottom; row += 1) {
      for (let column = left; column <= right; column += 1) tdAt(row, column)?.setAttribute("aria-selected", "true");
    }
  }

  // --- order and columns ---
  function arrange({ sort = view.sort, columns = view.columns, text = "" } = {}) {
    view.sort = sort;
    view.columns = book.items.map((one) => one.id).filter((id) => columns.includes(id));
    const wanted = text.toLocaleLowerCase();
    const rows = book.pupils.map((_, at) => at).filter((at) => book.pupils[at].name.toLocaleLowerCase().includes(wanted));
    if (sort) rows.sort((a, b) => compare(book.pupils[a], book.pupils[b], sort));
    view.rows = rows;
    draw();
  }

  function compare(one, other, { column, down }) {
    const gone = (one.state === "left") - (other.state === "left");
    if (gone) return gone;
    const turn = down ? -1 : 1;
    if (column === "name") return turn * one.name.localeCompare(other.name, document.documentElement.lang);
    const [a, b] = [book.rank(one, column), book.rank(other, column)];
    if (a === null || b === null) return (a === null) - (b === null);
    return turn * (a - b);
  }

  function whereIs(td) {
    for (let row = 0; row < view.rows.length; row += 1) {
      for (let column = 0; column < width(); column += 1) if (tdAt(row, column) === td) return [row, column];
    }
    return null;
  }

  book.hear((what, about) => {
    if (what === "cell") show(about);
    if (what === "sums") tellSums();
  });
  draw();
  return {
    table, view, arrange, go, box, cellAt, tdAt, pupilAt, columnAt, width, whereIs, show,
    get active() { return active; },
    get height() { return view.rows.length; },
  };
}
