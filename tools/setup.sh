#!/bin/sh
# Makes .venv from a lock file and builds the web app; does nothing when both are as the files say.
#   tools/setup.sh        what running needs (a .venv made for tests serves too)
#   tools/setup.sh dev    what tests need as well
# Starts nothing and downloads no model. PYTHON names the interpreter for a new .venv (default python3).
set -eu
cd "$(dirname "$0")/.."

kind=${1:-run}
python=${PYTHON:-python3}

fingerprint() { # of the named files' contents: the same on Linux and macOS
  cat "$@" | cksum | tr ' ' '-'
}

say() { printf '%s\n' "$*" >&2; }

check_python() {
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return
  say "Trailwright needs Python 3.11 or newer; \`$python\` is $("$python" -V 2>&1 || true)."
  say "Install it, or name another one: make setup PYTHON=/path/to/python3.12"
  exit 1
}

install_locked() { # one lock file: exactly it, every file by its hash; then the package itself
  if command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; then
    [ -x .venv/bin/python ] || uv venv -q --no-python-downloads --python "$python" .venv
    uv pip sync -q --require-hashes --python .venv/bin/python "$1"
    uv pip install -q --no-deps --no-build-isolation --python .venv/bin/python -e .
  else
    rm -rf .venv # pip adds and never takes away; anew is exact
    "$python" -m venv .venv
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$1"
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
  fi
}

python_part() {
  dev_stamp=.venv/.dev-$(fingerprint requirements-dev.lock pyproject.toml)
  run_stamp=.venv/.run-$(fingerprint requirements.lock pyproject.toml)
  if [ "$kind" = dev ]; then lock=requirements-dev.lock stamp=$dev_stamp; else lock=requirements.lock stamp=$run_stamp; fi
  if [ -e "$stamp" ] || [ -e "$dev_stamp" ]; then return; fi
  check_python
  say "Setting up .venv from $lock (once) ..."
  rm -f .venv/.dev-* .venv/.run-*
  if [ -e .venv ] && ! .venv/bin/python -c '' 2>/dev/null; then rm -rf .venv; fi # half made, or its Python is gone
  install_locked "$lock"
  .venv/bin/python -m compileall -q -j 0 .venv/lib src >/dev/null 2>&1 || true # else each start compiles anew
  touch "$stamp"
}

web_part() {
  [ -f web/package.json ] || return 0
  if ! command -v npm >/dev/null 2>&1; then
    say "Node.js 20 with npm is needed to build the web app; without it \`trailwright up\` serves the API alone."
    return 0
  fi
  built=src/trailwright/web_dist
  # shellcheck disable=SC2046  # names in web/ have no blanks; Biome sees to that
  now=$(fingerprint $(find web -type f -not -path '*/node_modules/*' -not -path '*/dist/*' | LC_ALL=C sort))
  if [ -e ".venv/.web-$now" ] && [ -e "$built/index.html" ]; then return; fi
  say "Building the web app (once) ..."
  (cd web && npm ci --no-audit --no-fund --loglevel=error && npm run build)
  rm -f .venv/.web-*
  touch ".venv/.web-$now"
}

python_part
web_part
