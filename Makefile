# Jobvej: `make report` and `make test` need Python 3.11, 3.12 or 3.13, git and make, nothing else.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHONS := 3.11 3.12 3.13
PYTHON ?= $(shell for p in python3 $(PYTHONS:%=python%) python; do \
	$$p -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] not in "$(PYTHONS)".split())' 2>/dev/null \
	&& { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

HEADLINE := --reform no-focus-targets --reform fewer-target-groups --reform cut-3bn --reform refund-change \
	--reform headline
# The main job; every option can be changed: make report SCALE=1 TO=2035-W52
FROM ?= 2024-W01
TO ?= 2030-W52
SCALE ?= 0.04
SEED ?= 1
DRAWS ?= 6
REPLICATES ?= 2
OUT ?= results/headline

# The reference report in results/reference/: all reforms, many draws of the ensemble; half an hour on two cores
REFERENCE_SCALE ?= 0.05
REFERENCE_DRAWS ?= 12
REFERENCE_REPLICATES ?= 2
REFERENCE_TO ?= 2032-W52
REFERENCE_RUN ?= results/reference-run

.PHONY: help report reference picture test fuzz pythons bench install docs lock clean

help:  ## show what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(READY)  ## create .venv with the locked packages and Jobvej itself

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Jobvej is tested on Python $(PYTHONS), and none is here;" \
		"another: make PYTHON=/path/to/python3" >&2; exit 2; }
	@echo "Installing into $(VENV) (a minute or two the first time) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

report: $(READY)  ## run baseline and the headline reforms, write the report, print its path
	@$(BIN)/jobvej compare $(HEADLINE) --from $(FROM) --to $(TO) --scale $(SCALE) --seed $(SEED) \
		--replicates $(REPLICATES) --draws $(DRAWS) --out $(OUT)
	@$(BIN)/jobvej report $(OUT) --lang da
	@$(BIN)/jobvej report $(OUT) --lang en

reference: $(READY)  ## make results/reference/ anew: reports of the headline reforms over the ensemble, with frontier and sensitivity
	@$(BIN)/jobvej compare $(HEADLINE) --from $(FROM) --to $(REFERENCE_TO) --scale $(REFERENCE_SCALE) \
		--seed $(SEED) --replicates $(REFERENCE_REPLICATES) --draws $(REFERENCE_DRAWS) --out $(REFERENCE_RUN)
	@$(BIN)/jobvej frontier --scale 0.01 --out $(REFERENCE_RUN)/frontier
	@$(BIN)/jobvej sensitivity --reform headline --measure mean_duration --points 64 --scale 0.01 \
		--out $(REFERENCE_RUN)/sensitivity
	@mkdir -p results/reference
	@for lang in da en; do \
		$(BIN)/jobvej report $(REFERENCE_RUN) --lang $$lang; \
		$(BIN)/jobvej report $(REFERENCE_RUN) --lang $$lang --format pdf --audience brief; \
		cp $(REFERENCE_RUN)/report-$$lang.html $(REFERENCE_RUN)/report-$$lang-appendix.html \
			$(REFERENCE_RUN)/report-$$lang.xlsx $(REFERENCE_RUN)/report-brief-$$lang.pdf results/reference/; \
	done
	@$(BIN)/jobvej report $(REFERENCE_RUN) --lang da --municipality Hjørring --audience brief --format pdf
	@cp $(REFERENCE_RUN)/report-860-brief-da.pdf results/reference/

# What README.md shows is what its command makes
picture: $(READY)  ## draw docs/report.png from the results of make report: page one
	@$(BIN)/jobvej report $(OUT) --lang en --format pdf --audience brief
	@$(BIN)/python -c "import pymupdf; pymupdf.open('$(OUT)/report-brief-en.pdf')[0].get_pixmap(dpi=110).save('docs/report.png')"

test: $(READY)  ## style, format, types and every test; stops at the first that fails
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python -m sim.engine.first_start & $(BIN)/mypy && wait $$!  # compiled once, while types are checked
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder  # the longest files first: conftest.py

CASES ?= 10000
fuzz: $(READY)  ## try to break it: mutated input through every way in (ten minutes; figures for docs/trust.md)
	@$(BIN)/python -m fuzz --cases $(CASES)

# PACKAGES: those locked, the oldest or newest that pyproject.toml allows, or plain: what pip install . brings, on one Python
PACKAGES ?= locked
pythons: $(READY)  ## a small run and its reports on each Python of this machine, in .cache/pythons
	@$(BIN)/python tests/pythons.py --packages $(PACKAGES) $(PYTHONS)

bench: $(READY)  ## measure speed and memory (about ten minutes on an idle machine), write docs/performance.md
	@$(BIN)/python -m bench

docs: $(READY)  ## write the generated documents anew (docs/odd.md, docs/catalogue.md)
	@$(BIN)/python docs/generate_odd.py
	@$(BIN)/python docs/generate_catalogue.py

# UPGRADE=--upgrade takes the newest versions instead of keeping those that still fit
UPGRADE ?=
lock: $(READY)  ## resolve requirements.lock anew from pyproject.toml, one file for all Pythons and systems
	@mkdir -p .cache && cp requirements.lock .cache/requirements.txt
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version $(firstword $(PYTHONS)) \
		--generate-hashes --no-emit-index-url --no-header --no-annotate --quiet $(UPGRADE) -o .cache/requirements.txt
	@{ head -n 2 requirements.lock; cat .cache/requirements.txt; } > .cache/requirements.lock
	@mv .cache/requirements.lock requirements.lock

clean:  ## remove the environment and what runs left
	@rm -rf $(VENV) .cache build dist *.egg-info
