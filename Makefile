# The two commands of the README are `make demo` and `make test`. Each sets itself up.
PYTHON ?= python3
# Tests run on all cores; to debug one: make test PYTEST_ARGS="-x -k name"
PYTEST_ARGS ?= -n auto --dist worksteal
# Where `make search` begins, how many times the examples of `make test` it tries, how many lives.
SEED := $(or $(SEED),$(shell date +%s))
TIMES ?= 10
LIVES ?= 500
VENV := .venv
BIN := $(VENV)/bin
PIP := install -qq --disable-pip-version-check --only-binary :all: --require-hashes
LOCK = $(BIN)/uv pip compile --quiet --system-certs --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
INSTALL = $(BIN)/uv pip install --quiet --system-certs --python $(BIN)/python
# Warnings are errors: a link to a page, a heading or a file that does not exist fails.
SPHINX = $(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --conf-dir docs/site --doctree-dir .sphinx/pages
# Where workflows and actions are, those that `escalate init` lays down among them.
WORKFLOWS := .github action.yml

# Byte code is kept, or each process of the tests would compile all tests and libraries again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help

.PHONY: help demo test lowest thorough words search sweep coverage lint format schemas docs site cast bench races attacks mutants lock dist sbom contracts pictures clean

help: ## Say what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

# The venv with uv, pinned by hash. Without pip in it, this takes a third of the time.
$(BIN)/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; try: make PYTHON=python3.12")'
	@echo "Setting up $(VENV) (once, a few seconds) ..."
	@$(PYTHON) -m pip --version > /dev/null 2>&1 \
		&& $(PYTHON) -m venv --without-pip $(VENV) && $(PYTHON) -m pip --python $(BIN)/python $(PIP) -r $< \
		|| { $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip $(PIP) -r $<; }
	@touch $@

$(VENV)/.demo: pyproject.toml $(BIN)/uv
	@$(INSTALL) --editable '.[sandbox]'
	@touch $@

$(VENV)/.ready: pyproject.toml $(BIN)/uv
	@echo "Installing what the tests and the linters need (once, a minute at most) ..."
	@$(INSTALL) --editable '.[dev]'
	@touch $@ $(VENV)/.demo

demo: $(VENV)/.demo ## Show a whole escalation in a sandbox on this machine
	@$(BIN)/escalate demo

test: $(VENV)/.ready ## Run the tests
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

lowest: $(BIN)/uv ## Run the tests with the oldest versions that pyproject.toml allows
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(VENV)/lowest
	@$(BIN)/uv pip install --quiet --system-certs --python $(VENV)/lowest --resolution lowest-direct --editable '.[test]'
	@$(VENV)/lowest/bin/python tests/distribution/floors.py
	@$(VENV)/lowest/bin/python -m pytest $(PYTEST_ARGS)

thorough: $(VENV)/.ready ## Run the cases that `make test` leaves out (minutes)
	@$(BIN)/python -m pytest $(PYTEST_ARGS) --cases=others

search: $(VENV)/.ready ## Try new examples and new random scenarios
	@echo "Seed $(SEED). To repeat this search: make search SEED=$(SEED) TIMES=$(TIMES) LIVES=$(LIVES)"
	@ESCALATE_SEARCH=$(TIMES) ESCALATE_LIVES=$(LIVES) $(BIN)/python -m pytest $(PYTEST_ARGS) \
		-m hypothesis --hypothesis-profile=search --hypothesis-seed=$(SEED)

sweep: $(VENV)/.ready ## Break every call of a run in every way (an hour)
	@PYTHONPATH=tests:. nice -n 5 $(BIN)/python -m sweep $(SWEEP_ARGS)

coverage: $(VENV)/.ready ## Run the tests and print the branch coverage
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest $(PYTEST_ARGS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --format=total

words: $(VENV)/.ready ## List the words that people read and no golden holds
	@$(BIN)/python tests/words/__main__.py $(WORDS)

lint: $(VENV)/.ready ## Lint code, links and workflows, check types and the imports between folders
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(SPHINX) -b dummy . .sphinx/checked
	@$(BIN)/actionlint
	@$(BIN)/zizmor --offline --quiet --persona auditor $(WORKFLOWS)

format: $(VENV)/.ready ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

schemas: $(VENV)/.ready ## Write schemas/ anew from the models
	@$(BIN)/escalate schema --write schemas --outputs

site: $(VENV)/.ready ## Build the documentation site in _site
	@$(SPHINX) -b html . _site
	@echo "Open _site/index.html"

cast: $(VENV)/.ready ## Write the recordings that the README and the tutorial show
	@COLUMNS=80 $(BIN)/python docs/cast.py
	@$(BIN)/python tests/docs/open_cast.py

docs: $(VENV)/.ready ## Write the pages of docs/reference anew from the code
	@$(BIN)/python docs/generate.py

attacks: $(VENV)/.ready ## Take out each check of people's rights; a test must fail for each (minutes)
	@nice -n 5 $(BIN)/python tests/mutants/attacks.py $(ATTACKS_ARGS)

mutants: $(VENV)/.ready attacks ## Change the code in many small ways; a test must fail for each (an hour)
	@nice -n 5 $(BIN)/python tests/mutants/run.py $(MUTANTS_ARGS)

pictures: $(VENV)/.ready ## Write a PNG of every page that people look at, and those of the README
	@$(BIN)/python tests/browser/pictures.py $(PICTURES)

races: $(VENV)/.ready ## Start several runs at the same moment, 20 times each (minutes)
	@cd tests && PYTHONPATH=. ../$(BIN)/python -m races $(RACES_ARGS)

bench: $(VENV)/.ready ## Print call counts and ratios
	@$(BIN)/python -m benchmarks

lock: $(BIN)/uv ## Renew the locks in requirements/ with the newest versions
	@$(LOCK) requirements/uv.in --output-file requirements/uv.txt
	@$(LOCK) requirements/build.in --output-file requirements/build.lock
	@$(LOCK) requirements/release.in --output-file requirements/release.lock
	@$(LOCK) requirements/board.in --output-file requirements/board.lock
	@$(LOCK) pyproject.toml --output-file requirements/run.lock

dist: $(BIN)/uv ## Build the packages of a release
	@rm -rf dist
	@$(BIN)/uv build --quiet --no-config --system-certs --require-hashes --build-constraints requirements/build.lock --out-dir dist .

sbom: $(BIN)/uv ## Write the bill of materials of a release
	@$(BIN)/uv tool run --quiet --no-config --system-certs --python $(BIN)/python --with-requirements requirements/release.lock --from cyclonedx-bom \
		cyclonedx-py requirements requirements/run.lock --pyproject pyproject.toml --output-reproducible --output-file sbom.cdx.json

contracts: $(VENV)/.ready ## Renew the vendors' descriptions in tests/contract from the folder $$ESCALATE_CONTRACTS
	@$(BIN)/python tests/contract/prune.py "$(ESCALATE_CONTRACTS)"

clean: ## Remove what make made
	@rm -rf $(VENV) .sphinx _site dist sbom.cdx.json .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage* .mutants pictures
