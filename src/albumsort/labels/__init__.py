"""Probabilities to categories and tags, by the YAML label table. Knows nothing of files."""
