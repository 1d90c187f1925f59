// The dialog of a photo: arrow keys go to its neighbours, escape closes it.

const dialog = byId("photo");
let neighbours = rows;
let position = 0;
let closed = () => {};
let photoShown = () => {};

/** Open the photo at a place among these rows; `then` is told the last place when it is closed. */
function openPhoto(among, at, then) {
  [neighbours, closed] = [among, then];
  showPhoto(at);
  dialog.showModal();
}

function showPhoto(at) {
  position = at;
  const row = neighbours[at];
  byId("photo-name").textContent = photos.name[row];
  byId("photo-picture").replaceChildren(picture(row, description(row)));
  const list = [];
  for (const [name, lines] of Object.entries(facts(row))) {
    const told = lines.filter(Boolean);
    if (told.length) list.push(element("dt", {}, texts.facts[name]), element("dd", {}, ...told.map((line) => element("div", {}, line))));
  }
  byId("photo-facts").replaceChildren(...list);
  photoShown(row);
  byId("before").disabled = at === 0;
  byId("after").disabled = at === neighbours.length - 1;
}

function step(by) {
  const wanted = position + by;
  if (wanted >= 0 && wanted < neighbours.length) showPhoto(wanted);
}

byId("before").addEventListener("click", () => step(-1));
byId("after").addEventListener("click", () => step(1));
byId("close").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => closed(position));
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
dialog.addEventListener("keydown", (event) => {
  if (event.target.matches("select, input")) return;
  if (event.key === "ArrowLeft") step(-1);
  if (event.key === "ArrowRight") step(1);
});
