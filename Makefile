# A thin menu: Python compares content and owns what is up to date, make only starts it.
# Variables may hold spaces: make reports DATA="/somewhere/my study" REPORTS="/somewhere/out" JOBS=4

DATA ?= data
REPORTS ?= reports
JOBS ?= 2
PYTHON3 ?= python3
ifeq ($(OS),Windows_NT)
PYTHON ?= .venv/Scripts/python.exe
else
PYTHON ?= .venv/bin/python
endif
# Conda users pass PYTHON=python READY= and skip the virtual environment.
READY ?= .venv/.ready

# Without byte code every import is compiled again, in every kernel of a build.
unexport PYTHONDONTWRITEBYTECODE
# A kernel a user once registered under the same name must not run our notebooks.
export JUPYTER_PREFER_ENV_PATH := 1

.DEFAULT_GOAL := help
.PHONY: help reports test test-long docs same check-data prepare add-region simulate validate lab bench check

help:  ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

$(READY): requirements.lock
	@command -v "$(PYTHON3)" >/dev/null 2>&1 || { echo "No \`$(PYTHON3)\` here. Install Python 3.11 or later, or name one: make PYTHON3=/path/to/python" >&2; exit 2; }
	@"$(PYTHON3)" .ci/set_up.py

reports: $(READY)  ## Rebuild every report when its inputs changed
	@"$(PYTHON)" -m analysis report --data "$(DATA)" --reports "$(REPORTS)" --jobs "$(JOBS)"

test: $(READY)  ## Prove the promises, with one of each long kind
	"$(PYTHON)" -m pytest -n "$(JOBS)" --dist loadfile

test-long: $(READY)  ## Prove the long promises; goes on where it stopped
	"$(PYTHON)" -m pytest -n "$(JOBS)" --dist loadfile -m long --resume

docs: $(READY)  ## Write docs/tables.md from the descriptions of the tables
	"$(PYTHON)" tests/document_tables.py

same: $(READY)  ## Prove that no result changed: make same BEFORE=commit
	"$(PYTHON)" tests/same.py "$(BEFORE)"

check-data: $(READY)  ## Check the raw data; print every problem at once
	@"$(PYTHON)" -m analysis check --data "$(DATA)" --reports "$(REPORTS)"

prepare: $(READY)  ## Turn raw data into processed tables and findings
	@"$(PYTHON)" -m analysis prepare --data "$(DATA)" --reports "$(REPORTS)"

add-region: $(READY)  ## Lay out a new region folder: make add-region REGION=name
	@"$(PYTHON)" -m analysis add-region --data "$(DATA)" --reports "$(REPORTS)" -- "$(REGION)"

simulate: $(READY)  ## Write the synthetic pilot again
	@"$(PYTHON)" -m analysis simulate --data "$(DATA)"

validate: $(READY)  ## Count over many simulated pilots how often the methods are right (hours)
	@"$(PYTHON)" -m analysis validate --data "$(DATA)" --jobs "$(JOBS)"

lab: $(READY)  ## Open the notebooks in JupyterLab, on this machine only
	@test -d "$(DATA)/raw" || { echo "No study in $(DATA): it needs a folder raw/. Name another one with DATA=" >&2; exit 2; }
	@ANALYSIS_DATA="$$(cd "$(DATA)" && pwd)" "$(PYTHON)" -m jupyter lab --ip=127.0.0.1 --notebook-dir=notebooks \
	  --LabApp.extension_manager=readonly --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate

bench: $(READY)  ## Measure the build against its peers; writes bench.json
	@"$(PYTHON)" bench --data "$(DATA)" --jobs "$(JOBS)"

check: $(READY)  ## Look at the code: ruff, mypy, notebooks stripped
	"$(PYTHON)" -m ruff format --check .
	"$(PYTHON)" -m ruff check .
	"$(PYTHON)" -m mypy
	"$(PYTHON)" -m pytest -q tests/test_house.py -k without_outputs
