"""What people see in a browser. As the command line, it calls the pipeline and shows; nothing is decided here."""
