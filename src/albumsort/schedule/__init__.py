"""Jobs that run every night: what cron, systemd and launchd want to be told."""
