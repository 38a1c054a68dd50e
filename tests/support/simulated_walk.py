"""The main job without gateway, database and clock: agents ask, the simulated model answers, agents read."""

import datetime as dt
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import jsonschema

from trailwright.agents import architect, editor, intent, quiz, resources, tutorial
from trailwright.agents.contexts import ContentContext, Learner
from trailwright.agents.intent import Intent
from trailwright.domain.content import CheckResult, Quiz, Suggestion, Tutorial
from trailwright.domain.framework import Framework
from trailwright.domain.preferences import Preferences, Size
from trailwright.domain.prompt import Prompt
from trailwright.llm.simulated import SimulatedModel

TODAY = dt.date(2026, 11, 21)
GOAL = "Bake sourdough bread at home"


def a_learner(size: Size = "mini", language: str = "en", goal: str = GOAL, **wishes: Any) -> Learner:
    preferences = Preferences(learning_goal=goal, primary_language=language, **wishes)
    return Learner(preferences, additional_context="", size=size, today=TODAY)


def a_request(prompt: Prompt) -> dict[str, Any]:
    """The prompt as the gateway sends it."""
    request: dict[str, Any] = {"messages": [{"role": m.role, "content": m.content} for m in prompt.messages]}
    if prompt.schema is not None:
        sent = {"name": prompt.schema_name, "schema": dict(prompt.schema)}
        request["response_format"] = {"type": "json_schema", "json_schema": sent}
    return request


class Model(Protocol):
    """Whoever answers a chat-completion request with a text."""

    def answer(self, request: dict[str, Any], /) -> str: ...


@dataclass(frozen=True)
class Walk:
    """One learner's way; every `parse` raises `Rejected` where a real run would ask again.

    Every answer is held against the schema that was sent.
    """

    learner: Learner
    model: Model

    def says(self, prompt: Prompt) -> str:
        text = self.model.answer(a_request(prompt))
        if prompt.schema is not None:
            jsonschema.validate(json.loads(text), prompt.schema)
        return text

    def intent(self) -> Intent:
        return intent.parse(self.learner, self.says(intent.build(self.learner)), "stop")

    def framework(self) -> tuple[Intent, Framework]:
        meant = self.intent()
        said = self.says(architect.build_outline(self.learner, meant))
        outline = architect.parse_outline(self.learner, meant, said, "stop")
        drafts = [
            architect.parse_module(
                outline, i, self.says(architect.build_module(self.learner, meant, outline, i)), "stop"
            )
            for i in range(0 if outline.complete else len(outline.modules()))
        ]
        count = itertools.count(1)
        made = architect.assemble(
            self.learner,
            meant,
            outline,
            drafts,
            roadmap_id="sourdough-12345678",
            mint=lambda prefix: f"{prefix}-{next(count)}",
        )
        return meant, made

    def context(self, framework: Framework, concept_id: str, stems: tuple[str, ...] = ()) -> ContentContext:
        return ContentContext(self.learner, framework, concept_id, earlier_stems=stems)

    def tutorial(self, ctx: ContentContext) -> tuple[Tutorial, list[CheckResult]]:
        made = tutorial.parse(ctx, self.says(tutorial.build(ctx)), "stop")
        return made.value, made.checks

    def quiz(self, ctx: ContentContext) -> tuple[Quiz, list[CheckResult]]:
        made = quiz.Reader(ctx, "quiz-1")(self.says(quiz.build(ctx)), "stop")
        return made.value, made.checks

    def suggestions(self, ctx: ContentContext) -> list[Suggestion]:
        return resources.parse_queries(self.says(resources.build_queries(ctx)), "stop")

    def revised(self, framework: Framework, feedback: str) -> Framework:
        """Plan and edit after the learner's feedback."""
        plan = editor.parse_plan(
            framework, self.says(editor.build_plan(self.learner, framework, [], feedback)), "stop"
        )
        said = self.says(editor.build_edit(self.learner, framework, plan))
        return editor.parse_edit(framework, plan, said, "stop", lambda prefix: f"{prefix}-new")


def a_walk(
    size: Size = "mini", language: str = "en", goal: str = GOAL, *, seed: int = 0, **wishes: Any
) -> Walk:
    return Walk(a_learner(size, language, goal, **wishes), SimulatedModel(seed))


def dumped(framework: Framework) -> Mapping[str, object]:
    """Each concept by its id, as plain data."""
    return {concept.concept_id: concept.model_dump() for concept in framework.concepts()}
