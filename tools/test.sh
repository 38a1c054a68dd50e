#!/bin/sh
# The whole suite: first what can share the machine, side by side; then, alone, what measures time or runs the
# real model. The real model runs when its weights are here, and always in CI. Arguments go to pytest.
set -u
cd "$(dirname "$0")/.."
pytest=.venv/bin/pytest

if [ $# -gt 0 ]; then exec "$pytest" "$@"; fi

"$pytest" -q -n 2 --dist worksteal -m "not alone and not real_model" tests
together=$?

if [ -n "${CI-}" ] || .venv/bin/trailwright model list 2>/dev/null | grep -q '0\.5b.*installed'; then
  alone="alone or real_model"
else
  alone=alone
  echo "The real model is not tried here: .venv/bin/trailwright model install 0.5b" >&2
fi
"$pytest" -q -m "$alone" tests
apart=$?

if [ $apart -eq 5 ]; then apart=0; fi # no such test yet
if [ $together -ne 0 ] || [ $apart -ne 0 ]; then exit 1; fi
