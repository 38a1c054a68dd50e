"""What calls cost: a table that is data (`prices.json`, US dollars a million tokens).

The table is made from genai-prices by `make prices`: that package's own data takes 0.3 s of CPU and 70 MB in
every process, this file a hundredth of both; nothing is fetched at run time.
`prices_own.json` stands above it and is edited by hand. First model whose rule fits wins, as there.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import orjson

MILLION = 1_000_000

Tiers = Sequence[Sequence[float]]
"""`[[above so many input tokens, dollars a million], …]`, rising; one that applies goes for all tokens."""


@dataclass(frozen=True)
class Price:
    """A model's prices; `known` False: it is in no table, and counts as free."""

    input: Tiers
    output: Tiers
    known: bool

    def of(self, input_tokens: int, output_tokens: int) -> float:
        """US dollars."""
        dollars = input_tokens * _rate(self.input, input_tokens)
        return (dollars + output_tokens * _rate(self.output, input_tokens)) / MILLION


_RULES: Mapping[str, Callable[[str, str], bool]] = {
    "equals": operator.eq,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "contains": operator.contains,
    "regex": lambda name, pattern: re.search(pattern, name) is not None,
}
FREE = Price(input=((0, 0.0),), output=((0, 0.0),), known=False)


def cost(provider: str, model: str, usage_in: int, usage_out: int) -> float:
    """US dollars of a call; 0 where the price is not known."""
    return price_of(provider, model).of(usage_in, usage_out)


@lru_cache(maxsize=256)
def price_of(provider: str, model: str) -> Price:
    """The prices of a provider's model; a local model and an unknown one are free."""
    for name in ("prices_own.json", "prices.json"):
        for rule, into, out in _table(name).get("providers", {}).get(provider, ()):
            if fits(rule, model):
                return Price(into, out, known=True)
    return FREE


def fits(rule: Mapping[str, Any], model: str) -> bool:
    """Whether a rule names the model; the rules are those of genai-prices."""
    ((kind, value),) = rule.items()
    if kind == "or":
        return any(fits(part, model) for part in value)
    if kind == "and":
        return all(fits(part, model) for part in value)
    return _RULES[kind](model if kind == "regex" else model.lower(), value)


def _rate(tiers: Tiers, input_tokens: int) -> float:
    rate = tiers[0][1]
    for above, dearer in tiers[1:]:
        rate = dearer if input_tokens > above else rate
    return rate


@cache
def _table(name: str) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(resources.files("trailwright.llm").joinpath(name).read_bytes())
    return found
