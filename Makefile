# `make` sets everything up and does the main job; `make test` sets everything up and tests it.
# Nothing but Python 3.11 or newer, git and make is needed beforehand. Tests that need Java, Chromium or Node are left
# out where these are missing, and say so.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: all test setup catalog example schema vectors docs docs.db lock lint fix wheel benchmark lighthouse clean

all: catalog example

# What the main job needs; `setup` is everything, tests included.
.venv/.run: requirements/run.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ratecard needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) install --require-hashes -r requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q src
	touch $@

setup: .venv/.ready .venv/litellm/.ready .venv/clients/.ready tests/node/node_modules/.ready

.venv/.ready: .venv/.run requirements/dev.txt
	$(PIP) install --require-hashes -r requirements/dev.txt
	touch $@

# LiteLLM, which only its example and what is written for it are tested with, lives apart.
.venv/litellm/.ready: .venv/.run requirements/litellm.txt
	test -x .venv/litellm/bin/python || $(PYTHON) -m venv .venv/litellm
	.venv/litellm/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes -r requirements/litellm.txt
	touch $@

# So do the libraries of APIs and frameworks, whose own objects are priced in a test.
.venv/clients/.ready: .venv/.run requirements/clients.txt
	test -x .venv/clients/bin/python || $(PYTHON) -m venv .venv/clients
	.venv/clients/bin/python -m pip --quiet --disable-pip-version-check install --no-compile --require-hashes -r requirements/clients.txt
	touch $@

# OpenAI's SDK for TypeScript, which the snippets of the site are run with. Without npm the tests of them are left out.
tests/node/node_modules/.ready: tests/node/package-lock.json
	if command -v npm >/dev/null; then npm ci --prefix tests/node --ignore-scripts --no-audit --no-fund --loglevel=error && touch $@; fi

catalog: .venv/.run
	$(BIN)/ratecard build
	$(BIN)/ratecard site

example: catalog
	$(BIN)/ratecard cost ideogram/ideogram-v2-edit images=100
	$(BIN)/ratecard route --need edit --need mask images=10

test: setup
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

schema: setup
	$(BIN)/python -m ratecard.cards.schema.json_schema catalog
	$(BIN)/python -m ratecard.cards.schema.typed_words catalog src/ratecard/core/words.py

vectors: setup
	cd tests && ../$(BIN)/python -m vectors.make

# The small catalog with frozen prices that the documents show.
docs.db: .venv/.run
	$(BIN)/ratecard build --catalog docs/catalog --db docs.db

docs: setup docs.db
	$(BIN)/ratecard build
	$(BIN)/python docs/regenerate.py docs.db catalog.db

lint: setup
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

fix: setup
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .

wheel: setup
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

benchmark: catalog
	$(BIN)/python benchmarks/run.py

# Needs npm and Chromium; puts what it finds into docs/site.md.
lighthouse: catalog
	$(BIN)/python benchmarks/lighthouse.py --write

# Needs `uv`, and is only for whoever changes the dependencies in pyproject.toml.
LOCK := uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11
lock:
	$(LOCK) --group build pyproject.toml --output-file requirements/run.txt
	$(LOCK) --all-extras --group dev pyproject.toml --output-file requirements/dev.txt
	$(LOCK) --group pyproject.toml:litellm --output-file requirements/litellm.txt
	$(LOCK) --group pyproject.toml:clients --output-file requirements/clients.txt

clean:
	rm -rf .venv catalog.db .catalog.db.manifest docs.db .docs.db.manifest .site.manifest dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find site -mindepth 1 ! -name README.md -delete
