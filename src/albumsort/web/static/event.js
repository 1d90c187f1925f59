// The dialog that puts an event or a trip right.

const eventDialog = byId("event");
let shownEvent = null;

function openEventDialog(own) {
  shownEvent = own;
  byId("event-name").textContent = own.name;
  byId("event-new-name").value = own.name;
  // A trip takes in events too.
  const others = occasions.filter((other) => other.id !== own.id && (own.table === "trip" || other.table === "event"));
  const near = others.sort((one, other) => Math.abs(one.begin - own.begin) - Math.abs(other.begin - own.begin)).slice(0, 100);
  byId("event-other").replaceChildren(...near.map((other) => element("option", { value: other.id }, `${other.name} (${period(other)})`)));
  byId("event-merge").hidden = !near.length;
  const time = byId("event-time");
  [time.min, time.max] = [localTime(own.begin).slice(0, 16), localTime(own.end).slice(0, 16)];
  time.value = localTime((own.begin + own.end) / 2).slice(0, 16);
  byId("event-split").hidden = own.begin === own.end;
  eventDialog.showModal();
}

byId("event-close").addEventListener("click", () => eventDialog.close());
eventDialog.addEventListener("click", (event) => event.target === eventDialog && eventDialog.close());
byId("event-photos").addEventListener("click", () => {
  eventDialog.close();
  showEventPhotos(shownEvent);
});
byId("event-rename").addEventListener("submit", (event) => {
  event.preventDefault();
  change("api/events/rename", { event: shownEvent.id, name: byId("event-new-name").value });
});
byId("event-merge").addEventListener("submit", (event) => {
  event.preventDefault();
  change("api/events/merge", { events: [shownEvent.id, byId("event-other").value] });
});
byId("event-split").addEventListener("submit", (event) => {
  event.preventDefault();
  change("api/events/split", { event: shownEvent.id, time: byId("event-time").value });
});
