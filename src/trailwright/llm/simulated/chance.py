"""Chance that repeats: the same parts give the same draws, in every process and on every machine."""

from random import Random


def chance(*parts: object) -> Random:
    """A source of draws that depends on `parts` only."""
    return Random("\x1f".join(map(str, parts)))  # noqa: S311 - repeatable on purpose, guards nothing
