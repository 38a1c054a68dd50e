"""Rules on a framework's structure, R1-R3 among them: what a hand edit must keep too. Pure.

`where` in a finding is the node's number, as prompts number them, and its name: `1.2.3 "Feeding a starter"`.
"""

from collections import Counter
from collections.abc import Iterator

from trailwright.domain.findings import Finding
from trailwright.domain.framework import MAX_CONCEPTS, MAX_HOURS, MIN_HOURS, Concept, Framework
from trailwright.domain.framework_order import find_cycles, misplaced

_SHOWN = 60


def label(number: str, name: str) -> str:
    """How a node is named to people and models: its number and its name."""
    text = " ".join(name[: 4 * _SHOWN].split())
    return f'{number} "{text[:_SHOWN]}"'


def concept_labels(framework: Framework) -> dict[str, str]:
    """Concept id → label; of concepts with one id the last."""
    return {concept.concept_id: where for where, concept in numbered_concepts(framework)}


def numbered_concepts(framework: Framework) -> Iterator[tuple[str, Concept]]:
    """Each concept in reading order with its label."""
    for i, stage in enumerate(framework.stages, 1):
        for j, module in enumerate(stage.modules, 1):
            for k, concept in enumerate(module.concepts, 1):
                yield label(f"{i}.{j}.{k}", concept.name), concept


def check_r1(framework: Framework) -> list[Finding]:
    """R1: ids of all nodes are unique and every prerequisite exists. Source: quality rubric, R1."""
    found = [
        _gate("R1", where, f'the id "{_short(node_id)}" is used more than once')
        for where, node_id in _repeated(framework)
    ]
    known = {c.concept_id for c in framework.concepts()}
    for where, concept in numbered_concepts(framework):
        unknown = [p for p in dict.fromkeys(concept.prerequisites) if p not in known]
        found += [_gate("R1", where, f'the prerequisite "{_short(p)}" is no concept of it') for p in unknown]
    return found


def check_r2(framework: Framework) -> list[Finding]:
    """R2: prerequisites are acyclic; one finding for each knot. Source: quality rubric, R2."""
    labels = concept_labels(framework)
    return [
        _gate("R2", labels[knot[0]], "concepts need each other in a circle: " + _listed(knot, labels))
        for knot in find_cycles(framework)
    ]


def check_r3(framework: Framework) -> list[Finding]:
    """R3: a prerequisite comes earlier in reading order, never in a later stage. Source: rubric, R3."""
    labels = concept_labels(framework)
    return [
        _gate("R3", labels[c.concept_id], f"its prerequisite {labels[p]} comes after it; it must come before")
        for c, p in misplaced(framework)
    ]


def structure_findings(framework: Framework) -> list[Finding]:
    """What even a hand edit may not break (contract section 4), and nothing else; all are gates.

    R1-R3; check `structure`: no stage, an empty stage or module, an empty name, an estimate outside
    0.25-8 hours, over 200 concepts.
    """
    return [
        *check_r1(framework),
        *check_r2(framework),
        *check_r3(framework),
        *_empty_nodes(framework),
        *_bad_concepts(framework),
    ]


def _empty_nodes(framework: Framework) -> Iterator[Finding]:
    if not framework.stages:
        yield _gate("structure", "framework", "it has no stage")
    for i, stage in enumerate(framework.stages, 1):
        where = label(str(i), stage.name)
        if not stage.modules:
            yield _gate("structure", where, "the stage has no module")
        if not stage.name.strip():
            yield _gate("structure", where, "the stage has no name")
        for j, module in enumerate(stage.modules, 1):
            where = label(f"{i}.{j}", module.name)
            if not module.concepts:
                yield _gate("structure", where, "the module has no concept")
            if not module.name.strip():
                yield _gate("structure", where, "the module has no name")


def _bad_concepts(framework: Framework) -> Iterator[Finding]:
    count = 0
    for where, concept in numbered_concepts(framework):
        count += 1
        if not concept.name.strip():
            yield _gate("structure", where, "the concept has no name")
        if not MIN_HOURS <= concept.estimated_hours <= MAX_HOURS:
            hours = f"{concept.estimated_hours:g} hours are estimated"
            yield _gate("structure", where, f"{hours}; allowed are {MIN_HOURS:g} to {MAX_HOURS:g}")
    if count > MAX_CONCEPTS:
        message = f"it has {count} concepts; at most {MAX_CONCEPTS} are allowed"
        yield _gate("structure", "framework", message)


def _repeated(framework: Framework) -> Iterator[tuple[str, str]]:
    """Label and id of every node whose id an earlier one has."""
    counts = Counter(node_id for _, node_id in _all_ids(framework))
    seen: set[str] = set()
    for where, node_id in _all_ids(framework):
        if counts[node_id] > 1 and node_id in seen:
            yield where, node_id
        seen.add(node_id)


def _all_ids(framework: Framework) -> Iterator[tuple[str, str]]:
    for i, stage in enumerate(framework.stages, 1):
        yield label(str(i), stage.name), stage.stage_id
        for j, module in enumerate(stage.modules, 1):
            yield label(f"{i}.{j}", module.name), module.module_id
    for where, concept in numbered_concepts(framework):
        yield where, concept.concept_id


def _listed(ids: list[str], labels: dict[str, str]) -> str:
    shown = ", ".join(labels[i] for i in ids[:6])
    return shown + (f" and {len(ids) - 6} more" if len(ids) > 6 else "")  # noqa: PLR2004 - six are plenty


def _short(text: str) -> str:
    return text[:_SHOWN]


def _gate(check: str, where: str, message: str) -> Finding:
    return Finding(check=check, level="gate", where=where, message=message)
