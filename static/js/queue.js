// What was saved on this device and has not been received yet. Kept by person, so that nobody sends another's.

const PREFIX = "unsent:";
const me = document.body.dataset.user || "";

// A page with several things on their way names them.
const keyOf = (user, url, name = "") => `${PREFIX}${user}:${url}${name && `#${name}`}`;

function entries(wanted) {
  const found = [];
  for (let index = 0; index < localStorage.length; index += 1) {
    const key = localStorage.key(index);
    if (key.startsWith(PREFIX) && wanted(key)) found.push(key);
  }
  return found.sort();
}

export function keep(url, body, part = "") {
  const name = document.querySelector("h1")?.textContent.trim() || "";
  localStorage.setItem(keyOf(me, url, part), JSON.stringify({ url, body, name, at: Date.now() }));
}

export function kept(url, part = "") {
  return JSON.parse(localStorage.getItem(keyOf(me, url, part)) || "null");
}

export function drop(url, part = "") {
  localStorage.removeItem(keyOf(me, url, part));
  showRefused();
}

function dropAll(url) {
  for (const key of entries((one) => one === keyOf(me, url) || one.startsWith(`${keyOf(me, url)}#`))) localStorage.removeItem(key);
  showRefused();
}

// What the server would not take waits for its person, who is told so on every page.
const banner = document.getElementById("refused");

function mine() {
  return entries((one) => one.startsWith(keyOf(me, ""))).map((key) => JSON.parse(localStorage.getItem(key)));
}

function showRefused() {
  if (!banner) return;
  const entry = mine().find((one) => one.refused && one.url !== location.pathname);
  banner.hidden = !entry;
  if (!entry) return;
  const link = banner.querySelector("a");
  link.href = entry.url;
  link.textContent = entry.name || link.dataset.unnamed;
}

export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
}

// The answer of the server, or null when the line (or the server) is down: then the entry stays for later.
export async function send(url, body) {
  const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      body: new URLSearchParams(body),
      headers: { Accept: "application/json", "X-CSRFToken": token },
      redirect: "manual",
    });
  } catch {
    return null;
  }
  if (response.status >= 500 || response.status === 429) return null;
  if (response.type === "opaqueredirect" || response.status === 401) return { status: 401, data: {} };
  const isJson = (response.headers.get("Content-Type") || "").includes("json");
  return { status: response.status, data: isJson ? await response.json() : {} };
}

// Send what waits. A refusal stays on the device, so that its page can show it; the page itself decides.
export async function flush(except = "") {
  if (!me || !navigator.onLine) return;
  for (const key of entries((one) => one.startsWith(keyOf(me, "")))) {
    const entry = JSON.parse(localStorage.getItem(key));
    if (entry.url === except || entry.refused) continue;
    const answer = await send(entry.url, entry.body);
    if (answer === null || answer.status === 401) return;
    if (answer.status === 200) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify({ ...entry, refused: true }));
  }
  showRefused();
}

// A register that is gone takes nothing any more, so what waits for it can be given up, after a question.
document.addEventListener("click", (event) => {
  if (event.defaultPrevented || !event.target.closest("[data-give-up]")) return;
  dropAll(new URL(banner.querySelector("a").href).pathname);
});

// Signing out leaves nothing behind, and somebody else's entries never stay when another person signs in.
document.addEventListener("submit", (event) => {
  if (!event.target.matches?.("form[data-sign-out]")) return;
  for (const key of entries((one) => one.startsWith(keyOf(me, "")))) localStorage.removeItem(key);
});
if (me) {
  for (const key of entries((one) => !one.startsWith(keyOf(me, "")))) localStorage.removeItem(key);
  addEventListener("online", () => flush(location.pathname));
  showRefused();
  flush(location.pathname);
}
