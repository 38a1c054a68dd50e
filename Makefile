# make setup          .venv (and the web app, when it is here); starts nothing, downloads no model
# make run            set-up, a model if none is set, then the product on http://127.0.0.1:8000
# make run GOAL="…"   the same, then one roadmap in the terminal; more words for it: ARGS="--size mini --yes"
# make test           everything: lint, types, contracts, the suite on SQLite and PostgreSQL
# make check          lint, types, contracts only
# make bench          what must be fast, measured
# make chaos          machines that die, people who change their minds: HOURS=1, SEED= for one round again
# make audit          known weaknesses of what the lock files name; asks the package indexes
# make sbom           the software bill of materials, CycloneDX, into dist/
# make fleet          every promise against two APIs, three workers and a scheduler; the suite has a part of it
# make docs           the tables of the docs that are drawn from the code
# make prices         the price table, from the newest genai-prices

.POSIX:
.SUFFIXES:
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test check format docs bench chaos fleet audit sbom prices lock upgrade clean

BIN := .venv/bin
PYTEST_ARGS ?=

# A goal is a person's text: it goes to the recipe through the environment, never through make or the shell.
export RUN_GOAL := $(value GOAL)
export RUN_ARGS := $(value ARGS)
unexport GOAL ARGS

help:
	@sed -n 's/^# make/make/p' Makefile

setup:
	@tools/setup.sh

setup-dev:
	@tools/setup.sh dev

run: setup
	@tools/run.sh

check: setup-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	cd web && npm run --silent check

test: check
	@tools/test.sh $(PYTEST_ARGS)

format: setup-dev
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

bench: setup-dev
	@for file in bench/*.py; do [ -e "$$file" ] || continue; echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

# Round after round, each with a new seed, which it prints.
chaos: setup-dev
	@end=$$(($$(date +%s) + $${HOURS:-1} * 3600)); seed=$${SEED:-$$(date +%s)}; \
	while CHAOS_SEED=$$seed CHAOS_SECONDS=$${ROUND_S:-60} $(BIN)/pytest -q -m chaos tests/chaos; do \
	  if [ -n "$${SEED-}" ] || [ $$(date +%s) -ge $$end ]; then exit 0; fi; \
	  seed=$$((seed + 1)); \
	done; echo "again: make chaos SEED=$$seed" >&2; exit 1

fleet: setup-dev
	$(BIN)/pytest -n 2 --dist worksteal -m fleet tests $(PYTEST_ARGS)

# Both are tried, so that one index that cannot be asked hides nothing of the other.
audit:
	@tools/audit.sh

sbom: setup-dev
	$(BIN)/python -m tools.sbom

docs: setup-dev
	$(BIN)/python -m tools.render_docs

prices: setup-dev
	$(BIN)/python -m tools.refresh_prices

# The same files again from the same requirements; no address in them.
COMPILE = uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
  --all-extras --group build $(LOCK_ARGS) pyproject.toml
lock:
	$(COMPILE) --group dev -o requirements-dev.lock
	$(COMPILE) -c requirements-dev.lock -o requirements.lock

upgrade:
	$(MAKE) lock LOCK_ARGS=--upgrade

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist src/trailwright/web_dist
