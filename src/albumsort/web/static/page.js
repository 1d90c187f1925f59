// The page: which view is shown, and what the filter leaves of it.

const views = {
  albums: showAlbums, photos: showPhotos, events: showEvents, unsorted: showPhotos, unread: () => showUnread(UNREAD_AT_ONCE),
};
const unfiltered = []; // views that the filter says nothing of
const UNREAD_AT_ONCE = 500;
const filter = { words: "", category: null, year: null, album: null, status: null, kind: null, event: null };
const unsorted = tables.key.indexOf("unsorted");
let view = "albums";
let found = rows;
let shownAlbums = [];
let worldMap = null;
let openEvent = showEventPhotos;

const photoGrid = new Grid(byId("grid-photos"), {
  least: 190, under: 32,
  tile: (index) => {
    const row = found[index];
    const button = tileOf(picture(row, ""), [["under", caption(row)]]);
    button.setAttribute("aria-label", `${photos.name[row]}, ${description(row)}, ${caption(row)}`);
    return button;
  },
  open: (index) => openPhoto(found, index, (last) => photoGrid.focus(last)),
});

const albumGrid = new Grid(byId("grid-albums"), {
  least: 230, under: 54,
  tile: (index) => {
    const { album, cover, count } = shownAlbums[index];
    const name = album < 0 ? texts.noAlbum : tables.album[album];
    return tileOf(picture(cover, ""), [["under", name], ["under quiet", counted(texts.photos, count)]]);
  },
  open: (index) => {
    byId("album").value = shownAlbums[index].album;
    location.hash = "photos";
    apply();
  },
});

/** The albums of the photos that were found, each with how many, and one that stands for them. */
function albumsOf(among) {
  const albums = new Map();
  const add = (album, row) => {
    const own = albums.get(album) ?? { album, cover: row, count: 0, best: -Infinity };
    own.count++;
    const merit = photos.confidence[row] + (photos.kind[row] === 2 ? -101 : 0);
    if (merit > own.best) [own.cover, own.best] = [row, merit];
    albums.set(album, own);
  };
  for (const row of among) {
    add(photos.album[row], row);
    for (const [album] of furtherPlaces(row)) add(album, row);
  }
  const name = ({ album }) => tables.album[album] ?? "\uffff";
  return [...albums.values()].sort((one, other) => name(one).localeCompare(name(other), language, { numeric: true }));
}

function fillSelect(id, entries) {
  byId(id).replaceChildren(element("option", { value: "" }, texts.all), ...entries.map(([value, text]) => element("option", { value }, text)));
}

function fillFilter() {
  const used = (column) => [...new Set(photos[column])].filter((value) => value >= 0);
  const named = (column, name) => used(column).map((value) => [value, name(value)]).sort((one, other) => one[1].localeCompare(other[1], language, { numeric: true }));
  fillSelect("category", named("category", (value) => tables.category[value] || texts.unsorted));
  fillSelect("year", [...new Set(years)].filter((year) => year >= 0).sort().reverse().map((year) => [year, String(year)]));
  fillSelect("album", tables.album.map((name, value) => [value, name]).sort((one, other) => one[1].localeCompare(other[1], language, { numeric: true })));
  fillSelect("status", named("status", (value) => texts.statuses[value]));
  fillSelect("kind", named("kind", (value) => texts.kinds[value]));
}

function readFilter() {
  filter.words = byId("words").value;
  for (const id of ["category", "year", "album", "status", "kind"]) filter[id] = byId(id).value === "" ? null : Number(byId(id).value);
}

const toldFound = (forms, count, all) =>
  count === all ? counted(forms, all) : count ? filled(texts.found, { found: number.format(count), all: counted(forms, all) }) : texts.none;

/** Show what the filter leaves of the view. */
function apply() {
  readFilter();
  const category = view === "unsorted" && unsorted >= 0 ? unsorted : filter.category;
  found = view === "unsorted" && unsorted < 0 ? rows.subarray(0, 0) : matching({ ...filter, category });
  views[view]();
}

function showAlbums() {
  shownAlbums = albumsOf(found);
  byId("told-albums").textContent = shownAlbums.length
    ? `${counted(texts.albums, shownAlbums.filter(({ album }) => album >= 0).length)}, ${toldFound(texts.photos, found.length, total)}` : texts.none;
  albumGrid.show(shownAlbums.length);
}

