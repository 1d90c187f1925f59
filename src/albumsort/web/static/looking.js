// The page before the first look is over.

const again = document.getElementById("again");

function look() {
  again.hidden = true;
  follow(({ job }) => {
    if (job && !job.trouble && !job.stopping) location.reload();
    showWrong(job?.trouble || liveTexts.stopped);
    again.hidden = false;
  });
}

again.addEventListener("click", async () => {
  if (await tryTo(() => ask("api/look", {}))) look();
});
look();
