// The marks of a gradebook as the page knows them, and who wants to hear when one changes.

export function openBook() {
  const data = JSON.parse(document.getElementById("book-data").textContent);
  const settings = JSON.parse(document.getElementById("book-settings").textContent);
  const cells = new Map();
  const ears = [];
  const keyOf = (student, item) => `${student}:${item}`;

  data.pupils.forEach((pupil, row) => {
    data.items.forEach((item, column) => {
      const [entry, version, comment] = data.cells[row][column] || ["", 0, ""];
      const absence = data.absences[row][column].trim();
      cells.set(keyOf(pupil.id, item.id), { student: pupil.id, item: item.id, entry, version, comment, absence, state: "", kept: entry });
    });
  });

  const book = {
    items: data.items,
    pupils: data.pupils,
    totals: data.totals,
    statistics: data.statistics,
    words: settings.words,
    settings,
    cell: (student, item) => cells.get(keyOf(student, item)),
    problems: () => [...cells.values()].filter((cell) => cell.state === "conflict" || cell.state === "refused"),
    mayType: (cell) => settings.mayGrade && cell.absence !== "g",
    hear: (act) => ears.push(act),
    tell: (what, about) => { for (const act of ears) act(what, about); },
    itemOf: (id) => data.items.find((one) => one.id === id),
    pupilOf: (id) => data.pupils.find((one) => one.id === id),
    // The number a column is sorted by; words come after all numbers.
    rank(pupil, column) {
      if (column === "term" || column === "year") return numberIn(data.totals[pupil.id]?.[column]);
      const cell = book.cell(pupil.id, column);
      const place = book.itemOf(column).labels.indexOf(cell.entry.replace(/ late \d+$/, ""));
      return place >= 0 ? -place : numberIn(cell.entry);
    },
  };
  return book;
}

function numberIn(text) {
  const found = /^[\d.,]+/.exec(text || "");
  return found ? Number.parseFloat(found[0].replace(",", ".")) : null;
}

// What kind of entry a cell holds, for its colour: m, ab, ex, in, late, or a mark.
export function kindOf(entry) {
  if (!entry) return "";
  const word = entry.split(" ")[0];
  if (["m", "ab", "ex", "in"].includes(word)) return word;
  return / ?late \d+$/.test(entry) ? "late" : "mark";
}
