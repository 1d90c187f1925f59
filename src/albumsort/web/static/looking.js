// The page before the first look is over.

follow(({ job }) => {
  if (job?.trouble) showWrong(job.trouble);
  else if (job?.stopping) showWrong(liveTexts.stopped);
  else location.reload();
});
