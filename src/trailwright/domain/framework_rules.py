"""Rules on a framework's structure, R1-R3 among them: what a hand edit must keep too. Pure.

`where` in a finding is the node's number, as prompts number them, and its name: `1.2.3 "Feeding a starter"`.
"""

from collections import Counter
from collections.abc import Iterator

from trailwright.domain.findings import Finding, finding
from trailwright.domain.framework import MAX_CONCEPTS, MAX_HOURS, MIN_HOURS, Concept, Framework
from trailwright.domain.framework_order import find_cycles, misplaced
from trailwright.domain.sentences import Said, say

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
        _gate("R1", where, say("repeated_id", id=_short(node_id))) for where, node_id in _repeated(framework)
    ]
    known = {c.concept_id for c in framework.concepts()}
    for where, concept in numbered_concepts(framework):
        unknown = [p for p in dict.fromkeys(concept.prerequisites) if p not in known]
        found += [_gate("R1", where, say("unknown_prerequisite", id=_short(p))) for p in unknown]
    return found


def check_r2(framework: Framework) -> list[Finding]:
    """R2: prerequisites are acyclic; one finding for each knot. Source: quality rubric, R2."""
    labels = concept_labels(framework)
    return [
        _gate("R2", labels[knot[0]], say("circle", concepts=_listed(knot, labels)))
        for knot in find_cycles(framework)
    ]


def check_r3(framework: Framework) -> list[Finding]:
    """R3: a prerequisite comes earlier in reading order, never in a later stage. Source: rubric, R3."""
    labels = concept_labels(framework)
    return [
        _gate("R3", labels[c.concept_id], say("comes_after", prerequisite=labels[p]))
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
        yield _gate("structure", "framework", say("no_stage"))
    for i, stage in enumerate(framework.stages, 1):
        where = label(str(i), stage.name)
        if not stage.modules:
            yield _gate("structure", where, say("stage_without_module"))
        if not stage.name.strip():
            yield _gate("structure", where, say("stage_without_name"))
        for j, module in enumerate(stage.modules, 1):
            where = label(f"{i}.{j}", module.name)
            if not module.concepts:
                yield _gate("structure", where, say("module_without_concept"))
            if not module.name.strip():
                yield _gate("structure", where, say("module_without_name"))


def _bad_concepts(framework: Framework) -> Iterator[Finding]:
    count = 0
    for where, concept in numbered_concepts(framework):
        count += 1
        if not concept.name.strip():
            yield _gate("structure", where, say("concept_without_name"))
        if not MIN_HOURS <= concept.estimated_hours <= MAX_HOURS:
            yield _gate("structure", where, hours_outside(concept))
    if count > MAX_CONCEPTS:
        words = say("too_many_concepts", count=count, most=MAX_CONCEPTS)
        yield _gate("structure", "framework", words)


def hours_outside(concept: Concept) -> Said:
    """What is said of an estimate outside 0.25-8 hours."""
    return say("hours_outside", hours=concept.estimated_hours, low=MIN_HOURS, high=MAX_HOURS)


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


def _gate(check: str, where: str, words: Said) -> Finding:
    return finding(check, "gate", where, words)
