// What the web app adds to the page: its views, and coming back to the same place when the page is loaded anew.

const PLACE = "albumsort-place";

Object.assign(views, { try: () => {}, changes: showChanges, make: showMake });
unfiltered.push("try", "changes", "make");
openEvent = openEventDialog;
photoShown = showRight;

/** After a job: the albums are loaded anew if they are others now. */
function ended({ job, version }) {
  if (version !== data.version) {
    keepPlace();
    location.reload();
  } else if (view === "make") showMake();
}

function keepPlace() {
  const fields = Object.fromEntries(["words", "category", "year", "album", "status", "kind"].map((id) => [id, chosenText(id)]));
  sessionStorage.setItem(PLACE, JSON.stringify({ fields, top: scrollY, undoing, awaited, action: chosenAction(), place: byId("place").value }));
}

/** What a field of the filter says, by its text: numbers of albums are others after a look. */
function chosenText(id) {
  const field = byId(id);
  return field.selectedOptions ? (field.value === "" ? null : field.selectedOptions[0].textContent) : field.value;
}

function takePlace() {
  const kept = JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
  sessionStorage.removeItem(PLACE);
  if (!kept) return;
  [undoing, awaited, placeBefore] = [kept.undoing, kept.awaited, kept.place];
  byId(`action-${kept.action}`).checked = true;
  showPlace();
  for (const [id, text] of Object.entries(kept.fields)) {
    const field = byId(id);
    const option = field.selectedOptions && [...field.options].find((one) => one.textContent === text);
    field.value = field.selectedOptions ? (text !== null && option ? option.value : "") : text;
  }
  apply();
  scrollTo(0, kept.top);
}

function beginLive() {
  photoGrid.open = ((open) => (index) => (selecting ? toggle(found[index]) : open(index)))(photoGrid.open);
  photoGrid.tile = ((tile) => (index) => {
    const button = tile(index);
    markTile(button, found[index]);
    return button;
  })(photoGrid.tile);
  begin();
  takePlace();
  addEventListener("hashchange", () => ["photos", "unsorted"].includes(view) || stopSelecting());
  follow(ended);
  document.addEventListener("visibilitychange", () => document.hidden || follow(ended)); // another window may be at work
}

beginLive();
