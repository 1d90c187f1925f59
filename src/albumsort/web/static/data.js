// The data of the page: columns, with tables of the texts that repeat, and which photos a search finds in them.

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const byId = (id) => document.getElementById(id);
const data = read("data");
const texts = read("texts");
const tables = data.tables;
const photos = data.photos;
const total = photos.name.length;
const rows = Uint32Array.from({ length: total }, (_, row) => row);
const language = document.documentElement.lang;

const SEARCHED = ["folder", "category", "place", "country", "album"];

/** Letters without case and marks: "Zürich" is found by "zurich". */
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

let foldedTexts = null;

/** All texts as they are searched; made once, when they are first needed or there is time. */
function searchTexts() {
  if (!foldedTexts) {
    foldedTexts = { name: photos.name.map(folded) };
    for (const table of [...SEARCHED, "label"]) {
      foldedTexts[table] = tables[table].map(folded);
    }
    for (const table of ["event", "trip"]) foldedTexts[table] = tables[table].map((own) => folded(own.name));
  }
  return foldedTexts;
}

const years = Int32Array.from(photos.taken, (taken) => (taken === null ? -1 : new Date(taken * 1000).getUTCFullYear()));
const furtherPlaces = (row) => photos.more[row] ?? [];

/** For each number of a table whether its text has the word. */
const hits = (table, word) => Uint8Array.from(searchTexts()[table], (text) => (text.includes(word) ? 1 : 0));

/** The rows among these whose name, place, class, event, category or album has the word. */
function withWord(among, word) {
  const names = searchTexts().name;
  const columns = [...SEARCHED, "event", "trip"]
    .map((table) => [photos[table], hits(table, word)])
    .filter(([, hit]) => hit.includes(1));
  const label = hits("label", word);
  const anyLabel = label.includes(1);
  return among.filter(
    (row) =>
      names[row].includes(word) ||
      columns.some(([column, hit]) => column[row] >= 0 && hit[column[row]]) ||
      (anyLabel && photos.labels[row].some((value, index) => index % 2 === 0 && label[value])),
  );
}

const isIn = (row, album) => photos.album[row] === album || furtherPlaces(row).some((place) => place[0] === album);
const hasStatus = (row, status) => photos.status[row] === status || furtherPlaces(row).some((place) => place[1] === status);

/** The rows that a filter lets through; its fields are null where they let all through. */
function matching(filter) {
  let found = rows;
  const keep = (wanted, test) => {
    if (wanted !== null) found = found.filter((row) => test(row, wanted));
  };
  keep(filter.category, (row, category) => photos.category[row] === category);
  keep(filter.year, (row, year) => years[row] === year);
  keep(filter.album, isIn);
  keep(filter.status, hasStatus);
  keep(filter.kind, (row, kind) => photos.kind[row] === kind);
  keep(filter.event, (row, [table, number]) => photos[table][row] === number);
  for (const word of folded(filter.words).split(/\s+/).filter(Boolean)) found = withWord(found, word);
  return found;
}

/** The src of the thumbnail of a photo, "" where it has none. */
const thumbnail = (() => {
  const chunks = new Map();
  const LETTERS = total ? data.thumbnails.length / total : 0;
  return (row) => {
    if (data.files) {
      const name = data.thumbnails.substr(row * LETTERS, LETTERS);
      return name[0] === "-" ? "" : `${data.files}/${name.slice(0, 2)}/${name.slice(2)}.jpg`;
    }
    const number = Math.floor(row / data.chunk);
    if (!chunks.has(number)) {
      const element = byId(`thumbnails-${number}`);
      chunks.set(number, JSON.parse(element.textContent));
      element.remove();
    }
    const jpeg = chunks.get(number)[row % data.chunk];
    return jpeg && `data:image/jpeg;base64,${jpeg}`;
  };
})();
