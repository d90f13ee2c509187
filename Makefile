# Two commands for a fresh machine with Python 3.11+, git and make: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
TEST_VENV := .venv-test
BIN := $(TEST_VENV)/bin

# Servers, browsers and other people's programs: what fails once is tried once more, alone, and must pass then.
twice = $(BIN)/python -m pytest $(1) || { echo "once more, what failed:"; $(BIN)/python -m pytest $(1) --last-failed; }

.PHONY: demo test test-partners lint gate clean

demo: $(VENV)/.done  ## set up and scan a page that ships with the project
	$(VENV)/bin/moderation scan data/samples/news_page.html

$(VENV)/.done: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check .
	touch $@

# torch is asked for by its exact version first: a range would bring a build with gigabytes of CUDA.
$(TEST_VENV)/.done: pyproject.toml
	$(PYTHON) -m venv $(TEST_VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,train]'
	touch $@

test: $(TEST_VENV)/.done lint  ## set up, check the code, run all tests and the gate
	$(call twice,--ignore tests/partners -m 'not partners')
	$(MAKE) --no-print-directory gate

lint: $(TEST_VENV)/.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

gate: $(TEST_VENV)/.done  ## quality and extraction may not fall below the pinned floors
	$(BIN)/python -m benchmarks.floors $(GATE_ARGS)

test-partners: $(TEST_VENV)/.done  ## real WordPress, browser and API clients; installs system packages, needs root
	bash tests/partners/install.sh
	$(BIN)/python -m pip install --quiet --disable-pip-version-check playwright
	$(call twice,tests/partners -m partners -rs)
	$(call twice,tests/report -m partners -rs)

clean:
	rm -rf $(VENV) $(TEST_VENV) dist build
