// Choosing rows of a list: the page, single rows, and how many there are.

const boxes = (table) => [...table.querySelectorAll('input[name="selected"]')];

function show(table) {
  const bar = table.querySelector("[data-bulk]");
  if (!bar) return;
  const all = boxes(table);
  const count = all.filter((box) => box.checked).length;
  const everything = bar.querySelector('[name="everything"]')?.checked;
  const page = bar.querySelector("[data-pick-page]");
  page.checked = count > 0 && count === all.length;
  page.indeterminate = count > 0 && count < all.length;
  const words = bar.querySelector("[data-picked]");
  words.dataset.unpicked ??= words.textContent;
  words.textContent = count ? `${count} ${words.dataset.picked}` : words.dataset.unpicked;
  for (const button of bar.querySelectorAll('button[name="action"]')) button.disabled = !count && !everything;
}

document.addEventListener("change", (event) => {
  const table = event.target.closest("[data-table]");
  if (!table) return;
  if (event.target.matches("[data-pick-page]")) for (const box of boxes(table)) box.checked = event.target.checked;
  show(table);
});

// Shift-click chooses the rows between.
let last = null;
document.addEventListener("click", (event) => {
  const box = event.target;
  if (!box.matches?.('input[name="selected"]')) return;
  const table = box.closest("[data-table]");
  const all = boxes(table);
  if (event.shiftKey && last?.isConnected) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const between of all.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
  show(table);
});

// On a phone the filters of a list stay folded until somebody asks for them; how many are set is always told.
function tellFilters() {
  for (const button of document.querySelectorAll("[data-filters]")) {
    const set = [...button.form.querySelectorAll(".field select, .field input")].filter((field) => field.value).length;
    const badge = button.querySelector("[data-filters-set]");
    badge.textContent = set;
    badge.hidden = !set;
  }
}
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-filters]");
  if (button) button.setAttribute("aria-expanded", button.getAttribute("aria-expanded") !== "true");
});
document.addEventListener("change", tellFilters);
addEventListener("pageshow", tellFilters);

const showAll = () => { for (const table of document.querySelectorAll("[data-table]")) show(table); };
document.body.addEventListener("htmx:afterSettle", showAll);
addEventListener("pageshow", showAll);
showAll();
