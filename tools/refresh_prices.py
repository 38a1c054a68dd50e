"""Writes the package's `prices.json` from the installed genai-prices: `make prices`.

A price that changes with the date is taken as of today, one that changes with the hour at its dearest.
"""

import datetime as dt
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson
from genai_prices.data import providers

PROVIDERS = ("openai", "openrouter", "deepseek", "groq", "mistral", "together", "anthropic", "google")
TARGET = Path(__file__).parents[1] / "src" / "trailwright" / "llm" / "prices.json"


def table(today: dt.date) -> dict[str, Any]:
    """The whole table as JSON-able values."""
    found = {
        provider.id: [row for model in provider.models if (row := _row(model, today))]
        for provider in providers
        if provider.id in PROVIDERS
    }
    made_of = f"genai-prices {version('genai-prices')}, {today.isoformat()}"
    return {"source": made_of, "unit": "US dollars a million tokens", "providers": found}


def _row(model: Any, today: dt.date) -> list[Any] | None:
    choices = _in_force(model.prices, today)
    into = [_tiers(choice.input_mtok) for choice in choices if choice.input_mtok is not None]
    out = [_tiers(choice.output_mtok) for choice in choices if choice.output_mtok is not None]
    if not into:
        return None
    return [_rule(model.match), max(into, key=_dearest), max(out, key=_dearest, default=[[0, 0.0]])]


def _in_force(prices: Any, today: dt.date) -> list[Any]:
    """The price of today; with it all those of certain hours."""
    if not isinstance(prices, list):
        return [prices]
    dated = [
        entry.prices
        for entry in prices
        if entry.constraint is None or getattr(entry.constraint, "start_date", dt.date.max) <= today
    ]
    hourly = [entry.prices for entry in prices if hasattr(entry.constraint, "start_time")]
    return [dated[-1], *hourly]


def _dearest(tiers: list[list[float]]) -> float:
    return tiers[0][1]


def _tiers(price: Any) -> list[list[float]]:
    if hasattr(price, "base"):
        return [[0, float(price.base)], *([tier.start, float(tier.price)] for tier in price.tiers)]
    return [[0, float(price)]]


def _rule(match: Any) -> dict[str, Any]:
    ((name, value),) = vars(match).items()
    kind = name.rstrip("_")
    if kind in {"or", "and"}:
        return {kind: [_rule(part) for part in value]}
    return {kind: value if kind == "regex" else value.lower()}


def main() -> None:
    """Write the table, one model a line, so that a change of prices can be read."""
    made = table(dt.datetime.now(dt.UTC).date())
    providers = made.pop("providers")
    blocks = []
    for name, rows in providers.items():
        lines = ",\n".join(orjson.dumps(row).decode() for row in rows)
        blocks.append(f'"{name}": [\n{lines}\n]')
    head = orjson.dumps(made).decode().rstrip("}")
    TARGET.write_text(f'{head},\n"providers": {{\n' + ",\n".join(blocks) + "\n}}\n", encoding="utf-8")
    sys.stdout.write(f"{TARGET.name}: {sum(map(len, providers.values()))} models, {made['source']}\n")


if __name__ == "__main__":
    main()
