// Report comments: a sentence of the bank goes in where the cursor stands, with the pupil's name in it.

function dress(from) {
  for (const select of from.querySelectorAll("[data-bank]")) select.hidden = false;
}

function insert(field, sentence) {
  const at = field.selectionEnd ?? field.value.length;
  const before = field.value.slice(0, at);
  const gap = before && !/\s$/.test(before) ? " " : "";
  field.setRangeText(gap + sentence, at, at, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("change", async (event) => {
  const select = event.target.closest("[data-bank]");
  if (!select?.value) return;
  event.stopPropagation();
  const entry = select.value;
  select.value = "";
  const answer = await fetch(`${select.dataset.bank}?entry=${encodeURIComponent(entry)}`);
  if (answer.ok) insert(document.getElementById(select.dataset.into), await answer.text());
  else document.body.dispatchEvent(new CustomEvent("htmx:sendError"));
});

document.body.addEventListener("htmx:afterSwap", (event) => dress(event.target.parentElement ?? document));
dress(document);
