# The verbs of Cardinal; the continuous integration uses the same.
# They need Python 3.11 or newer and a package registry, and keep their environment in .venv.

ifndef PYTHON
PYTHON := $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)
endif
SETUP = $(PYTHON) -I platform/cardinal/embedded/bootstrap.py
RUN = .venv/bin/python
MANAGE = $(RUN) manage.py

.PHONY: help demo test lint types schema schema-check bench clean python-ready venv dev-venv
.DEFAULT_GOAL := help
.NOTPARALLEL:

help:
	@echo 'make demo              set everything up and serve Cardinal until Ctrl-C (CARDINAL_PORT, CARDINAL_DATA)'
	@echo 'make test              set everything up and run every check and test'
	@echo 'make lint | types      style and architecture | types of Python and TypeScript'
	@echo 'make schema            write openapi.yaml, events.schema.json and the TypeScript made from them'
	@echo 'make bench NAME=click  run one measurement of bench/'
	@echo 'make clean             remove what the other verbs built; data is kept'

demo: venv
	@$(SETUP) frontend
	@exec $(RUN) -m cardinal.embedded serve --end-with-parent

test: lint types schema-check
	@$(RUN) -m pytest -q
	@$(SETUP) npm run --silent test
	@$(SETUP) frontend
	@CHROMIUM="$$($(SETUP) chromium)" && export CHROMIUM && $(SETUP) npm run --silent e2e

lint: dev-venv
	@$(RUN) -m ruff check
	@$(RUN) -m ruff format --check
	@.venv/bin/lint-imports
	@$(SETUP) npm run --silent lint

types: dev-venv
	@$(RUN) -m mypy
	@$(SETUP) npm exec -- tsc --noEmit

schema: dev-venv
	@$(MANAGE) export_schema
	@$(SETUP) npm run --silent types
	@$(RUN) -m datamodel_code_generator --input openapi.yaml --input-file-type openapi \
		--output client/cardinal_client/types.py --output-model-type typing.TypedDict \
		--target-python-version 3.11 --use-union-operator --use-standard-collections \
		--disable-timestamp --formatters builtin \
		--custom-file-header '"""The API'"'"'s shapes, made from openapi.yaml by `make schema`. Do not edit."""'

# The generated files are made again in place and compared with what was there.
GENERATED = openapi.yaml events.schema.json frontend/src/api client/cardinal_client/types.py
schema-check: dev-venv
	@before=$$(mktemp -d) && trap 'rm -rf "$$before"' EXIT && cp -R $(GENERATED) "$$before" && \
	$(MAKE) --no-print-directory schema >&2 && \
	for made in $(GENERATED); do diff -r "$$before/$$(basename $$made)" "$$made" >&2 || { \
		echo "cardinal: $$made was out of date and is renewed now; commit it." >&2; exit 1; }; done

# -P: a measurement named click must not stand in for a package of that name.
bench: dev-venv
	@test -f 'bench/$(NAME).py' || { echo "cardinal: there is no bench/$(NAME).py; choose NAME from:" \
		$$(cd bench && ls [!_]*.py | sed 's/\.py$$//') >&2; exit 1; }
	@exec $(RUN) -P 'bench/$(NAME).py'

clean:
	@rm -rf .venv frontend/dist frontend/node_modules frontend/test-results
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

venv: python-ready
	@$(SETUP) venv web ml embedded

dev-venv: python-ready
	@$(SETUP) venv web ml embedded train dev
	@$(SETUP) modules

python-ready:
	@test -n '$(PYTHON)' || { echo 'cardinal: Python 3.11 or newer is needed; install it,' \
		'or run make with PYTHON=/path/to/python3.11' >&2; exit 1; }
