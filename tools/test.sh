#!/bin/sh
# The whole suite: first what can share the machine, side by side; then, alone, what measures time or runs the
# real model. The real model runs when its weights are here, and always in CI. What only `make fleet` and
# `make chaos` run stays out. Arguments go to pytest.
set -u
cd "$(dirname "$0")/.."
pytest=.venv/bin/pytest

if [ $# -gt 0 ]; then exec "$pytest" "$@"; fi

"$pytest" -n 2 --dist worksteal -m "not alone and not real_model and not unhurried" tests
together=$?

small_model_is_here() {
  .venv/bin/python -c '
import sys
from trailwright.llm.weights import installed
from trailwright.settings import default_data_dir
sys.exit(not any(found.model.name == "0.5b" for found in installed(default_data_dir())))'
}

if [ -n "${CI-}" ] || small_model_is_here; then
  alone="alone or real_model"
else
  alone="alone and not real_model"
  echo "The real model is not tried here; to try it: .venv/bin/trailwright model install 0.5b" >&2
fi
"$pytest" -m "$alone" tests
apart=$?

if [ $apart -eq 5 ]; then apart=0; fi # no such test yet
if [ $together -ne 0 ] || [ $apart -ne 0 ]; then exit 1; fi
