// The events, year by year: a strip of the year, and below it the events, which are listed when a year is opened.

const SVG = "http://www.w3.org/2000/svg";
const occasions = [
  ...tables.trip.map((own, number) => ({ ...own, table: "trip", number })),
  ...tables.event.map((own, number) => ({ ...own, table: "event", number })),
].sort((one, other) => other.begin - one.begin || one.table.localeCompare(other.table));

const yearOf = (own) => (own.begin === null ? null : new Date(own.begin * 1000).getUTCFullYear());

/** Where in its year a moment is, 0 to 1. */
function share(seconds, year) {
  const [begin, end] = [Date.UTC(year, 0), Date.UTC(year + 1, 0)];
  return Math.min(1, Math.max(0, (seconds * 1000 - begin) / (end - begin)));
}

/** The strip of a year: events stand on its line, as high as they have photos; trips lie below it. */
function strip(year, own) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 1000 36");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const path = (kind, d) => {
    const made = document.createElementNS(SVG, "path");
    made.setAttribute("class", kind);
    made.setAttribute("d", d);
    svg.append(made);
  };
  const bars = { event: "", trip: "" };
  for (const one of own) {
    const left = 1000 * share(one.begin, year);
    const width = Math.max(3, 1000 * share(one.end, year) - left);
    const height = one.table === "trip" ? 5 : Math.min(26, 5 + 3.5 * Math.log2(one.photos + 1));
    bars[one.table] += `M${left.toFixed(1)} ${one.table === "trip" ? 30 : 28 - height}h${width.toFixed(1)}v${height}h-${width.toFixed(1)}z`;
  }
  const months = Array.from({ length: 13 }, (_, month) => `M${((1000 * month) / 12).toFixed(1)} 24v4`).join("");
  path("axis", `M0 28.5h1000${months}`);
  path("event", bars.event);
  path("trip", bars.trip);
  return svg;
}

function eventButton(own, open) {
  const mark = own.table === "trip" ? [element("span", { class: "mark" }, texts.trip)] : [];
  const told = `${period(own)} · ${counted(texts.photos, own.photos)}`;
  const button = element("button", { type: "button" }, own.name, ...mark, element("span", { class: "quiet" }, told));
  button.addEventListener("click", () => open(own));
  return element("li", {}, button);
}

/** Draw these events and trips; `open` is called with one that was chosen. */
function drawTimeline(shown, open) {
  const byYear = new Map();
  for (const own of shown) {
    const year = yearOf(own);
    byYear.set(year, [...(byYear.get(year) ?? []), own]);
  }
  const made = [...byYear].map(([year, own]) => {
    const summary = element("summary", {}, element("strong", {}, year === null ? texts.noDate : String(year)));
    summary.append(element("span", { class: "quiet small" }, counted(texts.events, own.length)));
    if (year !== null) summary.append(strip(year, own));
    const details = element("details", { class: "year" }, summary);
    details.addEventListener("toggle", () => {
      if (details.open && !details.querySelector("ul")) {
        details.append(element("ul", { class: "events" }, ...own.map((one) => eventButton(one, open))));
      }
    });
    return details;
  });
  if (made.length) made[0].open = true;
  byId("timeline").replaceChildren(...made);
}
