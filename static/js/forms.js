// Forms: nothing typed is lost, nothing is sent twice, and an error takes you to its field.

const changed = new Set();

function watch(event) {
  const form = event.target.form?.closest?.("form[data-guard]");
  if (form) changed.add(form);
}
document.addEventListener("input", watch);
document.addEventListener("change", watch);

addEventListener("beforeunload", (event) => {
  if ([...changed].some((form) => form.isConnected)) event.preventDefault();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  changed.delete(form);
  if (form.matches("[hx-get], [hx-post]") || form.method === "get" || form.target === "_blank") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});

// Coming back by the back button finds the form usable again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && event.detail.elt.matches?.("form")) changed.delete(event.detail.elt);
});

function toErrors() {
  const summary = document.querySelector("[data-error-summary]");
  summary?.focus();
}
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.querySelector?.("[data-error-summary]")) toErrors();
});
toErrors();

// Show and hide a password; the button stands beside the field.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reveals]");
  if (!button) return;
  const field = document.getElementById(button.dataset.reveals);
  const show = field.type === "password";
  field.type = show ? "text" : "password";
  button.setAttribute("aria-pressed", String(show));
});
