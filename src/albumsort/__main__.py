"""``python -m albumsort``."""

from albumsort.cli.main import run

if __name__ == "__main__":
    run()
