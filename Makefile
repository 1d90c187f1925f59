# make demo                   install into .venv, sort a small demo library, show the albums
# make demo PHOTOS=~/Photos   preview your own photos; none of them is touched
# make test                   install what the tests need and run them all
# CPU=1 with any of them      take the small CPU build of torch instead of the CUDA one

PYTHON ?= python3
VENV ?= .venv
PHOTOS ?=
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check
TORCH := $(if $(CPU),$(PIP) --index-url https://download.pytorch.org/whl/cpu torch torchvision)

# The demo's own state folder keeps it out of the home directory.
SCAN := $(BIN)/albumsort scan demo/Photos --state demo/state

# Other programs that tests ask what albumsort wrote. Where they cannot be installed without a password, those are skipped.
PROGRAMS := exiftool exiv2 chromium chromedriver
PACKAGES := libimage-exiftool-perl exiv2 chromium chromium-driver

.PHONY: demo demo-library preview test types suite programs clean
# A virtual environment that was begun and failed is begun again.
.DELETE_ON_ERROR:

demo: $(if $(PHOTOS),preview,demo-library)

demo-library: $(VENV)/.installed-demo
	@rm -rf demo/Photos demo/state
	$(BIN)/python scripts/make_demo.py demo/Photos
	$(SCAN) --report demo/report.csv
	$(SCAN) --action symlink
	@$(BIN)/python scripts/show_tree.py demo/Photos/Albums
	@echo "The preview, one row a photo: demo/report.csv"

# The path comes through the environment, so that it may hold spaces; not every shell has put the home directory for ~.
preview: export PHOTOS := $(PHOTOS)
preview: $(VENV)/.installed-demo
	@mkdir -p demo
	@photos=$$PHOTOS; case $$photos in "~" | "~/"*) photos=$$HOME$${photos#"~"} ;; esac; \
	$(BIN)/albumsort scan --report demo/preview.csv -- "$$photos"
	@echo "The preview, one row a photo: demo/preview.csv"

test: $(VENV)/.installed-test programs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	@$(MAKE) --no-print-directory --jobs=2 types suite

# mypy takes a minute of one processor, which the tests can use besides.
types:
	$(BIN)/mypy

suite:
	$(BIN)/pytest --numprocesses logical --maxprocesses 4

programs:
	@which $(PROGRAMS) > /dev/null 2>&1 || [ "$$(id -u)" != 0 ] || ! command -v apt-get > /dev/null || \
	(apt-get update --quiet=2 && apt-get install --quiet=2 --yes --no-install-recommends $(PACKAGES)) > /dev/null || \
	echo "$(PROGRAMS): not installed; tests that ask them are skipped"

# Installed again only when pyproject.toml or a catalog of messages, which the installation compiles, has changed.
$(VENV)/.installed-%: pyproject.toml $(wildcard src/albumsort/locale/*/LC_MESSAGES/*.po) | $(BIN)/python
	$(TORCH)
	$(PIP) --editable ".[$*]"
	@touch $@

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

clean:
	rm -rf .venv demo build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find src tests scripts benchmarks -name __pycache__ -prune -exec rm -rf {} +
