#!/bin/sh
# The product, or with a goal in RUN_GOAL one roadmap in the terminal. Gets the local model first
# when that is what the settings name and it is not there; the command itself says what, how large, which licence.
set -eu
cd "$(dirname "$0")/.."
trailwright=.venv/bin/trailwright
goal=${RUN_GOAL-}
args=${RUN_ARGS-}
unset RUN_GOAL RUN_ARGS

if .venv/bin/python tools/needs_local_model.py; then
  if [ -t 0 ]; then "$trailwright" model install; else "$trailwright" model install --yes; fi
fi

set -f # words of args are words, not patterns
# shellcheck disable=SC2086  # several words on purpose
if [ -n "$goal" ]; then
  exec "$trailwright" generate $args -- "$goal"
else
  exec "$trailwright" up $args
fi
