"""However a stream is cut into blocks and text into pieces, the same is heard."""

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailwright.llm.hearing import Hearing, Lines, WithoutThoughts


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    bounds = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(bounds)]


@given(
    payloads=st.lists(
        st.text(st.characters(exclude_characters="\r\n"), min_size=1).map(str.strip).filter(bool)
    ),
    ending=st.sampled_from(["\n", "\r\n", "\n\n", "\r\n\r\n"]),
    last=st.sampled_from(["", "\n"]),
    places=st.lists(st.integers(0, 1000)),
)
def test_lines_are_the_same_however_blocks_fall(
    payloads: list[str], ending: str, last: str, places: list[int]
) -> None:
    wanted = [payload.encode().strip() for payload in payloads]
    data = (ending.join(f"data: {payload}" for payload in payloads) + last).encode()
    lines = Lines()
    heard = [payload for block in cut(data, places) for payload in lines.feed(block)]
    assert [*heard, *lines.end()] == [payload for payload in wanted if payload]


@given(
    thoughts=st.text(st.characters(exclude_characters="<"), max_size=30),
    answer=st.text(max_size=30).map(str.lstrip),
    gap=st.sampled_from(["", "\n\n", " "]),
    places=st.lists(st.integers(0, 1000)),
)
def test_thoughts_are_left_out_however_pieces_fall(
    thoughts: str, answer: str, gap: str, places: list[int]
) -> None:
    text = f"<think>{thoughts}</think>{gap}{answer}"
    pieces = [text[start:end] for start, end in _bounds(len(text), places)]
    seen = WithoutThoughts()
    assert "".join(seen.feed(piece) for piece in pieces) + seen.end() == answer


@given(text=st.text(max_size=40), places=st.lists(st.integers(0, 1000)))
def test_text_without_thoughts_is_left_as_it_is(text: str, places: list[int]) -> None:
    seen = WithoutThoughts()
    heard = "".join(seen.feed(text[start:end]) for start, end in _bounds(len(text), places)) + seen.end()
    if not text.lstrip().startswith("<think>"):
        assert heard == text


def _bounds(length: int, places: Sequence[int]) -> list[tuple[int, int]]:
    marks = [0, *sorted(place % (length + 1) for place in places), length]
    return list(itertools.pairwise(marks))


def test_thoughts_that_never_end_hold_no_memory() -> None:
    seen = WithoutThoughts()
    seen.feed("<think>")
    for _ in range(1000):
        assert seen.feed("hm " * 1000) == ""
    assert len(seen._held) < 20


def test_a_listener_that_fails_is_not_taken_for_a_fault_of_the_model() -> None:
    def broken(_: str) -> None:
        raise TypeError("ours")

    with pytest.raises(TypeError, match="ours"):
        Hearing(broken).payload(b'{"choices":[{"delta":{"content":"x"}}]}')
