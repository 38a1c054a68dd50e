import contextlib
import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.agents.people import (
    a_context,
    a_framework,
    a_hit,
    a_learner,
    a_plan,
    all_prompts,
    an_intent,
    an_outline,
    mint,
    random_answer,
    says,
)
from trailwright.agents import architect, editor, intent, quiz, resources, tutorial, validator
from trailwright.agents.base import Rejected

LEARNER, TREE, CTX = a_learner(), a_framework(), a_context()
PARSERS: dict[str, Callable[[str, str], Any]] = {
    "intent": lambda text, finish: intent.parse(LEARNER, text, finish),
    "outline": lambda text, finish: architect.parse_outline(LEARNER, an_intent(), text, finish),
    "module": lambda text, finish: architect.parse_module(an_outline(), 0, text, finish),
    "validator": lambda text, finish: validator.parse(TREE, text, finish),
    "edit_plan": lambda text, finish: editor.parse_plan(TREE, text, finish),
    "edit": lambda text, finish: editor.parse_edit(TREE, a_plan(("update", "c-steam")), text, finish, mint()),
    "tutorial": lambda text, finish: tutorial.parse(CTX, text, finish, "t"),
    "quiz": lambda text, finish: quiz.Reader(CTX, "q")(text, finish),  # noqa: PLW0108 - a new one each time
    "searches": resources.parse_queries,
    "picks": lambda text, finish: resources.parse_pick(CTX, [a_hit()], text, finish),
}
SPOILT = ("<h1>", "\x00", "\ud83d", "{" * 3000, "[" * 3000, '"' * 500, "\\" * 500, "#" * 2000, "`" * 2000)


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("name", PARSERS)
def test_an_answer_that_obeys_the_schema_is_used_or_rejected(name: str, seed: int) -> None:
    rng = random.Random(seed)
    schema = all_prompts(LEARNER)[name].schema or {"type": "string", "maxLength": 900}
    with contextlib.suppress(Rejected):
        PARSERS[name](says(random_answer(schema, rng)), "stop")


@pytest.mark.parametrize("name", PARSERS)
def test_a_spoilt_answer_is_used_or_rejected(name: str) -> None:
    rng = random.Random(name)
    whole = says(random_answer(all_prompts(LEARNER)[name].schema or {"type": "string"}, rng))
    cuts = [whole[: rng.randint(0, len(whole))] for _ in range(25)]
    for text in (*SPOILT, *cuts, *(cut + spoilt for cut in cuts for spoilt in SPOILT[:3])):
        for finish in ("stop", "length", "unknown"):
            with contextlib.suppress(Rejected):
                PARSERS[name](text, finish)
