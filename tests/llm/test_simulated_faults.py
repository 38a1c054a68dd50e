"""What `--faults` takes, and when a fault strikes."""

import pytest

from trailwright.llm.simulated import KINDS, FaultRule, FaultSpecError, parse_faults
from trailwright.llm.simulated.faults import pick_fault


def struck(spec: str, agent: str = "quiz", *, wants_format: bool = True, seed: int = 0) -> list[str | None]:
    rules = parse_faults(spec)
    return [
        pick_fault(rules, agent, wants_format=wants_format, seed=seed, count=count) for count in range(400)
    ]


def test_a_list_of_faults_is_read() -> None:
    assert parse_faults("quiz.500:1, timeout:0.05") == (
        FaultRule("quiz", "500", 1.0),
        FaultRule(None, "timeout", 0.05),
    )


@pytest.mark.parametrize("spec", ["", " ", ",", " , "])
def test_nothing_is_no_fault(spec: str) -> None:
    assert parse_faults(spec) == ()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_known_with_and_without_agent(kind: str) -> None:
    assert [rule.kind for rule in parse_faults(f"{kind}:0,tutorial.{kind}:1")] == [kind, kind]


@pytest.mark.parametrize(
    ("spec", "what"),
    [
        ("500", "lacks its probability"),
        ("quiz.500", "lacks its probability"),
        ("501:1", "unknown kind '501'"),
        ("poet.500:1", "unknown agent 'poet'"),
        ("500:2", "not a number from 0 to 1"),
        ("500:-0.1", "not a number from 0 to 1"),
        ("500:often", "not a number from 0 to 1"),
        ("500:nan", "not a number from 0 to 1"),
        ("reset:0.1,quiz.50:1", "'quiz.50:1'"),
    ],
)
def test_what_cannot_be_read_is_named(spec: str, what: str) -> None:
    with pytest.raises(FaultSpecError, match=what):
        parse_faults(spec)


def test_probability_one_strikes_always_and_zero_never() -> None:
    assert set(struck("500:1")) == {"500"}
    assert set(struck("500:0")) == {None}


def test_a_fault_of_one_agent_leaves_the_others_alone() -> None:
    assert set(struck("tutorial.500:1", agent="quiz")) == {None}
    assert set(struck("tutorial.500:1", agent="tutorial")) == {"500"}


def test_chance_is_as_frequent_as_asked_and_repeats_with_the_seed() -> None:
    some = struck("reset:0.25")
    assert 60 < some.count("reset") < 140
    assert some == struck("reset:0.25")
    assert some != struck("reset:0.25", seed=1)


def test_the_first_rule_whose_chance_comes_up_counts() -> None:
    both = struck("reset:0.5,cut:1")
    assert set(both) == {"reset", "cut"}


def test_a_refused_format_needs_a_format() -> None:
    assert set(struck("400format:1", wants_format=False)) == {None}
    assert set(struck("400format:1", wants_format=True)) == {"400format"}
