# `make run` starts Sociogram, `make test` tests it; both make what they need. GNU make and a POSIX shell.

BIN := .venv/bin
PYTHON ?=
PYTHONS := $(or $(PYTHON),python3.13 python3.14 python3.12 python3.11 python3 python)
PIP := $(BIN)/python -m pip --disable-pip-version-check
COMPILE := uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header

# the commands of a host, so that a laptop starts what a host starts
WEB := $(shell sed -n 's/^web: *//p' Procfile)
RELEASE := $(shell sed -n 's/^release: *//p' Procfile)

.PHONY: help run install unit test nightly lint types docs check lock clean

help:
	@echo "make run    start Sociogram at http://127.0.0.1:8000 (another port: make run PORT=8080;"
	@echo "            with fakes in the place of real services, to try them out: make run FAKE_SERVICES=1)"
	@echo "make unit   the quick tests, which open no browser and no socket: a minute"
	@echo "make test   all tests, with coverage; finds or starts Chromium, Postgres and Redis"
	@echo "make nightly  the same with huge worlds and many more examples"
	@echo "make lint   ruff: rules and format"
	@echo "make types  mypy"
	@echo "make docs   the documentation, into docs/_build"
	@echo "make check  all four"
	@echo "make lock   pin requirements.in and requirements-test.in, with hashes (needs uv)"
	@echo "make clean  remove what the tools leave behind; .venv and your data stay"

install: .venv/installed-test

# ---- run

define PORT_IS_FREE
import os, socket, sys
host, port = os.environ["BIND_HOST"].strip("[]"), os.environ["PORT"]
try:
    socket.create_server((host, int(port)), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
except (ValueError, OverflowError):
    sys.exit(f"PORT={port!r} is no port: use a number from 1024 to 65535, as in `make run PORT=8080`.")
except OSError as error:
    sys.exit(f"Sociogram cannot listen at {host}:{port} ({os.strerror(error.errno)}): stop what runs there, or choose "
             "another port with `make run PORT=8080`.")
endef
export PORT_IS_FREE

# Only this machine can reach what `make run` starts; a host sets no BIND_HOST and gets every interface.
run: export BIND_HOST ?= 127.0.0.1
run: export PORT ?= 8000
run: .venv/installed
	@$(BIN)/python -c "$$PORT_IS_FREE"
	@$(BIN)/python -m $(RELEASE)
	@$(BIN)/python -m flask --app dashapp demo
	@exec $(BIN)/python -m $(WEB)

# ---- .venv: made once, again when a requirements file changed or its Python is gone

ifneq ($(shell $(BIN)/python -c 'print("runs")' 2>/dev/null),runs)
.PHONY: .venv/installed .venv/installed-test
endif

# `-c` and not `which`: a pyenv shim stands on PATH for versions that do not run
.venv/installed: requirements.txt
	@if ! $(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    found=; \
	    for python in $(PYTHONS); do \
	        if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	    done; \
	    if [ -z "$$found" ]; then \
	        echo "Sociogram needs Python 3.11 or newer, and none of these runs here: $(PYTHONS)." >&2; \
	        echo "Install one, or name it: make run PYTHON=/path/to/python3" >&2; exit 1; \
	    fi; \
	    if ! $$found -c 'import ensurepip, venv' 2>/dev/null; then \
	        echo "$$($$found --version) has no venv module: install it (Debian, Ubuntu: apt-get install python3-venv)." >&2; exit 1; \
	    fi; \
	    echo "Making .venv with $$($$found --version)"; \
	    $$found -m venv --clear .venv || exit 1; \
	fi
	@echo "Installing requirements.txt into .venv: about a minute, only this once"
	@$(PIP) install --quiet --require-hashes -r requirements.txt
	@touch $@

.venv/installed-test: requirements-test.txt .venv/installed
	@echo "Installing requirements-test.txt into .venv"
	@$(PIP) install --quiet --require-hashes -r requirements.txt -r requirements-test.txt
	@touch $@

# ---- checks

# A worker a core, for each has to import everything first; up to what a Redis has databases for. A worker that has
# nothing left takes from another; until then modules stay together, so that what they share is made once.
# Without bytecode, workers and the programs that tests start would compile everything anew.
WORKERS := $(shell getconf _NPROCESSORS_ONLN)
PYTEST = env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest \
    --numprocesses=$(WORKERS) --maxprocesses=16 --dist=worksteal --durations=10

unit: .venv/installed-test
	@$(PYTEST) -m "not (browser or postgres or redis or server or slow or nightly)"

# Of analytics every line and branch, which its own tests reach: they run beside the others, and what they say comes
# last. One worker more than cores for the others, some of which wait for other processes.
# BRANCHES=--cov-branch counts the branches of dashapp too.
test: ANALYTICS = .venv/analytics-tests
test: .venv/installed-test
	@COVERAGE_FILE=$(ANALYTICS).coverage $(PYTEST) --numprocesses=0 analytics tests/analytics --cov=analytics \
	    --cov-branch --cov-fail-under=100 --cov-report=term-missing:skip-covered >$(ANALYTICS).log 2>&1 & analytics=$$!; \
	trap 'kill $$analytics 2>/dev/null' EXIT; trap 'exit 130' INT TERM; \
	$(BIN)/python -m tests.needs -- $(PYTEST) --numprocesses=$$(( $(WORKERS) + 1 )) tests -m "not nightly" \
	    --ignore=tests/analytics --cov=dashapp $(BRANCHES) --cov-report=term:skip-covered; others=$$?; \
	wait $$analytics; status=$$?; trap - EXIT; cat $(ANALYTICS).log; \
	if [ $$others -ne 0 ]; then echo "The tests of dashapp failed: see above those of analytics." >&2; exit $$others; fi; \
	exit $$status

nightly: export TEST_KILLS = 20
nightly: .venv/installed-test
	@$(BIN)/python -m tests.needs -- $(PYTEST) --hypothesis-profile=nightly --timeout=3600

lint: .venv/installed-test
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .

types: .venv/installed-test
	@$(BIN)/python -m mypy

docs: .venv/installed-test
	@$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build

# one after the other, even with -j; the tests last, so that their verdict is the last line
check:
	@$(MAKE) lint
	@$(MAKE) types
	@$(MAKE) docs
	@$(MAKE) test

# ---- upkeep

lock:
	@uv --version >/dev/null 2>&1 || { echo "make lock needs uv: install it with 'pipx install uv'." >&2; exit 1; }
	@$(COMPILE) requirements.in -o requirements.txt
	@$(COMPILE) requirements-test.in -o requirements-test.txt

clean:
	rm -rf docs/_build htmlcov .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find analytics dashapp tests migrations docs -name __pycache__ -type d -prune -exec rm -rf {} +
