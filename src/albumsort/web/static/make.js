// Having albums made: see what would happen, have it done, follow it, stop it, take it back.

let undoing = null; // the number of the run that the outcome is about, where that is an undo
let placeBefore = ""; // the album folder that was chosen before the page was loaded anew
let previewed = 0; // the number of the preview that is shown
let awaited = false; // whether what comes of the job is what one waits for

async function showMake() {
  const told = await tryTo(async () => [await ask("api/places"), await ask("api/runs"), await ask("api/job")]);
  if (!told) return;
  const [{ places }, { runs }, state] = told;
  const chosen = byId("place").value || placeBefore || "0";
  byId("place").replaceChildren(...places.map((place, value) => element("option", { value }, place)));
  byId("place").value = chosen;
  byId("told-runs").textContent = runs.length ? "" : liveTexts.noRuns;
  byId("rows-runs").replaceChildren(...runs.map(runRow));
  showOutcome(state);
}

function runRow(run) {
  const state = run.cut_off ? liveTexts.cutOff : run.action !== "undo" && !run.standing ? liveTexts.takenBack : "";
  const told = [`${filled(liveTexts.run, { number: run.number })}: ${liveTexts.actions[run.action]}${run.undoes ? ` (${filled(liveTexts.run, { number: run.undoes })})` : ""}`, counted(texts.files, run.files), state];
  const act = run.standing ? () => startJob("api/undo", { run: (undoing = run.number), dry_run: true }) : null;
  return rowWithButton(told.filter(Boolean).join(", "), whenLocal.format(new Date(run.started)), liveTexts.undo, act);
}

/** What came of the last job, with what can be done next. */
function showOutcome({ job, agreed }) {
  const title = job && !job.running && liveTexts.ended[job.kind];
  byId("outcome").hidden = !title;
  if (!title) return;
  const told = [job.stopping ? liveTexts.stopped : "", title, liveTexts.named[job.action] ?? ""];
  byId("outcome-title").textContent = told.filter(Boolean).join(": ");
  byId("outcome-lines").textContent = [...job.said, ...job.lines].join("\n");
  byId("do").hidden = !(job.kind === "preview" && agreed === job.number);
  previewed = job.number;
  byId("take-back").hidden = !(job.kind === "preview-undo" && undoing && !job.trouble);
  byId("see").hidden = job.kind.endsWith("undo");
  if (job.trouble) showWrong(job.trouble);
  if (awaited) byId("outcome-title").focus();
  awaited = false;
}

async function startJob(path, body) {
  if (await tryTo(() => ask(path, body))) {
    byId("outcome").hidden = true;
    awaited = true;
    follow(ended);
  }
}

const chosenAction = () => document.querySelector("input[name=action]:checked").value;

/** Tags go beside the photos, into no album folder. */
const showPlace = () => (byId("place-of").hidden = chosenAction() === "tag");

byId("make").addEventListener("change", () => {
  showPlace();
  byId("outcome").hidden = true; // it is about what was chosen before
});
byId("make").addEventListener("submit", (event) => {
  event.preventDefault();
  startJob("api/preview", { action: chosenAction(), place: Number(byId("place").value) });
});
byId("do").addEventListener("click", () => startJob("api/do", { preview: previewed }));
byId("take-back").addEventListener("click", () => startJob("api/undo", { run: undoing, dry_run: false }));
