// The grid by keyboard and clipboard: typing replaces, Enter goes down, a block is pasted, Ctrl-D fills down.

export function listen(book, grid, past, open) {
  const { table } = grid;
  let input = null;

  const change = (cell, entry) => ({ student: cell.student, item: cell.item, entry });
  const mine = (cell) => cell && book.mayType(cell) && cell.state !== "conflict";

  // --- typing into a cell ---
  function begin(text) {
    const cell = grid.cellAt(...grid.active);
    if (!cell) return open.total(grid.pupilAt(grid.active[0]), grid.columnAt(grid.active[1]));
    if (cell.state === "conflict" || (cell.state === "refused" && text === undefined)) return open.problem(cell);
    if (!mine(cell)) return open.refuse(cell);
    const td = grid.tdAt(...grid.active);
    input = document.createElement("input");
    input.className = "book-input";
    input.value = text ?? cell.entry;
    input.maxLength = 60;
    input.autocomplete = "off";
    input.setAttribute("aria-label", `${book.pupilOf(cell.student).name}, ${book.itemOf(cell.item).title}`);
    input.cell = cell;
    td.replaceChildren(input);
    input.focus();
    if (text === undefined) input.select();
    input.addEventListener("blur", () => end(true), { once: true });
    return undefined;
  }

  function end(keep) {
    if (!input) return;
    const { cell, value } = input;
    const td = input.parentElement;
    input = null;
    td.textContent = "";
    grid.show(cell, td);
    if (keep && value.trim() !== cell.entry) past.act([change(cell, value.trim())]);
  }

  function leave(down, right) {
    end(true);
    grid.go(grid.active[0] + down, grid.active[1] + right);
  }

  const EDITING = {
    Enter: (event) => leave(event.shiftKey ? -1 : 1, 0),
    Tab: (event) => leave(0, event.shiftKey ? -1 : 1),
    Escape: () => { end(false); grid.go(...grid.active); },
    ArrowDown: () => leave(1, 0),
    ArrowUp: () => leave(-1, 0),
  };

  // --- moving ---
  const move = (down, right) => (event) => grid.go(grid.active[0] + down, grid.active[1] + right, { extend: event.shiftKey });
  const FAR = 10000;
  const MOVING = {
    ArrowDown: (event) => move(event.ctrlKey ? FAR : 1, 0)(event),
    ArrowUp: (event) => move(event.ctrlKey ? -FAR : -1, 0)(event),
    ArrowRight: (event) => move(0, event.ctrlKey ? FAR : 1)(event),
    ArrowLeft: (event) => move(0, event.ctrlKey ? -FAR : -1)(event),
    PageDown: move(10, 0),
    PageUp: move(-10, 0),
    Home: (event) => grid.go(event.ctrlKey ? 0 : grid.active[0], 0, { extend: event.shiftKey }),
    End: (event) => grid.go(event.ctrlKey ? FAR : grid.active[0], FAR, { extend: event.shiftKey }),
    Enter: () => begin(),
    F2: (event) => (event.shiftKey ? open.comment() : begin()),
    Delete: () => fill(() => ""),
    Backspace: () => fill(() => ""),
    Escape: () => grid.go(...grid.active),
  };
  const COMMANDS = {
    d: () => fillDown(),
    z: (event) => (event.shiftKey ? past.redo() : past.undo()),
    y: () => past.redo(),
    a: () => { grid.go(0, 0); grid.go(FAR, grid.view.columns.length - 1, { extend: true }); },
  };

  table.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const command = (event.ctrlKey || event.metaKey) && !event.altKey && COMMANDS[event.key.toLowerCase()];
    // Inside the cell that is typed in, Ctrl-Z and the like belong to the text.
    const act = input ? EDITING[event.key] : command || MOVING[event.key];
    if (act) {
      event.preventDefault();
      return void act(event);
    }
    if (!input && event.key === "Tab") return void along(event);
    if (!input && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && event.key !== " ") {
      event.preventDefault();
      begin(event.key);
    }
  });

  // Tab walks along the row and leaves the grid at its ends, so that nobody is caught in it.
  function along(event) {
    const to = grid.active[1] + (event.shiftKey ? -1 : 1);
    if (to < 0 || to >= grid.width()) return;
    event.preventDefault();
    grid.go(grid.active[0], to);
  }

  // --- the mouse ---
  let dragging = false;
  table.addEventListener("pointerdown", (event) => {
    const td = event.target.closest("tbody td");
    if (!td || event.target === input) return;
    const at = grid.whereIs(td);
    if (!at) return;
    event.preventDefault();
    end(true);
    dragging = event.pointerType === "mouse";
    grid.go(...at, { extend: event.shiftKey });
  });
  table.addEventListener("pointerover", (event) => {
    const td = dragging && event.target.closest("tbody td");
    const at = td && grid.whereIs(td);
    if (at) grid.go(...at, { extend: true, focus: false });
  });
  addEventListener("pointerup", () => { dragging = false; });
  table.addEventListener("dblclick", (event) => { if (event.target.closest("tbody td:not(.book-total)")) begin(); });
  table.addEventListener("click", (event) => { if (event.target.closest("tbody .book-total")) begin(); });

  // --- many cells at once ---
  function* chosen() {
    const { top, bottom, left, right } = grid.box();
    for (let row = top; row <= bottom; row += 1) {
      for (let column = left; column <= right; column += 1) yield [row, column, grid.cellAt(row, column)];
    }
  }

  function fill(entryFor) {
    past.act([...chosen()].filter(([, , cell]) => mine(cell)).map(([row, column, cell]) => change(cell, entryFor(row, column))));
  }

  // The uppermost of the chosen cells goes down; one cell alone takes what stands above it.
  function fillDown() {
    const { top, bottom } = grid.box();
    const from = top === bottom ? top - 1 : top;
    if (from >= 0) fill((row, column) => (row === from ? grid.cellAt(row, column).entry : grid.cellAt(from, column).entry));
  }

  const inGrid = () => !input && table.contains(document.activeElement);

  function copied(event) {
    if (!inGrid()) return false;
    const { top, bottom, left, right } = grid.box();
    const lines = [];
    for (let row = top; row <= bottom; row += 1) {
      const line = [];
      for (let column = left; column <= right; column += 1) {
        line.push(grid.cellAt(row, column)?.entry ?? grid.tdAt(row, column).firstChild.textContent);
      }
      lines.push(line.join("\t"));
    }
    event.clipboardData.setData("text/plain", lines.join("\n"));
    event.preventDefault();
    return true;
  }

  document.addEventListener("copy", copied);
  document.addEventListener("cut", (event) => { if (copied(event)) fill(() => ""); });
  document.addEventListener("paste", (event) => {
    if (!inGrid()) return;
    event.preventDefault();
    paste(event.clipboardData.getData("text/plain"));
  });

  // A block begins at the upper left of what is chosen; one value goes into all of it.
  function paste(text) {
    const lines = text.replace(/\r/g, "").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
    const { top, left } = grid.box();
    if (lines.length === 1 && lines[0].length === 1) return fill(() => lines[0][0].trim());
    const changes = [];
    lines.forEach((line, down) => line.forEach((value, right) => {
      if (top + down >= grid.height) return;
      const cell = grid.cellAt(top + down, left + right);
      if (mine(cell)) changes.push(change(cell, value.trim()));
    }));
    past.act(changes);
    grid.go(top, left);
    return grid.go(top + lines.length - 1, Math.min(left + lines[0].length, grid.view.columns.length) - 1, { extend: true });
  }

  return { fill, fillDown, begin };
}
