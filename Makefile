# Two commands: `make demo` sets everything up and tunes a random forest; `make test` runs the whole suite.
PYTHON ?= python3
BIN := .venv/bin

LOCK := tests/versions/locked.txt
UV := .venv-uv/bin/uv

.PHONY: demo test quick check bench lock newest oldest
.DEFAULT_GOAL := demo

.venv/ready: pyproject.toml $(LOCK)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "autotune needs Python 3.11 or later; say which: make PYTHON=python3.12 demo")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint $(LOCK) --upgrade pip
	$(BIN)/pip install --quiet --constraint $(LOCK) --build-constraint $(LOCK) --editable '.[dev]'
	$(BIN)/pip install --quiet --no-deps --target .venv/oldest-optuna optuna==4.5.0  # the suite runs jobs on both majors
	touch $@

demo: .venv/ready
	@$(BIN)/python benchmarks/demo.py

# scikit-learn's, XGBoost's and LightGBM's threads are capped, so that parallel tests do not fight over the cores.
# Three at once on two cores: a third of the time tests wait for processes, timeouts and clusters.
test: .venv/ready check
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 3 --dist worksteal

quick: .venv/ready
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 -m 'not slow'

check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/ready
	$(BIN)/python -m benchmarks

# The versions of today, one of each package for every Python: what `make demo` and `make test` install from now on.
lock: $(UV)
	$(UV) pip compile --quiet --upgrade --extra dev --universal --python-version 3.11 --fork-strategy fewest \
	  --no-emit-index-url --custom-compile-command 'make lock' --output-file $(LOCK) pyproject.toml

newest: $(UV)
	$(UV) venv --quiet --clear --python $(PYTHON) .venv-newest
	$(UV) pip install --quiet --python .venv-newest --editable '.[dev]'
	OMP_NUM_THREADS=1 .venv-newest/bin/python -m pytest -n 3 --dist worksteal

oldest: $(UV)
	$(UV) venv --quiet --clear --python $(PYTHON) .venv-oldest
	$(UV) pip install --quiet --python .venv-oldest --resolution lowest-direct \
	  --constraint tests/versions/oldest.txt --editable '.[dev]'
	OMP_NUM_THREADS=1 .venv-oldest/bin/python -m pytest -n 3 --dist worksteal

$(UV):
	$(PYTHON) -m venv .venv-uv
	.venv-uv/bin/pip install --quiet 'uv>=0.9'
