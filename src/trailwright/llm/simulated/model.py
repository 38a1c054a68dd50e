"""The simulated model itself: from a request to a text, without HTTP. Pure."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import orjson

from trailwright.agents import schemas
from trailwright.llm.simulated import lessons, links, quizzes, reviews, roadmaps
from trailwright.llm.simulated.asked import TUTORIAL, Asked, read_request
from trailwright.llm.simulated.brief import Brief
from trailwright.llm.simulated.chance import chance

Writer = Callable[[Brief, Random], dict[str, Any]]

WRITERS: Mapping[str, Writer] = {
    schemas.IntentAnswer.schema_name: roadmaps.intent,
    schemas.OutlineAnswer.schema_name: roadmaps.outline,
    schemas.MiniOutlineAnswer.schema_name: roadmaps.mini_outline,
    schemas.ModuleAnswer.schema_name: roadmaps.module,
    schemas.ValidationAnswer.schema_name: reviews.validation,
    schemas.EditPlanAnswer.schema_name: reviews.edit_plan,
    schemas.EditAnswer.schema_name: reviews.edit,
    schemas.QuizAnswer.schema_name: quizzes.quiz,
    schemas.SuggestionsAnswer.schema_name: links.suggestions,
    schemas.PicksAnswer.schema_name: links.picks,
}
"""Who writes the answer, by the title of the schema that was sent."""

PLAIN = (
    "This is a simulated answer. The request is none of those that Trailwright makes, so plain text must do. "
    "The same request with the same seed gets the same words; a real model would have more to say. "
    "Nothing was looked up for this, and nothing was learnt from it."
)


class SimulatedModel:
    """Answers Trailwright's own requests with content that passes its checks, anything else with plain text.

    The same request and the same `seed` give the same answer.
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed

    def answer(self, request: dict[str, Any]) -> str:
        """The text of the answer to a chat-completion request. Raises ValueError when it is none."""
        return self.reply(read_request(request))

    def reply(self, asked: Asked) -> str:
        """The same for a request that has been read."""
        rng = chance(self._seed, asked.shape, *asked.turns)
        if asked.shape == TUTORIAL:
            return lessons.tutorial(Brief(asked), rng)
        if asked.shape in WRITERS:
            return orjson.dumps(WRITERS[asked.shape](Brief(asked), rng)).decode()
        return f"{PLAIN} Its mark is {rng.randrange(10_000)}."
