# Keguan. `make run` and `make test` are all a newcomer needs; both set everything up first.
PYTHON ?= python3
PORT ?= 8000
SCALE ?= 1
WORKERS ?= 3
HISTORIES ?= 1000
UV := .venv/bin/uv
BIN := .venv/bin

# uv trusts only its own root list otherwise: fails where a company's certificate is in the system store
export UV_SYSTEM_CERTS := 1
export KEGUAN_CHROMIUM
export UV_NO_CONFIG := 1
export UV_PYTHON_DOWNLOADS := never
# with a HOME that cannot be written uv stops (pip only warns)
CACHE := $(shell d="$${XDG_CACHE_HOME:-$$HOME/.cache}/uv"; mkdir -p "$$d" 2>/dev/null && test -w "$$d" && echo "$$d")
export UV_CACHE_DIR ?= $(or $(CACHE),$(CURDIR)/.cache/uv)
# where byte code may not be kept every process takes a second more to start, and tests start a hundred
export PYTHONDONTWRITEBYTECODE :=
# uv reads no pip.conf
INDEX := $(or $(PIP_INDEX_URL),$(shell $(PYTHON) -m pip config get global.index-url 2>/dev/null))
ifneq ($(INDEX),)
export UV_DEFAULT_INDEX ?= $(INDEX)
endif

# apart, so that `make -k check` tells everything at once
CHECKS := check-format check-lint check-layers check-templates check-types check-migrations check-docs
.PHONY: run test laws check $(CHECKS) fix bench lock docs browser

.DEFAULT_GOAL := run

run: .venv/.ready
	@exec $(BIN)/keguan serve --demo --scale $(SCALE) --port $(PORT)

test: .venv/.ready browser
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --no-loadscope-reorder $(ARGS)

# the laws over as many random histories, conditions and terms as one has patience for, and everybody looking for what is hidden from him;
# `make test` tries a few
laws: .venv/.ready
	KEGUAN_HISTORIES=$(HISTORIES) $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --no-loadscope-reorder tests/laws tests/access tests/bench keguan/controls/tests keguan/org/tests keguan/api/tests $(ARGS)

check: $(CHECKS)
$(CHECKS): .venv/.ready
check-format:
	$(BIN)/ruff format --check --quiet .
check-lint:
	$(BIN)/ruff check --quiet .
check-layers:
	@$(BIN)/lint-imports --no-cache > .cache/layers 2>&1 || { cat .cache/layers; exit 1; }
check-templates:
	$(BIN)/djlint keguan --lint --quiet
check-types:
	$(BIN)/mypy
check-migrations:
	KEGUAN_DATA=.cache/check $(BIN)/python -m keguan.site.checking
check-docs:
	KEGUAN_DATA=.cache/check $(BIN)/python docs/generate.py --check

fix: .venv/.ready
	$(BIN)/ruff check --quiet --fix . || true
	$(BIN)/ruff format --quiet .
	KEGUAN_DATA=.cache/check $(BIN)/python docs/generate.py

bench: .venv/.ready
	$(BIN)/python -m bench

docs: .venv/.ready
	KEGUAN_DATA=.cache/check $(BIN)/python docs/generate.py

# after a change of requirements.in; UPGRADE=--upgrade raises everything
lock: $(UV)
	$(UV) pip compile --quiet --python .venv --python-version 3.11 --universal --generate-hashes --no-header --no-annotate $(UPGRADE) requirements.in --output-file requirements.lock

browser:
	@sh .ci/chromium

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新的版本 / needs Python 3.11 or newer: make run PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "缺少 venv 模块 / needs the venv module: apt-get install python3-venv"; exit 1; }
	@echo "正在准备运行环境（首次需要一两分钟）… / setting up (a minute or two, once) …"
	@$(PYTHON) -m venv --clear .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9

.venv/.ready: requirements.lock pyproject.toml | $(UV)
	@mkdir -p .cache
	@$(UV) pip sync --quiet --compile-bytecode --python .venv --require-hashes requirements.lock
	@$(UV) pip install --quiet --python .venv --no-deps --editable .
	@touch $@
