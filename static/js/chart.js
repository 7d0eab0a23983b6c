// Draws every figure[data-chart] from the figures beside it, in the colours of the theme.

const TOKENS = ["--teal", "--marigold", "--note", "--bad", "--good", "--ink-3"];
const drawn = new Map();
const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });

// Canvas wants a plain colour, while the tokens are light-dark() pairs: let the browser work one out.
function colour(token) {
  const probe = document.createElement("i");
  probe.hidden = true;
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

function dataset(kind, series, index, colours) {
  const own = colours[index % colours.length];
  const shared = { label: series.label, data: series.values, borderColor: own, spanGaps: true };
  if (kind === "line") return { ...shared, backgroundColor: own, borderWidth: 2.5, tension: 0.3, pointRadius: 2, pointHitRadius: 16 };
  if (kind === "doughnut") return { ...shared, borderWidth: 2, borderColor: colour("--sheet"), backgroundColor: series.values.map((_, at) => colours[at % colours.length]) };
  return { ...shared, backgroundColor: own, borderWidth: 0, borderRadius: 5, maxBarThickness: 44 };
}

function options({ kind, unit, stacked, series }) {
  const ink = colour("--ink-2");
  const line = colour("--line");
  // Rates end at a hundred, whatever room the drawing would like above them.
  const isRate = unit === "%";
  const axis = { stacked, ticks: { color: ink }, border: { display: false }, grid: { color: line } };
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 350 },
    interaction: { mode: "index", intersect: false },
    font: { family: getComputedStyle(document.body).fontFamily },
    plugins: {
      legend: { display: series.length > 1 || kind === "doughnut", position: "bottom", labels: { color: ink, boxWidth: 12, boxHeight: 12, useBorderRadius: true, borderRadius: 3 } },
      tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${item.formattedValue}${unit}` } },
    },
    scales: kind === "doughnut" ? {} : {
      x: { ...axis, grid: { display: false } },
      y: { ...axis, beginAtZero: kind === "bar", max: isRate ? 100 : undefined, grace: kind === "line" && !isRate ? "15%" : 0, ticks: { color: ink, maxTicksLimit: 6, callback: (value) => `${number.format(value)}${unit}` } },
    },
  };
}

function draw(figure) {
  const data = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
  const colours = TOKENS.map(colour);
  drawn.get(figure)?.destroy();
  drawn.set(figure, new window.Chart(figure.querySelector("canvas"), {
    type: data.kind,
    data: { labels: data.labels, datasets: data.series.map((series, index) => dataset(data.kind, series, index, colours)) },
    options: options(data),
  }));
}

const drawAll = () => { for (const figure of document.querySelectorAll("figure[data-chart]")) draw(figure); };
document.addEventListener("theme", drawAll);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
document.body.addEventListener("htmx:afterSettle", drawAll);
drawAll();
