// Asking the server, and following what it does.

const liveTexts = JSON.parse(document.getElementById("live-texts").textContent);
const csrf = document.querySelector("meta[name=csrf]").content;
const BETWEEN = 400; // milliseconds between two looks at how far it is

/** The JSON of an answer; with a body it is a POST. What is refused is an Error with the server's words. */
async function ask(path, body) {
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrf };
  const options = body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) };
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Error(liveTexts.noAnswer);
  }
  if (answer.status === 204) return null;
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error);
  return told;
}

function showWrong(text) {
  const wrong = document.getElementById("wrong");
  // What is below a dialog is covered.
  (document.querySelector("dialog[open] .bar") ?? document.getElementById("job")).after(wrong);
  wrong.textContent = text;
  wrong.hidden = !text;
}

/** Do something that asks the server, and show what goes wrong. */
async function tryTo(work) {
  showWrong("");
  try {
    return await work();
  } catch (error) {
    showWrong(error.message);
    return undefined;
  }
}

let following = false;

/** Show how far the job is until it has ended; then `ended` gets what /api/job says. */
async function follow(ended) {
  if (following) return;
  following = true;
  const told = await tryTo(async () => {
    for (let seen = false; ; seen = true) {
      const state = await ask("api/job");
      showJob(state.job);
      if (!state.job?.running) {
        if (seen && state.job?.trouble) showWrong(state.job.trouble);
        return state;
      }
      await new Promise((resolve) => setTimeout(resolve, BETWEEN));
    }
  });
  following = false;
  if (told) ended(told);
}

function showJob(job) {
  const running = Boolean(job?.running);
  document.getElementById("job").hidden = !running;
  if (!running) return;
  const stage = job.stopping ? liveTexts.stopping : job.stage || liveTexts.kinds[job.kind];
  const far = job.total ? ` ${job.done} / ${job.total}` : "";
  const told = document.getElementById("job-told");
  if (told.dataset.stage !== stage) told.dataset.stage = told.textContent = stage; // a reader need not hear each number
  const bar = document.getElementById("job-done");
  if (job.total) [bar.max, bar.value] = [job.total, job.done];
  else bar.removeAttribute("value");
  bar.title = far;
}

document.getElementById("job-stop").addEventListener("click", () => tryTo(() => ask("api/stop", {})));
