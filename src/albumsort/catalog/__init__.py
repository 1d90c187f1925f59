"""The memory: what is known of each photo, and what was done with it."""
