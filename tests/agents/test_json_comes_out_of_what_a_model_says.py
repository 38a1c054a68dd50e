import pytest

from trailwright.agents.base import Rejected, extract_json, reask
from trailwright.domain.findings import Finding
from trailwright.domain.prompt import Message, Prompt

WHOLE = {"title": "Bread", "skills": ["mix", "bake"]}
JSON = '{"title": "Bread", "skills": ["mix", "bake"]}'


@pytest.mark.parametrize(
    "text",
    [
        JSON,
        f"```json\n{JSON}\n```",
        f"Sure! Here is [the answer] you wanted:\n\n{JSON}\n\nI hope {{this}} helps.",
        f'<think>maybe {{}} or {{"a": 1}}</think>\n{JSON}',
        '{"title": "Bread", "skills": ["mix", "bake",],}',
        '{"title": "Bread", // the name\n "skills": ["mix", "bake"] /* two */}',
        f'An example would be {{"a": 1}}. The answer:\n{JSON}',
        f'{{"properties": {{}}}} and then {JSON}',
        JSON.replace("\n", " ") + "\n\n" + '{"note": "' + "long " * 40 + '"}',
    ],
)
def test_json_is_found_in_prose_fences_and_slips(text: str) -> None:
    assert extract_json(text, ("title",)) == WHOLE


def test_a_string_that_looks_like_a_slip_is_left_alone() -> None:
    text = '{"a": "x, ] // no comment, True", "b": True, "c": None,}'
    assert extract_json(text) == {"a": "x, ] // no comment, True", "b": True, "c": None}


def test_a_raw_line_break_in_a_string_is_read() -> None:
    assert extract_json('{"a": "one\ntwo"}') == {"a": "one\ntwo"}


@pytest.mark.parametrize("text", ["", "   \n", "no json at all", "{", "[1, 2", '{"a": ', "[" * 100_000])
def test_what_holds_no_json_is_rejected(text: str) -> None:
    with pytest.raises(Rejected) as caught:
        extract_json(text)
    assert not caught.value.refused
    assert caught.value.findings


def test_far_too_much_text_is_rejected_at_once() -> None:
    with pytest.raises(Rejected, match="too long"):
        extract_json("{" * 1_000_000)


def test_a_part_of_a_cut_off_answer_is_not_taken_for_the_whole() -> None:
    cut = '{"problems": [{"problem": "x", "list": [1]}, {"problem": "y'
    with pytest.raises(Rejected, match="end of the JSON is missing"):
        extract_json(cut, ("problems",))
    assert extract_json('an opening { in prose, {"problems": []}', ("problems",)) == {"problems": []}


def test_a_cut_off_answer_is_told_to_be_shorter() -> None:
    with pytest.raises(Rejected, match="cut off"):
        extract_json('{"title": "Br', finish="length")


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help with that.",
        "I can’t assist with this request.",
        "Unfortunately, as an AI language model I cannot do this.",
        "抱歉，我无法提供帮助。",
        "Lo siento, no puedo ayudar con eso.",
    ],
)
def test_a_refusal_is_told_apart_from_nonsense(text: str) -> None:
    with pytest.raises(Rejected) as caught:
        extract_json(text)
    assert caught.value.refused


PROMPT = Prompt("quiz", (Message("system", "s"), Message("user", "u")), 100, "d", {"type": "object"})


def test_a_reask_names_each_finding_and_shows_no_answer_that_could_be_copied() -> None:
    found = [
        Finding(check="Q4", level="gate", where="question 2", message="the key is the longest option"),
        Finding(check="Q2", level="gate", where="question 3", message="two options are equal"),
    ]
    again = reask(PROMPT, Rejected(found))
    assert [turn.role for turn in again.messages] == [turn.role for turn in PROMPT.messages]
    said = again.messages[-1].content
    assert said.startswith(PROMPT.messages[-1].content)
    assert "- question 2: the key is the longest option\n- question 3: two options are equal" in said
    assert again.schema == PROMPT.schema
    assert again.temperature >= PROMPT.temperature
