# Circletake. `make` alone lists what there is to do.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The newest supported Python that is installed and really runs.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
# The locks are complete, so nothing is resolved again.
PIP := -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement
WEB := $(shell git ls-files web 2>/dev/null || find web -name node_modules -prune -o -type f -print)
# Deploying runs the CDK's own command line, of the version that knows this library's schema.
CDK := npx --yes aws-cdk@2.1148.1
ARGS ?=

.PHONY: help demo test check synth page bench bench-models screenshot deploy destroy browser clean

help: ## List the targets
	@grep -hE '^[a-z.-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z.-]+):.*## (.*)/  \1\t\2/' | expand -t 16

demo: .venv .venv-engine page ## Set up, run the whole pipeline on this laptop, show a card going through (ARGS="--once --json demo.json")
	env -u CIRCLETAKE_STUDIO -u CIRCLETAKE_STACK $(BIN)/circletake demo $(ARGS)

test: .venv .venv-engine .venv-sagemaker page browser ## Set up and run every test
	@echo "Testing with $$($(BIN)/python --version)"
	cd web && npm test
	.venv-sagemaker/bin/python -m pytest --confcutdir tests/tooling tests/tooling
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv .venv-sam page ## Linters, types, and the template as SAM sees it
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd web && npm run check
	$(BIN)/python -m infra.app
	SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam validate --lint --region us-east-1 --template build/cdk.out/Circletake.template.json

synth: .venv page ## Synthesise the stack and print the template's path
	@$(BIN)/python -m infra.app $(ARGS)

bench: .venv .venv-engine .venv-aws page browser ## Measure what is said to be fast (ARGS="--quick --json bench.json")
	$(BIN)/python -m bench $(ARGS)

bench-models: .venv ## Score the models on labelled material (ARGS="--quick --json models.json")
	$(BIN)/python -m bench.models $(ARGS)

page: web/dist/index.html ## Build the review page

screenshot: .venv .venv-engine page browser ## Take the README's pictures of the page
	$(BIN)/python -m docs.screenshot

deploy: .venv page ## Deploy with your AWS credentials: make deploy DIGEST_FROM=dailies@your.domain PRODUCERS=a@…,b@…
	@[ -n "$(DIGEST_FROM)" ] && [ -n "$(PRODUCERS)" ] || { \
		echo "Who sends the digest, and to whom? make deploy DIGEST_FROM=dailies@your.domain PRODUCERS=a@…,b@…" >&2; exit 2; }
	$(BIN)/python -m infra.app -c digest_from=$(DIGEST_FROM) -c producers=$(PRODUCERS)
	$(CDK) deploy --app build/cdk.out $(ARGS)

destroy: .venv ## Remove the stack from AWS; the footage stays, and what is kept is listed
	$(BIN)/python -m infra.destroy $(ARGS)

browser: # Chromium for the page's tests: a system package
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || command -v chromium-browser >/dev/null || { \
		if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq chromium >/dev/null; \
		else echo "The page's tests need Chromium. On Debian or Ubuntu: sudo apt-get install chromium" >&2; exit 1; fi; }

clean: ## Remove everything that was built or installed here
	rm -rf .venv .venv-engine .venv-sam .venv-aws .venv-sagemaker build web/dist web/node_modules .cache

.venv: .venv/.filled
.venv-engine: .venv-engine/.filled
.venv-sam: .venv-sam/.filled
.venv-aws: .venv-aws/.filled
.venv-sagemaker: .venv-sagemaker/.filled
.PHONY: .venv .venv-engine .venv-sam .venv-aws .venv-sagemaker

.venv/.filled: requirements/dev.txt pyproject.toml
	@[ -n "$(PYTHON)" ] || { echo "Circletake needs Python 3.11, 3.12 or 3.13." >&2; exit 1; }
	@echo "Setting up with $$($(PYTHON) --version); the first time this takes a few minutes"
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python $(PIP) requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv-engine/.filled: requirements/engine.txt
	$(PYTHON) -m venv --clear .venv-engine
	.venv-engine/bin/python $(PIP) requirements/engine.txt
	@touch $@

.venv-sam/.filled: requirements/sam.txt
	$(PYTHON) -m venv --clear .venv-sam
	.venv-sam/bin/python $(PIP) requirements/sam.txt
	@touch $@

.venv-aws/.filled: requirements/aws.txt
	$(PYTHON) -m venv --clear .venv-aws
	.venv-aws/bin/python $(PIP) requirements/aws.txt
	@touch $@

.venv-sagemaker/.filled: requirements/sagemaker.txt
	$(PYTHON) -m venv --clear .venv-sagemaker
	.venv-sagemaker/bin/python $(PIP) requirements/sagemaker.txt
	@touch $@

web/node_modules/.filled: web/package-lock.json
	@command -v node >/dev/null || { echo "The page needs Node 20 or newer." >&2; exit 1; }
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/index.html: web/node_modules/.filled $(WEB)
	cd web && npm run build --silent -- --logLevel warn
	@touch $@
