"""A key that its length would give away loses its reason, not its truth."""

from trailwright.agents.questions import _cut


def test_a_key_loses_its_last_clauses_until_it_is_no_longer_than_the_others() -> None:
    key = "Feed it once a day, because the yeast needs fresh flour to stay active and strong"
    assert _cut(key, len("Keep it in the freezer")) == "Feed it once a day"


def test_a_key_that_is_as_long_as_the_others_stays() -> None:
    assert _cut("Feed it, then wait", 30) == "Feed it, then wait"


def test_a_key_that_no_cut_helps_stays_for_the_gate_to_name() -> None:
    key = "It rises because of carbon dioxide"
    assert _cut(key, 4) == key
