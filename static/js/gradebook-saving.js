// Saving: an edit is one request. What the line or the server does not take stays on the device and is sent once.
import { drop, keep, kept, send, uuid } from "./queue.js";

const RETRY = [2000, 5000, 15000, 30000];

// The first is on its way (it may have arrived, so it never changes); the second gathers what is typed meanwhile.
const [FLYING, GATHERED] = ["1", "2"];

// The term whose marks wait on this device for a page of this address.
export function waitingTerm(url) {
  const entry = kept(url, FLYING) || kept(url, GATHERED);
  return entry?.body.find(([name]) => name === "term")[1];
}

export function saver(book, url) {
  const entryOf = (name) => kept(url, name);
  let timer = 0;
  let tries = 0;
  let busy = false;
  let reason = "";

  const cellsIn = (entry) => (entry ? JSON.parse(entry.body.find(([name]) => name === "cells")[1]) : []);

  // changes: {student, item, entry?, comment?, confirmed?, version?}; a cell already waiting takes the newer words.
  function edit(changes) {
    const waiting = new Map(cellsIn(entryOf(GATHERED)).map((one) => [`${one.student}:${one.item}`, one]));
    for (const change of changes) {
      const cell = book.cell(change.student, change.item);
      const key = `${change.student}:${change.item}`;
      const version = waiting.get(key)?.version ?? change.version ?? cell.version;
      waiting.set(key, { ...waiting.get(key), ...change, version });
      if (change.entry !== undefined) cell.entry = change.entry;
      if (change.comment !== undefined) cell.comment = change.comment;
      Object.assign(cell, { state: "waiting", problem: null, theirs: null });
      book.tell("cell", cell);
    }
    gather([...waiting.values()]);
    return deliver();
  }

  function gather(cells) {
    keep(url, [["cells", JSON.stringify(cells)], ["term", book.settings.term], ["reason", reason], ["key", uuid()]], GATHERED);
    say();
  }

  async function deliver() {
    clearTimeout(timer);
    if (busy) return;
    if (!entryOf(FLYING)) {
      const next = entryOf(GATHERED);
      if (!next) return say();
      keep(url, next.body, FLYING);
      drop(url, GATHERED);
    }
    const flying = entryOf(FLYING);
    busy = true;
    say();
    const answer = await send(url, flying.body);
    busy = false;
    if (answer === null) return later();
    if (answer.status === 401) return say("signedOut");
    tries = 0;
    drop(url, FLYING);
    if (answer.data.cells) taken(answer.data);
    else refusedWhole(cellsIn(flying), answer.data);
    say();
    return deliver();
  }

  function later() {
    say("local");
    timer = setTimeout(deliver, RETRY[Math.min(tries, RETRY.length - 1)]);
    tries += 1;
  }

  function taken(data) {
    const waiting = cellsIn(entryOf(GATHERED));
    let moved = false;
    for (const told of data.cells) {
      const cell = book.cell(told.student, told.item);
      if (!cell) continue;
      const newer = waiting.find((one) => one.student === told.student && one.item === told.item);
      if (newer && (told.state === "saved" || told.state === "unchanged")) {
        newer.version = told.version;
        moved = true;
      }
      settle(cell, told, Boolean(newer));
      book.tell("cell", cell);
    }
    if (moved) gather(waiting);
    Object.assign(book.totals, data.totals);
    Object.assign(book.statistics, data.statistics);
    book.tell("sums", data);
  }

  function settle(cell, told, isTypedAgain) {
    cell.version = told.version;
    cell.kept = told.entry;
    if (isTypedAgain) return;
    if (told.state === "saved" || told.state === "unchanged") {
      Object.assign(cell, { entry: told.entry, comment: told.comment, state: "saved" });
    } else {
      const theirs = { entry: told.entry, comment: told.comment, by: told.by, at: told.at };
      Object.assign(cell, { state: told.state, problem: told.problem, theirs });
    }
  }

  // The request as a whole was not taken: its cells stay on the page, marked as not saved.
  function refusedWhole(cells, data) {
    const message = data.message || book.words.notTaken;
    for (const one of cells) {
      const cell = book.cell(one.student, one.item);
      if (!cell) continue;
      Object.assign(cell, { entry: one.entry ?? cell.entry, comment: one.comment ?? cell.comment });
      Object.assign(cell, { state: "refused", problem: { code: data.code || "", message }, theirs: { entry: cell.kept } });
      book.tell("cell", cell);
    }
    if (data.code === "REASON_NEEDED") book.tell("reason", cells);
  }

  function say(what = "") {
    const count = cellsIn(entryOf(FLYING)).length + cellsIn(entryOf(GATHERED)).length;
    book.tell("saving", { count, busy, what });
  }

  // What was left on the device comes back as it was typed, on the versions it was typed on.
  function restore() {
    for (const name of [FLYING, GATHERED]) {
      const entry = entryOf(name);
      if (!entry) continue;
      for (const one of cellsIn(entry)) {
        const cell = book.cell(one.student, one.item);
        if (!cell) continue;
        Object.assign(cell, { entry: one.entry ?? cell.entry, comment: one.comment ?? cell.comment, state: "waiting" });
        book.tell("cell", cell);
      }
    }
    deliver();
  }

  addEventListener("online", deliver);
  return { edit, restore, tell: () => say(), because: (words) => { reason = words; } };
}

// Undo and redo are edits like any other, on the versions that stand now.
export function memory(book, save) {
  const done = [];
  const undone = [];
  const facts = (change) => {
    const cell = book.cell(change.student, change.item);
    const before = { student: change.student, item: change.item };
    if (change.entry !== undefined) before.entry = cell.entry;
    if (change.comment !== undefined) before.comment = cell.comment;
    return before;
  };
  const turn = (from, to) => {
    const changes = from.pop();
    if (!changes) return null;
    to.push(changes.map(facts));
    save.edit(changes.map((one) => ({ ...one, confirmed: true })));
    return changes[0];
  };
  return {
    act(changes) {
      const real = changes.filter((one) => Object.entries(facts(one)).some(([name, value]) => one[name] !== value));
      if (!real.length) return;
      done.push(real.map(facts));
      undone.length = 0;
      save.edit(real);
    },
    undo: () => turn(done, undone),
    redo: () => turn(undone, done),
  };
}
