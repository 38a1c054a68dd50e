"""The price table."""

import datetime as dt
import subprocess
import sys

import pytest

from tools.refresh_prices import table
from trailwright.llm.prices import cost, fits, price_of


@pytest.mark.parametrize(
    ("provider", "model", "dollars"),
    [
        ("openai", "gpt-4o-mini", 0.75),
        ("openai", "gpt-4o-mini-2024-07-18", 0.75),
        ("anthropic", "claude-haiku-4-5", 6.0),
        ("google", "gemini-2.5-flash", 2.8),
        ("openrouter", "openai/gpt-4o-mini", 0.75),
    ],
)
def test_a_million_tokens_in_and_out_cost_what_providers_say(
    provider: str, model: str, dollars: float
) -> None:
    assert cost(provider, model, 1_000_000, 1_000_000) == pytest.approx(dollars)


@pytest.mark.parametrize(
    ("provider", "model"), [("local", "local"), ("openai", "simulated"), ("nobody", "gpt-4o-mini")]
)
def test_what_no_table_knows_is_free_and_says_so(provider: str, model: str) -> None:
    assert cost(provider, model, 10**9, 10**9) == 0
    assert not price_of(provider, model).known


def test_a_large_request_pays_the_higher_tier_for_all_its_tokens() -> None:
    small, large = (cost("google", "gemini-2.5-pro", tokens, 0) / tokens for tokens in (200_000, 200_001))
    assert large == pytest.approx(2 * small)


def test_rules_combine() -> None:
    rule = {"and": [{"starts_with": "a-"}, {"or": [{"ends_with": "z"}, {"regex": "[0-9]{3}"}]}]}
    assert fits(rule, "A-xyz")
    assert fits(rule, "a-123-b")
    assert not fits(rule, "a-12")
    assert not fits({"contains": "x"}, "abc")


def test_the_table_can_be_made_anew() -> None:
    made = table(dt.date(2026, 1, 1))
    assert set(made["providers"]) >= {"openai", "anthropic", "google"}
    assert len(made["providers"]["openai"]) > 50


def test_looking_up_a_price_loads_no_price_package() -> None:
    code = (
        "import sys; from trailwright.llm.prices import cost; cost('openai', 'gpt-4o', 1, 1); "
        "assert not {'genai_prices', 'httpx'} & set(sys.modules), sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
