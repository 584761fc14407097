# make run PROGRAM=GAME.EXE ARGS="..."   run a DOS program (without PROGRAM: a demo)
# make test                              run all tests
# make lint | bench | clean              checks of style and types; comparison with DOSBox; remove what was built
#
# Each target sets up what it needs in .venv once and works offline afterwards.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
BUILD_REQUIREMENTS := "setuptools>=77" "Cython>=3.1" "cmake>=3.25" ninja wheel
NATIVE := $(shell find hw int21 dosemu -name '*.pyx' -o -name '*.pxd') setup.py $(wildcard dosemu/cpu/unicorn/*.[ch] dosemu/cpu/unicorn/*.py)

.PHONY: run test lint bench clean setup

run: $(VENV)/.built
	@$(BIN)/dosemu $(if $(PROGRAM),run "$(PROGRAM)" $(ARGS),demo)

test: $(VENV)/.test
	@$(BIN)/python -m pytest

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.built
	@$(BIN)/dosemu bench $(ARGS)

setup: $(VENV)/.built

$(VENV)/.venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "dosemu needs Python 3.11 or newer; choose one with make PYTHON=...")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "dosemu: this Python cannot make virtual environments; apt-get install python3-venv" >&2; exit 1; }
	@echo "setting up $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install -U "pip>=25.1"
	@touch $@

$(VENV)/.installed: $(VENV)/.venv pyproject.toml
	@$(PIP) install $(BUILD_REQUIREMENTS)
	@$(PIP) install --no-build-isolation -e .
	@touch $@ $(VENV)/.built

$(VENV)/.built: $(VENV)/.installed $(NATIVE)
	@if [ -n "$(filter-out $(VENV)/.installed,$?)" ]; then $(BIN)/python setup.py -q build_ext --inplace; fi
	@touch $@

$(VENV)/.test: $(VENV)/.built
	@$(PIP) install --group test
	@touch $@

$(VENV)/.lint: $(VENV)/.test
	@$(PIP) install --group lint
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info
	find hw int21 dosemu frontend -name '*.so' -delete
	rm -f dosemu/cpu/unicorn/libunicorn.so.2 dosemu/cpu/unicorn/BUILD.json
