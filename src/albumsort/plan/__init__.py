"""One decision a photo, as a pure function of what is known, and its views: the CSV report and the summary."""
