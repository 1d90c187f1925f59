// Putting photos right: one in its dialog, or several that were selected.

const selected = new Set();
let selecting = false;

for (const select of document.querySelectorAll(".categories")) {
  select.replaceChildren(...data.categories.map(([key, name]) => element("option", { value: key }, name)));
}

const idsOf = (chosen) => [...chosen].map((row) => photos.id[row]);

/** Ask for a change; the server looks again then, and the page is loaded anew when it has. */
async function change(path, body) {
  const done = await tryTo(async () => {
    await ask(path, body);
    return true;
  });
  if (done) {
    stopSelecting();
    for (const open of document.querySelectorAll("dialog[open]")) open.close();
    follow(ended);
  }
}

function showSelection() {
  byId("selection").hidden = !selecting;
  byId("select").textContent = selecting ? liveTexts.selecting : liveTexts.select;
  byId("select").setAttribute("aria-pressed", selecting);
  byId("selection-told").textContent = counted(liveTexts.selected, selected.size);
  for (const button of document.querySelectorAll("#selection .strong, #selection-never")) button.disabled = !selected.size;
  for (const [index, cell] of photoGrid.shown) markTile(cell.firstChild, found[index]);
}

function markTile(button, row) {
  if (selecting) button.setAttribute("aria-pressed", selected.has(row));
  else button.removeAttribute("aria-pressed");
}

function stopSelecting() {
  selecting = false;
  selected.clear();
  showSelection();
}

/** What a click on a photo does while photos are selected. */
function toggle(row) {
  if (!selected.delete(row)) selected.add(row);
  showSelection();
}

byId("select").addEventListener("click", () => {
  selecting = !selecting;
  selected.clear();
  showSelection();
});
byId("selection-all").addEventListener("click", () => {
  for (const row of found) selected.add(row);
  showSelection();
});
byId("selection-clear").addEventListener("click", stopSelecting);
byId("selection").addEventListener("submit", (event) => {
  event.preventDefault();
  change("api/category", { photos: idsOf(selected), category: byId("selection-category").value });
});
byId("selection-never").addEventListener("click", () => change("api/never", { photos: idsOf(selected) }));

const shownRow = () => neighbours[position];

/** The photo itself in the place of its thumbnail, as soon as it has come. */
function showLarge(row) {
  const image = byId("photo-picture").querySelector("img");
  if (!image) return;
  const large = new Image();
  large.addEventListener("load", () => (image.src = large.src));
  large.src = `photos/${photos.id[row]}`;
}

/** What the dialog of a photo has beside the facts; the form begins with its own category. */
function showRight(row) {
  showLarge(row);
  byId("photo-category").value = tables.key[photos.category[row]] ?? "";
  byId("photo-split").hidden = !(photos.taken[row] > tables.event[photos.event[row]]?.begin);
}

byId("photo-right").addEventListener("submit", (event) => {
  event.preventDefault();
  change("api/category", { photos: idsOf([shownRow()]), category: byId("photo-category").value });
});
byId("photo-never").addEventListener("click", () => change("api/never", { photos: idsOf([shownRow()]) }));
byId("photo-split").addEventListener("click", () => {
  const row = shownRow();
  change("api/events/split", { event: tables.event[photos.event[row]].id, time: localTime(photos.taken[row]) });
});

/** Seconds of a clock at the place as the server and the fields for times write them. */
const localTime = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 19);
