// What is known of a photo, in words.

const number = new Intl.NumberFormat(language);
const plural = new Intl.PluralRules(language);
const day = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });
const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
const dateOnly = new Set(photos.dateOnly);

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const counted = (forms, count) => filled(forms[plural.select(count) === "one" ? 0 : 1], { count: number.format(count) });

/** An element with attributes and children; a text is only ever text. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** One of the drawings of the page. */
function drawn(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#symbol-${name}`);
  svg.setAttribute("class", "drawn");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

const textOf = (table, index) => (index >= 0 ? tables[table][index] : "");
const categoryOf = (row) => textOf("category", photos.category[row]) || texts.unsorted;
const pathOf = (row) => `${textOf("folder", photos.folder[row])}/${photos.name[row]}`;

/** The picture of a photo, or a drawing in its place. */
function picture(row, description) {
  const source = thumbnail(row);
  if (!source) return drawn(["picture", "raw", "video"][photos.kind[row]]);
  const image = element("img", { alt: description, decoding: "async" });
  image.src = source;
  return image;
}

function description(row) {
  const labels = photos.labels[row];
  return [labels.length ? tables.label[labels[0]] : "", categoryOf(row)].filter(Boolean).join(", ");
}

/** Category and confidence, as under a photo. */
function caption(row) {
  const confidence = photos.confidence[row];
  return categoryOf(row) + (confidence < 0 ? "" : ` · ${confidence} %`);
}

function takenAt(row) {
  const taken = photos.taken[row];
  if (taken === null) return [texts.noDate];
  const told = (dateOnly.has(row) ? day : moment).format(taken * 1000);
  const zone = textOf("zone", photos.zone[row]);
  return [told + (zone && ` (${zone})`), texts.sources[textOf("source", photos.source[row])] ?? ""];
}

function period(own) {
  if (own.begin === null) return "";
  const [begin, end] = [day.format(own.begin * 1000), day.format(own.end * 1000)];
  return begin === end ? begin : `${begin} – ${end}`;
}

const destinationOf = (row, album, there) =>
  there || (album >= 0 ? `${data.albums}/${tables.album[album]}/${photos.name[row]}` : "");

/** What the dialog tells of a photo: names of facts, each with its lines. */
function facts(row) {
  const labels = photos.labels[row];
  const likeliest = [];
  for (let at = 0; at < labels.length; at += 2) likeliest.push(`${tables.label[labels[at]]} · ${labels[at + 1] || "< 1"} %`);
  const places = [
    [photos.album[row], photos.status[row], photos.note[row], photos.destination[row]],
    ...furtherPlaces(row).map(([album, status, note, there]) => [album, status, note, there]),
  ];
  const [latitude, longitude] = [photos.latitude[row], photos.longitude[row]];
  return {
    category: [caption(row)],
    labels: likeliest,
    taken: takenAt(row),
    place: [[textOf("place", photos.place[row]), textOf("country", photos.country[row])].filter(Boolean).join(", ")],
    position: latitude === null || longitude === null ? [] : [`${latitude / 10000}, ${longitude / 10000}`],
    event: [textOf("event", photos.event[row]).name],
    trip: [textOf("trip", photos.trip[row]).name],
    album: places.map(([album]) => textOf("album", album)),
    status: [...new Set(places.map(([, status]) => texts.statuses[status]))],
    destination: places.filter(([, status]) => status !== 2).map(([album, , , there]) => destinationOf(row, album, there)),
    note: [...new Set(places.map(([, , note]) => textOf("note", note)))],
    path: [pathOf(row)],
  };
}
