# make run: install, live through the demo month, serve the console. make test: install and run every check.
PYTHON ?= python3
BIN := .venv/bin
# Tests wait for brokers, browsers and other processes as long as they reckon: two to a core, eight at most.
TESTERS ?= $(shell $(PYTHON) -c "import os; print(min(2 * (os.cpu_count() or 1), 8))")

ROOMS := channels queues classifiers responders models flows console

.PHONY: run test install check bench soak screens lock model

run: install
	$(BIN)/huiyin demo

test: install check
	$(BIN)/pytest --numprocesses $(TESTERS) --dist loadfile --no-loadscope-reorder

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install
	$(BIN)/python -m bench $(if $(DATA),--data $(DATA)) $(if $(ONLY),--only $(ONLY))

soak: install
	for run in 1 2 3; do $(BIN)/pytest tests/crash --soak --timeout=3600 || exit 1; done

# Pictures of every page, as people meet it in a lived demonstration.
screens: install
	$(BIN)/pytest tests/browser/test_lived_days.py -k accessible --screens docs/screens

model: install
	$(BIN)/huiyin train classifiers/corpus --out classifiers/artifact

install: .venv/installed

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q $(ROOMS)
	touch $@

# Pins every package with hashes for Python 3.11 and later; names no index.
lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet uv
	.venv-lock/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --quiet -o requirements.lock
