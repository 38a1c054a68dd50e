from typing import Any

import pytest

from tests.agents.people import a_hit, a_learner, mint
from trailwright.agents import architect, editor, intent, quiz, resources, tutorial, validator
from trailwright.agents.contexts import ContentContext
from trailwright.domain.preferences import SIZES
from trailwright.domain.prompt import Prompt
from trailwright.llm.simulated.model import SimulatedModel


def said(prompt: Prompt) -> str:
    request: dict[str, Any] = {"messages": [{"role": m.role, "content": m.content} for m in prompt.messages]}
    if prompt.schema is not None:
        sent = {"name": prompt.schema_name, "schema": dict(prompt.schema)}
        request["response_format"] = {"type": "json_schema", "json_schema": sent}
    return SimulatedModel(seed=1).answer(request)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh", "de"])
def test_every_answer_is_usable_at_once(size: Any, language: str) -> None:
    learner = a_learner(size=size, primary_language=language)
    aim = intent.parse(learner, said(intent.build(learner)), "stop")
    outline = architect.parse_outline(learner, aim, said(architect.build_outline(learner, aim)), "stop")
    count = 0 if outline.complete else len(outline.modules())
    prompts = [architect.build_module(learner, aim, outline, i) for i in range(count)]
    drafts = [architect.parse_module(outline, i, said(p), "stop") for i, p in enumerate(prompts)]
    tree = architect.assemble(learner, aim, outline, drafts, roadmap_id="r-1", mint=mint())
    assert validator.parse(tree, said(validator.build(learner, aim, tree, [])), "stop") == []

    plan = editor.parse_plan(
        tree, said(editor.build_plan(learner, tree, [], "Rename 1.1.1 to Hello")), "stop"
    )
    edited = editor.parse_edit(tree, plan, said(editor.build_edit(learner, tree, plan)), "stop", mint())
    assert edited != tree

    ctx = ContentContext(learner, tree, list(tree.concepts())[-1].concept_id)
    assert tutorial.parse(ctx, said(tutorial.build(ctx)), "stop").value.markdown
    assert quiz.Reader(ctx, "quiz-1")(said(quiz.build(ctx)), "stop").value.questions
    assert resources.parse_queries(said(resources.build_queries(ctx)), "stop")
    hits = [a_hit(n) for n in range(1, 6)]
    assert resources.parse_pick(ctx, hits, said(resources.build_pick(ctx, hits)), "stop")
