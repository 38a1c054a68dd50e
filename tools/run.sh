#!/bin/sh
# The product, or with a goal in RUN_GOAL one roadmap in the terminal. Gets the local model first when that is what
# the settings name and it is not there; the command itself says what, how large, under which licence, and asks.
set -eu
cd "$(dirname "$0")/.."
trailwright=.venv/bin/trailwright
goal=${RUN_GOAL-}
args=${RUN_ARGS-}
unset RUN_GOAL RUN_ARGS

if .venv/bin/python tools/needs_local_model.py; then
  yes=
  [ -t 0 ] || yes=--yes # nobody is there to ask
  if ! "$trailwright" model install $yes; then
    [ -z "$goal" ] || exit 1
    echo "Going on without a model: name one in the settings, or run: $trailwright model install" >&2
  fi
fi

set -f # words of args are words, not patterns
if [ -n "$goal" ]; then
  # shellcheck disable=SC2086  # several words on purpose
  exec "$trailwright" generate $args -- "$goal"
else
  # shellcheck disable=SC2086
  exec "$trailwright" up $args
fi
