// Live pages: the server says only that something changed; the parts concerned fetch themselves again.
// <div hx-get="..." hx-trigger="live" data-live-refresh="board inbox"> is fetched on either event.

const address = document.body.dataset.stream;
const PATIENCE = [1000, 2000, 5000, 15000, 30000];
const GATHER = 300;
let tries = 0;
let source = null;
const waiting = new Set();
const heard = new Set();

function refresh(name) {
  if (!waiting.size) setTimeout(flush, GATHER);
  waiting.add(name);
}

// Many changes in one moment cost one fetch.
function flush() {
  for (const element of document.querySelectorAll("[data-live-refresh]")) {
    const names = element.dataset.liveRefresh.split(" ");
    if (waiting.has("*") || names.some((name) => waiting.has(name))) window.htmx?.trigger(element, "live");
  }
  waiting.clear();
}

// The browser reconnects by itself and says what it heard last; only a refused stream is ours to try again.
function connect() {
  source = new EventSource(address);
  heard.clear();
  listen("resync", () => refresh("*"));
  listenToPage();
  source.onopen = () => { tries = 0; };
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(connect, PATIENCE[Math.min(tries, PATIENCE.length - 1)]);
    tries += 1;
  };
}

function listen(name, act) {
  if (heard.has(name)) return;
  heard.add(name);
  source.addEventListener(name, act);
}

function listenToPage() {
  for (const element of document.querySelectorAll("[data-live-refresh]")) {
    for (const name of element.dataset.liveRefresh.split(" ")) listen(name, () => refresh(name));
  }
}

// A page that nobody looks at lets go of its line, and catches up when somebody does.
document.addEventListener("visibilitychange", () => {
  if (!source) return;
  source.close();
  if (document.hidden) return;
  connect();
  refresh("*");
});

if (address && document.querySelector("[data-live-refresh]")) {
  addEventListener("load", connect, { once: true });
  document.body.addEventListener("htmx:afterSettle", () => { if (source) listenToPage(); });
}

// --- on or off the line ---
const offline = document.getElementById("offline");
function showLine() {
  if (offline) offline.hidden = navigator.onLine;
}
addEventListener("online", showLine);
addEventListener("offline", showLine);
showLine();
