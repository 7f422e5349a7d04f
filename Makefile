# Every target sets up what it needs: the virtual environment in .venv, locked dependencies, system libraries.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help setup demo test check bench desktop interop clean
help:
	@echo "make demo | test | check | bench | desktop | interop"

$(VENV)/.ready: requirements-dev.txt pyproject.toml installer/setup.sh
	bash installer/setup.sh $(PYTHON) $(VENV)
	@touch $@

setup: $(VENV)/.ready

demo: setup
	$(BIN)/qingnang demo

test: setup
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n 2 --dist loadfile

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/limits.py

bench: setup
	QT_QPA_PLATFORM=offscreen $(BIN)/python benchmarks/run.py

desktop: setup
	bash tests/desktop/run.sh

interop: setup
	bash tests/interop/run.sh

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache demo-output
