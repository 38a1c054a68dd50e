"""Chance from a seed, without `random`: the same seed gives the same order in every process. Pure."""

import hashlib


def permutation(count: int, *seed: object) -> list[int]:
    """The numbers 0 … count - 1, sorted by SHA-256 of seed and number."""
    salt = "\x1f".join(str(part) for part in seed)
    return sorted(range(count), key=lambda n: hashlib.sha256(f"{salt}\x1f{n}".encode()).digest())
