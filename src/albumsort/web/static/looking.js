// The page before the first look is over.

const UNTIL_FREE = 3000; // milliseconds until it is tried again where another run is at work
const again = document.getElementById("again");

function look() {
  again.hidden = true;
  follow(({ job }) => {
    if (job && !job.trouble && !job.stopping) location.reload();
    showWrong(job?.trouble || liveTexts.stopped);
    again.hidden = false;
    if (job?.busy) setTimeout(lookAgain, UNTIL_FREE);
  });
}

async function lookAgain() {
  if (await tryTo(() => ask("api/look", {}))) look();
}

again.addEventListener("click", lookAgain);
look();
