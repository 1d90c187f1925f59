// What was put right, each with a button that takes it back.

function changeTold({ kind, what, count, about }) {
  const more = about ? ` (${about}${kind === "photos" && count > 3 ? ", …" : ""})` : "";
  if (kind === "events") return counted(liveTexts.changes[what], count) + more;
  const name = data.categories.find(([key]) => key === what)?.[1] ?? what;
  const told = what === "never" ? liveTexts.neverTold : filled(liveTexts.showsTold, { category: name });
  return `${counted(texts.photos, count)}${more}: ${told}`;
}

function rowWithButton(told, when, label, act) {
  const button = element("button", { type: "button" }, label);
  button.setAttribute("aria-label", `${label}: ${told}, ${when}`);
  button.addEventListener("click", act);
  return element("li", { class: "with-button" }, element("div", {}, told, element("span", { class: "quiet" }, when)), ...(act ? [button] : []));
}

const whenLocal = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });

async function showChanges() {
  const told = await tryTo(() => ask("api/changes"));
  if (!told) return;
  const rowsMade = told.changes.map((own) =>
    rowWithButton(changeTold(own), whenLocal.format(new Date(own.made)), liveTexts.undo, () =>
      change("api/changes/undo", { kind: own.kind, number: own.number })));
  byId("rows-changes").replaceChildren(...(rowsMade.length ? rowsMade : [element("li", { class: "quiet" }, liveTexts.noChanges)]));
}
