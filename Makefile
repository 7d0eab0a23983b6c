# Two commands matter: `make run` and `make test`. Both prepare whatever they need.
.DEFAULT_GOAL := help
SHELL := /bin/sh

NEWEST := python3.11 python3.12 python3.13 python3.14 python3
PYTHON ?= $(shell for python in $(NEWEST); do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$python; break; }; done)
VENV := .venv/bin
LOCKS := dev local base prod installer

.PHONY: help run test check format lock messages openapi assets clean python environment

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

run: python ## start Schools24 with a demo school at http://localhost:8000 (PORT, HOST)
	@$(PYTHON) -I schools24/bootstrap.py local
	@exec $(VENV)/python -m schools24.supervisor

test: environment ## run all tests, in parallel, on a real PostgreSQL and Redis
	@$(VENV)/python -m schools24.assets
	@$(VENV)/python -m schools24.messages
	@$(VENV)/python -m pytest -q -n logical $(ARGS)

check: environment ## lint, types, import contracts, migrations, templates, deploy check, OpenAPI
	@$(VENV)/python -m schools24.assets
	@$(VENV)/python -m schools24.checks

format: environment ## put code and templates into their one form
	@$(VENV)/ruff check --quiet --fix . || true
	@$(VENV)/ruff format --quiet .
	@find templates -name '*.html' | xargs $(VENV)/djade --target-version 5.2

lock: environment ## compile requirements/*.in into locks with hashes
	@cd requirements && for name in $(LOCKS); do \
		$(abspath $(VENV))/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
			$$name.in $$(test $$name = dev || echo -c dev.txt) --output-file $$name.txt $(ARGS) || exit 1; done
	@! grep -n '://\|file:' requirements/*.txt

messages: environment ## bring locale/ up to date with the strings in code and templates
	@$(VENV)/python -m schools24.messages collect

openapi: environment ## write docs/openapi.yaml from the code
	@DATABASE_URL=postgresql://localhost/none REDIS_URL=redis://localhost/0 \
		$(VENV)/python manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

assets: environment ## fetch the front-end files into static/vendor
	@$(VENV)/python -m schools24.assets --force

clean: ## stop the embedded servers and remove what was built; var/ with the data stays
	@for var in var var/test; do test ! -d $$var || $(VENV)/python -m schools24.embedded stop $$var; done
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf node_modules static/vendor staticfiles var/test
	find apps schools24 -name __pycache__ -type d -prune -exec rm -rf {} +

environment: python
	@$(PYTHON) -I schools24/bootstrap.py dev

python:
	@test -n "$(PYTHON)" || { \
		echo "Schools24 needs Python 3.11 or newer. To install it:"; echo; \
		echo "    sudo apt-get install python3 python3-venv   # Debian 12, Ubuntu 24.04 and newer"; \
		echo "    brew install python@3.13                    # macOS"; echo; exit 1; }
