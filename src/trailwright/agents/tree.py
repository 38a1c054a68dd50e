"""A framework as text for prompts, its nodes numbered `1`, `1.2`, `1.2.3` instead of by id. Pure.

Numbers cost a model fewer tokens than ids and are seldom misspelt; both sides of an agent derive the same
numbers from the same framework.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from trailwright.agents.learner import data
from trailwright.domain.findings import Finding
from trailwright.domain.framework import Concept, Framework, Module, Stage

_NUMBER = re.compile(r"\d+(?:\.\d+)*(?![\w-])")


def numbers(framework: Framework) -> dict[str, str]:
    """Node id → number, in reading order."""
    found: dict[str, str] = {}
    for s, stage in enumerate(framework.stages, 1):
        found[stage.stage_id] = f"{s}"
        for m, module in enumerate(stage.modules, 1):
            found[module.module_id] = f"{s}.{m}"
            for c, concept in enumerate(module.concepts, 1):
                found[concept.concept_id] = f"{s}.{m}.{c}"
    return found


def names(framework: Framework) -> dict[str, str]:
    """Node id → name, in reading order."""
    found: dict[str, str] = {}
    for stage in framework.stages:
        found[stage.stage_id] = stage.name
        for module in stage.modules:
            found[module.module_id] = module.name
            found.update((c.concept_id, c.name) for c in module.concepts)
    return found


def with_each(framework: Framework, change: Callable[[Module, Concept], Concept]) -> Framework:
    """A copy with every concept changed; where nothing changes the parts are shared."""
    stages: list[Stage] = []
    for stage in framework.stages:
        modules = [
            m.model_copy(update={"concepts": [change(m, c) for c in m.concepts]}) for m in stage.modules
        ]
        stages.append(stage.model_copy(update={"modules": modules}))
    return framework.model_copy(update={"stages": stages})


def drawn(framework: Framework) -> str:
    """The tree, one node a line."""
    return data("\n".join(_lines(framework)))


def _lines(framework: Framework) -> Iterator[str]:
    number = numbers(framework)
    for stage in framework.stages:
        yield f"{number[stage.stage_id]} Stage: {stage.name}. {stage.description}".rstrip()
        for module in stage.modules:
            yield f"{number[module.module_id]} Module: {module.name}. {module.description}".rstrip()
            for concept in module.concepts:
                yield f"{number[concept.concept_id]} {_concept(concept, number)}"


def _concept(concept: Concept, number: dict[str, str]) -> str:
    needs = ", ".join(number[i] for i in concept.prerequisites if i in number)
    facts = [f"{concept.estimated_hours:g} h", concept.difficulty, *([f"needs {needs}"] if needs else [])]
    goals = "; ".join(concept.objectives)
    return f"{concept.name} ({', '.join(facts)}). {concept.description} Objectives: {goals}".strip()


def said(findings: Sequence[Finding]) -> str:
    """Findings for a prompt, one a line."""
    return data("\n".join(f"- {f.where}: {f.message}" for f in findings))


def node_at(framework: Framework, wanted: str) -> str | None:
    """Id of the node that `wanted` names by its number (`1.2.3`, `1.2.3 Kneading`) or by its id."""
    number = _NUMBER.match(wanted.strip())
    by_number = {n: node for node, n in numbers(framework).items()}
    if number and number.group() in by_number:
        return by_number[number.group()]
    return wanted if wanted in framework.node_ids() else None
