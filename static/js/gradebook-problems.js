// What was not saved waits here for its person: both values and a choice, or why it does not fit.

export function problemBar(book, save) {
  const bar = document.getElementById("book-problem");
  const text = bar.querySelector("[data-problem-text]");
  const keepMine = bar.querySelector("[data-keep-mine]");
  const takeTheirs = bar.querySelector("[data-take-theirs]");
  const next = bar.querySelector("[data-next-problem]");
  const { words } = book;
  let shown = null;
  let back = null;

  function show(cell, { focus = false } = {}) {
    shown = cell;
    bar.hidden = !cell;
    if (!cell) return;
    const name = book.pupilOf(cell.student).name;
    const title = book.itemOf(cell.item).title;
    text.textContent = `${name}, ${title}: ${cell.state === "conflict" ? clash(cell) : cell.problem?.message || words.notTaken}`;
    const mayKeep = cell.state === "conflict" || cell.problem?.code === "ABOVE_MAXIMUM" || cell.problem?.code === "REASON_NEEDED";
    keepMine.hidden = !mayKeep;
    keepMine.textContent = cell.entry ? words.keep.replace("%s", cell.entry) : words.leaveEmpty;
    const theirs = cell.theirs?.entry || "";
    takeTheirs.textContent = theirs ? words.take.replace("%s", theirs) : words.leaveEmpty;
    const others = book.problems().filter((one) => one !== cell).length;
    next.hidden = !others;
    next.textContent = words.more.replace("%s", others);
    if (focus) {
      back = document.activeElement;
      (mayKeep ? keepMine : takeTheirs).focus();
    }
  }

  function clash(cell) {
    const { theirs } = cell;
    const said = words.clash.replace("%who", theirs.by || words.somebody).replace("%at", theirs.at || "");
    const sameEntry = theirs.entry === cell.entry;
    const [their, my] = sameEntry ? [theirs.comment, cell.comment] : [theirs.entry, cell.entry];
    return said.replace("%theirs", their || words.empty).replace("%mine", my || words.empty);
  }

  function close() {
    const cell = book.problems()[0] || null;
    show(cell);
    if (back?.isConnected) back.focus();
    back = null;
  }

  keepMine.addEventListener("click", () => {
    const { student, item, entry, comment } = shown;
    save.edit([{ student, item, entry, comment, confirmed: true }]);
    close();
  });
  takeTheirs.addEventListener("click", () => {
    Object.assign(shown, { entry: shown.theirs?.entry ?? shown.kept, comment: shown.theirs?.comment ?? shown.comment, state: "", problem: null });
    book.tell("cell", shown);
    save.tell();
    close();
  });
  next.addEventListener("click", () => {
    const all = book.problems();
    show(all[(all.indexOf(shown) + 1) % all.length], { focus: true });
  });
  book.hear((what, cell) => {
    if (what === "active" && (cell?.state === "conflict" || cell?.state === "refused")) show(cell);
    if (what === "sums" || what === "reason") show(book.problems().includes(shown) ? shown : book.problems()[0] || null);
  });
  return { show };
}