function showPhotos() {
  const all = view === "unsorted" ? photos.category.filter((category) => category === unsorted).length : total;
  byId("title-photos").textContent = view === "unsorted" ? texts.unsorted : texts.allPhotos;
  const told = all ? toldFound(texts.photos, found.length, all) : texts.empty;
  byId("told-photos").textContent = view === "unsorted" && all ? `${told}. ${texts.unsortedTold}` : told;
  byId("only-event").hidden = !filter.event;
  if (filter.event) byId("all-events").textContent = filled(texts.onlyEvent, { name: tables[filter.event[0]][filter.event[1]].name });
  photoGrid.show(found.length);
}

function showEvents() {
  const seen = { event: new Set(), trip: new Set() };
  for (const row of found) for (const table of ["event", "trip"]) seen[table].add(photos[table][row]);
  const shown = occasions.filter((own) => seen[own.table].has(own.number));
  byId("told-events").textContent = occasions.length ? toldFound(texts.events, shown.length, occasions.length) : texts.empty;
  drawTimeline(shown, (own) => openEvent(own));
  byId("map").hidden = !data.world;
  if (data.world) {
    worldMap ??= new WorldMap(byId("world"), data.world, (own) => openEvent(own));
    worldMap.show(shown.filter((own) => own.table === "event"));
  }
}

function showEventPhotos(own) {
  filter.event = [own.table, own.number];
  location.hash = "photos";
  apply();
}

function showUnread(most) {
  const words = folded(filter.words).split(/\s+/).filter(Boolean);
  const shown = data.unread.filter(([path, note]) => words.every((word) => folded(path + note).includes(word)));
  byId("told-unread").textContent = data.unread.length ? toldFound(texts.files, shown.length, data.unread.length) : texts.empty;
  byId("rows-unread").replaceChildren(...shown.slice(0, most).map(([path, note, broken]) =>
    element("li", {}, path, element("span", { class: "quiet" }, `${broken ? texts.broken : texts.passed}: ${note}`))));
  byId("more-unread").hidden = shown.length <= most;
  byId("more-unread").onclick = () => showUnread(most + UNREAD_AT_ONCE);
}

function route() {
  const wanted = location.hash.slice(1);
  if (wanted === "main") return;
  view = Object.hasOwn(views, wanted) ? wanted : "albums";
  const shown = `view-${view === "unsorted" ? "photos" : view}`;
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== shown;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${view}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  byId("filter").hidden = unfiltered.includes(view);
  byId("filters").hidden = view === "unread"; // of what was not read, nothing but its name is known
  scrollTo(0, 0);
  apply();
}

/** On a narrow screen the filter is folded, so that photos are seen first. */
function foldFilter() {
  const narrow = matchMedia("(max-width: 700px)");
  const fold = () => (byId("filters").open = !narrow.matches);
  narrow.addEventListener("change", fold);
  fold();
}

function begin() {
  byId("library").textContent = data.library;
  const parts = [data.acted ? texts.acted : texts.preview, filled(texts.into, { folder: data.albums })];
  if (data.leftOut) parts.push(filled(texts.leftOut, { count: number.format(data.leftOut) }));
  byId("summary").textContent = parts.join(" ");
  byId("made").textContent = filled(texts.made, { date: moment.format(new Date(`${data.made}Z`)) });
  const counts = { albums: tables.album.length, photos: total, events: occasions.length, unread: data.unread.length };
  counts.unsorted = photos.category.reduce((sum, category) => sum + (category === unsorted), 0);
  for (const [name, count] of Object.entries(counts)) byId(`count-${name}`).textContent = number.format(count);
  fillFilter();
  foldFilter();
  byId("filter").addEventListener("input", apply);
  byId("filter").addEventListener("submit", (event) => event.preventDefault());
  byId("filter").addEventListener("reset", () => setTimeout(() => { filter.event = null; apply(); }));
  byId("all-events").addEventListener("click", () => { filter.event = null; apply(); byId("main").focus(); });
  byId("nearer").addEventListener("click", () => worldMap.zoom(0.5));
  byId("farther").addEventListener("click", () => worldMap.zoom(2));
  byId("whole").addEventListener("click", () => worldMap.whole());
  byId("fitted").addEventListener("click", () => worldMap.fit());
  addEventListener("hashchange", route);
  route();
  (window.requestIdleCallback ?? setTimeout)(searchTexts);
}
