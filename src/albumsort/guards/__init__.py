"""What is looked at before a run, so that it does not do what nobody meant. It imports no stage."""
