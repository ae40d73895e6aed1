# Everything runs in .venv, made on first use from the locked versions in requirements/.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.DEFAULT_GOAL := help
ARGS ?=

.PHONY: help run demo bench test faults mutants lint tour lock clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.console ## start the console
	@$(BIN)/python -m gui $(ARGS)

demo: $(VENV)/.console ## start a demonstration in a folder of its own, with sample athletes
	@$(BIN)/python -m gui --demo $(ARGS)

test: $(VENV)/.dev ## run all tests (starts private RabbitMQ nodes where RabbitMQ is installed)
	@$(BIN)/python -m tests.run $(ARGS)

faults: $(VENV)/.dev ## the fault suite, its long part included: kills, cuts, floods, full disks (about an hour)
	@$(BIN)/python -m pytest tests/faults -m "slow or not slow" --timeout 1800 $(ARGS)

mutants: $(VENV)/.dev ## plant small mistakes in the code, to see whether a unit test notices each (ARGS=core/outbox: there only)
	@nice -n 10 $(BIN)/python -m tests.mutants $(ARGS)

lint: $(VENV)/.dev ## format, lint and type checks
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

bench: $(VENV)/.bench ## measure speed, as ratios beside peers in the same run
	@$(BIN)/python -m tests.bench $(ARGS)

tour: $(VENV)/.dev ## play the guided tour offscreen, and write docs/tour.gif and its stills
	@$(BIN)/python -m tests.film

lock: $(VENV)/.dev ## renew the locked versions
	@$(PIP) install uv
	@for set in headless: console:gui,files dev:gui,files,dev bench:gui,files,dev,bench; do \
	  extras=$$(printf '%s' "$${set#*:}" | tr ',' '\n' | sed '/^$$/d; s/^/--extra /'); \
	  $(BIN)/uv pip compile pyproject.toml $$extras --universal --generate-hashes --python-version 3.11 \
	    --no-strip-extras --custom-compile-command "make lock" -q -o requirements/$${set%%:*}.txt || exit 1; \
	done

clean: ## remove the virtual environment and caches
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage htmlcov

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Paceline needs Python 3.11 or newer; say which with: make PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV) || { echo "Python cannot make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }

$(VENV)/.console: requirements/console.txt | $(BIN)/python
	@echo "Installing Paceline's libraries into $(VENV) (once)"
	@$(PIP) install -r requirements/console.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(BIN)/python
	@echo "Installing the libraries for development into $(VENV) (once)"
	@$(PIP) install -r requirements/dev.txt
	@touch $@ $(VENV)/.console

$(VENV)/.bench: requirements/bench.txt $(VENV)/.dev
	@echo "Installing the peers to measure beside into $(VENV) (once)"
	@$(PIP) install -r requirements/bench.txt
	@touch $@
