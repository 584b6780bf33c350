# Two commands, each does all of its own set-up: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test check clean

demo: $(VENV)/.installed
	@$(BIN)/assetkit process samples --preset xhs-ad --output demo-out --overwrite; \
	  code=$$?; test $$code -le 1 || exit $$code
	@echo; echo "Look into demo-out/: ready/ to upload, review/ to look at, rejected/ for the reasons, manifest.json for all of it."

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -q

# lint, types, import contracts
check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(VENV)/.installed: setup.cfg pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("assetkit needs Python 3.11 or newer: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: setup.cfg pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("assetkit needs Python 3.11 or newer: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) demo-out
