"""Events, trips and places: when and where the photos belong together."""
